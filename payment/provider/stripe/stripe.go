// Package stripe takes payments through the public Stripe API.
//
// Covered: payment intents (create, retrieve), refunds (create, retrieve),
// balance transactions as the statement, webhook signatures with tolerance,
// idempotency keys, rate limits and retries. With a Method that redirects (a
// bank's page, a wallet) the intent is confirmed at once and the payer goes to
// the page it names. Without a Method the intent is left to Stripe's own form in
// our page, which needs the client secret and a script of Stripe's; card numbers
// never reach this platform. Not covered: manual capture, saved methods,
// disputes, payouts, several currencies.
//
// The package was tested against stripetest, a small server of ours that speaks
// this part of the protocol, and not against Stripe's own servers.
package stripe

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/payment/provider"
	"diwan.example/payment/provider/signature"
)

// Name is what the provider is called in charges and in the ledger.
const Name = "stripe"

// Version is the version of the API that is spoken.
const Version = "2024-06-20"

// Tolerance is how old a webhook may be when it is read.
const Tolerance = 5 * time.Minute

// Stripe is a provider.Provider. Fill Key, WebhookSecret, Currency and Now.
type Stripe struct {
	Key           string       // secret key: "sk_…"
	WebhookSecret []byte       // "whsec_…"
	Currency      gov.Currency // the only one taken
	Method        string       // type of a payment method that redirects; empty: Stripe's form in our page
	Now           gov.Clock
	Endpoint      string        // empty: https://api.stripe.com
	Client        *http.Client  // nil: one with a limit of 20 s
	Pause         time.Duration // before the first repetition; doubles; 0: 300 ms
}

var _ provider.Provider = (*Stripe)(nil)

// intent is a payment intent as the API writes it.
type intent struct {
	ID           string            `json:"id"`
	Status       string            `json:"status"`
	Amount       gov.Money         `json:"amount"`
	Received     gov.Money         `json:"amount_received"`
	Currency     string            `json:"currency"`
	ClientSecret string            `json:"client_secret"`
	Metadata     map[string]string `json:"metadata"`
	LastError    json.RawMessage   `json:"last_payment_error"`
	NextAction   struct {
		Redirect struct {
			URL string `json:"url"`
		} `json:"redirect_to_url"`
	} `json:"next_action"`
}

func (p intent) status() provider.Status {
	s := provider.Status{Ref: p.ID, State: provider.Pending, Amount: p.Amount, Currency: strings.ToUpper(p.Currency)}
	refused := len(p.LastError) > 0 && string(p.LastError) != "null"
	switch {
	case p.Status == "succeeded":
		s.State, s.Amount = provider.Succeeded, p.Received
	case p.Status == "canceled", p.Status == "requires_payment_method" && refused:
		s.State = provider.Failed
	}
	return s
}

// refund is a refund as the API writes it.
type refund struct {
	ID       string            `json:"id"`
	Status   string            `json:"status"`
	Amount   gov.Money         `json:"amount"`
	Currency string            `json:"currency"`
	Metadata map[string]string `json:"metadata"`
}

func (r refund) status() provider.Status {
	s := provider.Status{Ref: r.ID, State: provider.Pending, Amount: r.Amount, Currency: strings.ToUpper(r.Currency)}
	switch r.Status {
	case "succeeded":
		s.State = provider.Succeeded
	case "failed", "canceled":
		s.State = provider.Failed
	}
	return s
}

// payable checks what the API would refuse. Amounts in currencies of three
// decimals must end in 0 there.
func (s *Stripe) payable(m gov.Money, currency string) error {
	if m <= 0 || currency != s.Currency.Code {
		return gov.Fail(gov.Invalid, "مبلغ الدفع أو عملته غير صحيح", "The amount or its currency is not correct")
	}
	if s.Currency.Digits == 3 && m%10 != 0 {
		return gov.Fail(gov.Invalid, "لا يقبل مزوّد الدفع هذا المبلغ: يجب أن تكون خانته العشرية الثالثة صفرًا", "The payment provider does not take this amount: its third decimal must be zero")
	}
	return nil
}

// Create opens a payment intent, and confirms it when the method redirects.
func (s *Stripe) Create(ctx context.Context, in provider.Intent) (provider.Created, error) {
	if err := s.payable(in.Amount, in.Currency); err != nil {
		return provider.Created{}, err
	}
	form := url.Values{
		"amount":           {strconv.FormatInt(int64(in.Amount), 10)},
		"currency":         {strings.ToLower(in.Currency)},
		"description":      {in.Description.In(gov.English)},
		"metadata[intent]": {in.ID},
	}
	if s.Method == "" {
		form.Set("automatic_payment_methods[enabled]", "true")
	} else {
		form.Set("confirm", "true")
		form.Set("payment_method_types[0]", s.Method)
		form.Set("payment_method_data[type]", s.Method)
		form.Set("return_url", in.ReturnURL)
	}
	var p intent
	if err := s.call(ctx, http.MethodPost, "/v1/payment_intents", form, "create-"+in.Key, &p); err != nil {
		return provider.Created{}, err
	}
	return provider.Created{Ref: p.ID, RedirectURL: p.NextAction.Redirect.URL, ClientSecret: p.ClientSecret}, nil
}

// Fetch retrieves a payment intent.
func (s *Stripe) Fetch(ctx context.Context, ref string) (provider.Status, error) {
	var p intent
	err := s.call(ctx, http.MethodGet, "/v1/payment_intents/"+url.PathEscape(ref), nil, "", &p)
	return p.status(), err
}

// Refund creates a refund; it may be pending for days.
func (s *Stripe) Refund(ctx context.Context, ref string, amount gov.Money, key string) (provider.Status, error) {
	if err := s.payable(amount, s.Currency.Code); err != nil {
		return provider.Status{}, err
	}
	form := url.Values{"payment_intent": {ref}, "amount": {strconv.FormatInt(int64(amount), 10)}, "metadata[refund]": {key}}
	var r refund
	err := s.call(ctx, http.MethodPost, "/v1/refunds", form, "refund-"+key, &r)
	return r.status(), err
}

// FetchRefund retrieves a refund.
func (s *Stripe) FetchRefund(ctx context.Context, ref string) (provider.Status, error) {
	var r refund
	err := s.call(ctx, http.MethodGet, "/v1/refunds/"+url.PathEscape(ref), nil, "", &r)
	return r.status(), err
}

// ParseWebhook verifies the Stripe-Signature header and reads the event.
// Source: Stripe, "Verify webhook signatures manually".
func (s *Stripe) ParseWebhook(h http.Header, body []byte) (ev provider.Event, err error) {
	if err := signature.Verify(s.WebhookSecret, s.Now(), Tolerance, h.Get("Stripe-Signature"), body); err != nil {
		return ev, err
	}
	var msg struct {
		ID   string `json:"id"`
		Type string `json:"type"`
		Data struct {
			Object json.RawMessage `json:"object"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &msg); err != nil {
		return ev, unreadable.Because(err)
	}
	ev.ID = msg.ID
	switch msg.Type {
	case "payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled", "payment_intent.processing":
		var p intent
		if err := json.Unmarshal(msg.Data.Object, &p); err != nil {
			return ev, unreadable.Because(err)
		}
		ev.Kind, ev.Intent, ev.Status = provider.Payment, p.Metadata["intent"], p.status()
	case "refund.created", "refund.updated", "refund.failed":
		var r refund
		if err := json.Unmarshal(msg.Data.Object, &r); err != nil {
			return ev, unreadable.Because(err)
		}
		ev.Kind, ev.Intent, ev.Status = provider.Refund, r.Metadata["refund"], r.status()
	}
	return ev, nil
}

// movement is a balance transaction with its source expanded.
type movement struct {
	ID       string    `json:"id"`
	Type     string    `json:"type"`
	Amount   gov.Money `json:"amount"` // before fees; negative when money left
	Currency string    `json:"currency"`
	Created  int64     `json:"created"`
	Source   struct {
		ID     string `json:"id"`
		Intent string `json:"payment_intent"`
	} `json:"source"`
}

func (m movement) line() (provider.StatementLine, bool) {
	l := provider.StatementLine{Amount: m.Amount, Currency: strings.ToUpper(m.Currency), At: time.Unix(m.Created, 0).UTC()}
	switch m.Type {
	case "charge", "payment":
		l.Kind, l.Ref = provider.Payment, m.Source.Intent
	case "refund", "payment_refund":
		l.Kind, l.Ref, l.Amount = provider.Refund, m.Source.ID, -m.Amount
	default: // fees and payouts are between the state and Stripe
		return l, false
	}
	if l.Ref == "" { // a charge without an intent was not ours; its own id names it
		l.Ref = m.Source.ID
	}
	return l, true
}

// Statement lists the balance transactions that are payments and refunds.
func (s *Stripe) Statement(ctx context.Context, from, to time.Time) ([]provider.StatementLine, error) {
	q := url.Values{"created[gte]": {strconv.FormatInt(from.Unix(), 10)}, "created[lt]": {strconv.FormatInt(to.Unix(), 10)},
		"limit": {"100"}, "expand[]": {"data.source"}}
	var out []provider.StatementLine
	for {
		var page struct {
			Data    []movement `json:"data"`
			HasMore bool       `json:"has_more"`
		}
		if err := s.call(ctx, http.MethodGet, "/v1/balance_transactions?"+q.Encode(), nil, "", &page); err != nil {
			return nil, err
		}
		for _, m := range page.Data {
			if l, ok := m.line(); ok {
				out = append(out, l)
			}
		}
		if !page.HasMore || len(page.Data) == 0 {
			return out, nil
		}
		q.Set("starting_after", page.Data[len(page.Data)-1].ID)
	}
}
