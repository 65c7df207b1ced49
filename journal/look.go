package journal

import (
	"cmp"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Look is one look of somebody at a person's data.
type Look struct {
	ID           string
	At           time.Time
	Person       gov.PersonID // whose data
	Actor        gov.PersonID // who looked
	Organisation gov.OrgID    // for whom
	What         string       // kind of thing: "case", "document", "search"
	Subject      string       // its id
	Purpose      string       // why: a service, an inspection

	Registry   gov.RegistryID    // whose records, when What is "record"
	Agreement  gov.AgreementID   // under which it was allowed; empty: within the organisation that holds the data
	Case       gov.CaseID        // for which case
	Service    gov.ServiceID     // of that case
	Channel    gov.Channel       // how they came
	Attributes []gov.AttributeID // what was read; empty: the whole
	Machine    bool              // a program asked, no person
	Opens      time.Time         // when the person may see this entry; zero: at once
	Order      string            // the order that delays it

	// Unclaimed stands for whose data it is when they have no account yet: a keyed
	// digest, nothing that says who they are. Claim hands the entry to them.
	Unclaimed string
}

// Looked records a look in tx, which is the transaction of the read. A person
// looking at their own data is not recorded. Organisation is the actor's unless
// it is given: a machine reads for one. When and by whom it was, and whether the
// entry is delayed, is never the caller's to say: only an order delays.
func Looked(tx *db.Tx, l Look) (err error) {
	a := tx.Actor()
	switch {
	case l.Person != "":
		l.Unclaimed = ""
	case l.Unclaimed == "":
		return nil // nobody's data
	}
	if l.Person != "" && a.Person == l.Person {
		return nil
	}
	l.At, l.Actor, l.Channel = tx.Now(), a.Person, cmp.Or(l.Channel, a.Channel)
	l.Organisation, l.Machine = cmp.Or(l.Organisation, a.Org), l.Machine || a.Person == "" || a.Person == gov.System.Person
	if l.Order, l.Opens, err = orderFor(tx, l); err != nil {
		return err
	}
	return insertLook(tx, db.NewID(tx.Now()), l)
}

// Claim hands the looks at somebody who had no account to the person they have
// become, whose access log then shows them. Called by the registry that made the
// digest, when the person registers.
func Claim(tx *db.Tx, unclaimed string, p gov.PersonID) error {
	if unclaimed == "" || p == "" {
		return nil
	}
	n, err := claim(tx, unclaimed, p)
	if err != nil || n == 0 {
		return err
	}
	return Append(tx, Fact{Name: "journal.claimed", Subject: string(p), Body: Body(map[string]any{"unclaimed": unclaimed})})
}

// Unclaimed reports whether there are looks at people without an account.
func Unclaimed(tx *db.Tx) (bool, error) { return anyUnclaimed(tx) }

// LookQuery selects looks at one person's data.
type LookQuery struct {
	Person       gov.PersonID
	Organisation gov.OrgID // only those of this organisation; empty: of all
	Before       string    // only those older than the look with this id; empty: from the newest
	Limit        int       // 0: 100
}

func (q LookQuery) bounded() LookQuery {
	q.Before, q.Limit = cmp.Or(q.Before, last), min(max(cmp.Or(q.Limit, 100), 1), 1000)
	return q
}

// Looks returns the n latest looks at a person's data, newest first, as far as
// the person may see them. The caller has decided that the actor may read that log.
func Looks(tx *db.Tx, p gov.PersonID, n int) ([]Look, error) {
	return LooksOf(tx, LookQuery{Person: p, Limit: n})
}

// LooksOf is Looks with what q says; see identity.AccessLog for who may read.
func LooksOf(tx *db.Tx, q LookQuery) ([]Look, error) { return looksAt(tx, q.bounded()) }

// LookersAt lists the organisations that looked at a person, as far as the person
// may see it. The caller has decided that the actor may read that log.
func LookersAt(tx *db.Tx, p gov.PersonID) ([]gov.OrgID, error) { return lookersAt(tx, p) }

var errNoLook = gov.Fail(gov.NotFound, "لا يوجد سطر كهذا في سجل الاطلاع", "There is no such line in the access log")

// LookOf returns one look that its person may see. The caller decides whether the
// actor may read that person's log. Errors: NotFound, also for one still delayed.
func LookOf(tx *db.Tx, id string) (Look, error) {
	l, ok, err := look(tx, id)
	if err == nil && (!ok || l.Opens.After(tx.Now())) {
		err = errNoLook
	}
	return l, err
}

// Audit returns looks at a person's data, delayed ones among them; for auditors,
// who have recorded their own look. Errors: Denied.
func Audit(tx *db.Tx, q LookQuery) ([]Look, error) {
	if !tx.Actor().Has(gov.Auditor) {
		return nil, gov.Fail(gov.Denied, "سجل الاطلاع الكامل للمدققين وحدهم", "The whole access log is for auditors only")
	}
	return looksAtAll(tx, q.bounded())
}
