package portal

import (
	"net/http"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// listed is a case in a list.
type listed struct {
	*casework.Case
	Title gov.Text
	URL   string
	Tag   tag
	By    int64 // until when somebody must act; 0: no date
}

type casesPage struct {
	Asked   []asked  // co-signatures
	Yours   []listed // what waits for the reader
	Drafts  []listed
	Going   []listed
	Ended   []listed
	Next    string // address of older ones
	Saved   bool
	Dropped bool
}

// Empty reports whether there is nothing to show.
func (c casesPage) Empty() bool {
	return len(c.Asked)+len(c.Yours)+len(c.Drafts)+len(c.Going)+len(c.Ended) == 0
}

type asked struct {
	casework.Task
	Title gov.Text
	By    int64
}

// listLength is how many cases a page lists.
const listLength = 30

func (p *Portal) cases(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	data := casesPage{Saved: q.Has("saved"), Dropped: q.Has("dropped")}
	err := p.read(r, func(tx *db.Tx) error {
		list, err := p.Engine.Mine(tx, q.Get("before"), listLength)
		if err != nil {
			return err
		}
		if len(list) == listLength {
			data.Next = ui.URL(r, "/cases", "before", string(list[len(list)-1].ID))
		}
		if err := p.sort(tx, &data, list); err != nil {
			return err
		}
		return p.asked(tx, &data)
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "cases", data)
}

// sort puts cases where they belong; those in which the reader was only asked
// for consent stand among what was asked.
func (p *Portal) sort(tx *db.Tx, data *casesPage, list []*casework.Case) error {
	for _, c := range list {
		if me := tx.Actor().Person; c.Applicant != me && c.Agent != me {
			continue
		}
		k, err := p.Engine.Packs.At(tx, c.Service, c.Version)
		if err != nil {
			return err
		}
		l := listed{Case: c, Title: k.Title, URL: "/cases/" + string(c.ID), Tag: caseTag(c), By: owedBy(c)}
		switch {
		case c.State == casework.Draft:
			l.URL += "/apply"
			data.Drafts = append(data.Drafts, l)
		case c.State == casework.Closed:
			data.Ended = append(data.Ended, l)
		case c.Stage == casework.Paying || c.Stage == casework.Applicant:
			data.Yours = append(data.Yours, l)
		default:
			data.Going = append(data.Going, l)
		}
	}
	return nil
}

func (p *Portal) asked(tx *db.Tx, data *casesPage) error {
	tasks, err := p.Engine.Asked(tx)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		k, err := p.Engine.Packs.Current(tx, t.Service)
		if err != nil {
			return err
		}
		data.Asked = append(data.Asked, asked{t, k.Title, db.Millis(t.Due)})
	}
	return nil
}

// caseTag says in two words how a case stands.
func caseTag(c *casework.Case) tag {
	switch {
	case c.State == casework.Closed && c.Outcome == casework.Granted:
		return tag{casework.OutcomeWords(c.Outcome), "good"}
	case c.State == casework.Closed && c.Outcome == casework.Refused:
		return tag{casework.OutcomeWords(c.Outcome), "bad"}
	case c.State == casework.Closed:
		return tag{casework.OutcomeWords(c.Outcome), ""}
	case c.Stage == casework.Paying:
		return tag{pages.T("portal.stage.payment"), "warn"}
	case c.Stage == casework.Applicant:
		return tag{pages.T("portal.stage.applicant"), "warn"}
	case c.State == casework.Draft:
		return tag{pages.T("portal.stage.filling"), ""}
	}
	return tag{pages.T("portal.stage." + string(c.Stage)), "info"}
}

// owedBy is the nearest date at which somebody must have acted.
func owedBy(c *casework.Case) (by int64) {
	for _, t := range c.Track.Tokens {
		if t.Due != 0 && t.Paused == 0 && (by == 0 || t.Due < by) {
			by = t.Due
		}
	}
	return by
}
