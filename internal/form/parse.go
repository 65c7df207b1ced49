package form

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
)

// parts are the names of a composite question's boxes.
var parts = map[Kind][]string{
	Date: {"day", "month", "year"}, Address: addressParts, MapPoint: {"lat", "lng"},
}

// Parse reads the fields of a page's form into raw answers, exactly as typed:
//
//	name                          one box
//	name (repeated)               many of
//	name.day name.month name.year date; a single box "name" is taken too
//	name.block …, name.lat …      address, map point
//	name.0.inner                  rows of a group
//	name (repeated) = blob key    files uploaded before; see Context.File
//
// A choice that browsers leave out when nothing is chosen comes back empty, so
// that it replaces an earlier answer. Computed values are not read.
func Parse(v url.Values, qs []Question) Answers {
	out := make(Answers, len(qs))
	for i := range qs {
		parseInto(out, v, &qs[i], qs[i].Name)
	}
	return out
}

func parseInto(out Answers, v url.Values, q *Question, key string) {
	got, sent := v[key]
	switch q.Kind {
	case Computed:
	case File:
		if l := stored(got); l != nil {
			out[q.Name] = l
		}
	case ManyOf:
		out[q.Name] = slices.DeleteFunc(slices.Clone(got), func(s string) bool { return s == "" })
		if got == nil {
			out[q.Name] = []string{}
		}
	case YesNo, OneOf, Declaration:
		out[q.Name] = last(got)
	case Date, Address, MapPoint:
		if o := object(v, parts[q.Kind], key); o != nil {
			out[q.Name] = o
		} else if sent {
			out[q.Name] = last(got)
		}
	case Group:
		out[q.Name] = rows(v, q, key)
	default:
		if sent {
			out[q.Name] = last(got)
		}
	}
}

// stored makes attachments of blob keys; what they are is looked up by Context.File.
func stored(keys []string) (out []any) {
	for _, k := range keys {
		if blobKey(k) && len(out) <= mostFiles {
			out = append(out, map[string]any{"blob": k})
		}
	}
	return out
}

// last takes the last value: a hidden box before a tick box gives the default.
func last(got []string) string {
	if len(got) == 0 {
		return ""
	}
	return got[len(got)-1]
}

func object(v url.Values, names []string, key string) map[string]any {
	var o map[string]any
	for _, name := range names {
		if got, sent := v[key+"."+name]; sent {
			if o == nil {
				o = make(map[string]any, len(names))
			}
			o[name] = last(got)
		}
	}
	return o
}

// rows gathers name.N.inner in the order of N; gaps close up.
func rows(v url.Values, q *Question, key string) []any {
	seen := map[int]bool{}
	var numbers []int
	for name := range v {
		rest, mine := strings.CutPrefix(name, key+".")
		number, _, more := strings.Cut(rest, ".")
		if !mine || !more || len(number) > 4 || !allDigits(number) {
			continue
		}
		if n, _ := strconv.Atoi(number); !seen[n] && strconv.Itoa(n) == number {
			seen[n] = true
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	if len(numbers) > mostRows+1 {
		numbers = numbers[:mostRows+1] // enough to be refused
	}
	out := make([]any, 0, len(numbers))
	for _, n := range numbers {
		row := Answers{}
		for i := range q.Questions {
			inner := &q.Questions[i]
			parseInto(row, v, inner, key+"."+strconv.Itoa(n)+"."+inner.Name)
		}
		if len(row) > 0 {
			out = append(out, map[string]any(row))
		}
	}
	return out
}

// Fill is the inverse of Parse: the fields of a page's form for answers, which
// may be canonical or still as typed; what was typed comes back unchanged.
func Fill(answers Answers, qs []Question, cur gov.Currency) url.Values {
	out := url.Values{}
	for i := range qs {
		q := &qs[i]
		if v, ok := answers[q.Name]; ok && v != nil {
			fillInto(out, q, q.Name, v, cur)
		}
	}
	return out
}

func fillInto(out url.Values, q *Question, key string, v any, cur gov.Currency) {
	switch q.Kind {
	case Computed:
	case File:
		list, _ := attachments(v)
		files, _ := list.([]Attachment)
		for _, a := range files {
			out.Add(key, a.Blob)
		}
	case ManyOf:
		if l, ok := items(v); ok {
			for _, x := range l {
				out.Add(key, box(q, x, cur))
			}
			return
		}
		out.Set(key, box(q, v, cur))
	case Date, Address, MapPoint:
		fillParts(out, q, key, v, cur)
	case Group:
		list, _ := items(v)
		for n, x := range list {
			row, _ := fields(x)
			for i := range q.Questions {
				inner := &q.Questions[i]
				if x, ok := row[inner.Name]; ok && x != nil {
					fillInto(out, inner, key+"."+strconv.Itoa(n)+"."+inner.Name, x, cur)
				}
			}
		}
	default:
		out.Set(key, box(q, v, cur))
	}
}

func fillParts(out url.Values, q *Question, key string, v any, cur gov.Currency) {
	if s, ok := v.(string); ok && q.Kind == Date {
		y, m, d := s, "", ""
		if t, canonical := looseText(s, "2006-01-02"); canonical {
			p := strings.Split(t.(string), "-")
			y, m, d = p[0], strings.TrimPrefix(p[1], "0"), strings.TrimPrefix(p[2], "0")
			out.Set(key+".year", y)
			out.Set(key+".month", m)
			out.Set(key+".day", d)
		}
		out.Set(key, s)
		return
	}
	o, ok := fields(v)
	if !ok {
		out.Set(key, box(q, v, cur))
		return
	}
	for _, name := range parts[q.Kind] {
		if x, ok := o[name]; ok && x != nil {
			out.Set(key+"."+name, box(q, x, cur))
		}
	}
}

// box is what stands in one box of the page.
func box(q *Question, v any, cur gov.Currency) string {
	switch x := v.(type) {
	case string:
		return x
	case bool:
		return strconv.FormatBool(x)
	}
	if q.Kind == Money {
		if m, ok := looseMoney(v); ok {
			return cur.Decimal(gov.Money(m.(int64)))
		}
	}
	s, _ := part(v)
	return s
}
