package agreement

import (
	"slices"
	"time"

	"diwan.example/exchange/consent"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Asked is an agreement that needs a person's consent, and how theirs stands.
// Consent is nil when they never said anything; its agreement may have ended since.
type Asked struct {
	Agreement Agreement
	Consent   *consent.Consent
}

// Consents lists the agreements in force that need a person's consent, and those
// they consented to once. Errors: Denied for others than the person and their
// guardians.
func (o *Office) Consents(tx *db.Tx, person gov.PersonID) ([]Asked, error) {
	said, err := consent.List(tx, person)
	if err != nil {
		return nil, err
	}
	list, err := selected(tx, Filter{States: flowing})
	if err != nil {
		return nil, err
	}
	out := []Asked{}
	for i := range said {
		x, found, err := byID(tx, said[i].Agreement)
		if err != nil {
			return nil, err
		}
		if found {
			out = append(out, Asked{x, &said[i]})
		}
	}
	for _, x := range list {
		known := slices.ContainsFunc(out, func(a Asked) bool { return a.Agreement.ID == x.ID })
		if x.Terms.Consent && x.Holds(tx.Now()) && !known {
			out = append(out, Asked{Agreement: x})
		}
	}
	return out, nil
}

var errNeedless = gov.Fail(gov.Conflict, "هذه الاتفاقية غير سارية، أو لا تحتاج إلى موافقة", "This agreement does not hold, or needs no consent")

// Give records that a person consents to an agreement, until a moment or for as
// long as it holds (zero). Errors: Denied, NotFound, Conflict, Invalid.
func (o *Office) Give(tx *db.Tx, person gov.PersonID, id gov.AgreementID, until time.Time) error {
	x, err := Find(tx, id)
	if err != nil {
		return err
	}
	if !x.Terms.Consent || !x.Holds(tx.Now()) {
		return errNeedless
	}
	if until.IsZero() || until.After(x.Until) {
		until = x.Until
	}
	return o.Desk.Give(tx, person, consent.About{Agreement: x.ID, Consumer: x.Consumer, Provider: x.Provider, Registry: x.Registry,
		Attributes: x.Attributes, Purpose: x.Purpose, Until: until})
}

// TakeBack withdraws a person's consent to an agreement, at once. Errors: Denied,
// NotFound, Conflict.
func (o *Office) TakeBack(tx *db.Tx, person gov.PersonID, id gov.AgreementID) error {
	return o.Desk.Withdraw(tx, person, id)
}
