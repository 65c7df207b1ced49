// Package portal is what a resident or a stranger sees: finding a service,
// applying, paying, following a case, holding and sharing documents, and
// checking somebody else's. It decides nothing: every right is checked by the
// domain, to which a stranger's request for another's case finds nothing.
package portal

import (
	"context"
	"embed"
	"net"
	"net/http"
	"strings"
	"time"

	"diwan.example/casework"
	"diwan.example/catalogue"
	"diwan.example/catalogue/cpsvap"
	"diwan.example/document/vci"
	"diwan.example/document/vp"
	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/registry"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Portal is the resident's pages. Engine, Book and Gate are needed.
type Portal struct {
	Engine *casework.Engine // with its cashier, issuer, packs, calendar and blobs
	Book   *catalogue.Book
	Gate   *identity.Gate
	// Records and Agreements are what "My data" and consents show. nil: nothing.
	Records    *registry.Book
	Agreements *agreement.Office
	// Wallets hands documents to wallets. nil: nothing is handed over.
	Wallets *vci.Office
	// Presentations ask wallets for credentials. nil: files only.
	Presentations *vp.Verifier
	// Accounts lists the sample people whom anybody may enter as; used only when
	// the gate is OneClick. nil: none.
	Accounts func(context.Context) ([]Account, error)
	// Profile says whose catalogue the open files are.
	Profile cpsvap.Profile
	// Source says where filled-in values come from; empty: the population register.
	Source gov.Text

	open openFiles
}

// Account is a sample person whom anybody may enter as.
type Account struct {
	Person gov.PersonID
	Kind   gov.Text  // "front-line officer"
	Name   gov.Text  //
	Org    gov.OrgID // acted for after entering; empty: as a resident
	Office gov.Text  // name of Org; filled in by the portal
	Home   string    // page to begin at; empty: the one asked for
}

func (p *Portal) db() *db.DB { return p.Engine.DB }

// me is the context of the person behind a request: on the portal everybody
// acts as themselves, whatever office they hold.
func me(r *http.Request) context.Context {
	a := gov.ActorFrom(r.Context())
	a.Org, a.Roles = "", nil
	if a.Channel == "" {
		a.Channel = gov.Portal
	}
	return gov.WithActor(r.Context(), a)
}

func (p *Portal) read(r *http.Request, do func(tx *db.Tx) error) error { return p.db().Read(me(r), do) }

func (p *Portal) write(r *http.Request, do func(tx *db.Tx) error) error {
	return p.db().Write(me(r), do)
}

// org is an organisation's name; its id when the catalogue does not know it.
func (p *Portal) org(ctx context.Context, id gov.OrgID) gov.Text {
	o, err := p.Book.Organisation(ctx, id)
	if err != nil {
		return gov.T(string(id), string(id))
	}
	return o.Name
}

func (p *Portal) source() gov.Text {
	if len(p.Source) == 0 {
		return pages.T("portal.source")
	}
	return p.Source
}

// from names the registry that said something.
func (p *Portal) from(h gov.Held) gov.Text {
	if p.Records == nil {
		return p.source()
	}
	d, err := p.Records.Definition(h.Registry)
	if err != nil {
		return p.source()
	}
	return d.Title
}

// client describes the far end of a request.
func client(r *http.Request) identity.Client {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return identity.Client{Address: host, Device: device(r.UserAgent()), Channel: gov.Portal}
}

// device names a browser and system as people recognise them.
func device(agent string) string {
	pick := func(names ...string) string {
		for i := 0; i+1 < len(names); i += 2 {
			if strings.Contains(agent, names[i]) {
				return names[i+1]
			}
		}
		return ""
	}
	browser := pick("Edg/", "Edge", "Firefox/", "Firefox", "OPR/", "Opera", "Chrome/", "Chrome", "Safari/", "Safari")
	system := pick("iPhone", "iPhone", "iPad", "iPad", "Android", "Android", "Windows", "Windows", "Mac OS", "macOS", "Linux", "Linux")
	return strings.Trim(browser+", "+system, ", ")
}

// formOf reads the posted form, files included. Errors: Invalid.
func formOf(r *http.Request) error {
	err := r.ParseMultipartForm(1 << 20)
	if err == nil || err == http.ErrNotMultipart {
		return nil
	}
	return gov.Fail(gov.Invalid, "تعذّرت قراءة النموذج", "The form could not be read").Because(err)
}

func (p *Portal) zone() *time.Location {
	if c := p.Engine.Calendar; c != nil && c.Zone != nil {
		return c.Zone
	}
	return time.UTC
}
