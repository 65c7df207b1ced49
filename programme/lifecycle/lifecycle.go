// Package lifecycle says how far every service has come, from being written down
// to being closed at the counter, and on which evidence. Gates are data: each
// names its evidence, taken from the records where it can be and from a signed
// statement where it cannot. A service stands at the highest stage all of whose
// gates hold, so it rises and falls by itself; every change is kept, so that any
// past day can be asked.
//
// What people declare and what was proven here are kept apart: a stage says what
// it rests on, and a level or an interaction point is a Measure of two values.
package lifecycle

import (
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/pack"
)

// Stage is how far a service has come.
type Stage string

// The stages, in their order.
const (
	Entered     Stage = "entered"     // in the catalogue, not documented yet
	Documented  Stage = "documented"  //
	Assessed    Stage = "assessed"    //
	Prioritised Stage = "prioritised" //
	Planned     Stage = "planned"     //
	Designed    Stage = "designed"    //
	Built       Stage = "built"       //
	Tested      Stage = "tested"      //
	Live        Stage = "live"        //
	Improving   Stage = "improving"   //
	Closed      Stage = "closed"      // its counter is closed
	Retired     Stage = "retired"     // it is no longer offered
)

// Stages lists them.
var Stages = []Stage{Entered, Documented, Assessed, Prioritised, Planned, Designed, Built, Tested, Live, Improving, Closed, Retired}

// Rank is the place of a stage; -1 when there is none.
func (s Stage) Rank() int { return slices.Index(Stages, s) }

// Name is the stage in words.
func (s Stage) Name() gov.Text {
	if s == Entered {
		return gov.T("في الدليل ولم تُوثَّق بعد", "In the catalogue, not documented yet")
	}
	if s == Retired {
		return gov.T("خارج الخدمة", "Retired")
	}
	for _, g := range Gates() {
		if g.Stage == s {
			return g.Name
		}
	}
	return gov.T(string(s), string(s))
}

// Moves is the life of a service. It passes one gate after the other and loses
// them one by one; several may pass or be lost at the same moment.
var Moves = gov.Moves[Stage]{
	{From: "", Event: "enter", To: Entered},
	{From: Entered, Event: "pass", To: Documented},
	{From: Documented, Event: "pass", To: Assessed},
	{From: Assessed, Event: "pass", To: Prioritised},
	{From: Prioritised, Event: "pass", To: Planned},
	{From: Planned, Event: "pass", To: Designed},
	{From: Designed, Event: "pass", To: Built},
	{From: Built, Event: "pass", To: Tested},
	{From: Tested, Event: "pass", To: Live},
	{From: Live, Event: "pass", To: Improving},
	{From: Live, Event: "close counter", To: Closed},
	{From: Improving, Event: "close counter", To: Closed},
	{From: Closed, Event: "lose", To: Improving},
	{From: Closed, Event: "reopen counter", To: Live},
	{From: Improving, Event: "lose", To: Live},
	{From: Live, Event: "lose", To: Tested},
	{From: Tested, Event: "lose", To: Built},
	{From: Built, Event: "lose", To: Designed},
	{From: Designed, Event: "lose", To: Planned},
	{From: Planned, Event: "lose", To: Prioritised},
	{From: Prioritised, Event: "lose", To: Assessed},
	{From: Assessed, Event: "lose", To: Documented},
	{From: Documented, Event: "lose", To: Entered},
	{From: Entered, Event: "retire", To: Retired},
	{From: Retired, Event: "offer again", To: Entered},
}

// events are the moves that lead towards a stage of a higher place, and of a lower.
var (
	rising  = []string{"enter", "pass", "close counter"}
	falling = []string{"lose", "reopen counter"}
)

// reaches reports whether moves of some kinds lead from one stage to another.
func reaches(from, to Stage, events []string) bool {
	for _, m := range Moves {
		if m.From == from && slices.Contains(events, m.Event) && (m.To == to || reaches(m.To, to, events)) {
			return true
		}
	}
	return false
}

// legal reports whether a service may come from one stage to another: by rising
// or by falling, or through retirement, to which it falls first.
func legal(from, to Stage) bool {
	switch {
	case to == Retired:
		return from == "" || from == Entered || reaches(from, Entered, falling)
	case from == Retired:
		return to == Entered || reaches(Entered, to, rising)
	}
	return reaches(from, to, rising) || reaches(from, to, falling)
}

// Basis is what something rests on.
type Basis string

// The bases.
const (
	Proven   Basis = "proven"   // records kept here and statements signed here
	Declared Basis = "declared" // its organisation's word about what runs elsewhere
)

// Facts of this package. Their subject is the service.
const (
	FactMoved     = "lifecycle.moved"     // a service came to another stage
	FactSigned    = "lifecycle.signed"    // somebody signed a statement
	FactWithdrawn = "lifecycle.withdrawn" // a statement was taken back
	FactEvidenced = "lifecycle.evidenced" // another part of the programme gave evidence, or took it back
)

// Cycle computes the life of services from what is kept here.
type Cycle struct {
	Packs *pack.Library
	Zone  *time.Location // its days; nil means UTC
}

// window is how far back cases count: evidence that people are served online
// does not last for ever.
const window = 365

// few is how many services are read one by one rather than all at once.
const few = 40
