// Package plan holds the yearly cycle of the programme: the authority sets a
// framework, a template and dates; every organisation writes its plan, gives it
// and is commented on; the authority finalises it, the committee approves it;
// then it is followed quarter by quarter and closed.
//
// Of a plan's progress nothing is typed: a promised service is proven when a case
// of it was completed here online, declared when only its organisation says so.
// What people type is the narrative.
//
// Who may do what is decided here, by the actor of the transaction. Owners and
// heads of an organisation write its plan, its head gives it; the authority
// returns and finalises; the committee approves; owners and heads of other
// organisations read what was given, comment and support.
package plan

import (
	"strconv"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/programme"
)

// Plans are the plans of a country. Every field is needed.
type Plans struct {
	Zone     *time.Location // in which deadlines end with the day
	Currency gov.Currency
}

// Plan is what one organisation sets out to do in one year.
type Plan struct {
	Year         int
	Organisation gov.OrgID
	State        State
	Head
}

// Head is what is known of a plan besides its sections.
type Head struct {
	Began     time.Time     `json:"began"`
	Submitted time.Time     `json:"submitted,omitzero"`
	Late      bool          `json:"late,omitempty"` // it was given after its deadline
	LateWhy   string        `json:"late_why,omitempty"`
	Extended  programme.Day `json:"extended,omitempty"` // until when the authority lets it be given; 0: no extension
	ExtendWhy string        `json:"extend_why,omitempty"`
	Accounted time.Time     `json:"accounted,omitzero"` // when the closing report was given
	Course    []Step        `json:"course,omitempty"`
	Results   []Result      `json:"results,omitempty"` // what became of its promises, once it is closed
}

// Step is one move in the life of a plan.
type Step struct {
	Event  string       `json:"event"`
	State  State        `json:"state"` // after it
	At     time.Time    `json:"at"`
	By     gov.PersonID `json:"by"`
	Acting gov.OrgID    `json:"acting"`
	Words  string       `json:"words,omitempty"` // why, where somebody said so
}

// Ref names the plan in the journal: "2027/moe".
func (p Plan) Ref() string { return strconv.Itoa(p.Year) + "/" + string(p.Organisation) }

// Editable reports whether the organisation may change the plan's sections now.
func (p Plan) Editable() bool { return p.State == Draft || p.State == Returned }

// Running reports whether the plan is followed quarter by quarter now.
func (p Plan) Running() bool { return p.State == Approved || p.State == Followed }

var (
	errNoPlan   = gov.Fail(gov.NotFound, "لا توجد خطة لهذه الجهة في هذه السنة", "This entity has no plan for this year")
	errNotYours = gov.Fail(gov.Denied, "لا يكتب خطة الجهة إلا مسؤول الخدمات فيها أو رئيسها", "Only the service owner or the head of an entity writes its plan")
	errNotHead  = gov.Fail(gov.Denied, "يرفع الخطة رئيس الجهة", "The head of the entity gives its plan")
	errNotLead  = gov.Fail(gov.Denied, "هذا الإجراء للجهة القائدة", "This is for the leading authority to do")
	errNotBoard = gov.Fail(gov.Denied, "اعتماد الخطط للجنة", "Approving plans is for the committee")
	errMeantime = gov.Fail(gov.Conflict, "تغيّرت حال الخطة بعد أن فتحت الصفحة، فافتحها من جديد", "The plan moved on after you opened the page; open it again")
)

// MayWrite reports whether an actor writes the plan of an organisation.
func MayWrite(a gov.Actor, org gov.OrgID) bool {
	return org != "" && a.Org == org && a.Has(gov.Owner, gov.Head)
}

// MayGive reports whether an actor gives the plan of an organisation: its head.
func MayGive(a gov.Actor, org gov.OrgID) bool { return org != "" && a.Org == org && a.Has(gov.Head) }

// MayLead reports whether an actor leads the cycle: the authority's team.
func MayLead(a gov.Actor) bool { return a.Staff() && a.Has(gov.Authority) }

// MayApprove reports whether an actor approves plans: the committee.
func MayApprove(a gov.Actor) bool { return a.Staff() && a.Has(gov.Committee) }

// MayRead reports whether an actor has anything to read in the cycle at all.
func MayRead(a gov.Actor) bool {
	return machine(a) || a.Staff() && a.Has(gov.Owner, gov.Head, gov.Authority, gov.Committee, gov.Auditor)
}

// machine reports whether the platform itself acts, as for a command.
func machine(a gov.Actor) bool { return a.Person == gov.System.Person && a.Org == "" }

// sees reports whether an actor may read a plan. What is still a draft is its
// organisation's, the authority's and the auditors'.
func sees(a gov.Actor, p Plan) bool {
	switch {
	case machine(a), MayLead(a), a.Staff() && a.Has(gov.Auditor), MayWrite(a, p.Organisation):
		return true
	}
	return p.State != Draft && MayRead(a)
}

// Begin begins the plan of an organisation for a year, or returns the one there
// is. Errors: Denied, NotFound (no such cycle or organisation), Conflict when the
// cycle is not open yet or any more.
func (s *Plans) Begin(tx *db.Tx, year int, org gov.OrgID) (Plan, error) {
	if !MayWrite(tx.Actor(), org) {
		return Plan{}, errNotYours
	}
	return s.begin(tx, year, org)
}

func (s *Plans) begin(tx *db.Tx, year int, org gov.OrgID) (Plan, error) {
	if p, found, err := planOf(tx, year, org); err != nil || found {
		return p, err
	}
	c, err := s.opened(tx, year)
	if err != nil {
		return Plan{}, err
	}
	if s.today(tx) < c.Opens {
		return Plan{}, gov.Fail(gov.Conflict, "تُفتح الخطط للكتابة في "+c.Opens.String(), "Plans may be written from "+c.Opens.String())
	}
	if err := knownOrganisation(tx, org); err != nil {
		return Plan{}, err
	}
	p := Plan{Year: year, Organisation: org, State: Draft, Head: Head{Began: tx.Now()}}
	p.note(tx, "begin", "")
	if err := insertPlan(tx, p); err != nil {
		return p, err
	}
	return p, p.told(tx, FactBegan, nil)
}

func knownOrganisation(tx *db.Tx, org gov.OrgID) error {
	all, err := catalogue.Organisations(tx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.ID == org {
			return nil
		}
	}
	return errNoPlan
}

func (s *Plans) today(tx *db.Tx) programme.Day { return programme.DayOf(tx.Now(), s.Zone) }

// note adds a step to the plan's course.
func (p *Plan) note(tx *db.Tx, event, words string) {
	a := tx.Actor()
	p.Course = append(p.Course, Step{Event: event, State: p.State, At: tx.Now(), By: a.Person, Acting: a.Org, Words: words})
}

func (p Plan) told(tx *db.Tx, name string, more map[string]any) error {
	body := map[string]any{"year": p.Year}
	for k, v := range more {
		body[k] = v
	}
	return journal.Append(tx, journal.Fact{Name: name, Subject: p.Ref(), Organisation: p.Organisation, Body: journal.Body(body)})
}

// Find returns a plan. Errors: NotFound, also for those who may not read it.
func (s *Plans) Find(tx *db.Tx, year int, org gov.OrgID) (Plan, error) {
	p, found, err := planOf(tx, year, org)
	if err == nil && (!found || !sees(tx.Actor(), p)) {
		err = errNoPlan
	}
	return p, err
}

// Of lists the plans of a year that the actor may read, by organisation.
func (s *Plans) Of(tx *db.Tx, year int) (out []Plan, err error) {
	all, err := plansOf(tx, year)
	for _, p := range all {
		if sees(tx.Actor(), p) {
			out = append(out, p)
		}
	}
	return out, err
}

// reason cleans what somebody said and wants it to be there. Field names where.
func reason(words, field string) (string, error) {
	words, _ = gov.CleanText(words)
	words = trim(words)
	if n := len([]rune(words)); n < 5 || n > longestWords {
		return words, gov.Fail(gov.Invalid, "اكتب السبب في جملة، بما لا يزيد على 4000 حرف", "Say why in a sentence, in 4000 letters at most").At(field)
	}
	return words, nil
}

// formOptions is how sections are checked.
func (s *Plans) formOptions() form.Options { return form.Options{Currency: s.Currency} }

// ParseYear reads the year of a cycle from an address or a command. Errors: NotFound.
func ParseYear(text string) (int, error) {
	n, err := strconv.Atoi(gov.Digits(text))
	if err != nil || n < firstYear || n > lastYear {
		return 0, errNoCycle
	}
	return n, nil
}

// Current is the year of the running cycle: the latest open one whose plans are
// followed or written, else the latest; 0 when there is none.
func Current(list []Cycle) int {
	for _, c := range list { // the latest first
		if c.State == CycleOpen {
			return c.Year
		}
	}
	if len(list) > 0 {
		return list[0].Year
	}
	return 0
}
