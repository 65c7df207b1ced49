package stripe

import (
	"context"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/payment/provider"
	"diwan.example/payment/provider/providertest"
	"diwan.example/payment/provider/stripe/stripetest"
)

var dinar = gov.Currency{Code: "BHD", Digits: 3}

func newStripe(t *testing.T, method string) (*Stripe, *stripetest.Server, *time.Time) {
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	server := stripetest.New(clock)
	t.Cleanup(server.Close)
	return &Stripe{Key: stripetest.Key, WebhookSecret: []byte(stripetest.Secret), Currency: dinar, Method: method,
		Now: clock, Endpoint: server.URL, Pause: time.Millisecond}, server, &now
}

func TestSuite(t *testing.T) {
	for _, method := range []string{"", "bank_page"} {
		t.Run("method "+method, func(t *testing.T) {
			providertest.Run(t, func(t *testing.T) providertest.Rig {
				s, server, now := newStripe(t, method)
				return providertest.Rig{
					Provider: s, Currency: "BHD",
					Now:     s.Now,
					Advance: func(d time.Duration) { *now = now.Add(d) },
					Pay:     func(t *testing.T, ref string) { server.Pay(ref) },
					Refuse:  func(t *testing.T, ref string) { server.Refuse(ref) },
					Messages: func(t *testing.T) (out []providertest.Message) {
						for _, m := range server.Messages() {
							out = append(out, providertest.Message(m))
						}
						return out
					},
					Away: func(t *testing.T, n int) { server.Fail(n) },
				}
			})
		})
	}
}

func TestThirdDecimalMustBeZero(t *testing.T) {
	s, _, _ := newStripe(t, "")
	_, err := s.Create(context.Background(), provider.Intent{ID: "a", Key: "a", Amount: 1505, Currency: "BHD", ReturnURL: "https://x.example"})
	if gov.KindOf(err) != gov.Invalid || !strings.Contains(gov.PublicOf(err)["ar"], "الثالثة") {
		t.Error(err)
	}
}

func TestWrongKeyIsOursToRepair(t *testing.T) {
	s, _, _ := newStripe(t, "")
	s.Key = "sk_old"
	_, err := s.Fetch(context.Background(), "pi_1")
	if gov.KindOf(err) != gov.Unavailable {
		t.Error(err)
	}
	if strings.Contains(err.Error(), "sk_old") {
		t.Error("the key is in the error")
	}
}

func TestServerAway(t *testing.T) {
	s, server, _ := newStripe(t, "")
	server.Close()
	if _, err := s.Fetch(context.Background(), "pi_1"); gov.KindOf(err) != gov.Unavailable {
		t.Error(err)
	}
}

// A secret is replaced without losing messages: any right v1 is enough.
func TestSeveralSignatures(t *testing.T) {
	s, server, _ := newStripe(t, "")
	c, err := s.Create(context.Background(), provider.Intent{ID: "a", Key: "a", Amount: 1500, Currency: "BHD", ReturnURL: "https://x.example"})
	if err != nil {
		t.Fatal(err)
	}
	server.Pay(c.Ref)
	m := server.Messages()[0]
	m.Header.Set("Stripe-Signature", strings.Replace(m.Header.Get("Stripe-Signature"), ",", ",v1=00ff,v0=abc, ", 1))
	if ev, err := s.ParseWebhook(m.Header, m.Body); err != nil || ev.ID == "" || ev.Kind != "" {
		t.Errorf("%+v %v", ev, err)
	}
}

func FuzzParseWebhook(f *testing.F) {
	s := &Stripe{WebhookSecret: []byte(stripetest.Secret), Now: func() time.Time { return time.Unix(1_800_000_000, 0) }}
	f.Add("t=1800000000,v1=00", `{"id":"evt_1","type":"payment_intent.succeeded","data":{"object":{}}}`)
	f.Add("", "")
	f.Add("t=,v1=,t=9999999999999999999999", "{")
	f.Fuzz(func(t *testing.T, sig, body string) {
		_, err := s.ParseWebhook(map[string][]string{"Stripe-Signature": {sig}}, []byte(body))
		if gov.KindOf(err) != gov.Denied {
			t.Errorf("unsigned, and yet %v", err)
		}
	})
}
