package identity

import (
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

func TestATokenCanNoMoreThanItsMaker(t *testing.T) {
	each(t, func(w *town) {
		w.write(gov.System, func(tx *db.Tx) error { return Appoint(tx, w.sara, "moe", gov.Head, gov.Officer) })
		session := w.enter(number(1))
		year := w.now.AddDate(1, 0, 0)
		_, err := w.CreateToken(w.as(session), Token{Org: "moe", Name: "n", Scopes: []string{"cases:read"}, Until: year})
		w.want(err, gov.Denied) // she has not put that hat on
		w.want(w.Switch(w.as(session), "moe"), "")
		secret, err := w.CreateToken(w.as(session), Token{Org: "moe", Name: "نظام المدارس", Scopes: []string{"cases:read"}, Until: year})
		w.want(err, "")
		a, err := w.ByToken(background, secret)
		if err != nil || a.Org != "moe" || !a.Has(gov.Head) || !a.May("cases:read") || a.May("cases:write") || a.Channel != gov.API || !a.StepUp.IsZero() {
			t.Fatalf("%+v %v", a, err)
		}
		_, err = w.CreateToken(gov.WithActor(background, a), Token{Org: "moe", Name: "n", Scopes: []string{"all"}, Until: year})
		w.want(err, gov.SignIn) // a token makes no tokens
		for _, bad := range []string{"", "diwan_", secret + "x", secret[:len(secret)-1] + "?", session} {
			_, err = w.ByToken(background, bad)
			w.want(err, gov.SignIn)
		}
		w.write(gov.System, func(tx *db.Tx) error { return Appoint(tx, w.sara, "moe", gov.Officer) })
		if a, err := w.ByToken(background, secret); err != nil || a.Has(gov.Head) {
			t.Error("the token outlived the role", err)
		}
		w.write(gov.System, func(tx *db.Tx) error { return Dismiss(tx, w.sara, "moe") })
		_, err = w.ByToken(background, secret)
		w.want(err, gov.SignIn)
	})
}

func TestTokensEndWithTheirMakerTheirTimeOrByHand(t *testing.T) {
	each(t, func(w *town) {
		sara, ali := w.enter(number(1)), w.enter(number(2))
		make := func(session string) string {
			secret, err := w.CreateToken(w.as(session), Token{Name: "n", Scopes: []string{"s"}, Until: w.now.Add(time.Hour)})
			w.want(err, "")
			return secret
		}
		one, two, his := make(sara), make(sara), make(ali)
		a, _ := w.ByToken(background, one)
		w.want(w.try(gov.ActorFrom(w.as(ali)), func(tx *db.Tx) error { return RevokeToken(tx, a.Session) }), gov.NotFound)
		w.want(w.try(gov.ActorFrom(w.as(sara)), func(tx *db.Tx) error { return RevokeToken(tx, a.Session) }), "")
		_, err := w.ByToken(background, one)
		w.want(err, gov.SignIn)
		w.write(gov.ActorFrom(w.as(sara)), func(tx *db.Tx) error {
			all, err := Tokens(tx)
			if err != nil || len(all) != 1 || all[0].Name != "n" {
				t.Errorf("%+v %v", all, err)
			}
			return nil
		})
		w.write(gov.System, func(tx *db.Tx) error { return Close(tx, w.ali) })
		_, err = w.ByToken(background, his)
		w.want(err, gov.SignIn)
		w.pass(time.Hour)
		_, err = w.ByToken(background, two)
		w.want(err, gov.SignIn)
	})
}

func TestTokensThatMakeNoSenseAreRefused(t *testing.T) {
	each(t, func(w *town) {
		session := w.enter(number(1))
		for name, x := range map[string]Token{
			"no name":  {Scopes: []string{"s"}, Until: w.now.Add(time.Hour)},
			"no scope": {Name: "n", Until: w.now.Add(time.Hour)},
			"no end":   {Name: "n", Scopes: []string{"s"}},
			"for ever": {Name: "n", Scopes: []string{"s"}, Until: w.now.AddDate(2, 0, 0)},
		} {
			_, err := w.CreateToken(w.as(session), x)
			if gov.KindOf(err) != gov.Invalid {
				t.Error(name, err)
			}
		}
		w.pass(11 * time.Minute)
		_, err := w.CreateToken(w.as(session), Token{Name: "n", Scopes: []string{"s"}, Until: w.now.Add(time.Hour)})
		w.want(err, gov.SignIn)
	})
}

func TestContactsChangeOnlyForWhoeverHasJustProved(t *testing.T) {
	each(t, func(w *town) {
		session := w.enter(number(1))
		w.want(w.SetContact(w.as(session), "36001111", "no address"), gov.Invalid)
		w.want(w.SetContact(w.as(session), "36001111", "new@example.org"), "")
		if last := w.letters[len(w.letters)-1]; last.to.Email != "Sara@Example.org" {
			t.Errorf("the old address was not told: %+v", last.to)
		}
		w.enter("new@example.org")
		w.pass(11 * time.Minute)
		w.want(w.SetContact(w.as(session), "36001111", "thief@example.org"), gov.SignIn)
		w.want(w.SetContact(background, "36001111", "thief@example.org"), gov.SignIn)
	})
}
