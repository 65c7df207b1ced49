package payment

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// DifferenceKind says in what our books and a provider's differ.
type DifferenceKind string

// The kinds of difference.
const (
	MissingHere    DifferenceKind = "missing-here"  // on the statement, not in the ledger
	MissingThere   DifferenceKind = "missing-there" // in the ledger, not on the statement
	WrongAmount    DifferenceKind = "amount"
	WrongCurrency  DifferenceKind = "currency"
	PaidAfterVoid  DifferenceKind = "after-void"
	PaidTwice      DifferenceKind = "twice"
	UnknownPayment DifferenceKind = "unknown-payment"
	UnknownRefund  DifferenceKind = "unknown-refund"
	RefundRefused  DifferenceKind = "refund-refused"
	RefundBounced  DifferenceKind = "refund-bounced"
)

// DifferenceNames are the kinds as people read them.
var DifferenceNames = map[DifferenceKind]gov.Text{
	MissingHere:    gov.T("في كشف المزوّد وليست في دفاترنا", "On the provider's statement, not in our books"),
	MissingThere:   gov.T("في دفاترنا وليست في كشف المزوّد", "In our books, not on the provider's statement"),
	WrongAmount:    gov.T("المبلغ مختلف", "The amount differs"),
	WrongCurrency:  gov.T("العملة مختلفة", "The currency differs"),
	PaidAfterVoid:  gov.T("دُفعت بعد إلغاء الرسوم", "Paid after the charge was cancelled"),
	PaidTwice:      gov.T("دُفعت مرة ثانية", "Paid a second time"),
	UnknownPayment: gov.T("دفعة لا نعرف مصدرها", "A payment we did not ask for"),
	UnknownRefund:  gov.T("ردّ مبلغ لم نطلبه", "A refund we did not ask for"),
	RefundRefused:  gov.T("رفض المزوّد رد المبلغ", "The provider refused the refund"),
	RefundBounced:  gov.T("أعاد بنك الدافع المبلغ المردود", "The payer's bank sent the refund back"),
}

// DifferenceState is where a difference stands.
type DifferenceState string

// The states of a difference.
const (
	Unexplained DifferenceState = "open"
	Explained   DifferenceState = "explained" // an officer said what it was
	Cleared     DifferenceState = "cleared"   // the other side caught up, or the money was sent back
)

// DifferenceMoves is the life of a difference.
var DifferenceMoves = map[DifferenceState][]DifferenceState{
	Unexplained: {Explained, Cleared},
	Explained:   {Cleared, Unexplained}, // open again when sending the money back failed
	Cleared:     {},
}

// Difference is something an operator has to look at.
type Difference struct {
	ID       string
	Provider string
	Kind     DifferenceKind
	Ref      string       // the provider's reference, or our refund
	Charge   gov.ChargeID // empty when not known
	Ours     gov.Money
	Theirs   gov.Money
	Currency string
	At       time.Time
	Day      string // local day on which it was noticed or which it belongs to
	State    DifferenceState
	Words    string
	ClosedBy gov.PersonID
	Closed   time.Time
}

func (d Difference) at(c *Cashier, tx *db.Tx) Difference {
	d.ID, d.At, d.State = db.NewID(tx.Now()), tx.Now(), Unexplained
	if d.Day == "" {
		d.Day = c.local(tx.Now()).Format(time.DateOnly)
	}
	return d
}

// suspend books money that belongs to no open charge and opens a difference.
// Money in another currency is not ours to count: only the difference says it.
func (c *Cashier) suspend(tx *db.Tx, d Difference) error {
	first, err := insertDifference(tx, d.at(c, tx))
	if err != nil || !first || d.Currency != c.Currency.Code || d.Theirs <= 0 {
		return err
	}
	p := Posting{Charge: d.Charge, Kind: PostSuspended, Provider: d.Provider, Ref: d.Ref,
		Entries: []Entry{{Debit: Clearing(d.Provider), Credit: Suspense(d.Provider), Amount: d.Theirs}}}
	if d.Kind == UnknownRefund {
		p.Kind = PostReturned
		p.Entries = []Entry{{Debit: Suspense(d.Provider), Credit: Clearing(d.Provider), Amount: d.Theirs}}
	}
	return c.post(tx, p)
}

// Filter narrows a list of differences; empty fields do not.
type Filter struct {
	Provider string
	State    DifferenceState
	Before   string // id: only older ones
	Limit    int    // 0: 100
}

// Differences lists differences, newest first. Who may see it is the caller's to check.
func (c *Cashier) Differences(tx *db.Tx, f Filter) ([]Difference, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	return differences(tx, f)
}

var noDifference = gov.Fail(gov.NotFound, "لا يوجد فرق بهذا الرقم", "There is no difference with this number")

// Explain closes a difference with an officer's words: an operator, or a
// supervisor of the organisation whose charge it is. Errors: SignIn, NotFound,
// Denied, Invalid without words, Conflict when it is closed.
func (c *Cashier) Explain(ctx context.Context, id, text string) error {
	text, err := words(text, 1000, "words")
	if err != nil {
		return err
	}
	return c.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := c.handled(tx, id)
		if err != nil {
			return err
		}
		return moveDifference(tx, d.ID, Unexplained, Explained, text)
	})
}

// handled finds a difference that the actor may handle and that is open.
func (c *Cashier) handled(tx *db.Tx, id string) (Difference, error) {
	a := tx.Actor()
	if !a.SignedIn() {
		return Difference{}, gov.Fail(gov.SignIn, "يُرجى تسجيل الدخول أولًا", "Please sign in first")
	}
	d, err := difference(tx, id)
	if err != nil {
		return d, err
	}
	if d.Charge == "" && !a.Has(gov.Operator) && a.Person != gov.System.Person {
		return d, noDifference
	}
	if d.Charge != "" {
		if err := officerOf(tx, d.Charge, gov.Supervisor); gov.KindOf(err) == gov.NotFound {
			return d, noDifference
		} else if err != nil {
			return d, err
		}
	}
	if d.State != Unexplained {
		return d, gov.Fail(gov.Conflict, "أُغلق هذا الفرق من قبل", "This difference is closed already")
	}
	return d, nil
}

// SendBack returns suspended money to whoever paid it, through the provider.
// The page asks for step-up first. Errors: as Explain; Conflict when the
// difference holds no money or it is on its way back.
func (c *Cashier) SendBack(ctx context.Context, id string) (r Refund, err error) {
	err = c.DB.Write(ctx, func(tx *db.Tx) error {
		d, err := c.handled(tx, id)
		if err != nil {
			return err
		}
		held, err := suspended(tx, d.Provider, d.Ref)
		if err != nil {
			return err
		}
		if held == 0 {
			return nothingPaid
		}
		if err := moveDifference(tx, d.ID, Unexplained, Explained, ""); err != nil {
			return err
		}
		r, err = c.send(tx, Refund{Provider: d.Provider, Payment: d.Ref, Amount: held, Reason: string(d.Kind), Difference: d.ID})
		return err
	})
	return r, err
}

// returned posts suspended money that was sent back and clears its difference.
func (c *Cashier) returned(tx *db.Tx, r Refund) error {
	if err := c.post(tx, Posting{Kind: PostReturned, Provider: r.Provider, Ref: r.Ref,
		Entries: []Entry{{Debit: Suspense(r.Provider), Credit: Clearing(r.Provider), Amount: r.Amount}}}); err != nil {
		return err
	}
	return moveDifference(tx, r.Difference, Explained, Cleared, "")
}
