package desk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// The names of a decision's own fields; a pack's questions hold no dot, so that
// the two never meet.
const (
	outcomeField = "do.outcome"
	reasonField  = "do.reason." // and the outcome
	wordsField   = "do.words"
	markedField  = "do.marked"
	seenField    = "do.seen"
	thenField    = "then"      // next: open the next task after the decision
	filesField   = "do.files." // and the question: what is uploaded already
)

// decision is the form of a decision.
type decision struct {
	Asks     []ui.Field
	Outcome  ui.Field   // the outcomes offered; no options: an opinion
	Follow   []ui.Field // reasons of each outcome, answers to be marked
	Words    ui.Field
	Opinion  bool
	Seen     int64
	Files    map[string]string // hidden field → what is uploaded already
	Problems gov.Problems
}

// input is a decision as typed.
type input struct {
	sent     url.Values
	answers  form.Answers
	problems gov.Problems
}

func (in input) get(name string) string { return in.sent.Get(name) }

func (d *Desk) decisionForm(tx *db.Tx, p *taskPage, in input) (*decision, error) {
	outcomes, err := d.Cases.Offered(tx, p.View, p.Step)
	if err != nil {
		return nil, err
	}
	f := &decision{Seen: p.Rev, Opinion: len(p.Step.Outcomes) == 0, Problems: in.problems, Files: map[string]string{}}
	if a := p.Step.AsksForm(); a != nil {
		qs := a.Questions()
		f.Asks = ask.Fields(qs, ask.Page{Answers: in.answers, Problems: in.problems, Currency: d.Cases.Currency, FileURL: p.fileURL})
		for i, q := range qs {
			f.Asks[i].Optional = f.Asks[i].Optional || q.When != ""
			if list := in.answers[q.Name]; q.Kind == form.File && list != nil {
				f.Files[filesField+q.Name] = db.JSON(list)
			}
		}
	}
	f.outcomes(outcomes, in)
	for _, o := range outcomes {
		f.follow(o, p, in)
	}
	f.words(outcomes, in)
	return f, nil
}

func (f *decision) words(outcomes []pack.Outcome, in input) {
	f.Words = ui.Field{Kind: "long-text", Name: wordsField, Label: pages.T("desk.words"), Hint: pages.T("desk.words.hint"), Value: in.get(wordsField),
		MaxLength: 8000, Optional: !needWords(outcomes), Error: in.problem(wordsField)}
}

func needWords(outcomes []pack.Outcome) bool {
	for _, o := range outcomes {
		if !o.Words {
			return false
		}
	}
	return len(outcomes) > 0
}

func (in input) problem(field string) gov.Text {
	for _, p := range in.problems {
		if p.Field == field {
			return p.Text
		}
	}
	return nil
}

func (f *decision) outcomes(list []pack.Outcome, in input) {
	f.Outcome = ui.Field{Kind: "one-of", Name: outcomeField, Label: pages.T("desk.outcome"), Value: in.get(outcomeField), Error: in.problem(outcomeField)}
	for _, o := range list {
		opt := ui.Option{Value: o.ID, Text: o.Label}
		if o.Words {
			opt.Hint = pages.T("desk.outcome.words")
		}
		f.Outcome.Options = append(f.Outcome.Options, opt)
	}
	if len(list) == 1 {
		f.Outcome.Value = list[0].ID
	}
}

// follow adds what one outcome asks further: its reason, and the answers that
// the applicant is to correct.
func (f *decision) follow(o pack.Outcome, p *taskPage, in input) {
	f.reasons(o, in)
	next := p.Pack.Step(o.To)
	if next == nil || next.Kind != pack.Correct || len(next.Questions) > 0 {
		return
	}
	q := ui.Field{Kind: "many-of", Name: markedField, Label: pages.T("desk.marked"), Hint: pages.T("desk.marked.hint"), When: outcomeField + "=" + o.ID, Optional: true, Chosen: in.sent[markedField]}
	for _, x := range p.Pack.Form.Questions() {
		if p.Answers[x.Name] != nil && x.Kind != form.Computed && !x.Locked {
			q.Options = append(q.Options, ui.Option{Value: x.Name, Text: x.Label})
		}
	}
	f.Follow = append(f.Follow, q)
}

// reasons asks for the reason of an outcome that has ready ones.
func (f *decision) reasons(o pack.Outcome, in input) {
	if len(o.Reasons) == 0 {
		return
	}
	name := reasonField + o.ID
	q := ui.Field{Kind: "one-of", Name: name, Label: both(pages.T("desk.reason"), o.Label), When: outcomeField + "=" + o.ID, Value: in.get(name), Error: in.problem(name)}
	for _, x := range o.Reasons {
		q.Options = append(q.Options, ui.Option{Value: x.ID, Text: x.Text})
	}
	f.Follow = append(f.Follow, q)
}

// decide takes a decision. Pressed twice it is taken once; when somebody else
// was first, the page says who and what.
func (d *Desk) decide(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	p, err := d.open(r)
	if err != nil {
		return err
	}
	in, again, err := d.typed(r, p)
	if err != nil {
		return err
	}
	if again || in.problems != nil {
		return d.undecided(w, r, in, http.StatusUnprocessableEntity, nil)
	}
	err = d.write(r, func(tx *db.Tx) error {
		_, err := d.Cases.Decide(tx, p.Task.ID, in.verdict(p.Pack))
		return err
	})
	switch gov.KindOf(err) {
	case "":
		if in.get(thenField) == "next" {
			return d.onward(w, r, p.Task.ID)
		}
		return ui.Redirect(w, r, "/desk/tasks/"+string(p.Task.ID))
	case gov.Invalid:
		in.problems, _ = gov.ProblemsOf(err, "outcome")
		in.rename()
		return d.undecided(w, r, in, http.StatusUnprocessableEntity, nil)
	case gov.Conflict:
		return d.undecided(w, r, in, http.StatusConflict, gov.PublicOf(err))
	}
	return err
}

// open reads a task and its case without what its page shows.
func (d *Desk) open(r *http.Request) (p *taskPage, err error) {
	err = d.write(r, func(tx *db.Tx) error {
		t, v, err := d.Cases.Task(tx, gov.TaskID(r.PathValue("id")))
		if err != nil {
			return err
		}
		p = &taskPage{dossier: &dossier{View: v}, Task: t, Step: v.Pack.Step(t.Step)}
		if p.Step == nil || !v.Staff {
			return errNotHere
		}
		return nil
	})
	return p, err
}

// undecided shows the task again with everything typed. A task that the same
// officer has just decided is no conflict: the second press changes nothing.
func (d *Desk) undecided(w http.ResponseWriter, r *http.Request, in input, status int, notice gov.Text) error {
	p, err := d.taskPage(r, in)
	if err != nil {
		return err
	}
	if p.Taken != nil && p.Taken.Mine {
		return ui.Redirect(w, r, "/desk/tasks/"+string(p.Task.ID))
	}
	p.Notice, p.Problems = notice, in.problems
	return pages.RenderStatus(w, r, status, "task", p)
}

// typed reads the decision out of the posted form, and stores new files; again
// says that a row or a file was added or taken away and nothing is decided yet.
func (d *Desk) typed(r *http.Request, p *taskPage) (in input, again bool, err error) {
	in.sent = r.PostForm
	a := p.Step.AsksForm()
	if a == nil {
		return in, false, nil
	}
	qs := a.Questions()
	answers, removed, again := ask.Read(r.PostForm, qs)
	for _, q := range qs {
		if q.Kind == form.File {
			answers[q.Name] = kept(r.PostForm.Get(filesField + q.Name))
		}
	}
	answers, _ = ask.Drop(answers, removed)
	in.answers = answers
	in.problems, err = d.uploads(r, uploads{Case: p.ID, Service: p.Service, Questions: qs}, answers)
	return in, again, err
}

// kept are files that were uploaded with an earlier sending; the engine takes
// only those that really belong to the case or the officer.
func kept(s string) (list []any) {
	if s == "" || json.Unmarshal([]byte(s), &list) != nil {
		return nil
	}
	return list
}

func (in input) verdict(p *pack.Pack) casework.Verdict {
	v := casework.Verdict{Outcome: in.get(outcomeField), Words: in.get(wordsField), Answers: in.answers}
	v.Reason = in.get(reasonField + v.Outcome)
	v.Seen, _ = strconv.ParseInt(in.get(seenField), 10, 64)
	for _, n := range in.sent[markedField] {
		if p.Form.Question(n) != nil {
			v.Marked = append(v.Marked, n)
		}
	}
	return v
}

// rename gives the engine's problems the names that the fields have here.
func (in *input) rename() {
	for i, p := range in.problems {
		switch p.Field {
		case "outcome":
			in.problems[i].Field = outcomeField
		case "words":
			in.problems[i].Field = wordsField
		case "reason":
			in.problems[i].Field = reasonField + in.get(outcomeField)
		}
	}
}
