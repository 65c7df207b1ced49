package oversight

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// rowsPage are the rows of one figure.
type rowsPage struct {
	ask
	Figure programme.Figure
	Rows   []row
	Next   string
	Scope  []scope
	Places bool // some row has a place
	Ends   bool // some row has an outcome
}

type row struct {
	programme.Row
	Service, Owner, Channel, Place, Outcome gov.Text
	Code                                    string // the end of the internal id
	OursFor, TheirsFor                      lasting
}

// pageRows is how many rows a page shows.
const pageRows = 50

func (o *Oversight) rows(w http.ResponseWriter, r *http.Request) error {
	a := o.read(r)
	if len(a.Problems) > 0 {
		return gov.Fail(gov.Invalid, a.Problems[0].Text[gov.Arabic], a.Problems[0].Text[gov.English])
	}
	figure, err := programme.FigureOf(r.URL.Query().Get("figure"))
	if err != nil {
		return err
	}
	v := &rowsPage{ask: a, Figure: figure}
	var list []programme.Row
	err = o.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if v.Filter, err = programme.Scope(tx.Actor(), v.Filter); err != nil {
			return err
		}
		list, v.Next, err = programme.Rows(tx, figure.ID, v.Filter, r.URL.Query().Get("after"), pageRows)
		return err
	})
	if err != nil {
		return err
	}
	n := o.names(r.Context())
	s := overview{ask: v.ask, Own: true}
	s.narrowed(n)
	v.Scope = s.Scope
	for _, x := range list {
		v.Rows = append(v.Rows, newRow(n, x))
		v.Places, v.Ends = v.Places || x.Place != "", v.Ends || x.Outcome != ""
	}
	return pages.Render(w, r, "rows", v)
}

func newRow(n *names, x programme.Row) row {
	out := row{Row: x, Service: n.Of(programme.ByService, string(x.Service)), Owner: n.Of(programme.ByOrganisation, string(x.Organisation)),
		Channel: n.Of(programme.ByChannel, string(x.Channel)), Place: n.Of(programme.ByPlace, x.Place), Outcome: outcome(x.Outcome),
		Code: x.Subject, OursFor: last(x.Ours, 1), TheirsFor: last(x.Theirs, 1)}
	if len(x.Subject) == 26 {
		out.Code = x.Subject[18:]
	}
	return out
}

func (o *Oversight) rowsCSV(w http.ResponseWriter, r *http.Request) error {
	a := o.read(r)
	if len(a.Problems) > 0 {
		return gov.Fail(gov.Invalid, a.Problems[0].Text[gov.Arabic], a.Problems[0].Text[gov.English])
	}
	figure, err := programme.FigureOf(r.URL.Query().Get("figure"))
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s-%s-%s.csv", figure.ID, a.From, a.To)
	if figure.Now {
		name = fmt.Sprintf("%s-%s.csv", figure.ID, a.Today)
	}
	return programme.WriteCSV(r.Context(), o.DB, &download{w: w, name: name}, figure.ID, a.Filter, o.names(r.Context()).words())
}

// download sends a file. Its headers go out with the first byte, so that an
// error before it still becomes a page; a slow receiver has a minute for each
// piece rather than for the whole.
type download struct {
	w       http.ResponseWriter
	name    string
	started bool
}

// stall is how long a receiver may take nothing.
const stall = time.Minute

func (d *download) Write(b []byte) (int, error) {
	if !d.started {
		d.started = true
		h := d.w.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
		h.Set("Cache-Control", "no-store")
	}
	http.NewResponseController(d.w).SetWriteDeadline(time.Now().Add(stall)) // not every writer can; then the server's own limit holds
	return d.w.Write(b)
}

var _ io.Writer = (*download)(nil)
