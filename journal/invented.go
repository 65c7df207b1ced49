package journal

import (
	"encoding/json"
	"math"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Invented says in the journal that what was entered until now is a sample's past,
// lived with the clock set back: an audit tells so, and does not take its dates for
// entries that were put in later. Saying it twice says nothing more. Appends
// journal.invented. The machine only. Errors: Denied.
func Invented(tx *db.Tx) error {
	if tx.Actor().Person != gov.System.Person {
		return gov.Fail(gov.Denied, "تقول هذا المنظومة نفسها وحدها", "Only the platform itself says this")
	}
	said, err := factsNamed(tx, "journal.invented")
	if err != nil || len(said) > 0 {
		return err
	}
	looks, err := countLooks(tx)
	if err != nil {
		return err
	}
	return Append(tx, Fact{Name: "journal.invented", Body: Body(map[string]int64{"looks": looks})})
}

// invented is up to which fact and which look the dates are a sample's; 0: none are.
type invented struct{ facts, looks int64 }

func inventedPast(tx *db.Tx) (out invented, err error) {
	said, err := factsNamed(tx, "journal.invented")
	if err != nil || len(said) == 0 {
		return out, err
	}
	var body struct{ Looks int64 }
	err = json.Unmarshal(said[0].Body, &body)
	out = invented{said[0].Seq, body.Looks}
	if out.facts == 0 { // it waits for its number
		out.facts = math.MaxInt64
	}
	return out, err
}
