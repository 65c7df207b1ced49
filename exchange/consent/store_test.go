package consent

import (
	"io"
	"log/slog"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
	"diwan.example/journal"
)

// world is a desk, with a clock that tests move.
type world struct {
	*testing.T
	*Desk
	d   *db.DB
	now time.Time
}

func newWorld(t *testing.T, d *db.DB) *world {
	v, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t, &Desk{Vault: v}, d, dbtest.Start}
	d.SetClock(func() time.Time { return w.now })
	return w
}

func about(id gov.AgreementID) About {
	return About{Agreement: id, Consumer: "moe", Provider: "iga", Registry: "population", Attributes: []gov.AttributeID{"person.address"},
		Purpose: gov.T("إيصال الكتب إلى البيت", "To bring books home"), Until: dbtest.Start.AddDate(1, 0, 0)}
}

func (w *world) as(p gov.PersonID, fn func(tx *db.Tx) error) error {
	return w.d.Write(gov.WithActor(w.Context(), gov.Actor{Person: p, Channel: gov.Portal}), fn)
}

func (w *world) do(p gov.PersonID, fn func(tx *db.Tx) error) {
	w.Helper()
	if err := w.as(p, fn); err != nil {
		w.Fatal(err)
	}
}

func (w *world) give(p gov.PersonID, id gov.AgreementID) {
	w.Helper()
	w.do(p, func(tx *db.Tx) error { return w.Give(tx, p, about(id)) })
}

func (w *world) uses(p gov.PersonID, id gov.AgreementID) (ok bool) {
	w.Helper()
	w.do("system", func(tx *db.Tx) (err error) { ok, err = Spend(tx, p, id); return err })
	return ok
}

func (w *world) verify() Report {
	w.Helper()
	pump := &journal.Pump{DB: w.d, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if err := pump.Drain(w.Context()); err != nil {
		w.Fatal(err)
	}
	r, err := w.Verify(w.Context(), w.d, nil)
	if err != nil {
		w.Fatal(err)
	}
	return r
}

// tampered runs a statement behind the platform's back.
func (w *world) tampered(q string) {
	w.Helper()
	w.do("system", func(tx *db.Tx) error {
		n, err := tx.Changed(q)
		if err == nil && n == 0 {
			w.Errorf("nothing was changed by %s", q)
		}
		return err
	})
}

// Each way of changing what was said is found; each is tried in a fresh database.
func TestVerifyFindsWhatWasChanged(t *testing.T) {
	for what, q := range map[string]string{
		"a word of the body":            `UPDATE consent_revision SET body = replace(body, 'books', 'bombs') WHERE person = 'sara' AND number = 1`,
		"what was done":                 `UPDATE consent_revision SET body = replace(body, '"event":"withdraw"', '"event":"give"') WHERE person = 'sara' AND number = 2`,
		"the signature":                 `UPDATE consent_revision SET signature = (SELECT signature FROM consent_revision WHERE person = 'ali') WHERE person = 'sara' AND number = 1`,
		"the hash":                      `UPDATE consent_revision SET hash = 'aa' WHERE person = 'sara' AND number = 3`,
		"the agreement in its column":   `UPDATE consent_revision SET agreement = 'B' WHERE person = 'ali'`,
		"whose it is":                   `UPDATE consent_revision SET person = 'omar' WHERE person = 'ali'`,
		"its place":                     `UPDATE consent_revision SET number = 9 WHERE person = 'sara' AND number = 3`,
		"the key it names":              `UPDATE consent_revision SET kid = 'consent-other' WHERE person = 'ali'`,
		"the last row, taken away":      `DELETE FROM consent_revision WHERE person = 'sara' AND number = 3`,
		"a row in the middle, gone":     `DELETE FROM consent_revision WHERE person = 'sara' AND number = 2`,
		"a copy of a row":               `INSERT INTO consent_revision SELECT 'omar', number, agreement, body, hash, kid, signature FROM consent_revision WHERE person = 'ali'`,
		"how it stands":                 `UPDATE consent_consent SET state = 'given' WHERE person = 'sara' AND agreement = 'A'`,
		"until when it stands":          `UPDATE consent_consent SET until = until + 1 WHERE person = 'ali'`,
		"a consent nobody gave":         `INSERT INTO consent_consent SELECT 'omar', agreement, state, number, until, 0, 0 FROM consent_consent WHERE person = 'ali'`,
		"a consent that is not told of": `DELETE FROM consent_consent WHERE person = 'ali'`,
		"the keys":                      `UPDATE consent_key SET sealed = 'x.y'`,
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t, dbtest.SQLite(t))
			w.give("sara", "A")
			w.do("sara", func(tx *db.Tx) error { return w.Withdraw(tx, "sara", "A") })
			w.give("sara", "B")
			w.give("ali", "A")
			if r := w.verify(); len(r.Faults) != 0 || r.People != 2 || r.Revisions != 4 {
				t.Fatalf("untouched: %+v", r)
			}
			w.tampered(q)
			w.Desk = &Desk{Vault: w.Vault} // a fresh process
			if r := w.verify(); len(r.Faults) == 0 {
				t.Errorf("nothing was found: %+v", r)
			}
		})
	}
}

func TestVerifyFindsPeopleWhoAreGoneAltogether(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.give("sara", "A")
		w.give("ali", "A")
		before := w.verify()
		w.tampered(`DELETE FROM consent_revision WHERE person = 'ali'`)
		w.tampered(`DELETE FROM consent_consent WHERE person = 'ali'`)
		r := w.verify()
		if len(r.Faults) != 1 || r.Faults[0].Person != "ali" || r.Digest == before.Digest {
			t.Errorf("%+v", r)
		}
	})
}
