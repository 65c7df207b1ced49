package exchange

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

type serverPage struct {
	gatewayLine
	May          bool
	Certificates []directory.Certificate
	Chart        ui.Chart
	Findings     []directory.Finding // nil: not asked
	Token        string              // made just now; shown once
	Fields       []ui.Field          // of maintenance
	Problems     gov.Problems
	Centre       string
	Done         string
}

// Call is the command with which the gateway begins, when it was just invited.
func (p *serverPage) Call() string {
	return "diwan serve --only gateway --exchange-dir gateway --anchor anchor.json --token " + p.Token
}

func (e *Exchange) serverID(r *http.Request) xroad.ServerID {
	return xroad.ServerID{Instance: e.Centre.Instance, Class: r.PathValue("class"), Member: r.PathValue("member"), Server: r.PathValue("server")}
}

var errNoServer = gov.Fail(gov.NotFound, "لا توجد بوابة بهذا المعرّف", "There is no such gateway")

func (e *Exchange) serverPage(r *http.Request) (*serverPage, error) {
	id := e.serverID(r)
	p := &serverPage{May: directory.MayManage(gov.ActorFrom(r.Context())), Done: asked(r, "done"), Fields: maintenanceFields(r, nil), Centre: e.Centre.Origin}
	err := e.DB.Read(r.Context(), func(tx *db.Tx) error {
		all, err := e.Centre.Read(tx)
		if err != nil {
			return err
		}
		s, ok := all.Server(id)
		if !ok {
			return errNoServer
		}
		p.gatewayLine, p.Certificates = lineOf(&all, s, tx.Now()), all.CertificatesOf(id.String())
		days, err := e.Centre.Traffic(tx, id, 14)
		p.Chart, _ = chartOf(days, tx.Now())
		return err
	})
	return p, err
}

func (e *Exchange) server(w http.ResponseWriter, r *http.Request) error {
	p, err := e.serverPage(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "server", p)
}

// diagnose looks at the gateway's hops now and shows what it found.
func (e *Exchange) diagnose(w http.ResponseWriter, r *http.Request) error {
	p, err := e.serverPage(r)
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(r.Context(), 30*time.Second)
	defer stop()
	p.Findings = e.Diagnose(ctx, p.ID)
	return pages.Render(w, r, "server", p)
}

// token makes a one-time token and shows it this once.
func (e *Exchange) token(w http.ResponseWriter, r *http.Request) error {
	p, err := e.serverPage(r)
	if err != nil {
		return err
	}
	err = e.DB.Write(r.Context(), func(tx *db.Tx) (err error) { p.Token, err = e.Centre.Ticket(tx, p.ID); return err })
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return pages.Render(w, r, "server", p)
}

func maintenanceFields(r *http.Request, bad gov.Problems) []ui.Field {
	return marked([]ui.Field{
		{Kind: "short-text", Name: "notice", Label: pages.T("exchange.notice.ar"), MaxLength: 300, Value: r.PostFormValue("notice")},
		{Kind: "short-text", Name: "notice_en", Label: pages.T("exchange.notice.en"), MaxLength: 300, Value: r.PostFormValue("notice_en")},
		{Kind: "number", Name: "hours", Label: pages.T("exchange.hours"), Hint: pages.T("exchange.hours.hint"), Optional: true, Min: "1", Max: "720", Value: r.PostFormValue("hours")},
	}, bad)
}

func (e *Exchange) maintain(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	id, done := e.serverID(r), "maintained"
	err := e.DB.Write(r.Context(), func(tx *db.Tx) error {
		if r.PostForm.Get("off") != "" {
			done = "working"
			return e.Centre.Maintain(tx, id, nil)
		}
		m := &directory.Maintenance{From: tx.Now(), Notice: gov.Text{gov.Arabic: word(r, "notice"), gov.English: word(r, "notice_en")}}
		if h := word(r, "hours"); h != "" {
			n, err := strconv.Atoi(gov.Digits(h))
			if err != nil || n < 1 || n > 720 {
				return errHours
			}
			m.Until = tx.Now().Add(time.Duration(n) * time.Hour)
		}
		return e.Centre.Maintain(tx, id, m)
	})
	if bad, ok := gov.ProblemsOf(err, "notice"); ok {
		p, err := e.serverPage(r)
		if err != nil {
			return err
		}
		p.Fields, p.Problems = maintenanceFields(r, bad), bad
		return pages.RenderInvalid(w, r, "server", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, ui.Path(pathOf(id), "done", done))
}

var errHours = gov.Fail(gov.Invalid, "عدد الساعات من 1 إلى 720", "The number of hours is from 1 to 720").At("hours")

// word reads an answer of a form.
func word(r *http.Request, name string) string {
	s, _ := gov.CleanText(strings.TrimSpace(r.PostFormValue(name)))
	return s
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

type messagesPage struct {
	ID    string
	Found []*messagelog.Record
	Asked bool
}

// messages finds what the logs of this machine's gateways hold of one exchange:
// who, what, when and which digests; neither address nor body.
func (e *Exchange) messages(w http.ResponseWriter, r *http.Request) error {
	p := &messagesPage{ID: asked(r, "id")}
	p.Asked = p.ID != ""
	if p.Asked {
		for _, f := range e.Logs() {
			list, err := f.Find(p.ID)
			if err != nil && gov.KindOf(err) != gov.NotFound {
				return err
			}
			p.Found = append(p.Found, list...)
		}
	}
	return pages.Render(w, r, "messages", p)
}
