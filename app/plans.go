package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/programme"
	"diwan.example/programme/plan"
)

// SeedPlans enters the yearly plans of a sample country as far as they came, by
// the hands of the sample's own people. Where there is a cycle it does nothing.
// It moves the clock into the past while it works: call it before serving.
func (a *App) SeedPlans(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	var some []plan.Cycle
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { some, err = a.Plans.Cycles(tx); return err })
	if err != nil || len(some) > 0 || len(a.Country.Cycles) == 0 {
		return err
	}
	now := time.Now()
	y := &years{App: a, today: now, now: now, staff: map[string]gov.Actor{}}
	defer a.DB.SetClock(time.Now)
	a.DB.SetClock(func() time.Time { return y.now })
	if err := a.DB.Read(ctx, y.meet); err != nil {
		return err
	}
	for _, c := range a.Country.Cycles {
		y.cycle(c)
	}
	slices.SortStableFunc(y.steps, func(a, b step) int { return a.at.Compare(b.at) })
	for _, s := range y.steps {
		y.now = s.at
		if err := a.DB.Write(ctx, s.do); err != nil {
			return gov.Wrap(err, "the sample's plans")
		}
	}
	return nil
}

// years are the sample's plans being lived.
type years struct {
	*App
	today, now time.Time
	staff      map[string]gov.Actor
	steps      []step
}

// step is something that happened at a time.
type step struct {
	at time.Time
	do func(tx *db.Tx) error
}

// meet finds the people who act.
func (y *years) meet(tx *db.Tx) error {
	for _, e := range y.Country.Staff() {
		p, err := identity.ByCivilNumber(tx, e.CivilNumber)
		if err != nil {
			return gov.Wrap(err, e.Key)
		}
		y.staff[e.Key] = gov.Actor{Person: p.ID, Org: e.Org, Roles: []gov.Role{e.Role}, Channel: gov.Portal}
	}
	return nil
}

// at adds something that somebody did on a day at ten; what is still to come is
// left out.
func (y *years) at(d programme.Day, who string, do func(tx *db.Tx) error) {
	t := d.Time()
	at := time.Date(t.Year(), t.Month(), t.Day(), 10, len(y.steps)%60, 0, 0, y.Plans.Zone)
	if at.Before(y.today) {
		y.steps = append(y.steps, step{at, func(tx *db.Tx) error { return do(tx.As(y.staff[who])) }})
	}
}

// authority is the post of the one who leads in the leading organisation.
func (y *years) authority() string { return string(y.Country.Authority) + "-authority" }

// frame are the dates of a cycle. A cycle ahead is open now, whatever the month.
func (y *years) frame(c country.Cycle) (year int, f plan.Frame) {
	today := programme.DayOf(y.today, y.Plans.Zone)
	year = y.today.In(y.Plans.Zone).Year() + c.Ahead
	day := func(y, m, d int) programme.Day { return programme.Day(y*10000 + m*100 + d) }
	f = plan.Frame{Framework: c.Framework, Opens: day(year-1, 10, 1), Due: day(year-1, 11, 30), Comments: day(year-1, 12, 15), Final: day(year-1, 12, 31), Closing: day(year+1, 1, 31)}
	if c.Ahead > 0 {
		f.Opens, f.Due, f.Comments = today.Add(-40), today.Add(12), today.Add(26)
		f.Final = max(f.Comments, f.Final)
	}
	return year, f
}

func (y *years) cycle(c country.Cycle) {
	year, f := y.frame(c)
	y.at(f.Opens, y.authority(), func(tx *db.Tx) error {
		made, err := y.Plans.Make(tx, year)
		if err != nil {
			return err
		}
		if made, err = y.Plans.Schedule(tx, year, f, made.Saves); err != nil {
			return err
		}
		_, err = y.Plans.OpenCycle(tx, year, made.Saves)
		return err
	})
	for _, p := range c.Plans {
		y.plan(year, f, p)
	}
}

// plan lets an organisation write its plan and brings it as far as it came.
func (y *years) plan(year int, f plan.Frame, p country.PastPlan) {
	org := p.Organisation
	owner, head := string(org)+"-owner", string(org)+"-head"
	y.at(f.Opens.Add(10), owner, func(tx *db.Tx) error { return y.write(tx, year, p) })
	if p.State == string(plan.Draft) {
		return
	}
	given := min(f.Due.Add(-3), programme.DayOf(y.today, y.Plans.Zone).Add(-6))
	if p.Late != "" {
		given = f.Due.Add(4)
	}
	y.at(given, head, func(tx *db.Tx) error { _, err := y.Plans.Submit(tx, year, org, p.Late); return err })
	for i, c := range p.Said {
		who := cmp.Or(map[bool]string{true: y.authority()}[c.Kind == string(plan.Change)], string(c.By)+"-owner")
		y.at(given.Add(1+i), who, func(tx *db.Tx) error {
			_, err := y.Plans.AddComment(tx, year, org, c.Section, plan.CommentKind(c.Kind), c.Words)
			return err
		})
	}
	if p.State == string(plan.Submitted) {
		return
	}
	y.at(given.Add(12), y.authority(), func(tx *db.Tx) error { _, err := y.Plans.Finalise(tx, year, org); return err })
	y.at(given.Add(20), string(y.Country.Authority)+"-committee", func(tx *db.Tx) error { _, err := y.Plans.Approve(tx, year, org); return err })
	for i, answers := range p.Reports {
		_, end := plan.Quarter(year, i+1)
		y.at(end.Add(6), owner, func(tx *db.Tx) error {
			_, err := y.Plans.SaveReport(tx, year, org, i+1, answers, 0)
			return err
		})
	}
}

// write writes the sections of a plan.
func (y *years) write(tx *db.Tx, year int, p country.PastPlan) error {
	if _, err := y.Plans.Begin(tx, year, p.Organisation); err != nil {
		return err
	}
	for _, s := range plan.Standard() {
		var in form.Answers
		switch said := p.Sections[s.ID].(type) {
		case map[string]any:
			in = said
		case []any:
			in = form.Answers{"rows": said}
		default:
			continue
		}
		if _, err := y.Plans.Save(tx, year, p.Organisation, s.ID, in, 0); err != nil {
			return gov.Wrap(err, string(p.Organisation)+" "+s.ID)
		}
	}
	return nil
}
