package casework_test

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/casework/casetest"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/pack"
)

const once gov.ServiceID = "test/once"

// oncePack asks for nothing that a registry holds: the grade is waited for, the
// birth may be typed, a document may stand for the address, a file for the diploma.
func oncePack(t *testing.T) map[string]string {
	t.Helper()
	files, err := pack.New(once, "moe", gov.T("مرة واحدة", "Once"))
	if err != nil {
		t.Fatal(err)
	}
	files["service.yaml"] = regexp.MustCompile(`(?m)^(appeal_(days|to)|for_others):.*\n`).ReplaceAllString(files["service.yaml"], "") + "for_others: [guardian]\n"
	files["questions.yaml"] = `pages:
  - name: all
    title: {ar: البيانات, en: Details}
    questions:
      - {name: grade, kind: number, label: {ar: الصف, en: Grade}, min: "1", max: "12", attribute: pupil.grade, away: wait}
      - {name: birth, kind: date, label: {ar: الميلاد, en: Birth}, attribute: person.birth, away: ask}
      - {name: home, kind: address, label: {ar: السكن, en: Home}, attribute: person.address, away: document}
      - {name: diploma, kind: file, label: {ar: الشهادة, en: Diploma}, attribute: pupil.graduated, away: document}
      - {name: wish, kind: short-text, label: {ar: الطلب, en: Wish}}
`
	files["procedure.yaml"] = `steps:
  - {id: apply, kind: apply, title: {ar: تقديم, en: Apply}, next: sort}
  - id: sort
    kind: check
    title: {ar: فحص, en: Check}
    routes:
      - {when: "size(case.disputed) > 0 || size(case.unverified) > 0", to: review}
      - {when: "\"grade\" in answered && grade >= 10", to: granted}
      - {to: review}
  - id: review
    kind: review
    title: {ar: مراجعة, en: Review}
    within: {working_days: 3}
    outcomes:
      - {id: ok, label: {ar: نعم, en: "Yes"}, to: granted}
      - {id: back, label: {ar: تصحيح, en: Back}, to: fix}
  - id: fix
    kind: correct
    title: {ar: تصحيح, en: Fix}
    within: {days: 5}
    on_expiry: [{do: go, to: granted}]
    next: sort
  - {id: granted, kind: close, title: {ar: قُبل, en: Granted}, outcome: granted}
`
	delete(files, "documents.yaml")
	files["examples.yaml"] = `examples:
  - {name: known, answers: {wish: x}, holds: {pupil.grade: 11, pupil.graduated: "true", person.address: {block: "1", road: "2", building: "3"}}, ends: granted}
  - {name: called wrong, answers: {wish: x}, holds: {pupil.grade: 11, pupil.graduated: "true", person.address: {block: "1", road: "2", building: "3"}}, disputes: {grade: أنا في الثاني عشر}, at: [review]}
  - {name: away, answers: {wish: x}, holds: {pupil.grade: {gap: away}, pupil.graduated: "true", person.address: {block: "1", road: "2", building: "3"}}, at: [apply]}
  - {name: away and back, answers: {wish: x}, holds: {pupil.grade: {gap: away}, pupil.graduated: "true", person.address: {block: "1", road: "2", building: "3"}}, steps: [{do: answer, holds: {pupil.grade: 12}}], ends: granted}
`
	return files
}

// pupil is a resident of whom the registries know everything.
func pupil(w *casetest.World, n int) gov.Actor {
	a := w.Resident(n)
	w.Holds.Hold(a.Person, map[gov.AttributeID]any{"pupil.grade": 11, "pupil.graduated": true})
	return a
}

func onceWorld(t *testing.T, test func(w *casetest.World)) {
	each(t, func(w *casetest.World) { w.Publish(oncePack(t)); test(w) })
}

func TestTypingWhatARegistryHoldsChangesNothing(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara := pupil(w, 8)
		c := w.Apply(sara, once, form.Answers{"wish": "x", "grade": 12, "birth": "1900-01-01", "home": map[string]any{"block": "9", "road": "9", "building": "9"}, "diploma": w.Photo(sara)})
		v := w.Case(sara, c.ID)
		if v.Outcome != casework.Granted || v.Answers["grade"] != 11.0 || v.Answers["birth"] == "1900-01-01" || v.Answers["diploma"] != nil {
			t.Errorf("%s %v", v.Outcome, v.Answers)
		}
		if home, _ := v.Answers["home"].(map[string]any); home["block"] != "304" {
			t.Errorf("the address is %v", v.Answers["home"])
		}
		sources := v.Sources()
		if len(sources) != 4 || sources[0].Held.Registry != "population" || sources[0].Proof != "" || sources[0].Held.At.IsZero() {
			t.Errorf("%+v", sources)
		}
	})
}

func TestNobodyHasRegistriesAskedAboutAnother(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara, eve := pupil(w, 8), w.Resident(9)
		_, err := w.TryApply(eve, casework.Application{Service: once, For: sara.Person, Mandate: "guardian", Answers: form.Answers{"wish": "x"}})
		wantKind(t, err, gov.Denied)
		var c *casework.Case
		w.Do(sara, func(tx *db.Tx) (err error) {
			c, err = w.Cases.Start(tx, casework.Application{Service: once})
			return err
		})
		wantKind(t, w.Cases.Gather(gov.WithActor(t.Context(), eve), c.ID), gov.NotFound)
		wantKind(t, w.Try(eve, func(tx *db.Tx) error { _, err := w.Cases.Dispute(tx, c.ID, "grade", "x"); return err }), gov.NotFound)
		if n := len(w.Holds.Asked()); n != 0 {
			t.Errorf("the registries were asked %d times", n)
		}
	})
}

func TestACaseWaitsForItsRegistryAndLosesNothing(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara := pupil(w, 8)
		w.Holds.Gap(gov.GapAway, "pupil.grade")
		c := w.Apply(sara, once, form.Answers{"wish": "x", "grade": 12}) // what is typed counts for nothing
		v := w.Case(sara, c.ID)
		if v.State != casework.Open || v.Stage != casework.Waiting || !slices.Equal(v.Steps(), []string{"apply"}) || v.Answers["grade"] != nil {
			t.Fatalf("%s %s %v %v", v.State, v.Stage, v.Steps(), v.Answers)
		}
		w.Pass(10 * time.Minute)
		if v = w.Case(sara, c.ID); v.State != casework.Open {
			t.Fatalf("it went on without its registry: %s", v.Outcome)
		}
		w.Holds.Gap("", "pupil.grade")
		w.Pass(2 * time.Hour)
		if v = w.Case(sara, c.ID); v.Outcome != casework.Granted || v.Answers["grade"] != 11.0 || v.Answers["wish"] != "x" {
			t.Errorf("%s at %v: %v", v.Outcome, v.Steps(), v.Answers)
		}
		asked := len(w.Holds.Asked())
		w.Pass(48 * time.Hour)
		if n := len(w.Holds.Asked()); n != asked {
			t.Errorf("asked %d times more after it had answered", n-asked)
		}
	})
}

func TestAWaitingCaseIsWithdrawnAndNobodyAsksOn(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara := pupil(w, 8)
		w.Holds.Gap(gov.GapDenied, "pupil.grade")
		c := w.Apply(sara, once, form.Answers{"wish": "x"})
		w.Do(sara, func(tx *db.Tx) error { _, err := w.Cases.Withdraw(tx, c.ID); return err })
		w.Holds.Gap("", "pupil.grade")
		asked := len(w.Holds.Asked())
		w.Pass(24 * time.Hour)
		if v := w.Case(sara, c.ID); v.Outcome != casework.Withdrawn || len(w.Holds.Asked()) != asked {
			t.Errorf("%s, asked %d times", v.Outcome, len(w.Holds.Asked())-asked)
		}
	})
}

func TestWhatIsTypedWhileARegistryIsAwayIsCheckedLater(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		liar, honest := pupil(w, 8), pupil(w, 9)
		w.Holds.Hold(honest.Person, map[gov.AttributeID]any{"person.birth": "1990-05-05"})
		w.Holds.Gap(gov.GapAway, "person.birth")
		bad := w.Apply(liar, once, form.Answers{"wish": "x", "birth": "1900-01-01"})
		good := w.Apply(honest, once, form.Answers{"wish": "x", "birth": "5/5/1990"})
		if v := w.Case(liar, bad.ID); v.Track.Proofs["birth"] != casework.ProofAway || !slices.Equal(v.Steps(), []string{"review"}) {
			t.Fatalf("%v at %v", v.Track.Proofs, v.Steps())
		}
		_, err := w.TryApply(liar, casework.Application{Service: once, Answers: form.Answers{"wish": "x"}})
		if list, ok := gov.ProblemsOf(err, ""); !ok || list[0].Field != "birth" {
			t.Errorf("without an answer: %v", err)
		}
		w.Holds.Gap("", "person.birth")
		w.Pass(2 * time.Hour)
		v := w.Case(liar, bad.ID)
		if v.Track.Proofs["birth"] != casework.ProofDiffers || v.Answers["birth"] != "1900-01-01" {
			t.Errorf("%v %v: the officer must see both", v.Track.Proofs, v.Answers["birth"])
		}
		if v := w.Case(honest, good.ID); v.Track.Proofs["birth"] != casework.ProofSame {
			t.Errorf("%v", v.Track.Proofs)
		}
	})
}

func TestADocumentStandsForWhatCannotBeFetched(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara := pupil(w, 8)
		w.Holds.Gap(gov.GapAway, "person.address", "pupil.graduated")
		_, err := w.TryApply(sara, casework.Application{Service: once, Answers: form.Answers{"wish": "x", "home": map[string]any{"block": "1", "road": "2", "building": "3"}}})
		var list gov.Problems
		if !errors.As(err, &list) || len(list) != 2 || list[0].Field != "diploma" || list[1].Field != "home_document" {
			t.Fatalf("%v", err)
		}
		c := w.Apply(sara, once, form.Answers{"wish": "x", "home_document": w.Photo(sara), "diploma": w.Photo(sara)})
		v := w.Case(sara, c.ID)
		if v.Track.Proofs["home"] != casework.ProofPaper || v.Answers["home"] != nil || !slices.Equal(v.Steps(), []string{"review"}) {
			t.Errorf("%v at %v", v.Track.Proofs, v.Steps())
		}
	})
}

func TestARegistryThatSaysNonsenseBreaksNothing(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara := pupil(w, 8)
		for _, nonsense := range []any{99, -1, "twelve", map[string]any{"a": 1}, []any{1}, true, string(make([]byte, 1<<16))} {
			w.Holds.Hold(sara.Person, map[gov.AttributeID]any{"pupil.grade": nonsense})
			c := w.Apply(sara, once, form.Answers{"wish": "x"})
			if v := w.Case(sara, c.ID); v.Answers["grade"] != nil || !slices.Equal(v.Steps(), []string{"review"}) {
				t.Errorf("%v: %v at %v", nonsense, v.Answers["grade"], v.Steps())
			}
		}
	})
}

func TestAnInquirerThatFailsOrHangsHoldsNothingUp(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara := pupil(w, 8)
		for name, broken := range map[string]gov.Inquirer{
			"fails":       func(context.Context, gov.Inquiry) ([]gov.Held, error) { return nil, errors.New("no route") },
			"answers few": func(context.Context, gov.Inquiry) ([]gov.Held, error) { return []gov.Held{{}}, nil },
		} {
			w.Cases.Inquire = broken
			c := w.Apply(sara, once, form.Answers{"wish": "x", "birth": "1990-05-05", "home_document": w.Photo(sara), "diploma": w.Photo(sara)})
			if v := w.Case(sara, c.ID); v.Stage != casework.Waiting {
				t.Errorf("%s: %s at %v", name, v.Stage, v.Steps())
			}
		}
	})
}

func TestDisputedAnswersReachTheOfficer(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara := pupil(w, 8)
		ctx := gov.WithActor(t.Context(), sara)
		var c *casework.Case
		w.Do(sara, func(tx *db.Tx) (err error) {
			c, err = w.Cases.Start(tx, casework.Application{Service: once, Answers: form.Answers{"wish": "x"}})
			return err
		})
		dispute := func(q, words string) error {
			return w.Try(sara, func(tx *db.Tx) error { _, err := w.Cases.Dispute(tx, c.ID, q, words); return err })
		}
		wantKind(t, dispute("grade", "x"), gov.Invalid) // nothing was fetched yet
		if err := w.Cases.Gather(ctx, c.ID); err != nil {
			t.Fatal(err)
		}
		wantKind(t, dispute("wish", "x"), gov.Invalid)
		wantKind(t, dispute("grade", strings.Repeat("ا", 2001)), gov.Invalid)
		for _, words := range []string{"wrong", "", "\u202eأنا في الثاني عشر"} {
			if err := dispute("grade", words); err != nil && words != "" {
				t.Fatal(err)
			}
		}
		w.Do(sara, func(tx *db.Tx) error { _, err := w.Cases.Submit(tx, c.ID); return err })
		v := w.Case(w.Officer("o", "moe"), c.ID)
		if !slices.Equal(v.Steps(), []string{"review"}) || v.Track.Disputes["grade"].Words != "أنا في الثاني عشر" {
			t.Errorf("%v at %v", v.Track.Disputes, v.Steps())
		}
	})
}

func TestACorrectionRefreshesWhatIsHeld(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara := pupil(w, 8)
		w.Holds.Hold(sara.Person, map[gov.AttributeID]any{"pupil.grade": 9})
		c := w.Apply(sara, once, form.Answers{"wish": "x"})
		officer := w.Officer("o", "moe")
		if err := w.Decide(officer, w.Task(officer, c.ID).ID, casework.Verdict{Outcome: "back", Marked: []string{"grade", "wish"}}); err != nil {
			t.Fatal(err)
		}
		w.Holds.Hold(sara.Person, map[gov.AttributeID]any{"pupil.grade": 10})
		w.Pass(time.Hour)
		if err := w.Cases.Gather(gov.WithActor(t.Context(), sara), c.ID); err != nil {
			t.Fatal(err)
		}
		w.Do(sara, func(tx *db.Tx) error {
			_, err := w.Cases.Correct(tx, c.ID, form.Answers{"grade": 12, "wish": "y"})
			return err
		})
		if v := w.Case(sara, c.ID); v.Answers["grade"] != 10.0 || v.Answers["wish"] != "y" || v.Outcome != casework.Granted {
			t.Errorf("%v %s", v.Answers, v.Outcome)
		}
	})
}

func TestOnlyWhatIsAskedIsFetchedAndFreshIsNotFetchedAgain(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara := pupil(w, 8)
		ctx := gov.WithActor(t.Context(), sara)
		var c *casework.Case
		w.Do(sara, func(tx *db.Tx) (err error) {
			c, err = w.Cases.Start(tx, casework.Application{Service: once})
			return err
		})
		for range 3 {
			if err := w.Cases.Gather(ctx, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		asked := w.Holds.Asked()
		if len(asked) != 1 || len(asked[0].Attributes) != 4 || asked[0].Organisation != "moe" || asked[0].Case != c.ID || asked[0].Person != sara.Person {
			t.Fatalf("%+v", asked)
		}
		w.Pass(16 * time.Minute)
		if err := w.Cases.Gather(ctx, c.ID); err != nil || len(w.Holds.Asked()) != 2 {
			t.Errorf("%v, asked %d times", err, len(w.Holds.Asked()))
		}
	})
}

func TestWhatACaseDidNotAskForIsAFact(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		sara := pupil(w, 8)
		w.Cases.Visits = func(*db.Tx, gov.ServiceID) (int, error) { return 2, nil }
		w.Holds.Gap(gov.GapAway, "pupil.grade")
		c := w.Apply(sara, once, form.Answers{"wish": "x"})
		w.Holds.Gap("", "pupil.grade")
		w.Pass(2 * time.Hour)
		var bodies []string
		w.Do(gov.System, func(tx *db.Tx) error {
			facts, err := journal.Of(tx, string(c.ID))
			for _, f := range facts {
				if f.Name == "case.spared" {
					var b map[string]any
					if err := json.Unmarshal(f.Body, &b); err != nil {
						return err
					}
					bodies = append(bodies, db.JSON(b))
				}
			}
			return err
		})
		ref := `,"reference":"` + c.Ref + `"`
		want := []string{`{"papers":2,"questions":1` + ref + `,"visits":2}`, `{"papers":0,"questions":1` + ref + `,"visits":0}`}
		if !slices.Equal(bodies, want) {
			t.Errorf("%v", bodies)
		}
	})
}

func TestTheExamplesOfHeldQuestionsRunOnTheEngine(t *testing.T) {
	onceWorld(t, func(w *casetest.World) {
		p := w.Publish(oncePack(t))
		for _, x := range p.Examples {
			try := &casework.Tryout{Engine: w.Cases, Drain: w.DrainAll, Say: func(s string) { t.Log(s) }}
			if err := try.Run(t.Context(), p, x); err != nil {
				t.Errorf("%s: %v", x.Name, err)
			}
		}
	})
}
