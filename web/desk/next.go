package desk

import (
	"net/http"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// next opens what the officer should do next: their own first, then what is free;
// after a task that is left for now, what comes behind it.
func (d *Desk) next(w http.ResponseWriter, r *http.Request) error {
	var found *casework.Task
	err := d.Cases.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if id := gov.TaskID(r.URL.Query().Get("after")); id != "" {
			left, err := d.Cases.TaskAlone(tx, id)
			if err != nil {
				return err
			}
			if found, err = d.following(tx, &left); err != nil || found != nil {
				return err
			}
		}
		found, err = d.following(tx, nil)
		return err
	})
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, open(found))
}

// onward opens the next task after a decision, or the queue when there is none.
func (d *Desk) onward(w http.ResponseWriter, r *http.Request, decided gov.TaskID) error {
	var found *casework.Task
	err := d.Cases.DB.Read(r.Context(), func(tx *db.Tx) (err error) { found, err = d.following(tx, nil); return err })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, open(found)+"?was="+string(decided))
}

// open is the address of a task; of the queue when there is none.
func open(t *casework.Task) string {
	if t == nil {
		return "/desk"
	}
	return "/desk/tasks/" + string(t.ID)
}

// following is the first task that the officer may do, behind left when it is given.
func (d *Desk) following(tx *db.Tx, left *casework.Task) (*casework.Task, error) {
	for _, f := range []casework.QueueFilter{{Assignee: tx.Actor().Person, Limit: pageSize}, {Free: true, Limit: pageSize}} {
		if left != nil {
			f.AfterDue, f.AfterID = left.Place()
		}
		tasks, err := d.Cases.Queue(tx, f)
		if err != nil {
			return nil, err
		}
		for _, t := range tasks {
			if (left == nil || t.ID != left.ID) && tx.Actor().Has(t.Role, gov.Supervisor) {
				return &t, nil
			}
		}
	}
	return nil, nil
}

// was is the decision after which a page was opened.
type was struct {
	ID  gov.TaskID
	Ref string
}

// before reads the task that the address says was decided just before; anything
// but the reader's own decision is left out.
func (d *Desk) before(tx *db.Tx, r *http.Request) *was {
	id := gov.TaskID(r.URL.Query().Get("was"))
	if id == "" {
		return nil
	}
	t, err := d.Cases.TaskAlone(tx, id)
	if err != nil || t.State != casework.TaskDone || t.Assignee != tx.Actor().Person {
		return nil
	}
	return &was{t.ID, t.Ref}
}
