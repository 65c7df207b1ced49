package document

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"

	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
)

// Use is a way in which an issued document is put to use here.
type Use string

// The uses that are counted. None of them says whose document it was.
const (
	Downloaded Use = "pdf"    // as PDF, by its holder or who acts for them
	Printed    Use = "print"  // by an officer, for the person at the counter
	Handed     Use = "wallet" // a copy to the holder's wallet
	Verified   Use = "check"  // somebody asked what it is worth
)

// Uses are all of them.
var Uses = []Use{Downloaded, Handed, Printed, Verified}

// Tally is how often documents of one type were put to one use.
type Tally struct {
	Organisation gov.OrgID
	Service      gov.ServiceID
	Type         string
	Use          Use
	Channel      gov.Channel
	Day          string // "2026-11-30", or a month: "2026-11"
	Number       int64
}

// Used counts one use of a document, in the transaction in which it happened. The
// caller has decided that the document may be used so.
func (i *Issuer) Used(tx *db.Tx, d Document, u Use) error {
	return insertUse(tx, i.tally(tx.Now(), tx.Actor(), d, u))
}

func (i *Issuer) tally(now time.Time, a gov.Actor, d Document, u Use) Tally {
	return Tally{d.Organisation, d.Service, d.Type, u, a.Channel, now.In(i.o.Zone).Format(time.DateOnly), 1}
}

// TalliesByMonth are the uses of an organisation's documents, or of all, newest
// months first; TalliesByDay the same day by day.
func TalliesByMonth(tx *db.Tx, org gov.OrgID) ([]Tally, error) { return tallies(tx, org, 7) }

// TalliesByDay are the rows of TalliesByMonth.
func TalliesByDay(tx *db.Tx, org gov.OrgID) ([]Tally, error) { return tallies(tx, org, 10) }

// foldJob adds up what was counted since, so that pages read few rows.
const (
	foldJob   = "document.fold"
	foldEvery = 10 * time.Minute
)

// Jobs are the kinds of jobs that this package does.
func (i *Issuer) Jobs() map[string]jobs.Kind { return map[string]jobs.Kind{foldJob: {Do: fold}} }

// StartFolding begins the job, once.
func StartFolding(tx *db.Tx) error {
	return jobs.Schedule(tx, jobs.Job{Kind: foldJob, Key: "often", At: tx.Now().Add(foldEvery)})
}

func fold(tx *db.Tx, _ jobs.Job) error {
	all, err := takeUses(tx)
	sums := map[Tally]int64{}
	for _, t := range all {
		n := t.Number
		t.Number = 0
		sums[t] += n
	}
	for t, n := range sums {
		if err != nil {
			return err
		}
		t.Number = n
		err = addTally(tx, t)
	}
	if err != nil {
		return err
	}
	return StartFolding(tx)
}

// Print is Render for an officer of the issuing organisation who prints the document
// for the person at the counter. Errors: as Render; Denied to everybody else.
func (i *Issuer) Print(ctx context.Context, w io.Writer, id gov.DocumentID, langs ...gov.Lang) error {
	d, err := i.Get(ctx, id)
	if err != nil {
		return err
	}
	if !officerOf(gov.ActorFrom(ctx), d.Organisation) {
		return errOfficer
	}
	var page bytes.Buffer
	if _, err := i.draw(ctx, &page, id, langs); err != nil {
		return err
	}
	if err := i.db.Write(ctx, func(tx *db.Tx) error { return i.Used(tx, d, Printed) }); err != nil {
		return err
	}
	_, err = w.Write(page.Bytes())
	return err
}

// downloaded counts a page that goes to the holder, or to who acts for them; what
// officers look at is no use.
func (i *Issuer) downloaded(ctx context.Context, d Document) error {
	a := gov.ActorFrom(ctx)
	if a.Person == gov.System.Person {
		return nil
	}
	return i.db.Write(ctx, func(tx *db.Tx) error {
		if may, err := i.mayActFor(tx, d.Holder); err != nil || !may {
			return err
		}
		return i.Used(tx, d, Downloaded)
	})
}

// checks are verifications of files and seals, which are answered from memory and
// written down together: in a crash some may be missing, none is counted twice.
type checks struct {
	sync.Mutex
	waiting map[Tally]int64
	written time.Time
}

// checksKept is how long they wait.
const checksKept = time.Second

// checked counts a file or seal of ours that somebody asked about; a code counts
// where it is answered.
func (i *Issuer) checked(ctx context.Context, v verdict.Verdict, d Document) {
	if v.Form == verdict.Code || v.State == verdict.Unknown {
		return
	}
	if d.ID == "" && v.Number != "" { // a wallet's form tells its number only
		err := i.db.Read(ctx, func(tx *db.Tx) (err error) { d, _, err = documentByNumber(tx, v.Number); return err })
		if err != nil {
			return
		}
	}
	if d.ID == "" {
		return
	}
	t := i.tally(i.db.Now(), gov.ActorFrom(ctx), d, Verified)
	t.Number = 0
	i.checks.Lock()
	if i.checks.waiting == nil {
		i.checks.waiting = map[Tally]int64{}
	}
	i.checks.waiting[t]++
	since := i.db.Now().Sub(i.checks.written)
	i.checks.Unlock()
	if since >= checksKept || since < 0 {
		i.Settle(ctx) // what fails is tried with the next
	}
}

// Settle writes down the verifications that are counted and not written yet. Called
// now and then, and before a node stops.
func (i *Issuer) Settle(ctx context.Context) error {
	i.checks.Lock()
	waiting := i.checks.waiting
	i.checks.waiting, i.checks.written = nil, i.db.Now()
	i.checks.Unlock()
	if len(waiting) == 0 {
		return nil
	}
	err := i.db.Write(ctx, func(tx *db.Tx) error {
		for t, n := range waiting {
			t.Number = n
			if err := insertUse(tx, t); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		return nil
	}
	i.checks.Lock()
	defer i.checks.Unlock()
	if i.checks.waiting == nil {
		i.checks.waiting = map[Tally]int64{}
	}
	for t, n := range waiting {
		i.checks.waiting[t] += n
	}
	return err
}
