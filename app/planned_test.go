package app_test

import (
	"slices"
	"testing"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/notify"
	"diwan.example/programme/plan"
)

// subjectsRead are the subjects of what the head of an organisation reads in its
// inbox, in English.
func subjectsRead(t *testing.T, a *app.App, org gov.OrgID) (out []string) {
	t.Helper()
	ctx := gov.WithActor(t.Context(), gov.Actor{Person: "reader", Org: org, Roles: []gov.Role{gov.Head}})
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := notify.Inbox(tx, "", 100)
		for _, m := range list {
			out = append(out, m.Subject[gov.English])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// An organisation reads in its inbox that its plan was returned, once, and
// nothing of what it did itself.
func TestOrganisationsReadHowTheirPlansMove(t *testing.T) {
	a := tried(t)
	if err := a.SeedPlans(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	subjects := func(org gov.OrgID) []string { return subjectsRead(t, a, org) }
	var given plan.Plan
	lead := gov.WithActor(t.Context(), gov.Actor{Person: "lead", Org: a.Country.Authority, Roles: []gov.Role{gov.Authority}})
	err := a.DB.Read(lead, func(tx *db.Tx) error {
		cycles, err := a.Plans.Cycles(tx)
		for _, c := range cycles {
			list, err := a.Plans.Of(tx, c.Year)
			if err != nil {
				return err
			}
			for _, p := range list {
				if p.State == plan.Submitted && p.Organisation != a.Country.Authority {
					given = p
				}
			}
		}
		return err
	})
	if err != nil || given.Organisation == "" {
		t.Fatalf("the sample has no plan that waits for the authority (%v)", err)
	}
	const told = "Your plan was given back for changes"
	if slices.Contains(subjects(given.Organisation), told) {
		t.Fatal("it reads of it before it happened")
	}
	err = a.DB.Write(lead, func(tx *db.Tx) error {
		_, err := a.Plans.Return(tx, given.Year, given.Organisation, "راجعوا الأرباع")
		return err
	})
	if err == nil {
		err = a.Drain(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, s := range subjects(given.Organisation) {
		if s == told {
			n++
		}
	}
	if n != 1 || slices.Contains(subjects(a.Country.Authority), told) {
		t.Errorf("told %d times; the authority: %v", n, subjects(a.Country.Authority))
	}
}
