package portal

import (
	"html/template"
	"net/http"
	"regexp"

	"diwan.example/casework"
	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

// stage is a step of a service as people need to know it.
type stage struct {
	Text gov.Text
	Who  gov.Text
	Term gov.Text
}

type servicePage struct {
	catalogue.Service
	Org     gov.Text
	Step    catalogue.Standing
	Tag     tag
	Pack    *pack.Pack // nil: cannot be applied for here
	Apply   bool
	Stages  []stage
	Fees    []fee
	Drawing template.HTML
	Draft   gov.CaseID // of the reader, to go on with
}

func serviceID(r *http.Request) gov.ServiceID {
	return gov.ServiceID(r.PathValue("area") + "/" + r.PathValue("name"))
}

func (p *Portal) service(w http.ResponseWriter, r *http.Request) error {
	if given, err := p.serviceFile(w, r); given {
		return err
	}
	s, err := p.Book.Service(r.Context(), serviceID(r))
	if err != nil {
		return err
	}
	data := servicePage{Service: s, Org: p.org(r.Context(), s.Organisation), Step: s.Standing(), Tag: standingTag(s.Standing())}
	err = p.read(r, func(tx *db.Tx) (err error) {
		data.Pack, err = p.Engine.Packs.Current(tx, s.ID)
		if gov.KindOf(err) == gov.NotFound {
			data.Pack, err = nil, nil
		}
		if err == nil && data.Pack != nil {
			data.Draft, err = p.draftOf(tx, s.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	if k := data.Pack; k != nil {
		data.Apply, data.Stages, data.Fees = offered(k), p.stages(r, k), p.feesOf(k)
		data.Drawing = drawing(k, ui.LangOf(r))
	}
	return pages.Render(w, r, "service", data)
}

func offered(k *pack.Pack) bool {
	for _, c := range k.Channels {
		if c == gov.Portal {
			return true
		}
	}
	return false
}

// draftOf finds the reader's own unfinished application for a service.
func (p *Portal) draftOf(tx *db.Tx, s gov.ServiceID) (gov.CaseID, error) {
	if tx.Actor().Person == "" {
		return "", nil
	}
	list, err := p.Engine.Mine(tx, "", 50)
	for _, c := range list {
		if c.Service == s && c.State == casework.Draft {
			return c.ID, err
		}
	}
	return "", err
}

// stages are the steps in which somebody has something to do.
func (p *Portal) stages(r *http.Request, k *pack.Pack) (out []stage) {
	for i := range k.Steps {
		s := &k.Steps[i]
		who, ok := p.doer(r, k, s)
		if !ok || s.Kind == pack.Correct || s.ID == k.AppealTo { // these are the exception
			continue
		}
		x := stage{Text: s.Title, Who: who}
		if s.Within != nil {
			x.Term = gov.T(s.Within.In(gov.Arabic), s.Within.In(gov.English))
		}
		out = append(out, x)
	}
	return out
}

// doer says who acts at a step; ok is false when it happens by itself.
func (p *Portal) doer(r *http.Request, k *pack.Pack, s *pack.Step) (who gov.Text, ok bool) {
	switch s.Kind {
	case pack.Apply, pack.Pay, pack.Correct:
		return pages.T("portal.who.you"), true
	case pack.Cosign:
		return pages.T("portal.who.other"), true
	case pack.Review, pack.Opinion:
		return p.workplace(r, k, s), true
	case pack.Issue:
		return p.org(r.Context(), k.Organisation), true
	}
	return nil, false
}

// workplace is the organisation that works on a step, as far as the pack names it.
func (p *Portal) workplace(r *http.Request, k *pack.Pack, s *pack.Step) gov.Text {
	switch {
	case s.Organisation == "":
		return p.org(r.Context(), k.Organisation)
	case s.Organisation[0] == '{':
		return pages.T("portal.who.org")
	}
	return p.org(r.Context(), gov.OrgID(s.Organisation))
}

var ownStyle = regexp.MustCompile(`(?s)<style>.*?</style>`)

// drawing draws the procedure without its own style, which the page's security
// policy refuses; the stylesheet has the same rules.
func drawing(k *pack.Pack, l gov.Lang) template.HTML {
	return template.HTML(ownStyle.ReplaceAll(pack.Draw(k, l), nil)) // our own drawing of a checked pack
}

// fee is a line of what a service costs, as its pack says.
type fee struct {
	Text   gov.Text
	Amount gov.Money
	Fixed  bool // else it depends on the answers
	Maybe  bool // asked in some cases only
	Waived bool // a reason for which nothing, or less, is paid
}

// feesOf lists what a running service asks and from whom it asks less: a pack
// says so more exactly than a catalogue.
func (p *Portal) feesOf(k *pack.Pack) (out []fee) {
	for i := range k.Steps {
		s := &k.Steps[i]
		for _, l := range s.Lines {
			amount, err := p.Engine.Currency.Parse(l.Amount)
			out = append(out, fee{Text: l.Label, Amount: amount, Fixed: err == nil, Maybe: l.When != ""})
		}
		for _, x := range s.Exemptions {
			out = append(out, fee{Text: x.Reason, Waived: true})
		}
	}
	return out
}
