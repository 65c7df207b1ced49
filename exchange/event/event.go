// Package event tells organisations that something about a person changed: their
// address, a death, a graduation. Whoever has an agreement in force that allows it
// is told once, in order for every person, by a signed message to their system or
// when their system fetches it.
//
// A delivery is put down in the transaction that follows the change; its id stays
// the same at every try, so that a receiver who drops ids it knows is told exactly
// once. What cannot be delivered waits for people, and what comes after it about
// the same person waits behind it.
package event

import (
	"context"
	"slices"
	"time"

	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/registry"
)

// Topic is a kind of change that organisations may be told of.
type Topic struct {
	ID         string
	Title      gov.Text
	Attributes []gov.AttributeID // whose change it is, and what is said of it
}

// Topics are all of them. An agreement allows a topic when it allows events and
// all of the topic's attributes.
var Topics = []Topic{
	{"address", gov.T("تغيّر عنوان السكن", "Change of home address"), []gov.AttributeID{"person.address"}},
	{"name", gov.T("تغيّر الاسم", "Change of name"), []gov.AttributeID{"person.name_ar", "person.name_en"}},
	{"marriage", gov.T("تغيّر الحالة الاجتماعية", "Change of marital status"), []gov.AttributeID{"person.marital_status"}},
	{"death", gov.T("وفاة", "Death"), []gov.AttributeID{"person.death"}},
	{"card", gov.T("تغيّر بطاقة الهوية", "Change of identity card"), []gov.AttributeID{"card.status", "card.expires"}},
	{"school", gov.T("انتقال طالب", "Pupil moved school or grade"), []gov.AttributeID{"pupil.school", "pupil.grade"}},
	{"graduation", gov.T("تخرّج طالب", "Graduation"), []gov.AttributeID{"pupil.graduated"}},
	{"business", gov.T("تغيّر حال منشأة", "Change of a business"), []gov.AttributeID{"business.status"}},
}

// TopicOf finds a topic. Errors: NotFound.
func TopicOf(id string) (Topic, error) {
	for _, t := range Topics {
		if t.ID == id {
			return t, nil
		}
	}
	return Topic{}, gov.Fail(gov.NotFound, "لا يوجد موضوع بهذا الاسم", "There is no such topic").At("topic")
}

// allowedBy reports whether an agreement allows being told of a topic.
func (t Topic) allowedBy(x agreement.Agreement) bool {
	return x.Events && !slices.ContainsFunc(t.Attributes, func(a gov.AttributeID) bool { return !slices.Contains(x.Attributes, a) })
}

// Allowed are the topics that an agreement allows.
func Allowed(x agreement.Agreement) (out []Topic) {
	for _, t := range Topics {
		if t.allowedBy(x) {
			out = append(out, t)
		}
	}
	return out
}

// State is where a delivery is in its life.
type State string

// The states of a delivery.
const (
	Waiting   State = "waiting"   // it is to be delivered, or fetched
	Delivered State = "delivered" // the receiver has it
	Dead      State = "dead"      // every try failed; somebody must decide
	Discarded State = "discarded" // somebody decided to give it up
	Withheld  State = "withheld"  // agreement or consent was gone before it left
)

// Moves is the life of a delivery.
var Moves = gov.Moves[State]{
	{From: "", Event: "put", To: Waiting},
	{From: Waiting, Event: "deliver", To: Delivered},
	{From: Waiting, Event: "withhold", To: Withheld},
	{From: Waiting, Event: "give up", To: Dead},
	{From: Dead, Event: "retry", To: Waiting},
	{From: Dead, Event: "discard", To: Discarded},
}

// Facts of this package. The subject is the subscription, or the delivery; the
// organisation is the holder of the data.
const (
	FactSubscribed   = "event.subscribed"
	FactUnsubscribed = "event.unsubscribed"
	FactDied         = "event.died"
	FactRetried      = "event.retried"
	FactDiscarded    = "event.discarded"
	FactPublished    = "event.published"
)

// Subscription is a consumer's wish to be told of a topic under an agreement.
type Subscription struct {
	ID        string
	Agreement gov.AgreementID
	Consumer  gov.OrgID
	Provider  gov.OrgID
	Topic     string
	URL       string // empty: it fetches
	Number    int64  // of the last delivery put down
	At        time.Time
	Stopped   time.Time // zero: in force
}

// Delivery is one change for one subscriber.
type Delivery struct {
	ID           string
	Subscription string
	Number       int64 // in the subscription, from 1
	State        State
	Tries        int64
	Status       int64  // of the receiver's last answer
	Trouble      string // why it is withheld, dead or discarded
	At           time.Time
	Done         time.Time

	source  string
	subject string
	person  gov.PersonID
	record  string
	body    Message
	looked  time.Time
}

// Message is what a receiver is told.
type Message struct {
	ID        string                  `json:"id"` // of the delivery: drop one that you know
	Topic     string                  `json:"topic"`
	Agreement gov.AgreementID         `json:"agreement"`
	Number    int64                   `json:"number"`  // in the subscription
	Subject   string                  `json:"subject"` // the person's civil number
	Registry  gov.RegistryID          `json:"registry"`
	Version   int64                   `json:"version,omitempty"` // of the record
	At        time.Time               `json:"at"`                // when it was recorded
	Ended     time.Time               `json:"ended,omitzero"`    // when the record ended, if that is the change
	Values    map[gov.AttributeID]any `json:"values"`
}

// Broker tells. Every field but Wake must be set.
type Broker struct {
	DB         *db.DB
	Book       *registry.Book
	Agreements *agreement.Office

	// Check refuses an address that messages cannot go to.
	Check func(address string) error
	// Secret makes a new key: sealed for the table, and as it is shown once.
	Secret func() (sealed, shown string)
	// Post sends a signed message once and gives the status of the answer.
	Post func(ctx context.Context, address, sealed, id, body string) (status int, err error)
	// Wake is called when something waits to be sent.
	Wake func()
}

func (b *Broker) wakeAfter(tx *db.Tx) {
	if b.Wake != nil {
		tx.After(b.Wake)
	}
}
