package committee

import (
	"net/http"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/web/ui"
)

// form is a page that asks something and is shown again when it is wrong.
type form struct {
	Over, Title, Lead gov.Text
	Fields            []ui.Field
	Problems          gov.Problems
	Button            gov.Text
	Look              string
	Back              string
	Upload            bool
	Saves             string // what was read, as the form remembers it
}

// show answers with the form, filled.
func (f form) show(w http.ResponseWriter, r *http.Request, answers map[string]any) error {
	f.Fields = ui.Fill(f.Fields, answers, nil, gov.Currency{})
	return pages.Render(w, r, "form", f)
}

// submit reads the form, does what it is for, and leads on. What is wrong, or has
// changed meanwhile, is said on the form, which keeps what was typed.
func (f form) submit(w http.ResponseWriter, r *http.Request, do func(answers map[string]any) (to string, err error)) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	answers := ui.Read(r.PostForm, f.Fields)
	if f.Saves != "" {
		f.Saves = r.PostForm.Get("saves")
	}
	if _, yes := ui.Rearranged(r.PostForm); yes {
		return f.show(w, r, answers)
	}
	to, err := do(answers)
	status := http.StatusUnprocessableEntity
	list, bad := gov.ProblemsOf(err, f.first())
	if gov.KindOf(err) == gov.Conflict {
		status, bad, list = http.StatusConflict, true, gov.Problems{{Field: f.first(), Text: gov.PublicOf(err)}}
	}
	if bad {
		f.Problems = f.placed(list)
		f.Fields = ui.Fill(f.Fields, answers, f.Problems, gov.Currency{})
		return pages.RenderStatus(w, r, status, "form", f)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, to)
}

func (f form) first() string {
	if len(f.Fields) == 0 {
		return ""
	}
	return f.Fields[0].Name
}

// placed puts problems at fields that exist: a text that lacks a language stands
// at its Arabic box, anything unknown at the first one.
func (f form) placed(list gov.Problems) gov.Problems {
	out := slices.Clone(list)
	for i, p := range out {
		switch name := p.Field; {
		case f.has(name):
		case f.has(name + "_ar"):
			out[i].Field = name + "_ar"
		default:
			out[i].Field = f.first()
		}
	}
	return out
}

func (f form) has(name string) bool {
	group, rest, inside := strings.Cut(name, ".")
	if !inside {
		return slices.ContainsFunc(f.Fields, func(x ui.Field) bool { return x.Name == name })
	}
	_, leaf, _ := strings.Cut(rest, ".")
	for _, x := range f.Fields {
		if x.Name == group {
			return slices.ContainsFunc(x.Inner, func(in ui.Field) bool { return in.Name == leaf })
		}
	}
	return false
}

// both are the boxes of a text in both languages.
func both(name, kind string, label gov.Text, optional bool) []ui.Field {
	return []ui.Field{
		{Kind: kind, Name: name + "_ar", Label: pages.T("committee.in.ar", label), Optional: optional},
		{Kind: kind, Name: name + "_en", Label: pages.T("committee.in.en", label), Optional: optional},
	}
}

func text(answers map[string]any, name string) gov.Text {
	return gov.T(str(answers, name+"_ar"), str(answers, name+"_en"))
}

func str(answers map[string]any, name string) string {
	s, _ := answers[name].(string)
	return s
}

func put(answers map[string]any, name string, t gov.Text) {
	answers[name+"_ar"], answers[name+"_en"] = t[gov.Arabic], t[gov.English]
}

// confirm asks before something that cannot be taken back.
func (c *Committees) post(w http.ResponseWriter, r *http.Request, to string, err error) error {
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, to)
}
