package identity

import (
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// MandateKind is why somebody may act for another.
type MandateKind string

// The kinds of mandate.
const (
	Guardian MandateKind = "guardian" // a parent or guardian for a child
	Company  MandateKind = "company"  // a signatory for a company
	Agent    MandateKind = "agent"    // somebody the subject chose
)

// Mandate allows Holder to act for another person or a company.
type Mandate struct {
	ID      string
	Holder  gov.PersonID
	For     string   // a gov.PersonID or a gov.OrgID such as "cr-12345"
	ForName gov.Text // as it stands on pages; filled in for people
	Kind    MandateKind
	Scope   string    // beginning of the services it covers: "education/"; empty: all
	From    time.Time // zero: now
	Until   time.Time // zero: until revoked
	Source  string    // the record it rests on: a registry, a power of attorney
}

// ValidAt reports whether the mandate holds at a moment.
func (m Mandate) ValidAt(t time.Time) bool {
	return !t.Before(m.From) && (m.Until.IsZero() || t.Before(m.Until))
}

// covers reports whether the scope, read as whole path segments, has the service.
func (m Mandate) covers(service gov.ServiceID) bool {
	s := strings.TrimSuffix(m.Scope, "/")
	return s == "" || string(service) == s || strings.HasPrefix(string(service), s+"/")
}

// Grant writes a mandate in tx and returns its id. Guardians and company
// signatories rest on a registry: only the machine and operators grant them. An
// agent is chosen by the person themselves, or by a signatory whose mandate for
// the company has no narrower scope. Errors: Invalid, Denied, NotFound.
func Grant(tx *db.Tx, m Mandate) (string, error) {
	if m.From.IsZero() {
		m.From = tx.Now()
	}
	if err := m.check(tx.Now()); err != nil {
		return "", err
	}
	if err := mayGrant(tx, m); err != nil {
		return "", err
	}
	if _, err := Known(tx, m.Holder); err != nil {
		return "", err
	}
	subject, known, err := personBy(tx, "id", m.For)
	if err != nil {
		return "", err
	}
	if known {
		m.ForName = subject.Name()
	} else if m.Kind == Guardian {
		return "", errNoPerson
	}
	m.ID = db.NewID(tx.Now())
	if err := insertMandate(tx, m); err != nil {
		return "", err
	}
	return m.ID, mandateFact(tx, "identity.mandated", m)
}

func mandateFact(tx *db.Tx, name string, m Mandate) error {
	return journal.Append(tx, journal.Fact{Name: name, Subject: m.For, Body: journal.Body(map[string]any{
		"mandate": m.ID, "holder": m.Holder, "kind": m.Kind, "scope": m.Scope,
	})})
}

func (m Mandate) check(now time.Time) error {
	bad := func(field, ar, en string) error { return gov.Fail(gov.Invalid, ar, en).At(field) }
	switch {
	case m.Kind != Guardian && m.Kind != Company && m.Kind != Agent:
		return bad("kind", "نوع التفويض غير معروف", "This kind of mandate is unknown")
	case m.For == "" || m.Holder == "" || m.For == string(m.Holder):
		return bad("holder", "لا يفوّض أحدٌ نفسه: اختر شخصًا آخر", "Nobody is their own agent: choose somebody else")
	case !m.Until.IsZero() && (!m.Until.After(m.From) || !m.Until.After(now)):
		return bad("until", "تاريخ انتهاء التفويض يسبق بدايته أو مضى", "The mandate would end before it begins, or has ended already")
	case m.Kind == Agent && m.Until.IsZero():
		return bad("until", "حدِّد تاريخ انتهاء للتفويض", "Say until when the mandate holds")
	case m.Source == "" && m.Kind != Agent:
		return bad("source", "اذكر السجل الذي يستند إليه التفويض", "Say which record the mandate rests on")
	}
	return nil
}

func mayGrant(tx *db.Tx, m Mandate) error {
	a := tx.Actor()
	if trusted(a) || a.Has(gov.Operator) {
		return nil
	}
	if m.Kind != Agent || a.Person == "" {
		return errDenied
	}
	return ownsSubject(tx, a.Person, m.For)
}

// ownsSubject says whether a person may give mandates for a subject, or take
// them: it is themselves, or a company they sign for without limits.
func ownsSubject(tx *db.Tx, p gov.PersonID, subject string) error {
	if string(p) == subject {
		return nil
	}
	all, err := mandatesOf(tx, p, subject)
	if err != nil {
		return err
	}
	for _, m := range all {
		if m.Kind == Company && m.Scope == "" && m.ValidAt(tx.Now()) {
			return nil
		}
	}
	return errDenied
}

// Revoke ends a mandate at once. The subject, a full signatory of the company,
// the holder, operators and the machine may; an agent or a holder renounces
// only their own. Errors: NotFound (also for strangers), Conflict (ended already).
func Revoke(tx *db.Tx, id string) error {
	none := gov.Fail(gov.NotFound, "لا يوجد تفويض كهذا", "There is no such mandate")
	m, revoked, ok, err := mandate(tx, id)
	if err != nil {
		return err
	}
	a := tx.Actor()
	mine := ok && (trusted(a) || a.Has(gov.Operator) || a.Person != "" && (a.Person == m.Holder || m.Kind == Agent && ownsSubject(tx, a.Person, m.For) == nil))
	if !mine {
		return none
	}
	if revoked || !m.Until.IsZero() && !tx.Now().Before(m.Until) {
		return gov.Fail(gov.Conflict, "انتهى هذا التفويض من قبل", "This mandate has ended already")
	}
	if err := revokeMandate(tx, id); err != nil {
		return err
	}
	return mandateFact(tx, "identity.revoked", m)
}

// MayActFor reports whether holder may act for a subject (a PersonID or OrgID)
// in a service now. kind "" means any. Everyone may act for themselves.
func MayActFor(tx *db.Tx, holder gov.PersonID, subject string, kind MandateKind, service gov.ServiceID) (bool, error) {
	if holder == "" || subject == "" {
		return false, nil
	}
	if subject == string(holder) {
		return kind == "", nil
	}
	all, err := mandatesOf(tx, holder, subject)
	if err != nil {
		return false, err
	}
	for _, m := range all {
		if (kind == "" || m.Kind == kind) && m.covers(service) && m.ValidAt(tx.Now()) {
			return true, nil
		}
	}
	return false, nil
}

// Mandates returns those that holder has now, or will have: to the holder, or to a
// caller who has recorded a look at them.
func Mandates(tx *db.Tx, holder gov.PersonID) ([]Mandate, error) {
	return mandatesOf(tx, holder, "")
}

// Given returns the mandates that others hold for a subject now. The subject
// itself, its signatories, operators and the machine may ask. Errors: Denied.
func Given(tx *db.Tx, subject string) ([]Mandate, error) {
	if a := tx.Actor(); !trusted(a) && !a.Has(gov.Operator) {
		if a.Person == "" {
			return nil, errNobody
		}
		if err := ownsSubject(tx, a.Person, subject); err != nil {
			return nil, err
		}
	}
	return mandatesFor(tx, subject)
}
