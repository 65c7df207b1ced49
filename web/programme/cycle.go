package programme

import (
	"net/http"
	"strconv"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/programme"
	"diwan.example/programme/plan"
	"diwan.example/web/ui"
)

// frameQuestions ask for the framework and the dates of a cycle.
func frameQuestions() []form.Question {
	day := func(name string, help bool) form.Question {
		q := form.Question{Name: name, Kind: form.Date, Label: pages.T("programme.date." + name)}
		if help {
			q.Help = pages.T("programme.date.hint." + name)
		}
		return q
	}
	return []form.Question{
		{Name: "framework", Kind: form.LongText, Label: pages.T("programme.framework.ar"), Help: pages.T("programme.framework.hint")},
		{Name: "framework_en", Kind: form.LongText, Label: pages.T("programme.framework.en")},
		day("opens", false), day("due", true), day("comments", true), day("final", false), day("closing", true),
	}
}

// cyclePage is where the authority sets a cycle up.
type cyclePage struct {
	plan.Cycle
	Fields   []ui.Field
	Adding   []ui.Field // for a section of its own
	Problems gov.Problems
	Lessons  []lesson // of the year before
	Changed  bool     // somebody else saved meanwhile
	Saved    bool
}

type lesson struct {
	plan.Lesson
	Owner gov.Text
}

func (p *Programme) cycle(w http.ResponseWriter, r *http.Request) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	return p.showCycle(w, r, http.StatusOK, year, nil, nil, nil)
}

// showCycle shows the set-up of a cycle, with what was typed when something is
// wrong with it.
func (p *Programme) showCycle(w http.ResponseWriter, r *http.Request, status, year int, typed, adding form.Answers, problems gov.Problems) error {
	v := cyclePage{Problems: problems, Saved: r.URL.Query().Has("saved")}
	err := p.read(r, func(tx *db.Tx) (err error) {
		if v.Cycle, err = p.Plans.Cycle(tx, year); err != nil {
			return err
		}
		said, err := p.Plans.Lessons(tx, year-1)
		for _, l := range said {
			v.Lessons = append(v.Lessons, lesson{l, p.Organisation(r.Context(), l.Organisation)})
		}
		return err
	})
	if err != nil {
		return err
	}
	if typed == nil {
		typed = form.Answers{"framework": v.Framework[gov.Arabic], "framework_en": v.Framework[gov.English]}
		for name, d := range map[string]programme.Day{"opens": v.Opens, "due": v.Due, "comments": v.Comments, "final": v.Final, "closing": v.Closing} {
			typed[name] = d.String()
		}
	}
	v.Fields, v.Adding = p.fields(frameQuestions(), typed, problems), p.fields(titleQuestions(), adding, problems)
	return pages.RenderStatus(w, r, status, "cycle", v)
}

func frameOf(a form.Answers) plan.Frame {
	return plan.Frame{Framework: both(a, "framework"), Opens: dayOf(a, "opens"), Due: dayOf(a, "due"), Comments: dayOf(a, "comments"), Final: dayOf(a, "final"), Closing: dayOf(a, "closing")}
}

// saveCycle keeps framework and dates.
func (p *Programme) saveCycle(w http.ResponseWriter, r *http.Request) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	typed, out, problems, _, err := p.checked(r, frameQuestions())
	if err != nil {
		return err
	}
	if problems == nil {
		err := p.change(r, func(tx *db.Tx) error { _, err := p.Plans.Schedule(tx, year, frameOf(out), savesOf(r)); return err })
		list, ok := refused(err, "framework")
		if err != nil && !ok {
			return err
		}
		problems = list
	}
	if len(problems) > 0 {
		return p.showCycle(w, r, http.StatusUnprocessableEntity, year, typed, nil, problems)
	}
	return ui.Redirect(w, r, cyclePath(year)+"?saved=1")
}

func cyclePath(year int) string { return "/programme/cycles/" + strconv.Itoa(year) }

func (p *Programme) openCycle(w http.ResponseWriter, r *http.Request) error {
	return p.moveCycle(w, r, p.Plans.OpenCycle)
}

func (p *Programme) closeCycle(w http.ResponseWriter, r *http.Request) error {
	return p.moveCycle(w, r, p.Plans.CloseCycle)
}

func (p *Programme) moveCycle(w http.ResponseWriter, r *http.Request, move func(*db.Tx, int, int) (plan.Cycle, error)) error {
	year, err := yearOf(r)
	if err != nil {
		return err
	}
	if err := ui.ReadForm(r); err != nil {
		return err
	}
	err = p.change(r, func(tx *db.Tx) error { _, err := move(tx, year, savesOf(r)); return err })
	if list, ok := refused(err, "framework"); ok {
		return p.showCycle(w, r, http.StatusUnprocessableEntity, year, nil, nil, list)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, cyclePath(year)+"?saved=1")
}
