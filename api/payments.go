package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/payment"
)

// payments are the operations on charges.
func payments(s *server) {
	const tag = "charges"
	add(s, route{id: "list-charges", method: http.MethodGet, path: "/charges", tag: tag, scope: chargesRead, name: gov.T("رسومي", "My charges")}, s.charges)
	add(s, route{id: "get-charge", method: http.MethodGet, path: "/charges/{charge}", tag: tag, scope: chargesRead, name: gov.T("رسم واحد وإيصالاته", "One charge and its receipts")}, s.getCharge)
	add(s, route{id: "begin-payment", method: http.MethodPost, path: "/charges/{charge}/payments", tag: tag, scope: chargesPay, keyless: true,
		name: gov.T("بدء سداد رسم", "Begin to pay a charge"), about: "While a payment is under way the same one is given again: nobody pays twice."}, s.pay)
	add(s, route{id: "check-payment", method: http.MethodPost, path: "/charges/{charge}/payments/check", tag: tag, scope: chargesPay, keyless: true,
		name: gov.T("السؤال عن حال السداد", "Ask how the payment stands"), about: "Asks the provider, because its message may still be on its way."}, s.checkPayment)
	add(s, route{id: "settle-at-counter", method: http.MethodPost, path: "/charges/{charge}/counter-payments", tag: tag, scope: chargesCounter,
		name: gov.T("تسجيل سداد في المركز", "Record money taken at the counter"), about: "For officers of the owning organisation."}, s.settle)
	add(s, route{id: "refund-charge", method: http.MethodPost, path: "/charges/{charge}/refunds", tag: tag, scope: chargesRefund, status: http.StatusCreated,
		name: gov.T("رد رسم كله أو بعضه", "Refund a charge, whole or in part"), about: "For supervisors of the owning organisation."}, s.refund)
}

// Amount is money: minor units for programs, a decimal for people.
type Amount struct {
	Minor    gov.Money `json:"minor" doc:"In minor units of the currency" example:"1500"`
	Decimal  string    `json:"decimal" example:"1.500"`
	Currency string    `json:"currency" doc:"ISO 4217" example:"BHD"`
}

// Charge is money asked for an application.
type Charge struct {
	ID          gov.ChargeID  `json:"id"`
	Application gov.CaseID    `json:"application"`
	Service     gov.ServiceID `json:"service"`
	Step        string        `json:"step"`
	State       payment.State `json:"state" enum:"open,settled,void,partly-refunded,refunded"`
	Lines       []ChargeLine  `json:"lines"`
	Waived      gov.Money     `json:"waived" doc:"Exempted, in minor units"`
	WaivedFor   gov.Text      `json:"waived_for,omitempty"`
	Total       gov.Money     `json:"total" doc:"What is to be paid, in minor units: the lines less waived"`
	Refunded    gov.Money     `json:"refunded"`
	Means       string        `json:"means,omitempty" doc:"How it was settled" example:"counter"`
	Due         *time.Time    `json:"due,omitempty"`
	Created     time.Time     `json:"created"`
	Settled     *time.Time    `json:"settled,omitempty"`
}

// ChargeLine is one part of a charge.
type ChargeLine struct {
	ID     string    `json:"id"`
	Label  gov.Text  `json:"label"`
	For    gov.OrgID `json:"for" doc:"Who receives it"`
	Amount gov.Money `json:"amount" doc:"In minor units"`
}

func showCharge(c payment.Charge) Charge {
	v := Charge{
		ID: c.ID, Application: c.Case, Service: c.Service, Step: c.Step, State: c.State, Waived: c.Waived, WaivedFor: c.WaivedReason, Total: c.Total,
		Refunded: c.Refunded, Means: c.Means.By, Due: when(c.Due), Created: c.Created.UTC(), Settled: when(c.Settled), Lines: []ChargeLine{},
	}
	for _, l := range c.Lines {
		v.Lines = append(v.Lines, ChargeLine(l))
	}
	return v
}

func (s *server) charges(ctx context.Context, in *Paging) (*answer[*List[Charge]], error) {
	before, err := in.at()
	if err != nil {
		return nil, err
	}
	var rows []payment.Charge
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		rows, err = s.Cases.Cashier.OfPayer(tx, tx.Actor().Person, gov.ChargeID(before), in.Limit+1)
		return err
	})
	return say(list(rows, in.Limit, showCharge, func(c payment.Charge) string { return string(c.ID) }), err)
}

// OfCharge names a charge.
type OfCharge struct {
	Charge gov.ChargeID `path:"charge" maxLength:"64" doc:"Id of the charge"`
}

// Receipt is one organisation's receipt.
type Receipt struct {
	Number       string    `json:"number" example:"IGA-2026-000123"`
	Organisation gov.OrgID `json:"organisation"`
	Amount       Amount    `json:"amount"`
	At           time.Time `json:"at"`
}

// Refund is money on its way back.
type Refund struct {
	ID     string     `json:"id"`
	Amount Amount     `json:"amount"`
	Reason string     `json:"reason"`
	State  string     `json:"state"`
	Asked  time.Time  `json:"asked"`
	Ended  *time.Time `json:"ended,omitempty"`
}

// ChargeView is a charge with what was given for it.
type ChargeView struct {
	Charge
	Currency string    `json:"currency" example:"BHD"`
	Receipts []Receipt `json:"receipts"`
	Refunds  []Refund  `json:"refunds"`
}

func (s *server) getCharge(ctx context.Context, in *OfCharge) (*answer[ChargeView], error) {
	var v ChargeView
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { v, err = s.chargeView(tx, in.Charge); return err })
	return say(v, err)
}

// chargeView shows a charge to its payer, to whoever may pay it, and to the
// staff of its organisation; to others it does not exist.
func (s *server) chargeView(tx *db.Tx, id gov.ChargeID) (v ChargeView, err error) {
	k := s.Cases.Cashier
	c, err := k.Charge(tx, id)
	if err != nil {
		return v, err
	}
	a := tx.Actor()
	staff := a.Org == c.Owner && a.Org != "" && a.Has(gov.Officer, gov.Supervisor)
	if !staff && (a.Person != c.Payer || a.Person == "") && !s.Cases.MayPay(tx, c) {
		return v, errNoCharge
	}
	v = ChargeView{Charge: showCharge(c), Currency: s.Cases.Currency.Code}
	receipts, err := k.Receipts(tx, id)
	if err != nil {
		return v, err
	}
	v.Receipts = each(receipts, func(r payment.Receipt) Receipt {
		return Receipt{Number: r.Number(), Organisation: r.Entity, Amount: s.amount(r.Amount), At: r.At.UTC()}
	})
	refunds, err := k.Refunds(tx, id)
	v.Refunds = each(refunds, s.showRefund)
	return v, err
}

var errNoCharge = gov.Fail(gov.NotFound, "لا يوجد رسم بهذا الرقم", "There is no such charge")

func (s *server) amount(m gov.Money) Amount {
	c := s.Cases.Currency
	return Amount{m, c.Decimal(m), c.Code}
}

func (s *server) showRefund(r payment.Refund) Refund {
	return Refund{ID: r.ID, Amount: s.amount(r.Amount), Reason: r.Reason, State: string(r.State), Asked: r.Asked.UTC(), Ended: when(r.Ended)}
}

// Payment is what the payer's browser needs.
type Payment struct {
	ID           string `json:"id,omitempty"`
	RedirectURL  string `json:"redirect_url,omitempty" doc:"The provider's page: send the payer there"`
	ClientSecret string `json:"client_secret,omitempty" doc:"For a provider whose form stands in your page"`
	Settled      bool   `json:"settled" doc:"It is paid already"`
}

// PayAsk says how a payment shall go.
type PayAsk struct {
	ReturnURL string `json:"return_url,omitempty" maxLength:"2000" doc:"Where the payer comes back to; https only. Absent: the page of the application" example:"https://app.example/paid"`
}

func (s *server) pay(ctx context.Context, in *struct {
	OfCharge
	Body *PayAsk
}) (*answer[Payment], error) {
	var given string
	if in.Body != nil {
		given = in.Body.ReturnURL
	}
	back, err := s.returnTo(ctx, in.Charge, given)
	if err != nil {
		return nil, err
	}
	p, err := s.Cases.Cashier.Begin(ctx, in.Charge, back)
	return say(Payment{ID: p.Attempt, RedirectURL: p.RedirectURL, ClientSecret: p.ClientSecret, Settled: p.Settled}, err)
}

func (s *server) returnTo(ctx context.Context, id gov.ChargeID, given string) (string, error) {
	if given != "" {
		u, err := url.Parse(given)
		if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && !strings.HasPrefix(given, s.Origin+"/") {
			return "", gov.Fail(gov.Invalid, "عنوان العودة يبدأ بـ https://", "The return address begins with https://").At("return_url")
		}
		return given, nil
	}
	var c payment.Charge
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { c, err = s.Cases.Cashier.Charge(tx, id); return err })
	return s.Origin + "/cases/" + string(c.Case), err
}

// PaymentState says how a payment stands.
type PaymentState struct {
	Payment string `json:"payment" doc:"State of the latest payment" enum:"pending,succeeded,failed"`
	Charge  Charge `json:"charge"`
}

func (s *server) checkPayment(ctx context.Context, in *OfCharge) (*answer[PaymentState], error) {
	c, state, err := s.Cases.Cashier.Return(ctx, in.Charge)
	return say(PaymentState{Payment: string(state), Charge: showCharge(c)}, err)
}

func (s *server) settle(ctx context.Context, in *struct {
	OfCharge
	Body struct {
		Reference string `json:"reference" minLength:"1" maxLength:"64" doc:"Number of the slip"`
	}
}) (*change[Charge], error) {
	return outside(s, ctx, func(ctx context.Context) (Charge, error) {
		c, err := s.Cases.Cashier.SettleAtCounter(ctx, in.Charge, in.Body.Reference)
		return showCharge(c), err
	})
}

func (s *server) refund(ctx context.Context, in *struct {
	OfCharge
	Body struct {
		Amount gov.Money `json:"amount" minimum:"1" doc:"In minor units"`
		Reason string    `json:"reason" minLength:"1" maxLength:"500"`
	}
}) (*change[Refund], error) {
	return outside(s, ctx, func(ctx context.Context) (Refund, error) {
		r, err := s.Cases.Cashier.Refund(ctx, in.Charge, in.Body.Amount, in.Body.Reason)
		return s.showRefund(r), err
	})
}
