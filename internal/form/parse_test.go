package form

import (
	"net/url"
	"reflect"
	"strings"
	"testing"

	"diwan.example/gov"
)

func TestParseReadsWhatAPageSends(t *testing.T) {
	f := compiled(t, everyKind())
	v, _ := url.ParseQuery("name=+a+&born.day=31&born.month=2&born.year=2020&home.block=1&home.road=&needs=c&needs=a&agree=&count=%D9%A7" +
		"&place.lat=1&place.lng=2&children.7.name=z&children.2.name=y&children.2.grant=5&children.x.name=no&children.99999.name=no&true_all=no&true_all=yes" +
		"&total=99&_add=children&photo=x&from=2026-01-01")
	got := Parse(v, f.Questions())
	want := Answers{
		"name": " a ", "born": map[string]any{"day": "31", "month": "2", "year": "2020"}, "home": map[string]any{"block": "1", "road": ""},
		"needs": []string{"c", "a"}, "agree": "", "marital": "", "count": "٧", "place": map[string]any{"lat": "1", "lng": "2"}, "true_all": "yes",
		"from":     "2026-01-01",
		"children": []any{map[string]any{"name": "y", "grant": "5"}, map[string]any{"name": "z"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %#v\nwant %#v", got, want)
	}
	if a := Parse(url.Values{}, f.Questions()); len(a["needs"].([]string)) != 0 || len(a["children"].([]any)) != 0 || a["true_all"] != "" {
		t.Errorf("what was unticked replaces the earlier answer: %#v", a)
	}
}

func TestParseIsNotFlooded(t *testing.T) {
	v := url.Values{}
	for i := range 5_000 {
		v.Set("children."+strings.Repeat("1", i%4+1)+".name", "x")
		v.Set("children."+string(rune('0'+i%10))+string(rune('0'+i/10%10))+string(rune('0'+i/100%10))+".name", "x")
	}
	f := compiled(t, everyKind())
	a := Parse(v, f.Questions())
	if n := len(a["children"].([]any)); n > mostRows+1 {
		t.Error(n)
	}
	if _, err := f.Check(t.Context(), with(good(), Answers{"children": a["children"]}), monday); !strings.Contains(problem(err, "children"), "At most 5") {
		t.Error(err)
	}
}

func TestWhatWasTypedComesBackAsTyped(t *testing.T) {
	f := compiled(t, everyKind())
	typed := url.Values{"name": {"  <b> \u202e"}, "born.day": {"٣١"}, "born.month": {""}, "born.year": {"x"}, "needs": {"c", "zzz"}, "count": {"many"}, "amount": {"12.5000"},
		"children.0.name": {" a"}, "children.0.birth.day": {"1"}, "home.block": {"?"}, "agree": {"maybe"}, "iban": {"bh 00"}}
	back := Fill(Parse(typed, f.Questions()), f.Questions(), f.Currency())
	for k, want := range typed {
		if !reflect.DeepEqual(back[k], want) {
			t.Errorf("%s: %q, want %q", k, back[k], want)
		}
	}
}

func TestStoredAnswersFillThePageAndReadTheSame(t *testing.T) {
	f := compiled(t, everyKind())
	out, err := f.Check(t.Context(), rich(), monday)
	if err != nil {
		t.Fatal(err)
	}
	page := Fill(out, f.Questions(), f.Currency())
	for k, want := range map[string]string{"amount": "1200.000", "born.day": "20", "born.month": "1", "children.0.grant": "50.000", "agree": "true", "place.lng": "50.5876"} {
		if page.Get(k) != want {
			t.Errorf("%s: %q", k, page.Get(k))
		}
	}
	again := Parse(page, f.Questions())
	c := monday
	c.File = func(blob string) (Attachment, bool) { return out["photo"].([]Attachment)[0], true }
	same, err := f.Check(t.Context(), again, c)
	if err != nil || !reflect.DeepEqual(same, out) {
		t.Errorf("got  %#v %v\nwant %#v", same, err, out)
	}
}

// rich answers every question.
func rich() Answers {
	return with(good(), Answers{
		"story": "سطر\r\nآخر", "home": map[string]any{"block": "321", "road": "2105", "building": "10", "flat": "3"}, "phone": "33000000",
		"email": "a@example.com", "weight": "2.50", "amount": "1200", "visit": "9:30", "agree": "نعم", "needs": []string{"c", "a"}, "passport": "a1234567",
		"iban": "BH67BMAG00001299123456", "place": map[string]any{"lat": "26.2235", "lng": "50.5876"},
		"photo":    []any{map[string]any{"blob": "sha256-" + strings.Repeat("0", 64), "name": "a.jpg", "type": JPEG, "size": 9.0, "scan": "clean"}},
		"children": []any{map[string]any{"name": "نور", "birth": "2018-05-01", "grant": "50", "school": "x"}},
		"from":     "1/2/2026", "until": "2026-03-01", "why": "x", "code": "AB-123", "marital": "married", "spouse": "850100011",
	})
}

func TestDisplay(t *testing.T) {
	f := compiled(t, everyKind())
	out, err := f.Check(t.Context(), rich(), monday)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][2]string{
		"born": {"20 يناير 1985", "20 January 1985"}, "amount": {"1200.000 د.ب", "BD 1200.000"}, "agree": {"نعم", "Yes"}, "needs": {"سؤال a، سؤال c", "Question a, Question c"},
		"home": {"شقة 3، مبنى 10، طريق 2105، مجمع 321", "Flat 3, Building 10, Road 2105, Block 321"}, "marital": {"سؤال married", "Question married"},
		"children": {"عدد السجلات: 1", "Entries: 1"}, "photo": {"a.jpg", "a.jpg"}, "true_all": {"تمت الموافقة", "Accepted"}, "total": {"1250.000 د.ب", "BD 1250.000"},
		"weight": {"2.5", "2.5"}, "place": {"\u206626.2235, 50.5876\u2069", "\u206626.2235, 50.5876\u2069"}, "visit": {"09:30", "09:30"}, "story": {"سطر\nآخر", "سطر\nآخر"},
	} {
		q := *f.Question(name)
		if ar, en := Display(q, out[name], gov.Arabic, f.Currency()), Display(q, out[name], gov.English, f.Currency()); ar != want[0] || en != want[1] {
			t.Errorf("%s: %q %q", name, ar, en)
		}
	}
	rows := DisplayRows(*f.Question("children"), out["children"], gov.English, f.Currency())
	if len(rows) != 1 || rows[0][1].Value != "1 May 2018" || rows[0][3].Value != "BD 50.000" || rows[0][4].Value != "8" || rows[0][0].Label != "Question name" {
		t.Errorf("%+v", rows)
	}
	for _, q := range f.Questions() {
		for _, odd := range []any{nil, 5, []any{nil}, map[string]any{"lat": "x"}, "\u202etyped", []any{map[string]any{"x": 1}}} {
			Display(q, odd, gov.Arabic, f.Currency())
			DisplayRows(q, odd, gov.Arabic, f.Currency())
		}
		if Display(q, nil, gov.Arabic, f.Currency()) != "" {
			t.Errorf("%s: no answer shows nothing", q.Name)
		}
	}
	if got := Display(*f.Question("born"), "31/2/2020\u202e", gov.English, f.Currency()); got != "31/2/2020" {
		t.Error(got)
	}
}

func TestFilesInRowsStayWithTheirRows(t *testing.T) {
	f := one(t, ask("q", Group, func(q *Question) { q.Questions = []Question{ask("what", ShortText), ask("paper", File)} }))
	a := func(c string) Attachment {
		return Attachment{Blob: "sha256-" + strings.Repeat(c, 64), Name: c + ".pdf", Type: PDF, Size: 9, Scan: "clean"}
	}
	c := monday
	c.File = func(blob string) (Attachment, bool) { return a(blob[7:8]), blob[7] != 'c' }
	page := url.Values{"q.0.what": {"first"}, "q.0.paper": {a("a").Blob}, "q.1.what": {"second"}, "q.1.paper": {"", a("b").Blob}}
	out, err := f.Check(t.Context(), Parse(page, f.Questions()), c)
	rows, _ := out["q"].([]any)
	if err != nil || len(rows) != 2 || !reflect.DeepEqual(rows[1].(map[string]any)["paper"], []Attachment{a("b")}) {
		t.Fatal(out, err)
	}
	if got := Fill(out, f.Questions(), f.Currency()); got.Get("q.0.paper") != a("a").Blob {
		t.Error(got)
	}
	page.Set("q.1.paper", a("c").Blob)
	if _, err = f.Check(t.Context(), Parse(page, f.Questions()), c); problem(err, "q.1.paper.0") == "" {
		t.Error("another's file:", err)
	}
}
