package journal_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
)

// bureau is a database with a clock, an auditor and an investigator.
type bureau struct {
	*testing.T
	d    *db.DB
	now  time.Time
	told []journal.Order
	w    *jobs.Worker
}

func newBureau(t *testing.T, d *db.DB) *bureau {
	b := &bureau{T: t, d: d, now: dbtest.Start}
	d.SetClock(func() time.Time { return b.now })
	b.w = &jobs.Worker{DB: d, Log: slog.Default(), Kinds: journal.Jobs(func(_ *db.Tx, o journal.Order) error { b.told = append(b.told, o); return nil })}
	return b
}

func (b *bureau) auditor() gov.Actor {
	return gov.Actor{Person: "auditor", Org: "iga", Roles: []gov.Role{gov.Auditor}, StepUp: b.now, Channel: gov.Portal}
}

func (b *bureau) as(a gov.Actor, do func(tx *db.Tx) error) error {
	b.Helper()
	return b.d.Write(gov.WithActor(b.Context(), a), do)
}

func (b *bureau) order(a gov.Actor, o journal.Order) (out journal.Order, err error) {
	b.Helper()
	err = b.as(a, func(tx *db.Tx) (err error) { out, err = journal.Delay(tx, o); return err })
	return out, err
}

func (b *bureau) must(o journal.Order) journal.Order {
	b.Helper()
	out, err := b.order(b.auditor(), o)
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// look reads the person's data as somebody of an organisation.
func (b *bureau) look(actor gov.PersonID, org gov.OrgID, l journal.Look) {
	b.Helper()
	l.Person, l.What = "sara", "record"
	if err := b.as(gov.Actor{Person: actor, Org: org}, func(tx *db.Tx) error { return journal.Looked(tx, l) }); err != nil {
		b.Fatal(err)
	}
}

// sees are the subjects that the person finds in the log, newest first.
func (b *bureau) sees() (out string) {
	b.Helper()
	err := b.as(gov.Actor{Person: "sara"}, func(tx *db.Tx) error {
		ls, err := journal.Looks(tx, "sara", 50)
		for _, l := range ls {
			out += l.Subject
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

func (b *bureau) pass(d time.Duration) {
	b.Helper()
	b.now = b.now.Add(d)
	if _, err := b.w.RunDue(b.Context()); err != nil {
		b.Fatal(err)
	}
}

const day = 24 * time.Hour

func TestAnOrderDelaysOnlyWhatItCoversAndOpensAtItsDate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.look("i1", "moi", journal.Look{Subject: "a"}) // before the order: stays visible
		o := b.must(journal.Order{Person: "sara", Organisation: "moi", Legal: "قرار النيابة 12 لسنة 2026", Until: b.now.Add(30 * day)})
		b.now = b.now.Add(time.Hour)
		b.look("i1", "moi", journal.Look{Subject: "b"})
		b.look("o1", "moe", journal.Look{Subject: "c"})
		b.look("i1", "moi", journal.Look{Subject: "d", Opens: b.now.Add(9000 * day)}) // a caller cannot delay by itself
		b.look("o1", "moe", journal.Look{Subject: "e", Opens: b.now.Add(9000 * day), Order: o.ID})
		if got := b.sees(); got != "eca" {
			t.Errorf("the person sees %q", got)
		}
		var all []journal.Look
		if err := b.as(b.auditor(), func(tx *db.Tx) (err error) {
			all, err = journal.Audit(tx, journal.LookQuery{Person: "sara"})
			return err
		}); err != nil || len(all) != 5 || all[1].Order != o.ID || !all[1].Opens.Equal(o.Until) {
			t.Errorf("the auditor sees %+v, %v", all, err)
		}
		b.pass(30*day - time.Hour)
		if got := b.sees(); got != "edcba" {
			t.Errorf("after the date the person sees %q", got)
		}
		b.look("i1", "moi", journal.Look{Subject: "f"})
		b.pass(0)
		if len(b.told) != 1 || b.told[0].ID != o.ID || !strings.HasPrefix(b.sees(), "f") {
			t.Errorf("told %+v, sees %q", b.told, b.sees())
		}
		var orders []journal.Order
		if err := b.as(gov.Actor{Person: "sara"}, func(tx *db.Tx) (err error) { orders, err = journal.Delayed(tx, "sara"); return err }); err != nil || len(orders) != 1 || orders[0].Legal == "" || orders[0].Opened.IsZero() {
			t.Errorf("orders opened to the person: %+v, %v", orders, err)
		}
		var names []string
		d.Read(t.Context(), func(tx *db.Tx) error {
			fs, err := journal.Of(tx, o.ID)
			for _, f := range fs {
				names = append(names, f.Name)
				if strings.Contains(string(f.Body), "sara") {
					t.Errorf("the fact names the person: %s", f.Body)
				}
			}
			return err
		})
		if strings.Join(names, " ") != "journal.delayed journal.opened" {
			t.Errorf("facts %v", names)
		}
	})
}

func TestARenewalHidesOnWhatIsStillHidden(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		o := b.must(journal.Order{Person: "sara", Organisation: "moi", Actor: "i1", Legal: "قرار النيابة 12 لسنة 2026", Until: b.now.Add(10 * day)})
		b.now = b.now.Add(time.Hour)
		b.look("i1", "moi", journal.Look{Subject: "a"})
		b.look("i2", "moi", journal.Look{Subject: "x"}) // the order names one officer
		b.now = b.now.Add(5 * day)
		second := b.must(journal.Order{Renews: o.ID, Person: "somebody-else", Organisation: "moe", Legal: "قرار النيابة 20 لسنة 2026", Until: b.now.Add(20 * day)})
		if second.Person != "sara" || second.Organisation != "moi" || second.Actor != "i1" {
			t.Errorf("a renewal covers something else: %+v", second)
		}
		b.pass(6 * day)
		if got := b.sees(); got != "x" || len(b.told) != 0 {
			t.Errorf("after the first date: sees %q, told %d", got, len(b.told))
		}
		if _, err := b.order(b.auditor(), journal.Order{Renews: o.ID, Legal: "قرار النيابة 21 لسنة 2026", Until: b.now.Add(day)}); gov.KindOf(err) != gov.Conflict {
			t.Errorf("renewing twice: %v", err)
		}
		b.pass(15 * day)
		if got := b.sees(); got != "xa" || len(b.told) != 1 {
			t.Errorf("at the end: sees %q, told %d", got, len(b.told))
		}
		if _, err := b.order(b.auditor(), journal.Order{Renews: second.ID, Legal: "قرار النيابة 22 لسنة 2026", Until: b.now.Add(day)}); gov.KindOf(err) != gov.Conflict {
			t.Errorf("renewing what has opened: %v", err)
		}
	})
}

func TestADelayCannotBeAbused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		good := journal.Order{Person: "sara", Organisation: "moi", Legal: "قرار النيابة 12 لسنة 2026", Until: b.now.Add(30 * day)}
		for name, c := range map[string]struct {
			by    func(*gov.Actor)
			order func(*journal.Order)
			want  gov.Kind
		}{
			"an operator":                {by: func(a *gov.Actor) { a.Roles = []gov.Role{gov.Operator, gov.Head} }, want: gov.Denied},
			"the machine":                {by: func(a *gov.Actor) { *a = gov.System }, want: gov.Denied},
			"without a proof":            {by: func(a *gov.Actor) { a.StepUp = time.Time{} }, want: gov.SignIn},
			"an old proof":               {by: func(a *gov.Actor) { a.StepUp = b.now.Add(-10 * time.Minute) }, want: gov.SignIn},
			"for a whole organisation":   {order: func(o *journal.Order) { o.Person = "" }, want: gov.Invalid},
			"for every organisation":     {order: func(o *journal.Order) { o.Organisation = "" }, want: gov.Invalid},
			"without a decision":         {order: func(o *journal.Order) { o.Legal = "  لا   " }, want: gov.Invalid},
			"backdated":                  {order: func(o *journal.Order) { o.Until = b.now }, want: gov.Invalid},
			"for ever":                   {order: func(o *journal.Order) { o.Until = b.now.Add(367 * day) }, want: gov.Invalid},
			"the auditor's own reading":  {order: func(o *journal.Order) { o.Actor = "auditor" }, want: gov.Denied},
			"the auditor's organisation": {order: func(o *journal.Order) { o.Organisation = "iga" }, want: gov.Denied},
			"the auditor's own log":      {order: func(o *journal.Order) { o.Person = "auditor" }, want: gov.Denied},
			"of no order":                {order: func(o *journal.Order) { o.Renews = "none" }, want: gov.NotFound},
		} {
			a, o := b.auditor(), good
			if c.by != nil {
				c.by(&a)
			}
			if c.order != nil {
				c.order(&o)
			}
			if _, err := b.order(a, o); gov.KindOf(err) != c.want {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		officer := gov.Actor{Person: "o1", Org: "moe", Roles: []gov.Role{gov.Officer}}
		if err := b.as(officer, func(tx *db.Tx) error { _, err := journal.Orders(tx, 10); return err }); gov.KindOf(err) != gov.Denied {
			t.Errorf("an officer lists orders: %v", err)
		}
		if err := b.as(officer, func(tx *db.Tx) error {
			_, err := journal.Audit(tx, journal.LookQuery{Person: "sara"})
			return err
		}); gov.KindOf(err) != gov.Denied {
			t.Errorf("an officer reads a whole log: %v", err)
		}
	})
}
