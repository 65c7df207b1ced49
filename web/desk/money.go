package desk

import (
	"net/http"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// refundPage pays money back.
type refundPage struct {
	Bill     bill
	Ref      string // of the case
	Amount   string
	Reason   string
	Problems gov.Problems
	Unproved bool
	Notice   gov.Text
}

var (
	errNoCharge = gov.Fail(gov.NotFound, "لا توجد رسوم بهذا الرقم في جهتك", "Your organisation has no charge with this number")
	errPaidBack = gov.Fail(gov.Conflict, "رُدّ مبلغ من هذا الرسم بعد أن فتحت الصفحة، فراجع ما بقي ثم أعد المحاولة إن لزم", "Money was paid back from this charge after you opened the page. Check what is left, then try again if you still need to")
)

// refundPage reads a charge of the actor's organisation; to others it does not exist.
func (d *Desk) refundPage(r *http.Request) (p refundPage, err error) {
	err = d.write(r, func(tx *db.Tx) error {
		ch, err := d.Cases.Cashier.Charge(tx, gov.ChargeID(r.PathValue("id")))
		if err != nil {
			return err
		}
		if ch.Owner != tx.Actor().Org {
			return errNoCharge
		}
		v, err := d.Cases.Get(tx, ch.Case)
		if err != nil {
			return err
		}
		all, err := d.bills(tx, ch.Case)
		for _, b := range all {
			if b.ID == ch.ID {
				p.Bill, p.Ref = b, v.Ref
			}
		}
		return err
	})
	p.Unproved = !d.proved(gov.ActorFrom(r.Context()))
	p.Amount = d.Cases.Currency.Decimal(p.Bill.Left)
	return p, err
}

func (d *Desk) refundForm(w http.ResponseWriter, r *http.Request) error {
	p, err := d.refundPage(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "refund", p)
}

// refund pays back. The form carries what had been paid back when it was
// opened: sent twice, the second does not fit any more.
func (d *Desk) refund(w http.ResponseWriter, r *http.Request) error {
	d.refunds.Lock()
	defer d.refunds.Unlock()
	p, err := d.refundPage(r)
	if err != nil {
		return err
	}
	p.Amount, p.Reason = r.PostFormValue("amount"), r.PostFormValue("reason")
	amount, err := d.Cases.Currency.Parse(p.Amount)
	if err != nil {
		p.Problems = gov.Problems{{Field: "amount", Text: gov.PublicOf(err)}}
		return pages.RenderInvalid(w, r, "refund", p)
	}
	if r.PostFormValue("promised") != strconv.FormatInt(int64(p.Bill.Promised), 10) {
		p.Notice = gov.PublicOf(errPaidBack)
		return pages.RenderStatus(w, r, http.StatusConflict, "refund", p)
	}
	_, err = d.Cases.Cashier.Refund(r.Context(), p.Bill.ID, amount, p.Reason)
	if bad, ok := gov.ProblemsOf(err, "amount"); ok {
		p.Problems = bad
		return pages.RenderInvalid(w, r, "refund", p)
	}
	if gov.KindOf(err) == gov.Conflict {
		p.Problems = gov.Problems{{Field: "amount", Text: gov.PublicOf(err)}}
		return pages.RenderStatus(w, r, http.StatusConflict, "refund", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/desk/cases/"+string(p.Bill.Case)+"#money")
}

// settleCharge records at the counter the money for a case that was begun
// elsewhere. Pressed twice it is taken once.
func (d *Desk) settleCharge(w http.ResponseWriter, r *http.Request) error {
	p, err := d.refundPage(r)
	if err != nil {
		return err
	}
	_, err = d.Cases.Cashier.SettleAtCounter(r.Context(), p.Bill.ID, r.PostFormValue("slip"))
	if _, ok := gov.ProblemsOf(err, "slip"); ok {
		r.SetPathValue("id", string(p.Bill.Case))
		c, err := d.casePage(r)
		if err != nil {
			return err
		}
		c.Unpaid = gov.Problems{{Field: "slip", Text: pages.T("desk.slip.missing")}}
		return pages.RenderInvalid(w, r, "case", c)
	}
	if err != nil && gov.KindOf(err) != gov.Conflict {
		return err
	}
	return ui.Redirect(w, r, "/desk/cases/"+string(p.Bill.Case)+"#money")
}
