package identity

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
)

// town is a gate with a few people, a clock that tests move, and a letter box.
type town struct {
	*testing.T
	*Gate
	mu      sync.Mutex
	now     time.Time
	letters []letter
	worker  *jobs.Worker

	sara, ali, child, head, operator gov.PersonID
}

type letter struct {
	to   Contact
	text gov.Text
}

var background = context.Background()

func each(t *testing.T, test func(w *town)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newTown(t, d)) })
}

func newTown(t *testing.T, d *db.DB) *town {
	w := &town{T: t, now: dbtest.Start}
	w.Gate = &Gate{DB: d, Secret: []byte("0123456789abcdef0123456789abcdef"), Origin: "https://portal.example", Name: "Diwan", Log: slog.New(slog.DiscardHandler)}
	w.Gate.Send = func(tx *db.Tx, to Contact, text gov.Text) error {
		tx.After(func() { w.letters = append(w.letters, letter{to, text}) })
		return nil
	}
	d.SetClock(func() time.Time { w.mu.Lock(); defer w.mu.Unlock(); return w.now })
	w.worker = &jobs.Worker{DB: d, Kinds: w.Jobs(), Log: slog.New(slog.DiscardHandler)}
	people := []Person{
		{CivilNumber: number(1), NameAr: "سارة أحمد الخليفة", NameEn: "Sara Ahmed Al Khalifa", Birth: "1985-01-20", Phone: "+973 3600 0001", Email: "Sara@Example.org"},
		{CivilNumber: number(2), NameAr: "علي حسن", NameEn: "Ali Hasan", Phone: "36000002", Email: "family@example.org", Lang: gov.English},
		{CivilNumber: number(3), NameAr: "مريم علي حسن", NameEn: "Maryam Ali Hasan", Birth: "2016-04-02", Email: "family@example.org"},
		{NameAr: "رئيس الهيئة", NameEn: "Head"},
		{NameAr: "مشغّل", NameEn: "Operator"},
	}
	w.write(gov.System, func(tx *db.Tx) error {
		if err := RegisterAll(tx, people); err != nil {
			return err
		}
		if err := Appoint(tx, people[3].ID, "moe", gov.Head); err != nil {
			return err
		}
		return Appoint(tx, people[4].ID, "iga", gov.Operator)
	})
	w.sara, w.ali, w.child, w.head, w.operator = people[0].ID, people[1].ID, people[2].ID, people[3].ID, people[4].ID
	return w
}

// number is the n-th valid civil number of January 1985.
func number(n int) string {
	for i := 1; ; i++ {
		if whole, ok := gov.CivilNumber(fmt.Sprintf("8501%04d", i)); ok {
			if n--; n == 0 {
				return whole
			}
		}
	}
}

func (w *town) pass(d time.Duration) { w.mu.Lock(); w.now = w.now.Add(d); w.mu.Unlock() }

func (w *town) write(a gov.Actor, fn func(*db.Tx) error) {
	w.Helper()
	if err := w.try(a, fn); err != nil {
		w.Fatal(err)
	}
}

func (w *town) try(a gov.Actor, fn func(*db.Tx) error) error {
	return w.DB.Write(gov.WithActor(background, a), fn)
}

func (w *town) want(err error, k gov.Kind) {
	w.Helper()
	if gov.KindOf(err) != k {
		w.Fatalf("want %q, got %v", k, err)
	}
}

func (w *town) work() {
	w.Helper()
	if _, err := w.worker.RunDue(background); err != nil {
		w.Fatal(err)
	}
}

var sixDigits = regexp.MustCompile(`\b[0-9]{6}\b`)

// code returns the code in the last letter.
func (w *town) code() string {
	w.Helper()
	if len(w.letters) == 0 {
		w.Fatal("no letter came")
	}
	l := w.letters[len(w.letters)-1]
	c := sixDigits.FindString(l.text[gov.Arabic])
	if c == "" || sixDigits.FindString(l.text[gov.English]) != c {
		w.Fatalf("no code in %v", l.text)
	}
	return c
}

// enter signs a person in by code and returns the session's token.
func (w *town) enter(identifier string) string {
	w.Helper()
	id, err := w.AskCode(background, identifier, Client{Address: "192.0.2.1"})
	if err != nil {
		w.Fatal(err)
	}
	w.work()
	token, err := w.Enter(background, id, w.code(), Client{Address: "192.0.2.1", Device: "Firefox"})
	if err != nil {
		w.Fatal(err)
	}
	return token
}

// as returns a context of whoever holds the token.
func (w *town) as(token string) context.Context {
	w.Helper()
	a, _, _, err := w.Actor(background, token)
	if err != nil {
		w.Fatal(err)
	}
	return gov.WithActor(background, a)
}
