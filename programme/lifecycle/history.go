package lifecycle

import (
	"maps"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Place is how a service stood from a moment on.
type Place struct {
	Service      gov.ServiceID
	Organisation gov.OrgID
	Number       int // counts the changes of the service, from 1
	At           time.Time
	Stage        Stage
	Basis        Basis
	Proven       int      // online level as proven; -1: not known
	Declared     int      // online level as declared; -1: not known
	Came         []string // ids of evidence that made the change
	Went         []string
	Held         map[string]By // every piece of evidence, by its id
}

// At says how services stood at a moment, by id: of one organisation, or of all.
// The zero moment means now. Services that came later are not among them.
func At(tx *db.Tx, at time.Time, org gov.OrgID) ([]Place, error) {
	if at.IsZero() {
		at = tx.Now()
	}
	return placesAt(tx, at, org)
}

// History lists how a service stood, the latest first.
func History(tx *db.Tx, id gov.ServiceID) ([]Place, error) { return placesOf(tx, id) }

// Now reads the records of a service and says where it stands. Errors: NotFound.
func (c *Cycle) Now(tx *db.Tx, id gov.ServiceID) (Record, Standing, error) {
	list, err := c.Records(tx, id)
	if err != nil {
		return Record{}, Standing{}, err
	}
	if len(list) == 0 {
		return Record{}, Standing{}, gov.Fail(gov.NotFound, "هذه الخدمة ليست في دليل الخدمات", "This service is not in the catalogue")
	}
	st, err := Assess(tx.Context(), &list[0])
	return list[0], st, err
}

// Counts counts services by stage and basis.
func Counts(list []Place) map[Stage]map[Basis]int {
	out := map[Stage]map[Basis]int{}
	for _, p := range list {
		if out[p.Stage] == nil {
			out[p.Stage] = map[Basis]int{}
		}
		out[p.Stage][p.Basis]++
	}
	return out
}

// keep writes how services stand now where that changed, as of a moment for each.
func (c *Cycle) keep(tx *db.Tx, list []Record, when map[gov.ServiceID]time.Time) error {
	last, err := lastPlaces(tx, ids(list))
	if err != nil {
		return err
	}
	for i := range list {
		r := &list[i]
		st, err := Assess(tx.Context(), r)
		if err != nil {
			return err
		}
		at, ok := when[r.Entry.ID]
		if !ok {
			at = tx.Now()
		}
		if err := move(tx, r, &st, last[r.Entry.ID], at); err != nil {
			return gov.Wrap(err, string(r.Entry.ID))
		}
	}
	return nil
}

func ids(list []Record) (out []gov.ServiceID) {
	for _, r := range list {
		out = append(out, r.Entry.ID)
	}
	return out
}

// move writes a new place when anything that is kept of it changed, and the fact
// when the stage did.
func move(tx *db.Tx, r *Record, st *Standing, old Place, at time.Time) error {
	p := Place{Service: r.Entry.ID, Organisation: r.Entry.Organisation, Number: old.Number + 1, At: at, Stage: st.Stage, Basis: st.Basis,
		Proven: known(st.Levels.Proven), Declared: known(st.Levels.Declared), Held: st.held()}
	if at.Before(old.At) {
		p.At = old.At
	}
	p.Came, p.Went = differ(p.Held, old.Held), differ(old.Held, p.Held)
	same := p.Stage == old.Stage && p.Basis == old.Basis && p.Proven == old.Proven && p.Declared == old.Declared && p.Organisation == old.Organisation
	if old.Number > 0 && same && len(p.Came)+len(p.Went) == 0 {
		return nil
	}
	if p.Stage != old.Stage && !legal(old.Stage, p.Stage) {
		return gov.Fail(gov.Conflict, "لا تنتقل خدمة بين هاتين المرحلتين", "A service does not move between these stages")
	}
	if err := insertPlace(tx, p); err != nil {
		return err
	}
	if p.Stage == old.Stage {
		return nil
	}
	return told(tx, FactMoved, r.Entry, map[string]any{"from": old.Stage, "to": p.Stage, "basis": p.Basis, "came": p.Came, "went": p.Went})
}

func known(o Online) int {
	if !o.Known {
		return -1
	}
	return o.Level
}

// differ lists what is held in a and not, or otherwise, in b.
func differ(a, b map[string]By) []string {
	out := []string{}
	for _, id := range slices.Sorted(maps.Keys(a)) {
		if b[id] == "" {
			out = append(out, id)
		}
	}
	return out
}
