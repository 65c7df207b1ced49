package document

import (
	"cmp"
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// longestChain is how many documents that replace one another are followed.
const longestChain = 50

// Disputed is the document that a case is about, because somebody says that a
// statement of it is wrong, and what has taken its place since. It says nothing of
// what the document states.
type Disputed struct {
	ID           gov.DocumentID
	Number       string
	Title        gov.Text
	Organisation gov.OrgID
	State        State
	Claim        string   // name of the statement
	Label        gov.Text // and what it is called

	Now       gov.DocumentID // the newest that replaces it; empty: none
	NowNumber string
}

// Replaceable reports whether a corrected one may take its place.
func (x Disputed) Replaceable() bool { return mayMove(x.State, Replaced) }

// Dispute writes down which document a case is about, and which statement of it.
// The holder, and who acts for them, only. Errors: NotFound.
func (i *Issuer) Dispute(tx *db.Tx, c gov.CaseID, id gov.DocumentID, claim string) error {
	d, ok, err := documentByID(tx, id)
	if err != nil || !ok {
		return cmp.Or[error](err, errAbsent)
	}
	if may, err := i.mayActFor(tx, d.Holder); err != nil || !may {
		return cmp.Or[error](err, errAbsent)
	}
	return putDispute(tx, c, id, claim)
}

// InDispute finds the document that a case is about; false when it is about none.
// The caller has decided that the case may be seen, and has recorded the look.
func (i *Issuer) InDispute(tx *db.Tx, c gov.CaseID) (x Disputed, ok bool, err error) {
	at, ok, err := disputeOf(tx, c)
	if err != nil || !ok {
		return x, false, err
	}
	stored, ok, err := documentByID(tx, at.document)
	if err != nil || !ok {
		return x, false, err
	}
	all, err := i.openAll(tx, []Document{stored})
	if err != nil {
		return x, false, err
	}
	d := all[0]
	x = Disputed{ID: d.ID, Number: d.Number, Title: d.Title, Organisation: d.Organisation, State: d.State, Claim: at.claim, Label: gov.T(at.claim, at.claim)}
	if n := slices.IndexFunc(d.Claims, func(c Claim) bool { return c.Name == at.claim }); n >= 0 {
		x.Label = d.Claims[n].Label
	}
	for next, n := d.ReplacedBy, 0; next != "" && n < longestChain; n++ {
		newer, ok, err := documentByID(tx, next)
		if err != nil || !ok {
			return x, true, err
		}
		x.Now, x.NowNumber, next = newer.ID, newer.Number, newer.ReplacedBy
	}
	return x, true, nil
}
