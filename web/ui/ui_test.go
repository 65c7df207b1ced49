package ui

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"diwan.example/gov"
)

var testPages = MustPages(fstest.MapFS{
	"hello.html": {Data: []byte(`{{define "title"}}{{t "test.hello" 3}}{{end}}{{define "main"}}<h1>{{t "test.hello" .Data}}</h1><a id="x" href="{{url "/cases" "q" "ب"}}">x</a>{{end}}`)},
	"form.html":  {Data: []byte(`{{define "main"}}{{template "problems" .Data.Problems}}<form method="post">{{template "fields" .Data.Fields}}</form>{{template "answers" (dict "Fields" .Data.Fields "Change" "/change")}}{{end}}`)},
	"texts.yaml": {Data: []byte("test.hello:\n  ar: {zero: \"لا طلبات\", one: \"طلب واحد\", two: \"طلبان\", few: \"{0} طلبات\", many: \"{0} طلبًا\", other: \"{0} طلب\"}\n  en: {one: \"{0} case\", other: \"{0} cases\"}\n")},
})

type log struct{ bytes.Buffer }

// newSite is a site with a page for every test and the actor named in a header.
func newSite(t *testing.T) (*Site, http.Handler, *log) {
	t.Helper()
	l := &log{}
	s := &Site{
		Country: Country{Name: gov.T("دولة", "Country"), Accent: "#8a1538", Currency: gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}},
		Log:     slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Clock:   func() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) },
		Actor: func(r *http.Request) (gov.Actor, string) {
			switch r.Header.Get("X-Test-Actor") {
			case "resident":
				return gov.Actor{Person: "p1"}, "سارة"
			case "officer":
				return gov.Actor{Person: "p2", Org: "moe", Roles: []gov.Role{gov.Officer}}, "Ali"
			}
			return gov.Actor{}, ""
		},
	}
	mux := http.NewServeMux()
	s.Mount(mux,
		Route{Pattern: "GET /hello/{name}", Guard: Anyone, Page: func(w http.ResponseWriter, r *http.Request) error {
			return testPages.Render(w, r, "hello", 2)
		}},
		Route{Pattern: "GET /mine", Guard: Resident, Page: func(w http.ResponseWriter, r *http.Request) error {
			return testPages.Render(w, r, "hello", 0)
		}},
		Route{Pattern: "POST /mine", Guard: Resident, Page: func(w http.ResponseWriter, r *http.Request) error { return Redirect(w, r, "/mine") }},
		Route{Pattern: "GET /desk", Guard: Role(gov.Officer), Page: func(w http.ResponseWriter, r *http.Request) error {
			return testPages.Render(w, r, "hello", 11)
		}},
		Route{Pattern: "POST /pay", Guard: Resident.AndStepUp(), Page: func(w http.ResponseWriter, r *http.Request) error { return nil }},
		Route{Pattern: "GET /fail/{kind}", Guard: Anyone, Page: func(w http.ResponseWriter, r *http.Request) error {
			if r.PathValue("kind") == "panic" {
				panic("a secret cause")
			}
			return gov.Fail(gov.Kind(r.PathValue("kind")), "نص آمن", "safe text").Because(fmt.Errorf("a secret cause"))
		}},
	)
	return s, s.Handler(mux), l
}

func do(h http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// find returns the first element that match accepts.
func find(t *testing.T, page string, match func(*html.Node) bool) *html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			return n
		}
	}
	return nil
}

func attr(n *html.Node, key string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func tagged(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Data == name }
}

func TestLanguageOfThePage(t *testing.T) {
	_, h, _ := newSite(t)
	for _, c := range []struct{ target, cookie, lang, dir, link string }{
		{"/hello/x", "", "ar", "rtl", "/cases?q=%D8%A8"},
		{"/hello/x", "lang=en", "en", "ltr", "/cases?q=%D8%A8"},
		{"/en/hello/x", "", "en", "ltr", "/en/cases?q=%D8%A8"},
		{"/ar/hello/x", "lang=en", "ar", "rtl", "/ar/cases?q=%D8%A8"},
	} {
		res := do(h, "GET", c.target, "Cookie", c.cookie)
		page := body(t, res)
		root := find(t, page, tagged("html"))
		if attr(root, "lang") != c.lang || attr(root, "dir") != c.dir {
			t.Errorf("%s %s: got lang %q dir %q", c.target, c.cookie, attr(root, "lang"), attr(root, "dir"))
		}
		if got := attr(find(t, page, func(n *html.Node) bool { return attr(n, "id") == "x" }), "href"); got != c.link {
			t.Errorf("%s %s: link %q, want %q", c.target, c.cookie, got, c.link)
		}
	}
	page := body(t, do(h, "GET", "/en/hello/x?a=1"))
	if other := attr(find(t, page, func(n *html.Node) bool { return n.Data == "a" && attr(n, "hreflang") == "ar" }), "href"); other != "/ar/hello/x?a=1" {
		t.Errorf("language switch leads to %q", other)
	}
	if c := do(h, "GET", "/en/hello/x").Cookies(); len(c) != 1 || c[0].Value != "en" {
		t.Errorf("the choice is not remembered: %v", c)
	}
}

func TestPlurals(t *testing.T) {
	want := map[int][2]string{0: {"لا طلبات", "0 cases"}, 1: {"طلب واحد", "1 case"}, 2: {"طلبان", "2 cases"},
		3: {"3 طلبات", "3 cases"}, 11: {"11 طلبًا", "11 cases"}, 100: {"100 طلب", "100 cases"}, 1003: {"1,003 طلبات", "1,003 cases"}}
	for n, w := range want {
		got := testPages.T("test.hello", n)
		if got[gov.Arabic] != w[0] || got[gov.English] != w[1] {
			t.Errorf("%d: %q", n, got)
		}
	}
}

func TestRouteWithoutGuardPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a route without a guard was mounted")
		}
	}()
	new(Site).Mount(http.NewServeMux(), Route{Pattern: "GET /open", Page: missing(http.NewServeMux())})
}

func TestGuards(t *testing.T) {
	_, h, _ := newSite(t)
	for _, c := range []struct {
		method, target, actor string
		status                int
		to                    string
	}{
		{"GET", "/mine?a=1", "", 303, "/sign-in?next=%2Fmine%3Fa%3D1"},
		{"GET", "/en/mine", "", 303, "/en/sign-in?next=%2Fmine"},
		{"GET", "/mine", "resident", 200, ""},
		{"GET", "/desk", "resident", 403, ""},
		{"GET", "/desk", "officer", 200, ""},
		{"POST", "/pay", "resident", 401, ""},
		{"GET", "/nowhere", "", 404, ""},
		{"GET", "/pay", "", 405, ""},
		{"POST", "/en/desk", "officer", 405, ""},
		{"PUT", "/desk", "officer", 405, ""},
	} {
		res := do(h, c.method, c.target, "X-Test-Actor", c.actor)
		if res.StatusCode != c.status || res.Header.Get("Location") != c.to {
			t.Errorf("%s %s as %q: %d %q", c.method, c.target, c.actor, res.StatusCode, res.Header.Get("Location"))
		}
	}
}

func TestAWrongMethodIsToldTheRightOne(t *testing.T) {
	_, h, _ := newSite(t)
	for _, c := range [][3]string{{"GET", "/pay", "POST"}, {"POST", "/desk", "GET"}, {"DELETE", "/en/mine", "GET, POST"}, {"POST", "/nowhere", ""}} {
		if res := do(h, c[0], c[1]); res.Header.Get("Allow") != c[2] {
			t.Errorf("%s %s: Allow %q, want %q", c[0], c[1], res.Header.Get("Allow"), c[2])
		}
	}
}

func TestStepUpLasts(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	g := Resident.AndStepUp()
	if err := g.Check(gov.Actor{Person: "p", StepUp: now.Add(-9 * time.Minute)}, now, 10*time.Minute); err != nil {
		t.Error(err)
	}
	if err := g.Check(gov.Actor{Person: "p", StepUp: now.Add(-11 * time.Minute)}, now, 10*time.Minute); gov.KindOf(err) != gov.SignIn {
		t.Error(err)
	}
}

func TestFormThatOutlivesItsSessionKeepsEverything(t *testing.T) {
	_, h, _ := newSite(t)
	r := httptest.NewRequest("POST", "/en/mine", strings.NewReader(url.Values{"name": {`"><b>سارة`}, "_add": {"x"}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	page := body(t, w.Result())
	in := find(t, page, func(n *html.Node) bool { return n.Data == "input" && attr(n, "name") == "name" })
	form := find(t, page, func(n *html.Node) bool { return n.Data == "form" && attr(n, "action") == "/en/mine" })
	if w.Code != 401 || attr(in, "value") != `"><b>سارة` || form == nil {
		t.Errorf("%d: what was typed is lost: %s", w.Code, page)
	}
}

func TestErrorPages(t *testing.T) {
	_, h, l := newSite(t)
	for kind, status := range map[string]int{"invalid": 422, "denied": 403, "not-found": 404, "conflict": 409, "too-many": 429, "unavailable": 503, "internal": 500, "panic": 500} {
		l.Reset()
		res := do(h, "GET", "/fail/"+kind)
		page, id := body(t, res), res.Header.Get("X-Request-Id")
		if res.StatusCode != status || id == "" || !strings.Contains(page, id) {
			t.Errorf("%s: status %d, id %q", kind, res.StatusCode, id)
		}
		if strings.Contains(page, "secret") || !strings.Contains(l.String(), "secret") {
			t.Errorf("%s: the cause belongs into the log and nowhere else: %s", kind, l)
		}
		if strings.Contains(page, "⟦") {
			t.Errorf("%s: a text is missing", kind)
		}
		res = do(h, "GET", "/en/fail/"+kind, "Accept", "application/json")
		if got := body(t, res); res.StatusCode != status || !strings.Contains(got, `"status":`+fmt.Sprint(status)) {
			t.Errorf("%s as JSON: %s", kind, got)
		}
	}
}

func TestLogNamesRoutesNotPaths(t *testing.T) {
	_, h, l := newSite(t)
	do(h, "GET", "/ar/hello/880101234?q=secret")
	if s := l.String(); strings.Contains(s, "880101234") || strings.Contains(s, "secret") || !strings.Contains(s, `route="GET /hello/{name}"`) {
		t.Error(s)
	}
}

func TestHeaders(t *testing.T) {
	_, h, _ := newSite(t)
	res := do(h, "GET", "/mine", "X-Test-Actor", "resident")
	csp := res.Header.Get("Content-Security-Policy")
	if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "script-src 'self';") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Error(csp)
	}
	if res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Error(res.Header)
	}
	page := body(t, res)
	if n := find(t, page, func(n *html.Node) bool {
		return attr(n, "style") != "" || attr(n, "onclick") != "" || n.Data == "style" || n.Data == "script" && attr(n, "src") == ""
	}); n != nil {
		t.Errorf("the policy refuses <%s %v>", n.Data, n.Attr)
	}
}

func TestCrossOriginWriteIsRefused(t *testing.T) {
	_, h, _ := newSite(t)
	if res := do(h, "POST", "/mine", "X-Test-Actor", "resident", "Sec-Fetch-Site", "cross-site"); res.StatusCode != 403 {
		t.Error(res.StatusCode)
	}
	if res := do(h, "POST", "/mine", "X-Test-Actor", "resident", "Sec-Fetch-Site", "same-origin"); res.StatusCode != 303 {
		t.Error(res.StatusCode)
	}
}

func TestAssets(t *testing.T) {
	s, h, _ := newSite(t)
	for _, u := range []string{assets["app.css"].url, assets["app.js"].url, s.countryCSS().url} {
		res := do(h, "GET", u, "Accept-Encoding", "gzip")
		if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || res.Header.Get("Content-Encoding") != "gzip" {
			t.Error(u, res.Status, res.Header)
		}
	}
	if res := do(h, "GET", "/assets/app.000.css"); res.StatusCode != 404 {
		t.Error(res.Status)
	}
	if css := string(s.countryCSS().body); !strings.Contains(css, "--accent:#8a1538") {
		t.Error(css)
	}
}

func TestAccentIsReadable(t *testing.T) {
	for _, c := range []string{"#ffee00", "#00ffff", "#000000", "#8a1538", "#ffffff"} {
		got, _ := parseColour(c)
		if r := contrast(got.readable(white, black, 4.5), white); r < 4.5 {
			t.Errorf("%s on white: %.1f", c, r)
		}
		if r := contrast(got.readable(darkPaper, white, 4.5), darkPaper); r < 4.5 {
			t.Errorf("%s on dark: %.1f", c, r)
		}
	}
}

func TestLocalPath(t *testing.T) {
	for next, want := range map[string]string{"/mine?a=1": "/mine?a=1", "//evil.example": "/", "https://evil.example/": "/", "/\\evil": "/", "": "/", "javascript:x": "/"} {
		if got := LocalPath(next, "/"); got != want {
			t.Errorf("%q: %q", next, got)
		}
	}
}

func TestPanicOfAHookIsAnswered(t *testing.T) {
	s := &Site{Log: slog.New(slog.DiscardHandler), Actor: func(*http.Request) (gov.Actor, string) { panic("no sessions") }}
	mux := http.NewServeMux()
	s.Mount(mux)
	if res := do(s.Handler(mux), "GET", "/"); res.StatusCode != 500 || !strings.Contains(body(t, res), "<h1>") {
		t.Error(res.Status)
	}
}

func TestOwnPagesParse(t *testing.T) {
	if err := own.Check(); err != nil || len(own.names) == 0 {
		t.Errorf("%d pages: %v", len(own.names), err)
	}
}
