package app_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/committee"
	"diwan.example/programme/forum"
)

// met is the sample country with its committees, and one of each thing in them.
func met(t testing.TB, a *app.App) map[string]string {
	t.Helper()
	if err := a.SeedCommittees(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	things := map[string]string{"board": "services"}
	err := a.DB.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		ms, err := committee.Meetings(tx, "supreme")
		if err != nil {
			return err
		}
		for _, m := range ms {
			if m.State == committee.Minuted {
				things["meeting"] = m.ID // its decision is not published yet
			}
			if m.State == committee.Planned {
				things["planned"] = m.ID
			}
		}
		ds, err := committee.Decisions(tx, committee.Search{Meeting: things["meeting"]})
		if err != nil || len(ds) != 1 {
			t.Fatal(err, len(ds))
		}
		things["decision"] = ds[0].ID
		as, err := committee.Actions(tx, committee.Ask{Org: "iga", State: committee.ActionOpen})
		if err != nil || len(as) == 0 {
			t.Fatal(err, len(as))
		}
		things["action"] = as[0].ID
		f, err := forum.Latest(tx)
		if err != nil {
			return err
		}
		sessions, err := forum.Agenda(tx, f.ID)
		if err != nil {
			return err
		}
		orgs := map[gov.OrgID]bool{}
		for _, s := range sessions {
			orgs[s.Org] = true
			if s.Org == "iga" {
				things["session"] = s.ID
			}
		}
		if len(f.Days) != 4 || len(orgs) != 29 { // 28 entities, and the forum itself
			t.Errorf("%d days, %d entities", len(f.Days), len(orgs)-1)
		}
		pub, err := committee.Decisions(tx, committee.Search{Service: "identity-card/renewal"})
		things["published"] = pub[0].ID
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return things
}

const secret = "insured person&#39;s statement" // in the decision that is not published

func TestCommitteesOnPages(t *testing.T) {
	a := tried(t)
	things := met(t, a)
	paths := []string{"/forum", "/forum?day=all", "/forum/sessions/" + things["session"], "/forum/sessions/" + things["session"] + "/edit", "/forum/sessions/" + things["session"] + "/decide",
		"/forum/sessions/" + things["session"] + "/files", "/forum/new", "/committees", "/committees/brief", "/committees/of/services", "/committees/of/supreme", "/committees/meetings/" + things["meeting"], "/committees/meetings/" + things["planned"],
		"/committees/decisions", "/committees/decisions?board=services&state=deferred", "/committees/decisions/" + things["decision"], "/committees/decisions/" + things["published"],
		"/committees/actions", "/committees/actions?show=overdue", "/committees/actions/" + things["action"], "/committees/actions/" + things["action"] + "/report",
		"/committees/of/services/plan", "/committees/meetings/" + things["planned"] + "/edit", "/committees/meetings/" + things["meeting"] + "/minutes", "/committees/meetings/" + things["meeting"] + "/decide?item=2",
		"/committees/meetings/" + things["meeting"] + "/papers", "/committees/decisions/" + things["decision"] + "/assign", "/committees/decisions/" + things["decision"] + "/revoke"}
	authority := session(t, a, "authority")
	for _, lang := range []string{"/ar", "/en"} {
		for _, path := range paths {
			w := ask(a, "GET", lang+path, authority)
			body := w.Body.String()
			if w.Code != 200 {
				t.Errorf("%s%s: %d", lang, path, w.Code)
			}
			for _, bad := range []string{"⟦", "no value", "ZgotmplZ", "%!", "style="} {
				if strings.Contains(body, bad) {
					t.Errorf("%s%s contains %q", lang, path, bad)
				}
			}
			if len(body) > 60<<10 {
				t.Errorf("%s%s weighs %d bytes", lang, path, len(body))
			}
		}
	}
	for _, l := range []string{"ar", "en"} {
		w := ask(a, "GET", "/committees/meetings/"+things["meeting"]+"/pack.pdf?in="+l, authority)
		if w.Code != 200 || !strings.HasPrefix(w.Body.String(), "%PDF-") || w.Body.Len() > 400<<10 {
			t.Errorf("the pack in %s: %d, %d bytes", l, w.Code, w.Body.Len())
		}
	}
	head := session(t, a, "head") // of iga: owes some actions, sits nowhere
	for path, want := range map[string]int{"/committees": 200, "/committees/decisions/" + things["published"]: 200, "/committees/actions/" + things["action"]: 200,
		"/committees/of/services": 404, "/committees/meetings/" + things["meeting"]: 404, "/committees/decisions/" + things["decision"]: 404, "/committees/meetings/" + things["meeting"] + "/minutes": 404,
		"/committees/meetings/" + things["meeting"] + "/pack.pdf": 404, "/committees/brief": 404} {
		w := ask(a, "GET", "/en"+path, head)
		if w.Code != want || strings.Contains(w.Body.String(), secret) {
			t.Errorf("the head gets %s: %d, want %d", path, w.Code, want)
		}
	}
	opened := 0 // every figure of the five minutes opens to rows
	brief := ask(a, "GET", "/en/committees/brief", session(t, a, "committee")).Body.String()
	if !strings.Contains(brief, "Online by the entities’ word: 70 of 80") || !strings.Contains(brief, "as likely as not by") || !strings.Contains(brief, "nine chances in ten by") || !strings.Contains(brief, "The past is too short") {
		t.Error("the five minutes do not say when it will be done, by each basis apart")
	}
	for _, m := range regexp.MustCompile(`href="(/en/oversight[^"#]*)`).FindAllStringSubmatch(brief, -1) {
		if w := ask(a, "GET", strings.ReplaceAll(m[1], "&amp;", "&"), session(t, a, "committee")); w.Code != 200 {
			t.Errorf("a figure opens to %s: %d", m[1], w.Code)
		}
		opened++
	}
	if opened < 4 { // shares of no cases at all open to nothing
		t.Errorf("%d figures open to their rows", opened)
	}
	if w := ask(a, "GET", "/en/committees", authority); !strings.Contains(w.Body.String(), "overdue actions") {
		t.Error("overdue actions do not speak up on the page")
	}
	if w := ask(a, "GET", "/committees/actions.csv?show=overdue", authority); strings.Count(w.Body.String(), "\r\n") != 5 {
		t.Errorf("the file has %d lines: %s", strings.Count(w.Body.String(), "\n"), w.Body)
	}
}

// send posts a form as somebody.
func send(a *app.App, path string, c *http.Cookie, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "http://localhost"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(c)
	w := httptest.NewRecorder()
	a.Handler.ServeHTTP(w, r)
	return w
}

var savesBox = regexp.MustCompile(`name="saves" value="(\d+)"`)

// What is wrong is said at its place, and nothing that was typed is lost.
func TestFormsOfCommitteesKeepWhatWasTyped(t *testing.T) {
	a := tried(t)
	things := met(t, a)
	authority := session(t, a, "authority")
	for path, form := range map[string]url.Values{
		"/committees/of/services/plan":                                {"place_ar": {"مكان كتبته"}, "at.day": {"31"}, "at.month": {"2"}, "at.year": {"2027"}, "hour": {"10:00"}, "items._rows": {"1"}, "items.0.title_ar": {"بند كتبته"}},
		"/committees/decisions/" + things["decision"] + "/assign":     {"text_ar": {"بند كتبته"}, "org": {"iga"}, "due.day": {"1"}, "due.month": {"1"}, "due.year": {"2020"}},
		"/committees/meetings/" + things["meeting"] + "/decide":       {"text_ar": {"بند كتبته"}, "text_en": {"x"}, "services": {"no/such"}},
		"/committees/actions/" + things["action"] + "/report":         {"words": {strings.Repeat("بند كتبته", 1000)}},
		"/committees/meetings/" + things["meeting"] + "/comments":     {"words": {""}, "item": {"1"}},
		"/forum/sessions/" + things["session"] + "/edit":              {"title_ar": {"بند كتبته"}, "starts": {"25:99"}},
		"/forum/sessions/" + things["session"] + "/decide":            {"text_ar": {"بند كتبته"}, "board": {"services"}},
		"/committees/decisions/" + things["decision"] + "/take":       {"why": {"بند كتبته"}},
		"/committees/meetings/" + things["planned"] + "/off/postpone": {"why": {"بند كتبته"}}, // only a called meeting is postponed
	} {
		w := send(a, path, authority, form)
		body := w.Body.String()
		if w.Code != 422 && w.Code != 409 || !strings.Contains(body, "summary-bad") {
			t.Errorf("%s: %d", path, w.Code)
		}
		if !strings.Contains(path, "comments") && !strings.Contains(body, "بند كتبته") {
			t.Errorf("%s loses what was typed", path)
		}
	}
	edit := "/committees/meetings/" + things["planned"] + "/edit"
	page := ask(a, "GET", edit, authority).Body.String()
	saves := savesBox.FindStringSubmatch(page)
	if saves == nil {
		t.Fatal("the form does not remember what was read")
	}
	on := time.Now().AddDate(0, 1, 0).Format("2006-01-02")
	form := url.Values{"saves": {saves[1]}, "at": {on}, "hour": {"09:30"}, "place_ar": {"قاعة"}, "place_en": {"Hall"}, "items._rows": {"1"}, "items.0.title_ar": {"بند"}, "items.0.title_en": {"Item"}, "items.0.kind": {"notice"}}
	if w := send(a, edit, authority, form); w.Code != 303 {
		t.Fatalf("saving: %d %s", w.Code, w.Body)
	}
	if w := send(a, edit, authority, form); w.Code != 409 || !strings.Contains(w.Body.String(), `value="Hall"`) {
		t.Errorf("saving over somebody else's: %d", w.Code)
	}
}
