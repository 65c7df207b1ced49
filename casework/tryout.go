package casework

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
	"diwan.example/payment"
)

// Tryout runs a pack's examples on the real engine: real answers, real charges,
// real documents, on a database that is thrown away afterwards. The database's
// clock is moved by the example.
type Tryout struct {
	Engine *Engine
	Drain  func(context.Context) error // runs followers and due jobs until nothing is left
	Say    func(line string)           // told every step; may be nil
}

// trial is one example being run.
type trial struct {
	*Tryout
	ctx   context.Context
	p     *pack.Pack
	x     pack.Example
	now   time.Time
	owner gov.Actor
	who   gov.PersonID
	c     *Case
	asked gov.Money      // by the first pay step that asked anything
	holds map[string]any // what registries answer now
}

func (t *Tryout) say(format string, args ...any) {
	if t.Say != nil {
		t.Say(fmt.Sprintf(format, args...))
	}
}

// Run runs one example of a pack that has been published in the engine's
// library. The error says what did not come out as promised.
func (t *Tryout) Run(ctx context.Context, p *pack.Pack, x pack.Example) error {
	r := &trial{Tryout: t, p: p, x: x, holds: x.Holds, now: time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)}
	if x.Today != "" {
		day, err := time.Parse(time.DateOnly, x.Today)
		if err != nil {
			return err
		}
		r.now = day.Add(6 * time.Hour)
	}
	t.Engine.DB.SetClock(func() time.Time { return r.now })
	defer func(inquire gov.Inquirer) { t.Engine.Inquire = inquire }(t.Engine.Inquire)
	t.Engine.Inquire = r.inquire
	if enter := t.Engine.Enter; enter != nil {
		defer func() { t.Engine.Enter = enter }()
		t.Engine.Enter = func(tx *db.Tx, in Entry) error {
			if in.Corrects { // registries hold nothing of an example's applicant that could be wrong
				return nil
			}
			return enter(tx, in)
		}
	}
	r.ctx = gov.WithActor(ctx, gov.System)
	if err := r.register(); err != nil {
		return gov.Wrap(err, "register the applicant")
	}
	if done, err := r.apply(); done || err != nil {
		return err
	}
	for i, a := range x.Steps {
		if err := r.act(a); err != nil {
			return fmt.Errorf("step %d (%s %s): %w", i+1, a.Do, a.At, err)
		}
	}
	return r.judge()
}

func (r *trial) write(a gov.Actor, fn func(tx *db.Tx) error) error {
	if err := r.Engine.DB.Write(gov.WithActor(r.ctx, a), fn); err != nil {
		return err
	}
	return r.Drain(r.ctx)
}

func (r *trial) applicant() gov.Actor { return gov.Actor{Person: r.who, Channel: gov.Portal} }

// officer is somebody with every role in an organisation.
func (r *trial) officer(org gov.OrgID) gov.Actor {
	return gov.Actor{Person: gov.PersonID("officer-" + string(org)), Org: org, Roles: []gov.Role{gov.Officer, gov.Supervisor, gov.Head, gov.Auditor}, Channel: gov.Portal, StepUp: r.now}
}

// register makes the applicant known; an example without a person gets one.
func (r *trial) register() error {
	p := r.x.Who()
	person := identity.Person{
		CivilNumber: p.CivilNumber, NameAr: p.NameAr, NameEn: p.NameEn, Birth: p.Birth, Sex: p.Sex, Nationality: p.Nationality, Phone: p.Phone, Email: p.Email,
		Block: p.Block, Road: p.Road, Building: p.Building, Flat: p.Flat, Marks: p.Marks, Lang: gov.Arabic,
	}
	return r.write(gov.System, func(tx *db.Tx) (err error) {
		known, err := identity.ByCivilNumber(tx, p.CivilNumber)
		if err == nil { // an earlier example's applicant, perhaps with other marks
			r.who, person.ID = known.ID, known.ID
			return identity.Correct(tx, person)
		}
		if gov.KindOf(err) == gov.NotFound {
			r.who, err = identity.Register(tx, person)
		}
		return err
	})
}

// apply hands the answers in; done when the example is about wrong answers.
func (r *trial) apply() (done bool, err error) {
	answers, err := r.withFiles(r.x.Answers)
	if err != nil {
		return false, err
	}
	err = r.handIn(answers)
	var wrong gov.Problems
	if errors.As(err, &wrong) || len(r.x.Wrong) > 0 {
		return true, r.sameWrong(wrong, err)
	}
	if err != nil {
		return false, err
	}
	r.say("%s: applied as %s", r.stamp(), r.c.Ref)
	return false, r.reload()
}

func (r *trial) sameWrong(got gov.Problems, err error) error {
	if err != nil && got == nil {
		return err
	}
	var fields []string
	for _, g := range got {
		name, _, _ := strings.Cut(g.Field, ".")
		if !slices.Contains(fields, name) {
			fields = append(fields, name)
		}
		r.say("refused: %s — %s", g.Field, g.Text.In(gov.English))
	}
	want := slices.Clone(r.x.Wrong)
	slices.Sort(fields)
	slices.Sort(want)
	if !slices.Equal(fields, want) {
		return fmt.Errorf("answers refused: %v; promised: %v", fields, want)
	}
	return nil
}

func (r *trial) stamp() string {
	zone := r.Engine.Calendar.Zone
	if zone == nil {
		zone = time.UTC
	}
	return r.now.In(zone).Format("2006-01-02 15:04")
}

// judgeFee compares what the first pay step asked with what is promised.
func (r *trial) judgeFee() error {
	if fee := r.Engine.Currency.Decimal(r.asked); r.x.Fee != "" && fee != r.x.Fee {
		return fmt.Errorf("the fee is %s, promised is %s", fee, r.x.Fee)
	}
	return nil
}

func (r *trial) reload() error {
	return r.Engine.DB.Read(r.ctx, func(tx *db.Tx) (err error) {
		before := r.c.Steps()
		if r.c, err = load(tx, r.c.ID); err != nil {
			return err
		}
		if r.asked == 0 {
			r.asked = r.c.Track.Fee
		}
		if after := r.c.Steps(); !slices.Equal(before, after) || r.c.State == Closed {
			r.say("%s: %s", r.stamp(), r.standing())
		}
		return nil
	})
}

func (r *trial) standing() string {
	if r.c.State == Closed {
		return "ended: " + r.c.Outcome
	}
	var names []string
	for _, s := range r.c.Steps() {
		names = append(names, s+" ("+r.p.Step(s).Title.In(gov.English)+")")
	}
	return "stands at " + strings.Join(names, ", ")
}

// act does one act of the example.
func (r *trial) act(a pack.Act) error {
	if a.At != "" && !slices.Contains(r.c.Steps(), a.At) {
		return fmt.Errorf("the case is not at %s: it %s", a.At, r.standing())
	}
	r.say("%s: %s %s", r.stamp(), a.Do, strings.TrimSpace(a.At+" "+a.Outcome))
	err := r.perform(a)
	if a.Refused {
		if k := gov.KindOf(err); k != gov.Conflict && k != gov.Invalid && k != gov.Denied {
			return fmt.Errorf("it should have been refused; result: %v", err)
		}
		return nil
	}
	if err != nil {
		return err
	}
	return r.reload()
}

func (r *trial) perform(a pack.Act) error {
	switch a.Do {
	case "pay":
		return r.pay()
	case "decide", "opine", "cosign":
		return r.decide(a)
	case "correct":
		in, err := r.withFiles(a.Answers)
		if err != nil {
			return err
		}
		if err := r.Engine.Gather(gov.WithActor(r.ctx, r.applicant()), r.c.ID); err != nil {
			return err
		}
		return r.write(r.applicant(), func(tx *db.Tx) error { _, err := r.Engine.Correct(tx, r.c.ID, in); return err })
	case "answer":
		r.holds = maps.Clone(r.holds)
		if r.holds == nil {
			r.holds = map[string]any{}
		}
		maps.Copy(r.holds, a.Holds)
		r.now = r.now.Add(time.Hour) // by then whatever is awaited has been asked for again
		return r.Drain(r.ctx)
	case "message":
		name := ""
		if _, s := r.c.at(r.p, pack.Wait); s != nil {
			name = s.Message
		}
		return r.write(r.officer(r.p.Organisation), func(tx *db.Tx) error {
			_, err := r.Engine.Message(tx, r.c.ID, name, form.Answers(a.Answers))
			return err
		})
	case "withdraw":
		return r.write(r.applicant(), func(tx *db.Tx) error { _, err := r.Engine.Withdraw(tx, r.c.ID); return err })
	case "appeal":
		return r.write(r.applicant(), func(tx *db.Tx) error { _, err := r.Engine.Appeal(tx, r.c.ID, a.Words); return err })
	case "pass":
		r.now = r.Engine.add(r.now, *a.Pass)
		if a.Pass.Days > 0 || a.Pass.WorkingDays > 0 {
			r.now = r.now.Add(time.Minute) // just after the day has ended
		}
		return r.Drain(r.ctx)
	}
	return fmt.Errorf("unknown act %q", a.Do)
}

func (r *trial) pay() error {
	t, _ := r.c.at(r.p, pack.Pay)
	if t == nil {
		return errState
	}
	return r.write(gov.System, func(tx *db.Tx) error {
		_, err := r.Engine.Cashier.Settle(tx, t.Charge, payment.Means{By: payment.ByCounter, Reference: r.c.Ref})
		return err
	})
}

func (r *trial) decide(a pack.Act) error {
	kind := map[string]pack.StepKind{"decide": pack.Review, "opine": pack.Opinion, "cosign": pack.Cosign}[a.Do]
	tok := r.tokenFor(a.At, kind)
	if tok == nil {
		return errState
	}
	var task Task
	err := r.Engine.DB.Read(r.ctx, func(tx *db.Tx) (err error) { task, err = loadTask(tx, tok.Task); return err })
	if err != nil {
		return err
	}
	actor, err := r.actorOf(task)
	if err != nil {
		return err
	}
	v := Verdict{Outcome: a.Outcome, Reason: a.Reason, Words: a.Words}
	if v.Answers, err = r.withFiles(a.Answers); err != nil {
		return err
	}
	return r.write(actor, func(tx *db.Tx) error { _, err := r.Engine.Decide(tx, task.ID, v); return err })
}

func (r *trial) tokenFor(step string, kind pack.StepKind) *Token {
	for i, t := range r.c.Track.Tokens {
		if (step == "" || t.Step == step) && r.p.Step(t.Step).Kind == kind {
			return &r.c.Track.Tokens[i]
		}
	}
	return nil
}

// actorOf is who may act on a task; a co-signer without an account gets one.
func (r *trial) actorOf(t Task) (gov.Actor, error) {
	if t.Person == "" {
		return r.officer(t.Organisation), nil
	}
	if !isCivil(t.Person) {
		return gov.Actor{Person: t.Person, Channel: gov.Portal, StepUp: r.now}, nil
	}
	civil := string(t.Person[len(civilTag):])
	a := gov.Actor{Channel: gov.Portal, StepUp: r.now}
	err := r.write(gov.System, func(tx *db.Tx) (err error) {
		a.Person, err = identity.Register(tx, identity.Person{CivilNumber: civil, NameAr: "طرف آخر", NameEn: "Other Party", Birth: "1980-01-01", Sex: "m", Nationality: "BH", Lang: gov.Arabic})
		return err
	})
	return a, err
}

// judge compares the end with what the example promises.
func (r *trial) judge() error {
	if r.c.Outcome != r.x.Ends {
		return fmt.Errorf("the case %s; promised is %q", r.standing(), r.x.Ends)
	}
	at := r.c.Steps()
	slices.Sort(at)
	want := slices.Clone(r.x.At)
	slices.Sort(want)
	if len(want) > 0 && !slices.Equal(at, want) {
		return fmt.Errorf("the case stands at %v; promised is %v", at, want)
	}
	if err := r.judgeFee(); err != nil {
		return err
	}
	if err := r.judgeDocuments(); err != nil {
		return err
	}
	return r.judgeRecords()
}

func (r *trial) judgeDocuments() error {
	var got []string
	err := r.Engine.DB.Read(r.ctx, func(tx *db.Tx) error {
		ds, err := r.Engine.Issuer.OfCase(tx, r.c.ID)
		for _, d := range ds {
			got = append(got, d.Type)
		}
		return err
	})
	slices.Sort(got)
	want := slices.Clone(r.x.Issues)
	slices.Sort(want)
	if err == nil && !slices.Equal(got, want) {
		err = fmt.Errorf("issued %v; promised is %v", got, want)
	}
	return err
}

func (r *trial) judgeRecords() error {
	for table, want := range r.x.Records {
		var last map[string]any
		err := r.Engine.DB.Read(r.ctx, func(tx *db.Tx) (err error) { last, err = lastResult(tx, table, r.c.ID); return err })
		if err != nil {
			return err
		}
		columns, _ := want.(map[string]any)
		for col, w := range columns {
			if g := last[col]; !alike(g, w) {
				return fmt.Errorf("%s.%s is %v; promised is %v", table, col, g, w)
			}
		}
	}
	return nil
}

// alike compares a stored value with one written in YAML.
func alike(got, want any) bool {
	a, err1 := json.Marshal(got)
	b, err2 := json.Marshal(want)
	return err1 == nil && err2 == nil && (bytes.Equal(a, b) || fmt.Sprint(got) == fmt.Sprint(want))
}
