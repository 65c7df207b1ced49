package plan

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
)

func TestAPlanIsWrittenGivenRevisedAndApproved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open()
		w.walk(Submitted)
		if p := w.plan(lead); p.State != Submitted || p.Late || p.Submitted.IsZero() {
			t.Errorf("given, it is %+v", p)
		}
		w.do(lead, func(tx *db.Tx) error {
			_, err := w.AddComment(tx, 2027, "moe", Services, Change, "الربع الثالث متأخر على التسجيل")
			return err
		})
		w.do(neighbour, func(tx *db.Tx) error {
			_, err := w.AddComment(tx, 2027, "moe", Linkages, Support, "نؤيد الربط ونوفر السجل")
			return err
		})
		w.do(lead, func(tx *db.Tx) error {
			_, err := w.Return(tx, 2027, "moe", "قدّموا موعد التسجيل")
			return err
		})
		w.save(Services, list(map[string]any{"service": certificate, "quarter": "1", "level": "4"}, map[string]any{"service": "education/school-registration", "quarter": "2", "level": "4"}))
		w.do(head, func(tx *db.Tx) error { _, err := w.Submit(tx, 2027, "moe", ""); return err })
		if p := w.plan(neighbour); p.State != Revised {
			t.Errorf("given again, it is %s", p.State)
		}
		w.refused(gov.Conflict, lead, "finalise with an open change", func(tx *db.Tx) error { _, err := w.Finalise(tx, 2027, "moe"); return err })
		w.do(lead, func(tx *db.Tx) error {
			said, err := w.Comments(tx, 2027, "moe")
			if err != nil || len(said) != 2 || said[0].Kind != Change {
				t.Fatalf("%+v %v", said, err)
			}
			return w.Settle(tx, 2027, "moe", said[0].ID)
		})
		w.do(lead, func(tx *db.Tx) error { _, err := w.Finalise(tx, 2027, "moe"); return err })
		w.do(committee, func(tx *db.Tx) error { _, err := w.Approve(tx, 2027, "moe"); return err })
		w.do(auditor, func(tx *db.Tx) error {
			revs, err := w.Revisions(tx, 2027, "moe")
			if err != nil || len(revs) != 4 || revs[0].Event != "approve" || revs[3].Event != "submit" {
				t.Fatalf("%+v %v", revs, err)
			}
			first, err := w.Revision(tx, 2027, "moe", 1)
			if err != nil {
				return err
			}
			second, err := w.Revision(tx, 2027, "moe", 2)
			diff := Differences(first.Content, second.Content, Standard())
			if len(diff) != 1 || diff[0].Section != Services || diff[0].Question != "quarter" || diff[0].Before != "3" || diff[0].After != "2" || diff[0].Row != "education/school-registration" {
				t.Errorf("differences: %+v", diff)
			}
			return err
		})
		for _, f := range []string{FactBegan, FactSubmitted, FactCommented, FactSupported, FactReturned, FactRevised, FactSettled, FactFinalised, FactApproved} {
			if w.facts(f) != 1 {
				t.Errorf("%d facts %s", w.facts(f), f)
			}
		}
	})
}

// Every move of the table has its function; each function refuses every state
// that the table does not name, and everybody whose move it is not.
func TestOnlyTheRightPeopleMakeTheRightMoves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open()
		w.write()
		moves := map[string]struct {
			by gov.Actor
			do func(tx *db.Tx) error
		}{
			"submit": {head, func(tx *db.Tx) error { _, err := w.Submit(tx, 2027, "moe", ""); return err }},
			"comment": {lead, func(tx *db.Tx) error {
				_, err := w.AddComment(tx, 2027, "moe", "", Note, "ملاحظة عامة")
				return err
			}},
			"return": {lead, func(tx *db.Tx) error {
				_, err := w.Return(tx, 2027, "moe", "راجعوا الأولويات")
				return err
			}},
			"finalise": {lead, func(tx *db.Tx) error { _, err := w.Finalise(tx, 2027, "moe"); return err }},
			"approve":  {committee, func(tx *db.Tx) error { _, err := w.Approve(tx, 2027, "moe"); return err }},
			"save": {owner, func(tx *db.Tx) error {
				_, err := w.Save(tx, 2027, "moe", "vision", form.Answers{"vision": "رؤية"}, -1)
				return err
			}},
			"account": {head, func(tx *db.Tx) error { _, err := w.Account(tx, 2027, "moe"); return err }},
			"close":   {lead, func(tx *db.Tx) error { _, err := w.Close(tx, 2027, "moe"); return err }},
			"report": {owner, func(tx *db.Tx) error {
				_, err := w.SaveReport(tx, 2027, "moe", 1, form.Answers{"words": "سار العمل كما خُطط له"}, -1)
				return err
			}},
		}
		at := func(s State) {
			w.do(gov.System, func(tx *db.Tx) error {
				p, _, err := planOf(tx, 2027, "moe")
				if err != nil {
					return err
				}
				from := p.State
				p.State = s
				_, err = updatePlan(tx, p, from)
				return err
			})
		}
		w.on("2026-11-24")
		for _, s := range States {
			at(s)
			for event, m := range moves {
				_, allowed := Moves.Next(s, event)
				for _, a := range []gov.Actor{stranger, resident, officer, neighbour} {
					if event == "comment" && a.Person == "neighbour" {
						continue
					}
					if err := w.as(a, m.do); gov.KindOf(err) != gov.NotFound && gov.KindOf(err) != gov.Denied && !(a.Person == "neighbour" && gov.KindOf(err) == gov.Conflict) {
						t.Errorf("%s in %s by %s: %v", event, s, a.Person, err)
					}
				}
				if allowed {
					continue
				}
				if k := gov.KindOf(w.as(m.by, m.do)); k != gov.Conflict && !(event == "approve" && s == Draft && k == gov.NotFound) {
					t.Errorf("%s in %s: %s, want a conflict", event, s, k)
				}
			}
		}
	})
}

func TestADraftIsNobodyElses(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.open()
	w.write()
	for _, a := range []gov.Actor{stranger, resident, officer, neighbour, committee} {
		w.refused(gov.NotFound, a, "find a draft", func(tx *db.Tx) error { _, err := w.Find(tx, 2027, "moe"); return err })
		w.refused(gov.NotFound, a, "read a draft", func(tx *db.Tx) error { _, err := w.Content(tx, 2027, "moe"); return err })
		w.refused(gov.NotFound, a, "comments of a draft", func(tx *db.Tx) error { _, err := w.Comments(tx, 2027, "moe"); return err })
	}
	for _, a := range []gov.Actor{owner, head, lead, auditor} {
		w.do(a, func(tx *db.Tx) error { _, err := w.Find(tx, 2027, "moe"); return err })
	}
	w.refused(gov.Denied, neighbour, "begin another's plan", func(tx *db.Tx) error { _, err := w.Begin(tx, 2027, "moe"); return err })
	w.refused(gov.NotFound, neighbour, "save in another's plan", func(tx *db.Tx) error {
		_, err := w.Save(tx, 2027, "moe", "vision", form.Answers{}, 1)
		return err
	})
	w.refused(gov.Denied, owner, "give without being the head", func(tx *db.Tx) error { _, err := w.Submit(tx, 2027, "moe", ""); return err })
	w.refused(gov.NotFound, owner, "a year without a cycle", func(tx *db.Tx) error { _, err := w.Begin(tx, 2031, "moe"); return err })
}

func TestTwoPeopleEditing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open()
		w.write()
		save := func(a gov.Actor, words string, saves int) error {
			return w.as(a, func(tx *db.Tx) error {
				_, err := w.Save(tx, 2027, "moe", "vision", form.Answers{"vision": words}, saves)
				return err
			})
		}
		errs := make([]error, 4)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() { errs[i] = save(owner, strings.Repeat("ا", i+1), 1) })
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else if gov.KindOf(err) != gov.Conflict {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d of 4 saves went through", won)
		}
		w.do(head, func(tx *db.Tx) error { // another section is another page
			_, err := w.Save(tx, 2027, "moe", "priorities", list(map[string]any{"title": "أولوية"}), 1)
			return err
		})
	})
}

func TestAPlanAfterItsDeadline(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.open()
		w.write()
		give := func(why string) func(tx *db.Tx) error {
			return func(tx *db.Tx) error { _, err := w.Submit(tx, 2027, "moe", why); return err }
		}
		w.now = w.now.AddDate(0, 0, 18) // 2026-12-11, 9 in the morning
		w.refused(gov.Invalid, head, "late without a reason", give(""))
		var e *gov.Error
		if err := w.as(head, give("  ")); !errors.As(err, &e) || e.Field != "late_why" || !strings.Contains(e.Public[gov.English], "2026-12-10") {
			t.Errorf("%v", e)
		}
		w.on("2026-12-21")
		w.refused(gov.Conflict, head, "after the time for comments", give("تأخر اعتماد الميزانية"))
		w.do(owner, func(tx *db.Tx) error {
			c, err := w.Content(tx, 2027, "moe")
			if len(c.Promises()) != 2 {
				t.Error("what was written is lost")
			}
			return err
		})
		extend := func(until int, why string) func(tx *db.Tx) error {
			return func(tx *db.Tx) error { _, err := w.Extend(tx, 2027, "moe", day(until), why); return err }
		}
		w.refused(gov.Denied, head, "extend one's own plan", extend(20261224, "نحتاج وقتًا"))
		w.refused(gov.Invalid, lead, "extend into the past", extend(20261215, "تأخر الميزانية"))
		w.refused(gov.Invalid, lead, "extend without a reason", extend(20261224, ""))
		w.do(lead, extend(20261224, "تأخر اعتماد الميزانية"))
		w.on("2026-12-24")
		w.do(head, give(""))
		if p := w.plan(lead); p.Late || p.State != Submitted || p.Extended != 20261224 {
			t.Errorf("%+v", p)
		}
		w.refused(gov.Conflict, lead, "extend what was given", extend(20261228, "مرة أخرى"))
		w.refused(gov.Conflict, head, "give twice", give(""))
	})
}

func TestALatePlanKeepsItsReason(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.open()
	w.write()
	w.on("2026-12-12")
	w.do(head, func(tx *db.Tx) error {
		_, err := w.Submit(tx, 2027, "moe", "تأخر اعتماد الميزانية")
		return err
	})
	if p := w.plan(committee); !p.Late || p.LateWhy != "تأخر اعتماد الميزانية" || p.Course[len(p.Course)-1].Words != p.LateWhy {
		t.Errorf("%+v", p)
	}
}

func TestAPlanWithGapsIsNotGiven(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.open()
	w.do(owner, func(tx *db.Tx) error { _, err := w.Begin(tx, 2027, "moe"); return err })
	w.save("vision", form.Answers{"vision": "رؤية"})
	w.save(Services, list(map[string]any{"service": certificate})) // a draft may be incomplete
	err := w.as(head, func(tx *db.Tx) error { _, err := w.Submit(tx, 2027, "moe", ""); return err })
	bad, ok := gov.ProblemsOf(err, "")
	if !ok || len(bad) != 3 { // priorities, services, budget
		t.Errorf("%v", err)
	}
	for _, in := range []form.Answers{
		list(map[string]any{"service": "no/such", "quarter": "1"}), list(map[string]any{"service": "health/vaccination-record", "quarter": "1"}),
		list(map[string]any{"service": certificate, "quarter": "5"}), {"rows": "x"}, {"rows": []any{"x", 5}},
	} {
		w.refused(gov.Invalid, owner, "save nonsense", func(tx *db.Tx) error { _, err := w.Save(tx, 2027, "moe", Services, in, 1); return err })
	}
	many := make([]map[string]any, 61)
	for i := range many {
		many[i] = map[string]any{"service": certificate}
	}
	w.refused(gov.Invalid, owner, "save too many rows", func(tx *db.Tx) error { _, err := w.Save(tx, 2027, "moe", Services, list(many...), 1); return err })
	w.refused(gov.Invalid, owner, "an amount that is none", func(tx *db.Tx) error {
		_, err := w.Save(tx, 2027, "moe", Budget, list(map[string]any{"title": "x", "amount": "-5"}), 0)
		return err
	})
	w.refused(gov.NotFound, owner, "a section that is none", func(tx *db.Tx) error { _, err := w.Save(tx, 2027, "moe", "x", form.Answers{}, 0); return err })
}
