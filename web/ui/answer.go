package ui

import (
	"html/template"
	"strings"

	"diwan.example/gov"
)

// Answer writes what was answered to a field for people: the option's words,
// the date in words, the amount with its currency; "—" when nothing was.
func (f Format) Answer(q Field, say func(string, ...any) string) template.HTML {
	kind := q.Kind
	if kind == "computed" && q.Gives != "" {
		kind = q.Gives
	}
	switch kind {
	case "many-of":
		var words []string
		for _, c := range q.Chosen {
			words = append(words, string(f.option(q, c)))
		}
		return orDash(strings.Join(words, "<br>"))
	case "address", "map-point":
		return f.answerParts(q, say)
	case "file":
		var names []string
		for _, x := range q.Files {
			names = append(names, string(isolate("auto", "", x.Name)))
		}
		return orDash(strings.Join(names, "<br>"))
	case "group":
		return template.HTML(template.HTMLEscapeString(say("ui.rows", len(q.Rows))))
	}
	return f.answerValue(kind, q, say)
}

func (f Format) answerValue(kind string, q Field, say func(string, ...any) string) template.HTML {
	v := strings.TrimSpace(q.Value)
	if v == "" {
		return "—"
	}
	switch kind {
	case "one-of":
		return f.option(q, v)
	case "yes-no":
		v = say("ui." + yesNo(v))
	case "declaration":
		v = say("ui.accepted")
	case "date":
		if _, ok := f.at(v); ok {
			v = f.Date(v)
		}
	case "money":
		if m, err := f.Currency.Parse(v); err == nil {
			v = f.Money(m)
		}
	case "civil-number", "passport", "iban", "phone", "email", "time", "number":
		return isolate("ltr", "", v)
	case "long-text":
		return template.HTML(strings.ReplaceAll(template.HTMLEscapeString(v), "\n", "<br>"))
	}
	return template.HTML(template.HTMLEscapeString(v))
}

func yesNo(v string) string {
	if v == "true" || v == "yes" {
		return "yes"
	}
	return "no"
}

func (f Format) option(q Field, value string) template.HTML {
	for _, o := range q.Options {
		if o.Value == value {
			return markup(f.phrase(o.Text))
		}
	}
	return template.HTML(template.HTMLEscapeString(value))
}

// markup is what phrase gives, as it stands on a page.
func markup(a any) template.HTML {
	if h, ok := a.(template.HTML); ok {
		return h
	}
	return template.HTML(template.HTMLEscapeString(plain(a)))
}

func (f Format) answerParts(q Field, say func(string, ...any) string) template.HTML {
	var out []string
	for _, p := range partNames[q.Kind] {
		if v := q.Parts[p]; v != "" {
			out = append(out, template.HTMLEscapeString(say("ui.part."+p))+" "+string(isolate("ltr", "", v)))
		}
	}
	comma := ", "
	if f.Lang == gov.Arabic {
		comma = "، "
	}
	return orDash(strings.Join(out, comma))
}

func orDash(s string) template.HTML {
	if s == "" {
		return "—"
	}
	return template.HTML(s)
}
