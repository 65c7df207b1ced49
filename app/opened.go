package app

import (
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/notify"
)

// shareOpened tells whoever shared a document that somebody has seen it.
func (a *App) shareOpened(tx *db.Tx, s document.Share, d document.Document) error {
	if s.Maker == "" {
		return nil
	}
	return a.Office.Tell(tx, notify.Message{
		To: s.Maker, Link: "/documents/" + string(d.ID) + "#shares",
		Subject: gov.T("فُتحت مشاركة لوثيقة", "A share of a document was opened"),
		Body: gov.T("فُتح أول مرة رابط شاركتَ به وثيقة. تجد في صفحة الوثيقة متى فُتح، وما نعرفه عمّن فتحه، ولك أن توقفه في أي وقت.",
			"A link by which you shared a document was opened for the first time. The document's page says when, and what is known of who opened it; you may stop it at any time."),
	})
}
