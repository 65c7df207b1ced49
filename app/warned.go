package app

import (
	"context"
	"encoding/json"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/notify"
)

// warnings tells operators of certificates of the exchange that end soon, by the
// same facts that stand in the journal.
func (a *App) warnings() journal.Follower {
	return journal.Follower{Name: "app.warnings", Names: []string{"directory.warned"}, Handle: func(tx *db.Tx, f journal.Fact) error {
		var body struct {
			Days int64 `json:"days"`
		}
		if err := json.Unmarshal(f.Body, &body); err != nil {
			return err
		}
		text := gov.T("شهادة %s: الأيام الباقية %d. جدّدها قبل انتهائها، فبعدها لا تُقبل رسائل صاحبها.",
			"A certificate of %s: %d days are left. Renew it before it ends; after that no message of its owner is taken.").Sprintf(f.Subject, max(body.Days, 0))
		if body.Days < 0 {
			text = gov.T("انتهت شهادة %s، فلا تُقبل رسائل صاحبها حتى تُجدَّد.", "A certificate of %s has ended: no message of its owner is taken until it is renewed.").Sprintf(f.Subject)
		}
		return a.tellOperators(tx, gov.T("شهادة في التبادل توشك أن تنتهي", "A certificate of the exchange is about to end"), text, "/exchange")
	}}
}

// Unsealed tells operators that the message log of a gateway of this process
// cannot be sealed, and with nil that it can again. The log calls it once for each
// change.
func (a *App) Unsealed(id xroad.ServerID, cause error) {
	ctx, stop := context.WithTimeout(gov.WithActor(context.Background(), gov.System), 10*time.Second)
	defer stop()
	title, text := gov.T("تعذّر ختم سجل الرسائل", "The message log cannot be sealed"),
		gov.T("لم يُختم سجل رسائل البوابة %s: جهة الختم الزمني لا تجيب أو لا يُقبل ختمها. إن طال ذلك توقفت البوابة عن نقل الرسائل.",
			"The message log of gateway %s is not sealed: the time-stamping authority does not answer, or its stamp is not accepted. If that lasts, the gateway stops carrying messages.")
	if cause == nil {
		title, text = gov.T("عاد ختم سجل الرسائل", "The message log is sealed again"), gov.T("خُتم ما كان ينتظر في سجل رسائل البوابة %s.", "What waited in the message log of gateway %s is sealed.")
	}
	if err := a.DB.Write(ctx, func(tx *db.Tx) error { return a.tellOperators(tx, title, text.Sprintf(id.String()), "/exchange") }); err != nil {
		a.Log.ErrorContext(ctx, "exchange: operators could not be told about the seal", "server", id.String(), "err", err)
	}
}

// tellOperators puts a message into every operator's inbox, with where to look.
func (a *App) tellOperators(tx *db.Tx, title, text gov.Text, link string) error {
	list, err := identity.Operators(tx)
	if err != nil {
		return err
	}
	for _, p := range list {
		if err := a.Office.Tell(tx, notify.Message{To: p, Kind: notify.General, Subject: title, Body: text, Link: link}); err != nil {
			return err
		}
	}
	return nil
}
