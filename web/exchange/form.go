package exchange

import (
	"context"
	"encoding/pem"
	"net/http"
	"strconv"
	"strings"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// formPage asks for an entry of the directory.
type formPage struct {
	Kind     string
	Title    gov.Text
	Lead     gov.Text
	Fields   []ui.Field
	Problems gov.Problems
}

var errKind = gov.Fail(gov.NotFound, "لا يوجد قيد من هذا النوع", "There is no entry of this kind")

// choices are what forms choose from.
type choices struct{ members, subsystems, servers, services, organisations []ui.Option }

func (e *Exchange) choices(ctx context.Context) (c choices, err error) {
	c.organisations = e.Organisations(ctx)
	err = e.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := e.Centre.Read(tx)
		for _, m := range all.Members {
			c.members = offered(c.members, m.State, m.ID.String(), m.Name)
		}
		for _, s := range all.Subsystems {
			c.subsystems = offered(c.subsystems, s.State, s.ID.String(), s.Name)
		}
		for _, s := range all.Servers {
			c.servers = offered(c.servers, s.State, s.ID.String(), gov.T(s.Address, s.Address))
		}
		for _, s := range all.Services {
			c.services = offered(c.services, s.State, s.ID.String(), nil)
		}
		return err
	})
	return c, err
}

func offered(list []ui.Option, state directory.State, id string, name gov.Text) []ui.Option {
	if state != directory.Active {
		return list
	}
	shown := "⁦" + strings.ReplaceAll(id, "/", "/\u200b") + "⁩" // it may break after a part
	text := gov.T(shown, shown)
	if name != nil {
		text = gov.T(name[gov.Arabic]+" — "+shown, name[gov.English]+" — "+shown)
	}
	return append(list, ui.Option{Value: id, Text: text})
}

// box is one line of a form; its words are named by form and field.
func box(kind, form, name string, most int) ui.Field {
	return ui.Field{Kind: kind, Name: name, Label: pages.T("exchange." + form + "." + name), MaxLength: most}
}

func hinted(f ui.Field, form string) ui.Field {
	f.Hint = pages.T("exchange." + form + "." + f.Name + ".hint")
	return f
}

func optional(f ui.Field) ui.Field { f.Optional = true; return f }

func chosen(f ui.Field, from []ui.Option) ui.Field { f.Options = from; return f }

// fields are the questions of a kind of entry.
func fields(kind string, c choices) []ui.Field {
	switch kind {
	case "member":
		return []ui.Field{
			hinted(box("short-text", "member", "class", 30), "member"), hinted(box("short-text", "member", "code", 100), "member"),
			box("short-text", "entry", "name", 200), box("short-text", "entry", "name_en", 200),
			optional(chosen(box("one-of", "member", "organisation", 0), c.organisations)),
		}
	case "subsystem":
		return []ui.Field{
			chosen(box("one-of", "entry", "member", 0), c.members), hinted(box("short-text", "subsystem", "code", 100), "subsystem"),
			box("short-text", "entry", "name", 200), box("short-text", "entry", "name_en", 200),
			optional(chosen(box("one-of", "subsystem", "server", 0), c.servers)), hinted(box("yes-no", "subsystem", "plain", 0), "subsystem"),
		}
	case "server":
		return []ui.Field{
			chosen(box("one-of", "entry", "member", 0), c.members), hinted(box("short-text", "server", "code", 100), "server"), hinted(box("short-text", "server", "address", 200), "server"),
		}
	case "service":
		return []ui.Field{
			chosen(box("one-of", "service", "subsystem", 0), c.subsystems), box("short-text", "service", "code", 100),
			hinted(box("short-text", "service", "url", 1000), "service"), optional(box("short-text", "service", "description", 1000)),
			optional(hinted(box("short-text", "service", "methods", 100), "service")), optional(hinted(box("number", "service", "timeout", 0), "service")),
			optional(hinted(box("long-text", "service", "trust", 20000), "service")),
		}
	case "right":
		return []ui.Field{
			chosen(box("one-of", "right", "client", 0), c.subsystems), chosen(box("one-of", "right", "service", 0), c.services),
			optional(hinted(box("short-text", "right", "methods", 100), "right")), optional(hinted(box("short-text", "right", "paths", 1000), "right")),
			optional(hinted(box("number", "right", "days", 0), "right")), hinted(box("yes-no", "right", "bodies", 0), "right"),
		}
	}
	return nil
}

func (e *Exchange) form(r *http.Request, bad gov.Problems) (*formPage, error) {
	kind := r.PathValue("kind")
	c, err := e.choices(r.Context())
	if err != nil {
		return nil, err
	}
	list := fields(kind, c)
	if list == nil {
		return nil, errKind
	}
	p := &formPage{Kind: kind, Title: pages.T("exchange.new." + kind), Lead: pages.T("exchange.new." + kind + ".lead"), Problems: bad}
	for _, f := range list {
		if f.Value = r.PostFormValue(f.Name); f.Value == "" && f.Kind == "yes-no" {
			f.Value = "false"
		}
		p.Fields = append(p.Fields, f)
	}
	p.Fields = marked(p.Fields, bad)
	return p, nil
}

func (e *Exchange) newForm(w http.ResponseWriter, r *http.Request) error {
	p, err := e.form(r, nil)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "form", p)
}

func (e *Exchange) register(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	put := map[string]func(*db.Tx, *http.Request) error{"member": e.putMember, "subsystem": e.putSubsystem, "server": e.putServer, "service": e.putService, "right": e.putRight}[r.PathValue("kind")]
	if put == nil {
		return errKind
	}
	err := e.DB.Write(r.Context(), func(tx *db.Tx) error { return put(tx, r) })
	if bad, ok := gov.ProblemsOf(err, "code"); ok {
		p, err := e.form(r, bad)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "form", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, ui.Path("/exchange", "done", "registered"))
}

func names(r *http.Request) gov.Text {
	return gov.Text{gov.Arabic: word(r, "name"), gov.English: word(r, "name_en")}
}

func at(r *http.Request, field string, err error) error {
	if word(r, field) == "" {
		return errChoose.At(field)
	}
	if bad, ok := gov.ProblemsOf(err, field); ok {
		return bad
	}
	return err
}

func (e *Exchange) putMember(tx *db.Tx, r *http.Request) error {
	id := xroad.ClientID{Instance: e.Centre.Instance, Class: word(r, "class"), Member: word(r, "code")}
	return e.Centre.PutMember(tx, id, names(r), gov.OrgID(word(r, "organisation")))
}

func (e *Exchange) putSubsystem(tx *db.Tx, r *http.Request) error {
	id, err := xroad.ParseClient(word(r, "member"))
	if err != nil {
		return at(r, "member", err)
	}
	id.Subsystem = word(r, "code")
	if err := e.Centre.PutSubsystem(tx, id, names(r), word(r, "plain") == "true"); err != nil || word(r, "server") == "" {
		return err
	}
	gw, err := xroad.ParseServer(word(r, "server"))
	if err != nil {
		return at(r, "server", err)
	}
	return e.Centre.Serve(tx, gw, id)
}

func (e *Exchange) putServer(tx *db.Tx, r *http.Request) error {
	m, err := xroad.ParseClient(word(r, "member"))
	if err != nil {
		return at(r, "member", err)
	}
	return e.Centre.PutServer(tx, xroad.ServerID{Instance: m.Instance, Class: m.Class, Member: m.Member, Server: word(r, "code")}, word(r, "address"))
}

// listed reads a list with commas or spaces.
func listed(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '،' })
}

var errChoose = gov.Fail(gov.Invalid, "اختر واحدًا من القائمة", "Choose one of the list")

var errNumber = gov.Fail(gov.Invalid, "اكتب عددًا صحيحًا موجبًا", "Write a positive whole number")

// counted reads a number; 0 when nothing was written.
func counted(r *http.Request, name string) (int, error) {
	s := word(r, name)
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(gov.Digits(s))
	if err != nil || n < 1 || n > 36500 {
		return 0, errNumber.At(name)
	}
	return n, nil
}

func (e *Exchange) putService(tx *db.Tx, r *http.Request) error {
	sub, err := xroad.ParseClient(word(r, "subsystem"))
	if err != nil {
		return at(r, "subsystem", err)
	}
	seconds, err := counted(r, "timeout")
	if err != nil {
		return err
	}
	s := directory.Service{ID: xroad.ServiceID{ClientID: sub, Service: word(r, "code")}, URL: word(r, "url"), Description: word(r, "description"), Methods: listed(strings.ToUpper(word(r, "methods"))),
		Timeout: directory.Milliseconds(seconds * 1000)}
	for block, rest := pem.Decode([]byte(r.PostFormValue("trust"))); block != nil; block, rest = pem.Decode(rest) {
		s.Trust = append(s.Trust, block.Bytes)
	}
	if word(r, "trust") != "" && len(s.Trust) == 0 {
		return gov.Fail(gov.Invalid, "المطلوب شهادة بترميز PEM", "A certificate in PEM is needed").At("trust")
	}
	return e.Centre.PutService(tx, s)
}

func (e *Exchange) putRight(tx *db.Tx, r *http.Request) error {
	client, err := xroad.ParseClient(word(r, "client"))
	if err != nil {
		return at(r, "client", err)
	}
	service, err := xroad.ParseService(word(r, "service"))
	if err != nil {
		return at(r, "service", err)
	}
	days, err := counted(r, "days")
	if err != nil {
		return err
	}
	g := directory.Grant{Client: client, Service: service, Methods: listed(strings.ToUpper(word(r, "methods"))), Paths: listed(word(r, "paths")), LogBodies: word(r, "bodies") == "true"}
	if days > 0 {
		g.Until = tx.Now().Add(time.Duration(days) * 24 * time.Hour)
	}
	return e.Centre.PutGrant(tx, g)
}
