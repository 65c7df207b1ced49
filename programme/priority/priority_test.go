package priority

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/effort"
	"diwan.example/journal"
	"diwan.example/programme"
)

var (
	committee = gov.Actor{Person: "c", Org: "iga", Roles: []gov.Role{gov.Committee}}
	head      = gov.Actor{Person: "h", Org: "moe", Roles: []gov.Role{gov.Head}}
	dinar     = gov.Currency{Code: "BHD", Digits: 3}
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func as(t testing.TB, d *db.DB, a gov.Actor, fn func(tx *db.Tx) error) error {
	t.Helper()
	return d.Write(gov.WithActor(context.Background(), a), fn)
}

// entry is a service that nobody says is online.
func entry(id string, more func(*country.Service)) country.Service {
	s := country.Service{ID: gov.ServiceID(id), Organisation: "iga", Name: gov.T("خدمة", "Service "+id), Description: gov.T("وصف", "About"),
		Channels: country.Channels{{Kind: "counter"}}, Audience: []string{"citizen"}, WorkingDays: country.NotSaid, Source: "typed"}
	if more != nil {
		more(&s)
	}
	return s
}

func enter(t testing.TB, d *db.DB, list ...country.Service) {
	t.Helper()
	must(t, as(t, d, gov.System, func(tx *db.Tx) error {
		for _, s := range list {
			if err := catalogue.Enter(tx, s); err != nil {
				return err
			}
		}
		return nil
	}))
}

func table(t testing.TB, d *db.DB, ask Ask) (out *Table) {
	t.Helper()
	ask.Currency = dinar
	must(t, d.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) (err error) { out, err = Read(tx, ask); return err }))
	return out
}

func defaults(t testing.TB) Weights {
	t.Helper()
	w, err := Default()
	must(t, err)
	return w
}

func TestWhatIsReadOfARecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		enter(t, d,
			entry("a/full", func(s *country.Service) {
				s.Yearly, s.WorkingDays, s.LifeEvents = 1000, 15, []string{"home"}
				s.Costs = country.Costs{{Amount: 5000}}
				s.Evidence = []country.Evidence{{Name: gov.T("بطاقة", "Card"), Issuer: "iga"}, {Name: gov.T("صورة", "Photo")}, {Name: gov.T("رأي", "Opinion"), Optional: true}}
				s.AsIs = &country.Procedure{Steps: []country.Step{{ID: "a", Kind: "apply", Theirs: 60, Spent: 2000, Visit: true}, {ID: "b", Kind: "review", Theirs: 60, Share: 50}}}
				s.Legal = country.LegalResources{{Name: gov.T("قانون", "Law")}}
			}),
			entry("a/empty", nil),
			entry("a/online", func(s *country.Service) {
				s.Online, s.LifeEvents, s.Requires = country.Online{Level: 4, Declared: "2026-01-01"}, []string{"home"}, []gov.ServiceID{"a/full"}
			}),
			entry("a/inside", func(s *country.Service) { s.Internal = true }),
		)
		must(t, as(t, d, gov.System, func(tx *db.Tx) error {
			for range 3 {
				if err := journal.Append(tx, journal.Fact{Name: "case.submitted", Subject: db.NewID(tx.Now()), Service: "a/empty", Organisation: "iga", Channel: gov.Counter}); err != nil {
					return err
				}
			}
			return nil
		}))
		pump := &journal.Pump{DB: d, Followers: []journal.Follower{programme.Follower(nil)}}
		must(t, pump.Drain(t.Context()))
		tb := table(t, d, Ask{})
		if len(tb.Candidates) != 2 {
			t.Fatalf("%d candidates", len(tb.Candidates))
		}
		want := map[string][2]string{ // service a/empty, a/full
			"volume": {"3 proven", "1000 estimated"}, "time": {"?", "90 estimated"}, "wait": {"?", "15 declared"}, "money": {"0 declared", "7 estimated"},
			"documents": {"?", "2 declared"}, "readiness": {"0 proven", "0.5 proven"}, "law": {"0 declared", "1 declared"}, "life_events": {"?", "1 declared"},
			"dependence": {"0 proven", "1 proven"}, "policy": {"?", "1 declared"},
		}
		for i, c := range tb.Candidates {
			for j, k := range tb.Criteria {
				got := "?"
				if v := c.Values[j]; v.Known {
					got = decimal(v.Amount, 2) + " " + v.Basis
				}
				if got != want[k.ID][i] {
					t.Errorf("%s of %s is %q, want %q", k.ID, c.ID, got, want[k.ID][i])
				}
			}
		}
		if more := table(t, d, Ask{Declared: true}); len(more.Candidates) != 3 {
			t.Errorf("with those declared: %d", len(more.Candidates))
		}
	})
}

// A value that nobody knows is not nothing: it counts as the middle, is said,
// and makes the score a span.
func TestTheUnknownIsNotNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	var list []country.Service
	for i := range 5 {
		list = append(list, entry(fmt.Sprintf("a/s%d", i), func(s *country.Service) { s.WorkingDays = i * 7 }))
	}
	enter(t, d, append(list, entry("a/unknown", nil))...)
	r := table(t, d, Ask{}).Rank(Weights{"wait": 100}, 20, 3)
	x, err := r.Row("a/unknown")
	must(t, err)
	if x.Rank < 3 || x.Rank > 4 || x.Low != 0 || x.High != 100 || x.Coverage != 0 || len(x.Unknown()) != 1 {
		t.Errorf("the unknown one: rank %d, %v to %v, known %v", x.Rank, x.Low, x.High, x.Coverage)
	}
	first := r.Rows[0]
	if first.ID != "a/s4" || first.Coverage != 1 || first.Low != first.High || math.Abs(first.Score-100*28.0/30) > 1e-6 {
		t.Errorf("the first: %s %v", first.ID, first.Score)
	}
	if _, err := r.Row("a/nothing"); gov.KindOf(err) != gov.NotFound {
		t.Error(err)
	}
}

func TestPartsAddUpToTheScore(t *testing.T) {
	tb, w := canada(t), defaults(t)
	r := tb.Rank(w, 20, 20)
	for i, x := range r.Rows {
		sum, most := 0.0, 0.0
		for _, p := range x.Parts {
			sum, most = sum+p.Points, most+p.Most
		}
		if math.Abs(sum-x.Score) > 1e-6 || math.Abs(most-100) > 1e-6 || x.Rank != i+1 || x.Best > x.Rank || x.Worst < x.Rank || x.Low > x.Score+1e-6 || x.High < x.Score-1e-6 {
			t.Fatalf("%+v", x)
		}
		if i > 0 && x.Score > r.Rows[i-1].Score+1e-6 {
			t.Fatalf("%d stands below a lower score", x.Rank)
		}
	}
	if len(r.By) != len(tb.Criteria) || r.Kept <= 0 || r.Kept > 1 {
		t.Errorf("sensitivity %+v", r.Sensitivity)
	}
	same := tb.Rank(w, 0, 20)
	if same.Kept != 1 {
		t.Errorf("without moving a weight, %v stay", same.Kept)
	}
	for _, x := range same.Rows {
		if x.Best != x.Rank || x.Worst != x.Rank {
			t.Fatalf("without moving a weight, %s ranks %d to %d", x.ID, x.Best, x.Worst)
		}
	}
	doubled := Weights{}
	for k, n := range w {
		doubled[k] = n * 2
	}
	for i, x := range tb.Rank(doubled, 20, 20).Rows {
		if x.ID != r.Rows[i].ID {
			t.Fatal("only the proportion of weights should matter")
		}
	}
}

// canada are the services of the Canadian inventory.
func canada(t testing.TB) *Table {
	t.Helper()
	d := inventory(t)
	began := effort.Spent()
	out := table(t, d, Ask{Declared: true})
	out.Rank(defaults(t), 20, 20)
	if took := effort.Spent() - began; took > 3*time.Second {
		t.Errorf("reading and ranking %d services took %v", len(out.Candidates), took)
	} else {
		t.Logf("%d services read and ranked in %v", len(out.Candidates), took)
	}
	return out
}

func TestOnlyACommitteeWeighs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := defaults(t)
		for _, who := range []gov.Actor{{}, {Person: "r"}, head, {Person: "x", Roles: []gov.Role{gov.Committee}}} {
			if err := as(t, d, who, func(tx *db.Tx) error { _, err := Weigh(tx, w, "لأن", 0); return err }); gov.KindOf(err) != gov.Denied {
				t.Errorf("%+v: %v", who, err)
			}
		}
		weigh := func(w Weights, reason string, seen int) error {
			return as(t, d, committee, func(tx *db.Tx) error { _, err := Weigh(tx, w, reason, seen); return err })
		}
		for name, bad := range map[string]error{
			"no reason": weigh(w, " ", 0), "long": weigh(w, strings.Repeat("ا", LongestReason+1), 0), "nothing weighs": weigh(Weights{}, "x", 0),
			"negative": weigh(Weights{"volume": -1}, "x", 0), "huge": weigh(Weights{"volume": 101}, "x", 0), "unknown": weigh(Weights{"volume": 1, "beauty": 2}, "x", 0),
		} {
			var p gov.Problems
			if !errors.As(bad, &p) || len(p) == 0 {
				t.Errorf("%s: %v", name, bad)
			}
		}
		must(t, weigh(Weights{"volume": 60, "law": 40}, "قرار اللجنة في جلستها الثالثة", 0))
		if err := weigh(w, "again", 0); gov.KindOf(err) != gov.Conflict {
			t.Errorf("over another's decision: %v", err)
		}
		must(t, weigh(w, "again", 1))
		must(t, d.Read(t.Context(), func(tx *db.Tx) error {
			x, err := Weighed(tx)
			if err != nil || x.Number != 2 || x.Weights["volume"] != w["volume"] || x.Author != "c" || !x.At.Equal(dbtest.Start) {
				t.Errorf("%+v %v", x, err)
			}
			list, err := Weighings(tx)
			if err != nil || len(list) != 2 || list[1].Weights["law"] != 40 || list[1].Reason == "" {
				t.Errorf("%+v %v", list, err)
			}
			facts, err := journal.Of(tx, Subject)
			if err != nil || len(facts) != 2 || strings.Contains(string(facts[0].Body), "قرار") {
				t.Errorf("%d facts, %v", len(facts), err)
			}
			return err
		}))
	})
}

func TestWeightsFromAFile(t *testing.T) {
	w, err := ReadWeights(strings.NewReader("volume: 30\nlaw: 5\n"))
	if err != nil || w["volume"] != 30 {
		t.Fatal(w, err)
	}
	for _, bad := range []string{"volume: many", "- 1", "volume: 1\nvolume: 2", "", "volume: 1e9", "\x00", "beauty: 3"} {
		if _, err := ReadWeights(strings.NewReader(bad)); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestCriteriaThatAreNone(t *testing.T) {
	good := "id: x\n  weight: 1\n  name: {ar: ا, en: a}\n  about: {ar: ا, en: a}\n  unit: {ar: ا, en: a}\n  scale: {kind: linear, from: 0, to: 1}\n  sources: [{basis: proven, value: yearly}]\n"
	if _, err := read([]byte("- " + good)); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"twice": "- " + good + "- " + good, "rule": strings.Replace(good, "yearly", "yearl", 1), "text": strings.Replace(good, "value: yearly", "value: id", 1),
		"basis": strings.Replace(good, "proven", "guessed", 1), "scale": strings.Replace(good, "to: 1", "to: 0", 1), "log": strings.Replace(good, "linear", "log", 1),
		"language": strings.Replace(good, "name: {ar: ا, en: a}", "name: {en: a}", 1), "key": "colour: red\n  " + good,
	} {
		if !strings.HasPrefix(bad, "- ") {
			bad = "- " + bad
		}
		if _, err := read([]byte(bad)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestNobodyWaits(t *testing.T) {
	d := dbtest.SQLite(t)
	r := table(t, d, Ask{}).Rank(defaults(t), 20, 20)
	if len(r.Rows) != 0 || r.Kept != 0 || r.Top != 0 {
		t.Errorf("%+v", r)
	}
}

func TestTheFileOfTheList(t *testing.T) {
	d := dbtest.SQLite(t)
	enter(t, d, entry("a/one", func(s *country.Service) { s.Name = gov.T("=أمر()", "=cmd()") }))
	tb := table(t, d, Ask{})
	var b bytes.Buffer
	must(t, tb.WriteCSV(&b, tb.Rank(defaults(t), 20, 20).Rows))
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\uFEFF")))).ReadAll()
	if err != nil || len(rows) != 2 || len(rows[1]) != 11+3*len(tb.Criteria) || strings.HasPrefix(rows[1][3], "=") {
		t.Errorf("%v %v", rows, err)
	}
}
