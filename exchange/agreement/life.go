package agreement

import (
	"slices"

	"diwan.example/gov"
)

// State is where an agreement is in its life.
type State string

// The states of an agreement.
const (
	Proposed  State = "proposed"  // the consumer asks for it
	Returned  State = "returned"  // it was given back with a question
	Reviewed  State = "reviewed"  // the authority has nothing more to ask
	Agreed    State = "agreed"    // the holder of the data agreed
	Approved  State = "approved"  // the authority approved; its first day is still to come
	Active    State = "active"    // data may flow
	Expiring  State = "expiring"  // data may flow, for a few days more
	Ended     State = "ended"     // its last day is over, or the consumer gave it up
	Revoked   State = "revoked"   // the holder or the authority stopped it
	Refused   State = "refused"   // it never came to be
	Withdrawn State = "withdrawn" // the consumer took the proposal back
)

// States lists them in the order of life.
var States = []State{Proposed, Returned, Reviewed, Agreed, Approved, Active, Expiring, Ended, Revoked, Refused, Withdrawn}

var (
	flowing  = []State{Active, Expiring}
	open     = []State{Proposed, Returned, Reviewed, Agreed}         // it may still become anything
	approved = []State{Approved, Active, Expiring, Ended, Revoked}   // everybody may read of it
	bound    = []State{Proposed, Reviewed, Agreed, Approved, Active} // it stands in the way of another like it
	closed   = []State{Ended, Revoked, Refused, Withdrawn}           // nothing more happens
)

// Open reports whether the agreement is still being decided on.
func (s State) Open() bool { return slices.Contains(open, s) }

// Public reports whether everybody may read of an agreement in this state.
func (s State) Public() bool { return slices.Contains(approved, s) }

// Closed reports whether nothing more can happen.
func (s State) Closed() bool { return slices.Contains(closed, s) }

// Moves is the life of an agreement. Who may make which move is said by the
// function of that move.
var Moves = gov.Moves[State]{
	{From: "", Event: "propose", To: Proposed},
	{From: Proposed, Event: "revise", To: Proposed},
	{From: Proposed, Event: "comment", To: Proposed},
	{From: Proposed, Event: "return", To: Returned},
	{From: Proposed, Event: "review", To: Reviewed},
	{From: Proposed, Event: "refuse", To: Refused},
	{From: Proposed, Event: "withdraw", To: Withdrawn},
	{From: Returned, Event: "comment", To: Returned},
	{From: Returned, Event: "revise", To: Proposed},
	{From: Returned, Event: "withdraw", To: Withdrawn},
	{From: Reviewed, Event: "comment", To: Reviewed},
	{From: Reviewed, Event: "return", To: Returned},
	{From: Reviewed, Event: "agree", To: Agreed},
	{From: Reviewed, Event: "refuse", To: Refused},
	{From: Reviewed, Event: "withdraw", To: Withdrawn},
	{From: Agreed, Event: "comment", To: Agreed},
	{From: Agreed, Event: "return", To: Returned},
	{From: Agreed, Event: "approve", To: Approved},
	{From: Agreed, Event: "refuse", To: Refused},
	{From: Agreed, Event: "withdraw", To: Withdrawn},
	{From: Approved, Event: "begin", To: Active},
	{From: Approved, Event: "revoke", To: Revoked},
	{From: Approved, Event: "end", To: Ended},
	{From: Active, Event: "warn", To: Expiring},
	{From: Active, Event: "revoke", To: Revoked},
	{From: Active, Event: "end", To: Ended},
	{From: Expiring, Event: "revoke", To: Revoked},
	{From: Expiring, Event: "end", To: Ended},
}

// Facts of this package. The subject is the agreement, the organisation the
// holder of the data; the body names the consumer and the registry.
const (
	FactProposed  = "agreement.proposed"
	FactRevised   = "agreement.revised"
	FactCommented = "agreement.commented"
	FactReturned  = "agreement.returned"
	FactReviewed  = "agreement.reviewed"
	FactAgreed    = "agreement.agreed"
	FactApproved  = "agreement.approved"
	FactBegun     = "agreement.begun"
	FactWarned    = "agreement.warned"
	FactEnded     = "agreement.ended"
	FactRevoked   = "agreement.revoked"
	FactRefused   = "agreement.refused"
	FactWithdrawn = "agreement.withdrawn"
)

// facts are what each move is called once it happened.
var facts = map[string]string{
	"propose": FactProposed, "revise": FactRevised, "comment": FactCommented, "return": FactReturned, "review": FactReviewed, "agree": FactAgreed,
	"approve": FactApproved, "begin": FactBegun, "warn": FactWarned, "end": FactEnded, "revoke": FactRevoked, "refuse": FactRefused, "withdraw": FactWithdrawn,
}
