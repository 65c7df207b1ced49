package portal

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

type correctPage struct {
	Case     *draft
	By       int64
	Fields   []ui.Field
	Files    []string // files that were added before, as hidden values
	Asked    string
	Problems gov.Problems
}

// correcting loads a case that waits for the reader's correction; ok is false
// when it does not.
func (p *Portal) correcting(r *http.Request) (d *draft, ok bool, err error) {
	if err := p.gather(r); err != nil {
		return nil, false, err
	}
	err = p.write(r, func(tx *db.Tx) error {
		d, err = p.draft(tx, gov.CaseID(r.PathValue("id")))
		return err
	})
	if err != nil {
		return nil, false, err
	}
	d.ctx = r.Context()
	return d, d.State == casework.Open && len(p.Engine.Correctable(d.View)) > 0, nil
}

// toCorrect are the questions that may be answered anew and are asked now.
func (p *Portal) toCorrect(d *draft) (out []form.Question) {
	names := p.Engine.Correctable(d.View)
	for _, page := range d.visible {
		for _, q := range page.Questions {
			if slices.Contains(names, q.Name) {
				out = append(out, q)
			}
		}
	}
	return out
}

func (p *Portal) correctPage(w http.ResponseWriter, r *http.Request) error {
	d, ok, err := p.correcting(r)
	if err != nil {
		return err
	}
	if !ok {
		return ui.Redirect(w, r, d.Path())
	}
	return p.showCorrect(w, r, http.StatusOK, d, nil)
}

func (p *Portal) showCorrect(w http.ResponseWriter, r *http.Request, status int, d *draft, problems gov.Problems) error {
	qs := p.toCorrect(d)
	beside := p.beside(r, d, problems)
	beside.Answers = plain(d.answers)
	stored, _ := json.Marshal(d.View.Answers)
	beside.FileURL = func(_ string, a form.Attachment) string {
		if !strings.Contains(string(stored), a.Blob) {
			return "" // not part of the case yet
		}
		return ui.URL(r, d.Path("files", a.Blob))
	}
	data := correctPage{Case: d, By: db.Millis(d.OwedBy), Fields: ask.Fields(qs, beside), Files: filesIn(qs, beside.Answers), Asked: namesOf(qs), Problems: labelled(problems, qs)}
	return pages.RenderStatus(w, r, status, "correct", data)
}

func namesOf(qs []form.Question) string {
	var out []string
	for _, q := range qs {
		out = append(out, q.Name)
	}
	return strings.Join(out, " ")
}

// correct takes the corrections. Files that were added on the way travel with
// the form; the engine checks that they are the applicant's own.
func (p *Portal) correct(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	d, ok, err := p.correcting(r)
	if err != nil {
		return err
	}
	if !ok {
		return ui.Redirect(w, r, d.Path())
	}
	asked := slices.DeleteFunc(p.allToCorrect(d), func(q form.Question) bool {
		return !slices.Contains(strings.Fields(r.PostForm.Get("_asked")), q.Name)
	})
	bad, again := p.takeForm(r, d, asked)
	switch {
	case len(bad) > 0:
		return p.showCorrect(w, r, http.StatusUnprocessableEntity, d, bad)
	case again || len(p.toCorrect(d)) > len(asked):
		return p.showCorrect(w, r, http.StatusOK, d, nil)
	}
	in := form.Answers{}
	for _, q := range p.toCorrect(d) {
		in[q.Name] = d.answers[q.Name]
	}
	err = p.write(r, func(tx *db.Tx) error { _, err := p.Engine.Correct(tx, d.ID, in); return err })
	if problems, wrong := fieldProblems(err); wrong {
		return p.showCorrect(w, r, http.StatusUnprocessableEntity, d, problems)
	}
	if err != nil && gov.KindOf(err) != gov.Conflict {
		return err
	}
	return ui.Redirect(w, r, d.Path())
}

// allToCorrect are the questions that may be answered anew, asked now or not.
func (p *Portal) allToCorrect(d *draft) (out []form.Question) {
	names := p.Engine.Correctable(d.View)
	for _, q := range d.Pack.Form.Questions() {
		if slices.Contains(names, q.Name) {
			out = append(out, q)
		}
	}
	return out
}

// takeForm lays what was sent over the answers of a form that is not saved on
// its way. again: a button only rearranged the page.
func (p *Portal) takeForm(r *http.Request, d *draft, asked []form.Question) (bad gov.Problems, again bool) {
	brought(d.answers, asked, r.PostForm["_file"])
	in, removed, again := ask.Read(r.PostForm, asked)
	bad = p.uploads(r, d, asked, in)
	answers := over(d.answers, in)
	if removed != "" {
		answers, _ = ask.Drop(answers, removed)
	}
	d.with(answers)
	return bad, again
}

// carried is a file that travels with a form.
type carried struct {
	Path string          `json:"path"`
	File form.Attachment `json:"file"`
}

// filesIn lists the files in answers, each as a hidden value.
func filesIn(qs []form.Question, answers form.Answers) (out []string) {
	add := func(path string, v any) {
		b, err := json.Marshal(v)
		var files []form.Attachment
		if err != nil || json.Unmarshal(b, &files) != nil {
			return
		}
		for _, f := range files {
			if b, err := json.Marshal(carried{path, f}); err == nil {
				out = append(out, string(b))
			}
		}
	}
	for _, q := range qs {
		if q.Kind == form.File {
			add(q.Name, answers[q.Name])
		}
		for i, row := range rowsOf(answers[q.Name]) {
			for _, inner := range q.Questions {
				if inner.Kind == form.File {
					add(q.Name+"."+strconv.Itoa(i)+"."+inner.Name, row[inner.Name])
				}
			}
		}
	}
	return out
}

// brought puts the files that travelled with a form back into the answers, in
// place of what was there.
func brought(answers form.Answers, asked []form.Question, hidden []string) {
	for _, q := range asked {
		if q.Kind == form.File || q.Kind == form.Group {
			answers[q.Name] = []any{}
		}
	}
	for _, h := range hidden[:min(len(hidden), 200)] {
		var c carried
		if json.Unmarshal([]byte(h), &c) != nil {
			continue
		}
		file := map[string]any{"blob": c.File.Blob, "name": c.File.Name, "type": c.File.Type, "size": c.File.Size, "scan": c.File.Scan}
		name, rest, row := strings.Cut(c.Path, ".")
		if !slices.ContainsFunc(asked, func(q form.Question) bool { return q.Name == name }) {
			continue
		}
		if !row {
			answers[name] = append(list(answers[name]), file)
			continue
		}
		broughtRow(answers, name, rest, file)
	}
}

func broughtRow(answers form.Answers, name, rest string, file map[string]any) {
	number, inner, _ := strings.Cut(rest, ".")
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= 200 {
		return
	}
	rows := list(answers[name])
	for len(rows) <= i {
		rows = append(rows, map[string]any{})
	}
	if m, ok := rows[i].(map[string]any); ok {
		m[inner] = append(list(m[inner]), file)
	}
	answers[name] = rows
}
