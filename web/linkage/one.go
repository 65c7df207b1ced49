package linkage

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"diwan.example/exchange/agreement"
	"diwan.example/exchange/event"
	"diwan.example/exchange/fetch"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// step is a move that a page makes.
type step struct {
	event string
	guard ui.Guard
	words bool // a reason is asked
	proof bool // the reader proves who they are again
	tone  string
	may   func(gov.Actor, agreement.Agreement) bool
	do    func(*agreement.Office, *db.Tx, gov.AgreementID, string) (agreement.Agreement, error)
}

func leads(a gov.Actor, _ agreement.Agreement) bool { return agreement.MayReview(a) }

func asks(a gov.Actor, x agreement.Agreement) bool {
	return agreement.MayPropose(a) && a.Org == x.Consumer
}

func either(a gov.Actor, x agreement.Agreement) bool {
	return agreement.MayReview(a) || agreement.MayAgree(a, x)
}

// returns allows those who may ask back or refuse: the holder once it was reviewed.
func returns(a gov.Actor, x agreement.Agreement) bool {
	return agreement.MayReview(a) || agreement.MayAgree(a, x) && x.State == agreement.Reviewed
}

var authority = ui.Role(gov.Authority)

// steps are the moves of pages, in the order of their buttons. The domain decides
// once more about each.
var steps = []step{
	{event: "review", guard: authority, may: leads, do: func(o *agreement.Office, tx *db.Tx, id gov.AgreementID, _ string) (agreement.Agreement, error) {
		return o.Review(tx, id)
	}},
	{event: "agree", guard: ui.Role(gov.Head), proof: true, may: agreement.MayAgree, do: func(o *agreement.Office, tx *db.Tx, id gov.AgreementID, _ string) (agreement.Agreement, error) {
		return o.Agree(tx, id)
	}},
	{event: "approve", guard: authority, proof: true, may: leads, do: func(o *agreement.Office, tx *db.Tx, id gov.AgreementID, _ string) (agreement.Agreement, error) {
		return o.Approve(tx, id)
	}},
	{event: "comment", guard: deciders, words: true, may: func(a gov.Actor, x agreement.Agreement) bool {
		return agreement.MayReview(a) || (a.Org == x.Consumer || a.Org == x.Provider) && agreement.MayPropose(a)
	}, do: (*agreement.Office).Comment},
	{event: "return", guard: ui.Role(gov.Authority, gov.Head), words: true, tone: "secondary", may: returns, do: (*agreement.Office).Return},
	{event: "refuse", guard: ui.Role(gov.Authority, gov.Head), words: true, tone: "bad", may: returns, do: (*agreement.Office).Refuse},
	{event: "withdraw", guard: proposers, words: true, tone: "secondary", may: asks, do: (*agreement.Office).Withdraw},
	{event: "end", guard: proposers, words: true, tone: "secondary", may: asks, do: (*agreement.Office).GiveUp},
	{event: "revoke", guard: ui.Role(gov.Authority, gov.Head), words: true, proof: true, tone: "bad", may: either, do: (*agreement.Office).Revoke},
}

// onePage is the whole of an agreement.
type onePage struct {
	line
	Services []gov.Text
	Whole    bool // the reader may see how it came about and how it is used
	Moves    []moved
	Days     []agreement.Day
	Steps    []offered
	Revise   bool
	Tries    bool
	Tried    []tried
	Nothing  bool // a try found nothing
	Topics   []ui.Option
	Secret   string // of a new subscription, shown once
	Done     string
	Problems gov.Problems
	Failed   string // the step whose words are wrong
}

// moved is one line of the history.
type moved struct {
	agreement.Move
	Who gov.Text
	For gov.Text
}

// offered is a step that the reader may take now.
type offered struct {
	Event  string
	Words  bool
	Tone   string
	Action string
	Field  ui.Field
}

// tried is one invented record.
type tried struct{ Fields []ui.Field }

// ByService reports whether it is about a service of the exchange.
func (p *onePage) ByService() bool { return p.Terms.Service != (xroad.ServiceID{}) }

func (l *Linkage) find(tx *db.Tx, r *http.Request) (agreement.Agreement, error) {
	return agreement.Find(tx, gov.AgreementID(r.PathValue("agreement")))
}

func (l *Linkage) onePage(r *http.Request) (p *onePage, err error) {
	p = &onePage{}
	a := gov.ActorFrom(r.Context())
	err = l.DB.Read(r.Context(), func(tx *db.Tx) error {
		x, err := l.find(tx, r)
		if err != nil {
			return err
		}
		p.line, p.Whole = l.line(r.Context(), x), agreement.Sees(a, x)
		for _, s := range x.Services {
			p.Services = append(p.Services, l.Service(r.Context(), s))
		}
		if !p.Whole {
			return nil
		}
		if p.Moves, err = l.history(tx, r, x.ID); err != nil {
			return err
		}
		p.Days, err = agreement.Days(tx, x.ID, 14)
		return err
	})
	if err != nil {
		return p, err
	}
	x := p.Agreement
	for _, s := range steps {
		if _, ok := agreement.Moves.Next(x.State, s.event); ok && s.may(a, x) {
			p.Steps = append(p.Steps, offered{s.event, s.words, s.tone, p.URL() + "/" + s.event,
				ui.Field{Kind: "long-text", Name: s.event + "-words", Label: pages.T("linkage.words." + s.event), MaxLength: 4000}})
		}
	}
	_, open := agreement.Moves.Next(x.State, "revise")
	p.Revise = open && asks(a, x)
	p.Tries = p.Whole && deciders.Allow(a) && !p.ByService() && x.State.Open()
	if asks(a, x) && x.Holds(l.DB.Now()) {
		for _, t := range event.Allowed(x) {
			p.Topics = append(p.Topics, ui.Option{Value: t.ID, Text: t.Title})
		}
	}
	return p, nil
}

func (l *Linkage) history(tx *db.Tx, r *http.Request, id gov.AgreementID) (out []moved, err error) {
	list, err := agreement.History(tx, id)
	if err != nil {
		return nil, err
	}
	var people []gov.PersonID
	for _, m := range list {
		people = append(people, m.Author)
	}
	names, err := identity.Names(tx, people...)
	for _, m := range list {
		x := moved{Move: m, Who: names[m.Author]}
		if m.Acting != "" {
			x.For = l.Organisation(r.Context(), m.Acting)
		}
		out = append(out, x)
	}
	return out, err
}

func (l *Linkage) one(w http.ResponseWriter, r *http.Request) error {
	p, err := l.onePage(r)
	if err != nil {
		return err
	}
	p.Done = r.URL.Query().Get("done")
	if !known(p.Done) {
		p.Done = ""
	}
	return pages.Render(w, r, "one", p)
}

// known reports whether a word of the address names something that can have been done.
func known(event string) bool {
	return event == "propose" || event == "revise" || slices.ContainsFunc(steps, func(s step) bool { return s.event == event })
}

// step makes a move.
func (l *Linkage) step(s step) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := ui.ReadForm(r); err != nil {
			return err
		}
		id := gov.AgreementID(r.PathValue("agreement"))
		words := r.PostForm.Get(s.event + "-words")
		err := l.DB.Write(r.Context(), func(tx *db.Tx) error { _, err := s.do(l.Office, tx, id, words); return err })
		if bad, ok := gov.ProblemsOf(err, "words"); ok {
			return l.again(w, r, s, words, bad)
		}
		if err != nil {
			return err
		}
		return ui.Redirect(w, r, "/agreements/"+string(id)+"?done="+s.event)
	}
}

// again shows the page with what was wrong with a step.
func (l *Linkage) again(w http.ResponseWriter, r *http.Request, s step, words string, bad gov.Problems) error {
	p, err := l.onePage(r)
	if err != nil {
		return err
	}
	p.Failed = s.event
	for i := range p.Steps {
		if f := &p.Steps[i].Field; p.Steps[i].Event == s.event && s.words {
			f.Value, f.Error = words, bad[0].Text
		}
	}
	for _, b := range bad {
		p.Problems = append(p.Problems, gov.Problem{Field: s.event + "-words", Text: b.Text})
	}
	return pages.RenderInvalid(w, r, "one", p)
}

// try shows what the agreement would give, on invented records.
func (l *Linkage) try(w http.ResponseWriter, r *http.Request) error {
	p, err := l.onePage(r)
	if err != nil {
		return err
	}
	if !p.Tries {
		return gov.Fail(gov.Denied, "لا تُجرَّب هذه الاتفاقية", "This agreement cannot be tried")
	}
	list, err := l.sampled(r, p.Terms)
	if err != nil {
		return err
	}
	p.Tried, p.Nothing = list, len(list) == 0
	return pages.Render(w, r, "one", p)
}

// sampled are the records of a try as fields to show.
func (l *Linkage) sampled(r *http.Request, t agreement.Terms) (out []tried, err error) {
	var list []fetch.Sample
	err = l.DB.Write(r.Context(), func(tx *db.Tx) (err error) { list, err = l.Fetcher.Try(tx, t, l.Sample); return err })
	d, none := l.Records.Definition(t.Registry)
	if err != nil || none != nil {
		return nil, cmp.Or(err, none)
	}
	for _, s := range list {
		var qs []form.Question
		answers := form.Answers{}
		for _, q := range d.Questions() {
			f := d.Field(q.Name)
			for _, a := range t.Attributes {
				if d.FieldOf(a) == f {
					q.Label = l.label(a)
					qs, answers[q.Name] = append(qs, q), s.Values[a]
					break
				}
			}
		}
		out = append(out, tried{ask.Fields(qs, ask.Page{Answers: answers})})
	}
	return out, nil
}

// day is a moment's day as people write it.
func (l *Linkage) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(l.Office.Zone).Format(time.DateOnly)
}
