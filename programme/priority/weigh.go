package priority

import (
	"cmp"
	"strings"
	"time"
	"unicode/utf8"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Weighing is one decision on the weights.
type Weighing struct {
	Number  int // from 1; 0: nobody has decided, the product's own weights hold
	Weights Weights
	Reason  string
	Author  gov.PersonID
	Acting  gov.OrgID
	At      time.Time
}

// FactWeighed says that the weights of the criteria were decided.
const FactWeighed = "priority.weighed"

// Subject is what the facts of this package happen to.
const Subject = "priority"

// LongestReason is how many characters a reason may have.
const LongestReason = 2000

// MayWeigh reports whether somebody may decide on the weights: members of
// committees and the leading authority.
func MayWeigh(a gov.Actor) bool { return a.Staff() && a.Has(gov.Committee, gov.Authority) }

var errOvertaken = gov.Fail(gov.Conflict, "تغيّرت الأوزان منذ فتحت هذه الصفحة؛ راجعها ثم أعد المحاولة", "The weights were changed since you opened this page; look at them and try again")

// Weigh makes weights the official ones. seen is the number of the weighing that
// the actor saw, so that two do not overwrite each other. The same weights again
// are a decision too: their reason counts. Errors: Denied, Conflict, gov.Problems.
func Weigh(tx *db.Tx, w Weights, reason string, seen int) (Weighing, error) {
	if !MayWeigh(tx.Actor()) {
		return Weighing{}, gov.Fail(gov.Denied, "أوزان المعايير تقررها اللجنة أو الجهة القائدة", "The weights are decided by the committee or the leading authority")
	}
	reason, _ = gov.CleanText(reason)
	reason = strings.TrimSpace(reason)
	err := w.Check()
	wrong, ok := gov.ProblemsOf(err, "weights")
	if err != nil && !ok {
		return Weighing{}, err
	}
	if n := utf8.RuneCountInString(reason); n == 0 || n > LongestReason {
		wrong = append(wrong, gov.Problem{Field: "reason", Text: gov.T("اكتب سبب القرار بما لا يزيد على %d حرف", "Write why, in at most %d characters").Sprintf(LongestReason)})
	}
	if len(wrong) > 0 {
		return Weighing{}, wrong
	}
	last, err := Weighed(tx)
	if err != nil {
		return last, err
	}
	if last.Number != seen {
		return last, errOvertaken
	}
	a := tx.Actor()
	x := Weighing{Number: last.Number + 1, Weights: w, Reason: reason, Author: a.Person, Acting: a.Org, At: tx.Now()}
	if first, err := insertWeighing(tx, x); err != nil || !first {
		return x, cmp.Or(err, error(errOvertaken))
	}
	return x, journal.Append(tx, journal.Fact{Name: FactWeighed, Subject: Subject, Body: journal.Body(map[string]any{"number": x.Number, "weights": w})})
}

// Weighed is the weighing that holds: the last one, else the product's own
// weights with number 0.
func Weighed(tx *db.Tx) (Weighing, error) {
	list, err := weighings(tx, 1)
	if err != nil {
		return Weighing{}, err
	}
	if len(list) > 0 {
		return list[0], nil
	}
	w, err := Default()
	return Weighing{Weights: w}, err
}

// Weighings lists the decisions on the weights, newest first.
func Weighings(tx *db.Tx) ([]Weighing, error) { return weighings(tx, 1000) }
