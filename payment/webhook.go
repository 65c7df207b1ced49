package payment

import (
	"context"
	"net/http"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/payment/provider"
)

// webhookLimit bounds a provider's message.
const webhookLimit = 64 << 10

// Webhook takes a provider's message. Nobody is signed in: the signature is the
// guard. The same message may come again, late and in any order; nil means it
// need not be sent again. Errors: NotFound for an unknown provider, Denied for a
// wrong signature, Invalid for what cannot be read, Unavailable to try again.
func (c *Cashier) Webhook(ctx context.Context, name string, h http.Header, body []byte) error {
	p, ok := c.Providers[name]
	if !ok {
		return gov.Fail(gov.NotFound, "مزوّد الدفع غير معروف", "This payment provider is not known")
	}
	if len(body) > webhookLimit {
		return gov.Fail(gov.Invalid, "الرسالة أكبر من المسموح", "The message is larger than allowed")
	}
	ev, err := p.ParseWebhook(h, body)
	if err != nil {
		return err
	}
	if ev.ID == "" {
		return gov.Fail(gov.Invalid, "الرسالة بلا رقم", "The message has no number")
	}
	return c.DB.Write(asSystem(ctx), func(tx *db.Tx) error {
		first, err := insertEvent(tx, name, ev.ID)
		if err != nil || !first {
			return err
		}
		switch ev.Kind {
		case provider.Payment:
			return c.paymentEvent(tx, name, ev)
		case provider.Refund:
			return c.refundEvent(tx, name, ev)
		}
		return nil
	})
}

// paymentEvent finds the attempt by the provider's reference, or by our own id
// when the message overtook the answer that carries the reference.
func (c *Cashier) paymentEvent(tx *db.Tx, name string, ev provider.Event) error {
	a, ok, err := attemptByRef(tx, name, ev.Ref)
	if err == nil && !ok {
		a, ok, err = attemptByID(tx, ev.Intent)
		ok = ok && a.Provider == name && a.Ref == ""
	}
	if err != nil {
		return err
	}
	if ok {
		return c.apply(tx, a, ev.Status)
	}
	if ev.State != provider.Succeeded {
		return nil
	}
	return c.suspend(tx, Difference{Provider: name, Kind: UnknownPayment, Ref: ev.Ref, Theirs: ev.Amount, Currency: ev.Currency})
}

func (c *Cashier) refundEvent(tx *db.Tx, name string, ev provider.Event) error {
	r, ok, err := refundByRef(tx, name, ev.Ref)
	if err == nil && !ok {
		r, ok, err = refundByID(tx, ev.Intent)
		ok = ok && r.Provider == name && r.Ref == ""
	}
	if err != nil {
		return err
	}
	if ok {
		return c.applyRefund(tx, r.ID, ev.Status)
	}
	if ev.State != provider.Succeeded {
		return nil
	}
	return c.suspend(tx, Difference{Provider: name, Kind: UnknownRefund, Ref: ev.Ref, Theirs: ev.Amount, Currency: ev.Currency})
}
