package plan

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// The sections whose content the platform itself reads.
const (
	Services    = "services"
	Initiatives = "initiatives"
	Budget      = "budget"
	Challenges  = "challenges"
	Linkages    = "linkages"
	Development = "development"
)

// Section is one part of a plan as the authority asks for it in a year.
type Section struct {
	ID       string   `json:"id"`
	Title    gov.Text `json:"title"`
	Guidance gov.Text `json:"guidance,omitempty"`
	Asked    bool     `json:"asked"`
	Needed   bool     `json:"needed,omitempty"`  // a plan without it cannot be given
	Without  []string `json:"without,omitempty"` // optional questions that are not asked
	Extra    []Extra  `json:"extra,omitempty"`   // questions of the authority's own
}

// Extra is a question that the authority adds to a section.
type Extra struct {
	Name   string    `json:"name"` // "own_1"; stays the same when the words change
	Label  gov.Text  `json:"label"`
	Kind   form.Kind `json:"kind"` // of ExtraKinds
	Needed bool      `json:"needed,omitempty"`
}

// ExtraKinds are the kinds of question that may be added.
var ExtraKinds = []form.Kind{form.ShortText, form.LongText, form.Number, form.Money, form.Date, form.YesNo}

// Template is what the plans of a year consist of, in order.
type Template []Section

// The numbers of sections and of questions that may be added.
const (
	mostSections = 20
	mostExtra    = 10
)

// builtIn is a section as the product knows it.
type builtIn struct {
	ID        string            `yaml:"id"`
	Title     gov.Text          `yaml:"title"`
	Guidance  gov.Text          `yaml:"guidance"`
	Needed    bool              `yaml:"needed"`
	Fill      map[string]string `yaml:"fill"` // question → services, organisations
	Questions []form.Question   `yaml:"questions"`
}

//go:embed sections.yaml
var sectionsFile []byte

var builtIns = sync.OnceValue(func() (list []builtIn) {
	if err := yaml.Load(sectionsFile, &list, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		panic("plan: sections.yaml: " + err.Error())
	}
	return list
})

// Standard is the template with every section that the product knows.
func Standard() Template {
	var t Template
	for _, b := range builtIns() {
		t = append(t, Section{ID: b.ID, Title: b.Title, Guidance: b.Guidance, Asked: true, Needed: b.Needed})
	}
	return t
}

// Section finds a section of the template; nil when there is none.
func (t Template) Section(id string) *Section {
	if i := slices.IndexFunc(t, func(s Section) bool { return s.ID == id }); i >= 0 {
		return &t[i]
	}
	return nil
}

// Asked are the sections that are asked.
func (t Template) Asked() (out Template) {
	for _, s := range t {
		if s.Asked {
			out = append(out, s)
		}
	}
	return out
}

// clone copies the template so that changing one leaves the other.
func (t Template) clone() Template {
	out := slices.Clone(t)
	for i := range out {
		out[i].Without, out[i].Extra = slices.Clone(out[i].Without), slices.Clone(out[i].Extra)
	}
	return out
}

func (s Section) builtIn() (builtIn, bool) {
	for _, b := range builtIns() {
		if b.ID == s.ID {
			return b, true
		}
	}
	return builtIn{}, false
}

// Optional are the questions of a section that the authority may leave out.
func (s Section) Optional() (out []form.Question) {
	b, _ := s.builtIn()
	for _, q := range b.Questions {
		if q.Optional {
			out = append(out, q)
		}
		for _, in := range q.Questions {
			if in.Optional {
				out = append(out, in)
			}
		}
	}
	return out
}

// choices are what questions offer from the records.
type choices map[string][]form.Option

// choicesFor reads what the plan of an organisation may choose from: its own
// services, and the other organisations.
func choicesFor(tx *db.Tx, org gov.OrgID) (choices, error) {
	services, err := catalogue.Services(tx, catalogue.Filter{Organisation: org})
	if err != nil {
		return nil, err
	}
	c := choices{}
	for _, s := range services {
		c["services"] = append(c["services"], option(string(s.ID), s.Name))
	}
	all, err := catalogue.Organisations(tx)
	for _, o := range all {
		if o.ID != org {
			c["organisations"] = append(c["organisations"], option(string(o.ID), o.Name))
		}
	}
	return c, err
}

// option offers a value under its name in both languages, whatever it has.
func option(value string, name gov.Text) form.Option {
	name = gov.T(name.In(gov.Arabic), name.In(gov.English))
	if name[gov.Arabic] == "" {
		name = gov.T(value, value)
	}
	return form.Option{Value: value, Label: name}
}

// questions are what a section asks, with its choices. A question without a
// choice to make is not asked.
func (s Section) questions(c choices) (out []form.Question) {
	b, _ := s.builtIn()
	out = s.ask(b.Questions, b.Fill, c)
	for _, x := range s.Extra {
		out = append(out, form.Question{Name: x.Name, Kind: x.Kind, Label: x.Label, Optional: !x.Needed, Decimals: map[form.Kind]int{form.Number: 2}[x.Kind]})
	}
	return out
}

func (s Section) ask(list []form.Question, fill map[string]string, c choices) (out []form.Question) {
	for _, q := range list {
		if q.Optional && slices.Contains(s.Without, q.Name) {
			continue
		}
		if from := fill[q.Name]; from != "" {
			if q.Options = c[from]; len(q.Options) == 0 {
				continue
			}
		}
		if q.Kind == form.Group {
			q.Questions = s.ask(q.Questions, fill, c)
			q.Optional = !s.Needed
		}
		out = append(out, q)
	}
	return out
}

// lenient makes every question optional: a draft may be incomplete.
func lenient(list []form.Question) []form.Question {
	out := slices.Clone(list)
	for i := range out {
		out[i].Optional = true
		if out[i].Kind == form.Group {
			out[i].Questions = lenient(out[i].Questions)
		}
	}
	return out
}

// check says what is wrong with a section that the authority wrote.
func (s *Section) check() error {
	var list gov.Problems
	s.Title, s.Guidance = cleanText(s.Title), cleanText(s.Guidance)
	for l, field := range map[gov.Lang]string{gov.Arabic: "title", gov.English: "title_en"} {
		if n := len([]rune(s.Title[l])); n == 0 || n > 200 {
			list = append(list, gov.Problem{Field: field, Text: gov.T("اكتب عنوان القسم بالعربية والإنجليزية", "Write the section's title in Arabic and in English")})
		}
	}
	if s.Guidance[gov.Arabic] == "" != (s.Guidance[gov.English] == "") {
		list = append(list, gov.Problem{Field: "guidance", Text: gov.T("اكتب الإرشاد بالعربية والإنجليزية معًا", "Write the guidance in Arabic and in English both")})
	}
	for i := range s.Extra {
		x := &s.Extra[i]
		x.Label = cleanText(x.Label)
		if x.Label[gov.Arabic] == "" || x.Label[gov.English] == "" || !slices.Contains(ExtraKinds, x.Kind) {
			list = append(list, gov.Problem{Field: "extra." + strconv.Itoa(i) + ".label", Text: gov.T("اكتب السؤال بالعربية والإنجليزية واختر نوعه", "Write the question in Arabic and in English, and choose its kind")})
		}
	}
	if len(s.Extra) > mostExtra {
		list = append(list, gov.Problem{Field: "extra", Text: gov.T("لا يُضاف أكثر من 10 أسئلة إلى القسم", "At most 10 questions may be added to a section")})
	}
	if _, known := s.builtIn(); !known && s.Asked && len(s.Extra) == 0 {
		list = append(list, gov.Problem{Field: "extra", Text: gov.T("أضف إلى القسم سؤالًا واحدًا على الأقل", "Add at least one question to the section")})
	}
	if len(list) > 0 {
		return list
	}
	s.name()
	return nil
}

// name gives every added question a name that it keeps.
func (s *Section) name() {
	last := 0
	for _, x := range s.Extra {
		if n, err := strconv.Atoi(strings.TrimPrefix(x.Name, "own_")); err == nil {
			last = max(last, n)
		}
	}
	seen := map[string]bool{}
	for i := range s.Extra {
		if x := &s.Extra[i]; x.Name == "" || seen[x.Name] {
			last++
			x.Name = "own_" + strconv.Itoa(last)
		}
		seen[s.Extra[i].Name] = true
	}
}

func cleanText(t gov.Text) gov.Text {
	out := gov.Text{}
	for l, s := range t {
		s, _ = gov.CleanText(s)
		out[l] = trim(s)
	}
	return out
}

func trim(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r", "")) }
