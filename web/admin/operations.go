package admin

import (
	"net/http"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
	"diwan.example/notify"
	"diwan.example/web/ui"
)

func (a *Admin) operationRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/operations", Guard: operator, Page: a.operations},
		{Pattern: "POST /admin/operations/jobs/{id}/retry", Guard: operator, Page: a.retry},
		{Pattern: "GET /admin/operations/deliveries", Guard: operator, Page: a.deliveries},
		{Pattern: "GET /admin/outbox", Guard: ui.Anyone, Page: a.outbox},
	}
}

type operationsPage struct {
	Followers []follower
	Last      int64 // number of the last fact
	Jobs      []job
	Aside     int
	Done      string
}

// follower is how far a follower has come.
type follower struct {
	journal.Progress
	Behind int64
}

// job is work that waits; Late when it is due for more than a minute.
type job struct {
	jobs.Waiting
	Late bool
}

// operations shows what goes on in the background, and what does not.
func (a *Admin) operations(w http.ResponseWriter, r *http.Request) error {
	p := operationsPage{Done: done(r)}
	err := a.read(r, func(tx *db.Tx) error {
		all, last, err := journal.Followed(tx)
		if err != nil {
			return err
		}
		p.Last = last
		for _, f := range all {
			p.Followers = append(p.Followers, follower{f, max(last-f.Seq, 0)})
		}
		list, err := jobs.List(tx, 200)
		for _, j := range list {
			if j.Dead {
				p.Aside++
			}
			p.Jobs = append(p.Jobs, job{j, !j.Dead && j.At.Before(tx.Now().Add(-time.Minute))})
		}
		return err
	})
	if err != nil {
		return err
	}
	if !wants(r) {
		return pages.Render(w, r, "operations", p)
	}
	s := sheet{name: "jobs", heads: []gov.Text{pages.T("admin.job"), pages.T("admin.due"), pages.T("admin.tries"), pages.T("admin.trouble")}}
	for _, j := range p.Jobs {
		s.rows = append(s.rows, []any{j.Kind, stamp(j.At), j.Attempt, j.Trouble})
	}
	return s.send(w, r)
}

// retry takes a job up again; doing it twice does no harm.
func (a *Admin) retry(w http.ResponseWriter, r *http.Request) error {
	err := a.write(r, func(tx *db.Tx) error { return jobs.Retry(tx, r.PathValue("id")) })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/operations?done=retried#jobs")
}

type deliveriesPage struct {
	Message string
	Rows    []notify.Delivered
}

// deliveries shows by which ways a message left, by the message's number.
func (a *Admin) deliveries(w http.ResponseWriter, r *http.Request) error {
	p := deliveriesPage{Message: shortened(r.URL.Query().Get("message"))}
	if p.Message != "" {
		err := a.read(r, func(tx *db.Tx) (err error) { p.Rows, err = notify.DeliveriesOf(tx, p.Message); return err })
		if err != nil {
			return err
		}
	}
	return pages.Render(w, r, "deliveries", p)
}

// outbox shows the messages that a sample keeps instead of sending them. Without
// one-click accounts there is no such page, for anybody.
func (a *Admin) outbox(w http.ResponseWriter, r *http.Request) error {
	if !a.OneClick {
		return errNoPage
	}
	var list []notify.Kept
	err := a.read(r, func(tx *db.Tx) (err error) { list, err = notify.Outgoing(tx, 15); return err })
	if err != nil {
		return err
	}
	return pages.Render(w, r, "outbox", list)
}
