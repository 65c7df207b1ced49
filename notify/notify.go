// Package notify tells people what concerns them: in their inbox, by e-mail and
// by text message; and tells the systems of organisations by signed webhooks.
//
// The inbox holds the message itself. What leaves the house says only that
// there is one, with a reference and a link; one-time codes are the exception.
// A message is written in the transaction that gives rise to it and delivered by
// durable jobs afterwards.
package notify

import (
	"log/slog"
	"net/http"
	"sync"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/mail"
)

// Contact is where a person can be reached.
type Contact struct {
	Person gov.PersonID
	Email  string
	Phone  string
	Lang   gov.Lang
}

// Office delivers. DB, Secret, Origin and Contact must be set.
type Office struct {
	DB     *db.DB
	Secret []byte // at least 32 bytes, the same on every node; keeps subscribers' secrets
	Origin string // before the links of messages: "https://portal.example"
	Log    *slog.Logger

	Email mail.Sender // nil: no e-mail leaves
	SMS   mail.Sender // nil: no text messages leave

	// Contact says where a person can be reached.
	Contact func(tx *db.Tx, p gov.PersonID) (Contact, error)
	// Wake, if set, is called when something waits to be delivered.
	Wake func()

	// Events are the names of facts that organisations may subscribe to. Choose
	// none whose subject is a person.
	Events []string
	// AllowPrivate lets webhooks go to private and loopback addresses and over
	// plain HTTP: for tests and closed networks.
	AllowPrivate bool

	once   sync.Once
	client *http.Client
}

// Channel is a way by which messages leave.
type Channel string

// The channels.
const (
	Email Channel = "email"
	SMS   Channel = "sms"
)

func (o *Office) sender(c Channel) mail.Sender {
	if c == SMS {
		return o.SMS
	}
	return o.Email
}

func (o *Office) log() *slog.Logger {
	if o.Log == nil {
		return slog.Default()
	}
	return o.Log
}

func (o *Office) wakeAfter(tx *db.Tx) {
	if o.Wake != nil {
		tx.After(o.Wake)
	}
}
