package portal

import (
	"net/http"
	"slices"
	"strings"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

type taskPage struct {
	Task     casework.Task
	Case     *draft
	Org      gov.Text
	Step     *pack.Step
	By       int64
	Open     bool
	Shown    []answered
	Fields   []ui.Field
	Files    []string
	Problems gov.Problems

	asks     []form.Question
	outcomes []pack.Outcome
}

var errNoTask = gov.Fail(gov.NotFound, "لا توجد مهمة بهذا الرقم", "There is no such task")

// consent loads what the reader is asked to agree to. To anybody else it does
// not exist.
func (p *Portal) consent(r *http.Request) (data taskPage, err error) {
	err = p.write(r, func(tx *db.Tx) error {
		t, v, err := p.Engine.Task(tx, gov.TaskID(r.PathValue("id")))
		if err != nil {
			return err
		}
		if t.Person == "" || t.Person != tx.Actor().Person {
			return errNoTask
		}
		data.Task, data.Case = t, &draft{View: v, ctx: r.Context(), answers: form.Answers{}}
		data.Step, data.By, data.Open = v.Pack.Step(t.Step), db.Millis(t.Due), t.State == casework.TaskOpen
		if data.Step == nil || !data.Open {
			return nil
		}
		if data.outcomes, err = p.Engine.Offered(tx, v, data.Step); err != nil {
			return err
		}
		data.Case.form, err = p.Engine.FormContext(tx, v)
		data.Case.form.Base = v.Answers
		return err
	})
	if err != nil || data.Step == nil {
		return data, err
	}
	data.Org = p.org(r.Context(), data.Case.Organisation)
	data.Shown = p.answers(r, data.Case.View)
	return data, nil
}

func (p *Portal) taskPage(w http.ResponseWriter, r *http.Request) error {
	data, err := p.consent(r)
	if err != nil {
		return err
	}
	return p.showTask(w, r, http.StatusOK, data, nil)
}

func (p *Portal) showTask(w http.ResponseWriter, r *http.Request, status int, data taskPage, typed map[string]string) error {
	if data.Open {
		beside := ask.Page{Answers: data.Case.answers, Problems: data.Problems, Currency: p.Engine.Currency}
		data.asks = data.visible()
		data.Fields = append(ask.Fields(data.asks, beside), data.choices(typed)...)
		data.Files = filesIn(data.asks, data.Case.answers)
		data.Problems = labelled(data.Problems, data.asks)
	}
	return pages.RenderStatus(w, r, status, "task", data)
}

// visible are the questions the step asks now.
func (d *taskPage) visible() (out []form.Question) {
	f := d.Step.AsksForm()
	if f == nil {
		return nil
	}
	for _, page := range f.Visible(d.Case.ctx, d.Case.answers, d.Case.form) {
		out = append(out, page.Questions...)
	}
	return out
}

// choices are the ways to answer, with the reasons and words they want.
func (d *taskPage) choices(typed map[string]string) (out []ui.Field) {
	pick := ui.Field{Kind: "one-of", Name: "outcome", Label: pages.T("portal.task.answer"), Value: typed["outcome"]}
	words := ui.Field{Kind: "long-text", Name: "words", Label: pages.T("portal.task.words"), Optional: true, MaxLength: 8000, Value: typed["words"]}
	wanted := false
	for _, o := range d.outcomes {
		wanted = wanted || o.Words
		pick.Options = append(pick.Options, ui.Option{Value: o.ID, Text: o.Label})
		if len(o.Reasons) == 0 {
			continue
		}
		why := ui.Field{Kind: "one-of", Name: "reason." + o.ID, Label: pages.T("portal.task.reason", o.Label), Value: typed["reason."+o.ID], When: "outcome=" + o.ID}
		for _, x := range o.Reasons {
			why.Options = append(why.Options, ui.Option{Value: x.ID, Text: x.Text})
		}
		out = append(out, why)
	}
	out = append([]ui.Field{pick}, out...)
	if wanted {
		out = append(out, words)
	}
	for i := range out {
		for _, x := range d.Problems {
			if x.Field == out[i].Name || x.Field == "reason" && out[i].Name == "reason."+typed["outcome"] {
				out[i].Error = x.Text
			}
		}
	}
	return out
}

// answerTask gives the reader's answer.
func (p *Portal) answerTask(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	data, err := p.consent(r)
	if err != nil {
		return err
	}
	if !data.Open || data.Step == nil {
		return ui.Redirect(w, r, "/tasks/"+string(data.Task.ID))
	}
	typed := map[string]string{}
	for name := range r.PostForm {
		if name == "outcome" || name == "words" || strings.HasPrefix(name, "reason.") {
			typed[name] = r.PostForm.Get(name)
		}
	}
	var again bool
	if data.Problems, again = p.takeAsks(r, &data); len(data.Problems) > 0 {
		return p.showTask(w, r, http.StatusUnprocessableEntity, data, typed)
	}
	if again {
		return p.showTask(w, r, http.StatusOK, data, typed)
	}
	verdict := casework.Verdict{Outcome: typed["outcome"], Reason: typed["reason."+typed["outcome"]], Words: typed["words"], Answers: data.Case.answers}
	err = p.write(r, func(tx *db.Tx) error { _, err := p.Engine.Decide(tx, data.Task.ID, verdict); return err })
	if problems, wrong := fieldProblems(err); wrong {
		data.Problems = problems
		return p.showTask(w, r, http.StatusUnprocessableEntity, data, typed)
	}
	if err != nil && gov.KindOf(err) != gov.Conflict {
		return err
	}
	return ui.Redirect(w, r, "/tasks/"+string(data.Task.ID))
}

// takeAsks reads what the step asks besides the decision.
func (p *Portal) takeAsks(r *http.Request, data *taskPage) (bad gov.Problems, again bool) {
	f := data.Step.AsksForm()
	if f == nil {
		return nil, false
	}
	qs := slices.DeleteFunc(f.Questions(), func(q form.Question) bool { return q.Kind == form.Computed })
	d := data.Case
	brought(d.answers, qs, r.PostForm["_file"])
	in, removed, again := ask.Read(r.PostForm, qs)
	bad = p.uploads(r, d, qs, in)
	d.answers = over(d.answers, in)
	if removed != "" {
		d.answers, _ = ask.Drop(d.answers, removed)
	}
	return bad, again
}
