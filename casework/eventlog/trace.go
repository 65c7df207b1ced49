package eventlog

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/journal"
)

// trace is one case as it goes into a log.
type trace struct {
	id           string // a pseudonym, like all ids but those of organisations and services
	service      gov.ServiceID
	version      string
	organisation gov.OrgID
	channel      gov.Channel
	outcome      string
	submitted    time.Time
	closed       time.Time // zero: still open
	objects      []object  // its tasks, charges and documents
	events       []event
}

// object is something that a case has to do with.
type object struct {
	id, kind string // kind: task, charge, document
	since    time.Time
	is       string    // kind of step, or type of document
	worker   gov.OrgID // of a task
}

// event is one thing that happened.
type event struct {
	activity string // id of the step, or the name of the fact
	name     string // for people
	at       time.Time
	started  time.Time // of what took time; zero elsewhere
	move     string    // transition of the standard lifecycle: complete, ate_abort
	kind     string    // of the step, or "fact"
	org      gov.OrgID
	role     gov.Role
	about    string // pseudonym of a task, charge or document
	outcome  string
}

// told are the facts that are events of their own, and their words. Decisions,
// payments and corrections are told by the stays that they end.
var told = map[string]gov.Text{
	"case.late": gov.T("فات الموعد", "Deadline passed"), "case.expired": gov.T("انقضت المهلة", "Time limit ran out"),
	"case.recorded": gov.T("قيد في سجل", "Entered in a register"), "case.notice": gov.T("إشعار", "Notice sent"),
	"case.message": gov.T("وصلت رسالة", "Message received"), "case.appealed": gov.T("تظلم", "Appeal"), "case.closed": gov.T("إغلاق", "Closed"),
	"document.issued": gov.T("صدرت وثيقة", "Document issued"), "document.revoked": gov.T("ألغيت وثيقة", "Document revoked"),
	"document.replaced": gov.T("استُبدلت وثيقة", "Document replaced"), "payment.refunded": gov.T("رُدّ رسم", "Fee refunded"),
}

// said is what is read of a fact's body; nothing else of it is.
type said struct {
	Step    string `json:"step"`
	Outcome string `json:"outcome"`
	Type    string `json:"type"`
}

func (r *reader) trace(p *casework.Passage) *trace {
	t := &trace{id: r.name("case", string(p.ID)), service: p.Service, version: p.Version, organisation: p.Organisation, channel: p.Channel, outcome: p.Outcome, submitted: p.Submitted, closed: p.Closed}
	t.events = append(t.events, event{activity: "apply", name: p.Begins.In(r.lang), at: p.Submitted, move: "complete", kind: "apply"})
	decided := map[string]string{}
	for _, f := range p.Facts {
		b := body(f)
		if f.Name == "case.decided" {
			decided[b.Step+stamp(f.At)] = b.Outcome
		}
		r.fact(t, f, b)
	}
	for _, s := range p.Stays {
		r.stay(t, s, decided)
	}
	slices.SortStableFunc(t.events, func(a, b event) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.rank(), b.rank())) })
	return t
}

// rank orders what happened in one moment: what somebody did, what followed from
// it by itself, and the closing.
func (e event) rank() int {
	switch {
	case e.activity == "case.closed":
		return 2
	case e.kind == "fact":
		return 1
	}
	return 0
}

func body(f journal.Fact) (b said) {
	if json.Unmarshal(f.Body, &b) != nil {
		return said{}
	}
	return b
}

// fact adds what is an event by itself.
func (r *reader) fact(t *trace, f journal.Fact, b said) {
	words, ok := told[f.Name]
	if !ok {
		return
	}
	e := event{activity: f.Name, name: words.In(r.lang), at: f.At, move: "complete", kind: "fact", org: f.Organisation, outcome: b.Outcome}
	switch f.Name {
	case "document.issued", "document.revoked", "document.replaced":
		e.about = r.name("document", f.Subject)
		if f.Name == "document.issued" {
			t.objects = append(t.objects, object{id: e.about, kind: "document", since: f.At, is: b.Type})
		}
	case "payment.refunded":
		e.about = r.name("charge", f.Subject)
	}
	t.events = append(t.events, e)
}

// stay adds what took time, when it ended; what still lasts has not happened yet.
func (r *reader) stay(t *trace, s casework.Stay, decided map[string]string) {
	kind, id := "task", string(s.Task)
	if s.Charge != "" {
		kind, id = "charge", string(s.Charge)
	}
	about := r.name(kind, id)
	if about != "" {
		t.objects = append(t.objects, object{id: about, kind: kind, since: s.From, is: string(s.Kind), worker: s.Organisation})
	}
	if s.To.IsZero() {
		return
	}
	e := event{activity: s.Step, name: s.Title.In(r.lang), at: s.To, started: s.From, move: "complete", kind: string(s.Kind), org: s.Organisation, role: s.Role, about: about, outcome: decided[s.Step+stamp(s.To)]}
	if s.Cancelled {
		e.move = "ate_abort"
	}
	t.events = append(t.events, e)
}
