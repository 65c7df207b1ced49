package payment

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/payment/provider"
)

// Refund is money on its way back to a payer.
type Refund struct {
	ID         string
	Charge     gov.ChargeID // empty for money that belonged to no charge
	Provider   string       // or ByCounter
	Payment    string       // the provider's reference of the payment
	Ref        string       // the provider's reference of the refund
	Amount     gov.Money
	Parts      []Share // from whom it is taken
	Reason     string  // in the officer's words
	State      provider.State
	Difference string // the difference it settles, if any
	AskedBy    gov.PersonID
	Asked      time.Time
	Ended      time.Time
}

var (
	badAmount   = gov.Fail(gov.Invalid, "المبلغ يجب أن يكون أكبر من صفر", "The amount must be more than zero").At("amount")
	nothingPaid = gov.Fail(gov.Conflict, "لا يوجد مبلغ مدفوع يمكن رده", "Nothing was paid that could be refunded")
	tooMuch     = gov.Fail(gov.Conflict, "المبلغ أكبر مما تبقّى من المدفوع", "The amount is more than what is left of the payment").At("amount")
)

// Refund pays a settled charge back, in part or in full, at the word of a
// supervisor of the owning organisation or an operator. The page asks for
// step-up first. Errors: SignIn, NotFound, Denied; Invalid without amount or
// reason; Conflict when less is left.
func (c *Cashier) Refund(ctx context.Context, id gov.ChargeID, amount gov.Money, reason string) (r Refund, err error) {
	if reason, err = words(reason, 500, "reason"); err != nil {
		return r, err
	}
	err = c.DB.Write(ctx, func(tx *db.Tx) error {
		if err := officerOf(tx, id, gov.Supervisor); err != nil {
			return err
		}
		r, err = c.PayBack(tx, id, amount, reason)
		return err
	})
	return r, err
}

// PayBack is Refund without asking who may: for the engine, when a procedure
// itself gives a fee back. Money taken at the counter is posted as paid back at
// once; a provider pays back in a durable job, posted when it is confirmed.
func (c *Cashier) PayBack(tx *db.Tx, id gov.ChargeID, amount gov.Money, reason string) (r Refund, err error) {
	if amount <= 0 || amount > mostMoney {
		return r, badAmount
	}
	ch, ok, err := promise(tx, id, amount)
	if err != nil {
		return r, err
	}
	if !ok {
		if ch, err = charge(tx, id); err != nil {
			return r, err
		}
	}
	switch {
	case ch.Total == 0 || !ch.State.may(PartlyRefunded) && ch.State != Refunded:
		return r, nothingPaid
	case !ok:
		return r, tooMuch
	}
	earlier, err := refundsOf(tx, id)
	if err != nil {
		return r, err
	}
	left := ch.Shares()
	for _, e := range earlier {
		if e.State != provider.Failed {
			left = less(left, e.Parts)
		}
	}
	r = Refund{Charge: id, Provider: ch.Means.By, Payment: ch.Means.Reference, Amount: amount, Parts: divide(amount, left), Reason: reason}
	return c.send(tx, r)
}

// send writes a refund down and has it done.
func (c *Cashier) send(tx *db.Tx, r Refund) (Refund, error) {
	r.ID, r.State, r.AskedBy, r.Asked = db.NewID(tx.Now()), provider.Pending, tx.Actor().Person, tx.Now()
	if err := insertRefund(tx, r); err != nil {
		return r, err
	}
	if r.Provider == ByCounter {
		return r, c.applyRefund(tx, r.ID, provider.Status{State: provider.Succeeded, Amount: r.Amount})
	}
	return r, jobs.Schedule(tx, jobs.Job{Kind: kindRefund, Key: r.ID, At: tx.Now()})
}

// Refunds returns the refunds of a charge, oldest first.
func (c *Cashier) Refunds(tx *db.Tx, id gov.ChargeID) ([]Refund, error) { return refundsOf(tx, id) }

// applyRefund takes over what the provider says of a refund; it counts once.
func (c *Cashier) applyRefund(tx *db.Tx, id string, st provider.Status) error {
	if st.State == provider.Pending {
		return keepRefundRef(tx, id, st.Ref)
	}
	r, first, err := endRefund(tx, id, st.State, st.Ref)
	if err != nil {
		return err
	}
	if !first {
		return c.bounced(tx, id, st)
	}
	if err := jobs.Cancel(tx, kindRefund, id); err != nil {
		return err
	}
	if st.State == provider.Failed {
		return c.refundFailed(tx, r)
	}
	if st.Amount != r.Amount {
		if _, err := insertDifference(tx, Difference{Provider: r.Provider, Kind: WrongAmount, Ref: r.Ref, Charge: r.Charge, Ours: r.Amount, Theirs: st.Amount, Currency: st.Currency}.at(c, tx)); err != nil {
			return err
		}
	}
	if r.Charge == "" {
		return c.returned(tx, r)
	}
	return c.paidBack(tx, r)
}

// paidBack posts a confirmed refund and moves the charge.
func (c *Cashier) paidBack(tx *db.Tx, r Refund) error {
	ch, err := addRefunded(tx, r.Charge, r.Amount)
	if err != nil {
		return err
	}
	to := PartlyRefunded
	if ch.Refunded == ch.Total {
		to = Refunded
	}
	if !ch.State.may(to) {
		return nothingPaid
	}
	ch.State = to
	if err := setState(tx, ch.ID, to); err != nil {
		return err
	}
	var entries []Entry
	for _, s := range r.Parts {
		if s.Amount > 0 {
			entries = append(entries, Entry{Debit: Income(s.Org), Credit: money(ch), Amount: s.Amount})
		}
	}
	p := Posting{Charge: ch.ID, Kind: PostRefunded, Entries: entries}
	if ch.Means.online() {
		p.Provider, p.Ref = r.Provider, r.Ref
	}
	if err := c.post(tx, p); err != nil {
		return err
	}
	return tell(tx, "payment.refunded", ch, Fact{Amount: r.Amount, Split: asMap(r.Parts), Means: ch.Means.By})
}

// refundFailed frees the promised amount and tells an operator.
func (c *Cashier) refundFailed(tx *db.Tx, r Refund) error {
	if r.Charge != "" {
		if err := unpromise(tx, r.Charge, r.Amount); err != nil {
			return err
		}
	} else if err := moveDifference(tx, r.Difference, Explained, Unexplained, ""); err != nil {
		return err
	}
	_, err := insertDifference(tx, Difference{Provider: r.Provider, Kind: RefundRefused, Ref: r.ID, Charge: r.Charge, Ours: r.Amount, Currency: c.Currency.Code}.at(c, tx))
	return err
}

// bounced notes that the bank of the payer sent a refund back that had been
// confirmed; any other repetition changes nothing.
func (c *Cashier) bounced(tx *db.Tx, id string, st provider.Status) error {
	r, err := refund(tx, id)
	if err != nil || st.State != provider.Failed || r.State != provider.Succeeded {
		return err
	}
	_, err = insertDifference(tx, Difference{Provider: r.Provider, Kind: RefundBounced, Ref: r.Ref, Charge: r.Charge, Ours: r.Amount, Currency: c.Currency.Code}.at(c, tx))
	return err
}
