package app

import (
	"encoding/json"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/notify"
)

// ceremonies tells operators of key ceremonies that wait for a second person.
// Whoever proposed one on a page knows of it; in whose name it was proposed on the
// command line is told as well, so that nobody's name is used unseen.
func (a *App) ceremonies() journal.Follower {
	return journal.Follower{Name: "ceremonies", Names: []string{"document.ceremony_proposed", "document.ceremony_acted"}, Handle: a.tellOfCeremony}
}

func (a *App) tellOfCeremony(tx *db.Tx, f journal.Fact) error {
	if tx.Now().Sub(f.At) > stale {
		return nil
	}
	var body struct {
		Via document.Via `json:"via"`
	}
	if err := json.Unmarshal(f.Body, &body); err != nil {
		return err
	}
	m := notify.Message{Kind: notify.General, Link: "/admin/keys/ceremonies/" + f.Subject}
	m.Subject = gov.T("مراسم مفاتيح تنتظر شخصًا ثانيًا", "A key ceremony waits for a second person")
	m.Body = gov.T("اقترحها مشغّل، وعلى مشغّل آخر أن يؤكدها أو يرفضها خلال أربع ساعات.", "One operator proposed it; another confirms or refuses it within four hours.")
	if f.Name == "document.ceremony_acted" {
		m.Subject = gov.T("سُحبت الثقة من مفتاح في حالة طارئة", "A key was revoked in an emergency")
		m.Body = gov.T("سحبها مشغّل وحده، وعلى مشغّل آخر أن يراجع ذلك خلال ثلاثة أيام.", "One operator did it alone; another must look at it within three days.")
	}
	operators, err := identity.Operators(tx)
	if err != nil {
		return err
	}
	for _, p := range operators {
		own := m
		if p == f.Actor && body.Via != document.OnCommand {
			continue
		}
		if p == f.Actor {
			own.Body = gov.T("جرى ذلك باسمك على سطر أوامر الخادم. إن لم تكن أنت فبادر إلى رفضه وأبلغ المدقق.", "This was done in your name on the server’s command line. If it was not you, withdraw it at once and tell the auditor.")
		}
		own.To = p
		if err := a.Office.Tell(tx, own); err != nil {
			return err
		}
	}
	return nil
}
