package portal

import (
	"net/http"

	"diwan.example/internal/db"
	"diwan.example/notify"
	"diwan.example/web/ui"
)

type inboxPage struct {
	Messages []notify.Message
	Unread   int
	Next     string
}

// inbox lists messages; with an office on, also those to the organisation.
func (p *Portal) inbox(w http.ResponseWriter, r *http.Request) error {
	var data inboxPage
	err := p.db().Read(r.Context(), func(tx *db.Tx) (err error) {
		if data.Messages, err = notify.Inbox(tx, r.URL.Query().Get("before"), listLength); err != nil {
			return err
		}
		data.Unread, err = notify.Unread(tx)
		return err
	})
	if err != nil {
		return err
	}
	if n := len(data.Messages); n == listLength {
		data.Next = ui.URL(r, "/inbox", "before", data.Messages[n-1].ID)
	}
	return pages.Render(w, r, "inbox", data)
}

func (p *Portal) message(w http.ResponseWriter, r *http.Request) error {
	var m notify.Message
	err := p.db().Write(r.Context(), func(tx *db.Tx) (err error) { m, err = notify.Read(tx, r.PathValue("id")); return err })
	if err != nil {
		return err
	}
	return pages.Render(w, r, "message", m)
}

func (p *Portal) readAll(w http.ResponseWriter, r *http.Request) error {
	if err := p.db().Write(r.Context(), func(tx *db.Tx) error { return notify.ReadAll(tx) }); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/inbox")
}
