package programme

import (
	"net/http"
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/programme/plan"
	"diwan.example/web/ui"
	"diwan.example/web/ui/ask"
)

// begin begins the plan of the reader's organisation.
func (p *Programme) begin(w http.ResponseWriter, r *http.Request) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	if err := p.change(r, func(tx *db.Tx) error { _, err := p.Plans.Begin(tx, x.Year, x.Org); return err }); err != nil {
		return err
	}
	return ui.Redirect(w, r, pathOf(x, "/write"))
}

func pathOf(x ref, more string) string {
	return top{Plan: plan.Plan{Year: x.Year, Organisation: x.Org}}.Path(more)
}

// writePage is the list of sections to write.
type writePage struct {
	top
	Parts    []plan.Part
	Offered  []plan.Result // unfinished from the year before
	Missing  int
	Late     bool // the deadline passed
	Shut     bool // and the time for comments
	Why      []ui.Field
	Problems gov.Problems
	Asked    []comment // what was asked for, while it is returned
}

func (p *Programme) write(w http.ResponseWriter, r *http.Request) error {
	return p.showWrite(w, r, http.StatusOK, nil, nil)
}

func whyQuestion() []form.Question {
	return []form.Question{{Name: "late_why", Kind: form.LongText, MaxLength: 1000, Label: pages.T("programme.late.why"), Help: pages.T("programme.late.hint")}}
}

func (p *Programme) showWrite(w http.ResponseWriter, r *http.Request, status int, typed form.Answers, problems gov.Problems) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	v := writePage{Problems: problems}
	err = p.read(r, func(tx *db.Tx) (err error) {
		if v.top, err = p.topOf(tx, r, x, "write"); err != nil {
			return err
		}
		if !v.Mine {
			return errNotYours
		}
		if _, v.Parts, err = p.Plans.Parts(tx, x.Year, x.Org); err != nil {
			return err
		}
		for _, part := range v.Parts {
			if !part.Whole() {
				v.Missing++
			}
		}
		v.Late, v.Shut = p.Plans.Overdue(tx, v.Cycle, v.Plan)
		v.Why = p.fields(whyQuestion(), typed, problems)
		if v.Offered, err = p.Plans.Offered(tx, x.Year, x.Org); err != nil || v.State != plan.Returned {
			return err
		}
		read := planPage{top: v.top}
		err = p.comments(tx, r.Context(), &read)
		v.Asked = slices.DeleteFunc(read.General, func(c comment) bool { return c.Kind != plan.Change || !c.Settled.IsZero() })
		for i := range v.Asked {
			v.Asked[i].About = titleOf(v.Parts, v.Asked[i].Section)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !v.Writable() {
		return ui.Redirect(w, r, pathOf(x, ""))
	}
	return pages.RenderStatus(w, r, status, "write", v)
}

var errNotYours = gov.Fail(gov.NotFound, "لا تُكتب هذه الخطة من حسابك", "This plan is not written from your account")

func titleOf(parts []plan.Part, section string) gov.Text {
	for _, x := range parts {
		if x.Section.ID == section {
			return x.Section.Title
		}
	}
	return pages.T("programme.whole")
}

// takeOver puts an unfinished service of the year before into the plan.
func (p *Programme) takeOver(w http.ResponseWriter, r *http.Request) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	service := gov.ServiceID(r.PostForm.Get("service"))
	if err := p.change(r, func(tx *db.Tx) error { return p.Plans.TakeOver(tx, x.Year, x.Org, service) }); err != nil {
		return err
	}
	return ui.Redirect(w, r, pathOf(x, "/write?done=taken"))
}

// editPage is one section being written.
type editPage struct {
	top
	Part     plan.Part
	Step, Of int
	Fields   []ui.Field
	Problems gov.Problems
	Saves    int
	Theirs   *block // what somebody else saved meanwhile
	Building []plan.UnderDevelopment
}

// find reads the section that an address names.
func (p *Programme) find(tx *db.Tx, r *http.Request, x ref) (v editPage, parts []plan.Part, err error) {
	if v.top, err = p.topOf(tx, r, x, "write"); err != nil {
		return v, nil, err
	}
	if !v.Mine {
		return v, nil, errNotYours
	}
	if _, parts, err = p.Plans.Parts(tx, x.Year, x.Org); err != nil {
		return v, nil, err
	}
	i := slices.IndexFunc(parts, func(part plan.Part) bool { return part.Section.ID == r.PathValue("section") })
	if i < 0 {
		return v, nil, errNoSection
	}
	v.Part, v.Step, v.Of, v.Saves = parts[i], i+1, len(parts), parts[i].Saves
	if v.Part.Section.ID == plan.Development {
		v.Building, err = p.Plans.Development(tx, x.Year, x.Org)
	}
	return v, parts, err
}

func (p *Programme) edit(w http.ResponseWriter, r *http.Request) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	var v editPage
	err = p.read(r, func(tx *db.Tx) (err error) { v, _, err = p.find(tx, r, x); return err })
	if err != nil {
		return err
	}
	if !v.Writable() {
		return ui.Redirect(w, r, pathOf(x, ""))
	}
	if r.URL.Query().Has("check") {
		v.Problems = v.Part.Missing
	}
	v.Fields = p.fields(v.Part.Questions, oneRow(v.Part.Questions, v.Part.Answers), v.Problems)
	return pages.Render(w, r, "edit", v)
}

// oneRow shows an empty list with its first row open.
func oneRow(qs []form.Question, a form.Answers) form.Answers {
	out := form.Answers{}
	for k, v := range a {
		out[k] = v
	}
	for _, q := range qs {
		if q.Kind == form.Group && out[q.Name] == nil {
			out[q.Name] = []any{map[string]any{}}
		}
	}
	return out
}

// save keeps a section as it was typed, complete or not.
func (p *Programme) save(w http.ResponseWriter, r *http.Request) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	var v editPage
	var parts []plan.Part
	if err := p.read(r, func(tx *db.Tx) (err error) { v, parts, err = p.find(tx, r, x); return err }); err != nil {
		return err
	}
	in, _, again := ask.Read(r.PostForm, v.Part.Questions)
	if again {
		v.Saves, v.Fields = savesOf(r), p.fields(v.Part.Questions, in, nil)
		return pages.Render(w, r, "edit", v)
	}
	err = p.change(r, func(tx *db.Tx) error {
		_, err := p.Plans.Save(tx, x.Year, x.Org, v.Part.Section.ID, in, savesOf(r))
		return err
	})
	if err == nil {
		return ui.Redirect(w, r, p.onward(x, v, parts, r.PostForm.Get("do")))
	}
	list, ok := refused(err, "rows")
	if !ok {
		return err
	}
	if gov.KindOf(err) == gov.Conflict { // the page shows both; saving again is meant
		theirs := shown(v.Part)
		v.Theirs = &theirs
	} else {
		v.Saves = savesOf(r)
	}
	v.Problems, v.Fields = list, p.fields(v.Part.Questions, in, list)
	return pages.RenderInvalid(w, r, "edit", v)
}

// onward is where one goes from a section that was saved.
func (p *Programme) onward(x ref, v editPage, parts []plan.Part, do string) string {
	if do == "next" && v.Step < v.Of {
		return pathOf(x, "/sections/"+parts[v.Step].Section.ID)
	}
	return pathOf(x, "/write?done=saved")
}

// submit gives the plan to the authority.
func (p *Programme) submit(w http.ResponseWriter, r *http.Request) error {
	x, err := refOf(r)
	if err != nil {
		return err
	}
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	why := r.PostForm.Get("late_why")
	err = p.change(r, func(tx *db.Tx) error { _, err := p.Plans.Submit(tx, x.Year, x.Org, why); return err })
	if list, ok := refused(err, "late_why"); ok {
		return p.showWrite(w, r, http.StatusUnprocessableEntity, form.Answers{"late_why": why}, list)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, pathOf(x, "?done=submitted"))
}
