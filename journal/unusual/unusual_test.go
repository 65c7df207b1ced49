package unusual_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/journal"
	"diwan.example/journal/unusual"
)

// office is an organisation whose employees read people.
type office struct {
	*testing.T
	d     *db.DB
	w     *unusual.Watch
	now   time.Time
	staff map[string]gov.PersonID
}

// monday is a working day.
var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func newOffice(t *testing.T, d *db.DB) *office {
	t.Helper()
	o := &office{T: t, d: d, now: monday, staff: map[string]gov.PersonID{}}
	d.SetClock(func() time.Time { return o.now })
	o.w = &unusual.Watch{DB: d, Kin: unusual.Related, Calendar: &gov.Calendar{Weekend: []time.Weekday{time.Friday, time.Saturday}, Opens: 7 * time.Hour, Closes: 14 * time.Hour}}
	for i, name := range []string{"busy", "quiet", "calm", "boss"} {
		role := gov.Officer
		if name == "boss" {
			role = gov.Head
		}
		o.staff[name] = o.person(name, fmt.Sprint("9", i))
		o.do(gov.System, func(tx *db.Tx) error { return identity.Appoint(tx, o.staff[name], "moe", role) })
	}
	return o
}

func (o *office) auditor() gov.Actor {
	return gov.Actor{Person: "auditor", Org: "iga", Roles: []gov.Role{gov.Auditor}, Channel: gov.Portal, StepUp: o.now}
}

func (o *office) do(a gov.Actor, do func(tx *db.Tx) error) {
	o.Helper()
	if err := o.try(a, do); err != nil {
		o.Fatal(err)
	}
}

func (o *office) try(a gov.Actor, do func(tx *db.Tx) error) error {
	return o.d.Write(gov.WithActor(o.Context(), a), do)
}

func (o *office) person(name, building string) (id gov.PersonID) {
	o.Helper()
	o.do(gov.System, func(tx *db.Tx) (err error) {
		id, err = identity.Register(tx, identity.Person{NameAr: name, NameEn: name + " Al Family", Block: "1", Road: "2", Building: building})
		return err
	})
	return id
}

// reads makes n looks of an employee at people, a minute after another.
func (o *office) reads(name string, n int, l journal.Look, people ...gov.PersonID) {
	o.Helper()
	a := gov.Actor{Person: o.staff[name], Org: "moe", Roles: []gov.Role{gov.Officer}, Channel: gov.Portal}
	for i := range n {
		o.now = o.now.Add(time.Minute)
		l.Person = people[i%len(people)]
		if l.What == "" {
			l.What = "person"
		}
		o.do(a, func(tx *db.Tx) error { return journal.Looked(tx, l) })
	}
}

// found runs the day and gives its rules by employee, for instance "busy: hours bare".
func (o *office) found() string {
	o.Helper()
	if _, err := o.w.Run(gov.WithActor(o.Context(), o.auditor()), o.w.Number(o.now)); err != nil {
		o.Fatal(err)
	}
	var out []string
	for _, f := range o.list() {
		if f.Day != o.w.Number(o.now) {
			continue
		}
		for name, id := range o.staff {
			if id == f.Actor {
				out = append(out, name+":"+strings.Join(rules(f), ","))
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func (o *office) list() (all []unusual.Finding) {
	o.Helper()
	o.do(o.auditor(), func(tx *db.Tx) (err error) { all, err = unusual.Findings(tx, unusual.Filter{}); return err })
	return all
}

func rules(f unusual.Finding) (out []string) {
	for _, r := range f.Reasons {
		out = append(out, r.Rule)
	}
	return out
}

// strangers are n people nobody is related to.
func (o *office) strangers(n int) (out []gov.PersonID) {
	for i := range n {
		out = append(out, o.person("stranger", fmt.Sprint("5", i)))
	}
	return out
}

var work = journal.Look{What: "case", Case: "c1", Service: "education/enrolment-certificate"}

func TestOrdinaryWorkDoesNotStandOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.reads("busy", 40, work, o.strangers(20)...)
		o.reads("quiet", 3, journal.Look{What: "search"}, o.strangers(3)...)
		if got := o.found(); got != "" {
			t.Errorf("stands out: %s", got)
		}
	})
}

func TestEachRuleFindsItsReading(t *testing.T) {
	for _, c := range []struct {
		name string
		read func(o *office)
		want string
	}{
		{"outside working hours", func(o *office) { o.now = o.now.Add(9 * time.Hour); o.reads("busy", 3, work, o.strangers(3)...) }, "busy:hours"},
		{"on a day off", func(o *office) { o.now = o.now.AddDate(0, 0, 4); o.reads("busy", 3, work, o.strangers(3)...) }, "busy:hours"},
		{"without a case", func(o *office) { o.reads("busy", 5, journal.Look{}, o.strangers(5)...) }, "busy:bare"},
		{"somebody at the same address, for a case", func(o *office) { o.reads("busy", 1, work, o.person("sister", "90")) }, "busy:relative"},
		{"a ward", func(o *office) {
			ward := o.strangers(1)[0]
			o.do(gov.System, func(tx *db.Tx) error {
				_, err := identity.Grant(tx, identity.Mandate{Holder: o.staff["busy"], For: string(ward), Kind: identity.Guardian, Source: "test"})
				return err
			})
			o.reads("busy", 1, work, ward)
		}, "busy:relative"},
		{"the same family name, and nothing else", func(o *office) { o.reads("busy", 1, work, o.strangers(1)...) }, ""},
		{"a colleague", func(o *office) { o.reads("busy", 1, journal.Look{}, o.staff["boss"]) }, "busy:colleague"},
		{"somebody watched over", func(o *office) {
			star := o.strangers(1)[0]
			o.do(o.auditor(), func(tx *db.Tx) error { return unusual.Mark(tx, star, "معروفة") })
			o.reads("busy", 1, journal.Look{What: "search"}, star)
			o.reads("quiet", 1, work, star) // for a case it is work
		}, "busy:marked"},
		{"many people never connected by a case", func(o *office) { o.reads("busy", 15, journal.Look{What: "search"}, o.strangers(15)...) }, "busy:many"},
		{"many people, each of a case last week", func(o *office) {
			people := o.strangers(15)
			o.reads("busy", 15, work, people...)
			o.now = monday.AddDate(0, 0, 7)
			o.reads("busy", 15, journal.Look{What: "search"}, people...)
		}, ""},
		{"the same person all day", func(o *office) { o.reads("busy", 6, journal.Look{What: "search"}, o.strangers(1)...) }, "busy:again"},
		{"the same person day after day", func(o *office) {
			x := o.strangers(1)
			for range 4 {
				o.reads("busy", 1, journal.Look{What: "search"}, x...)
				o.now = o.now.Add(24 * time.Hour)
			}
			o.now = o.now.Add(-24 * time.Hour)
		}, "busy:again"},
		{"far more than before and than colleagues", func(o *office) {
			people := o.strangers(10)
			for range 6 {
				o.reads("busy", 4, work, people...)
				o.reads("calm", 6, work, people...)
				o.found()
				o.now = o.w.Begins(o.w.Number(o.now)).AddDate(0, 0, 1).Add(9 * time.Hour)
				if o.now.Weekday() == time.Friday {
					o.now = o.now.AddDate(0, 0, 2)
				}
			}
			o.reads("busy", 30, work, people...)
			o.reads("calm", 19, work, people...) // too few to stand out
		}, "busy:volume"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				o := newOffice(t, d)
				c.read(o)
				if got := o.found(); got != c.want {
					t.Errorf("found %q, want %q", got, c.want)
				}
				for _, f := range o.list() {
					o.opens(f)
				}
			})
		})
	}
}

// opens checks that every reason of a finding opens to its looks and has words.
func (o *office) opens(f unusual.Finding) {
	o.Helper()
	sum := 0
	for _, r := range f.Reasons {
		sum += r.Weight
		o.do(o.auditor(), func(tx *db.Tx) error {
			rows, err := f.Rows(tx, r.Rule)
			if len(rows) == 0 || len(rows) != len(r.Looks) || r.Weight == 0 || len(r.Words().Missing(gov.Arabic, gov.English)) > 0 {
				o.Errorf("%s opens to %d looks of %d: %v", r.Rule, len(rows), len(r.Looks), r.Words())
			}
			for _, l := range rows {
				if l.Actor != f.Actor {
					o.Errorf("%s shows somebody else's look", r.Rule)
				}
			}
			return err
		})
	}
	if sum != f.Score {
		o.Errorf("score %d is not the sum of its reasons, %d", f.Score, sum)
	}
}

func TestFindingsAreDecidedOnceByAnotherAuditor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.reads("busy", 5, journal.Look{}, o.strangers(5)...)
		o.reads("quiet", 5, journal.Look{}, o.strangers(5)...)
		o.found()
		list := o.list()
		if len(list) != 2 || list[0].Score != 2 || list[0].State != unusual.Open {
			t.Fatalf("%+v", list)
		}
		first, second := list[0].ID, list[1].ID
		explain := func(a gov.Actor, words string) gov.Kind {
			return gov.KindOf(o.try(a, func(tx *db.Tx) error { return unusual.Explain(tx, first, words) }))
		}
		self := o.auditor()
		self.Person = list[0].Actor
		officer := gov.Actor{Person: "x", Org: "moe", Roles: []gov.Role{gov.Officer, gov.Head, gov.Operator}}
		for name, c := range map[string]struct {
			got, want gov.Kind
		}{
			"their own":  {explain(self, "كان هذا عملي المعتاد"), gov.Denied},
			"an officer": {explain(officer, "كان هذا عملي المعتاد"), gov.Denied},
			"no words":   {explain(o.auditor(), " لا "), gov.Invalid},
			"explained":  {explain(o.auditor(), "حملة تدقيق أذن بها رئيس الجهة"), ""},
			"lists":      {gov.KindOf(o.try(officer, func(tx *db.Tx) error { _, err := unusual.Findings(tx, unusual.Filter{}); return err })), gov.Denied},
			"marks":      {gov.KindOf(o.try(officer, func(tx *db.Tx) error { return unusual.Mark(tx, o.staff["boss"], "رئيس") })), gov.Denied},
			"runs": {func() gov.Kind {
				_, err := o.w.Run(gov.WithActor(t.Context(), officer), 20261123)
				return gov.KindOf(err)
			}(), gov.Denied},
		} {
			if c.got != c.want {
				t.Errorf("%s: %q, want %q", name, c.got, c.want)
			}
		}
		if k := explain(o.auditor(), "مرة أخرى بلا داع"); k != gov.Conflict {
			t.Errorf("deciding twice: %q", k)
		}
		o.do(o.auditor(), func(tx *db.Tx) error { return unusual.Raise(tx, second, "case-1") })
		o.found() // running the day again changes nothing that is decided
		for _, f := range o.list() {
			if f.State == unusual.Open || f.By != "auditor" || f.ID == second && f.Case != "case-1" {
				t.Errorf("after the decisions: %+v", f)
			}
		}
		var names []string
		d.Read(t.Context(), func(tx *db.Tx) error {
			for _, id := range []string{first, second} {
				fs, err := journal.Of(tx, id)
				if err != nil {
					return err
				}
				for _, f := range fs {
					names = append(names, f.Name)
				}
			}
			return nil
		})
		if strings.Join(names, " ") != "unusual.explained unusual.raised" {
			t.Errorf("facts: %v", names)
		}
	})
}

func TestTheListIsPagedWithoutGaps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		for range 3 {
			for _, n := range []string{"busy", "quiet", "calm"} {
				o.reads(n, 5, journal.Look{}, o.strangers(5)...)
			}
			o.found()
			o.now = o.w.Begins(o.w.Number(o.now)).AddDate(0, 0, 1).Add(9 * time.Hour)
		}
		seen, before := map[string]bool{}, ""
		for range 9 {
			var page []unusual.Finding
			o.do(o.auditor(), func(tx *db.Tx) (err error) {
				page, err = unusual.Findings(tx, unusual.Filter{Before: before, Limit: 2})
				return err
			})
			for _, f := range page {
				if seen[f.ID] {
					t.Errorf("%s came twice", f.ID)
				}
				seen[f.ID], before = true, f.ID
			}
			if len(page) < 2 {
				break
			}
		}
		if len(seen) != 9 {
			t.Errorf("%d of nine", len(seen))
		}
	})
}
