// Package programme holds what committees follow: how many services are online,
// how many cases came and were decided, in time or not, how long people waited
// and for whom, what was paid and what was issued.
//
// It follows facts and asks nobody else: every figure is counted from the
// journal, by day and month and by service, organisation, channel and place, and
// every figure opens to the rows it was counted from. No person is in any of
// it. Counting the journal anew from its first fact gives the same figures.
//
// Who may see what is decided here, by the actor of the transaction: committees,
// the leading authority and auditors see everything; heads and owners see their
// own organisation; nobody else sees anything.
package programme

import (
	"cmp"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Day is a calendar day of the country as yyyymmdd: 20261123. 0 is no day.
type Day int

// DayOf is the day of t in zone; nil means UTC.
func DayOf(t time.Time, zone *time.Location) Day {
	if zone != nil {
		t = t.In(zone)
	}
	y, m, d := t.Date()
	return Day(y*10000 + int(m)*100 + d)
}

// ParseDay reads "2026-11-23". Errors: Invalid.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, gov.Digits(s))
	if err != nil {
		return 0, gov.Fail(gov.Invalid, "التاريخ غير صحيح، اكتبه بهذه الصيغة: \u20662026-11-23\u2069", "This is no date; write it like 2026-11-23")
	}
	return DayOf(t, nil), nil
}

// Time is the day's midnight UTC, for counting with days.
func (d Day) Time() time.Time {
	return time.Date(int(d)/10000, time.Month(int(d)/100%100), int(d)%100, 0, 0, 0, 0, time.UTC)
}

// String writes "2026-11-23".
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// Add is the day n days later.
func (d Day) Add(n int) Day { return DayOf(d.Time().AddDate(0, 0, n), nil) }

// First is the first day of d's month.
func (d Day) First() Day { return d/100*100 + 1 }

// Last is the last day of d's month.
func (d Day) Last() Day { return DayOf(d.First().Time().AddDate(0, 1, -1), nil) }

func (d Day) month() int { return int(d) / 100 }

// Filter narrows what is counted. Empty fields do not narrow. From and To are
// both counted; a Filter without days counts everything that ever happened.
type Filter struct {
	From, To     Day
	Organisation gov.OrgID
	Service      gov.ServiceID
	Channel      gov.Channel
	Place        string
}

// check refuses days in the wrong order, and puts the missing ones.
func (f Filter) check() (Filter, error) {
	f.From, f.To = cmp.Or(f.From, 20000101), cmp.Or(f.To, 21001231)
	if f.To < f.From {
		return f, gov.Fail(gov.Invalid, "تاريخ البداية بعد تاريخ النهاية", "The first day comes after the last").At("from")
	}
	return f, nil
}

// Everything are the roles that see the figures of every organisation.
var Everything = []gov.Role{gov.Authority, gov.Committee, gov.Auditor}

// Own are the roles that see the figures of their own organisation.
var Own = []gov.Role{gov.Head, gov.Owner}

// Scope narrows a filter to what the actor may see. Errors: Denied; NotFound
// when they ask for an organisation that is not theirs.
func Scope(a gov.Actor, f Filter) (Filter, error) {
	switch {
	case a.Staff() && a.Has(Everything...):
		return f, nil
	case !a.Staff() || !a.Has(Own...):
		return f, gov.Fail(gov.Denied, "المؤشرات متاحة للجان وقيادات الجهات", "Figures are for committees and heads of organisations")
	case f.Organisation != "" && f.Organisation != a.Org:
		return f, gov.Fail(gov.NotFound, "لا مؤشرات متاحة لك بهذا العنوان", "There are no figures for you at this address")
	}
	f.Organisation = a.Org
	return f, nil
}

// scoped is what every question begins with.
func scoped(tx *db.Tx, f Filter) (Filter, error) {
	f, err := Scope(tx.Actor(), f)
	if err != nil {
		return f, err
	}
	return f.check()
}

// span is a run of days or of months as they are counted.
type span struct{ unit, from, to int }

// The units by which figures are counted, each by day and by month: with every
// key; for all channels and places together, which is what most pages ask; and
// for all services together.
const (
	byDay = iota
	byMonth
	everyPlace   // + byDay or byMonth
	_            //
	everyService // + byDay or byMonth
)

// spans cuts the filter's days into whole months and the days at both ends.
func (f Filter) spans() (out []span) {
	first, last := f.From.First(), f.To.Last()
	if first != f.From {
		first = f.From.Last().Add(1)
	}
	if last != f.To {
		last = f.To.First().Add(-1)
	}
	if first > last { // no whole month between
		return []span{{byDay, int(f.From), int(f.To)}}
	}
	out = append(out, span{byMonth, first.month(), last.month()})
	if f.From < first {
		out = append(out, span{byDay, int(f.From), int(first.Add(-1))})
	}
	if f.To > last {
		out = append(out, span{byDay, int(last.Add(1)), int(f.To)})
	}
	return out
}

// asked are the spans that answer a filter, grouped by a dimension or by none.
// Days outside of what was counted are taken in when that makes months whole.
func asked(tx *db.Tx, f Filter, by Dimension) ([]span, error) {
	first, last, err := counted(tx)
	if err != nil || first == 0 {
		return nil, err
	}
	if f.From <= first {
		f.From = min(f.From.First(), first.First())
	}
	if f.To >= last {
		f.To = max(f.To, last.Last()).Last()
	}
	return f.coarse(by).of(f.spans()), nil
}

// coarse is the coarsest unit that answers a filter grouped by a dimension.
func (f Filter) coarse(by Dimension) unit {
	where := f.Channel != "" || f.Place != "" || by == ByChannel || by == ByPlace
	what := f.Organisation != "" || f.Service != "" || by == ByOrganisation || by == ByService
	switch {
	case !where:
		return everyPlace
	case !what:
		return everyService
	}
	return byDay
}

// unit is byDay, everyPlace or everyService.
type unit int

func (u unit) of(spans []span) []span {
	for i := range spans {
		spans[i].unit += int(u)
	}
	return spans
}

// Dimension is what figures may be broken down by.
type Dimension string

// The dimensions.
const (
	ByOrganisation Dimension = "organisation"
	ByService      Dimension = "service"
	ByChannel      Dimension = "channel"
	ByPlace        Dimension = "place"
)

// Dimensions lists them.
var Dimensions = []Dimension{ByOrganisation, ByService, ByChannel, ByPlace}

func (d Dimension) known() error {
	if !slices.Contains(Dimensions, d) {
		return gov.Fail(gov.Invalid, "التصنيف المطلوب غير معروف", "Figures are not broken down by this")
	}
	return nil
}
