// Package desk is what officers, supervisors and counter staff use all day: the
// queue by legal deadline, the case beside its evidence, decisions one by one or
// many at once, search, money and documents of a case, and assisted entry at the
// counter. It decides nothing itself: every rule is casework's.
package desk

import (
	"cmp"
	"context"
	"embed"
	"net/http"
	"sync"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

//go:embed *.html texts.yaml
var files embed.FS

var pages = ui.MustPages(files)

// Desk is the area of the staff. Cases is needed; every other zero value works.
type Desk struct {
	Cases *casework.Engine // with its cashier, issuer, packs and calendar
	// Organisation names an organisation; nil: its id stands for it.
	Organisation func(context.Context, gov.OrgID) gov.Text
	// Closed lists the services whose counter is closed; nil: none.
	Closed func(*db.Tx) ([]gov.ServiceID, error)
	// Registry names a registry; nil: its id stands for it.
	Registry  func(gov.RegistryID) gov.Text
	StepUpFor time.Duration // how long a fresh proof lasts, as ui.Site has it; 0: 10 minutes

	refunds sync.Mutex // one refund at a time on this node: a double click pays back once
}

var (
	staff      = ui.Role(gov.Officer, gov.Supervisor)
	supervisor = ui.Role(gov.Supervisor)
	workers    = ui.Role(gov.Officer, gov.Supervisor, gov.Auditor) // an auditor finds only cases that a pack brings before them
)

// largest is the largest form with files that the desk takes.
const largest = 48 << 20

// Routes are the addresses of the desk.
func (d *Desk) Routes() []ui.Route {
	return append(append(d.taskRoutes(), d.caseRoutes()...), d.counterRoutes()...)
}

func (d *Desk) taskRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /desk", Guard: staff, Page: d.queue},
		{Pattern: "GET /desk/done", Guard: staff, Page: d.done},
		{Pattern: "GET /desk/next", Guard: staff, Page: d.next},
		{Pattern: "GET /desk/bulk", Guard: staff, Page: d.bulkForm},
		{Pattern: "POST /desk/bulk", Guard: staff.AndStepUp(), Page: d.bulk},
		{Pattern: "GET /desk/tasks/{id}", Guard: workers, Page: d.task},
		{Pattern: "POST /desk/tasks/{id}/claim", Guard: workers, Page: d.claim},
		{Pattern: "POST /desk/tasks/{id}/release", Guard: workers, Page: d.release},
		{Pattern: "POST /desk/tasks/{id}/assign", Guard: supervisor, Page: d.assign},
		{Pattern: "POST /desk/tasks/{id}/decide", Guard: workers.AndStepUp(), Page: d.decide, MaxBody: largest},
	}
}

func (d *Desk) caseRoutes() []ui.Route {
	routes := []ui.Route{
		{Pattern: "GET /desk/search", Guard: staff, Page: d.searchForm},
		{Pattern: "POST /desk/search", Guard: staff, Page: d.search},
		{Pattern: "GET /desk/cases/{id}", Guard: workers, Page: d.caseOf},
		{Pattern: "POST /desk/cases/{id}/notes", Guard: workers, Page: d.note},
		{Pattern: "GET /desk/cases/{id}/files/{blob}", Guard: workers, Page: d.file},
		{Pattern: "GET /desk/charges/{id}/refund", Guard: supervisor, Page: d.refundForm},
		{Pattern: "POST /desk/charges/{id}/refund", Guard: supervisor.AndStepUp(), Page: d.refund},
		{Pattern: "POST /desk/charges/{id}/settle", Guard: staff.AndStepUp(), Page: d.settleCharge},
		{Pattern: "GET /desk/documents/{id}/pdf", Guard: staff, Page: d.pdf},
		{Pattern: "POST /desk/documents/{id}/print", Guard: staff, Page: d.print},
		{Pattern: "GET /desk/documents/{id}/replace", Guard: staff, Page: d.replaceForm},
		{Pattern: "POST /desk/documents/{id}/replace", Guard: staff.AndStepUp(), Page: d.replace},
	}
	return append(routes, d.endRoutes()...)
}

func (d *Desk) write(r *http.Request, do func(tx *db.Tx) error) error {
	return d.Cases.DB.Write(r.Context(), do)
}

func (d *Desk) org(ctx context.Context, id gov.OrgID) gov.Text {
	if d.Organisation != nil {
		if t := d.Organisation(ctx, id); len(t) > 0 {
			return t
		}
	}
	return gov.T(string(id), string(id))
}

// from names the registry that said something.
func (d *Desk) from(h gov.Held) gov.Text {
	if d.Registry != nil {
		return d.Registry(h.Registry)
	}
	return gov.T(string(h.Registry), string(h.Registry))
}

// proved reports whether the actor may decide without proving themselves again.
func (d *Desk) proved(a gov.Actor) bool {
	return d.Cases.DB.Now().Sub(a.StepUp) <= cmp.Or(d.StepUpFor, 10*time.Minute)
}
