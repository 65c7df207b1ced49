package rule

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

func testEnv(t testing.TB) *Env {
	t.Helper()
	child := Record("children", Var{"name", Text}, Var{"amount", Money}, Var{"birth", Date}, Var{"weight", Number})
	e, err := NewEnv([]Var{
		{"answered", List(Text)}, {"today", Date}, {"now", Moment}, {"fee", Money}, {"outcome", Map(Text)},
		{"birth", Date}, {"marital_status", Text}, {"count", Whole}, {"weight", Number}, {"children", List(child)},
		{"person", Record("person", Var{"birth", Date}, Var{"marks", List(Text)})}, {"married", Bool}, {"tags", List(Text)},
		{"case", Record("case", Var{"opened", Date})},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

var values = map[string]any{
	"answered": []string{"birth", "count"}, "today": "2026-11-23", "now": time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
	"outcome": map[string]string{"review": "granted"}, "fee": int64(2000),
	"birth": "2008-11-24", "marital_status": "single", "count": 3.0, "weight": 2.5, "tags": []string{"b", "a"},
	"children": []any{
		map[string]any{"name": "سلمى", "amount": int64(1500), "birth": "2020-02-29", "weight": 10.5},
		map[string]any{"name": "Ali", "amount": 500.0},
	},
	"person": map[string]any{"birth": "1985-01-01", "marks": []any{"disability"}},
}

func TestRulesGiveCanonicalValues(t *testing.T) {
	e := testEnv(t)
	for _, c := range []struct {
		src  string
		want Type
		out  any
	}{
		{`age(birth) >= 18`, Bool, false},
		{`age(birth)`, Whole, int64(17)},
		{`age(person.birth)`, Number, 41.0},
		{`birth == date("2008-11-24")`, Bool, true},
		{`date_add(today, 3, "months")`, Date, "2027-02-23"},
		{`date("2026-01-31") + months(1)`, Date, "2026-02-28"},
		{`date("2028-02-29") - years(1)`, Date, "2027-02-28"},
		{`today + days(10)`, Date, "2026-12-03"},
		{`now + days(1)`, Moment, time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)},
		{`now`, Any, "2026-11-23T09:30:00Z"},
		{`case.opened`, Date, nil},
		{`years_between(case.opened, today)`, Whole, int64(0)},
		{`money("12.500") + fee`, Money, int64(14500)},
		{`format(money("١٢٫٥"))`, Text, "12.500"},
		{`sum(children.map(c, c.amount))`, Money, int64(2000)},
		{`max(children.map(c, c.weight))`, Number, 10.5},
		{`min(count, 2.5)`, Number, 2.5},
		{`count * weight + 1`, Number, 8.5},
		{`count == 3 && weight > 2`, Bool, true},
		{`round(weight * 3)`, Whole, int64(8)},
		{`joined(tags, ", ")`, Text, "b, a"},
		{`upper("abc") + lower("DEF") + trim(" x ")`, Text, "ABCdefx"},
		{`"birth" in answered && !("married" in answered)`, Bool, true},
		{`outcome.review == "granted" && outcome["opinion"] == ""`, Bool, true},
		{`"disability" in person.marks`, Bool, true},
		{`children.exists(c, c.name == "سلمى" && age(c.birth) == 6)`, Bool, true},
		{`children.map(c, c.name)`, List(Text), []string{"سلمى", "Ali"}},
		{`married ? "a" : marital_status`, Text, "single"},
		{`children[0]`, Any, map[string]any{"name": "سلمى", "amount": int64(1500), "birth": "2020-02-29", "weight": 10.5}},
	} {
		p, err := e.Compile(c.src, c.want)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		got, err := p.Eval(t.Context(), values)
		if err != nil || !reflect.DeepEqual(got, c.out) {
			t.Errorf("%s = %#v, %v; want %#v", c.src, got, err, c.out)
		}
	}
}

func TestUnansweredIsZero(t *testing.T) {
	e := testEnv(t)
	for _, src := range []string{
		`age(birth) == 0`, `marital_status == ""`, `count == 0`, `weight == 0.0`, `!married`, `children.size() == 0`, `size(tags) == 0`,
		`fee == 0`, `sum(children.map(c, c.amount)) == 0`, `outcome.review == ""`, `person.marks == []`, `!("x" in answered)`,
	} {
		p, err := e.Compile(src, Bool)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if ok, err := p.True(t.Context(), nil); !ok || err != nil {
			t.Errorf("%s: %v %v", src, ok, err)
		}
	}
}

func TestErrorsSayWhereAndWhatWasMeant(t *testing.T) {
	e := testEnv(t)
	for _, c := range []struct {
		src        string
		want       Type
		line, col  int
		msg, meant string
	}{
		{`marital_staus == "x"`, Bool, 1, 1, "neither a question nor a word", "marital_status"},
		{"count > 1 &&\n  chidren.size() > 0", Bool, 2, 3, "neither", "children"},
		{`yaers_between(birth, today) > 3`, Bool, 1, 14, "neither", "years_between"},
		{`person.brith == today`, Bool, 1, 7, "there is no \"brith\"", "birth"},
		{`birth > "2026-01-01"`, Bool, 1, 7, `write a day as date(`, ""},
		{`weight == 5`, Bool, 1, 8, "like 5.0", ""},
		{`count + "a"`, Whole, 1, 7, "+ does not work with a whole number and text", ""},
		{`count`, Bool, 1, 1, "gives a whole number, but true or false is needed", ""},
		{`count >`, Bool, 1, 8, "not complete", ""},
		{`married || marital_status`, Bool, 1, 12, "true or false is needed here, but this is text", ""},
		{``, Bool, 1, 1, "empty", ""},
		{`fee > money("twelve")`, Bool, 1, 13, `like "12.500"`, ""},
		{`birth > date("31-12-2020")`, Bool, 1, 14, "wants a day", ""},
		{`"` + strings.Repeat("x", MaxSource) + `" == ""`, Bool, 1, 1, "longer than", ""},
		{strings.Repeat("(", 500) + "1" + strings.Repeat(")", 500), Whole, 1, 1, "", ""},
	} {
		_, err := e.Compile(c.src, c.want)
		var x *Error
		if !errors.As(err, &x) {
			t.Errorf("%s: no error of ours: %v", c.src, err)
			continue
		}
		if x.Words["en"] != x.Msg || x.Words["ar"] == "" || strings.Contains(x.Words["ar"]+x.Msg, "%!") {
			t.Errorf("%.60s: %v", c.src, x.Words)
		}
		if len(c.src) > 400 {
			continue
		}
		if x.Line != c.line || x.Col != c.col || !strings.Contains(x.Msg, c.msg) || x.Suggestion != c.meant {
			t.Errorf("%s: got %q (suggestion %q)", c.src, x, x.Suggestion)
		}
	}
}

func TestLoopsAreBounded(t *testing.T) {
	e := testEnv(t)
	p, err := e.Compile(`tags.all(a, tags.all(b, tags.all(c, a + b != c + "!")))`, Bool)
	if err != nil {
		t.Fatal(err)
	}
	many := make([]string, 1000)
	for i := range many {
		many[i] = strings.Repeat("x", i+1)
	}
	if _, err := p.Eval(t.Context(), map[string]any{"tags": many}); err == nil {
		t.Error("a rule of a billion steps must stop")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Eval(ctx, map[string]any{"tags": many}); err == nil {
		t.Error("a rule must stop when its context ends")
	}
}

func TestFailuresAreErrorsNotPanics(t *testing.T) {
	e := testEnv(t)
	for _, src := range []string{`1 / count == 0`, `tags[5] == "x"`, `date_add(today, 1000000000, "years") == today`, `date_add(today, 1, "moons") == today`,
		`today + years(9000) == today`, `max(children.map(c, c.amount)) == 1`, `int(marital_status) == 1`, `round(1.0e300) == 1`, `money(marital_status) == 1`} {
		p, err := e.Compile(src, Bool)
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if _, err := p.Eval(t.Context(), map[string]any{"today": "2026-11-23"}); err == nil {
			t.Errorf("%s: no error", src)
		}
	}
}

func TestExtendHidesAndKeepsThePast(t *testing.T) {
	e := testEnv(t)
	inner, err := e.Extend([]Var{{"count", Text}, {"row", Whole}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := inner.Compile(`count == "x" && row == 1 && married`, Bool); err != nil {
		t.Error(err)
	}
	if _, err := e.Compile(`count == 1`, Bool); err != nil {
		t.Error(err)
	}
	if _, err := e.Compile(`row == 1`, Bool); err == nil {
		t.Error("the outer names must not change")
	}
}

func TestProgramsSayWhatTheyUse(t *testing.T) {
	e := testEnv(t)
	p, err := e.Compile(`age(birth) > 3 && "count" in answered && children.exists(c, c.name == marital_status)`, Bool)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{"birth", "today", "children", "marital_status"} {
		if !strings.Contains(strings.Join(p.Uses(), " "), n) {
			t.Errorf("uses %v lacks %s", p.Uses(), n)
		}
	}
	if names, all := p.AsksAnswered(); len(names) != 1 || names[0] != "count" || all {
		t.Error(names, all)
	}
	p, _ = e.Compile(`size(answered) > 3`, Bool)
	if _, all := p.AsksAnswered(); !all {
		t.Error("any question may count")
	}
	again, _ := e.Compile(`size(answered) > 3`, Bool)
	if again != p {
		t.Error("the same rule is compiled once")
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{`age(birth) > 3`, `sum(children.map(c, c.amount))`, `"x" in answered`, `date("2026-01-01") + months(2)`, `outcome.x`, `[1][0]`} {
		f.Add(s)
	}
	e := testEnv(f)
	f.Fuzz(func(t *testing.T, src string) {
		p, err := e.compile(src, Any)
		if err != nil {
			return
		}
		_, _ = p.Eval(t.Context(), values)
	})
}

func BenchmarkEval(b *testing.B) {
	e := testEnv(b)
	for _, src := range []string{`marital_status == "married"`, `age(birth) >= 18 && count > 2`, `sum(children.map(c, c.amount)) > 1000`} {
		p, err := e.Compile(src, Bool)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(src, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = p.Eval(b.Context(), values)
			}
		})
	}
}
