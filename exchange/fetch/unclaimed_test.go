package fetch

import (
	"slices"
	"testing"

	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/registry"
)

// A member asks about somebody whom a registry knows and who has no account; once
// they register, they see it.
func TestReadsBeforeAnAccountAreSeenAfterwards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		number, _ := gov.CivilNumber("16020207")
		w.do(gov.System, func(tx *db.Tx) error {
			_, err := w.Book.Write(tx, registry.Change{Registry: "population", Service: "identity-card/renewal", Values: map[string]any{
				"civil_number": number, "name_ar": "هدى علي", "birth": "2016-02-02", "sex": "f", "nationality": "BH"}})
			return err
		})
		x := w.agree(nil)
		w.agree(func(t *agreement.Terms) { t.Attributes, t.Consent = []gov.AttributeID{"person.sex"}, true })
		in := gov.Inquiry{Organisation: "moe", Service: certificate, Civil: number, Channel: gov.API, Attributes: []gov.AttributeID{"person.birth", "person.address", "person.sex"}}
		list, err := w.Inquire(t.Context(), in)
		if err != nil || !slices.Equal(gaps(list), []gov.Gap{"", gov.GapDenied, gov.GapConsent}) || list[0].Value != "2016-02-02" {
			t.Fatalf("%+v, %v", list, err)
		}
		var id gov.PersonID
		w.do(gov.System, func(tx *db.Tx) (err error) {
			id, err = identity.Register(tx, identity.Person{CivilNumber: number, NameAr: "هدى علي"})
			return err
		})
		w.do(gov.System, func(tx *db.Tx) error {
			facts, err := journal.Of(tx, string(id))
			for _, f := range facts {
				if err := w.Book.Follower().Handle(tx, f); err != nil {
					return err
				}
			}
			return err
		})
		var looks []journal.Look
		w.do(gov.System, func(tx *db.Tx) (err error) { looks, err = journal.Looks(tx, id, 10); return err })
		if len(looks) != 1 || looks[0].Agreement != x.ID || looks[0].Organisation != "moe" || !slices.Equal(looks[0].Attributes, []gov.AttributeID{"person.birth"}) {
			t.Errorf("their access log: %+v", looks)
		}
		if _, err := w.Inquire(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		w.do(gov.System, func(tx *db.Tx) (err error) { looks, err = journal.Looks(tx, id, 10); return err })
		if len(looks) != 2 || len(w.looks()) != 0 {
			t.Errorf("asked by number once there is an account: %+v", looks)
		}
		in.Person = w.sara
		if _, err := w.Inquire(t.Context(), in); gov.KindOf(err) != gov.Invalid {
			t.Errorf("about two at once: %v", err)
		}
	})
}
