package event

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"diwan.example/exchange/agreement"
	"diwan.example/exchange/consent"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
)

// sendJob delivers one message; its key is the delivery.
const sendJob = "event.send"

// tries: with the waits of internal/jobs the last is about half a day after the first.
const tries = 22

// Jobs are the kinds of jobs that this package does.
func (b *Broker) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{sendJob: {Call: b.send, Done: b.sent, GaveUp: b.died, Attempts: tries}}
}

func (b *Broker) schedule(tx *db.Tx, id string) error {
	b.wakeAfter(tx)
	return jobs.Schedule(tx, jobs.Job{Kind: sendJob, Key: id, At: tx.Now(), Payload: json.RawMessage("{}")})
}

var errQuota = errors.New("event: the agreement's reads of today are used up")

// release decides, in one transaction with the person's access log, whether a
// delivery may leave. A second try needs no second look. ok is false when it was
// withheld.
func (b *Broker) release(tx *db.Tx, d *Delivery, s Subscription) (ok bool, err error) {
	x, err := agreement.Find(tx, s.Agreement)
	if err != nil {
		return false, err
	}
	why := ""
	switch {
	case !s.Stopped.IsZero():
		why = "unsubscribed"
	case !x.Holds(tx.Now()):
		why = "agreement"
	case x.Consent:
		stands, err := consent.Stands(tx, d.person, x.ID)
		if err != nil {
			return false, err
		}
		if !stands {
			why = "consent"
		}
	}
	if why != "" {
		_, err := move(tx, d.ID, Waiting, Withheld, why)
		return false, err
	}
	if !d.looked.IsZero() {
		return true, nil
	}
	reader := d.person
	if reader == "" {
		reader = gov.PersonID(d.record)
	}
	if ok, err := b.Agreements.Spend(tx, x.ID, reader); err != nil || !ok {
		return false, orElse(err, errQuota)
	}
	if x.Consent { // counted, and held until the look is written
		if ok, err := consent.Spend(tx, d.person, x.ID); err != nil || !ok {
			return false, orElse(err, errQuota)
		}
	}
	look := journal.Look{Person: d.person, Organisation: x.Consumer, What: "record", Subject: d.record, Registry: x.Registry, Agreement: x.ID,
		Purpose: x.Purpose.In(gov.Arabic), Attributes: d.body.attributes(), Machine: true}
	if d.person == "" {
		look.Unclaimed = b.Book.Unclaimed(d.subject)
	}
	if err := journal.Looked(tx.As(gov.Actor{Org: x.Consumer, Channel: gov.API}), look); err != nil {
		return false, err
	}
	return true, lookedAt(tx, d.ID)
}

func (m Message) attributes() (out []gov.AttributeID) {
	t, _ := TopicOf(m.Topic)
	for _, a := range t.Attributes {
		if _, ok := m.Values[a]; ok {
			out = append(out, a)
		}
	}
	return out
}

// send makes one try. It may happen twice, with the same id.
func (b *Broker) send(ctx context.Context, j jobs.Job) error {
	var d Delivery
	var s Subscription
	var sealed string
	var ready bool
	err := b.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) (err error) {
		ready = false
		var found bool
		if d, found, err = delivery(tx, j.Key); err != nil || !found || d.State != Waiting {
			return err
		}
		if s, found, err = subscription(tx, d.Subscription); err != nil || !found || s.URL == "" {
			return err
		}
		if sealed, err = secretOf(tx, s.ID); err != nil {
			return err
		}
		ready, err = b.release(tx, &d, s)
		return err
	})
	if err != nil || !ready {
		return err
	}
	status, err := b.Post(ctx, s.URL, sealed, d.ID, db.JSON(d.body))
	note := b.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error { return tried(tx, d.ID, status) })
	switch {
	case note != nil:
		return note
	case err != nil:
		return err
	case status/100 != 2 && status != http.StatusConflict: // 409: the receiver knows it already
		return fmt.Errorf("event: the receiver answered %d", status)
	}
	return nil
}

// sent ends a delivery and goes on with what waits behind it.
func (b *Broker) sent(tx *db.Tx, j jobs.Job) error {
	d, found, err := delivery(tx, j.Key)
	if err != nil || !found {
		return err
	}
	s, found, err := subscription(tx, d.Subscription)
	if err != nil || !found {
		return err
	}
	if _, err := lock(tx, s.ID); err != nil {
		return err
	}
	if d.State == Waiting {
		if _, err := move(tx, d.ID, Waiting, Delivered, ""); err != nil {
			return err
		}
	}
	return b.next(tx, s, d.subject)
}

// next has the next delivery about a subject sent, if there is one. The caller
// holds the subscription.
func (b *Broker) next(tx *db.Tx, s Subscription, subject string) error {
	if s.URL == "" {
		return nil
	}
	id, err := headOf(tx, s.ID, subject)
	if err != nil || id == "" {
		return err
	}
	d, _, err := delivery(tx, id)
	if err != nil || d.State != Waiting {
		return err
	}
	return b.schedule(tx, id)
}

// died puts a delivery aside for people.
func (b *Broker) died(tx *db.Tx, j jobs.Job, cause error) error {
	d, found, err := delivery(tx, j.Key)
	if err != nil || !found {
		return err
	}
	why := "unreachable"
	if errors.Is(cause, errQuota) {
		why = "quota"
	}
	if ok, err := move(tx, d.ID, Waiting, Dead, why); err != nil || !ok {
		return err
	}
	s, _, err := subscription(tx, d.Subscription)
	if err != nil {
		return err
	}
	if err := jobs.Cancel(tx, sendJob, d.ID); err != nil {
		return err
	}
	return told(tx, FactDied, s, d.ID)
}

// most bounds what is fetched at once.
const most = 500

// Fetch gives the system of the actor's organisation what is new for a
// subscription: up to n messages after a number, in order. Asking again from the
// same number gives the same messages; asking from a later one says that the
// receiver has those before. What may not leave any more is left out. Errors:
// NotFound, Conflict (the subscription has an address).
func (b *Broker) Fetch(tx *db.Tx, id string, after int64, n int) ([]Message, error) {
	s, found, err := subscription(tx, id)
	if err != nil || !found || s.Consumer != tx.Actor().Org {
		return nil, orElse(err, errNoSub)
	}
	if s.URL != "" {
		return nil, gov.Fail(gov.Conflict, "لهذا الاشتراك عنوان تُرسل إليه الرسائل", "Messages of this subscription are sent to its address")
	}
	if _, err := lock(tx, s.ID); err != nil {
		return nil, err
	}
	if err := acknowledge(tx, s.ID, after); err != nil {
		return nil, err
	}
	list, err := waitingAfter(tx, s.ID, after, max(1, min(n, most)))
	if err != nil {
		return nil, err
	}
	out := []Message{}
	for i := range list {
		ok, err := b.release(tx, &list[i], s)
		if errors.Is(err, errQuota) {
			break // the rest is for tomorrow
		}
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, list[i].body)
		}
	}
	return out, nil
}
