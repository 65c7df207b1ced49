package journal_test

import (
	"log/slog"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

func TestSelectNarrowsNewestFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		write(t, d, "a.made", "b.made", "a.made")
		err := d.Write(gov.WithActor(t.Context(), gov.Actor{Person: "p", Org: "iga"}), func(tx *db.Tx) error {
			return journal.Append(tx, journal.Fact{Name: "c.made", Subject: "s9"})
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := (&journal.Pump{DB: d, Log: slog.Default(), Followers: []journal.Follower{{Name: "n", Handle: func(*db.Tx, journal.Fact) error { return nil }}}}).Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			q    journal.Query
			want string
		}{
			{journal.Query{}, "s9 s2 s1 s0"}, {journal.Query{Name: "a.made"}, "s2 s0"}, {journal.Query{Organisation: "moe"}, "s2 s1 s0"},
			{journal.Query{Organisation: "iga"}, "s9"}, {journal.Query{Subject: "s1"}, "s1"}, {journal.Query{Actor: "p"}, "s9"},
			{journal.Query{Before: 3}, "s1 s0"}, {journal.Query{Limit: 1}, "s9"}, {journal.Query{Name: "' OR 1=1"}, ""},
		} {
			var got string
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				fs, err := journal.Select(tx, c.q)
				for i, f := range fs {
					if i > 0 {
						got += " "
					}
					got += f.Subject
				}
				return err
			})
			if err != nil || got != c.want {
				t.Errorf("%+v: %q, %v; want %q", c.q, got, err, c.want)
			}
		}
	})
}
