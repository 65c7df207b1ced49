// Package casetest gives tests a small world in which cases run: a fresh
// database, the real engine with the product's packs, and people.
package casetest

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/country"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/blob"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/internal/jobs"
	"diwan.example/internal/sign"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/packs"
	"diwan.example/payment"
)

// World is everything a case needs.
type World struct {
	T       testing.TB
	DB      *db.DB
	Country *country.Country
	Cases   *casework.Engine
	Pump    *journal.Pump
	Worker  *jobs.Worker
	Notices []casework.Notice // what people were told
	Holds   *Register         // what the registries say
	Entries []casework.Entry  // what cases wrote to registries
	now     time.Time
}

// New builds a world on d with the packs that come with the product published.
func New(t testing.TB, d *db.DB) *World {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	w := &World{T: t, DB: d, Country: c, now: dbtest.Start}
	d.SetClock(func() time.Time { return w.now })
	blobs, err := blob.OpenFiles(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	vault, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	lib := &pack.Library{Options: pack.Options{Currency: c.Currency, Langs: c.Languages}}
	w.Cases = &casework.Engine{
		DB: d, Packs: lib, Calendar: &c.Calendar, Currency: c.Currency, Blobs: blobs, Log: slog.New(slog.DiscardHandler), PlaceOf: c.GovernorateOf,
		Cashier: &payment.Cashier{DB: d, Calendar: &c.Calendar, Currency: c.Currency},
		Tell:    func(_ *db.Tx, n casework.Notice) error { w.Notices = append(w.Notices, n); return nil },
	}
	w.Cases.Cashier.MayPay = w.Cases.MayPay
	w.Holds = &Register{DB: d}
	w.Cases.Inquire = w.Holds.Inquire
	w.Cases.Enter = func(_ *db.Tx, in casework.Entry) error { w.Entries = append(w.Entries, in); return nil }
	w.Cases.Issuer, err = document.New(d, document.Options{Vault: vault, Blobs: blobs, BaseURL: "http://localhost", Zone: c.Calendar.Zone, Currency: c.Currency, Types: w.types})
	if err != nil {
		t.Fatal(err)
	}
	w.Pump = &journal.Pump{DB: d, Log: w.Cases.Log, Followers: []journal.Follower{w.Cases.Follower()}}
	w.Worker = &jobs.Worker{DB: d, Log: w.Cases.Log, Kinds: w.Cases.Timers()}
	for _, dir := range []string{"education/enrolment-certificate", "identity-card/renewal", "justice/small-claim", "personal-data/access-question", "personal-data/correction"} {
		p, err := pack.Read(packs.Files, dir, lib.Options)
		if err != nil {
			t.Fatal(err)
		}
		w.Publish(p.Files)
	}
	return w
}

func (w *World) types(tx *db.Tx, s gov.ServiceID, version, kind string) (*pack.Document, error) {
	p, err := w.Cases.Packs.At(tx, s, version)
	if err != nil {
		return nil, err
	}
	return p.Document(kind), nil
}

// Publish publishes a pack's files.
func (w *World) Publish(files map[string]string) (p *pack.Pack) {
	w.T.Helper()
	w.Do(gov.System, func(tx *db.Tx) (err error) { p, err = w.Cases.Packs.Publish(tx, files); return err })
	return p
}

// Now is the world's moment.
func (w *World) Now() time.Time { return w.now }

// Pass lets time go by; what is due happens.
func (w *World) Pass(d time.Duration) {
	w.T.Helper()
	w.now = w.now.Add(d)
	w.Drain()
}

// Drain runs followers and due jobs until nothing is left.
func (w *World) Drain() {
	w.T.Helper()
	if err := w.DrainAll(w.T.Context()); err != nil {
		w.T.Fatal(err)
	}
}

// DrainAll is Drain with its error.
func (w *World) DrainAll(ctx context.Context) error {
	for {
		if err := w.Pump.Drain(ctx); err != nil {
			return err
		}
		n, err := w.Worker.RunDue(ctx)
		if err != nil || n == 0 {
			return err
		}
	}
}

// Try runs fn as an actor and drains; its error is fn's.
func (w *World) Try(a gov.Actor, fn func(tx *db.Tx) error) error {
	w.T.Helper()
	if err := w.DB.Write(gov.WithActor(w.T.Context(), a), fn); err != nil {
		return err
	}
	w.Drain()
	return nil
}

// Do is Try that must succeed.
func (w *World) Do(a gov.Actor, fn func(tx *db.Tx) error) {
	w.T.Helper()
	if err := w.Try(a, fn); err != nil {
		w.T.Fatal(err)
	}
}

// Resident registers the n-th invented resident and returns them as an actor.
func (w *World) Resident(n int) gov.Actor {
	w.T.Helper()
	p := w.Country.People(n + 1)[n]
	a := gov.Actor{Channel: gov.Portal, StepUp: w.now}
	w.Do(gov.System, func(tx *db.Tx) (err error) {
		known, err := identity.ByCivilNumber(tx, p.CivilNumber)
		if err == nil {
			a.Person = known.ID
			return nil
		}
		a.Person, err = identity.Register(tx, identity.Person{CivilNumber: p.CivilNumber, NameAr: p.Name[gov.Arabic], NameEn: p.Name[gov.English],
			Birth: p.Born, Sex: p.Sex, Nationality: p.Nationality, Phone: p.Phone, Email: p.Email, Block: "304", Road: "412", Building: "120", Lang: gov.Arabic})
		return err
	})
	return a
}

// Officer is an officer of an organisation; extra roles may be added.
func (w *World) Officer(name string, org gov.OrgID, roles ...gov.Role) gov.Actor {
	return gov.Actor{Person: gov.PersonID(name), Org: org, Roles: append([]gov.Role{gov.Officer}, roles...), Channel: gov.Portal, StepUp: w.now}
}

// Photo uploads a picture as the actor and returns it as an answer.
func (w *World) Photo(a gov.Actor) []form.Attachment {
	w.T.Helper()
	png := "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
	att, err := w.Cases.Upload(gov.WithActor(w.T.Context(), a), "", "identity-card/renewal", "photo", "photo.png", strings.NewReader(png))
	if err != nil {
		w.T.Fatal(err)
	}
	return []form.Attachment{att}
}

// Renewal are right answers to identity-card/renewal.
func (w *World) Renewal(a gov.Actor) form.Answers {
	return form.Answers{
		"reason": "expired", "expires_on": "2026-12-31", "photo": w.Photo(a), "address": map[string]any{"block": "304", "road": "412", "building": "120"},
		"phone": "33000001", "delivery": "pickup", "centre": "isa", "truth": true,
	}
}

// Apply applies for a service and returns the case.
func (w *World) Apply(a gov.Actor, s gov.ServiceID, answers form.Answers) (c *casework.Case) {
	w.T.Helper()
	c, err := w.TryApply(a, casework.Application{Service: s, Answers: answers})
	if err != nil {
		w.T.Fatal(err)
	}
	return c
}

// TryApply applies as the API does; its error is the engine's.
func (w *World) TryApply(a gov.Actor, in casework.Application) (c *casework.Case, err error) {
	w.T.Helper()
	in, err = w.Cases.Ahead(gov.WithActor(w.T.Context(), a), in)
	if err == nil {
		err = w.Try(a, func(tx *db.Tx) (err error) { c, err = w.Cases.Apply(tx, in); return err })
	}
	return c, err
}

// Case loads a case as its applicant.
func (w *World) Case(a gov.Actor, id gov.CaseID) (v *casework.View) {
	w.T.Helper()
	w.Do(a, func(tx *db.Tx) (err error) { v, err = w.Cases.Get(tx, id); return err })
	return v
}

// Pay settles what a case owes.
func (w *World) Pay(a gov.Actor, id gov.CaseID) {
	w.T.Helper()
	v := w.Case(a, id)
	w.Do(gov.System, func(tx *db.Tx) error {
		_, err := w.Cases.Cashier.Settle(tx, v.Charge, payment.Means{By: payment.ByCounter, Reference: "test"})
		return err
	})
}

// Task is the open task of a case.
func (w *World) Task(a gov.Actor, id gov.CaseID) casework.Task {
	w.T.Helper()
	for _, t := range w.Case(a, id).Tasks {
		if t.State == casework.TaskOpen {
			return t
		}
	}
	w.T.Fatal("the case has no open task")
	return casework.Task{}
}

// Decide decides a task; its error is returned.
func (w *World) Decide(a gov.Actor, id gov.TaskID, v casework.Verdict) error {
	w.T.Helper()
	return w.Try(a, func(tx *db.Tx) error { _, err := w.Cases.Decide(tx, id, v); return err })
}
