package app

import (
	"encoding/json"

	"diwan.example/exchange/agreement"
	broker "diwan.example/exchange/event"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/notify"
)

// side is who reads in their inbox of something that happened to an agreement.
type side uint8

const (
	reads   side = 1 << iota // the consumer
	holds                    // the holder of the data
	decides                  // the leading organisation
)

// news is what they read.
type news struct {
	to      side
	subject gov.Text
}

// linkNews is what organisations read of their agreements, and of what could not
// be delivered under one.
var linkNews = map[string]news{
	agreement.FactProposed:  {decides, gov.T("طلب اتفاقية بانتظار مراجعتكم", "A proposed agreement waits for your review")},
	agreement.FactRevised:   {decides, gov.T("عُدّل طلب اتفاقية وينتظر مراجعتكم", "A proposed agreement was revised and waits for your review")},
	agreement.FactReturned:  {reads, gov.T("أُعيد إليكم طلب اتفاقية بسؤال", "A proposed agreement was given back to you with a question")},
	agreement.FactReviewed:  {reads | holds, gov.T("رُوجع طلب اتفاقية، وتبتّ فيه صاحبة البيانات", "A proposed agreement was reviewed; the holder of the data decides next")},
	agreement.FactAgreed:    {reads | decides, gov.T("وافقت صاحبة البيانات على اتفاقية، وبقي اعتمادها", "The holder of the data agreed; the agreement waits for approval")},
	agreement.FactApproved:  {reads | holds, gov.T("اعتُمدت اتفاقية لكم", "An agreement of yours was approved")},
	agreement.FactRefused:   {reads, gov.T("رُفض طلب اتفاقية", "A proposed agreement was refused")},
	agreement.FactWithdrawn: {holds | decides, gov.T("سُحب طلب اتفاقية", "A proposed agreement was withdrawn")},
	agreement.FactWarned:    {reads | holds, gov.T("قاربت اتفاقية على الانتهاء", "An agreement is about to end")},
	agreement.FactEnded:     {reads | holds, gov.T("انتهت اتفاقية، ولا يُقرأ بها شيء", "An agreement ended; nothing is read under it any more")},
	agreement.FactRevoked:   {reads | holds | decides, gov.T("أُلغيت اتفاقية، وتوقفت القراءة فورًا", "An agreement was revoked; reading stopped at once")},
	broker.FactDied:         {reads, gov.T("تعذر إبلاغ نظامكم بتغيّر، وينتظر قراركم", "Your system could not be told of a change; it waits for your decision")},
}

// linked tells organisations how their agreements move.
func (a *App) linked() journal.Follower {
	f := journal.Follower{Name: "linked", Handle: a.tellOfLink}
	for name := range linkNews {
		f.Names = append(f.Names, name)
	}
	return f
}

// tellOfLink tells each side once, but no organisation of what it did itself. Those
// who act for the leading one as authority and as holder are different people of
// it, and tell each other so.
func (a *App) tellOfLink(tx *db.Tx, f journal.Fact) error {
	if tx.Now().Sub(f.At) > stale {
		return nil
	}
	var body struct {
		Consumer gov.OrgID `json:"consumer"`
	}
	if err := json.Unmarshal(f.Body, &body); err != nil {
		return err
	}
	n, m := linkNews[f.Name], notify.Message{Kind: notify.General, Link: "/agreements/" + f.Subject}
	m.Subject = n.subject
	if f.Name == broker.FactDied {
		m.Link = "/agreements/events"
	}
	told := map[gov.OrgID]bool{f.Acting: f.Acting != a.Country.Authority}
	told[""] = true
	for _, x := range []struct {
		side side
		org  gov.OrgID
	}{{reads, body.Consumer}, {holds, f.Organisation}, {decides, a.Country.Authority}} {
		if n.to&x.side == 0 || told[x.org] {
			continue
		}
		told[x.org], m.Org = true, x.org
		if err := a.Office.Tell(tx, m); err != nil {
			return err
		}
	}
	return nil
}
