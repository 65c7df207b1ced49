package app_test

import (
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// session signs a sample account in and returns its cookie.
func session(t testing.TB, a *app.App, account string) *http.Cookie {
	t.Helper()
	all, err := a.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.Account.ID != account {
			continue
		}
		token, err := a.Gate.EnterDirectly(t.Context(), x.ID, identity.Client{Address: "127.0.0.1", Channel: gov.Portal})
		if err != nil {
			t.Fatal(err)
		}
		if x.Org != "" {
			actor, _, _, err := a.Gate.Actor(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			if err := a.Gate.Switch(gov.WithActor(t.Context(), actor), x.Org); err != nil {
				t.Fatal(err)
			}
		}
		rec := httptest.NewRecorder()
		a.Gate.SetCookie(rec, token)
		return rec.Result().Cookies()[0]
	}
	t.Fatalf("no account %q", account)
	return nil
}

func ask(a *app.App, method, path string, c *http.Cookie) *httptest.ResponseRecorder {
	body := ""
	if method == http.MethodPost {
		body = url.Values{"x": {"1"}}.Encode()
	}
	r := httptest.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if c != nil {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	a.Handler.ServeHTTP(w, r)
	return w
}

var wildcard = regexp.MustCompile(`\{([a-z]+)(\.\.\.)?\}`)

// real fills a route's wildcards with things that exist and belong to somebody.
func real(pattern string, things map[string]string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	path = strings.TrimSuffix(path, "{$}")
	return method, wildcard.ReplaceAllStringFunc(path, func(m string) string {
		name := wildcard.FindStringSubmatch(m)[1]
		if v := things[name]; v != "" {
			return v
		}
		return "x"
	})
}

// one case of the resident's, on an officer's desk, for others to try to reach.
func livedIn(t testing.TB, a *app.App) map[string]string {
	t.Helper()
	ctx := gov.WithActor(t.Context(), gov.System)
	p, err := newPlayer(ctx, a, func(string, ...any) {})
	if err != nil {
		t.Fatal(err)
	}
	c, err := p.apply(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.pay(ctx, c); err != nil {
		t.Fatal(err)
	}
	if err := a.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	things := map[string]string{"id": string(c.ID), "case": string(c.ID), "area": "identity-card", "name": "renewal", "org": "iga", "page": "photo", "scheme": "eu", "part": "what", "registry": "population"}
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		_, ts, err := a.Cases.Peek(tx, c.ID)
		things["task"] = string(ts[0].ID)
		if err != nil {
			return err
		}
		held, err := a.Records.OfPerson(tx, "population", c.Applicant, time.Time{})
		things["record"] = held[0].ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return things
}

// Whoever a route is not for gets nothing there: not the page, and no sign that
// the thing exists.
func TestAStrangerToARouteGetsNothing(t *testing.T) {
	a := tried(t)
	things := livedIn(t, a)
	for k, v := range met(t, a) {
		things[k] = v
	}
	visitors := map[string]*http.Cookie{"nobody": nil}
	for _, account := range []string{"resident", "parent", "officer", "owner", "head", "committee", "auditor", "operator", "moe-officer"} {
		visitors[account] = session(t, a, account)
	}
	owner := "resident" // the player is the sample's resident
	refused := 0
	for _, route := range a.Site.Routes() {
		method, path := real(route.Pattern, things)
		if method == "" || route.Guard == "" {
			t.Errorf("route %q has no method or guard", route.Pattern)
			continue
		}
		for name, cookie := range visitors {
			w := ask(a, method, path, cookie)
			if w.Code >= 500 {
				t.Errorf("%s %s as %s: %d", method, path, name, w.Code)
			}
			// The applicant's answer; a pack's own examples hold the same invented number.
			leaks := strings.Contains(w.Body.String(), "33000001") && !strings.HasPrefix(path, "/admin/packs/")
			staff := name == "officer"
			if leaks && name != owner && !staff {
				t.Errorf("%s %s as %s shows the applicant's answers (%d)", method, path, name, w.Code)
			}
			sits := name == "committee" || name == "auditor"
			if strings.Contains(w.Body.String(), secret) && !sits {
				t.Errorf("%s %s as %s shows a decision that is not published (%d)", method, path, name, w.Code)
			}
			if w.Code == 403 || w.Code == 404 || w.Code == 401 || w.Code == 303 {
				refused++
			}
			if name == "nobody" && route.Guard != "anyone" && w.Code < 300 {
				t.Errorf("%s %s is open to nobody in particular: %d (guard %s)", method, path, w.Code, route.Guard)
			}
		}
	}
	if refused < 200 {
		t.Errorf("only %d refusals; the test says little", refused)
	}
}

// Whatever stands in a query, no page breaks.
func TestNoQueryBreaksAPage(t *testing.T) {
	a := tried(t)
	things := livedIn(t, a)
	cookies := []*http.Cookie{session(t, a, "resident"), session(t, a, "officer"), session(t, a, "committee"), session(t, a, "operator")}
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, route := range a.Site.Routes() {
		method, path := real(route.Pattern, things)
		if method != http.MethodGet {
			continue
		}
		for range 4 {
			q := url.Values{}
			for _, k := range []string{"q", "page", "cursor", "before", "after", "from", "to", "org", "entity", "event", "online", "figure", "sort", "service", "next", "lang", "n", "by", "year", "w-volume", "start", "target", "shift", "answer", "item", "capacity", "at"} {
				if rnd.IntN(2) == 0 {
					q.Set(k, nasty[rnd.IntN(len(nasty))])
				}
			}
			for _, c := range cookies {
				if w := ask(a, method, path+"?"+q.Encode(), c); w.Code >= 500 {
					t.Errorf("%s?%s: %d", path, q.Encode(), w.Code)
				}
			}
		}
	}
}

var nasty = []string{"", "-1", "999999999999999999999", "\x00", "%", "'; DROP TABLE x; --", "\u202e٣", "2026-02-31", "0001-01-01", "9999-12-31", "//evil.example", "<script>",
	strings.Repeat("ا", 5000), "NaN", "1e309", "../../etc/passwd", "{{.}}", "\xff\xfe"}
