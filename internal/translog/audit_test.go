package translog_test

import (
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/translog"
)

// audited are the problems that an audit tells, in English.
func audited(t *testing.T, l *translog.Log, elsewhere ...string) (out []string) {
	t.Helper()
	a := &translog.Audit{Log: l, Problem: func(x gov.Text) {
		if x[gov.Arabic] == "" {
			t.Errorf("said in one language only: %v", x)
		}
		out = append(out, x[gov.English])
	}}
	if err := a.Run(t.Context(), elsewhere...); err != nil {
		t.Fatal(err)
	}
	return out
}

func exec(t *testing.T, d *db.DB, q string, args ...any) {
	t.Helper()
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(q, args...) }); err != nil {
		t.Fatal(err)
	}
}

// filled is a log of 700 entries and one record.
func filled(t *testing.T, d *db.DB) *translog.Log {
	t.Helper()
	l := node(t, d, translog.Options{})
	queue(t, d, l, 0, 699)
	err := d.Write(t.Context(), func(tx *db.Tx) error {
		return l.Enter(tx, translog.Record{Domain: "diwan test", Subject: "s1", Kind: "ended"}, map[string]any{"why": "x"})
	})
	if err != nil {
		t.Fatal(err)
	}
	drain(t, l)
	return l
}

func TestAnAuditFindsWhateverWasChanged(t *testing.T) {
	for what, x := range map[string]struct {
		change string
		says   string
	}{
		"nothing":              {`UPDATE translog_log SET lease = 0`, ""},
		"a changed entry":      {`UPDATE translog_leaf SET entry = (SELECT entry FROM translog_leaf WHERE place = 4) WHERE place = 3`, "Entry 3 of the log"},
		"a removed entry":      {`DELETE FROM translog_leaf WHERE place = 300`, "Entry 300 of the log"},
		"a removed end":        {`DELETE FROM translog_leaf WHERE place > 690`, "Entry 691 of the log"},
		"two entries changed":  {`UPDATE translog_leaf SET place = CASE place WHEN 5 THEN 100006 WHEN 6 THEN 5 ELSE place END WHERE place IN (5, 6)`, "Entry 5 of the log"},
		"a changed tile":       {`UPDATE translog_tile SET data = (SELECT data FROM translog_tile WHERE level = 0 AND place = 1) WHERE level = 0 AND place = 0`, "were changed: level 0, number 0"},
		"a removed tile":       {`DELETE FROM translog_tile WHERE level = 1`, "Hashes of the log"},
		"a changed root":       {`UPDATE translog_log SET root = (SELECT entry FROM translog_leaf WHERE place = 3)`, "differs from its row"},
		"a smaller log":        {`UPDATE translog_log SET size = 699`, "differs from its row"},
		"a changed checkpoint": {`UPDATE translog_log SET note = replace(note, '700', '701')`, "not signed with its key"},
		"another key":          {`UPDATE translog_log SET vkey = clock`, "is not its own"},
		"a changed kept one":   {`UPDATE translog_kept SET note = replace(note, 'diwan', 'nawid')`, "A kept checkpoint (700 entries)"},
		"a changed record":     {`UPDATE translog_record SET body = replace(body, 'x', 'y')`, "What is recorded of s1"},
		"a record put in":      {`INSERT INTO translog_record (id, log, domain, subject, kind, salt, body, at) SELECT 'Z', log, domain, 's2', kind, salt, body || ' ', at FROM translog_record`, "What is recorded of s2"},
		"the log removed":      {`DELETE FROM translog_log`, "the whole log was removed"},
	} {
		t.Run(what, func(t *testing.T) {
			d := dbtest.SQLite(t)
			l := filled(t, d)
			note := status(t, d, l).Note
			exec(t, d, x.change)
			got := strings.Join(audited(t, l, note), "\n")
			if x.says == "" && got != "" || !strings.Contains(got, x.says) {
				t.Errorf("%s: %s", what, got)
			}
		})
	}
}

// Somebody who holds the database and the secret makes all of it anew. Only who
// kept a checkpoint elsewhere can tell.
func TestACheckpointKeptElsewhereFindsADatabaseMadeAnew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := filled(t, d)
		note := status(t, d, l).Note
		for _, table := range []string{"leaf", "tile", "kept", "record"} {
			exec(t, d, `DELETE FROM translog_`+table)
		}
		exec(t, d, `UPDATE translog_log SET size = 0, lease = 0`)
		queue(t, d, l, 1000, 1700)
		drain(t, node(t, d, translog.Options{}))
		if got := audited(t, l); len(got) != 0 {
			t.Errorf("without it: %v", got)
		}
		if got := audited(t, l, note); len(got) != 1 || !strings.Contains(got[0], "what lies before it was rewritten") {
			t.Errorf("with it: %v", got)
		}
	})
}

func TestWhatBelongsToNothingIsFound(t *testing.T) {
	d := dbtest.SQLite(t)
	l := filled(t, d)
	var got []string
	a := &translog.Audit{Log: l, Problem: func(x gov.Text) { got = append(got, x[gov.English]) }}
	if err := a.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := d.Read(t.Context(), func(tx *db.Tx) error {
		for i := range 699 {
			if i == 17 {
				continue
			}
			if err := a.Stands(tx, entry(i), gov.T("قيد", "entry")); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	a.Unclaimed()
	if len(got) != 1 || !strings.Contains(got[0], "Entry 17 ") {
		t.Errorf("%v", got)
	}
}
