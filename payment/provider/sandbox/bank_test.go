package sandbox

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
	"diwan.example/payment/provider"
	"diwan.example/payment/provider/providertest"
)

var dinar = gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}

// stage is a bank with its worker and somebody who takes its messages.
type stage struct {
	bank   *Bank
	page   http.Handler
	worker *jobs.Worker
	now    time.Time

	mu       sync.Mutex
	messages []providertest.Message
	status   int // what the receiver answers
}

func newStage(t *testing.T, d *db.DB) *stage {
	s := &stage{now: dbtest.Start, status: 204}
	d.SetClock(func() time.Time { return s.now })
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.messages = append(s.messages, providertest.Message{Header: r.Header, Body: body})
		w.WriteHeader(s.status)
	}))
	t.Cleanup(hook.Close)
	s.bank = &Bank{DB: d, Currency: dinar, Secret: []byte("shared secret"), Base: "/bank", Hook: hook.URL, Key: "statement key"}
	s.page = http.StripPrefix("/bank", s.bank.Handler())
	s.worker = &jobs.Worker{DB: d, Kinds: s.bank.Kinds(), Log: slog.New(slog.DiscardHandler)}
	return s
}

func (s *stage) do(method, path string, form url.Values) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.page.ServeHTTP(w, r)
	return w
}

func (s *stage) card(ref, number string) *httptest.ResponseRecorder {
	return s.do("POST", "/bank/pay/"+ref, url.Values{"card": {number}, "do": {"pay"}})
}

func (s *stage) sent(t *testing.T) []providertest.Message {
	t.Helper()
	if _, err := s.worker.RunDue(context.Background()); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.messages
	s.messages = nil
	return out
}

func (s *stage) created(t *testing.T) string {
	t.Helper()
	c, err := s.bank.Create(context.Background(), provider.Intent{ID: "a", Key: db.Short(8), Amount: 1500, Currency: "BHD", ReturnURL: "/back", Description: gov.T("رسم التجديد", "Renewal fee")})
	if err != nil {
		t.Fatal(err)
	}
	return c.Ref
}

func TestSuite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		providertest.Run(t, func(t *testing.T) providertest.Rig {
			fresh := dbtest.SQLite
			if d.Engine() == db.Postgres {
				fresh = dbtest.Postgres
			}
			s := newStage(t, fresh(t))
			return providertest.Rig{
				Provider: s.bank, Currency: "BHD",
				Now:      func() time.Time { return s.now },
				Advance:  func(d time.Duration) { s.now = s.now.Add(d) },
				Pay:      func(t *testing.T, ref string) { s.card(ref, Cards[0].Number) },
				Refuse:   func(t *testing.T, ref string) { s.do("POST", "/bank/pay/"+ref, url.Values{"do": {"cancel"}}) },
				Messages: s.sent,
			}
		})
	})
}

func TestPageInBothLanguages(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	ref := s.created(t)
	ar := s.do("GET", "/bank/pay/"+ref, nil)
	for _, want := range []string{`lang="ar" dir="rtl"`, "1.500 د.ب", "رسم التجديد", "لا تُنقل فيها أي نقود حقيقية", "?lang=en"} {
		if !strings.Contains(ar.Body.String(), want) {
			t.Errorf("Arabic page lacks %q", want)
		}
	}
	en := s.do("GET", "/bank/pay/"+ref+"?lang=en", nil)
	for _, want := range []string{`lang="en" dir="ltr"`, "BD 1.500", "Renewal fee", "no real money moves here"} {
		if !strings.Contains(en.Body.String(), want) {
			t.Errorf("English page lacks %q", want)
		}
	}
	fromEnglish, err := s.bank.Create(context.Background(), provider.Intent{ID: "b", Key: "english", Amount: 1500, Currency: "BHD", ReturnURL: "https://diwan.example/en/cases/1", Description: gov.T("رسم", "Fee")})
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{"": `lang="en"`, "?lang=ar": `lang="ar"`} {
		if w := s.do("GET", "/bank/pay/"+fromEnglish.Ref+query, nil); !strings.Contains(w.Body.String(), "<html "+want) {
			t.Errorf("somebody who came from an English page sees with %q no page in %s", query, want)
		}
	}
	if csp := en.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Error(csp)
	}
	if w := s.do("GET", "/bank/pay/nobody", nil); w.Code != 404 {
		t.Error(w.Code)
	}
}

func TestCards(t *testing.T) {
	for _, c := range Cards {
		if got, last := judge(c.Number); got != c.answer || !strings.HasSuffix(c.Number, last) || last == "" {
			t.Errorf("%s: %s %s", c.Number, got, last)
		}
	}
	for typed, want := range map[string]outcome{
		"٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢":          accepted,
		"4242-4242-4242-4242":          accepted,
		"4242 4242 4242 4241":          malformed,
		"5555 5555 5555 4444":          foreign,
		"":                             malformed,
		"4242424242424242424242424242": malformed,
		"abcd abcd abcd abcd":          malformed,
	} {
		if got, _ := judge(typed); got != want {
			t.Errorf("%q: got %s, want %s", typed, got, want)
		}
	}
}

func TestRefusedCardsMayBeTriedThreeTimes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStage(t, d)
		ref := s.created(t)
		for _, typed := range []string{"1", Cards[1].Number, "5555 5555 5555 4444", Cards[2].Number} {
			if w := s.card(ref, typed); w.Code != 422 || !strings.Contains(w.Body.String(), `role="alert"`) {
				t.Fatalf("%s: %d", typed, w.Code)
			}
		}
		if w := s.card(ref, Cards[1].Number); w.Code != 303 || w.Header().Get("Location") != "/back" {
			t.Fatal(w.Code)
		}
		s.card(ref, Cards[0].Number) // too late
		st, err := s.bank.Fetch(context.Background(), ref)
		if err != nil || st.State != provider.Failed {
			t.Errorf("%+v %v", st, err)
		}
	})
}

func TestSlowCardClearsLater(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStage(t, d)
		ref := s.created(t)
		if w := s.card(ref, Cards[3].Number); w.Code != 303 {
			t.Fatal(w.Code)
		}
		if st, _ := s.bank.Fetch(context.Background(), ref); st.State != provider.Pending || len(s.sent(t)) != 0 {
			t.Fatalf("%+v", st)
		}
		s.now = s.now.Add(31 * time.Second)
		if m := s.sent(t); len(m) != 1 {
			t.Fatal(len(m))
		}
		if st, _ := s.bank.Fetch(context.Background(), ref); st.State != provider.Succeeded {
			t.Fatalf("%+v", st)
		}
	})
}

func TestPaymentPageExpires(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	ref := s.created(t)
	s.now = s.now.Add(25 * time.Hour)
	if w := s.card(ref, Cards[0].Number); w.Code != 303 {
		t.Error(w.Code)
	}
	if st, _ := s.bank.Fetch(context.Background(), ref); st.State != provider.Failed {
		t.Errorf("%+v", st)
	}
}

// Every message is sent twice, and again while nobody takes it.
func TestMessagesAreRepeated(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	s.status = 503
	s.card(s.created(t), Cards[0].Number)
	if n := len(s.sent(t)); n != 1 {
		t.Fatal(n)
	}
	s.now, s.status = s.now.Add(11*time.Second), 200
	if n := len(s.sent(t)); n != 2 {
		t.Fatalf("%d: the first again, and its copy", n)
	}
	s.now = s.now.Add(time.Hour)
	if n := len(s.sent(t)); n != 0 {
		t.Fatal(n)
	}
}

func TestDoubleClickPaysOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newStage(t, d)
		ref := s.created(t)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if w := s.card(ref, Cards[0].Number); w.Code != 303 {
					t.Error(w.Code)
				}
			})
		}
		wg.Wait()
		if n := len(s.sent(t)); n != 1 {
			t.Errorf("%d messages", n)
		}
	})
}

func TestReturnAddresses(t *testing.T) {
	for s, want := range map[string]bool{
		"/cases/1": true, "https://diwan.example/x": true, "http://127.0.0.1:8080/x": true,
		"": false, "javascript:alert(1)": false, "//evil.example/x": false, `/\evil.example`: false, "data:text/html,x": false, "cases": false,
	} {
		if goodReturn(s) != want {
			t.Error(s)
		}
	}
}

func TestStatementNeedsItsKey(t *testing.T) {
	s := newStage(t, dbtest.SQLite(t))
	s.card(s.created(t), Cards[0].Number)
	get := func(key string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/bank/statement?day=2026-11-23", nil)
		r.Header.Set("Authorization", "Bearer "+key)
		w := httptest.NewRecorder()
		s.page.ServeHTTP(w, r)
		return w
	}
	if w := get("guess"); w.Code != 404 {
		t.Error(w.Code)
	}
	if w := get("statement key"); w.Code != 200 || !strings.Contains(w.Body.String(), ",payment,1.500,BHD,2026-11-23T06:00:00Z") {
		t.Error(w.Code, w.Body)
	}
}
