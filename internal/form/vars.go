package form

import (
	"slices"
	"sync"

	"diwan.example/internal/rule"
)

// The capitals keep these apart from groups, whose records have the groups' names.
var (
	addressType = rule.Record("Address", rule.Var{Name: "block", Type: rule.Text}, rule.Var{Name: "road", Type: rule.Text},
		rule.Var{Name: "building", Type: rule.Text}, rule.Var{Name: "flat", Type: rule.Text})
	pointType = rule.Record("Point", rule.Var{Name: "lat", Type: rule.Number}, rule.Var{Name: "lng", Type: rule.Number})
	fileType  = rule.Record("File", rule.Var{Name: "name", Type: rule.Text}, rule.Var{Name: "type", Type: rule.Text},
		rule.Var{Name: "size", Type: rule.Whole})
	personType = rule.Record("Person",
		rule.Var{Name: "civil_number", Type: rule.Text}, rule.Var{Name: "name_ar", Type: rule.Text}, rule.Var{Name: "name_en", Type: rule.Text},
		rule.Var{Name: "birth", Type: rule.Date}, rule.Var{Name: "sex", Type: rule.Text}, rule.Var{Name: "nationality", Type: rule.Text},
		rule.Var{Name: "phone", Type: rule.Text}, rule.Var{Name: "email", Type: rule.Text}, rule.Var{Name: "block", Type: rule.Text},
		rule.Var{Name: "road", Type: rule.Text}, rule.Var{Name: "building", Type: rule.Text}, rule.Var{Name: "flat", Type: rule.Text},
		rule.Var{Name: "address", Type: addressType}, rule.Var{Name: "marks", Type: rule.List(rule.Text)})
	caseType = rule.Record("Case", rule.Var{Name: "reference", Type: rule.Text}, rule.Var{Name: "opened", Type: rule.Date},
		rule.Var{Name: "service", Type: rule.Text}, rule.Var{Name: "document", Type: rule.Any},
		rule.Var{Name: "disputed", Type: rule.List(rule.Text)}, rule.Var{Name: "unverified", Type: rule.List(rule.Text)})
)

// personal are the names that prefill may use.
func personal() []rule.Var {
	return []rule.Var{{Name: "person", Type: personType}, {Name: "today", Type: rule.Date}, {Name: "now", Type: rule.Moment}}
}

// surroundings are the names besides the questions.
func surroundings() []rule.Var {
	return append(personal(),
		rule.Var{Name: rule.Answered, Type: rule.List(rule.Text)}, rule.Var{Name: "fee", Type: rule.Money},
		rule.Var{Name: "outcome", Type: rule.Map(rule.Text)}, rule.Var{Name: "case", Type: caseType})
}

// TypeOf is the type that q's answer has in rules.
func TypeOf(q Question) rule.Type {
	switch q.Kind {
	case Number:
		if q.Decimals == 0 {
			return rule.Whole
		}
		return rule.Number
	case Money:
		return rule.Money
	case Date:
		return rule.Date
	case Time:
		return rule.Time
	case YesNo, Declaration:
		return rule.Bool
	case ManyOf:
		return rule.List(rule.Text)
	case Address:
		return addressType
	case MapPoint:
		return pointType
	case File:
		return rule.List(fileType)
	case Group:
		return rule.List(rule.Record(q.Name, varsOf(q.Questions)...))
	case Computed:
		return TypeOf(Question{Kind: q.Gives, Decimals: q.Decimals})
	}
	return rule.Text
}

func varsOf(qs []Question) []rule.Var {
	out := make([]rule.Var, len(qs))
	for i, q := range qs {
		out[i] = rule.Var{Name: q.Name, Type: TypeOf(q)}
	}
	return out
}

// Vars are the values of all names for rules compiled over Env, from canonical
// answers. Add the values of names that you extended Env with.
func (f *Form) Vars(answers Answers, c Context) map[string]any {
	vars := c.vars(len(f.scope.questions))
	names := make([]string, 0, len(answers)+len(c.Base))
	for _, from := range []Answers{c.Base, answers} {
		for name, v := range from {
			names = append(names, name)
			vars[name] = f.forRules(name, v)
		}
	}
	for name := range c.Presented {
		names = append(names, name)
		vars[name] = []any{}
	}
	slices.Sort(names)
	vars[rule.Answered] = slices.Compact(names)
	return vars
}

func (f *Form) forRules(name string, v any) any {
	if q := f.scope.byName[name]; q != nil {
		if x, ok := loose(q.Question, v); ok {
			v = x
		}
	}
	return shown(v)
}

// shown is a canonical answer in a shape that package rule reads.
func shown(v any) any {
	files, ok := v.([]Attachment)
	if !ok {
		return v
	}
	out := make([]any, len(files))
	for i, a := range files {
		out[i] = map[string]any{"name": a.Name, "type": a.Type, "size": a.Size}
	}
	return out
}

// vars are the surroundings' values.
func (c Context) vars(more int) map[string]any {
	vars := make(map[string]any, more+8+len(c.Extra))
	for name, v := range c.Extra {
		vars[name] = v
	}
	vars["person"] = sync.OnceValue(func() any { return rule.Ready(personType, c.Person.record()) })
	vars["today"] = c.Today()
	vars["now"] = c.Now
	vars["fee"] = c.Fee
	vars["outcome"] = c.Outcomes
	vars["case"] = c.Case
	vars[presented] = c.Presented.forRules()
	return vars
}

func (p Person) record() map[string]any {
	return map[string]any{
		"civil_number": p.CivilNumber, "name_ar": p.NameAr, "name_en": p.NameEn, "birth": p.Birth, "sex": p.Sex,
		"nationality": p.Nationality, "phone": p.Phone, "email": p.Email, "block": p.Block, "road": p.Road,
		"building": p.Building, "flat": p.Flat, "marks": p.Marks,
		"address": map[string]any{"block": p.Block, "road": p.Road, "building": p.Building, "flat": p.Flat},
	}
}
