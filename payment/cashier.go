package payment

import (
	"log/slog"
	"sync"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/payment/provider"
)

// Cashier takes and returns money. Fill DB, Calendar and Currency; add
// Providers and name the Default one to take payments online.
type Cashier struct {
	DB        *db.DB
	Calendar  *gov.Calendar // its zone decides the year of a receipt and the day of a statement
	Currency  gov.Currency
	Providers map[string]provider.Provider
	Default   string // the provider new payments go to
	Log       *slog.Logger

	// MayPay, if set, lets someone other than the payer pay: a mandate holder,
	// an officer of the owning organisation helping at the counter.
	MayPay func(tx *db.Tx, c Charge) bool

	accounts sync.Map // accounts known to be in the database
}

var (
	noCharge   = gov.Fail(gov.NotFound, "لا توجد رسوم بهذا الرقم", "There is no charge with this number")
	notOpen    = gov.Fail(gov.Conflict, "لم تعد هذه الرسوم مطلوبة: دُفعت أو أُلغيت", "This charge is no longer asked for: it was paid or cancelled")
	badCharge  = gov.Fail(gov.Invalid, "بيانات الرسوم غير صحيحة", "The charge is not correct")
	noProvider = gov.Fail(gov.Unavailable, "الدفع الإلكتروني غير متاح حاليًا، وما زال طلبك محفوظًا", "Online payment is not available at the moment; your application is kept")
)

func (c *Cashier) log() *slog.Logger {
	if c.Log == nil {
		return slog.Default()
	}
	return c.Log
}

// local is t in the country's zone.
func (c *Cashier) local(t time.Time) time.Time {
	if c.Calendar == nil || c.Calendar.Zone == nil {
		return t.UTC()
	}
	return t.In(c.Calendar.Zone)
}

// Charge returns a charge. Who may see it is the caller's to check. Errors: NotFound.
func (c *Cashier) Charge(tx *db.Tx, id gov.ChargeID) (Charge, error) { return charge(tx, id) }

// OfCase returns the charges of a case, oldest first. The caller has decided that
// the case may be seen, and has recorded the look.
func (c *Cashier) OfCase(tx *db.Tx, id gov.CaseID) ([]Charge, error) { return chargesOfCase(tx, id) }

// OfPayer returns up to n charges of a payer that come before the given one,
// newest first; an empty before starts at the newest. Who may see them is the
// caller's to check.
func (c *Cashier) OfPayer(tx *db.Tx, p gov.PersonID, before gov.ChargeID, n int) ([]Charge, error) {
	return chargesOfPayer(tx, p, before, n)
}

// mine returns the charge if the actor may pay it; to anyone else it does not exist.
func (c *Cashier) mine(tx *db.Tx, id gov.ChargeID) (Charge, error) {
	ch, err := charge(tx, id)
	if err != nil {
		return ch, err
	}
	a := tx.Actor()
	if a.Person != "" && (a.Person == ch.Payer || a.Person == gov.System.Person) {
		return ch, nil
	}
	if c.MayPay != nil && c.MayPay(tx, ch) {
		return ch, nil
	}
	return Charge{}, noCharge
}

func (c *Cashier) provider(name string) (provider.Provider, error) {
	p := c.Providers[name]
	if p == nil {
		return nil, noProvider
	}
	return p, nil
}
