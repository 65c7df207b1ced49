package oversight

import (
	"fmt"
	"html/template"
	"strings"
	"unicode/utf8"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/programme/procedure"
)

// picture is a procedure as a line of cards running down, in one language: who
// acts, what is asked, and between the cards how long nothing happens. In
// right-to-left pages it is the mirror image.
type picture struct {
	strings.Builder
	lang  gov.Lang
	high  float64
	names func(gov.OrgID) gov.Text
}

// The sizes of a picture.
const (
	picWide   = 360.0
	picRail   = 15.0 // the middle of the line that runs down
	picLeft   = 36.0 // where cards begin
	picLine   = 20.0
	picChars  = 40 // letters of a title in one line
	longestGo = 90.0
	perDay    = 7.0 // how far down a day goes
)

// drawSteps draws a procedure of a service of owner; stays, when there are some,
// say how many cases really stood at a step and for how long.
func drawSteps(p *country.Procedure, owner gov.OrgID, title gov.Text, stays []procedure.StayMean, l gov.Lang, names func(gov.OrgID) gov.Text) template.HTML {
	d := &picture{lang: l, names: names}
	y := 4.0
	var body strings.Builder
	for i := range p.Steps {
		s := &p.Steps[i]
		y = d.card(&body, s, owner, y, stayOf(stays, s.ID))
		if i+1 < len(p.Steps) {
			y = d.gap(&body, s, y)
		}
	}
	d.high = y + 4
	fmt.Fprintf(d, `<svg class="flow" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img" direction="%s" aria-label="%s"><path class="flow-rail" d="M%.1f 16V%.1f"/>%s</svg>`,
		picWide, d.high, picWide, d.high, l.Dir(), template.HTMLEscapeString(title.In(l)+": "+inWords(p, l)), d.x(picRail), y-16, body.String())
	return template.HTML(d.String())
}

func stayOf(list []procedure.StayMean, step string) *procedure.StayMean {
	for i := range list {
		if list[i].Step == step {
			return &list[i]
		}
	}
	return nil
}

// inWords tells the steps to those who do not see the picture.
func inWords(p *country.Procedure, l gov.Lang) string {
	var titles []string
	for _, s := range p.Steps {
		titles = append(titles, s.Title.In(l))
	}
	return strings.Join(titles, gov.T("، ", ", ").In(l))
}

func (d *picture) x(x float64) float64 {
	if d.lang.Dir() == "rtl" {
		return picWide - x
	}
	return x
}

// card draws one step and returns where it ends.
func (d *picture) card(b *strings.Builder, s *country.Step, owner gov.OrgID, y float64, m *procedure.StayMean) float64 {
	class, actor := d.actor(s, owner)
	lines := wrapped(s.Title.In(d.lang), picChars)
	notes := wrapped(strings.Join(d.notes(s), " · "), 46)
	var told []string
	if m != nil {
		told = wrapped(pages.T("oversight.flow.measured", d.plain(m.Share*100), d.plain(m.Days)).In(d.lang), 46)
	}
	high := 14 + picLine*float64(1+len(lines)+len(notes)+len(told))
	left := d.x(picLeft)
	if d.lang.Dir() == "rtl" {
		left = d.x(picWide - 1)
	}
	fmt.Fprintf(b, `<rect class="flow-card" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="6"/><circle class="%s" cx="%.1f" cy="%.1f" r="8"/>`,
		left, y, picWide-1-picLeft, high, class, d.x(picRail), y+18)
	at := y + 22
	d.text(b, at, "flow-who", actor)
	for _, part := range []struct {
		class string
		lines []string
	}{{"flow-title", lines}, {"flow-note", notes}, {"flow-measured", told}} {
		for _, t := range part.lines {
			at += picLine
			d.text(b, at, part.class, t)
		}
	}
	return y + high
}

func (d *picture) text(b *strings.Builder, y float64, class, s string) {
	fmt.Fprintf(b, `<text class="%s" x="%.1f" y="%.1f">%s</text>`, class, d.x(picLeft+12), y, template.HTMLEscapeString(s))
}

// gap is the way to the next step, as long as its days.
func (d *picture) gap(b *strings.Builder, s *country.Step, y float64) float64 {
	if s.Days <= 0 {
		return y + 12
	}
	long := 26 + min(s.Days*perDay, longestGo)
	fmt.Fprintf(b, `<path class="flow-wait" d="M%.1f %.1fv%.1f"/>`, d.x(picRail), y+2, long-4)
	d.text(b, y+long/2+5, "flow-days", pages.T("oversight.flow.days", d.plain(s.Days)).In(d.lang))
	return y + long
}

// actor is the colour and the name of who acts.
func (d *picture) actor(s *country.Step, owner gov.OrgID) (class, name string) {
	org, self, other := procedure.WhoActs(s, owner)
	switch {
	case self:
		return "chart-1", pages.T("oversight.flow.person").In(d.lang)
	case other:
		return "chart-3", pages.T("oversight.flow.other").In(d.lang)
	case org == "":
		return "flow-machine", pages.T("oversight.flow.machine").In(d.lang)
	}
	return "chart-2", d.names(org).In(d.lang)
}

// notes are what a step asks, in a few words.
func (d *picture) notes(s *country.Step) (out []string) {
	note := func(key string, args ...any) {
		out = append(out, pages.T("oversight.flow."+key, args...).In(d.lang))
	}
	if s.Share > 0 && s.Share < 100 {
		note("share", d.plain(float64(s.Share)))
	}
	if s.Visit {
		note("visit")
	}
	if n := len(s.Documents); n > 0 {
		note("documents", d.plain(float64(n)))
	}
	if s.Theirs > 0 {
		note("theirs", d.plain(float64(s.Theirs)))
	}
	if s.Ours > 0 {
		note("ours", d.plain(float64(s.Ours)))
	}
	return out
}

// plain writes a number with at most one decimal.
func (d *picture) plain(v float64) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
}

// wrapped breaks a text into lines of about n letters.
func wrapped(s string, n int) (lines []string) {
	line := ""
	for _, w := range strings.Fields(s) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > n {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + w)
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
