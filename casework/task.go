package casework

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/pack"
)

// TaskState is where a task is in its life.
type TaskState string

// The states of a task.
const (
	TaskOpen      TaskState = "open"
	TaskDone      TaskState = "done"
	TaskCancelled TaskState = "cancelled" // the case went another way
)

// Task is work on a case for a person: a review, an opinion, a co-signature.
type Task struct {
	ID           gov.TaskID
	Case         gov.CaseID
	Ref          string // the case's
	Service      gov.ServiceID
	Step         string
	Kind         pack.StepKind
	Organisation gov.OrgID    // whose queue it is in; empty for co-signatures
	Role         gov.Role     // who may take it
	Person       gov.PersonID // who must co-sign
	Assignee     gov.PersonID // the officer who has claimed it; empty: free
	State        TaskState
	Urgent       bool // escalated
	Created      time.Time
	Due          time.Time // zero: no deadline
	Ended        time.Time
}

// civilTag marks a co-signer who has no account yet by their civil number; the
// task becomes theirs when they first sign in.
const civilTag = "civil:"

// Note is what an officer wrote for colleagues; the applicant does not see it.
type Note struct {
	At           time.Time
	Author       gov.PersonID
	Organisation gov.OrgID
	Words        string
}

// MayWork reports whether an actor may act on a task: the role in its organisation.
// A supervisor may do what an officer may; what is an auditor's is nobody else's.
func MayWork(a gov.Actor, t Task) bool {
	return a.Org == t.Organisation && a.Org != "" && (a.Has(t.Role) || t.Role != gov.Auditor && a.Has(gov.Supervisor))
}

func (e *Engine) newTask(tx *db.Tx, c *Case, s *pack.Step, t Task) (gov.TaskID, error) {
	t.ID, t.Case, t.Ref, t.Service = gov.TaskID(db.NewID(tx.Now())), c.ID, c.Ref, c.Service
	t.Step, t.Kind, t.State, t.Created = s.ID, s.Kind, TaskOpen, tx.Now()
	return t.ID, insertTask(tx, t)
}

// Claim takes a free task for the actor. Conflict: somebody else has it.
func (e *Engine) Claim(tx *db.Tx, id gov.TaskID) error { return e.reassign(tx, id, tx.Actor().Person) }

// Release gives a claimed task back to the queue.
func (e *Engine) Release(tx *db.Tx, id gov.TaskID) error { return e.reassign(tx, id, "") }

// Assign gives a task to an officer of the same organisation; only a supervisor may.
func (e *Engine) Assign(tx *db.Tx, id gov.TaskID, to gov.PersonID) error {
	if !tx.Actor().Has(gov.Supervisor) {
		return errDenied
	}
	ok, err := e.worksFor(tx, to, tx.Actor().Org)
	if err != nil {
		return err
	}
	if !ok {
		return gov.Fail(gov.Invalid, "هذا الموظف لا يعمل في جهتك", "This officer does not work in your organisation")
	}
	return e.reassign(tx, id, to)
}

func (e *Engine) reassign(tx *db.Tx, id gov.TaskID, to gov.PersonID) error {
	t, err := loadTask(tx, id)
	if err != nil {
		return err
	}
	a := tx.Actor()
	switch {
	case a.Org == "" || a.Org != t.Organisation:
		return errNoTask
	case !MayWork(a, t):
		return errDenied
	case t.State != TaskOpen:
		return errDecided
	case t.Assignee == to:
		return nil
	case t.Assignee != "" && t.Assignee != a.Person && !a.Has(gov.Supervisor):
		return gov.Fail(gov.Conflict, "استلم المهمة موظف آخر", "Another officer has taken this task")
	}
	ok, err := assignTask(tx, id, t.Assignee, to)
	if err == nil && !ok {
		return errMoved
	}
	return err
}

// Note adds a note for colleagues to a case that the actor's organisation works on.
func (e *Engine) Note(tx *db.Tx, id gov.CaseID, words string) error {
	words, _ = gov.CleanText(words)
	if words == "" || len(words) > 16_000 {
		return gov.Fail(gov.Invalid, "اكتب ملاحظة لا تزيد على 4000 حرف", "Write a note of up to 4,000 characters").At("words")
	}
	c, err := load(tx, id)
	if err != nil {
		return err
	}
	if !e.staffOf(tx, c) {
		return errNoCase
	}
	return insertNote(tx, id, words)
}

// Queue lists the open tasks of the actor's organisation by legal deadline, but
// for those of its auditors.
func (e *Engine) Queue(tx *db.Tx, f QueueFilter) ([]Task, error) {
	if tx.Actor().Org == "" || !tx.Actor().Has(gov.Officer, gov.Supervisor) {
		return nil, errDenied
	}
	return queue(tx, tx.Actor().Org, false, f)
}

// AuditQueue lists the open tasks that packs give to the auditors of the actor's
// organisation. Errors: Denied to anybody else.
func (e *Engine) AuditQueue(tx *db.Tx, f QueueFilter) ([]Task, error) {
	if tx.Actor().Org == "" || !tx.Actor().Has(gov.Auditor) {
		return nil, errDenied
	}
	return queue(tx, tx.Actor().Org, true, f)
}

// QueueCounts says how much is in the queue of the actor's organisation.
func (e *Engine) QueueCounts(tx *db.Tx) (Counts, error) {
	return countQueue(tx, tx.Actor().Org, tx.Actor().Person)
}

// Asked lists the tasks that wait for the actor as a person: co-signatures.
func (e *Engine) Asked(tx *db.Tx) ([]Task, error) { return tasksFor(tx, tx.Actor().Person) }

// fact writes a fact about the case with all its keys.
func fact(tx *db.Tx, c *Case, name string, body map[string]any) error {
	f := journal.Fact{Name: name, Subject: string(c.ID), Service: c.Service, Organisation: c.Organisation, Channel: c.Channel, Place: c.Place, Version: c.Version}
	if body != nil {
		f.Body = journal.Body(body)
	}
	return journal.Append(tx, f)
}

// vars are the names a rule of the pack may use for this case now.
func (e *Engine) vars(tx *db.Tx, c *Case, p *pack.Pack) (map[string]any, error) {
	fc, err := e.formContext(tx, c)
	if err != nil {
		return nil, err
	}
	return p.Vars(c.Answers, fc), nil
}

func (e *Engine) formContext(tx *db.Tx, c *Case) (form.Context, error) {
	who, err := e.person(tx, c.Applicant)
	return e.contextFor(tx, c, who), err
}

func (e *Engine) contextFor(tx *db.Tx, c *Case, who form.Person) form.Context {
	return form.Context{
		Now: tx.Now(), Zone: e.Calendar.Zone, Person: who, Fee: c.Track.Fee, Outcomes: c.Track.Outcomes, Held: c.Track.Held, Presented: c.Track.presented(),
		Case: map[string]any{"disputed": c.Track.disputed(), "unverified": c.Track.unverified(),
			"reference": c.Ref, "opened": c.Opened.Format(time.DateOnly), "service": string(c.Service), "channel": string(c.Channel), "organisation": string(c.Organisation)},
	}
}

// around is what is true around the case's answers; the applicant is read once a walk.
func (w *walk) around() (form.Context, error) {
	if w.who == nil {
		p, err := w.person(w.tx, w.c.Applicant)
		if err != nil {
			return form.Context{}, err
		}
		w.who = &p
	}
	return w.contextFor(w.tx, w.c, *w.who), nil
}

// names are the names a rule of the pack may use for the case as it stands.
func (w *walk) names() (map[string]any, error) {
	fc, err := w.around()
	if err != nil {
		return nil, err
	}
	return w.p.Vars(w.c.Answers, fc), nil
}
