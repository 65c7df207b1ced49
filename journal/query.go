package journal

import (
	"cmp"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Query selects facts for an auditor; empty fields do not narrow it.
type Query struct {
	Before       int64 // only facts with a lower number; 0: from the newest
	Subject      string
	Organisation gov.OrgID // owner of the service, or the one acted for
	Name         string
	Actor        gov.PersonID
	Limit        int // 0: 100
}

// Select returns the facts that q selects, newest first; for auditors. Facts
// whose place in the order is not known yet are not among them.
func Select(tx *db.Tx, q Query) ([]Fact, error) {
	q.Limit = cmp.Or(q.Limit, 100)
	return selected(tx, q)
}
