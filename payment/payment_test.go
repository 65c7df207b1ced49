package payment

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
)

var dinar = gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}

var manama = time.FixedZone("Asia/Bahrain", 3*60*60)

func newCashier(d *db.DB) *Cashier {
	return &Cashier{DB: d, Calendar: &gov.Calendar{Zone: manama}, Currency: dinar}
}

func renewal(amounts ...gov.Money) Charge {
	orgs := []gov.OrgID{"iga", "moi", "moe"}
	ch := Charge{Case: "C1", Step: "pay", Service: "identity-card/renewal", Owner: "iga", Payer: "p1", Channel: gov.Portal, Place: "capital", Version: "3"}
	for i, a := range amounts {
		ch.Lines = append(ch.Lines, Line{ID: "l", Label: gov.T("رسم", "Fee"), For: orgs[i%3], Amount: a})
	}
	return ch
}

func as(roles ...gov.Role) context.Context {
	return gov.WithActor(context.Background(), gov.Actor{Person: "officer-1", Org: "iga", Roles: roles})
}

var payer = gov.WithActor(context.Background(), gov.Actor{Person: "p1"})

func write(t testing.TB, d *db.DB, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := d.Write(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func ask(t testing.TB, c *Cashier, ch Charge) Charge {
	t.Helper()
	write(t, c.DB, func(tx *db.Tx) (err error) { ch, err = c.Ask(tx, ch); return err })
	return ch
}

func look(t testing.TB, c *Cashier, id gov.ChargeID) Charge {
	t.Helper()
	var ch Charge
	write(t, c.DB, func(tx *db.Tx) (err error) { ch, err = c.Charge(tx, id); return err })
	return ch
}

func facts(t testing.TB, d *db.DB, id gov.ChargeID) (names []string, last Fact) {
	t.Helper()
	write(t, d, func(tx *db.Tx) error {
		list, err := journal.Of(tx, string(id))
		for _, f := range list {
			names = append(names, f.Name)
			if f.Service == "" || f.Organisation == "" || f.Channel == "" || f.Version == "" {
				t.Errorf("%s lacks a key: %+v", f.Name, f)
			}
			if f.Name == "payment.settled" || f.Name == "payment.refunded" {
				last = Fact{}
				if err := json.Unmarshal(f.Body, &last); err != nil {
					t.Error(err)
				}
			}
		}
		return err
	})
	return names, last
}

func audit(t testing.TB, c *Cashier) {
	t.Helper()
	write(t, c.DB, func(tx *db.Tx) error {
		for _, f := range must(c.Audit(tx)) {
			t.Error("audit:", f)
		}
		return nil
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestChargeIsSettledAndSharedBetweenEntities(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCashier(d)
		ch := renewal(1000, 500)
		ch.Waived, ch.WaivedReason = 1, gov.T("إعفاء", "Exemption")
		ch = ask(t, c, ch)
		if ch.Total != 1499 || ch.State != Open {
			t.Fatalf("%+v", ch)
		}
		if _, err := c.SettleAtCounter(as(gov.Officer), ch.ID, "slip 17"); err != nil {
			t.Fatal(err)
		}
		got := look(t, c, ch.ID)
		if got.State != Settled || got.Means != (Means{ByCounter, "slip 17"}) || !got.Settled.Equal(dbtest.Start) || got.Lines[0].Label["ar"] != "رسم" {
			t.Fatalf("%+v", got)
		}
		names, f := facts(t, d, ch.ID)
		if len(names) != 2 || f.Case != "C1" || f.Step != "pay" || f.Amount != 1499 || f.Split["iga"] != 999 || f.Split["moi"] != 500 {
			t.Fatalf("%v %+v", names, f)
		}
		if len(f.Receipts) != 2 || f.Receipts[0] != "IGA-2026-000001" || f.Receipts[1] != "MOI-2026-000001" {
			t.Fatal(f.Receipts)
		}
		write(t, d, func(tx *db.Tx) error {
			r, err := c.Receipt(tx, " moi-٢٠٢٦-000001")
			if r.Charge != ch.ID || r.Amount != 500 {
				t.Errorf("%+v", r)
			}
			return err
		})
		audit(t, c)
	})
}

func TestNothingToPayIsSettledAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCashier(d)
		ch := renewal(1000)
		ch.Waived, ch.WaivedReason = 1000, gov.T("من ذوي الإعاقة", "Person with a disability")
		ch = ask(t, c, ch)
		if ch.State != Settled || ch.Means.By != ByExemption {
			t.Fatalf("%+v", ch)
		}
		names, f := facts(t, d, ch.ID)
		if len(names) != 2 || f.Waived != 1000 || f.Means != ByExemption || len(f.Receipts) != 1 {
			t.Fatalf("%v %+v", names, f)
		}
		write(t, d, func(tx *db.Tx) error {
			if r := must(c.Receipts(tx, ch.ID)); len(r) != 1 || !r[0].Exempt() {
				t.Errorf("%+v", r)
			}
			return nil
		})
		if none := ask(t, c, renewal()); none.State != Settled {
			t.Error("a charge without lines is settled too")
		}
		audit(t, c)
	})
}

func TestIllegalMovesAreConflicts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCashier(d)
		ch := ask(t, c, renewal(700))
		write(t, d, func(tx *db.Tx) error { return c.Void(tx, ch.ID, "withdrawn") })
		if got := look(t, c, ch.ID); got.State != Voided || got.Reason != "withdrawn" {
			t.Fatalf("%+v", got)
		}
		if _, err := c.SettleAtCounter(as(gov.Officer), ch.ID, "1"); gov.KindOf(err) != gov.Conflict {
			t.Error(err)
		}
		paid := ask(t, c, renewal(700))
		if _, err := c.SettleAtCounter(as(gov.Officer), paid.ID, "1"); err != nil {
			t.Fatal(err)
		}
		err := d.Write(context.Background(), func(tx *db.Tx) error { return c.Void(tx, paid.ID, "lapsed") })
		if gov.KindOf(err) != gov.Conflict {
			t.Error(err)
		}
		err = d.Write(context.Background(), func(tx *db.Tx) error { return c.Void(tx, "nobody", "lapsed") })
		if gov.KindOf(err) != gov.NotFound {
			t.Error(err)
		}
		audit(t, c)
	})
}

func TestImpossibleSumsAreRefused(t *testing.T) {
	d := dbtest.SQLite(t)
	c := newCashier(d)
	bad := []Charge{renewal(-1), renewal(2e15), renewal(9e14, 9e14), {Owner: "iga"}, {Case: "C"}}
	over := renewal(10)
	over.Waived = 11
	for _, ch := range append(bad, over) {
		err := d.Write(context.Background(), func(tx *db.Tx) error { _, err := c.Ask(tx, ch); return err })
		if gov.KindOf(err) != gov.Invalid {
			t.Errorf("%+v: %v", ch, err)
		}
	}
}

func TestCounterIsForOfficersOfTheEntity(t *testing.T) {
	d := dbtest.SQLite(t)
	c := newCashier(d)
	ch := ask(t, c, renewal(700))
	other := gov.WithActor(context.Background(), gov.Actor{Person: "x", Org: "moe", Roles: []gov.Role{gov.Officer}})
	for _, try := range []struct {
		ctx  context.Context
		ref  string
		want gov.Kind
	}{
		{context.Background(), "1", gov.SignIn},
		{payer, "1", gov.NotFound},
		{other, "1", gov.NotFound},
		{as(gov.Head), "1", gov.Denied},
		{as(gov.Officer), " \u202e ", gov.Invalid},
		{as(gov.Officer), "slip", ""},
		{as(gov.Officer), "slip", gov.Conflict},
	} {
		if _, err := c.SettleAtCounter(try.ctx, ch.ID, try.ref); gov.KindOf(err) != try.want {
			t.Errorf("want %q, got %v", try.want, err)
		}
	}
}

// Receipt numbers have no gap although many settle at once and some fail.
func TestReceiptNumbersHaveNoGap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCashier(d)
		var ids []gov.ChargeID
		for range 40 {
			ids = append(ids, ask(t, c, renewal(100, 50)).ID)
		}
		var wg sync.WaitGroup
		fail := errors.New("the officer's page fails after settling")
		for i, id := range ids {
			wg.Go(func() {
				err := d.Write(context.Background(), func(tx *db.Tx) error {
					_, err := c.Settle(tx, id, Means{By: ByCounter})
					if i%3 == 0 && err == nil {
						return fail
					}
					return err
				})
				if err != nil && !errors.Is(err, fail) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		write(t, d, func(tx *db.Tx) error {
			for i := range 26 {
				if _, ok, err := receipt(tx, "moi", 2026, int64(i+1)); !ok || err != nil {
					t.Errorf("number %d is missing: %v", i+1, err)
				}
			}
			if _, ok, _ := receipt(tx, "moi", 2026, 27); ok {
				t.Error("there are more receipts than settlements")
			}
			return nil
		})
		audit(t, c)
	})
}

// The year of a receipt is the year in the country, not in Greenwich.
func TestReceiptYearIsLocal(t *testing.T) {
	d := dbtest.SQLite(t)
	c := newCashier(d)
	d.SetClock(func() time.Time { return time.Date(2026, 12, 31, 21, 0, 0, 0, time.UTC) })
	ch := ask(t, c, renewal(100))
	if _, err := c.SettleAtCounter(as(gov.Officer), ch.ID, "1"); err != nil {
		t.Fatal(err)
	}
	if _, f := facts(t, d, ch.ID); f.Receipts[0] != "IGA-2027-000001" {
		t.Error(f.Receipts)
	}
}
