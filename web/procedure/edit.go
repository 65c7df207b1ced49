package procedure

import (
	"net/http"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// editPage is one procedure being written.
type editPage struct {
	state
	Which    string
	Fields   []ui.Field
	Problems gov.Problems
	Saves    int
	Note     gov.Text // what hinders saving
}

// draft is the draft to be written in. Errors: NotFound, also for strangers and
// when nobody has begun one.
func (p *Procedure) draft(r *http.Request) (s state, err error) {
	if whiches[r.PathValue("which")] == "" {
		return s, gov.Fail(gov.NotFound, "لا توجد صفحة بهذا العنوان", "There is no page at this address")
	}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) error {
		if s, err = p.read(tx, r); err != nil {
			return err
		}
		if !s.Write || s.Draft == nil {
			return gov.Fail(gov.NotFound, "لا توجد مسودة لهذه الخدمة", "There is no draft of this service")
		}
		return nil
	})
	return s, err
}

func (p *Procedure) edit(w http.ResponseWriter, r *http.Request) error {
	s, err := p.draft(r)
	if err != nil {
		return err
	}
	v := editPage{state: s, Which: r.PathValue("which"), Saves: s.Draft.Saves}
	v.Fields = p.fields(r, &v.Entry, v.Which, written(*chosen(&v.Entry, v.Which), p.Country.Currency))
	if s.Review {
		v.Note = pages.T("procedure.review")
	}
	if r.URL.Query().Has("check") {
		var wrong gov.Problems
		if err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) { wrong, err = problems(tx, v.Entry); return err }); err != nil {
			return err
		}
		v.blame(placed(wrong, v.Which))
	}
	return pages.Render(w, r, "edit", &v)
}

// blame shows problems at their fields; those of no field stand above.
func (v *editPage) blame(list gov.Problems) {
	for _, x := range list {
		if !mark(v.Fields, x) {
			x.Field = "steps"
			v.Fields[1].Error = x.Text
		}
		v.Problems = append(v.Problems, x)
	}
}

func mark(fields []ui.Field, x gov.Problem) bool {
	for i := range fields {
		if fields[i].Name == x.Field {
			fields[i].Error = x.Text
			return true
		}
		for _, row := range fields[i].Rows {
			if mark(row, x) {
				return true
			}
		}
	}
	return false
}

// save keeps what was typed. What cannot be read is shown again as it was typed;
// what breaks a rule is kept, as a draft may be incomplete, and then shown at its
// place. When somebody else saved meanwhile, what was typed stays on the page and
// a second save replaces theirs.
func (p *Procedure) save(w http.ResponseWriter, r *http.Request) error {
	s, err := p.draft(r)
	if err != nil {
		return err
	}
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	which := r.PathValue("which")
	v := editPage{state: s, Which: which, Saves: saves(r)}
	typed := ui.Read(r.PostForm, p.fields(r, &v.Entry, which, nil))
	v.Fields = p.fields(r, &v.Entry, which, typed)
	if _, yes := ui.Rearranged(r.PostForm); yes {
		return pages.Render(w, r, "edit", &v)
	}
	procedure, wrong := understood(typed, v.Entry.Evidence, p.Country.Currency)
	if len(wrong) > 0 {
		v.blame(wrong)
		return pages.RenderInvalid(w, r, "edit", &v)
	}
	e := v.Entry
	*chosen(&e, which) = procedure
	err = p.DB.Write(r.Context(), func(tx *db.Tx) (err error) {
		if _, err = catalogue.Save(tx, e, v.Saves); err == nil {
			wrong, err = problems(tx, e)
		}
		return err
	})
	if gov.KindOf(err) == gov.Conflict {
		v.Note = gov.PublicOf(err)
		v.Saves = s.Draft.Saves // whoever saves now has seen that
		return pages.RenderStatus(w, r, http.StatusConflict, "edit", &v)
	}
	if err != nil {
		return err
	}
	if len(placed(wrong, which)) > 0 {
		return ui.Redirect(w, r, v.Here()+"/"+which+"?check=1")
	}
	return ui.Redirect(w, r, v.Here()+"?saved=1")
}

func saves(r *http.Request) int {
	n, err := strconv.Atoi(r.PostForm.Get("saves"))
	if err != nil {
		return -1 // never equal: a conflict, and nothing typed is lost
	}
	return n
}

// placed are the problems of one procedure, at the names of its fields:
// "as_is.steps.2.title.ar" is steps.2.title_ar.
func placed(list gov.Problems, which string) (out gov.Problems) {
	for _, x := range list {
		rest, mine := strings.CutPrefix(x.Field, whiches[which]+".")
		if !mine {
			continue
		}
		parts := strings.Split(rest, ".")
		if len(parts) > 3 && parts[2] == "title" {
			parts = []string{parts[0], parts[1], "title_" + parts[3]}
		}
		if len(parts) == 2 && parts[0] == "steps" {
			parts = append(parts, "days")
		}
		x.Field = strings.Join(parts[:min(len(parts), 3)], ".")
		out = append(out, x)
	}
	return out
}

// understood reads what was typed into a procedure; nothing typed is no procedure.
func understood(typed map[string]any, evidence []country.Evidence, c gov.Currency) (*country.Procedure, gov.Problems) {
	out := &country.Procedure{Since: text(typed, "since")}
	var wrong gov.Problems
	rows, _ := typed["steps"].([]map[string]any)
	for i, row := range rows {
		s, bad := step(row, c)
		for _, x := range bad {
			x.Field = "steps." + strconv.Itoa(i) + "." + x.Field
			wrong = append(wrong, x)
		}
		out.Steps = append(out.Steps, s)
	}
	if len(out.Steps) == 0 {
		return nil, wrong
	}
	return out, wrong
}

func text(m map[string]any, name string) string {
	s, _ := m[name].(string)
	s, _ = gov.CleanText(s)
	return strings.TrimSpace(s)
}
