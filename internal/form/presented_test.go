package form

import (
	"context"
	"errors"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/rule"
)

func presentedForm(t *testing.T, claims ...ShownClaim) (*Form, []Issue) {
	t.Helper()
	file := Question{Name: "card", Kind: File, Label: gov.T("بطاقة", "Card"), Credential: &Presentation{Type: "a/b#card", Claims: claims}}
	why := Question{Name: "why", Kind: ShortText, Label: gov.T("لماذا", "Why"), When: `!has(presented.card) || presented.card.until < today`}
	return Compile([]Page{{Name: "one", Title: gov.T("صفحة", "Page"), Questions: []Question{file, why}}}, Options{})
}

func TestACredentialStandsForAFile(t *testing.T) {
	f, issues := presentedForm(t, ShownClaim{Name: "until", Kind: Date}, ShownClaim{Name: "name"})
	if len(issues) > 0 {
		t.Fatal(issues)
	}
	c := Context{Now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	var bad gov.Problems
	if _, err := f.Check(context.Background(), Answers{}, c); !errors.As(err, &bad) || len(bad) != 2 {
		t.Errorf("without file and credential: %v", err)
	}
	c.Presented = Presented{"card": {"until": "2031-01-01", "name": "سارة"}}
	out, err := f.Check(context.Background(), Answers{}, c)
	if err != nil || len(out) != 0 {
		t.Errorf("with a credential: %v %v", out, err)
	}
	vars := f.Vars(out, c)
	p, err := f.Env().Compile(`"card" in answered && presented.card.name == "سارة" && size(card) == 0`, rule.Bool)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := p.True(context.Background(), vars); !ok || err != nil {
		t.Errorf("rules see %v %v", ok, err)
	}
	c.Presented["card"]["until"] = "2020-01-01"
	if _, err := f.Check(context.Background(), Answers{}, c); !errors.As(err, &bad) || len(bad) != 1 || bad[0].Field != "why" {
		t.Errorf("a rule over an old card: %v", err)
	}
}

func TestCredentialsOfQuestionsAreChecked(t *testing.T) {
	if _, issues := presentedForm(t, ShownClaim{Name: "until", Kind: Date}, ShownClaim{Name: "until"}); len(issues) == 0 {
		t.Error("a claim twice")
	}
	if _, issues := presentedForm(t, ShownClaim{Name: "until", Kind: "dat"}); len(issues) == 0 {
		t.Error("a kind that is none")
	}
	text := Question{Name: "x", Kind: ShortText, Label: gov.T("س", "X"), Credential: &Presentation{Type: "a/b#c"}}
	if _, issues := Compile([]Page{{Name: "one", Title: gov.T("ص", "P"), Questions: []Question{text}}}, Options{}); len(issues) == 0 {
		t.Error("a text takes no credential")
	}
}
