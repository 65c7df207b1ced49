package identity

import (
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Membership is what a person may do inside one organisation.
type Membership struct {
	Org   gov.OrgID
	Roles []gov.Role
}

// Colleague is a person inside an organisation.
type Colleague struct {
	Person gov.PersonID
	Name   gov.Text
	Roles  []gov.Role
}

// headGives are the roles the head of an organisation may give inside it; the
// others reach beyond it and are given by operators.
var headGives = []gov.Role{gov.Officer, gov.Supervisor, gov.Owner, gov.Head}

var allRoles = []gov.Role{gov.Officer, gov.Supervisor, gov.Owner, gov.Head, gov.Authority, gov.Committee, gov.Auditor, gov.Operator}

// Appoint gives a person roles in an organisation in place of those they had
// there. Operators appoint anywhere; the head of an organisation appoints
// officers, supervisors, owners and heads in it, but never changes their own
// roles. Errors: Denied, Invalid (no such role, none at all), NotFound.
func Appoint(tx *db.Tx, person gov.PersonID, org gov.OrgID, roles ...gov.Role) error {
	roles = slices.Compact(slices.Sorted(slices.Values(roles)))
	if org == "" || len(roles) == 0 || slices.ContainsFunc(roles, func(r gov.Role) bool { return !slices.Contains(allRoles, r) }) {
		return gov.Fail(gov.Invalid, "اختر جهة وصلاحية واحدة على الأقل من القائمة", "Choose an organisation and at least one role from the list").At("roles")
	}
	if err := mayChange(tx, person, org, roles); err != nil {
		return err
	}
	if p, err := Known(tx, person); err != nil {
		return err
	} else if p.Closed {
		return errNoPerson
	}
	if err := putMember(tx, person, org, roles); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: "identity.appointed", Subject: string(person), Organisation: org, Body: journal.Body(map[string]any{"roles": roles})})
}

// Dismiss takes all roles in an organisation from a person, at once: requests
// that follow act without them. Who may: as Appoint. Errors: Denied, NotFound.
func Dismiss(tx *db.Tx, person gov.PersonID, org gov.OrgID) error {
	if err := mayChange(tx, person, org, nil); err != nil {
		return err
	}
	n, err := deleteMember(tx, person, org)
	if err != nil {
		return err
	}
	if n == 0 {
		return errNoPerson
	}
	return journal.Append(tx, journal.Fact{Name: "identity.dismissed", Subject: string(person), Organisation: org})
}

// mayChange decides whether the actor may give roles to, or take roles from, a
// person in org. The roles that are lost count as much as those that are given.
func mayChange(tx *db.Tx, person gov.PersonID, org gov.OrgID, roles []gov.Role) error {
	a := tx.Actor()
	if trusted(a) || a.Has(gov.Operator) {
		return nil
	}
	if !a.Has(gov.Head) || a.Org != org || a.Person == person {
		return errDenied
	}
	had, _, err := member(tx, person, org)
	if err != nil {
		return err
	}
	for _, r := range append(had.Roles, roles...) {
		if !slices.Contains(headGives, r) {
			return errDenied
		}
	}
	return nil
}

// Roles returns the organisations a person works for, and what they may do there.
func Roles(tx *db.Tx, person gov.PersonID) ([]Membership, error) { return members(tx, person) }

// Operators returns everybody who keeps the platform running, for the machine's
// warnings to them.
func Operators(tx *db.Tx) ([]gov.PersonID, error) { return holders(tx, gov.Operator) }

// Staff returns the people of an organisation by name.
func Staff(tx *db.Tx, org gov.OrgID) ([]Colleague, error) { return staff(tx, org) }
