// Package admin is where an installation is run: people and their roles, service
// packs, issuing keys, money that does not agree, jobs and followers, the journal
// for auditors, and the tokens and webhooks of organisations. Every rule is the
// domain's; here stand the guards, and what each role may see.
package admin

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"time"

	"diwan.example/casework"
	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal/unusual"
	"diwan.example/notify"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Tried is an example of a pack that was run. Wrong says what did not come out as
// promised; empty: all of it did.
type Tried struct{ Name, Wrong string }

// Admin is the area of those who run the installation. All fields are needed
// except those that say so.
type Admin struct {
	Cases   *casework.Engine // with its packs, cashier and issuer
	Gate    *identity.Gate
	Office  *notify.Office
	Country *country.Country
	Book    *catalogue.Book
	// Draft makes a pack's files of a service in the catalogue.
	Draft func(ctx context.Context, id gov.ServiceID) (map[string]string, error)
	// Try runs a pack's examples on a platform that is thrown away and says what
	// came of each. nil: nothing is tried before publishing.
	Try func(ctx context.Context, p *pack.Pack) ([]Tried, error)
	// Publish puts a pack's files into force and says so in the catalogue.
	Publish func(ctx context.Context, files map[string]string) error
	// Watch finds unusual reading.
	Watch    *unusual.Watch
	Scopes   []ui.Option // what API tokens may do
	OneClick bool        // a sample is tried: everybody may read the outbox
}

var (
	anyRole   = ui.Role(gov.Operator, gov.Owner, gov.Head, gov.Auditor)
	people    = ui.Role(gov.Operator, gov.Head)
	operator  = ui.Role(gov.Operator)
	auditor   = ui.Role(gov.Auditor)
	readers   = ui.Role(gov.Operator, gov.Auditor)
	packsSeen = ui.Role(gov.Operator, gov.Owner, gov.Head, gov.Auditor)
	owner     = ui.Role(gov.Operator, gov.Owner)
	machines  = ui.Role(gov.Operator, gov.Owner, gov.Head)
)

// Routes are the addresses of the area.
func (a *Admin) Routes() []ui.Route {
	all := []ui.Route{{Pattern: "GET /admin", Guard: anyRole, Page: a.home}}
	for _, more := range [][]ui.Route{a.peopleRoutes(), a.packRoutes(), a.keyRoutes(), a.moneyRoutes(), a.operationRoutes(), a.auditRoutes(), a.unusualRoutes(), a.delayRoutes(), a.machineRoutes()} {
		all = append(all, more...)
	}
	return all
}

func (a *Admin) read(r *http.Request, do func(tx *db.Tx) error) error {
	return a.Cases.DB.Read(r.Context(), do)
}

func (a *Admin) write(r *http.Request, do func(tx *db.Tx) error) error {
	return a.Cases.DB.Write(r.Context(), do)
}

// org names an organisation; its id stands for one that neither the country nor
// the catalogue knows.
func (a *Admin) org(id gov.OrgID) gov.Text {
	if o := a.Country.Organisation(id); o != nil {
		return o.Name
	}
	if o, err := a.Book.Organisation(context.Background(), id); err == nil {
		return o.Name
	}
	return gov.T(string(id), string(id))
}

// knows reports whether the country or the catalogue has an organisation.
func (a *Admin) knows(id gov.OrgID) bool {
	return a.Country.Organisation(id) != nil || a.Book.Knows(id)
}

// organisations are the choices of a list of organisations: those of the country,
// then those that came with a catalogue.
func (a *Admin) organisations() (out []ui.Option) {
	for _, o := range a.Country.Organisations {
		out = append(out, ui.Option{Value: string(o.ID), Text: o.Name})
	}
	more, err := a.Book.Organisations(context.Background())
	if err != nil {
		return out // the country's can still be chosen
	}
	for _, o := range more {
		if a.Country.Organisation(o.ID) == nil {
			out = append(out, ui.Option{Value: string(o.ID), Text: o.Name})
		}
	}
	return out
}

// date reads a day as local midnight; zero when nothing was given.
func (a *Admin) date(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, s, cmp.Or(a.Country.Calendar.Zone, time.UTC))
	if err != nil {
		return t, gov.Fail(gov.Invalid, "لا يوجد تاريخ كهذا؛ راجع اليوم والشهر والسنة", "There is no such date; check day, month and year")
	}
	return t, nil
}

// form is a page that asks: fields with what was typed, and what is wrong.
type form struct {
	Fields   []ui.Field
	Problems gov.Problems
}

func (a *Admin) filled(fields []ui.Field, answers map[string]any, wrong gov.Problems) form {
	return form{ui.Fill(fields, answers, wrong, a.Country.Currency), wrong}
}

var errNoPage = gov.Fail(gov.NotFound, "لا توجد صفحة بهذا العنوان", "There is no page at this address")

// confirmation is a page that asks once more before something is done.
type confirmation struct {
	Title, Text, Yes gov.Text
	Back             string
	Look             string
	Keep             []ui.Field
}

func confirm(w http.ResponseWriter, r *http.Request, c confirmation) error {
	return pages.Render(w, r, "confirm", c)
}
