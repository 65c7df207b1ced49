package pack

import (
	"strings"
	"unicode"

	"diwan.example/gov"
)

// Sizes of the drawing, in pixels.
const (
	cardWidth  = 216.0
	cardPad    = 12.0
	letter     = 13.0 // size of letters in rows; titles are 14, kinds 11
	lineHeight = 19.0
)

// face is what a card of the drawing says, broken into lines.
type face struct {
	kind   string
	title  []string
	notes  []string // deadline, what silence counts as
	rows   []row
	height float64
}

// row is one way out at a card's side, with its words.
type row struct {
	edge  edge
	lines []string
	y     float64 // of its middle, from the card's top
	h     float64
}

// faceOf composes a step's card in a language.
func faceOf(p *Pack, s *Step, l gov.Lang) *face {
	room := cardWidth - 2*cardPad
	f := &face{kind: kindWords[s.Kind].In(l), title: wrap(s.Title.In(l), 14, room), notes: notesOf(s, l)}
	if s.Kind == Close {
		f.kind += " · " + endWords[s.Outcome].In(l)
	}
	y := cardPad + 14 + lineHeight*float64(len(f.title)+len(f.notes)) + 6
	for _, e := range waysOf(p, s) {
		if foot(e) {
			continue
		}
		lines := wrap(wayWords(p, s, e, l), letter, room-8)
		h := lineHeight*float64(len(lines)) + 7
		f.rows = append(f.rows, row{edge: e, lines: lines, y: y + h/2, h: h})
		y += h
	}
	f.height = y + 4
	return f
}

// waysOf are the ways out of a step, the appeal against a refusal included.
func waysOf(p *Pack, s *Step) []edge {
	out := edges(s)
	if s.Kind == Close && s.Outcome == "refused" && p.AppealTo != "" {
		out = append(out, edge{to: p.AppealTo, kind: "appeal"})
	}
	return out
}

func notesOf(s *Step, l gov.Lang) (out []string) {
	if s.Within == nil {
		return nil
	}
	room := cardWidth - 2*cardPad - 18
	out = wrap(gov.Text{l: deadlineWords.In(l)}.Sprintf(s.Within.In(l)).In(l), letter, room)
	for _, e := range s.OnExpiry {
		for _, o := range s.Outcomes {
			if e.Outcome != "" && o.ID == e.Outcome {
				out = append(out, wrap(silenceWords.Sprintf(o.Label).In(l), letter, room)...)
			}
		}
	}
	return out
}

// wayWords says in words when a way is taken.
func wayWords(p *Pack, s *Step, e edge, l gov.Lang) string {
	switch e.kind {
	case "outcome":
		return s.Outcomes[e.n].Label.In(l)
	case "route":
		if label := s.Routes[e.n].Label; len(label) > 0 {
			return label.In(l)
		}
		if s.Routes[e.n].When == "" {
			return otherwiseWords.In(l)
		}
		return ruleWords.Sprintf(e.n + 1).In(l)
	case "appeal":
		return appealWords.Sprintf(Term{Days: p.AppealDays}.In(l)).In(l)
	case "expiry":
		if after := s.OnExpiry[e.n].After; after != nil {
			return laterWords.Sprintf(after.In(l)).In(l)
		}
		return expiredWords.In(l)
	}
	return ""
}

// wrap breaks a text into lines no wider than room, as far as widths can be guessed.
func wrap(s string, size, room float64) (lines []string) {
	line := ""
	for _, word := range strings.Fields(s) {
		if next := strings.TrimSpace(line + " " + word); line == "" || guess(next, size) <= room {
			line = next
			continue
		}
		lines = append(lines, line)
		line = word
	}
	return append(lines, line)
}

// guess estimates the width of a text in Noto Sans and Noto Sans Arabic.
func guess(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == ' ':
			w += .27
		case strings.ContainsRune("اأإآلدذرزوبتثنيئ،.:", r):
			w += .36
		case unicode.Is(unicode.Arabic, r):
			w += .66
		case unicode.IsUpper(r):
			w += .67
		case strings.ContainsRune("ijltf'", r):
			w += .33
		default:
			w += .57
		}
	}
	return w * size
}
