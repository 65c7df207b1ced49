// Package payment asks for money, takes it, gives receipts for it, pays it back
// and proves that all of it is accounted for.
//
// A Charge is what one case owes at one step. It is settled through a provider
// (Begin, Return, Webhook), at an officer's counter (SettleAtCounter) or by
// being exempt (Ask with nothing left to pay). Every movement of money is a
// posting in a ledger that only grows; each entry moves an amount from one
// account to another, so that every posting sums to zero.
//
// Facts: payment.charged, payment.settled, payment.voided, payment.refunded,
// with the charge as subject. Their bodies are a Fact.
package payment

import (
	"time"

	"diwan.example/gov"
)

// State is where a charge stands.
type State string

// The states of a charge.
const (
	Open           State = "open"            // waits to be paid
	Settled        State = "settled"         // paid or exempt
	Voided         State = "void"            // no longer asked for
	PartlyRefunded State = "partly-refunded" // some of it was paid back
	Refunded       State = "refunded"        // all of it was paid back
)

// Moves is the life of a charge: from each state, the states it may go to.
var Moves = map[State][]State{
	Open:           {Settled, Voided},
	Settled:        {PartlyRefunded, Refunded},
	PartlyRefunded: {PartlyRefunded, Refunded},
	Voided:         {},
	Refunded:       {},
}

func (s State) may(to State) bool {
	for _, x := range Moves[s] {
		if x == to {
			return true
		}
	}
	return false
}

// Line is one part of a charge and the organisation it is for.
type Line struct {
	ID     string    `json:"i"`
	Label  gov.Text  `json:"l"`
	For    gov.OrgID `json:"f"`
	Amount gov.Money `json:"a"`
}

// Charge is money asked for a case.
type Charge struct {
	ID      gov.ChargeID
	Case    gov.CaseID
	Step    string
	Service gov.ServiceID
	Owner   gov.OrgID // the organisation that owns the service
	Payer   gov.PersonID
	Channel gov.Channel
	Place   string
	Version string

	Lines        []Line
	Waived       gov.Money // exempted from the sum of the lines
	WaivedReason gov.Text
	Total        gov.Money // what is to be paid: the lines less Waived
	Refunded     gov.Money // paid back so far
	Promised     gov.Money // paid back or on its way back

	State   State
	Reason  string // why it is void: "withdrawn", "lapsed"
	Means   Means  // how it was settled
	Due     time.Time
	Created time.Time
	Settled time.Time
}

// Means says how a charge was settled.
type Means struct {
	By        string // a provider's name, ByCounter or ByExemption
	Reference string // the provider's reference, or the slip's number
}

// Means that are no provider.
const (
	ByCounter   = "counter"
	ByExemption = "exempt"
)

// Paid reports whether the charge needs nothing more from the payer.
func (c Charge) Paid() bool { return c.State != Open && c.State != Voided }

// Fact is the body of this package's facts.
type Fact struct {
	Case     gov.CaseID              `json:"case"`
	Step     string                  `json:"step"`
	Amount   gov.Money               `json:"amount"` // of this fact: asked, paid, voided or refunded
	Waived   gov.Money               `json:"waived,omitempty"`
	Split    map[gov.OrgID]gov.Money `json:"split,omitempty"`
	Means    string                  `json:"means,omitempty"`
	Receipts []string                `json:"receipts,omitempty"`
	Reason   string                  `json:"reason,omitempty"` // code of a void
	State    State                   `json:"state"`
}
