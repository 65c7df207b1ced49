package catalogue

import (
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Comment is what somebody said about an entry that is being written.
type Comment struct {
	ID      string
	Service gov.ServiceID
	Number  int    // of the revision
	Place   string // "evidence.0.name"; empty: the whole
	Words   string
	Author  gov.PersonID
	Acting  gov.OrgID
	At      time.Time
	Settled time.Time // zero: still open
}

// longestComment is in letters.
const longestComment = 4000

// AddComment comments on the revision that is being written, at a place in it or
// on the whole. Its organisation's owners and heads and the authority may.
// Errors: NotFound, Invalid.
func AddComment(tx *db.Tx, id gov.ServiceID, place, words string) (Comment, error) {
	r, err := Written(tx, id)
	if err != nil {
		return Comment{}, err
	}
	return comment(tx, r, place, words)
}

func comment(tx *db.Tx, r Revision, place, words string) (Comment, error) {
	words, _ = gov.CleanText(strings.TrimSpace(words))
	if n := len([]rune(words)); n == 0 || n > longestComment {
		return Comment{}, gov.Fail(gov.Invalid, "اكتب الملاحظة، في 4000 حرف على الأكثر", "Write the comment, in 4000 letters at most").At("words")
	}
	c := Comment{ID: db.NewID(tx.Now()), Service: r.ID, Number: r.Number, Place: place, Words: words, Author: tx.Actor().Person, Acting: tx.Actor().Org, At: tx.Now()}
	if err := insertComment(tx, c); err != nil {
		return c, err
	}
	return c, told(tx, FactCommented, r)
}

// SettleComment says that a comment is dealt with. It may be repeated. Errors:
// NotFound.
func SettleComment(tx *db.Tx, id gov.ServiceID, comment string) error {
	if _, err := Written(tx, id); err != nil {
		return err
	}
	ok, err := settleComment(tx, id, comment)
	if err == nil && !ok {
		err = gov.Fail(gov.NotFound, "لا توجد ملاحظة بهذا الرقم", "There is no such comment")
	}
	return err
}

// Comments lists what was said about a service, oldest first. Strangers get none.
func Comments(tx *db.Tx, id gov.ServiceID) ([]Comment, error) {
	list, err := revisions(tx, id)
	if err != nil || len(list) == 0 || !sees(tx.Actor(), list[0].Organisation) {
		return nil, err
	}
	return comments(tx, id)
}
