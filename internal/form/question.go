// Package form is what a question is: its kind, its limits, what is stored for
// it, and how an answer is read, checked, shown and described as JSON Schema.
// The same definition serves the page, the API and the import.
//
// Answers are stored in one canonical shape per kind (see the kinds). Reading is
// generous (strings, Arabic-Indic digits), storing is strict.
package form

import "diwan.example/gov"

// Kind is a kind of question.
type Kind string

// The kinds, and what is stored for each.
const (
	ShortText   Kind = "short-text"   // string, one line, ≤ 200 characters unless max_length says otherwise
	LongText    Kind = "long-text"    // string, lines, ≤ 4,000 characters unless max_length says otherwise
	Number      Kind = "number"       // float64 (JSON number)
	Money       Kind = "money"        // int64 minor units
	Date        Kind = "date"         // "2006-01-02"
	Time        Kind = "time"         // "15:04"
	YesNo       Kind = "yes-no"       // bool
	OneOf       Kind = "one-of"       // string: the option's value
	ManyOf      Kind = "many-of"      // []string: the options' values in the pack's order
	CivilNumber Kind = "civil-number" // string of digits, checksum valid
	Passport    Kind = "passport"     // string, upper case
	Country     Kind = "country"      // string, ISO 3166-1 alpha-2; a claim of a document, not asked
	IBAN        Kind = "iban"         // string, upper case without spaces; ISO 13616 mod 97
	Phone       Kind = "phone"        // string, E.164: "+97330000000"
	Email       Kind = "email"        // string
	Address     Kind = "address"      // {"block","road","building","flat"}: strings
	MapPoint    Kind = "map-point"    // {"lat","lng"}: float64, WGS 84
	File        Kind = "file"         // [] of Attachment
	Group       Kind = "group"        // [] of objects of the inner questions
	Computed    Kind = "computed"     // what its rule gives; never sent by a person
	Declaration Kind = "declaration"  // true; anything else is an error
)

// Question is one thing asked.
type Question struct {
	Name     string   `yaml:"name" json:"name"`                             // key of the answer: small letters, digits, _
	Kind     Kind     `yaml:"kind" json:"kind"`                             //
	Label    gov.Text `yaml:"label" json:"label"`                           //
	Help     gov.Text `yaml:"help,omitempty" json:"help,omitempty"`         // a hint below the label
	Optional bool     `yaml:"optional,omitempty" json:"optional,omitempty"` // asked, but may stay empty
	When     string   `yaml:"when,omitempty" json:"when,omitempty"`         // CEL: asked only when true
	Prefill  string   `yaml:"prefill,omitempty" json:"prefill,omitempty"`   // CEL over person: the value offered
	Locked   bool     `yaml:"locked,omitempty" json:"locked,omitempty"`     // the prefilled value cannot be changed
	Error    gov.Text `yaml:"error,omitempty" json:"error,omitempty"`       // own text instead of the standard error
	Valid    []Check  `yaml:"valid,omitempty" json:"valid,omitempty"`       // further rules

	MinLength int    `yaml:"min_length,omitempty" json:"min_length,omitempty"` // characters
	MaxLength int    `yaml:"max_length,omitempty" json:"max_length,omitempty"` // characters
	Pattern   string `yaml:"pattern,omitempty" json:"pattern,omitempty"`       // RE2, whole answer
	Min       string `yaml:"min,omitempty" json:"min,omitempty"`               // number, money ("12.500"), date (or "today"), time
	Max       string `yaml:"max,omitempty" json:"max,omitempty"`
	Decimals  int    `yaml:"decimals,omitempty" json:"decimals,omitempty"` // of a number; 0: whole numbers

	Options []Option `yaml:"options,omitempty" json:"options,omitempty"` // one-of, many-of

	Files      *FileLimits   `yaml:"files,omitempty" json:"files,omitempty"`           // file
	Credential *Presentation `yaml:"credential,omitempty" json:"credential,omitempty"` // file: presented from a wallet instead
	Questions  []Question    `yaml:"questions,omitempty" json:"questions,omitempty"`   // group
	MinRows    int           `yaml:"min_rows,omitempty" json:"min_rows,omitempty"`     // group
	MaxRows    int           `yaml:"max_rows,omitempty" json:"max_rows,omitempty"`     // group; 0 means 20

	Attribute gov.AttributeID `yaml:"attribute,omitempty" json:"attribute,omitempty"` // what the answer says of the applicant, in the shared vocabulary
	Away      Away            `yaml:"away,omitempty" json:"away,omitempty"`           // makes the question a held one: a registry answers it
	Asked     *Exception      `yaml:"asked,omitempty" json:"asked,omitempty"`         // typed although a registry holds it

	Stands string `yaml:"-" json:"stands,omitempty"` // the held question that this document stands for

	Value string `yaml:"value,omitempty" json:"value,omitempty"` // computed: CEL
	Gives Kind   `yaml:"gives,omitempty" json:"gives,omitempty"` // computed: kind of the result (short-text, number, money, date, yes-no)
}

// Check is a rule an answer must keep, with the text shown when it does not.
type Check struct {
	Rule  string   `yaml:"rule" json:"rule"` // CEL giving true when the answers are right
	Error gov.Text `yaml:"error" json:"error"`
}

// Option is one choice.
type Option struct {
	Value string   `yaml:"value" json:"value"`
	Label gov.Text `yaml:"label" json:"label"`
	When  string   `yaml:"when,omitempty" json:"when,omitempty"` // CEL: offered only when true
}

// FileLimits bounds what may be uploaded. Types are sniffed from the content.
type FileLimits struct {
	Types []string `yaml:"types,omitempty" json:"types,omitempty"`   // media types: application/pdf, image/jpeg, image/png; empty: these three
	MaxKB int      `yaml:"max_kb,omitempty" json:"max_kb,omitempty"` // each; 0 means 5,120
	Max   int      `yaml:"max,omitempty" json:"max,omitempty"`       // how many; 0 means 1
}

// Attachment is a stored file in an answer.
type Attachment struct {
	Blob string `json:"blob"` // key in the blob store: "sha256-…"
	Name string `json:"name"` // as the person named it, cleaned
	Type string `json:"type"` // media type by content
	Size int64  `json:"size"` // bytes
	Scan string `json:"scan"` // "clean" or "unscanned"; infected files are never stored
}

// Page is a screen of questions.
type Page struct {
	Name      string     `yaml:"name" json:"name"`
	Title     gov.Text   `yaml:"title" json:"title"`
	Help      gov.Text   `yaml:"help,omitempty" json:"help,omitempty"`
	When      string     `yaml:"when,omitempty" json:"when,omitempty"` // CEL: shown only when true
	Questions []Question `yaml:"questions" json:"questions"`
}

// Answers are the answers of one form by question name, in canonical shapes.
type Answers map[string]any

// Person is what rules and prefill may know of the person the case is for.
// In CEL it is the variable person with these fields.
type Person struct {
	CivilNumber string   `json:"civil_number"`
	NameAr      string   `json:"name_ar"`
	NameEn      string   `json:"name_en"`
	Birth       string   `json:"birth"`       // "2006-01-02"
	Sex         string   `json:"sex"`         // "f", "m"
	Nationality string   `json:"nationality"` // ISO 3166-1 alpha-2
	Phone       string   `json:"phone"`
	Email       string   `json:"email"`
	Block       string   `json:"block"`
	Road        string   `json:"road"`
	Building    string   `json:"building"`
	Flat        string   `json:"flat"`
	Marks       []string `json:"marks"` // groups used by exemptions: "social-support", "disability"…
}
