package api

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

func (w *world) cases(a gov.Actor) int {
	w.T.Helper()
	var n int
	w.Do(a, func(tx *db.Tx) error {
		all, err := w.Cases.Mine(tx, "", 100)
		n = len(all)
		return err
	})
	return n
}

func TestARepeatedRequestIsCarriedOutOnce(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		sara := w.Resident(1)
		token := w.token(sara)
		wish := Application{Service: "identity-card/renewal", Draft: true}
		first := w.call(token, "POST", root+"/applications", wish, "Idempotency-Key", "k-1").want(201)
		again := w.call(token, "POST", root+"/applications", wish, "Idempotency-Key", "k-1").want(201)
		if string(first.body) != string(again.body) || again.header.Get("Idempotency-Replayed") != "true" || first.header.Get("Idempotency-Replayed") != "" {
			t.Fatalf("%s\n%s", first.body, again.body)
		}
		wish.Answers = map[string]any{"delivery": "pickup"}
		w.call(token, "POST", root+"/applications", wish, "Idempotency-Key", "k-1").problem(409)
		if n := w.cases(sara); n != 1 {
			t.Fatal(n)
		}
		w.call(w.token(sara), "POST", root+"/applications", wish, "Idempotency-Key", "k-1").problem(409) // the key is the person's, whatever the token
		w.call(w.token(w.Resident(2)), "POST", root+"/applications", wish, "Idempotency-Key", "k-1").want(201)
		for _, bad := range []string{"a b", "مفتاح", fmt.Sprintf("%0200d", 1)} {
			w.call(token, "POST", root+"/applications", wish, "Idempotency-Key", bad).problem(422)
		}
		w.Pass(25 * time.Hour)
		w.call(token, "POST", root+"/applications", wish, "Idempotency-Key", "k-1").want(201)
		if n := w.cases(sara); n != 2 {
			t.Fatal(n)
		}
		w.Pass(25 * time.Hour)
		w.Do(gov.System, w.api.Sweep)
		w.Do(gov.System, func(tx *db.Tx) error {
			if _, ok, err := keyed(tx, string(sara.Person)+" ", "k-1"); ok || err != nil {
				t.Error("not forgotten", err)
			}
			return nil
		})
	})
}

func TestAFailureMayBeTriedAgainWithItsKey(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		sara := w.Resident(1)
		token := w.token(sara)
		w.call(token, "POST", root+"/applications", Application{Service: "identity-card/renewal"}, "Idempotency-Key", "k").problem(422)
		w.call(token, "POST", root+"/applications", Application{Service: "identity-card/renewal", Answers: w.Renewal(sara)}, "Idempotency-Key", "k").want(201)
	})
}

func TestOfManyAtOnceOneWins(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		sara := w.Resident(1)
		token := w.token(sara)
		wish := Application{Service: "identity-card/renewal", Answers: w.Renewal(sara)}
		var wg sync.WaitGroup
		got := make([]reply, 12)
		for i := range got {
			wg.Go(func() {
				got[i] = w.call(token, "POST", root+"/applications", wish, "Idempotency-Key", "same")
			})
		}
		wg.Wait()
		for _, r := range got {
			if r.want(201); string(r.body) != string(got[0].body) {
				t.Errorf("%s\n%s", r.body, got[0].body)
			}
		}
		if n := w.cases(sara); n != 1 {
			t.Fatal(n, "cases")
		}
	})
}

func TestMoneyMovesOnceForAKey(t *testing.T) {
	eachEngine(t, func(t *testing.T, w *world) {
		sara := w.Resident(1)
		office := w.token(w.officer(2, "iga"))
		c := w.Apply(sara, "identity-card/renewal", w.Renewal(sara))
		charge := root + "/charges/" + string(w.Case(sara, c.ID).Charge)
		for range 2 {
			w.call(office, "POST", charge+"/counter-payments", `{"reference": "S-1"}`, "Idempotency-Key", "s").want(200)
		}
		w.Drain()
		for range 3 {
			w.call(office, "POST", charge+"/refunds", `{"amount": 100, "reason": "خطأ"}`, "Idempotency-Key", "r").want(201)
		}
		w.call(office, "POST", charge+"/refunds", `{"amount": 100000000, "reason": "خطأ"}`, "Idempotency-Key", "r2").problem(409)
		w.call(office, "POST", charge+"/refunds", `{"amount": 100000000, "reason": "خطأ"}`, "Idempotency-Key", "r2").problem(409)
		var v ChargeView
		w.call(office, "GET", charge, nil).want(200, &v)
		if len(v.Refunds) != 1 || v.Refunded != 100 {
			t.Fatalf("%+v", v)
		}
		// A process that died between the work and its answer leaves a key that is refused.
		w.Do(gov.System, func(tx *db.Tx) error {
			return tx.Exec(`UPDATE api_idempotency SET done = 0, body = '' WHERE key = 'r'`)
		})
		w.call(office, "POST", charge+"/refunds", `{"amount": 100, "reason": "خطأ"}`, "Idempotency-Key", "r").problem(409)
	})
}
