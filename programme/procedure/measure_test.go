package procedure_test

import (
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/casework/casetest"
	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/pack"
	"diwan.example/programme"
	"diwan.example/programme/procedure"
)

const day = 24 * time.Hour

var committee = gov.Actor{Person: "c", Org: "iga", Roles: []gov.Role{gov.Committee}}

// lived is a world in which two renewals went straight through, one was sent back
// once, one still waits and one was never paid.
func lived(t *testing.T, d *db.DB) (*casetest.World, procedure.Rates, []*casework.Case) {
	w := casetest.New(t, d)
	w.Pump.Followers = append(w.Pump.Followers, procedure.Follower(w.Cases, &w.Country.Calendar))
	if err := catalogue.New(d).Seed(gov.WithActor(t.Context(), gov.System), w.Country); err != nil {
		t.Fatal(err)
	}
	officer := w.Officer("o1", "iga", gov.Supervisor)
	decide := func(a gov.Actor, c *casework.Case, v casework.Verdict) {
		t.Helper()
		if err := w.Decide(officer, w.Task(a, c.ID).ID, v); err != nil {
			t.Fatal(err)
		}
	}
	var people []gov.Actor
	var cases []*casework.Case
	for n := range 5 {
		p := w.Resident(n + 8)
		people = append(people, p)
		cases = append(cases, w.Apply(p, "identity-card/renewal", w.Renewal(p)))
	}
	for i := range 4 {
		w.Pay(people[i], cases[i].ID)
	}
	w.Pass(day)
	decide(people[0], cases[0], casework.Verdict{Outcome: "approve"})
	decide(people[1], cases[1], casework.Verdict{Outcome: "correct", Reason: "unclear"})
	w.Pass(2 * day)
	photo := w.Photo(people[1])
	w.Do(people[1], func(tx *db.Tx) error {
		_, err := w.Cases.Correct(tx, cases[1].ID, map[string]any{"photo": photo})
		return err
	})
	decide(people[1], cases[1], casework.Verdict{Outcome: "approve"})
	decide(people[2], cases[2], casework.Verdict{Outcome: "approve"})
	return w, procedure.Rates{Tariffs: &w.Country.Tariffs, Day: "2026-11-30", Hours: 7}, cases
}

var november = procedure.Period{From: 202611, To: 202612, Service: "identity-card/renewal"}

func read(t *testing.T, d *db.DB, a gov.Actor, fn func(tx *db.Tx) error) error {
	t.Helper()
	return d.Read(gov.WithActor(t.Context(), a), fn)
}

func TestWhatCasesProve(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, rates, _ := lived(t, d)
		var m procedure.Measured
		var list []procedure.Row
		err := read(t, d, committee, func(tx *db.Tx) (err error) {
			if m, err = procedure.Measure(tx, november, nil, rates); err == nil {
				list, _, err = procedure.Rows(tx, november, 0, 10)
			}
			return err
		})
		if err != nil || m.Cases != 3 || len(list) != 3 {
			t.Fatalf("%d cases, %d rows, %v", m.Cases, len(list), err)
		}
		// straight: apply, pay, review; once: correct and review again
		if got, want := m.Steps, (3.0+5+3)/3; got != want {
			t.Errorf("steps %v, want %v", got, want)
		}
		// person → iga for each; and back to the person and to iga again for one
		if got, want := m.Handoffs, (1.0+3+1)/3; got != want {
			t.Errorf("hand-offs %v, want %v", got, want)
		}
		if m.Documents != 1 || m.Visits != 0 || m.Corrections != 1.0/3 {
			t.Errorf("documents %v, visits %v, corrections %v", m.Documents, m.Visits, m.Corrections)
		}
		if m.Median < 1 || m.P90 < m.Median || m.P90 > 4 || m.Minutes != procedure.Estimated || m.Person <= 0 || m.State <= 0 {
			t.Errorf("%+v", m)
		}
		if len(m.Channels) != 1 || m.Channels[0].Channel != gov.Portal || m.Channels[0].Cases != 3 {
			t.Errorf("%+v", m.Channels)
		}
		_ = w
	})
}

// A case that an appeal opened again is one case with its whole course, not two.
func TestAnAppealedCaseIsMeasuredOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := casetest.New(t, d)
		w.Pump.Followers = append(w.Pump.Followers, procedure.Follower(w.Cases, &w.Country.Calendar))
		supervisor, p := w.Officer("o1", "iga", gov.Supervisor), w.Resident(8)
		c := w.Apply(p, "identity-card/renewal", w.Renewal(p))
		w.Pay(p, c.ID)
		if err := w.Decide(supervisor, w.Task(p, c.ID).ID, casework.Verdict{Outcome: "refuse", Reason: "evidence"}); err != nil {
			t.Fatal(err)
		}
		measure := func() (m procedure.Measured, list []procedure.Row) {
			t.Helper()
			err := read(t, d, committee, func(tx *db.Tx) (err error) {
				if m, err = procedure.Measure(tx, november, nil, procedure.Rates{Tariffs: &w.Country.Tariffs, Day: "2026-11-30", Hours: 7}); err == nil {
					list, _, err = procedure.Rows(tx, november, 0, 10)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return m, list
		}
		w.Pass(0)
		first, _ := measure()
		w.Do(p, func(tx *db.Tx) error { _, err := w.Cases.Appeal(tx, c.ID, "الصورة صورتي"); return err })
		w.Pass(day)
		if m, list := measure(); m.Cases != 0 || len(list) != 0 || len(m.Stays) != 0 || len(m.Channels) != 0 {
			t.Errorf("open again, and counted: %+v %+v", m, list)
		}
		if err := w.Decide(supervisor, w.Task(p, c.ID).ID, casework.Verdict{Outcome: "accept"}); err != nil {
			t.Fatal(err)
		}
		w.Pass(0)
		m, list := measure()
		if first.Cases != 1 || m.Cases != 1 || len(list) != 1 || list[0].Outcome != "granted" || m.Steps != first.Steps+1 {
			t.Errorf("closed again: %+v, rows %+v; first %v steps", m, list, first.Steps)
		}
	})
}

func TestAComparisonNamesWhatItRestsOn(t *testing.T) {
	d := dbtest.SQLite(t)
	w, rates, _ := lived(t, d)
	w.Do(gov.System, func(tx *db.Tx) error {
		s, err := catalogue.Find(tx, "identity-card/renewal")
		if err != nil {
			return err
		}
		e := s.Entry
		e.Yearly, e.ToBe = 1000, nil
		e.AsIs = &country.Procedure{Steps: []country.Step{
			{ID: "come", Kind: "apply", Title: gov.T("حضور", "Come"), Next: []string{"look"}, Visit: true, Channel: "counter", Documents: []string{"1", "2"}, Theirs: 120, Ours: 15, Days: 1},
			{ID: "look", Kind: "review", Title: gov.T("نظر", "Look"), Next: []string{"take"}, Ours: 20, Days: 9},
			{ID: "take", Kind: "wait", Title: gov.T("استلام", "Collect"), Visit: true, Theirs: 90},
		}}
		return catalogue.Enter(tx, e)
	})
	var c procedure.Comparison
	err := read(t, d, committee, func(tx *db.Tx) (err error) {
		c, err = procedure.Compare(tx, procedure.Compared{Service: "identity-card/renewal", Period: november, Rates: rates,
			Pack: func(tx *db.Tx, id gov.ServiceID) (*pack.Pack, error) { return w.Cases.Packs.Current(tx, id) }})
		return err
	})
	if err != nil || c.Measured == nil || c.FromPack == "" {
		t.Fatalf("%v %+v", err, c)
	}
	bases := map[string][3]procedure.Basis{
		"steps": {procedure.Declared, procedure.Declared, procedure.Proven}, "visits": {procedure.Declared, procedure.Declared, procedure.Proven},
		"theirs": {procedure.Declared, procedure.Estimated, procedure.Estimated}, "person": {procedure.Estimated, procedure.Estimated, procedure.Estimated},
		"person-year": {procedure.Estimated, procedure.Estimated, procedure.Estimated},
	}
	for _, l := range c.Lines {
		if want, ok := bases[l.ID]; ok {
			delete(bases, l.ID)
			if l.AsIs == nil || l.ToBe == nil || l.Measured == nil || [3]procedure.Basis{l.AsIs.Basis, l.ToBe.Basis, l.Measured.Basis} != want {
				t.Errorf("%s: %+v %+v %+v", l.ID, l.AsIs, l.ToBe, l.Measured)
			}
			if by, _, ok := l.Change(); l.ID != "steps" && (!ok || by >= 0) {
				t.Errorf("%s did not go down: %v", l.ID, by)
			}
		}
	}
	if len(bases) > 0 {
		t.Errorf("lines are missing: %v", bases)
	}
}

func TestStrangersDoNotSeeProcedures(t *testing.T) {
	d := dbtest.SQLite(t)
	_, rates, _ := lived(t, d)
	ask := procedure.Compared{Service: "identity-card/renewal", Period: november, Rates: rates}
	for _, c := range []struct {
		who  gov.Actor
		want gov.Kind
	}{
		{gov.Actor{}, gov.Denied}, {gov.Actor{Person: "r"}, gov.Denied}, {gov.Actor{Person: "o", Org: "iga", Roles: []gov.Role{gov.Officer}}, gov.Denied},
		{gov.Actor{Person: "h", Org: "moe", Roles: []gov.Role{gov.Head}}, gov.NotFound}, {gov.Actor{Person: "h", Org: "iga", Roles: []gov.Role{gov.Head}}, ""},
	} {
		err := read(t, d, c.who, func(tx *db.Tx) error { _, err := procedure.Compare(tx, ask); return err })
		if gov.KindOf(err) != c.want {
			t.Errorf("%+v: %v", c.who, err)
		}
	}
	if err := read(t, d, committee, func(tx *db.Tx) error {
		_, err := procedure.Compare(tx, procedure.Compared{Service: "no/such", Period: november, Rates: rates})
		return err
	}); gov.KindOf(err) != gov.NotFound {
		t.Errorf("an unknown service: %v", err)
	}
	if err := read(t, d, committee, func(tx *db.Tx) error {
		_, err := procedure.Measure(tx, procedure.Period{From: 202612, To: 202611}, nil, rates)
		return err
	}); gov.KindOf(err) != gov.Invalid {
		t.Errorf("months in the wrong order: %v", err)
	}
}

func TestMonths(t *testing.T) {
	if m, err := procedure.ParseMonth("٢٠٢٦-١١"); err != nil || m != 202611 || m.String() != "2026-11" || m.Add(2) != 202701 || m.Last() != programme.Day(20261130) {
		t.Errorf("%v %v", m, err)
	}
	for _, bad := range []string{"", "2026", "2026-13", "1999-01", "2026-1-1", "x"} {
		if _, err := procedure.ParseMonth(bad); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
