// Package stripetest is a small server that speaks the part of the public Stripe
// API that payment/provider/stripe uses: form-encoded requests, bearer keys,
// idempotency keys, errors, rate limits, paging and signed webhooks. It is for
// tests and keeps everything in memory.
package stripetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"diwan.example/payment/provider/signature"
)

// What the server expects.
const (
	Key    = "sk_test_key"
	Secret = "whsec_test"
)

// object is a thing of the API as JSON.
type object = map[string]any

// Server is the fake. Its URL goes into the client's Endpoint.
type Server struct {
	*httptest.Server
	Now func() time.Time

	mu       sync.Mutex
	n        int
	intents  map[string]object
	refunds  map[string]object
	balance  []object
	answers  map[string]answer // by idempotency key
	messages []Message
	failing  int
}

// answer is what was answered to an idempotency key.
type answer struct {
	form string
	code int
	body []byte
}

// Message is a signed webhook.
type Message struct {
	Header http.Header
	Body   []byte
}

// New starts a server; Close it when done.
func New(now func() time.Time) *Server {
	s := &Server{Now: now, intents: map[string]object{}, refunds: map[string]object{}, answers: map[string]answer{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/payment_intents", s.post(s.createIntent))
	mux.HandleFunc("GET /v1/payment_intents/{id}", s.get(func(r *http.Request) (int, object) { return found(s.intents[r.PathValue("id")]) }))
	mux.HandleFunc("POST /v1/refunds", s.post(s.createRefund))
	mux.HandleFunc("GET /v1/refunds/{id}", s.get(s.fetchRefund))
	mux.HandleFunc("GET /v1/balance_transactions", s.get(s.listBalance))
	s.Server = httptest.NewServer(mux)
	return s
}

// Fail makes the next n requests fail: rate limits and server errors in turn.
func (s *Server) Fail(n int) { s.mu.Lock(); defer s.mu.Unlock(); s.failing = n }

// problem is an error object of the API.
func problem(kind, code, text string) object {
	return object{"error": object{"type": kind, "code": code, "message": text}}
}

func found(o object) (int, object) {
	if o == nil {
		return 404, problem("invalid_request_error", "resource_missing", "No such object")
	}
	return 200, o
}

func write(w http.ResponseWriter, code int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	w.Write(body)
}

func encode(o object) []byte {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err)
	}
	return b
}

// admit answers for requests that do not get through; false: answered.
func (s *Server) admit(w http.ResponseWriter, r *http.Request) bool {
	switch {
	case r.Header.Get("Authorization") != "Bearer "+Key:
		write(w, 401, encode(problem("invalid_request_error", "", "Invalid API Key provided")))
	case s.failing > 0 && s.failing%2 == 1:
		s.failing--
		write(w, 429, encode(problem("invalid_request_error", "rate_limit", "Too many requests")))
	case s.failing > 0:
		s.failing--
		write(w, 503, []byte("<html>bad gateway</html>"))
	default:
		return true
	}
	return false
}

func (s *Server) get(do func(*http.Request) (int, object)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.admit(w, r) {
			code, o := do(r)
			write(w, code, encode(o))
		}
	}
}

// post answers the same key with the same answer, and a key used for something
// else with an error.
func (s *Server) post(do func(url.Values) (int, object)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.admit(w, r) {
			return
		}
		if err := r.ParseForm(); err != nil || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			write(w, 400, encode(problem("invalid_request_error", "", "Not a form")))
			return
		}
		key, form := r.Header.Get("Idempotency-Key"), r.PostForm.Encode()
		a, known := s.answers[key]
		switch {
		case known && a.form != form:
			a = answer{code: 400, body: encode(problem("idempotency_error", "", "Keys for idempotent requests can only be used with the same parameters"))}
		case !known:
			code, o := do(r.PostForm)
			a = answer{form, code, encode(o)}
			if key != "" {
				s.answers[key] = a
			}
		}
		write(w, a.code, a.body)
	}
}

func (s *Server) id(kind string) string { s.n++; return fmt.Sprintf("%s_%06d", kind, s.n) }

// metadata reads metadata[x]=y.
func metadata(f url.Values) object {
	m := object{}
	for k, v := range f {
		if name, ok := strings.CutPrefix(k, "metadata["); ok {
			m[strings.TrimSuffix(name, "]")] = v[0]
		}
	}
	return m
}

func (s *Server) createIntent(f url.Values) (int, object) {
	amount, err := strconv.ParseInt(f.Get("amount"), 10, 64)
	if err != nil || amount < 1 {
		return 400, problem("invalid_request_error", "parameter_invalid_integer", "Invalid positive integer")
	}
	if f.Get("currency") == "bhd" && amount%10 != 0 {
		return 400, problem("invalid_request_error", "invalid_amount", "Must be a multiple of 10")
	}
	id := s.id("pi")
	o := object{"id": id, "object": "payment_intent", "amount": amount, "amount_received": 0, "currency": f.Get("currency"),
		"status": "requires_payment_method", "client_secret": id + "_secret", "metadata": metadata(f), "last_payment_error": nil, "next_action": nil}
	if f.Get("confirm") == "true" {
		if f.Get("return_url") == "" || f.Get("payment_method_data[type]") == "" {
			return 400, problem("invalid_request_error", "parameter_missing", "return_url")
		}
		o["status"] = "requires_action"
		o["next_action"] = object{"type": "redirect_to_url", "redirect_to_url": object{"url": s.URL + "/authorize/" + id, "return_url": f.Get("return_url")}}
	}
	s.intents[id] = o
	return 200, o
}

func (s *Server) createRefund(f url.Values) (int, object) {
	p := s.intents[f.Get("payment_intent")]
	if p == nil {
		return found(nil)
	}
	amount, err := strconv.ParseInt(f.Get("amount"), 10, 64)
	back := int64(0)
	for _, r := range s.refunds {
		if r["payment_intent"] == p["id"] && r["status"] != "failed" {
			back += r["amount"].(int64)
		}
	}
	if err != nil || p["status"] != "succeeded" || back+amount > p["amount"].(int64) {
		return 400, problem("invalid_request_error", "", "Refund amount is greater than unrefunded amount on charge")
	}
	o := object{"id": s.id("re"), "object": "refund", "amount": amount, "currency": p["currency"], "payment_intent": p["id"], "status": "pending", "metadata": metadata(f)}
	s.refunds[o["id"].(string)] = o
	s.move("refund", -amount, p["currency"], object{"id": o["id"], "payment_intent": p["id"]})
	s.tell("refund.created", o)
	return 200, o
}

// fetchRefund finishes a pending refund, as time would.
func (s *Server) fetchRefund(r *http.Request) (int, object) {
	o := s.refunds[r.PathValue("id")]
	if o != nil && o["status"] == "pending" {
		o["status"] = "succeeded"
		s.tell("refund.updated", o)
	}
	return found(o)
}

func (s *Server) move(kind string, amount int64, currency any, source object) {
	s.balance = append(s.balance, object{"id": s.id("txn"), "object": "balance_transaction", "type": kind, "amount": amount, "currency": currency, "created": s.Now().Unix(), "source": source})
}

// pageSize is small, so that clients have to turn pages.
const pageSize = 2

func (s *Server) listBalance(r *http.Request) (int, object) {
	q := r.URL.Query()
	from, _ := strconv.ParseInt(q.Get("created[gte]"), 10, 64)
	to, _ := strconv.ParseInt(q.Get("created[lt]"), 10, 64)
	var list []object
	for _, o := range s.balance {
		at := o["created"].(int64)
		if at >= from && at < to && (q.Get("starting_after") == "" || o["id"].(string) < q.Get("starting_after")) {
			list = append(list, o)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i]["id"].(string) > list[j]["id"].(string) }) // newest first
	more := len(list) > pageSize
	if more {
		list = list[:pageSize]
	}
	return 200, object{"object": "list", "data": list, "has_more": more}
}

// tell signs an event and keeps it twice: Stripe may send one twice.
func (s *Server) tell(kind string, o object) {
	body := encode(object{"id": s.id("evt"), "object": "event", "type": kind, "created": s.Now().Unix(), "data": object{"object": o}})
	m := Message{Header: http.Header{"Stripe-Signature": {signature.Sign([]byte(Secret), s.Now(), body)}}, Body: body}
	s.messages = append(s.messages, m, m)
}

// Messages returns the webhooks sent since the last call.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.messages
	s.messages = nil
	return out
}

// Pay lets the payer of an intent pay.
func (s *Server) Pay(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.intents[id]
	p["status"], p["amount_received"], p["next_action"], p["last_payment_error"] = "succeeded", p["amount"], nil, nil
	s.move("charge", p["amount"].(int64), p["currency"], object{"id": s.id("ch"), "payment_intent": id})
	s.move("stripe_fee", -30, p["currency"], object{})
	s.tell("charge.succeeded", object{"id": "ch", "amount": p["amount"]})
	s.tell("payment_intent.succeeded", p)
}

// Refuse lets the payment of an intent fail.
func (s *Server) Refuse(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.intents[id]
	p["status"], p["next_action"] = "requires_payment_method", nil
	p["last_payment_error"] = object{"code": "card_declined"}
	s.tell("payment_intent.payment_failed", p)
}
