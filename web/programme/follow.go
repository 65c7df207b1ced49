package programme

import (
	"net/http"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/programme/plan"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// followPage is what became of a plan so far.
type followPage struct {
	top
	Results  []plan.Result
	Counts   map[plan.Outcome]int
	Reports  []report
	Closing  report
	Whole    bool // the closing report lacks nothing
	Problems gov.Problems
}

// report is a quarter's report as it is read.
type report struct {
	plan.Report
	Lines []cell
	Who   gov.Text
}

// Number is how many promises came out so.
func (v followPage) Number(o string) int { return v.Counts[plan.Outcome(o)] }

// Promised is how many services are promised.
func (v followPage) Promised() int { return len(v.Results) }

// Proven is how many promises were kept by proof.
func (v followPage) Proven() int {
	return v.Counts[plan.Before] + v.Counts[plan.Proven] + v.Counts[plan.Late]
}

func (p *Programme) follow(w http.ResponseWriter, r *http.Request) error {
	return p.showFollow(w, r, http.StatusOK, nil)
}

func (p *Programme) showFollow(w http.ResponseWriter, r *http.Request, status int, problems gov.Problems) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	v := followPage{Problems: problems}
	err = p.read(r, func(tx *db.Tx) (err error) {
		if v.top, err = p.topOf(tx, r, x, "follow"); err != nil {
			return err
		}
		_, list, err := p.Plans.Reports(tx, x.Year, x.Org)
		if err != nil {
			return err
		}
		if v.Results, err = p.Plans.Progress(tx, x.Year, x.Org); err != nil {
			return err
		}
		v.Counts = plan.Count(v.Results)
		return v.read(tx, list)
	})
	if err != nil {
		return err
	}
	return pages.RenderStatus(w, r, status, "follow", v)
}

// read puts the reports in words.
func (v *followPage) read(tx *db.Tx, list []plan.Report) error {
	var people []gov.PersonID
	for _, x := range list {
		people = append(people, x.Author)
	}
	called, err := names(tx, people...)
	for _, x := range list {
		out := report{Report: x, Who: called[x.Author]}
		for _, q := range x.Questions {
			if c := reportCell(q, x.Answers); c.Value != nil {
				out.Lines = append(out.Lines, c)
			}
		}
		if x.Part == plan.Closing {
			v.Closing, v.Whole = out, len(x.Missing) == 0
		} else {
			v.Reports = append(v.Reports, out)
		}
	}
	return err
}

// reportCell is one answer of a report; of many choices, their labels.
func reportCell(q form.Question, a form.Answers) cell {
	if q.Kind != form.ManyOf {
		return cellOf(q, a)
	}
	c := cell{Label: q.Label, Long: true}
	words := gov.Text{}
	for _, v := range listOf(a[q.Name]) {
		for _, o := range q.Options {
			if o.Value != v {
				continue
			}
			for l, s := range o.Label {
				if words[l] != "" {
					words[l] += "\n"
				}
				words[l] += s
			}
		}
	}
	if len(words) > 0 {
		c.Value = words
	}
	return c
}

func listOf(v any) (out []string) {
	switch list := v.(type) {
	case []string:
		return list
	case []any:
		for _, x := range list {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
	}
	return out
}

// reportPage is a report being written.
type reportPage struct {
	top
	Part     int
	Results  []plan.Result // what the records say, beside the narrative
	Fields   []ui.Field
	Problems gov.Problems
	Saves    int
	Changed  bool
}

// partOf reads the part of the year in an address: 1 to 4, or "closing".
func partOf(r *http.Request) int {
	if r.PathValue("part") == "closing" {
		return plan.Closing
	}
	n, err := strconv.Atoi(r.PathValue("part"))
	if err != nil || n < 1 {
		return -1
	}
	return n
}

func (p *Programme) reportOf(tx *db.Tx, r *http.Request, x ref) (v reportPage, rep plan.Report, err error) {
	if v.top, err = p.topOf(tx, r, x, "follow"); err != nil {
		return v, rep, err
	}
	if !v.Mine {
		return v, rep, errNotYours
	}
	v.Part = partOf(r)
	_, list, err := p.Plans.Reports(tx, x.Year, x.Org)
	if err != nil {
		return v, rep, err
	}
	v.Results, err = p.Plans.Progress(tx, x.Year, x.Org)
	for _, one := range list {
		if one.Part == v.Part {
			v.Saves = one.Saves
			return v, one, err
		}
	}
	return v, rep, gov.Fail(gov.NotFound, "أرباع السنة أربعة", "A year has four quarters")
}

func (p *Programme) report(w http.ResponseWriter, r *http.Request) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	var v reportPage
	err = p.read(r, func(tx *db.Tx) error {
		var rep plan.Report
		var err error
		if v, rep, err = p.reportOf(tx, r, x); err == nil {
			v.Fields = p.fields(rep.Questions, rep.Answers, nil)
		}
		return err
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "report", v)
}

func (p *Programme) saveReport(w http.ResponseWriter, r *http.Request) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	var v reportPage
	var rep plan.Report
	if err := p.read(r, func(tx *db.Tx) (err error) { v, rep, err = p.reportOf(tx, r, x); return err }); err != nil {
		return err
	}
	in, _, _ := ask.Read(r.PostForm, rep.Questions)
	err = p.change(r, func(tx *db.Tx) error {
		_, err := p.Plans.SaveReport(tx, x.Year, x.Org, v.Part, in, savesOf(r))
		return err
	})
	if err == nil {
		return ui.Redirect(w, r, pathOf(x, "/follow?done=reported"))
	}
	list, ok := refused(err, "words")
	if !ok {
		return err
	}
	v.Problems, v.Fields = list, p.fields(rep.Questions, in, list)
	return pages.RenderInvalid(w, r, "report", v)
}

// account gives the closing report to the authority.
func (p *Programme) account(w http.ResponseWriter, r *http.Request) error {
	return p.finish(w, r, "accounted", p.Plans.Account)
}

// close closes the plan.
func (p *Programme) close(w http.ResponseWriter, r *http.Request) error {
	return p.finish(w, r, "closed", p.Plans.Close)
}

func (p *Programme) finish(w http.ResponseWriter, r *http.Request, done string, move func(*db.Tx, int, gov.OrgID) (plan.Plan, error)) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	err = p.change(r, func(tx *db.Tx) error { _, err := move(tx, x.Year, x.Org); return err })
	if list, ok := refused(err, "closing"); ok {
		return p.showFollow(w, r, http.StatusUnprocessableEntity, list)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, pathOf(x, "/follow?done="+done))
}
