package app_test

import (
	"slices"
	"strings"
	"testing"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/notify"
)

// Operators read of a ceremony that waits for them: not who proposed it on a page,
// but whoever was named on the command line, in other words.
func TestOperatorsAreToldOfCeremonies(t *testing.T) {
	a := tried(t)
	ctx := gov.WithActor(t.Context(), gov.System)
	var operators []gov.PersonID
	if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { operators, err = identity.Operators(tx); return err }); err != nil || len(operators) != 2 {
		t.Fatalf("%d operators, %v", len(operators), err)
	}
	propose := func(c document.Ceremony) {
		t.Helper()
		who := gov.WithActor(t.Context(), gov.Actor{Person: operators[0], Org: a.Country.Authority, Roles: []gov.Role{gov.Operator}, StepUp: a.DB.Now()})
		c.Rite, c.Note = document.NewRoot, "قبل أن يعتمد عليه أحد"
		c, err := a.Issuer.Keys().Propose(who, c)
		if err == nil {
			err = a.Drain(ctx)
		}
		if err == nil {
			_, err = a.Issuer.Keys().Withdraw(who, c.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	told := func(p gov.PersonID) (out []string) {
		t.Helper()
		err := a.DB.Read(gov.WithActor(t.Context(), gov.Actor{Person: p}), func(tx *db.Tx) error {
			list, err := notify.Inbox(tx, "", 50)
			out = nil
			for _, m := range list {
				out = append(out, m.Body.In(gov.English))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	const waits = "One operator proposed it; another confirms or refuses it within four hours."
	count := func(p gov.PersonID, words string) (n int) {
		for _, s := range told(p) {
			if s == words {
				n++
			}
		}
		return n
	}
	propose(document.Ceremony{})
	if count(operators[0], waits) != 0 || count(operators[1], waits) != 1 {
		t.Errorf("of one on a page: %q and %q", told(operators[0]), told(operators[1]))
	}
	propose(document.Ceremony{Via: document.OnCommand})
	if count(operators[1], waits) != 2 || !slices.ContainsFunc(told(operators[0]), func(s string) bool { return strings.HasPrefix(s, "This was done in your name") }) {
		t.Errorf("of one on the command line: %q and %q", told(operators[0]), told(operators[1]))
	}
}
