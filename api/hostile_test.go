package api

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"diwan.example/internal/db/dbtest"
)

func TestWhatCannotBeReadIsRefused(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		token := w.token(w.Resident(1))
		at := root + "/applications"
		for name, x := range map[string]struct {
			body, kind string
			status     int
		}{
			"half":               {`{"service": "identity`, "application/json", 400},
			"rubbish":            {`&&&`, "application/json", 400},
			"empty":              {``, "application/json", 400},
			"a list":             {`[]`, "application/json", 422},
			"null":               {`null`, "application/json", 422},
			"unknown field":      {`{"service": "identity-card/renewal", "draft": true, "admin": true}`, "application/json", 422},
			"wrong type":         {`{"service": 7}`, "application/json", 422},
			"no service":         {`{}`, "application/json", 422},
			"not UTF-8":          {"{\"service\": \"\xff\xfe\"}", "application/json", 422},
			"U+0000":             {`{"service": "identity-card/renewal", "draft": true, "answers": {"phone": "\u0000"}}`, "application/json", 422},
			"another charset":    {`{"service": "identity-card/renewal", "draft": true}`, "application/json; charset=windows-1256", 415},
			"a form":             {`service=identity-card/renewal`, "application/x-www-form-urlencoded", 415},
			"text":               {`{"service": "identity-card/renewal", "draft": true}`, "text/plain", 415},
			"unknown type":       {`{}`, "/;;", 415},
			"too large":          {`{"service": "` + strings.Repeat("x", longestBody) + `"}`, "application/json", 413},
			"deep":               {`{"service": "identity-card/renewal", "answers": {"x": ` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}}`, "application/json", 400},
			"a service too long": {`{"service": "` + strings.Repeat("x", 500) + `"}`, "application/json", 422},
			"private question":   {`{"service": "identity-card/renewal", "answers": {"no_such_question": 1}}`, "application/json", 422},
		} {
			if got := w.call(token, "POST", at, x.body, "Content-Type", x.kind); got.status != x.status {
				t.Errorf("%s: %d, not %d: %.300s", name, got.status, x.status, got.body)
			} else {
				got.problem(x.status)
			}
		}
		w.call(token, "POST", at, `{"service": "identity-card/renewal", "draft": true}`, "Content-Type", "application/json; charset=UTF-8").want(201)
		if n := w.cases(w.Resident(1)); n != 1 {
			t.Fatal(n, "cases")
		}
	})
}

func TestAddressesThatAreNone(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		token := w.token(w.officer(1, "iga"))
		for path, status := range map[string]int{
			"/nothing": 404, "/charges//receipts": 404, "/applications/../token": 404, "/applications/": 404, "/applications/%00": 422, "/applications/%ff": 422, "/applications/x%2Fy": 404, "/tasks/" + strings.Repeat("x", 500): 422,
			"/applications?cursor=%00": 422, "/tasks?cursor=YWJj": 422, "/services?cursor=LTE": 422, "/figures?from=never": 422, "/figures?from=2026-12-01&to=2026-01-01": 422,
			"/figures/no-such/rows": 404, "/services/no/such": 404, "/services/no/such/form": 404, "/packs/identity-card/renewal/versions/9": 404,
		} {
			w.call(token, "GET", root+path, nil).problem(status)
		}
		got := w.call(token, "DELETE", root+"/applications", nil)
		if got.problem(405); got.header.Get("Allow") != "GET, POST" {
			t.Error(got.header)
		}
		w.call(token, "GET", "/api/v2/applications", nil).problem(404)
	})
}

// FuzzQuery sends what nobody would to everything that can be read: the answer
// is never our fault.
func FuzzQuery(f *testing.F) {
	w := newWorld(f, dbtest.SQLite(f))
	token := w.token(w.officer(1, "iga"))
	for _, q := range []string{"", "q=%D8%A8", "cursor=MQ", "limit=-1", "limit=99999999999999999999", "q=%00", "q=%ff", "%", "a=1&a=2", "mine=yes", "cursor=MTIgYQ", "from=2026-01-01&by=place", ";;", "q=%22%27*%28"} {
		for i := range 6 {
			f.Add(uint8(i*7), q, "x")
		}
	}
	var reads []route
	for _, r := range w.serve.(*server).routes {
		if r.method == http.MethodGet {
			reads = append(reads, r)
		}
	}
	f.Fuzz(func(t *testing.T, n uint8, query, id string) {
		r := reads[int(n)%len(reads)]
		path := root + r.path
		for strings.Contains(path, "{") {
			i, j := strings.Index(path, "{"), strings.Index(path, "}")
			path = path[:i] + url.PathEscape(id) + path[j+1:]
		}
		req, err := http.NewRequest(http.MethodGet, "http://localhost/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if req.URL.Path, err = url.PathUnescape(path); err != nil {
			return
		}
		req.URL.RawPath, req.URL.RawQuery = path, query
		req.Header.Set("Authorization", "Bearer "+token)
		rec := httptest.NewRecorder()
		w.serve.ServeHTTP(rec, req)
		if rec.Code >= 500 {
			t.Fatalf("%s ?%q: %d %s", path, query, rec.Code, rec.Body)
		}
	})
}

func TestAMistakeOfOursIsAProblemToo(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	token := w.token(w.Resident(1))
	w.Cases.Issuer = nil
	p := w.call(token, "GET", root+"/documents", nil).problem(500)
	if p.Kind != "internal" || strings.Contains(p.Detail, "nil") || len(p.Instance) < 20 {
		t.Fatalf("%+v", p)
	}
	w.api.Book = nil
	w.call("", "GET", root+"/organisations", nil).problem(500)
}
