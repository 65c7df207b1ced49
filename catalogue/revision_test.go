package catalogue

import (
	"context"
	"errors"
	"testing"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

var (
	owner     = gov.Actor{Person: "owner", Org: "iga", Roles: []gov.Role{gov.Owner}}
	second    = gov.Actor{Person: "second", Org: "iga", Roles: []gov.Role{gov.Owner}}
	elsewhere = gov.Actor{Person: "other", Org: "moe", Roles: []gov.Role{gov.Owner}}
	officer   = gov.Actor{Person: "officer", Org: "iga", Roles: []gov.Role{gov.Officer}}
	authority = gov.Actor{Person: "authority", Org: "iga", Roles: []gov.Role{gov.Authority}}
	stranger  = gov.Actor{}
)

func as(t testing.TB, d *db.DB, a gov.Actor, fn func(tx *db.Tx) error) error {
	t.Helper()
	return d.Write(gov.WithActor(context.Background(), a), fn)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// whole is an entry with nothing missing.
func wholeEntry(id gov.ServiceID) Entry {
	return Entry{ID: id, Organisation: "iga", Name: gov.T("خدمة جديدة", "New service"), Description: gov.T("وصف", "What it is"),
		Channels: country.Channels{{Kind: "counter"}}, Audience: []string{"citizen"}}
}

func TestAnEntryIsWrittenReviewedAndPublished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := seeded(t, d)
		var r Revision
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { r, err = Begin(tx, renewal); return err }))
		e := r.Entry
		e.WorkingDays = 9
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { r, err = Save(tx, e, r.Saves); return err }))
		if s, _ := b.Service(t.Context(), renewal); s.WorkingDays == 9 {
			t.Error("a draft is public")
		}
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { r, err = Submit(tx, renewal, r.Saves); return err }))
		must(t, as(t, d, authority, func(tx *db.Tx) (err error) { r, err = Return(tx, renewal, "المدة غير واضحة"); return err }))
		if r.State != RevisionDraft {
			t.Errorf("returned, it is %s", r.State)
		}
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { r, err = Submit(tx, renewal, r.Saves); return err }))
		must(t, as(t, d, authority, func(tx *db.Tx) (err error) { r, err = Approve(tx, renewal, r.Saves); return err }))
		s, err := b.Service(t.Context(), renewal)
		if err != nil || s.WorkingDays != 9 || s.Source != "typed" {
			t.Errorf("%d %s %v", s.WorkingDays, s.Source, err)
		}
		must(t, as(t, d, stranger, func(tx *db.Tx) error {
			list, err := Revisions(tx, renewal)
			if err != nil || len(list) != 2 || list[0].State != RevisionPublished || list[1].State != RevisionReplaced {
				t.Errorf("history: %+v %v", list, err)
			}
			old, err := RevisionOf(tx, renewal, 1)
			if err != nil || old.WorkingDays == 9 {
				t.Errorf("the first revision has %d days, %v", old.WorkingDays, err)
			}
			said, err := Comments(tx, renewal)
			if err != nil || len(said) != 0 {
				t.Errorf("a stranger reads comments: %v %v", said, err)
			}
			return nil
		}))
		must(t, as(t, d, owner, func(tx *db.Tx) error {
			said, err := Comments(tx, renewal)
			if err != nil || len(said) != 1 || said[0].Words != "المدة غير واضحة" || said[0].Author != "authority" {
				t.Errorf("%+v %v", said, err)
			}
			return nil
		}))

		// What people wrote is not overwritten when the program starts anew.
		must(t, b.Seed(t.Context(), sample(t)))
		if s, _ = b.Service(t.Context(), renewal); s.WorkingDays != 9 {
			t.Error("the profile came back over what its owner wrote")
		}
	})
}

func TestOnlyTheOwnerWritesAndOnlyTheAuthorityPublishes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seeded(t, d)
		for _, a := range []gov.Actor{stranger, elsewhere, officer, authority, {Person: "resident"}} {
			if err := as(t, d, a, func(tx *db.Tx) error { _, err := Begin(tx, renewal); return err }); gov.KindOf(err) != gov.Denied {
				t.Errorf("%s begins: %v", a.Person, err)
			}
		}
		var r Revision
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { r, err = Begin(tx, renewal); return err }))
		for _, a := range []gov.Actor{stranger, elsewhere, officer, {Person: "resident"}} {
			for name, do := range map[string]func(tx *db.Tx) error{
				"reads":    func(tx *db.Tx) error { _, err := Written(tx, renewal); return err },
				"saves":    func(tx *db.Tx) error { _, err := Save(tx, r.Entry, r.Saves); return err },
				"submits":  func(tx *db.Tx) error { _, err := Submit(tx, renewal, r.Saves); return err },
				"drops":    func(tx *db.Tx) error { return Drop(tx, renewal) },
				"comments": func(tx *db.Tx) error { _, err := AddComment(tx, renewal, "", "x"); return err },
			} {
				if err := as(t, d, a, do); gov.KindOf(err) != gov.NotFound {
					t.Errorf("%q %s: %v", a.Person, name, err)
				}
			}
		}
		if err := as(t, d, authority, func(tx *db.Tx) error { _, err := Save(tx, r.Entry, r.Saves); return err }); gov.KindOf(err) != gov.Denied {
			t.Errorf("the authority writes: %v", err)
		}
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { r, err = Submit(tx, renewal, r.Saves); return err }))
		for _, a := range []gov.Actor{stranger, elsewhere, owner, officer} {
			for name, do := range map[string]func(tx *db.Tx) error{
				"approves": func(tx *db.Tx) error { _, err := Approve(tx, renewal, r.Saves); return err },
				"returns":  func(tx *db.Tx) error { _, err := Return(tx, renewal, "x"); return err },
			} {
				if err := as(t, d, a, do); gov.KindOf(err) != gov.Denied {
					t.Errorf("%q %s: %v", a.Person, name, err)
				}
			}
		}
	})
}

func TestNobodyPublishesTheirOwnWork(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seeded(t, d)
		both := gov.Actor{Person: "both", Org: "iga", Roles: []gov.Role{gov.Owner, gov.Authority}}
		var r Revision
		must(t, as(t, d, both, func(tx *db.Tx) (err error) { r, err = Begin(tx, renewal); return err }))
		must(t, as(t, d, both, func(tx *db.Tx) (err error) { r, err = Submit(tx, renewal, r.Saves); return err }))
		if err := as(t, d, both, func(tx *db.Tx) error { _, err := Approve(tx, renewal, r.Saves); return err }); gov.KindOf(err) != gov.Denied {
			t.Errorf("approved by whoever wrote it: %v", err)
		}
		must(t, as(t, d, authority, func(tx *db.Tx) error { _, err := Approve(tx, renewal, r.Saves); return err }))
	})
}

func TestWhatBecameWrongIsNotPublished(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seeded(t, d)
		var r Revision
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { r, err = Begin(tx, renewal); return err }))
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { r, err = Submit(tx, renewal, r.Saves); return err }))
		// The organisation is told to write in French too.
		must(t, as(t, d, gov.System, func(tx *db.Tx) error {
			return PutOrganisation(tx, 1, Organisation{ID: "iga", Kind: "authority", Languages: []gov.Lang{"ar", "en", "fr"}, Name: gov.Text{"ar": "الهيئة", "en": "The authority", "fr": "L'autorité"}})
		}))
		var list gov.Problems
		if err := as(t, d, authority, func(tx *db.Tx) error { _, err := Approve(tx, renewal, r.Saves); return err }); !errors.As(err, &list) {
			t.Errorf("published: %v", err)
		}
	})
}

func TestTwoPeopleWriteOneEntry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seeded(t, d)
		var first, other Revision
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { first, err = Begin(tx, renewal); return err }))
		must(t, as(t, d, second, func(tx *db.Tx) (err error) { other, err = Begin(tx, renewal); return err }))
		if first.Number != other.Number {
			t.Fatal("two drafts of one entry")
		}
		a, b := first.Entry, other.Entry
		a.WorkingDays, b.WorkingDays = 11, 12
		must(t, as(t, d, owner, func(tx *db.Tx) error { _, err := Save(tx, a, first.Saves); return err }))
		if err := as(t, d, second, func(tx *db.Tx) error { _, err := Save(tx, b, other.Saves); return err }); gov.KindOf(err) != gov.Conflict {
			t.Errorf("the second overwrote the first: %v", err)
		}
		must(t, as(t, d, second, func(tx *db.Tx) error {
			r, err := Written(tx, renewal)
			if r.WorkingDays != 11 || r.Author != "owner" {
				t.Errorf("%d by %s", r.WorkingDays, r.Author)
			}
			return err
		}))
	})
}

func TestMovesOutOfOrderAreConflicts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seeded(t, d)
		if err := as(t, d, authority, func(tx *db.Tx) error { _, err := Approve(tx, renewal, 0); return err }); gov.KindOf(err) != gov.NotFound {
			t.Errorf("approving what nobody wrote: %v", err)
		}
		var r Revision
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { r, err = Begin(tx, renewal); return err }))
		conflict := func(a gov.Actor, name string, do func(tx *db.Tx) error) {
			t.Helper()
			if err := as(t, d, a, do); gov.KindOf(err) != gov.Conflict {
				t.Errorf("%s: %v", name, err)
			}
		}
		conflict(authority, "approving a draft", func(tx *db.Tx) error { _, err := Approve(tx, renewal, r.Saves); return err })
		conflict(owner, "taking back a draft", func(tx *db.Tx) error { _, err := TakeBack(tx, renewal); return err })
		must(t, as(t, d, owner, func(tx *db.Tx) (err error) { r, err = Submit(tx, renewal, r.Saves); return err }))
		conflict(owner, "submitting twice", func(tx *db.Tx) error { _, err := Submit(tx, renewal, r.Saves); return err })
		conflict(owner, "saving in review", func(tx *db.Tx) error { _, err := Save(tx, r.Entry, r.Saves); return err })
		conflict(owner, "dropping in review", func(tx *db.Tx) error { return Drop(tx, renewal) })
		conflict(authority, "approving what was seen otherwise", func(tx *db.Tx) error { _, err := Approve(tx, renewal, r.Saves-1); return err })
		must(t, as(t, d, owner, func(tx *db.Tx) error { _, err := TakeBack(tx, renewal); return err }))
		must(t, as(t, d, owner, func(tx *db.Tx) error { return Drop(tx, renewal) }))
		if err := as(t, d, owner, func(tx *db.Tx) error { return Drop(tx, renewal) }); gov.KindOf(err) != gov.NotFound {
			t.Errorf("dropping twice: %v", err)
		}
	})
}

func TestANewEntryIsProposed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := seeded(t, d)
		e := wholeEntry("identity-card/photo-change")
		for id, kind := range map[gov.ServiceID]gov.Kind{"nothing": gov.Invalid, renewal: gov.Conflict} {
			x := e
			x.ID = id
			if err := as(t, d, owner, func(tx *db.Tx) error { _, err := Propose(tx, x); return err }); gov.KindOf(err) != kind {
				t.Errorf("%s: %v", id, err)
			}
		}
		bare := Entry{ID: e.ID, Organisation: "iga"}
		must(t, as(t, d, owner, func(tx *db.Tx) error { _, err := Propose(tx, bare); return err }))
		var list gov.Problems
		if err := as(t, d, owner, func(tx *db.Tx) error { _, err := Submit(tx, e.ID, 0); return err }); !errors.As(err, &list) || len(list) < 4 {
			t.Errorf("an empty entry is submitted: %v", err)
		}
		for _, p := range list {
			if len(p.Text.Missing(gov.Arabic, gov.English)) > 0 || p.Field == "" {
				t.Errorf("%+v", p)
			}
		}
		if _, err := b.Service(t.Context(), e.ID); gov.KindOf(err) != gov.NotFound {
			t.Errorf("a proposal is public: %v", err)
		}
		must(t, as(t, d, owner, func(tx *db.Tx) error {
			r, err := Save(tx, e, 0)
			if err == nil {
				_, err = Submit(tx, e.ID, r.Saves)
			}
			return err
		}))
		must(t, as(t, d, authority, func(tx *db.Tx) error { _, err := Approve(tx, e.ID, 2); return err }))
		if _, err := b.Service(t.Context(), e.ID); err != nil {
			t.Error(err)
		}
		moved := e
		moved.Organisation = "moe"
		must(t, as(t, d, owner, func(tx *db.Tx) error { _, err := Begin(tx, e.ID); return err }))
		if err := as(t, d, owner, func(tx *db.Tx) error { _, err := Save(tx, moved, 0); return err }); gov.KindOf(err) != gov.Invalid {
			t.Errorf("moved to another organisation: %v", err)
		}
	})
}

func TestCommentsStandAtTheirPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seeded(t, d)
		must(t, as(t, d, owner, func(tx *db.Tx) error { _, err := Begin(tx, renewal); return err }))
		for _, words := range []string{"", "  ", string(make([]rune, 5000))} {
			if err := as(t, d, authority, func(tx *db.Tx) error { _, err := AddComment(tx, renewal, "name", words); return err }); gov.KindOf(err) != gov.Invalid {
				t.Errorf("%q: %v", words[:min(len(words), 5)], err)
			}
		}
		var c Comment
		must(t, as(t, d, authority, func(tx *db.Tx) (err error) {
			c, err = AddComment(tx, renewal, "name", "\u202eاسم أوضح")
			return err
		}))
		must(t, as(t, d, owner, func(tx *db.Tx) error { return SettleComment(tx, renewal, c.ID) }))
		must(t, as(t, d, owner, func(tx *db.Tx) error { return SettleComment(tx, renewal, c.ID) }))
		if err := as(t, d, owner, func(tx *db.Tx) error { return SettleComment(tx, enrolment, c.ID) }); gov.KindOf(err) != gov.NotFound {
			t.Errorf("a comment on another service: %v", err)
		}
		must(t, as(t, d, owner, func(tx *db.Tx) error {
			list, err := Comments(tx, renewal)
			if len(list) != 1 || list[0].Place != "name" || list[0].Words != "اسم أوضح" || list[0].Settled.IsZero() {
				t.Errorf("%+v", list)
			}
			return err
		}))
	})
}

func TestStatementsStandBesideEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		seeded(t, d)
		said := Statement{Service: renewal, Organisation: "iga", Year: "2026", Points: map[country.Point]country.Answer{country.Application: country.Yes}, Volumes: map[string]int64{"portal": 12}}
		must(t, as(t, d, owner, func(tx *db.Tx) error { return State(tx, said) }))
		d.SetClock(func() time.Time { return dbtest.Start.Add(time.Hour) })
		must(t, as(t, d, owner, func(tx *db.Tx) error { return State(tx, said) }))
		said.Volumes = map[string]int64{"portal": 13}
		must(t, as(t, d, owner, func(tx *db.Tx) error { return State(tx, said) }))
		foreign := said
		foreign.Organisation = "moe"
		if err := as(t, d, owner, func(tx *db.Tx) error { return State(tx, foreign) }); gov.KindOf(err) != gov.Invalid {
			t.Errorf("of a service of another organisation: %v", err)
		}
		for at, want := range map[time.Time]int64{dbtest.Start: 12, dbtest.Start.Add(time.Hour): 13, {}: 13} {
			must(t, as(t, d, stranger, func(tx *db.Tx) error {
				list, err := Statements(tx, "2026", at)
				if len(list) != 1 || list[0].Volumes["portal"] != want {
					t.Errorf("at %v: %+v", at, list)
				}
				return err
			}))
		}
		must(t, as(t, d, stranger, func(tx *db.Tx) error {
			before, err := Statements(tx, "2026", dbtest.Start.Add(-time.Hour))
			years, err2 := Years(tx)
			if len(before) != 0 || len(years) != 1 {
				t.Errorf("%v %v", before, years)
			}
			return errors.Join(err, err2)
		}))
	})
}

func TestInternalServicesAreNotFoundByThePublic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := seeded(t, d)
		before, err := b.Counts(t.Context())
		must(t, err)
		e := wholeEntry("iga/library")
		e.Internal, e.Name = true, gov.T("مكتبة الهيئة الداخلية", "Internal library")
		must(t, as(t, d, gov.System, func(tx *db.Tx) error { return Enter(tx, e) }))
		found, err := b.Search(t.Context(), Query{Text: "Internal library"})
		must(t, err)
		for _, s := range found.Services {
			if s.ID == e.ID {
				t.Error("an internal service is found")
			}
		}
		after, err := b.Counts(t.Context())
		must(t, err)
		if Sum(before) != Sum(after) {
			t.Errorf("an internal service is counted: %+v %+v", Sum(before), Sum(after))
		}
	})
}
