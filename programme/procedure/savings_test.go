package procedure_test

import (
	"math"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/programme"
	"diwan.example/programme/procedure"
)

func saved(t *testing.T, d *db.DB, a gov.Actor, p procedure.Period, r procedure.Rates, at time.Time) (s procedure.Savings, err error) {
	t.Helper()
	err = read(t, d, a, func(tx *db.Tx) (err error) { s, err = procedure.Save(tx, p, r, at); return err })
	return s, err
}

func TestSavingsAreCasesTimesTheDifference(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, rates, _ := lived(t, d)
		nation, err := saved(t, d, committee, procedure.Period{From: 202601, To: 202612}, rates, time.Time{})
		if err != nil || nation.By != programme.ByOrganisation || len(nation.Groups) != 1 || nation.Groups[0].Key != "iga" || nation.Total.Cases != 3 || nation.Total.Left != 0 {
			t.Fatalf("%+v %v", nation, err)
		}
		e := w.Country.Service("identity-card/renewal")
		before := procedure.Sum(e.AsIs, "iga", rates)
		var m procedure.Measured
		if err := read(t, d, committee, func(tx *db.Tx) (err error) { m, err = procedure.Measure(tx, november, e.ToBe, rates); return err }); err != nil {
			t.Fatal(err)
		}
		got, want := nation.Total.Saved(), procedure.Burden{Person: 3 * (before.Person - m.Person), State: 3 * (before.State - m.State)}
		if math.Abs(got.Person-want.Person) > 1e-6 || math.Abs(got.State-want.State) > 1e-6 || got.Person <= 0 || got.State <= 0 {
			t.Errorf("saved %+v, want %+v", got, want)
		}
		if math.Abs(nation.Total.Visits-3*before.Visits) > 1e-6 || nation.Total.Hours <= 0 {
			t.Errorf("visits %v, hours %v", nation.Total.Visits, nation.Total.Hours)
		}
		for _, p := range nation.Planned {
			if p.Service == "identity-card/renewal" || p.Saved().Total() <= 0 || p.Yearly == 0 {
				t.Errorf("planned: %+v", p)
			}
		}
		if len(nation.Planned) < 10 || nation.Promised.Total() <= 0 || nation.Missing == 0 {
			t.Errorf("%d planned, %v, %d missing", len(nation.Planned), nation.Promised, nation.Missing)
		}
		for by, p := range map[programme.Dimension]procedure.Period{
			programme.ByService: {From: 202601, To: 202612, Organisation: "iga"}, programme.ByChannel: november,
		} {
			s, err := saved(t, d, committee, p, rates, time.Time{})
			if err != nil || s.By != by || len(s.Groups) != 1 || s.Total != nation.Total {
				t.Errorf("%s: %+v %v", by, s, err)
			}
		}
	})
}

// What is not known is not counted: cases before the procedure was documented,
// and other months.
func TestSavingsAsOfAPastDay(t *testing.T) {
	d := dbtest.SQLite(t)
	w, rates, _ := lived(t, d)
	s, err := saved(t, d, committee, procedure.Period{From: 202601, To: 202612}, rates, dbtest.Start.Add(-time.Hour))
	if err != nil || s.Total.Cases != 0 || s.Total.Left != 3 || s.Total.Saved().Total() != 0 || len(s.Planned) != 0 {
		t.Errorf("before the catalogue was written: %+v %v", s.Total, err)
	}
	s, err = saved(t, d, committee, procedure.Period{From: 202601, To: 202610}, rates, time.Time{})
	if err != nil || s.Total.Cases+s.Total.Left != 0 || len(s.Groups) != 0 {
		t.Errorf("months without cases: %+v %v", s.Total, err)
	}
	w.Do(gov.System, func(tx *db.Tx) error {
		e, err := catalogue.Find(tx, "identity-card/renewal")
		if err == nil {
			e.AsIs = nil
			err = catalogue.Enter(tx, e.Entry)
		}
		return err
	})
	if s, err = saved(t, d, committee, november, rates, time.Time{}); err != nil || s.Total.Cases != 0 || s.Total.Left != 3 {
		t.Errorf("without a documented procedure: %+v %v", s.Total, err)
	}
	head := gov.Actor{Person: "h", Org: "moe", Roles: []gov.Role{gov.Head}}
	if _, err = saved(t, d, head, procedure.Period{From: 202601, To: 202612, Organisation: "iga"}, rates, time.Time{}); gov.KindOf(err) != gov.NotFound {
		t.Errorf("another's savings: %v", err)
	}
	if s, err = saved(t, d, head, procedure.Period{From: 202601, To: 202612}, rates, time.Time{}); err != nil || s.Total.Left != 0 || s.By != programme.ByService {
		t.Errorf("their own: %+v %v", s, err)
	}
}
