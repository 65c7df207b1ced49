package payment

import (
	"context"
	"flag"
	"testing"
	"time"

	"pgregory.net/rapid"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/payment/provider"
)

// walk is a random sequence of everything that can happen to charges.
type walk struct {
	*town
	charges []gov.ChargeID
	refs    []string // payments begun at the bank
	events  []provider.Event
}

func (w *walk) charge(r *rapid.T) gov.ChargeID {
	if len(w.charges) == 0 {
		r.Skip("no charge yet")
	}
	return rapid.SampledFrom(w.charges).Draw(r, "charge")
}

func (w *walk) ref(r *rapid.T) string {
	if len(w.refs) == 0 {
		r.Skip("no payment yet")
	}
	return rapid.SampledFrom(w.refs).Draw(r, "ref")
}

// fine accepts what may be refused, and nothing else.
func fine(r *rapid.T, err error) {
	switch gov.KindOf(err) {
	case "", gov.Conflict, gov.NotFound:
	default:
		r.Fatal(err)
	}
}

func (w *walk) ask(r *rapid.T) {
	ch := renewal(rapid.SliceOfN(rapid.Map(rapid.Int64Range(0, 5000), func(n int64) gov.Money { return gov.Money(n) }), 0, 4).Draw(r, "lines")...)
	var sum gov.Money
	for _, l := range ch.Lines {
		sum += l.Amount
	}
	ch.Waived = gov.Money(rapid.Int64Range(0, int64(sum)).Draw(r, "waived"))
	w.charges = append(w.charges, ask(w.t, w.Cashier, ch).ID)
}

func (w *walk) beginOne(r *rapid.T) {
	p, err := w.Begin(payer, w.charge(r), "/back")
	fine(r, err)
	if err == nil && p.RedirectURL != "" {
		w.refs = append(w.refs, p.RedirectURL[len("/bank/pay/"):])
	}
}

// message tells what the bank really says about a payment, now or again later.
func (w *walk) message(r *rapid.T) {
	st, err := w.bank.Fetch(context.Background(), w.ref(r))
	if err != nil {
		r.Fatal(err)
	}
	ev := provider.Event{ID: db.Short(10), Kind: provider.Payment, Status: st}
	w.events = append(w.events, ev)
	fine(r, w.hear(ev))
}

func (w *walk) oldMessage(r *rapid.T) {
	if len(w.events) == 0 {
		r.Skip("no message yet")
	}
	fine(r, w.hear(rapid.SampledFrom(w.events).Draw(r, "message")))
}

func (w *walk) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"ask":         w.ask,
		"begin":       w.beginOne,
		"pay":         func(r *rapid.T) { w.pay(w.ref(r)) },
		"cancel":      func(r *rapid.T) { w.cancel(w.ref(r)) },
		"message":     w.message,
		"old message": w.oldMessage,
		"return":      func(r *rapid.T) { _, _, err := w.Return(payer, w.charge(r)); fine(r, err) },
		"void": func(r *rapid.T) {
			id := w.charge(r)
			fine(r, w.DB.Write(context.Background(), func(tx *db.Tx) error { return w.Void(tx, id, "lapsed") }))
		},
		"counter": func(r *rapid.T) { _, err := w.SettleAtCounter(as(gov.Officer), w.charge(r), "slip"); fine(r, err) },
		"refund": func(r *rapid.T) {
			_, err := w.Refund(as(gov.Supervisor), w.charge(r), gov.Money(rapid.Int64Range(1, 6000).Draw(r, "back")), "r")
			fine(r, err)
		},
		"work": func(*rapid.T) { w.work() },
		"wait": func(r *rapid.T) { w.pass(time.Duration(rapid.IntRange(1, 400).Draw(r, "minutes")) * time.Minute) },
	}
}

// settleDown lets everything that is on its way arrive, and a day go by.
func (w *walk) settleDown() {
	for _, ref := range w.refs {
		if st, err := w.bank.Fetch(context.Background(), ref); err == nil {
			w.heard(provider.Event{ID: db.Short(10), Kind: provider.Payment, Status: st})
		}
	}
	w.work()
}

// Whatever happens, in whatever order: charges, ledger and receipts agree, and
// so do the bank's books and ours once every message has arrived.
func TestAnySequenceBalances(t *testing.T) {
	flag.Set("rapid.checks", "25")
	flag.Set("rapid.steps", "25")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		town := newTown(t, d)
		rapid.Check(t, func(r *rapid.T) {
			w := &walk{town: town}
			r.Repeat(w.actions())
			w.settleDown()
			day := d.Now()
			w.pass(24 * time.Hour)
			for _, back := range []int{2, 1, 0} { // steps wait at most some days
				got, err := w.Reconcile(context.Background(), "sandbox", day.AddDate(0, 0, -back))
				if err != nil || got.Differences != 0 {
					r.Fatalf("the bank and the ledger differ: %+v %v", got, err)
				}
			}
			w.balanced(r)
		})
	})
}

// balanced checks the books: against charges and receipts, in themselves, and
// suspense against the differences that explain it.
func (w *walk) balanced(r *rapid.T) {
	err := w.DB.Read(context.Background(), func(tx *db.Tx) error {
		findings, err := w.Audit(tx)
		for _, f := range findings {
			r.Error(f)
		}
		all, err2 := w.Differences(tx, Filter{Limit: 1 << 30})
		if err == nil {
			err = err2
		}
		var held gov.Money
		for _, d := range all {
			if d.Kind == PaidTwice || d.Kind == PaidAfterVoid {
				held += d.Theirs
			} else {
				r.Errorf("a difference nobody caused: %+v", d)
			}
		}
		balances, err3 := w.Balances(tx)
		var sum gov.Money
		for _, b := range balances {
			sum += b.Debit - b.Credit
			if b.Account == Suspense("sandbox") && b.Credit-b.Debit != held {
				r.Errorf("suspense holds %d, differences explain %d", b.Credit-b.Debit, held)
			}
		}
		if sum != 0 {
			r.Errorf("the ledger is off by %d", sum)
		}
		if err == nil {
			err = err3
		}
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	for _, id := range w.charges {
		w.fairly(r, id)
	}
}

// fairly checks that no organisation gave back more than its share, and that
// all of them gave back everything when everything was given back.
func (w *walk) fairly(r *rapid.T, id gov.ChargeID) {
	net := map[Account]gov.Money{}
	err := w.DB.Read(context.Background(), func(tx *db.Tx) error {
		list, err := w.PostingsOf(tx, id)
		for _, p := range list {
			for _, e := range p.Entries {
				net[e.Credit] += e.Amount
				net[e.Debit] -= e.Amount
			}
		}
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	ch := look(w.t, w.Cashier, id)
	for _, s := range ch.Shares() {
		if n := net[Income(s.Org)]; n < 0 || ch.State == Refunded && n != 0 {
			r.Errorf("%s is left with %d of a charge that is %s", s.Org, n, ch.State)
		}
	}
}

// Shares always add up, and never exceed their weights.
func TestSharesAddUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var weights []Share
		var sum gov.Money
		for range rapid.IntRange(1, 6).Draw(r, "n") {
			m := gov.Money(rapid.Int64Range(0, 1e14).Draw(r, "weight"))
			weights, sum = append(weights, Share{Amount: m}), sum+m
		}
		total := gov.Money(rapid.Int64Range(0, int64(sum)).Draw(r, "total"))
		var got gov.Money
		for i, s := range divide(total, weights) {
			got += s.Amount
			if s.Amount < 0 || s.Amount > weights[i].Amount {
				r.Errorf("share %d of weight %d", s.Amount, weights[i].Amount)
			}
		}
		if got != total {
			r.Errorf("shares add up to %d of %d", got, total)
		}
	})
}

// Every move of a charge's life that is not in the table is refused.
func TestMovesAreClosed(t *testing.T) {
	for from, tos := range Moves {
		for _, to := range tos {
			if _, known := Moves[to]; !known {
				t.Errorf("%s leads to %s, which is no state", from, to)
			}
		}
	}
	if Open.may(Refunded) || Voided.may(Settled) || Refunded.may(Open) || Settled.may(Voided) || !Settled.may(PartlyRefunded) {
		t.Error("the table of moves has changed")
	}
}
