package document

import (
	"math"
	"slices"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/internal/pdf"
	"diwan.example/pack"
)

// table puts the rows of a claim, gathered in groups and added up as the pack says.
func (p *paper) table(t pack.Table) {
	b := pdf.Block{Kind: pdf.TableBlock}
	for _, c := range t.Columns {
		width, _ := strconv.ParseFloat(c.Width, 64) // checked when the pack was read
		b.Columns = append(b.Columns, pdf.Column{Title: c.Label, Width: width, Align: alignOf(p.question(t, c).Kind)})
	}
	var rows []map[string]any
	listed, _ := p.claims[t.Rows].Value.([]any)
	for _, r := range listed {
		cells, _ := r.(map[string]any)
		rows = append(rows, cells)
	}
	for _, g := range grouped(rows, t.Group) {
		if t.Group != "" {
			c := pack.Column{Name: t.Group}
			band := pdf.Band{From: len(b.Rows), Title: p.cell(t, c, g[0][t.Group])}
			if len(t.GroupSums) > 0 {
				band.Sums = p.sums(t, t.GroupSums, g)
			}
			b.Bands = append(b.Bands, band)
		}
		for _, cells := range g {
			var line []gov.Text
			for _, c := range t.Columns {
				line = append(line, p.cell(t, c, cells[c.Name]))
			}
			b.Rows = append(b.Rows, line)
		}
	}
	if len(b.Rows) == 0 {
		return
	}
	if len(t.Sums) > 0 {
		b.Sums = p.sums(t, t.Sums, rows)
	}
	p.put(b)
}

// grouped gathers rows with the same value under a name, in the order in which
// the values first come.
func grouped(rows []map[string]any, by string) (out [][]map[string]any) {
	if by == "" {
		return [][]map[string]any{rows}
	}
	var keys []string
	for _, r := range rows {
		key := asWritten(r[by])
		i := slices.Index(keys, key)
		if i < 0 {
			i, keys, out = len(keys), append(keys, key), append(out, nil)
		}
		out[i] = append(out[i], r)
	}
	return out
}

// alignOf sets numbers in the middle and money at the end.
func alignOf(k form.Kind) pdf.Align {
	switch k {
	case form.Number, form.Date, form.Time, form.YesNo:
		return pdf.Centre
	case form.Money:
		return pdf.End
	}
	return pdf.Start
}

// sums is the row that adds rows up; its name stands in the first column that
// has no sum.
func (p *paper) sums(t pack.Table, name gov.Text, rows []map[string]any) (out []gov.Text) {
	named := false
	for _, c := range t.Columns {
		switch {
		case c.Sum != "":
			out = append(out, p.sum(t, c, rows))
		case !named:
			out, named = append(out, name), true
		default:
			out = append(out, gov.Text{})
		}
	}
	return out
}

// sum adds one column up: cells without a number count for nothing.
func (p *paper) sum(t pack.Table, c pack.Column, rows []map[string]any) gov.Text {
	total, n, filled := 0.0, 0, 0
	for _, r := range rows {
		if r[c.Name] != nil && r[c.Name] != "" {
			filled++
		}
		if v, ok := amountOf(r[c.Name]); ok {
			total, n = total+v, n+1
		}
	}
	switch {
	case c.Sum == "count":
		return plain(strconv.Itoa(filled))
	case n == 0:
		return gov.Text{}
	case c.Sum == "average":
		total = math.Round(total/float64(n)*10) / 10
	}
	if p.question(t, c).Kind == form.Money {
		return p.cell(t, c, int64(math.Round(total)))
	}
	return p.cell(t, c, math.Round(total*1000)/1000)
}

func amountOf(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	case int:
		return float64(v), true
	}
	return 0, false
}

// cell writes one value of a row as the question inside the group that it answers.
func (p *paper) cell(t pack.Table, c pack.Column, v any) gov.Text {
	q := p.question(t, c)
	if n, ok := whole(v); ok && q.Kind == form.Money {
		v = n // JSON has made it a float
	}
	return p.issuer.shown(q, v)
}

// question is what a column's cells answer.
func (p *paper) question(t pack.Table, c pack.Column) form.Question {
	q := form.Question{Name: c.Name, Kind: form.ShortText}
	for _, inner := range p.claims[t.Rows].question.Questions {
		if inner.Name == c.Name {
			q = inner
		}
	}
	if c.Kind != "" {
		q.Kind = c.Kind
	}
	return q
}
