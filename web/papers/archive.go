package papers

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"

	"diwan.example/document/archive"
	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

type archivePage struct {
	Types    []ui.Option
	Type     string
	Batches  []batchLine
	Faults   *archive.Faults
	Done     *archive.Batch
	Problems gov.Problems
}

type batchLine struct {
	archive.Batch
	Name gov.Text
}

// Wrong is what is wrong with one box.
func (a archivePage) Wrong(field string) gov.Text { return wrongAt(a.Problems, field) }

// archive is where an entity brings its registers of old papers.
func (p *Papers) archive(w http.ResponseWriter, r *http.Request) error {
	return p.showArchive(w, r, http.StatusOK, archivePage{Type: r.URL.Query().Get("type")})
}

func (p *Papers) showArchive(w http.ResponseWriter, r *http.Request, status int, data archivePage) error {
	org := gov.ActorFrom(r.Context()).Org
	err := p.read(r, func(tx *db.Tx) error {
		types, err := inventory.Types(tx, org)
		if err != nil {
			return err
		}
		data.Types, data.Batches = nil, nil
		names := map[string]gov.Text{}
		for _, t := range types {
			data.Types = append(data.Types, ui.Option{Value: t.ID, Text: t.Name})
			names[t.ID] = t.Name
		}
		all, err := archive.Batches(tx, org)
		for _, b := range all {
			data.Batches = append(data.Batches, batchLine{b, names[b.Type]})
		}
		return err
	})
	if err != nil {
		return err
	}
	return pages.RenderStatus(w, r, status, "archive", data)
}

// bring enters a register. What is wrong is told row by row, and nothing entered.
func (p *Papers) bring(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	data := archivePage{Type: r.PostForm.Get("type")}
	file, head, err := r.FormFile("file")
	if err != nil {
		data.Problems = gov.Problems{{Field: "file", Text: pages.T("papers.file.none")}}
		return p.showArchive(w, r, http.StatusUnprocessableEntity, data)
	}
	defer file.Close()
	b, err := p.Archive.Import(r.Context(), archive.Source{Type: data.Type, Name: head.Filename, File: file})
	if errors.As(err, &data.Faults) {
		return p.showArchive(w, r, http.StatusUnprocessableEntity, data)
	}
	if list, wrong := gov.ProblemsOf(err, "file"); wrong {
		data.Problems = list
		return p.showArchive(w, r, http.StatusUnprocessableEntity, data)
	}
	if gov.KindOf(err) == gov.NotFound {
		data.Problems = gov.Problems{{Field: "type", Text: pages.T("papers.type.choose")}}
		return p.showArchive(w, r, http.StatusUnprocessableEntity, data)
	}
	if err != nil {
		return err
	}
	data.Done = &b
	return p.showArchive(w, r, http.StatusOK, data)
}

func (p *Papers) withdraw(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	if err := p.Archive.Withdraw(r.Context(), r.PostForm.Get("batch")); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/document-types/archive")
}

// checkPage is what anybody asks of a paper, and the answer.
type checkPage struct {
	Types    []ui.Option
	Question archive.Question
	Answer   *archive.Answer
	Org      gov.Text
	Problems gov.Problems
}

// Wrong is what is wrong with one box.
func (c checkPage) Wrong(field string) gov.Text { return wrongAt(c.Problems, field) }

// Tone is the colour of the answer.
func (c checkPage) Tone() string {
	switch {
	case !c.Answer.Found || c.Answer.Scan == archive.Differs || c.Answer.Holder == archive.Differs:
		return "bad"
	case c.Answer.Scan == archive.Same:
		return "good"
	}
	return "info"
}

// Verdict names the phrase papers.verdict.… of the answer.
func (c checkPage) Verdict() string {
	switch {
	case !c.Answer.Found:
		return "absent"
	case c.Answer.Scan == archive.Differs || c.Answer.Holder == archive.Differs:
		return "differs"
	case c.Answer.Scan == archive.Same:
		return "matches"
	}
	return "listed"
}

func (p *Papers) checkForm(w http.ResponseWriter, r *http.Request) error {
	return p.showCheck(w, r, http.StatusOK, checkPage{Question: archive.Question{Type: r.URL.Query().Get("type")}})
}

// showCheck shows the form; it offers the types that have a register of papers.
func (p *Papers) showCheck(w http.ResponseWriter, r *http.Request, status int, data checkPage) error {
	err := p.read(r, func(tx *db.Tx) error {
		have, err := archive.Figures(tx, "")
		if err != nil {
			return err
		}
		types, err := inventory.Types(tx, "")
		data.Types = nil
		for _, t := range types {
			if have[t.ID].Papers > 0 {
				org := p.Organisation(r.Context(), t.Organisation)
				data.Types = append(data.Types, ui.Option{Value: t.ID, Text: pages.T("papers.type.of", t.Name, org)})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	w.Header().Set("X-Robots-Tag", "noindex")
	return pages.RenderStatus(w, r, status, "check", data)
}

// check answers anybody, at a pace that makes guessing useless. The scan is read
// for its digest and not kept.
func (p *Papers) check(w http.ResponseWriter, r *http.Request) error {
	if err := p.Limit(r, "paper"); err != nil {
		return err
	}
	if err := formOf(r); err != nil {
		return err
	}
	f := r.PostForm
	data := checkPage{Question: archive.Question{Type: f.Get("type"), Number: f.Get("number"), Date: f.Get("date"), Holder: f.Get("holder")}}
	if file, head, err := r.FormFile("scan"); err == nil {
		defer file.Close()
		if head.Size > 0 {
			h := sha256.New()
			if _, err := io.Copy(h, file); err != nil {
				return gov.Fail(gov.Invalid, "تعذّرت قراءة الملف", "The file could not be read").Because(err)
			}
			data.Question.Scan = hex.EncodeToString(h.Sum(nil))
		}
	}
	answer, err := p.Archive.Check(r.Context(), data.Question)
	if gov.KindOf(err) == gov.NotFound {
		err = gov.Problems{{Field: "type", Text: pages.T("papers.type.choose")}}
	}
	if list, wrong := gov.ProblemsOf(err, "number"); wrong {
		data.Problems = list
		return p.showCheck(w, r, http.StatusUnprocessableEntity, data)
	}
	if err != nil {
		return err
	}
	data.Answer, data.Org = &answer, p.Organisation(r.Context(), answer.Organisation)
	data.Question.Scan = strings.TrimSpace(data.Question.Scan)
	return p.showCheck(w, r, http.StatusOK, data)
}
