package gallery

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"diwan.example/gov"
	"diwan.example/web/ui"
	"diwan.example/web/ui/uitest"
)

func TestTexts(t *testing.T)  { uitest.CheckTexts(t, os.DirFS(".")) }
func TestRoutes(t *testing.T) { uitest.CheckRoutes(t, Routes()) }

func site() http.Handler {
	s := &ui.Site{Country: ui.Country{Name: gov.T("دولة النموذج", "Sample Country"), Accent: "#8a1538", Currency: money, Dial: "+973"}, Log: slog.New(slog.DiscardHandler)}
	mux := http.NewServeMux()
	s.Mount(mux, Routes()...)
	return s.Handler(mux)
}

func get(t *testing.T, target string) string {
	t.Helper()
	w := httptest.NewRecorder()
	site().ServeHTTP(w, httptest.NewRequest("GET", target, nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	return w.Body.String()
}

// Every part, in both languages: no missing text, no value without a place, ids
// once, every label and description leads somewhere, small enough.
func TestEveryPartIsSound(t *testing.T) {
	for _, lang := range []string{"ar", "en"} {
		for _, p := range parts {
			page := get(t, "/"+lang+"/gallery/"+p)
			for _, bad := range []string{"⟦", "no value", "ZgotmplZ", "%!"} {
				if strings.Contains(page, bad) {
					t.Errorf("%s %s contains %q", lang, p, bad)
				}
			}
			if len(page) > 60<<10 {
				t.Errorf("%s %s weighs %d bytes", lang, p, len(page))
			}
			checkIDs(t, lang+" "+p, page)
		}
	}
}

func checkIDs(t *testing.T, name, page string) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids, wants := map[string]bool{}, map[string]string{}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			switch a.Key {
			case "id":
				if ids[a.Val] {
					t.Errorf("%s: id %q stands twice", name, a.Val)
				}
				ids[a.Val] = true
			case "for", "aria-describedby", "aria-labelledby":
				for _, id := range strings.Fields(a.Val) {
					wants[id] = n.Data + " " + a.Key
				}
			case "style":
				t.Errorf("%s: inline style on %s", name, n.Data)
			}
		}
	}
	for id, who := range wants {
		if !ids[id] {
			t.Errorf("%s: %s leads to %q, which is not there", name, who, id)
		}
	}
}

func TestGroupGrowsWithoutScript(t *testing.T) {
	form := url.Values{"children._rows": {"1"}, "children.0.name": {"مريم"}, "_add": {"children"}, "birth.day": {"٣١"}, "birth.month": {"آذار"}, "birth.year": {"١٩٩٠"}, "name": {`<b>"x"`}}
	r := httptest.NewRequest("POST", "/gallery/forms", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	site().ServeHTTP(w, r)
	page := w.Body.String()
	for _, want := range []string{`name="children.1.name"`, `value="مريم"`, `name="birth.month" value="3"`, `value="&lt;b&gt;&#34;x&#34;"`} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %s", want)
		}
	}
}
