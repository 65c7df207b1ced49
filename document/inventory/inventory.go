// Package inventory is the register of every type of document that entities give:
// on paper, electronically, both, or no longer; since when, and by which law or
// decision the electronic form has force. It links to the outputs of the
// catalogue's services and copies nothing of them. How many were issued here is
// counted from facts; what entities say they issued elsewhere is kept apart.
package inventory

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// State is in which form a type is given.
type State string

// The states.
const (
	Paper      State = "paper"
	Both       State = "both"
	Electronic State = "electronic"
	Ended      State = "ended"
)

// States are all states, from paper to the end.
var States = []State{Paper, Both, Electronic, Ended}

// moves is the life of a type.
var moves = map[State][]State{
	Paper:      {Both, Electronic, Ended},
	Both:       {Electronic, Paper, Ended},
	Electronic: {Both, Ended},
	Ended:      {},
}

// MovesFrom are the states that a type may be moved to.
func MovesFrom(s State) []State { return slices.Clone(moves[s]) }

var labels = map[State]gov.Text{
	Paper:      gov.T("ورقية", "On paper"),
	Both:       gov.T("ورقية وإلكترونية", "On paper and electronic"),
	Electronic: gov.T("إلكترونية", "Electronic"),
	Ended:      gov.T("انتهى العمل بها", "Ended"),
}

// Label names the state for people.
func (s State) Label() gov.Text { return labels[s] }

// Legal is the law or decision that gives the electronic form its force.
type Legal struct {
	Name    gov.Text      `json:"name,omitempty"`
	Number  string        `json:"number,omitempty"` // "54"
	Year    int           `json:"year,omitempty"`
	URL     string        `json:"url,omitempty"`     // its text
	Service gov.ServiceID `json:"service,omitempty"` // of whose legal resources it is one; empty: none
}

// Named reports whether there is one.
func (l Legal) Named() bool { return len(l.Name) > 0 }

// Output is what a service of the catalogue gives, and with which type of
// document of its pack.
type Output struct {
	Service gov.ServiceID `json:"service"`
	Kind    string        `json:"kind,omitempty"` // id in the pack; empty: it is not issued here
}

// Type is one type of document of one entity.
type Type struct {
	ID           string // "moe-03"
	Organisation gov.OrgID
	Name         gov.Text
	Number       string // how its numbers look: "MOE-2026-XXXX-XXXX"; may be empty
	Holders      string // "person", "company" or "both"
	State        State
	Since        string // the day from which it is so: "2026-03-01"
	Legal        Legal
	Outputs      []Output
	Changed      time.Time
	Saves        int64 // for whoever saves an older reading
}

// Unforced reports whether it is given electronically without anything that
// gives that form its force.
func (t Type) Unforced() bool {
	return (t.State == Both || t.State == Electronic) && !t.Legal.Named()
}

// Move is one step of a type's life.
type Move struct {
	At       time.Time
	From, To State
	Since    string
	Words    string
	Actor    gov.PersonID
}

// Declared is what an entity says of what it issued elsewhere.
type Declared struct {
	Type   string
	Form   State // Paper or Electronic
	Year   int
	Number int64
	Link   string
	At     time.Time
}

// Issued is what was issued here, counted from facts.
type Issued struct {
	Output
	Organisation gov.OrgID
	Month        string // "2026-11"
	Channel      gov.Channel
	Number       int64
}

const (
	longestName = 200
	mostOutputs = 30
)

var (
	errAbsent  = gov.Fail(gov.NotFound, "لا يوجد نوع وثائق بهذا المعرّف", "There is no type of document with this id")
	errWrite   = gov.Fail(gov.Denied, "سجل أنواع وثائق الجهة لمسؤوليها", "Only those who answer for an entity write its register of document types")
	errSaves   = gov.Fail(gov.Conflict, "غيّر غيرك هذا النوع في أثناء ذلك؛ راجعه ثم أعد المحاولة", "Somebody else has changed this type meanwhile; look at it and try again")
	errMove    = gov.Fail(gov.Conflict, "لا ينتقل هذا النوع إلى هذه الحال", "This type cannot be moved to that state")
	errName    = gov.T("اكتب اسم النوع بالعربية والإنجليزية", "Give its name in Arabic and in English")
	errHolders = gov.T("اختر من تُعطى له", "Choose who may hold it")
	errSince   = gov.T("اكتب التاريخ: السنة-الشهر-اليوم، ولا يكون في المستقبل", "Give the date as year-month-day, not in the future")
	errState   = gov.T("اختر في أي صورة تُعطى", "Choose in which form it is given")
	errLegal   = gov.T("سمِّ السند بالعربية والإنجليزية، ورقمه وسنته", "Name the law or decision in Arabic and English, with its number and year")
	errLink    = gov.T("اكتب رابطًا يبدأ بـ https://", "Give an address that begins with https://")
	errOutputs = gov.T("اختر من خدمات الجهة", "Choose from the entity's services")
	errWords   = gov.T("اكتب سبب الانتقال", "Say why")
	errCount   = gov.T("اكتب عددًا صحيحًا", "Give a whole number")
	errYear    = gov.T("اكتب سنة مضت أو هذه السنة", "Give a year that has passed, or this one")
)

// MayWrite reports whether an actor writes the register of an organisation.
func MayWrite(a gov.Actor, org gov.OrgID) bool {
	return a.Person == gov.System.Person || a.Org == org && org != "" && a.Has(gov.Owner, gov.Head, gov.Supervisor)
}

// day reports whether s is a day that has come.
func day(s string, now time.Time) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Year() > 1800 && !t.After(now)
}

func named(t gov.Text) (gov.Text, bool) {
	out := gov.Text{}
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		s, _ := gov.CleanText(t[l])
		if s = strings.Join(strings.Fields(s), " "); s == "" || utf8.RuneCountInString(s) > longestName {
			return out, false
		}
		out[l] = s
	}
	return out, true
}

func address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && len(s) < 500
}

// check cleans what is to be written and tells all that is wrong with it.
func (t *Type) check(now time.Time, offered map[gov.ServiceID]bool) error {
	var wrong gov.Problems
	bad := func(field string, x gov.Text) { wrong = append(wrong, gov.Problem{Field: field, Text: x}) }
	var ok bool
	if t.Name, ok = named(t.Name); !ok {
		bad("name", errName)
	}
	if !slices.Contains([]string{"person", "company", "both"}, t.Holders) {
		bad("holders", errHolders)
	}
	if !slices.Contains(States, t.State) {
		bad("state", errState)
	}
	if !day(t.Since, now) {
		bad("since", errSince)
	}
	if t.Number, _ = gov.CleanText(strings.TrimSpace(t.Number)); utf8.RuneCountInString(t.Number) > longestName {
		bad("number", errName)
	}
	if len(t.Outputs) > mostOutputs || slices.ContainsFunc(t.Outputs, func(o Output) bool { return !offered[o.Service] }) {
		bad("outputs", errOutputs)
	}
	t.Legal.check(now, bad)
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

var legalNumber = regexp.MustCompile(`^[\p{L}\p{N}/ -]{1,20}$`)

func (l *Legal) check(now time.Time, bad func(string, gov.Text)) {
	if len(strings.TrimSpace(l.Name[gov.Arabic]+l.Name[gov.English])) == 0 && l.Number == "" && l.Year == 0 && l.URL == "" {
		*l = Legal{}
		return
	}
	var ok bool
	bare := l.Service != "" && l.Number == "" && l.Year == 0 // the catalogue names it without them
	if l.Name, ok = named(l.Name); !ok || !bare && (!legalNumber.MatchString(l.Number) || l.Year < 1800 || l.Year > now.Year()) {
		bad("legal", errLegal)
	}
	if l.URL != "" && !address(l.URL) {
		bad("legal_url", errLink)
	}
}

// Enter writes a new type, with the state in which it begins. Those who answer
// for the organisation only. Offered are the services that the organisation
// offers. Appends inventory.entered. Errors: Denied, Invalid (gov.Problems).
func Enter(tx *db.Tx, t Type, offered map[gov.ServiceID]bool) (Type, error) {
	if !MayWrite(tx.Actor(), t.Organisation) {
		return t, errWrite
	}
	if err := t.check(tx.Now(), offered); err != nil {
		return t, err
	}
	n, err := countTypes(tx, t.Organisation)
	if err != nil {
		return t, err
	}
	for made := false; !made; {
		n++
		t.ID, t.Saves, t.Changed = fmt.Sprintf("%s-%02d", t.Organisation, n), 1, tx.Now()
		if made, err = insertType(tx, t); err != nil {
			return t, err
		}
	}
	if err := insertMove(tx, t.ID, Move{At: tx.Now(), To: t.State, Since: t.Since, Actor: tx.Actor().Person}); err != nil {
		return t, err
	}
	return t, journal.Append(tx, fact("inventory.entered", t, map[string]any{"state": t.State}))
}

// Change writes everything of a type but its state. Appends inventory.changed.
// Errors: NotFound, Denied, Invalid, Conflict.
func Change(tx *db.Tx, t Type, offered map[gov.ServiceID]bool) (Type, error) {
	old, err := Find(tx, t.ID)
	if err != nil {
		return t, err
	}
	if !MayWrite(tx.Actor(), old.Organisation) {
		return t, errWrite
	}
	t.Organisation, t.State, t.Since = old.Organisation, old.State, old.Since
	if err := t.check(tx.Now(), offered); err != nil {
		return t, err
	}
	if saved, err := updateType(tx, t); err != nil || !saved {
		return t, cmp.Or[error](err, errSaves)
	}
	return t, journal.Append(tx, fact("inventory.changed", t, map[string]any{"forced": t.Legal.Named()}))
}

// Shift moves a type to another state from a day on, and says why. Appends
// inventory.moved. Errors: NotFound, Denied, Invalid, Conflict.
func Shift(tx *db.Tx, id string, to State, since, words string) error {
	t, err := Find(tx, id)
	if err != nil {
		return err
	}
	if !MayWrite(tx.Actor(), t.Organisation) {
		return errWrite
	}
	var wrong gov.Problems
	if !day(since, tx.Now()) {
		wrong = append(wrong, gov.Problem{Field: "since", Text: errSince})
	}
	words, _ = gov.CleanText(strings.TrimSpace(words))
	if words == "" || utf8.RuneCountInString(words) > 500 {
		wrong = append(wrong, gov.Problem{Field: "words", Text: errWords})
	}
	if !slices.Contains(States, to) {
		wrong = append(wrong, gov.Problem{Field: "to", Text: errState})
	}
	switch {
	case len(wrong) > 0:
		return wrong
	case !slices.Contains(moves[t.State], to):
		return errMove
	}
	if moved, err := moveType(tx, t, to, since); err != nil || !moved {
		return cmp.Or[error](err, errSaves)
	}
	if err := insertMove(tx, id, Move{At: tx.Now(), From: t.State, To: to, Since: since, Words: words, Actor: tx.Actor().Person}); err != nil {
		return err
	}
	return journal.Append(tx, fact("inventory.moved", t, map[string]any{"from": t.State, "to": to, "since": since}))
}

// Declare writes how many an entity says it issued in a year in one form; a later
// word takes the place of an earlier one. Appends inventory.declared. Errors:
// NotFound, Denied, Invalid.
func Declare(tx *db.Tx, d Declared) error {
	t, err := Find(tx, d.Type)
	if err != nil {
		return err
	}
	if !MayWrite(tx.Actor(), t.Organisation) {
		return errWrite
	}
	var wrong gov.Problems
	if d.Form != Paper && d.Form != Electronic {
		wrong = append(wrong, gov.Problem{Field: "form", Text: errState})
	}
	if d.Year < 1900 || d.Year > tx.Now().Year() {
		wrong = append(wrong, gov.Problem{Field: "year", Text: errYear})
	}
	if d.Number < 0 || d.Number > 1e9 {
		wrong = append(wrong, gov.Problem{Field: "count", Text: errCount})
	}
	if !address(d.Link) {
		wrong = append(wrong, gov.Problem{Field: "link", Text: errLink})
	}
	if len(wrong) > 0 {
		return wrong
	}
	d.At = tx.Now()
	if err := putDeclared(tx, d); err != nil {
		return err
	}
	return journal.Append(tx, fact("inventory.declared", t, map[string]any{"form": d.Form, "year": d.Year, "number": d.Number}))
}

func fact(name string, t Type, body map[string]any) journal.Fact {
	return journal.Fact{Name: name, Subject: t.ID, Organisation: t.Organisation, Body: journal.Body(body)}
}

// Find returns one type. Errors: NotFound.
func Find(tx *db.Tx, id string) (Type, error) {
	t, ok, err := typeByID(tx, id)
	if err == nil && !ok {
		err = errAbsent
	}
	return t, err
}

// Types lists those of an organisation, or of all, by id.
func Types(tx *db.Tx, org gov.OrgID) ([]Type, error) { return typesOf(tx, org) }

// MovesOf is the life of a type so far, oldest first.
func MovesOf(tx *db.Tx, id string) ([]Move, error) { return movesOf(tx, id) }

// DeclaredOf is what an organisation, or all, declared, newest years first.
func DeclaredOf(tx *db.Tx, org gov.OrgID) ([]Declared, error) { return declaredOf(tx, org) }

// IssuedOf is what was issued here by an organisation, or by all, month by month.
func IssuedOf(tx *db.Tx, org gov.OrgID) ([]Issued, error) { return issuedOf(tx, org) }

// Follower counts what is issued here. It follows document.issued.
func Follower(zone *time.Location) journal.Follower {
	return journal.Follower{Name: "inventory", Names: []string{"document.issued"}, Handle: func(tx *db.Tx, f journal.Fact) error {
		var body struct {
			Type string `json:"type"`
		}
		if err := json.Unmarshal(f.Body, &body); err != nil {
			return gov.Wrap(err, "body of "+f.Name)
		}
		return countIssued(tx, Issued{Output: Output{f.Service, body.Type}, Organisation: f.Organisation, Month: f.At.In(zone).Format("2006-01"), Channel: f.Channel})
	}}
}
