package portal

import (
	"net/http"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/payment"
	"diwan.example/payment/provider"
	"diwan.example/web/ui"
)

type payPage struct {
	*casework.View
	Org    gov.Text
	Charge payment.Charge
	Fees   feeTable
}

// owed loads what the reader has to pay for a case; ok is false when it is
// nothing (any more).
func (p *Portal) owed(r *http.Request) (data payPage, ok bool, err error) {
	if data.View, err = p.mine(r); err != nil || data.View.Charge == "" {
		return data, false, err
	}
	err = p.read(r, func(tx *db.Tx) error {
		data.Charge, err = p.Engine.Cashier.Charge(tx, data.View.Charge)
		return err
	})
	data.Org = p.org(r.Context(), data.Organisation)
	data.Fees = feesOf(data.Charge)
	return data, data.Charge.State == payment.Open, err
}

// feesOf shows a charge as a table.
func feesOf(c payment.Charge) feeTable {
	t := feeTable{Title: pages.T("portal.fees"), Total: c.Total}
	for _, l := range c.Lines {
		t.Lines = append(t.Lines, feeLine{Text: l.Label, Amount: l.Amount})
	}
	return t
}

func (p *Portal) payPage(w http.ResponseWriter, r *http.Request) error {
	data, ok, err := p.owed(r)
	if err != nil {
		return err
	}
	if !ok {
		return ui.Redirect(w, r, "/cases/"+r.PathValue("id"))
	}
	return pages.Render(w, r, "pay", data)
}

// pay leads to the provider's page. Pressed twice it leads to the same payment.
func (p *Portal) pay(w http.ResponseWriter, r *http.Request) error {
	data, ok, err := p.owed(r)
	if err != nil {
		return err
	}
	if !ok {
		return ui.Redirect(w, r, "/cases/"+r.PathValue("id"))
	}
	back := ui.URL(r, "/cases/"+string(data.ID)+"/paid", "charge", string(data.Charge.ID))
	begun, err := p.Engine.Cashier.Begin(me(r), data.Charge.ID, p.Gate.Origin+back)
	if gov.KindOf(err) == gov.Conflict { // paid or cancelled in this moment
		return ui.Redirect(w, r, "/cases/"+string(data.ID))
	}
	if err != nil {
		return err
	}
	if begun.Settled || begun.RedirectURL == "" {
		return ui.Redirect(w, r, ui.Path("/cases/"+string(data.ID)+"/paid", "charge", string(data.Charge.ID)))
	}
	http.Redirect(w, r, begun.RedirectURL, http.StatusSeeOther)
	return nil
}

type paidPage struct {
	*casework.View
	Charge   payment.Charge
	State    string // paid, pending, failed
	Receipts []payment.Receipt
}

// paid is where the payer comes back to. The provider's word may come later
// than the payer: then the page says so, and paying again is not offered.
func (p *Portal) paid(w http.ResponseWriter, r *http.Request) error {
	v, err := p.mine(r)
	if err != nil {
		return err
	}
	ch, state, err := p.Engine.Cashier.Return(me(r), gov.ChargeID(r.URL.Query().Get("charge")))
	if err != nil {
		return err
	}
	if ch.Case != v.ID {
		return errNoCase
	}
	data := paidPage{View: v, Charge: ch, State: "pending"}
	switch {
	case ch.Paid():
		data.State = "paid"
		err = p.read(r, func(tx *db.Tx) error { data.Receipts, err = p.Engine.Cashier.Receipts(tx, ch.ID); return err })
	case state == provider.Failed, state == "":
		data.State = "failed"
	}
	if err != nil {
		return err
	}
	return pages.Render(w, r, "paid", data)
}

type receiptPage struct {
	payment.Receipt
	Charge payment.Charge
	Org    gov.Text
	Title  gov.Text
	Ref    string
	Lines  []payment.Line // those of this organisation
}

// receipt is a receipt to be printed, for whoever paid and for the applicant.
func (p *Portal) receipt(w http.ResponseWriter, r *http.Request) error {
	var data receiptPage
	err := p.write(r, func(tx *db.Tx) (err error) {
		if data.Receipt, err = p.Engine.Cashier.Receipt(tx, r.PathValue("number")); err != nil {
			return err
		}
		if data.Charge, err = p.Engine.Cashier.Charge(tx, data.Receipt.Charge); err != nil {
			return err
		}
		v, err := p.Engine.Get(tx, data.Charge.Case)
		if err != nil || !v.Mine {
			return gov.Fail(gov.NotFound, "لا يوجد إيصال بهذا الرقم", "There is no receipt with this number")
		}
		data.Title, data.Ref = v.Pack.Title, v.Ref
		return nil
	})
	if err != nil {
		return err
	}
	data.Org = p.org(r.Context(), data.Entity)
	for _, l := range data.Charge.Lines {
		if l.For == data.Entity {
			data.Lines = append(data.Lines, l)
		}
	}
	return pages.Render(w, r, "receipt", data)
}
