package notify

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/internal/mail"
)

const (
	spreadJob = "notify.spread" // finds the ways by which a message leaves
	sendJob   = "notify.send"   // hands it to one of them
	hookJob   = "notify.hook"   // posts a webhook
	sweepJob  = "notify.sweep"  // forgets what is long done
)

// The states of a delivery or a webhook.
const (
	Waiting = "waiting"
	Sent    = "sent"
	Failed  = "failed"
)

// ticket is the payload of this package's jobs.
type ticket struct {
	ID string `json:"id"`
}

func ticketOf(j jobs.Job) (string, error) {
	var t ticket
	err := json.Unmarshal(j.Payload, &t)
	return t.ID, err
}

// Jobs are the kinds of jobs that this package does.
func (o *Office) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{
		spreadJob: {Do: o.spread},
		sweepJob:  {Do: o.tidy},
		sendJob:   {Call: o.send, Done: o.sent, GaveUp: o.gaveUp, Attempts: 10},
		hookJob:   {Call: o.post, Done: o.posted, GaveUp: o.dropped, Attempts: hookTries},
	}
}

// delivery is one message on its way to one address.
type delivery struct {
	mail.Message
	message string // of the inbox; empty for codes
	channel Channel
	state   string
}

// spread decides by which ways a person is told about a message.
func (o *Office) spread(tx *db.Tx, j jobs.Job) error {
	id, err := ticketOf(j)
	if err != nil {
		return err
	}
	m, ok, err := messageByID(tx, id)
	if err != nil || !ok || !m.ReadAt.IsZero() {
		return err
	}
	to, err := o.Contact(tx, m.To)
	if gov.KindOf(err) == gov.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	want, err := preference(tx, m.To)
	if err != nil {
		return err
	}
	notice := Kinds[m.Kind]
	d := delivery{message: m.ID, Message: mail.Message{Lang: to.Lang, Subject: notice.Subject, Body: notice.Body.Sprintf(reference(m)), Link: o.link(m.Link)}}
	if !want.Email {
		to.Email = ""
	}
	if !want.SMS || !notice.Urgent {
		to.Phone = ""
	}
	return o.dispatch(tx, d, to)
}

// reference is what may be said outside about which message it is.
func reference(m Message) string {
	return cmp.Or(m.Ref, string(m.Case), m.ID)
}

func (o *Office) link(path string) string {
	if path == "" {
		path = "/"
	}
	return strings.TrimSuffix(o.Origin, "/") + path
}

var codeSubject = gov.T("رسالة من ديوان", "A message from Diwan")

// Post hands a text, such as a one-time code, to a contact by every way it
// names, without inbox and preferences, once tx is durable.
func (o *Office) Post(tx *db.Tx, to Contact, text gov.Text) error {
	return o.dispatch(tx, delivery{Message: mail.Message{Lang: to.Lang, Subject: codeSubject, Body: text}}, to)
}

func (o *Office) dispatch(tx *db.Tx, d delivery, to Contact) error {
	if d.Lang == "" {
		d.Lang = gov.Arabic
	}
	for _, way := range []struct {
		channel Channel
		address string
	}{{Email, to.Email}, {SMS, to.Phone}} {
		if way.address == "" || o.sender(way.channel) == nil {
			continue
		}
		d.ID, d.channel, d.To = db.NewID(tx.Now()), way.channel, way.address
		if err := insertDelivery(tx, d); err != nil {
			return err
		}
		if err := jobs.Schedule(tx, jobs.Job{Kind: sendJob, Key: d.ID, At: tx.Now(), Payload: json.RawMessage(db.JSON(ticket{d.ID}))}); err != nil {
			return err
		}
		o.wakeAfter(tx)
	}
	return nil
}

// send reaches outside; it may happen twice, with the same id.
func (o *Office) send(ctx context.Context, j jobs.Job) error {
	id, err := ticketOf(j)
	if err != nil {
		return err
	}
	var d delivery
	var ok bool
	if err := o.DB.Read(ctx, func(tx *db.Tx) (err error) { d, ok, err = deliveryByID(tx, id); return err }); err != nil {
		return err
	}
	if !ok || d.state != Waiting {
		return nil
	}
	way := o.sender(d.channel)
	if way == nil {
		return errors.New("this way of sending is no longer configured")
	}
	err = way.Send(ctx, d.Message)
	if gov.KindOf(err) == gov.Invalid { // never: no use in trying again
		o.log().InfoContext(ctx, "notify: refused for good", "delivery", id, "channel", d.channel)
		return o.DB.Write(ctx, func(tx *db.Tx) error { return endDelivery(tx, id, Failed, "refused") })
	}
	if err != nil {
		return errors.New("the far side did not take it over: " + string(gov.KindOf(err))) // causes may name the address
	}
	return nil
}

func (o *Office) sent(tx *db.Tx, j jobs.Job) error {
	id, err := ticketOf(j)
	if err != nil {
		return err
	}
	return endDelivery(tx, id, Sent, "")
}

func (o *Office) gaveUp(tx *db.Tx, j jobs.Job, _ error) error {
	id, err := ticketOf(j)
	if err != nil {
		return err
	}
	return endDelivery(tx, id, Failed, "unreachable")
}

// Delivered is how far the deliveries of a message are, for whoever sent it.
type Delivered struct {
	Channel Channel
	State   string // Waiting, Sent, Failed
	Trouble string // "refused", "unreachable"
	DoneAt  time.Time
}

// DeliveriesOf returns the deliveries of a message; staff and operators may ask.
// Errors: Denied.
func DeliveriesOf(tx *db.Tx, message string) ([]Delivered, error) {
	if !tx.Actor().Staff() {
		return nil, errDenied
	}
	return deliveriesOf(tx, message)
}

var errDenied = gov.Fail(gov.Denied, "لا تملك صلاحية القيام بذلك", "You are not allowed to do this")

// keepFor is how long finished deliveries are kept.
const keepFor = 60 * 24 * time.Hour

// KeepTidy has the worker sweep from now on, every day. Call it when a node
// starts.
func (o *Office) KeepTidy(tx *db.Tx) error {
	return jobs.Schedule(tx, jobs.Job{Kind: sweepJob, Key: "daily", At: tx.Now().Add(24 * time.Hour)})
}

func (o *Office) tidy(tx *db.Tx, _ jobs.Job) error {
	if err := o.Sweep(tx); err != nil {
		return err
	}
	return o.KeepTidy(tx)
}

// Sweep forgets deliveries, webhooks and trial messages of long ago.
func (o *Office) Sweep(tx *db.Tx) error { return sweep(tx, tx.Now().Add(-keepFor)) }
