package journal

import (
	"cmp"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
)

// The limits of an order. A longer investigation needs a new order.
const (
	longestDelay = 366 * 24 * time.Hour
	freshProof   = 10 * time.Minute
)

// delayJob opens what an order has delayed; its key is the order.
const delayJob = "journal.delay"

// Order delays entries of one person's access log by law, for an investigation.
// What it covers is recorded like any other look and opens at the order's date,
// together with the order. It names the person and the organisation that reads;
// there is none for all of an organisation's reading, nor for a whole system.
type Order struct {
	ID           string
	At           time.Time
	Person       gov.PersonID // whose entries
	Organisation gov.OrgID    // made by whom
	Actor        gov.PersonID // only by this officer; empty: by anybody of the organisation
	Case         gov.CaseID   // only for this case; empty: for any
	Legal        string       // the decision it rests on
	By           gov.PersonID // the auditor who recorded it
	For          gov.OrgID    // in which organisation
	Until        time.Time    // what is read before this moment is delayed
	Opens        time.Time    // when entries and order open: Until, or later once renewed
	Opened       time.Time    // when they did; zero: not yet
	Renews       string       // the order that this one goes on with
}

var (
	errNoOrder    = gov.Fail(gov.NotFound, "لا يوجد أمر تأجيل بهذا الرقم", "There is no order with this number")
	errOpen       = gov.Fail(gov.Conflict, "انكشف ما أجّله هذا الأمر، فلا يُخفى من جديد", "What this order delayed is open already and cannot be hidden again")
	errNotAuditor = gov.Fail(gov.Denied, "لا يسجّل أمر التأجيل إلا مدقق", "Only an auditor may record such an order")
	errProveAgain = gov.Fail(gov.SignIn, "أثبت هويتك من جديد قبل تسجيل أمر تأجيل", "Prove who you are again before you record such an order")
	errOwnOrder   = gov.Fail(gov.Denied, "لا يؤجّل مدقق ظهور اطلاعه هو، ولا اطلاع جهته", "An auditor may not delay entries of their own, nor of their own organisation")
)

// Delay records an order. It covers what is read from now on, and, when it renews
// another, what that one still hides; never what the person can see already.
// Appends journal.delayed. Only auditors with a proof younger than ten minutes
// may, and not for themselves or their own organisation. Errors: Denied, SignIn,
// Invalid (by field), NotFound, Conflict (the renewed order has opened).
func Delay(tx *db.Tx, o Order) (Order, error) {
	a := tx.Actor()
	if !a.Has(gov.Auditor) {
		return o, errNotAuditor
	}
	if a.StepUp.IsZero() || tx.Now().Sub(a.StepUp) >= freshProof {
		return o, errProveAgain
	}
	if o.Renews != "" {
		old, err := renewable(tx, o.Renews)
		if err != nil {
			return o, err
		}
		o.Person, o.Organisation, o.Actor, o.Case = old.Person, old.Organisation, old.Actor, old.Case
	}
	if err := o.check(a, tx.Now()); err != nil {
		return o, err
	}
	o.ID, o.At, o.By, o.For = db.NewID(tx.Now()), tx.Now(), a.Person, a.Org
	o.Until = o.Until.UTC().Truncate(time.Millisecond)
	o.Opens = o.Until
	if err := insertOrder(tx, o); err != nil {
		return o, err
	}
	if o.Renews != "" {
		if err := carryOver(tx, o); err != nil {
			return o, err
		}
	}
	if err := jobs.Schedule(tx, jobs.Job{Kind: delayJob, Key: o.ID, At: o.Opens}); err != nil {
		return o, err
	}
	return o, Append(tx, Fact{Name: "journal.delayed", Subject: o.ID, Organisation: o.Organisation,
		Body: Body(map[string]any{"until": o.Until.UnixMilli(), "renews": o.Renews, "narrow": o.Actor != "" || o.Case != ""})})
}

// renewable finds an order whose entries are still hidden.
func renewable(tx *db.Tx, id string) (Order, error) {
	o, ok, err := order(tx, id)
	if err != nil || !ok {
		return o, cmp.Or[error](err, errNoOrder)
	}
	if !tx.Now().Before(o.Opens) || o.Opens.After(o.Until) {
		return o, errOpen
	}
	return o, nil
}

func (o *Order) check(a gov.Actor, now time.Time) error {
	bad := func(field, ar, en string) error { return gov.Fail(gov.Invalid, ar, en).At(field) }
	o.Legal, _ = gov.CleanText(strings.Join(strings.Fields(o.Legal), " "))
	switch n := len([]rune(o.Legal)); {
	case o.Person == "":
		return bad("person", "حدّد الشخص الذي يؤجَّل ظهور الاطلاع على بياناته", "Say whose access log is concerned")
	case o.Organisation == "":
		return bad("organisation", "حدّد الجهة التي يشملها الأمر", "Say which organisation the order covers")
	case n < 8 || n > 300:
		return bad("legal", "اكتب رقم القرار القضائي أو النظامي وتاريخه", "Write number and date of the decision that the order rests on")
	case !o.Until.After(now):
		return bad("until", "يجب أن يكون تاريخ الانكشاف بعد الآن", "The date must lie ahead")
	case o.Until.After(now.Add(longestDelay)):
		return bad("until", "أقصى مدة سنة واحدة، ويمكن تجديدها بأمر جديد", "A year is the longest; a new order may renew it")
	case o.Person == a.Person || o.Actor == a.Person || o.Organisation == a.Org:
		return errOwnOrder
	}
	return nil
}

// Orders lists orders for auditors, newest first, without opening them to anybody
// else. Errors: Denied.
func Orders(tx *db.Tx, n int) ([]Order, error) {
	if !tx.Actor().Has(gov.Auditor) {
		return nil, errNotAuditor
	}
	return orders(tx, n)
}

// OrderOf returns an order, for auditors. Errors: Denied, NotFound.
func OrderOf(tx *db.Tx, id string) (Order, error) {
	if !tx.Actor().Has(gov.Auditor) {
		return Order{}, errNotAuditor
	}
	o, ok, err := order(tx, id)
	if err == nil && !ok {
		err = errNoOrder
	}
	return o, err
}

// Delayed lists the orders on a person's log that have opened, newest first. The
// caller has decided that the actor may read that log.
func Delayed(tx *db.Tx, p gov.PersonID) ([]Order, error) { return openOrders(tx, p) }

// Jobs are the timers of this package. tell lets a person know that entries of
// their access log, delayed by an order, have opened.
func Jobs(tell func(tx *db.Tx, o Order) error) map[string]jobs.Kind {
	return map[string]jobs.Kind{delayJob: {Do: func(tx *db.Tx, j jobs.Job) error { return reveal(tx, j.Key, tell) }}}
}

// reveal opens an order at its date. One that was renewed meanwhile opens with
// the order that renewed it.
func reveal(tx *db.Tx, id string, tell func(tx *db.Tx, o Order) error) error {
	o, ok, err := order(tx, id)
	if err != nil || !ok || !o.Opened.IsZero() || tx.Now().Before(o.Opens) || o.Opens.After(o.Until) {
		return err
	}
	if err := markOpened(tx, o); err != nil {
		return err
	}
	if err := Append(tx, Fact{Name: "journal.opened", Subject: o.ID, Organisation: o.Organisation}); err != nil {
		return err
	}
	return tell(tx, o)
}
