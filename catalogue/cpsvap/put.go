package cpsvap

import (
	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Tally says what became of things of one kind.
type Tally struct {
	New     int // were not here
	Changed int // were imported before, and say something else now
	Same    int // say what is here already
	Kept    int // are written here otherwise, which stays
}

// Result is what an import did.
type Result struct{ Organisations, LifeEvents, Services Tally }

// source marks entries that were imported from such a file.
const source = "cpsv-ap"

// afterOthers orders what is imported behind the country's own.
const afterOthers = 2000

// Put enters a catalogue, in one transaction: all of it or nothing. What people
// have written here, or the country's profile says, stays unless replace is set.
// It may be repeated. Only the machine and operators may. Errors: Denied,
// Invalid.
func Put(tx *db.Tx, c Catalogue, replace bool, progress func(done, all int)) (out Result, err error) {
	if a := tx.Actor(); a.Person != gov.System.Person && !a.Has(gov.Operator) {
		return out, gov.Fail(gov.Denied, "استيراد دليل خدمات للمشغل", "Importing a catalogue is the operator's")
	}
	done, all := 0, len(c.Organisations)+len(c.LifeEvents)+len(c.Services)
	step := func() {
		if done++; progress != nil {
			progress(done, all)
		}
	}
	if out.Organisations, err = putOrganisations(tx, c.Organisations, replace, step); err != nil {
		return out, err
	}
	if out.LifeEvents, err = putLifeEvents(tx, c.LifeEvents, replace, step); err != nil {
		return out, err
	}
	for _, s := range c.Services {
		if err := putService(tx, s, replace, &out.Services); err != nil {
			return out, gov.Wrap(err, string(s.ID))
		}
		step()
	}
	return out, nil
}

// decide tells what to do with a thing: enter it when it is new or changed.
func (t *Tally) decide(found, same, ours bool) (enter bool) {
	switch {
	case !found:
		t.New++
	case same:
		t.Same++
	case ours:
		t.Kept++
	default:
		t.Changed++
	}
	return !found || !same && !ours
}

func putOrganisations(tx *db.Tx, list []catalogue.Organisation, replace bool, step func()) (t Tally, err error) {
	here, err := catalogue.Organisations(tx)
	if err != nil {
		return t, err
	}
	at := map[gov.OrgID]int{}
	for i, o := range here {
		at[o.ID] = i
	}
	for i, o := range list {
		k, found := at[o.ID]
		place := afterOthers + i
		if found {
			place = k
		}
		if t.decide(found, found && db.JSON(here[k]) == db.JSON(o), found && here[k].URI == "" && !replace) {
			if err := catalogue.PutOrganisation(tx, place, o); err != nil {
				return t, gov.Wrap(err, string(o.ID))
			}
		}
		step()
	}
	return t, nil
}

func putLifeEvents(tx *db.Tx, list []catalogue.LifeEvent, replace bool, step func()) (t Tally, err error) {
	here, err := catalogue.LifeEvents(tx)
	if err != nil {
		return t, err
	}
	at := map[string]int{}
	for i, e := range here {
		at[e.ID] = i
	}
	for i, e := range list {
		k, found := at[e.ID]
		place := afterOthers + i
		if found {
			place = k
		}
		if t.decide(found, found && db.JSON(here[k]) == db.JSON(e), found && here[k].URI == "" && !replace) {
			if err := catalogue.PutLifeEvent(tx, place, e); err != nil {
				return t, gov.Wrap(err, e.ID)
			}
		}
		step()
	}
	return t, nil
}

func putService(tx *db.Tx, s catalogue.Entry, replace bool, t *Tally) error {
	old, err := catalogue.Find(tx, s.ID)
	found := err == nil
	if err != nil && gov.KindOf(err) != gov.NotFound {
		return err
	}
	ours := found && old.Source != source && !replace
	was := old.Entry
	was.Source, s.Source = source, source
	if t.decide(found, found && said(was) == said(s), ours) {
		return catalogue.Enter(tx, s)
	}
	return nil
}

// said is an entry as JSON, where no list and an empty one are the same.
func said(e catalogue.Entry) string {
	if len(e.LifeEvents) == 0 {
		e.LifeEvents = nil
	}
	if len(e.Audience) == 0 {
		e.Audience = nil
	}
	if len(e.Keywords) == 0 {
		e.Keywords = nil
	}
	if len(e.Channels) == 0 {
		e.Channels = nil
	}
	if len(e.Costs) == 0 {
		e.Costs = nil
	}
	if len(e.Evidence) == 0 {
		e.Evidence = nil
	}
	if len(e.Outputs) == 0 {
		e.Outputs = nil
	}
	return db.JSON(e)
}
