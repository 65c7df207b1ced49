package event

import (
	"strings"
	"testing"
	"time"

	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
	"diwan.example/registry"
)

func TestAChangeIsToldOnceToWhoeverMayKnow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(nil)
		s := w.subscribe("address", w.url)
		w.moves(w.sara, "304")
		w.run()
		w.moves(w.sara, "304") // says the same again
		w.run()
		if got := w.blocks(w.sara); got != "304" || w.looks(w.sara) != 1 {
			t.Errorf("told %q, %d looks", got, w.looks(w.sara))
		}
		m := w.got[0]
		if m.Topic != "address" || m.Agreement != w.x.ID || m.Number != 1 || m.Registry != "population" || m.Version != 2 || len(m.Values) != 1 {
			t.Errorf("message %+v", m)
		}
		if got := w.states(s.ID); got != "delivered" {
			t.Error(got)
		}
		w.do(gov.System, func(tx *db.Tx) error {
			list, err := deliveries(tx, s.ID, 9)
			if len(list[0].body.Values) != 0 {
				t.Error("what was delivered is still kept")
			}
			return err
		})
	})
}

// The pump may hand a fact over again, on another node or after a crash.
func TestTheSameChangeIsPutDownOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(nil)
		s := w.subscribe("address", w.url)
		w.moves(w.sara, "304")
		w.do(gov.System, func(tx *db.Tx) error {
			facts, err := journal.Between(tx, 0, 500)
			for _, f := range facts {
				if f.Name == "registry.recorded" {
					if err := w.follow(tx, f); err != nil {
						return err
					}
				}
			}
			return err
		})
		w.run()
		if got := w.states(s.ID); got != "delivered" {
			t.Error(got)
		}
	})
}

func TestOrderHoldsWhileTheReceiverIsDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(nil)
		s := w.subscribe("address", w.url)
		w.answer = func(m got) int {
			if m.Subject == w.sara {
				return 503
			}
			return 200
		}
		w.moves(w.sara, "301")
		w.run()
		w.moves(w.sara, "302")
		w.moves(w.ali, "401")
		w.run()
		if w.blocks(w.sara) != "" || w.blocks(w.ali) != "401" {
			t.Errorf("sara %q, ali %q", w.blocks(w.sara), w.blocks(w.ali))
		}
		w.answer = func(got) int { return 200 }
		w.run()
		if w.blocks(w.sara) != "" {
			t.Error("it was tried again before its time")
		}
		w.now = w.now.Add(time.Minute)
		w.run()
		if got := w.blocks(w.sara); got != "301 302" || w.looks(w.sara) != 2 {
			t.Errorf("told %q, %d looks; %s", got, w.looks(w.sara), w.states(s.ID))
		}
	})
}

// dies has every try of what waits fail.
func (w *world) dies() {
	w.answer = func(got) int { return 500 }
	for range tries + 1 {
		w.run()
		w.now = w.now.Add(time.Hour)
	}
}

func TestDeadLetters(t *testing.T) {
	for _, how := range []string{"retry", "discard"} {
		t.Run(how, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				w := newWorld(t, d)
				w.agree(nil)
				s := w.subscribe("address", w.url)
				w.answer = func(got) int { return 500 }
				w.moves(w.sara, "301")
				w.run()
				w.moves(w.sara, "302")
				w.dies()
				if got := w.states(s.ID); got != "dead waiting" {
					t.Fatal(got)
				}
				var dead []Delivery
				w.do(owner, func(tx *db.Tx) (err error) { dead, err = DeadLetters(tx); return err })
				if len(dead) != 1 || dead[0].Tries != tries || dead[0].Status != 500 || dead[0].Trouble != "unreachable" {
					t.Fatalf("%+v", dead)
				}
				for _, a := range []gov.Actor{actor("other", "moh", gov.Owner), head, lead, {}} {
					if err := w.as(a, func(tx *db.Tx) error { return w.Retry(tx, dead[0].ID) }); gov.KindOf(err) != gov.NotFound {
						t.Errorf("retry as %s of %s: %v", a.Person, a.Org, err)
					}
				}
				if err := w.as(actor("o", "ewa", gov.Officer), func(tx *db.Tx) error { return w.Discard(tx, dead[0].ID, "لا حاجة") }); gov.KindOf(err) != gov.Denied {
					t.Errorf("discard as an officer: %v", err)
				}
				if err := w.as(owner, func(tx *db.Tx) error { return w.Discard(tx, dead[0].ID, "") }); gov.KindOf(err) != gov.Invalid {
					t.Errorf("discard without a reason: %v", err)
				}
				w.answer = func(got) int { return 200 }
				want, states := "301 302", "delivered delivered"
				if how == "discard" {
					want, states = "302", "discarded delivered"
					w.do(owner, func(tx *db.Tx) error { return w.Discard(tx, dead[0].ID, "نُقل الحساب يدويًا") })
				} else {
					w.do(owner, func(tx *db.Tx) error { return w.Retry(tx, dead[0].ID) })
				}
				w.run()
				if got := w.blocks(w.sara); got != want || w.states(s.ID) != states {
					t.Errorf("told %q; %s", got, w.states(s.ID))
				}
				if err := w.as(owner, func(tx *db.Tx) error { return w.Retry(tx, dead[0].ID) }); gov.KindOf(err) != gov.Conflict {
					t.Errorf("twice: %v", err)
				}
			})
		})
	}
}

// A process dies after the receiver has answered and before that is recorded.
func TestACrashAfterTheAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(func(t *agreement.Terms) { t.PerPerson = 1 })
		s := w.subscribe("address", w.url)
		w.moves(w.sara, "301")
		if err := w.pump.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		var id string
		w.do(gov.System, func(tx *db.Tx) error {
			list, err := deliveries(tx, s.ID, 1)
			id = list[0].ID
			return err
		})
		for range 2 { // both die before Done
			if err := w.send(t.Context(), jobs.Job{Key: id}); err != nil {
				t.Fatal(err)
			}
		}
		w.run()
		if len(w.got) != 3 || w.got[0].id != w.got[1].id || w.got[1].id != w.got[2].id {
			t.Errorf("%d arrivals, not all with the same id", len(w.got))
		}
		if w.looks(w.sara) != 1 || w.states(s.ID) != "delivered" {
			t.Errorf("%d looks; %s", w.looks(w.sara), w.states(s.ID))
		}
	})
}

func TestTheReceiverKnowsItAlready(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(nil)
		s := w.subscribe("address", w.url)
		w.answer = func(got) int { return 409 }
		w.moves(w.sara, "301")
		w.run()
		if got := w.states(s.ID); got != "delivered" {
			t.Error(got)
		}
	})
}

func TestNothingIsToldWithoutLeave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(func(t *agreement.Terms) { t.Consent = true })
		s := w.subscribe("address", w.url)
		sara := gov.Actor{Person: w.people[w.sara]}
		w.moves(w.sara, "301")
		w.run()
		w.do(sara, func(tx *db.Tx) error { return w.Agreements.Give(tx, sara.Person, w.x.ID, time.Time{}) })
		w.moves(w.sara, "302")
		w.run()
		w.answer = func(got) int { return 503 }
		w.moves(w.sara, "303")
		w.run()
		w.do(sara, func(tx *db.Tx) error { return w.Agreements.TakeBack(tx, sara.Person, w.x.ID) })
		w.answer = func(got) int { return 200 }
		w.now = w.now.Add(time.Hour)
		w.run()
		if got := w.states(s.ID); got != "withheld delivered withheld" || w.blocks(w.sara) != "302" {
			t.Errorf("%s; told %q", got, w.blocks(w.sara))
		}
		w.do(sara, func(tx *db.Tx) error { return w.Agreements.Give(tx, sara.Person, w.x.ID, time.Time{}) })
		w.answer = func(got) int { return 503 }
		w.moves(w.sara, "304")
		w.run()
		w.do(head, func(tx *db.Tx) error {
			_, err := w.Agreements.Revoke(tx, w.x.ID, "انتهت الحاجة")
			return err
		})
		w.answer = func(got) int { t.Error("it was told after the agreement was revoked"); return 200 }
		w.now = w.now.Add(time.Hour)
		w.moves(w.sara, "305")
		w.run()
		if got := w.states(s.ID); got != "withheld delivered withheld withheld" {
			t.Error(got)
		}
	})
}

func TestFetchingInsteadOfBeingSent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(nil)
		s := w.subscribe("address", "")
		for _, b := range []string{"301", "302", "303"} {
			w.moves(w.sara, b)
			w.run()
		}
		machine := gov.Actor{Org: "ewa", Channel: gov.API}
		fetch := func(after int64, n int) (numbers string) {
			t.Helper()
			w.do(machine, func(tx *db.Tx) error {
				list, err := w.Fetch(tx, s.ID, after, n)
				for _, m := range list {
					numbers += m.Values["person.address"].(map[string]any)["block"].(string) + " "
				}
				return err
			})
			return strings.TrimSpace(numbers)
		}
		if a, b := fetch(0, 2), fetch(0, 2); a != "301 302" || b != a || w.looks(w.sara) != 2 {
			t.Errorf("%q, then %q; %d looks", a, b, w.looks(w.sara))
		}
		if got := fetch(2, 10); got != "303" || w.looks(w.sara) != 3 {
			t.Errorf("%q; %d looks", got, w.looks(w.sara))
		}
		if got := fetch(0, 10); got != "303" { // those before are over
			t.Errorf("%q", got)
		}
		if got := fetch(3, 10); got != "" || w.states(s.ID) != "delivered delivered delivered" {
			t.Errorf("%q; %s", got, w.states(s.ID))
		}
		for _, org := range []gov.OrgID{"", "moh", "iga"} {
			if err := w.as(gov.Actor{Org: org}, func(tx *db.Tx) error { _, err := w.Fetch(tx, s.ID, 0, 1); return err }); gov.KindOf(err) != gov.NotFound {
				t.Errorf("fetch as %q: %v", org, err)
			}
		}
	})
}

func TestWhoMaySubscribeToWhat(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(nil)
		try := func(k gov.Kind, a gov.Actor, topic, address string) {
			t.Helper()
			if err := w.as(a, func(tx *db.Tx) error { _, _, err := w.Subscribe(tx, w.x.ID, topic, address); return err }); gov.KindOf(err) != k {
				t.Errorf("%s to %s at %q: %v, want %s", a.Person, topic, address, err, k)
			}
		}
		try(gov.Denied, head, "address", w.url)
		try(gov.Denied, actor("o", "ewa", gov.Officer), "address", w.url)
		try(gov.Denied, actor("o", "moh", gov.Owner), "address", w.url)
		try(gov.Invalid, owner, "name", w.url) // the agreement does not name it
		try(gov.NotFound, owner, "weather", w.url)
		try(gov.Invalid, owner, "address", "file:///etc/passwd")
		s := w.subscribe("address", w.url)
		try(gov.Conflict, owner, "address", w.url)
		w.do(owner, func(tx *db.Tx) error { return w.Unsubscribe(tx, s.ID) })
		w.moves(w.sara, "301")
		w.run()
		if len(w.got) != 0 {
			t.Error("it was told after it unsubscribed")
		}
		w.subscribe("address", "")
		w.do(head, func(tx *db.Tx) error {
			_, err := w.Agreements.Revoke(tx, w.x.ID, "انتهت الحاجة")
			return err
		})
		try(gov.Conflict, owner, "death", w.url)
	})
}

func TestOrganisationsPublishWhatTheyKeepElsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(func(t *agreement.Terms) {
			t.Registry, t.Attributes = "identity-card", []gov.AttributeID{"card.status", "card.expires"}
		})
		s := w.subscribe("card", w.url)
		good := Publication{ID: "C-1", Topic: "card", Person: w.sara, Values: map[gov.AttributeID]any{"card.expires": "2030-01-01"}}
		machine := gov.Actor{Org: "iga", Channel: gov.API}
		for what, c := range map[string]struct {
			want  gov.Kind
			who   gov.Actor
			spoil func(*Publication)
		}{
			"another organisation":       {gov.Denied, gov.Actor{Org: "moh"}, func(*Publication) {}},
			"a stranger":                 {gov.Denied, gov.Actor{}, func(*Publication) {}},
			"a registry that lives here": {gov.Denied, machine, func(p *Publication) { p.Topic = "address" }},
			"no such topic":              {gov.NotFound, machine, func(p *Publication) { p.Topic = "x" }},
			"no id":                      {gov.Invalid, machine, func(p *Publication) { p.ID = "" }},
			"no person":                  {gov.Invalid, machine, func(p *Publication) { p.Person = "123456789" }},
			"an attribute of others":     {gov.Invalid, machine, func(p *Publication) { p.Values = map[gov.AttributeID]any{"person.name": "x"} }},
			"a value that is none":       {gov.Invalid, machine, func(p *Publication) { p.Values = map[gov.AttributeID]any{"card.expires": "soon"} }},
			"nothing":                    {gov.Invalid, machine, func(p *Publication) { p.Values = nil }},
		} {
			p := good
			c.spoil(&p)
			if err := w.as(c.who, func(tx *db.Tx) error { return w.Publish(tx, p) }); gov.KindOf(err) != c.want {
				t.Errorf("%s: %v, want %s", what, err, c.want)
			}
		}
		for range 2 {
			w.do(machine, func(tx *db.Tx) error { return w.Publish(tx, good) })
		}
		w.run()
		if len(w.got) != 1 || w.got[0].Values["card.expires"] != "2030-01-01" || w.states(s.ID) != "delivered" {
			t.Errorf("%+v; %s", w.got, w.states(s.ID))
		}
	})
}

// The end of a record is told to those who listen to what it said.
func TestTheEndOfARecordIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.agree(nil)
		w.moves(w.sara, "301")
		w.run()
		s := w.subscribe("address", "")
		w.do(gov.System, func(tx *db.Tx) error {
			_, err := w.Book.Write(tx, registry.Change{Registry: "population", Key: w.sara, Service: "identity-card/renewal", End: true})
			return err
		})
		w.run()
		w.do(gov.Actor{Org: "ewa"}, func(tx *db.Tx) error {
			list, err := w.Fetch(tx, s.ID, 0, 10)
			if err != nil || len(list) != 1 || !list[0].Ended.Equal(w.now) || list[0].Values["person.address"] == nil {
				t.Errorf("told %+v, %v", list, err)
			}
			return err
		})
	})
}
