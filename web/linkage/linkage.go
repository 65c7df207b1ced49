// Package linkage is the pages on agreements between organisations: the public
// list of who reads what, why and until when; for organisations their own, with
// every step of their lives; for the authority what waits for it; and what is told
// of changes. A proposal can be tried on invented data before anybody decides.
package linkage

import (
	"context"
	"embed"
	"net/http"
	"slices"
	"strings"
	"time"

	"diwan.example/exchange/agreement"
	"diwan.example/exchange/event"
	"diwan.example/exchange/fetch"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/plan"
	"diwan.example/registry"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Linkage is the pages. Every field is needed.
type Linkage struct {
	DB      *db.DB
	Office  *agreement.Office
	Fetcher *fetch.Fetcher
	Broker  *event.Broker
	Records *registry.Book
	Plans   *plan.Plans

	Organisation func(context.Context, gov.OrgID) gov.Text
	Service      func(context.Context, gov.ServiceID) gov.Text
	Offered      func(context.Context, gov.OrgID) ([]ui.Option, error) // the services of an organisation
	Sample       []string                                              // civil numbers of invented people; none: nothing can be tried
}

var (
	proposers = ui.Role(gov.Owner, gov.Head)
	deciders  = ui.Role(gov.Owner, gov.Head, gov.Authority)
)

// Routes are the addresses of the pages.
func (l *Linkage) Routes() []ui.Route {
	const one = "/agreements/{agreement}"
	out := []ui.Route{
		{Pattern: "GET /agreements", Guard: ui.Anyone, Page: l.public},
		{Pattern: "GET /agreements/ours", Guard: ui.Staff, Page: l.ours},
		{Pattern: "GET /agreements/new", Guard: proposers, Page: l.proposeForm},
		{Pattern: "POST /agreements/new", Guard: proposers, Page: l.propose},
		{Pattern: "GET /agreements/events", Guard: ui.Staff, Page: l.events},
		{Pattern: "POST /agreements/events/{subscription}/stop", Guard: proposers, Page: l.unsubscribe},
		{Pattern: "POST /agreements/events/dead/{delivery}/retry", Guard: proposers, Page: l.retry},
		{Pattern: "POST /agreements/events/dead/{delivery}/discard", Guard: proposers, Page: l.discard},
		{Pattern: "GET " + one, Guard: ui.Anyone, Page: l.one},
		{Pattern: "GET " + one + "/revise", Guard: proposers, Page: l.reviseForm},
		{Pattern: "POST " + one + "/revise", Guard: proposers, Page: l.revise},
		{Pattern: "POST " + one + "/try", Guard: deciders, Page: l.try},
		{Pattern: "POST " + one + "/subscribe", Guard: proposers, Page: l.subscribe},
	}
	for _, s := range steps {
		guard := s.guard
		if s.proof {
			guard = guard.AndStepUp()
		}
		out = append(out, ui.Route{Pattern: "POST " + one + "/" + s.event, Guard: guard, Page: l.step(s)})
	}
	return out
}

// Area is this package's part of the site's navigation.
func Area() ui.Area {
	return ui.Area{Name: pages.T("linkage.area"), Home: "/agreements/ours", Also: []string{"/agreements"}, Guard: deciders, Links: []ui.Link{
		{Text: pages.T("linkage.ours"), URL: "/agreements/ours", Also: []string{"/agreements/new"}},
		{Text: pages.T("linkage.public"), URL: "/agreements"},
		{Text: pages.T("linkage.events"), URL: "/agreements/events"},
	}}
}

// line is one agreement of a list.
type line struct {
	agreement.Agreement
	ConsumerName gov.Text
	ProviderName gov.Text
	Object       gov.Text   // the registry, or the service of the exchange
	Names        []gov.Text // of the attributes
	LastDay      time.Time
}

// Tone is the colour of a state.
func (l line) Tone() string {
	switch l.State {
	case agreement.Active:
		return "good"
	case agreement.Expiring, agreement.Returned:
		return "warn"
	case agreement.Revoked, agreement.Refused:
		return "bad"
	case agreement.Proposed, agreement.Reviewed, agreement.Agreed, agreement.Approved:
		return "info"
	}
	return ""
}

// URL is the address of the agreement.
func (l line) URL() string { return "/agreements/" + string(l.ID) }

func (l *Linkage) line(ctx context.Context, x agreement.Agreement) line {
	out := line{Agreement: x, ConsumerName: l.Organisation(ctx, x.Consumer), ProviderName: l.Organisation(ctx, x.Provider), LastDay: x.Until.Add(-time.Millisecond)}
	if d, err := l.Records.Definition(x.Registry); err == nil {
		out.Object = d.Title
	} else {
		out.Object = gov.T(x.Terms.Service.String(), x.Terms.Service.String())
	}
	for _, a := range x.Attributes {
		out.Names = append(out.Names, l.label(a))
	}
	return out
}

func (l *Linkage) label(id gov.AttributeID) gov.Text {
	if a := l.Records.Vocabulary.Attribute(id); a != nil {
		return a.Label
	}
	return gov.T(string(id), string(id))
}

// publicPage is who reads what, for everybody.
type publicPage struct {
	Lines []line
	Orgs  []ui.Option
	Org   string
	Staff bool
}

// public lists the agreements in force.
func (l *Linkage) public(w http.ResponseWriter, r *http.Request) error {
	var list []agreement.Agreement
	err := l.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		list, err = agreement.List(tx, agreement.Filter{States: []agreement.State{agreement.Active, agreement.Expiring}})
		return err
	})
	p := &publicPage{Org: strings.TrimSpace(r.URL.Query().Get("org")), Staff: gov.ActorFrom(r.Context()).Staff()}
	seen := map[gov.OrgID]bool{}
	for _, x := range list {
		for _, o := range []gov.OrgID{x.Consumer, x.Provider} {
			if !seen[o] {
				seen[o] = true
				p.Orgs = append(p.Orgs, ui.Option{Value: string(o), Text: l.Organisation(r.Context(), o)})
			}
		}
		if p.Org == "" || p.Org == string(x.Consumer) || p.Org == string(x.Provider) {
			p.Lines = append(p.Lines, l.line(r.Context(), x))
		}
	}
	lang := ui.LangOf(r)
	slices.SortFunc(p.Orgs, func(a, b ui.Option) int { return strings.Compare(a.Text.In(lang), b.Text.In(lang)) })
	slices.SortStableFunc(p.Lines, func(a, b line) int { return strings.Compare(a.ConsumerName.In(lang), b.ConsumerName.In(lang)) })
	if err != nil {
		return err
	}
	return pages.Render(w, r, "public", p)
}

// oursPage is what concerns the reader.
type oursPage struct {
	Queue    []line // waits for a step of theirs
	Consumer []line
	Provider []line
	Expiring []line // of all, for the authority
	Propose  bool
	Leads    bool
}

// ours lists the agreements of the reader's organisation; for the authority what
// waits for it and what expires.
func (l *Linkage) ours(w http.ResponseWriter, r *http.Request) error {
	a := gov.ActorFrom(r.Context())
	p := &oursPage{Propose: agreement.MayPropose(a), Leads: agreement.MayReview(a)}
	var list []agreement.Agreement
	err := l.DB.Read(r.Context(), func(tx *db.Tx) (err error) { list, err = agreement.List(tx, agreement.Filter{}); return err })
	for _, x := range list {
		if waitsFor(a, x) {
			p.Queue = append(p.Queue, l.line(r.Context(), x))
		}
		if p.Leads && x.State == agreement.Expiring {
			p.Expiring = append(p.Expiring, l.line(r.Context(), x))
		}
		switch a.Org {
		case x.Consumer:
			p.Consumer = append(p.Consumer, l.line(r.Context(), x))
		case x.Provider:
			p.Provider = append(p.Provider, l.line(r.Context(), x))
		}
	}
	if err != nil {
		return err
	}
	return pages.Render(w, r, "ours", p)
}

// waitsFor reports whether the next step is the reader's.
func waitsFor(a gov.Actor, x agreement.Agreement) bool {
	switch x.State {
	case agreement.Proposed, agreement.Agreed:
		return agreement.MayReview(a)
	case agreement.Reviewed:
		return agreement.MayAgree(a, x)
	case agreement.Returned:
		return agreement.MayPropose(a) && a.Org == x.Consumer
	}
	return false
}
