// Package consent keeps what people said about agreements that need their
// consent: given, used, withdrawn. Withdrawing stops the very next read.
//
// What a person said is a chain: each revision carries the hash of the one before
// and the platform's signature, and the journal holds the hash a second time.
// Verify finds any row that was changed, moved, added or taken away.
package consent

import (
	"slices"
	"sync"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/journal"
)

// State is how a consent stands.
type State string

// The states of a consent. One whose time is over is Given no longer.
const (
	Given     State = "given"
	Withdrawn State = "withdrawn"
	Expired   State = "expired"
)

// Moves is the life of a consent.
var Moves = gov.Moves[State]{
	{From: "", Event: "give", To: Given},
	{From: Given, Event: "withdraw", To: Withdrawn},
	{From: Given, Event: "expire", To: Expired},
	{From: Withdrawn, Event: "give", To: Given},
	{From: Expired, Event: "give", To: Given},
}

// Facts of this package. The subject is the person, the organisation the one that
// may read; the body names the agreement and repeats number and hash of the
// revision.
const (
	FactGiven     = "consent.given"
	FactWithdrawn = "consent.withdrawn"
)

// About is what a consent is about, as the person was told.
type About struct {
	Agreement  gov.AgreementID   `json:"agreement"`
	Consumer   gov.OrgID         `json:"consumer"`
	Provider   gov.OrgID         `json:"provider"`
	Registry   gov.RegistryID    `json:"registry,omitempty"`
	Attributes []gov.AttributeID `json:"attributes,omitempty"`
	Purpose    gov.Text          `json:"purpose"`
	Until      time.Time         `json:"until"` // it holds before this moment
}

// Consent is how what a person said about an agreement stands.
type Consent struct {
	About
	Person gov.PersonID
	State  State
	At     time.Time // when it was last given or withdrawn
	By     gov.PersonID
	Used   int64
	UsedAt time.Time
	number int64
}

// at is how the consent stands at a moment.
func (c Consent) at(now time.Time) State {
	if c.State == Given && !now.Before(c.Until) {
		return Expired
	}
	return c.State
}

// Revision is one thing that a person said, or a guardian said for them.
type Revision struct {
	Person gov.PersonID `json:"person"`
	Number int64        `json:"number"` // from 1, of this person
	Event  string       `json:"event"`  // "give", "withdraw"
	By     gov.PersonID `json:"by"`
	At     time.Time    `json:"at"`
	About  About        `json:"about"`
	Before string       `json:"before"` // hash of the revision before; empty: there is none
}

// Desk is where consents are given. Vault must be set.
type Desk struct {
	Vault *sign.Vault
	open  sync.Map // sealed text → crypto.Signer
}

var (
	errOthers  = gov.Fail(gov.Denied, "لا يوافق عن الشخص إلا هو، أو وليّه إن كان قاصرًا", "Only the person consents, or the guardian of a minor")
	errNone    = gov.Fail(gov.NotFound, "لا توجد موافقة على هذه الاتفاقية", "There is no consent to this agreement")
	errAlready = gov.Fail(gov.Conflict, "الموافقة قائمة", "The consent stands already")
	errStopped = gov.Fail(gov.Conflict, "الموافقة غير قائمة", "The consent does not stand any more")
	errSpan    = gov.Fail(gov.Invalid, "نهاية الموافقة يجب أن تكون بعد اليوم ولا تتجاوز نهاية الاتفاقية", "A consent ends after today and not after the agreement").At("until")
)

// may reports whether the actor may speak for a person.
func may(tx *db.Tx, person gov.PersonID) error {
	a := tx.Actor()
	if a.Person == "" || person == "" {
		return errOthers
	}
	if a.Person == person {
		return nil
	}
	ok, err := identity.MayActFor(tx, a.Person, string(person), identity.Guardian, "")
	if err == nil && !ok {
		err = errOthers
	}
	return err
}

// Give records that a person consents. The caller has made sure that about says
// what the agreement says. Errors: Denied, Conflict (it stands already), Invalid.
func (d *Desk) Give(tx *db.Tx, person gov.PersonID, about About) error {
	if err := may(tx, person); err != nil {
		return err
	}
	if !about.Until.After(tx.Now()) {
		return errSpan
	}
	now, _, err := current(tx, person, about.Agreement)
	if err != nil {
		return err
	}
	if _, ok := Moves.Next(now.at(tx.Now()), "give"); !ok {
		return errAlready
	}
	return d.revise(tx, person, "give", about)
}

// Withdraw takes a consent back; reads under way end first, none begins after it.
// Errors: Denied, NotFound, Conflict (it does not stand).
func (d *Desk) Withdraw(tx *db.Tx, person gov.PersonID, id gov.AgreementID) error {
	if err := may(tx, person); err != nil {
		return err
	}
	list, err := List(tx, person)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(c Consent) bool { return c.Agreement == id })
	if i < 0 {
		return errNone
	}
	if _, ok := Moves.Next(list[i].State, "withdraw"); !ok {
		return errStopped
	}
	return d.revise(tx, person, "withdraw", list[i].About)
}

// List returns the consents of a person, those that changed last first. Errors:
// Denied for others than the person and their guardians.
func List(tx *db.Tx, person gov.PersonID) ([]Consent, error) {
	if err := may(tx, person); err != nil {
		return nil, err
	}
	return standing(tx, person)
}

// standing is List for whoever may know.
func standing(tx *db.Tx, person gov.PersonID) ([]Consent, error) {
	now, err := currents(tx, person)
	if err != nil {
		return nil, err
	}
	rows, err := revisions(tx, person)
	if err != nil {
		return nil, err
	}
	out := []Consent{}
	for _, c := range now {
		for _, r := range rows {
			if r.Number == c.number {
				x, err := r.read()
				if err != nil {
					return nil, err
				}
				c.About, c.At, c.By = x.About, x.At, x.By
			}
		}
		c.State = c.at(tx.Now())
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Consent) int { return b.At.Compare(a.At) })
	return out, nil
}

// History returns everything that a person said, oldest first. Errors: Denied.
func History(tx *db.Tx, person gov.PersonID) ([]Revision, error) {
	if err := may(tx, person); err != nil {
		return nil, err
	}
	rows, err := revisions(tx, person)
	if err != nil {
		return nil, err
	}
	out := make([]Revision, len(rows))
	for i, r := range rows {
		if out[i], err = r.read(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Spend counts one use of a consent and holds it as it is until the transaction
// ends. false: the person has not consented, or does not any more.
func Spend(tx *db.Tx, person gov.PersonID, id gov.AgreementID) (bool, error) {
	return spend(tx, person, id)
}

// Stands reports whether a person consents now. For the exchange: it does not ask
// who wants to know, and counts nothing.
func Stands(tx *db.Tx, person gov.PersonID, id gov.AgreementID) (bool, error) {
	return stands(tx, person, id)
}

// revise writes what was said: the signed revision, how it stands now, the fact.
func (d *Desk) revise(tx *db.Tx, person gov.PersonID, event string, about About) error {
	last, found, err := latest(tx, person)
	if err != nil {
		return err
	}
	r := Revision{Person: person, Number: 1, Event: event, By: tx.Actor().Person, At: tx.Now(), About: about}
	if found {
		r.Number, r.Before = last.Number+1, last.Hash
	}
	signed, err := d.sign(tx, r)
	if err != nil {
		return err
	}
	if err := insertRevision(tx, signed); err != nil {
		return err
	}
	state, fact := Given, FactGiven
	if event == "withdraw" {
		state, fact = Withdrawn, FactWithdrawn
	}
	if err := put(tx, r, state); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: fact, Subject: string(person), Organisation: about.Consumer,
		Body: journal.Body(link{r.About.Agreement, r.Number, signed.Hash})})
}

// link is what the journal repeats of a revision.
type link struct {
	Agreement gov.AgreementID `json:"agreement"`
	Number    int64           `json:"number"`
	Hash      string          `json:"hash"`
}
