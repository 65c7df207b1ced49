package uitest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"diwan.example/gov"
	"diwan.example/web/ui"
)

// witness collects what a check complains about.
type witness struct {
	testing.TB
	said []string
}

func (w *witness) Helper()                   {}
func (w *witness) Errorf(f string, a ...any) { w.said = append(w.said, fmt.Sprintf(f, a...)) }

func TestCheckTextsSeesEveryFault(t *testing.T) {
	w := &witness{TB: t}
	CheckTexts(w, fstest.MapFS{
		"a.html": {Data: []byte(`{{t "x.absent"}} {{t "x.good" 1}} {{with t "x.half"}}{{end}} {{t (print "x.made." .S)}} {{t "x.args" 1}}`)},
		"b.html": {Data: []byte(`{{if}}`)},
		"texts.yaml": {Data: []byte(`x.good: {ar: "نص", en: "text"}
x.half: {ar: "نص"}
x.args: {ar: "{0}", en: "none"}
x.made.up: {ar: "نص", en: "text"}
x.unused: {ar: {one: "واحد", other: "{0}"}, en: {one: "one", many: "x", other: "{0}"}}
`)},
	})
	all := strings.Join(w.said, "\n")
	for _, want := range []string{`lacks "x.absent"`, `"x.half" is missing in en`, `"x.args" takes "{0}" in Arabic and "" in English`, `"x.args" stands after "x.half"`,
		`nobody uses "x.unused"`, `"x.unused" in ar lacks the form two`, `en has no form "many"`, "a page does not parse: template: b.html:1"} {
		if !strings.Contains(all, want) {
			t.Errorf("did not say %q in:\n%s", want, all)
		}
	}
	if strings.Contains(all, "x.made.up") || strings.Contains(all, "x.good") {
		t.Error(all)
	}
}

func TestCheckRoutesSeesEveryFault(t *testing.T) {
	page := func(http.ResponseWriter, *http.Request) error { return gov.Fail(gov.NotFound, "", "") }
	w := &witness{TB: t}
	CheckRoutes(w, []ui.Route{{Pattern: "GET /a", Page: page}, {Pattern: "GET /b", Guard: ui.Anyone}, {Pattern: "/c", Guard: ui.Anyone, Page: page},
		{Pattern: "GET /d", Guard: ui.Staff, Page: page}, {Pattern: "GET /d", Guard: ui.Staff, Page: page}})
	if len(w.said) != 4 {
		t.Error(w.said)
	}
}
