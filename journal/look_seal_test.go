package journal_test

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
	"diwan.example/internal/translog"
	"diwan.example/journal"
)

// watch is an access log under seal, with a clock.
type watch struct {
	*testing.T
	d    *db.DB
	l    *translog.Log
	pump *journal.Pump
	now  time.Time
}

func newWatch(t *testing.T, d *db.DB) *watch {
	w := &watch{T: t, d: d, now: time.Date(2026, 11, 30, 8, 0, 0, 0, time.UTC)}
	d.SetClock(func() time.Time { return w.now })
	v, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.DiscardHandler)
	w.pump = &journal.Pump{DB: d, Log: quiet}
	w.l, err = translog.New(translog.Options{DB: d, Vault: v, Name: translog.Looks, Origin: "gov.example/log/looks", Source: journal.LookEntries, Log: quiet,
		Before: func(ctx context.Context) error { return journal.NumberLooks(ctx, d) }})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *watch) as(a gov.Actor, fn func(tx *db.Tx) error) {
	w.Helper()
	if err := w.d.Write(gov.WithActor(w.Context(), a), fn); err != nil {
		w.Fatal(err)
	}
}

func (w *watch) drain() {
	w.Helper()
	if err := w.pump.Drain(w.Context()); err != nil {
		w.Fatal(err)
	}
	if err := w.l.Drain(w.Context()); err != nil {
		w.Fatal(err)
	}
}

// looks makes n looks of an officer at p, a second apart.
func (w *watch) looks(n int, l journal.Look) {
	w.Helper()
	for range n {
		w.now = w.now.Add(time.Second)
		w.as(gov.Actor{Person: "officer", Org: "moe", Channel: gov.Portal}, func(tx *db.Tx) error { return journal.Looked(tx, l) })
	}
}

// audit returns what the audit says, in English.
func (w *watch) audit() (c journal.CheckedLooks, said []string) {
	w.Helper()
	tell := func(t gov.Text) { said = append(said, t[gov.English]) }
	a := &translog.Audit{Log: w.l, Problem: tell}
	err := a.Run(w.Context())
	if err == nil {
		c, err = journal.CheckLooks(w.Context(), w.d, w.l, a.Size, tell)
	}
	if err != nil {
		w.Fatal(err)
	}
	return c, said
}

// finds changes a row behind the platform's back and expects the audit to say so,
// and only so; back undoes it.
func (w *watch) finds(change, back, says string) {
	w.Helper()
	w.as(gov.System, func(tx *db.Tx) error { return tx.Exec(change) })
	if _, said := w.audit(); len(said) != 1 || !strings.Contains(said[0], says) {
		w.Errorf("%s: %q", change, said)
	}
	if back != "" {
		w.as(gov.System, func(tx *db.Tx) error { return tx.Exec(back) })
		if _, said := w.audit(); len(said) > 0 {
			w.Errorf("after %s: %q", back, said)
		}
	}
}

func TestTheAccessLogIsSealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWatch(t, d)
		w.looks(300, journal.Look{Person: "sara", What: "case", Subject: "c", Purpose: "review", Attributes: []gov.AttributeID{"person/name"}})
		if c, said := w.audit(); c.Looks != 300 || c.Unsealed != 300 || len(said) > 0 {
			t.Errorf("before the seal: %+v %q", c, said)
		}
		w.drain()
		w.looks(1, journal.Look{Person: "ali", What: "case", Subject: "d"})
		if c, said := w.audit(); c.Looks != 301 || c.Unsealed != 1 || len(said) > 0 {
			t.Errorf("%+v %q", c, said)
		}
		w.drain()
		for _, x := range [][3]string{
			{`UPDATE journal_look SET actor = 'nobody' WHERE seq = 7`, `UPDATE journal_look SET actor = 'officer' WHERE seq = 7`, "Look 7 ("},
			{`UPDATE journal_look SET person = 'ali' WHERE seq = 9`, `UPDATE journal_look SET person = 'sara' WHERE seq = 9`, "Look 9 ("},
			{`UPDATE journal_look SET purpose = 'x' WHERE seq = 300`, `UPDATE journal_look SET purpose = 'review' WHERE seq = 300`, "Look 300 ("},
			{`UPDATE journal_look SET attributes = '[]' WHERE seq = 3`, `UPDATE journal_look SET attributes = '["person/name"]' WHERE seq = 3`, "Look 3 ("},
			{`UPDATE journal_look SET opens = 9999999999999 WHERE seq = 2`, `UPDATE journal_look SET opens = 0 WHERE seq = 2`, "hidden from its person without an order"},
			{`UPDATE journal_look SET seq = 100000 WHERE seq = 5`, `UPDATE journal_look SET seq = 5 WHERE seq = 100000`, "Look 5 was removed"},
		} {
			w.as(gov.System, func(tx *db.Tx) error { return tx.Exec(x[0]) })
			if _, said := w.audit(); !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, x[2]) }) {
				t.Errorf("%s: %q", x[0], said)
			}
			w.as(gov.System, func(tx *db.Tx) error { return tx.Exec(x[1]) })
		}
		if _, said := w.audit(); len(said) > 0 {
			t.Errorf("everything is back: %q", said)
		}
		w.now = w.now.Add(time.Hour)
		w.as(gov.System, func(tx *db.Tx) error {
			return tx.Exec(`INSERT INTO journal_look (id, at, person, actor, organisation, what, subject, purpose) VALUES ('00000000-0000-7000-8000-000000000000', 1, 'ali', 'enemy', 'moe', 'case', 'c', '')`)
		})
		w.drain()
		w.finds(`UPDATE journal_look SET seq = seq WHERE seq = 1`, "", "Look 302 is dated before the one sealed before it")
		w.as(gov.System, func(tx *db.Tx) error { return tx.Exec(`DELETE FROM journal_look WHERE seq >= 301`) })
		if _, said := w.audit(); !slices.Contains(said, "Looks 301 to 302 were removed from the access log") {
			t.Errorf("the last were removed: %q", said)
		}
	})
}

// What the platform itself does later to a look breaks no seal: it is handed to
// whoever registers, and a renewed order moves when it opens. Doing the same by
// hand is found.
func TestHandingOverAndDelayingBreakNoSeal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWatch(t, d)
		auditor := func() gov.Actor {
			return gov.Actor{Person: "auditor", Org: "audit", Roles: []gov.Role{gov.Auditor}, StepUp: w.now}
		}
		var first, second journal.Order
		order := journal.Order{Person: "sara", Organisation: "moe", Legal: "Decision 7 of 2026", Until: w.now.Add(24 * time.Hour)}
		w.as(auditor(), func(tx *db.Tx) (err error) { first, err = journal.Delay(tx, order); return err })
		w.looks(3, journal.Look{Person: "sara", What: "case", Subject: "c"})
		w.looks(2, journal.Look{Unclaimed: "digest", What: "record", Subject: "r"})
		w.drain()
		w.as(gov.System, func(tx *db.Tx) error { return journal.Claim(tx, "digest", "noor") })
		w.as(auditor(), func(tx *db.Tx) (err error) {
			second, err = journal.Delay(tx, journal.Order{Renews: first.ID, Legal: "Decision 9 of 2026", Until: w.now.Add(48 * time.Hour)})
			return err
		})
		w.drain()
		if c, said := w.audit(); c.Looks != 5 || len(said) > 0 {
			t.Fatalf("%+v %q", c, said)
		}
		until := db.Millis(second.Until)
		w.finds(`UPDATE journal_look SET opens = opens + 1 WHERE seq = 1`, `UPDATE journal_look SET opens = opens - 1 WHERE seq = 1`, "does not open when the order that delays it says")
		w.finds(`UPDATE journal_look SET delay = 'none' WHERE seq = 2`, `UPDATE journal_look SET delay = '`+second.ID+`' WHERE seq = 2`, "hidden from its person without an order")
		w.finds(`UPDATE journal_look SET person = 'ali' WHERE seq = 5`, `UPDATE journal_look SET person = 'noor' WHERE seq = 5`, "Look 5 stands in the log of a person to whom it was never handed")
		var opens int64
		if err := d.Read(t.Context(), func(tx *db.Tx) error {
			return tx.QueryRow(`SELECT min(opens) FROM journal_look WHERE delay <> ''`).Scan(&opens)
		}); err != nil || opens != until {
			t.Errorf("the renewed order opens at %d, want %d: %v", opens, until, err)
		}
	})
}
