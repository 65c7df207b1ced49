package payment

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/payment/provider"
)

// Attempt is one try to pay a charge through a provider. A charge has at most
// one that is pending.
type Attempt struct {
	ID          string
	Charge      gov.ChargeID
	Provider    string
	Ref         string // the provider's reference; empty until it answered
	Redirect    string
	Secret      string
	ReturnURL   string
	Description gov.Text
	Amount      gov.Money
	Currency    string
	State       provider.State
	Created     time.Time
	Ended       time.Time
}

// Payment is what the payer's browser needs to pay.
type Payment struct {
	Attempt      string
	RedirectURL  string // the provider's page
	ClientSecret string // for a provider whose form stands in our page
	Settled      bool   // it turned out to be paid already: show the receipt
}

// Begin starts paying an open charge, and gives the same payment when asked
// again while it is pending: a double click pays once. The actor is the payer,
// or someone MayPay accepts; to others the charge does not exist. Errors:
// NotFound, Conflict when it is not open, Unavailable when the provider is away.
func (c *Cashier) Begin(ctx context.Context, id gov.ChargeID, returnURL string) (Payment, error) {
	a, err := c.attempt(ctx, id, returnURL)
	if err != nil {
		return Payment{}, err
	}
	if a.Ref != "" { // asked again: it may have ended meanwhile
		if now, err := c.refresh(ctx, a); err == nil {
			a = now
		}
		if a.State == provider.Failed {
			if a, err = c.attempt(ctx, id, returnURL); err != nil {
				return Payment{}, err
			}
		}
	}
	if a.Ref == "" {
		if a, err = c.create(ctx, a); err != nil {
			return Payment{}, err
		}
	}
	return Payment{a.ID, a.Redirect, a.Secret, a.State == provider.Succeeded}, nil
}

// attempt finds or makes the pending attempt of a charge.
func (c *Cashier) attempt(ctx context.Context, id gov.ChargeID, returnURL string) (a Attempt, err error) {
	if _, err := c.provider(c.Default); err != nil {
		return a, err
	}
	err = c.DB.Write(ctx, func(tx *db.Tx) error {
		ch, err := c.mine(tx, id)
		if err != nil {
			return err
		}
		if ch.State != Open {
			return notOpen
		}
		fresh := Attempt{ID: db.NewID(tx.Now()), Charge: id, Provider: c.Default, ReturnURL: returnURL, Description: describe(ch),
			Amount: ch.Total, Currency: c.Currency.Code, State: provider.Pending, Created: tx.Now()}
		made, err := insertAttempt(tx, fresh)
		if err != nil {
			return err
		}
		if made {
			a = fresh
			return c.watch(tx, kindPoll, a.ID, a.Created)
		}
		var ok bool
		a, ok, err = liveAttempt(tx, id)
		if err == nil && !ok {
			err = noProvider
		}
		return err
	})
	return a, err
}

// describe is what the payer reads at the provider: the labels, no personal data.
func describe(ch Charge) gov.Text {
	if len(ch.Lines) == 1 {
		return ch.Lines[0].Label
	}
	return gov.T("رسوم خدمة حكومية", "Government service fees")
}

// create opens the payment at the provider and keeps its reference.
func (c *Cashier) create(ctx context.Context, a Attempt) (Attempt, error) {
	p, err := c.provider(a.Provider)
	if err != nil {
		return a, err
	}
	made, err := p.Create(ctx, provider.Intent{ID: a.ID, Amount: a.Amount, Currency: a.Currency, Description: a.Description, ReturnURL: a.ReturnURL, Key: a.ID})
	if err != nil {
		if gov.KindOf(err) == gov.Invalid {
			c.DB.Write(asSystem(ctx), func(tx *db.Tx) error { return c.failAttempt(tx, a) })
		}
		return a, err
	}
	a.Ref, a.Redirect, a.Secret = made.Ref, made.RedirectURL, made.ClientSecret
	return a, c.DB.Write(ctx, func(tx *db.Tx) error { return keepRef(tx, a) })
}

// Return asks the provider how the latest payment stands when its payer comes
// back, because the webhook may still be on its way. It returns the charge and
// the state of that payment; when the provider is away, what is known so far.
// Errors: NotFound as in Begin.
func (c *Cashier) Return(ctx context.Context, id gov.ChargeID) (ch Charge, s provider.State, err error) {
	var a Attempt
	var some bool
	err = c.DB.Read(ctx, func(tx *db.Tx) error {
		if ch, err = c.mine(tx, id); err != nil {
			return err
		}
		a, some, err = lastAttempt(tx, id)
		return err
	})
	if err != nil || !some {
		return ch, "", err
	}
	if a.State == provider.Pending {
		now, err := c.refresh(ctx, a)
		if err != nil {
			c.log().WarnContext(ctx, "payment: provider not asked on return", "attempt", a.ID, "err", err)
			return ch, a.State, nil
		}
		a = now
	}
	err = c.DB.Read(ctx, func(tx *db.Tx) error { ch, err = charge(tx, id); return err })
	return ch, a.State, err
}

// refresh asks the provider about an attempt and takes over its answer.
func (c *Cashier) refresh(ctx context.Context, a Attempt) (Attempt, error) {
	p, err := c.provider(a.Provider)
	if err != nil {
		return a, err
	}
	if a.Ref == "" { // the node stopped between asking the provider and noting its answer
		if a, err = c.create(ctx, a); err != nil {
			return a, err
		}
	}
	st, err := p.Fetch(ctx, a.Ref)
	if err != nil {
		return a, err
	}
	a.State = st.State
	return a, c.DB.Write(asSystem(ctx), func(tx *db.Tx) error { return c.apply(tx, a, st) })
}

func asSystem(ctx context.Context) context.Context { return gov.WithActor(ctx, gov.System) }

// apply takes over what the provider says of an attempt, in any order and any
// number of times: money counts once.
func (c *Cashier) apply(tx *db.Tx, a Attempt, st provider.Status) error {
	switch st.State {
	case provider.Succeeded:
		first, err := endAttempt(tx, a.ID, st.State, st.Ref)
		if err != nil || !first {
			return err
		}
		if err := jobs.Cancel(tx, kindPoll, a.ID); err != nil {
			return err
		}
		return c.received(tx, a, st)
	case provider.Failed:
		return c.failAttempt(tx, a)
	}
	return nil
}

func (c *Cashier) failAttempt(tx *db.Tx, a Attempt) error {
	if err := failPending(tx, a.ID); err != nil {
		return err
	}
	return jobs.Cancel(tx, kindPoll, a.ID)
}

// received books money that has arrived: to the charge if it is what was asked
// for, else to suspense, with a difference for an operator.
func (c *Cashier) received(tx *db.Tx, a Attempt, st provider.Status) error {
	d := Difference{Provider: a.Provider, Ref: st.Ref, Charge: a.Charge, Ours: a.Amount, Theirs: st.Amount, Currency: st.Currency}
	switch {
	case st.Currency != a.Currency:
		d.Kind = WrongCurrency
		return c.suspend(tx, d)
	case st.Amount != a.Amount:
		d.Kind = WrongAmount
		return c.suspend(tx, d)
	}
	_, err := c.Settle(tx, a.Charge, Means{By: a.Provider, Reference: st.Ref})
	if gov.KindOf(err) != gov.Conflict {
		return err
	}
	ch, err := charge(tx, a.Charge)
	if err != nil {
		return err
	}
	d.Kind, d.Ours = PaidTwice, 0
	if ch.State == Voided {
		d.Kind = PaidAfterVoid
	}
	return c.suspend(tx, d)
}
