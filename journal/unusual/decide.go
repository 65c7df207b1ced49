package unusual

import (
	"cmp"
	"strings"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

var (
	errDenied  = gov.Fail(gov.Denied, "هذا للمدققين وحدهم", "This is for auditors only")
	errNone    = gov.Fail(gov.NotFound, "لا يوجد ما يلفت النظر بهذا الرقم", "There is no such finding")
	errDecided = gov.Fail(gov.Conflict, "بُتّ فيه من قبل", "It was decided before")
	errOwn     = gov.Fail(gov.Denied, "لا يبتّ مدقق في اطلاعه هو", "An auditor does not decide about their own reading")
)

// Filter narrows a list of findings.
type Filter struct {
	State        State // empty: all
	Organisation gov.OrgID
	Before       string // only those that come after the finding with this place in the list
	Limit        int    // 0: 50
}

// Findings lists what stands out, latest day first, within a day the weightiest
// first; for auditors. Errors: Denied.
func Findings(tx *db.Tx, f Filter) ([]Finding, error) {
	if !tx.Actor().Has(gov.Auditor) {
		return nil, errDenied
	}
	f.Limit = min(cmp.Or(f.Limit, 50), 200)
	return findings(tx, f)
}

// Waiting counts what no auditor has decided yet, up to a hundred; for auditors.
func Waiting(tx *db.Tx) (int, error) {
	if !tx.Actor().Has(gov.Auditor) {
		return 0, errDenied
	}
	return waiting(tx, 100)
}

// Find returns one finding; for auditors. Errors: Denied, NotFound.
func Find(tx *db.Tx, id string) (Finding, error) {
	if !tx.Actor().Has(gov.Auditor) {
		return Finding{}, errDenied
	}
	f, ok, err := finding(tx, id)
	if err == nil && !ok {
		err = errNone
	}
	return f, err
}

// Rows are the looks that a reason of a finding rests on; for auditors.
func (f Finding) Rows(tx *db.Tx, rule string) ([]journal.Look, error) {
	for _, r := range f.Reasons {
		if r.Rule == rule {
			return journal.LooksByID(tx, r.Looks)
		}
	}
	return nil, errNone
}

// Explain decides that reading was in order, in words. Appends unusual.explained.
// Errors: Denied (also about one's own reading), NotFound, Conflict, Invalid.
func Explain(tx *db.Tx, id, words string) error {
	words, _ = gov.CleanText(strings.TrimSpace(words))
	if n := len([]rune(words)); n < 10 || n > 2000 {
		return gov.Fail(gov.Invalid, "اكتب في عشرة أحرف على الأقل ما يفسّر هذا الاطلاع", "Write in at least ten letters what explains this reading").At("words")
	}
	f, err := undecided(tx, id, "explain")
	if err != nil {
		return err
	}
	f.Words = words
	return decide(tx, f, "unusual.explained", Explained)
}

// Raise decides that the organisation is asked, by a case that the caller has
// begun. Appends unusual.raised. Errors: as Explain.
func Raise(tx *db.Tx, id string, c gov.CaseID) error {
	f, err := undecided(tx, id, "raise")
	if err != nil {
		return err
	}
	f.Case = c
	return decide(tx, f, "unusual.raised", Raised)
}

func undecided(tx *db.Tx, id, event string) (Finding, error) {
	f, err := Find(tx, id)
	if err != nil {
		return f, err
	}
	if f.Actor == tx.Actor().Person {
		return f, errOwn
	}
	if _, ok := Moves.Next(f.State, event); !ok {
		return f, errDecided
	}
	return f, nil
}

func decide(tx *db.Tx, f Finding, fact string, to State) error {
	f.State, f.Decided, f.By = to, tx.Now(), tx.Actor().Person
	ok, err := saveDecision(tx, f)
	if err != nil || !ok {
		return cmp.Or[error](err, errDecided)
	}
	rules := []string{}
	for _, r := range f.Reasons {
		rules = append(rules, r.Rule)
	}
	return journal.Append(tx, journal.Fact{Name: fact, Subject: f.ID, Organisation: f.Organisation, Body: journal.Body(map[string]any{"day": f.Day, "rules": rules, "case": f.Case})})
}

// Mark enters somebody whose data people are curious about: from the next run on,
// every look at them without a case stands out. Appends unusual.marked. Errors:
// Denied, Invalid, NotFound, Conflict (marked already).
func Mark(tx *db.Tx, p gov.PersonID, words string) error {
	if !tx.Actor().Has(gov.Auditor) {
		return errDenied
	}
	words, _ = gov.CleanText(strings.TrimSpace(words))
	if n := len([]rune(words)); n < 3 || n > 120 {
		return gov.Fail(gov.Invalid, "اكتب في كلمات لماذا يُخشى على بياناته", "Write in a few words why their data needs watching").At("words")
	}
	if _, err := identity.Known(tx, p); err != nil {
		return err
	}
	if ok, err := insertMark(tx, p, words); err != nil || !ok {
		return cmp.Or[error](err, gov.Fail(gov.Conflict, "هو في القائمة من قبل", "They are on the list already").At("civil"))
	}
	return journal.Append(tx, journal.Fact{Name: "unusual.marked", Subject: string(p)})
}

// Unmark takes somebody off the list. Appends unusual.unmarked. Errors: Denied, NotFound.
func Unmark(tx *db.Tx, p gov.PersonID) error {
	if !tx.Actor().Has(gov.Auditor) {
		return errDenied
	}
	if ok, err := deleteMark(tx, p); err != nil || !ok {
		return cmp.Or[error](err, errNone)
	}
	return journal.Append(tx, journal.Fact{Name: "unusual.unmarked", Subject: string(p)})
}

// Marked lists whom auditors watch over, newest first. Errors: Denied.
func Marked(tx *db.Tx) ([]Protected, error) {
	if !tx.Actor().Has(gov.Auditor) {
		return nil, errDenied
	}
	return marks(tx)
}
