package payment

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
	"diwan.example/payment/provider"
	"diwan.example/payment/provider/sandbox"
	"diwan.example/payment/provider/signature"
)

// town is a cashier with the sandbox bank, whose messages come only when a test
// delivers them.
type town struct {
	*Cashier
	t      testing.TB
	bank   *sandbox.Bank
	page   http.Handler
	worker *jobs.Worker
	mu     sync.Mutex
	now    time.Time
	n      int
}

func newTown(t testing.TB, d *db.DB) *town {
	w := &town{Cashier: newCashier(d), t: t, now: dbtest.Start}
	d.SetClock(func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now })
	w.bank = &sandbox.Bank{DB: d, Currency: dinar, Secret: []byte("secret"), Base: "/bank"}
	w.page = w.bank.Handler()
	w.Providers, w.Default = map[string]provider.Provider{sandbox.Name: w.bank}, sandbox.Name
	w.Log = slog.New(slog.DiscardHandler)
	w.worker = &jobs.Worker{DB: d, Kinds: w.Kinds(), Log: w.Log}
	return w
}

func (w *town) pass(d time.Duration) { w.mu.Lock(); defer w.mu.Unlock(); w.now = w.now.Add(d) }

func (w *town) begin(id gov.ChargeID) (Payment, string) {
	w.t.Helper()
	p, err := w.Begin(payer, id, "/back")
	if err != nil {
		w.t.Fatal(err)
	}
	return p, strings.TrimPrefix(p.RedirectURL, "/bank/pay/")
}

func (w *town) card(ref string, form url.Values) {
	w.t.Helper()
	r := httptest.NewRequest("POST", "/pay/"+ref, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	w.page.ServeHTTP(rec, r)
	if rec.Code != 303 {
		w.t.Fatalf("bank answered %d", rec.Code)
	}
}

func (w *town) pay(ref string)    { w.card(ref, url.Values{"card": {sandbox.Cards[0].Number}}) }
func (w *town) cancel(ref string) { w.card(ref, url.Values{"do": {"cancel"}}) }

// hear delivers a signed message.
func (w *town) hear(ev provider.Event) error {
	body, _ := json.Marshal(ev)
	h := http.Header{sandbox.SignatureHeader: {signature.Sign([]byte("secret"), w.DB.Now(), body)}}
	return w.Webhook(context.Background(), sandbox.Name, h, body)
}

func paidEvent(id, intent, ref string, m gov.Money) provider.Event {
	return provider.Event{ID: id, Kind: provider.Payment, Intent: intent, Status: provider.Status{Ref: ref, State: provider.Succeeded, Amount: m, Currency: "BHD"}}
}

func (w *town) heard(ev provider.Event) {
	w.t.Helper()
	if err := w.hear(ev); err != nil {
		w.t.Fatal(err)
	}
}

func (w *town) work() {
	w.t.Helper()
	w.worker.RunDue(context.Background())
}

func (w *town) state(id gov.ChargeID, want State) Charge {
	w.t.Helper()
	ch := look(w.t, w.Cashier, id)
	if ch.State != want {
		w.t.Fatalf("charge is %s, want %s", ch.State, want)
	}
	return ch
}

func (w *town) open(want ...DifferenceKind) []Difference {
	w.t.Helper()
	var list []Difference
	write(w.t, w.DB, func(tx *db.Tx) (err error) {
		list, err = w.Differences(tx, Filter{State: Unexplained})
		return err
	})
	left := map[DifferenceKind]int{}
	for _, d := range list {
		left[d.Kind]++
	}
	for _, k := range want {
		left[k]--
	}
	for k, n := range left {
		if n != 0 {
			w.t.Fatalf("differences of kind %s: %+d; all: %+v", k, n, list)
		}
	}
	return list
}

func (w *town) balance(a Account) (m gov.Money) {
	w.t.Helper()
	write(w.t, w.DB, func(tx *db.Tx) error {
		all, err := w.Balances(tx)
		var sum gov.Money
		for _, b := range all {
			sum += b.Debit - b.Credit
			if b.Account == a {
				m = b.Debit - b.Credit
			}
		}
		if sum != 0 {
			w.t.Errorf("the ledger is off by %d", sum)
		}
		return err
	})
	return m
}

func eachTown(t *testing.T, test func(w *town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newTown(t, d)
		test(w)
		audit(t, w.Cashier)
	})
}

func TestPayOnline(t *testing.T) {
	eachTown(t, func(w *town) {
		ch := ask(w.t, w.Cashier, renewal(1000, 500))
		_, ref := w.begin(ch.ID)
		w.pay(ref)
		got, state, err := w.Return(payer, ch.ID) // the person is faster than the message
		if err != nil || got.State != Settled || state != provider.Succeeded {
			w.t.Fatalf("%+v %s %v", got, state, err)
		}
		w.heard(paidEvent("e1", "", ref, 1500)) // late
		w.state(ch.ID, Settled)
		w.open()
		if w.balance(Clearing("sandbox")) != 1500 || w.balance(Income("iga")) != -1000 || w.balance(Income("moi")) != -500 {
			w.t.Error("money is in the wrong accounts")
		}
		if names, _ := facts(w.t, w.DB, ch.ID); len(names) != 2 {
			w.t.Error(names)
		}
		if _, err := w.Begin(payer, ch.ID, "/back"); gov.KindOf(err) != gov.Conflict {
			w.t.Error(err)
		}
	})
}

func TestDoubleClickOnPayIsOnePayment(t *testing.T) {
	eachTown(t, func(w *town) {
		ch := ask(w.t, w.Cashier, renewal(1000))
		var wg sync.WaitGroup
		got := make([]Payment, 8)
		for i := range got {
			wg.Go(func() {
				var err error
				if got[i], err = w.Begin(payer, ch.ID, "/back"); err != nil {
					w.t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, p := range got {
			if p != got[0] || p.RedirectURL == "" {
				w.t.Errorf("%+v and %+v", p, got[0])
			}
		}
	})
}

func TestCancelledPaymentMayBeBegunAgain(t *testing.T) {
	eachTown(t, func(w *town) {
		ch := ask(w.t, w.Cashier, renewal(1000))
		_, first := w.begin(ch.ID)
		w.cancel(first)
		if got, state, err := w.Return(payer, ch.ID); err != nil || got.State != Open || state != provider.Failed {
			w.t.Fatalf("%+v %s %v", got, state, err)
		}
		_, second := w.begin(ch.ID)
		if first == second {
			w.t.Fatal("the cancelled payment was offered again")
		}
		w.cancel(second) // nobody came back and no message came
		_, third := w.begin(ch.ID)
		w.pay(third)
		if p, err := w.Begin(payer, ch.ID, "/back"); err != nil || !p.Settled {
			w.t.Errorf("%+v %v: paid, but not noticed when asked again", p, err)
		}
		w.state(ch.ID, Settled)
	})
}

func TestChargeDoesNotExistForStrangers(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	ch := ask(t, w.Cashier, renewal(1000))
	stranger := gov.WithActor(context.Background(), gov.Actor{Person: "p2"})
	for _, ctx := range []context.Context{stranger, context.Background(), as(gov.Officer)} {
		if _, err := w.Begin(ctx, ch.ID, "/back"); gov.KindOf(err) != gov.NotFound {
			t.Error(err)
		}
		if _, _, err := w.Return(ctx, ch.ID); gov.KindOf(err) != gov.NotFound {
			t.Error(err)
		}
	}
	w.MayPay = func(tx *db.Tx, c Charge) bool { return tx.Actor().Person == "p2" && c.Payer == "p1" }
	if _, err := w.Begin(stranger, ch.ID, "/back"); err != nil {
		t.Error(err)
	}
}

func TestMessageBeforeTheAnswer(t *testing.T) {
	eachTown(t, func(w *town) {
		ch := ask(w.t, w.Cashier, renewal(1000))
		a, err := w.attempt(payer, ch.ID, "/back") // the node has not noted the bank's answer yet
		if err != nil {
			w.t.Fatal(err)
		}
		w.heard(paidEvent("e1", a.ID, "bank_1", 1000))
		w.state(ch.ID, Settled)
		a.Ref, a.Redirect = "bank_1", "/bank/pay/bank_1"
		write(w.t, w.DB, func(tx *db.Tx) error { return keepRef(tx, a) })
		w.heard(paidEvent("e2", a.ID, "bank_1", 1000)) // the same news under another number
		w.open()
		if w.balance(Clearing("sandbox")) != 1000 {
			w.t.Error("counted twice")
		}
	})
}

func TestMessagesInAnyOrder(t *testing.T) {
	eachTown(t, func(w *town) {
		ch := ask(w.t, w.Cashier, renewal(1000))
		_, ref := w.begin(ch.ID)
		fail := paidEvent("e0", "", ref, 1000)
		fail.State = provider.Failed
		done := paidEvent("e1", "", ref, 1000)
		for _, ev := range []provider.Event{fail, done, fail, done, {ID: "e2"}} {
			w.heard(ev)
		}
		fail.ID = "e3" // a late failure does not undo money that has moved
		w.heard(fail)
		w.state(ch.ID, Settled)
		w.open()
	})
}

// A number that was used is not used again, whatever the message says now.
func TestMessageNumbersCountOnce(t *testing.T) {
	eachTown(t, func(w *town) {
		w.heard(paidEvent("e1", "", "bank_a", 5))
		w.heard(paidEvent("e1", "", "bank_b", 7))
		w.open(UnknownPayment)
	})
}

func TestConcurrentMessagesCountOnce(t *testing.T) {
	eachTown(t, func(w *town) {
		ch := ask(w.t, w.Cashier, renewal(1000))
		_, ref := w.begin(ch.ID)
		w.pay(ref)
		var wg sync.WaitGroup
		for i := range 12 {
			wg.Go(func() {
				var err error
				if i%3 == 0 {
					_, _, err = w.Return(payer, ch.ID)
				} else {
					err = w.hear(paidEvent("e"+string(rune('a'+i%4)), "", ref, 1000))
				}
				if err != nil {
					w.t.Error(err)
				}
			})
		}
		wg.Wait()
		w.state(ch.ID, Settled)
		w.open()
	})
}

func TestForgedMessagesChangeNothing(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	ch := ask(t, w.Cashier, renewal(1000))
	_, ref := w.begin(ch.ID)
	body, _ := json.Marshal(paidEvent("e1", "", ref, 1000))
	good := signature.Sign([]byte("secret"), w.DB.Now(), body)
	old := signature.Sign([]byte("secret"), w.DB.Now().Add(-time.Hour), body)
	send := func(provider, sig string, body []byte) gov.Kind {
		return gov.KindOf(w.Webhook(context.Background(), provider, http.Header{sandbox.SignatureHeader: {sig}}, body))
	}
	for what, got := range map[string]gov.Kind{
		"other secret": send("sandbox", signature.Sign([]byte("guess"), w.DB.Now(), body), body),
		"no signature": send("sandbox", "", body),
		"old":          send("sandbox", old, body),
		"other body":   send("sandbox", good, append([]byte(" "), body...)),
	} {
		if got != gov.Denied {
			t.Errorf("%s: %s", what, got)
		}
	}
	if k := send("nobank", good, body); k != gov.NotFound {
		t.Error(k)
	}
	for _, junk := range []string{"", "{", `{"ID":""}`, "[]", strings.Repeat("x", 70<<10)} {
		if k := send("sandbox", signature.Sign([]byte("secret"), w.DB.Now(), []byte(junk)), []byte(junk)); k != gov.Invalid {
			t.Errorf("%.10q: %s", junk, k)
		}
	}
	w.state(ch.ID, Open)
	w.open()
}

func TestMoneyNobodyWaitsForIsKeptInSuspense(t *testing.T) {
	eachTown(t, func(w *town) {
		void := ask(w.t, w.Cashier, renewal(1000))
		_, ref := w.begin(void.ID)
		write(w.t, w.DB, func(tx *db.Tx) error { return w.Void(tx, void.ID, "withdrawn") })
		w.pay(ref)
		w.heard(paidEvent("e1", "", ref, 1000))
		w.state(void.ID, Voided)
		w.open(PaidAfterVoid)

		w.heard(paidEvent("e2", "", "bank_unknown", 77))
		w.heard(paidEvent("e3", "nobody", "bank_unknown", 77)) // the same money under another number
		w.open(PaidAfterVoid, UnknownPayment)

		twice := ask(w.t, w.Cashier, renewal(500))
		_, ref = w.begin(twice.ID)
		if _, err := w.SettleAtCounter(as(gov.Officer), twice.ID, "slip"); err != nil {
			w.t.Fatal(err)
		}
		w.heard(paidEvent("e4", "", ref, 500))
		w.open(PaidAfterVoid, UnknownPayment, PaidTwice)

		less := ask(w.t, w.Cashier, renewal(500))
		_, ref = w.begin(less.ID)
		w.heard(paidEvent("e5", "", ref, 499))
		w.state(less.ID, Open)
		if got := w.balance(Suspense("sandbox")); got != -(1000 + 77 + 500 + 499) {
			w.t.Errorf("suspense holds %d", got)
		}

		other := ask(w.t, w.Cashier, renewal(500))
		_, ref = w.begin(other.ID)
		ev := paidEvent("e6", "", ref, 500)
		ev.Currency = "USD"
		w.heard(ev)
		w.state(other.ID, Open)
		w.open(PaidAfterVoid, UnknownPayment, PaidTwice, WrongAmount, WrongCurrency)
		if got := w.balance(Clearing("sandbox")); got != 1000+77+500+499 {
			w.t.Errorf("another currency was counted: %d", got)
		}
	})
}

func TestSuspendedMoneyIsSentBack(t *testing.T) {
	eachTown(t, func(w *town) {
		ch := ask(w.t, w.Cashier, renewal(1000))
		_, ref := w.begin(ch.ID)
		write(w.t, w.DB, func(tx *db.Tx) error { return w.Void(tx, ch.ID, "withdrawn") })
		w.pay(ref)
		w.heard(paidEvent("e1", "", ref, 1000))
		d := w.open(PaidAfterVoid)[0]
		if _, err := w.SendBack(payer, d.ID); gov.KindOf(err) != gov.NotFound {
			w.t.Error(err)
		}
		if _, err := w.SendBack(as(gov.Officer), d.ID); gov.KindOf(err) != gov.Denied {
			w.t.Error(err)
		}
		if _, err := w.SendBack(as(gov.Supervisor), d.ID); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.SendBack(as(gov.Supervisor), d.ID); gov.KindOf(err) != gov.Conflict {
			w.t.Error(err)
		}
		w.work()
		w.open()
		if w.balance(Suspense("sandbox")) != 0 || w.balance(Clearing("sandbox")) != 0 {
			w.t.Error("the money is still in suspense")
		}
		write(w.t, w.DB, func(tx *db.Tx) error {
			if d := must(difference(tx, d.ID)); d.State != Cleared {
				w.t.Error(d.State)
			}
			return nil
		})
	})
}

func TestLostMessageIsMadeUpForByAsking(t *testing.T) {
	eachTown(t, func(w *town) {
		ch := ask(w.t, w.Cashier, renewal(1000))
		_, ref := w.begin(ch.ID)
		w.pass(3 * time.Minute)
		w.work()
		w.state(ch.ID, Open)
		w.pay(ref)
		w.pass(10 * time.Minute)
		w.work()
		w.state(ch.ID, Settled)
	})
}
