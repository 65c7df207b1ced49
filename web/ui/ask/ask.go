// Package ask puts the questions of a pack on a page: it turns them into fields
// of web/ui, and reads what was sent with its add and remove buttons carried out.
package ask

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
)

// Page is what stands beside the questions of a page.
type Page struct {
	Answers  form.Answers // canonical or as typed
	Problems gov.Problems
	Currency gov.Currency
	Source   gov.Text                                 // where filled-in values come from: "سجل السكان"
	Offered  form.Answers                             // what that source offers: only answers that stand as offered are said to come from it
	Held     *casework.Track                          // what registries said, and how typed answers compare; may be nil
	From     func(gov.Held) gov.Text                  // names the registry; needed with Held
	Wrong    func(question string) string             // where a person says that a held answer is wrong; may be nil
	Wallet   func(question string) string             // where a credential is presented for a question that takes one; may be nil
	FileURL  func(q string, a form.Attachment) string // where an uploaded file can be looked at; may be nil
}

// Fields returns the fields of qs with the page's answers and problems in them.
// A locked question without a value is asked openly.
func Fields(qs []form.Question, p Page) []ui.Field {
	out := ui.Fill(fieldsOf(qs, p.Source), p.Answers, p.Problems, p.Currency)
	for i, q := range qs {
		if q.Locked && p.Answers[q.Name] == nil {
			out[i].Locked = false
		}
		if !stands(q.Kind, p.Offered[q.Name], p.Answers[q.Name]) {
			out[i].Source = nil
		}
		if q.Held() && p.Held != nil {
			p.hold(&out[i], q)
		}
		if q.Credential != nil {
			p.prove(&out[i], q)
		}
		if q.Kind == form.File {
			link(&out[i], q.Name, p)
		}
	}
	return out
}

// stands reports whether an answer is still what the record offered, whichever
// way it was written.
func stands(k form.Kind, offered, answer any) bool {
	if offered == nil || answer == nil {
		return false
	}
	o, a := written(offered), written(answer)
	if k == form.Phone && a != "" && len(a) >= 8 {
		return strings.HasSuffix(o, a)
	}
	return o == a
}

// written is a value as text, its empty parts left out.
func written(v any) string {
	if s, ok := v.(string); ok {
		return strings.TrimSpace(s)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	var parts map[string]any
	if json.Unmarshal(b, &parts) != nil {
		return strings.Trim(string(b), `"`)
	}
	maps.DeleteFunc(parts, func(_ string, x any) bool { return x == nil || x == "" })
	b, _ = json.Marshal(parts)
	return string(b)
}

func fieldsOf(qs []form.Question, source gov.Text) []ui.Field {
	out := make([]ui.Field, len(qs))
	for i, q := range qs {
		out[i] = fieldOf(q, source)
	}
	return out
}

func fieldOf(q form.Question, source gov.Text) ui.Field {
	f := ui.Field{Kind: string(q.Kind), Name: q.Name, Label: q.Label, Hint: q.Help, Optional: q.Optional, Locked: q.Locked,
		MaxLength: q.MaxLength, Decimals: q.Decimals, Min: q.Min, Max: q.Max, Gives: string(q.Gives), MaxRows: q.MaxRows}
	if q.Prefill != "" {
		f.Source = source
	}
	for _, o := range q.Options {
		f.Options = append(f.Options, ui.Option{Value: o.Value, Text: o.Label})
	}
	switch q.Kind {
	case form.File:
		limits(&f, q.Files)
	case form.Group:
		f.Inner = fieldsOf(q.Questions, source)
	}
	return f
}

// limits shows the bounds of an upload; those that are not given have the
// values that form.FileLimits documents.
func limits(f *ui.Field, l *form.FileLimits) {
	f.MaxFiles, f.MaxKB, f.Accept = 1, 5120, "application/pdf,image/jpeg,image/png"
	if l == nil {
		return
	}
	if l.Max > 0 {
		f.MaxFiles = l.Max
	}
	if l.MaxKB > 0 {
		f.MaxKB = l.MaxKB
	}
	if len(l.Types) > 0 {
		f.Accept = strings.Join(l.Types, ",")
	}
}

func link(f *ui.Field, name string, p Page) {
	for i, file := range f.Files {
		if p.FileURL != nil {
			f.Files[i].URL = p.FileURL(name, form.Attachment{Blob: file.ID, Name: file.Name, Type: file.Type, Size: file.Size})
		}
	}
}

// Read takes the answers to qs out of a posted form as typed (see form.Parse).
// A pressed add or remove button of a group is carried out; rearranged then
// says to show the page again without checking it. Pressing remove at a file
// names it: removed is "question.blob".
func Read(v url.Values, qs []form.Question) (answers form.Answers, removed string, rearranged bool) {
	months(v)
	answers = form.Parse(v, qs)
	removed, rearranged = ui.Rearranged(v)
	for _, q := range qs {
		if q.Kind != form.Group {
			continue
		}
		rows, _ := answers[q.Name].([]any)
		for i := range rows {
			if removed == q.Name+"."+strconv.Itoa(i) {
				rows, removed = append(rows[:i:i], rows[i+1:]...), ""
				break
			}
		}
		if v.Get("_add") == q.Name {
			rows = append(rows, map[string]any{})
		}
		answers[q.Name] = rows
	}
	return answers, removed, rearranged
}

// months puts the number of a month where its name was written and understood.
func months(v url.Values) {
	for key := range v {
		name, ok := strings.CutSuffix(key, ".month")
		if !ok {
			continue
		}
		if p := strings.Split(ui.ReadDate(v, name), "-"); len(p) == 3 && len(p[1]) == 2 {
			v.Set(key, strings.TrimPrefix(p[1], "0"))
		}
	}
}

// Drop returns answers without the file that removed names, and whether it was there.
func Drop(answers form.Answers, removed string) (form.Answers, bool) {
	name, blob, ok := strings.Cut(removed, ".")
	list, _ := answers[name].([]any)
	if !ok || list == nil {
		return answers, false
	}
	kept := make([]any, 0, len(list))
	for _, x := range list {
		if m, _ := x.(map[string]any); fmt.Sprint(m["blob"]) != blob {
			kept = append(kept, x)
		}
	}
	out := form.Answers{}
	for k, v := range answers {
		out[k] = v
	}
	out[name] = kept
	return out, len(kept) < len(list)
}
