package committee

import (
	"fmt"
	"slices"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Outcome is where a decision is in its life.
type Outcome string

// The outcomes.
const (
	Proposed Outcome = "proposed" // it came from elsewhere, such as the planning forum
	Adopted  Outcome = "adopted"
	Deferred Outcome = "deferred"
	Revoked  Outcome = "revoked"
)

// Outcomes is the life of a decision.
var Outcomes = gov.Moves[Outcome]{
	{From: "", Event: "propose", To: Proposed},
	{From: "", Event: "adopt", To: Adopted},
	{From: "", Event: "defer", To: Deferred},
	{From: Proposed, Event: "adopt", To: Adopted},
	{From: Proposed, Event: "defer", To: Deferred},
	{From: Deferred, Event: "adopt", To: Adopted},
	{From: Adopted, Event: "revoke", To: Revoked},
}

// Facts of decisions. Their subject is the decision.
const (
	FactProposed = "committee.proposed"
	FactDecided  = "committee.decided" // adopted or deferred
	FactRevoked  = "committee.revoked"
)

// Decision is what a committee decided.
type Decision struct {
	ID      string    `json:"-"`
	Board   string    `json:"-"`
	Mark    string    `json:"-"` // of its committee
	Year    int       `json:"-"`
	Number  int       `json:"-"` // of the committee and year, from 1 without gaps
	Meeting string    `json:"-"` // empty: none has dealt with it yet
	State   Outcome   `json:"-"`
	At      time.Time `json:"-"` // when it was taken
	Public  time.Time `json:"-"` // since when entities read it; zero: not yet

	Item          int             `json:"item,omitempty"` // of the agenda, from 1
	Text          gov.Text        `json:"text"`
	Services      []gov.ServiceID `json:"services,omitempty"`
	Organisations []gov.OrgID     `json:"organisations,omitempty"`
	Why           string          `json:"why,omitempty"`    // it was deferred or revoked
	Origin        gov.Text        `json:"origin,omitempty"` // where it was proposed
}

// Ref is the decision's number as people quote it: "SDC 2026/7".
func (d *Decision) Ref() string { return fmt.Sprintf("%s %d/%d", d.Mark, d.Year, d.Number) }

// Resolution is what is written when a decision is recorded.
type Resolution struct {
	Item          int
	Text          gov.Text
	Services      []gov.ServiceID
	Organisations []gov.OrgID
	Deferred      bool
	Why           string // needed when it is deferred
}

func (r *Resolution) check(tx *db.Tx, items int) error {
	var bad gov.Problems
	wrong := func(field, ar, en string, args ...any) {
		bad = append(bad, gov.Problem{Field: field, Text: gov.T(ar, en).Sprintf(args...)})
	}
	if r.Text = cleaned(r.Text); len(r.Text.Missing(gov.Arabic, gov.English)) > 0 {
		wrong("text", "اكتب نص القرار باللغتين", "Write the decision in both languages")
	}
	if r.Item < 0 || r.Item > items {
		wrong("item", "اختر بندًا من جدول الأعمال", "Choose an item of the agenda")
	}
	slices.Sort(r.Services)
	r.Services = slices.Compact(r.Services)
	for _, s := range r.Services {
		if _, err := catalogue.Find(tx, s); gov.KindOf(err) == gov.NotFound {
			wrong("services", "الخدمة %s ليست في الدليل", "The service %s is not in the catalogue", string(s))
		} else if err != nil {
			return err
		}
	}
	if len(r.Services) > 100 || len(r.Organisations) > 100 {
		wrong("services", "يسمّي القرار مئة خدمة أو جهة على الأكثر", "A decision names at most a hundred services or entities")
	}
	if r.Deferred && trimmed(r.Why) == "" {
		wrong("why", "اكتب سبب التأجيل", "Say why it is deferred")
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

// Decide records what a meeting decided, while its minutes are not final.
// Errors: NotFound, Denied, Conflict, Invalid.
func (c *Chamber) Decide(tx *db.Tx, meeting string, r Resolution) (Decision, error) {
	m, b, err := deciding(tx, meeting)
	if err != nil {
		return Decision{}, err
	}
	if err := r.check(tx, len(m.Items)); err != nil {
		return Decision{}, err
	}
	d := Decision{Item: r.Item, Text: r.Text, Services: r.Services, Organisations: r.Organisations, Meeting: m.ID, State: Adopted, At: m.At}
	if r.Deferred {
		d.State, d.Why = Deferred, r.Why
	}
	return d, c.enter(tx, &b, &d, FactDecided)
}

// deciding is a meeting that takes decisions now.
func deciding(tx *db.Tx, meeting string) (Meeting, Board, error) {
	m, b, r, err := ByID(tx, meeting)
	switch {
	case err != nil:
		return m, b, err
	case !r.Write:
		return m, b, errWrite
	case m.State != Held && m.State != Minuted:
		return m, b, gov.Fail(gov.Conflict, "تُقيَّد القرارات بعد انعقاد الاجتماع وقبل اعتماد محضره", "Decisions are recorded after a meeting was held and before its minutes are approved")
	}
	return m, b, nil
}

// enter numbers and stores a new decision.
func (c *Chamber) enter(tx *db.Tx, b *Board, d *Decision, fact string) (err error) {
	d.ID, d.Board, d.Mark, d.Year = db.NewID(tx.Now()), b.ID, b.Mark, d.At.In(c.zone()).Year()
	if d.Number, err = count(tx, b.ID, "decision", d.Year); err != nil {
		return err
	}
	if err := insertDecision(tx, *d); err != nil {
		return err
	}
	return decided(tx, fact, d)
}

func decided(tx *db.Tx, fact string, d *Decision) error {
	return journal.Append(tx, journal.Fact{Name: fact, Subject: d.ID,
		Body: journal.Body(map[string]any{"committee": d.Board, "year": d.Year, "number": d.Number, "state": d.State, "services": d.Services, "organisations": d.Organisations})})
}

// Propose hands a decision from elsewhere to a committee, which adopts or defers
// it at a meeting; for the authority and the machine. Errors: Denied, NotFound,
// Invalid.
func (c *Chamber) Propose(tx *db.Tx, board string, r Resolution, origin gov.Text) (Decision, error) {
	if a := tx.Actor(); a.Person != gov.System.Person && !(a.Staff() && a.Has(gov.Authority)) {
		return Decision{}, errWrite
	}
	b, err := written(tx, board)
	if err != nil {
		return Decision{}, err
	}
	r.Item, r.Deferred = 0, false
	if err := r.check(tx, 0); err != nil {
		return Decision{}, err
	}
	d := Decision{Text: r.Text, Services: r.Services, Organisations: r.Organisations, State: Proposed, At: tx.Now(), Origin: origin}
	return d, c.enter(tx, &b, &d, FactProposed)
}

// Take adopts or defers, at a meeting, a decision that was proposed or deferred.
// Errors: NotFound, Denied, Conflict, Invalid.
func Take(tx *db.Tx, id, meeting, event, why string) error {
	m, _, err := deciding(tx, meeting)
	if err != nil {
		return err
	}
	d, err := DecisionOf(tx, id)
	if err != nil {
		return err
	}
	next, ok := Outcomes.Next(d.State, event)
	if !ok || d.Board != m.Board {
		return gov.Fail(gov.Conflict, "لا يسمح وضع القرار الآن بهذا", "The decision is in a state that does not allow this")
	}
	if event == "defer" {
		if d.Why, err = words(why, "why"); err != nil {
			return err
		}
	}
	d.State, d.Meeting, d.At = next, m.ID, m.At
	if err := updateDecision(tx, d); err != nil {
		return err
	}
	return decided(tx, FactDecided, &d)
}

// Revoke takes an adopted decision back, saying why; its open actions are dropped.
// Errors: NotFound, Denied, Conflict, Invalid.
func (c *Chamber) Revoke(tx *db.Tx, id, why string) error {
	d, err := DecisionOf(tx, id)
	if err != nil {
		return err
	}
	if _, err := written(tx, d.Board); err != nil {
		return errWrite
	}
	next, ok := Outcomes.Next(d.State, "revoke")
	if !ok {
		return gov.Fail(gov.Conflict, "لا يُلغى إلا قرار معتمد", "Only a decision that was adopted can be revoked")
	}
	if d.Why, err = words(why, "why"); err != nil {
		return err
	}
	d.State = next
	if err := updateDecision(tx, d); err != nil {
		return err
	}
	open, err := actions(tx, Ask{Decision: id, State: ActionOpen})
	if err != nil {
		return err
	}
	for _, a := range open {
		if err := c.Drop(tx, a.ID, why); err != nil {
			return err
		}
	}
	return decided(tx, FactRevoked, &d)
}

// DecisionOf returns a decision: any of a committee the actor reads, else one
// that is published. Errors: NotFound.
func DecisionOf(tx *db.Tx, id string) (Decision, error) {
	d, ok, err := decisionByID(tx, id)
	if err != nil || !ok {
		return Decision{}, orNone(err)
	}
	ok, err = seesDecision(tx, &d)
	if err != nil || !ok {
		return Decision{}, orNone(err)
	}
	return d, nil
}

func seesDecision(tx *db.Tx, d *Decision) (bool, error) {
	if !reader(tx.Actor()) {
		return false, nil
	}
	if !d.Public.IsZero() {
		return true, nil
	}
	_, _, err := Open(tx, d.Board)
	if gov.KindOf(err) == gov.NotFound {
		return false, nil
	}
	return err == nil, err
}

// Search narrows a list of decisions; what is empty does not narrow.
type Search struct {
	Board   string
	Meeting string
	State   Outcome
	Service gov.ServiceID
	Org     gov.OrgID
}

// Decisions lists the decisions that the actor may read, newest first. Errors:
// NotFound for strangers.
func Decisions(tx *db.Tx, q Search) ([]Decision, error) {
	if !reader(tx.Actor()) {
		return nil, errNone
	}
	list, err := decisions(tx, q)
	if err != nil {
		return nil, err
	}
	reads, err := readable(tx)
	return slices.DeleteFunc(list, func(d Decision) bool {
		return d.Public.IsZero() && !reads[d.Board] ||
			q.Service != "" && !slices.Contains(d.Services, q.Service) || q.Org != "" && !slices.Contains(d.Organisations, q.Org)
	}), err
}

// readable are the committees that the actor reads.
func readable(tx *db.Tx) (map[string]bool, error) {
	list, err := Boards(tx)
	out := map[string]bool{}
	for _, b := range list {
		out[b.ID] = true
	}
	return out, err
}
