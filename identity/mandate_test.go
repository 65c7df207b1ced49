package identity

import (
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

func TestMandatesSayWhoActsForWhom(t *testing.T) {
	each(t, func(w *town) {
		grant := func(a gov.Actor, m Mandate) (id string, err error) {
			err = w.try(a, func(tx *db.Tx) (err error) { id, err = Grant(tx, m); return err })
			return id, err
		}
		may := func(h gov.PersonID, subject string, k MandateKind, s gov.ServiceID) (ok bool) {
			w.write(gov.System, func(tx *db.Tx) (err error) { ok, err = MayActFor(tx, h, subject, k, s); return err })
			return ok
		}
		sara, ali := gov.Actor{Person: w.sara}, gov.Actor{Person: w.ali}
		_, err := grant(gov.System, Mandate{Holder: w.ali, For: string(w.child), Kind: Guardian, Scope: "education/", Source: "birth register", Until: w.now.Add(time.Hour)})
		w.want(err, "")
		if !may(w.ali, string(w.child), Guardian, "education/enrolment-certificate") || !may(w.ali, string(w.child), "", "education/x") {
			t.Error("the father must act")
		}
		if may(w.ali, string(w.child), "", "educational/x") || may(w.ali, string(w.child), Company, "education/x") || may(w.sara, string(w.child), "", "education/x") || may("", string(w.child), "", "education/x") {
			t.Error("nobody else, and nothing else")
		}
		_, err = grant(ali, Mandate{Holder: w.sara, For: string(w.child), Kind: Agent, Until: w.now.Add(time.Hour)})
		w.want(err, gov.Denied) // a guardian does not hand the child on
		_, err = grant(sara, Mandate{Holder: w.sara, For: "cr-1", Kind: Company, Source: "me"})
		w.want(err, gov.Denied)
		_, err = grant(gov.System, Mandate{Holder: w.sara, For: "cr-1", ForName: gov.T("شركة", "Co"), Kind: Company, Source: "commercial register"})
		w.want(err, "")
		agent, err := grant(sara, Mandate{Holder: w.ali, For: "cr-1", Kind: Agent, Scope: "commerce/renewal", Until: w.now.Add(time.Hour)})
		w.want(err, "")
		if !may(w.ali, "cr-1", "", "commerce/renewal") || may(w.ali, "cr-1", "", "commerce/closure") {
			t.Error("an agent acts within the scope")
		}
		_, err = grant(ali, Mandate{Holder: w.head, For: "cr-1", Kind: Agent, Until: w.now.Add(time.Hour)})
		w.want(err, gov.Denied) // an agent appoints no agent
		w.want(w.try(gov.Actor{Person: w.head}, func(tx *db.Tx) error { return Revoke(tx, agent) }), gov.NotFound)
		w.want(w.try(sara, func(tx *db.Tx) error { return Revoke(tx, agent) }), "")
		w.want(w.try(sara, func(tx *db.Tx) error { return Revoke(tx, agent) }), gov.Conflict)
		if may(w.ali, "cr-1", "", "commerce/renewal") {
			t.Error("revoked")
		}
		w.pass(time.Hour)
		if may(w.ali, string(w.child), "", "education/x") {
			t.Error("expired")
		}
	})
}

func TestMandatesThatMakeNoSenseAreRefused(t *testing.T) {
	each(t, func(w *town) {
		for name, m := range map[string]Mandate{
			"self":         {Holder: w.sara, For: string(w.sara), Kind: Agent, Until: w.now.Add(time.Hour)},
			"kind":         {Holder: w.sara, For: string(w.ali), Kind: "king", Source: "x"},
			"past":         {Holder: w.sara, For: string(w.ali), Kind: Agent, Until: w.now.Add(-time.Hour)},
			"endless":      {Holder: w.sara, For: string(w.ali), Kind: Agent},
			"without base": {Holder: w.sara, For: string(w.child), Kind: Guardian},
		} {
			t.Run(name, func(t *testing.T) {
				w.want(w.try(gov.System, func(tx *db.Tx) error { _, err := Grant(tx, m); return err }), gov.Invalid)
			})
		}
		w.want(w.try(gov.System, func(tx *db.Tx) error {
			_, err := Grant(tx, Mandate{Holder: w.sara, For: "nobody", Kind: Guardian, Source: "x"})
			return err
		}), gov.NotFound)
		w.want(w.try(gov.Actor{Person: w.ali}, func(tx *db.Tx) error { _, err := Given(tx, string(w.sara)); return err }), gov.Denied)
	})
}
