package directory

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// State is where an entry of the directory stands.
type State string

// The states: only an active entry is published.
const (
	Active    State = "active"
	Suspended State = "suspended"
	Ended     State = "ended"
	Revoked   State = "revoked" // a certificate
)

// Lives is what may become of a member, subsystem, gateway, service or right. An
// ended one may be registered again.
var Lives = gov.Moves[State]{
	{From: "", Event: "register", To: Active},
	{From: Active, Event: "change", To: Active},
	{From: Active, Event: "suspend", To: Suspended},
	{From: Suspended, Event: "change", To: Suspended},
	{From: Suspended, Event: "resume", To: Active},
	{From: Active, Event: "end", To: Ended},
	{From: Suspended, Event: "end", To: Ended},
	{From: Ended, Event: "register", To: Active},
}

// Certificates is what may become of a certificate.
var Certificates = gov.Moves[State]{
	{From: "", Event: "issue", To: Active},
	{From: Active, Event: "revoke", To: Revoked},
}

var (
	errMay      = gov.Fail(gov.Denied, "إدارة دليل التبادل من شأن الهيئة أو مشغّل المنظومة", "Only the authority or an operator changes the directory of the exchange")
	errState    = gov.Fail(gov.Conflict, "لا يسمح وضع هذا القيد في الدليل بهذا الإجراء", "This entry of the directory is in a state that does not allow that")
	errNoEntry  = gov.Fail(gov.NotFound, "لا يوجد قيد بهذا المعرّف في دليل التبادل", "The directory of the exchange has no entry with this identifier")
	errInstance = gov.Fail(gov.Invalid, "المعرّف من بيئة تبادل أخرى", "The identifier belongs to another instance of the exchange")
)

// MayManage reports whether an actor may change the directory.
func MayManage(a gov.Actor) bool {
	return a.Person == gov.System.Person || a.Has(gov.Operator, gov.Authority)
}

// MayRead reports whether an actor may see the pages and records of the exchange.
func MayRead(a gov.Actor) bool { return MayManage(a) || a.Has(gov.Auditor) }

func manages(tx *db.Tx) error {
	if !MayManage(tx.Actor()) {
		return errMay
	}
	return nil
}

// next is the state after an event, or a Conflict.
func next(from State, event string) (State, error) {
	to, ok := Lives.Next(from, event)
	switch {
	case ok:
		return to, nil
	case from == "":
		return from, errNoEntry
	}
	return from, errState
}

// entered is the event with which an entry is written: whatever is not there,
// or has ended, is registered.
func entered(from State) string {
	if from == "" || from == Ended {
		return "register"
	}
	return "change"
}
