package app

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/journal/unusual"
)

// reading lets some employees of the sample read more than they should, so that
// every rule about unusual reading has something to show; then the days are gone
// through as they are every night.
func (p *past) reading(ctx context.Context) error {
	last := p.workday(p.Country.Calendar.Day(time.Now()), -1)
	if err := p.busy(ctx, last); err != nil {
		return err
	}
	service := journal.Look{What: "person", Service: "travel/visit-visa", Purpose: "travel/visit-visa"}
	bare := journal.Look{What: "person", Purpose: "administration"}
	search := journal.Look{What: "search", Purpose: "case-search"}
	head, err := p.neighbours(ctx)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		org  gov.OrgID
		n    int
		hour int
		look journal.Look
		of   []gov.PersonID
	}{
		{"npra", 4, 23, service, p.some(0, 4)},
		{"moh", 6, 9, bare, p.some(4, 6)},
		{"moe", 2, 10, bare, p.some(10, 1)}, // at the same address
		{"mol", 1, 11, search, p.some(11, 1)},
		{"mosd", 16, 8, search, p.some(12, 16)},
		{"mun", 1, 12, bare, []gov.PersonID{head}},
		{"sio", 7, 9, search, p.some(28, 1)},
	} {
		if err := p.reads(ctx, x.org, x.n, last.Add(time.Duration(x.hour)*time.Hour), x.look, x.of); err != nil {
			return err
		}
	}
	for day := p.workday(last, -8); !day.After(last); day = day.AddDate(0, 0, 1) {
		if _, err := p.Watch.Run(ctx, p.Watch.Number(day)); err != nil {
			return err
		}
	}
	return nil
}

// busy is an officer with a usual day, and one that is far from usual.
func (p *past) busy(ctx context.Context, last time.Time) error {
	work := journal.Look{What: "person", Service: "traffic/driving-licence-renewal", Purpose: "traffic/driving-licence-renewal"}
	for i := range 8 {
		if err := p.reads(ctx, "traffic", 4, p.workday(last, i-8).Add(9*time.Hour), work, p.some(30+4*i, 4)); err != nil {
			return err
		}
	}
	return p.reads(ctx, "traffic", 36, last.Add(9*time.Hour), work, p.some(64, 12))
}

// workday is the n-th working day before (or after) a day.
func (p *past) workday(day time.Time, n int) time.Time {
	step := 1
	if n < 0 {
		step = -1
	}
	for n != 0 {
		day = day.AddDate(0, 0, step)
		if p.Country.Calendar.Working(day) {
			n -= step
		}
	}
	return day
}

// some are n residents from a place in the list on.
func (p *past) some(from, n int) (out []gov.PersonID) {
	for i := range n {
		out = append(out, p.adults[(from+i)%len(p.adults)].id)
	}
	return out
}

// reads makes n looks of an organisation's officer, a minute after another.
func (p *past) reads(ctx context.Context, org gov.OrgID, n int, from time.Time, l journal.Look, of []gov.PersonID) error {
	officer := p.staff[org]
	if officer == "" {
		return nil // another country than the one this is written for
	}
	actor := gov.Actor{Person: officer, Org: org, Roles: []gov.Role{gov.Officer}, Channel: gov.Portal}
	for i := range n {
		p.now = from.Add(time.Duration(i) * time.Minute)
		l.Person = of[i%len(of)]
		l.Subject = string(l.Person)
		if err := p.write(ctx, actor, func(tx *db.Tx) error { return journal.Looked(tx, l) }); err != nil {
			return err
		}
	}
	return nil
}

// neighbours lets an officer live where a resident does and an auditor watch over
// another; it returns somebody's colleague.
func (p *past) neighbours(ctx context.Context) (head gov.PersonID, err error) {
	home, famous := p.some(10, 1)[0], p.some(11, 1)[0]
	err = p.write(ctx, gov.System, func(tx *db.Tx) error {
		staff, err := identity.Staff(tx, "mun")
		for _, c := range staff {
			if (gov.Actor{Roles: c.Roles}).Has(gov.Head) {
				head = c.Person
			}
		}
		if err != nil || p.staff["moe"] == "" {
			return err
		}
		where, err := identity.Known(tx, home)
		if err != nil {
			return err
		}
		who, err := identity.Known(tx, p.staff["moe"])
		if err != nil {
			return err
		}
		who.Block, who.Road, who.Building, who.Flat = where.Block, where.Road, where.Building, where.Flat
		return identity.Correct(tx, who)
	})
	if err != nil {
		return head, err
	}
	auditor := gov.Actor{Person: gov.System.Person, Org: p.Country.Authority, Roles: []gov.Role{gov.Auditor}, Channel: gov.Portal}
	return head, p.write(ctx, auditor, func(tx *db.Tx) error { return unusual.Mark(tx, famous, "لاعب في المنتخب الوطني") })
}
