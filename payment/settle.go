package payment

import (
	"context"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Settle settles an open charge in tx: posting, receipts and fact. The caller
// vouches that the money is there. Errors: NotFound; Conflict when it is not open.
func (c *Cashier) Settle(tx *db.Tx, id gov.ChargeID, by Means) (Charge, error) {
	ch, ok, err := settleCharge(tx, id, by)
	if err != nil {
		return ch, err
	}
	if !ok {
		return ch, c.refuse(tx, id, Settled)
	}
	shares := ch.Shares()
	if err := c.postSettled(tx, ch, shares); err != nil {
		return ch, err
	}
	receipts, err := c.writeReceipts(tx, ch, shares)
	if err != nil {
		return ch, err
	}
	return ch, tell(tx, "payment.settled", ch, Fact{
		Amount: ch.Total, Waived: ch.Waived, Split: asMap(shares), Means: by.By, Receipts: receipts,
	})
}

// postSettled moves the money to the organisations it is for.
func (c *Cashier) postSettled(tx *db.Tx, ch Charge, shares []Share) error {
	from := money(ch)
	var entries []Entry
	for _, s := range shares {
		if s.Amount > 0 {
			entries = append(entries, Entry{Debit: from, Credit: Income(s.Org), Amount: s.Amount})
		}
	}
	if len(entries) == 0 {
		return nil
	}
	p := Posting{Charge: ch.ID, Kind: PostSettled, Entries: entries}
	if ch.Means.online() {
		p.Provider, p.Ref = ch.Means.By, ch.Means.Reference
	}
	return c.post(tx, p)
}

func (m Means) online() bool { return m.By != ByCounter && m.By != ByExemption }

// money is the account in which a charge's money came in.
func money(ch Charge) Account {
	if ch.Means.online() {
		return Clearing(ch.Means.By)
	}
	return Till(ch.Owner)
}

// SettleAtCounter records that an officer of the owning organisation took the
// money in cash or by card terminal; reference is the number of the slip.
// Errors: SignIn, NotFound for other organisations, Denied without the role,
// Invalid without a reference, Conflict when the charge is not open.
func (c *Cashier) SettleAtCounter(ctx context.Context, id gov.ChargeID, reference string) (ch Charge, err error) {
	reference, err = words(reference, 64, "reference")
	if err != nil {
		return ch, err
	}
	err = c.DB.Write(ctx, func(tx *db.Tx) error {
		if err := officerOf(tx, id, gov.Officer, gov.Supervisor); err != nil {
			return err
		}
		ch, err = c.Settle(tx, id, Means{By: ByCounter, Reference: reference})
		return err
	})
	return ch, err
}

// officerOf checks that the actor holds one of the roles in the organisation
// that owns the charge's service.
func officerOf(tx *db.Tx, id gov.ChargeID, roles ...gov.Role) error {
	a := tx.Actor()
	if !a.SignedIn() {
		return gov.Fail(gov.SignIn, "يُرجى تسجيل الدخول أولًا", "Please sign in first")
	}
	ch, err := charge(tx, id)
	if err != nil {
		return err
	}
	if a.Person == gov.System.Person || a.Has(gov.Operator) {
		return nil
	}
	if !a.Staff() || a.Org != ch.Owner {
		return noCharge
	}
	if !a.Has(roles...) {
		return gov.Fail(gov.Denied, "صلاحياتك لا تسمح بهذا الإجراء", "Your role does not allow this")
	}
	return nil
}
