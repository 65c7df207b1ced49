package identity

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
)

func TestWhoeverIsNamedGetsACode(t *testing.T) {
	each(t, func(w *town) {
		for _, identifier := range []string{number(1), " sara@EXAMPLE.org ", "٣٦٠٠٠٠٠١", "+97336000001"} {
			w.letters = nil
			token := w.enter(identifier)
			a, p, _, err := w.Actor(background, token)
			if err != nil || p.ID != w.sara || a.Person != w.sara || a.Channel != gov.Portal || !FreshFor(a, w.DB.Now(), time.Minute) {
				t.Errorf("%s: %+v %v", identifier, a, err)
			}
		}
	})
}

func TestACodeGoesWhereItWasAskedFor(t *testing.T) {
	each(t, func(w *town) {
		for identifier, want := range map[string]Contact{
			number(1):          {w.sara, "Sara@Example.org", "+973 3600 0001", gov.Arabic},
			"sara@example.org": {w.sara, "Sara@Example.org", "", gov.Arabic},
			"36000001":         {w.sara, "", "+973 3600 0001", gov.Arabic},
		} {
			w.enter(identifier)
			if got := w.letters[len(w.letters)-1].to; got != want {
				t.Errorf("%s: %+v", identifier, got)
			}
		}
	})
}

func TestStrangersLearnNothing(t *testing.T) {
	each(t, func(w *town) {
		for _, identifier := range []string{number(9), "nobody@example.org", "family@example.org", "36009999", "hello", "%"} {
			id, err := w.AskCode(background, identifier, Client{Address: identifier})
			if err != nil || len(id) != 26 {
				t.Fatalf("%s: %q %v", identifier, id, err)
			}
			w.work()
			for range 7 {
				_, err = w.Enter(background, id, "123456", Client{})
				if got := fmt.Sprint(err); got != fmt.Sprint(errCode) {
					t.Fatalf("%s: %s", identifier, got)
				}
			}
		}
		if len(w.letters) != 0 {
			t.Errorf("letters went out: %v", w.letters)
		}
	})
}

func TestTheSixthTryFailsEvenWithTheRightCode(t *testing.T) {
	each(t, func(w *town) {
		id, _ := w.AskCode(background, number(1), Client{})
		w.work()
		right := w.code()
		wrong := "000000"
		if right == wrong {
			wrong = "000001"
		}
		for range 5 {
			_, err := w.Enter(background, id, wrong, Client{})
			w.want(err, gov.Invalid)
		}
		_, err := w.Enter(background, id, right, Client{})
		w.want(err, gov.Invalid)
	})
}

func TestACodeWorksOnceInTimeAndForItsAttempt(t *testing.T) {
	each(t, func(w *town) {
		id, _ := w.AskCode(background, number(1), Client{})
		w.work()
		spaced := w.code()[:3] + " " + w.code()[3:]
		_, err := w.Enter(background, id, spaced, Client{})
		w.want(err, "")
		_, err = w.Enter(background, id, w.code(), Client{})
		w.want(err, gov.Invalid)

		late, _ := w.AskCode(background, number(1), Client{})
		w.work()
		other, _ := w.AskCode(background, number(2), Client{})
		code := w.code()
		w.work()
		_, err = w.Enter(background, other, code, Client{})
		w.want(err, gov.Invalid)
		w.pass(10 * time.Minute)
		_, err = w.Enter(background, late, code, Client{})
		w.want(err, gov.Invalid)
		_, err = w.Enter(background, strings.Repeat("x", 1<<16), code, Client{})
		w.want(err, gov.Invalid)
	})
}

func TestTwoWhoEnterOneCodeTogetherMakeOneSession(t *testing.T) {
	each(t, func(w *town) {
		id, _ := w.AskCode(background, number(1), Client{})
		w.work()
		code := w.code()
		var in atomic.Int64
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if token, err := w.Enter(background, id, code, Client{}); err == nil && token != "" {
					in.Add(1)
				}
			})
		}
		all.Wait()
		if in.Load() != 1 {
			t.Errorf("%d sessions from one code", in.Load())
		}
	})
}

func TestAskingIsLimitedForAnyIdentifier(t *testing.T) {
	each(t, func(w *town) {
		for _, identifier := range []string{number(1), "nobody@example.org"} {
			for i := range 6 {
				_, err := w.AskCode(background, identifier, Client{Address: fmt.Sprint(identifier, i)})
				want := gov.Kind("")
				if i == 5 {
					want = gov.TooMany
				}
				w.want(err, want)
			}
		}
		w.pass(31 * time.Minute)
		_, err := w.AskCode(background, number(1), Client{})
		w.want(err, "")
		for i := range 40 {
			if _, err = w.AskCode(background, fmt.Sprint("x", i), Client{Address: "203.0.113.9"}); err != nil {
				break
			}
		}
		w.want(err, gov.TooMany)
		_, err = w.AskCode(background, strings.Repeat("9", 300), Client{})
		w.want(err, gov.Invalid)
	})
}

func TestLimitSlidesAndIsSharedBetweenNodes(t *testing.T) {
	each(t, func(w *town) {
		other := *w.Gate // another node on the same database
		limit := func(g *Gate) error { return g.Limit(background, "b", 4, time.Minute) }
		for _, g := range []*Gate{w.Gate, &other, w.Gate, &other} {
			w.want(limit(g), "")
		}
		w.want(limit(w.Gate), gov.TooMany)
		w.pass(time.Minute) // the previous span still counts in full
		w.want(limit(&other), gov.TooMany)
		w.pass(30 * time.Second) // half of it
		w.want(limit(w.Gate), "")
		w.want(limit(w.Gate), "")
		w.want(limit(w.Gate), gov.TooMany)
		w.want(w.Limit(background, "other", 4, time.Minute), "")
		w.pass(time.Hour)
		w.write(gov.System, w.KeepTidy)
		w.pass(time.Hour)
		w.work()
		var left int
		w.write(gov.System, func(tx *db.Tx) error { return tx.QueryRow(`SELECT count(*) FROM identity_limit`).Scan(&left) })
		if left != 0 {
			t.Errorf("%d counts left", left)
		}
		w.write(gov.System, func(tx *db.Tx) error {
			next, err := jobs.List(tx, 10)
			if err != nil || len(next) != 1 || !next[0].At.Equal(w.now.Add(time.Hour)) {
				t.Errorf("the next sweep is not planned: %v %v", next, err)
			}
			return nil
		})
	})
}

func TestStepUpBelongsToItsSession(t *testing.T) {
	each(t, func(w *town) {
		one, two := w.enter(number(1)), w.enter(number(1))
		w.pass(11 * time.Minute)
		if FreshFor(gov.ActorFrom(w.as(one)), w.DB.Now(), 10*time.Minute) {
			t.Fatal("still fresh")
		}
		id, err := w.AskStepUp(w.as(one))
		w.want(err, "")
		w.work()
		w.want(w.StepUp(w.as(two), id, w.code()), gov.Invalid)
		_, err = w.Enter(background, id, w.code(), Client{}) // a code for proving does not open a session
		w.want(err, gov.Invalid)
		w.want(w.StepUp(w.as(one), id, w.code()), "")
		if !FreshFor(gov.ActorFrom(w.as(one)), w.DB.Now(), 10*time.Minute) || FreshFor(gov.ActorFrom(w.as(two)), w.DB.Now(), 10*time.Minute) {
			t.Error("exactly the first session must be fresh")
		}
		_, err = w.AskStepUp(background)
		w.want(err, gov.SignIn)
	})
}
