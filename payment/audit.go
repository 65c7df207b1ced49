package payment

import (
	"fmt"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// account sums up what the ledger and the receipts say about one charge.
type account struct {
	id                        gov.ChargeID
	state                     State
	total, refunded, promised gov.Money
	paid, back, receipts      gov.Money
	postings, numbers         int64
}

// Audit compares every charge with the ledger and the receipts, and every
// counter with its receipts. It returns what does not agree, in English, for
// operators; an empty list is the only good answer.
func (c *Cashier) Audit(tx *db.Tx) (findings []string, err error) {
	for after := gov.ChargeID(""); ; {
		page, err := accountPage(tx, after, 5000)
		if err != nil {
			return nil, err
		}
		for _, a := range page {
			if what := a.wrong(); what != "" {
				findings = append(findings, fmt.Sprintf("charge %s: %s", a.id, what))
			}
			after = a.id
		}
		if len(page) < 5000 {
			break
		}
	}
	gaps, err := counterGaps(tx)
	return append(findings, gaps...), err
}

// wrong says how a charge disagrees with the books; "" when it does not.
func (a account) wrong() string {
	var paid, back gov.Money
	switch a.state {
	case Settled:
		paid = a.total
	case PartlyRefunded:
		paid, back = a.total, a.refunded
	case Refunded:
		paid, back = a.total, a.total
	}
	settled := a.state != Open && a.state != Voided
	switch {
	case a.paid != paid:
		return fmt.Sprintf("is %s with total %d, but %d was posted as paid", a.state, a.total, a.paid)
	case a.back != back || a.refunded != back:
		return fmt.Sprintf("is %s with %d refunded, but %d was posted as paid back", a.state, a.refunded, a.back)
	case a.state == PartlyRefunded && (back == 0 || back == a.total):
		return "is partly refunded, but nothing or all of it was"
	case a.postings > 1:
		return "was posted as paid more than once"
	case settled != (a.numbers > 0) || a.receipts != paid:
		return fmt.Sprintf("is %s, but has %d receipts over %d", a.state, a.numbers, a.receipts)
	}
	return ""
}
