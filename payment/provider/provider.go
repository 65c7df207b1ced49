// Package provider says what a payment provider must do for us. There are two:
// the built-in sandbox bank and one that speaks the public Stripe API. Both
// pass the suite in providertest.
//
// A provider is called outside any transaction. Create and Refund carry a key:
// the same key gives the same answer and moves money at most once.
package provider

import (
	"context"
	"net/http"
	"time"

	"diwan.example/gov"
)

// State is how far a payment or refund has come at the provider.
type State string

// The states of a payment or refund.
const (
	Pending   State = "pending"   // the payer or the bank is not finished
	Succeeded State = "succeeded" // the money has moved
	Failed    State = "failed"    // refused, cancelled or expired; no money moved
)

// Final reports whether no further change is expected.
func (s State) Final() bool { return s == Succeeded || s == Failed }

// Intent is what somebody is about to pay.
type Intent struct {
	ID          string    // our id of the attempt; comes back in events
	Amount      gov.Money // minor units
	Currency    string    // ISO 4217, upper case
	Description gov.Text  // shown to the payer; no personal data
	ReturnURL   string    // where the payer's browser goes afterwards
	Key         string    // idempotency key
}

// Created is a payment that waits for its payer.
type Created struct {
	Ref          string // the provider's reference
	RedirectURL  string // the provider's page; empty when there is none
	ClientSecret string // for a provider whose form stands in our page
}

// Status is a payment or refund as the provider sees it now.
type Status struct {
	Ref      string
	State    State
	Amount   gov.Money
	Currency string
}

// EventKind says what an event is about.
type EventKind string

// The kinds of event. An event of another kind has the empty kind and is ignored.
const (
	Payment EventKind = "payment"
	Refund  EventKind = "refund"
)

// Event is a verified message from the provider. The same event may come
// several times, late, and in any order.
type Event struct {
	ID     string // the same for every delivery of the same event
	Kind   EventKind
	Intent string // our id of the attempt or refund, if the provider knows it
	Status
}

// StatementLine is one movement of money on the provider's statement.
type StatementLine struct {
	Ref      string // of the payment or of the refund
	Kind     EventKind
	Amount   gov.Money // always positive
	Currency string
	At       time.Time
}

// Provider takes payments. Error kinds of every method: Invalid when the
// provider refuses the request for good, NotFound for an unknown reference,
// Unavailable when it should be tried again.
type Provider interface {
	// Create opens a payment.
	Create(ctx context.Context, in Intent) (Created, error)
	// Fetch asks how a payment stands.
	Fetch(ctx context.Context, ref string) (Status, error)
	// Refund gives part or all of a payment back. Status.Ref is the refund's.
	Refund(ctx context.Context, ref string, amount gov.Money, key string) (Status, error)
	// FetchRefund asks how a refund stands.
	FetchRefund(ctx context.Context, ref string) (Status, error)
	// ParseWebhook verifies a message and reads it. Denied: not signed by the
	// provider, or signed too long ago.
	ParseWebhook(h http.Header, body []byte) (Event, error)
	// Statement lists the money moved from from up to, not including, to.
	Statement(ctx context.Context, from, to time.Time) ([]StatementLine, error)
}
