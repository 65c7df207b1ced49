package plan

import (
	"log/slog"
	"testing"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/programme"
)

// complete lets a case of a service be completed online, as the journal tells it.
func (w *world) complete(service, subject string) {
	w.Helper()
	w.do(gov.System, func(tx *db.Tx) error {
		return journal.Append(tx, journal.Fact{Name: "case.closed", Subject: subject, Service: gov.ServiceID(service), Organisation: "moe", Channel: gov.Portal, Version: "1",
			Body: journal.Body(map[string]any{"outcome": "granted"})})
	})
	p := &journal.Pump{DB: w.d, Log: slog.New(slog.DiscardHandler), Followers: []journal.Follower{catalogue.Follower(), programme.Follower(w.Zone)}}
	if err := p.Drain(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) results(a gov.Actor) map[gov.ServiceID]Result {
	w.Helper()
	out := map[gov.ServiceID]Result{}
	w.do(a, func(tx *db.Tx) error {
		list, err := w.Progress(tx, 2027, "moe")
		for _, r := range list {
			out[r.Service] = r
		}
		return err
	})
	return out
}

func (w *world) report(part int, in form.Answers) error {
	return w.as(owner, func(tx *db.Tx) error {
		_, list, err := w.Reports(tx, 2027, "moe")
		if err != nil {
			return err
		}
		saves := 0
		for _, r := range list {
			if r.Part == part {
				saves = r.Saves
			}
		}
		_, err = w.SaveReport(tx, 2027, "moe", part, in, saves)
		return err
	})
}

const registration = "education/school-registration"

func TestProgressFillsItselfAndTheYearIsClosed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open()
		w.walk(Approved)
		w.do(gov.System, func(tx *db.Tx) error { // the entries' own words are no part of this
			for _, id := range []gov.ServiceID{certificate, registration} {
				s, err := catalogue.Find(tx, id)
				if err != nil {
					return err
				}
				s.Entry.Online.Level, s.Entry.Online.Declared = 1, ""
				if err := catalogue.Enter(tx, s.Entry); err != nil {
					return err
				}
			}
			return nil
		})
		if r := w.results(owner); r[certificate].Outcome != Waiting || r[registration].Outcome != Waiting {
			t.Errorf("%+v", r)
		}
		if err := w.report(1, form.Answers{"words": "بدأنا قبل الموعد"}); gov.KindOf(err) != gov.Conflict {
			t.Errorf("a quarter that has not begun: %v", err)
		}
		w.on("2027-02-10")
		w.complete(certificate, "c1")
		w.on("2027-04-02")
		if err := w.report(1, form.Answers{"words": ""}); gov.KindOf(err) != gov.Invalid {
			t.Errorf("a report without words: %v", err)
		}
		if err := w.report(1, form.Answers{"words": "أُطلقت الخدمة", "milestones": []any{"0"}}); err != nil {
			t.Fatal(err)
		}
		if p := w.plan(committee); p.State != Followed {
			t.Errorf("reported on, it is %s", p.State)
		}
		r := w.results(committee)
		if x := r[certificate]; x.Outcome != Proven || x.Cases != [4]int64{1, 0, 0, 0} || x.Outcome.Basis() != "proven" {
			t.Errorf("%+v", x)
		}
		w.on("2027-10-05")
		if x := w.results(lead)[registration]; x.Outcome != Overdue {
			t.Errorf("%+v", x)
		}
		w.do(gov.System, func(tx *db.Tx) error {
			s, err := catalogue.Find(tx, registration)
			if err != nil {
				return err
			}
			s.Entry.Online.Level, s.Entry.Online.Declared = 4, "2027-09-20"
			return catalogue.Enter(tx, s.Entry)
		})
		if x := w.results(lead)[registration]; x.Outcome != Declared || x.Outcome.Basis() != "declared" {
			t.Errorf("a word is no proof: %+v", x)
		}
		w.complete(registration, "c2")
		if x := w.results(lead)[registration]; x.Outcome != Late || x.Cases[3] != 1 {
			t.Errorf("%+v", x)
		}
		w.closeYear()
	})
}

// closeYear gives the closing report and closes plan and cycle.
func (w *world) closeYear() {
	w.Helper()
	w.on("2028-01-10")
	w.refused(gov.Conflict, lead, "close before the report", func(tx *db.Tx) error { _, err := w.Close(tx, 2027, "moe"); return err })
	if err := w.report(Closing, form.Answers{"words": "سنة جيدة"}); err != nil {
		w.Fatal(err)
	}
	w.refused(gov.Invalid, head, "account with gaps", func(tx *db.Tx) error { _, err := w.Account(tx, 2027, "moe"); return err })
	if err := w.report(Closing, form.Answers{"words": "سنة جيدة", "lessons": "الربط أولًا", "stands_1": "solved", "solution_1": "تقرير مطابقة شهري"}); err != nil {
		w.Fatal(err)
	}
	w.refused(gov.Denied, owner, "account without being the head", func(tx *db.Tx) error { _, err := w.Account(tx, 2027, "moe"); return err })
	w.do(head, func(tx *db.Tx) error { _, err := w.Account(tx, 2027, "moe"); return err })
	if err := w.report(Closing, form.Answers{"words": "تعديل"}); gov.KindOf(err) != gov.Conflict {
		w.Errorf("changing what was accounted: %v", err)
	}
	w.do(lead, func(tx *db.Tx) error { _, err := w.Close(tx, 2027, "moe"); return err })
	w.refused(gov.Conflict, lead, "close twice", func(tx *db.Tx) error { _, err := w.Close(tx, 2027, "moe"); return err })
	w.do(lead, func(tx *db.Tx) error {
		said, err := w.Lessons(tx, 2027)
		if len(said) != 1 || said[0].Words != "الربط أولًا" {
			w.Errorf("lessons %+v", said)
		}
		if err != nil {
			return err
		}
		c, err := w.Cycle(tx, 2027)
		if err == nil {
			_, err = w.CloseCycle(tx, 2027, c.Saves)
		}
		return err
	})
}

func TestWhatWasNotDoneIsOfferedToTheNextYear(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.open()
	w.walk(Approved)
	w.do(gov.System, func(tx *db.Tx) error {
		s, err := catalogue.Find(tx, registration)
		if err != nil {
			return err
		}
		s.Entry.Online.Level = 0
		return catalogue.Enter(tx, s.Entry)
	})
	w.on("2027-11-01")
	w.do(lead, func(tx *db.Tx) error {
		c, err := w.Make(tx, 2028)
		if err != nil {
			return err
		}
		f := c.Frame
		f.Framework = gov.T("إطار", "Framework")
		if c, err = w.Schedule(tx, 2028, f, 0); err != nil {
			return err
		}
		_, err = w.OpenCycle(tx, 2028, 1)
		return err
	})
	w.do(owner, func(tx *db.Tx) error { _, err := w.Begin(tx, 2028, "moe"); return err })
	offered := func() (out []Result) {
		w.do(owner, func(tx *db.Tx) (err error) { out, err = w.Offered(tx, 2028, "moe"); return err })
		return out
	}
	if o := offered(); len(o) == 0 || o[len(o)-1].Service != registration {
		t.Fatalf("offered %+v", o)
	}
	w.refused(gov.NotFound, owner, "take what is not offered", func(tx *db.Tx) error { return w.TakeOver(tx, 2028, "moe", "health/x") })
	w.do(owner, func(tx *db.Tx) error { return w.TakeOver(tx, 2028, "moe", registration) })
	for _, r := range offered() {
		if r.Service == registration {
			t.Error("what was taken over is offered again")
		}
	}
	w.do(owner, func(tx *db.Tx) error {
		c, err := w.Content(tx, 2028, "moe")
		if p := c.Promises(); len(p) != 1 || p[0].Service != registration || p[0].Quarter != 1 || p[0].Level != 4 {
			t.Errorf("%+v", p)
		}
		return err
	})
}

func TestTheBoardAddsUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open()
		w.walk(Submitted)
		w.do(neighbour, func(tx *db.Tx) error {
			_, err := w.AddComment(tx, 2027, "moe", Linkages, Support, "نؤيد الربط")
			return err
		})
		var b Board
		w.do(lead, func(tx *db.Tx) (err error) { b, err = w.Board(tx, 2027); return err })
		if len(b.Entities) != 28 || b.States[Submitted] != 1 || b.States[""] != 27 || b.Late != 0 {
			t.Errorf("%d entities, %v, %d late", len(b.Entities), b.States, b.Late)
		}
		if b.Budget != 120_500 || b.Sorts["capital"] != 100_500 || len(b.Proposals) != 1 || !b.Proposals[0].Supported {
			t.Errorf("%d %v %+v", b.Budget, b.Sorts, b.Proposals)
		}
		if c := b.Coverage; c.Services == 0 || c.After(4) != c.Online()+c.Promised[0]+c.Promised[1]+c.Promised[2]+c.Promised[3] {
			t.Errorf("%+v", c)
		}
		w.on("2026-12-15")
		w.do(lead, func(tx *db.Tx) (err error) { b, err = w.Board(tx, 2027); return err })
		if b.Late != 27 || !b.Sorted()[0].Overdue {
			t.Errorf("%d are late", b.Late)
		}
		w.refused(gov.NotFound, officer, "the board", func(tx *db.Tx) error { _, err := w.Board(tx, 2027); return err })
	})
}

func TestMomentsOfOutcomes(t *testing.T) {
	s := &Plans{Zone: time.UTC}
	x := &catalogue.Service{}
	p := Promise{Quarter: 2, Level: 4}
	for day, want := range map[string]Outcome{"2026-12-31": Before, "2027-01-01": Proven, "2027-06-30": Proven, "2027-07-01": Late} {
		x.ProvenAt, _ = time.Parse(time.DateOnly, day)
		if got, _ := s.outcome(p, 2027, x); got != want {
			t.Errorf("proven on %s it is %s, want %s", day, got, want)
		}
	}
}
