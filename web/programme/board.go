package programme

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
	"diwan.example/programme/plan"
	"diwan.example/web/ui"
)

// boardPage is all plans of a year together.
type boardPage struct {
	plan.Board
	Rows      []plan.Entity // with a plan
	Absent    []plan.Entity // without one
	Proposals []proposal
	Lead      bool
	Given     int
	Chart     ui.Chart
	Capital   gov.Money
	Recurrent gov.Money
}

type proposal struct {
	plan.Proposal
	FromName, WithName gov.Text
}

// Quarters are 1 to 4.
func (boardPage) Quarters() []int { return []int{1, 2, 3, 4} }

// Share is how much of the catalogue would be online after a quarter; 0 is now.
func (v boardPage) Share(quarter int) float64 {
	if v.Coverage.Services == 0 {
		return 0
	}
	return float64(v.Coverage.After(quarter)) / float64(v.Coverage.Services)
}

func (p *Programme) board(w http.ResponseWriter, r *http.Request) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	v := boardPage{Lead: plan.MayLead(gov.ActorFrom(r.Context()))}
	if err := p.read(r, func(tx *db.Tx) (err error) { v.Board, err = p.Plans.Board(tx, year); return err }); err != nil {
		return err
	}
	for _, e := range v.Board.Sorted() {
		if e.Plan.State == "" {
			v.Absent = append(v.Absent, e)
		} else {
			v.Rows = append(v.Rows, e)
		}
	}
	for s, n := range v.States {
		if s != "" && s != plan.Draft {
			v.Given += n
		}
	}
	v.Capital, v.Recurrent = v.Sorts["capital"], v.Sorts["recurrent"]
	for _, x := range v.Board.Proposals {
		v.Proposals = append(v.Proposals, proposal{x, p.org(r.Context(), x.From), p.org(r.Context(), x.With)})
	}
	v.Chart = v.coverage()
	return pages.Render(w, r, "board", v)
}

// coverage draws how many services are online now and would be after each
// quarter, by what the number rests on.
func (v boardPage) coverage() ui.Chart {
	c := v.Coverage
	proven, running, declared, promised := ui.Series{Name: pages.T("programme.coverage.proven")}, ui.Series{Name: pages.T("programme.coverage.running")}, ui.Series{Name: pages.T("programme.coverage.declared")}, ui.Series{Name: pages.T("programme.coverage.promised")}
	out := ui.Chart{Title: pages.T("programme.coverage")}
	for q := 0; q <= 4; q++ {
		label := pages.T("programme.now")
		if q > 0 {
			label = pages.T("programme.after.quarter." + strconv.Itoa(q))
		}
		out.Labels = append(out.Labels, label)
		proven.Values = append(proven.Values, float64(c.Proven))
		running.Values = append(running.Values, float64(c.Running))
		declared.Values = append(declared.Values, float64(c.Declared))
		promised.Values = append(promised.Values, float64(c.After(q)-c.Online()))
	}
	out.Series = []ui.Series{proven, running, declared, promised}
	return out
}

// boardCSV answers the same as a file.
func (p *Programme) boardCSV(w http.ResponseWriter, r *http.Request) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	var b plan.Board
	if err := p.read(r, func(tx *db.Tx) (err error) { b, err = p.Plans.Board(tx, year); return err }); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="plans-%d.csv"`, year))
	if _, err := w.Write([]byte("\uFEFF")); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	head := []string{"رمز الجهة / entity", "الجهة / Entity (Arabic)", "الجهة بالإنجليزية / Entity", "الحال / State", "متأخرة / Late", "وعود الخدمات / Services promised",
		"الربع الأول / Q1", "الربع الثاني / Q2", "الربع الثالث / Q3", "الربع الرابع / Q4", "مثبتة / Proven", "معلنة / Declared", "فات موعدها / Overdue", "الميزانية / Budget", "مقترحات الربط / Linkages"}
	out.Write(programme.Plain(head...))
	for _, e := range b.Entities {
		line := []string{string(e.Organisation.ID), e.Organisation.Name[gov.Arabic], e.Organisation.Name[gov.English], string(e.Plan.State), strconv.FormatBool(e.Overdue || e.Plan.Late), strconv.Itoa(e.Promises)}
		for _, n := range e.Promised {
			line = append(line, strconv.Itoa(n))
		}
		line = append(line, strconv.Itoa(e.Done()), strconv.Itoa(e.Tells(plan.Declared)), strconv.Itoa(e.Tells(plan.Overdue)), p.Plans.Currency.Decimal(e.Budget), strconv.Itoa(e.Linkages))
		out.Write(programme.Plain(slices.Clone(line)...))
	}
	out.Flush()
	return out.Error()
}
