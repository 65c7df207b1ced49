// Package agreement keeps who may read what about people from another
// organisation, why, for whom, how often and until when.
//
// An organisation proposes, the leading authority reviews, the organisation that
// holds the data agrees and the authority approves; nobody speaks for two sides.
// Nothing flows between organisations without an agreement in force; what an
// agreement allows is asked in the transaction of the read, so that revoking it
// stops the very next one.
package agreement

import (
	"slices"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Agreement is who may read what, why, until when. It names the attributes of a
// registry, or a service of the exchange, never both.
type Agreement struct {
	ID       gov.AgreementID
	Consumer gov.OrgID // who reads
	Provider gov.OrgID // who holds the data
	State    State
	Terms
	At     time.Time // when it was proposed
	Saves  int       // how often its terms were written, so that two do not overwrite each other
	People People
	Use    Use
}

// Terms are what the parties agree on. They cannot change once the holder agreed.
type Terms struct {
	Registry   gov.RegistryID    `json:"registry,omitempty"`
	Attributes []gov.AttributeID `json:"attributes,omitempty"`

	Service xroad.ServiceID `json:"service,omitzero"`  // of the provider, instead of a registry
	Client  xroad.ClientID  `json:"client,omitzero"`   // the consumer's, that may call it
	Methods []string        `json:"methods,omitempty"` // of HTTP; empty: all
	Paths   []string        `json:"paths,omitempty"`   // below the service; empty: all

	Purpose  gov.Text        `json:"purpose"`
	Legal    gov.Text        `json:"legal"` // the law, decree or decision that allows it
	Link     string          `json:"link,omitempty"`
	Services []gov.ServiceID `json:"services,omitempty"` // of the consumer; empty: none is needed
	Roles    []gov.Role      `json:"roles,omitempty"`    // of the consumer's people who may read themselves
	Machine  bool            `json:"machine,omitempty"`  // the platform may read for a case

	From  time.Time `json:"from"`
	Until time.Time `json:"until"` // it holds before this moment

	PerDay        int64 `json:"per_day,omitempty"`        // reads in a day; 0: no limit
	PerPerson     int64 `json:"per_person,omitempty"`     // reads of one person in a day; 0: no limit
	RetentionDays int   `json:"retention_days,omitempty"` // how long the consumer keeps what it read; 0: only while the case is open
	Consent       bool  `json:"consent,omitempty"`        // the person must consent
	LogBodies     bool  `json:"log_bodies,omitempty"`     // the exchange keeps what was said, not only its digest
	Events        bool  `json:"events,omitempty"`         // the consumer is told of changes

	Plan string `json:"plan,omitempty"` // the yearly plan whose proposal it grew from, "2027/moe"
}

// People are who took which step. Whoever proposed takes no other step, and
// whoever agreed for the holder neither reviews nor approves.
type People struct {
	Proposer gov.PersonID `json:"proposer,omitempty"`
	Reviewer gov.PersonID `json:"reviewer,omitempty"`
	Agreed   gov.PersonID `json:"agreed,omitempty"`
	Approver gov.PersonID `json:"approver,omitempty"`
}

// Use is how an agreement was used.
type Use struct {
	Reads int64 // since it began
	Today int64 // on the day of the last read
	Last  time.Time
}

// Holds reports whether data may flow under the agreement at a moment.
func (a *Agreement) Holds(at time.Time) bool {
	return slices.Contains(flowing, a.State) && !at.Before(a.From) && at.Before(a.Until)
}

// Ask is the wish of an organisation to read attributes of one registry.
type Ask struct {
	Consumer   gov.OrgID
	Registry   gov.RegistryID
	Attributes []gov.AttributeID
	Service    gov.ServiceID // for which service; empty: for none
	Roles      []gov.Role    // of the person who asks
	Machine    bool          // the platform asks for a case, no person
}

// Permitted says for one attribute under which agreement it may be read; when
// there is none, Gap says so.
type Permitted struct {
	Attribute gov.AttributeID
	Agreement *Agreement
	Gap       gov.Gap // GapDenied, or empty
}

// Permit finds the agreement for every attribute asked, in that order, as things
// stand in this transaction. It counts nothing and asks for no consent: whoever
// goes on to read calls Spend for each agreement.
func Permit(tx *db.Tx, in Ask) ([]Permitted, error) {
	list, err := inForce(tx, in.Consumer, in.Registry)
	if err != nil {
		return nil, err
	}
	out := make([]Permitted, len(in.Attributes))
	for i, name := range in.Attributes {
		out[i] = Permitted{Attribute: name, Gap: gov.GapDenied}
		for k := range list {
			if list[k].allows(in, name) {
				out[i] = Permitted{Attribute: name, Agreement: &list[k]}
				break
			}
		}
	}
	return out, nil
}

// allows reports whether an ask for one attribute is within the terms.
func (a *Agreement) allows(in Ask, name gov.AttributeID) bool {
	if !slices.Contains(a.Attributes, name) || len(a.Services) > 0 && !slices.Contains(a.Services, in.Service) {
		return false
	}
	if in.Machine && a.Machine {
		return true
	}
	return slices.ContainsFunc(in.Roles, func(r gov.Role) bool { return slices.Contains(a.Roles, r) })
}

// MayObtain reports whether an organisation may obtain an attribute from another
// one for a service, by an agreement that holds now; with no service, for any. It
// does not know what the organisation itself holds.
func MayObtain(tx *db.Tx, org gov.OrgID, service gov.ServiceID, name gov.AttributeID) (bool, error) {
	list, err := inForce(tx, org, "")
	return slices.ContainsFunc(list, func(a Agreement) bool {
		return slices.Contains(a.Attributes, name) && (service == "" || len(a.Services) == 0 || slices.Contains(a.Services, service))
	}), err
}

// Spend counts one read of a person under an agreement, and holds the agreement
// as it is until the transaction ends: whoever revokes it waits for this read, and
// no read begins after that. false: it does not hold any more, or it was read as
// often as it may be today.
func (o *Office) Spend(tx *db.Tx, id gov.AgreementID, person gov.PersonID) (bool, error) {
	day := o.day(tx.Now())
	ok, err := spendOn(tx, id, person, day)
	if err != nil || !ok {
		return false, err
	}
	if ok, err = spend(tx, id, day); err != nil || ok {
		return ok, err
	}
	return false, unspend(tx, id, person, day)
}
