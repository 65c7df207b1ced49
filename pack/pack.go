// Package pack reads service packs: a folder of YAML that says everything one
// government service needs — what is asked, of whom, what it costs, who decides
// by when, what is issued. Packs hold no Go code. Reading is strict, every rule
// is type-checked against the questions, and a pack carries its own examples.
//
// The folder:
//
//	service.yaml     identity, audience, channels, legal basis
//	questions.yaml   pages of questions
//	procedure.yaml   steps from application to closing
//	documents.yaml   what is issued (absent: nothing)
//	examples.yaml    cases the pack promises; run as tests
package pack

import (
	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/rule"
)

// Pack is one version of a service that runs.
type Pack struct {
	Service
	Pages     []form.Page
	Steps     []Step
	Documents []Document
	Examples  []Example

	Form *form.Form `yaml:"-"` // compiled pages
	// Warnings are what seems wrong but refuses nothing: questions that are likely about what a registry holds.
	Warnings Problems `yaml:"-"`
	// Digest is the SHA-256 of the pack's files, hex: two packs with the same digest are the same.
	Digest string `yaml:"-"`
	// Files are the pack's files as they were read, by name, so that a version can be stored and read again.
	Files map[string]string `yaml:"-"`

	where map[string]place // of the questions that name an attribute
}

// Service is service.yaml.
type Service struct {
	ID           gov.ServiceID `yaml:"id"`                    // area/name; the folder's path
	Version      string        `yaml:"version"`               // "1", "1.1": the owner's number
	Organisation gov.OrgID     `yaml:"organisation"`          // who owns it and answers for it
	Languages    []gov.Lang    `yaml:"languages,omitempty"`   // in which every text of the pack is written; absent, and then filled in: the country's
	Title        gov.Text      `yaml:"title"`                 //
	Summary      gov.Text      `yaml:"summary"`               // one to three sentences
	Before       []gov.Text    `yaml:"before,omitempty"`      // what to have at hand
	Audience     []string      `yaml:"audience"`              // citizen, resident, visitor, business
	LifeEvents   []string      `yaml:"life_events,omitempty"` //
	Channels     []gov.Channel `yaml:"channels"`              // through which it can be asked for
	ForOthers    []string      `yaml:"for_others,omitempty"`  // mandates accepted: guardian, company, agent
	Legal        []gov.Text    `yaml:"legal,omitempty"`       // legal basis
	Prefix       string        `yaml:"prefix"`                // two or three capital letters that begin a case's reference
	AppealDays   int           `yaml:"appeal_days,omitempty"` // days after a refusal in which the applicant may appeal; 0: no appeal
	AppealTo     string        `yaml:"appeal_to,omitempty"`   // the review step that hears an appeal
	DraftDays    int           `yaml:"draft_days,omitempty"`  // how long a draft is kept; 0 means 30
}

// StepKind is a kind of step.
type StepKind string

// The kinds of step.
const (
	Apply   StepKind = "apply"   // the application itself; always the first step
	Decide  StepKind = "check"   // rules that decide or route, at once
	Pay     StepKind = "pay"     // the applicant pays
	Review  StepKind = "review"  // a person of an organisation decides
	Opinion StepKind = "opinion" // another organisation gives its opinion
	Correct StepKind = "correct" // the applicant corrects answers
	Cosign  StepKind = "cosign"  // another person agrees or declines
	Wait    StepKind = "wait"    // for a date or a message from outside
	Record  StepKind = "record"  // write a row of results
	Issue   StepKind = "issue"   // issue a document
	Notify  StepKind = "notify"  // tell somebody
	Fork    StepKind = "fork"    // go on along several branches at once
	Join    StepKind = "join"    // wait until all branches of the fork have come
	Close   StepKind = "close"   // the end, with an outcome
)

// Step is one stage of a procedure. Which keys a kind takes is checked.
type Step struct {
	ID    string   `yaml:"id"`
	Kind  StepKind `yaml:"kind"`
	Title gov.Text `yaml:"title"`
	Next  string   `yaml:"next,omitempty"` // where it goes when it is done (apply, pay, opinion, correct, wait, record, issue, notify, join)

	Routes []Route `yaml:"routes,omitempty"` // check: first true wins; the last has no rule

	Lines      []FeeLine   `yaml:"lines,omitempty"`      // pay
	Exemptions []Exemption `yaml:"exemptions,omitempty"` // pay: first true wins

	Role         gov.Role        `yaml:"role,omitempty"`         // review, opinion: default officer
	Organisation string          `yaml:"organisation,omitempty"` // review, opinion: default the owner; may be CEL in braces: "{…}"
	Asks         []form.Question `yaml:"asks,omitempty"`         // review, opinion, cosign: what the person deciding fills in; answers are named like the applicant's
	Outcomes     []Outcome       `yaml:"outcomes,omitempty"`     // review, cosign

	Questions []string `yaml:"questions,omitempty"` // correct: which answers may be changed; empty: those the officer marked, else all

	Who   string   `yaml:"who,omitempty"`   // cosign: CEL giving the civil number of the person who must agree
	Shows []string `yaml:"shows,omitempty"` // cosign, opinion: which answers they see; empty: all

	Until   string `yaml:"until,omitempty"`   // wait: CEL giving a date or a time
	Message string `yaml:"message,omitempty"` // wait: name of the outside message; its fields become answers

	Table    string            `yaml:"table,omitempty"`    // record: name of the table of results
	Registry gov.RegistryID    `yaml:"registry,omitempty"` // record: the registry that the row is written to as well; may be CEL in braces: "{…}"
	Field    string            `yaml:"field,omitempty"`    // record: CEL naming the one field of the registry's record that the case corrects
	Value    string            `yaml:"value,omitempty"`    // record: CEL giving that field's right value
	Key      string            `yaml:"key,omitempty"`      // record: CEL giving text
	Values   map[string]string `yaml:"values,omitempty"`   // record: column → CEL

	Document string `yaml:"document,omitempty"` // issue: id of a document type

	To   string   `yaml:"to,omitempty"`   // notify: applicant, parties or an organisation's id; default applicant
	Text gov.Text `yaml:"text,omitempty"` // notify: the message; {name} stands for an answer

	Branches []string `yaml:"branches,omitempty"` // fork: first steps of the branches
	JoinAt   string   `yaml:"join,omitempty"`     // fork: the join step

	Outcome string   `yaml:"outcome,omitempty"` // close: granted, refused, settled, lapsed
	Reason  gov.Text `yaml:"reason,omitempty"`  // close: shown to the applicant

	Within   *Term    `yaml:"within,omitempty"`    // deadline of pay, review, opinion, correct, cosign, wait for a message
	OnExpiry []Expiry `yaml:"on_expiry,omitempty"` // what happens when it passes

	rules stepRules
}

// Route is one way out of a check.
type Route struct {
	When   string   `yaml:"when,omitempty"` // CEL; empty: otherwise
	To     string   `yaml:"to"`
	Label  gov.Text `yaml:"label,omitempty"`  // the rule in words, for the drawing
	Reason gov.Text `yaml:"reason,omitempty"` // shown to the applicant when the case ends this way

	when *rule.Program
}

// FeeLine is one amount asked and who receives it.
type FeeLine struct {
	ID     string    `yaml:"id"`
	Label  gov.Text  `yaml:"label"`
	Amount string    `yaml:"amount"`         // a decimal ("2.000") or CEL giving money
	For    gov.OrgID `yaml:"for,omitempty"`  // who receives it; default the owner
	When   string    `yaml:"when,omitempty"` // CEL: asked only when true

	when, amount *rule.Program
	fixed        gov.Money // when amount is nil
}

// Exemption frees from all or part of the fee.
type Exemption struct {
	When    string   `yaml:"when"`              // CEL
	Percent int      `yaml:"percent,omitempty"` // how much is waived; 0 means 100
	Reason  gov.Text `yaml:"reason"`

	when *rule.Program
}

// Outcome is one button of a decision.
type Outcome struct {
	ID      string   `yaml:"id"`
	Label   gov.Text `yaml:"label"`
	To      string   `yaml:"to"`
	When    string   `yaml:"when,omitempty"`    // CEL: offered only when true
	Reasons []Reason `yaml:"reasons,omitempty"` // one must be chosen; free words may be added
	Words   bool     `yaml:"words,omitempty"`   // free words are required
	StepUp  bool     `yaml:"step_up,omitempty"` // the officer proves themselves again

	when *rule.Program
}

// Reason is a ready reason for an outcome.
type Reason struct {
	ID   string   `yaml:"id"`
	Text gov.Text `yaml:"text"`
}

// Term is a length of time. Exactly one field is set.
type Term struct {
	WorkingDays  int `yaml:"working_days,omitempty"`
	WorkingHours int `yaml:"working_hours,omitempty"`
	Days         int `yaml:"days,omitempty"` // calendar days
}

// Expiry is what happens when a deadline passes.
type Expiry struct {
	After *Term  `yaml:"after,omitempty"` // this long after the deadline; absent: at the deadline
	Do    string `yaml:"do"`              // remind, escalate, outcome (silence counts: see Outcome), go (to a step)
	// Outcome: the review's outcome that silence counts as.
	Outcome string `yaml:"outcome,omitempty"`
	To      string `yaml:"to,omitempty"` // go: the step
}

// Document is a type of document that the pack issues.
type Document struct {
	ID       string   `yaml:"id"`
	Title    gov.Text `yaml:"title"`
	Claims   []Claim  `yaml:"claims"`
	Validity *Term    `yaml:"validity,omitempty"` // absent: does not expire
	Layout   []Block  `yaml:"layout"`

	Holder     string      `yaml:"holder,omitempty"`     // who may hold it: "person" (also when empty) or "company"
	Legal      gov.Text    `yaml:"legal,omitempty"`      // what gives the electronic form its force
	Credential *Credential `yaml:"credential,omitempty"` // absent: it does not go into wallets

	Page    string   `yaml:"page,omitempty"`    // "A4" (also when empty), "A5" or "ID-1"
	Running gov.Text `yaml:"running,omitempty"` // at the head of every page but the first; {name} as in blocks

	// Languages are those of the pack, in the order in which the page says things.
	Languages []gov.Lang `yaml:"-"`
}

// Claim is one statement of a document.
type Claim struct {
	Name   string    `yaml:"name"`
	Label  gov.Text  `yaml:"label"`
	Value  string    `yaml:"value"`            // CEL over answers, person and case
	Kind   form.Kind `yaml:"kind,omitempty"`   // how it is shown; default short-text
	Public bool      `yaml:"public,omitempty"` // shown to anyone who verifies; else only when the holder reveals it

	Sealed  bool   `yaml:"sealed,omitempty"`  // stands in the seal that is read without a network, though it is not public
	Meaning string `yaml:"meaning,omitempty"` // an attribute of the vocabulary, or an IRI
	Element string `yaml:"element,omitempty"` // its identifier in credentials; empty: the name

	value    *rule.Program
	question *form.Question // whose answer it repeats
}

// Credential says how a document goes into wallets: always as SD-JWT VC, and as
// an mdoc (ISO/IEC 18013-5) when Mdoc says how.
type Credential struct {
	VCT  string `yaml:"vct,omitempty"` // type of the SD-JWT VC; empty: an address of this installation
	Mdoc *Mdoc  `yaml:"mdoc,omitempty"`
}

// Mdoc names a document and its claims as ISO/IEC 18013-5 wants.
type Mdoc struct {
	Doctype   string `yaml:"doctype"`   // "org.iso.18013.5.1.mDL"
	Namespace string `yaml:"namespace"` // of the claims' elements: "org.iso.18013.5.1"
}

// Block is one block of a document's page. Exactly one field is set; {name} in a text stands for a claim.
type Block struct {
	Heading   gov.Text `yaml:"heading,omitempty"`
	Paragraph gov.Text `yaml:"paragraph,omitempty"`
	Small     gov.Text `yaml:"small,omitempty"`
	Fields    []string `yaml:"fields,omitempty"`    // claims as a list with labels
	Table     *Table   `yaml:"table,omitempty"`     // a claim of kind group as rows
	Photo     string   `yaml:"photo,omitempty"`     // a claim of kind file
	Signature gov.Text `yaml:"signature,omitempty"` // office that signs
	Rule      bool     `yaml:"rule,omitempty"`

	Section    gov.Text   `yaml:"section,omitempty"`    // a heading with a number of its own
	Numbered   string     `yaml:"numbered,omitempty"`   // a claim's text as paragraphs that count through the document
	Quote      gov.Text   `yaml:"quote,omitempty"`      // what somebody else said
	List       []gov.Text `yaml:"list,omitempty"`       // items, each behind a dot
	Columns    gov.Text   `yaml:"columns,omitempty"`    // two languages side by side
	Card       *Card      `yaml:"card,omitempty"`       // a card of the size of a bank card
	Seal       gov.Text   `yaml:"seal,omitempty"`       // whose seal; stands beside the signatures that follow
	Signatures []Signer   `yaml:"signatures,omitempty"` // several who sign
	NewPage    bool       `yaml:"new_page,omitempty"`   // what follows begins a page
}

// Card is a card on the page, with a band, a picture and fields.
type Card struct {
	Title  gov.Text `yaml:"title"`
	Photo  string   `yaml:"photo,omitempty"` // a claim of kind file
	Fields []string `yaml:"fields"`          // claims, few and short
}

// Signer is one of several who sign.
type Signer struct {
	Name   gov.Text `yaml:"name,omitempty"` // usually {claim}; absent: the office alone
	Office gov.Text `yaml:"office"`
}

// Table shows a claim of kind group.
type Table struct {
	Rows    string   `yaml:"rows"` // the claim
	Columns []Column `yaml:"columns"`

	Group     string   `yaml:"group,omitempty"`      // rows with the same answer here stand together under it
	GroupSums gov.Text `yaml:"group_sums,omitempty"` // name of the row that adds up a group
	Sums      gov.Text `yaml:"sums,omitempty"`       // name of the last row, that adds up the table
}

// Column is one column of a table.
type Column struct {
	Name  string    `yaml:"name"`
	Label gov.Text  `yaml:"label"`
	Kind  form.Kind `yaml:"kind,omitempty"`

	Sum   string `yaml:"sum,omitempty"`   // in the rows that add up: "total", "average" or "count"
	Width string `yaml:"width,omitempty"` // share of the table's width: "3"; absent: "1"
}

// Example is a case the pack promises.
type Example struct {
	Name     string                    `yaml:"name"`
	Today    string                    `yaml:"today,omitempty"`    // "2026-11-23": when it begins
	Person   form.Person               `yaml:"person,omitempty"`   // who applies
	Answers  map[string]any            `yaml:"answers"`            // as a person would type them
	Holds    map[string]any            `yaml:"holds,omitempty"`    // what registries answer: attribute → value, or {gap: away}
	Presents map[string]map[string]any `yaml:"presents,omitempty"` // what the applicant presents from a wallet: question → claim → value
	Disputes map[string]string         `yaml:"disputes,omitempty"` // held questions whose answer the applicant calls wrong, with their words
	Wrong    []string                  `yaml:"wrong,omitempty"`    // questions whose answers must be refused; then nothing else happens
	Steps    []Act                     `yaml:"steps,omitempty"`
	Fee      string                    `yaml:"fee,omitempty"`     // "2.000": what is asked at the first pay step
	Ends     string                    `yaml:"ends,omitempty"`    // the outcome at the end; empty: still open
	At       []string                  `yaml:"at,omitempty"`      // steps where the case stands at the end when it is open
	Issues   []string                  `yaml:"issues,omitempty"`  // documents issued
	Records  map[string]any            `yaml:"records,omitempty"` // table → columns that must stand in the last row written
}

// Act is one thing somebody does in an example.
type Act struct {
	At      string         `yaml:"at,omitempty"`      // the step; checked before acting
	Do      string         `yaml:"do"`                // pay, decide, opine, correct, cosign, message, answer, pass, withdraw, appeal
	Outcome string         `yaml:"outcome,omitempty"` // decide, cosign
	Reason  string         `yaml:"reason,omitempty"`
	Words   string         `yaml:"words,omitempty"`
	Answers map[string]any `yaml:"answers,omitempty"` // asks, corrections or the message's fields
	Holds   map[string]any `yaml:"holds,omitempty"`   // answer: what registries say from now on
	Pass    *Term          `yaml:"pass,omitempty"`    // pass: let this time go by
	Refused bool           `yaml:"refused,omitempty"` // the act must be refused as a conflict or invalid
}

// Step returns the step with id, or nil.
func (p *Pack) Step(id string) *Step {
	for i := range p.Steps {
		if p.Steps[i].ID == id {
			return &p.Steps[i]
		}
	}
	return nil
}

// Document returns the document type with id, or nil.
func (p *Pack) Document(id string) *Document {
	for i := range p.Documents {
		if p.Documents[i].ID == id {
			return &p.Documents[i]
		}
	}
	return nil
}
