package plan

import (
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/programme"
)

var (
	lead      = gov.Actor{Person: "lead", Org: "iga", Roles: []gov.Role{gov.Authority}}
	committee = gov.Actor{Person: "member", Org: "iga", Roles: []gov.Role{gov.Committee}}
	owner     = gov.Actor{Person: "owner", Org: "moe", Roles: []gov.Role{gov.Owner}}
	head      = gov.Actor{Person: "head", Org: "moe", Roles: []gov.Role{gov.Head}}
	neighbour = gov.Actor{Person: "neighbour", Org: "moh", Roles: []gov.Role{gov.Owner}}
	officer   = gov.Actor{Person: "officer", Org: "moe", Roles: []gov.Role{gov.Officer}}
	auditor   = gov.Actor{Person: "auditor", Org: "iga", Roles: []gov.Role{gov.Auditor}}
	resident  = gov.Actor{Person: "resident"}
	stranger  = gov.Actor{}
)

const certificate = "education/enrolment-certificate"

// world is the sample country with a clock that tests move.
type world struct {
	*testing.T
	*Plans
	d   *db.DB
	now time.Time
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t, &Plans{Zone: c.Calendar.Zone, Currency: c.Currency}, d, dbtest.Start}
	d.SetClock(func() time.Time { return w.now })
	if err := catalogue.New(d).Seed(gov.WithActor(t.Context(), gov.System), c); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) on(day string) {
	w.Helper()
	d, err := time.ParseInLocation("2006-01-02 15:04", day+" 10:00", w.Zone)
	if err != nil {
		w.Fatal(err)
	}
	w.now = d
}

func (w *world) as(a gov.Actor, fn func(tx *db.Tx) error) error {
	return w.d.Write(gov.WithActor(w.Context(), a), fn)
}

func (w *world) do(a gov.Actor, fn func(tx *db.Tx) error) {
	w.Helper()
	if err := w.as(a, fn); err != nil {
		w.Fatal(err)
	}
}

// refused wants a failure of a kind.
func (w *world) refused(k gov.Kind, a gov.Actor, what string, fn func(tx *db.Tx) error) {
	w.Helper()
	err := w.as(a, fn)
	if gov.KindOf(err) != k {
		w.Errorf("%s as %s %v: %v, want %s", what, a.Person, a.Roles, err, k)
	}
	if err != nil && (gov.PublicOf(err)[gov.Arabic] == "" || gov.PublicOf(err)[gov.English] == "") {
		w.Errorf("%s: the answer is not in both languages: %v", what, gov.PublicOf(err))
	}
}

// open makes and opens the cycle of 2027, due on 2026-12-10.
func (w *world) open() {
	w.Helper()
	w.do(lead, func(tx *db.Tx) error {
		c, err := w.Make(tx, 2027)
		if err != nil {
			return err
		}
		f := c.Frame
		f.Framework = gov.T("خدمات تُطلب مرة واحدة", "Ask once")
		f.Opens, f.Due, f.Comments, f.Final, f.Closing = 20261101, 20261210, 20261220, 20261231, 20280131
		if c, err = w.Schedule(tx, 2027, f, c.Saves); err != nil {
			return err
		}
		_, err = w.OpenCycle(tx, 2027, c.Saves)
		return err
	})
}

func (w *world) save(section string, in form.Answers) {
	w.Helper()
	w.do(owner, func(tx *db.Tx) error {
		_, parts, err := w.Parts(tx, 2027, "moe")
		if err != nil {
			return err
		}
		for _, p := range parts {
			if p.Section.ID == section {
				_, err = w.Save(tx, 2027, "moe", section, in, p.Saves)
				return err
			}
		}
		return errNoSection
	})
}

func list(rows ...map[string]any) form.Answers {
	out := []any{}
	for _, r := range rows {
		out = append(out, r)
	}
	return form.Answers{"rows": out}
}

// write writes a whole plan of the ministry of education.
func (w *world) write() {
	w.Helper()
	w.do(owner, func(tx *db.Tx) error { _, err := w.Begin(tx, 2027, "moe"); return err })
	w.save("vision", form.Answers{"vision": "مدرسة بلا ورق"})
	w.save("priorities", list(map[string]any{"title": "القبول والتسجيل", "why": "أكثر ما يُطلب"}))
	w.save(Services, list(map[string]any{"service": certificate, "quarter": "1", "level": "4"}, map[string]any{"service": "education/school-registration", "quarter": "3", "level": "4"}))
	w.save(Initiatives, list(map[string]any{"title": "ملف الطالب الواحد", "owner": "إدارة النظم", "budget": "12.500", "milestone_1": "اعتماد التصميم"}))
	w.save(Budget, list(map[string]any{"title": "تطوير", "sort": "capital", "amount": "100.500"}, map[string]any{"title": "تشغيل", "sort": "recurrent", "amount": "20"}))
	w.save(Challenges, list(map[string]any{"title": "تباين البيانات", "stands": "open"}))
	w.save(Linkages, list(map[string]any{"with": "moh", "data": "سجل التطعيم", "purpose": "القبول في الصف الأول"}))
}

// walk takes the written plan to a state.
func (w *world) walk(to State) {
	w.Helper()
	w.write()
	if to == Draft {
		return
	}
	w.do(head, func(tx *db.Tx) error { _, err := w.Submit(tx, 2027, "moe", ""); return err })
	if to == Submitted {
		return
	}
	w.do(lead, func(tx *db.Tx) error { _, err := w.Finalise(tx, 2027, "moe"); return err })
	if to == Finalised {
		return
	}
	w.do(committee, func(tx *db.Tx) error { _, err := w.Approve(tx, 2027, "moe"); return err })
}

func (w *world) plan(a gov.Actor) (p Plan) {
	w.Helper()
	w.do(a, func(tx *db.Tx) (err error) { p, err = w.Find(tx, 2027, "moe"); return err })
	return p
}

func (w *world) facts(name string) (n int) {
	w.Helper()
	w.do(gov.System, func(tx *db.Tx) error {
		all, err := journal.Of(tx, "2027/moe")
		for _, f := range all {
			if f.Name == name && f.Organisation == "moe" {
				n++
			}
		}
		return err
	})
	return n
}

func day(n int) programme.Day { return programme.Day(n) }
