package form

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

func with(a Answers, more Answers) Answers {
	out := maps.Clone(a)
	maps.Copy(out, more)
	return out
}

func TestCheckFillsForcesAndDrops(t *testing.T) {
	f := compiled(t, everyKind())
	out, err := f.Check(t.Context(), with(good(), Answers{
		"civil":  "not mine", // locked: the person's own wins
		"spouse": "garbage",  // not asked of a single person
		"amount": "٧٠٠", "why": "because", "total": "1", "_page": "end",
		"children": []any{
			map[string]any{"name": "نور", "birth": "2018-05-01", "grant": "50", "school": "مدرسة"},
			map[string]any{"name": "", "birth": map[string]any{"day": ""}, "grant": ""},
			map[string]any{"name": "Ali", "birth": "2023-05-01", "grant": 100000.0, "school": "dropped"},
		},
	}), monday)
	if err != nil {
		t.Fatal(err, err.(gov.Problems))
	}
	want := Answers{
		"civil": "850100011", "name": "سلمى أحمد", "marital": "single", "born": "1985-01-20", "count": 3.0, "true_all": true,
		"amount": int64(700_000), "total": int64(850_000),
		"children": []any{
			map[string]any{"name": "نور", "birth": "2018-05-01", "grant": int64(50_000), "school": "مدرسة", "years": 8.0},
			map[string]any{"name": "Ali", "birth": "2023-05-01", "grant": int64(100_000), "years": 3.0},
		},
	}
	if !reflect.DeepEqual(out, want) {
		t.Errorf("got  %#v\nwant %#v", out, want)
	}
	out, err = f.Check(t.Context(), with(good(), Answers{"amount": "1000.001"}), monday)
	if out["total"] != nil && err == nil || problem(err, "why") == "" {
		t.Errorf("the late page must be asked: %v %v", out, err)
	}
}

func TestProblemsAreAllToldInOrderWithPaths(t *testing.T) {
	f := compiled(t, everyKind())
	_, err := f.Check(t.Context(), Answers{
		"name": strings.Repeat("x", 10<<20), "marital": "married", "spouse": "850100012", "born": "31/2/2020", "count": "many",
		"home":     map[string]any{"block": "1"},
		"children": []any{map[string]any{"name": "a"}, "row", map[string]any{"birth": "2030-01-01", "grant": "101", "nick": "x"}},
		"nonsense": 1, "true_all": "off",
	}, monday)
	var got []string
	for _, p := range err.(gov.Problems) {
		got = append(got, p.Field)
		if problem(err, p.Field) == "BROKEN TEXT" {
			t.Error(p)
		}
	}
	want := []string{"name", "spouse", "born", "home.road", "home.building", "count", "children.0.birth", "children.0.grant", "children.1",
		"children.2.name", "children.2.birth", "children.2.grant", "children.2.nick", "true_all", "nonsense"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if gov.KindOf(err) != gov.Invalid || strings.Contains(err.Error(), "850100012") {
		t.Error("the error's log text must hold no answers")
	}
}

func TestFurtherRulesRunOnlyOnRightAnswers(t *testing.T) {
	f := compiled(t, everyKind())
	for _, c := range []struct {
		from, until any
		field, bad  string
	}{
		{"2026-02-01", "2026-01-01", "until", "Rule of until"},
		{"2026-01-01", "2026-02-01", "until", ""},
		{"2026-13-01", "2026-02-01", "until", ""},
		{nil, nil, "until", ""},
	} {
		_, err := f.Check(t.Context(), with(good(), Answers{"from": c.from, "until": c.until}), monday)
		if got := problem(err, c.field); got != c.bad {
			t.Errorf("%v %v: %q", c.from, c.until, got)
		}
	}
	row := map[string]any{"name": "a", "birth": "2020-01-01", "grant": "100"}
	_, err := f.Check(t.Context(), with(good(), Answers{"amount": "5000", "children": []any{row, row}, "why": "x"}), monday)
	if problem(err, "total") != "Rule of total" {
		t.Errorf("a computed value keeps its rules too: %v", err)
	}
}

func TestUnknownNamesAreNeverDropped(t *testing.T) {
	f := compiled(t, everyKind())
	strict := monday
	strict.Strict = true
	for _, c := range []struct {
		name string
		ctx  Context
		bad  bool
	}{{"extra", monday, true}, {"_add", monday, false}, {"_add", strict, true}, {strings.Repeat("x", 1<<20), monday, true}} {
		_, err := f.Check(t.Context(), with(good(), Answers{c.name: "1"}), c.ctx)
		if (err != nil) != c.bad || err != nil && len(err.(gov.Problems)[0].Field) > 80 {
			t.Errorf("%.20s strict=%v: %.100v", c.name, c.ctx.Strict, err)
		}
	}
	many := good()
	for i := range 10_000 {
		many[strings.Repeat("y", i%50+1)+string(rune('a'+i%26))] = "1"
	}
	if _, err := f.Check(t.Context(), many, monday); err == nil || len(err.(gov.Problems)) > 20 {
		t.Error("problems are limited in number")
	}
}

func TestCheckPageKeepsTheRest(t *testing.T) {
	f := compiled(t, everyKind())
	in := Answers{"name": "سلمى", "marital": "single", "born": "1/1/1990", "spouse": "hidden", "count": "nonsense", "amount": "10", "asks_officer": "x"}
	out, err := f.CheckPage(t.Context(), "you", in, monday)
	if err != nil {
		t.Fatal(err)
	}
	want := Answers{"civil": "850100011", "name": "سلمى", "marital": "single", "born": "1990-01-01", "count": "nonsense", "amount": int64(10_000),
		"asks_officer": "x", "total": int64(10_000)}
	if !reflect.DeepEqual(out, want) {
		t.Errorf("got  %#v\nwant %#v", out, want)
	}
	if _, err = f.CheckPage(t.Context(), "matter", in, monday); problem(err, "count") == "" || len(err.(gov.Problems)) != 1 {
		t.Errorf("only this page's problems: %v", err)
	}
	if _, err = f.CheckPage(t.Context(), "nowhere", in, monday); gov.KindOf(err) != gov.NotFound {
		t.Error(err)
	}
}

func TestCorrectionAsksWhatItMakesNecessary(t *testing.T) {
	pages := everyKind()
	pages[1].Questions = append(pages[1].Questions, ask("appointment", Date, ranged("today", "")))
	f := compiled(t, pages)
	accepted, err := f.Check(t.Context(), with(good(), Answers{"appointment": "2026-11-24"}), monday)
	if err != nil {
		t.Fatal(err)
	}
	later := monday
	later.Now = later.Now.AddDate(0, 1, 0)
	stored, _ := json.Marshal(accepted)
	accepted, err = f.Decode(stored)
	if err != nil {
		t.Fatal(err)
	}
	out, err := f.CheckOnly(t.Context(), []string{"count"}, with(accepted, Answers{"count": "٧"}), later)
	if err != nil || out["count"] != 7.0 || out["appointment"] != "2026-11-24" {
		t.Errorf("what was accepted stays: %v %v", out, err)
	}
	_, err = f.CheckOnly(t.Context(), []string{"marital"}, with(accepted, Answers{"marital": "married"}), later)
	if problem(err, "spouse") == "" || len(err.(gov.Problems)) != 1 {
		t.Errorf("marriage asks for the spouse: %v", err)
	}
	_, err = f.CheckOnly(t.Context(), []string{"appointment"}, accepted, later)
	if problem(err, "appointment") == "" {
		t.Error("a corrected date is checked as of now")
	}
}

func TestVisibleAndNext(t *testing.T) {
	pages := everyKind()
	pages[0].Questions[3].Options[1].When = `age(person.birth) >= 18`
	f := compiled(t, pages)
	names := func(a Answers, c Context) string {
		var out []string
		for _, p := range f.Visible(t.Context(), a, c) {
			out = append(out, p.Name+":")
			for _, q := range p.Questions {
				out = append(out, q.Name)
			}
		}
		return strings.Join(out, " ")
	}
	if s := names(nil, monday); strings.Contains(s, "spouse") || strings.Contains(s, "late") {
		t.Error(s)
	}
	if s := names(Answers{"marital": "married", "amount": "٢٠٠٠"}, monday); !strings.Contains(s, "spouse") || !strings.Contains(s, "late: why code") {
		t.Error(s)
	}
	child := monday
	child.Person.Birth = "2015-01-01"
	if q := f.Visible(t.Context(), nil, child)[0].Questions[3]; len(q.Options) != 1 {
		t.Error("a child is not offered marriage")
	}
	if _, err := f.Check(t.Context(), with(good(), Answers{"marital": "married"}), child); problem(err, "marital") == "" {
		t.Error("what is not offered is refused")
	}
	for _, c := range [][2]string{{"", "you"}, {"you", "matter"}, {"matter", "end"}, {"end", ""}} {
		if got := f.Next(t.Context(), c[0], nil, monday); got != c[1] {
			t.Errorf("after %q: %q", c[0], got)
		}
	}
	if got := f.Next(t.Context(), "matter", Answers{"amount": "2000"}, monday); got != "late" {
		t.Error(got)
	}
	rows := Answers{"children": []any{map[string]any{"birth": "2015-01-01"}, map[string]any{"birth": "2025-01-01"}}}
	if a, b := f.Row(t.Context(), "children", 0, rows, monday), f.Row(t.Context(), "children", 1, rows, monday); len(a) != 5 || len(b) != 4 {
		t.Error(len(a), len(b))
	}
}

func TestPrefill(t *testing.T) {
	f := compiled(t, everyKind())
	want := Answers{"civil": "850100011", "name": "سلمى أحمد", "born": "1985-01-20", "home": map[string]any{"block": "321", "road": "2105", "building": "10", "flat": ""}}
	if got := f.Prefill(t.Context(), monday); !reflect.DeepEqual(got, want) {
		t.Errorf("%#v", got)
	}
	nobody := monday
	nobody.Person = Person{}
	if got := f.Prefill(t.Context(), nobody); len(got) != 0 {
		t.Errorf("%#v", got)
	}
	out, err := f.Check(t.Context(), with(good(), Answers{"civil": "٨٥٠١٠٠٠١١"}), nobody)
	if err != nil || out["civil"] != "850100011" {
		t.Error("a locked question that the record cannot fill is asked:", out, err)
	}
}

func TestOfficersAsksSeeTheApplicantsAnswers(t *testing.T) {
	base := compiled(t, everyKind())
	f, issues := CompileQuestions([]Question{
		ask("granted", Money, valid(`granted <= amount`)), ask("reason", ShortText, when(`granted < amount && fee > 0 && outcome.check == "go"`)),
	}, base, Options{})
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	c := monday
	c.Base, c.Fee, c.Outcomes = Answers{"amount": int64(10_000)}, 500, map[string]string{"check": "go"}
	if _, err := f.Check(t.Context(), Answers{"granted": "11"}, c); problem(err, "granted") == "" {
		t.Error(err)
	}
	if _, err := f.Check(t.Context(), Answers{"granted": "9"}, c); problem(err, "reason") == "" {
		t.Error(err)
	}
	if out, err := f.Check(t.Context(), Answers{"granted": "10"}, c); err != nil || len(out) != 1 {
		t.Error(out, err)
	}
	_, issues = CompileQuestions([]Question{ask("x", ShortText, when(`amuont > 1`))}, base, Options{})
	if len(issues) != 1 || issues[0].Path != "/0/when" || !strings.Contains(issues[0].Text, `"amount"`) {
		t.Error(issues)
	}
}

func TestVarsServePacksRules(t *testing.T) {
	f := compiled(t, everyKind())
	answers, err := f.Check(t.Context(), with(good(), Answers{"amount": "10", "photo": []Attachment{{Blob: "sha256-" + strings.Repeat("0", 64), Name: "a.jpg", Type: JPEG, Size: 9, Scan: "clean"}}}), monday)
	if err != nil {
		t.Fatal(err)
	}
	c := monday
	c.Fee, c.Outcomes, c.Case = 2500, map[string]string{"review": "granted"}, map[string]any{"reference": "IC-1", "opened": "2026-11-01"}
	env, err := f.Env().Extend([]rule.Var{{Name: "row", Type: rule.Whole}})
	if err != nil {
		t.Fatal(err)
	}
	stored, _ := json.Marshal(answers)
	var raw Answers
	_ = json.Unmarshal(stored, &raw)
	for _, a := range []Answers{answers, raw} {
		vars := f.Vars(a, c)
		vars["row"] = 4
		for _, src := range []string{
			`fee == money("2.5") && outcome.review == "granted" && case.reference == "IC-1" && case.opened < today`,
			`amount == money("10") && count == 3 && born == date("1985-01-20") && true_all`,
			`person.civil_number == civil && "disability" in person.marks && person.address.block == "321"`,
			`photo[0].size == 9 && row == 4 && "photo" in answered && !("iban" in answered)`,
			`size(children) == 0 && place.lat == 0.0 && home.flat == ""`,
		} {
			p, err := env.Compile(src, rule.Bool)
			if err != nil {
				t.Errorf("%s: %v", src, err)
				continue
			}
			if ok, err := p.True(t.Context(), vars); !ok || err != nil {
				t.Errorf("%s: %v %v", src, ok, err)
			}
		}
	}
}

func TestCheckStopsWithItsContext(t *testing.T) {
	f := compiled(t, everyKind())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Check(ctx, good(), monday); err == nil {
		t.Error("no answer is accepted half checked")
	}
}
