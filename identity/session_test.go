package identity

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

func TestASessionEndsWhenIdleAndWhenOld(t *testing.T) {
	each(t, func(w *town) {
		w.OneClick = true
		token, err := w.EnterDirectly(background, w.sara, Client{})
		w.want(err, "")
		w.pass(29 * time.Minute)
		_, p, fresh, err := w.Actor(background, token)
		if err != nil || p.ID != w.sara || fresh == "" {
			t.Fatal(p.ID, fresh, err)
		}
		w.pass(30 * time.Minute)
		_, _, _, err = w.Actor(background, fresh)
		w.want(err, gov.SignIn)

		token, _ = w.EnterDirectly(background, w.sara, Client{})
		for range 60 {
			w.pass(12 * time.Minute)
			_, _, next, err := w.Actor(background, token)
			if err != nil {
				w.want(err, gov.SignIn)
				return
			}
			if next != "" {
				token = next
			}
		}
		t.Error("a session in use lived longer than twelve hours")
	})
}

func TestATokenIsReplacedAndTheOldOneEnds(t *testing.T) {
	each(t, func(w *town) {
		old := w.enter(number(1))
		w.pass(16 * time.Minute)
		_, _, lost, err := w.Actor(background, old)
		if err != nil || lost == "" {
			t.Fatal("not replaced", err)
		}
		if _, _, again, err := w.Actor(background, old); err != nil || again != "" {
			t.Fatal("a request under way together must pass, without a third token", err)
		}
		w.pass(2 * time.Minute) // the answer with the new token never arrived
		_, _, fresh, err := w.Actor(background, old)
		if err != nil || fresh == "" || fresh == lost {
			t.Fatal("a lost answer must not lose the session", err)
		}
		if _, _, _, err := w.Actor(background, lost); gov.KindOf(err) != gov.SignIn {
			t.Error("the lost token must be void")
		}
		if _, _, next, err := w.Actor(background, fresh); err != nil || next != "" {
			t.Fatal(err)
		}
		w.pass(59 * time.Second)
		if _, _, _, err := w.Actor(background, old); err != nil {
			t.Error("the old token has a minute of grace", err)
		}
		w.pass(2 * time.Second)
		if _, _, _, err := w.Actor(background, old); gov.KindOf(err) != gov.SignIn {
			t.Error("the old token must be void after its grace")
		}
		if _, _, _, err := w.Actor(background, fresh); gov.KindOf(err) != gov.SignIn {
			t.Error("a replaced token that comes back ends the session: somebody copied it")
		}
	})
}

func TestTogetherOnlyOneRequestReplacesTheToken(t *testing.T) {
	each(t, func(w *town) {
		token := w.enter(number(1))
		w.pass(20 * time.Minute)
		var fresh atomic.Int64
		var all sync.WaitGroup
		for range 12 {
			all.Go(func() {
				_, _, next, err := w.Actor(background, token)
				if err != nil {
					t.Error(err)
				}
				if next != "" {
					fresh.Add(1)
				}
			})
		}
		all.Wait()
		if fresh.Load() != 1 {
			t.Errorf("%d new tokens", fresh.Load())
		}
	})
}

func TestSessionsAreTheirOwnersOnly(t *testing.T) {
	each(t, func(w *town) {
		one, two, ali := w.enter(number(1)), w.enter(number(1)), w.enter(number(2))
		mine := func(token string) (out []Session) {
			ctx := w.as(token)
			w.write(gov.ActorFrom(ctx), func(tx *db.Tx) (err error) { out, err = w.Sessions(tx); return err })
			return out
		}
		list := mine(one)
		if len(list) != 2 || list[0].Current == list[1].Current || list[0].Device != "Firefox" {
			t.Fatalf("%+v", list)
		}
		w.want(w.EndSession(w.as(ali), list[0].ID), gov.NotFound)
		w.want(w.Leave(w.as(two)), "")
		_, _, _, err := w.Actor(background, two)
		w.want(err, gov.SignIn)
		w.want(w.EndAllSessions(w.as(one)), "")
		_, _, _, err = w.Actor(background, one)
		w.want(err, gov.SignIn)
		w.want(w.EndAllSessions(background), gov.SignIn)
		_, _, _, err = w.Actor(background, ali)
		w.want(err, "")
		for _, forged := range []string{"", "x", ali[:42] + "A", ali + "A"} {
			if forged == ali {
				continue
			}
			_, _, _, err = w.Actor(background, forged)
			w.want(err, gov.SignIn)
		}
	})
}

func TestTheHatIsChosenAndLostWithTheRole(t *testing.T) {
	each(t, func(w *town) {
		w.write(gov.System, func(tx *db.Tx) error { return Appoint(tx, w.sara, "moe", gov.Officer) })
		token := w.enter(number(1))
		if a := gov.ActorFrom(w.as(token)); a.Org != "" || a.Staff() {
			t.Fatal("one enters as a resident", a)
		}
		w.want(w.Switch(w.as(token), "moh"), gov.Denied)
		w.want(w.Switch(w.as(token), "moe"), "")
		if a := gov.ActorFrom(w.as(token)); a.Org != "moe" || !a.Has(gov.Officer) {
			t.Fatal(a)
		}
		w.write(gov.System, func(tx *db.Tx) error { return Dismiss(tx, w.sara, "moe") })
		if a := gov.ActorFrom(w.as(token)); a.Org != "" || a.Has(gov.Officer) {
			t.Fatal("dismissed, yet still acting", a)
		}
		w.write(gov.System, func(tx *db.Tx) error { return Close(tx, w.sara) })
		_, _, _, err := w.Actor(background, token)
		w.want(err, gov.SignIn)
	})
}

func TestOneClickIsForTryingOnly(t *testing.T) {
	each(t, func(w *town) {
		_, err := w.EnterDirectly(background, w.sara, Client{})
		w.want(err, gov.Denied)
		w.want(w.ProveDirectly(w.as(w.enter(number(1)))), gov.Denied)
	})
}
