package pack

import (
	"errors"
	"regexp"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/rule"
)

// compile checks every question and every rule, and keeps the compiled rules.
func (r *reader) compile(g *graph) {
	f, issues := form.Compile(r.p.Pages, r.formOptions(nil))
	r.p.Form = f
	r.issues(questionsFile, "", issues)
	for i := range r.p.Steps {
		s := &r.p.Steps[i]
		earlier := r.earlier(g, s)
		env, err := f.Env().Extend(earlier)
		if err != nil {
			r.fail(procedureFile, at("steps", i), "", "تعذر إعداد أسماء القواعد: %s", "the names for rules cannot be declared: %s", err.Error())
			continue
		}
		if len(s.Asks) > 0 {
			asks, issues := form.CompileQuestions(s.Asks, f, r.formOptions(earlier))
			s.rules.asks = asks
			r.issues(procedureFile, at("steps", i, "asks"), issues)
		}
		r.compileStep(i, s, env)
		r.compileMoney(i, s, env)
		r.noticeNames(i, s, env)
		if s.Kind == Issue {
			r.compileDocument(s.Document, env)
		}
	}
	r.checkDocuments()
	if !r.o.Stored {
		r.checkExampleNames()
	}
}

func (r *reader) formOptions(extra []rule.Var) form.Options {
	return form.Options{Currency: r.o.Currency, Langs: r.o.Langs, Extra: extra, Dial: r.o.Dial, DialDigits: r.o.DialDigits}
}

// issues turns what the form found into problems.
func (r *reader) issues(file, prefix string, list []form.Issue) {
	for _, x := range list {
		path := prefix + strings.ReplaceAll(x.Path, "/", ".")
		n := r.spot(file, path, x.Line, x.Col)
		if x.Line == 0 {
			pl := r.place(file, path)
			n.Line, n.Column = pl.line, pl.col
		}
		r.at(file, n.Line, n.Column, "", "%s", "%s", x.Words)
	}
}

// rule compiles one rule; nil when it is empty or wrong.
func (r *reader) rule(env *rule.Env, file, path, src string, want rule.Type) *rule.Program {
	if src == "" {
		return nil
	}
	p, err := env.Compile(src, want)
	var wrong *rule.Error
	if errors.As(err, &wrong) {
		n := r.spot(file, path, wrong.Line, wrong.Col)
		r.at(file, n.Line, n.Column, wrong.Suggestion, "القاعدة غير صحيحة: %s", "the rule is wrong: %s", wrong.Words)
		return nil
	}
	return p
}

// earlier lists the answers that people working on the case may have given before step s.
func (r *reader) earlier(g *graph, s *Step) (out []rule.Var) {
	before := reach(g.from, g.from[s.ID]...)
	if s.ID == r.p.AppealTo || reach(g.to, r.p.AppealTo)[s.ID] && r.p.AppealTo != "" {
		for _, x := range r.p.Steps { // an appeal comes after everything
			before[x.ID] = true
		}
	}
	for _, x := range r.p.Steps {
		if !before[x.ID] || x.ID == s.ID {
			continue
		}
		for _, q := range x.Asks {
			out = append(out, rule.Var{Name: q.Name, Type: form.TypeOf(q)})
		}
	}
	return out
}

func (r *reader) compileStep(i int, s *Step, env *rule.Env) {
	compile := func(src string, want rule.Type, path ...any) *rule.Program {
		return r.rule(env, procedureFile, at("steps", i)+at(path...), src, want)
	}
	for k := range s.Routes {
		s.Routes[k].when = compile(s.Routes[k].When, rule.Bool, "routes", k, "when")
	}
	for k := range s.Outcomes {
		s.Outcomes[k].when = compile(s.Outcomes[k].When, rule.Bool, "outcomes", k, "when")
	}
	if isRule(s.Organisation) {
		s.rules.organisation = compile(" "+s.Organisation[1:len(s.Organisation)-1], rule.Text, "organisation")
	}
	if isRule(string(s.Registry)) {
		s.rules.registry = compile(" "+string(s.Registry[1:len(s.Registry)-1]), rule.Text, "registry")
	}
	s.rules.field, s.rules.value = compile(s.Field, rule.Text, "field"), compile(s.Value, rule.Any, "value")
	s.rules.who = compile(s.Who, rule.Text, "who")
	s.rules.until = compile(s.Until, rule.Moment, "until")
	s.rules.key = compile(s.Key, rule.Text, "key")
	s.rules.values = map[string]*rule.Program{}
	for col, src := range s.Values {
		if !idShape.MatchString(col) {
			r.fail(procedureFile, at("steps", i, "values", col), "", "اسم العمود %q يجب أن يكون بحروف لاتينية صغيرة وأرقام و _", "the column %q must be small letters, digits and _", col)
		}
		s.rules.values[col] = compile(src, rule.Any, "values", col)
	}
}

var decimal = regexp.MustCompile(`^[0-9٠-٩]+([.٫][0-9٠-٩]+)?$`)

// compileMoney reads the fee lines: a plain amount or a rule giving money.
func (r *reader) compileMoney(i int, s *Step, env *rule.Env) {
	for k := range s.Lines {
		l, path := &s.Lines[k], at("steps", i, "lines", k)
		l.when = r.rule(env, procedureFile, path+".when", l.When, rule.Bool)
		if !decimal.MatchString(l.Amount) {
			l.amount = r.rule(env, procedureFile, path+".amount", l.Amount, rule.Money)
			continue
		}
		m, err := r.o.Currency.Parse(l.Amount)
		if err != nil {
			r.fail(procedureFile, path+".amount", "", "المبلغ %q غير مفهوم، وللعملة %d منازل عشرية", "%q is no amount; the currency has %d decimals", l.Amount, r.o.Currency.Digits)
		}
		l.fixed = m
	}
	for k := range s.Exemptions {
		s.Exemptions[k].when = r.rule(env, procedureFile, at("steps", i, "exemptions", k, "when"), s.Exemptions[k].When, rule.Bool)
	}
}

// noticeNames holds the {names} in a message's text to what the case knows then.
func (r *reader) noticeNames(i int, s *Step, env *rule.Env) {
	names := []string{"reference"}
	for _, v := range env.Vars() {
		names = append(names, v.Name)
	}
	r.placeholders(procedureFile, at("steps", i, "text"), s.Text, names)
}

// claimTypes are the kinds a claim may have, and what its rule must give.
var claimTypes = map[form.Kind]rule.Type{
	"": rule.Text, form.ShortText: rule.Text, form.LongText: rule.Text, form.OneOf: rule.Text, form.CivilNumber: rule.Text,
	form.Passport: rule.Text, form.Country: rule.Text, form.IBAN: rule.Text, form.Phone: rule.Text, form.Email: rule.Text, form.Time: rule.Time,
	form.Number: rule.Number, form.Money: rule.Money, form.Date: rule.Date, form.YesNo: rule.Bool,
	form.ManyOf: rule.List(rule.Text), form.Address: rule.Any, form.Group: rule.Any, form.File: rule.Any,
}

// compileDocument compiles the claims over the names known where the document is issued.
func (r *reader) compileDocument(id string, env *rule.Env) {
	for i := range r.p.Documents {
		d := &r.p.Documents[i]
		if d.ID != id {
			continue
		}
		for k := range d.Claims {
			c, path := &d.Claims[k], at("documents", i, "claims", k)
			want, ok := claimTypes[c.Kind]
			if !ok {
				r.named(documentsFile, path+".kind", "البيان لا يكون من نوع", "a claim cannot be of kind", string(c.Kind), claimKinds())
				continue
			}
			c.value = r.rule(env, documentsFile, path+".value", c.Value, want)
			c.question = r.question(strings.TrimSpace(c.Value))
			if c.Kind == form.OneOf && (c.question == nil || len(c.question.Options) == 0) {
				r.fail(documentsFile, path+".value", "", "بيان من نوع one-of يكرر إجابة سؤال له خيارات", "a claim of kind one-of repeats the answer to a question with options")
			}
		}
	}
}

func claimKinds() (out []string) {
	for k := range claimTypes {
		out = append(out, string(k))
	}
	return out
}

// question finds a question of the application or of a step by name; nil when there is none.
func (r *reader) question(name string) *form.Question {
	for i := range r.p.Pages {
		for k := range r.p.Pages[i].Questions {
			if q := &r.p.Pages[i].Questions[k]; q.Name == name {
				return q
			}
		}
	}
	for i := range r.p.Steps {
		for k := range r.p.Steps[i].Asks {
			if q := &r.p.Steps[i].Asks[k]; q.Name == name {
				return q
			}
		}
	}
	return nil
}

// at records a problem at a line and column.
func (r *reader) at(file string, line, col int, suggestion, ar, en string, args ...any) {
	r.problems = append(r.problems, Problem{File: file, Line: line, Col: col, Suggestion: suggestion,
		Text: gov.T(ar, en).Sprintf(args...)})
}
