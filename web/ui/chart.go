package ui

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"diwan.example/gov"
)

// Chart is a small set of figures. The components "bar-chart", "stacked-chart"
// and "line-chart" draw it and offer the same figures as a table.
type Chart struct {
	Title  gov.Text
	Series []Series   // one for bars; several for stacked and line
	Labels []gov.Text // of the rows (bars) or points (line)
	Links  []string   // where each row opens to; may be shorter
	Unit   string     // "number" (default), "percent", "money"
}

// Series is one line, or one colour of the bars. A value that is not there is
// Absent; those after the last are too.
type Series struct {
	Name   gov.Text
	Values []float64
	Quiet  bool // drawn pale, such as what is not known
}

// shade is the class that fills what is drawn of series s.
func (c Chart) shade(s int) string {
	if c.Series[s].Quiet {
		return "chart-quiet"
	}
	return fmt.Sprintf("chart-%d", s+1)
}

// Absent is a value that there is not: no line leads there, and the table says so.
var Absent = math.NaN()

// value writes one figure.
func (c Chart) value(f Format, v float64) string {
	if math.IsNaN(v) {
		return "—"
	}
	switch c.Unit {
	case "percent":
		return f.Percent(v)
	case "money":
		return f.Money(int64(v))
	}
	return f.Number(v)
}

// at is the figure of series s at label i.
func (c Chart) at(s, i int) float64 {
	if s < len(c.Series) && i < len(c.Series[s].Values) {
		return c.Series[s].Values[i]
	}
	return Absent
}

func (c Chart) link(i int) string {
	if i < len(c.Links) {
		return c.Links[i]
	}
	return ""
}

func (c Chart) top(sum bool) float64 {
	top := 0.0
	for i := range c.Labels {
		total := 0.0
		for s := range c.Series {
			if v := c.at(s, i); math.IsNaN(v) {
				continue
			} else if sum {
				total += v
			} else {
				total = max(total, v)
			}
		}
		top = max(top, total)
	}
	if top == 0 {
		return 1
	}
	return top
}

// drawing is an SVG being written. It mirrors x in right-to-left pages, and
// with it the anchors: in such pages start and end of text swap by themselves.
type drawing struct {
	strings.Builder
	wide, high float64
	rtl        bool
}

func draw(l gov.Lang, wide, high float64, title string) *drawing {
	d := &drawing{wide: wide, high: high, rtl: l == gov.Arabic}
	fmt.Fprintf(d, `<svg class="chart" viewBox="0 0 %g %g" role="img" aria-label="%s" direction="%s">`, wide, high, template.HTMLEscapeString(title), l.Dir())
	return d
}

func (d *drawing) x(x float64) float64 {
	if d.rtl {
		return d.wide - x
	}
	return x
}

func (d *drawing) rect(x, y, w, h float64, class string) {
	if d.rtl {
		x = d.wide - x - w
	}
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" class="%s"/>`, x, y, w, h, class)
}

// text writes s; anchor is start, middle or end in reading direction, which is
// what text-anchor means when the SVG carries the direction.
func (d *drawing) text(x, y float64, anchor, class, s string) {
	fmt.Fprintf(d, `<text x="%.1f" y="%.1f" text-anchor="%s" class="%s">%s</text>`, d.x(x), y, anchor, class, template.HTMLEscapeString(s))
}

func (d *drawing) done() template.HTML {
	d.WriteString(`</svg>`)
	return template.HTML(d.String())
}

// bars draws one row per label: words above, bar below, figure at its end.
func (c Chart) bars(f Format) template.HTML { return c.rows(f, false) }

// stacked draws the series of each label after one another.
func (c Chart) stacked(f Format) template.HTML { return c.rows(f, true) }

func (c Chart) rows(f Format, stack bool) template.HTML {
	const wide, step = 640.0, 54.0
	d := draw(f.Lang, wide, step*float64(len(c.Labels))+4, f.Text(c.Title))
	top, room := c.top(stack), wide-96
	for i, label := range c.Labels {
		y, x, sum := step*float64(i), 0.0, 0.0
		d.text(0, y+15, "start", "chart-label", f.Text(label))
		for s := range c.Series {
			if s > 0 && !stack {
				break
			}
			v := c.at(s, i)
			if math.IsNaN(v) {
				continue
			}
			w := room * v / top
			d.rect(x, y+25, w, 14, c.shade(s))
			x, sum = x+w, sum+v
		}
		d.text(x+8, y+37, "start", "chart-value", c.value(f, sum))
	}
	return d.done()
}

// line draws every series over the labels, oldest at the side where reading begins.
func (c Chart) line(f Format) template.HTML {
	const wide, high, left, right, above, below = 640.0, 240.0, 56.0, 12.0, 12.0, 30.0
	d := draw(f.Lang, wide, high, f.Text(c.Title))
	top := nice(c.top(false))
	y := func(v float64) float64 { return above + (high-above-below)*(1-v/top) }
	for i := range 5 {
		v := top * float64(i) / 4
		fmt.Fprintf(d, `<path d="M%.1f %.1fH%.1f" class="chart-grid"/>`, d.x(left), y(v), d.x(wide-right))
		d.text(left-8, y(v)+4, "end", "chart-tick", c.value(f, v))
	}
	step := (wide - left - right) / float64(max(len(c.Labels)-1, 1))
	every := (len(c.Labels) + 5) / 6
	for i, l := range c.Labels {
		if i%max(every, 1) != 0 {
			continue
		}
		anchor := "middle"
		if i == len(c.Labels)-1 && i > 0 {
			anchor = "end"
		}
		d.text(left+step*float64(i), high-8, anchor, "chart-tick", f.Text(l))
	}
	for s, series := range c.Series {
		fmt.Fprintf(d, `<path d="%s" class="chart-line chart-stroke-%d"/>`, polyline(d, series.Values, left, step, y), s+1)
	}
	return d.done()
}

func polyline(d *drawing, values []float64, left, step float64, y func(float64) float64) string {
	var p strings.Builder
	op := "M"
	for i, v := range values {
		if math.IsNaN(v) {
			op = "M"
			continue
		}
		fmt.Fprintf(&p, "%s%.1f %.1f", op, d.x(left+step*float64(i)), y(v))
		op = "L"
	}
	return p.String()
}

// nice rounds up to a number whose quarters are easy to read.
func nice(v float64) float64 {
	for unit := 0.04; ; unit *= 10 {
		for _, m := range []float64{1, 2, 3, 5} {
			if n := unit * m; n >= v {
				return n
			}
		}
	}
}

// spark is a line the height of a word.
func spark(l gov.Lang, values []float64) template.HTML {
	d := &drawing{wide: 96, high: 24, rtl: l == gov.Arabic}
	top := 0.0
	for _, v := range values {
		top = max(top, v)
	}
	if top == 0 {
		top = 1
	}
	step := (d.wide - 4) / float64(max(len(values)-1, 1))
	fmt.Fprintf(d, `<svg class="spark" viewBox="0 0 96 24" width="96" height="24" aria-hidden="true"><path d="%s" class="chart-line chart-stroke-1"/>`,
		polyline(d, values, 2, step, func(v float64) float64 { return 21 - 18*v/top }))
	return d.done()
}

// meter is a bar that is filled by share.
func meter(l gov.Lang, share float64) template.HTML {
	d := &drawing{wide: 100, high: 6, rtl: l == gov.Arabic}
	d.WriteString(`<svg class="meter" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">`)
	d.rect(0, 0, 100, 6, "meter-rest")
	d.rect(0, 0, 100*min(max(share, 0), 1), 6, "meter-part")
	return d.done()
}
