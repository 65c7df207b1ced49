package app

import (
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"io"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/blob"
	"diwan.example/internal/db"
	"diwan.example/internal/mail"
	"diwan.example/internal/scan"
	"diwan.example/notify"
	"diwan.example/payment/provider"
	"diwan.example/payment/provider/sandbox"
	"diwan.example/payment/provider/stripe"
)

// subkey derives a key for one purpose from the installation's secret.
func (a *App) subkey(purpose string) []byte {
	k, err := hkdf.Key(sha256.New, a.secret, nil, "diwan "+purpose, 32)
	if err != nil {
		panic(err) // only for absurd lengths
	}
	return k
}

func openBlobs(ctx context.Context, c *Config) (blob.Store, error) {
	return blob.Open(ctx, c.Blobs, c.S3Key, c.S3Secret)
}

// openProviders makes the payment providers that are configured.
func (a *App) openProviders() error {
	all := map[string]provider.Provider{}
	a.Cashier.Providers = all
	if a.Config.SandboxBank {
		a.Bank = &sandbox.Bank{
			DB: a.DB, Currency: a.Country.Currency, Secret: a.subkey("bank"), Base: a.Config.Origin + "/bank", Hook: a.Config.Origin + "/hooks/payment/" + sandbox.Name,
			Wake: a.wake, Log: a.Log,
		}
		all[sandbox.Name], a.Cashier.Default = a.Bank, sandbox.Name
	}
	if a.Config.StripeKey == "" {
		return nil
	}
	if a.Config.StripeWebhook == "" {
		return errors.New("DIWAN_STRIPE_WEBHOOK must be set beside DIWAN_STRIPE_KEY: without it no message of the provider could be believed")
	}
	all[stripe.Name] = &stripe.Stripe{
		Key: a.Config.StripeKey, WebhookSecret: []byte(a.Config.StripeWebhook), Currency: a.Country.Currency, Method: a.Config.StripeMethod,
		Now: a.DB.Now, Endpoint: a.Config.StripeURL,
	}
	a.Cashier.Default = cmp.Or(a.Cashier.Default, stripe.Name)
	return nil
}

// caseKinds class what the engine tells people.
var caseKinds = map[string]notify.Kind{
	"case.received": notify.Received, "case.pay": notify.Needed, "case.correct": notify.Needed, "case.cosign": notify.Needed,
	"case.reminder": notify.Reminder, "case.notice": notify.Progress, "case.closed": notify.Decided,
}

// openOutlets makes the ways by which messages leave and files are scanned, and
// joins them to the parts that use them.
func (a *App) openOutlets() error {
	a.Office = &notify.Office{DB: a.DB, Secret: a.subkey("webhooks"), Origin: a.Config.Origin, Log: a.Log, Contact: contact, Wake: a.wake, Events: events, AllowPrivate: a.Config.OneClick}
	a.Office.Email, a.Office.SMS = a.senders()
	a.Gate.Send = func(tx *db.Tx, to identity.Contact, text gov.Text) error {
		return a.Office.Post(tx, notify.Contact(to), text)
	}
	a.Cases.Tell = func(tx *db.Tx, n casework.Notice) error {
		return a.Office.Tell(tx, notify.Message{To: n.To, Case: n.Case, Ref: n.Ref, Kind: caseKinds[n.Kind], Subject: n.Subject, Body: n.Body, Link: n.Link})
	}
	if a.Config.Clamd == "" {
		return nil
	}
	s, err := scan.New(scan.Options{Address: a.Config.Clamd})
	if err != nil {
		return err
	}
	a.Cases.Scan = func(ctx context.Context, r io.Reader) (string, error) { return scanned(ctx, s, r) }
	return nil
}

var errInfected = gov.Fail(gov.Invalid, "وُجد في الملف فيروس، ولم يُحفظ", "The file contains a virus and was not kept")

func scanned(ctx context.Context, s *scan.Scanner, r io.Reader) (string, error) {
	res, err := s.Scan(ctx, r)
	if err == nil && res.Verdict == scan.Infected {
		err = errInfected.Because(errors.New(res.Found))
	}
	return string(res.Verdict), err
}

// senders are the configured ways out; a sample that is tried keeps its messages
// in an outbox that a page shows.
func (a *App) senders() (email, sms mail.Sender) {
	c := a.Config
	if c.OneClick {
		return &notify.Outbox{DB: a.DB, Channel: notify.Email}, &notify.Outbox{DB: a.DB, Channel: notify.SMS}
	}
	if c.SMTP != "" {
		email = &mail.SMTP{Address: c.SMTP, From: c.SMTPFrom, User: c.SMTPUser, Password: c.SMTPPassword, Clock: a.DB.Now}
	}
	if c.SMS != "" {
		sms = &mail.SMS{URL: c.SMS, Token: c.SMSToken}
	}
	return email, sms
}

func contact(tx *db.Tx, p gov.PersonID) (notify.Contact, error) {
	who, err := identity.Known(tx, p)
	return notify.Contact(who.Contact()), err
}

// events are the facts that organisations may subscribe to; none has a person
// as its subject.
var events = []string{
	"case.submitted", "case.decided", "case.closed", "case.late", "payment.settled", "payment.refunded", "document.issued", "document.revoked", "pack.published",
}
