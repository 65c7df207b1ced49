package catalogue

import (
	"cmp"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// RevisionState is where a revision of an entry is in its life.
type RevisionState string

// The states of a revision.
const (
	RevisionDraft     RevisionState = "draft"     // its organisation writes it
	RevisionReview    RevisionState = "review"    // the authority looks at it
	RevisionPublished RevisionState = "published" // it is what everybody reads
	RevisionReplaced  RevisionState = "replaced"  // it was that once
	RevisionDropped   RevisionState = "dropped"   // it was given up
)

// RevisionMoves is the life of a revision.
var RevisionMoves = gov.Moves[RevisionState]{
	{From: "", Event: "begin", To: RevisionDraft},
	{From: "", Event: "import", To: RevisionPublished},
	{From: RevisionDraft, Event: "save", To: RevisionDraft},
	{From: RevisionDraft, Event: "submit", To: RevisionReview},
	{From: RevisionDraft, Event: "drop", To: RevisionDropped},
	{From: RevisionReview, Event: "return", To: RevisionDraft},
	{From: RevisionReview, Event: "take back", To: RevisionDraft},
	{From: RevisionReview, Event: "approve", To: RevisionPublished},
	{From: RevisionPublished, Event: "replace", To: RevisionReplaced},
}

// Revision is one state of an entry.
type Revision struct {
	Entry
	Number    int
	State     RevisionState
	Base      int          // the published revision it was begun from; 0: none
	Saves     int          // how often it was saved; give it back when saving
	Author    gov.PersonID // who saved it last
	Acting    gov.OrgID    // for whom
	Decider   gov.PersonID // who published or returned it
	Began     time.Time
	Saved     time.Time
	Submitted time.Time // zero: not yet
	Decided   time.Time // zero: not yet
}

// Facts of revisions. Their subject is the service.
const (
	FactBegan     = "catalogue.began"     // a revision was begun
	FactSubmitted = "catalogue.submitted" // it was given to the authority
	FactReturned  = "catalogue.returned"  // the authority gave it back
	FactApproved  = "catalogue.approved"  // the authority published it
	FactDropped   = "catalogue.dropped"   // it was given up
	FactCommented = "catalogue.commented" // somebody commented on it
)

var (
	errNotYours   = gov.Fail(gov.Denied, "لا يحرر بيانات الخدمة إلا مسؤول الخدمات في الجهة التي تملكها", "Only the service owner of the organisation that owns a service may edit it")
	errNoRevision = gov.Fail(gov.NotFound, "لا توجد مسودة لهذه الخدمة", "There is no draft of this service")
	errOvertaken  = gov.Fail(gov.Conflict, "حفظ شخص آخر هذه المسودة بعد أن فتحتها. ما كتبته باقٍ أمامك، فقارنه بالمحفوظ ثم احفظ من جديد", "Somebody else saved this draft after you opened it. What you wrote is still here: compare it with what is saved, then save again")
	errInReview   = gov.Fail(gov.Conflict, "المسودة قيد المراجعة الآن، استرجعها لتعدّلها", "The draft is being reviewed; take it back to change it")
	errNotReview  = gov.Fail(gov.Conflict, "ليست المسودة قيد المراجعة الآن", "The draft is not being reviewed now")
	errReviewer   = gov.Fail(gov.Denied, "المراجعة والنشر للجهة القائدة", "Reviewing and publishing are the leading authority's")
	errOwnWork    = gov.Fail(gov.Denied, "لا ينشر أحدٌ ما كتبه بنفسه، ينشره غيره من الجهة القائدة", "Nobody publishes what they wrote themselves; somebody else of the leading authority does")
	errTaken      = gov.Fail(gov.Conflict, "رقم الخدمة مستعمل لخدمة أخرى", "This id belongs to another service").At("id")
)

// MayWrite reports whether an actor may write entries of an organisation: its
// service owners.
func MayWrite(a gov.Actor, org gov.OrgID) bool { return a.Org == org && org != "" && a.Has(gov.Owner) }

// MayReview reports whether an actor may review entries: the authority's team.
func MayReview(a gov.Actor) bool { return a.Staff() && a.Has(gov.Authority) }

// sees reports whether an actor may read what is not published.
func sees(a gov.Actor, org gov.OrgID) bool {
	return MayReview(a) || a.Org == org && a.Has(gov.Owner, gov.Head) || a.Has(gov.Auditor)
}

// Begin begins a revision of a published entry, or returns the one that is being
// written. Errors: Denied, NotFound.
func Begin(tx *db.Tx, id gov.ServiceID) (Revision, error) {
	s, err := Find(tx, id)
	if err != nil {
		return Revision{}, err
	}
	if !MayWrite(tx.Actor(), s.Organisation) {
		return Revision{}, errNotYours
	}
	if r, found, err := written(tx, id); err != nil || found {
		return r, err
	}
	return begin(tx, s.Entry)
}

// Propose begins an entry that the catalogue does not have yet. What is still
// missing may be written later. Errors: Denied, Invalid (the id), Conflict (it
// is taken).
func Propose(tx *db.Tx, e Entry) (Revision, error) {
	if !MayWrite(tx.Actor(), e.Organisation) {
		return Revision{}, errNotYours
	}
	if bad := idProblem(e.ID); bad != nil {
		return Revision{}, bad
	}
	_, known, err := serviceByID(tx, e.ID)
	if err != nil {
		return Revision{}, err
	}
	if _, found, err := written(tx, e.ID); err != nil || known || found {
		return Revision{}, cmp.Or[error](err, errTaken)
	}
	e.Source = "typed"
	return begin(tx, e)
}

func begin(tx *db.Tx, e Entry) (Revision, error) {
	last, base, err := lastRevision(tx, e.ID)
	if err != nil {
		return Revision{}, err
	}
	now := tx.Now()
	r := Revision{Entry: e, Number: last + 1, State: RevisionDraft, Base: base, Author: tx.Actor().Person, Acting: tx.Actor().Org, Began: now, Saved: now}
	if err := insertRevision(tx, r); err != nil {
		return r, err
	}
	return r, told(tx, FactBegan, r)
}

func told(tx *db.Tx, name string, r Revision) error {
	return journal.Append(tx, journal.Fact{Name: name, Subject: string(r.ID), Service: r.ID, Organisation: r.Organisation, Body: journal.Body(map[string]int{"revision": r.Number})})
}

// Written returns the revision of a service that is being written. Errors:
// NotFound, also for strangers.
func Written(tx *db.Tx, id gov.ServiceID) (Revision, error) {
	r, found, err := written(tx, id)
	if err != nil {
		return r, err
	}
	if !found || !sees(tx.Actor(), r.Organisation) {
		return Revision{}, errNoRevision
	}
	return r, nil
}

// Save keeps what was written in a draft, complete or not. saves is the number
// that the draft had when it was opened. Errors: Denied, NotFound; Conflict when
// somebody saved it meanwhile or it is being reviewed; Invalid when the id or
// the organisation changed.
func Save(tx *db.Tx, e Entry, saves int) (Revision, error) { return SaveFrom(tx, e, saves, "typed") }

// SaveFrom is Save for what comes from one of country.Sources.
func SaveFrom(tx *db.Tx, e Entry, saves int, source string) (Revision, error) {
	r, err := mine(tx, e.ID)
	if err != nil {
		return r, err
	}
	switch {
	case r.State != RevisionDraft:
		return r, errInReview
	case r.Saves != saves:
		return r, errOvertaken
	case e.Organisation != r.Organisation:
		return r, gov.Fail(gov.Invalid, "لا تنتقل الخدمة إلى جهة أخرى بالتحرير", "A service does not move to another organisation by editing").At("organisation")
	}
	e.Source, e.Sample = source, r.Sample
	r.Entry, r.Author, r.Acting, r.Saved = e, tx.Actor().Person, tx.Actor().Org, tx.Now()
	return r, keep(tx, &r, RevisionDraft)
}

// mine is the revision being written of a service that is the actor's to write.
func mine(tx *db.Tx, id gov.ServiceID) (Revision, error) {
	r, found, err := written(tx, id)
	switch {
	case err != nil:
		return r, err
	case !found || !sees(tx.Actor(), r.Organisation):
		return r, errNoRevision
	case !MayWrite(tx.Actor(), r.Organisation):
		return r, errNotYours
	}
	return r, nil
}

// keep stores a revision in its new state.
func keep(tx *db.Tx, r *Revision, to RevisionState) error {
	saved := r.Saves
	r.State, r.Saves = to, r.Saves+1
	ok, err := updateRevision(tx, *r, saved)
	if err == nil && !ok {
		err = errOvertaken
	}
	return err
}

// Submit gives a draft to the authority. Errors: as Save; gov.Problems when
// something is wrong or missing.
func Submit(tx *db.Tx, id gov.ServiceID, saves int) (Revision, error) {
	r, err := mine(tx, id)
	if err != nil {
		return r, err
	}
	if r.State != RevisionDraft {
		return r, errInReview
	}
	if r.Saves != saves {
		return r, errOvertaken
	}
	known, err := Known(tx, r.Organisation)
	if err != nil {
		return r, err
	}
	if list := r.Entry.Problems(known); len(list) > 0 {
		return r, list
	}
	r.Submitted = tx.Now()
	if err := keep(tx, &r, RevisionReview); err != nil {
		return r, err
	}
	return r, told(tx, FactSubmitted, r)
}

// TakeBack makes a submitted revision a draft again. Errors: Denied, NotFound,
// Conflict.
func TakeBack(tx *db.Tx, id gov.ServiceID) (Revision, error) {
	r, err := mine(tx, id)
	if err != nil {
		return r, err
	}
	if r.State != RevisionReview {
		return r, errNotReview
	}
	r.Submitted = time.Time{}
	return r, keep(tx, &r, RevisionDraft)
}

// Drop gives a draft up. Errors: Denied, NotFound, Conflict.
func Drop(tx *db.Tx, id gov.ServiceID) error {
	r, err := mine(tx, id)
	if err != nil {
		return err
	}
	if r.State != RevisionDraft {
		return errInReview
	}
	if err := keep(tx, &r, RevisionDropped); err != nil {
		return err
	}
	return told(tx, FactDropped, r)
}

// reviewed is the revision that the actor may decide on.
func reviewed(tx *db.Tx, id gov.ServiceID) (Revision, error) {
	if !MayReview(tx.Actor()) {
		return Revision{}, errReviewer
	}
	r, err := Written(tx, id)
	if err == nil && r.State != RevisionReview {
		err = errNotReview
	}
	return r, err
}

// Return gives a revision back to its organisation, saying why. Errors: Denied,
// NotFound, Conflict, Invalid.
func Return(tx *db.Tx, id gov.ServiceID, words string) (Revision, error) {
	r, err := reviewed(tx, id)
	if err != nil {
		return r, err
	}
	if _, err := comment(tx, r, "", words); err != nil {
		return r, err
	}
	r.Decider, r.Decided, r.Submitted = tx.Actor().Person, tx.Now(), time.Time{}
	if err := keep(tx, &r, RevisionDraft); err != nil {
		return r, err
	}
	return r, told(tx, FactReturned, r)
}

// Approve publishes a revision: from now on everybody reads it. saves is the
// number that the reviewer saw. What was right when it was submitted is looked
// at again. Errors: Denied (also to whoever wrote it), NotFound, Conflict,
// gov.Problems.
func Approve(tx *db.Tx, id gov.ServiceID, saves int) (Revision, error) {
	r, err := reviewed(tx, id)
	if err != nil {
		return r, err
	}
	if r.Saves != saves {
		return r, errOvertaken
	}
	if r.Author == tx.Actor().Person {
		return r, errOwnWork
	}
	known, err := Known(tx, r.Organisation)
	if err != nil {
		return r, err
	}
	if list := r.Entry.Problems(known); len(list) > 0 {
		return r, list
	}
	if err := replacePublished(tx, id); err != nil {
		return r, err
	}
	r.Decider, r.Decided = tx.Actor().Person, tx.Now()
	if err := keep(tx, &r, RevisionPublished); err != nil {
		return r, err
	}
	if err := told(tx, FactApproved, r); err != nil {
		return r, err
	}
	return r, put(tx, r.Entry, r.Number)
}

// Revisions lists the revisions of a service that the actor may read, newest
// first: all of them for its organisation, the authority and auditors, and those
// that were published for everybody else. Bodies are not read.
func Revisions(tx *db.Tx, id gov.ServiceID) ([]Revision, error) {
	list, err := revisions(tx, id)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	var out []Revision
	for _, r := range list {
		if r.State == RevisionPublished || r.State == RevisionReplaced || sees(tx.Actor(), r.Organisation) {
			out = append(out, r)
		}
	}
	return out, nil
}

// RevisionOf returns one revision with its body. Errors: NotFound.
func RevisionOf(tx *db.Tx, id gov.ServiceID, number int) (Revision, error) {
	r, found, err := revisionByNumber(tx, id, number)
	if err != nil {
		return r, err
	}
	public := r.State == RevisionPublished || r.State == RevisionReplaced
	if !found || !public && !sees(tx.Actor(), r.Organisation) {
		return Revision{}, errNoRevision
	}
	return r, nil
}

// EntriesAt lists the entries as they were published at a moment, by id; the zero
// moment means now.
func EntriesAt(tx *db.Tx, at time.Time) ([]Entry, error) {
	if at.IsZero() {
		at = tx.Now()
	}
	return entriesAt(tx, at.UnixMilli())
}

// InWork lists the revisions that are being written or reviewed, the longest
// waiting first: those of one organisation, or all that the actor may read.
func InWork(tx *db.Tx, org gov.OrgID) ([]Revision, error) {
	list, err := inWork(tx, org)
	if err != nil {
		return nil, err
	}
	var out []Revision
	for _, r := range list {
		if sees(tx.Actor(), r.Organisation) {
			out = append(out, r)
		}
	}
	return out, nil
}
