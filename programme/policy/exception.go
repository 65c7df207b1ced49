package policy

import (
	"net/url"
	"strings"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Exception is a recorded legal decision that frees one service, or all services
// of an organisation, from a check until a day. It ends by itself.
type Exception struct {
	ID           string
	Service      gov.ServiceID // empty: every service of the organisation
	Organisation gov.OrgID
	Check        string
	Legal        string // the legal resource: law, decree, decision
	Link         string // where it can be read; may be empty
	Reason       string
	DecidedBy    string // the body that decided
	Author       gov.PersonID
	Acting       gov.OrgID
	At           time.Time
	From         time.Time
	Until        time.Time // it holds before this moment
	Ended        time.Time // zero: it was not ended early
	Ender        gov.PersonID
}

// Holds reports whether the exception holds at a moment.
func (x *Exception) Holds(at time.Time) bool {
	return !at.Before(x.From) && at.Before(x.Until) && (x.Ended.IsZero() || at.Before(x.Ended))
}

// Facts of this package. The subject is the service, or the organisation of an
// exception for all of its services.
const (
	FactJudged   = "policy.judged"   // checks of a service found something else than before
	FactExcepted = "policy.excepted" // a legal decision freed from a check
	FactEnded    = "policy.ended"    // such a decision was ended early
)

// longest is how long an exception may last.
const longest = 3 // years

var (
	errAuthority = gov.Fail(gov.Denied, "يسجّل الاستثناء فريق الجهة القائدة بناءً على قرار قانوني", "The leading authority's team records exceptions, on a legal decision")
	errNoCheck   = gov.Fail(gov.Invalid, "اختر الفحص المستثنى منه", "Choose the check that is excepted").At("check")
	errNone      = gov.Fail(gov.NotFound, "لا يوجد استثناء قائم بهذا الرقم", "There is no exception here that holds")
	errExcepted  = gov.Fail(gov.Conflict, "يوجد استثناء قائم من هذا الفحص للنطاق نفسه", "An exception from this check holds already for the same scope")
)

// MayExcept reports whether an actor may record exceptions.
func MayExcept(a gov.Actor) bool { return a.Staff() && a.Has(gov.Authority) }

// Except records an exception. From and Until are days in zone; Until is the last
// day. Errors: Denied, NotFound (service or check), Conflict, gov.Problems.
func Except(tx *db.Tx, x Exception, from, until string, zone *time.Location) (Exception, error) {
	if !MayExcept(tx.Actor()) {
		return x, errAuthority
	}
	if x.Check == "" {
		return x, errNoCheck
	}
	if _, err := CheckOf(x.Check); err != nil {
		return x, err
	}
	if err := x.scope(tx); err != nil {
		return x, err
	}
	if list := x.fill(from, until, zone, tx.Now()); len(list) > 0 {
		return x, list
	}
	old, err := exceptionsOf(tx, x.Check, x.Service, x.Organisation)
	if err != nil {
		return x, err
	}
	for _, o := range old {
		if o.Ended.IsZero() && o.Until.After(x.From) && o.From.Before(x.Until) {
			return x, errExcepted
		}
	}
	a := tx.Actor()
	x.ID, x.Author, x.Acting, x.At = db.NewID(tx.Now()), a.Person, a.Org, tx.Now()
	if err := insertException(tx, x); err != nil {
		return x, err
	}
	return x, told(tx, FactExcepted, x)
}

// scope finds whose exception it is.
func (x *Exception) scope(tx *db.Tx) error {
	if x.Service != "" {
		s, err := catalogue.Find(tx, x.Service)
		x.Organisation = s.Organisation
		return err
	}
	all, err := catalogue.Organisations(tx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.ID == x.Organisation {
			return nil
		}
	}
	return gov.Fail(gov.NotFound, "هذه الجهة ليست في دليل الخدمات", "This organisation is not in the catalogue").At("organisation")
}

// fill cleans what was written and reads the days.
func (x *Exception) fill(from, until string, zone *time.Location, now time.Time) (list gov.Problems) {
	wrong := func(field, ar, en string) { list = append(list, gov.Problem{Field: field, Text: gov.T(ar, en)}) }
	for _, t := range []struct {
		to     *string
		field  string
		least  int
		most   int
		ar, en string
	}{
		{&x.Legal, "legal", 5, 300, "اكتب القرار أو القانون الذي يجيز الاستثناء", "Write the decision or law that allows the exception"},
		{&x.Reason, "reason", 10, 2000, "اكتب سبب الاستثناء في 10 أحرف على الأقل", "Write the reason in 10 characters or more"},
		{&x.DecidedBy, "decided_by", 3, 200, "اكتب الجهة التي قررت", "Write the body that decided"},
	} {
		clean, _ := gov.CleanText(strings.TrimSpace(*t.to))
		*t.to = clean
		if n := len([]rune(clean)); n < t.least || n > t.most {
			wrong(t.field, t.ar, t.en)
		}
	}
	if x.Link = strings.TrimSpace(x.Link); x.Link != "" {
		if u, err := url.Parse(x.Link); err != nil || u.Scheme != "https" || u.Host == "" || len(x.Link) > 500 {
			wrong("link", "اكتب رابطًا كاملًا يبدأ بـ \u2066https://\u2069 أو اترك الحقل فارغًا", "Write a whole address that begins with https:// or leave the field empty")
		}
	}
	var ok bool
	if x.From, ok = dayIn(from, zone); !ok {
		wrong("from", "اكتب اليوم الأول بهذه الصيغة: \u20662026-11-23\u2069", "Write the first day like 2026-11-23")
	}
	last, ok2 := dayIn(until, zone)
	x.Until = last.AddDate(0, 0, 1)
	switch {
	case !ok2:
		wrong("until", "لكل استثناء نهاية؛ اكتب اليوم الأخير بهذه الصيغة: \u20662027-11-23\u2069", "Every exception ends; write the last day like 2027-11-23")
	case ok && !x.Until.After(x.From):
		wrong("until", "اليوم الأخير قبل اليوم الأول", "The last day comes before the first")
	case !x.Until.After(now):
		wrong("until", "اليوم الأخير مضى", "The last day has passed")
	case ok && x.Until.After(x.From.AddDate(longest, 0, 1)):
		wrong("until", "لا يزيد الاستثناء على ثلاث سنوات", "An exception lasts three years at most")
	}
	return list
}

func dayIn(s string, zone *time.Location) (time.Time, bool) {
	if zone == nil {
		zone = time.UTC
	}
	t, err := time.ParseInLocation(time.DateOnly, gov.Digits(strings.TrimSpace(s)), zone)
	return t.UTC(), err == nil
}

// End ends an exception before its day. Errors: Denied, NotFound.
func End(tx *db.Tx, id string) error {
	if !MayExcept(tx.Actor()) {
		return errAuthority
	}
	x, ok, err := exceptionByID(tx, id)
	if err != nil {
		return err
	}
	if !ok || !x.Ended.IsZero() || !tx.Now().Before(x.Until) {
		return errNone
	}
	if err := endException(tx, id); err != nil {
		return err
	}
	return told(tx, FactEnded, x)
}

func told(tx *db.Tx, name string, x Exception) error {
	subject := string(x.Service)
	if subject == "" {
		subject = string(x.Organisation)
	}
	return journal.Append(tx, journal.Fact{Name: name, Subject: subject, Service: x.Service, Organisation: x.Organisation,
		Body: journal.Body(map[string]string{"check": x.Check, "exception": x.ID})})
}

// Exceptions lists the exceptions of an organisation, or all, the latest first.
func Exceptions(tx *db.Tx, org gov.OrgID) ([]Exception, error) { return exceptions(tx, org) }

// freed finds the exception that frees a service from a check.
func freed(list []Exception, check string, s gov.ServiceID, org gov.OrgID) *Exception {
	for i := range list {
		x := &list[i]
		if x.Check == check && (x.Service == s || x.Service == "" && x.Organisation == org) {
			return x
		}
	}
	return nil
}
