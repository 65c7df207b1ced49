package payment

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Account is an account of the ledger, "<kind>:<holder>".
type Account string

// Income is an organisation's account: fees it has earned and not given back.
func Income(o gov.OrgID) Account { return Account("income:" + string(o)) }

// Clearing is what a provider holds for us until it pays it out.
func Clearing(provider string) Account { return Account("clearing:" + provider) }

// Till is what an organisation's counters have taken.
func Till(o gov.OrgID) Account { return Account("till:" + string(o)) }

// Suspense is money that came through a provider and belongs to no open charge.
func Suspense(provider string) Account { return Account("suspense:" + provider) }

// Entry moves a positive amount from one account to another. An entry, and so a
// posting, sums to zero by its shape.
type Entry struct {
	Debit  Account // receives the amount on its debit side
	Credit Account // receives the amount on its credit side
	Amount gov.Money
}

// PostingKind says why money moved.
type PostingKind string

// The kinds of posting.
const (
	PostSettled   PostingKind = "settled"   // a charge was paid
	PostRefunded  PostingKind = "refunded"  // some of it was paid back
	PostSuspended PostingKind = "suspended" // money came that nobody asked for
	PostReturned  PostingKind = "returned"  // that money was sent back
)

// Posting is one event in the ledger. Postings are never changed or removed.
type Posting struct {
	ID       string
	Charge   gov.ChargeID // empty for money of an unknown origin
	Kind     PostingKind
	At       time.Time
	Provider string // empty at the counter
	Ref      string // the provider's reference; once per provider
	Entries  []Entry
}

// post writes a posting in tx.
func (c *Cashier) post(tx *db.Tx, p Posting) error {
	for _, e := range p.Entries {
		if e.Amount <= 0 || e.Debit == e.Credit {
			return badCharge
		}
		for _, a := range [...]Account{e.Debit, e.Credit} {
			if err := c.open(tx, a); err != nil {
				return err
			}
		}
	}
	p.ID, p.At = db.NewID(tx.Now()), tx.Now()
	return insertPosting(tx, p)
}

// open makes sure that an account exists. Accounts are never closed, so what was
// seen once, durably, needs no second look.
func (c *Cashier) open(tx *db.Tx, a Account) error {
	if _, known := c.accounts.Load(a); known {
		return nil
	}
	tx.After(func() { c.accounts.Store(a, true) })
	return insertAccount(tx, a)
}

// PostingsOf returns the postings of a charge with their entries, oldest first.
func (c *Cashier) PostingsOf(tx *db.Tx, id gov.ChargeID) ([]Posting, error) {
	return postingsOf(tx, id)
}

// Balance is the sum of an account.
type Balance struct {
	Account Account
	Debit   gov.Money
	Credit  gov.Money
}

// Balances sums every account. The debit and credit sides of all of them
// together are equal.
func (c *Cashier) Balances(tx *db.Tx) ([]Balance, error) { return balances(tx) }
