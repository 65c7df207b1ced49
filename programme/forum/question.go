package forum

import (
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/programme/committee"
)

// State is where a question is in its life.
type State string

// The states of a question.
const (
	Asked    State = "asked"  // the authority has not looked at it yet
	Shown    State = "shown"  // everybody reads it
	Hidden   State = "hidden" // it was kept back
	Answered State = "answered"
)

// Moves is the life of a question.
var Moves = gov.Moves[State]{
	{From: "", Event: "ask", To: Asked},
	{From: Asked, Event: "show", To: Shown},
	{From: Asked, Event: "hide", To: Hidden},
	{From: Shown, Event: "hide", To: Hidden},
	{From: Hidden, Event: "show", To: Shown},
	{From: Shown, Event: "answer", To: Answered},
	{From: Answered, Event: "answer", To: Answered},
}

// Question is what somebody asked about a session.
type Question struct {
	ID       string
	Session  string
	State    State
	Words    string
	Author   gov.PersonID
	Acting   gov.OrgID
	At       time.Time
	Answer   string
	Answerer gov.PersonID
	Answered time.Time // zero: not yet
}

const longest = 4000 // letters

func words(s, field string) (string, error) {
	s, _ = gov.CleanText(strings.TrimSpace(s))
	if n := len([]rune(s)); n == 0 || n > longest {
		return "", gov.Fail(gov.Invalid, "اكتب نصًا لا يزيد على 4000 حرف", "Write a text of at most 4000 letters").At(field)
	}
	return s, nil
}

// Ask asks about a session, at any time. Everybody reads it once the authority
// lets it through; what the authority asks is shown at once. Errors: NotFound,
// Invalid.
func Ask(tx *db.Tx, session, text string) error {
	s, _, err := ByID(tx, session)
	if err != nil {
		return err
	}
	if text, err = words(text, "words"); err != nil {
		return err
	}
	q := Question{ID: db.NewID(tx.Now()), Session: session, State: Asked, Words: text, Author: tx.Actor().Person, Acting: tx.Actor().Org, At: tx.Now()}
	if MayPlan(tx.Actor()) {
		q.State = Shown
	}
	if err := insertQuestion(tx, q); err != nil {
		return err
	}
	return told(tx, FactAsked, s, nil)
}

// Questions lists what was asked about a session, oldest first: what was let
// through, the actor's own, and everything for the authority. Errors: NotFound.
func Questions(tx *db.Tx, session string) (out []Question, err error) {
	if _, _, err := ByID(tx, session); err != nil {
		return nil, err
	}
	list, err := questions(tx, session)
	for _, q := range list {
		if q.State == Shown || q.State == Answered || MayPlan(tx.Actor()) || q.Author == tx.Actor().Person {
			out = append(out, q)
		}
	}
	return out, err
}

// Moderate lets a question through ("show") or keeps it back ("hide"), for the
// authority. Errors: NotFound, Denied, Conflict.
func Moderate(tx *db.Tx, session, question, event string) error {
	s, q, err := questionOf(tx, session, question)
	if err != nil {
		return err
	}
	next, ok := Moves.Next(q.State, event)
	switch {
	case !MayPlan(tx.Actor()):
		return errWrite
	case !ok || event == "answer":
		return errState
	}
	q.State = next
	if err := updateQuestion(tx, q); err != nil {
		return err
	}
	fact := FactShown
	if next == Hidden {
		fact = FactHidden
	}
	return told(tx, fact, s, nil)
}

var errState = gov.Fail(gov.Conflict, "لا يسمح وضع السؤال الآن بهذا", "The question is in a state that does not allow this")

func questionOf(tx *db.Tx, session, id string) (Session, Question, error) {
	s, _, err := ByID(tx, session)
	if err != nil {
		return s, Question{}, err
	}
	q, ok, err := questionByID(tx, session, id)
	if err == nil && !ok {
		err = errNone
	}
	return s, q, err
}

// Answer answers a question that was let through, for the entity that presents
// the session; it may be improved later. Errors: NotFound, Denied, Conflict,
// Invalid.
func Answer(tx *db.Tx, session, question, text string) error {
	s, q, err := questionOf(tx, session, question)
	if err != nil {
		return err
	}
	if !MayPresent(tx.Actor(), &s) {
		return errOwner
	}
	next, ok := Moves.Next(q.State, "answer")
	if !ok {
		return errState
	}
	if text, err = words(text, "answer"); err != nil {
		return err
	}
	q.State, q.Answer, q.Answerer, q.Answered = next, text, tx.Actor().Person, tx.Now()
	if err := updateQuestion(tx, q); err != nil {
		return err
	}
	return told(tx, FactAnswered, s, nil)
}

// Decision is what the forum decided.
type Decision struct {
	Forum   string
	Number  int // of the forum, from 1 without gaps
	Session string
	At      time.Time
	Board   string // the committee it was handed to; empty: none
	Handed  string // id of its decision there
	Ref     string // and its number

	Text     gov.Text        `json:"text"`
	Services []gov.ServiceID `json:"services,omitempty"`
}

// Decide records what the forum decided at a session, for the authority. With a
// committee it is handed to it, as a proposed decision. Errors: NotFound, Denied,
// Invalid.
func Decide(tx *db.Tx, c *committee.Chamber, session string, text gov.Text, services []gov.ServiceID, board string) (Decision, error) {
	s, f, err := ByID(tx, session)
	if err != nil {
		return Decision{}, err
	}
	if !MayPlan(tx.Actor()) {
		return Decision{}, errWrite
	}
	if len(text.Missing(gov.Arabic, gov.English)) > 0 {
		return Decision{}, gov.Fail(gov.Invalid, "اكتب القرار باللغتين", "Write the decision in both languages").At("text")
	}
	list, err := decisions(tx, f.ID)
	if err != nil {
		return Decision{}, err
	}
	d := Decision{Forum: f.ID, Number: len(list) + 1, Session: session, At: tx.Now(), Text: text, Services: services, Board: board}
	if board != "" {
		origin := gov.T("%s، القرار %d", "%s, decision %d").Sprintf(f.Name, d.Number)
		h, err := c.Propose(tx, board, committee.Resolution{Text: text, Services: services}, origin)
		if err != nil {
			return d, err
		}
		d.Handed, d.Ref = h.ID, h.Ref()
		if err := journal.Append(tx, journal.Fact{Name: FactHanded, Subject: session, Body: journal.Body(map[string]any{"forum": f.ID, "number": d.Number, "committee": board, "decision": h.ID})}); err != nil {
			return d, err
		}
	}
	if err := insertDecision(tx, d); err != nil {
		return d, err
	}
	return d, told(tx, FactDecided, s, map[string]any{"number": d.Number})
}

// Decisions lists what a forum decided, in order. Errors: NotFound.
func Decisions(tx *db.Tx, forum string) ([]Decision, error) {
	if !MayRead(tx.Actor()) {
		return nil, errNone
	}
	return decisions(tx, forum)
}
