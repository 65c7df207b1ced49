package payment

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Receipt is one organisation's receipt for its share of a settled charge.
// Numbers of an organisation and year run 1, 2, 3 … without a gap.
type Receipt struct {
	Entity gov.OrgID
	Year   int
	Serial int64
	Charge gov.ChargeID
	Amount gov.Money
	At     time.Time
}

// Number is the receipt's number as printed: "IGA-2026-000123".
func (r Receipt) Number() string {
	return fmt.Sprintf("%s-%04d-%06d", strings.ToUpper(string(r.Entity)), r.Year, r.Serial)
}

// Exempt reports whether nothing had to be paid.
func (r Receipt) Exempt() bool { return r.Amount == 0 }

// Receipts returns the receipts of a charge, by organisation. Who may see them is
// the caller's to check.
func (c *Cashier) Receipts(tx *db.Tx, id gov.ChargeID) ([]Receipt, error) {
	return receiptsOf(tx, id)
}

// Receipt finds a receipt by its printed number. Who may see it is the caller's
// to check. Errors: NotFound.
func (c *Cashier) Receipt(tx *db.Tx, number string) (Receipt, error) {
	missing := gov.Fail(gov.NotFound, "لا يوجد إيصال بهذا الرقم", "There is no receipt with this number")
	parts := strings.Split(gov.Digits(strings.TrimSpace(number)), "-")
	n := len(parts)
	if n < 3 {
		return Receipt{}, missing
	}
	year, e1 := strconv.Atoi(parts[n-2])
	serial, e2 := strconv.ParseInt(parts[n-1], 10, 64)
	if e1 != nil || e2 != nil {
		return Receipt{}, missing
	}
	r, ok, err := receipt(tx, gov.OrgID(strings.ToLower(strings.Join(parts[:n-2], "-"))), year, serial)
	if err == nil && !ok {
		err = missing
	}
	return r, err
}

// writeReceipts gives each organisation its receipt and returns their numbers.
// Counters are taken in the order of ids, so that two settlements never wait
// for each other in a circle.
func (c *Cashier) writeReceipts(tx *db.Tx, ch Charge, shares []Share) ([]string, error) {
	year := c.local(tx.Now()).Year()
	var list []Receipt
	var numbers []string
	for _, s := range shares {
		if s.Amount == 0 && ch.Total > 0 {
			continue // nothing of this payment is theirs
		}
		serial, err := nextSerial(tx, s.Org, year)
		if err != nil {
			return nil, err
		}
		r := Receipt{Entity: s.Org, Year: year, Serial: serial, Charge: ch.ID, Amount: s.Amount, At: tx.Now()}
		list, numbers = append(list, r), append(numbers, r.Number())
	}
	return numbers, insertReceipts(tx, list)
}
