// Package sandbox is a built-in bank for trying out: it has its own payment
// page, test cards, signed messages that are repeated on purpose, refunds and
// statements. It moves no real money and every page of it says so.
//
// The bank keeps its own books (tables payment_bank_*) and never looks into
// ours: it can be compared with the ledger like any other provider.
package sandbox

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/payment/provider"
)

// Name is what the bank is called in charges and in the ledger.
const Name = "sandbox"

// Bank is the sandbox bank; it is a provider.Provider. Fill DB, Currency,
// Secret, Base and Hook.
type Bank struct {
	DB       *db.DB
	Currency gov.Currency
	Secret   []byte        // signs messages
	Base     string        // where Handler is mounted, as browsers reach it: "/bank" or "https://…/bank"
	Hook     string        // URL that takes the bank's messages
	Client   *http.Client  // sends messages; nil: one with a limit of 10 s
	Key      string        // bearer key of the statement page; empty: no such page
	Clears   time.Duration // how long the slow card takes; 0: 30 s
	Wake     func()        // if set, called when there is a message to send
	Log      *slog.Logger
}

var _ provider.Provider = (*Bank)(nil)

// The states of a payment at the bank.
const (
	waiting   = "open"     // for its payer
	clearing  = "clearing" // the slow card
	succeeded = "succeeded"
	failed    = "failed"
)

// openFor is how long a payment page may be used.
const openFor = 24 * time.Hour

// payment is a payment in the bank's books.
type payment struct {
	ID, Key, Intent string
	Amount          gov.Money
	Currency        string
	Description     gov.Text
	ReturnURL       string
	State           string
	Tries           int
	Last4           string
	Created         time.Time
}

func (p payment) status() provider.Status {
	s := provider.Status{Ref: p.ID, State: provider.Pending, Amount: p.Amount, Currency: p.Currency}
	switch p.State {
	case succeeded:
		s.State = provider.Succeeded
	case failed:
		s.State = provider.Failed
	}
	return s
}

var (
	noPayment  = gov.Fail(gov.NotFound, "لا توجد عملية دفع بهذا الرقم", "There is no payment with this number")
	badPayment = gov.Fail(gov.Invalid, "بيانات عملية الدفع غير صحيحة", "The payment is not correct")
	badRefund  = gov.Fail(gov.Invalid, "لا يمكن رد هذا المبلغ", "This amount cannot be paid back")
)

// Create opens a payment with its page.
func (b *Bank) Create(ctx context.Context, in provider.Intent) (provider.Created, error) {
	if in.Amount <= 0 || in.Currency != b.Currency.Code || in.Key == "" || !goodReturn(in.ReturnURL) {
		return provider.Created{}, badPayment
	}
	p := payment{ID: "bank_" + db.Short(20), Key: in.Key, Intent: in.ID, Amount: in.Amount, Currency: in.Currency,
		Description: in.Description, ReturnURL: in.ReturnURL, State: waiting}
	err := b.DB.Write(ctx, func(tx *db.Tx) error {
		p.Created = tx.Now()
		made, err := insertPayment(tx, p)
		if err == nil && !made {
			p, _, err = paymentByKey(tx, in.Key)
		}
		return err
	})
	if err != nil {
		return provider.Created{}, err
	}
	if p.Amount != in.Amount || p.Currency != in.Currency { // the key was used for something else
		return provider.Created{}, badPayment
	}
	return provider.Created{Ref: p.ID, RedirectURL: strings.TrimSuffix(b.Base, "/") + "/pay/" + p.ID}, nil
}

// goodReturn accepts a path of this site or an http(s) address.
func goodReturn(s string) bool {
	u, err := url.Parse(s)
	if err != nil || strings.HasPrefix(s, "//") || strings.Contains(s, "\\") {
		return false
	}
	if u.Scheme == "" {
		return u.Host == "" && strings.HasPrefix(u.Path, "/")
	}
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// Fetch tells how a payment stands.
func (b *Bank) Fetch(ctx context.Context, ref string) (provider.Status, error) {
	p, err := b.payment(ctx, ref)
	return p.status(), err
}

// payment reads a payment, and ends one that nobody paid in time.
func (b *Bank) payment(ctx context.Context, ref string) (p payment, err error) {
	err = b.DB.Read(ctx, func(tx *db.Tx) error { p, err = paymentByID(tx, ref); return err })
	if err != nil || p.State != waiting || b.DB.Now().Sub(p.Created) <= openFor {
		return p, err
	}
	err = b.DB.Write(ctx, func(tx *db.Tx) error { return b.end(tx, &p, failed) })
	return p, err
}

// end finishes a payment once and sends the message about it. A payment that
// has ended otherwise stays as it is, and p says how.
func (b *Bank) end(tx *db.Tx, p *payment, state string) error {
	first, err := endPayment(tx, p.ID, state, p.Last4)
	if err != nil {
		return err
	}
	if !first {
		*p, err = paymentByID(tx, p.ID)
		return err
	}
	p.State = state
	return b.announce(tx, provider.Event{Kind: provider.Payment, Intent: p.Intent, Status: p.status()})
}

// Refund pays back at once.
func (b *Bank) Refund(ctx context.Context, ref string, amount gov.Money, key string) (s provider.Status, err error) {
	if amount <= 0 || key == "" {
		return s, badRefund
	}
	err = b.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := lockPayment(tx, ref)
		if err != nil {
			return err
		}
		if old, ok, err := refundByKey(tx, key); err != nil || ok {
			s = old
			return err
		}
		back, err := paidBack(tx, ref)
		if err != nil {
			return err
		}
		if p.State != succeeded || back+amount > p.Amount {
			return badRefund
		}
		s = provider.Status{Ref: "back_" + db.Short(20), State: provider.Succeeded, Amount: amount, Currency: p.Currency}
		if err := insertRefund(tx, s, key, ref); err != nil {
			return err
		}
		return b.announce(tx, provider.Event{Kind: provider.Refund, Intent: key, Status: s})
	})
	return s, err
}

// FetchRefund tells how a refund stands.
func (b *Bank) FetchRefund(ctx context.Context, ref string) (s provider.Status, err error) {
	err = b.DB.Read(ctx, func(tx *db.Tx) error { s, err = refundByID(tx, ref); return err })
	return s, err
}

// Statement lists the money moved in a span of time.
func (b *Bank) Statement(ctx context.Context, from, to time.Time) (lines []provider.StatementLine, err error) {
	err = b.DB.Read(ctx, func(tx *db.Tx) error { lines, err = statement(tx, from, to); return err })
	return lines, err
}

// The kinds of job of the bank.
const (
	kindDeliver = "payment.bank-deliver"
	kindClear   = "payment.bank-clear"
)

// Kinds are the bank's jobs, for the worker.
func (b *Bank) Kinds() map[string]jobs.Kind {
	return map[string]jobs.Kind{
		kindDeliver: {Call: b.deliver},
		kindClear: {Do: func(tx *db.Tx, j jobs.Job) error {
			p, err := paymentByID(tx, j.Key)
			if err != nil {
				return err
			}
			return b.end(tx, &p, succeeded)
		}},
	}
}

// announce sends a message about what happened in tx, and sends it again ten
// seconds later, because that is what banks do.
func (b *Bank) announce(tx *db.Tx, ev provider.Event) error {
	ev.ID = "ev_" + db.Short(20)
	body, err := json.Marshal(ev)
	if err != nil {
		return err
	}
	for i, key := range []string{ev.ID, ev.ID + "/again"} {
		at := tx.Now().Add(time.Duration(i) * 10 * time.Second)
		if err := jobs.Schedule(tx, jobs.Job{Kind: kindDeliver, Key: key, At: at, Payload: body}); err != nil {
			return err
		}
	}
	if b.Wake != nil {
		tx.After(b.Wake)
	}
	return nil
}

func (b *Bank) log() *slog.Logger {
	if b.Log == nil {
		return slog.Default()
	}
	return b.Log
}
