package priority

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

func TestQuarters(t *testing.T) {
	q := QuarterOf(time.Date(2026, 12, 31, 22, 0, 0, 0, time.UTC), time.FixedZone("", 3*3600))
	if q.String() != "2027-Q1" || q.Last() != "2027-03-31" || (q-1).String() != "2026-Q4" || (q-1).Last() != "2026-12-31" {
		t.Error(q, q.Last(), q-1)
	}
	if p, err := ParseQuarter("٢٠٢٧-q1"); err != nil || p != q {
		t.Error(p, err)
	}
	for _, bad := range []string{"", "2027", "2027-Q5", "2027-Q0", "27-Q1", "2027-Q1 "} {
		if _, err := ParseQuarter(bad); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// chain are services a/s0 … whose urgency falls with their number.
func chain(n int, more func(i int, s *country.Service)) (out []country.Service) {
	for i := range n {
		out = append(out, entry(fmt.Sprintf("a/s%02d", i), func(s *country.Service) {
			s.WorkingDays = n - i
			if more != nil {
				more(i, s)
			}
		}))
	}
	return out
}

func planned(s *Schedule) string {
	var b strings.Builder
	for _, p := range s.Planned {
		fmt.Fprintf(&b, "%s:%s ", strings.TrimPrefix(string(p.ID), "a/"), p.Quarter)
	}
	return strings.TrimSpace(b.String())
}

func TestASchedule(t *testing.T) {
	start, err := ParseQuarter("2027-Q1")
	must(t, err)
	needs := func(i int, s *country.Service) {
		s.Organisation = []gov.OrgID{"iga", "moe"}[i%2]
		switch i {
		case 0:
			s.Requires = []gov.ServiceID{"a/s05", "a/gone", "a/there"}
		case 3:
			s.Requires = []gov.ServiceID{"a/s04"}
		case 4:
			s.Requires = []gov.ServiceID{"a/s03"}
		}
	}
	d := dbtest.SQLite(t)
	enter(t, d, append(chain(6, needs), entry("a/there", func(s *country.Service) { s.Online.Level = 4 }))...)
	tb := table(t, d, Ask{})
	r := tb.Rank(Weights{"wait": 1}, 20, 3)
	for _, c := range []struct {
		name  string
		c     Capacity
		want  string
		never int
	}{
		{"the nation", Capacity{Nation: 2}, "s05:2027-Q1 s00:2027-Q1 s01:2027-Q2 s02:2027-Q2 s04:2027-Q3 s03:2027-Q3", 0},
		{"every entity", Capacity{Entity: 1}, "s05:2027-Q1 s00:2027-Q1 s01:2027-Q2 s02:2027-Q2 s04:2027-Q3 s03:2027-Q3", 0},
		{"one entity has none", Capacity{Nation: 6, Of: map[gov.OrgID]int{"moe": 0}}, "s02:2027-Q1 s04:2027-Q1", 4},
		{"plenty", Capacity{Nation: 100}, "s05:2027-Q1 s00:2027-Q1 s01:2027-Q1 s02:2027-Q1 s04:2027-Q1 s03:2027-Q1", 0},
	} {
		must(t, c.c.Check())
		s := r.Schedule(tb, c.c, start)
		if planned(s) != c.want || len(s.Never) != c.never {
			t.Errorf("%s: %s, %d never; want %s", c.name, planned(s), len(s.Never), c.want)
		}
		if len(s.Absent) != 1 || s.Absent[0].Requires != "a/gone" || len(s.Circles) != 1 || s.Circles[0].ID != "a/s04" {
			t.Errorf("%s: absent %v, circles %v", c.name, s.Absent, s.Circles)
		}
	}
	s := r.Schedule(tb, Capacity{Nation: 2}, start)
	if s.Planned[0].For != "a/s00" || s.Planned[1].For != "" {
		t.Errorf("why so early: %+v", s.Planned[0].For)
	}
	loads := s.Quarters(tb)
	if len(loads) != 3 || loads[0].Online != 3 || loads[2].Online != 7 || len(loads[1].Services) != 2 {
		t.Errorf("%+v", loads)
	}
	var b bytes.Buffer
	if err := s.WriteCSV(&b); err != nil || strings.Count(b.String(), "\n") != 7 {
		t.Errorf("%s %v", b.String(), err)
	}
}

func TestCapacitiesThatAreNone(t *testing.T) {
	for _, bad := range []Capacity{{}, {Nation: -1}, {Entity: MostCapacity + 1}, {Nation: 1, Of: map[gov.OrgID]int{"moe": -5}}} {
		var p gov.Problems
		if err := bad.Check(); !errors.As(err, &p) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
}

// A steady past gives a sure future, an uneven one a span; the same past always
// gives the same.
func TestAForecast(t *testing.T) {
	now, err := ParseQuarter("2026-Q4")
	must(t, err)
	h := History{Basis: "declared", Total: 100, Online: 60, First: now - 7, Now: now, Came: []int{9999, 10, 10, 10, 10, 10, 10}}
	f := h.Forecast(0)
	if f.Why != nil || f.P50.String() != "2027-Q3" || f.P90 != f.P50 || f.Beyond != 0 || len(f.Ahead) != 4 || f.Ahead[0].Half != 70 || f.Ahead[3].Least != 100 {
		t.Errorf("steady: %s %s %+v", f.P50, f.P90, f.Ahead)
	}
	h.Underway, h.Online = 10, 70
	if f := h.Forecast(0); f.P50.String() != "2027-Q3" || f.Ahead[0].Half != 70 {
		t.Errorf("with what this quarter brought already: %s %+v", f.P50, f.Ahead)
	}
	h.Underway, h.Online, h.Came = 0, 60, []int{70, 0, 30, 0, 0, 20, 10}
	a, b := h.Forecast(0), h.Forecast(0)
	if a.P50 >= a.P90 || a.P50 != b.P50 || a.P90 != b.P90 || a.Ahead[2] != b.Ahead[2] {
		t.Errorf("uneven: %s %s, again %s %s", a.P50, a.P90, b.P50, b.P90)
	}
	for i, x := range a.Ahead {
		if x.Least > x.Half || x.Half > 100 || i > 0 && (x.Least < a.Ahead[i-1].Least || x.Half < a.Ahead[i-1].Half) {
			t.Errorf("%+v after %+v", x, a.Ahead[max(i-1, 0)])
		}
	}
	if f := h.Forecast(70); f.P50 >= a.P50 || f.Ahead[len(f.Ahead)-1].Least != 70 {
		t.Errorf("a nearer target: %s %+v", f.P50, f.Ahead)
	}
	h.Total = 100_000
	if f := h.Forecast(0); f.P50 != 0 || f.P90 != 0 || f.Beyond != 1 {
		t.Errorf("out of reach: %s %s %v", f.P50, f.P90, f.Beyond)
	}
}

// Where the past says too little, no number is given.
func TestNoForecastFromNothing(t *testing.T) {
	for name, h := range map[string]History{
		"nothing": {}, "no past": {Total: 10}, "five quarters": {Total: 10, Online: 5, Came: []int{1, 1, 1, 1, 1, 1}}, "two of them busy": {Total: 10, Online: 4, Came: []int{2, 0, 0, 0, 0, 0, 2}},
	} {
		if f := h.Forecast(0); f.Why == nil || f.P50 != 0 || f.P90 != 0 || f.Done || len(f.Ahead) != 0 {
			t.Errorf("%s: %+v", name, f)
		}
	}
	if f := (History{Total: 3, Online: 3}).Forecast(0); !f.Done || f.Why != nil {
		t.Errorf("all are online: %+v", f)
	}
}

func TestBasesStayApart(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		said := func(level int, day string) func(*country.Service) {
			return func(s *country.Service) { s.Online = country.Online{Level: level, Declared: day} }
		}
		enter(t, d, entry("a/one", said(4, "2025-02-03")), entry("a/two", said(3, "2026-11-01")), entry("a/three", said(2, "2025-01-01")), entry("a/four", said(3, "")), entry("a/five", said(3, "2031-01-01")),
			entry("a/inside", func(s *country.Service) { s.Internal = true; s.Online.Level = 4 }))
		enter(t, d, entry("a/one", said(4, "2026-05-05"))) // said again later: the first day counts
		must(t, as(t, d, gov.System, func(tx *db.Tx) error {
			return journal.Append(tx, journal.Fact{Name: "case.closed", Subject: "c", Service: "a/three", Organisation: "iga", Channel: gov.Portal, Body: journal.Body(map[string]string{"outcome": "granted"})})
		}))
		must(t, (&journal.Pump{DB: d, Followers: []journal.Follower{catalogue.Follower()}}).Drain(t.Context()))
		var list []History
		must(t, d.Read(t.Context(), func(tx *db.Tx) (err error) { list, err = Histories(tx, "", nil); return err }))
		p, s := list[0], list[1]
		if p.Basis != "proven" || p.Total != 5 || p.Online != 1 || p.Underway != 1 || len(p.Came) != 0 || p.Left() != 4 {
			t.Errorf("%+v", p)
		}
		if s.Basis != "declared" || s.Online != 4 || s.Undated != 2 || s.Underway != 1 || s.First.String() != "2025-Q1" || fmt.Sprint(s.Came) != "[1 0 0 0 0 0 0]" {
			t.Errorf("%+v", s)
		}
	})
}
