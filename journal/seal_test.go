package journal_test

import (
	"crypto/sha256"
	"log/slog"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
	"diwan.example/internal/translog"
	"diwan.example/journal"
)

func TestFactsAreSealedInOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		v, err := sign.OpenVault(sign.NewSecret())
		if err != nil {
			t.Fatal(err)
		}
		l, err := translog.New(translog.Options{DB: d, Vault: v, Name: translog.Journal, Origin: "gov.example/log/journal", Source: journal.Entries, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		p := &journal.Pump{DB: d, Log: slog.New(slog.DiscardHandler)}
		err = d.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
			for i := range 300 {
				f := journal.Fact{Name: "thing.done", Subject: "s", Body: journal.Body(map[string]any{"n": i, "big": int64(1) << 60, "f": 1.5, "ar": "واقعة"})}
				if err := journal.Append(tx, f); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := l.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			s, _, err := l.Status(tx)
			if s.Size != 300 || err != nil {
				t.Errorf("%d facts sealed, %v", s.Size, err)
			}
			all, err := journal.Between(tx, 0, 2)
			if err != nil {
				return err
			}
			secret, err := l.Secret(tx)
			if err != nil {
				return err
			}
			a, err := journal.Opening(secret, all[0])
			if err != nil {
				return err
			}
			b, err := journal.Opening(secret, all[1])
			if string(a.Salt) == string(b.Salt) || a.Entry("") == sha256.Sum256([]byte(a.Record)) {
				t.Error("the entries are not salted")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
