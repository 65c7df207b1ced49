package linkage

import (
	"net/http"

	"diwan.example/exchange/event"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// eventsPage is who is told of what, and what could not be told.
type eventsPage struct {
	Subscriptions []subscribed
	Dead          []deadLetter
	Done          string
	Problems      gov.Problems
}

type subscribed struct {
	event.Subscription
	Title    gov.Text
	Consumer gov.Text
	Provider gov.Text
	Mine     bool
}

type deadLetter struct {
	event.Delivery
	Title gov.Text
	Mine  bool
	Field ui.Field
}

func (l *Linkage) eventsPage(r *http.Request) (*eventsPage, error) {
	p := &eventsPage{}
	a := gov.ActorFrom(r.Context())
	err := l.DB.Read(r.Context(), func(tx *db.Tx) error {
		list, err := event.Subscriptions(tx)
		if err != nil {
			return err
		}
		by := map[string]subscribed{}
		for _, s := range list {
			t, _ := event.TopicOf(s.Topic)
			x := subscribed{s, t.Title, l.Organisation(r.Context(), s.Consumer), l.Organisation(r.Context(), s.Provider), s.Consumer == a.Org && proposers.Allow(a)}
			by[s.ID], p.Subscriptions = x, append(p.Subscriptions, x)
		}
		dead, err := event.DeadLetters(tx)
		for _, d := range dead {
			s := by[d.Subscription]
			p.Dead = append(p.Dead, deadLetter{d, s.Title, s.Mine, ui.Field{Kind: "short-text", Name: "words-" + d.ID, Label: pages.T("linkage.discard.why"), MaxLength: 1000}})
		}
		return err
	})
	return p, err
}

func (l *Linkage) events(w http.ResponseWriter, r *http.Request) error {
	p, err := l.eventsPage(r)
	if err != nil {
		return err
	}
	switch done := r.URL.Query().Get("done"); done {
	case "stop", "retry", "discard":
		p.Done = done
	}
	return pages.Render(w, r, "events", p)
}

// subscribe asks to be told, and shows the secret once.
func (l *Linkage) subscribe(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	id := gov.AgreementID(r.PathValue("agreement"))
	var secret string
	err := l.DB.Write(r.Context(), func(tx *db.Tx) (err error) {
		_, secret, err = l.Broker.Subscribe(tx, id, r.PostForm.Get("topic"), r.PostForm.Get("url"))
		return err
	})
	bad, ok := gov.ProblemsOf(err, "topic")
	if k := gov.KindOf(err); k == gov.Conflict || k == gov.NotFound {
		bad, ok = gov.Problems{{Field: "topic", Text: gov.PublicOf(err)}}, true
	}
	if err != nil && !ok {
		return err
	}
	p, err := l.onePage(r)
	if err != nil {
		return err
	}
	if ok {
		p.Problems = bad
		return pages.RenderInvalid(w, r, "one", p)
	}
	p.Secret, p.Done = secret, "subscribe"
	return pages.Render(w, r, "one", p)
}

func (l *Linkage) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	return l.act(w, r, "stop", func(tx *db.Tx) error { return l.Broker.Unsubscribe(tx, r.PathValue("subscription")) })
}

func (l *Linkage) retry(w http.ResponseWriter, r *http.Request) error {
	return l.act(w, r, "retry", func(tx *db.Tx) error { return l.Broker.Retry(tx, r.PathValue("delivery")) })
}

func (l *Linkage) discard(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	id := r.PathValue("delivery")
	words := r.PostForm.Get("words-" + id)
	err := l.DB.Write(r.Context(), func(tx *db.Tx) error { return l.Broker.Discard(tx, id, words) })
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		p, err := l.eventsPage(r)
		if err != nil {
			return err
		}
		for i := range p.Dead {
			if p.Dead[i].ID == id {
				p.Dead[i].Field.Value, p.Dead[i].Field.Error = words, bad[0].Text
			}
		}
		p.Problems = gov.Problems{{Field: "words-" + id, Text: bad[0].Text}}
		return pages.RenderInvalid(w, r, "events", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/agreements/events?done=discard")
}

func (l *Linkage) act(w http.ResponseWriter, r *http.Request, done string, do func(*db.Tx) error) error {
	if err := l.DB.Write(r.Context(), do); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/agreements/events?done="+done)
}
