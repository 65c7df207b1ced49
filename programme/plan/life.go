package plan

import "diwan.example/gov"

// State is where a plan is in its life.
type State string

// The states of a plan.
const (
	Draft     State = "draft"     // its organisation writes it
	Submitted State = "submitted" // it was given; others read, comment and support
	Returned  State = "returned"  // it was given back to be revised
	Revised   State = "revised"   // it was given again
	Finalised State = "finalised" // the authority has nothing more to add
	Approved  State = "approved"  // the committee approved it
	Followed  State = "followed"  // it is reported on, quarter by quarter
	Closed    State = "closed"    // its year is over and accounted for
)

// States lists them in the order of the year.
var States = []State{Draft, Submitted, Returned, Revised, Finalised, Approved, Followed, Closed}

// Moves is the life of a plan. Who may make which move is said by the function
// of that move.
var Moves = gov.Moves[State]{
	{From: "", Event: "begin", To: Draft},
	{From: Draft, Event: "save", To: Draft},
	{From: Draft, Event: "submit", To: Submitted},
	{From: Submitted, Event: "comment", To: Submitted},
	{From: Submitted, Event: "return", To: Returned},
	{From: Submitted, Event: "finalise", To: Finalised},
	{From: Returned, Event: "save", To: Returned},
	{From: Returned, Event: "comment", To: Returned},
	{From: Returned, Event: "submit", To: Revised},
	{From: Revised, Event: "comment", To: Revised},
	{From: Revised, Event: "return", To: Returned},
	{From: Revised, Event: "finalise", To: Finalised},
	{From: Finalised, Event: "return", To: Returned},
	{From: Finalised, Event: "approve", To: Approved},
	{From: Approved, Event: "report", To: Followed},
	{From: Followed, Event: "report", To: Followed},
	{From: Followed, Event: "account", To: Followed},
	{From: Followed, Event: "close", To: Closed},
}

// CycleState is where a cycle is in its life.
type CycleState string

// The states of a cycle.
const (
	CycleDraft  CycleState = "draft"  // the authority writes framework and template
	CycleOpen   CycleState = "open"   // organisations plan, or are followed
	CycleClosed CycleState = "closed" // every plan is closed
)

// CycleMoves is the life of a cycle.
var CycleMoves = gov.Moves[CycleState]{
	{From: "", Event: "make", To: CycleDraft},
	{From: CycleDraft, Event: "save", To: CycleDraft},
	{From: CycleDraft, Event: "open", To: CycleOpen},
	{From: CycleOpen, Event: "save", To: CycleOpen},
	{From: CycleOpen, Event: "close", To: CycleClosed},
}

// Facts of this package. The subject of those of a plan is "2027/moe", of those
// of a cycle "2027".
const (
	FactOpened      = "plan.opened"      // a cycle was opened
	FactRescheduled = "plan.rescheduled" // dates of an open cycle changed
	FactConcluded   = "plan.concluded"   // a cycle was closed
	FactBegan       = "plan.began"       // an organisation began its plan
	FactExtended    = "plan.extended"    // the authority gave it more time
	FactSubmitted   = "plan.submitted"   // it was given
	FactCommented   = "plan.commented"   // somebody commented on it
	FactSupported   = "plan.supported"   // another organisation supports a part of it
	FactSettled     = "plan.settled"     // a comment was dealt with
	FactReturned    = "plan.returned"    // it was given back
	FactRevised     = "plan.revised"     // it was given again
	FactFinalised   = "plan.finalised"   // the authority finalised it
	FactApproved    = "plan.approved"    // the committee approved it
	FactReported    = "plan.reported"    // its organisation reported on a quarter
	FactAccounted   = "plan.accounted"   // its closing report was given
	FactClosed      = "plan.closed"      // it was closed
)

var errMove = gov.Fail(gov.Conflict, "لا يُجرى هذا على الخطة في حالها الحالية", "This cannot be done to the plan as it stands now")

// may says whether an event is possible in the plan's state.
func (p Plan) may(event string) (State, error) {
	to, ok := Moves.Next(p.State, event)
	if !ok {
		return p.State, errMove
	}
	return to, nil
}
