package form

import (
	"fmt"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

// Form is a compiled set of pages: every rule is type-checked and ready. It is
// read-only and may be used by many goroutines.
type Form struct {
	Pages []Page

	opts  Options
	scope *scope
	pages []*page
}

// Options is what a form needs to know of the country.
type Options struct {
	Currency   gov.Currency // zero: the dinar with three decimals
	Langs      []gov.Lang   // languages every text must have; empty: Arabic and English
	Extra      []rule.Var   // further names that rules may use; their values come from Context.Extra
	Dial       string       // dialling code put before local telephone numbers; empty: "+973"
	DialDigits int          // how many digits a local number has; 0: 8
}

func (o Options) whole() Options {
	if o.Currency.Code == "" && o.Currency.Digits == 0 {
		o.Currency = gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}
	}
	if len(o.Langs) == 0 {
		o.Langs = []gov.Lang{gov.Arabic, gov.English}
	}
	if o.Dial == "" {
		o.Dial = "+973"
	}
	if o.DialDigits == 0 {
		o.DialDigits = 8
	}
	return o
}

// Issue is a mistake in the definition of a form: where (a JSON pointer; line
// and column inside a rule, from 1, or 0), and what to do about it.
type Issue struct {
	Path      string
	Text      string   // in English
	Words     gov.Text // the same in every language
	Line, Col int
}

// String is path: text.
func (i Issue) String() string {
	if i.Line > 0 {
		return fmt.Sprintf("%s:%d:%d: %s", i.Path, i.Line, i.Col, i.Text)
	}
	return i.Path + ": " + i.Text
}

// Context is what is true around the answers while they are checked.
type Context struct {
	Now       time.Time
	Zone      *time.Location // of the country; nil: UTC
	Person    Person         // whom the case is for
	Fee       gov.Money      // charged so far
	Outcomes  map[string]string
	Case      map[string]any // reference, opened, service, document
	Extra     map[string]any // values of Options.Extra
	Base      Answers        // answers of the form this one was compiled over (CompileQuestions)
	Held      Holdings       // what registries have said of the person
	Presented Presented      // what credentials proved
	Strict    bool           // names beginning with _ are refused too (API, import)
	// File finds a stored file by its blob key among those this person may
	// attach; what it says of name, type and size replaces what was sent, and an
	// unknown key is refused. Without it attachments are taken as they are: only
	// for answers whose attachments our own upload put there.
	File func(blob string) (Attachment, bool)
}

// Today is the day in the country, as dates are stored.
func (c Context) Today() string { return c.local().Format(time.DateOnly) }

func (c Context) local() time.Time {
	if c.Zone == nil {
		return c.Now.UTC()
	}
	return c.Now.In(c.Zone)
}

// page is a compiled page.
type page struct {
	def  *Page
	when *rule.Program
}

// scope is a set of questions whose rules see each other: the form, or a group's row.
type scope struct {
	env       *rule.Env
	questions []*question
	order     []*question // each after those its conditions and values depend on
	byName    map[string]*question
}

// question is a compiled question.
type question struct {
	*Question
	index   int
	page    *page // nil in a group and in a lone list
	path    string
	limits  limits
	when    *rule.Program
	prefill *rule.Program
	value   *rule.Program
	valid   []validRule
	options []option
	inner   *scope // group
	needs   []string
}

type validRule struct {
	program *rule.Program
	text    gov.Text
}

type option struct {
	*Option
	when *rule.Program
}

// Env is what rules over this form's answers may use. Packs extend it.
func (f *Form) Env() *rule.Env { return f.scope.env }

// Questions are all questions in the order of the pages.
func (f *Form) Questions() []Question {
	out := make([]Question, len(f.scope.questions))
	for i, q := range f.scope.questions {
		out[i] = *q.Question
	}
	return out
}

// Question finds a question by name; nil when there is none.
func (f *Form) Question(name string) *Question {
	if q := f.scope.byName[name]; q != nil {
		c := *q.Question
		return &c
	}
	return nil
}

// Currency is the one the form was compiled for.
func (f *Form) Currency() gov.Currency { return f.opts.Currency }
