package plan

import (
	"slices"
	"strconv"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/programme"
)

// Cycle is the planning of one year, from template to closing.
type Cycle struct {
	Year  int
	State CycleState
	Frame
	Saves  int // how often it was saved; give it back when saving
	Author gov.PersonID
	Saved  time.Time
}

// Frame is what the authority writes of a cycle. Every day is counted in whole.
type Frame struct {
	Framework gov.Text      `json:"framework"` // what the year is about
	Opens     programme.Day `json:"opens"`     // from when plans may be written
	Due       programme.Day `json:"due"`       // until when they are to be given
	Comments  programme.Day `json:"comments"`  // until when others comment and support
	Final     programme.Day `json:"final"`     // until when they are to be final
	Closing   programme.Day `json:"closing"`   // until when closing reports are due
	Template  Template      `json:"template"`
}

// The years for which cycles may be.
const (
	firstYear = 2000
	lastYear  = 2100
)

const longestWords = 4000

var (
	errNoCycle   = gov.Fail(gov.NotFound, "لا توجد دورة تخطيط لهذه السنة", "There is no planning cycle for this year")
	errCycleMove = gov.Fail(gov.Conflict, "لا يُجرى هذا على الدورة في حالها الحالية", "This cannot be done to the cycle as it stands now")
	errOvertaken = gov.Fail(gov.Conflict, "حفظ شخص آخر هذه الصفحة بعد أن فتحتها. ما كتبته باقٍ أمامك، فقارنه بالمحفوظ ثم احفظ من جديد", "Somebody else saved this page after you opened it. What you wrote is still here: compare it with what is saved, then save again")
)

// Quarter is the first and last day of a quarter, 1 to 4, of the cycle's year.
func (c Cycle) Quarter(n int) (from, to programme.Day) { return Quarter(c.Year, n) }

// Quarter is the first and last day of a quarter, 1 to 4, of a year.
func Quarter(year, n int) (from, to programme.Day) {
	from = programme.Day(year*10000 + (3*n-2)*100 + 1)
	return from, programme.Day(year*10000 + 3*n*100 + 1).Last()
}

// Make begins the cycle of a year with the template of the cycle before it, or
// the standard one. Errors: Denied, Invalid (the year), Conflict when there is one.
func (s *Plans) Make(tx *db.Tx, year int) (Cycle, error) {
	if !MayLead(tx.Actor()) {
		return Cycle{}, errNotLead
	}
	if year < firstYear || year > lastYear {
		return Cycle{}, gov.Fail(gov.Invalid, "اكتب السنة بأربعة أرقام، من 2000 إلى 2100", "Write the year with four figures, from 2000 to 2100").At("year")
	}
	all, err := cycles(tx)
	if err != nil {
		return Cycle{}, err
	}
	c := Cycle{Year: year, State: CycleDraft, Frame: standardDates(year), Author: tx.Actor().Person, Saved: tx.Now()}
	c.Template = Standard()
	if slices.ContainsFunc(all, func(old Cycle) bool { return old.Year == year }) {
		return c, gov.Fail(gov.Conflict, "لهذه السنة دورة قائمة", "This year has its cycle already").At("year")
	}
	if i := slices.IndexFunc(all, func(old Cycle) bool { return old.Year < year }); i >= 0 { // the latest come first
		c.Template = all[i].Template.clone()
	}
	return c, insertCycle(tx, c)
}

// standardDates are the usual dates of a cycle: written in the autumn before the
// year, closed in the January after it.
func standardDates(year int) Frame {
	day := func(y, m, d int) programme.Day { return programme.Day(y*10000 + m*100 + d) }
	return Frame{Opens: day(year-1, 10, 1), Due: day(year-1, 11, 30), Comments: day(year-1, 12, 15), Final: day(year-1, 12, 31), Closing: day(year+1, 1, 31)}
}

// Cycles lists the cycles that the actor may read, the latest year first: what
// the authority still prepares is only its own.
func (s *Plans) Cycles(tx *db.Tx) ([]Cycle, error) {
	all, err := cycles(tx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(c Cycle) bool { return !seesCycle(tx.Actor(), c) }), nil
}

func seesCycle(a gov.Actor, c Cycle) bool {
	return MayRead(a) && (c.State != CycleDraft || machine(a) || MayLead(a) || a.Has(gov.Auditor))
}

// Cycle returns the cycle of a year. Errors: NotFound.
func (s *Plans) Cycle(tx *db.Tx, year int) (Cycle, error) {
	c, found, err := cycleOf(tx, year)
	if err == nil && (!found || !seesCycle(tx.Actor(), c)) {
		err = errNoCycle
	}
	return c, err
}

// opened is a cycle in which plans live now.
func (s *Plans) opened(tx *db.Tx, year int) (Cycle, error) {
	c, found, err := cycleOf(tx, year)
	switch {
	case err != nil:
		return c, err
	case !found:
		return c, errNoCycle
	case c.State != CycleOpen:
		return c, gov.Fail(gov.Conflict, "دورة هذه السنة غير مفتوحة", "The cycle of this year is not open")
	}
	return c, nil
}

// led is a cycle that the actor may change.
func (s *Plans) led(tx *db.Tx, year int, event string) (Cycle, error) {
	if !MayLead(tx.Actor()) {
		return Cycle{}, errNotLead
	}
	c, found, err := cycleOf(tx, year)
	if err != nil || !found {
		return c, orElse(err, errNoCycle)
	}
	to, ok := CycleMoves.Next(c.State, event)
	if !ok {
		return c, errCycleMove
	}
	c.State = to
	return c, nil
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// Schedule saves the framework and the dates of a cycle; of an open one too, so
// that deadlines can be moved for everybody. saves is the number that it had when
// it was opened to be edited. Errors: Denied, NotFound, Conflict, Invalid.
func (s *Plans) Schedule(tx *db.Tx, year int, f Frame, saves int) (Cycle, error) {
	c, err := s.led(tx, year, "save")
	if err != nil {
		return c, err
	}
	f.Framework, f.Template = cleanText(f.Framework), c.Template
	if err := f.check(); err != nil {
		return c, err
	}
	moved := f.dates() != c.dates()
	c.Frame = f
	if err := keepCycle(tx, &c, saves); err != nil || c.State != CycleOpen || !moved {
		return c, err
	}
	return c, c.told(tx, FactRescheduled)
}

func (f Frame) dates() [5]programme.Day {
	return [5]programme.Day{f.Opens, f.Due, f.Comments, f.Final, f.Closing}
}

func (f Frame) check() error {
	var list gov.Problems
	names := []string{"opens", "due", "comments", "final", "closing"}
	for i, d := range f.dates() {
		if i > 0 && d < f.dates()[i-1] {
			list = append(list, gov.Problem{Field: names[i], Text: gov.T("هذا الموعد يسبق الموعد الذي قبله في القائمة", "This date comes before the one above it")})
		}
	}
	for _, t := range f.Framework {
		if len([]rune(t)) > longestWords {
			list = append(list, gov.Problem{Field: "framework", Text: gov.T("الحد الأقصى 4000 حرف", "At most 4000 letters")})
		}
	}
	if len(list) > 0 {
		return list
	}
	return nil
}

// SetSection saves a section of the template while the cycle is prepared. Once
// it is open only words change: titles and guidance. Errors: as Schedule;
// NotFound when there is no such section.
func (s *Plans) SetSection(tx *db.Tx, year int, x Section, saves int) (Cycle, error) {
	c, err := s.led(tx, year, "save")
	if err != nil {
		return c, err
	}
	c.Template = c.Template.clone()
	at := c.Template.Section(x.ID)
	if at == nil {
		return c, errNoSection
	}
	if c.State == CycleOpen {
		x.Asked, x.Needed, x.Without, x.Extra = at.Asked, at.Needed, at.Without, at.Extra
	}
	if err := x.check(); err != nil {
		return c, err
	}
	*at = x
	return c, keepCycle(tx, &c, saves)
}

// AddSection adds a section of the authority's own to the template. Errors: as
// Schedule; Conflict once the cycle is open.
func (s *Plans) AddSection(tx *db.Tx, year int, title gov.Text, saves int) (Cycle, string, error) {
	c, err := s.led(tx, year, "save")
	if err != nil {
		return c, "", err
	}
	if c.State == CycleOpen {
		return c, "", errCycleMove
	}
	own := 1
	for c.Template.Section("own-"+strconv.Itoa(own)) != nil {
		own++
	}
	x := Section{ID: "own-" + strconv.Itoa(own), Title: title}
	if err := x.check(); err != nil {
		return c, "", err
	}
	if len(c.Template) >= mostSections {
		return c, "", gov.Fail(gov.Invalid, "في القالب 20 قسمًا، وهو الحد الأقصى", "The template has 20 sections, which is the most").At("title")
	}
	c.Template = append(c.Template.clone(), x)
	return c, x.ID, keepCycle(tx, &c, saves)
}

// OpenCycle lets organisations plan. Errors: Denied, NotFound, Conflict; Invalid
// while framework or template are incomplete.
func (s *Plans) OpenCycle(tx *db.Tx, year, saves int) (Cycle, error) {
	c, err := s.led(tx, year, "open")
	if err != nil {
		return c, err
	}
	if c.Framework[gov.Arabic] == "" || c.Framework[gov.English] == "" {
		return c, gov.Fail(gov.Invalid, "اكتب إطار السنة بالعربية والإنجليزية قبل فتح الدورة", "Write the framework of the year in Arabic and in English before you open the cycle").At("framework")
	}
	if len(c.Template.Asked()) == 0 {
		return c, gov.Fail(gov.Invalid, "اختر قسمًا واحدًا على الأقل", "Choose at least one section").At("framework")
	}
	if err := keepCycle(tx, &c, saves); err != nil {
		return c, err
	}
	return c, c.told(tx, FactOpened)
}

// CloseCycle ends a cycle whose plans are all closed. Errors: Denied, NotFound,
// Conflict.
func (s *Plans) CloseCycle(tx *db.Tx, year, saves int) (Cycle, error) {
	c, err := s.led(tx, year, "close")
	if err != nil {
		return c, err
	}
	all, err := plansOf(tx, year)
	if err != nil {
		return c, err
	}
	if len(all) == 0 || slices.ContainsFunc(all, func(p Plan) bool { return p.State != Closed }) {
		return c, gov.Fail(gov.Conflict, "تُغلق الدورة بعد إغلاق كل خططها", "A cycle is closed once all its plans are")
	}
	if err := keepCycle(tx, &c, saves); err != nil {
		return c, err
	}
	return c, c.told(tx, FactConcluded)
}

func keepCycle(tx *db.Tx, c *Cycle, saves int) error {
	c.Saves, c.Author, c.Saved = saves+1, tx.Actor().Person, tx.Now()
	ok, err := updateCycle(tx, *c, saves)
	if err == nil && !ok {
		err = errOvertaken
	}
	return err
}

func (c Cycle) told(tx *db.Tx, name string) error {
	return journal.Append(tx, journal.Fact{Name: name, Subject: strconv.Itoa(c.Year), Organisation: tx.Actor().Org, Body: journal.Body(map[string]any{
		"due": c.Due.String(), "comments": c.Comments.String(), "final": c.Final.String(), "closing": c.Closing.String()})})
}
