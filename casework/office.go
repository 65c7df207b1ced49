package casework

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// Offered lists the outcomes of a step that are open for this case now.
func (e *Engine) Offered(tx *db.Tx, v *View, s *pack.Step) (out []pack.Outcome, err error) {
	vars, err := e.vars(tx, v.Case, v.Pack)
	if err != nil {
		return nil, err
	}
	for _, o := range s.Outcomes {
		ok, err := o.Offered(tx.Context(), vars)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, o)
		}
	}
	return out, nil
}

// TaskAlone is a task of the actor's organisation without its case: nobody's data is seen.
func (e *Engine) TaskAlone(tx *db.Tx, id gov.TaskID) (Task, error) {
	t, err := loadTask(tx, id)
	if a := tx.Actor(); err == nil && (a.Org == "" || t.Organisation != a.Org || !a.Has(gov.Officer, gov.Supervisor) && !MayWork(a, t)) {
		return Task{}, errNoTask
	}
	return t, err
}

// FormContext is what is true around the answers of a case that the actor sees,
// for showing and checking its pages; the caller got v from Get, which looked.
func (e *Engine) FormContext(tx *db.Tx, v *View) (form.Context, error) {
	return e.formContext(tx, v.Case)
}

// Place is where a task stands in its queue: give it to QueueFilter to go on after it.
func (t Task) Place() (due int64, id string) { return dueOrNever(t.Due), string(t.ID) }

// InTime reports whether a decided task was decided before its deadline; a task
// without one always is.
func (t Task) InTime() bool { return t.Due.IsZero() || !t.Ended.After(t.Due) }

// Done lists what the actor has decided in their organisation since a moment, newest first.
func (e *Engine) Done(tx *db.Tx, since time.Time, n int) ([]Task, error) {
	a := tx.Actor()
	if a.Org == "" || !a.Has(gov.Officer, gov.Supervisor) {
		return nil, errDenied
	}
	return doneBy(tx, a.Org, a.Person, since, n)
}

// forGuest leaves staff of another organisation what their steps show them:
// they are asked for an opinion, the case is not theirs.
func (v *View) forGuest(a gov.Actor) {
	if a.Org == v.Organisation {
		return
	}
	shown := form.Answers{}
	for _, t := range v.Tasks {
		s := v.Pack.Step(t.Step)
		if t.Organisation != a.Org || s == nil {
			continue
		}
		if len(s.Shows) == 0 {
			return
		}
		for _, n := range s.Shows {
			if x, ok := v.Answers[n]; ok {
				shown[n] = x
			}
		}
		for _, q := range s.Asks {
			if x, ok := v.Answers[q.Name]; ok {
				shown[q.Name] = x
			}
		}
	}
	v.Answers = shown
}

// ofOrg leaves the notes that an organisation wrote itself.
func ofOrg(notes []Note, org gov.OrgID) (out []Note) {
	for _, n := range notes {
		if n.Organisation == org {
			out = append(out, n)
		}
	}
	return out
}

// changed names the answers that differ; names are no personal data.
func changed(before, after form.Answers) (names []string) {
	for name, x := range after {
		if db.JSON(before[name]) != db.JSON(x) {
			names = append(names, name)
		}
	}
	return names
}
