package plan

import (
	"context"
	"maps"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// Content is what a plan says, by section.
type Content map[string]form.Answers

// Part is one section of a plan as it stands.
type Part struct {
	Section   Section
	Questions []form.Question // with their choices
	Answers   form.Answers
	Saves     int // how often it was saved; give it back when saving
	Author    gov.PersonID
	Saved     time.Time // zero: never
	Missing   gov.Problems
}

// Whole reports whether the section is complete.
func (p Part) Whole() bool { return len(p.Missing) == 0 }

// Begun reports whether anything was written.
func (p Part) Begun() bool { return len(p.Answers) > 0 }

var errNoSection = gov.Fail(gov.NotFound, "لا يوجد قسم بهذا الاسم في قالب الخطة", "The plan's template has no such section")

// Parts are the sections of a plan that are asked, with what stands in them and
// what is missing. Errors: as Find.
func (s *Plans) Parts(tx *db.Tx, year int, org gov.OrgID) (Plan, []Part, error) {
	p, err := s.Find(tx, year, org)
	if err != nil {
		return p, nil, err
	}
	list, err := s.parts(tx, p)
	return p, list, err
}

func (s *Plans) parts(tx *db.Tx, p Plan) ([]Part, error) {
	c, found, err := cycleOf(tx, p.Year)
	if err != nil || !found {
		return nil, orElse(err, errNoCycle)
	}
	offer, err := choicesFor(tx, p.Organisation)
	if err != nil {
		return nil, err
	}
	kept, err := sectionsOf(tx, p.Year, p.Organisation)
	if err != nil {
		return nil, err
	}
	var out []Part
	for _, x := range c.Template.Asked() {
		part := kept[x.ID]
		part.Section, part.Questions = x, x.questions(offer)
		if _, err := s.check(tx, part.Questions, part.Answers, false); err != nil {
			part.Missing, _ = gov.ProblemsOf(err, x.ID)
		}
		if x.Needed && len(part.Answers) == 0 && len(part.Missing) == 0 {
			part.Missing = gov.Problems{{Field: "rows", Text: gov.T("هذا القسم مطلوب", "This section is needed")}}
		}
		out = append(out, part)
	}
	return out, nil
}

// check brings the answers to a section in their canonical shapes.
func (s *Plans) check(tx *db.Tx, qs []form.Question, in form.Answers, draft bool) (form.Answers, error) {
	if draft {
		qs = lenient(qs)
	}
	f, wrong := form.CompileQuestions(qs, nil, s.formOptions())
	if len(wrong) > 0 {
		return nil, gov.Fail(gov.Internal, "", "a section of a plan cannot be asked: "+wrong[0].String())
	}
	known := form.Answers{}
	for name, v := range in { // what is not asked any more is dropped
		if f.Question(name) != nil {
			known[name] = v
		}
	}
	return f.Check(context.WithoutCancel(tx.Context()), known, form.Context{Now: tx.Now(), Zone: s.Zone})
}

// Save keeps what was written in a section, complete or not. saves is the number
// that the section had when it was opened. Errors: Denied, NotFound; Conflict when
// somebody saved it meanwhile or the plan is not to be changed now; Problems when
// an answer cannot be read.
func (s *Plans) Save(tx *db.Tx, year int, org gov.OrgID, section string, in form.Answers, saves int) (Part, error) {
	p, err := s.written(tx, year, org)
	if err != nil {
		return Part{}, err
	}
	list, err := s.parts(tx, p)
	if err != nil {
		return Part{}, err
	}
	i := slices.IndexFunc(list, func(x Part) bool { return x.Section.ID == section })
	if i < 0 {
		return Part{}, errNoSection
	}
	part := list[i]
	if part.Saves != saves {
		return part, errOvertaken
	}
	out, err := s.check(tx, part.Questions, in, true)
	if err != nil {
		return part, err
	}
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil || v == "" })
	part.Answers, part.Saves, part.Author, part.Saved = out, saves+1, tx.Actor().Person, tx.Now()
	if err := hold(tx, p); err != nil {
		return part, err
	}
	ok, err := keepSection(tx, p, part, saves)
	if err == nil && !ok {
		err = errOvertaken
	}
	return part, err
}

// written is the plan that the actor may write now.
func (s *Plans) written(tx *db.Tx, year int, org gov.OrgID) (Plan, error) {
	p, err := s.Find(tx, year, org)
	switch {
	case err != nil:
		return p, err
	case !MayWrite(tx.Actor(), org):
		return p, errNotYours
	}
	if _, err := s.opened(tx, year); err != nil {
		return p, err
	}
	if _, err := p.may("save"); err != nil {
		return p, gov.Fail(gov.Conflict, "لا تُعدَّل الخطة وهي مرفوعة. إذا أُعيدت إليكم أمكن تعديلها", "A plan that was given is not changed; it can be once it is returned to you")
	}
	return p, nil
}

// content is what the plan says now.
func contentOf(list []Part) Content {
	out := Content{}
	for _, p := range list {
		if len(p.Answers) > 0 {
			out[p.Section.ID] = p.Answers
		}
	}
	return out
}

// Content is what a plan says now. Errors: as Find.
func (s *Plans) Content(tx *db.Tx, year int, org gov.OrgID) (Content, error) {
	if _, err := s.Find(tx, year, org); err != nil {
		return nil, err
	}
	return contentNow(tx, year, org)
}

func contentNow(tx *db.Tx, year int, org gov.OrgID) (Content, error) {
	kept, err := sectionsOf(tx, year, org)
	out := Content{}
	for id, part := range kept {
		out[id] = part.Answers
	}
	return out, err
}
