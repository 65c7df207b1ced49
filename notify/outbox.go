package notify

import (
	"context"
	"time"

	"diwan.example/internal/db"
	"diwan.example/internal/mail"
)

// Outbox keeps messages instead of sending them, so that one can read them on a
// page: for trying a sample country only.
type Outbox struct {
	DB      *db.DB
	Channel Channel
}

var _ mail.Sender = (*Outbox)(nil)

// Send keeps a message. Errors: Invalid for what is no address.
func (o *Outbox) Send(ctx context.Context, m mail.Message) (err error) {
	if o.Channel == SMS {
		m.To, err = mail.CheckPhone(m.To)
	} else {
		m.To, err = mail.CheckEmail(m.To)
	}
	if err != nil {
		return err
	}
	return o.DB.Write(ctx, func(tx *db.Tx) error { return insertOutbox(tx, o.Channel, m) })
}

// Kept is a message that an Outbox keeps.
type Kept struct {
	mail.Message
	Channel Channel
	At      time.Time
}

// Outgoing returns the n latest messages that Outboxes keep. It shows one-time
// codes: let nobody see it but those who try a sample country.
func Outgoing(tx *db.Tx, n int) ([]Kept, error) { return kept(tx, n) }
