package desk

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/pack"
)

// pageSize is how many tasks a page of the queue shows.
const pageSize = 50

// queuePage shows references and deadlines only: whose case it is, is seen when
// the case is opened, and then the person can read that it was.
type queuePage struct {
	Tab      string
	Service  gov.ServiceID
	Tabs     []tab
	Services []service
	Rows     []row
	Next     string // cursor of the page after this one
	Today    today
	Was      *was // what was decided just before, when nothing came after it
}

type tab struct{ Name, Count string }

type service struct {
	ID    gov.ServiceID
	Title gov.Text
}

// row is one task of a list.
type row struct {
	casework.Task
	Title    gov.Text // of the service
	At       gov.Text // of the step
	Holder   gov.Text // who has claimed it
	Mine     bool
	MayClaim bool
	Clock    clock
}

// today is the officer's own work of the day.
type today struct{ Done, InTime int }

// Share is how much of it was decided in time.
func (t today) Share() float64 { return float64(t.InTime) / float64(t.Done) }

var tabs = []string{"all", "mine", "free", "late"}

func (d *Desk) queue(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := queuePage{Tab: q.Get("tab"), Service: gov.ServiceID(q.Get("service"))}
	if !slices.Contains(tabs, p.Tab) {
		p.Tab = "all"
	}
	err := d.Cases.DB.Read(r.Context(), func(tx *db.Tx) error {
		f := d.filter(tx, p, q.Get("after"))
		tasks, err := d.Cases.Queue(tx, f)
		if err != nil {
			return err
		}
		if len(tasks) > pageSize {
			tasks = tasks[:pageSize]
			p.Next = cursor(tasks[pageSize-1])
		}
		if p.Rows, err = d.rows(tx, tasks); err != nil {
			return err
		}
		p.Was = d.before(tx, r)
		return d.around(tx, &p)
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "queue", p)
}

func (d *Desk) filter(tx *db.Tx, p queuePage, after string) casework.QueueFilter {
	f := casework.QueueFilter{Service: p.Service, Limit: pageSize + 1}
	switch p.Tab {
	case "mine":
		f.Assignee = tx.Actor().Person
	case "free":
		f.Free = true
	case "late":
		f.LateBy = tx.Now()
	}
	if due, id, ok := strings.Cut(after, "."); ok {
		f.AfterDue, _ = strconv.ParseInt(due, 10, 64)
		f.AfterID = id
	}
	return f
}

func cursor(t casework.Task) string {
	due, id := t.Place()
	return strconv.FormatInt(due, 10) + "." + id
}

func (d *Desk) rows(tx *db.Tx, tasks []casework.Task) ([]row, error) {
	var holders []gov.PersonID
	for _, t := range tasks {
		if t.Assignee != "" {
			holders = append(holders, t.Assignee)
		}
	}
	names, err := identity.Names(tx, holders...)
	if err != nil {
		return nil, err
	}
	a := tx.Actor()
	out := make([]row, len(tasks))
	known := map[gov.ServiceID]*pack.Pack{}
	for i, t := range tasks {
		out[i] = row{Task: t, Holder: names[t.Assignee], Mine: t.Assignee == a.Person, Clock: d.clockOf(tx, t.Due),
			MayClaim: t.Assignee == "" && t.State == casework.TaskOpen && casework.MayWork(a, t)}
		if out[i].Title, out[i].At, err = d.titles(tx, known, t); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// titles names a task's service and step, as the version now in force does;
// known are the packs that were asked for already.
func (d *Desk) titles(tx *db.Tx, known map[gov.ServiceID]*pack.Pack, t casework.Task) (title, step gov.Text, err error) {
	p := known[t.Service]
	if p == nil {
		if p, err = d.Cases.Packs.Current(tx, t.Service); err != nil {
			return nil, nil, err
		}
		known[t.Service] = p
	}
	if s := p.Step(t.Step); s != nil {
		return p.Title, s.Title, nil
	}
	return p.Title, gov.T(t.Step, t.Step), nil
}

// around adds what stands around the list: counts, filters, the day's work.
func (d *Desk) around(tx *db.Tx, p *queuePage) error {
	c, err := d.Cases.QueueCounts(tx)
	if err != nil {
		return err
	}
	for i, n := range []int{c.Open, c.Mine, c.Free, c.Late} {
		p.Tabs = append(p.Tabs, tab{tabs[i], capped(n)})
	}
	packs, err := d.Cases.Packs.Heads(tx, tx.Actor().Org)
	if err != nil {
		return err
	}
	for _, k := range packs {
		p.Services = append(p.Services, service{k.ID, k.Title})
	}
	for _, x := range p.Rows { // opinions are asked on services of others
		if !slices.ContainsFunc(p.Services, func(s service) bool { return s.ID == x.Service }) {
			p.Services = append(p.Services, service{x.Service, x.Title})
		}
	}
	done, err := d.Cases.Done(tx, d.Cases.Calendar.Day(tx.Now()), 1000)
	for _, t := range done {
		p.Today.Done++
		if t.InTime() {
			p.Today.InTime++
		}
	}
	return err
}

// capped writes a count; counting stops at a thousand.
func capped(n int) string {
	if n >= 1000 {
		return "1000+"
	}
	return strconv.Itoa(n)
}

// clock is a legal deadline and how much of it is left.
type clock struct {
	Due    time.Time
	Days   int // working days left, or late
	Late   bool
	Paused time.Time // since when it stands still
	Hours  int       // working hours left, when it is less than a day
	Today  bool
}

func (d *Desk) clockOf(tx *db.Tx, due time.Time) (c clock) {
	if due.IsZero() {
		return c
	}
	now, cal := tx.Now(), d.Cases.Calendar
	c = clock{Due: due, Late: now.After(due), Days: cal.DaysBetween(now, due)}
	c.Today = !c.Late && cal.Day(now).Equal(cal.Day(due))
	if c.Late {
		c.Days = cal.DaysBetween(due, now)
	}
	if !c.Late && c.Days == 0 {
		c.Hours = int(cal.Between(now, due).Hours())
	}
	return c
}

// done lists what the officer decided today: the rows behind the figure.
func (d *Desk) done(w http.ResponseWriter, r *http.Request) error {
	var rows []row
	err := d.Cases.DB.Read(r.Context(), func(tx *db.Tx) error {
		tasks, err := d.Cases.Done(tx, d.Cases.Calendar.Day(tx.Now()), 1000)
		if err == nil {
			rows, err = d.rows(tx, tasks)
		}
		return err
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "done", rows)
}
