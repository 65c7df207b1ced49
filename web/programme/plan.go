package programme

import (
	"context"
	"fmt"
	"net/http"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/programme/plan"
	"diwan.example/web/ui"
)

// top is what stands above every page of a plan.
type top struct {
	plan.Plan
	Owner    gov.Text
	Cycle    plan.Cycle
	Tab      string
	Mine     bool // the reader writes it
	Head     bool // the reader gives it
	Lead     bool
	Approves bool
	Done     string
}

// Path is an address of the plan.
func (t top) Path(more string) string {
	return fmt.Sprintf("/programme/plans/%d/%s%s", t.Plan.Year, t.Organisation, more)
}

// Writable reports whether the reader may write the plan now.
func (t top) Writable() bool { return t.Mine && t.Editable() && t.Cycle.State == plan.CycleOpen }

// Followable reports whether the plan has anything to follow.
func (t top) Followable() bool { return t.Running() || t.State == plan.Closed }

// Deadline is until when the plan is to be given.
func (t top) Deadline() string { return t.Plan.Deadline(t.Cycle).String() }

// topOf reads what stands above a page of a plan.
func (p *Programme) topOf(tx *db.Tx, r *http.Request, x ref, tab string) (t top, err error) {
	if t.Plan, err = p.Plans.Find(tx, x.Year, x.Org); err != nil {
		return t, err
	}
	t.Cycle, err = p.Plans.Cycle(tx, x.Year)
	a := tx.Actor()
	t.Tab, t.Owner, t.Done = tab, p.Organisation(r.Context(), x.Org), r.URL.Query().Get("done")
	t.Mine, t.Head, t.Lead, t.Approves = plan.MayWrite(a, x.Org), plan.MayGive(a, x.Org), plan.MayLead(a), plan.MayApprove(a)
	return t, err
}

// planPage is a plan as it is read.
type planPage struct {
	top
	Blocks   []block
	General  []comment // on the whole plan
	Course   []event
	Building []plan.UnderDevelopment
	Revised  bool       // there are two states to compare
	Words    []ui.Field // why a plan is returned
	Saying   []ui.Field // a comment
	Open     int        // changes asked for and not settled
	Problems gov.Problems
}

// event is a step in the life of a plan, as people read it.
type event struct {
	plan.Step
	Who   gov.Text
	Whose gov.Text
}

func (p *Programme) plan(w http.ResponseWriter, r *http.Request) error {
	return p.showPlan(w, r, http.StatusOK, nil, nil)
}

// showPlan shows a plan, with what was typed below it when that was refused.
func (p *Programme) showPlan(w http.ResponseWriter, r *http.Request, status int, typed form.Answers, problems gov.Problems) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	v := planPage{Problems: problems}
	err = p.read(r, func(tx *db.Tx) (err error) {
		if v.top, err = p.topOf(tx, r, x, "read"); err != nil {
			return err
		}
		_, parts, err := p.Plans.Parts(tx, x.Year, x.Org)
		if err != nil {
			return err
		}
		for _, part := range parts {
			b := shown(part)
			if a := tx.Actor(); part.Section.ID == plan.Linkages && a.Org == x.Org && plan.MayWrite(a, x.Org) {
				b.Agree = p.agreeing(r.Context(), part.Answers)
			}
			v.Blocks = append(v.Blocks, b)
		}
		if v.Building, err = p.Plans.Development(tx, x.Year, x.Org); err != nil {
			return err
		}
		kinds, err := p.Plans.MayComment(tx, v.Plan)
		if err != nil {
			return err
		}
		v.Words = p.fields(returnQuestion(), typed, problems)
		v.Saying = p.commenting(kinds, v.Blocks, typed, problems)
		if err := p.course(tx, r.Context(), &v); err != nil {
			return err
		}
		return p.comments(tx, r.Context(), &v)
	})
	if err != nil {
		return err
	}
	return pages.RenderStatus(w, r, status, "plan", v)
}

// course puts the life of the plan in words, the latest first.
func (p *Programme) course(tx *db.Tx, ctx context.Context, v *planPage) error {
	var people []gov.PersonID
	for _, s := range v.Plan.Course {
		people = append(people, s.By)
	}
	called, err := names(tx, people...)
	given := 0
	for i := len(v.Plan.Course) - 1; i >= 0; i-- {
		s := v.Plan.Course[i]
		v.Course = append(v.Course, event{s, called[s.By], p.org(ctx, s.Acting)})
		if s.Event == "submit" {
			given++
		}
	}
	v.Revised = given > 1
	return err
}

// comments puts what was said beside the sections it is about.
func (p *Programme) comments(tx *db.Tx, ctx context.Context, v *planPage) error {
	list, err := p.Plans.Comments(tx, v.Plan.Year, v.Organisation)
	if err != nil {
		return err
	}
	var people []gov.PersonID
	for _, c := range list {
		people = append(people, c.Author)
	}
	called, err := names(tx, people...)
	for _, c := range list {
		x := comment{Comment: c, Who: called[c.Author], Whose: p.org(ctx, c.Acting), May: plan.MaySettle(tx.Actor(), v.Plan, c)}
		if c.Kind == plan.Change && c.Settled.IsZero() {
			v.Open++
		}
		if !v.beside(x) {
			v.General = append(v.General, x)
		}
	}
	return err
}

func (v *planPage) beside(c comment) bool {
	for i := range v.Blocks {
		if v.Blocks[i].Section.ID == c.Section {
			v.Blocks[i].Comments = append(v.Blocks[i].Comments, c)
			return true
		}
	}
	return false
}

func returnQuestion() []form.Question {
	return []form.Question{{Name: "why", Kind: form.LongText, Label: pages.T("programme.return.why"), Help: pages.T("programme.return.hint")}}
}

// commentQuestions ask what somebody has to say.
func commentQuestions(kinds []plan.CommentKind, sections []plan.Section) []form.Question {
	about := form.Question{Name: "section", Kind: form.OneOf, Optional: true, Label: pages.T("programme.comment.section"), Help: pages.T("programme.comment.whole")}
	for _, s := range sections {
		about.Options = append(about.Options, form.Option{Value: s.ID, Label: s.Title})
	}
	kind := form.Question{Name: "kind", Kind: form.OneOf, Label: pages.T("programme.comment.kind")}
	for _, k := range kinds {
		kind.Options = append(kind.Options, form.Option{Value: string(k), Label: pages.T("programme.comment.kind." + string(k))})
	}
	return []form.Question{about, kind, {Name: "words", Kind: form.LongText, Label: pages.T("programme.comment.words")}}
}

func (p *Programme) commenting(kinds []plan.CommentKind, blocks []block, typed form.Answers, problems gov.Problems) []ui.Field {
	if len(kinds) == 0 {
		return nil
	}
	var sections []plan.Section
	for _, b := range blocks {
		sections = append(sections, b.Section)
	}
	if typed == nil && len(kinds) == 1 {
		typed = form.Answers{"kind": string(kinds[0])}
	}
	return p.fields(commentQuestions(kinds, sections), typed, problems)
}
