// Package journal is the append-only list of what happened, and of who looked
// at whom.
//
// A Fact is written in the transaction that made it true and carries every key
// by which it will be counted. Followers read facts afterwards, each at its own
// pace, and change their own tables and their cursor in one transaction: each
// fact changes them exactly once. Commands go down as calls; facts go up here.
package journal

import (
	"encoding/json"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Fact is one thing that happened, named "<package>.<past verb>".
type Fact struct {
	ID      string
	Seq     int64 // place in the order; 0 until it is known
	At      time.Time
	Name    string       // "case.submitted"
	Subject string       // id of the thing it happened to; its history is found by it
	Actor   gov.PersonID // who did it
	Acting  gov.OrgID    // the organisation they acted for; empty for residents

	Service      gov.ServiceID
	Organisation gov.OrgID   // the owner of the service
	Channel      gov.Channel // of the case, not of this act
	Place        string      // governorate
	Version      string      // of the pack

	Body json.RawMessage // what else there is to know; small; no free text of people
}

// Append writes a fact in tx. ID, At, Actor and Acting are filled in.
func Append(tx *db.Tx, f Fact) error {
	a := tx.Actor()
	f.ID, f.At, f.Actor, f.Acting = db.NewID(tx.Now()), tx.Now(), a.Person, a.Org
	if f.Body == nil {
		f.Body = json.RawMessage("{}")
	}
	return insert(tx, f)
}

// Body encodes what a fact says.
func Body(v any) json.RawMessage { return json.RawMessage(db.JSON(v)) }

// Of returns the history of a subject, oldest first.
func Of(tx *db.Tx, subject string) ([]Fact, error) { return bySubject(tx, subject) }

// Between returns up to n facts that come after seq, in order; for auditors.
func Between(tx *db.Tx, after int64, n int) ([]Fact, error) { return page(tx, after, n) }
