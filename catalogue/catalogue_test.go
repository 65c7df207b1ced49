package catalogue

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/pack"
)

const (
	renewal   = gov.ServiceID("identity-card/renewal")
	enrolment = gov.ServiceID("education/enrolment-certificate")
)

func sample(t testing.TB) *country.Country {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// seeded opens a book with the sample country in it.
func seeded(t testing.TB, d *db.DB) *Book {
	t.Helper()
	b := New(d)
	if err := b.Seed(t.Context(), sample(t)); err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t *testing.T, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(gov.WithActor(t.Context(), gov.System), fn); err != nil {
		t.Fatal(err)
	}
}

func history(t *testing.T, d *db.DB, subject gov.ServiceID) (names []string) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		facts, err := journal.Of(tx, string(subject))
		for _, f := range facts {
			names = append(names, f.Name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names) // the clock stands still, so nothing else orders them
	return names
}

func TestSeedFillsTheBook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, c := seeded(t, d), sample(t)
		orgs, err := b.Organisations(t.Context())
		if err != nil || len(orgs) != 28 || orgs[0].ID != "iga" {
			t.Fatalf("%d organisations, %v", len(orgs), err)
		}
		events, err := b.LifeEvents(t.Context())
		if err != nil || len(events) != len(c.LifeEvents) {
			t.Fatalf("%d life events, %v", len(events), err)
		}
		s, err := b.Service(t.Context(), renewal)
		if err != nil || db.JSON(s.Entry) != db.JSON(*c.Service(renewal)) {
			t.Errorf("the entry is not what was seeded: %v\n%s", err, db.JSON(s.Entry))
		}
		if o, err := b.Organisation(t.Context(), "moe"); err != nil || o.Name[gov.Arabic] != "وزارة التربية والتعليم" {
			t.Errorf("%+v %v", o, err)
		}
		if _, err := b.Organisation(t.Context(), "nobody"); gov.KindOf(err) != gov.NotFound {
			t.Error(err)
		}
		if _, err := b.Service(t.Context(), "no/such"); gov.KindOf(err) != gov.NotFound {
			t.Error(err)
		}
	})
}

func TestSeedAgainChangesOnlyWhatChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, c := seeded(t, d), sample(t)
		write(t, d, func(tx *db.Tx) error { return MarkPublished(tx, renewal, "1") })
		d.SetClock(func() time.Time { return dbtest.Start.Add(time.Hour) })
		c.Service(renewal).WorkingDays = 2
		c.Service(renewal).Organisation = "moi"
		if err := b.Seed(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		s, err := b.Service(t.Context(), renewal)
		if err != nil || s.WorkingDays != 2 || s.Version != "1" || !s.Updated.Equal(dbtest.Start.Add(time.Hour)) {
			t.Errorf("%+v %v", s, err)
		}
		if got := history(t, d, renewal); !slices.Equal(got, []string{FactChanged, FactEntered, FactPublished}) {
			t.Errorf("history: %v", got)
		}
		if other, err := b.Service(t.Context(), enrolment); err != nil || !other.Updated.Equal(dbtest.Start) {
			t.Errorf("an unchanged service was touched: %v %v", other.Updated, err)
		}
		if got := history(t, d, enrolment); len(got) != 1 {
			t.Errorf("history of the unchanged: %v", got)
		}
		moved, err := b.Services(t.Context(), Filter{Organisation: "moi"})
		if err != nil || !slices.ContainsFunc(moved, func(s Service) bool { return s.ID == renewal }) {
			t.Errorf("the service did not move with its organisation: %v", err)
		}
	})
}

func TestEnterRefusesWhatIsNotWhole(t *testing.T) {
	d := dbtest.SQLite(t)
	for _, e := range []Entry{
		{}, {ID: "x", Organisation: "moe", Name: gov.T("خدمة", "Service")},
		{ID: "a/b", Name: gov.T("خدمة", "Service")}, {ID: "a/b", Organisation: "moe", Name: gov.T("خدمة", "")},
	} {
		err := d.Write(t.Context(), func(tx *db.Tx) error { return Enter(tx, e) })
		if gov.KindOf(err) != gov.Invalid || len(gov.PublicOf(err).Missing(gov.Arabic, gov.English)) > 0 {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

func TestStandingFollowsWhatReallyHappened(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := seeded(t, d)
		standing := func(want Standing) {
			t.Helper()
			s, err := b.Service(t.Context(), enrolment)
			if err != nil || s.Standing() != want {
				t.Errorf("standing %s, want %s (%v)", s.Standing(), want, err)
			}
			found, err := b.Search(t.Context(), Query{Text: "شهادة قيد", Facets: map[string][]string{ByStanding: {string(want)}}})
			if err != nil || len(found.Services) == 0 || found.Services[0].ID != enrolment {
				t.Errorf("a search for what is %s does not find it: %v", want, err)
			}
		}
		standing(Declared)
		write(t, d, func(tx *db.Tx) error { return MarkPublished(tx, enrolment, "1") })
		write(t, d, func(tx *db.Tx) error { return MarkPublished(tx, enrolment, "1") })
		standing(Running)

		pump := &journal.Pump{DB: d, Followers: []journal.Follower{Follower()}}
		closed := func(channel gov.Channel, outcome string) {
			t.Helper()
			write(t, d, func(tx *db.Tx) error {
				return journal.Append(tx, journal.Fact{Name: "case.closed", Subject: "c1", Service: enrolment, Organisation: "moe", Channel: channel, Version: "1", Body: journal.Body(map[string]any{"outcome": outcome})})
			})
			if err := pump.Drain(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		closed(gov.Counter, "issued")
		closed(gov.Portal, "withdrawn")
		standing(Running)
		closed(gov.Portal, "issued")
		standing(Proven)
		closed(gov.Kiosk, "refused")
		if err := pump.Drain(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := history(t, d, enrolment); !slices.Equal(got, []string{FactEntered, FactProven, FactPublished}) {
			t.Errorf("history: %v", got)
		}
		list, err := b.Counts(t.Context())
		at := slices.IndexFunc(list, func(c Count) bool { return c.Organisation == "moe" })
		if err != nil || at < 0 || list[at].Running != 1 || list[at].Proven != 1 || list[at].Completed != 2 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestCountsAgreeWithTheirRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := seeded(t, d)
		write(t, d, func(tx *db.Tx) error { return MarkPublished(tx, renewal, "3") })
		list, err := b.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all := Sum(list)
		if all.Services != len(sample(t).Services) || all.Running != 1 || all.Proven != 0 || all.Declared == 0 || all.Declared == all.Services {
			t.Errorf("%+v", all)
		}
		for _, c := range list {
			rows, err := b.Services(t.Context(), Filter{Organisation: c.Organisation})
			declared, err2 := b.Services(t.Context(), Filter{Organisation: c.Organisation, DeclaredOnly: true})
			running, err3 := b.Services(t.Context(), Filter{Organisation: c.Organisation, Standing: Running})
			if err != nil || err2 != nil || err3 != nil || len(rows) != c.Services || len(declared) != c.Declared || len(running) != c.Running {
				t.Errorf("%+v opens to %d, %d, %d rows", c, len(rows), len(declared), len(running))
			}
		}
	})
}

func TestServicesAreNarrowed(t *testing.T) {
	b := seeded(t, dbtest.SQLite(t))
	for _, f := range []Filter{{LifeEvent: "driving"}, {Audience: "visitor"}, {Area: "justice"}, {Organisation: "lmra"}, {Standing: Offline}} {
		list, err := b.Services(t.Context(), f)
		if err != nil || len(list) == 0 || len(list) > 40 {
			t.Errorf("%+v gives %d, %v", f, len(list), err)
		}
		for _, s := range list {
			if !f.passes(&s) || f.Organisation != "" && s.Organisation != f.Organisation {
				t.Errorf("%+v gives %s", f, s.ID)
			}
		}
	}
}

func TestPublishingUnknownServices(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := seeded(t, d)
		err := d.Write(t.Context(), func(tx *db.Tx) error { return MarkPublished(tx, "no/such", "1") })
		if gov.KindOf(err) != gov.NotFound {
			t.Error(err)
		}
		p := &pack.Pack{Service: pack.Service{ID: "works/street-light", Version: "1", Organisation: "mow", Title: gov.T("بلاغ عن إنارة شارع", "Street light fault"),
			Summary: gov.T("بلاغ عن مصباح معطل", "Report a broken lamp"), Channels: []gov.Channel{gov.Portal}, Before: []gov.Text{gov.T("رقم العمود", "Number of the pole")}},
			Documents: []pack.Document{{Title: gov.T("رقم البلاغ", "Report number")}}}
		write(t, d, func(tx *db.Tx) error { return Publish(tx, p) })
		s, err := b.Service(t.Context(), p.ID)
		if err != nil || s.Standing() != Running || len(s.Evidence) != 1 || len(s.Outputs) != 1 || s.Online.Declared != "" {
			t.Errorf("%+v %v", s, err)
		}
		found, err := b.Search(t.Context(), Query{Text: "انارة الشارع"})
		if err != nil || len(found.Services) == 0 || found.Services[0].ID != p.ID {
			t.Errorf("a new service is not found: %v", err)
		}
		known := &pack.Pack{Service: pack.Service{ID: renewal, Version: "7"}}
		write(t, d, func(tx *db.Tx) error { return Publish(tx, known) })
		if s, err := b.Service(t.Context(), renewal); err != nil || s.Version != "7" || s.Organisation != "iga" {
			t.Errorf("publishing must not rewrite a known entry: %+v %v", s, err)
		}
	})
}

func TestTwoNodesSeeTheSameBook(t *testing.T) {
	url := dbtest.PostgresURL(t)
	var books []*Book
	for range 2 {
		d, err := db.Open(t.Context(), url, db.Options{Conns: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		books = append(books, New(d))
	}
	if err := books[0].Seed(t.Context(), sample(t)); err != nil {
		t.Fatal(err)
	}
	if f, err := books[1].Search(t.Context(), Query{Text: "جواز"}); err != nil || f.Total == 0 {
		t.Fatalf("%d %v", f.Total, err)
	}
	if err := books[0].db.Write(t.Context(), func(tx *db.Tx) error { return MarkPublished(tx, "travel/passport-renewal", "1") }); err != nil {
		t.Fatal(err)
	}
	f, err := books[1].Search(t.Context(), Query{Facets: map[string][]string{ByStanding: {string(Running)}}})
	if err != nil || f.Total != 1 {
		t.Errorf("the other node does not see what was published: %d %v", f.Total, err)
	}
}

func TestBrowsingStandsInOrderOfNamesAndPages(t *testing.T) {
	b := seeded(t, dbtest.SQLite(t))
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		var seen []string
		for at := 0; ; at += 20 {
			f, err := b.Search(t.Context(), Query{Lang: l, Offset: at, Limit: 20})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range f.Services {
				seen = append(seen, s.Name[l])
			}
			if len(f.Services) < 20 {
				break
			}
		}
		if len(seen) != len(sample(t).Services) {
			t.Errorf("%s: %d services on all pages", l, len(seen))
		}
		if l == gov.English && !slices.IsSorted(lower(seen)) {
			t.Errorf("not in order: %v", seen)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	book := seeded(b, dbtest.SQLite(b))
	for i, q := range []string{"تجديد رخصه القياده", "birth certificate", ""} {
		b.Run(fmt.Sprint(i), func(b *testing.B) {
			for b.Loop() {
				if _, err := book.Search(context.Background(), Query{Text: q, Lang: gov.Arabic, Limit: 20}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
