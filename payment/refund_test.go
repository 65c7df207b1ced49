package payment

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/payment/provider"
)

func (w *town) paidOnline(amounts ...gov.Money) (Charge, string) {
	w.t.Helper()
	ch := ask(w.t, w.Cashier, renewal(amounts...))
	_, ref := w.begin(ch.ID)
	w.pay(ref)
	if _, _, err := w.Return(payer, ch.ID); err != nil {
		w.t.Fatal(err)
	}
	return w.state(ch.ID, Settled), ref
}

func TestRefundInParts(t *testing.T) {
	eachTown(t, func(w *town) {
		ch, _ := w.paidOnline(100, 200, 33)
		for i, m := range []gov.Money{1, 100, 7, 225} {
			if _, err := w.Refund(as(gov.Supervisor), ch.ID, m, "دُفع أكثر من اللازم"); err != nil {
				w.t.Fatal(err)
			}
			if i == 0 {
				w.state(ch.ID, Settled) // not yet confirmed
			}
			w.work()
			if i < 3 {
				w.state(ch.ID, PartlyRefunded)
			}
		}
		w.state(ch.ID, Refunded)
		for _, o := range []gov.OrgID{"iga", "moi", "moe"} {
			if b := w.balance(Income(o)); b != 0 {
				w.t.Errorf("%s is left with %d", o, b)
			}
		}
		if w.balance(Clearing("sandbox")) != 0 {
			w.t.Error("the bank still holds money")
		}
		names, f := facts(w.t, w.DB, ch.ID)
		if len(names) != 6 || f.State != Refunded {
			w.t.Error(names, f)
		}
		if _, err := w.Refund(as(gov.Supervisor), ch.ID, 1, "again"); gov.KindOf(err) != gov.Conflict {
			w.t.Error(err)
		}
	})
}

// Small refunds do not all fall on the same entity.
func TestSmallRefundsAreSharedFairly(t *testing.T) {
	eachTown(t, func(w *town) {
		ch, _ := w.paidOnline(2, 2, 2)
		for range 6 {
			if _, err := w.Refund(as(gov.Supervisor), ch.ID, 1, "r"); err != nil {
				w.t.Fatal(err)
			}
		}
		w.work()
		w.state(ch.ID, Refunded)
		for _, o := range []gov.OrgID{"iga", "moi", "moe"} {
			if b := w.balance(Income(o)); b != 0 {
				w.t.Errorf("%s is left with %d", o, b)
			}
		}
	})
}

func TestRefundAtTheCounter(t *testing.T) {
	eachTown(t, func(w *town) {
		ch := ask(w.t, w.Cashier, renewal(1000))
		if _, err := w.SettleAtCounter(as(gov.Officer), ch.ID, "slip"); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.Refund(as(gov.Supervisor), ch.ID, 400, "خطأ في الرسم"); err != nil {
			w.t.Fatal(err)
		}
		w.state(ch.ID, PartlyRefunded)
		if w.balance(Till("iga")) != 600 {
			w.t.Error("the till is wrong")
		}
	})
}

func TestRefundsNeedARoleAReasonAndMoney(t *testing.T) {
	w := newTown(t, dbtest.SQLite(t))
	ch, _ := w.paidOnline(1000)
	open := ask(t, w.Cashier, renewal(1000))
	free := ask(t, w.Cashier, renewal())
	for _, try := range []struct {
		ctx    context.Context
		id     gov.ChargeID
		m      gov.Money
		reason string
		want   gov.Kind
	}{
		{context.Background(), ch.ID, 10, "r", gov.SignIn},
		{payer, ch.ID, 10, "r", gov.NotFound},
		{as(gov.Officer), ch.ID, 10, "r", gov.Denied},
		{as(gov.Supervisor), ch.ID, 10, "  ", gov.Invalid},
		{as(gov.Supervisor), ch.ID, 10, strings.Repeat("ن", 501), gov.Invalid},
		{as(gov.Supervisor), ch.ID, 0, "r", gov.Invalid},
		{as(gov.Supervisor), ch.ID, -5, "r", gov.Invalid},
		{as(gov.Supervisor), ch.ID, 1001, "r", gov.Conflict},
		{as(gov.Supervisor), open.ID, 10, "r", gov.Conflict},
		{as(gov.Supervisor), free.ID, 10, "r", gov.Conflict},
		{as(gov.Supervisor), "nobody", 10, "r", gov.NotFound},
	} {
		if _, err := w.Refund(try.ctx, try.id, try.m, try.reason); gov.KindOf(err) != try.want {
			t.Errorf("%+v: %v", try, err)
		}
	}
}

func TestTwoOfficersRefundAtOnce(t *testing.T) {
	eachTown(t, func(w *town) {
		ch, _ := w.paidOnline(100, 50)
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for range 10 {
			wg.Go(func() {
				_, err := w.Refund(as(gov.Supervisor), ch.ID, 40, "r")
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					done++
				} else if gov.KindOf(err) != gov.Conflict {
					w.t.Error(err)
				}
			})
		}
		wg.Wait()
		if done != 3 {
			w.t.Errorf("%d refunds of 40 out of 150", done)
		}
		w.work()
		if got := w.state(ch.ID, PartlyRefunded); got.Refunded != 120 {
			w.t.Error(got.Refunded)
		}
	})
}

func TestRefusedRefundFreesTheAmount(t *testing.T) {
	eachTown(t, func(w *town) {
		ch := ask(w.t, w.Cashier, renewal(1000))
		_, ref := w.begin(ch.ID)
		w.heard(paidEvent("e1", "", ref, 1000)) // the bank knows nothing of a payment, so it refuses
		if _, err := w.Refund(as(gov.Supervisor), ch.ID, 600, "r"); err != nil {
			w.t.Fatal(err)
		}
		w.work()
		if got := w.state(ch.ID, Settled); got.Promised != 0 {
			w.t.Error(got.Promised)
		}
		d := w.open(RefundRefused)[0]
		if err := w.Explain(as(gov.Supervisor), d.ID, " "); gov.KindOf(err) != gov.Invalid {
			w.t.Error(err)
		}
		if err := w.Explain(as(gov.Supervisor), d.ID, "رُدّ المبلغ نقدًا"); err != nil {
			w.t.Error(err)
		}
		if err := w.Explain(as(gov.Supervisor), d.ID, "مرة أخرى"); gov.KindOf(err) != gov.Conflict {
			w.t.Error(err)
		}
		w.open()
	})
}

func TestRefundMessages(t *testing.T) {
	eachTown(t, func(w *town) {
		ch, _ := w.paidOnline(1000)
		r, err := w.Refund(as(gov.Supervisor), ch.ID, 600, "r")
		if err != nil {
			w.t.Fatal(err)
		}
		ev := provider.Event{ID: "r1", Kind: provider.Refund, Intent: r.ID, Status: provider.Status{Ref: "back_1", State: provider.Succeeded, Amount: 600, Currency: "BHD"}}
		w.heard(ev) // before the job has heard the answer
		w.heard(ev)
		ev.ID = "r2"
		w.heard(ev)
		w.work()
		if got := w.state(ch.ID, PartlyRefunded); got.Refunded != 600 {
			w.t.Error(got.Refunded)
		}
		w.open()
		ev.ID, ev.State = "r3", provider.Failed
		w.heard(ev)
		w.open(RefundBounced)
		w.heard(provider.Event{ID: "r4", Kind: provider.Refund, Status: provider.Status{Ref: "back_9", State: provider.Succeeded, Amount: 5, Currency: "BHD"}})
		w.open(RefundBounced, UnknownRefund)
	})
}

func TestReconcile(t *testing.T) {
	eachTown(t, func(w *town) {
		today := w.DB.Now()
		w.paidOnline(1000)
		lost := ask(w.t, w.Cashier, renewal(300)) // its message is lost and its payer never returns
		_, ref := w.begin(lost.ID)
		w.pay(ref)
		if _, err := w.Reconcile(context.Background(), "sandbox", today); gov.KindOf(err) != gov.Invalid {
			w.t.Errorf("today is not over: %v", err)
		}
		stray, _ := w.bank.Create(context.Background(), provider.Intent{ID: "x", Key: "x", Amount: 55, Currency: "BHD", ReturnURL: "/"})
		w.pay(stray.Ref)
		fake := ask(w.t, w.Cashier, renewal(20))
		_, ref = w.begin(fake.ID)
		w.heard(paidEvent("e1", "", ref, 20)) // the bank's statement will not have it
		w.pass(24 * time.Hour)
		got, err := w.Reconcile(context.Background(), "sandbox", today)
		if err != nil || got.Lines != 3 || got.Differences != 2 || got.Day != "2026-11-23" {
			w.t.Fatalf("%+v %v", got, err)
		}
		w.state(lost.ID, Settled)
		w.open(MissingHere, MissingThere)
		again, err := w.Reconcile(context.Background(), "sandbox", today)
		if err != nil || again.Differences != 0 {
			w.t.Fatalf("%+v %v", again, err)
		}
		w.pay(ref) // the bank catches up a day later
		w.heard(paidEvent("e2", "", stray.Ref, 55))
		w.pass(24 * time.Hour)
		if _, err := w.Reconcile(context.Background(), "sandbox", today.AddDate(0, 0, 1)); err != nil {
			w.t.Fatal(err)
		}
		w.open(UnknownPayment)
	})
}

func TestDailyReconciliationMissesNoDay(t *testing.T) {
	eachTown(t, func(w *town) {
		for range 2 {
			if err := w.Start(context.Background()); err != nil {
				w.t.Fatal(err)
			}
		}
		w.paidOnline(1000)
		w.work()
		days := func() (list []Reconciled) {
			write(w.t, w.DB, func(tx *db.Tx) (err error) { list, err = w.Days(tx, 10); return err })
			return list
		}
		if n := len(days()); n != 0 {
			w.t.Fatal(n)
		}
		w.pass(4 * 24 * time.Hour) // the installation stood still for some days
		w.Start(context.Background())
		w.work()
		list := days()
		if len(list) != 4 || list[3].Day != "2026-11-23" || list[0].Day != "2026-11-26" || list[3].Lines != 1 {
			w.t.Errorf("%+v", list)
		}
		w.open()
	})
}

// The ledger only grows: no statement of this package changes or removes it.
func TestNothingChangesTheLedger(t *testing.T) {
	files, _ := filepath.Glob("*.go")
	bad := regexp.MustCompile(`(?i)(update|delete\s+from|truncate|drop)\s+(table\s+)?payment_(posting|entry|account|receipt)\b`)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if m := bad.Find(text); m != nil {
			t.Errorf("%s: %s", f, m)
		}
	}
}

// The database itself refuses an entry that would not sum to zero or an account
// that does not exist.
func TestDatabaseRefusesBadEntries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCashier(d)
		ch := ask(t, c, renewal(5))
		write(t, d, func(tx *db.Tx) error { _, err := c.Settle(tx, ch.ID, Means{By: ByCounter}); return err })
		for what, q := range map[string]string{
			"nothing moved":   `INSERT INTO payment_entry (posting, n, debit, credit, amount) SELECT id, 9, 'till:iga', 'income:iga', 0 FROM payment_posting`,
			"less moved":      `INSERT INTO payment_entry (posting, n, debit, credit, amount) SELECT id, 9, 'till:iga', 'income:iga', -1 FROM payment_posting`,
			"to itself":       `INSERT INTO payment_entry (posting, n, debit, credit, amount) SELECT id, 9, 'till:iga', 'till:iga', 1 FROM payment_posting`,
			"no such account": `INSERT INTO payment_entry (posting, n, debit, credit, amount) SELECT id, 9, 'till:iga', 'nowhere', 1 FROM payment_posting`,
			"no such posting": `INSERT INTO payment_entry (posting, n, debit, credit, amount) VALUES ('x', 9, 'till:iga', 'income:iga', 1)`,
			"too much back":   `UPDATE payment_charge SET promised = 6`,
			"none promised":   `UPDATE payment_charge SET refunded = 1`,
		} {
			if err := d.Write(context.Background(), func(tx *db.Tx) error { return tx.Exec(q) }); err == nil {
				t.Errorf("%s was accepted", what)
			}
		}
	})
}
