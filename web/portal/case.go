package portal

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"diwan.example/casework"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/payment"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

type casePage struct {
	*casework.View
	Org       gov.Text
	For       gov.Text // for whom, when it is for another
	Where     where
	Timeline  []event
	Pages     []answered
	Documents []document.Document
	Disputed  *document.Disputed // a document of which the applicant says that something is wrong
	Charges   []charged
	Decision  *casework.Decision // the last one made by somebody
	Withdraw  bool
}

// where says where a case is: in words, who has it, and by when.
type where struct {
	Title, Text, Note gov.Text
	Tone              string
	Office            bool   // an organisation decides
	Since, By, On     int64  // On: when it ended
	Action            string // address of what the applicant owes
	Button            gov.Text
}

type charged struct {
	payment.Charge
	Receipts []string
	Tag      tag
}

var chargeTones = map[payment.State]string{
	payment.Open: "warn", payment.Settled: "good", payment.PartlyRefunded: "info", payment.Refunded: "info",
}

// caseOf is the page of one case, for its applicant; somebody who is asked for
// consent is led to where they give it.
func (p *Portal) caseOf(w http.ResponseWriter, r *http.Request) error {
	data := casePage{}
	var who identity.Person
	err := p.write(r, func(tx *db.Tx) (err error) {
		if data.View, err = p.Engine.Get(tx, gov.CaseID(r.PathValue("id"))); err != nil {
			return err
		}
		if !data.Mine {
			return nil
		}
		if who, err = identity.Known(tx, data.Applicant); err != nil {
			return err
		}
		if data.Documents, err = p.Engine.Issuer.OfCase(tx, data.ID); err != nil {
			return err
		}
		if x, ok, err := p.Engine.Issuer.InDispute(tx, data.ID); err != nil {
			return err
		} else if ok {
			data.Disputed = &x
		}
		data.Charges, err = p.charges(tx, data.ID)
		return err
	})
	switch {
	case err != nil:
		return err
	case !data.Mine:
		return ui.Redirect(w, r, "/tasks/"+string(data.Asked.ID))
	case data.State == casework.Draft:
		return ui.Redirect(w, r, "/cases/"+string(data.ID)+"/apply")
	}
	p.complete(r, &data, who)
	return pages.Render(w, r, "case", data)
}

func (p *Portal) complete(r *http.Request, data *casePage, who identity.Person) {
	data.Org = p.org(r.Context(), data.Organisation)
	if data.Agent != "" {
		data.For = who.Name()
	}
	data.Where = p.where(r, data.View)
	data.Timeline = p.timeline(r, data)
	data.Pages = p.answers(r, data.View)
	data.Withdraw = data.State == casework.Open
	data.Decision = decisionOf(data.View)
}

// decisionOf is the last decision that somebody made, or that silence made; nil
// when there is none.
func decisionOf(v *casework.View) (last *casework.Decision) {
	for i := range v.Track.Decisions {
		if d := &v.Track.Decisions[i]; d.By != "" || d.Silent {
			last = d
		}
	}
	return last
}

func (p *Portal) charges(tx *db.Tx, id gov.CaseID) (out []charged, err error) {
	list, err := p.Engine.Cashier.OfCase(tx, id)
	for _, c := range list {
		x := charged{Charge: c, Tag: tag{pages.T("portal.charge." + string(c.State)), chargeTones[c.State]}}
		rs, err := p.Engine.Cashier.Receipts(tx, c.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range rs {
			x.Receipts = append(x.Receipts, r.Number())
		}
		out = append(out, x)
	}
	return out, err
}

// where works out who has the case now.
func (p *Portal) where(r *http.Request, v *casework.View) where {
	path := "/cases/" + string(v.ID)
	x := where{Title: pages.T("portal.where." + string(v.Stage)), Tone: "info", By: owedBy(v.Case), Since: v.Track.Since}
	switch {
	case v.State == casework.Closed:
		return ending(v)
	case v.Owing != nil && v.Owing.Kind == pack.Pay:
		x.Tone, x.Action, x.Button = "warn", path+"/pay", pages.T("portal.pay.now")
		x.Text = v.Owing.Title
	case v.Owing != nil:
		x.Tone, x.Action, x.Button = "warn", path+"/correct", pages.T("portal.correct.now")
		x.Text, x.Note = v.Owing.Title, v.Track.Reason
	default:
		x.Text, x.Office = p.holders(r, v), v.Stage == casework.Office
		if v.Awaits() {
			x.Title, x.Text = pages.T("portal.told.registry"), pages.T("portal.where.registry")
		}
	}
	return x
}

func ending(v *casework.View) where {
	x := where{Title: pages.T("portal.where.ended", casework.OutcomeWords(v.Outcome)), Note: v.Track.Reason, On: db.Millis(v.Closed)}
	if slices.Contains(casework.Outcomes(), v.Outcome) {
		x.Title = pages.T("portal.outcome." + v.Outcome)
	}
	switch v.Outcome {
	case casework.Granted, casework.Settled:
		x.Tone = "good"
	case casework.Refused:
		x.Tone = "bad"
	}
	return x
}

// holders names those at whom the case stands, by their steps.
func (p *Portal) holders(r *http.Request, v *casework.View) gov.Text {
	out := gov.Text{}
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		var names []string
		for _, t := range v.Track.Tokens {
			if s := v.Pack.Step(t.Step); s != nil {
				names = append(names, s.Title.In(l)+" – "+p.holder(r, v, s, t).In(l))
			}
		}
		out[l] = strings.Join(names, "؛ ")
		if l == gov.English {
			out[l] = strings.Join(names, "; ")
		}
	}
	return out
}

// holder is who has the case at a step.
func (p *Portal) holder(r *http.Request, v *casework.View, s *pack.Step, t casework.Token) gov.Text {
	for _, k := range v.Tasks {
		if k.ID == t.Task && k.Organisation != "" {
			return p.org(r.Context(), k.Organisation)
		}
	}
	if who, ok := p.doer(r, v.Pack, s); ok {
		return who
	}
	return pages.T("portal.who.nobody")
}

// answers are what the applicant wrote, by page.
func (p *Portal) answers(r *http.Request, v *casework.View) (out []answered) {
	beside := ask.Page{Answers: v.Answers, Currency: p.Engine.Currency, Held: &v.Track, From: p.from,
		FileURL: func(_ string, a form.Attachment) string {
			return ui.URL(r, "/cases/"+string(v.ID)+"/files/"+a.Blob)
		}}
	for _, page := range v.Pack.Form.Pages {
		var qs []form.Question
		for _, q := range page.Questions {
			if v.Tells(q) {
				qs = append(qs, q)
			}
		}
		if len(qs) > 0 {
			out = append(out, answered{Title: page.Title, Fields: ask.Fields(qs, beside)})
		}
	}
	return out
}

// file sends an attachment to somebody who may see the case.
func (p *Portal) file(w http.ResponseWriter, r *http.Request) error {
	a, body, err := p.Engine.Attachment(me(r), gov.CaseID(r.PathValue("id")), r.PathValue("blob"))
	if err != nil {
		return err
	}
	defer body.Close()
	disposition := "attachment"
	if strings.HasPrefix(a.Type, "image/") {
		disposition = "inline"
	}
	w.Header().Set("Content-Type", a.Type)
	w.Header().Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": a.Name}))
	_, err = io.Copy(w, body)
	return err
}
