package app_test

import (
	"errors"
	"strings"
	"testing"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/notify"
)

// What may stop the exchange reaches the inbox of every operator, in both languages.
func TestOperatorsAreWarnedOfTheExchange(t *testing.T) {
	a := tried(t)
	ctx := gov.WithActor(t.Context(), gov.System)
	var operators []gov.PersonID
	err := a.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if operators, err = identity.Operators(tx); err != nil {
			return err
		}
		return journal.Append(tx, journal.Fact{Name: "directory.warned", Subject: "BH/GOV/moe/gw", Body: journal.Body(map[string]any{"days": 13})})
	})
	if err != nil || len(operators) == 0 {
		t.Fatal(operators, err)
	}
	if err := a.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	id, err := xroad.ParseServer("BH/GOV/iga/gw")
	if err != nil {
		t.Fatal(err)
	}
	a.Unsealed(id, errors.New("no answer"))
	a.Unsealed(id, nil)
	for _, p := range operators {
		var list []notify.Message
		err := a.DB.Read(gov.WithActor(t.Context(), gov.Actor{Person: p}), func(tx *db.Tx) (err error) { list, err = notify.Inbox(tx, "", 10); return err })
		if err != nil || len(list) != 3 {
			t.Fatalf("%d messages, %v", len(list), err)
		}
		said := ""
		for _, m := range list {
			said += m.Subject.In(gov.English) + m.Body.In(gov.English) + m.Body.In(gov.Arabic)
		}
		for _, want := range []string{"sealed again", "cannot be sealed", "13 days", "BH/GOV/moe/gw", "BH/GOV/iga/gw", "الأيام الباقية 13"} {
			if !strings.Contains(said, want) {
				t.Errorf("no word of %q in %s", want, said)
			}
		}
	}
}
