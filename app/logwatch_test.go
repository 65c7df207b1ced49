package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/internal/merkle"
	"diwan.example/notify"
)

// The log is away: documents are issued all the same, operators are told once, and
// once more when it is back.
func TestOperatorsAreToldOfALogThatStandsStill(t *testing.T) {
	a := tried(t)
	ctx := gov.WithActor(t.Context(), gov.System)
	decided(t, a)
	told := func(words string) (n int) {
		var list []notify.Message
		var all []gov.PersonID
		err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { all, err = identity.Operators(tx); return err })
		if err == nil {
			err = a.DB.Read(gov.WithActor(ctx, gov.Actor{Person: all[0]}), func(tx *db.Tx) (err error) { list, err = notify.Inbox(tx, "", 50); return err })
		}
		for _, m := range list {
			n += strings.Count(m.Subject[gov.English], words)
		}
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	now := time.Now()
	a.DB.SetClock(func() time.Time { return now })
	if err := a.DB.Write(ctx, func(tx *db.Tx) error {
		if err := jobs.Schedule(tx, jobs.Job{Kind: "app.log-watch", Key: "minute", At: now}); err != nil {
			return err
		}
		return a.Public.Append(tx, merkle.Entry{1})
	}); err != nil {
		t.Fatal(err)
	}
	for range 4 { // the sequencer does not run; only the jobs do
		now = now.Add(61 * time.Second)
		if _, err := a.Worker.RunDue(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if n := told("The log of documents and decisions stands still"); n != 1 {
		t.Errorf("operators were told %d times", n)
	}
	if err := a.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	now = now.Add(61 * time.Second)
	if _, err := a.Worker.RunDue(ctx); err != nil {
		t.Fatal(err)
	}
	if n := told("The log of documents and decisions goes on again"); n != 1 {
		t.Errorf("operators were told %d times that it is back", n)
	}
}

func TestThePageOfThePublicLog(t *testing.T) {
	a := tried(t)
	decided(t, a)
	for path, words := range map[string]string{"/log": "السجل العام", "/en/log": "diwan log monitor http://localhost/log/documents"} {
		w := ask(a, http.MethodGet, path, nil)
		if w.Code != 200 || !strings.Contains(w.Body.String(), words) || !strings.Contains(w.Body.String(), "localhost/log/journal") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for path, words := range map[string]string{"/trust": "البصمة التي تقارنها", "/en/trust": "http://localhost/.well-known/diwan-trust-list"} {
		if w := ask(a, http.MethodGet, path, nil); w.Code != 200 || !strings.Contains(w.Body.String(), words) {
			t.Errorf("%s: %d\n%s", path, w.Code, w.Body)
		}
	}
	if w := ask(a, http.MethodGet, "/metrics", nil); !strings.Contains(w.Body.String(), `diwan_log_entries{log="documents"}`) {
		t.Error("no figures for operators")
	}
}
