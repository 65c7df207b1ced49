package form

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"diwan.example/gov"
)

// A reader turns what was sent into the canonical answer of one kind. bad holds
// what is wrong; its fields are relative to the question ("" is the question
// itself, "block" a part, "0.name" a row's question).
type reader func(r *run, q *question, v any) (out any, bad gov.Problems)

var readers map[Kind]reader

func init() {
	readers = map[Kind]reader{
		ShortText: readShortText, LongText: readLongText, Number: readNumber, Money: readMoney, Date: readDate, Time: readTime,
		YesNo: readYesNo, OneOf: readOneOf, ManyOf: readManyOf, CivilNumber: readCivilNumber, Passport: readPassport, IBAN: readIBAN,
		Phone: readPhone, Email: readEmail, Address: readAddress, MapPoint: readMapPoint, File: readFile, Group: readGroup,
		Declaration: readDeclaration,
	}
}

// wrong is a problem of the question itself.
func wrong(t gov.Text) gov.Problems { return gov.Problems{{Text: t}} }

// empty reports whether v is no answer at all.
func empty(v any) bool {
	switch x := v.(type) {
	case nil:
		return true
	case string:
		return blank(x)
	case []any:
		return len(x) == 0 || len(x) == 1 && !isMap(x[0]) && empty(x[0])
	case []string:
		return len(x) == 0 || len(x) == 1 && blank(x[0])
	case []Attachment:
		return len(x) == 0
	case map[string]any:
		return emptyMap(x)
	case Answers:
		return emptyMap(x)
	case []map[string]any:
		return len(x) == 0
	}
	return false
}

func isMap(v any) bool { _, ok := fields(v); return ok }

// blank looks at the beginning only: a long text of spaces is cleaned later.
func blank(s string) bool { return s == "" || len(s) < 1<<16 && strings.TrimSpace(s) == "" }

func emptyMap(m map[string]any) bool {
	for _, v := range m {
		if !empty(v) {
			return false
		}
	}
	return true
}

// fields reads an object.
func fields(v any) (map[string]any, bool) {
	switch m := v.(type) {
	case map[string]any:
		return m, true
	case Answers:
		return m, true
	case map[string]string:
		out := make(map[string]any, len(m))
		for k, s := range m {
			out[k] = s
		}
		return out, true
	}
	return nil, false
}

// items reads a list.
func items(v any) ([]any, bool) {
	switch l := v.(type) {
	case []any:
		return l, true
	case []string:
		out := make([]any, len(l))
		for i, s := range l {
			out[i] = s
		}
		return out, true
	case []map[string]any:
		out := make([]any, len(l))
		for i, m := range l {
			out[i] = m
		}
		return out, true
	}
	return nil, false
}

// word reads a short line that people type into a box: digits in ASCII, without
// spaces around it and without invisible marks. ok is false when v is no text,
// too long or not text at all.
func word(v any, longest int) (s string, ok bool) {
	switch x := v.(type) {
	case string:
		s = x
	case json.Number:
		s = x.String()
	default:
		return "", false
	}
	if len(s) > 4*longest+64 || !utf8.ValidString(s) {
		return "", false
	}
	if !plainASCII(s) {
		s, _ = gov.CleanText(s)
		s = gov.Digits(marks.Replace(s))
	}
	s = strings.TrimSpace(s)
	return s, len(s) <= 4*longest
}

// marks are invisible letters that come along when people paste numbers.
var marks = strings.NewReplacer("\u200e", "", "\u200f", "", "\u061c", "", "\u200b", "", "\ufeff", "", "\u00a0", " ", "\u202f", " ")

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// squeeze removes what people put between digits.
func squeeze(s string) string {
	if !strings.ContainsAny(s, " -‐‑–()./") {
		return s
	}
	return between.Replace(s)
}

var between = strings.NewReplacer(" ", "", "-", "", "‐", "", "‑", "", "–", "", "(", "", ")", "", ".", "", "/", "")

func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
