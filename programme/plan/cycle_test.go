package plan

import (
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
)

func TestTheAuthorityMakesTheTemplate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for _, a := range []gov.Actor{stranger, resident, owner, head, committee, auditor} {
			w.refused(gov.Denied, a, "make a cycle", func(tx *db.Tx) error { _, err := w.Make(tx, 2027); return err })
		}
		w.refused(gov.Invalid, lead, "make a cycle of the year 20270", func(tx *db.Tx) error { _, err := w.Make(tx, 20270); return err })
		var c Cycle
		w.do(lead, func(tx *db.Tx) (err error) { c, err = w.Make(tx, 2027); return err })
		w.refused(gov.Conflict, lead, "make it twice", func(tx *db.Tx) error { _, err := w.Make(tx, 2027); return err })
		w.refused(gov.NotFound, head, "see what is prepared", func(tx *db.Tx) error { _, err := w.Cycle(tx, 2027); return err })
		w.refused(gov.Conflict, owner, "plan before it is open", func(tx *db.Tx) error { _, err := w.Begin(tx, 2027, "moe"); return err })
		w.refused(gov.Invalid, lead, "open it without a framework", func(tx *db.Tx) error { _, err := w.OpenCycle(tx, 2027, 0); return err })

		f := c.Frame
		f.Framework, f.Due = gov.T("إطار", "Framework"), f.Opens-1
		w.refused(gov.Invalid, lead, "dates out of order", func(tx *db.Tx) error { _, err := w.Schedule(tx, 2027, f, 0); return err })
		f.Due = c.Due
		w.do(lead, func(tx *db.Tx) (err error) { c, err = w.Schedule(tx, 2027, f, 0); return err })
		w.refused(gov.Conflict, lead, "save over another's", func(tx *db.Tx) error { _, err := w.Schedule(tx, 2027, f, 0); return err })

		x := *c.Template.Section("systems")
		x.Asked = false
		w.do(lead, func(tx *db.Tx) (err error) { c, err = w.SetSection(tx, 2027, x, c.Saves); return err })
		v := *c.Template.Section("vision")
		v.Without = []string{"vision_en"}
		v.Extra = []Extra{{Label: gov.T("كم موظفًا تدرّب؟", "How many were trained?"), Kind: form.Number, Needed: true}}
		w.do(lead, func(tx *db.Tx) (err error) { c, err = w.SetSection(tx, 2027, v, c.Saves); return err })
		v.Extra[0].Kind = form.File
		w.refused(gov.Invalid, lead, "ask for a file", func(tx *db.Tx) error { _, err := w.SetSection(tx, 2027, v, c.Saves); return err })
		var id string
		w.do(lead, func(tx *db.Tx) (err error) {
			c, id, err = w.AddSection(tx, 2027, gov.T("الأمن", "Security"), c.Saves)
			return err
		})
		own := *c.Template.Section(id)
		own.Asked = true
		w.refused(gov.Invalid, lead, "ask a section without questions", func(tx *db.Tx) error { _, err := w.SetSection(tx, 2027, own, c.Saves); return err })
		own.Extra = []Extra{{Label: gov.T("الخطة الأمنية", "Plan for security"), Kind: form.LongText}}
		w.do(lead, func(tx *db.Tx) (err error) { c, err = w.SetSection(tx, 2027, own, c.Saves); return err })
		w.do(lead, func(tx *db.Tx) (err error) { c, err = w.OpenCycle(tx, 2027, c.Saves); return err })

		w.do(owner, func(tx *db.Tx) error { _, err := w.Begin(tx, 2027, "moe"); return err })
		w.do(owner, func(tx *db.Tx) error {
			_, parts, err := w.Parts(tx, 2027, "moe")
			if err != nil {
				return err
			}
			if len(parts) != 9 || parts[len(parts)-1].Section.ID != id || len(parts[0].Questions) != 2 || parts[0].Questions[1].Name != "own_1" {
				t.Errorf("%d parts; the first asks %+v", len(parts), parts[0].Questions)
			}
			_, err = w.Save(tx, 2027, "moe", "vision", form.Answers{"vision": "رؤية", "own_1": "١٢"}, 0)
			return err
		})
		own.Asked = false
		own.Title = gov.T("أمن المعلومات", "Information security")
		w.do(lead, func(tx *db.Tx) (err error) { c, err = w.SetSection(tx, 2027, own, c.Saves); return err })
		if x := c.Template.Section(id); !x.Asked || x.Title[gov.English] != "Information security" {
			t.Errorf("an open cycle changes its words only: %+v", x)
		}
		w.refused(gov.Conflict, lead, "add a section to an open cycle", func(tx *db.Tx) error {
			_, _, err := w.AddSection(tx, 2027, gov.T("آخر", "Another"), c.Saves)
			return err
		})
		w.refused(gov.Conflict, lead, "close a cycle with open plans", func(tx *db.Tx) error { _, err := w.CloseCycle(tx, 2027, c.Saves); return err })

		var next Cycle
		w.do(lead, func(tx *db.Tx) (err error) { next, err = w.Make(tx, 2028); return err })
		if s := next.Template.Section("systems"); s == nil || s.Asked || next.Template.Section(id) == nil || len(next.Framework) > 0 {
			t.Errorf("the next cycle does not begin with this one's template: %+v", next)
		}
	})
}

func TestEverySectionCanBeAsked(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	w.do(gov.System, func(tx *db.Tx) error {
		offer, err := choicesFor(tx, "moe")
		if err != nil {
			return err
		}
		for _, s := range Standard() {
			if len(s.Title.Missing(gov.Arabic, gov.English))+len(s.Guidance.Missing(gov.Arabic, gov.English)) > 0 {
				t.Errorf("%s lacks a language", s.ID)
			}
			for _, c := range []choices{offer, nil} {
				if _, wrong := form.CompileQuestions(s.questions(c), nil, w.formOptions()); len(wrong) > 0 && c != nil {
					t.Errorf("%s: %v", s.ID, wrong)
				}
			}
		}
		return nil
	})
}

func TestQuarters(t *testing.T) {
	for n, want := range map[int][2]int{1: {20270101, 20270331}, 2: {20270401, 20270630}, 3: {20270701, 20270930}, 4: {20271001, 20271231}} {
		if from, to := Quarter(2027, n); int(from) != want[0] || int(to) != want[1] {
			t.Errorf("quarter %d is %s to %s", n, from, to)
		}
	}
}
