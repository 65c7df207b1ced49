package life

import (
	"net/http"
	"slices"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/lifecycle"
	"diwan.example/web/ui"
)

// stagesPage is how many services stand at each stage, and those of one stage.
type stagesPage struct {
	asOf
	Org    gov.OrgID
	Own    bool // the reader sees one organisation only
	Owner  gov.Text
	Orgs   []catalogue.Organisation
	Stage  lifecycle.Stage // "" for none chosen
	Chart  ui.Chart
	Stages []stageLine
	List   []placeLine
	Next   string
	Total  int
}

type stageLine struct {
	Stage            lifecycle.Stage
	Name             gov.Text
	Proven, Declared int
	URL              string
}

// placeLine is one service of a stage.
type placeLine struct {
	lifecycle.Place
	Name, Owner gov.Text
	Missing     []gov.Text // what the next stage wants; only now
}

// pageRows is how many services a page shows.
const pageRows = 50

// placed reads where services stood for what an address asks.
func (l *Life) placed(r *http.Request, more func(tx *db.Tx, p *stagesPage, list []lifecycle.Place) error) (*stagesPage, []lifecycle.Place, error) {
	p := &stagesPage{asOf: l.asked(r), Org: gov.OrgID(clean(r, "org")), Stage: lifecycle.Stage(clean(r, "stage")), Own: !sees(gov.ActorFrom(r.Context()))}
	if p.Stage != "" && p.Stage.Rank() < 0 {
		return nil, nil, gov.Fail(gov.NotFound, "لا توجد مرحلة بهذا الاسم", "There is no stage of this name")
	}
	var list []lifecycle.Place
	err := l.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if p.Org, err = scope(tx, p.Org); err != nil {
			return err
		}
		if list, err = lifecycle.At(tx, p.At, p.Org); err != nil {
			return err
		}
		return more(tx, p, list)
	})
	return p, list, err
}

func (l *Life) stages(w http.ResponseWriter, r *http.Request) error {
	p, list, err := l.placed(r, func(tx *db.Tx, p *stagesPage, list []lifecycle.Place) error { return l.backlog(r, tx, p, list) })
	if err != nil {
		return err
	}
	if p.Orgs, err = l.Book.Organisations(r.Context()); err != nil {
		return err
	}
	p.Total = len(list)
	if p.Org != "" {
		p.Owner = l.org(r.Context(), p.Org)
	}
	l.draw(p, list)
	if len(p.Wrong) > 0 {
		return pages.RenderInvalid(w, r, "stages", p)
	}
	return pages.Render(w, r, "stages", p)
}

// draw makes the chart of stages and its table.
func (l *Life) draw(p *stagesPage, list []lifecycle.Place) {
	counts := lifecycle.Counts(list)
	proven, declared := ui.Series{Name: pages.T("life.proven")}, ui.Series{Name: pages.T("life.declared")}
	p.Chart.Title = pages.T("life.stages.chart")
	for _, s := range lifecycle.Stages {
		x := stageLine{Stage: s, Name: s.Name(), Proven: counts[s][lifecycle.Proven], Declared: counts[s][lifecycle.Declared]}
		x.URL = ui.Path("/oversight/stages", "org", string(p.Org), "at", p.Day, "stage", string(s))
		p.Stages = append(p.Stages, x)
		p.Chart.Labels, p.Chart.Links = append(p.Chart.Labels, x.Name), append(p.Chart.Links, x.URL)
		proven.Values, declared.Values = append(proven.Values, float64(x.Proven)), append(declared.Values, float64(x.Declared))
	}
	p.Chart.Series = []ui.Series{proven, declared}
}

// backlog lists the services of the chosen stage, the longest standing first, and
// what each still lacks.
func (l *Life) backlog(r *http.Request, tx *db.Tx, p *stagesPage, list []lifecycle.Place) error {
	if p.Stage == "" {
		return nil
	}
	known, err := names(tx)
	if err != nil {
		return err
	}
	after := clean(r, "after")
	var ids []gov.ServiceID
	for _, x := range list { // they come by id
		if x.Stage != p.Stage || string(x.Service) <= after {
			continue
		}
		if len(p.List) == pageRows {
			p.Next = string(p.List[pageRows-1].Service)
			break
		}
		p.List = append(p.List, placeLine{Place: x, Name: nameOf(known, x.Service), Owner: l.org(r.Context(), x.Organisation)})
		ids = append(ids, x.Service)
	}
	if p.Past() || len(ids) == 0 {
		return nil
	}
	records, err := l.Cycle.Records(tx, ids...)
	if err != nil {
		return err
	}
	for i := range records {
		st, err := lifecycle.Assess(tx.Context(), &records[i])
		if err != nil {
			return err
		}
		at := slices.Index(ids, records[i].Entry.ID)
		for _, h := range st.Missing() {
			p.List[at].Missing = append(p.List[at].Missing, h.Name)
		}
	}
	return nil
}

func nameOf(known map[gov.ServiceID]catalogue.Service, id gov.ServiceID) gov.Text {
	if s, ok := known[id]; ok {
		return s.Name
	}
	return gov.T(string(id), string(id))
}

// File is the address of all services as a file.
func (p *stagesPage) File() string {
	return ui.Path("/oversight/stages.csv", "org", string(p.Org), "at", p.Day)
}

// StageName is the chosen stage in words.
func (p *stagesPage) StageName() gov.Text { return p.Stage.Name() }

func (l *Life) stagesCSV(w http.ResponseWriter, r *http.Request) error {
	var known map[gov.ServiceID]catalogue.Service
	p, list, err := l.placed(r, func(tx *db.Tx, _ *stagesPage, _ []lifecycle.Place) (err error) { known, err = names(tx); return err })
	if err != nil {
		return err
	}
	if len(p.Wrong) > 0 {
		return gov.Fail(gov.Invalid, p.Wrong[gov.Arabic], p.Wrong[gov.English]).At("at")
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="stages.csv"`)
	h.Set("Cache-Control", "no-store")
	return l.Cycle.WriteCSV(w, list, lifecycle.Words{
		Service:      func(id gov.ServiceID) gov.Text { return nameOf(known, id) },
		Organisation: func(id gov.OrgID) gov.Text { return l.org(r.Context(), id) },
	})
}
