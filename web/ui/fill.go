package ui

import (
	"fmt"
	"strconv"
	"strings"

	"diwan.example/gov"
)

// Fill puts answers (canonical or as typed) and problems into fields. Amounts
// that are numbers are minor units of c; texts are left as they were typed.
func Fill(fields []Field, answers map[string]any, problems gov.Problems, c gov.Currency) []Field {
	wrong := map[string]gov.Text{}
	for _, p := range problems {
		if _, twice := wrong[p.Field]; !twice {
			wrong[p.Field] = p.Text
		}
	}
	return fill(fields, answers, wrong, c)
}

func fill(fields []Field, answers map[string]any, wrong map[string]gov.Text, c gov.Currency) []Field {
	out := make([]Field, len(fields))
	for i, f := range fields {
		f.Error = problemOf(f, wrong)
		if v, ok := answers[lastName(f.Name)]; ok && v != nil {
			f = f.answered(v, wrong, c)
		}
		out[i] = f
	}
	return out
}

// problemOf finds the problem of f or of one of its parts.
func problemOf(f Field, wrong map[string]gov.Text) gov.Text {
	if t, ok := wrong[f.Name]; ok {
		return t
	}
	for _, p := range partNames[f.Kind] {
		if t, ok := wrong[f.Name+"."+p]; ok {
			return t
		}
	}
	if f.Kind == "file" || f.Kind == "many-of" {
		for path, t := range wrong {
			if strings.HasPrefix(path, f.Name+".") {
				return t
			}
		}
	}
	return f.Error
}

func (f Field) answered(v any, wrong map[string]gov.Text, c gov.Currency) Field {
	switch f.Kind {
	case "date":
		if f.Parts = parts(v); len(f.Parts) == 0 {
			f.Value, f.Parts = scalar(v), dateParts(scalar(v))
		}
	case "many-of":
		f.Chosen = texts(v)
	case "address", "map-point":
		f.Parts = parts(v)
	case "group":
		f.Rows = nil
		for i, row := range rowsOf(v) {
			f.Rows = append(f.Rows, fill(at(f, i), row, wrong, c))
		}
	case "file":
		f.Files = filesOf(v)
	case "money":
		f.Value = amount(v, c)
	default:
		f.Value = scalar(v)
		if f.Gives == "money" {
			f.Value = amount(v, c)
		}
	}
	return f
}

func amount(v any, c gov.Currency) string {
	switch n := v.(type) {
	case gov.Money:
		return c.Decimal(n)
	case int64:
		return c.Decimal(gov.Money(n))
	case int:
		return c.Decimal(gov.Money(n))
	case float64:
		return c.Decimal(gov.Money(n))
	}
	return scalar(v)
}

func scalar(v any) string {
	if n, ok := v.(float64); ok {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return plain(v)
}

func texts(v any) (out []string) {
	switch list := v.(type) {
	case []string:
		return list
	case []any:
		for _, x := range list {
			out = append(out, scalar(x))
		}
	}
	return out
}

func parts(v any) map[string]string {
	out := map[string]string{}
	switch m := v.(type) {
	case map[string]any:
		for k, x := range m {
			out[k] = scalar(x)
		}
	case map[string]string:
		return m
	}
	return out
}

func rowsOf(v any) (out []map[string]any) {
	switch list := v.(type) {
	case []map[string]any:
		return list
	case []any:
		for _, x := range list {
			if m, ok := x.(map[string]any); ok {
				out = append(out, m)
			}
		}
	}
	return out
}

// filesOf reads stored attachments: objects with blob, name, type, size, scan.
func filesOf(v any) (out []FileRef) {
	if refs, ok := v.([]FileRef); ok {
		return refs
	}
	for _, m := range rowsOf(v) {
		size, _ := strconv.ParseFloat(scalar(m["size"]), 64)
		out = append(out, FileRef{ID: scalar(m["blob"]), Name: scalar(m["name"]), Type: scalar(m["type"]), Size: int64(size)})
	}
	return out
}

// dateParts takes "2026-11-23" apart; what is no date goes back where it was typed.
func dateParts(s string) map[string]string {
	p := strings.SplitN(s, "-", 3)
	for len(p) < 3 {
		p = append(p, "")
	}
	trim := func(x string) string {
		if n, err := strconv.Atoi(x); err == nil {
			return fmt.Sprint(n)
		}
		return x
	}
	return map[string]string{"year": trim(p[0]), "month": trim(p[1]), "day": trim(p[2])}
}
