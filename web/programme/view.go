package programme

import (
	"context"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/programme/plan"
)

// block is one section of a plan as it is read.
type block struct {
	plan.Part
	Heads    []gov.Text // of a list that fits a table
	Rows     [][]cell
	Wide     bool // the list is shown row by row
	Lines    []cell
	Comments []comment
	Agree    []gov.Text // with whom each proposal to link would be agreed, in the order of the plan
	Total    gov.Money  // of the budget
	Sums     bool
}

// cell is one answer as it is read.
type cell struct {
	Label gov.Text
	Money bool
	Long  bool
	Value any // gov.Text, gov.Money or string; nil: nothing
}

// agreeing are the organisations that a plan proposes to link with.
func (p *Programme) agreeing(ctx context.Context, a form.Answers) (out []gov.Text) {
	for _, l := range (plan.Content{plan.Linkages: a}).Linkages() {
		out = append(out, p.org(ctx, l.With))
	}
	return out
}

// mostColumns is how many columns of answers fit a page.
const mostColumns = 5

// shown lays a section out for reading. What was written in both languages
// stands together.
func shown(x plan.Part) block {
	b := block{Part: x}
	for _, q := range x.Questions {
		if q.Kind == form.Group {
			b.list(q, x.Answers)
			continue
		}
		if c := cellOf(q, x.Answers); c.Value != nil {
			b.Lines = append(b.Lines, c)
		}
	}
	if x.Section.ID == plan.Budget {
		b.Total, _ = plan.Content{plan.Budget: x.Answers}.Total()
		b.Sums = len(b.Rows) > 0
	}
	return b
}

func (b *block) list(q form.Question, a form.Answers) {
	used := map[string]bool{}
	rows := rowsOf(a, q.Name)
	for _, r := range rows {
		for _, in := range q.Questions {
			if cellOf(in, r).Value != nil {
				used[in.Name] = true
			}
		}
	}
	var columns []form.Question
	for _, in := range q.Questions {
		if used[in.Name] && !english(in.Name) {
			columns = append(columns, in)
			b.Heads = append(b.Heads, in.Label)
		}
	}
	b.Wide = len(columns) > mostColumns
	for _, r := range rows {
		var line []cell
		for _, in := range columns {
			line = append(line, cellOf(in, r))
		}
		b.Rows = append(b.Rows, line)
	}
}

// english reports whether a question takes the English of the one before it.
func english(name string) bool { return strings.HasSuffix(name, "_en") }

// cellOf is the answer to a question as it is read.
func cellOf(q form.Question, a form.Answers) cell {
	c := cell{Label: q.Label, Money: q.Kind == form.Money, Long: q.Kind == form.LongText}
	v := a[q.Name]
	if v == nil || v == "" || english(q.Name) && a[strings.TrimSuffix(q.Name, "_en")] != nil {
		return c
	}
	c.Value = said(q, v)
	if s, ok := v.(string); ok && (q.Kind == form.ShortText || q.Kind == form.LongText) {
		c.Value = gov.Text{gov.Arabic: s}
		if en := text(a, q.Name+"_en"); en != "" {
			c.Value = gov.T(s, en)
		}
	}
	return c
}

// said is a value in words: the label of an option, an amount.
func said(q form.Question, v any) any {
	switch q.Kind {
	case form.OneOf:
		for _, o := range q.Options {
			if o.Value == v {
				return o.Label
			}
		}
	case form.YesNo:
		if v == true {
			return pages.T("programme.yes")
		}
		return pages.T("programme.no")
	case form.Money:
		switch n := v.(type) {
		case float64:
			return gov.Money(n)
		case int64:
			return gov.Money(n)
		}
	}
	return v
}

// comment is what somebody said, as it is read.
type comment struct {
	plan.Comment
	Who   gov.Text
	Whose gov.Text
	About gov.Text // the section, where comments stand together
	May   bool     // the reader may settle it
}

// person is somebody in the course of a plan.
func (p *Programme) org(ctx context.Context, id gov.OrgID) gov.Text {
	if id == "" {
		return nil
	}
	return p.Organisation(ctx, id)
}
