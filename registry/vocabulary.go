package registry

import (
	"regexp"
	"slices"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/rule"
)

// Personal says how much a datum tells about a person.
type Personal string

// The grades of personal data.
const (
	NotPersonal Personal = "false"
	IsPersonal  Personal = "true"
	Sensitive   Personal = "sensitive" // health, family, offences, means
)

func (p Personal) known() bool { return p == NotPersonal || p == IsPersonal || p == Sensitive }

// Attribute is what a datum means, whoever holds it.
type Attribute struct {
	ID       gov.AttributeID       `yaml:"id"`
	Kind     form.Kind             `yaml:"kind"`
	Label    gov.Text              `yaml:"label"`
	Personal Personal              `yaml:"personal"`
	Synonyms map[gov.Lang][]string `yaml:"synonyms,omitempty"` // other words that forms ask the same with

	Pattern   string          `yaml:"pattern,omitempty"`
	Min       string          `yaml:"min,omitempty"`
	Max       string          `yaml:"max,omitempty"`
	Decimals  int             `yaml:"decimals,omitempty"`
	Options   []form.Option   `yaml:"options,omitempty"`
	Questions []form.Question `yaml:"questions,omitempty"`
}

// Vocabulary is the shared list of attributes. It is read only.
type Vocabulary struct {
	list []*Attribute
	byID map[gov.AttributeID]*Attribute
}

// Attributes are all attributes in the order of their file.
func (v *Vocabulary) Attributes() []*Attribute { return v.list }

// Attribute finds an attribute; nil when there is none.
func (v *Vocabulary) Attribute(id gov.AttributeID) *Attribute { return v.byID[id] }

// Nearest is the attribute that a misspelt id probably means; "" when none is near.
func (v *Vocabulary) Nearest(id gov.AttributeID) gov.AttributeID {
	names := make([]string, len(v.list))
	for i, a := range v.list {
		names[i] = string(a.ID)
	}
	return gov.AttributeID(rule.Nearest(string(id), names))
}

// Words are all words that forms ask the attribute with: its label and synonyms.
func (a *Attribute) Words(l gov.Lang) []string {
	return append([]string{a.Label.In(l)}, a.Synonyms[l]...)
}

// Option names the choice a value stands for; nil when it is none.
func (a *Attribute) Option(value string) gov.Text {
	i := slices.IndexFunc(a.Options, func(o form.Option) bool { return o.Value == value })
	if i < 0 {
		return nil
	}
	return a.Options[i].Label
}

// question is the attribute as a question, which checks its values.
func (a *Attribute) question(name string) form.Question {
	q := form.Question{Name: name, Kind: a.Kind, Label: a.Label, Pattern: a.Pattern, Min: a.Min, Max: a.Max, Decimals: a.Decimals, Options: a.Options, Questions: a.Questions}
	return asked(q)
}

// asked makes of a kind that nobody is asked one that can be checked.
func asked(q form.Question) form.Question {
	if q.Kind == form.Country {
		q.Kind, q.Pattern = form.ShortText, "[A-Z]{2}"
	}
	return q
}

var goodAttribute = regexp.MustCompile(`^[a-z][a-z_]{0,30}\.[a-z][a-z0-9_]{0,40}$`)

type vocabularyFile struct {
	Attributes []Attribute `yaml:"attributes"`
}

// vocabulary reads and checks the shared vocabulary.
func (l *loader) vocabulary(source string) *Vocabulary {
	var f vocabularyFile
	c := l.file(vocabularyName, source, &f)
	v := &Vocabulary{byID: map[gov.AttributeID]*Attribute{}}
	qs := make([]form.Question, 0, len(f.Attributes))
	for i := range f.Attributes {
		a := &f.Attributes[i]
		switch path := at(".attributes", i); {
		case !goodAttribute.MatchString(string(a.ID)):
			c.fail(path+".id", "", "معرّف الصفة كلمتان لاتينيتان بينهما نقطة، مثل person.birth", "an attribute's id is two words with a dot, like person.birth")
		case v.byID[a.ID] != nil:
			c.fail(path+".id", "", "الصفة %q مكررة", "the attribute %q occurs twice", a.ID)
		case !a.Personal.known():
			c.fail(path+".personal", "", "القيمة المطلوبة: false أو true أو sensitive", "the value is false, true or sensitive")
		default:
			v.list, v.byID[a.ID] = append(v.list, a), a
		}
		for lang := range a.Synonyms {
			if !slices.Contains(l.o.Langs, lang) {
				c.fail(at(".attributes", i)+".synonyms", "", "اللغة %q ليست من لغات البلد", "%q is not a language of the country", lang)
			}
		}
		qs = append(qs, a.question("a"+strconv.Itoa(i)))
	}
	c.compile(qs, ".attributes", l.o)
	return v
}
