package app

import (
	"bytes"
	"context"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"diwan.example/casework"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/payment"
)

// pastDays is how far back the sample's past goes.
const pastDays = 56

// SeedPast lets a sample country live through its last weeks: invented residents
// apply, pay and are decided upon by the real engine, with the clock set back. It
// does nothing when there is a case already.
func (a *App) SeedPast(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	var some []*casework.Case
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { some, err = a.Cases.List(tx, casework.Filter{Limit: 1}); return err })
	if err != nil || len(some) > 0 {
		return err
	}
	defer a.DB.SetClock(time.Now)
	p := &past{App: a, rand: rand.New(rand.NewPCG(1971, 12)), now: time.Now().Truncate(time.Hour).AddDate(0, 0, -pastDays)}
	a.DB.SetClock(func() time.Time { return p.now })
	if err := p.gather(ctx); err != nil {
		return err
	}
	if err := p.DB.Read(ctx, p.queue); err != nil {
		return err
	}
	for end := time.Now().Add(-20 * time.Hour); p.now.Before(end); p.now = p.now.AddDate(0, 0, 1) {
		if err := p.day(ctx); err != nil {
			return err
		}
	}
	if err := p.reading(ctx); err != nil {
		return err
	}
	return p.waiting(ctx)
}

// EndPast says in the journal that the sample's past ends here. It does nothing when
// that was said.
func (a *App) EndPast(ctx context.Context) error {
	return a.DB.Write(gov.WithActor(ctx, gov.System), journal.Invented)
}

// past is the sample's past being lived.
type past struct {
	*App
	rand    *rand.Rand
	now     time.Time
	adults  []applicant
	parents []applicant                   // with the child they apply for
	turns   map[gov.ServiceID][]applicant // who has not asked for a service yet
	staff   map[gov.OrgID]gov.PersonID
	open    []*casework.Case
}

// applicant is somebody who may apply, perhaps for a child.
type applicant struct {
	country.Person
	id, child gov.PersonID
	other     country.Person // a neighbour, to have a small claim against
}

func (p *past) gather(ctx context.Context) error {
	people := p.Country.People(sampleAdults)
	return p.DB.Read(ctx, func(tx *db.Tx) error {
		ids := map[string]gov.PersonID{}
		for i, x := range people {
			known, err := identity.ByCivilNumber(tx, x.CivilNumber)
			if err != nil {
				return err
			}
			ids[x.Key] = known.ID
			if len(x.Guardians) == 0 && i > 5 { // the demonstration's own accounts stay untouched
				p.adults = append(p.adults, applicant{Person: x, id: known.ID, other: people[(i+7)%len(people)]})
			}
		}
		for _, x := range people {
			if x.Pupil != nil && len(x.Guardians) > 0 {
				p.parents = append(p.parents, applicant{Person: x, id: ids[x.Guardians[0]], child: ids[x.Key]})
			}
		}
		p.staff = map[gov.OrgID]gov.PersonID{}
		for _, e := range p.Country.Staff() {
			if e.Role != gov.Officer {
				continue
			}
			known, err := identity.ByCivilNumber(tx, e.CivilNumber)
			if err != nil {
				return err
			}
			p.staff[e.Org] = known.ID
		}
		return nil
	})
}

// queue says who asks for what, in which order: nobody asks for the same twice,
// only who holds a licence that ends soon renews it, and only pupils who have been
// marked want a transcript.
func (p *past) queue(tx *db.Tx) error {
	p.turns = map[gov.ServiceID][]applicant{"identity-card/renewal": slices.Clone(p.adults), "education/enrolment-certificate": slices.Clone(p.parents)}
	p.rand.Shuffle(len(p.adults), func(i, j int) {
		list := p.turns["identity-card/renewal"]
		list[i], list[j] = list[j], list[i]
	})
	for _, x := range p.parents {
		if x.Pupil.Grade > 3 {
			p.turns["education/results-certificate"] = append(p.turns["education/results-certificate"], x)
		}
	}
	soon := time.Now().AddDate(0, 4, 0).Format(time.DateOnly)
	for _, x := range p.adults {
		list, err := p.Records.OfPerson(tx, "driving-licence", x.id, time.Now())
		if err != nil {
			return err
		}
		for _, r := range list {
			if ends, _ := r.Values["expires"].(string); ends < soon {
				p.turns["traffic/driving-licence-renewal"] = append(p.turns["traffic/driving-licence-renewal"], x)
			}
		}
	}
	return nil
}

// next is whose turn it is to ask for a service.
func (p *past) next(id gov.ServiceID) (applicant, bool) {
	list := p.turns[id]
	if len(list) == 0 {
		return applicant{}, false
	}
	p.turns[id] = list[1:]
	return list[0], true
}

// sampleAdults is how many of the sample's residents take part in its past.
const sampleAdults = 120

// day is one day: some apply, what is owed is paid, officers decide.
func (p *past) day(ctx context.Context) error {
	if p.Country.Calendar.Working(p.now) {
		if err := p.apply(ctx); err != nil {
			return err
		}
		if err := p.Drain(ctx); err != nil {
			return err
		}
		p.now = p.now.Add(2 * time.Hour)
		if err := p.work(ctx); err != nil {
			return err
		}
		if err := p.Drain(ctx); err != nil { // what follows from it happens then, not earlier
			return err
		}
		p.now = p.now.Add(-2 * time.Hour)
	}
	return p.Drain(ctx)
}

func (p *past) write(ctx context.Context, actor gov.Actor, fn func(tx *db.Tx) error) error {
	return p.DB.Write(gov.WithActor(ctx, actor), fn)
}

func (p *past) apply(ctx context.Context) error {
	in, actor, err := p.wish(ctx)
	if err != nil || in.Service == "" {
		return err
	}
	if in, err = p.Cases.Ahead(gov.WithActor(ctx, actor), in); err != nil {
		return err
	}
	return p.write(ctx, actor, func(tx *db.Tx) error {
		c, err := p.Cases.Apply(tx, in)
		if gov.KindOf(err) == gov.Invalid {
			return nil // an invented person whom the rules do not let apply
		}
		if err == nil {
			p.open = append(p.open, c)
		}
		return err
	})
}

// wish is what is applied for next, and by whom; nothing when nobody is left.
func (p *past) wish(ctx context.Context) (in casework.Application, actor gov.Actor, err error) {
	portal := func(id gov.PersonID) gov.Actor { return gov.Actor{Person: id, Channel: gov.Portal} }
	switch n := p.rand.IntN(10); {
	case n < 3:
		if x, ok := p.next("education/enrolment-certificate"); ok {
			return p.certificate(x), portal(x.id), nil
		}
	case n < 4:
		x := p.adults[p.rand.IntN(len(p.adults))]
		return p.claim(x), portal(x.id), nil
	case n < 5:
		if x, ok := p.next("education/results-certificate"); ok {
			return p.transcript(x), portal(x.id), nil
		}
	case n < 7:
		if x, ok := p.next("traffic/driving-licence-renewal"); ok {
			in, err = p.licence(ctx, portal(x.id))
			return in, portal(x.id), err
		}
	}
	x, ok := p.next("identity-card/renewal")
	if !ok {
		return in, actor, nil
	}
	in, actor = p.channel(casework.Application{Service: "identity-card/renewal"}, x, portal(x.id))
	in.Answers, err = p.renewal(ctx, actor)
	return in, actor, err
}

// channel lets some come to the counter or a kiosk, by the day of the year.
func (p *past) channel(in casework.Application, who applicant, a gov.Actor) (casework.Application, gov.Actor) {
	switch d := p.now.YearDay(); {
	case d%6 == 1:
		in.For, in.Presence = who.id, "identity-card"
		return in, gov.Actor{Person: p.staff["iga"], Org: "iga", Roles: []gov.Role{gov.Officer}, Channel: gov.Counter, StepUp: p.now}
	case d%6 == 4:
		a.Channel = gov.Kiosk
	}
	return in, a
}

func (p *past) photo(ctx context.Context, a gov.Actor, service gov.ServiceID) (form.Attachment, error) {
	sample, content := pack.SampleFile("photo.jpg")
	return p.Cases.Upload(gov.WithActor(ctx, a), "", service, "photo", sample.Name, bytes.NewReader(content))
}

func (p *past) licence(ctx context.Context, a gov.Actor) (casework.Application, error) {
	photo, err := p.photo(ctx, a, "traffic/driving-licence-renewal")
	years := []string{"five", "ten"}[p.rand.IntN(2)]
	return casework.Application{Service: "traffic/driving-licence-renewal", Answers: form.Answers{"years": years, "photo": []form.Attachment{photo}, "truth": true}}, err
}

func (p *past) renewal(ctx context.Context, a gov.Actor) (form.Answers, error) {
	photo, err := p.photo(ctx, a, "identity-card/renewal")
	if err != nil {
		return nil, err
	}
	out := form.Answers{
		"reason": "damaged", "photo": []form.Attachment{photo}, "phone": "33000001", "delivery": "pickup", "centre": "isa", "truth": true,
	}
	switch p.rand.IntN(6) {
	case 0, 1:
		out["reason"], out["lost_on"], out["police_report"] = "lost", p.now.AddDate(0, 0, -2).Format(time.DateOnly), "4417/2026"
	case 2:
		out["reason"], out["changes"] = "changed", []any{"marital"}
	}
	if p.rand.IntN(2) == 0 {
		out["delivery"] = "post"
		delete(out, "centre")
	}
	return out, nil
}

func (p *past) certificate(c applicant) casework.Application {
	return casework.Application{Service: "education/enrolment-certificate", For: c.child, Mandate: string(identity.Guardian),
		Answers: form.Answers{"purpose": "bank", "language": "both", "delivery": "electronic", "truth": true}}
}

func (p *past) transcript(c applicant) casework.Application {
	return casework.Application{Service: "education/results-certificate", For: c.child, Mandate: string(identity.Guardian),
		Answers: form.Answers{"addressed_to": "جامعة الخليج التجريبية", "truth": true}}
}

func (p *past) claim(who applicant) casework.Application {
	return casework.Application{Service: "justice/small-claim", Answers: claimAnswers(who.other, p.now, p.rand.IntN(800)+50)}
}

// work lets people pay and officers decide what waits, most of it in time.
func (p *past) work(ctx context.Context) error {
	var still []*casework.Case
	for _, c := range p.open {
		var tasks []casework.Task
		err := p.DB.Read(ctx, func(tx *db.Tx) (err error) { c, tasks, err = p.Cases.Peek(tx, c.ID); return err })
		if err != nil {
			return err
		}
		if c.State != casework.Open {
			continue
		}
		still = append(still, c)
		if err := p.move(ctx, c, tasks); err != nil {
			return err
		}
	}
	p.open = still
	return nil
}

// move does for one case what is next: pay, or decide with some delay.
func (p *past) move(ctx context.Context, c *casework.Case, tasks []casework.Task) error {
	for _, t := range c.Track.Tokens {
		if t.Charge != "" {
			if p.rand.IntN(8) == 0 {
				return nil
			}
			return p.write(ctx, gov.System, func(tx *db.Tx) error {
				_, err := p.Cashier.Settle(tx, t.Charge, payment.Means{By: payment.ByCounter, Reference: "SAMPLE-" + c.Ref})
				return err
			})
		}
	}
	for _, t := range tasks {
		if t.State == casework.TaskOpen && p.rand.IntN(3) != 0 {
			return p.decide(ctx, t)
		}
	}
	return nil
}

func (p *past) decide(ctx context.Context, t casework.Task) error {
	a := gov.Actor{Person: p.staff[t.Organisation], Org: t.Organisation, Roles: []gov.Role{t.Role}, Channel: gov.Portal, StepUp: p.now}
	v := casework.Verdict{Outcome: "approve"}
	switch {
	case t.Kind == pack.Cosign:
		a, v.Outcome = gov.Actor{Person: t.Person, Channel: gov.Portal, StepUp: p.now}, "agree"
	case p.rand.IntN(9) == 0:
		v = casework.Verdict{Outcome: "refuse", Reason: "evidence"}
	}
	err := p.write(ctx, a, func(tx *db.Tx) error { _, err := p.Cases.Decide(tx, t.ID, v); return err })
	if k := gov.KindOf(err); k == gov.Invalid || k == gov.Conflict || k == gov.Denied {
		return nil // this step asks for more than the sample's officers give; it stays open
	}
	return err
}

func claimAnswers(against country.Person, now time.Time, amount int) form.Answers {
	return form.Answers{
		"phone": "33000001", "iban": "BH67BMAG00001299123456", "respondent_kind": "person", "respondent_number": against.CivilNumber,
		"respondent_name": against.Name[gov.Arabic], "respondent_phone": "33000004", "claim_kind": "loan", "amount": strconv.Itoa(amount),
		"happened_on": now.AddDate(0, -3, 0).Format(time.DateOnly), "asked_before": true,
		"facts": "مطالبة مختلقة لأغراض التجربة: أقرضت المدعى عليه هذا المبلغ بإيصال موقع على أن يرده خلال شهر، ولم يرد منه شيئًا حتى اليوم.", "truth": true,
	}
}
