package journal_test

import (
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

// A fact that is put in later with an old date is found, a sample's past is not
// taken for one, and an audit says that there is such a past.
func TestFactsPutInLaterAreFoundAndASamplesPastIsNot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWatch(t, d)
		v, err := sign.OpenVault(sign.NewSecret())
		if err != nil {
			t.Fatal(err)
		}
		l, err := translog.New(translog.Options{DB: d, Vault: v, Name: translog.Journal, Origin: "gov.example/log/journal", Source: journal.Entries})
		if err != nil {
			t.Fatal(err)
		}
		audit := func() (c journal.Checked, said []string) {
			t.Helper()
			w.drain()
			if err := l.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			tell := func(x gov.Text) { said = append(said, x[gov.English]) }
			a := &translog.Audit{Log: l, Problem: tell}
			if err := a.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			c, err := journal.CheckSeal(t.Context(), d, l, a.Size, tell)
			if err != nil {
				t.Fatal(err)
			}
			return c, said
		}
		act := func(at time.Time) {
			w.now = at
			w.as(gov.System, func(tx *db.Tx) error { return journal.Append(tx, journal.Fact{Name: "thing.done", Subject: "s"}) })
			w.looks(1, journal.Look{Person: "sara", What: "case", Subject: "c"})
			w.drain()
		}
		today := w.now
		act(today)
		act(today.AddDate(0, 0, -30)) // lived with the clock set back
		w.now = today.Add(time.Minute)
		if _, said := audit(); len(said) != 1 || !strings.HasPrefix(said[0], "Fact 2 is dated before") {
			t.Errorf("a past that nobody spoke of: %q", said)
		}
		if _, said := w.audit(); len(said) != 1 || !strings.HasPrefix(said[0], "Look 2 is dated before") {
			t.Errorf("looks of a past that nobody spoke of: %q", said)
		}
		if err := d.Write(gov.WithActor(t.Context(), gov.Actor{Person: "somebody"}), journal.Invented); gov.KindOf(err) != gov.Denied {
			t.Errorf("somebody calls a past invented: %v", err)
		}
		w.as(gov.System, journal.Invented)
		w.as(gov.System, journal.Invented)
		if c, said := audit(); len(said) > 0 || c.Invented != 3 || c.Facts != 3 {
			t.Errorf("a sample's past: %+v %q", c, said)
		}
		if _, said := w.audit(); len(said) > 0 {
			t.Errorf("looks of a sample's past: %q", said)
		}
		act(today.AddDate(0, 0, -30)) // now it is no past any more
		if _, said := audit(); !slices.Equal(said, []string{"Fact 4 is dated before the one sealed before it: it was put in later, or a clock was set back"}) {
			t.Errorf("put in later: %q", said)
		}
		if _, said := w.audit(); len(said) != 1 || !strings.HasPrefix(said[0], "Look 3 is dated") {
			t.Errorf("a look put in later: %q", said)
		}
	})
}
