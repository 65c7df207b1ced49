package casework_test

import (
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/casework/casetest"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/journal"
)

const renewal gov.ServiceID = "identity-card/renewal"

func each(t *testing.T, test func(w *casetest.World)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(casetest.New(t, d)) })
}

func wantKind(t testing.TB, err error, k gov.Kind) {
	t.Helper()
	if gov.KindOf(err) != k {
		t.Errorf("error %v, want kind %q", err, k)
	}
}

func TestAStrangerFindsNothing(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara, eve := w.Resident(8), w.Resident(9)
		c := w.Apply(sara, renewal, w.Renewal(sara))
		w.Pay(sara, c.ID)
		task := w.Task(sara, c.ID)
		strangers := map[string]gov.Actor{
			"another resident": eve, "nobody": {}, "an officer elsewhere": w.Officer("o9", "moh"),
			"a head": {Person: "h", Org: "iga", Roles: []gov.Role{gov.Head}}, "an auditor": {Person: "a", Org: "iga", Roles: []gov.Role{gov.Auditor}},
		}
		for name, s := range strangers {
			acts := map[string]func(tx *db.Tx) error{
				"get":      func(tx *db.Tx) error { _, err := w.Cases.Get(tx, c.ID); return err },
				"by ref":   func(tx *db.Tx) error { _, err := w.Cases.ByRef(tx, c.Ref); return err },
				"save":     func(tx *db.Tx) error { _, err := w.Cases.Save(tx, c.ID, form.Answers{"phone": "1"}); return err },
				"submit":   func(tx *db.Tx) error { _, err := w.Cases.Submit(tx, c.ID); return err },
				"withdraw": func(tx *db.Tx) error { _, err := w.Cases.Withdraw(tx, c.ID); return err },
				"appeal":   func(tx *db.Tx) error { _, err := w.Cases.Appeal(tx, c.ID, "x"); return err },
				"correct":  func(tx *db.Tx) error { _, err := w.Cases.Correct(tx, c.ID, form.Answers{}); return err },
				"drop":     func(tx *db.Tx) error { return w.Cases.Drop(tx, c.ID) },
				"note":     func(tx *db.Tx) error { return w.Cases.Note(tx, c.ID, "words") },
				"message":  func(tx *db.Tx) error { _, err := w.Cases.Message(tx, c.ID, "m", nil); return err },
			}
			for act, do := range acts {
				if k := gov.KindOf(w.Try(s, do)); k != gov.NotFound {
					t.Errorf("%s: %s gave %q, want not-found", name, act, k)
				}
			}
			for act, do := range map[string]func(tx *db.Tx) error{
				"decide": func(tx *db.Tx) error {
					_, err := w.Cases.Decide(tx, task.ID, casework.Verdict{Outcome: "approve"})
					return err
				},
				"claim": func(tx *db.Tx) error { return w.Cases.Claim(tx, task.ID) },
			} {
				if k := gov.KindOf(w.Try(s, do)); k != gov.NotFound && k != gov.Denied {
					t.Errorf("%s: %s gave %q", name, act, k)
				}
			}
		}
	})
}

func TestEveryLookOfStaffIsInTheApplicantsAccessLog(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		c := w.Apply(sara, renewal, w.Renewal(sara))
		w.Case(sara, c.ID)
		w.Do(w.Officer("o1", "iga"), func(tx *db.Tx) error { _, err := w.Cases.Get(tx, c.ID); return err })
		w.Do(gov.System, func(tx *db.Tx) error {
			looks, err := journal.Looks(tx, sara.Person, 10)
			if err != nil || len(looks) != 1 || looks[0].Actor != "o1" || looks[0].Organisation != "iga" || looks[0].Subject != string(c.ID) {
				t.Errorf("looks %+v, %v", looks, err)
			}
			return nil
		})
	})
}

func TestTwoOfficersDecideAtOnce(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		c := w.Apply(sara, renewal, w.Renewal(sara))
		w.Pay(sara, c.ID)
		task := w.Task(sara, c.ID)
		var wg sync.WaitGroup
		results := make([]error, 6)
		for i := range results {
			wg.Go(func() {
				v := casework.Verdict{Outcome: "approve"}
				if i%2 == 1 {
					v = casework.Verdict{Outcome: "refuse", Reason: "identity"}
				}
				a := gov.WithActor(t.Context(), w.Officer(string(rune('a'+i)), "iga"))
				results[i] = w.DB.Write(a, func(tx *db.Tx) error { _, err := w.Cases.Decide(tx, task.ID, v); return err })
			})
		}
		wg.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else {
				wantKind(t, err, gov.Conflict)
			}
		}
		if won != 1 {
			t.Errorf("%d decisions counted, want one", won)
		}
		w.Drain()
		if v := w.Case(sara, c.ID); v.State != casework.Closed || len(v.Track.Decisions) != 3 { // rule, payment, one officer
			t.Errorf("state %s, decisions %+v", v.State, v.Track.Decisions)
		}
	})
}

func TestSubmittingTwiceCountsOnce(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		answers := w.Renewal(sara)
		var c *casework.Case
		w.Do(sara, func(tx *db.Tx) (err error) {
			c, err = w.Cases.Start(tx, casework.Application{Service: renewal, Answers: answers})
			return err
		})
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() {
				errs[i] = w.DB.Write(gov.WithActor(t.Context(), sara), func(tx *db.Tx) error { _, err := w.Cases.Submit(tx, c.ID); return err })
			})
		}
		wg.Wait()
		ok := 0
		for _, err := range errs {
			if err == nil {
				ok++
			} else {
				wantKind(t, err, gov.Conflict)
			}
		}
		w.Do(gov.System, func(tx *db.Tx) error {
			charges, err := w.Cases.Cashier.OfCase(tx, c.ID)
			if ok != 1 || len(charges) != 1 {
				t.Errorf("%d submissions, %d charges, %v", ok, len(charges), err)
			}
			return nil
		})
	})
}

func TestADraftIsKeptAsTypedAndWrongAnswersChangeNothing(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		var c *casework.Case
		w.Do(sara, func(tx *db.Tx) (err error) {
			c, err = w.Cases.Start(tx, casework.Application{Service: renewal, Answers: form.Answers{"reason": "lost", "phone": "٣٣ nonsense"}})
			return err
		})
		err := w.Try(sara, func(tx *db.Tx) error { _, err := w.Cases.Submit(tx, c.ID); return err })
		var wrong gov.Problems
		if !errors.As(err, &wrong) || len(wrong) < 3 {
			t.Fatalf("error %v", err)
		}
		for _, p := range wrong {
			if len(p.Text.Missing(gov.Arabic, gov.English)) > 0 {
				t.Errorf("%s has no text in both languages", p.Field)
			}
		}
		w.Do(sara, func(tx *db.Tx) error { _, err := w.Cases.Save(tx, c.ID, form.Answers{"reason": "damaged"}); return err })
		v := w.Case(sara, c.ID)
		if v.State != casework.Draft || v.Answers["phone"] != "٣٣ nonsense" || v.Answers["reason"] != "damaged" {
			t.Errorf("draft is %s %v", v.State, v.Answers)
		}
		w.Pass(31 * 24 * time.Hour)
		if v := w.Case(sara, c.ID); v.State != casework.Dropped || len(v.Answers) != 0 {
			t.Errorf("after its time the draft is %s with %v", v.State, v.Answers)
		}
	})
}

func TestTheLegalClockStopsWhileTheApplicantOwes(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara, officer := w.Resident(8), w.Officer("o1", "iga")
		c := w.Apply(sara, renewal, w.Renewal(sara))
		w.Pay(sara, c.ID)
		first := w.Case(sara, c.ID).Due
		w.Pass(24 * time.Hour) // one of three working days used
		if err := w.Decide(officer, w.Task(sara, c.ID).ID, casework.Verdict{Outcome: "correct", Reason: "old", Marked: []string{"photo"}}); err != nil {
			t.Fatal(err)
		}
		v := w.Case(sara, c.ID)
		if v.Stage != casework.Applicant || !v.Due.IsZero() || v.Owing == nil {
			t.Fatalf("stage %s, due %v", v.Stage, v.Due)
		}
		w.Pass(7 * 24 * time.Hour) // a week of silence of the applicant costs the office nothing
		photo := w.Photo(sara)
		w.Do(sara, func(tx *db.Tx) error { _, err := w.Cases.Correct(tx, c.ID, form.Answers{"photo": photo}); return err })
		again := w.Case(sara, c.ID).Due
		if got := again.Sub(first); got != 7*24*time.Hour {
			t.Errorf("the deadline moved by %v, want the week the applicant took", got)
		}
		w.Pass(6 * 24 * time.Hour)
		v = w.Case(sara, c.ID)
		if !v.Track.Late {
			t.Error("the passed deadline was not noted")
		}
		if task := w.Task(sara, c.ID); !task.Urgent || task.Role != gov.Supervisor {
			t.Errorf("the task was not escalated: %+v", task)
		}
		late := 0
		for _, f := range v.History {
			if f.Name == "case.late" {
				late++
			}
		}
		if late != 1 {
			t.Errorf("it was noted late %d times", late)
		}
	})
}

func TestWithdrawingTakesEverythingBack(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		c := w.Apply(sara, renewal, w.Renewal(sara))
		charge := w.Case(sara, c.ID).Charge
		w.Do(sara, func(tx *db.Tx) error { _, err := w.Cases.Withdraw(tx, c.ID); return err })
		w.Do(gov.System, func(tx *db.Tx) error {
			ch, err := w.Cases.Cashier.Charge(tx, charge)
			if err != nil || ch.State != "void" {
				t.Errorf("charge %+v %v", ch.State, err)
			}
			return nil
		})
		wantKind(t, w.Try(sara, func(tx *db.Tx) error { _, err := w.Cases.Withdraw(tx, c.ID); return err }), gov.Conflict)
		w.Pass(40 * 24 * time.Hour)
		if v := w.Case(sara, c.ID); v.Outcome != casework.Withdrawn || len(v.Tasks) != 0 {
			t.Errorf("outcome %s, tasks %v", v.Outcome, v.Tasks)
		}
	})
}

func TestOneMayNotDecideOnOnesOwnApplication(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		c := w.Apply(sara, renewal, w.Renewal(sara))
		w.Pay(sara, c.ID)
		self := gov.Actor{Person: sara.Person, Org: "iga", Roles: []gov.Role{gov.Officer}}
		wantKind(t, w.Decide(self, w.Task(sara, c.ID).ID, casework.Verdict{Outcome: "approve"}), gov.Denied)
	})
}

func TestDecisionsNeedTheirReasons(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara, o := w.Resident(8), w.Officer("o1", "iga")
		c := w.Apply(sara, renewal, w.Renewal(sara))
		w.Pay(sara, c.ID)
		id := w.Task(sara, c.ID).ID
		for _, v := range []casework.Verdict{{}, {Outcome: "nonsense"}, {Outcome: "refuse"}, {Outcome: "refuse", Reason: "nonsense"}} {
			wantKind(t, w.Decide(o, id, v), gov.Invalid)
		}
		wantKind(t, w.Decide(o, id, casework.Verdict{Outcome: "approve", Seen: 99}), gov.Conflict)
		if v := w.Case(sara, c.ID); v.Stage != casework.Office {
			t.Errorf("a wrong decision moved the case to %s", v.Stage)
		}
	})
}

func TestActingForAnotherNeedsAMandate(t *testing.T) {
	each(t, func(w *casetest.World) {
		mother, child := w.Resident(1), w.Resident(2)
		in := casework.Application{Service: "education/enrolment-certificate", For: child.Person, Mandate: "guardian",
			Answers: form.Answers{"school": "s04", "grade": 8, "school_year": "2026-2027", "purpose": "bank", "language": "both", "delivery": "electronic", "truth": true}}
		apply := func(tx *db.Tx) error { _, err := w.Cases.Apply(tx, in); return err }
		wantKind(t, w.Try(mother, apply), gov.Denied)
		var mandate string
		w.Do(gov.System, func(tx *db.Tx) (err error) {
			mandate, err = identity.Grant(tx, identity.Mandate{Holder: mother.Person, For: string(child.Person), Kind: identity.Guardian, Source: "test"})
			return err
		})
		w.Do(mother, apply)
		var mine []*casework.Case
		w.Do(mother, func(tx *db.Tx) (err error) { mine, err = w.Cases.Mine(tx, "", 10); return err })
		if len(mine) != 1 || mine[0].Applicant != child.Person {
			t.Fatalf("her cases: %v", mine)
		}
		w.Do(gov.System, func(tx *db.Tx) error { return identity.Revoke(tx, mandate) })
		wantKind(t, w.Try(mother, func(tx *db.Tx) error { _, err := w.Cases.Get(tx, mine[0].ID); return err }), gov.NotFound)
	})
}

func TestAssistedEntryRecordsThePresence(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		counter := w.Officer("o1", "iga")
		counter.Channel = gov.Counter
		answers := w.Renewal(counter)
		in := casework.Application{Service: renewal, For: sara.Person, Answers: answers}
		apply := func(tx *db.Tx) error { _, err := w.Cases.Apply(tx, in); return err }
		wantKind(t, w.Try(counter, apply), gov.Invalid) // how was she recognised?
		in.Presence = "identity-card"
		fake := gov.Actor{Person: sara.Person, Channel: gov.Counter}
		wantKind(t, w.Try(fake, apply), gov.Denied)
		w.Do(counter, apply)
		var mine []*casework.Case
		w.Do(sara, func(tx *db.Tx) (err error) { mine, err = w.Cases.Mine(tx, "", 10); return err })
		if len(mine) != 1 || mine[0].Track.Presence == nil || mine[0].Channel != gov.Counter {
			t.Fatalf("cases %+v", mine)
		}
	})
}

func TestAppealOnceAndInTime(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara, o := w.Resident(8), w.Officer("o1", "iga", gov.Supervisor)
		c := w.Apply(sara, renewal, w.Renewal(sara))
		w.Pay(sara, c.ID)
		if err := w.Decide(o, w.Task(sara, c.ID).ID, casework.Verdict{Outcome: "refuse", Reason: "identity"}); err != nil {
			t.Fatal(err)
		}
		appeal := func(words string) error {
			return w.Try(sara, func(tx *db.Tx) error { _, err := w.Cases.Appeal(tx, c.ID, words); return err })
		}
		wantKind(t, appeal("  "), gov.Invalid)
		if err := appeal("الصورة صورتي"); err != nil {
			t.Fatal(err)
		}
		wantKind(t, appeal("again"), gov.Conflict)
		if err := w.Decide(o, w.Task(sara, c.ID).ID, casework.Verdict{Outcome: "uphold", Words: "لا جديد"}); err != nil {
			t.Fatal(err)
		}
		wantKind(t, appeal("and again"), gov.Conflict)

		c2 := w.Apply(sara, renewal, w.Renewal(sara))
		w.Pay(sara, c2.ID)
		if err := w.Decide(o, w.Task(sara, c2.ID).ID, casework.Verdict{Outcome: "refuse", Reason: "identity"}); err != nil {
			t.Fatal(err)
		}
		w.Pass(20 * 24 * time.Hour)
		wantKind(t, w.Try(sara, func(tx *db.Tx) error { _, err := w.Cases.Appeal(tx, c2.ID, "late"); return err }), gov.Conflict)
	})
}

func TestACaseKeepsItsVersionAndReplayShowsWhoWouldDiffer(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara, o := w.Resident(8), w.Officer("o1", "iga")
		c := w.Apply(sara, renewal, w.Renewal(sara))
		var files map[string]string
		w.Do(gov.System, func(tx *db.Tx) error {
			p, err := w.Cases.Packs.Current(tx, renewal)
			files = p.Files
			return err
		})
		dearer := map[string]string{}
		for k, v := range files {
			dearer[k] = strings.ReplaceAll(v, `amount: "2.000"`, `amount: "3.000"`)
		}
		promised := regexp.MustCompile(`(?m)^    fee: .*\n`) // the examples promise the old fees
		dearer["examples.yaml"] = promised.ReplaceAllString(dearer["examples.yaml"], "")
		wantKind(t, w.Try(gov.System, func(tx *db.Tx) error { _, err := w.Cases.Packs.Publish(tx, dearer); return err }), gov.Conflict)
		dearer["service.yaml"] = strings.ReplaceAll(dearer["service.yaml"], `version: "3"`, `version: "4"`)
		stranger := w.Officer("x", "moh", gov.Owner)
		wantKind(t, w.Try(stranger, func(tx *db.Tx) error { _, err := w.Cases.Packs.Publish(tx, dearer); return err }), gov.Denied)
		w.Publish(dearer)
		w.Pay(sara, c.ID)
		if err := w.Decide(o, w.Task(sara, c.ID).ID, casework.Verdict{Outcome: "approve"}); err != nil {
			t.Fatal(err)
		}
		v := w.Case(sara, c.ID)
		if v.Version != "3" || v.Track.Fee != 2000 || v.Outcome != casework.Granted {
			t.Errorf("version %s, fee %d, outcome %s", v.Version, v.Track.Fee, v.Outcome)
		}
		w.Do(gov.System, func(tx *db.Tx) error {
			p, err := w.Cases.Packs.Current(tx, renewal)
			if err != nil {
				return err
			}
			ds, ran, err := w.Cases.Replay(tx, p, casework.Filter{})
			if err != nil || ran != 1 || len(ds) != 1 || ds[0].Before.Fee != 2000 || ds[0].After.Fee != 3000 || ds[0].After.Outcome != casework.Granted {
				t.Errorf("replay %+v, %d ran, %v", ds, ran, err)
			}
			return nil
		})
	})
}

func TestACosignatureWaitsForSomebodyWhoIsNotKnownYet(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		other := w.Country.People(12)[10]
		c := w.Apply(sara, "justice/small-claim", form.Answers{
			"phone": "33000001", "iban": "BH67BMAG00001299123456", "respondent_kind": "person", "respondent_number": other.CivilNumber,
			"respondent_name": "فلان", "respondent_phone": "33000004", "claim_kind": "loan", "amount": "350", "happened_on": "2026-03-01", "asked_before": true,
			"facts": "أقرضت المدعى عليه هذا المبلغ بإيصال موقع على أن يرده خلال شهر، ولم يرد منه شيئًا حتى اليوم.", "truth": true})
		w.Pay(sara, c.ID)
		respondent := w.Resident(10)
		var asked []casework.Task
		w.Do(respondent, func(tx *db.Tx) (err error) { asked, err = w.Cases.Asked(tx); return err })
		if len(asked) != 1 || asked[0].Case != c.ID {
			t.Fatalf("asked of the respondent: %+v", asked)
		}
		v := w.Case(respondent, c.ID)
		if v.Mine || v.Answers["iban"] != nil || v.Answers["facts"] == nil {
			t.Errorf("the respondent sees %v", v.Answers)
		}
		w.Do(gov.System, func(tx *db.Tx) error {
			looks, err := journal.Looks(tx, sara.Person, 10)
			if err != nil || len(looks) != 1 || looks[0].Actor != respondent.Person {
				t.Errorf("the respondent's look is not in the claimant's access log: %+v, %v", looks, err)
			}
			return nil
		})
		wantKind(t, w.Decide(sara, asked[0].ID, casework.Verdict{Outcome: "agree"}), gov.NotFound)
		if err := w.Decide(respondent, asked[0].ID, casework.Verdict{Outcome: "agree"}); err != nil {
			t.Fatal(err)
		}
		if v := w.Case(sara, c.ID); v.Outcome != casework.Settled {
			t.Errorf("outcome %q", v.Outcome)
		}
	})
}

func TestADocumentHoldsTheFileItShows(t *testing.T) {
	each(t, func(w *casetest.World) {
		sara := w.Resident(8)
		c := w.Apply(sara, renewal, w.Renewal(sara))
		w.Pay(sara, c.ID)
		if err := w.Decide(w.Officer("o1", "iga"), w.Task(sara, c.ID).ID, casework.Verdict{Outcome: "approve"}); err != nil {
			t.Fatal(err)
		}
		w.Do(sara, func(tx *db.Tx) error {
			issued, err := w.Cases.Issuer.OfCase(tx, c.ID)
			if err != nil || len(issued) != 1 {
				t.Fatalf("%d documents, %v", len(issued), err)
			}
			for _, claim := range issued[0].Claims {
				if claim.Name == "photo" && !strings.Contains(db.JSON(claim.Value), `"blob":"sha256-`) {
					t.Errorf("the slip's photo is %s", db.JSON(claim.Value))
				}
			}
			return nil
		})
	})
}
