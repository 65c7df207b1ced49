package registry

import (
	"errors"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

var (
	errWriter   = gov.Fail(gov.Denied, "هذه الخدمة لا تكتب في هذا السجل", "This service does not write to this registry")
	errMeantime = gov.Fail(gov.Conflict, "تغير السجل في هذه الأثناء، فراجعه ثم أعد المحاولة", "The record was changed in the meantime; look at it again and retry")
	errEnded    = gov.Fail(gov.Conflict, "انتهى هذا السجل فلا يتغير إلا بتصحيح", "This record has ended; only a correction changes it")
	errOrder    = gov.Fail(gov.Conflict, "سُجل ما هو أحدث من هذا التاريخ، ولا يُكتب ما قبله إلا بتصحيح", "Something newer than this date is recorded; what came before is written only by a correction")
	errOwn      = gov.Fail(gov.Denied, "لا يصحح أحد سجله بنفسه", "Nobody corrects their own record")
	errReason   = gov.Problems{{Field: "reason", Text: gov.T("اكتب سبب التصحيح في عشرة أحرف على الأقل", "Write the reason of the correction, in at least ten letters")}}
	errProve    = gov.Fail(gov.SignIn, "أكِّد هويتك مرة أخرى قبل تصحيح سجل", "Prove who you are again before you correct a record")
)

// Write enters or changes a record by a step of a case, in tx; the service must
// be one that the registry names as a writer. Writing again what is recorded
// changes nothing. Called by casework for its steps. Errors: Denied (no such
// writer), Invalid (gov.Problems: the values break the schema), Conflict (another
// version is there, the record has ended, or something newer is recorded).
func (b *Book) Write(tx *db.Tx, c Change) (*Record, error) {
	d, err := b.local(c.Registry)
	if err != nil {
		return nil, err
	}
	if !d.uses(c.Service) {
		return nil, errWriter
	}
	return b.put(tx, d, c, "case:"+string(c.Case), "registry.recorded")
}

// proof is how fresh the actor's proof of who they are must be for a correction.
const proof = 15 * time.Minute

// Correct changes a record that is wrong, for the keeper's supervisors, in tx.
// Errors: NotFound (not of the keeper, or no such record), SignIn (a fresh proof
// is needed), Denied (their own record), Invalid, Conflict.
func (b *Book) Correct(tx *db.Tx, c Change) (*Record, error) {
	d, err := b.local(c.Registry)
	if err != nil {
		return nil, err
	}
	a := tx.Actor()
	c.Reason, _ = gov.CleanText(strings.TrimSpace(c.Reason))
	switch {
	case !d.MayCorrect(a):
		return nil, errNoRecord
	case !identity.FreshFor(a, tx.Now(), proof):
		return nil, errProve
	case len([]rune(c.Reason)) < 10 || len([]rune(c.Reason)) > 1000:
		return nil, errReason
	}
	if c.Key, err = d.key(tx.Context(), c.Key); err != nil {
		return nil, err
	}
	head, ok, err := d.byKey(tx, c.Key)
	if err != nil || !ok {
		return nil, orElse(err, errNoRecord)
	}
	if b.linked(tx, []Record{head})[0].Person == a.Person {
		return nil, errOwn
	}
	return b.put(tx, d, c, "correction:"+string(a.Person), "registry.corrected")
}

var (
	errKeeper = gov.Fail(gov.Denied, "لا يعتمد التصحيح إلا من له تصحيح القيود في الجهة التي تحفظ السجل", "Only those who correct records at the entity that keeps the registry may approve a correction")
	errTheirs = gov.Fail(gov.Conflict, "هذا القيد ليس لصاحب المعاملة، فلا تصححه معاملته", "This record is not about the person whose case it is, so their case does not correct it")
)

// Rectify corrects a record of a person's by a step of their case, in tx: the actor
// is who approved it, one of the keeper's who may correct. Called by casework for
// its steps. Errors: NotFound (no such record), Denied (the service is no writer, the
// actor may not, or it is their own record), Invalid (gov.Problems), Conflict (the
// record is somebody else's).
func (b *Book) Rectify(tx *db.Tx, person gov.PersonID, c Change) (*Record, error) {
	d, err := b.local(c.Registry)
	if err != nil {
		return nil, err
	}
	a := tx.Actor()
	switch {
	case !d.uses(c.Service):
		return nil, errWriter
	case !d.MayCorrect(a):
		return nil, errKeeper
	case person == a.Person:
		return nil, errOwn
	}
	if c.Key, err = d.key(tx.Context(), c.Key); err != nil {
		return nil, err
	}
	head, ok, err := d.byKey(tx, c.Key)
	if err != nil || !ok {
		return nil, orElse(err, errNoRecord)
	}
	if b.linked(tx, []Record{head})[0].Person != person {
		return nil, errTheirs
	}
	c.Values = d.chosen(c.Values)
	return b.put(tx, d, c, "case:"+string(c.Case), "registry.corrected")
}

// put enters a record or its next version, with its fact. A correction may
// change what has ended and what is newer.
func (b *Book) put(tx *db.Tx, d *Definition, c Change, source, fact string) (*Record, error) {
	if err := d.keyed(tx.Context(), &c); err != nil {
		return nil, err
	}
	if err := d.hold(tx, c.Key); err != nil {
		return nil, err
	}
	head, ok, err := d.byKey(tx, c.Key)
	if err != nil {
		return nil, err
	}
	if c.From.IsZero() {
		c.From = later(tx.Now(), head.From) // whoever waited for another's change began before it
	}
	if !ok {
		r, err := b.enter(tx, d, c, source, fact)
		if !errors.Is(err, errMeantime) || c.Base != 0 {
			return r, err
		}
		if head, ok, err = d.byKey(tx, c.Key); err != nil || !ok { // another entered it at the same moment
			return nil, orElse(err, errMeantime)
		}
		c.From = later(c.From, head.From)
	}
	correction := fact == "registry.corrected"
	switch {
	case c.Base != 0 && c.Base != head.Version:
		return nil, errMeantime
	case !correction && !head.Until.IsZero() && !c.End:
		return nil, errEnded
	}
	next, fields, err := b.next(tx, d, head, c)
	switch {
	case err != nil:
		return nil, err
	case len(fields) == 0 && next.Until.Equal(head.Until):
		return &b.linked(tx, []Record{head})[0], nil // said already
	case !correction && c.From.Before(head.From):
		return nil, errOrder
	}
	next.Source, next.Reason = source, c.Reason
	return b.replace(tx, d, head, next, fields, c, fact)
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// next is the version that a change makes of head, and the fields it changes.
func (b *Book) next(tx *db.Tx, d *Definition, head Record, c Change) (Record, []string, error) {
	values, err := b.Check(tx.Context(), d, merged(head.Values, c.Values), tx.Now())
	if err != nil {
		return head, nil, err
	}
	r := head
	r.Version, r.Recorded, r.Values, r.civil = head.Version+1, tx.Now(), values, text(values[d.Person])
	fields := d.differing(head.Values, values)
	if slices.Contains(fields, d.Key) {
		return head, nil, errKey(d)
	}
	switch {
	case c.End && head.Until.IsZero():
		r.Until = c.From
	case !c.End:
		r.From = c.From
	}
	return r, fields, nil
}

// succeed puts a version in place of the one before it, and what it is found by.
func (d *Definition) succeed(tx *db.Tx, head, next Record) error {
	if ok, err := replaceRecord(tx, &next); err != nil || !ok {
		return orElse(err, errMeantime)
	}
	gone, come := difference(d.terms(head.Values), d.terms(next.Values))
	if err := deleteTerms(tx, next.ID, gone); err != nil {
		return err
	}
	return insertTerms(tx, next.ID, come)
}

func (b *Book) replace(tx *db.Tx, d *Definition, head, next Record, fields []string, c Change, fact string) (*Record, error) {
	if err := d.succeed(tx, head, next); err != nil {
		return nil, err
	}
	if c.End && fact != "registry.corrected" {
		fact = "registry.ended"
	}
	return &b.linked(tx, []Record{next})[0], b.tell(tx, d, &next, fields, c, fact)
}

// difference gives what is only in a and what is only in b; both are sorted.
func difference(a, b []int64) (gone, come []int64) {
	for _, x := range a {
		if _, ok := slices.BinarySearch(b, x); !ok {
			gone = append(gone, x)
		}
	}
	for _, x := range b {
		if _, ok := slices.BinarySearch(a, x); !ok {
			come = append(come, x)
		}
	}
	return gone, come
}

// enter makes the first version of a record.
func (b *Book) enter(tx *db.Tx, d *Definition, c Change, source, fact string) (*Record, error) {
	r, err := b.fresh(tx, d, c, source)
	if err != nil {
		return nil, err
	}
	if c.Base != 0 {
		return nil, errMeantime
	}
	if err := d.store(tx, r); err != nil {
		return nil, err
	}
	return &b.linked(tx, []Record{*r})[0], b.tell(tx, d, r, d.differing(nil, r.Values), c, fact)
}

// fresh is a record's first version, checked but not stored.
func (b *Book) fresh(tx *db.Tx, d *Definition, c Change, source string) (*Record, error) {
	values, err := b.Check(tx.Context(), d, merged(map[string]any{d.Key: c.Key}, c.Values), tx.Now())
	if err != nil {
		return nil, err
	}
	return d.first(tx, c, values, source), nil
}

// first is the first version of a record with checked values.
func (d *Definition) first(tx *db.Tx, c Change, values map[string]any, source string) *Record {
	r := &Record{ID: db.NewID(tx.Now()), Registry: d.ID, Key: text(values[d.Key]), Version: 1, From: c.From, Recorded: tx.Now(),
		Values: values, Source: source, Reason: c.Reason, civil: text(values[d.Person])}
	if c.End {
		r.Until = c.From
	}
	if c.End && !c.began.IsZero() && !c.began.After(c.From) {
		r.From = c.began
	}
	return r
}

// store puts a first version and what it is found by.
func (d *Definition) store(tx *db.Tx, r *Record) error {
	if ok, err := insertRecord(tx, r); err != nil || !ok {
		return orElse(err, errMeantime)
	}
	return insertTerms(tx, r.ID, d.terms(r.Values))
}

// told is what a fact says: never a value.
type told struct {
	Registry gov.RegistryID `json:"registry"`
	Version  int64          `json:"version"`
	Fields   []string       `json:"fields,omitempty"`
	Case     gov.CaseID     `json:"case,omitempty"`
}

func (b *Book) tell(tx *db.Tx, d *Definition, r *Record, fields []string, c Change, fact string) error {
	return journal.Append(tx, journal.Fact{Name: fact, Subject: r.ID, Service: c.Service, Organisation: d.Organisation,
		Body: journal.Body(told{d.ID, r.Version, fields, c.Case})})
}

// EnterAll makes records that come from nobody's case, in tx, with one fact for
// all of a registry: the invented records of a sample country. Only the machine
// may. Errors: NotFound, Denied, Invalid (gov.Problems), Conflict (a key is there).
func (b *Book) EnterAll(tx *db.Tx, registry gov.RegistryID, list []Change, source string) ([]*Record, error) {
	return b.enterAll(tx, registry, list, source, func(time.Time) time.Time { return tx.Now() })
}

// enterAll is EnterAll with the moment at which what holds since then was written down.
func (b *Book) enterAll(tx *db.Tx, registry gov.RegistryID, list []Change, source string, recorded func(from time.Time) time.Time) ([]*Record, error) {
	d, err := b.local(registry)
	if err != nil {
		return nil, err
	}
	if tx.Actor().Person != gov.System.Person {
		return nil, errWriter
	}
	out := make([]*Record, len(list))
	for i, c := range list {
		if err := d.keyed(tx.Context(), &c); err != nil {
			return nil, err
		}
		if c.From.IsZero() {
			c.From = tx.Now()
		}
		if out[i], err = b.fresh(tx, d, c, source); err != nil {
			return nil, err
		}
		out[i].Recorded = recorded(c.From)
	}
	if err := d.storeAll(tx, out, ""); err != nil {
		return nil, err
	}
	return out, journal.Append(tx, journal.Fact{Name: "registry.imported", Subject: string(d.ID), Organisation: d.Organisation,
		Body: journal.Body(map[string]any{"registry": d.ID, "entered": len(out)})})
}
