package archive

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Compared is how what was asked of a paper compares with the register.
type Compared string

// The comparisons.
const (
	NotAsked Compared = ""
	NotHeld  Compared = "none" // the register does not say
	Same     Compared = "same"
	Differs  Compared = "differs"
)

// Question is what somebody who holds a paper asks.
type Question struct {
	Type   string // id of the type of document
	Number string
	Date   string
	Holder string // name or civil number as on the paper; may be empty
	Scan   string // SHA-256 of the scan in hexadecimal digits; may be empty
}

// Answer says what the register knows of a paper. It repeats nothing that was
// not asked.
type Answer struct {
	Organisation gov.OrgID
	Kind         gov.Text
	Found        bool
	Year         int       // of the register
	Entered      time.Time // when the register was brought here
	Holder       Compared
	Scan         Compared
}

// Check answers anybody: is a paper of this number and date in the register, and
// do its scan and its holder match. The question is recorded, by digest, for the
// entity. The caller limits how often one visitor asks. Errors: NotFound for an
// unknown type; Invalid (gov.Problems).
func (a *Archive) Check(ctx context.Context, q Question) (out Answer, err error) {
	err = a.DB.Write(ctx, func(tx *db.Tx) error {
		out = Answer{}
		k, err := a.kind(tx, q.Type)
		if err != nil {
			return err
		}
		asked, wrong := a.read(q.Type, q.Number, q.Date, q.Holder, q.Scan, tx.Now())
		if len(wrong) > 0 {
			return wrong
		}
		out.Organisation, out.Kind = k.Organisation, k.Name
		held, entered, ok, err := paperByKey(tx, asked.Key)
		if err != nil {
			return err
		}
		if ok {
			out.Found, out.Year, out.Entered = true, held.Year, entered
			out.Holder, out.Scan = compared(asked.Holder, held.Holder), compared(asked.Scan, held.Scan)
		}
		if err := insertCheck(tx, k.Organisation, q.Type, asked.Key, out); err != nil {
			return err
		}
		return journal.Append(tx, journal.Fact{Name: "archive.checked", Subject: asked.Key, Organisation: k.Organisation,
			Body: journal.Body(map[string]any{"type": q.Type, "found": out.Found, "scan": out.Scan, "holder": out.Holder})})
	})
	return out, err
}

func compared(asked, held string) Compared {
	switch {
	case asked == "":
		return NotAsked
	case held == "":
		return NotHeld
	case asked == held:
		return Same
	}
	return Differs
}

// Figure is what one type's register holds and was asked.
type Figure struct {
	Papers  int64 // in entered batches
	From    int   // years
	Until   int
	Checks  int64 // questions about it
	Missing int64 // of these, papers that the register does not know
}

// Figures counts, by type; org empty means all organisations.
func Figures(tx *db.Tx, org gov.OrgID) (map[string]Figure, error) { return figuresOf(tx, org) }
