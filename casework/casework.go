// Package casework is the engine: it takes a case from application to closing
// along the procedure of its pack. It is the only package that changes a case.
//
// A case stands at one or more steps at once; each place it stands is a Token.
// Every operation loads the case, does one thing to it, walks on through the
// steps that need nobody (check, record, issue, notify, fork, join) until it
// stands where somebody or some time is awaited, and saves it in the same
// transaction with the facts that happened. Steps of other packages reach it
// through facts: a settled charge moves a case on.
package casework

import (
	"time"

	"diwan.example/document/vp"
	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// State is where a case is in its life.
type State string

// The states of a case.
const (
	Draft   State = "draft"   // being filled in; nobody but its people see it
	Open    State = "open"    // on its way
	Closed  State = "closed"  // ended with an outcome
	Dropped State = "dropped" // a draft that was thrown away or ran out
)

// Stage says in one word who has an open case.
type Stage string

// The stages.
const (
	Filling   Stage = "filling"   // a draft
	Paying    Stage = "payment"   // the applicant pays
	Applicant Stage = "applicant" // the applicant corrects something
	Office    Stage = "office"    // an organisation decides
	Others    Stage = "others"    // another organisation or person is asked
	Waiting   Stage = "waiting"   // for a date or a message
	Ended     Stage = "ended"
)

// The outcomes a case may close with, besides those a pack names.
const (
	Granted   = "granted"
	Refused   = "refused"
	Settled   = "settled"
	Lapsed    = "lapsed"
	Withdrawn = "withdrawn"
)

// Case is one application.
type Case struct {
	ID           gov.CaseID
	Ref          string // what people quote: "IC-26-7K3M9Q"
	Service      gov.ServiceID
	Version      string // of the pack it began under
	Organisation gov.OrgID
	Applicant    gov.PersonID // for whom
	Agent        gov.PersonID // who acts for them by mandate; empty: themselves
	Mandate      string       // kind of the mandate
	Company      gov.OrgID    // the company it is for, if it is
	Channel      gov.Channel
	Place        string // governorate
	State        State
	Stage        Stage
	Outcome      string
	Answers      form.Answers // of a draft: as typed
	Track        Track
	Opened       time.Time
	Submitted    time.Time
	Due          time.Time // when the organisation must have decided; zero: no deadline runs
	Closed       time.Time

	rev int64 // row revision; 0: not stored yet
}

// Track is the case's way so far.
type Track struct {
	Tokens    []Token                 `json:"t,omitempty"`
	Visits    int                     `json:"v,omitempty"` // how many tokens there have been
	Outcomes  map[string]string       `json:"o,omitempty"` // step → outcome of the last decision there
	Left      map[string]int64        `json:"l,omitempty"` // step → working milliseconds left when the applicant was asked back
	Decisions []Decision              `json:"d,omitempty"`
	Documents []gov.DocumentID        `json:"docs,omitempty"`
	Fee       gov.Money               `json:"fee,omitempty"`
	Reason    gov.Text                `json:"r,omitempty"` // why it closed so, for the applicant
	Marked    []string                `json:"m,omitempty"` // answers the officer wants corrected
	Waited    map[string]int64        `json:"w,omitempty"` // holder ("us", "applicant", "others") → milliseconds
	Holder    string                  `json:"h,omitempty"` // who holds it since Since
	Since     int64                   `json:"s,omitempty"`
	Late      bool                    `json:"late,omitempty"`  // a deadline of ours passed
	Timed     bool                    `json:"timed,omitempty"` // a deadline of ours ran
	Presence  *Presence               `json:"p,omitempty"`
	Appealed  int                     `json:"a,omitempty"`         // how often
	Held      form.Holdings           `json:"held,omitempty"`      // what registries have said, by attribute
	Presented map[string]vp.Presented `json:"presented,omitempty"` // what credentials from the applicant's wallet proved, by question
	Proofs    map[string]Proof        `json:"proofs,omitempty"`    // held questions answered otherwise: how far that is checked
	Disputes  map[string]Dispute      `json:"disputes,omitempty"`  // held answers that the person says are wrong
}

// Token is one place where a case stands.
type Token struct {
	Visit  int          `json:"v"`           // distinguishes one stay from the next
	Step   string       `json:"s"`           //
	Join   []string     `json:"j,omitempty"` // joins still ahead, innermost last
	Since  int64        `json:"t"`           //
	Due    int64        `json:"d,omitempty"`
	Paused int64        `json:"p,omitempty"` // since when the deadline is stopped
	Expiry int          `json:"e,omitempty"` // the next of the step's expiries
	Task   gov.TaskID   `json:"k,omitempty"`
	Charge gov.ChargeID `json:"c,omitempty"`
}

// Decision is what somebody, a rule or silence decided.
type Decision struct {
	Step    string       `json:"s"`
	Outcome string       `json:"o"`
	Reason  gov.Text     `json:"r,omitempty"`
	Words   string       `json:"w,omitempty"`
	By      gov.PersonID `json:"b,omitempty"`
	Org     gov.OrgID    `json:"g,omitempty"`
	At      int64        `json:"t"`
	Silent  bool         `json:"q,omitempty"` // nobody decided in time
}

// Presence records that the person stood at the counter.
type Presence struct {
	Officer gov.PersonID `json:"o"`
	Org     gov.OrgID    `json:"g"`
	How     string       `json:"h"` // how they were recognised: "identity-card", "passport", "known"
	At      int64        `json:"t"`
}

// lives is the life of a case as data. `diwan case graph` draws it.
var lives = gov.Moves[State]{
	{From: "", Event: "open", To: Draft},
	{From: Draft, Event: "submit", To: Open},
	{From: Draft, Event: "drop", To: Dropped},
	{From: Open, Event: "close", To: Closed},
	{From: Open, Event: "withdraw", To: Closed},
	{From: Closed, Event: "appeal", To: Open},
}

// Lives returns the table of allowed moves.
func Lives() gov.Moves[State] { return lives }

func (c *Case) move(event string) error {
	to, ok := lives.Next(c.State, event)
	if !ok {
		return errState
	}
	c.State = to
	return nil
}

var (
	errState   = gov.Fail(gov.Conflict, "لا يمكن ذلك في الحالة التي عليها الطلب الآن", "This is not possible in the application's present state")
	errNoCase  = gov.Fail(gov.NotFound, "لا يوجد طلب بهذا الرقم", "There is no application with this number")
	errMoved   = gov.Fail(gov.Conflict, "تغيّر الطلب في هذه اللحظة من شخص آخر. حدِّث الصفحة ثم أعد المحاولة", "Someone else changed this application just now. Refresh the page and try again")
	errDecided = gov.Fail(gov.Conflict, "اتُّخذ القرار في هذه المهمة من قبل", "This task has already been decided")
	errNoTask  = gov.Fail(gov.NotFound, "لا توجد مهمة بهذا الرقم", "There is no such task")
	errDenied  = gov.Fail(gov.Denied, "ليست لديك صلاحية لهذا الإجراء", "You are not allowed to do this")
)

// token returns the token of a visit, or nil.
func (c *Case) token(visit int) *Token {
	for i := range c.Track.Tokens {
		if c.Track.Tokens[i].Visit == visit {
			return &c.Track.Tokens[i]
		}
	}
	return nil
}

// at returns the token that stands at a step of one of the kinds, or nil.
func (c *Case) at(p *pack.Pack, kinds ...pack.StepKind) (*Token, *pack.Step) {
	for i := range c.Track.Tokens {
		s := p.Step(c.Track.Tokens[i].Step)
		for _, k := range kinds {
			if s != nil && s.Kind == k {
				return &c.Track.Tokens[i], s
			}
		}
	}
	return nil, nil
}

// Steps lists where the case stands.
func (c *Case) Steps() (out []string) {
	for _, t := range c.Track.Tokens {
		out = append(out, t.Step)
	}
	return out
}
