// Package providertest is the suite that every payment provider passes.
package providertest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/payment/provider"
)

// Message is a webhook as it would arrive.
type Message struct {
	Header http.Header
	Body   []byte
}

// Rig is a provider with a hand on its other side.
type Rig struct {
	Provider provider.Provider
	Currency string
	Now      func() time.Time
	Advance  func(time.Duration)            // moves the clock of both sides
	Pay      func(t *testing.T, ref string) // the payer pays
	Refuse   func(t *testing.T, ref string) // the payment fails for good
	Messages func(t *testing.T) []Message   // sent since the last call
	Away     func(t *testing.T, n int)      // the next n requests fail for a while; nil: cannot
}

// Run runs the suite; fresh gives a new rig for every test.
func Run(t *testing.T, fresh func(t *testing.T) Rig) {
	for name, test := range map[string]func(*testing.T, Rig){
		"created once per key":    createdOnce,
		"paid":                    paid,
		"refused":                 refused,
		"refunds":                 refunds,
		"messages are verified":   verified,
		"statement":               statement,
		"unknown references":      unknown,
		"away for a while":        away,
		"bad intents are refused": badIntents,
	} {
		t.Run(name, func(t *testing.T) { test(t, fresh(t)) })
	}
}

var ctx = context.Background()

func intent(r Rig, key string, m gov.Money) provider.Intent {
	return provider.Intent{ID: "attempt-" + key, Key: key, Amount: m, Currency: r.Currency, ReturnURL: "https://diwan.example/back", Description: gov.T("رسم", "Fee")}
}

func created(t *testing.T, r Rig, key string, m gov.Money) provider.Created {
	t.Helper()
	c, err := r.Provider.Create(ctx, intent(r, key, m))
	if err != nil {
		t.Fatal(err)
	}
	if c.Ref == "" || c.RedirectURL == "" && c.ClientSecret == "" {
		t.Fatalf("nothing to pay with: %+v", c)
	}
	return c
}

func stands(t *testing.T, r Rig, ref string, want provider.State, m gov.Money) {
	t.Helper()
	s, err := r.Provider.Fetch(ctx, ref)
	if err != nil {
		t.Fatal(err)
	}
	if s != (provider.Status{Ref: ref, State: want, Amount: m, Currency: r.Currency}) {
		t.Fatalf("got %+v, want %s %d", s, want, m)
	}
}

// events parses the messages sent; every event arrives at least once.
func events(t *testing.T, r Rig) map[string]provider.Event {
	t.Helper()
	out := map[string]provider.Event{}
	for _, m := range r.Messages(t) {
		ev, err := r.Provider.ParseWebhook(m.Header, m.Body)
		if err != nil {
			t.Fatal(err)
		}
		out[ev.ID] = ev
	}
	return out
}

// said looks for one event among those sent.
func said(t *testing.T, all map[string]provider.Event, want provider.Event) {
	t.Helper()
	for id, ev := range all {
		ev.ID = ""
		if ev == want && id != "" {
			return
		}
	}
	t.Errorf("no event %+v in %+v", want, all)
}

func createdOnce(t *testing.T, r Rig) {
	a, b := created(t, r, "k1", 1500), created(t, r, "k1", 1500)
	if a != b {
		t.Errorf("the same key gave %+v and %+v", a, b)
	}
	if c := created(t, r, "k2", 1500); c.Ref == a.Ref {
		t.Error("another key gave the same payment")
	}
	stands(t, r, a.Ref, provider.Pending, 1500)
	if _, err := r.Provider.Create(ctx, intent(r, "k1", 1600)); gov.KindOf(err) != gov.Invalid {
		t.Errorf("a key used for another amount: %v", err)
	}
}

func paid(t *testing.T, r Rig) {
	c := created(t, r, "k1", 1500)
	r.Pay(t, c.Ref)
	stands(t, r, c.Ref, provider.Succeeded, 1500)
	said(t, events(t, r), provider.Event{Kind: provider.Payment, Intent: "attempt-k1",
		Status: provider.Status{Ref: c.Ref, State: provider.Succeeded, Amount: 1500, Currency: r.Currency}})
}

func refused(t *testing.T, r Rig) {
	c := created(t, r, "k1", 1500)
	r.Refuse(t, c.Ref)
	stands(t, r, c.Ref, provider.Failed, 1500)
	said(t, events(t, r), provider.Event{Kind: provider.Payment, Intent: "attempt-k1",
		Status: provider.Status{Ref: c.Ref, State: provider.Failed, Amount: 1500, Currency: r.Currency}})
	if _, err := r.Provider.Refund(ctx, c.Ref, 100, "r1"); gov.KindOf(err) != gov.Invalid {
		t.Errorf("refund of what was not paid: %v", err)
	}
}

func refunds(t *testing.T, r Rig) {
	c := created(t, r, "k1", 1500)
	r.Pay(t, c.Ref)
	events(t, r)
	a, err := r.Provider.Refund(ctx, c.Ref, 600, "r1")
	if err != nil || a.Amount != 600 || a.Currency != r.Currency || a.Ref == "" {
		t.Fatalf("%+v %v", a, err)
	}
	again, err := r.Provider.Refund(ctx, c.Ref, 600, "r1")
	if err != nil || again.Ref != a.Ref {
		t.Fatalf("the same key gave %+v and %+v, %v", a, again, err)
	}
	if _, err := r.Provider.Refund(ctx, c.Ref, 1000, "r2"); gov.KindOf(err) != gov.Invalid {
		t.Errorf("more than was paid: %v", err)
	}
	if _, err := r.Provider.Refund(ctx, c.Ref, 900, "r3"); err != nil {
		t.Error(err)
	}
	a.State = provider.Succeeded
	if got, err := r.Provider.FetchRefund(ctx, a.Ref); err != nil || got != a {
		t.Errorf("%+v %v", got, err)
	}
	said(t, events(t, r), provider.Event{Kind: provider.Refund, Intent: "r1", Status: a})
}

func verified(t *testing.T, r Rig) {
	c := created(t, r, "k1", 1500)
	r.Pay(t, c.Ref)
	sent := r.Messages(t)
	if len(sent) == 0 {
		t.Fatal("nothing was sent")
	}
	m := sent[0]
	denied := func(what string, h http.Header, body []byte) {
		t.Helper()
		if _, err := r.Provider.ParseWebhook(h, body); gov.KindOf(err) != gov.Denied {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := r.Provider.ParseWebhook(m.Header, m.Body); err != nil {
		t.Fatal(err)
	}
	denied("no signature", http.Header{}, m.Body)
	denied("another body", m.Header, []byte(strings.Replace(string(m.Body), "1500", "9500", 1)))
	denied("cut short", m.Header, m.Body[:len(m.Body)-1])
	for name := range m.Header {
		forged := m.Header.Clone()
		if strings.Contains(forged.Get(name), "v1=") {
			forged.Set(name, strings.Replace(forged.Get(name), "v1=", "v1=00", 1))
			denied("forged", forged, m.Body)
		}
	}
	r.Advance(time.Hour)
	denied("an hour old", m.Header, m.Body)
}

func statement(t *testing.T, r Rig) {
	from := r.Now()
	a, b := created(t, r, "k1", 1500), created(t, r, "k2", 700)
	created(t, r, "k3", 900) // never paid
	r.Pay(t, a.Ref)
	r.Pay(t, b.Ref)
	back, err := r.Provider.Refund(ctx, a.Ref, 500, "r1")
	if err != nil {
		t.Fatal(err)
	}
	r.Advance(24 * time.Hour)
	late := created(t, r, "k4", 100)
	r.Pay(t, late.Ref)
	lines, err := r.Provider.Statement(ctx, from, from.Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]gov.Money{a.Ref + "payment": 1500, b.Ref + "payment": 700, back.Ref + "refund": 500}
	for _, l := range lines {
		key := l.Ref + string(l.Kind)
		if want[key] != l.Amount || l.Currency != r.Currency || l.At.Before(from) || !l.At.Before(from.Add(24*time.Hour)) {
			t.Errorf("line %+v", l)
		}
		delete(want, key)
	}
	if len(want) > 0 {
		t.Errorf("missing %v in %+v", want, lines)
	}
}

func unknown(t *testing.T, r Rig) {
	if _, err := r.Provider.Fetch(ctx, "pi_nobody"); gov.KindOf(err) != gov.NotFound {
		t.Errorf("payment: %v", err)
	}
	if _, err := r.Provider.Refund(ctx, "pi_nobody", 100, "r1"); gov.KindOf(err) != gov.NotFound {
		t.Errorf("refund: %v", err)
	}
	if _, err := r.Provider.FetchRefund(ctx, "re_nobody"); gov.KindOf(err) != gov.NotFound {
		t.Errorf("state of a refund: %v", err)
	}
}

func away(t *testing.T, r Rig) {
	if r.Away == nil {
		t.Skip("this provider runs in the same process and is never away")
	}
	r.Away(t, 50)
	if _, err := r.Provider.Create(ctx, intent(r, "k1", 1500)); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("away: %v", err)
	}
	r.Away(t, 0)
	c := created(t, r, "k1", 1500)
	r.Away(t, 1)
	stands(t, r, c.Ref, provider.Pending, 1500) // asked again by itself
}

func badIntents(t *testing.T, r Rig) {
	for what, change := range map[string]func(*provider.Intent){
		"nothing":          func(in *provider.Intent) { in.Amount = 0 },
		"less":             func(in *provider.Intent) { in.Amount = -100 },
		"another currency": func(in *provider.Intent) { in.Currency = "XXX" },
	} {
		in := intent(r, "bad", 1500)
		change(&in)
		if _, err := r.Provider.Create(ctx, in); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}
