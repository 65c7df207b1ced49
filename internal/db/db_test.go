package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

// The journal's cursor table serves as the table to write to.
const put = `INSERT INTO journal_cursor (follower, seq, at) VALUES ($1, $2, 0)`

func count(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		return tx.QueryRow(`SELECT count(*) FROM journal_cursor`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestManyWritersShareCommitsAndFailAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		bad := errors.New("mine alone")
		var wg sync.WaitGroup
		for i := range 60 {
			wg.Go(func() {
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					if err := tx.Exec(put, "f"+string(rune('A'+i)), i); err != nil {
						return err
					}
					switch i % 3 {
					case 1:
						return bad
					case 2:
						panic("one bad request")
					}
					return nil
				})
				if (i%3 == 0) != (err == nil) || (i%3 == 1 && !errors.Is(err, bad)) {
					t.Errorf("writer %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if n := count(t, d); n != 20 {
			t.Errorf("%d rows, want those of the 20 good writers", n)
		}
		if s := d.Stats(); s.Writes != 60 || s.Groups == 0 {
			t.Errorf("stats %+v", s)
		}
	})
}

func TestAConstraintBreachLeavesTheOthersWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		one := func(tx *db.Tx) error { return tx.Exec(put, "same", 1) }
		if err := d.Write(t.Context(), one); err != nil {
			t.Fatal(err)
		}
		err := d.Write(t.Context(), one)
		if !db.Taken(err) {
			t.Errorf("the second row with the same key: %v", err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(put, "other", 1) }); err != nil {
			t.Errorf("a good write after a bad one: %v", err)
		}
	})
}

func TestAfterRunsOnlyWhenDurable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var ran []string
		d.Write(t.Context(), func(tx *db.Tx) error {
			tx.After(func() { ran = append(ran, "failed") })
			return errors.New("no")
		})
		d.Write(t.Context(), func(tx *db.Tx) error {
			tx.As(gov.System).After(func() { ran = append(ran, "done") })
			return nil
		})
		if len(ran) != 1 || ran[0] != "done" {
			t.Errorf("ran %v", ran)
		}
	})
}

func TestReadCannotWriteAndNestingPanics(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Read(t.Context(), func(tx *db.Tx) error { return tx.Exec(put, "x", 1) }); err == nil {
			t.Error("a read-only transaction wrote")
		}
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			return d.Read(tx.Context(), func(*db.Tx) error { return nil })
		})
		if err == nil {
			t.Error("a transaction inside a transaction was not refused")
		}
	})
}

func TestCancelledAndClosedWritesChangeNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := d.Write(ctx, func(tx *db.Tx) error { return tx.Exec(put, "x", 1) }); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("cancelled: %v", err)
	}
	if n := count(t, d); n != 0 {
		t.Errorf("%d rows", n)
	}
	d.Close()
	if err := d.Write(t.Context(), func(*db.Tx) error { return nil }); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("closed: %v", err)
	}
}

func TestAFullDiskIsSaidClearlyAndDamagesNothing(t *testing.T) {
	d := dbtest.SQLite(t)
	small := `PRAGMA max_page_count = 1`
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.QueryRow(small).Scan(new(int)) }); err != nil {
		t.Fatal(err)
	}
	big := make([]byte, 1<<20)
	err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(put, string(big), 1) })
	if gov.KindOf(err) != gov.Unavailable || gov.PublicOf(err)[gov.Arabic] == "" {
		t.Fatalf("full disk: %v", err)
	}
	if n := count(t, d); n != 0 {
		t.Errorf("%d rows after a failed write", n)
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.QueryRow(`PRAGMA max_page_count = 1000000`).Scan(new(int)) }); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(put, "x", 1) }); err != nil {
		t.Errorf("after space was made: %v", err)
	}
}

func TestAReadOnlyFileIsSaidClearly(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "d.db")
	d, err := db.Open(t.Context(), file, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		if err := tx.Exec(`PRAGMA query_only = 1`); err != nil {
			return err
		}
		return tx.Exec(put, "x", 1)
	})
	if gov.KindOf(err) != gov.Unavailable {
		t.Errorf("read-only: %v", err)
	}
}

func TestOpeningWhatIsNoDatabase(t *testing.T) {
	file := filepath.Join(t.TempDir(), "d.db")
	if err := os.WriteFile(file, []byte("this is a letter, not a database, and longer than a header would be"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), file, db.Options{})
	if err == nil {
		_, err = d.Migrate(t.Context())
		d.Close()
	}
	if err == nil {
		t.Error("a letter was opened as a database")
	}
}

func TestIDsSortByTimeAndNeverRepeat(t *testing.T) {
	seen := map[string]bool{}
	last := ""
	for i := range 1000 {
		id := db.NewID(dbtest.Start.Add(1e6 * 1000))
		if len(id) != 26 || seen[id] || id <= last {
			t.Fatalf("id %q after %d", id, i)
		}
		seen[id], last = true, id
	}
	if later := db.NewID(dbtest.Start.Add(2e9 * 10)); later <= last {
		t.Errorf("%s is not after %s", later, last)
	}
}

func TestAGlanceReadsOneStatement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(put, "one", 7) }); err != nil {
			t.Fatal(err)
		}
		look := func(times int) (n int64, err error) {
			err = d.Glance(t.Context(), func(tx *db.Tx) error {
				for range times {
					if n, _, err = db.One(tx, db.Scalar[int64], `SELECT seq FROM journal_cursor WHERE follower = $1`, "one"); err != nil {
						return err
					}
				}
				return nil
			})
			return n, err
		}
		if n, err := look(1); n != 7 || err != nil {
			t.Error(n, err)
		}
		if _, err := look(2); err == nil {
			t.Error("a glance ran two statements")
		}
		if err := d.Glance(t.Context(), func(tx *db.Tx) error { return tx.Exec(put, "two", 1) }); err == nil {
			t.Error("a glance wrote")
		}
		if n := count(t, d); n != 1 { // and its connection is free again
			t.Error(n, "rows")
		}
	})
}

func TestListsOfTextsAreReadAsJSONWritesThem(t *testing.T) {
	for _, want := range [][]string{nil, {}, {""}, {"cases:read"}, {"a", "b", "ج"}, {`a"b`}, {`a","b`}, {"a\\"}, {"a b", "c"}} {
		var got []string
		if err := (db.Words[string]{To: &got}).Scan(db.JSON(want)); err != nil || !slices.Equal(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%q: %q, %v", want, got, err)
		}
	}
	var got []string
	for _, text := range []string{` [ "a", "b" ] `, `["a", "b"]`, "[\"a\",\n\"b\"]"} {
		if err := (db.Words[string]{To: &got}).Scan([]byte(text)); err != nil || !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	if err := (db.Words[string]{To: &got}).Scan(`["a`); err == nil {
		t.Error("a list cut off was read")
	}
}
