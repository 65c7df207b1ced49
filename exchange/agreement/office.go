package agreement

import (
	"slices"
	"time"

	"diwan.example/exchange/consent"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Office is where agreements are made. Every field must be set but
// Member, Changed and Warn.
type Office struct {
	Zone *time.Location
	Desk *consent.Desk

	// Holder tells which registry is authoritative for an attribute, and who keeps it.
	Holder func(gov.AttributeID) (Holding, bool)
	// Keeper tells who keeps a registry.
	Keeper func(gov.RegistryID) (gov.OrgID, bool)
	// Member tells which organisation a subsystem of the exchange belongs to; empty:
	// there is no such subsystem. nil: there is no exchange.
	Member func(*db.Tx, xroad.ClientID) (gov.OrgID, error)
	// Offers reports whether an organisation offers a service.
	Offers func(*db.Tx, gov.OrgID, gov.ServiceID) (bool, error)

	// Changed, if set, is told in the transaction that changes what Grants gives.
	Changed func(*db.Tx) error

	Warn int // days before the end at which the parties are warned; 0: 30
}

// Holding is where an attribute is held.
type Holding struct {
	Registry gov.RegistryID
	Keeper   gov.OrgID
}

const longestWords = 4000

var (
	errNone      = gov.Fail(gov.NotFound, "لا توجد اتفاقية بهذا الرقم", "There is no such agreement")
	errMove      = gov.Fail(gov.Conflict, "لا تسمح حال الاتفاقية بهذه الخطوة الآن", "The agreement is in a state that does not allow this step now")
	errMeantime  = gov.Fail(gov.Conflict, "تغيرت الاتفاقية قبل لحظات، راجعها ثم أعد المحاولة", "The agreement changed a moment ago; look at it and try again")
	errConsumer  = gov.Fail(gov.Denied, "تقدم طلب الاتفاقية الجهة التي تحتاج البيانات: رئيسها أو مسؤول خدماتها", "The organisation that needs the data proposes: its head or a service owner")
	errHolder    = gov.Fail(gov.Denied, "يوافق على الاتفاقية أو يرفضها رئيس الجهة التي تحفظ البيانات", "The head of the organisation that holds the data agrees or refuses")
	errAuthority = gov.Fail(gov.Denied, "هذه خطوة فريق الجهة القائدة", "This step is the leading authority's")
	errBoth      = gov.Fail(gov.Denied, "لا يتخذ شخص واحد خطوتين عن طرفين في الاتفاقية نفسها", "Nobody may act for two sides of the same agreement")
	errProve     = gov.Fail(gov.SignIn, "أكّد هويتك مرة أخرى قبل هذه الخطوة", "Prove who you are again before this step")
)

// fresh is how long a proof of identity is good for moves that cannot be undone.
const fresh = 10 * time.Minute

func (o *Office) zone() *time.Location {
	if o.Zone == nil {
		return time.UTC
	}
	return o.Zone
}

func (o *Office) warnAt(a *Agreement) time.Time {
	n := o.Warn
	if n == 0 {
		n = 30
	}
	return a.Until.AddDate(0, 0, -n)
}

// day is a moment's day as a number: 20261123.
func (o *Office) day(at time.Time) int64 {
	y, m, d := at.In(o.zone()).Date()
	return int64(y*10000 + int(m)*100 + d)
}

func machine(a gov.Actor) bool { return a.Person == gov.System.Person }

// MayPropose reports whether an actor may propose for their organisation.
func MayPropose(a gov.Actor) bool { return a.Org != "" && a.Has(gov.Owner, gov.Head) }

// MayReview reports whether an actor acts for the leading authority.
func MayReview(a gov.Actor) bool { return a.Staff() && a.Has(gov.Authority) }

// MayAgree reports whether an actor decides for the holder of the data.
func MayAgree(a gov.Actor, x Agreement) bool { return a.Org == x.Provider && a.Has(gov.Head) }

// sees reports whether an actor may see the whole of an agreement: the staff of
// both sides, and those who watch over all.
func sees(a gov.Actor, x Agreement) bool {
	return machine(a) || a.Staff() && (a.Org == x.Consumer || a.Org == x.Provider || a.Has(gov.Authority, gov.Committee, gov.Auditor))
}

// Sees reports whether an actor may see what was said of an agreement, and how it
// is used; everybody else sees its terms once it is approved.
func Sees(a gov.Actor, x Agreement) bool { return sees(a, x) }

// Find returns an agreement. Errors: NotFound, also for those who may not see it.
func Find(tx *db.Tx, id gov.AgreementID) (Agreement, error) {
	x, found, err := byID(tx, id)
	if err == nil && (!found || !x.State.Public() && !sees(tx.Actor(), x)) {
		err = errNone
	}
	return x, err
}

// Filter narrows a list of agreements; empty fields do not.
type Filter struct {
	Party    gov.OrgID // consumer or provider
	Consumer gov.OrgID
	Provider gov.OrgID
	States   []State
}

// List returns the agreements that the actor may see, the latest first.
func List(tx *db.Tx, f Filter) ([]Agreement, error) {
	list, err := selected(tx, f)
	a := tx.Actor()
	return slices.DeleteFunc(list, func(x Agreement) bool { return !x.State.Public() && !sees(a, x) }), err
}

// Move is something that happened to an agreement, with what was said and the
// terms as they stood then.
type Move struct {
	Number int
	Event  string
	State  State // after it
	Words  string
	Terms  Terms
	Author gov.PersonID
	Acting gov.OrgID
	At     time.Time
}

// History returns what happened to an agreement, oldest first. Errors: NotFound,
// also for those who may only read the terms.
func History(tx *db.Tx, id gov.AgreementID) ([]Move, error) {
	x, err := Find(tx, id)
	if err != nil {
		return nil, err
	}
	if !sees(tx.Actor(), x) {
		return nil, errNone
	}
	return movesOf(tx, id)
}

// told writes the fact of a move.
func told(tx *db.Tx, x Agreement, event string) error {
	return journal.Append(tx, journal.Fact{Name: facts[event], Subject: string(x.ID), Organisation: x.Provider,
		Body: journal.Body(map[string]any{"consumer": x.Consumer, "registry": x.Registry, "state": x.State})})
}
