package app

import (
	"context"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/payment"
)

// waiting lets some people ask in the last hours and be decided upon by nobody, so
// that whoever signs in as an officer finds work: cards, certificates for a purpose
// that an officer reads, and a claim that is disputed and needs a day in court.
func (p *past) waiting(ctx context.Context) error {
	cards, certificates := "identity-card/renewal", "education/enrolment-certificate"
	for i, id := range []string{cards, certificates, cards, "justice/small-claim", cards, certificates, cards, cards} {
		p.now = time.Now().Add(time.Duration(i-9) * 100 * time.Minute)
		c, err := p.asked(ctx, gov.ServiceID(id))
		if err != nil {
			return err
		}
		if err := p.Drain(ctx); err != nil {
			return err
		}
		if c == nil {
			continue
		}
		if err := p.forward(ctx, c.ID); err != nil {
			return err
		}
	}
	return p.Drain(ctx)
}

// asked lets the next in turn ask for a service; nil: nobody is left, or the rules
// do not let them.
func (p *past) asked(ctx context.Context, id gov.ServiceID) (c *casework.Case, err error) {
	x, ok := p.adults[p.rand.IntN(len(p.adults))], true
	in := p.claim(x)
	if id != in.Service {
		x, ok = p.next(id)
	}
	if !ok {
		return nil, nil
	}
	a := gov.Actor{Person: x.id, Channel: gov.Portal}
	switch id {
	case "identity-card/renewal":
		in = casework.Application{Service: id}
		in.Answers, err = p.renewal(ctx, a)
	case "education/enrolment-certificate":
		in = p.certificate(x)
		in.Answers["purpose"], in.Answers["purpose_words"] = "other", "مسابقة القراءة العربية"
	}
	if err == nil {
		in, err = p.Cases.Ahead(gov.WithActor(ctx, a), in)
	}
	if err != nil {
		return nil, err
	}
	err = p.write(ctx, a, func(tx *db.Tx) error { c, err = p.Cases.Apply(tx, in); return err })
	if gov.KindOf(err) == gov.Invalid {
		return nil, nil
	}
	return c, err
}

// forward pays what a case owes and lets the other party dispute it.
func (p *past) forward(ctx context.Context, id gov.CaseID) error {
	var c *casework.Case
	var tasks []casework.Task
	peek := func() error {
		return p.DB.Read(ctx, func(tx *db.Tx) (err error) { c, tasks, err = p.Cases.Peek(tx, id); return err })
	}
	if err := peek(); err != nil {
		return err
	}
	for _, t := range c.Track.Tokens {
		if t.Charge == "" {
			continue
		}
		if err := p.write(ctx, gov.System, func(tx *db.Tx) error {
			_, err := p.Cashier.Settle(tx, t.Charge, payment.Means{By: payment.ByCounter, Reference: "SAMPLE-" + c.Ref})
			return err
		}); err != nil {
			return err
		}
	}
	if err := p.Drain(ctx); err != nil {
		return err
	}
	if err := peek(); err != nil {
		return err
	}
	for _, t := range tasks {
		if t.State != casework.TaskOpen || t.Person == "" {
			continue
		}
		a := gov.Actor{Person: t.Person, Channel: gov.Portal, StepUp: p.now}
		v := casework.Verdict{Outcome: "dispute", Answers: form.Answers{"answer_words": "سددت المبلغ كاملًا قبل شهر، وعندي إيصال بذلك."}}
		if err := p.write(ctx, a, func(tx *db.Tx) error { _, err := p.Cases.Decide(tx, t.ID, v); return err }); err != nil {
			return err
		}
	}
	return p.Drain(ctx)
}
