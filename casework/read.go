package casework

import (
	"cmp"
	"context"
	"io"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/pack"
)

// scanned passes a stored file by the virus scanner. An infected file is deleted.
func (e *Engine) scanned(ctx context.Context, key string) (string, error) {
	if e.Scan == nil {
		return "unscanned", nil
	}
	r, err := e.Blobs.Get(ctx, key)
	if err != nil {
		return "", err
	}
	defer r.Close()
	verdict, err := e.Scan(ctx, r)
	if gov.KindOf(err) == gov.Invalid {
		if err := e.Blobs.Delete(ctx, key); err != nil {
			e.Log.ErrorContext(ctx, "casework: infected file not deleted", "err", err)
		}
	}
	return verdict, err
}

// actsOn reports whether the actor is one of the case's own people: the
// applicant, their agent while the mandate holds, or, for a draft made at the
// counter, the officer who made it.
func (e *Engine) actsOn(tx *db.Tx, c *Case) (bool, error) {
	a := tx.Actor()
	if a.Person == "" {
		return false, nil
	}
	if a.Person == c.Applicant && c.Company == "" && a.Channel != gov.Counter {
		return true, nil
	}
	if p := c.Track.Presence; p != nil && a.Channel == gov.Counter && p.Org == a.Org && a.Has(gov.Officer, gov.Supervisor) {
		return c.State == Draft || p.Officer == a.Person, nil
	}
	if a.Person != c.Agent {
		return false, nil
	}
	subject := string(c.Applicant)
	if c.Company != "" {
		subject = string(c.Company)
	}
	return identity.MayActFor(tx, a.Person, subject, identity.MandateKind(c.Mandate), c.Service)
}

// own loads a case that the actor may act on as its applicant; to anyone else
// it does not exist.
func (e *Engine) own(tx *db.Tx, id gov.CaseID) (*walk, error) {
	c, err := load(tx, id)
	if err != nil {
		return nil, err
	}
	if ok, err := e.actsOn(tx, c); err != nil || !ok {
		return nil, cmp.Or[error](err, errNoCase)
	}
	return e.walking(tx, c)
}

// staffOf reports whether the actor works for an organisation that has, or has
// had, work on this case: an auditor only where a task is theirs.
func (e *Engine) staffOf(tx *db.Tx, c *Case) bool {
	a := tx.Actor()
	staff := a.Has(gov.Officer, gov.Supervisor)
	if a.Org == "" || !staff && !a.Has(gov.Auditor) || c.State == Draft {
		return false
	}
	if staff && a.Org == c.Organisation {
		return true
	}
	ts, err := tasksOf(tx, c.ID)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(ts, func(t Task) bool {
		if t.Role == gov.Auditor {
			return t.Organisation == a.Org && a.Has(gov.Auditor)
		}
		return t.Organisation == a.Org && staff
	})
}

// View is everything one reader may see of a case.
type View struct {
	*Case
	Pack    *pack.Pack
	Mine    bool // the reader is the applicant or their agent
	Staff   bool // the reader works on it
	Ours    bool // the case is of the reader's organisation
	Tasks   []Task
	Notes   []Note // for staff
	History []journal.Fact
	Owing   *pack.Step // what the applicant owes now: a pay or correct step
	OwedBy  time.Time
	Charge  gov.ChargeID // to be paid now
	Asked   *Task        // the co-signature asked of the reader
	Rev     int64
	Appeal  bool // an appeal is possible
}

// Get shows a case to its applicant, to somebody asked to co-sign it, or to
// staff who work on it; a look of anybody but the applicant lands in the
// applicant's access log, so tx must be able to write.
// To everybody else the case does not exist.
func (e *Engine) Get(tx *db.Tx, id gov.CaseID) (*View, error) {
	c, err := load(tx, id)
	if err != nil {
		return nil, err
	}
	v := &View{Case: c, Rev: c.rev}
	if v.Mine, err = e.actsOn(tx, c); err != nil {
		return nil, err
	}
	if v.Tasks, err = tasksOf(tx, id); err != nil {
		return nil, err
	}
	v.Staff, v.Ours = e.staffOf(tx, c), tx.Actor().Org == c.Organisation
	v.Asked = askedOf(v.Tasks, tx.Actor())
	if !v.Mine && !v.Staff && v.Asked == nil {
		return nil, errNoCase
	}
	return v, e.complete(tx, v)
}

func askedOf(ts []Task, a gov.Actor) *Task {
	for i := range ts {
		if ts[i].Person != "" && ts[i].Person == a.Person {
			return &ts[i]
		}
	}
	return nil
}

func (e *Engine) complete(tx *db.Tx, v *View) error {
	w, err := e.walking(tx, v.Case)
	if err != nil {
		return err
	}
	v.Pack = w.p
	if v.History, err = journal.Of(tx, string(v.ID)); err != nil {
		return err
	}
	if t, s := v.at(w.p, pack.Pay, pack.Correct); t != nil {
		v.Owing, v.OwedBy, v.Charge = s, db.Moment(t.Due), t.Charge
	}
	v.Appeal = v.Mine && w.appealable()
	if !v.Mine && v.Asked != nil && !v.Staff {
		v.restrict(w.p)
	}
	if v.Staff {
		if v.Notes, err = notesOf(tx, v.ID); err != nil {
			return err
		}
		if v.forGuest(tx.Actor()); tx.Actor().Org != v.Organisation {
			v.Notes = ofOrg(v.Notes, tx.Actor().Org)
		}
	}
	return journal.Looked(tx, v.look("case"))
}

// look is what the applicant's access log says when somebody sees their case.
func (c *Case) look(what string) journal.Look {
	return journal.Look{Person: c.Applicant, What: what, Subject: string(c.ID), Purpose: string(c.Service), Case: c.ID, Service: c.Service}
}

// restrict leaves a co-signer only the answers that the step shows them.
func (v *View) restrict(p *pack.Pack) {
	s := p.Step(v.Asked.Step)
	if s == nil || len(s.Shows) == 0 {
		return
	}
	shown := form.Answers{}
	for _, n := range s.Shows {
		if a, ok := v.Answers[n]; ok {
			shown[n] = a
		}
	}
	v.Answers = shown
}

// Task loads a task and its case for an officer's page.
func (e *Engine) Task(tx *db.Tx, id gov.TaskID) (Task, *View, error) {
	t, err := loadTask(tx, id)
	if err != nil {
		return t, nil, err
	}
	a := tx.Actor()
	if t.Person != a.Person && t.Organisation != a.Org || a.Person == "" {
		return t, nil, errNoTask
	}
	v, err := e.Get(tx, t.Case)
	return t, v, err
}

// Correctable lists what may be changed at the correction that is owed now.
func (e *Engine) Correctable(v *View) []string {
	w := &walk{Engine: e, c: v.Case, p: v.Pack}
	if v.Owing == nil || v.Owing.Kind != pack.Correct {
		return nil
	}
	return w.correctable(v.Owing)
}

// Mine lists the actor's cases, newest first: theirs, those they act in, and
// those they were asked to co-sign.
func (e *Engine) Mine(tx *db.Tx, before string, n int) ([]*Case, error) {
	if tx.Actor().Person == "" {
		return nil, errDenied
	}
	return ofPerson(tx, tx.Actor().Person, before, n)
}

// ByRef finds a case by its reference, for its people and its staff.
func (e *Engine) ByRef(tx *db.Tx, ref string) (*View, error) {
	c, err := loadByRef(tx, strings.ToUpper(strings.TrimSpace(gov.Digits(ref))))
	if err != nil {
		return nil, err
	}
	return e.Get(tx, c.ID)
}

// Search finds cases of the actor's organisation by reference, by civil number
// or by name; what is found of people lands in their access logs.
func (e *Engine) Search(tx *db.Tx, words string, f Filter) ([]*Case, error) {
	a := tx.Actor()
	if a.Org == "" || !a.Has(gov.Officer, gov.Supervisor) {
		return nil, errDenied
	}
	f.Organisation, f.Handed = a.Org, true
	words = strings.TrimSpace(gov.Digits(words))
	switch {
	case words == "":
	case looksLikeRef(words):
		f.RefPrefix = strings.ToUpper(words)
	default:
		people, err := identity.Find(tx, words, "case-search")
		if err != nil || len(people) == 0 {
			return nil, err
		}
		for _, p := range people {
			f.Applicants = append(f.Applicants, p.ID)
		}
	}
	list, err := listCases(tx, f)
	for _, c := range list {
		if err := journal.Looked(tx, c.look("search")); err != nil {
			return nil, err
		}
	}
	return list, err
}

func looksLikeRef(s string) bool {
	i := strings.IndexByte(s, '-')
	return i >= 2 && i <= 3 && !strings.ContainsAny(s, " \t")
}

// List lists cases for oversight and replay: their keys and answers, without a
// look being recorded. Only the platform itself may call it.
func (e *Engine) List(tx *db.Tx, f Filter) ([]*Case, error) {
	if tx.Actor().Person != gov.System.Person {
		return nil, errDenied
	}
	return listCases(tx, f)
}

// Upload keeps a file for an answer of a case (or for a coming application of
// the actor when id is empty) and returns what the answer refers to it by. It
// opens its own transaction, after the file is stored.
func (e *Engine) Upload(ctx context.Context, id gov.CaseID, s gov.ServiceID, question, name string, r io.Reader) (a form.Attachment, err error) {
	var q *form.Question
	err = e.DB.Write(ctx, func(tx *db.Tx) (err error) { q, err = e.fileQuestion(tx, id, s, question); return err })
	if err != nil {
		return a, err
	}
	if a, err = e.storeFile(ctx, q, name, r); err != nil {
		return a, err
	}
	return a, e.DB.Write(ctx, func(tx *db.Tx) error { return insertUpload(tx, id, a) })
}

func (e *Engine) fileQuestion(tx *db.Tx, id gov.CaseID, s gov.ServiceID, question string) (*form.Question, error) {
	var p *pack.Pack
	var err error
	if id == "" {
		p, err = e.Packs.Current(tx, s)
	} else {
		var v *View
		if v, err = e.Get(tx, id); err == nil {
			p = v.Pack
		}
	}
	if err != nil {
		return nil, err
	}
	if q := findFile(p, question); q != nil {
		return q, nil
	}
	return nil, gov.Fail(gov.Invalid, "لا يقبل هذا السؤال ملفات", "This question takes no files").At(question)
}

// findFile finds a file question among the applicant's and the officers', also inside groups ("items.photo").
func findFile(p *pack.Pack, path string) *form.Question {
	name, inner, _ := strings.Cut(path, ".")
	q := question(p, name)
	if q != nil && q.Kind == form.Group {
		for i := range q.Questions {
			if q.Questions[i].Name == inner && q.Questions[i].Kind == form.File {
				return &q.Questions[i]
			}
		}
		return nil
	}
	if q == nil || q.Kind != form.File {
		return nil
	}
	return q
}

// Attachment opens a file of a case for somebody who may see the case.
func (e *Engine) Attachment(ctx context.Context, id gov.CaseID, blob string) (a form.Attachment, r io.ReadCloser, err error) {
	err = e.DB.Write(ctx, func(tx *db.Tx) error {
		v, err := e.Get(tx, id)
		if err != nil {
			return err
		}
		var ok bool
		a, ok, err = upload(tx, id, v.Applicant, blob)
		if err == nil && (!ok || !strings.Contains(db.JSON(v.Answers), blob)) {
			err = gov.Fail(gov.NotFound, "لا يوجد ملف بهذا الرقم في الطلب", "The application has no such file")
		}
		return err
	})
	if err != nil {
		return a, nil, err
	}
	r, err = e.Blobs.Get(ctx, a.Blob)
	return a, r, err
}

// Peek loads a case and its tasks for the platform's own work, without a look
// being recorded. Errors: Denied to people.
func (e *Engine) Peek(tx *db.Tx, id gov.CaseID) (*Case, []Task, error) {
	if tx.Actor().Person != gov.System.Person {
		return nil, nil, errDenied
	}
	c, err := load(tx, id)
	if err != nil {
		return nil, nil, err
	}
	ts, err := tasksOf(tx, id)
	return c, ts, err
}
