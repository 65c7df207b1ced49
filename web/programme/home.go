package programme

import (
	"cmp"
	"net/http"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/programme/plan"
	"diwan.example/web/ui"
)

// homePage lists the cycles.
type homePage struct {
	Rows     []homeRow
	Lead     bool
	Org      gov.OrgID // whose own plans are shown; empty: nobody's
	Owner    gov.Text
	Fields   []ui.Field // for a new cycle
	Problems gov.Problems
}

// homeRow is one cycle, and the reader's own plan in it.
type homeRow struct {
	plan.Cycle
	Plan     plan.Plan
	Deadline string
	Open     bool // the own plan may be begun
}

func (p *Programme) home(w http.ResponseWriter, r *http.Request) error {
	return p.showHome(w, r, http.StatusOK, "", nil)
}

func (p *Programme) showHome(w http.ResponseWriter, r *http.Request, status int, typed string, problems gov.Problems) error {
	me := gov.ActorFrom(r.Context())
	v := homePage{Lead: plan.MayLead(me), Problems: problems}
	if plan.MayWrite(me, me.Org) {
		v.Org, v.Owner = me.Org, p.Organisation(r.Context(), me.Org)
	}
	err := p.read(r, func(tx *db.Tx) error {
		list, err := p.Plans.Cycles(tx)
		if err != nil {
			return err
		}
		next := tx.Now().In(p.Plans.Zone).Year() + 1
		if len(list) > 0 {
			next = list[0].Year + 1
		}
		v.Fields = p.fields(yearQuestion, form.Answers{"year": cmp.Or(typed, strconv.Itoa(next))}, problems)
		for _, c := range list {
			row, err := p.homeRow(tx, c, v.Org)
			if err != nil {
				return err
			}
			v.Rows = append(v.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return pages.RenderStatus(w, r, status, "home", v)
}

func (p *Programme) homeRow(tx *db.Tx, c plan.Cycle, org gov.OrgID) (homeRow, error) {
	row := homeRow{Cycle: c, Deadline: c.Due.String()}
	if org == "" {
		return row, nil
	}
	x, err := p.Plans.Find(tx, c.Year, org)
	if gov.KindOf(err) == gov.NotFound {
		row.Open = c.State == plan.CycleOpen
		return row, nil
	}
	row.Plan, row.Deadline = x, x.Deadline(c).String()
	return row, err
}

var yearQuestion = []form.Question{{Name: "year", Kind: form.ShortText, MaxLength: 4, Label: pages.T("programme.year")}}

// makeCycle begins the cycle of a year.
func (p *Programme) makeCycle(w http.ResponseWriter, r *http.Request) error {
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	year, _ := strconv.Atoi(gov.Digits(r.PostForm.Get("year")))
	err := p.change(r, func(tx *db.Tx) error { _, err := p.Plans.Make(tx, year); return err })
	if list, ok := refused(err, "year"); ok {
		return p.showHome(w, r, http.StatusUnprocessableEntity, r.PostForm.Get("year"), list)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/programme/cycles/"+strconv.Itoa(year))
}
