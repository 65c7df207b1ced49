package payment

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/payment/provider"
)

// Reconciled says what one day's comparison found.
type Reconciled struct {
	Provider    string
	Day         string
	At          time.Time
	Lines       int // lines on the statement of the day
	Differences int // new differences
}

var errNotOver = gov.Fail(gov.Invalid, "لم ينتهِ هذا اليوم بعد", "This day is not over yet").At("day")

// day is local midnight of t's day.
func (c *Cashier) day(t time.Time) time.Time {
	t = c.local(t)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
}

// Reconcile compares a provider's statement of a local day with the ledger and
// opens a difference for everything that does not agree; it may be repeated. A
// payment whose message was lost is first fetched and booked. The day before is
// read again, because what the bank saw before midnight we may book after it.
// Errors: Invalid before the day is over; Unavailable when the provider is away.
func (c *Cashier) Reconcile(ctx context.Context, name string, day time.Time) (done Reconciled, err error) {
	ctx = asSystem(ctx)
	p, err := c.provider(name)
	if err != nil {
		return done, err
	}
	from := c.day(day)
	to := from.AddDate(0, 0, 1)
	if to.After(c.DB.Now()) {
		return done, errNotOver
	}
	lines, err := p.Statement(ctx, from.AddDate(0, 0, -1), to)
	if err != nil {
		return done, err
	}
	done = Reconciled{Provider: name, Day: from.Format(time.DateOnly)}
	for _, l := range lines {
		if !l.At.Before(from) {
			done.Lines++
		}
	}
	for len(lines) > 0 {
		n := min(len(lines), 200)
		new, err := c.compare(ctx, name, lines[:n])
		if err != nil {
			return done, err
		}
		done.Differences += new
		lines = lines[n:]
	}
	err = c.DB.Write(ctx, func(tx *db.Tx) error {
		new, err := c.missingThere(tx, name, from, to)
		if err != nil {
			return err
		}
		done.Differences += new
		done.At = tx.Now()
		return keepReconciled(tx, done)
	})
	return done, err
}

// Days lists the latest n reconciled days of all providers, newest first.
func (c *Cashier) Days(tx *db.Tx, n int) ([]Reconciled, error) { return reconciledDays(tx, n) }

// compare takes over some lines of a statement and returns how many differ.
func (c *Cashier) compare(ctx context.Context, name string, lines []provider.StatementLine) (n int, err error) {
	for _, l := range lines {
		if err := c.catchUp(ctx, name, l); err != nil {
			c.log().WarnContext(ctx, "payment: line not caught up", "provider", name, "ref", l.Ref, "err", err)
		}
	}
	err = c.DB.Write(ctx, func(tx *db.Tx) error {
		n = 0
		for _, l := range lines {
			differs, err := c.line(tx, name, l)
			if err != nil {
				return err
			}
			if differs {
				n++
			}
		}
		return nil
	})
	return n, err
}

// catchUp asks about a payment or refund that the statement shows as done and
// that is still pending here.
func (c *Cashier) catchUp(ctx context.Context, name string, l provider.StatementLine) error {
	var a Attempt
	var r Refund
	var isPayment, isRefund bool
	err := c.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if l.Kind == provider.Refund {
			r, isRefund, err = refundByRef(tx, name, l.Ref)
			return err
		}
		a, isPayment, err = attemptByRef(tx, name, l.Ref)
		return err
	})
	if err != nil {
		return err
	}
	if isPayment && a.State != provider.Succeeded {
		_, err = c.refresh(ctx, a)
	}
	if isRefund && r.State == provider.Pending {
		err = c.DB.Write(ctx, func(tx *db.Tx) error {
			return c.applyRefund(tx, r.ID, provider.Status{Ref: l.Ref, State: provider.Succeeded, Amount: l.Amount, Currency: l.Currency})
		})
	}
	return err
}

// line compares one line with the ledger; true when it opened a difference.
func (c *Cashier) line(tx *db.Tx, name string, l provider.StatementLine) (bool, error) {
	if err := keepLine(tx, name, c.local(l.At).Format(time.DateOnly), l); err != nil {
		return false, err
	}
	posted, ok, err := postedAmount(tx, name, l.Ref)
	if err != nil {
		return false, err
	}
	d := Difference{Provider: name, Ref: l.Ref, Ours: posted, Theirs: l.Amount, Currency: l.Currency, Day: c.local(l.At).Format(time.DateOnly)}
	switch {
	case l.Currency != c.Currency.Code:
		d.Kind = WrongCurrency
	case !ok:
		d.Kind = MissingHere
	case posted != l.Amount:
		d.Kind = WrongAmount
	default:
		return false, clearMissing(tx, name, l.Ref)
	}
	return insertDifference(tx, d.at(c, tx))
}

// missingThere opens a difference for every posting of the day that no
// statement shows.
func (c *Cashier) missingThere(tx *db.Tx, name string, from, to time.Time) (n int, err error) {
	list, err := unstated(tx, name, from, to)
	if err != nil {
		return 0, err
	}
	for _, p := range list {
		first, err := insertDifference(tx, Difference{Provider: name, Kind: MissingThere, Ref: p.Ref, Charge: p.Charge, Ours: p.Entries[0].Amount,
			Currency: c.Currency.Code, Day: from.Format(time.DateOnly)}.at(c, tx))
		if err != nil {
			return 0, err
		}
		if first {
			n++
		}
	}
	return n, nil
}
