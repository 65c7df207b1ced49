package lifecycle

import (
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Evidence is what another part of the programme knows of a service: that it is
// in the committee's list, in a plan, or passed a check. Its name is the id of
// the evidence in the gates; one service may have it from several sources.
type Evidence struct {
	Service gov.ServiceID
	Name    string
	Source  string // who gives it, such as "priority"; "axe@2" holds for version 2 of the pack only
	Since   time.Time
	Until   time.Time // zero: until it is taken back
	Words   gov.Text  // what it says, such as the quarter of the plan
	Link    string    // the page that shows it; may be empty
}

// Give keeps a piece of evidence, or replaces the same from the same source. The
// same again changes nothing. The caller has checked that the actor may. Errors:
// NotFound (service or evidence), Invalid.
func Give(tx *db.Tx, x Evidence) error {
	e, _, err := found(tx, x.Service, x.Name)
	if err != nil {
		return err
	}
	if x.Source == "" || len(x.Words) == 0 {
		return gov.Fail(gov.Invalid, "الدليل يذكر مصدره وما يثبته", "Evidence names its source and what it shows").At("source")
	}
	if x.Since.IsZero() {
		x.Since = tx.Now()
	}
	old, ok, err := givenBy(tx, x.Service, x.Name, x.Source)
	if err != nil || ok && old.same(x) {
		return err
	}
	if err := putGiven(tx, x); err != nil {
		return err
	}
	return told(tx, FactEvidenced, e, map[string]string{"evidence": x.Name, "source": x.Source})
}

// same reports whether two pieces of evidence say the same; when it began does
// not matter.
func (x *Evidence) same(y Evidence) bool {
	return x.Until.Equal(y.Until) && x.Link == y.Link && db.JSON(x.Words) == db.JSON(y.Words)
}

// TakeBack ends a piece of evidence from a source; it is no error when there is
// none. The caller has checked that the actor may.
func TakeBack(tx *db.Tx, service gov.ServiceID, name, source string) error {
	_, ok, err := givenBy(tx, service, name, source)
	if err != nil || !ok {
		return err
	}
	if err := removeGiven(tx, service, name, source); err != nil {
		return err
	}
	e, _, err := found(tx, service, name)
	if err != nil {
		return err
	}
	return told(tx, FactEvidenced, e, map[string]string{"evidence": name, "source": source, "ended": "yes"})
}

// ofVersion leaves out what was given for another version of the pack.
func ofVersion(list []Evidence, version string) (out []Evidence) {
	for _, x := range list {
		if _, of, bound := strings.Cut(x.Source, "@"); !bound || of == version {
			out = append(out, x)
		}
	}
	return out
}
