package oversight

import (
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/programme/indicator"
)

// schemePages are the pages of every scheme in all their forms.
func schemePages(t testing.TB) []string {
	all, err := indicator.Schemes()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{"/oversight/indicators"}
	for _, s := range all {
		at := "/oversight/indicators/" + s.ID
		out = append(out, at, at+"?by=organisation", at+"?by=event&item="+s.Figures[len(s.Figures)-1].ID, at+"?at=2020-01-01", at+"?org=moe&at=2026-11-02", at+"?org=nobody")
		if s.Standing() {
			out = append(out, at+"/rows?item="+s.Figures[0].ID, at+"/rows?item="+s.Figures[1].ID+"&answer=declared&after=m", at+"/rows?answer=unknown&item=nothing")
		}
	}
	return out
}

func TestIndicators(t *testing.T) {
	w := newWorld(t)
	for _, target := range schemePages(t) {
		for _, lang := range []string{"/ar", "/en"} {
			rec := w.get(lang + target)
			page := rec.Body.String()
			if rec.Code != 200 {
				t.Errorf("%s%s: %d", lang, target, rec.Code)
			}
			for _, bad := range []string{"⟦", "no value", "ZgotmplZ", "%!", "NaN", "+Inf"} {
				if strings.Contains(page, bad) {
					t.Errorf("%s%s contains %q", lang, target, bad)
				}
			}
			if len(page) > 60<<10 {
				t.Errorf("%s%s weighs %d bytes", lang, target, len(page))
			}
		}
	}
}

func TestAnIndicatorOverNoServicesSaysSo(t *testing.T) {
	w := newWorld(t)
	for _, scheme := range []string{"eu", "escwa", "gtmi"} {
		page := w.get("/en/oversight/indicators/" + scheme + "?at=2020-01-01").Body.String()
		if !strings.Contains(page, "No services count") || strings.Contains(page, "0%") {
			t.Errorf("%s over no services", scheme)
		}
	}
	page := w.get("/en/oversight/indicators/gc").Body.String()
	if !strings.Contains(page, "no yearly statements") {
		t.Error("a scheme of years without any statement")
	}
	if page := w.get("/en/oversight/indicators/gtmi").Body.String(); strings.Contains(page, "%") || !strings.Contains(page, "No evidence found in the records") {
		t.Error("the evidence sheet gives shares, or hides what is missing")
	}
}

func TestWrongQuestionsOfIndicators(t *testing.T) {
	w := newWorld(t)
	for target, code := range map[string]int{
		"/en/oversight/indicators/nothing": 404, "/en/oversight/indicators/eu?at=yesterday": 422, "/ar/oversight/indicators/eu?at=2099-01-01": 422, "/en/oversight/indicators/gc?year=2023-2029": 422,
		"/en/oversight/indicators/eu/rows?answer=perhaps": 404, "/en/oversight/indicators/nothing/figures.csv": 404,
	} {
		rec := w.get(target)
		if rec.Code != code || code == 422 && !strings.Contains(rec.Body.String(), "-error") {
			t.Errorf("%s: %d, want %d", target, rec.Code, code)
		}
	}
	if page := w.get("/en/oversight/indicators/eu?at=yesterday").Body.String(); !strings.Contains(page, `value="yesterday"`) {
		t.Error("what was typed is lost")
	}
	w.who = head
	if rows := w.file("/oversight/indicators/eu/figures.csv"); len(rows) != 3 || rows[1][0] != "moe" {
		t.Errorf("a head sees %d rows", len(rows))
	}
	if rec := w.get("/oversight/indicators/eu?org=iga"); rec.Code != 404 {
		t.Errorf("a head sees another organisation: %d", rec.Code)
	}
	w.who = gov.Actor{Person: "resident"}
	for _, target := range schemePages(t) {
		if rec := w.get(target); rec.Code == 200 {
			t.Errorf("a resident gets %s", target)
		}
	}
}
