package form

import (
	"strings"
	"testing"

	"diwan.example/gov"
)

func TestCompileTellsEveryMistakeAndItsPlace(t *testing.T) {
	for name, c := range map[string]struct {
		q    []Question
		path string
		text string
	}{
		"name":            {[]Question{ask("Full Name", ShortText)}, "/0/name", "no name"},
		"taken":           {[]Question{ask("person", ShortText)}, "/0/name", "means something else"},
		"twice":           {[]Question{ask("a", ShortText), ask("a", Number)}, "/1/name", "already"},
		"kind":            {[]Question{ask("a", "shorttext")}, "/0/kind", `"short-text"`},
		"no kind":         {[]Question{ask("a", "")}, "/0/kind", "the kinds are"},
		"key":             {[]Question{ask("a", Date, func(q *Question) { q.MaxLength = 3 })}, "/0/max_length", "takes no max_length"},
		"language":        {[]Question{{Name: "a", Kind: ShortText, Label: gov.Text{"en": "A"}}}, "/0/label", "missing in: ar"},
		"help":            {[]Question{ask("a", ShortText, func(q *Question) { q.Help = gov.Text{"ar": "م"} })}, "/0/help", "missing in: en"},
		"no options":      {[]Question{ask("a", OneOf)}, "/0/options", "needs options"},
		"same option":     {[]Question{ask("a", OneOf, choose("x", "x"))}, "/0/options/1/value", "already"},
		"option rule":     {[]Question{ask("a", OneOf, choose("x"), func(q *Question) { q.Options[0].When = "1" })}, "/0/options/0/when", "true or false"},
		"min":             {[]Question{ask("a", Money, ranged("1.2345", ""))}, "/0/min", "amount like"},
		"max":             {[]Question{ask("a", Date, ranged("", "2026-02-31"))}, "/0/max", "day like"},
		"range":           {[]Question{ask("a", Number, ranged("5", "1"))}, "/0/max", "below"},
		"pattern":         {[]Question{ask("a", ShortText, func(q *Question) { q.Pattern = "[" })}, "/0/pattern", "cannot be read"},
		"file type":       {[]Question{ask("a", File, func(q *Question) { q.Files = &FileLimits{Types: []string{"image/gif"}} })}, "/0/files/types/0", "cannot be told"},
		"file size":       {[]Question{ask("a", File, func(q *Question) { q.Files = &FileLimits{MaxKB: 1 << 20} })}, "/0/files", "at most"},
		"rows":            {[]Question{ask("a", Group, func(q *Question) { q.Questions, q.MinRows, q.MaxRows = []Question{ask("b", ShortText)}, 5, 2 })}, "/0/max_rows", "rows"},
		"empty group":     {[]Question{ask("a", Group)}, "/0/questions", "needs questions"},
		"group in group":  {[]Question{ask("a", Group, func(q *Question) { q.Questions = []Question{ask("b", Group)} })}, "/0/questions/0", "no further group"},
		"when":            {[]Question{ask("a", ShortText, when(`marital_staus == "x"`)), ask("marital_status", ShortText)}, "/0/when", `mean "marital_status"`},
		"when type":       {[]Question{ask("a", ShortText, when(`today`))}, "/0/when", "gives a date, but true or false"},
		"valid":           {[]Question{ask("a", ShortText, valid(`a + 1`))}, "/0/valid/0/rule", "does not work"},
		"valid error":     {[]Question{ask("a", ShortText, func(q *Question) { q.Valid = []Check{{Rule: "true"}} })}, "/0/valid/0/error", "missing"},
		"prefill":         {[]Question{ask("a", ShortText), ask("b", ShortText, prefill(`a`))}, "/1/prefill", "neither"},
		"prefill type":    {[]Question{ask("a", Date, prefill(`person.name_ar`))}, "/0/prefill", "gives text, but a date"},
		"locked":          {[]Question{ask("a", Date, locked)}, "/0/locked", "needs a prefill"},
		"value":           {[]Question{ask("a", Computed, computes(Money, ""))}, "/0/value", "needs a value"},
		"gives":           {[]Question{ask("a", Computed, computes(Group, "1"))}, "/0/gives", "say what"},
		"gives otherwise": {[]Question{ask("a", Computed, computes(Money, `"x"`))}, "/0/value", "an amount of money is needed"},
		"answered":        {[]Question{ask("aaa", ShortText), ask("b", ShortText, when(`"aab" in answered`))}, "/1", `mean "aaa"`},
		"circle": {[]Question{ask("a", ShortText, when(`b > 1`)), ask("b", Computed, computes(Number, `c + 1`)), ask("c", Number, when(`a == "x"`))},
			"/0", "wait for each other: a → b → c → a"},
		"self":      {[]Question{ask("a", ShortText, when(`a == ""`))}, "/0", "a → a"},
		"in a row":  {[]Question{ask("g", Group, func(q *Question) { q.Questions = []Question{ask("b", ShortText, when(`size(g) > 1`))} })}, "/0", "g → g"},
		"row names": {[]Question{ask("g", Group, func(q *Question) { q.Questions = []Question{ask("b", ShortText, when(`cc == 1`)), ask("c", Number)} })}, "/0/questions/0/when", "neither"},
	} {
		f, issues := CompileQuestions(c.q, nil, Options{})
		if f == nil || len(issues) != 1 || issues[0].Path != c.path || !strings.Contains(issues[0].Text, c.text) {
			t.Errorf("%s: %v", name, issues)
			continue
		}
		if w := issues[0].Words; w["en"] != issues[0].Text || w["ar"] == "" || strings.Contains(w["ar"]+w["en"], "%!") {
			t.Errorf("%s: not in both languages: %v", name, w)
		}
	}
}

func TestPagesAreCheckedToo(t *testing.T) {
	_, issues := Compile([]Page{
		{Name: "a", Title: gov.T("أ", "A"), When: `yy`, Questions: []Question{ask("y", YesNo)}},
		{Name: "a", Title: gov.Text{"en": "B"}},
	}, Options{})
	var got []string
	for _, i := range issues {
		got = append(got, i.Path)
	}
	if s := strings.Join(got, " "); s != "/pages/1/title /pages/1/questions /pages/1/name /pages/0/when" {
		t.Error(issues)
	}
}

func TestIssuesPointIntoTheRule(t *testing.T) {
	_, issues := CompileQuestions([]Question{ask("count", Number), ask("b", ShortText, when("count > 1 &&\n cuont < 3"))}, nil, Options{})
	if len(issues) != 1 || issues[0].Line != 2 || issues[0].Col != 2 || issues[0].String() != `/1/when:2:2: "cuont" is neither a question nor a word that rules know — did you mean "count"?` {
		t.Error(issues)
	}
}

func TestARowsOwnNamesHideTheForms(t *testing.T) {
	f := compiled(t, []Page{{Name: "p", Title: label("p"), Questions: []Question{
		ask("name", ShortText),
		ask("people", Group, func(q *Question) {
			q.Questions = []Question{ask("name", ShortText), ask("alias", ShortText, when(`name == "x"`))}
		}),
		ask("after", ShortText, when(`people.exists(p, p.name == name)`)),
	}}})
	_, err := f.Check(t.Context(), Answers{"name": "x", "people": []any{map[string]any{"name": "y"}, map[string]any{"name": "x"}}}, monday)
	if problem(err, "people.1.alias") == "" || problem(err, "people.0.alias") != "" {
		t.Error(err)
	}
	_, err = f.Check(t.Context(), Answers{"name": "y", "people": []any{map[string]any{"name": "y"}}}, monday)
	if problem(err, "after") == "" {
		t.Error(err)
	}
}

func TestConditionsMayLookAhead(t *testing.T) {
	f, issues := CompileQuestions([]Question{ask("first", ShortText, when(`second == "yes"`)), ask("second", OneOf, choose("yes", "no"))}, nil, Options{})
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	if _, err := f.Check(t.Context(), Answers{"second": "yes"}, monday); problem(err, "first") == "" {
		t.Error(err)
	}
	if _, err := f.Check(t.Context(), Answers{"second": "no"}, monday); err != nil {
		t.Error(err)
	}
}

func TestAnyGoodNameWorksInRules(t *testing.T) {
	for _, name := range []string{"type", "int", "string", "list", "map", "size", "date", "bool", "timestamp", "duration", "dyn", "uint", "double", "bytes",
		"null_type", "address", "file", "point", "record", "has", "all", "age", "matches", "google", "min"} {
		f, issues := CompileQuestions([]Question{ask(name, ShortText), ask("next_one", ShortText, when(name+` == "x" && age(today) == 0`))}, nil, Options{})
		if len(issues) > 0 {
			t.Errorf("%s: %v", name, issues)
			continue
		}
		if _, err := f.Check(t.Context(), Answers{name: "x"}, monday); problem(err, "next_one") == "" {
			t.Errorf("%s: its value is not seen: %v", name, err)
		}
	}
}

func TestAGroupMayHaveTheNameOfOurRecords(t *testing.T) {
	group := ask("address", Group, func(q *Question) { q.Questions = []Question{ask("block", Number)} })
	f, issues := CompileQuestions([]Question{group, ask("x", ShortText, when(`person.address.block == "321" && address.exists(a, a.block == 3)`))}, nil, Options{})
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	if _, err := f.Check(t.Context(), Answers{"address": []any{map[string]any{"block": "3"}}}, monday); problem(err, "x") == "" {
		t.Error(err)
	}
}
