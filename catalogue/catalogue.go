// Package catalogue keeps every service that the government offers, who offers
// it and how far it has come online. An entry is a Service in the words of
// CPSV-AP: Organisation, Channel, Evidence, Cost, Output, Life event, Legal
// resource. It is entered from a country's profile or from a pack.
//
// "Online" is never typed in. A service is declared by its organisation, running
// when a pack of it is published here, and proven once a person has completed a
// case of it here without a counter. The three are kept apart everywhere.
package catalogue

import (
	"slices"
	"strings"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// The parts of an entry are those of a country's profile.
type (
	Organisation = country.Organisation
	LifeEvent    = country.LifeEvent
	Entry        = country.Service
)

// Standing is how far a service has come online.
type Standing string

// The standings, from least to most.
const (
	Offline  Standing = "offline"  // nobody says that it can be applied for online
	Declared Standing = "declared" // its organisation says so
	Running  Standing = "running"  // a pack is published here; no case completed yet
	Proven   Standing = "proven"   // a case was completed here online
)

// Standings lists them from most to least.
var Standings = []Standing{Proven, Running, Declared, Offline}

// ApplyOnline is the level from which a service is declared as online.
const ApplyOnline = 3

// Service is one entry.
type Service struct {
	Entry
	Version   string    `json:"version,omitempty"`  // of the pack that runs; empty: none
	Published time.Time `json:"published,omitzero"` // when that version was published
	ProvenAt  time.Time `json:"proven_at,omitzero"` // when the first case was completed online
	Updated   time.Time `json:"updated"`            // when the entry last changed
}

// Standing computes how far the service has come.
func (s *Service) Standing() Standing {
	switch {
	case !s.ProvenAt.IsZero():
		return Proven
	case s.Version != "":
		return Running
	case s.Online.Level >= ApplyOnline:
		return Declared
	}
	return Offline
}

// Public reports whether people outside the government can ask for the service.
func (s *Service) Public() bool { return !s.Internal && s.Status != "ended" }

// Area is the part of the id before the stroke: "traffic".
func (s *Service) Area() string {
	area, _, _ := strings.Cut(string(s.ID), "/")
	return area
}

// Facts of this package.
const (
	FactEntered   = "catalogue.entered"   // a service came into the catalogue
	FactChanged   = "catalogue.changed"   // its description changed
	FactPublished = "catalogue.published" // a version of its pack began to run
	FactProven    = "catalogue.proven"    // its first case was completed online
)

var errNoService = gov.Fail(gov.NotFound, "هذه الخدمة ليست في دليل الخدمات", "This service is not in the catalogue")

var errNoOrganisation = gov.Fail(gov.NotFound, "هذه الجهة ليست في دليل الخدمات", "This organisation is not in the catalogue")

// Enter publishes a description that comes from an import, a profile or a pack,
// as a revision of its own; what runs and what is proven stays. An equal
// description changes nothing. A revision that is being written meanwhile stays
// as it is. The caller has checked that the actor may. Errors: Invalid.
func Enter(tx *db.Tx, d Entry) error {
	if err := whole(tx, d); err != nil {
		return err
	}
	old, found, err := serviceByID(tx, d.ID)
	if err != nil || found && db.JSON(old.Entry) == db.JSON(d) {
		return err
	}
	last, _, err := lastRevision(tx, d.ID)
	if err != nil {
		return err
	}
	if err := replacePublished(tx, d.ID); err != nil {
		return err
	}
	a, now := tx.Actor(), tx.Now()
	r := Revision{Entry: d, Number: last + 1, State: RevisionPublished, Author: a.Person, Acting: a.Org, Decider: a.Person, Began: now, Saved: now, Decided: now}
	if err := insertRevision(tx, r); err != nil {
		return err
	}
	return put(tx, d, r.Number)
}

// put makes a revision what everybody reads.
func put(tx *db.Tx, d Entry, number int) error {
	_, found, err := serviceByID(tx, d.ID)
	if err != nil {
		return err
	}
	name := FactEntered
	if found {
		name = FactChanged
	}
	if err := putService(tx, d); err != nil {
		return err
	}
	if err := turn(tx); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: name, Subject: string(d.ID), Service: d.ID, Organisation: d.Organisation, Body: journal.Body(map[string]int{"revision": number})})
}

func idProblem(id gov.ServiceID) error {
	if area, name, ok := strings.Cut(string(id), "/"); !ok || area == "" || name == "" {
		return gov.Fail(gov.Invalid, "رقم الخدمة يتكون من المجال والاسم، مثل traffic/licence-renewal", "A service id is area and name, like traffic/licence-renewal").At("id")
	}
	return nil
}

// whole demands what no entry can do without.
func whole(tx *db.Tx, d Entry) error {
	if bad := idProblem(d.ID); bad != nil {
		return bad
	}
	if d.Organisation == "" {
		return gov.Fail(gov.Invalid, "الجهة المسؤولة عن الخدمة غير محددة", "The organisation that offers the service is missing").At("organisation")
	}
	langs, err := Languages(tx, d.Organisation)
	if err == nil && len(d.Name.Missing(langs...)) > 0 {
		err = gov.Fail(gov.Invalid, "اسم الخدمة مطلوب بكل لغات الجهة", "The service needs a name in every language of its organisation").At("name")
	}
	return err
}

// MarkPublished says that this version of the service's pack runs from now on.
// The same version again changes nothing. The caller has checked that the actor
// may publish. Errors: NotFound when the service is not in the catalogue.
func MarkPublished(tx *db.Tx, id gov.ServiceID, version string) error {
	s, found, err := serviceByID(tx, id)
	if err != nil {
		return err
	}
	if !found {
		return errNoService
	}
	if s.Version == version {
		return nil
	}
	if err := setVersion(tx, id, version); err != nil {
		return err
	}
	if err := turn(tx); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: FactPublished, Subject: string(id), Service: id, Organisation: s.Organisation, Version: version})
}

// Find returns a service. Errors: NotFound.
func Find(tx *db.Tx, id gov.ServiceID) (Service, error) {
	s, found, err := serviceByID(tx, id)
	if err == nil && !found {
		err = errNoService
	}
	return s, err
}

// Organisations lists the organisations in the order of the profile.
func Organisations(tx *db.Tx) ([]Organisation, error) { return organisations(tx) }

// LifeEvents lists the life events in the order of the profile.
func LifeEvents(tx *db.Tx) ([]LifeEvent, error) { return lifeEvents(tx) }

// Filter narrows a list of services; what is empty does not narrow.
type Filter struct {
	Public       bool // without those offered inside the government only, and those that ended
	Organisation gov.OrgID
	LifeEvent    string
	Audience     string
	Area         string
	Standing     Standing
	DeclaredOnly bool // those that are declared as online, whatever else they are
}

// Services lists the services that pass the filter, by id.
func Services(tx *db.Tx, f Filter) ([]Service, error) {
	all, err := services(tx, f.Organisation)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(s Service) bool { return !f.passes(&s) }), nil
}

func (f Filter) passes(s *Service) bool {
	return (!f.Public || s.Public()) && (f.LifeEvent == "" || slices.Contains(s.LifeEvents, f.LifeEvent)) &&
		(f.Audience == "" || slices.Contains(s.Audience, f.Audience)) &&
		(f.Area == "" || f.Area == s.Area()) &&
		(f.Standing == "" || f.Standing == s.Standing()) &&
		(!f.DeclaredOnly || s.Online.Level >= ApplyOnline)
}
