package desk

import (
	"io"
	"mime"
	"mime/multipart"
	"net/http"
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
	if r.MultipartForm == nil {
		return nil, nil
	}
	for _, q := range u.Questions {
		if q.Kind != form.File {
			continue
		}
		list, _ := answers[q.Name].([]any)
		for _, h := range r.MultipartForm.File[q.Name] {
			if h.Filename == "" {
				continue
			}
			a, err := d.upload(r, u, q.Name, h)
			if gov.KindOf(err) == gov.Invalid {
				bad = append(bad, gov.Problem{Field: q.Name, Text: gov.PublicOf(err)})
				continue
			}
			if err != nil {
				return nil, err
			}
			list = append(list, map[string]any{"blob": a.Blob, "name": a.Name, "type": a.Type, "size": a.Size, "scan": a.Scan})
		}
		if list != nil {
			answers[q.Name] = list
		}
	}
	return bad, nil
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

// pdf draws a document of a case.
func (d *Desk) pdf(w http.ResponseWriter, r *http.Request) error {
	id := gov.DocumentID(r.PathValue("id"))
	doc, err := d.Cases.Issuer.Get(r.Context(), id)
	if err != nil {
		return err
	}
	var page strings.Builder
	if err := d.Cases.Issuer.Render(r.Context(), &page, id); err != nil {
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
	if bad, ok := problems(err, "words"); ok {
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
