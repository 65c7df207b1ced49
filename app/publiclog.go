package app

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/internal/translog"
	"diwan.example/journal"
)

// openLogs makes the public logs ready: documents with decisions, the journal, and
// the access log.
func (a *App) openLogs(vault *sign.Vault) (err error) {
	var witnesses []translog.Witness
	for line := range strings.FieldsFuncSeq(a.Config.Witnesses, func(r rune) bool { return r == '\n' || r == ',' }) {
		w, err := translog.ReadWitness(line)
		if err != nil {
			return err
		}
		witnesses = append(witnesses, w)
	}
	o := translog.Options{DB: a.DB, Vault: vault, Log: a.Log, Witnesses: witnesses, Name: translog.Documents, Origin: a.origin() + "/log/documents"}
	if a.Public, err = translog.New(o); err != nil {
		return err
	}
	o.Name, o.Origin, o.Source = translog.Journal, a.origin()+"/log/journal", journal.Entries
	if a.Sealed, err = translog.New(o); err != nil {
		return err
	}
	o.Name, o.Origin, o.Source = translog.Looks, a.origin()+"/log/looks", journal.LookEntries
	o.Before = func(ctx context.Context) error { return journal.NumberLooks(ctx, a.DB) }
	a.Looks, err = translog.New(o)
	return err
}

// logs are all of them.
func (a *App) logs() []*translog.Log { return []*translog.Log{a.Public, a.Sealed, a.Looks} }

// origin is the address of the site without its scheme, as C2SP names logs.
func (a *App) origin() string {
	if u, err := url.Parse(a.Config.Origin); err == nil && u.Host != "" {
		return u.Host
	}
	return "diwan"
}

// keepLogs sequences the logs until ctx ends.
func (a *App) keepLogs(ctx context.Context) {
	var wg sync.WaitGroup
	for _, l := range a.logs() {
		wg.Go(func() { l.Run(ctx) })
		wg.Go(func() { l.RunWitnesses(ctx) })
	}
	wg.Go(func() {
		if n, err := a.Issuer.EnterEarlier(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "app: earlier documents are not in the public log", "entered", n, "err", err)
		}
	})
	wg.Wait()
}

// publicLogs serves the logs to anybody, each at /log/ and its name.
func (a *App) publicLogs() http.Handler {
	served := map[string]http.Handler{}
	for _, l := range a.logs() {
		served[string(l.Name())] = http.StripPrefix("/log/"+string(l.Name()), l.Handler())
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, _, inside := strings.Cut(strings.TrimPrefix(r.URL.Path, "/log/"), "/")
		if h := served[name]; h != nil && inside {
			h.ServeHTTP(w, r)
			return
		}
		http.NotFound(w, r)
	})
}

// decisionDomain is what the entries of decisions in the public log begin with.
const decisionDomain = "diwan decision"

// decided is what is entered of a decision: who is left out, and their words.
type decided struct {
	Case         string `json:"case"`
	Service      string `json:"service"`
	Version      string `json:"version"`
	Organisation string `json:"organisation"`
	Step         string `json:"step"`
	Outcome      string `json:"outcome"`
	Silent       bool   `json:"silent,omitempty"`
	At           int64  `json:"at"`
}

// enterDecision enters a decision on a case into the public log.
func (a *App) enterDecision(tx *db.Tx, c *casework.Case, d casework.Decision) error {
	return a.Public.Enter(tx, translog.Record{Domain: decisionDomain, Subject: string(c.ID), Kind: "decided"},
		decided{string(c.ID), string(c.Service), c.Version, string(c.Organisation), d.Step, d.Outcome, d.Silent, d.At})
}

// DecisionsLogged are the decisions on a case that stand in the public log, with
// what shows that to others. The caller has decided that the case may be seen.
func (a *App) DecisionsLogged(tx *db.Tx, id gov.CaseID) ([]translog.Record, error) {
	return a.Public.Records(tx, string(id))
}
