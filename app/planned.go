package app

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/notify"
	"diwan.example/programme/plan"
)

// planNotices is what an organisation reads in its inbox when its plan, or the
// cycle, has moved; toLead are those that the leading organisation reads.
var (
	planNotices = map[string]gov.Text{
		plan.FactOpened:    gov.T("فُتحت دورة التخطيط، وخطتكم بانتظاركم", "The planning cycle is open, and your plan is waited for"),
		plan.FactExtended:  gov.T("مُدِّد موعد رفع خطتكم", "You have more time to give your plan"),
		plan.FactCommented: gov.T("ملاحظة جديدة على خطتكم", "A new comment on your plan"),
		plan.FactReturned:  gov.T("أُعيدت إليكم خطتكم لتعديلها", "Your plan was given back for changes"),
		plan.FactFinalised: gov.T("صيغت خطتكم صيغتها النهائية", "Your plan was finalised"),
		plan.FactApproved:  gov.T("اعتُمدت خطتكم", "Your plan was approved"),
		plan.FactClosed:    gov.T("أُقفلت خطتكم", "Your plan was closed"),
	}
	toLead = map[string]gov.Text{
		plan.FactSubmitted: gov.T("رُفعت خطة جهة", "An entity gave its plan"),
		plan.FactRevised:   gov.T("رُفعت خطة جهة بعد تعديلها", "An entity gave its plan again, revised"),
		plan.FactAccounted: gov.T("رُفع تقرير ختامي لخطة جهة", "An entity gave the closing report of its plan"),
	}
)

// stale is how old news may be and still be told.
const stale = 48 * time.Hour

// planned tells organisations how their plans move.
func (a *App) planned() journal.Follower {
	f := journal.Follower{Name: "planned", Handle: a.tellOfPlan}
	for name := range planNotices {
		f.Names = append(f.Names, name)
	}
	for name := range toLead {
		f.Names = append(f.Names, name)
	}
	return f
}

func (a *App) tellOfPlan(tx *db.Tx, f journal.Fact) error {
	if tx.Now().Sub(f.At) > stale {
		return nil
	}
	m := notify.Message{Org: f.Organisation, Kind: notify.General, Subject: planNotices[f.Name], Link: "/programme/plans/" + f.Subject}
	if words, ok := toLead[f.Name]; ok {
		name, err := a.organisationName(tx, f.Organisation)
		if err != nil {
			return err
		}
		m.Org, m.Subject, m.Body = a.Country.Authority, words, name
	}
	if f.Name != plan.FactOpened {
		if f.Acting == m.Org { // they did it themselves
			return nil
		}
		return a.Office.Tell(tx, m)
	}
	m.Link = "/programme"
	for _, o := range a.Country.Organisations {
		m.Org = o.ID
		if err := a.Office.Tell(tx, m); err != nil {
			return err
		}
	}
	return nil
}
