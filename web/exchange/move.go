package exchange

import (
	"net/http"
	"slices"
	"strings"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// movePage asks whether an entry shall be suspended, resumed, ended or revoked.
type movePage struct {
	Kind, ID, Event string
	Title, Text     gov.Text
	Look            string
}

var moved = []string{directory.Suspend, directory.Resume, directory.End}

func (e *Exchange) moveForm(w http.ResponseWriter, r *http.Request) error {
	p := &movePage{Kind: asked(r, "kind"), ID: asked(r, "entry"), Event: asked(r, "event")}
	known := slices.Contains([]string{"member", "subsystem", "server", "service", "right"}, p.Kind) && slices.Contains(moved, p.Event) || p.Kind == "certificate" && p.Event == "revoke"
	if !known || p.ID == "" {
		return errKind
	}
	p.Title, p.Text = pages.T("exchange.move."+p.Event), pages.T("exchange.move."+p.Event+".text")
	if p.Event == directory.End || p.Event == "revoke" {
		p.Look = "bad"
	}
	return pages.Render(w, r, "move", p)
}

func (e *Exchange) move(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	err := e.DB.Write(r.Context(), func(tx *db.Tx) error { return e.moves(tx, word(r, "kind"), word(r, "entry"), word(r, "event")) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, ui.Path("/exchange", "done", "moved"))
}

func (e *Exchange) moves(tx *db.Tx, kind, id, event string) error {
	switch kind {
	case "member", "subsystem":
		c, err := xroad.ParseClient(id)
		if err != nil {
			return err
		}
		if kind == "member" {
			return e.Centre.MoveMember(tx, c, event)
		}
		return e.Centre.MoveSubsystem(tx, c, event)
	case "server":
		s, err := xroad.ParseServer(id)
		if err != nil {
			return err
		}
		return e.Centre.MoveServer(tx, s, event)
	case "service":
		s, err := xroad.ParseService(id)
		if err != nil {
			return err
		}
		return e.Centre.MoveService(tx, s, event, nil)
	case "right":
		from, to, _ := strings.Cut(id, " ")
		c, err := xroad.ParseClient(from)
		if err != nil {
			return err
		}
		s, err := xroad.ParseService(to)
		if err != nil {
			return err
		}
		return e.Centre.EndGrant(tx, c, s)
	case "certificate":
		return e.Centre.Revoke(tx, id)
	}
	return errKind
}
