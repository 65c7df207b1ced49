package desk

import (
	"context"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
)

// uploads says where the files of a posted form belong.
type uploads struct {
	Case      gov.CaseID
	Service   gov.ServiceID
	Questions []form.Question
}

// uploads stores the files of a posted form and adds them to answers. A file
// that is refused is a problem at its question; the others are kept.
func (d *Desk) uploads(r *http.Request, u uploads, answers form.Answers) (bad gov.Problems, err error) {
	for _, q := range u.Questions {
		switch q.Kind {
		case form.File:
			list, _ := answers[q.Name].([]any)
			more, refused, err := d.store(r, u, q.Name, q.Name)
			if err != nil {
				return nil, err
			}
			if bad = append(bad, refused...); list != nil || more != nil {
				answers[q.Name] = append(list, more...)
			}
		case form.Group:
			refused, err := d.rowUploads(r, u, q, answers)
			if err != nil {
				return nil, err
			}
			bad = append(bad, refused...)
		}
	}
	return bad, nil
}

// rowUploads adds the files of a group's rows. Boxes are numbered as they stood
// on the page: a row that was taken away has none any more.
func (d *Desk) rowUploads(r *http.Request, u uploads, q form.Question, answers form.Answers) (bad gov.Problems, err error) {
	rows, _ := answers[q.Name].([]any)
	removed := r.PostForm.Get("_remove")
	at := 0
	for i := 0; at < len(rows); i++ {
		if removed == fmt.Sprintf("%s.%d", q.Name, i) {
			continue
		}
		row, _ := rows[at].(map[string]any)
		at++
		for _, inner := range q.Questions {
			if inner.Kind != form.File || row == nil {
				continue
			}
			more, refused, err := d.store(r, u, q.Name+"."+inner.Name, fmt.Sprintf("%s.%d.%s", q.Name, i, inner.Name))
			if err != nil {
				return nil, err
			}
			list, _ := row[inner.Name].([]any)
			if bad = append(bad, refused...); list != nil || more != nil {
				row[inner.Name] = append(list, more...)
			}
		}
	}
	return bad, nil
}

// store keeps the files of one box as answers of a question.
func (d *Desk) store(r *http.Request, u uploads, question, box string) (list []any, bad gov.Problems, err error) {
	if r.MultipartForm == nil {
		return nil, nil, nil
	}
	for _, h := range r.MultipartForm.File[box] {
		if h.Filename == "" {
			continue
		}
		a, err := d.upload(r, u, question, h)
		if gov.KindOf(err) == gov.Invalid {
			bad = append(bad, gov.Problem{Field: box, Text: gov.PublicOf(err)})
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		list = append(list, map[string]any{"blob": a.Blob, "name": a.Name, "type": a.Type, "size": a.Size, "scan": a.Scan})
	}
	return list, bad, nil
}

// carry puts the files that are kept already into what was sent, but those a
// pressed button took away.
func carry(qs []form.Question, had, in form.Answers, removed string) {
	for _, q := range qs {
		switch q.Kind {
		case form.File:
			if list := without(had[q.Name], q.Name, removed); list != nil {
				in[q.Name] = list
			}
		case form.Group:
			carryRows(q, had, in, removed)
		}
	}
}

func carryRows(q form.Question, had, in form.Answers, removed string) {
	old, _ := had[q.Name].([]any)
	rows, _ := in[q.Name].([]any)
	at := 0
	for i := 0; i < len(old) && at < len(rows); i++ {
		if removed == fmt.Sprintf("%s.%d", q.Name, i) {
			continue
		}
		was, _ := old[i].(map[string]any)
		row, _ := rows[at].(map[string]any)
		at++
		for _, inner := range q.Questions {
			if list := without(was[inner.Name], fmt.Sprintf("%s.%d.%s", q.Name, i, inner.Name), removed); inner.Kind == form.File && list != nil && row != nil {
				row[inner.Name] = list
			}
		}
	}
}

// without are the files of a box but the one that a button names.
func without(files any, box, removed string) []any {
	list, ok := files.([]any)
	if !ok {
		return nil
	}
	blob, here := strings.CutPrefix(removed, box+".")
	return slices.DeleteFunc(slices.Clone(list), func(x any) bool {
		m, _ := x.(map[string]any)
		return here && m["blob"] == blob
	})
}

func (d *Desk) upload(r *http.Request, u uploads, question string, h *multipart.FileHeader) (form.Attachment, error) {
	f, err := h.Open()
	if err != nil {
		return form.Attachment{}, err
	}
	defer f.Close()
	return d.Cases.Upload(r.Context(), u.Case, u.Service, question, h.Filename, f)
}

// sendFile answers with a file of a case; it is shown, never run.
func (d *Desk) sendFile(w http.ResponseWriter, r *http.Request, id gov.CaseID, blob string) error {
	a, body, err := d.Cases.Attachment(r.Context(), id, blob)
	if err != nil {
		return err
	}
	defer body.Close()
	show := "attachment"
	if strings.HasPrefix(a.Type, "image/") || a.Type == "application/pdf" {
		show = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", a.Type)
	h.Set("Content-Length", strconv.FormatInt(a.Size, 10))
	h.Set("Content-Disposition", mime.FormatMediaType(show, map[string]string{"filename": a.Name}))
	_, err = io.Copy(w, body)
	return err
}

// pdf draws a document of a case for its officers to look at.
func (d *Desk) pdf(w http.ResponseWriter, r *http.Request) error {
	return d.sendPDF(w, r, d.Cases.Issuer.Render)
}

// print draws it for the person at the counter, which is counted.
func (d *Desk) print(w http.ResponseWriter, r *http.Request) error {
	return d.sendPDF(w, r, d.Cases.Issuer.Print)
}

func (d *Desk) sendPDF(w http.ResponseWriter, r *http.Request, draw func(context.Context, io.Writer, gov.DocumentID, ...gov.Lang) error) error {
	id := gov.DocumentID(r.PathValue("id"))
	doc, err := d.Cases.Issuer.Get(r.Context(), id)
	if err != nil {
		return err
	}
	var page strings.Builder
	if err := draw(r.Context(), &page, id); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": doc.Number + ".pdf"}))
	_, err = io.WriteString(w, page.String())
	return err
}

// note adds a note for colleagues.
func (d *Desk) note(w http.ResponseWriter, r *http.Request) error {
	id, words := gov.CaseID(r.PathValue("id")), strings.TrimSpace(r.PostFormValue("words"))
	err := d.write(r, func(tx *db.Tx) error { return d.Cases.Note(tx, id, words) })
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		p, err := d.casePage(r)
		if err != nil {
			return err
		}
		p.Kept, p.Wrong = words, bad
		return pages.RenderInvalid(w, r, "case", p)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, back(r, "/desk/cases/"+string(id))+"#notes")
}
