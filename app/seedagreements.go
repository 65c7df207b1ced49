package app

import (
	"context"
	"time"

	"diwan.example/country"
	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

// SeedAgreements enters the agreements of a sample country as far as they came,
// by the hands of the sample's own people. Where there is one it does nothing. It
// moves the clock into the past while it works: call it before serving, after
// SeedPeople.
func (a *App) SeedAgreements(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	var some []agreement.Agreement
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		some, err = agreement.List(tx, agreement.Filter{})
		return err
	})
	if err != nil || len(some) > 0 || len(a.Country.Agreements) == 0 {
		return err
	}
	t := &treaties{App: a, today: time.Now(), staff: map[string]gov.Actor{}}
	defer a.DB.SetClock(time.Now)
	a.DB.SetClock(func() time.Time { return t.now })
	t.now = t.today
	if err := a.DB.Read(ctx, t.meet); err != nil {
		return err
	}
	for _, x := range a.Country.Agreements {
		for _, consumer := range x.Consumers {
			if err := t.live(ctx, x, consumer); err != nil {
				return gov.Wrap(err, "the sample's agreements: "+string(consumer)+" and "+string(x.Registry))
			}
		}
	}
	return nil
}

// treaties are the sample's agreements being lived.
type treaties struct {
	*App
	today, now time.Time
	staff      map[string]gov.Actor
}

// meet finds the people who act.
func (t *treaties) meet(tx *db.Tx) error {
	for _, e := range t.Country.Staff() {
		p, err := identity.ByCivilNumber(tx, e.CivilNumber)
		if err != nil {
			return gov.Wrap(err, e.Key)
		}
		t.staff[e.Key] = gov.Actor{Person: p.ID, Org: e.Org, Roles: []gov.Role{e.Role}, Channel: gov.Portal}
	}
	return nil
}

// day is a day counted from today, as people write it.
func (t *treaties) day(n int) string {
	return t.today.In(t.Country.Calendar.Zone).AddDate(0, 0, n).Format(time.DateOnly)
}

// at does something as a person, so many days from today.
func (t *treaties) at(ctx context.Context, n int, who string, do func(tx *db.Tx) error) error {
	t.now = t.today.AddDate(0, 0, n)
	actor := t.staff[who]
	actor.StepUp = t.now
	return t.DB.Write(gov.WithActor(ctx, actor), do)
}

// live brings one agreement as far as it came.
func (t *treaties) live(ctx context.Context, p country.PastAgreement, consumer gov.OrgID) error {
	o := t.Agreements
	keeper, _ := o.Keeper(p.Registry)
	leader := string(t.Country.Authority) + "-authority"
	first := min(p.From, 0)
	if p.State == "refused" || p.State == "returned" || first == 0 {
		first = -1
	}
	var x agreement.Agreement
	step := func(n int, who string, do func(tx *db.Tx) (agreement.Agreement, error)) error {
		return t.at(ctx, n, who, func(tx *db.Tx) (err error) { x, err = do(tx); return err })
	}
	terms := agreement.Terms{
		Registry: p.Registry, Attributes: p.Attributes, Purpose: p.Purpose, Legal: p.Legal, Services: p.Services, Roles: p.Roles, Machine: true,
		PerDay: p.PerDay, PerPerson: p.PerPerson, RetentionDays: p.Retention, Consent: p.Consent, Events: p.Events,
	}
	err := step(first-20, string(consumer)+"-owner", func(tx *db.Tx) (agreement.Agreement, error) {
		return o.Propose(tx, keeper, terms, agreement.Span{From: t.day(p.From), Until: t.day(p.Until)})
	})
	if err != nil || p.State == "proposed" {
		return err
	}
	if p.State == "returned" {
		return step(first-5, leader, func(tx *db.Tx) (agreement.Agreement, error) { return o.Return(tx, x.ID, p.Said) })
	}
	if err := step(first-14, leader, func(tx *db.Tx) (agreement.Agreement, error) { return o.Review(tx, x.ID) }); err != nil || p.State == "reviewed" {
		return err
	}
	head := string(keeper) + "-head"
	if p.State == "refused" {
		return step(first-5, head, func(tx *db.Tx) (agreement.Agreement, error) { return o.Refuse(tx, x.ID, p.Said) })
	}
	if err := step(first-7, head, func(tx *db.Tx) (agreement.Agreement, error) { return o.Agree(tx, x.ID) }); err != nil || p.State == "agreed" {
		return err
	}
	if err := step(first, leader, func(tx *db.Tx) (agreement.Agreement, error) { return o.Approve(tx, x.ID) }); err != nil || p.State == "active" {
		return err
	}
	return step(-9, head, func(tx *db.Tx) (agreement.Agreement, error) { return o.Revoke(tx, x.ID, p.Said) })
}
