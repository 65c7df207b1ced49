package life

import (
	"net/http"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/lifecycle"
	"diwan.example/web/ui"
)

// actPage asks for what somebody signs or decides.
type actPage struct {
	Title, Text, Yes gov.Text
	Back, Look       string
	Fields           []ui.Field
	Problems         gov.Problems
}

// statementFields are what one writes to sign.
func statementFields(r *http.Request, bad gov.Problems) []ui.Field {
	list := []ui.Field{
		{Kind: "long-text", Name: "words", Label: pages.T("life.sign.words"), Hint: pages.T("life.sign.words.hint"), MaxLength: 2000, Value: r.PostFormValue("words")},
		{Kind: "short-text", Name: "link", Label: pages.T("life.sign.link"), Hint: pages.T("life.sign.link.hint"), MaxLength: 500, Optional: true, Value: r.PostFormValue("link")},
	}
	return marked(list, bad)
}

// marked puts problems at their fields.
func marked(list []ui.Field, bad gov.Problems) []ui.Field {
	for i := range list {
		for _, p := range bad {
			if p.Field == list[i].Name {
				list[i].Error = p.Text
			}
		}
	}
	return list
}

// page is the address of the service that an act is about.
func page(r *http.Request) string { return "/oversight/services/" + string(serviceID(r)) }

func (l *Life) signPage(r *http.Request, bad gov.Problems) (*actPage, error) {
	n, err := lifecycle.NeedOf(r.PathValue("evidence"))
	if err != nil {
		return nil, err
	}
	p := &actPage{Title: n.Name, Text: pages.T("life.sign.lead"), Yes: pages.T("life.sign"), Back: page(r), Fields: statementFields(r, bad), Problems: bad}
	err = l.DB.Read(r.Context(), func(tx *db.Tx) error {
		rec, _, err := l.seen(tx, serviceID(r))
		if err == nil {
			err = n.MaySign(tx.Actor(), rec.Entry.Organisation)
		}
		return err
	})
	return p, err
}

func (l *Life) signForm(w http.ResponseWriter, r *http.Request) error {
	p, err := l.signPage(r, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "act", p)
}

func (l *Life) sign(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	err := l.DB.Write(r.Context(), func(tx *db.Tx) error {
		if _, _, err := l.seen(tx, serviceID(r)); err != nil {
			return err
		}
		_, err := lifecycle.Sign(tx, serviceID(r), r.PathValue("evidence"), r.PostForm.Get("words"), r.PostForm.Get("link"))
		return err
	})
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		p, err := l.signPage(r, bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "act", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, page(r)+"?done=signed")
}

func (l *Life) withdraw(w http.ResponseWriter, r *http.Request) error {
	err := l.DB.Write(r.Context(), func(tx *db.Tx) error {
		if _, _, err := l.seen(tx, serviceID(r)); err != nil {
			return err
		}
		return lifecycle.Withdraw(tx, serviceID(r), r.PathValue("evidence"))
	})
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, page(r)+"?done=withdrawn")
}

func (l *Life) counterPage(r *http.Request, bad gov.Problems) (*actPage, error) {
	p := &actPage{Back: page(r), Fields: statementFields(r, bad), Problems: bad}
	err := l.DB.Read(r.Context(), func(tx *db.Tx) error {
		rec, _, err := l.seen(tx, serviceID(r))
		if rec.Counter == lifecycle.CounterClosed {
			p.Title, p.Text, p.Yes = pages.T("life.counter.reopen"), pages.T("life.counter.reopen.lead"), pages.T("life.counter.reopen")
		} else {
			p.Title, p.Text, p.Yes = pages.T("life.counter.close"), pages.T("life.counter.close.lead"), pages.T("life.counter.close")
		}
		return err
	})
	return p, err
}

func (l *Life) counterForm(w http.ResponseWriter, r *http.Request) error {
	p, err := l.counterPage(r, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "act", p)
}

// counter closes the counter, or opens it again when it is closed.
func (l *Life) counter(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	words, link, done := r.PostForm.Get("words"), r.PostForm.Get("link"), "closed"
	err := l.DB.Write(r.Context(), func(tx *db.Tx) error {
		rec, _, err := l.seen(tx, serviceID(r))
		if err != nil {
			return err
		}
		if rec.Counter == lifecycle.CounterClosed {
			done = "reopened"
			return l.Cycle.ReopenCounter(tx, rec.Entry.ID, words, link)
		}
		return l.Cycle.CloseCounter(tx, rec.Entry.ID, words, link)
	})
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		p, err := l.counterPage(r, bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "act", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, page(r)+"?done="+done)
}
