package agreement

import (
	"testing"
	"time"

	"diwan.example/exchange/consent"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

func TestPeopleConsentToWhatNeedsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		asked := terms()
		asked.Consent = true
		asked.Attributes = []gov.AttributeID{"person.address"}
		x := w.walk(Active, asked)
		free := w.walk(Active, terms())
		draft := asked
		draft.Attributes = []gov.AttributeID{"person.birth"}
		proposed := w.propose(draft)
		give := func(id gov.AgreementID, until time.Time) func(*db.Tx) error {
			return func(tx *db.Tx) error { return w.Give(tx, "resident", id, until) }
		}
		w.refused(gov.Conflict, resident, "consent to what needs none", give(free.ID, time.Time{}))
		w.refused(gov.NotFound, resident, "consent to a proposal", give(proposed.ID, time.Time{}))
		w.refused(gov.NotFound, resident, "consent to nothing", give("AGR-0", time.Time{}))
		w.refused(gov.Denied, officer, "consent for another", give(x.ID, time.Time{}))
		w.refused(gov.Denied, officer, "see another's consents", func(tx *db.Tx) error { _, err := w.Consents(tx, "resident"); return err })
		w.refused(gov.Invalid, resident, "consent until yesterday", give(x.ID, w.now.AddDate(0, 0, -1)))
		stands := func(want consent.State) {
			w.Helper()
			w.do(resident, func(tx *db.Tx) error {
				list, err := w.Consents(tx, "resident")
				if err != nil || len(list) != 1 || list[0].Agreement.ID != x.ID {
					t.Fatalf("consents %+v, %v", list, err)
				}
				if c := list[0].Consent; (c == nil) != (want == "") || c != nil && (c.State != want || c.Until.After(x.Until)) {
					t.Errorf("it stands %+v, want %q", c, want)
				}
				return nil
			})
		}
		stands("")
		w.do(resident, give(x.ID, w.now.AddDate(50, 0, 0)))
		stands(consent.Given)
		w.do(resident, func(tx *db.Tx) error { return w.TakeBack(tx, "resident", x.ID) })
		stands(consent.Withdrawn)
		w.do(holder, func(tx *db.Tx) error { _, err := w.Revoke(tx, x.ID, "انتهت الحاجة"); return err })
		w.refused(gov.Conflict, resident, "consent to what was revoked", give(x.ID, time.Time{}))
		stands(consent.Withdrawn)
	})
}
