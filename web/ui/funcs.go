package ui

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"diwan.example/gov"
	questions "diwan.example/internal/form"
)

// funcs are what templates may call, bound to one language and way of linking.
func funcs(v variant, texts Texts) template.FuncMap {
	f := v.site.Format(v.lang)
	say := func(key string, args ...any) string { return texts.say(v.lang, f, key, args...) }
	return template.FuncMap{
		"t":        say,
		"tx":       f.phrase,
		"text":     f.Text,
		"lang":     func() string { return string(v.lang) },
		"dir":      v.lang.Dir,
		"date":     f.Date,
		"nation":   func(code string) string { return questions.Nation(code, v.lang) },
		"longdate": f.LongDate,
		"clock":    f.Time,
		"datetime": f.DateTime,
		"isodate":  f.iso,
		"days":     func(n any) string { return say("ui.days", n) },
		"due":      func(at any) Due { return f.due(at, say) },
		"money":    f.Money,
		"number":   f.Number,
		"percent":  f.Percent,
		"bytes":    f.Bytes,
		"month":    func(m int) string { return f.Month(time.Month(m)) },
		"currency": func() string { return f.Currency.Symbol.In(v.lang) },
		"dial":     func(q Field) string { return q.prefix(v.site.Country.Dial) },
		"after":    strings.TrimPrefix,
		"url": func(path string, pairs ...any) string {
			return link(v.lang, v.prefixed, path, pairs)
		},
		"ltr":        func(a any) template.HTML { return isolate("ltr", "", f.Text(a)) },
		"code":       func(a any) template.HTML { return isolate("ltr", "code", f.Text(a)) },
		"icon":       icon,
		"crest":      func() template.HTML { return crest },
		"dict":       dict,
		"with":       with,
		"list":       func(items ...any) []any { return items },
		"seq":        seq,
		"add":        func(a, b int) int { return a + b },
		"id":         fieldID,
		"field":      func(pairs ...any) (Field, error) { return field(v.lang, pairs...) },
		"answer":     func(q Field) template.HTML { return f.Answer(q, say) },
		"part":       func(q Field, p string) string { return q.Parts[p] },
		"tone":       tone,
		"has":        func(list []string, s string) bool { return contains(list, s) },
		"bars":       func(c Chart) template.HTML { return c.bars(f) },
		"stacked":    func(c Chart) template.HTML { return c.stacked(f) },
		"line":       func(c Chart) template.HTML { return c.line(f) },
		"figuretext": func(c Chart, s, i int) string { return c.value(f, c.at(s, i)) },
		"figurelink": Chart.link,
		"shade":      Chart.shade,
		"spark":      func(values []float64) template.HTML { return spark(v.lang, values) },
		"meter":      func(share float64) template.HTML { return meter(v.lang, share) },
	}
}

// phrase writes a for a page: what a function of this package has marked up
// already stays as it is, a phrase that there is not in the page's language is
// marked with its own, anything else is text. In an attribute only the words
// of it stand; a page's title takes text instead.
func (f Format) phrase(a any) any {
	switch x := a.(type) {
	case template.HTML:
		return x
	case gov.Text:
		return f.reading(x)
	case map[gov.Lang]string:
		return f.reading(x)
	}
	return f.Text(a)
}

// reading is what people read of t on this page.
func (f Format) reading(t gov.Text) any {
	s, l := t.Reading(f.Lang)
	if l == f.Lang || s == "" {
		return s
	}
	return template.HTML(`<span lang="` + string(l) + `" dir="` + l.Dir() + `">` + template.HTMLEscapeString(s) + `</span>`)
}

func isolate(dir, class, s string) template.HTML {
	if class != "" {
		class = ` class="` + class + `"`
	}
	return template.HTML(`<bdi dir="` + dir + `"` + class + `>` + template.HTMLEscapeString(s) + `</bdi>`)
}

// dict builds the arguments of a component: dict "Text" (t "x") "URL" "/y".
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict wants pairs, got %d values", len(pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		k, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict key %v is not a string", pairs[i])
		}
		m[k] = pairs[i+1]
	}
	return m, nil
}

// with returns a copy of m with more pairs.
func with(m map[string]any, pairs ...any) (map[string]any, error) {
	more, err := dict(pairs...)
	if err != nil {
		return nil, err
	}
	for k, v := range m {
		if _, ok := more[k]; !ok {
			more[k] = v
		}
	}
	return more, nil
}

func seq(from, to int) (out []int) {
	for i := from; i <= to; i++ {
		out = append(out, i)
	}
	return out
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// fieldID is the HTML id of the field with that answer path.
func fieldID(name any) string {
	return "f-" + strings.Map(func(r rune) rune {
		if r == '.' || r == '[' || r == ']' || r == ' ' {
			return '-'
		}
		return r
	}, plain(name))
}

// tones are the colours of tags, notices and bars; anything else is neutral.
var tones = map[string]bool{"info": true, "good": true, "warn": true, "bad": true, "accent": true, "quiet": true}

func tone(a any) string {
	if s := plain(a); tones[s] {
		return s
	}
	return "neutral"
}

// Due is a moment seen from today: "in 3 days", "today", "2 days late".
type Due struct {
	Text string
	Tone string // bad when late, warn when today or tomorrow, quiet otherwise
	ISO  string
}

func (f Format) due(v any, say func(string, ...any) string) Due {
	at, ok := f.at(v)
	if !ok {
		return Due{Text: "—", Tone: "quiet"}
	}
	now := f.Now().In(f.Zone)
	n := int(midnight(at).Sub(midnight(now)).Round(24*time.Hour) / (24 * time.Hour))
	d := Due{ISO: at.Format(time.RFC3339)}
	switch {
	case at.Before(now) && n == 0:
		d.Text, d.Tone = say("ui.due.passed"), "bad"
	case n < 0:
		d.Text, d.Tone = say("ui.due.late", -n), "bad"
	case n == 0:
		d.Text, d.Tone = say("ui.due.today"), "warn"
	case n == 1:
		d.Text, d.Tone = say("ui.due.tomorrow"), "warn"
	default:
		d.Text, d.Tone = say("ui.due.in", n), "quiet"
	}
	return d
}

func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func (f Format) iso(v any) string {
	t, ok := f.at(v)
	if !ok {
		return ""
	}
	return t.Format(time.RFC3339)
}
