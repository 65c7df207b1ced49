package lifecycle

import (
	"net/url"
	"strings"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Statement is a piece of evidence that a person signed for.
type Statement struct {
	ID         string
	Service    gov.ServiceID
	Evidence   string
	Words      string // what they say, in their own language
	Link       string // where one can see it; may be empty
	Signer     gov.PersonID
	Acting     gov.OrgID
	At         time.Time
	Until      time.Time // zero: until it is withdrawn
	Withdrawn  time.Time // zero: it was not
	Withdrawer gov.PersonID
}

// Holds reports whether the statement holds at a moment.
func (s *Statement) Holds(at time.Time) bool {
	return holdsAt(s.At, s.Until, at) && (s.Withdrawn.IsZero() || at.Before(s.Withdrawn))
}

var (
	errAuthority = gov.Fail(gov.Denied, "يوقّع هذا البيان فريق الجهة القائدة", "The leading authority's team signs this statement")
	errHead      = gov.Fail(gov.Denied, "يوقّع هذا البيان رئيس الجهة التي تملك الخدمة", "The head of the organisation that owns the service signs this statement")
	errRecord    = gov.Fail(gov.Invalid, "هذا الدليل يُؤخذ من السجلات ولا يُوقّع", "This evidence is taken from the records; nobody signs for it").At("evidence")
	errWords     = gov.Fail(gov.Invalid, "اكتب ما تشهد به في 10 أحرف على الأقل و2000 على الأكثر", "Write what you state, in 10 to 2000 characters").At("words")
	errLink      = gov.Fail(gov.Invalid, "اكتب رابطًا كاملًا يبدأ بـ \u2066https://\u2069 أو اترك الحقل فارغًا", "Write a whole address that begins with https:// or leave the field empty").At("link")
	errSigned    = gov.Fail(gov.Conflict, "هذا البيان موقّع وما زال قائمًا", "This statement is signed already and still holds")
	errNotSigned = gov.Fail(gov.NotFound, "لا يوجد بيان قائم بهذا العنوان", "There is no statement here that holds")
)

// MaySign reports whether an actor may sign a piece of evidence of an
// organisation's service. Errors: Denied, Invalid when nobody signs for it.
func (n *Need) MaySign(a gov.Actor, org gov.OrgID) error {
	switch {
	case n.Kind != "statement":
		return errRecord
	case n.Signer == "authority" && !(a.Staff() && a.Has(gov.Authority)):
		return errAuthority
	case n.Signer == "head" && !(a.Org == org && a.Has(gov.Head)):
		return errHead
	}
	return nil
}

// Sign signs a statement for a piece of evidence. Errors: NotFound (service or
// evidence), Denied, Invalid, Conflict when the same statement still holds.
func Sign(tx *db.Tx, service gov.ServiceID, evidence, words, link string) (Statement, error) {
	e, n, err := found(tx, service, evidence)
	if err != nil {
		return Statement{}, err
	}
	if err := n.MaySign(tx.Actor(), e.Organisation); err != nil {
		return Statement{}, err
	}
	if words, link, err = said(words, link); err != nil {
		return Statement{}, err
	}
	if _, ok, err := signedNow(tx, service, evidence); err != nil || ok {
		return Statement{}, first(err, errSigned)
	}
	a := tx.Actor()
	s := Statement{ID: db.NewID(tx.Now()), Service: service, Evidence: evidence, Words: words, Link: link, Signer: a.Person, Acting: a.Org, At: tx.Now()}
	if n.Months > 0 {
		s.Until = s.At.AddDate(0, n.Months, 0)
	}
	if err := insertSigned(tx, s); err != nil {
		return s, err
	}
	return s, told(tx, FactSigned, e, map[string]string{"evidence": evidence})
}

// Withdraw takes the statement that holds back. Who may sign it may withdraw it.
// Errors: NotFound, Denied.
func Withdraw(tx *db.Tx, service gov.ServiceID, evidence string) error {
	e, n, err := found(tx, service, evidence)
	if err != nil {
		return err
	}
	if err := n.MaySign(tx.Actor(), e.Organisation); err != nil {
		return err
	}
	s, ok, err := signedNow(tx, service, evidence)
	if err != nil || !ok {
		return first(err, errNotSigned)
	}
	if err := withdrawSigned(tx, s.ID); err != nil {
		return err
	}
	return told(tx, FactWithdrawn, e, map[string]string{"evidence": evidence})
}

// SignedOf lists what was ever signed about a service, the latest first.
func SignedOf(tx *db.Tx, id gov.ServiceID) ([]Statement, error) { return signedOf(tx, id) }

// first is the first error; for when a second is the reason without the first.
func first(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func found(tx *db.Tx, service gov.ServiceID, evidence string) (catalogue.Service, *Need, error) {
	e, err := catalogue.Find(tx, service)
	if err != nil {
		return e, nil, err
	}
	n, err := NeedOf(evidence)
	return e, n, err
}

// said cleans what a person wrote.
func said(words, link string) (string, string, error) {
	words, _ = gov.CleanText(strings.TrimSpace(words))
	if n := len([]rune(words)); n < 10 || n > 2000 {
		return "", "", errWords
	}
	if link = strings.TrimSpace(link); link == "" {
		return words, "", nil
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.Host == "" || len(link) > 500 {
		return "", "", errLink
	}
	return words, link, nil
}

func told(tx *db.Tx, name string, e catalogue.Service, body any) error {
	return journal.Append(tx, journal.Fact{Name: name, Subject: string(e.ID), Service: e.ID, Organisation: e.Organisation, Version: e.Version, Body: journal.Body(body)})
}
