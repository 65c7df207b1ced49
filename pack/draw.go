package pack

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"strings"

	"diwan.example/gov"
)

// pictureStyle carries the page's colours; standing alone it uses its own.
const pictureStyle = `<style>` +
	`.pd text{font-family:var(--font,"Noto Sans","Noto Sans Arabic","Noto Naskh Arabic",sans-serif);fill:var(--ink,#16191d)}` +
	`.pd .quiet{fill:var(--quiet,#545b63)}.pd .b{font-weight:600}` +
	`.pd .lane{fill:var(--accent-wash,#eff3f4)}.pd .base{fill:var(--paper,#fff)}` +
	`.pd .card{fill:var(--paper,#fff);stroke:var(--edge,#9aa1a9)}` +
	`.pd .auto{stroke-dasharray:none;fill:var(--accent-wash,#eff3f4)}` +
	`.pd .granted{stroke:var(--good,#1c6a3b);stroke-width:2}.pd .refused{stroke:var(--bad,#a81c1c);stroke-width:2}` +
	`.pd .thin{stroke:var(--line,#d8d5cd)}` +
	`.pd .way{fill:none;stroke:var(--quiet,#545b63);stroke-width:1.5}.pd .late{stroke-dasharray:5 4}` +
	`.pd .tip{fill:var(--quiet,#545b63)}.pd .clock{fill:none;stroke:var(--quiet,#545b63)}` +
	`</style>`

// drawing is a procedure being drawn in one language.
type drawing struct {
	bytes.Buffer
	*sheet
	lang  gov.Lang
	faces map[string]*face
}

// Draw draws the procedure as SVG for people who read l: lanes by who acts,
// time running down, the applicant at the side where reading begins. It takes
// the page's colours where it is embedded and says in words what it shows.
func Draw(p *Pack, l gov.Lang) []byte {
	d := &drawing{lang: l, faces: map[string]*face{}}
	for i := range p.Steps {
		d.faces[p.Steps[i].ID] = faceOf(p, &p.Steps[i], l)
	}
	d.sheet = lay(p, sheetStyle{width: cardWidth, head: 44, track: 9, pad: 16,
		height: func(s *Step) float64 { return d.faces[s.ID].height },
		port:   func(s *Step, e edge) float64 { return d.faces[s.ID].port(e) },
	})
	d.opening()
	d.lanes()
	for _, x := range d.lines {
		d.way(x)
	}
	for _, c := range d.cards {
		d.card(c)
	}
	d.WriteString("</g></svg>\n")
	return d.Bytes()
}

func (f *face) port(e edge) float64 {
	for _, r := range f.rows {
		if r.edge == e {
			return r.y
		}
	}
	return f.height / 2
}

// opening writes the head, with title and description for those who do not see the picture.
func (d *drawing) opening() {
	title := gov.T("سير المعاملة: %s", "Procedure: %s").Sprintf(d.p.Title).In(d.lang)
	fmt.Fprintf(d, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" lang="%s" direction="%s" aria-labelledby="pd-title pd-desc">`,
		d.w, d.h, d.w, d.h, d.lang, d.lang.Dir())
	fmt.Fprintf(d, `<title id="pd-title">%s</title><desc id="pd-desc">%s</desc>%s<g class="pd">`, html.EscapeString(title), html.EscapeString(InWords(d.p, d.lang)), pictureStyle)
}

// InWords tells the procedure as sentences: each step, who acts, and where it leads.
func InWords(p *Pack, l gov.Lang) string {
	var b strings.Builder
	for i := range p.Steps {
		s := &p.Steps[i]
		fmt.Fprintf(&b, "%d. %s (%s)", i+1, s.Title.In(l), laneWords[laneOf(s)].In(l))
		for k, e := range waysOf(p, s) {
			sep := gov.T("؛ ", "; ").In(l)
			if k == 0 {
				sep = ": "
			}
			b.WriteString(sep)
			if words := wayWords(p, s, e, l); words != "" {
				b.WriteString(words + " — ")
			}
			b.WriteString(p.Step(e.to).Title.In(l))
		}
		b.WriteString(". ")
	}
	return strings.TrimSpace(b.String())
}

// x turns a left-to-right place into the reader's: right-to-left readers see the mirror image.
func (d *drawing) x(x float64) float64 {
	if d.lang.Dir() == "rtl" {
		return d.w - x
	}
	return x
}

// box gives the left side of something w wide that begins at x.
func (d *drawing) box(x, w float64) float64 { return min(d.x(x), d.x(x+w)) }

func (d *drawing) lanes() {
	fmt.Fprintf(d, `<rect class="base" width="%.0f" height="%.0f"/>`, d.w, d.h)
	for i, c := range d.columns {
		from, to := 0.0, d.w
		if i > 0 {
			from = (d.columns[i-1].x + d.columns[i-1].w + c.x) / 2
		}
		if i+1 < len(d.columns) {
			to = (c.x + c.w + d.columns[i+1].x) / 2
		}
		if i%2 == 0 {
			fmt.Fprintf(d, `<rect class="lane" x="%.1f" y="0" width="%.1f" height="%.0f"/>`, d.box(from, to-from), to-from, d.h)
		}
		d.text(c.x+c.w/2, 28, 14, "b", "middle", laneWords[c.lane].In(d.lang))
	}
}

// text writes one line. In right-to-left text "start" is the right end, so the
// same anchors serve both directions.
func (d *drawing) text(x, y, size float64, class, anchor, s string) {
	fmt.Fprintf(d, `<text x="%.1f" y="%.1f" font-size="%.0f" class="%s" text-anchor="%s">%s</text>`, d.x(x), y, size, class, anchor, html.EscapeString(s))
}

func (d *drawing) card(c *card) {
	f := d.faces[c.step.ID]
	class := "card"
	switch {
	case automatic(c.step.Kind):
		class += " auto"
	case c.step.Outcome == "granted" || c.step.Outcome == "settled":
		class += " granted"
	case c.step.Outcome == "refused":
		class += " refused"
	}
	round := 8.0
	if c.step.Kind == Close || c.step.Kind == Apply {
		round = 20
	}
	fmt.Fprintf(d, `<rect class="%s" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="%.0f"/>`, class, d.box(c.x, c.w), c.y, c.w, c.h, round)
	x, y := c.x+cardPad, c.y+cardPad+8
	d.text(x, y, 11, "quiet", "start", f.kind)
	y += 2
	for _, s := range f.title {
		y += lineHeight
		d.text(x, y, 14, "b", "start", s)
	}
	for i, s := range f.notes {
		y += lineHeight
		if i == 0 {
			d.clock(x+6, y-5)
		}
		d.text(x+18, y, letter, "quiet", "start", s)
	}
	for _, r := range f.rows {
		top := c.y + r.y - r.h/2
		fmt.Fprintf(d, `<path class="thin" d="M%.1f %.1fh%.1f"/>`, d.box(c.x, c.w), top, c.w)
		for i, s := range r.lines {
			d.text(x, top+lineHeight*float64(i+1)-1, letter, "", "start", s)
		}
	}
}

// clock marks a deadline.
func (d *drawing) clock(x, y float64) {
	fmt.Fprintf(d, `<circle class="clock" cx="%.1f" cy="%.1f" r="5.5"/><path class="clock" d="M%.1f %.1fv-3.5m0 3.5h2.5"/>`, d.x(x), y, d.x(x), y)
}

// way draws a line with round corners and its tip.
func (d *drawing) way(x *line) {
	class := "way"
	if x.edge.kind == "expiry" || x.edge.kind == "appeal" {
		class += " late"
	}
	fmt.Fprintf(d, `<path class="%s" d="`, class)
	for i, p := range x.points {
		switch {
		case i == 0:
			fmt.Fprintf(d, "M%.1f %.1f", d.x(p.x), p.y)
		case i == len(x.points)-1:
			fmt.Fprintf(d, "L%.1f %.1f", d.x(p.x), p.y-2)
		default:
			a, b := toward(p, x.points[i-1]), toward(p, x.points[i+1])
			fmt.Fprintf(d, "L%.1f %.1fQ%.1f %.1f %.1f %.1f", d.x(a.x), a.y, d.x(p.x), p.y, d.x(b.x), b.y)
		}
	}
	end := x.points[len(x.points)-1]
	fmt.Fprintf(d, `"/><path class="tip" d="M%.1f %.1fl-5 -9h10z"/>`, d.x(end.x), end.y)
}

// toward is the point a corner's radius away from p on the way to q.
func toward(p, q point) point {
	dx, dy := q.x-p.x, q.y-p.y
	dist := math.Hypot(dx, dy)
	r := min(6, dist/2)
	return point{p.x + dx/dist*r, p.y + dy/dist*r}
}
