package api

import (
	"context"
	"net/http"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/notify"
)

// inbox are the operations on messages.
func inbox(s *server) {
	const tag = "inbox"
	add(s, route{id: "list-messages", method: http.MethodGet, path: "/inbox", tag: tag, scope: inboxRead, name: gov.T("الرسائل", "Messages")}, s.messages)
	add(s, route{id: "read-message", method: http.MethodPost, path: "/inbox/{id}/read", tag: tag, scope: inboxWrite, name: gov.T("قراءة رسالة", "Read a message, which marks it as read")}, s.readMessage)
	add(s, route{id: "read-all-messages", method: http.MethodPost, path: "/inbox/read", tag: tag, scope: inboxWrite, name: gov.T("تعليم كل الرسائل مقروءة", "Mark all as read")}, s.readAll)
	add(s, route{id: "list-looks", method: http.MethodGet, path: "/looks", tag: tag, scope: inboxRead, name: gov.T("من اطّلع على بياناتي", "Who looked at my data"), about: "The latest 200."}, s.looks)
}

// Message is one entry of an inbox.
type Message struct {
	ID          string      `json:"id"`
	Application gov.CaseID  `json:"application,omitempty"`
	Kind        notify.Kind `json:"kind"`
	Subject     gov.Text    `json:"subject"`
	Body        gov.Text    `json:"body"`
	Link        string      `json:"link,omitempty" doc:"Path on the site"`
	At          time.Time   `json:"at"`
	Read        *time.Time  `json:"read,omitempty"`
}

func showMessage(m notify.Message) Message {
	return Message{ID: m.ID, Application: m.Case, Kind: m.Kind, Subject: m.Subject, Body: m.Body, Link: m.Link, At: m.At.UTC(), Read: when(m.ReadAt)}
}

func (s *server) messages(ctx context.Context, in *Paging) (*answer[*List[Message]], error) {
	before, err := in.at()
	if err != nil {
		return nil, err
	}
	var rows []notify.Message
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) { rows, err = notify.Inbox(tx, before, in.Limit+1); return err })
	return say(list(rows, in.Limit, showMessage, func(m notify.Message) string { return m.ID }), err)
}

func (s *server) readMessage(ctx context.Context, in *named) (*change[Message], error) {
	return write(s, ctx, func(tx *db.Tx) (Message, error) {
		m, err := notify.Read(tx, in.ID)
		return showMessage(m), err
	})
}

func (s *server) readAll(ctx context.Context, _ *nothing) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) { return done{true}, notify.ReadAll(tx) })
}

// Look is somebody's look at the caller's data.
type Look struct {
	At           time.Time `json:"at"`
	Organisation gov.OrgID `json:"organisation,omitempty"`
	What         string    `json:"what" example:"case"`
	Subject      string    `json:"subject,omitempty"`
	Purpose      string    `json:"purpose,omitempty"`

	Registry   gov.RegistryID    `json:"registry,omitempty"`
	Attributes []gov.AttributeID `json:"attributes,omitempty" doc:"What was read; absent: the whole"`
	Agreement  gov.AgreementID   `json:"agreement,omitempty" doc:"Under which it was allowed"`
	Case       gov.CaseID        `json:"application,omitempty" doc:"For which application"`
	Service    gov.ServiceID     `json:"service,omitempty"`
	Machine    bool              `json:"machine" doc:"A program read, no officer"`
}

func (s *server) looks(ctx context.Context, _ *nothing) (*answer[[]Look], error) {
	var all []journal.Look
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { all, err = journal.Looks(tx, tx.Actor().Person, 200); return err })
	return say(each(all, func(l journal.Look) Look {
		return Look{At: l.At.UTC(), Organisation: l.Organisation, What: l.What, Subject: l.Subject, Purpose: l.Purpose,
			Registry: l.Registry, Attributes: l.Attributes, Agreement: l.Agreement, Case: l.Case, Service: l.Service, Machine: l.Machine}
	}), err)
}
