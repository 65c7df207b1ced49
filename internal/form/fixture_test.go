package form

import (
	"errors"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
)

func label(s string) gov.Text { return gov.T("سؤال "+s, "Question "+s) }

func ask(name string, k Kind, more ...func(*Question)) Question {
	q := Question{Name: name, Kind: k, Label: label(name)}
	for _, m := range more {
		m(&q)
	}
	return q
}

func optional(q *Question)               { q.Optional = true }
func when(s string) func(*Question)      { return func(q *Question) { q.When = s } }
func ranged(a, b string) func(*Question) { return func(q *Question) { q.Min, q.Max = a, b } }
func prefill(s string) func(*Question)   { return func(q *Question) { q.Prefill = s } }
func locked(q *Question)                 { q.Locked = true }
func choose(vals ...string) func(*Question) {
	return func(q *Question) {
		for _, v := range vals {
			q.Options = append(q.Options, Option{Value: v, Label: label(v)})
		}
	}
}
func computes(gives Kind, src string) func(*Question) {
	return func(q *Question) { q.Gives, q.Value = gives, src }
}
func valid(src string) func(*Question) {
	return func(q *Question) {
		q.Valid = append(q.Valid, Check{Rule: src, Error: gov.T("القاعدة: "+q.Name, "Rule of "+q.Name)})
	}
}

// everyKind has each kind, conditions, computed values, a locked answer and a group.
func everyKind() []Page {
	child := []Question{
		ask("name", ShortText), ask("birth", Date, ranged("", "today")), ask("school", ShortText, optional, when(`age(birth) >= 6`)),
		ask("grant", Money, ranged("", "100")), ask("years", Computed, computes(Number, `age(birth)`)),
	}
	return []Page{
		{Name: "you", Title: label("you"), Questions: []Question{
			ask("civil", CivilNumber, prefill(`person.civil_number`), locked),
			ask("name", ShortText, prefill(`person.name_ar`)),
			ask("story", LongText, optional, func(q *Question) { q.MaxLength = 500 }),
			ask("marital", OneOf, choose("single", "married")),
			ask("spouse", CivilNumber, when(`marital == "married"`)),
			ask("born", Date, ranged("1900-01-01", "today"), prefill(`person.birth`)),
			ask("home", Address, optional, prefill(`person.address`)),
			ask("phone", Phone, optional), ask("email", Email, optional),
		}},
		{Name: "matter", Title: label("matter"), Questions: []Question{
			ask("count", Number, ranged("1", "1000")), ask("weight", Number, optional, func(q *Question) { q.Decimals = 2 }),
			ask("amount", Money, optional, ranged("1", "5000")), ask("visit", Time, optional, ranged("07:00", "14:00")),
			ask("agree", YesNo, optional), ask("needs", ManyOf, optional, choose("a", "b", "c")),
			ask("passport", Passport, optional), ask("iban", IBAN, optional), ask("place", MapPoint, optional),
			ask("photo", File, optional, func(q *Question) { q.Files = &FileLimits{Types: []string{JPEG, PNG}, MaxKB: 100, Max: 2} }),
			ask("children", Group, optional, func(q *Question) { q.Questions, q.MaxRows = child, 5 }),
			ask("total", Computed, computes(Money, `sum(children.map(c, c.grant)) + amount`), valid(`total <= money("5100")`)),
			ask("from", Date, optional), ask("until", Date, optional, valid(`until >= from`)),
		}},
		{Name: "late", Title: label("late"), When: `total > money("1000")`, Questions: []Question{
			ask("why", LongText), ask("code", ShortText, optional, func(q *Question) { q.Pattern = `[A-Z]{2}-[0-9]{3}` })}},
		{Name: "end", Title: label("end"), Questions: []Question{ask("true_all", Declaration)}},
	}
}

var monday = Context{
	Now: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC), Zone: time.FixedZone("AST", 3*3600),
	Person: Person{CivilNumber: "850100011", NameAr: "سلمى أحمد", NameEn: "Salma Ahmed", Birth: "1985-01-20", Block: "321", Road: "2105", Building: "10", Marks: []string{"disability"}},
}

func compiled(t testing.TB, pages []Page) *Form {
	t.Helper()
	f, issues := Compile(pages, Options{})
	for _, i := range issues {
		t.Errorf("issue: %s", i)
	}
	if t.Failed() {
		t.FailNow()
	}
	return f
}

// one compiles a form of one question named q.
func one(t testing.TB, q Question) *Form {
	t.Helper()
	q.Name = "q"
	return compiled(t, []Page{{Name: "p", Title: label("p"), Questions: []Question{q}}})
}

func good() Answers {
	return Answers{"civil": "850100011", "name": "سلمى أحمد", "marital": "single", "born": "1985-01-20", "count": "3", "true_all": "on"}
}

// problem returns the English text of the problem at field, "" when there is none.
func problem(err error, field string) string {
	var many gov.Problems
	if !errors.As(err, &many) {
		return ""
	}
	for _, p := range many {
		if p.Field == field {
			if len(p.Text.Missing(gov.Arabic, gov.English)) > 0 || strings.Contains(p.Text[gov.Arabic]+p.Text[gov.English], "%!") {
				return "BROKEN TEXT"
			}
			return p.Text[gov.English]
		}
	}
	return ""
}
