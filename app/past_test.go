package app_test

import (
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// The sample's past is lived on registers that were known then: what a case needs
// is fetched under the agreements of the time, and documents come of it.
func TestTheSamplesPastIsLivedOnItsRegisters(t *testing.T) {
	a := peopled(t, 160)
	if err := a.SeedAgreements(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.SeedPast(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx := gov.WithActor(t.Context(), gov.System)
	lastWeek := time.Now().AddDate(0, 0, -7)
	granted, early, asked := map[gov.ServiceID]int{}, 0, map[string]int{}
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := a.Cases.List(tx, casework.Filter{Limit: 500})
		if err != nil {
			return err
		}
		for _, c := range list {
			asked[string(c.Service)+" "+string(c.Applicant)]++
			if c.Outcome == "granted" {
				granted[c.Service]++
			}
			if c.Service == "education/enrolment-certificate" && c.Outcome == "refused" {
				t.Errorf("%s: the register was not known", c.Ref)
			}
			issued, err := a.Issuer.OfCase(tx, c.ID)
			if err != nil {
				return err
			}
			for _, d := range issued {
				if d.Issued.Before(lastWeek) {
					early++
				}
			}
		}
		return fetched(t, tx, list, lastWeek)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []gov.ServiceID{"identity-card/renewal", "education/enrolment-certificate", "education/results-certificate", "traffic/driving-licence-renewal"} {
		if granted[s] == 0 {
			t.Errorf("nobody was granted %s: %v", s, granted)
		}
	}
	if early < 10 {
		t.Errorf("%d documents of before last week", early)
	}
	for who, n := range asked {
		if n > 1 && who[:7] != "justice" {
			t.Errorf("%s %d times", who, n)
		}
	}
}

// fetched looks for the entries that reading a register for a case left with its person.
func fetched(t *testing.T, tx *db.Tx, list []*casework.Case, before time.Time) error {
	found := 0
	for _, c := range list {
		if c.Service != "education/enrolment-certificate" || !c.Submitted.Before(before) {
			continue
		}
		looks, err := journal.Looks(tx, c.Applicant, 50)
		if err != nil {
			return err
		}
		for _, l := range looks {
			if l.Machine && l.Registry == "enrolment" && l.At.Before(before) {
				found++
			}
		}
	}
	if found == 0 {
		t.Error("no register was read for a case of before last week")
	}
	return nil
}
