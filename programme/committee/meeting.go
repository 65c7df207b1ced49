package committee

import (
	"fmt"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/notify"
)

// State is where a meeting is in its life.
type State string

// The states of a meeting.
const (
	Planned   State = "planned"
	Called    State = "called"    // the members were invited
	Held      State = "held"      // with quorum
	Minuted   State = "minuted"   // its minutes are a draft
	Approved  State = "approved"  // its minutes are final, its decisions published
	Cancelled State = "cancelled" // it did not take place
)

// Moves is the life of a meeting.
var Moves = gov.Moves[State]{
	{From: "", Event: "plan", To: Planned},
	{From: Planned, Event: "change", To: Planned},
	{From: Planned, Event: "call", To: Called},
	{From: Called, Event: "change", To: Called},
	{From: Called, Event: "postpone", To: Planned},
	{From: Planned, Event: "cancel", To: Cancelled},
	{From: Called, Event: "cancel", To: Cancelled},
	{From: Called, Event: "hold", To: Held},
	{From: Held, Event: "minute", To: Minuted},
	{From: Minuted, Event: "minute", To: Minuted},
	{From: Minuted, Event: "approve", To: Approved},
}

// Facts of meetings. Their subject is the meeting.
const (
	FactPlanned   = "committee.planned"
	FactCalled    = "committee.called"
	FactPostponed = "committee.postponed"
	FactCancelled = "committee.cancelled"
	FactHeld      = "committee.held"
	FactApproved  = "committee.approved"
	FactCommented = "committee.commented"
)

// Kind is what an item of the agenda is for.
type Kind string

// The kinds of items.
const (
	ForDecision Kind = "decision" // a decision is asked
	ForFollowUp Kind = "follow-up"
	ForNotice   Kind = "notice"
)

// Kinds lists them.
var Kinds = []Kind{ForDecision, ForFollowUp, ForNotice}

// Item is one item of an agenda, numbered by its place from 1.
type Item struct {
	Title   gov.Text  `json:"title"`
	Kind    Kind      `json:"kind"`
	Asked   gov.Text  `json:"asked,omitempty"`   // the decision that is asked
	Org     gov.OrgID `json:"org,omitempty"`     // who presents it; empty: the secretariat
	Minutes gov.Text  `json:"minutes,omitempty"` // in one language or both
}

// Presence is how a member was at a meeting.
type Presence string

// The presences.
const (
	Present Presence = "present"
	Excused Presence = "excused"
	Absent  Presence = "absent"
)

// Meeting is one meeting of a committee.
type Meeting struct {
	ID       string    `json:"-"`
	Board    string    `json:"-"`
	Number   int       `json:"-"` // of its committee, from 1 without gaps
	State    State     `json:"-"`
	At       time.Time `json:"-"`
	Saves    int       `json:"-"`
	Held     time.Time `json:"-"` // zero: not yet
	Approved time.Time `json:"-"` // zero: not yet

	Place  gov.Text                  `json:"place"`
	Items  []Item                    `json:"items"`
	Were   map[gov.PersonID]Presence `json:"were,omitempty"`
	Reason string                    `json:"reason,omitempty"` // why it was postponed or cancelled
}

// Attended counts those who were there.
func (m *Meeting) Attended() (n int) {
	for _, p := range m.Were {
		if p == Present {
			n++
		}
	}
	return n
}

// Open reports whether the meeting is still to come.
func (m *Meeting) Open() bool { return m.State == Planned || m.State == Called }

// Draft is what is written when a meeting is planned or changed.
type Draft struct {
	At    time.Time
	Place gov.Text
	Items []Item
}

const mostItems = 40

func (d *Draft) check() error {
	var bad gov.Problems
	wrong := func(field, ar, en string) { bad = append(bad, gov.Problem{Field: field, Text: gov.T(ar, en)}) }
	if d.At.IsZero() {
		wrong("at", "اكتب يوم الاجتماع وساعته", "Give the day and time of the meeting")
	}
	d.Place = cleaned(d.Place)
	if len(d.Place.Missing(gov.Arabic, gov.English)) > 0 {
		wrong("place", "اكتب مكان الاجتماع باللغتين", "Give the place in both languages")
	}
	if len(d.Items) == 0 || len(d.Items) > mostItems {
		wrong("items", "للاجتماع بند واحد على الأقل وأربعون بندًا على الأكثر", "A meeting has at least one item and at most forty")
	}
	for i := range d.Items {
		x := &d.Items[i]
		x.Title, x.Asked = cleaned(x.Title), cleaned(x.Asked)
		if len(x.Title.Missing(gov.Arabic, gov.English)) > 0 {
			wrong(fmt.Sprintf("items.%d.title", i), "اكتب عنوان البند باللغتين", "Give the item's title in both languages")
		}
		if x.Kind == ForDecision && len(x.Asked.Missing(gov.Arabic, gov.English)) > 0 {
			wrong(fmt.Sprintf("items.%d.asked", i), "اكتب القرار المطلوب من اللجنة باللغتين", "Write the decision that is asked, in both languages")
		}
		if x.Kind != ForDecision && x.Kind != ForFollowUp {
			x.Kind = ForNotice
		}
	}
	if len(bad) > 0 {
		return bad
	}
	return nil
}

func trimmed(s string) string { return strings.TrimSpace(s) }

// cleaned keeps a text in the languages that say something, within bounds.
func cleaned(t gov.Text) gov.Text {
	out := gov.Text{}
	for l, s := range t {
		s, _ = gov.CleanText(s)
		if r := []rune(trimmed(s)); len(r) > 0 {
			out[l] = string(r[:min(len(r), 2*longestWords)])
		}
	}
	return out
}

// Plan plans a meeting of a committee. Errors: NotFound, Denied, Invalid.
func Plan(tx *db.Tx, board string, d Draft) (Meeting, error) {
	b, err := written(tx, board)
	if err != nil {
		return Meeting{}, err
	}
	if err := d.check(); err != nil {
		return Meeting{}, err
	}
	n, err := count(tx, b.ID, "meeting", 0)
	if err != nil {
		return Meeting{}, err
	}
	m := Meeting{ID: db.NewID(tx.Now()), Board: b.ID, Number: n, State: Planned, At: d.At, Place: d.Place, Items: d.Items}
	if err := insertMeeting(tx, m); err != nil {
		return m, err
	}
	return m, told(tx, FactPlanned, &m)
}

func told(tx *db.Tx, name string, m *Meeting) error {
	return journal.Append(tx, journal.Fact{Name: name, Subject: m.ID, Body: journal.Body(map[string]any{"committee": m.Board, "meeting": m.Number})})
}

// mine is a meeting that the actor may write, moved by an event. Errors:
// NotFound, Denied, Conflict.
func mine(tx *db.Tx, id, event string) (Meeting, Board, error) {
	m, b, r, err := ByID(tx, id)
	switch {
	case err != nil:
		return m, b, err
	case !r.Write && !(event == "approve" && r.Chair):
		return m, b, errWrite
	}
	next, ok := Moves.Next(m.State, event)
	if !ok {
		return m, b, gov.Fail(gov.Conflict, "لا يسمح وضع الاجتماع الآن بهذا الإجراء", "The meeting is in a state that does not allow this")
	}
	m.State = next
	return m, b, nil
}

func keep(tx *db.Tx, m *Meeting) error {
	m.Saves++
	ok, err := updateMeeting(tx, *m, m.Saves-1)
	if err == nil && !ok {
		err = errChanged
	}
	return err
}

// Change replaces date, place and agenda of a meeting that is still to come.
// saves is the number it had when it was opened. Errors: NotFound, Denied,
// Conflict, Invalid.
func Change(tx *db.Tx, id string, d Draft, saves int) (Meeting, error) {
	m, _, err := mine(tx, id, "change")
	if err != nil {
		return m, err
	}
	if m.Saves != saves {
		return m, errChanged
	}
	if err := d.check(); err != nil {
		return m, err
	}
	if len(d.Items) < len(m.Items) { // papers and comments stand at items by number
		ps, err := papers(tx, id)
		if err != nil {
			return m, err
		}
		for _, p := range ps {
			if p.Item > len(d.Items) {
				return m, gov.Fail(gov.Invalid, "للبند الذي حذفته أوراق مرفقة، فاحذفها أولًا", "Papers are attached to the item you removed; remove them first").At("items")
			}
		}
	}
	m.At, m.Place, m.Items = d.At, d.Place, d.Items
	return m, keep(tx, &m)
}

// Call invites the members: each gets a message. Errors: NotFound, Denied, Conflict.
func (c *Chamber) Call(tx *db.Tx, id string) error {
	m, b, err := mine(tx, id, "call")
	if err != nil {
		return err
	}
	if err := keep(tx, &m); err != nil {
		return err
	}
	for _, s := range b.Seats {
		err := c.tell(tx, notify.Message{To: s.Person, Kind: notify.General, Link: "/committees/meetings/" + m.ID,
			Subject: gov.T("دعوة إلى اجتماع: %s", "You are invited: %s").Sprintf(b.Name),
			Body:    gov.T("الاجتماع رقم %d في %s. جدول الأعمال وأوراقه في صفحة الاجتماع.", "Meeting %d on %s. The agenda and its papers are on the meeting's page.").Sprintf(m.Number, m.At.In(c.zone()).Format("2006-01-02 15:04"))})
		if err != nil {
			return err
		}
	}
	return told(tx, FactCalled, &m)
}

func (c *Chamber) zone() *time.Location {
	if c.Calendar == nil || c.Calendar.Zone == nil {
		return time.UTC
	}
	return c.Calendar.Zone
}

func (c *Chamber) tell(tx *db.Tx, m notify.Message) error {
	if c.Tell == nil {
		return nil
	}
	return c.Tell(tx, m)
}

// Postpone gives a called meeting back to planning, saying why. Errors:
// NotFound, Denied, Conflict, Invalid.
func Postpone(tx *db.Tx, id, why string) error { return off(tx, id, "postpone", FactPostponed, why) }

// Cancel ends a meeting that did not take place, saying why. Errors: as Postpone.
func Cancel(tx *db.Tx, id, why string) error { return off(tx, id, "cancel", FactCancelled, why) }

func off(tx *db.Tx, id, event, fact, why string) error {
	m, _, err := mine(tx, id, event)
	if err != nil {
		return err
	}
	if m.Reason, err = words(why, "why"); err != nil {
		return err
	}
	if err := keep(tx, &m); err != nil {
		return err
	}
	return told(tx, fact, &m)
}

// Hold records who was there. Without a quorum there was no meeting: Conflict.
// It can be held only on its day or later. Errors: NotFound, Denied, Conflict,
// Invalid (somebody who has no seat).
func (c *Chamber) Hold(tx *db.Tx, id string, were map[gov.PersonID]Presence) error {
	m, b, err := mine(tx, id, "hold")
	if err != nil {
		return err
	}
	if tx.Now().Before(c.midnight(m.At)) {
		return gov.Fail(gov.Conflict, "لم يحن موعد الاجتماع بعد", "The meeting's day has not come yet")
	}
	m.Were = map[gov.PersonID]Presence{}
	there := 0
	for p, how := range were {
		seat, sits := b.seat(p)
		if !sits || how != Present && how != Excused && how != Absent {
			return gov.Fail(gov.Invalid, "يُقيَّد الحضور لأعضاء اللجنة وحدهم", "Attendance is recorded for those who sit in the committee").At("were")
		}
		if m.Were[p] = how; how == Present && seat != Secretary {
			there++
		}
	}
	if there < b.Quorum {
		return &gov.Error{Kind: gov.Conflict, Field: "were", Public: gov.T("لم يكتمل النصاب: حضر %d والنصاب %d", "There was no quorum: %d were there, %d are needed").Sprintf(there, b.Quorum)}
	}
	m.Held = tx.Now()
	if err := keep(tx, &m); err != nil {
		return err
	}
	return told(tx, FactHeld, &m)
}

func (c *Chamber) midnight(t time.Time) time.Time {
	t = t.In(c.zone())
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, c.zone())
}

// Minute writes the minutes, one text for each item. saves is the number the
// meeting had when it was opened. Errors: NotFound, Denied, Conflict, Invalid.
func Minute(tx *db.Tx, id string, texts []gov.Text, saves int) error {
	m, _, err := mine(tx, id, "minute")
	if err != nil {
		return err
	}
	if m.Saves != saves {
		return errChanged
	}
	if len(texts) != len(m.Items) {
		return gov.Fail(gov.Invalid, "للمحضر نص لكل بند من بنود الاجتماع", "The minutes have one text for each item").At("minutes")
	}
	for i, t := range texts {
		m.Items[i].Minutes = cleaned(t)
	}
	return keep(tx, &m)
}

// Approve makes the minutes final and publishes the decisions; the chair may too.
// Every item must say what happened, in one language at least. Errors: NotFound,
// Denied, Conflict, Invalid.
func Approve(tx *db.Tx, id string) error {
	m, _, err := mine(tx, id, "approve")
	if err != nil {
		return err
	}
	var bad gov.Problems
	for i, x := range m.Items {
		if len(x.Minutes) == 0 {
			bad = append(bad, gov.Problem{Field: fmt.Sprintf("minutes.%d", i), Text: gov.T("لم يُكتب محضر البند %d", "The minutes of item %d are missing").Sprintf(i + 1)})
		}
	}
	if len(bad) > 0 {
		return bad
	}
	m.Approved = tx.Now()
	if err := keep(tx, &m); err != nil {
		return err
	}
	if err := publish(tx, m.ID, tx.Millis()); err != nil {
		return err
	}
	return told(tx, FactApproved, &m)
}

// ByID returns a meeting with its committee. Errors: NotFound.
func ByID(tx *db.Tx, id string) (Meeting, Board, Rights, error) {
	m, ok, err := meetingByID(tx, id)
	if err != nil || !ok {
		return Meeting{}, Board{}, Rights{}, orNone(err)
	}
	b, r, err := Open(tx, m.Board)
	if err != nil {
		return Meeting{}, Board{}, Rights{}, err
	}
	return m, b, r, nil
}

func orNone(err error) error {
	if err == nil {
		err = errNone
	}
	return err
}

// ByNumber returns a meeting by its number. Errors: NotFound.
func ByNumber(tx *db.Tx, board string, number int) (Meeting, Board, Rights, error) {
	b, r, err := Open(tx, board)
	if err != nil {
		return Meeting{}, b, r, err
	}
	m, ok, err := meetingByNumber(tx, board, number)
	if err != nil || !ok {
		return Meeting{}, Board{}, Rights{}, orNone(err)
	}
	return m, b, r, nil
}

// Meetings lists the meetings of a committee, newest first. Errors: NotFound.
func Meetings(tx *db.Tx, board string) ([]Meeting, error) {
	if _, _, err := Open(tx, board); err != nil {
		return nil, err
	}
	return meetings(tx, board)
}

// Before is the last meeting of a committee held before a moment; ok is false
// when there was none. Errors: NotFound.
func Before(tx *db.Tx, board string, at time.Time) (m Meeting, ok bool, err error) {
	list, err := Meetings(tx, board)
	for _, m := range list {
		if !m.Held.IsZero() && m.At.Before(at) {
			return m, true, nil
		}
	}
	return Meeting{}, false, err
}

// Next is the meeting of a committee that comes first; ok is false when none is
// planned. Errors: NotFound.
func Next(tx *db.Tx, board string) (next Meeting, ok bool, err error) {
	list, err := Meetings(tx, board)
	for _, m := range list {
		if m.Open() {
			next, ok = m, true
		}
	}
	return next, ok, err
}
