package plan

import (
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Comment is what somebody said about a plan.
type Comment struct {
	ID      string
	Section string // empty: the whole plan
	Kind    CommentKind
	Words   string
	Author  gov.PersonID
	Acting  gov.OrgID
	At      time.Time
	Settled time.Time // zero: still open
}

// CommentKind is what a comment wants.
type CommentKind string

// The kinds of comment.
const (
	Note    CommentKind = "note"    // to be read
	Change  CommentKind = "change"  // the authority asks for a change; the plan is not final before it is settled
	Support CommentKind = "support" // another organisation, or the authority, supports this part and will help
)

// CommentKinds lists them.
var CommentKinds = []CommentKind{Note, Change, Support}

// MayComment lists the kinds of comment that an actor may write on a plan now.
func (s *Plans) MayComment(tx *db.Tx, p Plan) (out []CommentKind, err error) {
	a := tx.Actor()
	if _, err := p.may("comment"); err != nil || machine(a) || !sees(a, p) {
		return nil, nil
	}
	c, found, err := cycleOf(tx, p.Year)
	if err != nil || !found {
		return nil, err
	}
	open := s.today(tx) <= max(c.Comments, p.Extended)
	switch {
	case MayLead(a):
		return CommentKinds, nil
	case MayWrite(a, p.Organisation), MayApprove(a):
		return []CommentKind{Note}, nil
	case open && a.Has(gov.Owner, gov.Head):
		return []CommentKind{Note, Support}, nil
	}
	return nil, nil
}

// AddComment says something about a plan that was given, or a section of it.
// Other organisations may until the time for comments ends. Errors: Denied,
// NotFound, Conflict, Invalid.
func (s *Plans) AddComment(tx *db.Tx, year int, org gov.OrgID, section string, kind CommentKind, words string) (Comment, error) {
	p, err := s.Find(tx, year, org)
	if err != nil {
		return Comment{}, err
	}
	if _, err := p.may("comment"); err != nil {
		return Comment{}, err
	}
	may, err := s.MayComment(tx, p)
	if err != nil {
		return Comment{}, err
	}
	if len(may) == 0 {
		return Comment{}, gov.Fail(gov.Denied, "انتهت مدة الملاحظات على هذه الخطة أو ليست لك", "The time for comments on this plan is over, or they are not yours to make")
	}
	if !slices.Contains(may, kind) {
		return Comment{}, gov.Fail(gov.Invalid, "اختر نوع الملاحظة", "Choose what kind of comment this is").At("kind")
	}
	if err := s.sectionAsked(tx, year, section); err != nil {
		return Comment{}, err
	}
	if words, err = reason(words, "words"); err != nil {
		return Comment{}, gov.Fail(gov.Invalid, "اكتب الملاحظة في جملة، بما لا يزيد على 4000 حرف", "Write the comment in a sentence, in 4000 letters at most").At("words")
	}
	if err := hold(tx, p); err != nil {
		return Comment{}, err
	}
	a := tx.Actor()
	c := Comment{ID: db.NewID(tx.Now()), Section: section, Kind: kind, Words: words, Author: a.Person, Acting: a.Org, At: tx.Now()}
	if err := insertComment(tx, p, c); err != nil {
		return c, err
	}
	fact := FactCommented
	if kind == Support {
		fact = FactSupported
	}
	return c, p.told(tx, fact, map[string]any{"section": section, "kind": string(kind), "by": string(a.Org)})
}

func (s *Plans) sectionAsked(tx *db.Tx, year int, section string) error {
	if section == "" {
		return nil
	}
	c, found, err := cycleOf(tx, year)
	if err != nil || !found {
		return orElse(err, errNoCycle)
	}
	if x := c.Template.Section(section); x == nil || !x.Asked {
		return errNoSection
	}
	return nil
}

// MaySettle reports whether an actor may say that a comment was dealt with: the
// authority, and whoever wrote it; notes also those whose plan it is.
func MaySettle(a gov.Actor, p Plan, c Comment) bool {
	if c.Kind == Support || !c.Settled.IsZero() {
		return false
	}
	return MayLead(a) || a.Org == c.Acting && a.Person == c.Author || c.Kind == Note && MayWrite(a, p.Organisation)
}

// Settle says that a comment was dealt with. It may be repeated. Errors: Denied,
// NotFound.
func (s *Plans) Settle(tx *db.Tx, year int, org gov.OrgID, id string) error {
	p, err := s.Find(tx, year, org)
	if err != nil {
		return err
	}
	list, err := commentsOf(tx, p)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(c Comment) bool { return c.ID == id })
	switch {
	case i < 0:
		return gov.Fail(gov.NotFound, "لا توجد ملاحظة بهذا الرقم", "There is no such comment")
	case !list[i].Settled.IsZero():
		return nil
	case !MaySettle(tx.Actor(), p, list[i]):
		return gov.Fail(gov.Denied, "تُغلق الملاحظةَ الجهةُ التي كتبتها أو الجهة القائدة", "Whoever wrote a comment settles it, or the leading authority")
	}
	if err := settleComment(tx, id); err != nil {
		return err
	}
	return p.told(tx, FactSettled, map[string]any{"section": list[i].Section})
}

// Comments lists what was said about a plan, oldest first. Errors: as Find.
func (s *Plans) Comments(tx *db.Tx, year int, org gov.OrgID) ([]Comment, error) {
	p, err := s.Find(tx, year, org)
	if err != nil {
		return nil, err
	}
	return commentsOf(tx, p)
}

// unsettled counts the changes that were asked for and not settled.
func unsettled(tx *db.Tx, p Plan) (n int, err error) {
	list, err := commentsOf(tx, p)
	for _, c := range list {
		if c.Kind == Change && c.Settled.IsZero() {
			n++
		}
	}
	return n, err
}
