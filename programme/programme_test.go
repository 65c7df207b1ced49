package programme_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"log/slog"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/programme"
)

var zone = time.FixedZone("", 3*3600)

var committee = gov.Actor{Person: "c", Org: "iga", Roles: []gov.Role{gov.Committee}}

// world appends facts at chosen times and counts them.
type world struct {
	testing.TB
	d   *db.DB
	now time.Time
}

func newWorld(t testing.TB, d *db.DB) *world {
	w := &world{t, d, dbtest.Start}
	d.SetClock(func() time.Time { return w.now })
	return w
}

func (w *world) fact(name, subject string, body map[string]any, keys ...string) {
	w.Helper()
	f := journal.Fact{Name: name, Subject: subject, Service: "identity-card/renewal", Organisation: "iga", Channel: gov.Portal, Place: "capital", Version: "1"}
	for i, to := range []*string{(*string)(&f.Service), (*string)(&f.Organisation), (*string)(&f.Channel), &f.Place} {
		if i < len(keys) {
			*to = keys[i]
		}
	}
	if body != nil {
		f.Body = journal.Body(body)
	}
	if err := w.d.Write(gov.WithActor(w.Context(), gov.System), func(tx *db.Tx) error { return journal.Append(tx, f) }); err != nil {
		w.Fatal(err)
	}
}

func (w *world) close(subject, outcome string, ours, theirs time.Duration, late bool, keys ...string) {
	w.fact("case.closed", subject, map[string]any{"outcome": outcome, "ours": ours.Milliseconds(), "theirs": theirs.Milliseconds(), "others": 0, "late": late, "timed": true}, keys...)
}

func (w *world) drain() {
	w.Helper()
	p := &journal.Pump{DB: w.d, Log: slog.New(slog.DiscardHandler), Followers: []journal.Follower{programme.Follower(zone)}}
	if err := p.Drain(context.Background()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) as(a gov.Actor, fn func(tx *db.Tx) error) error {
	return w.d.Read(gov.WithActor(w.Context(), a), fn)
}

func (w *world) overview(f programme.Filter, by programme.Dimension) (r programme.Report) {
	w.Helper()
	if err := w.as(committee, func(tx *db.Tx) (err error) { r, err = programme.Overview(tx, f, by); return err }); err != nil {
		w.Fatal(err)
	}
	return r
}

const day = 24 * time.Hour

// story is a small history with one of everything.
func (w *world) story() {
	for i := range 4 {
		w.fact("case.submitted", "c"+strconv.Itoa(i), nil)
	}
	w.fact("case.submitted", "s0", nil, "education/enrolment-certificate", "moe", "counter", "muharraq")
	w.fact("payment.settled", "p0", map[string]any{"amount": 2000, "waived": 500, "means": "sandbox"})
	w.fact("payment.settled", "p1", map[string]any{"amount": 0, "waived": 1500, "means": "exempt"})
	w.now = w.now.Add(2 * day)
	w.fact("case.late", "c1", map[string]any{"step": "review"})
	w.fact("case.late", "c2", map[string]any{"step": "review"})
	w.fact("case.decided", "c0", map[string]any{"step": "review", "outcome": "approve"})
	w.fact("document.issued", "d0", map[string]any{"holder": "p"})
	w.close("c0", "granted", day, 2*day, false)
	w.fact("case.decided", "c1", map[string]any{"step": "review", "outcome": "refuse", "silent": true})
	w.close("c1", "refused", 4*day, 0, true)
	w.fact("payment.refunded", "p0", map[string]any{"amount": 750})
	w.now = w.now.Add(40 * day) // into another year
	w.fact("case.appealed", "c1", nil)
	w.fact("document.revoked", "d0", nil)
	w.drain()
}

func TestFiguresAreCountedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.story()
		w.drain()
		r := w.overview(programme.Filter{}, programme.ByService)
		got := []int64{r.Submitted, r.Closed, r.Granted, r.Refused, r.Timed, r.Late, r.Overdue, r.Decided, r.Silent, r.Appealed, r.Paid, int64(r.Collected),
			int64(r.Waived), r.Refunds, int64(r.Refunded), r.Documents, r.Revoked, r.Open.Cases, r.Open.Late, r.Growth()}
		if want := []int64{5, 1, 1, 0, 1, 0, 2, 2, 1, 1, 1, 2000, 2000, 1, 750, 1, 1, 4, 1, 4}; !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		if share, ok := r.OnTime(); !ok || share != 1 {
			t.Errorf("on time %v %v", share, ok)
		}
		if len(r.Groups) != 2 || r.Groups[0].Key != "identity-card/renewal" || r.Groups[1].Submitted != 1 || r.Groups[1].Open.Cases != 1 {
			t.Errorf("groups %+v", r.Groups)
		}
	})
}

func TestFiltersAndDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.story()
		for _, c := range []struct {
			f                 programme.Filter
			submitted, closed int64
		}{
			{programme.Filter{From: 20261123, To: 20261123}, 5, 0},
			{programme.Filter{From: 20261124, To: 20261125}, 0, 1},
			{programme.Filter{From: 20261101, To: 20261130}, 5, 1},
			{programme.Filter{From: 20261001, To: 20270228}, 5, 1},
			{programme.Filter{From: 20261015, To: 20261123}, 5, 0},
			{programme.Filter{From: 20261125, To: 20270110}, 0, 1},
			{programme.Filter{Organisation: "moe"}, 1, 0},
			{programme.Filter{Channel: "counter"}, 1, 0},
			{programme.Filter{Place: "capital"}, 4, 1},
			{programme.Filter{Service: "education/enrolment-certificate", Place: "capital"}, 0, 0},
		} {
			if r := w.overview(c.f, programme.ByChannel); r.Submitted != c.submitted || r.Closed != c.closed {
				t.Errorf("%+v: %d submitted, %d closed", c.f, r.Submitted, r.Closed)
			}
		}
		err := w.as(committee, func(tx *db.Tx) error {
			_, err := programme.Overview(tx, programme.Filter{From: 20261124, To: 20261123}, programme.ByService)
			return err
		})
		if gov.KindOf(err) != gov.Invalid {
			t.Errorf("days in the wrong order: %v", err)
		}
	})
}

func TestAskingForSpansAddsUpToDays(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	r := rand.New(rand.NewPCG(1, 2))
	w.now = time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	perDay := map[programme.Day]int64{}
	for w.now.Year() == 2026 {
		for range r.IntN(3) {
			w.fact("case.submitted", db.Short(8), nil)
			perDay[programme.DayOf(w.now, nil)]++
		}
		w.now = w.now.Add(3 * day)
	}
	w.drain()
	for range 200 {
		from := programme.Day(20260101).Add(r.IntN(364))
		to := from.Add(r.IntN(200))
		var want int64
		for d, n := range perDay {
			if d >= from && d <= to {
				want += n
			}
		}
		f := programme.Filter{From: from, To: to}
		if got := w.overview(f, programme.ByPlace).Submitted; got != want {
			t.Fatalf("%s to %s: %d, want %d", from, to, got, want)
		}
		for _, step := range programme.Steps {
			var points []programme.Point
			w.as(committee, func(tx *db.Tx) (err error) { points, err = programme.Trend(tx, f, step); return err })
			var sum int64
			for _, p := range points {
				sum += p.Submitted
			}
			if sum != want || points[0].From != from || points[len(points)-1].To != to {
				t.Fatalf("%s of %s to %s: %d, want %d; %v", step, from, to, sum, want, points)
			}
		}
	}
}

// A case that closes again after an appeal is one closed case, with the outcome
// that held, on the day on which it closed for good.
func TestAnAppealedCaseIsClosedOnce(t *testing.T) {
	for name, says := range map[string]bool{"the appeal says when": true, "an old appeal": false} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				for _, c := range []string{"c0", "c1"} {
					w.fact("case.submitted", c, nil)
					w.close(c, "refused", 4*day, 0, true)
				}
				refused := w.now
				w.now = w.now.Add(9 * day)
				body := map[string]any{"closed": refused.UnixMilli()}
				if !says {
					body = nil
				}
				w.fact("case.appealed", "c1", body)
				w.drain()
				if r := w.overview(programme.Filter{}, programme.ByService); r.Submitted != 2 || r.Closed != 1 || r.Refused != 1 || r.Late != 1 || r.Appealed != 1 || r.Open.Cases != 1 || r.Growth() != 1 {
					t.Errorf("%s, open again: %+v", name, r.Figures)
				}
				w.now = w.now.Add(2 * day)
				w.close("c1", "granted", 6*day, 0, true)
				w.drain()
				r := w.overview(programme.Filter{}, programme.ByService)
				if r.Closed != 2 || r.Refused != 1 || r.Granted != 1 || r.Late != 2 || r.Timed != 2 || r.Open.Cases != 0 || r.Growth() != 0 {
					t.Errorf("%s, closed again: %+v", name, r.Figures)
				}
				if then := w.overview(programme.Filter{From: programme.DayOf(refused, zone), To: programme.DayOf(refused, zone)}, programme.ByService); then.Closed != 1 {
					t.Errorf("%s: %d closed on the day of the refusals, want 1", name, then.Closed)
				}
				if r.Ours.P90 < 5*day {
					t.Errorf("%s: waits %v: the refusal's wait is still counted", name, r.Ours)
				}
				before := r.Figures
				if err := d.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error { return programme.Rebuild(tx, zone) }); err != nil {
					t.Fatal(err)
				}
				if again := w.overview(programme.Filter{}, programme.ByService); again.Figures != before {
					t.Errorf("%s: counted anew %+v, was %+v", name, again.Figures, before)
				}
			})
		})
	}
}

func TestEveryFigureOpensToItsRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.story()
		want := map[string]int{"submitted": 5, "closed": 1, "granted": 1, "refused": 0, "timed": 1, "on-time": 1, "late": 0, "overdue": 2, "silent": 1,
			"appealed": 1, "open": 4, "open-late": 1, "payments": 1, "refunds": 1, "documents": 1, "revoked": 1}
		for _, g := range programme.All {
			n, after := 0, ""
			for pages := 0; pages == 0 || after != ""; pages++ {
				if err := w.as(committee, func(tx *db.Tx) error {
					rows, next, err := programme.Rows(tx, g.ID, programme.Filter{}, after, 2)
					n, after = n+len(rows), next
					return err
				}); err != nil {
					t.Fatal(g.ID, err)
				}
			}
			if n != want[g.ID] {
				t.Errorf("%s opens to %d rows, want %d", g.ID, n, want[g.ID])
			}
		}
		for _, bad := range []string{"x", "1.", "1.2x", "0.0", "-1.-5", "1.2.3", "1.2;"} {
			err := w.as(committee, func(tx *db.Tx) error {
				_, _, err := programme.Rows(tx, "closed", programme.Filter{}, bad, 2)
				return err
			})
			if gov.KindOf(err) != gov.Invalid {
				t.Errorf("cursor %q: %v", bad, err)
			}
		}
	})
}

func TestPercentilesKeepTheirPrecision(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	r := rand.New(rand.NewPCG(3, 4))
	var all []time.Duration
	orgs := []string{"iga", "moe", "moi"}
	for i := range 600 {
		ours := time.Duration(math.Exp(r.NormFloat64()*1.5+11) * float64(time.Second))
		if i%5 == 0 {
			ours = 0
		}
		all = append(all, ours)
		w.now = w.now.Add(3 * time.Hour)
		w.close("c"+strconv.Itoa(i), "granted", ours, 0, false, "s/"+strconv.Itoa(i%7), orgs[i%3])
	}
	w.drain()
	slices.Sort(all)
	got := w.overview(programme.Filter{}, programme.ByOrganisation).Ours
	for _, c := range []struct{ got, want time.Duration }{{got.Median, all[299]}, {got.P90, all[539]}} {
		if off := math.Abs(float64(c.got-c.want)) / float64(c.want); off > programme.Precision {
			t.Errorf("%v instead of %v: off by %.3f", c.got, c.want, off)
		}
	}
}

func TestRebuildingGivesTheSameFigures(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.story()
		before := w.overview(programme.Filter{}, programme.ByService)
		w.fact("case.submitted", "later", nil) // not counted yet: the follower will
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return programme.Rebuild(tx, zone) }); err != nil {
			t.Fatal(err)
		}
		if after := w.overview(programme.Filter{}, programme.ByService); !reflect.DeepEqual(before, after) {
			t.Errorf("before %+v\nafter  %+v", before, after)
		}
		w.drain()
		if n := w.overview(programme.Filter{}, programme.ByService).Submitted; n != before.Submitted+1 {
			t.Errorf("%d submitted after one more, %d before", n, before.Submitted)
		}
	})
}

func TestWhoSeesWhat(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.story()
	ask := func(a gov.Actor, f programme.Filter) (n int64, err error) {
		err = w.as(a, func(tx *db.Tx) error {
			r, err := programme.Overview(tx, f, programme.ByService)
			if err != nil {
				return err
			}
			n = r.Submitted
			rows, _, err := programme.Rows(tx, "submitted", f, "", 100)
			if int64(len(rows)) != n {
				t.Errorf("%v: %d rows of %d", a.Roles, len(rows), n)
			}
			return err
		})
		return n, err
	}
	for _, role := range []gov.Role{gov.Committee, gov.Authority, gov.Auditor} {
		if n, err := ask(gov.Actor{Person: "x", Org: "iga", Roles: []gov.Role{role}}, programme.Filter{}); n != 5 || err != nil {
			t.Errorf("%s sees %d, %v", role, n, err)
		}
	}
	for _, role := range []gov.Role{gov.Head, gov.Owner} {
		a := gov.Actor{Person: "x", Org: "moe", Roles: []gov.Role{role}}
		if n, err := ask(a, programme.Filter{}); n != 1 || err != nil {
			t.Errorf("%s sees %d, %v", role, n, err)
		}
		if _, err := ask(a, programme.Filter{Organisation: "iga"}); gov.KindOf(err) != gov.NotFound {
			t.Errorf("%s of another organisation: %v", role, err)
		}
		if n, err := ask(a, programme.Filter{Service: "identity-card/renewal"}); n != 0 || err != nil {
			t.Errorf("%s sees %d of another's service, %v", role, n, err)
		}
	}
	for _, a := range []gov.Actor{{}, {Person: "resident"}, {Person: "o", Org: "iga", Roles: []gov.Role{gov.Officer, gov.Supervisor, gov.Operator}}, {Roles: []gov.Role{gov.Committee}}} {
		if _, err := ask(a, programme.Filter{}); gov.KindOf(err) != gov.Denied {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

func TestConcerns(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.story() // iga: one case open and late
	for i := range 20 {
		w.fact("case.submitted", "g"+strconv.Itoa(i), nil, "traffic/growing", "gdt")
		w.close("l"+strconv.Itoa(i), "granted", day, 0, i < 5, "labour/late", "lmra")
		w.close("f"+strconv.Itoa(i), "granted", day, 0, false, "health/fine", "moh")
	}
	w.drain()
	list := w.overview(programme.Filter{}, programme.ByChannel).Concerns
	want := []programme.Concern{{"identity-card/renewal", "iga", programme.LateNow, 1, 3}, {"labour/late", "lmra", programme.LateClosed, 5, 20},
		{"traffic/growing", "gdt", programme.Growing, 20, 20}}
	if !slices.Equal(list, want) {
		t.Errorf("%+v", list)
	}
}

func TestTheTableOpensInASpreadsheet(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for i := range 2500 {
		w.fact("case.submitted", "c"+strconv.Itoa(i), nil)
	}
	w.fact("case.submitted", "=HYPERLINK(1)", nil)
	w.drain()
	var b bytes.Buffer
	words := programme.Words{Name: func(d programme.Dimension, id string) gov.Text { return gov.T("اسم "+id, "-"+id) },
		Outcome: func(string) gov.Text { return nil }, Currency: gov.Currency{Code: "BHD", Digits: 3}, Zone: zone}
	ctx := gov.WithActor(t.Context(), committee)
	if err := programme.WriteCSV(ctx, w.d, &b, "submitted", programme.Filter{}, words); err != nil {
		t.Fatal(err)
	}
	text, bom := strings.CutPrefix(b.String(), "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if !bom || err != nil || len(rows) != 2502 || rows[0][3] != "الجهة / Entity (Arabic)" {
		t.Fatalf("bom %v, %d rows, %v, %v", bom, len(rows), rows[0], err)
	}
	if r := rows[1]; r[10] != "'=HYPERLINK(1)" || r[4] != "'-iga" || r[0] != "2026-11-23 09:00:00" {
		t.Errorf("%q", r)
	}
	b.Reset()
	if err := programme.WriteCSV(t.Context(), w.d, &b, "submitted", programme.Filter{}, words); gov.KindOf(err) != gov.Denied || b.Len() > 0 {
		t.Errorf("a stranger gets %d bytes, %v", b.Len(), err)
	}
}
