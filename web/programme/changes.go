package programme

import (
	"net/http"
	"slices"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/programme/plan"
)

// changesPage compares two states of a plan.
type changesPage struct {
	top
	Revisions []revision // newest first
	From, To  int
	Sections  []changed
}

type revision struct {
	plan.Revision
	Who gov.Text
}

// changed are the differences of one section.
type changed struct {
	Title gov.Text
	Rows  []difference
}

type difference struct {
	Row           gov.Text
	Label         gov.Text
	Before, After cell
}

func (p *Programme) changes(w http.ResponseWriter, r *http.Request) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	var v changesPage
	err = p.read(r, func(tx *db.Tx) (err error) {
		if v.top, err = p.topOf(tx, r, x, "changes"); err != nil {
			return err
		}
		list, err := p.Plans.Revisions(tx, x.Year, x.Org)
		if err != nil {
			return err
		}
		var people []gov.PersonID
		for _, rev := range list {
			people = append(people, rev.Author)
		}
		called, err := names(tx, people...)
		if err != nil {
			return err
		}
		for _, rev := range list {
			v.Revisions = append(v.Revisions, revision{rev, called[rev.Author]})
		}
		return p.compare(tx, r, x, &v)
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "changes", v)
}

// compare finds the differences between the revisions that an address names: the
// first and the last, where it names none.
func (p *Programme) compare(tx *db.Tx, r *http.Request, x ref, v *changesPage) error {
	if len(v.Revisions) == 0 {
		return nil
	}
	number := func(name string, otherwise int) int {
		n, err := strconv.Atoi(r.URL.Query().Get(name))
		if err != nil || n < 1 || n > len(v.Revisions) {
			return otherwise
		}
		return n
	}
	v.From, v.To = number("from", 1), number("to", len(v.Revisions))
	a, err := p.Plans.Revision(tx, x.Year, x.Org, v.From)
	if err != nil {
		return err
	}
	b, err := p.Plans.Revision(tx, x.Year, x.Org, v.To)
	if err != nil {
		return err
	}
	_, parts, err := p.Plans.Parts(tx, x.Year, x.Org)
	if err != nil {
		return err
	}
	diff := plan.Differences(a.Content, b.Content, v.Cycle.Template)
	for _, part := range parts {
		c := changed{Title: part.Section.Title}
		for _, d := range diff {
			if d.Section == part.Section.ID {
				c.Rows = append(c.Rows, differenceOf(d, part.Questions))
			}
		}
		if len(c.Rows) > 0 {
			v.Sections = append(v.Sections, c)
		}
	}
	return nil
}

// differenceOf puts a difference in the words of its question.
func differenceOf(d plan.Difference, qs []form.Question) difference {
	out := difference{Row: gov.T(d.Row, d.Row), Label: gov.T(d.Question, d.Question)}
	for _, q := range qs {
		list := []form.Question{q}
		if q.Kind == form.Group {
			list = q.Questions
			if i := slices.IndexFunc(q.Questions, func(in form.Question) bool { return in.Name == "service" }); i >= 0 {
				if label, ok := said(q.Questions[i], d.Row).(gov.Text); ok {
					out.Row = label
				}
			}
		}
		for _, in := range list {
			if in.Name == d.Question && (q.Kind == form.Group) == (d.Row != "") {
				out.Label = in.Label
				out.Before, out.After = changedCell(in, d.Before), changedCell(in, d.After)
			}
		}
	}
	return out
}

func changedCell(q form.Question, v any) cell {
	return cellOf(q, form.Answers{q.Name: v})
}
