package api

import (
	"fmt"
	"sync/atomic"
	"testing"

	"diwan.example/internal/db/dbtest"
)

// BenchmarkWholeCases applies, settles and decides, each a request, many at once.
func BenchmarkWholeCases(b *testing.B) {
	w := newWorld(b, dbtest.SQLite(b))
	office := w.token(w.officer(0, "iga"))
	var tokens []string
	var answers []map[string]any
	for i := range 16 {
		a := w.Resident(i + 1)
		tokens, answers = append(tokens, w.token(a)), append(answers, w.Renewal(a))
	}
	var n atomic.Int64
	b.SetParallelism(16)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			i := n.Add(1)
			var c Case
			w.call(tokens[i%16], "POST", root+"/applications", Application{Service: "identity-card/renewal", Answers: answers[i%16]}).want(201, &c)
			if c.At[0].Charge != "" { // not exempt
				w.call(office, "POST", root+"/charges/"+string(c.At[0].Charge)+"/counter-payments", `{"reference": "S"}`).want(200)
			}
			if err := w.Pump.Drain(b.Context()); err != nil {
				b.Fatal(err)
			}
			var v CaseView
			w.call(office, "GET", root+"/applications/"+string(c.ID), nil).want(200, &v)
			w.call(office, "POST", root+"/tasks/"+string(v.At[0].Task)+"/decision", Verdict{Outcome: "approve"}).want(200)
		}
	})
}

// BenchmarkApply is one request that opens a draft, with a key and without.
func BenchmarkApply(b *testing.B) {
	for _, keyed := range []bool{false, true} {
		b.Run(fmt.Sprintf("key=%v", keyed), func(b *testing.B) {
			w := newWorld(b, dbtest.SQLite(b))
			token := w.token(w.Resident(1))
			var n atomic.Int64
			b.SetParallelism(16)
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					var header []string
					if keyed {
						header = []string{"Idempotency-Key", fmt.Sprint(n.Add(1))}
					}
					w.call(token, "POST", root+"/applications", `{"service": "identity-card/renewal", "draft": true}`, header...).want(201)
				}
			})
		})
	}
}

// BenchmarkToken is what it costs to find out who calls.
func BenchmarkToken(b *testing.B) {
	w := newWorld(b, dbtest.SQLite(b))
	token := w.token(w.Resident(1))
	b.ReportAllocs()
	for b.Loop() {
		w.call(token, "GET", root+"/token", nil).want(200)
	}
}
