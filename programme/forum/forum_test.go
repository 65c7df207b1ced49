package forum

import (
	"strings"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/blob"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/programme"
	"diwan.example/programme/committee"
)

type hall struct {
	*testing.T
	d      *db.DB
	c      *committee.Chamber
	actors map[string]gov.Actor
	s      Session // of moe
}

func newHall(t *testing.T, d *db.DB) *hall {
	t.Helper()
	land, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	if err := catalogue.New(d).Seed(gov.WithActor(t.Context(), gov.System), land); err != nil {
		t.Fatal(err)
	}
	files, err := blob.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h := &hall{T: t, d: d, c: &committee.Chamber{DB: d, Calendar: &land.Calendar, Blobs: files}, actors: map[string]gov.Actor{"nobody": {}, "resident": {Person: "r"}}}
	for name, a := range map[string]gov.Actor{"authority": {Org: "iga", Roles: []gov.Role{gov.Authority}}, "moe": {Org: "moe", Roles: []gov.Role{gov.Head}}, "uob": {Org: "uob", Roles: []gov.Role{gov.Owner}},
		"officer": {Org: "moe", Roles: []gov.Role{gov.Officer}}, "member": {Org: "iga", Roles: []gov.Role{gov.Committee}}} {
		h.as(gov.System, func(tx *db.Tx) (err error) {
			a.Person, err = identity.Register(tx, identity.Person{NameAr: "موظف " + name, NameEn: "Employee " + name})
			return err
		})
		h.actors[name] = a
	}
	h.as(gov.System, func(tx *db.Tx) error {
		return committee.Found(tx, committee.Board{ID: "services", Mark: "SDC", Name: gov.T("لجنة", "Committee"), Quorum: 1,
			Seats: []committee.Place{{Person: h.actors["member"].Person, Org: "iga", Seat: committee.Chair}}}, 1)
	})
	h.as(h.actors["authority"], func(tx *db.Tx) (err error) {
		f := Forum{ID: "2026", Name: gov.T("ملتقى", "Forum"), Place: gov.T("قاعة", "Hall"), Days: []programme.Day{20261123, 20261124}, Rooms: []Room{{"main", gov.T("الكبرى", "Main")}, {"small", gov.T("الصغرى", "Small")}}}
		if err := Open(tx, f); err != nil {
			return err
		}
		h.s, err = Plan(tx, slot("moe", 20261123, 9*60, 10*60, "main"))
		return err
	})
	return h
}

func slot(org gov.OrgID, day programme.Day, from, to int, room string) Session {
	return Session{Forum: "2026", Day: day, Starts: from, Ends: to, Room: room, Org: org, Title: gov.T("خطة", "Plan")}
}

func (h *hall) as(a gov.Actor, fn func(tx *db.Tx) error) {
	h.Helper()
	if err := h.d.Write(gov.WithActor(h.Context(), a), fn); err != nil {
		h.Fatal(err)
	}
}

func (h *hall) fails(who string, kind gov.Kind, what string, fn func(tx *db.Tx) error) {
	h.Helper()
	if err := h.d.Write(gov.WithActor(h.Context(), h.actors[who]), fn); gov.KindOf(err) != kind {
		h.Errorf("%s, %s: %v, want %q", who, what, err, kind)
	}
}

func plan(s Session) func(tx *db.Tx) error {
	return func(tx *db.Tx) error { _, err := Plan(tx, s); return err }
}

func TestSessionsThatCollideAreSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		for what, s := range map[string]Session{
			"the room is taken":        slot("uob", 20261123, 9*60+59, 11*60, "main"),
			"the entity is elsewhere":  slot("moe", 20261123, 9*60+30, 10*60, "small"),
			"a day that is not its":    slot("uob", 20261125, 9*60, 10*60, "main"),
			"a room that is not its":   slot("uob", 20261124, 9*60, 10*60, "roof"),
			"it ends before it begins": slot("uob", 20261124, 10*60, 9*60, "main"),
			"it ends after midnight":   slot("uob", 20261124, 23*60, 25*60, "main"),
		} {
			h.fails("authority", gov.Invalid, what, plan(s))
		}
		h.fails("moe", gov.Denied, "an entity plans", plan(slot("moe", 20261124, 9*60, 10*60, "main")))
		h.as(h.actors["authority"], plan(slot("uob", 20261123, 10*60, 11*60, "main"))) // one after the other
		h.as(h.actors["authority"], plan(slot("uob", 20261124, 9*60, 10*60, "main")))
		moved := h.s
		moved.Starts = 9*60 + 10
		h.as(h.actors["authority"], plan(moved)) // it does not collide with itself
		ghost := h.s
		ghost.ID = "no-such"
		h.fails("authority", gov.NotFound, "change a session that is not there", plan(ghost))
		h.as(h.actors["uob"], func(tx *db.Tx) error {
			list, err := Agenda(tx, "2026")
			if len(list) != 3 || list[0].Starts != 9*60+10 || !list[0].Now(time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)) || list[0].Now(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)) {
				t.Errorf("%+v", list)
			}
			return err
		})
	})
}

func TestQuestionsFromAskedToAnswered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		seen := func(who string) (out []Question) {
			h.as(h.actors[who], func(tx *db.Tx) (err error) { out, err = Questions(tx, h.s.ID); return err })
			return out
		}
		h.fails("uob", gov.Invalid, "ask nothing", func(tx *db.Tx) error { return Ask(tx, h.s.ID, " ") })
		h.as(h.actors["uob"], func(tx *db.Tx) error { return Ask(tx, h.s.ID, "متى؟") })
		if len(seen("uob")) != 1 || len(seen("moe")) != 0 || len(seen("authority")) != 1 {
			t.Error("before it is let through only its author and the authority see it")
		}
		q := seen("authority")[0]
		h.fails("moe", gov.Conflict, "answer before it is let through", func(tx *db.Tx) error { return Answer(tx, h.s.ID, q.ID, "غدًا") })
		h.fails("uob", gov.Denied, "let one's own through", func(tx *db.Tx) error { return Moderate(tx, h.s.ID, q.ID, "show") })
		h.as(h.actors["authority"], func(tx *db.Tx) error { return Moderate(tx, h.s.ID, q.ID, "show") })
		h.fails("authority", gov.Conflict, "let it through twice", func(tx *db.Tx) error { return Moderate(tx, h.s.ID, q.ID, "show") })
		h.fails("authority", gov.Conflict, "answer by moderating", func(tx *db.Tx) error { return Moderate(tx, h.s.ID, q.ID, "answer") })
		h.fails("uob", gov.Denied, "answer for another entity", func(tx *db.Tx) error { return Answer(tx, h.s.ID, q.ID, "x") })
		h.as(h.actors["moe"], func(tx *db.Tx) error { return Answer(tx, h.s.ID, q.ID, "غدًا") })
		if got := seen("member"); len(got) != 1 || got[0].Answer != "غدًا" || got[0].State != Answered {
			t.Errorf("%+v", got)
		}
		h.fails("authority", gov.NotFound, "a question of no session", func(tx *db.Tx) error { return Moderate(tx, h.s.ID, "x", "show") })
	})
}

func TestStrangersFindNoForum(t *testing.T) {
	h := newHall(t, dbtest.SQLite(t))
	for _, who := range []string{"nobody", "resident", "officer"} {
		h.fails(who, gov.NotFound, "forum", func(tx *db.Tx) error { _, err := Latest(tx); return err })
		h.fails(who, gov.NotFound, "agenda", func(tx *db.Tx) error { _, err := Agenda(tx, "2026"); return err })
		h.fails(who, gov.NotFound, "session", func(tx *db.Tx) error { _, _, err := ByID(tx, h.s.ID); return err })
		h.fails(who, gov.NotFound, "ask", func(tx *db.Tx) error { return Ask(tx, h.s.ID, "x") })
		h.fails(who, gov.NotFound, "decisions", func(tx *db.Tx) error { _, err := Decisions(tx, "2026"); return err })
		if err := Attach(gov.WithActor(t.Context(), h.actors[who]), h.c, h.s.ID, "a.pdf", strings.NewReader("%PDF-1.7")); gov.KindOf(err) != gov.NotFound {
			t.Errorf("%s attaches: %v", who, err)
		}
	}
	for who, want := range map[string]gov.Kind{"uob": gov.Denied, "member": gov.Denied, "moe": "", "authority": ""} {
		if err := Attach(gov.WithActor(t.Context(), h.actors[who]), h.c, h.s.ID, "a.pdf", strings.NewReader("%PDF-1.7")); gov.KindOf(err) != want {
			t.Errorf("%s attaches: %v", who, err)
		}
	}
}

// A decision that is handed over reaches its committee as a proposed one.
func TestADecisionIsHandedToACommittee(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHall(t, d)
		words := gov.T("تُغلق الشبابيك", "Counters close")
		decide := func(board string, services ...gov.ServiceID) func(tx *db.Tx) error {
			return func(tx *db.Tx) error { _, err := Decide(tx, h.c, h.s.ID, words, services, board); return err }
		}
		h.fails("moe", gov.Denied, "an entity decides", decide(""))
		h.fails("authority", gov.NotFound, "a committee that is not there", decide("nobody"))
		h.fails("authority", gov.Invalid, "a service that is not there", decide("services", "no/such"))
		h.as(h.actors["authority"], decide(""))
		h.as(h.actors["authority"], decide("services", "identity-card/renewal"))
		h.as(h.actors["member"], func(tx *db.Tx) error {
			list, err := Decisions(tx, "2026")
			if err != nil || len(list) != 2 || list[1].Number != 2 || list[1].Ref != "SDC 2026/1" {
				t.Fatalf("%+v %v", list, err)
			}
			x, err := committee.DecisionOf(tx, list[1].Handed)
			if x.State != committee.Proposed || x.Services[0] != "identity-card/renewal" || !strings.Contains(x.Origin[gov.English], "decision 2") {
				t.Errorf("%+v", x)
			}
			return err
		})
	})
}
