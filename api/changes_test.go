package api

import (
	"bytes"
	"strings"
	"testing"

	"diwan.example/exchange/agreement"
	"diwan.example/exchange/consent"
	"diwan.example/exchange/event"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/journal"
	"diwan.example/registry"
	"diwan.example/registry/registrytest"
)

// told has the world's ministry of education subscribe, without an address, to
// changes of cards; it returns the subscription.
func (w *world) told(t *testing.T, owner, head, lead gov.Actor) (s event.Subscription) {
	book, err := registry.Load(registrytest.Elsewhere(t, "identity-card", `{service: BH/GOV/iga/cards/records, path: "/cards/{key}"}`), registry.Options{})
	if err != nil {
		t.Fatal(err)
	}
	vault, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	book.DB, book.Secret = w.DB, bytes.Repeat([]byte("k"), 32)
	office := &agreement.Office{Desk: &consent.Desk{Vault: vault},
		Holder: func(a gov.AttributeID) (agreement.Holding, bool) {
			d, ok := book.Holder(a)
			return agreement.Holding{Registry: d.ID, Keeper: d.Organisation}, ok
		},
		Keeper: func(r gov.RegistryID) (gov.OrgID, bool) {
			d, err := book.Definition(r)
			return d.Organisation, err == nil
		},
		Offers: func(*db.Tx, gov.OrgID, gov.ServiceID) (bool, error) { return true, nil },
	}
	w.api.Broker = &event.Broker{DB: w.DB, Book: book, Agreements: office, Check: w.api.Office.CheckAddress, Secret: w.api.Office.NewSecret, Post: w.api.Office.PostSigned}
	terms := agreement.Terms{Registry: "identity-card", Attributes: []gov.AttributeID{"card.status", "card.expires"}, Machine: true, Events: true,
		Purpose: gov.T("التحقق من البطاقة", "To check the card"), Legal: gov.T("قانون البطاقة", "Card Act")}
	day := func(n int) string { return w.Now().AddDate(0, 0, n).Format("2006-01-02") }
	var x agreement.Agreement
	w.Do(owner, func(tx *db.Tx) (err error) {
		x, err = office.Propose(tx, "iga", terms, agreement.Span{From: day(0), Until: day(100)})
		return err
	})
	head.StepUp, lead.StepUp = w.Now(), w.Now()
	w.Do(lead, func(tx *db.Tx) error { _, err := office.Review(tx, x.ID); return err })
	w.Do(head, func(tx *db.Tx) error { _, err := office.Agree(tx, x.ID); return err })
	w.Do(lead, func(tx *db.Tx) error { _, err := office.Approve(tx, x.ID); return err })
	w.Do(owner, func(tx *db.Tx) (err error) { s, _, err = w.api.Broker.Subscribe(tx, x.ID, "card", ""); return err })
	return s
}

func TestSystemsPublishAndFetchChanges(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		owner, head, lead := w.staff(1, "moe", gov.Owner), w.staff(2, "iga", gov.Head), w.staff(4, "iga", gov.Authority)
		s := w.told(t, owner, head, lead)
		ali := w.Resident(3)
		civil := w.Country.People(4)[3].CivilNumber
		publish := `{"id": "C-1", "topic": "card", "person": "` + civil + `", "values": {"card.expires": "2030-01-01"}}`
		holder, reader := w.token(head), w.token(owner)
		w.call(w.token(head, changesRead), "POST", root+"/changes", publish).problem(403)
		w.call(w.token(w.staff(5, "iga", gov.Operator)), "POST", root+"/changes", publish).problem(403)
		w.call(reader, "POST", root+"/changes", publish).problem(403)
		w.call(holder, "POST", root+"/changes", strings.Replace(publish, "2030-01-01", "soon", 1)).problem(422)
		w.call(holder, "POST", root+"/changes", publish).want(200)
		w.call(holder, "POST", root+"/changes", publish).want(200)

		var subs []ChangeSubscription
		w.call(reader, "GET", root+"/changes/subscriptions", nil).want(200, &subs)
		if len(subs) != 1 || subs[0].ID != s.ID || subs[0].Topic != "card" || !subs[0].Fetched || subs[0].Number != 1 {
			t.Fatalf("%+v", subs)
		}
		at := root + "/changes/subscriptions/" + s.ID + "/fetch"
		w.call("", "POST", at, `{"after": 0}`).problem(401)
		w.call(w.token(owner, changesPublish), "POST", at, `{"after": 0}`).problem(403)
		w.call(w.token(w.staff(6, "moe", gov.Operator)), "POST", at, `{"after": 0}`).problem(403)
		w.call(holder, "POST", at, `{"after": 0}`).problem(404)
		w.call(reader, "POST", at, `{"after": -1}`).problem(422)
		for range 2 {
			var got []PersonChange
			w.call(reader, "POST", at, `{"after": 0}`).want(200, &got)
			if len(got) != 1 || got[0].Person != civil || got[0].Values["card.expires"] != "2030-01-01" || got[0].Number != 1 {
				t.Fatalf("%+v", got)
			}
		}
		var rest []PersonChange
		w.call(reader, "POST", at, `{"after": 1}`).want(200, &rest)
		if len(rest) != 0 {
			t.Fatalf("%+v", rest)
		}
		w.Do(gov.System, func(tx *db.Tx) error {
			looks, err := journal.Looks(tx, ali.Person, 10)
			if len(looks) != 1 || looks[0].Organisation != "moe" || looks[0].Agreement != s.Agreement {
				t.Errorf("%+v", looks)
			}
			return err
		})
	})
}
