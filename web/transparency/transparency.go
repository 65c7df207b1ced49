// Package transparency is the pages that explain the public logs and the trust
// list in plain words and show how they stand, and where holders fetch the proof
// of a document. The logs themselves are served to machines at /log/….
package transparency

import (
	"embed"
	"net/http"
	"strings"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/translog"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Transparency is the public pages. All fields are needed.
type Transparency struct {
	DB     *db.DB
	Logs   []*translog.Log
	Issuer *document.Issuer
	Origin string // public address of the site
}

// Routes are the addresses of the pages.
func (t *Transparency) Routes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /log", Guard: ui.Anyone, Page: t.page},
		{Pattern: "GET /trust", Guard: ui.Anyone, Page: t.trust},
		{Pattern: "GET /documents/{id}/proof", Guard: ui.Resident, Page: t.proof},
	}
}

type logPage struct{ Logs []shownLog }

// shownLog is a log as the page shows it.
type shownLog struct {
	translog.Status
	Open    bool   // it has been opened
	Address string // where machines read it
	Command string // that watches it
}

func (t *Transparency) page(w http.ResponseWriter, r *http.Request) error {
	var p logPage
	err := t.DB.Read(r.Context(), func(tx *db.Tx) error {
		for _, l := range t.Logs {
			s, ok, err := l.Status(tx)
			if err != nil {
				return err
			}
			s.Name = l.Name()
			address := strings.TrimRight(t.Origin, "/") + "/log/" + string(l.Name())
			p.Logs = append(p.Logs, shownLog{s, ok, address, "diwan log monitor " + address + " --state " + string(l.Name()) + ".json"})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "log", p)
}

// proof sends the proof that a document stands in the public log, complete with
// the document, to whoever may see it.
func (t *Transparency) proof(w http.ResponseWriter, r *http.Request) error {
	d, err := t.Issuer.Get(r.Context(), gov.DocumentID(r.PathValue("id")))
	if err != nil {
		return err
	}
	s, err := t.Issuer.Standing(r.Context(), d.ID)
	if err != nil {
		return err
	}
	if s.Since.IsZero() {
		return gov.Fail(gov.Unavailable, "تنتظر الوثيقة قيدها في السجل العام؛ أعد المحاولة بعد لحظات. الوثيقة سارية دون ذلك", "The document waits to be taken into the public log; try again in a moment. It is valid all the same")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+d.Number+`.tlog-proof"`)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write([]byte(s.File(d)))
	return err
}
