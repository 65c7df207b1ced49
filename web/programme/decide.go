package programme

import (
	"net/http"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/programme/plan"
	"diwan.example/web/ui"
)

// decide makes a move of a plan; when it is refused the plan is shown again with
// the reason and what was typed.
func (p *Programme) decide(w http.ResponseWriter, r *http.Request, done string, typed form.Answers, move func(tx *db.Tx, x ref) error) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	err = p.change(r, func(tx *db.Tx) error { return move(tx, x) })
	if list, ok := refused(err, "words"); ok {
		return p.showPlan(w, r, http.StatusUnprocessableEntity, typed, list)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, pathOf(x, "?done="+done))
}

// comment says something about the plan.
func (p *Programme) comment(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	f := r.PostForm
	typed := form.Answers{"section": f.Get("section"), "kind": f.Get("kind"), "words": f.Get("words")}
	return p.decide(w, r, "commented", typed, func(tx *db.Tx, x ref) error {
		_, err := p.Plans.AddComment(tx, x.Year, x.Org, f.Get("section"), plan.CommentKind(f.Get("kind")), f.Get("words"))
		return err
	})
}

// settle says that a comment was dealt with.
func (p *Programme) settle(w http.ResponseWriter, r *http.Request) error {
	return p.decide(w, r, "settled", nil, func(tx *db.Tx, x ref) error {
		return p.Plans.Settle(tx, x.Year, x.Org, r.PathValue("comment"))
	})
}

// giveBack returns the plan to be revised.
func (p *Programme) giveBack(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	why := r.PostForm.Get("why")
	return p.decide(w, r, "returned", form.Answers{"why": why}, func(tx *db.Tx, x ref) error {
		_, err := p.Plans.Return(tx, x.Year, x.Org, why)
		return err
	})
}

func (p *Programme) finalise(w http.ResponseWriter, r *http.Request) error {
	return p.decide(w, r, "finalised", nil, func(tx *db.Tx, x ref) error {
		_, err := p.Plans.Finalise(tx, x.Year, x.Org)
		return err
	})
}

func (p *Programme) approve(w http.ResponseWriter, r *http.Request) error {
	return p.decide(w, r, "approved", nil, func(tx *db.Tx, x ref) error {
		_, err := p.Plans.Approve(tx, x.Year, x.Org)
		return err
	})
}

// extendPage gives an organisation more time.
type extendPage struct {
	ref
	Owner    gov.Text
	Cycle    plan.Cycle
	Fields   []ui.Field
	Problems gov.Problems
}

func extendQuestions() []form.Question {
	return []form.Question{
		{Name: "until", Kind: form.Date, Label: pages.T("programme.extend.until")},
		{Name: "reason", Kind: form.LongText, MaxLength: 1000, Label: pages.T("programme.extend.why")},
	}
}

func (p *Programme) extendForm(w http.ResponseWriter, r *http.Request) error {
	return p.showExtend(w, r, http.StatusOK, nil, nil)
}

func (p *Programme) showExtend(w http.ResponseWriter, r *http.Request, status int, typed form.Answers, problems gov.Problems) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	v := extendPage{ref: x, Owner: p.Organisation(r.Context(), x.Org), Fields: p.fields(extendQuestions(), typed, problems), Problems: problems}
	if err := p.read(r, func(tx *db.Tx) (err error) { v.Cycle, err = p.Plans.Cycle(tx, x.Year); return err }); err != nil {
		return err
	}
	return pages.RenderStatus(w, r, status, "extend", v)
}

func (p *Programme) extend(w http.ResponseWriter, r *http.Request) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	typed, out, problems, _, err := p.checked(r, extendQuestions())
	if err != nil {
		return err
	}
	if problems == nil {
		err = p.change(r, func(tx *db.Tx) error {
			_, err := p.Plans.Extend(tx, x.Year, x.Org, dayOf(out, "until"), text(out, "reason"))
			return err
		})
		list, ok := refused(err, "until")
		if err != nil && !ok {
			return err
		}
		problems = list
	}
	if len(problems) > 0 {
		return p.showExtend(w, r, http.StatusUnprocessableEntity, typed, problems)
	}
	return ui.Redirect(w, r, pathOf(x, "?done=extended"))
}
