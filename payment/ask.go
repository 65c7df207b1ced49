package payment

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// mostMoney bounds a single amount, so that sums stay far from overflowing.
const mostMoney gov.Money = 1e15

// Ask asks for money in tx. It fills in ID, Total, State and Created; the caller
// fills in the rest. A charge with nothing left to pay is settled at once, with
// a receipt that says exempt. Errors: Invalid when the sums are impossible.
func (c *Cashier) Ask(tx *db.Tx, ch Charge) (Charge, error) {
	total, err := ch.sum()
	if err != nil {
		return ch, err
	}
	ch.ID, ch.Total = gov.ChargeID(db.NewID(tx.Now())), total
	ch.State, ch.Created = Open, tx.Now()
	ch.Refunded, ch.Promised, ch.Means = 0, 0, Means{}
	if err := insertCharge(tx, ch); err != nil {
		return ch, err
	}
	if err := tell(tx, "payment.charged", ch, Fact{Amount: ch.Total, Waived: ch.Waived, Split: asMap(ch.Shares())}); err != nil {
		return ch, err
	}
	if total > 0 {
		return ch, nil
	}
	return c.Settle(tx, ch.ID, Means{By: ByExemption})
}

// sum checks the lines and returns what is to be paid.
func (ch Charge) sum() (gov.Money, error) {
	if ch.Case == "" || ch.Owner == "" {
		return 0, badCharge
	}
	var sum gov.Money
	for _, l := range ch.Lines {
		if l.Amount < 0 || l.Amount > mostMoney || l.For == "" {
			return 0, badCharge.At(l.ID)
		}
		sum += l.Amount
	}
	if sum > mostMoney || ch.Waived < 0 || ch.Waived > sum {
		return 0, badCharge.At("waived")
	}
	return sum - ch.Waived, nil
}

// Void stops asking for an open charge in tx; reason is a code such as
// "withdrawn" or "lapsed". Money that arrives afterwards goes to suspense and to
// an operator. Errors: NotFound; Conflict when the charge is not open.
func (c *Cashier) Void(tx *db.Tx, id gov.ChargeID, reason string) error {
	ch, ok, err := voidCharge(tx, id, reason)
	if err != nil {
		return err
	}
	if !ok {
		return c.refuse(tx, id, Voided)
	}
	return tell(tx, "payment.voided", ch, Fact{Amount: ch.Total, Reason: reason})
}

// refuse says why a charge cannot move: it does not exist or its state forbids it.
func (c *Cashier) refuse(tx *db.Tx, id gov.ChargeID, to State) error {
	ch, err := charge(tx, id)
	if err != nil {
		return err
	}
	if ch.State.may(to) {
		return gov.Fail(gov.Unavailable, "تغيّرت حالة الرسوم للتو، يُرجى المحاولة مرة أخرى", "The charge has just changed; please try again")
	}
	return notOpen
}

// tell writes a fact about a charge with the keys by which it is counted.
func tell(tx *db.Tx, name string, ch Charge, f Fact) error {
	f.Case, f.Step, f.State = ch.Case, ch.Step, ch.State
	return journal.Append(tx, journal.Fact{
		Name: name, Subject: string(ch.ID), Service: ch.Service, Organisation: ch.Owner,
		Channel: ch.Channel, Place: ch.Place, Version: ch.Version, Body: journal.Body(f),
	})
}
