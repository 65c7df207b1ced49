package portal

import (
	"fmt"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// uploads stores the files that came with a page and adds them to the answers.
// What cannot be taken is a problem of its question; the rest goes on.
func (p *Portal) uploads(r *http.Request, d *draft, asked []form.Question, in form.Answers) (bad gov.Problems) {
	for _, q := range asked {
		switch q.Kind {
		case form.File:
			had := list(d.answers[q.Name])
			files, problem := p.store(r, d, q.Name, q.Name, room(q, len(had)))
			bad = append(bad, problem...)
			in[q.Name] = append(had, files...)
		case form.Group:
			bad = append(bad, p.rowUploads(r, d, q, in)...)
		}
	}
	return bad
}

// rowUploads carries the files of a group's rows over, and adds new ones.
func (p *Portal) rowUploads(r *http.Request, d *draft, q form.Question, in form.Answers) (bad gov.Problems) {
	saved := rowsOf(d.answers[q.Name])
	for _, inner := range q.Questions {
		if inner.Kind != form.File {
			continue
		}
		for i := range 200 {
			name := fmt.Sprintf("%s.%d.%s", q.Name, i, inner.Name)
			if len(sent(r, name)) == 0 {
				continue
			}
			for len(saved) <= i {
				saved = append(saved, map[string]any{})
			}
			had := list(saved[i][inner.Name])
			files, problem := p.store(r, d, q.Name+"."+inner.Name, name, room(inner, len(had)))
			bad = append(bad, problem...)
			saved[i][inner.Name] = append(had, files...)
		}
	}
	carry(q, saved, in, r.PostForm.Get("_remove"))
	return bad
}

// carry puts the files of saved rows into the rows that were sent.
func carry(q form.Question, saved []map[string]any, in form.Answers, removed string) {
	for i := range saved {
		if removed == fmt.Sprintf("%s.%d", q.Name, i) {
			saved = slices.Delete(saved, i, i+1)
			break
		}
	}
	for i, row := range rowsOf(in[q.Name]) {
		for _, inner := range q.Questions {
			if inner.Kind == form.File && i < len(saved) && saved[i][inner.Name] != nil {
				row[inner.Name] = dropped(saved[i][inner.Name], removed, fmt.Sprintf("%s.%d.%s.", q.Name, i, inner.Name))
			}
		}
	}
}

// dropped are files without the one that a pressed button named.
func dropped(files any, removed, prefix string) []any {
	blob, mine := strings.CutPrefix(removed, prefix)
	return slices.DeleteFunc(list(files), func(x any) bool {
		m, _ := x.(map[string]any)
		return mine && m["blob"] == blob
	})
}

func sent(r *http.Request, name string) []*multipart.FileHeader {
	if r.MultipartForm == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.MultipartForm.File[name]), func(h *multipart.FileHeader) bool { return h.Filename == "" && h.Size == 0 })
}

// room is how many more files a question takes.
func room(q form.Question, had int) int {
	most := 1
	if q.Files != nil && q.Files.Max > 0 {
		most = q.Files.Max
	}
	return most - had
}

// store keeps the files sent for one box.
func (p *Portal) store(r *http.Request, d *draft, question, name string, room int) (out []any, bad gov.Problems) {
	for i, h := range sent(r, name) {
		if i >= room {
			return out, append(bad, gov.Problem{Field: name, Text: pages.T("portal.file.many")})
		}
		a, err := p.storeOne(r, d, question, h)
		if err != nil {
			bad = append(bad, gov.Problem{Field: name, Text: gov.PublicOf(err)})
			continue
		}
		out = append(out, map[string]any{"blob": a.Blob, "name": a.Name, "type": a.Type, "size": a.Size, "scan": a.Scan})
	}
	return out, bad
}

func (p *Portal) storeOne(r *http.Request, d *draft, question string, h *multipart.FileHeader) (a form.Attachment, err error) {
	f, err := h.Open()
	if err != nil {
		return a, err
	}
	defer f.Close()
	if a, err = p.Engine.Upload(me(r), d.ID, d.Service, question, h.Filename, f); err != nil {
		return a, err
	}
	if q := d.Pack.Form.Question(question); q == nil || q.Kind != form.File {
		return a, nil // in a row or asked at a later step: checked with its answer
	}
	if t := d.Pack.Form.FileProblem(question, a.Type, a.Size); len(t) > 0 {
		return a, &gov.Error{Kind: gov.Invalid, Public: t, Field: question}
	}
	return a, nil
}

// list reads stored attachments; a fresh slice, so that adding changes nothing else.
func list(v any) []any {
	l, _ := v.([]any)
	return slices.Clone(l)
}

func rowsOf(v any) (out []map[string]any) {
	l, _ := v.([]any)
	for _, x := range l {
		m, _ := x.(map[string]any)
		if m == nil {
			m = map[string]any{}
		}
		out = append(out, m)
	}
	return out
}
