package api

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/notify"
)

// bodies are right bodies of the operations that take one.
var bodies = map[string]any{
	"apply":      Application{Service: "identity-card/renewal", Draft: true},
	"save-draft": Answers{map[string]any{"delivery": "pickup"}}, "correct": Answers{map[string]any{"delivery": "pickup"}},
	"appeal": Words{"أعترض"}, "dispute-held": Words{"ليس هذا صفي"}, "write-note": Words{"ملاحظة"}, "send-message": `{"fields": {}}`, "begin-payment": `{}`,
	"settle-at-counter": `{"reference": "S-1"}`, "refund-charge": `{"amount": 100, "reason": "خطأ"}`, "assign-task": `{"to": "p"}`,
	"decide-task": Verdict{Outcome: "approve"}, "share-document": `{"claims": ["name"]}`, "revoke-document": `{"reason": {"ar": "خطأ", "en": "Mistake"}}`,
	"grant-mandate": `{"holder": "p", "for": "cr-1", "kind": "company", "source": "register"}`, "appoint": `{"roles": ["officer"]}`,
	"subscribe":     `{"url": "https://systems.example/x", "events": ["case.closed"]}`,
	"fetch-changes": `{"after": 0}`, "publish-change": `{"id": "C-1", "topic": "none", "person": "1", "values": {}}`,
	"check-pack": Files{map[string]string{}}, "replay-pack": Files{map[string]string{}}, "publish-pack": Files{map[string]string{}},
}

// things are the ids of one finished and one open case of somebody, and all about them.
func (w *world) things() (finished, open map[string]string) {
	sara, officer := w.Resident(1), w.officer(2, "iga")
	paths := func(c *casework.Case, task gov.TaskID, charge gov.ChargeID) map[string]string {
		v := w.Case(sara, c.ID)
		doc := "none"
		if len(v.Track.Documents) > 0 {
			doc = string(v.Track.Documents[0])
		}
		return map[string]string{"{id}": string(c.ID), "{task}": string(task), "{charge}": string(charge), "{document}": doc, "{area}/{name}": "identity-card/renewal",
			"{name}": "decision", "{version}": "1", "{person}": string(sara.Person), "{figure}": "submitted", "{blob}": "sha256-0", "{code}": "none"}
	}
	one := w.Apply(sara, "identity-card/renewal", w.Renewal(sara))
	charge := w.Case(sara, one.ID).Charge
	w.Pay(sara, one.ID)
	task := w.Task(sara, one.ID).ID
	if err := w.Decide(officer, task, casework.Verdict{Outcome: "approve"}); err != nil {
		w.T.Fatal(err)
	}
	two := w.Apply(sara, "identity-card/renewal", w.Renewal(sara))
	charge2 := w.Case(sara, two.ID).Charge
	w.Pay(sara, two.ID)
	w.Do(gov.System, func(tx *db.Tx) error {
		return notify.Tell(tx, notify.Message{To: sara.Person, Subject: gov.T("سر", "Secret"), Body: gov.T("سر", "Secret")})
	})
	return paths(one, task, charge), paths(two, w.Task(sara, two.ID).ID, charge2)
}

func filled(r route, things map[string]string) string {
	p := r.path
	p = strings.ReplaceAll(p, "{area}/{name}", things["{area}/{name}"])
	for k, v := range things {
		p = strings.ReplaceAll(p, k, v)
	}
	if r.id == "upload-file" {
		p += "?question=photo&name=x.png&application=" + things["{id}"]
	}
	if r.tag == "staff" {
		p += "?organisation=iga"
	}
	return root + p
}

func TestEveryOperationNamesAScopeOrIsPublic(t *testing.T) {
	open := []string{"search-services", "get-service", "get-service-form", "get-service-procedure", "list-organisations", "list-life-events", "verify-document", "verify-file"}
	var known []string
	for _, s := range Scopes() {
		known = append(known, s.Name)
		if len(s.Words.Missing(gov.Arabic, gov.English)) > 0 {
			t.Error(s.Name, "lacks words")
		}
	}
	used := map[string]bool{}
	for _, r := range (&API{}).serve().routes {
		used[r.scope] = true
		if r.scope == public != slices.Contains(open, r.id) {
			t.Errorf("%s is open to everybody: is that meant?", r.id)
		}
		if r.scope != public && !slices.Contains(known, r.scope) {
			t.Errorf("%s: no scope %q", r.id, r.scope)
		}
		if len(r.name.Missing(gov.Arabic, gov.English)) > 0 || r.tag == "" {
			t.Errorf("%s lacks words", r.id)
		}
	}
	for _, k := range known {
		if !used[k] {
			t.Errorf("no operation needs scope %q", k)
		}
	}
}

func TestNobodyGetsInWithoutATokenOrItsScope(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		_, things := w.things()
		routes := w.serve.(*server).routes
		officer := w.officer(2, "iga")
		narrow := map[string]string{}
		for _, r := range routes {
			if r.scope == public {
				continue
			}
			path := filled(r, things)
			for name, token := range map[string]string{"nothing": "", "rubbish": "rubbish", "an unknown token": "diwan_" + strings.Repeat("a", 43)} {
				if got := w.call(token, r.method, path, bodies[r.id]); got.status != 401 || got.header.Get("WWW-Authenticate") == "" {
					t.Errorf("%s with %s: %d", r.id, name, got.status)
				}
			}
			if narrow[r.scope] == "" {
				var rest []string
				for _, s := range Scopes() {
					if s.Name != r.scope {
						rest = append(rest, s.Name)
					}
				}
				narrow[r.scope] = w.token(officer, rest...)
			}
			if got := w.call(narrow[r.scope], r.method, path, bodies[r.id]); got.status != 403 {
				t.Errorf("%s without its scope: %d %s", r.id, got.status, got.body)
			}
		}
	})
}

// theirOwn are the operations that everybody may use for what is theirs.
var theirOwn = []string{"apply", "list-applications", "list-charges", "list-documents", "list-asked", "list-messages", "read-all-messages",
	"get-token", "list-tokens", "list-mandates", "list-mandates-given", "count-tasks", "list-events", "list-looks"}

func TestToAStrangerNothingExists(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		finished, open := w.things()
		sara := w.Resident(1)
		strangers := map[string]string{
			"another resident":                   w.token(w.Resident(7)),
			"an officer of another organisation": w.token(w.staff(8, "moe", gov.Officer, gov.Supervisor, gov.Head)),
		}
		for who, token := range strangers {
			for _, things := range []map[string]string{finished, open} {
				for _, r := range w.serve.(*server).routes {
					if r.scope == public {
						continue
					}
					got := w.call(token, r.method, filled(r, things), bodies[r.id])
					own := slices.Contains(theirOwn, r.id) || who != "another resident" && ofOffice(r.id)
					if !own && got.status != 404 && got.status != 403 && !(got.status == 422 && (r.tag == "packs" || r.id == "assign-task")) {
						t.Errorf("%s by %s: %d %s", r.id, who, got.status, got.body)
					}
					if strings.Contains(r.path, "{id}") && r.tag == "applications" && got.status != 404 {
						t.Errorf("%s tells %s that the case exists: %d", r.id, who, got.status)
					}
					for _, secret := range []string{finished["{id}"], open["{id}"], string(sara.Person), "Secret"} {
						if strings.Contains(string(got.body), secret) {
							t.Errorf("%s shows %s %q", r.id, who, secret)
						}
					}
				}
			}
		}
		if got := w.Case(sara, gov.CaseID(open["{id}"])); got.State != casework.Open {
			t.Error("a stranger changed the case", got.State)
		}
	})
}

// ofOffice are the operations that staff may use for their own organisation.
func ofOffice(id string) bool {
	return slices.Contains([]string{"list-tasks", "search-applications", "list-subscriptions", "list-change-subscriptions", "subscribe", "get-figures", "list-figure-rows"}, id)
}

func TestACookieIsNoToken(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		w.api.Gate.OneClick = true
		ctx := gov.WithActor(t.Context(), gov.Actor{})
		session, err := w.api.Gate.EnterDirectly(ctx, w.Resident(1).Person, clientHere())
		if err != nil {
			t.Fatal(err)
		}
		rec := httptest.NewRecorder()
		w.api.Gate.SetCookie(rec, session)
		cookie, _, _ := strings.Cut(rec.Header().Get("Set-Cookie"), ";")
		w.call("", "GET", root+"/applications", nil, "Cookie", cookie).problem(401)
		w.call("", "POST", root+"/applications", bodies["apply"], "Cookie", cookie).problem(401)
		w.call(session, "GET", root+"/applications", nil).problem(401)
	})
}

func TestATokenIsLimited(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		w.api.PerMinute, w.api.PublicPerMinute = 100, 50
		w.serve = w.api.Handler()
		token, limited := w.token(w.Resident(1)), 0
		for range 130 {
			if got := w.call(token, "GET", root+"/applications", nil); got.status == 429 {
				limited++
				if got.problem(429); got.header.Get("Retry-After") == "" {
					t.Fatal(got.header)
				}
			}
		}
		if limited != 30 {
			t.Fatal(limited, "refused")
		}
		w.call(w.token(w.Resident(2)), "GET", root+"/applications", nil).want(200)
		last := 0
		for range 60 {
			last = w.call("", "GET", root+"/verify/none", nil).status
		}
		if last != 429 {
			t.Fatal(last)
		}
		if w.call(w.token(w.Resident(2)), "GET", root+"/verify/none", nil).want(200); w.call("dwn_nobodys", "GET", root+"/verify/none", nil).status == 200 {
			t.Fatal("what is public may be asked with a token of nobody's, and without a limit")
		}
	})
}
