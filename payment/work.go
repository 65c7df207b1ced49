package payment

import (
	"context"
	"errors"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/payment/provider"
)

// The kinds of job of this package.
const (
	kindPoll      = "payment.poll"
	kindRefund    = "payment.refund"
	kindReconcile = "payment.reconcile"
)

// pollFor is how long a pending payment is asked about; reconciliation finds
// what comes later.
const pollFor = 48 * time.Hour

// Kinds are the jobs of this package, for the worker.
func (c *Cashier) Kinds() map[string]jobs.Kind {
	return map[string]jobs.Kind{
		kindPoll:      {Call: c.poll, Done: c.pollAgain},
		kindRefund:    {Call: c.sendRefund, Done: c.refundAgain, Attempts: 40},
		kindReconcile: {Call: c.reconcileDue, Done: c.nextReconcile, Attempts: 1000},
	}
}

// watch schedules a job that looks after something pending since a time: after
// two minutes, then each time after as long again as it has waited, at most six hours.
func (c *Cashier) watch(tx *db.Tx, kind, id string, since time.Time) error {
	wait := min(max(tx.Now().Sub(since), 2*time.Minute), 6*time.Hour)
	return jobs.Schedule(tx, jobs.Job{Kind: kind, Key: id, At: tx.Now().Add(wait)})
}

// poll asks about a pending attempt, in case its webhook was lost and its payer
// never came back.
func (c *Cashier) poll(ctx context.Context, j jobs.Job) error {
	var a Attempt
	err := c.DB.Read(ctx, func(tx *db.Tx) (err error) { a, err = attempt(tx, j.Key); return err })
	if err != nil || a.State != provider.Pending {
		return err
	}
	_, err = c.refresh(ctx, a)
	if gov.KindOf(err) == gov.Invalid || gov.KindOf(err) == gov.NotFound { // it will not get better
		return c.DB.Write(ctx, func(tx *db.Tx) error { return c.failAttempt(tx, a) })
	}
	return err
}

func (c *Cashier) pollAgain(tx *db.Tx, j jobs.Job) error {
	a, err := attempt(tx, j.Key)
	if err != nil || a.State != provider.Pending || tx.Now().Sub(a.Created) > pollFor {
		return err
	}
	return c.watch(tx, kindPoll, a.ID, a.Created)
}

// sendRefund asks the provider to pay back, or how far it has come.
func (c *Cashier) sendRefund(ctx context.Context, j jobs.Job) error {
	var r Refund
	err := c.DB.Read(ctx, func(tx *db.Tx) (err error) { r, err = refund(tx, j.Key); return err })
	if err != nil || r.State != provider.Pending {
		return err
	}
	p, err := c.provider(r.Provider)
	if err != nil {
		return err
	}
	var st provider.Status
	if r.Ref == "" {
		st, err = p.Refund(ctx, r.Payment, r.Amount, r.ID)
	} else {
		st, err = p.FetchRefund(ctx, r.Ref)
	}
	if k := gov.KindOf(err); r.Ref == "" && (k == gov.Invalid || k == gov.NotFound) {
		c.log().WarnContext(ctx, "payment: provider refuses a refund", "refund", r.ID, "err", err)
		st, err = provider.Status{State: provider.Failed}, nil
	}
	if err != nil {
		return err
	}
	return c.DB.Write(ctx, func(tx *db.Tx) error { return c.applyRefund(tx, r.ID, st) })
}

func (c *Cashier) refundAgain(tx *db.Tx, j jobs.Job) error {
	r, err := refund(tx, j.Key)
	if err != nil || r.State != provider.Pending {
		return err
	}
	return c.watch(tx, kindRefund, r.ID, r.Asked)
}

// reconcileHour is when yesterday is reconciled, local time.
const reconcileHour = 3 * time.Hour

// Start schedules the daily reconciliation of every provider; call it once the
// database is migrated. Calling it again changes nothing.
func (c *Cashier) Start(ctx context.Context) error {
	return c.DB.Write(asSystem(ctx), func(tx *db.Tx) error {
		for name := range c.Providers {
			if err := c.scheduleReconcile(tx, name); err != nil {
				return err
			}
		}
		return nil
	})
}

// scheduleReconcile plans the run after the last day that was reconciled; at
// once when one was missed.
func (c *Cashier) scheduleReconcile(tx *db.Tx, name string) error {
	day, err := c.nextDay(tx, name)
	if err != nil {
		return err
	}
	return jobs.Schedule(tx, jobs.Job{Kind: kindReconcile, Key: name, At: day.AddDate(0, 0, 1).Add(reconcileHour)})
}

// nextDay is the first day not reconciled yet. For a new provider the books
// begin today.
func (c *Cashier) nextDay(tx *db.Tx, name string) (time.Time, error) {
	today := c.day(tx.Now())
	last, ok, err := lastReconciled(tx, name)
	if err != nil {
		return today, err
	}
	if !ok {
		last = today.AddDate(0, 0, -1).Format(time.DateOnly)
		if err := beginReconciling(tx, name, last); err != nil {
			return today, err
		}
	}
	day, err := time.ParseInLocation(time.DateOnly, last, today.Location())
	return day.AddDate(0, 0, 1), err
}

func (c *Cashier) reconcileDue(ctx context.Context, j jobs.Job) error {
	var day time.Time
	err := c.DB.Write(ctx, func(tx *db.Tx) (err error) { day, err = c.nextDay(tx, j.Key); return err })
	if err != nil {
		return err
	}
	_, err = c.Reconcile(ctx, j.Key, day)
	if errors.Is(err, errNotOver) {
		return nil
	}
	return err
}

func (c *Cashier) nextReconcile(tx *db.Tx, j jobs.Job) error { return c.scheduleReconcile(tx, j.Key) }
