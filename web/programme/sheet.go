package programme

import (
	"net/http"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/programme"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// fields puts questions, answers and what is wrong with them on a page.
func (p *Programme) fields(qs []form.Question, a form.Answers, problems gov.Problems) []ui.Field {
	return ask.Fields(qs, ask.Page{Answers: a, Problems: problems, Currency: p.Plans.Currency})
}

// checked reads a posted form of the area's own: the answers as typed, and in
// their canonical shapes. Again says that only rows were added or removed.
func (p *Programme) checked(r *http.Request, qs []form.Question) (typed, out form.Answers, problems gov.Problems, again bool, err error) {
	if err = ui.ReadForm(r); err != nil {
		return nil, nil, nil, false, err
	}
	typed, _, again = ask.Read(r.PostForm, qs)
	if again {
		return typed, nil, nil, true, nil
	}
	f, wrong := form.CompileQuestions(qs, nil, form.Options{Currency: p.Plans.Currency})
	if len(wrong) > 0 {
		return nil, nil, nil, false, gov.Fail(gov.Internal, "", "a form of the programme cannot be asked: "+wrong[0].String())
	}
	out, err = f.Check(r.Context(), typed, form.Context{Now: p.DB.Now(), Zone: p.Plans.Zone})
	if list, ok := gov.ProblemsOf(err, ""); ok {
		return typed, nil, list, false, nil
	}
	return typed, out, nil, false, err
}

// text is an answer as text.
func text(a form.Answers, name string) string { s, _ := a[name].(string); return s }

// both is what was written under a name in Arabic and in English.
func both(a form.Answers, name string) gov.Text {
	return gov.T(text(a, name), text(a, name+"_en"))
}

// dayOf is an answer as a day; 0 when there is none.
func dayOf(a form.Answers, name string) programme.Day {
	d, err := programme.ParseDay(text(a, name))
	if err != nil {
		return 0
	}
	return d
}

// savesOf is how often something had been saved when the page was opened.
func savesOf(r *http.Request) int {
	n, err := strconv.Atoi(r.PostForm.Get("saves"))
	if err != nil {
		return -1
	}
	return n
}

func rowsOf(a form.Answers, name string) (out []form.Answers) {
	list, _ := a[name].([]any)
	for _, x := range list {
		if m, ok := x.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}
