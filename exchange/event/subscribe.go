package event

import (
	"strings"

	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

var (
	errDenied  = gov.Fail(gov.Denied, "يشترك في الأحداث رئيس الجهة المستفيدة أو مسؤول خدماتها", "The head or a service owner of the consumer subscribes")
	errTopic   = gov.Fail(gov.Invalid, "لا تسمح الاتفاقية بالإبلاغ عن هذا الموضوع", "The agreement does not allow being told of this topic").At("topic")
	errNoSub   = gov.Fail(gov.NotFound, "لا يوجد اشتراك بهذا الرقم", "There is no such subscription")
	errTwice   = gov.Fail(gov.Conflict, "الاشتراك قائم", "There is such a subscription already")
	errNoOne   = gov.Fail(gov.NotFound, "لا توجد رسالة بهذا الرقم", "There is no such delivery")
	errState   = gov.Fail(gov.Conflict, "ليست هذه الرسالة بانتظار قرار", "This delivery does not wait for a decision")
	errInForce = gov.Fail(gov.Conflict, "الاتفاقية غير سارية", "The agreement does not hold")
)

func may(a gov.Actor) bool { return a.Org != "" && a.Has(gov.Owner, gov.Head) }

// Subscribe has the actor's organisation told of a topic under an agreement of
// theirs: at address, or with none, when their system fetches. It returns the
// secret that signs the messages, shown this once. Errors: Denied, NotFound,
// Conflict (not in force, or subscribed already), Invalid (topic, address).
func (b *Broker) Subscribe(tx *db.Tx, id gov.AgreementID, topic, address string) (s Subscription, secret string, err error) {
	a := tx.Actor()
	x, err := agreement.Find(tx, id)
	if err != nil {
		return s, "", err
	}
	t, err := TopicOf(topic)
	switch {
	case err != nil:
		return s, "", err
	case !may(a) || a.Org != x.Consumer:
		return s, "", errDenied
	case !x.Holds(tx.Now()):
		return s, "", errInForce
	case !t.allowedBy(x):
		return s, "", errTopic
	}
	address = strings.TrimSpace(address)
	sealed := ""
	if address != "" {
		if err := b.Check(address); err != nil {
			return s, "", err
		}
		sealed, secret = b.Secret()
	}
	s = Subscription{ID: db.NewID(tx.Now()), Agreement: x.ID, Consumer: x.Consumer, Provider: x.Provider, Topic: t.ID, URL: address, At: tx.Now()}
	there, err := subscribed(tx, x.ID, t.ID)
	if err != nil {
		return s, "", err
	}
	if there {
		return s, "", errTwice
	}
	if err := insertSubscription(tx, s, sealed); err != nil {
		return s, "", err
	}
	return s, secret, told(tx, FactSubscribed, s, s.ID)
}

// Unsubscribe stops a subscription of the actor's organisation; what waits for it
// is withheld. Errors: NotFound, Denied.
func (b *Broker) Unsubscribe(tx *db.Tx, id string) error {
	s, err := ours(tx, id)
	if err != nil {
		return err
	}
	if !s.Stopped.IsZero() {
		return nil
	}
	if err := stop(tx, id); err != nil {
		return err
	}
	return told(tx, FactUnsubscribed, s, s.ID)
}

// ours finds a subscription that the actor may change.
func ours(tx *db.Tx, id string) (Subscription, error) {
	s, found, err := subscription(tx, id)
	a := tx.Actor()
	switch {
	case err != nil:
		return s, err
	case !found || a.Org != s.Consumer:
		return s, errNoSub
	case !may(a):
		return s, errDenied
	}
	return s, nil
}

// Subscriptions are those that the actor may see: of their organisation on either
// side; all for the authority, auditors and operators.
func Subscriptions(tx *db.Tx) ([]Subscription, error) {
	a := tx.Actor()
	if !a.Staff() {
		return nil, errDenied
	}
	if a.Has(gov.Authority, gov.Auditor, gov.Operator) {
		return subscriptions(tx, "")
	}
	return subscriptions(tx, a.Org)
}

// Deliveries are the latest n of a subscription, without what they say. Errors:
// NotFound.
func Deliveries(tx *db.Tx, id string, n int) ([]Delivery, error) {
	list, err := Subscriptions(tx)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		if s.ID == id {
			return deliveries(tx, id, n)
		}
	}
	return nil, errNoSub
}

// DeadLetters are the deliveries that wait for a decision, of the subscriptions
// that the actor may see, the oldest first.
func DeadLetters(tx *db.Tx) (out []Delivery, err error) {
	list, err := Subscriptions(tx)
	if err != nil {
		return nil, err
	}
	for _, s := range list {
		dead, err := deadOf(tx, s.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, dead...)
	}
	return out, nil
}

func told(tx *db.Tx, name string, s Subscription, subject string) error {
	return journal.Append(tx, journal.Fact{Name: name, Subject: subject, Organisation: s.Provider,
		Body: journal.Body(map[string]any{"agreement": s.Agreement, "consumer": s.Consumer, "topic": s.Topic})})
}

// Retry has a delivery that was given up tried again, with the same id. Errors:
// NotFound, Denied, Conflict.
func (b *Broker) Retry(tx *db.Tx, id string) error {
	d, s, err := b.dead(tx, id)
	if err != nil {
		return err
	}
	if ok, err := move(tx, d.ID, Dead, Waiting, ""); err != nil || !ok {
		return orElse(err, errState)
	}
	if err := b.schedule(tx, d.ID); err != nil {
		return err
	}
	return told(tx, FactRetried, s, d.ID)
}

// Discard gives a delivery up for good, with a reason; what waits behind it goes
// on. Errors: NotFound, Denied, Conflict, Invalid.
func (b *Broker) Discard(tx *db.Tx, id, why string) error {
	d, s, err := b.dead(tx, id)
	if err != nil {
		return err
	}
	why, _ = gov.CleanText(strings.TrimSpace(why))
	if n := len([]rune(why)); n < 5 || n > 1000 {
		return gov.Fail(gov.Invalid, "اكتب السبب في جملة", "Say why in a sentence").At("words")
	}
	if _, err := lock(tx, s.ID); err != nil {
		return err
	}
	if ok, err := move(tx, d.ID, Dead, Discarded, why); err != nil || !ok {
		return orElse(err, errState)
	}
	if err := b.next(tx, s, d.subject); err != nil {
		return err
	}
	return told(tx, FactDiscarded, s, d.ID)
}

// dead finds a delivery that waits for a decision by the actor.
func (b *Broker) dead(tx *db.Tx, id string) (Delivery, Subscription, error) {
	d, found, err := delivery(tx, id)
	if err != nil || !found {
		return d, Subscription{}, orElse(err, errNoOne)
	}
	s, err := ours(tx, d.Subscription)
	if gov.KindOf(err) == gov.NotFound {
		err = errNoOne
	}
	if err == nil && d.State != Dead {
		err = errState
	}
	return d, s, err
}

func orElse(err, other error) error {
	if err == nil {
		return other
	}
	return err
}
