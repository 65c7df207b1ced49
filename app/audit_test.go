package app_test

import (
	"net/http"
	"strings"
	"testing"

	"diwan.example/app"
	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
	"diwan.example/internal/translog"
)

// tamper changes a row behind the platform's back; TABLE is put in so that no
// statement here names a table of another package.
func tamper(t *testing.T, a *app.App, table, q string) {
	t.Helper()
	err := a.DB.Write(t.Context(), func(tx *db.Tx) error { return tx.Exec(strings.ReplaceAll(q, "TABLE", table)) })
	if err != nil {
		t.Fatal(err)
	}
}

func audited(t *testing.T, a *app.App, elsewhere ...string) (r app.Audited, said []string) {
	t.Helper()
	r, err := a.Audit(t.Context(), elsewhere, func(x gov.Text) { said = append(said, x[gov.English]) })
	if err != nil {
		t.Fatal(err)
	}
	return r, said
}

// decided plays one case to its end.
func decided(t *testing.T, a *app.App) *casework.Case {
	t.Helper()
	ctx := gov.WithActor(t.Context(), gov.System)
	p, err := newPlayer(ctx, a, func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.apply(ctx)
	for _, next := range []func() error{func() error { return err }, func() error { return p.pay(ctx, c) }, func() error { return a.Drain(ctx) },
		func() error { return p.decide(ctx, c.ID) }, func() error { return a.Drain(ctx) }} {
		if err := next(); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestAnAuditOfAWholeInstallation(t *testing.T) {
	a := tried(t)
	decided(t, a)
	decided(t, a)
	r, said := audited(t, a)
	if len(said) > 0 || r.Documents < 2 || r.Records < 2 || r.Facts < 20 || r.Looks < 1 || r.LooksUnsealed != 0 || r.Unsealed != 0 || r.Waiting != 0 {
		t.Fatalf("%+v %v", r, said)
	}
	note := ask(a, http.MethodGet, "/log/journal/checkpoint", nil).Body.String()
	if _, said := audited(t, a, note); len(said) > 0 {
		t.Errorf("against its own checkpoint: %v", said)
	}
	if _, said := audited(t, a, strings.ReplaceAll(note, "localhost", "elsewhere")); len(said) == 0 {
		t.Error("the checkpoint of another installation was taken")
	}
	for _, x := range []struct{ table, change, back, says string }{
		{"journal_fact", `UPDATE TABLE SET actor = 'x' || actor WHERE seq = 7`, `UPDATE TABLE SET actor = substr(actor, 2) WHERE seq = 7`, "Fact 7 ("},
		{"journal_fact", `UPDATE TABLE SET at = at + 1 WHERE seq = 3`, `UPDATE TABLE SET at = at - 1 WHERE seq = 3`, "Fact 3 ("},
		{"journal_fact", `UPDATE TABLE SET seq = seq + 1000000 WHERE seq = 9`, `UPDATE TABLE SET seq = 9 WHERE seq = 1000009`, "Fact 9 was removed"},
		{"journal_look", `UPDATE TABLE SET actor = 'x' || actor WHERE seq = 1`, `UPDATE TABLE SET actor = substr(actor, 2) WHERE seq = 1`, "Look 1 ("},
		{"document_issued", `UPDATE TABLE SET holder = holder || 'x'`, `UPDATE TABLE SET holder = replace(holder, 'x', '')`, "differs from what its organisation signed"},
		{"document_issued", `UPDATE TABLE SET state = 'revoked'`, `UPDATE TABLE SET state = 'valid'`, `its row says "Revoked", and the last that was entered is "Valid"`},
		{"document_issued", `UPDATE TABLE SET salt = NULL`, "", "it was never entered in the public log"},
	} {
		tamper(t, a, x.table, x.change)
		if _, said := audited(t, a); !strings.Contains(strings.Join(said, "\n"), x.says) {
			t.Errorf("%s: %v", x.change, said)
		}
		if x.back != "" {
			tamper(t, a, x.table, x.back)
		}
	}
	tamper(t, a, "document_issued", `DELETE FROM TABLE`)
	if _, said := audited(t, a); !strings.Contains(strings.Join(said, "\n"), "belongs to nothing that is stored") {
		t.Errorf("documents were removed: %v", said)
	}
}

func TestDecisionsStandInThePublicLog(t *testing.T) {
	a := tried(t)
	ctx := gov.WithActor(t.Context(), gov.System)
	c := decided(t, a)
	var all []translog.Record
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if all, err = a.DecisionsLogged(tx, c.ID); err != nil || len(all) == 0 {
			t.Fatalf("%v %v", all, err)
		}
		pr, _, ok, err := a.Public.Proof(tx, all[0].Entry())
		if err != nil || !ok {
			t.Fatalf("no proof: %v", err)
		}
		k, err := a.Public.Keys(tx)
		if err == nil {
			_, err = pr.Verify(all[0].Opening().Entry(""), k)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if len(all) > 0 && (strings.Contains(all[0].Body, string(c.Applicant)) || strings.Contains(all[0].Body, "33000001")) {
		t.Errorf("the entry speaks of people: %s", all[0].Body)
	}
	for path, code := range map[string]int{"/log/documents/checkpoint": 200, "/log/documents/key": 200, "/log/documents/tile/0/000.p/1": 200, "/log/documents/tile/entries/000.p/1": 200,
		"/log/journal/checkpoint": 200, "/log/journal/tile/0/000.p/1": 200, "/log/journal/tile/entries/000.p/1": 404,
		"/log/looks/checkpoint": 200, "/log/looks/tile/entries/000.p/1": 404, "/log/other/checkpoint": 404, "/log/documents/": 404} {
		w := ask(a, http.MethodGet, path, nil)
		if w.Code != code {
			t.Errorf("%s: %d, want %d", path, w.Code, code)
		}
	}
	k, err := merkle.ReadKeys(ask(a, http.MethodGet, "/log/documents/key", nil).Body.String())
	if err != nil || k.Origin() != "localhost/log/documents" {
		t.Errorf("%+v %v", k, err)
	}
}
