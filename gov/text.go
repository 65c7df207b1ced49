package gov

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Lang is a language as a BCP 47 primary tag: "ar", "en", "fr".
type Lang string

// The languages the platform itself speaks. Its pages are in the first two; what
// it adds to a service's own words (errors, dates, the frame of a letter) is in
// all of them.
const (
	Arabic  Lang = "ar"
	English Lang = "en"
	French  Lang = "fr"
)

// Spoken are the languages in which a service may be written.
var Spoken = []Lang{Arabic, English, French}

// Dir is the writing direction for HTML's dir attribute.
func (l Lang) Dir() string {
	if l == Arabic {
		return "rtl"
	}
	return "ltr"
}

// Text is a phrase in one or more languages. A phrase that people see has all
// languages of the country; pack check refuses one that has not.
type Text map[Lang]string

// T makes a Text in Arabic and English.
func T(ar, en string) Text { return Text{Arabic: ar, English: en} }

// French gives t with its words in French: for what is read inside a service
// that may be written in French.
func (t Text) French(s string) Text {
	out := maps.Clone(t)
	out[French] = s
	return out
}

// In returns the phrase in l, else in Arabic (whoever reads another language
// than Arabic: in English before that), else in any language, else "".
func (t Text) In(l Lang) string {
	s, _ := t.Reading(l)
	return s
}

// Reading is what somebody who reads l is shown, as In chooses it, and the
// language that it is in; "" when there is nothing.
func (t Text) Reading(l Lang) (string, Lang) {
	near := [...]Lang{l, Arabic, English}
	if l != "" && l != Arabic {
		near = [...]Lang{l, English, Arabic}
	}
	for _, k := range near {
		if s := t[k]; s != "" {
			return s, k
		}
	}
	for _, k := range slices.Sorted(maps.Keys(t)) {
		if t[k] != "" {
			return t[k], k
		}
	}
	return "", ""
}

// Missing lists which of langs the phrase lacks.
func (t Text) Missing(langs ...Lang) (out []Lang) {
	for _, l := range langs {
		if strings.TrimSpace(t[l]) == "" {
			out = append(out, l)
		}
	}
	return out
}

// Sprintf fills every language's phrase with the same arguments; arguments that
// are themselves Text are put in that language.
func (t Text) Sprintf(args ...any) Text {
	out := Text{}
	for l, s := range t {
		in := make([]any, len(args))
		for i, a := range args {
			if x, ok := a.(Text); ok {
				a = x.In(l)
			}
			in[i] = a
		}
		out[l] = fmt.Sprintf(s, in...)
	}
	return out
}

// Digits turns Arabic-Indic (٠–٩) and extended Arabic-Indic (۰–۹) digits, and
// the Arabic decimal and thousands separators, into ASCII. Everything people
// type into a number goes through it.
func Digits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + (r - '٠')
		case r >= '۰' && r <= '۹':
			return '0' + (r - '۰')
		case r == '٫':
			return '.'
		case r == '٬':
			return ','
		}
		return r
	}, s)
}

// CleanText removes what no honest text contains: bidirectional overrides and
// embeddings (U+202A–202E, U+2066–2069), control characters except line breaks
// and tabs, and invalid UTF-8. It reports whether it removed anything.
// Source: Unicode TR 36 §2.3.
func CleanText(s string) (string, bool) {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == unicode.ReplacementChar, unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return clean, clean != s
}
