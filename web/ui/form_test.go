package ui

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"diwan.example/gov"
)

func TestReadDate(t *testing.T) {
	for _, c := range []struct{ d, m, y, want string }{
		{"31", "3", "1990", "1990-03-31"}, {"٣١", "٣", "١٩٩٠", "1990-03-31"}, {"1", "آذار", "2001", "2001-03-01"}, {"1", "اكتوبر", "2001", "2001-10-01"},
		{"1", "October", "2001", "2001-10-01"}, {"1", "oct", "2001", "2001-10-01"}, {"", "", "", ""}, {"31", "2", "1990", "1990-02-31"}, {"x", "2", "1990", "1990-2-x"}, {"1", "", "1990", "1990--1"},
	} {
		got := ReadDate(url.Values{"b.day": {c.d}, "b.month": {c.m}, "b.year": {c.y}}, "b")
		if got != c.want {
			t.Errorf("%v: %q", c, got)
		}
	}
}

func TestAnswersComeBackAsTyped(t *testing.T) {
	fields := []Field{{Kind: "short-text", Name: "n"}, {Kind: "date", Name: "d"}, {Kind: "many-of", Name: "m"}, {Kind: "address", Name: "a"}, {Kind: "money", Name: "sum"}}
	form := url.Values{"n": {`"<`}, "d.day": {"31"}, "d.month": {"شيء"}, "d.year": {"1990"}, "m": {"x", "y"}, "a.block": {"٤٢٨"}, "sum": {"مئة"}}
	back := Fill(fields, Read(form, fields), gov.Problems{{Field: "a.road", Text: gov.T("طريق", "road")}}, gov.Currency{Digits: 3})
	switch {
	case back[0].Value != `"<`, back[1].Parts["month"] != "شيء", len(back[2].Chosen) != 2, back[3].Parts["block"] != "٤٢٨", back[4].Value != "مئة", back[3].Error == nil:
		t.Errorf("%+v", back)
	}
}

// renderForm is the English page of a form with fields.
func renderForm(t *testing.T, fields []Field) string {
	t.Helper()
	s, mux := &Site{Log: slog.New(slog.DiscardHandler)}, http.NewServeMux()
	s.Mount(mux, Route{Pattern: "GET /form", Guard: Anyone, Page: func(w http.ResponseWriter, r *http.Request) error {
		return testPages.RenderInvalid(w, r, "form", map[string]any{"Fields": fields, "Problems": Problems(fields)})
	}})
	res := do(s.Handler(mux), "GET", "/en/form")
	if res.StatusCode != http.StatusUnprocessableEntity {
		t.Fatal(res.Status)
	}
	return body(t, res)
}

func TestFieldErrorIsAnnounced(t *testing.T) {
	page := renderForm(t, []Field{{Kind: "email", Name: "mail", Label: gov.T("البريد", "E-mail"), Hint: gov.T("تلميح", "hint"), Error: gov.T("خطأ هنا", "wrong"), Value: "x@"}})
	box := find(t, page, func(n *html.Node) bool { return n.Data == "input" && attr(n, "name") == "mail" })
	if attr(box, "aria-invalid") != "true" || attr(box, "aria-describedby") != "f-mail-hint f-mail-error" || attr(box, "dir") != "ltr" || attr(box, "value") != "x@" {
		t.Errorf("%v", box.Attr)
	}
	if link := find(t, page, func(n *html.Node) bool { return n.Data == "a" && attr(n, "href") == "#f-mail" }); link == nil {
		t.Error("the summary does not lead to the field")
	}
}

func TestTimesAndNumbers(t *testing.T) {
	s := &Site{Country: Country{Currency: gov.Currency{Digits: 3, Symbol: gov.T("د.ب", "BD")}, Calendar: &gov.Calendar{Zone: time.FixedZone("", 3*3600)}}}
	ar, en := s.Format(gov.Arabic), s.Format(gov.English)
	at := time.Date(2026, 11, 23, 22, 5, 0, 0, time.UTC)
	for got, want := range map[string]string{
		ar.DateTime(at): "24 نوفمبر 2026، 01:05", en.DateTime(at.UnixMilli()): "24 November 2026, 01:05", ar.LongDate("2026-11-23"): "الاثنين، 23 نوفمبر 2026",
		ar.Money(gov.Money(1234567)): "1,234.567\u00a0د.ب", en.Money(gov.Money(1500)): "BD\u00a01.500", ar.Money(gov.Money(-2750)): "\u2066−2.750\u2069\u00a0د.ب",
		en.Number(1234567): "1,234,567", en.Number(3.456): "3.46", en.Percent(0.364): "\u206636%\u2069", en.Percent(0.051): "\u20665.1%\u2069", ar.Date(time.Time{}): "—",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	s.Country.ArabicDigits = true
	if got := s.Format(gov.Arabic).Date("2026-11-23"); got != "٢٣ نوفمبر ٢٠٢٦" {
		t.Error(got)
	}
}

func TestDue(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	f := Format{Lang: gov.English, Zone: time.UTC, Now: func() time.Time { return now }}
	say := func(key string, args ...any) string { return ownTexts().say(gov.English, f, key, args...) }
	for h, want := range map[int]string{-1: "passed earlier today", 2: "today", 20: "tomorrow", 72: "in 3 days", -24: "1 day late", -72: "3 days late"} {
		if got := f.due(now.Add(time.Duration(h)*time.Hour), say).Text; got != want {
			t.Errorf("%d hours: %q, want %q", h, got, want)
		}
	}
}

// What there is only in another language is marked with it; in attributes and
// titles only its words stand.
func TestOtherLanguagesAreMarked(t *testing.T) {
	pages := MustPages(fstest.MapFS{
		"page.html":  {Data: []byte(`{{define "title"}}{{text .Data}}{{end}}{{define "main"}}<p id="x" data-label="{{tx .Data}}">{{tx .Data}}</p>{{end}}`)},
		"texts.yaml": {Data: []byte("{}")},
	})
	for _, x := range []struct {
		text gov.Text
		want string
	}{
		{gov.Text{"en": "Fish & chips", "fr": "Poisson"}, `<p id="x" data-label="Fish &amp; chips"><span lang="en" dir="ltr">Fish &amp; chips</span></p>`},
		{gov.Text{"fr": "Poisson"}, `<p id="x" data-label="Poisson"><span lang="fr" dir="ltr">Poisson</span></p>`},
		{gov.Text{"ar": "سمك", "fr": "Poisson"}, `<p id="x" data-label="سمك">سمك</p>`},
		{gov.Text{}, `<p id="x" data-label=""></p>`},
	} {
		s, _, _ := newSite(t)
		mux := http.NewServeMux()
		s.Mount(mux, Route{Pattern: "GET /x", Guard: Anyone, Page: func(w http.ResponseWriter, r *http.Request) error { return pages.Render(w, r, "page", x.text) }})
		if got := body(t, do(s.Handler(mux), http.MethodGet, "/ar/x")); !strings.Contains(got, x.want) || strings.Contains(got[:strings.Index(got, "</title>")], "span") {
			t.Errorf("%v: %s", x.text, got)
		}
	}
}

func TestForeignWordsAreIsolated(t *testing.T) {
	texts := Texts{"x": {gov.Arabic: {"other": "من {0}"}, gov.English: {"other": "from {0}"}}}
	if got := texts.say(gov.Arabic, Format{Lang: gov.Arabic}, "x", "Ali (x)"); got != "من \u2068Ali (x)\u2069" {
		t.Errorf("%q", got)
	}
	if got := texts.say(gov.English, Format{Lang: gov.English}, "x", gov.T("علي", "Ali")); got != "from Ali" {
		t.Errorf("%q", got)
	}
}

func TestChartsReadFromTheRightSide(t *testing.T) {
	c := Chart{Title: gov.T("عنوان", "Title"), Labels: []gov.Text{gov.T("أ", "A"), gov.T("ب", "B")}, Series: []Series{{Values: []float64{1, 2}}}}
	ar, en := string(c.bars(Format{Lang: gov.Arabic})), string(c.bars(Format{Lang: gov.English}))
	if !strings.Contains(ar, `<text x="640.0" y="15.0" text-anchor="start"`) || !strings.Contains(ar, `direction="rtl"`) {
		t.Error(ar)
	}
	if !strings.Contains(en, `<text x="0.0" y="15.0" text-anchor="start"`) {
		t.Error(en)
	}
	empty := Chart{Labels: c.Labels, Series: []Series{{Values: []float64{0, 0}}}}
	if s := string(empty.line(Format{Lang: gov.English})); strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
		t.Error(s)
	}
}

func TestDiallingCodeStandsBeforeLocalNumbersOnly(t *testing.T) {
	for value, want := range map[string]string{"": "+973", "+97330000000": "+973", "30000000": "+973", "+4420": ""} {
		if got := (Field{Kind: "phone", Value: value}).prefix("+973"); got != want {
			t.Errorf("%q: %q", value, got)
		}
	}
}
