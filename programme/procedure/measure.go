package procedure

import (
	"slices"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/programme"
)

// Month is a calendar month of the country as yyyymm: 202611.
type Month int

// MonthOf is the month of a day.
func MonthOf(d programme.Day) Month { return Month(int(d) / 100) }

// First is its first day.
func (m Month) First() programme.Day { return programme.Day(int(m)*100 + 1) }

// Last is its last day.
func (m Month) Last() programme.Day { return m.First().Last() }

// String writes "2026-11".
func (m Month) String() string { return m.First().String()[:7] }

// Add is the month n months later.
func (m Month) Add(n int) Month {
	return MonthOf(programme.DayOf(m.First().Time().AddDate(0, n, 0), nil))
}

// ParseMonth reads "2026-11". Errors: Invalid.
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", gov.Digits(s))
	if err != nil || t.Year() < 2000 || t.Year() > 2100 {
		return 0, gov.Fail(gov.Invalid, "الشهر غير صحيح، اكتبه بهذه الصيغة: \u20662026-11\u2069", "This is no month; write it like 2026-11")
	}
	return MonthOf(programme.DayOf(t, nil)), nil
}

// Period is which closed cases are counted: whole months, both included. Empty
// fields do not narrow.
type Period struct {
	From, To     Month
	Organisation gov.OrgID
	Service      gov.ServiceID
}

// scope narrows a period to what the actor may see. Errors: as programme.Scope;
// Invalid when the months are in the wrong order.
func (p Period) scope(tx *db.Tx) (Period, error) {
	f, err := programme.Scope(tx.Actor(), programme.Filter{Organisation: p.Organisation, Service: p.Service})
	if err != nil {
		return p, err
	}
	if p.To < p.From {
		return p, gov.Fail(gov.Invalid, "شهر البداية بعد شهر النهاية", "The first month comes after the last").At("from")
	}
	p.Organisation = f.Organisation
	return p, nil
}

// StayMean is where cases stood for somebody.
type StayMean struct {
	Step   string
	Kind   pack.StepKind
	Role   gov.Role
	Worker gov.OrgID // empty: a person
	Stays  int64
	Share  float64 // stays for each case; above 1 when cases come back
	Days   float64 // working days of a stay, on average
}

// Measured is how the closed cases of a service went. Numbers and days are
// proven; minutes and money are worked out from them and are worth MinutesBasis.
type Measured struct {
	Sums
	Cases       int64
	Corrections float64 // share of cases that were sent back to the applicant
	Median, P90 float64 // working days
	Stays       []StayMean
	Minutes     Basis // of minutes: declared when the procedure to be says them, else estimated
	Channels    []ChannelCost
}

// ChannelCost is what a transaction costs on a channel.
type ChannelCost struct {
	Channel       gov.Channel
	Cases         int64
	Person, State float64 // a case
	Theirs, Ours  float64 // minutes
	Visits        float64 // a case
	Documents     float64
}

// Measure counts the closed cases of one service in a period; designed gives the
// minutes of its steps. Errors: Denied, NotFound to strangers, Invalid.
func Measure(tx *db.Tx, p Period, designed *country.Procedure, r Rates) (m Measured, err error) {
	if p, err = p.scope(tx); err != nil {
		return m, err
	}
	sums, err := totals(tx, p)
	if err != nil {
		return m, err
	}
	list, err := stays(tx, p)
	if err != nil {
		return m, err
	}
	m = measured(sums, list, designed, r)
	if m.Cases == 0 {
		return m, nil
	}
	for _, q := range []struct {
		to *float64
		of int64
	}{{&m.Median, 50}, {&m.P90, 90}} {
		d, err := nth(tx, p, (m.Cases*q.of+99)/100-1)
		if err != nil {
			return m, err
		}
		*q.to = r.inDays(d)
	}
	return m, nil
}

// inDays writes working time as working days.
func (r Rates) inDays(d time.Duration) float64 { return d.Minutes() / r.workday() }

// measured works out what sums and stays of one service come to.
func measured(sums []total, list []stood, designed *country.Procedure, r Rates) (m Measured) {
	m.Minutes = Proven
	for _, t := range sums {
		m.Cases += t.cases
	}
	if m.Cases == 0 {
		return m
	}
	n := float64(m.Cases)
	for _, t := range sums {
		part := float64(t.cases) / n
		m.Steps += float64(t.steps) / n
		m.Automatic += float64(t.automatic) / n
		m.Handoffs += float64(t.handoffs) / n
		m.Documents += float64(t.documents) / n
		m.Visits += float64(t.visits) / n
		m.Corrections += float64(t.corrected) / n
		m.Days += r.inDays(time.Duration(t.worked)*time.Millisecond) / n
		c, basis := channelCost(t, list, designed, r)
		m.Minutes = Weakest(m.Minutes, basis)
		m.Theirs += c.Theirs * part
		m.Ours += c.Ours * part
		m.Person += c.Person * part
		m.State += c.State * part
		m.Channels = append(m.Channels, c)
	}
	m.Worked = min(m.Days, (m.Theirs+m.Ours)/r.workday())
	m.Waiting = m.Days - m.Worked
	m.Stays = byStep(list, n, r)
	return m
}

// channelCost is what a case of one channel costs: what it stood for, times the
// minutes of each step; what it asked and how often somebody came; and the channel.
func channelCost(t total, list []stood, designed *country.Procedure, r Rates) (c ChannelCost, basis Basis) {
	n := float64(t.cases)
	c = ChannelCost{Channel: t.channel, Cases: t.cases, Visits: float64(t.visits) / n, Documents: float64(t.documents) / n}
	effort := r.Effort(string(t.channel))
	theirs, ours, basis := r.minutes(designed, "", apply)
	c.Theirs, c.Ours = theirs+float64(effort.Theirs), ours+float64(effort.Ours)
	c.State = r.price(country.ChannelPrice(string(t.channel))) + c.Ours/60*r.hour(gov.Officer)
	for _, s := range list {
		if s.service != t.service || s.channel != t.channel {
			continue
		}
		theirs, ours, b := r.minutes(designed, s.Step, string(s.Kind))
		basis = Weakest(basis, b)
		share := float64(s.Stays) / n
		c.Theirs += share * theirs
		c.Ours += share * ours
		c.State += share * ours / 60 * r.hour(s.Role)
	}
	c.Person = c.Theirs/60*r.price(country.PersonHour) + c.Documents*r.price(country.DocumentPrice) + c.Visits*r.price(country.VisitPrice)
	return c, basis
}

// minutes are those of a step of the designed procedure, or of its kind when the
// design does not say. An empty id means the first step of the kind.
func (r Rates) minutes(designed *country.Procedure, id, kind string) (theirs, ours float64, basis Basis) {
	if designed != nil {
		for _, s := range designed.Steps {
			if (s.ID == id || id == "" && s.Kind == kind) && s.Theirs+s.Ours > 0 {
				return float64(s.Theirs), float64(s.Ours), Declared
			}
		}
	}
	m := r.Typical(kind)
	return float64(m.Theirs), float64(m.Ours), Estimated
}

// byStep puts the stays of all channels together.
func byStep(list []stood, cases float64, r Rates) (out []StayMean) {
	worked := []int64{}
	for _, s := range list {
		i := slices.IndexFunc(out, func(x StayMean) bool { return x.Step == s.Step && x.Worker == s.Worker })
		if i < 0 {
			i = len(out)
			out, worked = append(out, StayMean{Step: s.Step, Kind: s.Kind, Role: s.Role, Worker: s.Worker}), append(worked, 0)
		}
		out[i].Stays += s.Stays
		worked[i] += s.total
	}
	for i := range out {
		out[i].Share = float64(out[i].Stays) / cases
		out[i].Days = r.inDays(time.Duration(worked[i])*time.Millisecond) / float64(out[i].Stays)
	}
	return out
}

// Rows are up to n closed cases behind the measured figures of a service, the
// newest first, and the place after them; 0 when there are no more. Errors: as Measure.
func Rows(tx *db.Tx, p Period, after int64, n int) (list []Row, next int64, err error) {
	if p, err = p.scope(tx); err != nil {
		return nil, 0, err
	}
	list, last, err := rows(tx, p, after, n)
	if err != nil || len(list) < n {
		return list, 0, err
	}
	return list, last, nil
}
