package desk

import (
	"net/http"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

// taskPage is one task: the case beside its evidence, and the decision.
type taskPage struct {
	*dossier
	Task       casework.Task
	Step       *pack.Step
	Clock      clock
	Holder     gov.Text // who has claimed it
	MayClaim   bool
	MayRelease bool
	Colleagues []ui.Option // to whom a supervisor may give it
	Form       *decision   // nil: nothing to decide for this reader
	Bar        string      // why not: own, claimed, role, ended
	Taken      *taken      // the decision that was taken
	Unproved   bool        // a fresh proof is needed before deciding
	Problems   gov.Problems
	Notice     gov.Text // why a decision was not taken
	Was        *was     // what was decided just before
}

// taken is a decision as it stands on the page of an ended task.
type taken struct {
	Outcome gov.Text
	Note    gov.Text
	Who     gov.Text
	When    time.Time
	Mine    bool
}

func (d *Desk) task(w http.ResponseWriter, r *http.Request) error {
	p, err := d.taskPage(r, input{})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "task", p)
}

// taskPage reads a task with everything its page shows; in is what was typed
// into the decision so far.
func (d *Desk) taskPage(r *http.Request, in input) (p *taskPage, err error) {
	err = d.write(r, func(tx *db.Tx) error {
		t, v, err := d.Cases.Task(tx, gov.TaskID(r.PathValue("id")))
		if err != nil {
			return err
		}
		p = &taskPage{Task: t, Step: v.Pack.Step(t.Step)}
		if p.dossier, err = d.dossier(tx, r, v); err != nil {
			return err
		}
		p.Was = d.before(tx, r)
		return d.fill(tx, p, in)
	})
	return p, err
}

func (d *Desk) fill(tx *db.Tx, p *taskPage, in input) (err error) {
	a, t := tx.Actor(), p.Task
	if p.Step == nil {
		return errNotHere
	}
	names, err := identity.Names(tx, t.Assignee)
	if err != nil {
		return err
	}
	p.Holder, p.Unproved = names[t.Assignee], !d.proved(a)
	if t.State != casework.TaskOpen {
		p.Bar, p.Taken = "ended", p.takenOf(t, a, p.Holder)
		return nil
	}
	p.Clock = d.clockOf(tx, t.Due)
	for _, k := range p.Track.Tokens {
		if k.Task == t.ID {
			p.Clock = d.tokenClock(tx, k)
		}
	}
	may := casework.MayWork(a, t)
	p.MayClaim = may && t.Assignee == ""
	p.MayRelease = may && t.Assignee != "" && (t.Assignee == a.Person || a.Has(gov.Supervisor))
	if a.Has(gov.Supervisor) {
		if p.Colleagues, err = colleagues(tx, t); err != nil {
			return err
		}
	}
	switch {
	case !may:
		p.Bar = "role"
	case p.own(a):
		p.Bar = "own"
	case t.Assignee != "" && t.Assignee != a.Person && !a.Has(gov.Supervisor):
		p.Bar = "claimed"
	default:
		p.Form, err = d.decisionForm(tx, p, in)
	}
	return err
}

// own reports whether the reader is the case's own person.
func (p *taskPage) own(a gov.Actor) bool {
	return a.Person == p.Applicant || a.Person == p.View.Agent && a.Person != ""
}

func (p *taskPage) takenOf(t casework.Task, a gov.Actor, who gov.Text) *taken {
	for i := len(p.Track.Decisions) - 1; i >= 0; i-- {
		x := p.Track.Decisions[i]
		if x.Step != t.Step || x.At != t.Ended.UnixMilli() {
			continue
		}
		out := &taken{Outcome: p.outcomeLabel(x.Step, x.Outcome), When: t.Ended, Who: who, Mine: x.By == a.Person}
		if p.Ours || a.Org == t.Organisation {
			out.Note = said(x)
		}
		if x.Silent {
			out.Who = pages.T("desk.platform")
		}
		return out
	}
	return nil
}

// colleagues are those of the organisation who may be given the task.
func colleagues(tx *db.Tx, t casework.Task) (out []ui.Option, err error) {
	all, err := identity.Staff(tx, t.Organisation)
	for _, c := range all {
		if casework.MayWork(gov.Actor{Org: t.Organisation, Roles: c.Roles}, t) && c.Person != t.Assignee {
			out = append(out, ui.Option{Value: string(c.Person), Text: c.Name})
		}
	}
	return out, err
}

// back is the page to return to after a small act.
func back(r *http.Request, fallback string) string {
	return ui.LocalPath(r.PostFormValue("back"), fallback)
}

func (d *Desk) act(w http.ResponseWriter, r *http.Request, do func(*db.Tx, gov.TaskID) error) error {
	id := gov.TaskID(r.PathValue("id"))
	if err := d.write(r, func(tx *db.Tx) error { return do(tx, id) }); err != nil {
		return err
	}
	return ui.Redirect(w, r, back(r, "/desk/tasks/"+string(id)))
}

func (d *Desk) claim(w http.ResponseWriter, r *http.Request) error { return d.act(w, r, d.Cases.Claim) }

func (d *Desk) release(w http.ResponseWriter, r *http.Request) error {
	return d.act(w, r, d.Cases.Release)
}

func (d *Desk) assign(w http.ResponseWriter, r *http.Request) error {
	to := gov.PersonID(r.PostFormValue("to"))
	if to == "" {
		p, err := d.taskPage(r, input{})
		if err != nil {
			return err
		}
		p.Problems = gov.Problems{{Field: "to", Text: pages.T("desk.assign.whom")}}
		return pages.RenderInvalid(w, r, "task", p)
	}
	return d.act(w, r, func(tx *db.Tx, id gov.TaskID) error { return d.Cases.Assign(tx, id, to) })
}
