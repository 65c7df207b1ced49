package indicator

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/packs"
)

// world is the sample country; its packs are published an hour after the start.
func world(t *testing.T, d *db.DB) *pack.Library {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	now := dbtest.Start
	d.SetClock(func() time.Time { return now })
	ctx := gov.WithActor(t.Context(), gov.System)
	if err := catalogue.New(d).Seed(ctx, c); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Hour)
	l := &pack.Library{Options: pack.Options{Currency: c.Currency, Langs: c.Languages, Organisation: func(id gov.OrgID) bool { return c.Organisation(id) != nil }}}
	for _, name := range []string{"identity-card/renewal", "education/enrolment-certificate"} {
		p, err := pack.Read(packs.Files, name, l.Options)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Write(ctx, func(tx *db.Tx) error {
			if p, err = l.Publish(tx, p.Files); err != nil {
				return err
			}
			return catalogue.Publish(tx, p)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(time.Hour)
	if err := d.Write(ctx, func(tx *db.Tx) error { // the first case of one of the two
		return journal.Append(tx, journal.Fact{Name: "case.closed", Subject: "c1", Service: "identity-card/renewal", Organisation: "iga", Channel: gov.Portal, Version: "1",
			Body: journal.Body(map[string]any{"outcome": "granted"})})
	}); err != nil {
		t.Fatal(err)
	}
	if err := (&journal.Pump{DB: d, Followers: []journal.Follower{catalogue.Follower()}}).Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

func counted(t *testing.T, d *db.DB, scheme string, ask Ask) (s *Scheme, r Result) {
	t.Helper()
	s, err := ByID(scheme)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { r, err = s.Compute(tx, ask); return err }); err != nil {
		t.Fatal(err)
	}
	return s, r
}

func TestRecordsAsTheyStand(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := world(t, d)
		for _, scheme := range []string{"eu", "escwa", "gtmi"} {
			s, r := counted(t, d, scheme, Ask{Packs: l})
			if r.Total.Services != 80 || len(r.By) != 28 || r.Year != "" {
				t.Errorf("%s: %d services of %d", scheme, r.Total.Services, len(r.By))
			}
			for i := range s.Figures {
				addsUp(t, d, s, &s.Figures[i], r, l)
			}
		}
		s, r := counted(t, d, "eu", Ask{Packs: l})
		for id, want := range map[string][4]int64{ // proven, declared, no, not known
			"online_service": {1, 69, 10, 0}, "tracking": {1, 1, 0, 78}, "prefilled": {1, 1, 0, 78}, "service_design": {0, 0, 0, 80}, "cross_border_eid": {0, 0, 0, 80},
		} {
			f, err := s.Figure(id)
			if err != nil {
				t.Fatal(err)
			}
			if got := [4]int64{r.Total.Proven[id], r.Total.Declared(f), r.Total.No(f), r.Total.Unknown(f)}; got != want {
				t.Errorf("%s: %v, want %v", id, got, want)
			}
		}
		if len(r.Events) != len(s.Events) || r.Events[6].Event.ID != "transport" || r.Events[6].Services == 0 {
			t.Errorf("life events: %+v", r.Events)
		}
		if _, r := counted(t, d, "escwa", Ask{Packs: l}); len(r.Events) != 20 {
			t.Errorf("%d of the country's life events", len(r.Events))
		}
		if _, r := counted(t, d, "eu", Ask{Packs: l, Organisation: "moe"}); len(r.By) != 1 || r.Total.Services != 6 {
			t.Errorf("one organisation: %d services of %d", r.Total.Services, len(r.By))
		}
		past(t, d, l)
	})
}

// addsUp checks that an item opens to rows that give its number, that its parts
// are all services, and that nobody is counted twice.
func addsUp(t *testing.T, d *db.DB, s *Scheme, f *Figure, r Result, l *pack.Library) {
	t.Helper()
	var rows []Row
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { rows, err = s.Rows(tx, Ask{Packs: l}, f.ID); return err }); err != nil {
		t.Fatal(err)
	}
	var yes, known, proven, of int64
	for _, x := range rows {
		yes += x.Adds
		if x.Known {
			known++
		}
		if x.Proven {
			proven++
		}
	}
	for _, c := range r.By {
		of += c.Figures[f.ID]
	}
	n := r.Total
	if yes != n.Figures[f.ID] || known != n.Known[f.ID] || proven != n.Proven[f.ID] || of != yes || n.Declared(f) < 0 || n.No(f) < 0 || n.Unknown(f) < 0 {
		t.Errorf("%s %s: rows give %d yes, %d known, %d proven; the total is %+v", s.ID, f.ID, yes, known, proven, n)
	}
	low, high, ok := n.Span(f)
	if ok && (low > high || high > 1) || ok == (n.Known[f.ID] == 0) || len(f.Needs) > 0 && ok {
		t.Errorf("%s %s: from %v to %v, %v", s.ID, f.ID, low, high, ok)
	}
}

// past looks at the same figures before the packs, and before anything.
func past(t *testing.T, d *db.DB, l *pack.Library) {
	t.Helper()
	f := "online_service"
	if _, r := counted(t, d, "eu", Ask{Packs: l, At: dbtest.Start.Add(time.Minute)}); r.Total.Services != 80 || r.Total.Proven[f] != 0 || r.Total.Figures[f] != 70 {
		t.Errorf("before the packs: %d services, %d proven, %d online", r.Total.Services, r.Total.Proven[f], r.Total.Figures[f])
	}
	if _, r := counted(t, d, "eu", Ask{Packs: l, At: dbtest.Start.Add(90 * time.Minute)}); r.Total.Proven[f] != 0 {
		t.Errorf("packs without a case: %d proven", r.Total.Proven[f])
	}
	if _, r := counted(t, d, "eu", Ask{Packs: l}); r.Total.Proven[f] != 1 {
		t.Errorf("after the first case: %d proven", r.Total.Proven[f])
	}
	if _, r := counted(t, d, "eu", Ask{Packs: l, At: dbtest.Start.Add(-time.Hour)}); r.Total.Services != 0 || len(r.By) != 0 {
		t.Errorf("before anything: %+v", r.Total)
	}
}

// An item over no services is no number: neither nothing nor not a number.
func TestItemsOverNoServices(t *testing.T) {
	d := dbtest.SQLite(t)
	for _, scheme := range []string{"eu", "escwa", "gtmi"} {
		s, r := counted(t, d, scheme, Ask{})
		if r.Total.Services != 0 {
			t.Fatalf("%s: %d services", scheme, r.Total.Services)
		}
		for i := range s.Figures {
			if _, _, ok := r.Total.Span(&s.Figures[i]); ok {
				t.Errorf("%s %s is a number", scheme, s.Figures[i].ID)
			}
		}
		for _, g := range s.Groups {
			if _, _, known, items := s.Mean(r.Total, g.ID); known != 0 || items == 0 {
				t.Errorf("%s %s: %d of %d items", scheme, g.ID, known, items)
			}
		}
		var b bytes.Buffer
		if err := s.WriteCSV(&b, r); err != nil || strings.Contains(b.String(), "NaN") {
			t.Errorf("%s %v", b.String(), err)
		}
	}
	s, err := ByID("eu")
	if err != nil {
		t.Fatal(err)
	}
	err = d.Read(t.Context(), func(tx *db.Tx) error { _, err := s.Compute(tx, Ask{Year: "2026"}); return err })
	if gov.KindOf(err) != gov.Invalid {
		t.Errorf("a year of a scheme that has none: %v", err)
	}
}

func TestTheFileOfItems(t *testing.T) {
	d := dbtest.SQLite(t)
	l := world(t, d)
	s, r := counted(t, d, "eu", Ask{Packs: l})
	var b bytes.Buffer
	if err := s.WriteCSV(&b, r); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\uFEFF")))).ReadAll()
	if err != nil || len(rows) != len(r.By)+2 || len(rows[0]) != 2+4*len(s.Figures) {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, name := range rows[0] {
		if strings.Contains(name, "Users take part") && !strings.Contains(name, "not known") && rows[len(rows)-1][i] != "" {
			t.Errorf("%s is %q: what nobody knows is no number", name, rows[len(rows)-1][i])
		}
	}
}
