package life

import (
	"net/http"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/policy"
	"diwan.example/web/ui"
)

// exceptionsPage lists the exceptions, and those past their day whose check
// still fails.
type exceptionsPage struct {
	List []exceptionLine
	May  bool // the reader may record and end them
	Done string
}

type exceptionLine struct {
	policy.Exception
	Check   gov.Text
	Policy  gov.Text
	Scope   gov.Text
	URL     string // of the service or the entity
	LastDay time.Time
	State   string // holds, ahead, over, ended
	Overdue bool   // it is over, and the check still fails
}

// Tone is the colour of the state.
func (x exceptionLine) Tone() string {
	switch {
	case x.Overdue:
		return "bad"
	case x.State == "holds":
		return "info"
	}
	return ""
}

func (l *Life) excepted(r *http.Request) (*exceptionsPage, error) {
	p := &exceptionsPage{May: policy.MayExcept(gov.ActorFrom(r.Context())), Done: clean(r, "done")}
	err := l.DB.Read(r.Context(), func(tx *db.Tx) error {
		org, err := scope(tx, "")
		if err != nil {
			return err
		}
		list, err := policy.Exceptions(tx, org)
		if err != nil {
			return err
		}
		results, err := policy.At(tx, time.Time{}, org)
		if err != nil {
			return err
		}
		known, err := names(tx)
		for _, x := range list {
			line := exceptionLine{Exception: x, LastDay: x.Until.Add(-time.Millisecond), State: stateOf(&x, tx.Now()), Scope: l.org(r.Context(), x.Organisation), URL: "/oversight/policies/entity/" + string(x.Organisation)}
			if x.Service != "" {
				line.Scope, line.URL = nameOf(known, x.Service), "/oversight/services/"+string(x.Service)
			}
			if c, err := policy.CheckOf(x.Check); err == nil {
				line.Check, line.Policy = c.Name, c.Policy.Name
			}
			for _, f := range results {
				line.Overdue = line.Overdue || line.State == "over" && f.Check == x.Check && f.State == policy.Fail && f.Organisation == x.Organisation && (x.Service == "" || x.Service == f.Service)
			}
			p.List = append(p.List, line)
		}
		return err
	})
	return p, err
}

func stateOf(x *policy.Exception, now time.Time) string {
	switch {
	case !x.Ended.IsZero():
		return "ended"
	case x.Holds(now):
		return "holds"
	case now.Before(x.From):
		return "ahead"
	}
	return "over"
}

func (l *Life) exceptions(w http.ResponseWriter, r *http.Request) error {
	p, err := l.excepted(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "exceptions", p)
}

func (l *Life) exceptionsCSV(w http.ResponseWriter, r *http.Request) error {
	p, err := l.excepted(r)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, x := range p.List {
		state := both(pages.T("life.exception." + x.State))
		if x.Overdue {
			state = both(pages.T("life.exception.overdue"))
		}
		rows = append(rows, []string{x.ID, string(x.Service), string(x.Organisation), both(x.Policy), both(x.Check), x.Legal, x.Link, x.Reason, x.DecidedBy, l.day(x.From), l.day(x.LastDay), state})
	}
	return file(w, "exceptions", []gov.Text{pages.T("life.col.id"), pages.T("life.col.service"), pages.T("life.col.entity"), pages.T("life.col.policy"), pages.T("life.col.check"), pages.T("life.except.legal"),
		pages.T("life.except.link"), pages.T("life.except.reason"), pages.T("life.except.by"), pages.T("life.except.from"), pages.T("life.except.until"), pages.T("life.col.state")}, rows)
}

// exceptPage asks for an exception.
func (l *Life) exceptPage(r *http.Request, bad gov.Problems) (*actPage, error) {
	value := func(name string) string {
		if r.Method == http.MethodPost {
			return r.PostFormValue(name)
		}
		return clean(r, name)
	}
	p := &actPage{Title: pages.T("life.except.new"), Text: pages.T("life.except.lead"), Yes: pages.T("life.except.record"), Back: "/oversight/policies/exceptions", Problems: bad}
	var checks, orgs []ui.Option
	for _, x := range policy.Policies() {
		for _, c := range x.Checks {
			checks = append(checks, ui.Option{Value: c.ID, Text: gov.T(x.Name[gov.Arabic]+": "+c.Name[gov.Arabic], x.Name[gov.English]+": "+c.Name[gov.English])})
		}
	}
	all, err := l.Book.Organisations(r.Context())
	for _, o := range all {
		orgs = append(orgs, ui.Option{Value: string(o.ID), Text: o.Name})
	}
	p.Fields = marked([]ui.Field{
		{Kind: "one-of", Name: "check", Label: pages.T("life.col.check"), Options: checks, Value: value("check")},
		{Kind: "short-text", Name: "service", Label: pages.T("life.except.service"), Hint: pages.T("life.except.service.hint"), MaxLength: 120, Optional: true, Value: value("service")},
		{Kind: "one-of", Name: "organisation", Label: pages.T("life.except.org"), Hint: pages.T("life.except.org.hint"), Options: orgs, Optional: true, Value: value("organisation")},
		{Kind: "short-text", Name: "legal", Label: pages.T("life.except.legal"), Hint: pages.T("life.except.legal.hint"), MaxLength: 300, Value: value("legal")},
		{Kind: "short-text", Name: "link", Label: pages.T("life.except.link"), MaxLength: 500, Optional: true, Value: value("link")},
		{Kind: "long-text", Name: "reason", Label: pages.T("life.except.reason"), MaxLength: 2000, Value: value("reason")},
		{Kind: "short-text", Name: "decided_by", Label: pages.T("life.except.by"), MaxLength: 200, Value: value("decided_by")},
		{Kind: "short-text", Name: "from", Label: pages.T("life.except.from"), Hint: pages.T("life.except.day"), MaxLength: 20, Value: value("from")},
		{Kind: "short-text", Name: "until", Label: pages.T("life.except.until"), Hint: pages.T("life.except.until.hint"), MaxLength: 20, Value: value("until")},
	}, bad)
	return p, err
}

func (l *Life) exceptForm(w http.ResponseWriter, r *http.Request) error {
	p, err := l.exceptPage(r, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "act", p)
}

func (l *Life) except(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	f := r.PostForm
	x := policy.Exception{Check: f.Get("check"), Service: gov.ServiceID(f.Get("service")), Organisation: gov.OrgID(f.Get("organisation")), Legal: f.Get("legal"), Link: f.Get("link"), Reason: f.Get("reason"), DecidedBy: f.Get("decided_by")}
	err := l.DB.Write(r.Context(), func(tx *db.Tx) error {
		_, err := policy.Except(tx, x, f.Get("from"), f.Get("until"), l.Zone)
		return err
	})
	bad, ok := gov.ProblemsOf(err, "check")
	switch gov.KindOf(err) {
	case gov.NotFound: // what was named is not there
		field := "check"
		if _, none := policy.CheckOf(x.Check); none == nil {
			field = "service"
			if x.Service == "" {
				field = "organisation"
			}
		}
		bad, ok = gov.Problems{{Field: field, Text: gov.PublicOf(err)}}, true
	case gov.Conflict:
		bad, ok = gov.Problems{{Field: "check", Text: gov.PublicOf(err)}}, true
	}
	if ok {
		p, err := l.exceptPage(r, bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "act", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/oversight/policies/exceptions?done=recorded")
}

func (l *Life) end(w http.ResponseWriter, r *http.Request) error {
	if err := l.DB.Write(r.Context(), func(tx *db.Tx) error { return policy.End(tx, r.PathValue("id")) }); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/oversight/policies/exceptions?done=ended")
}
