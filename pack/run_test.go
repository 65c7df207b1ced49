package pack_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// claim is the second example of the small claim, with what officers fill in later.
func claim(t *testing.T) (*pack.Pack, map[string]any) {
	t.Helper()
	for _, p := range all(t) {
		if p.ID != "justice/small-claim" {
			continue
		}
		e := &p.Examples[1]
		c := e.Begins()
		c.Case = map[string]any{"reference": "SC-2026-1"}
		answers, err := p.Form.Check(context.Background(), e.Answers, c)
		if err != nil {
			t.Fatal(err)
		}
		answers["hearing_date"], answers["ruling"], answers["awarded"] = "2026-12-08", "part", int64(450_000)
		return p, p.Vars(answers, c)
	}
	t.Fatal("no small claim")
	return nil, nil
}

func TestRulesOfStepsGiveCanonicalValues(t *testing.T) {
	p, vars := claim(t)
	ctx := context.Background()
	who, err := p.Step("answer").WhoOf(ctx, vars)
	if err != nil || who != "791100030" {
		t.Errorf("who: %q %v", who, err)
	}
	until, err := p.Step("hearing").UntilOf(ctx, vars)
	if err != nil || !until.Equal(time.Date(2026, 12, 8, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("until: %v %v", until, err)
	}
	key, err := p.Step("register").KeyOf(ctx, vars)
	if err != nil || key != "SC-2026-1" {
		t.Errorf("key: %q %v", key, err)
	}
	values, err := p.Step("register").ValuesOf(ctx, vars)
	if err != nil || values["awarded"] != int64(450_000) || values["decided_on"] != "2026-11-23" || values["ruling"] != "part" {
		t.Errorf("values: %v %v", values, err)
	}
	org, err := p.Step("registry_opinion").OrganisationOf(ctx, vars)
	if err != nil || org != "moic" {
		t.Errorf("organisation: %q %v", org, err)
	}
	for step, want := range map[string]string{"about_business": "registry_opinion", "result": "granted"} {
		if r, err := p.Step(step).Choose(ctx, vars); err != nil || r.To != want {
			t.Errorf("%s goes to %q, want %q: %v", step, r.To, want, err)
		}
	}
	if p.Step("decide").AsksForm() == nil || p.Step("apply").AsksForm() != nil {
		t.Error("asks")
	}
}

func TestClaimsGiveCanonicalValues(t *testing.T) {
	p, vars := claim(t)
	want := map[string]any{"case_number": "SC-2026-1", "respondent": "ورشة المنار التجريبية", "amount": int64(800_000), "hearing": "2026-12-08", "ruling": "part"}
	for _, c := range p.Document("judgment").Claims {
		v, err := c.ValueOf(context.Background(), vars)
		if err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
		if w, ok := want[c.Name]; ok && fmt.Sprint(v) != fmt.Sprint(w) {
			t.Errorf("%s is %v, want %v", c.Name, v, w)
		}
		if q := c.Question(); (c.Name == "ruling") != (q != nil && q.Kind == form.OneOf) {
			t.Errorf("%s repeats %v", c.Name, q)
		}
	}
}

// An organisation may come from a rule: "{…}".
func TestOrganisationByRule(t *testing.T) {
	files := base(t)
	edit(t, files, "procedure.yaml", "    role: officer\n===\n    role: officer\n    organisation: '{purpose == \"other\" ? \"moic\" : \"moh\"}'\n")
	p, err := pack.Parse(files, here)
	if err != nil {
		t.Fatal(err)
	}
	for purpose, want := range map[string]gov.OrgID{"other": "moic", "personal": "moh"} {
		got, err := p.Step("review").OrganisationOf(context.Background(), p.Vars(form.Answers{"purpose": purpose}, form.Context{}))
		if err != nil || got != want {
			t.Errorf("%s: %q %v", purpose, got, err)
		}
	}
	edit(t, files, "procedure.yaml", "? \"moic\"\n===\n? 7")
	if _, err := pack.Parse(files, here); err == nil {
		t.Error("an organisation that is a number passes")
	}
}
