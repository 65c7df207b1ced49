package papers

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"diwan.example/document"
	"diwan.example/document/archive"
	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// standing is where one entity, or the country, stands, in words.
type standing struct {
	inventory.Standing
	Name   gov.Text
	Papers int64 // old papers that can be checked
	Next   gov.Text
	URL    string // of what is to be decided next
}

// Of is how many types are in a state.
func (s standing) Of(state string) int { return s.Types[inventory.State(state)] }

// Said is how many documents the entity says it issued in a form.
func (s standing) Said(form string) int64 { return s.Declared[inventory.State(form)] }

// Uses are how often what it issued was put to use here.
func (s standing) Uses() []usedFigure {
	q := url.Values{}
	if s.Organisation != "" {
		q.Set("org", string(s.Organisation))
	}
	return usedFigures(s.Used, q)
}

// Says reports whether the entity declared anything for a form.
func (s standing) Says(form string) bool {
	_, ok := s.Declared[inventory.State(form)]
	return ok
}

type progressPage struct {
	All      standing
	Entities []standing
	Unforced []typeLine
	Bars     ui.Chart
}

// progress is the one page for committees: true numbers and what is to be decided.
func (p *Papers) progress(w http.ResponseWriter, r *http.Request) error {
	a := gov.ActorFrom(r.Context())
	if !seesAll(a) {
		return ui.Redirect(w, r, "/document-types/of/"+string(a.Org))
	}
	data := progressPage{}
	err := p.read(r, func(tx *db.Tx) error {
		all, err := inventory.Progress(tx)
		if err != nil {
			return err
		}
		data = progressPage{}
		for n, s := range all {
			figures, err := archive.Figures(tx, s.Organisation)
			if err != nil {
				return err
			}
			x := p.standing(r, s, figures)
			if n == 0 {
				data.All = x
				continue
			}
			data.Entities = append(data.Entities, x)
		}
		for _, l := range data.All.Lines {
			if l.Unforced() {
				data.Unforced = append(data.Unforced, p.typeLine(r, l))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	data.Bars = chart(data.All)
	return pages.Render(w, r, "progress", data)
}

func chart(s standing) ui.Chart {
	c := ui.Chart{Title: pages.T("papers.states"), Series: []ui.Series{{Name: pages.T("papers.types")}}}
	for _, state := range inventory.States {
		c.Labels = append(c.Labels, state.Label())
		c.Links = append(c.Links, "/document-types/list?state="+string(state))
		c.Series[0].Values = append(c.Series[0].Values, float64(s.Types[state]))
	}
	return c
}

func (p *Papers) standing(r *http.Request, s inventory.Standing, figures map[string]archive.Figure) standing {
	x := standing{Standing: s}
	if s.Organisation != "" {
		x.Name = p.Organisation(r.Context(), s.Organisation)
	}
	for _, f := range figures {
		x.Papers += f.Papers
	}
	org := ""
	if s.Organisation != "" {
		org = "&org=" + string(s.Organisation)
	}
	switch {
	case s.Unforced > 0:
		x.Next, x.URL = pages.T("papers.next.force", s.Unforced), "/document-types/list?force=missing"+org
	case s.Types[inventory.Paper] > 0:
		x.Next, x.URL = pages.T("papers.next.paper", s.Types[inventory.Paper]), "/document-types/list?state=paper"+org
	case s.Types[inventory.Both] > 0:
		x.Next, x.URL = pages.T("papers.next.both", s.Types[inventory.Both]), "/document-types/list?state=both"+org
	case s.Unlisted > 0:
		x.Next, x.URL = pages.T("papers.next.unlisted", s.Unlisted), "/document-types/of/"+string(s.Organisation)
	default:
		x.Next = pages.T("papers.next.none")
	}
	return x
}

// typeLine is one type in a list.
type typeLine struct {
	inventory.Line
	Org gov.Text
	Tag struct {
		Text gov.Text
		Tone string
	}
}

// Said is how many documents the entity says it issued in a form.
func (l typeLine) Said(form string) int64 { return l.Declared[inventory.State(form)] }

// Uses are how often documents of the type were put to use here.
func (l typeLine) Uses() []usedFigure { return usedFigures(l.Used, url.Values{"type": {l.ID}}) }

// Says reports whether the entity declared a figure for a form.
func (l typeLine) Says(form string) bool {
	_, ok := l.Declared[inventory.State(form)]
	return ok
}

func (p *Papers) typeLine(r *http.Request, l inventory.Line) typeLine {
	x := typeLine{Line: l, Org: p.Organisation(r.Context(), l.Organisation)}
	x.Tag.Text, x.Tag.Tone = l.State.Label(), tones[l.State]
	return x
}

type listPage struct {
	Org    gov.OrgID
	Name   gov.Text
	State  string
	Force  string
	Lines  []typeLine
	States []ui.Option
	Query  string // of the same list as CSV
}

// listed are the types that an address asks for.
func (p *Papers) listed(r *http.Request) (data listPage, err error) {
	q := r.URL.Query()
	if data.Org, err = scope(r, q.Get("org")); err != nil {
		return data, err
	}
	data.State, data.Force = q.Get("state"), q.Get("force")
	if data.State != "" && data.State != "given" && !slices.Contains(inventory.States, inventory.State(data.State)) || data.Force != "" && data.Force != "missing" {
		return data, errAbsent
	}
	if data.Org != "" {
		data.Name = p.Organisation(r.Context(), data.Org)
	}
	err = p.read(r, func(tx *db.Tx) error {
		all, err := inventory.Lines(tx, data.Org)
		data.Lines = nil
		for _, l := range all {
			if (data.State == "" || string(l.State) == data.State || data.State == "given" && (l.State == inventory.Both || l.State == inventory.Electronic)) && (data.Force == "" || l.Unforced()) {
				data.Lines = append(data.Lines, p.typeLine(r, l))
			}
		}
		return err
	})
	return data, err
}

func (p *Papers) list(w http.ResponseWriter, r *http.Request) error {
	data, err := p.listed(r)
	if err != nil {
		return err
	}
	data.Query = "/document-types/list.csv"
	if r.URL.RawQuery != "" {
		data.Query += "?" + r.URL.RawQuery
	}
	return pages.Render(w, r, "list", data)
}

// csv is the same list as a file, each figure in a column of its own kind.
func (p *Papers) csv(w http.ResponseWriter, r *http.Request) error {
	data, err := p.listed(r)
	if err != nil {
		return err
	}
	head := []string{"id"}
	for _, k := range []string{"papers.col.entity", "papers.name", "papers.state", "papers.since", "papers.force", "papers.issued", "papers.said.paper", "papers.said.electronic", "papers.year"} {
		head = append(head, pages.T(k).In(ui.LangOf(r)))
	}
	lang := ui.LangOf(r)
	for _, u := range document.Uses {
		head = append(head, useNames[u].In(lang))
	}
	rows := [][]string{head}
	for _, l := range data.Lines {
		force := ""
		if l.Legal.Named() {
			force = l.Legal.Cited().In(lang)
		}
		year := ""
		if l.Year > 0 {
			year = strconv.Itoa(l.Year)
		}
		cells := []string{l.ID, l.Org.In(lang), l.Name.In(lang), l.State.Label().In(lang), l.Since, force,
			strconv.FormatInt(l.Issued, 10), strconv.FormatInt(l.Said("paper"), 10), strconv.FormatInt(l.Said("electronic"), 10), year}
		for _, u := range document.Uses {
			cells = append(cells, strconv.FormatInt(l.Used[u], 10))
		}
		rows = append(rows, cells)
	}
	return sendCSV(w, "document-types.csv", rows)
}

// harmless keeps a spreadsheet from taking a cell for a formula.
func harmless(s string) string {
	if s != "" && slices.Contains([]byte("=+-@\t\r"), s[0]) {
		return "'" + s
	}
	return s
}

type entityPage struct {
	standing
	Rows     []typeLine
	Unlisted []unlisted
	May      bool // write
	Papers   int64
}

type unlisted struct {
	inventory.Unlinked
	ServiceName gov.Text
}

// entity is one entity's register, and what its services give that is not in it.
func (p *Papers) entity(w http.ResponseWriter, r *http.Request) error {
	org, err := scope(r, r.PathValue("org"))
	if err != nil {
		return err
	}
	name := p.Organisation(r.Context(), org)
	data := entityPage{May: inventory.MayWrite(gov.ActorFrom(r.Context()), org)}
	err = p.read(r, func(tx *db.Tx) error {
		lines, err := inventory.Lines(tx, org)
		if err != nil {
			return err
		}
		data.Rows, data.Unlisted = nil, nil
		s := inventory.Standing{Organisation: org, Types: map[inventory.State]int{}, Used: map[document.Use]int64{}}
		for _, l := range lines {
			data.Rows = append(data.Rows, p.typeLine(r, l))
			s.Types[l.State]++
			s.Issued += l.Issued
			for use, n := range l.Used {
				s.Used[use] += n
			}
			if l.Unforced() {
				s.Unforced++
			}
		}
		free, err := inventory.Unlisted(tx, org)
		if err != nil {
			return err
		}
		for _, u := range free {
			data.Unlisted = append(data.Unlisted, unlisted{u, p.Service(r.Context(), u.Service)})
		}
		s.Unlisted = len(free)
		figures, err := archive.Figures(tx, org)
		data.standing = p.standing(r, s, figures)
		data.Papers = data.standing.Papers
		return err
	})
	if err != nil {
		return err
	}
	data.Name = name
	return pages.Render(w, r, "entity", data)
}

// dayOf reads a stored day for pages.
func dayOf(s string) time.Time {
	t, _ := time.Parse(time.DateOnly, s)
	return t
}
