package programme

import (
	"diwan.example/gov"
)

// Figures are what was counted for a filter, or for one part of it.
type Figures struct {
	Submitted int64 // cases received
	Closed    int64 // cases ended, whatever the outcome
	Granted   int64 // of these, by outcome
	Refused   int64
	Settled   int64
	Lapsed    int64
	Withdrawn int64
	Timed     int64 // closed cases for which a deadline of an organisation ran
	Late      int64 // of these, those that missed one
	Overdue   int64 // cases that missed their deadline in this time, closed or not
	Decided   int64 // decisions taken at any step
	Silent    int64 // of these, those that nobody took in time
	Corrected int64 // answers sent back by applicants after they were asked to correct
	Appealed  int64

	Paid      int64     // payments, without exempt ones
	Collected gov.Money // what they brought
	Waived    gov.Money // what people were exempt from
	Refunds   int64
	Refunded  gov.Money

	Documents int64 // issued
	Revoked   int64

	Published int64 // versions of packs put into force
	Proven    int64 // services completed online for the first time

	Ours   Wait // days at the owner of the service
	Theirs Wait // days at the applicant
	Others Wait // days at other organisations and people
}

// counters are the columns of Figures in their order; amounts too.
func (f *Figures) counters() []any {
	return []any{&f.Submitted, &f.Closed, &f.Granted, &f.Refused, &f.Settled, &f.Lapsed, &f.Withdrawn, &f.Timed, &f.Late, &f.Overdue,
		&f.Decided, &f.Silent, &f.Corrected, &f.Appealed, &f.Paid, &f.Collected, &f.Waived, &f.Refunds, &f.Refunded, &f.Documents, &f.Revoked,
		&f.Published, &f.Proven}
}

// OnTime is the share of closed cases with a deadline that kept it; false when
// there was none.
func (f *Figures) OnTime() (share float64, ok bool) {
	if f.Timed == 0 {
		return 0, false
	}
	return float64(f.Timed-f.Late) / float64(f.Timed), true
}

// Growth is by how many the open cases became more. An appeal takes its closing
// back and so is in it.
func (f *Figures) Growth() int64 { return f.Submitted - f.Closed }

// Add adds the counters of x; waiting times stay as they are.
func (f *Figures) Add(x Figures) {
	to, from := f.counters(), x.counters()
	for i := range to {
		switch p := to[i].(type) {
		case *int64:
			*p += *from[i].(*int64)
		case *gov.Money:
			*p += *from[i].(*gov.Money)
		}
	}
}

// outcome counts a closed case by how it ended; a pack's own outcomes count as closed only.
func (f *Figures) outcome(name string) {
	switch name {
	case "granted":
		f.Granted++
	case "refused":
		f.Refused++
	case "settled":
		f.Settled++
	case "lapsed":
		f.Lapsed++
	case "withdrawn":
		f.Withdrawn++
	}
}

// sum is Figures while they are added up.
type sum struct {
	Figures
	ours, theirs, others spread
}

func newSum() *sum { return &sum{ours: spread{}, theirs: spread{}, others: spread{}} }

func (s *sum) merge(o *sum) {
	s.Add(o.Figures)
	for k, n := range o.ours {
		s.ours[k] += n
	}
	for k, n := range o.theirs {
		s.theirs[k] += n
	}
	for k, n := range o.others {
		s.others[k] += n
	}
}

// takeBack takes away what o counts.
func (s *sum) takeBack(o *sum) {
	to, from := s.counters(), o.counters()
	for i := range to {
		switch p := to[i].(type) {
		case *int64:
			*p -= *from[i].(*int64)
		case *gov.Money:
			*p -= *from[i].(*gov.Money)
		}
	}
	for _, x := range [][2]spread{{s.ours, o.ours}, {s.theirs, o.theirs}, {s.others, o.others}} {
		for k, n := range x[1] {
			x[0][k] -= n
		}
	}
}

// result works out the percentiles.
func (s *sum) result() Figures {
	s.Ours, s.Theirs, s.Others = s.ours.wait(s.Closed), s.theirs.wait(s.Closed), s.others.wait(s.Closed)
	return s.Figures
}
