package policy

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/lifecycle"
)

// Result is what a check found of a service, as it is kept.
type Result struct {
	Service      gov.ServiceID
	Organisation gov.OrgID
	Check        string
	State        State
	Shows        string
	Version      string // of the pack; empty: none
	Since        time.Time
	Until        time.Time // zero: it still holds
}

// At lists what checks had found at a moment, by service: of one organisation, or
// of all. The zero moment means now.
func At(tx *db.Tx, at time.Time, org gov.OrgID) ([]Result, error) {
	if at.IsZero() {
		at = tx.Now()
	}
	return resultsAt(tx, at, org)
}

// Of lists what checks have found of a service, also what holds no more, the
// latest first.
func Of(tx *db.Tx, id gov.ServiceID) ([]Result, error) { return resultsOf(tx, id) }

// Tally counts what checks found.
type Tally struct {
	Pass, Excepted, Fail int
}

// All is how many checks applied.
func (t Tally) All() int { return t.Pass + t.Excepted + t.Fail }

// Add counts one result.
func (t *Tally) Add(s State) {
	switch s {
	case Pass:
		t.Pass++
	case Excepted:
		t.Excepted++
	case Fail:
		t.Fail++
	}
}

// Cell is one cell of the matrix: what was proven here and what rests on the
// entity's own word, never added.
type Cell struct {
	Proven   Tally
	Declared Tally
}

func (c *Cell) add(b lifecycle.Basis, s State) {
	if b == lifecycle.Declared {
		c.Declared.Add(s)
	} else {
		c.Proven.Add(s)
	}
}

// Row is an organisation's row of the matrix: a cell for each policy by its id.
type Row struct {
	Organisation gov.OrgID
	Services     int
	Cells        map[string]Cell
}

// Matrix counts results by organisation and policy, in the order of their first
// results, and all together.
func Matrix(list []Result) (rows []Row, all Row) {
	of := map[string]*Check{}
	for _, p := range Policies() {
		for i := range p.Checks {
			of[p.Checks[i].ID] = &p.Checks[i]
		}
	}
	at, counted := map[gov.OrgID]int{}, map[gov.ServiceID]bool{}
	all.Cells = map[string]Cell{}
	for _, r := range list {
		c := of[r.Check]
		if c == nil { // a check of the past that is no more
			continue
		}
		i, ok := at[r.Organisation]
		if !ok {
			i = len(rows)
			at[r.Organisation] = i
			rows = append(rows, Row{Organisation: r.Organisation, Cells: map[string]Cell{}})
		}
		if !counted[r.Service] {
			counted[r.Service] = true
			rows[i].Services++
			all.Services++
		}
		for _, to := range []map[string]Cell{rows[i].Cells, all.Cells} {
			cell := to[c.Policy.ID]
			cell.add(c.Basis, r.State)
			to[c.Policy.ID] = cell
		}
	}
	return rows, all
}
