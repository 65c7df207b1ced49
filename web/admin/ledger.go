package admin

import (
	"net/http"
	"strings"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/payment"
)

type balancesPage struct {
	Rows          []balance
	Debit, Credit gov.Money // of all accounts together: equal, or something is wrong
	Findings      []string
}

// balance is the sum of an account, with the account in words.
type balance struct {
	payment.Balance
	Words gov.Text
}

// Net is what the account holds on its own side: income and what is owed to
// somebody grow by credits, what is held grows by debits.
func (b balance) Net() gov.Money {
	if kind, _, _ := strings.Cut(string(b.Account), ":"); kind == "income" || kind == "suspense" {
		return b.Credit - b.Debit
	}
	return b.Debit - b.Credit
}

var accountKinds = map[string]gov.Text{
	"clearing": gov.T("لدى مزوّد الدفع %s", "Held by the provider %s"),
	"income":   gov.T("إيراد %s", "Income of %s"),
	"suspense": gov.T("أموال معلّقة عبر %s", "Suspended money through %s"),
	"till":     gov.T("صندوق %s", "Till of %s"),
}

// accountWords names an account "<kind>:<holder>".
func (a *Admin) accountWords(x payment.Account) gov.Text {
	kind, holder, _ := strings.Cut(string(x), ":")
	t, ok := accountKinds[kind]
	if !ok {
		return gov.T(string(x), string(x))
	}
	return t.Sprintf(a.org(gov.OrgID(holder)))
}

// balances shows the ledger's accounts, and what an audit of it finds.
func (a *Admin) balances(w http.ResponseWriter, r *http.Request) error {
	var p balancesPage
	err := a.read(r, func(tx *db.Tx) error {
		list, err := a.Cases.Cashier.Balances(tx)
		if err != nil {
			return err
		}
		for _, b := range list {
			p.Rows = append(p.Rows, balance{b, a.accountWords(b.Account)})
			p.Debit, p.Credit = p.Debit+b.Debit, p.Credit+b.Credit
		}
		if !wants(r) {
			p.Findings, err = a.Cases.Cashier.Audit(tx)
		}
		return err
	})
	if err != nil {
		return err
	}
	if !wants(r) {
		return pages.Render(w, r, "balances", p)
	}
	c := a.Country.Currency
	s := sheet{name: "balances", heads: []gov.Text{pages.T("admin.account.ledger"), pages.T("admin.what"), pages.T("admin.debit"), pages.T("admin.credit"), pages.T("admin.currency")}}
	for _, b := range p.Rows {
		s.rows = append(s.rows, []any{string(b.Account), b.Words, c.Decimal(b.Debit), c.Decimal(b.Credit), c.Code})
	}
	return s.send(w, r)
}

// chargePage is one charge with everything that moved for it; who pays is not
// shown here.
type chargePage struct {
	payment.Charge
	Org      gov.Text
	Receipts []payment.Receipt
	Refunds  []payment.Refund
	Entries  []entry
}

// entry is one movement of a posting, in words.
type entry struct {
	payment.Posting
	Debit, Credit gov.Text
	Amount        gov.Money
}

func (a *Admin) charge(w http.ResponseWriter, r *http.Request) error {
	var p chargePage
	err := a.read(r, func(tx *db.Tx) (err error) {
		c := a.Cases.Cashier
		if p.Charge, err = c.Charge(tx, gov.ChargeID(r.PathValue("id"))); err != nil {
			return err
		}
		if p.Receipts, err = c.Receipts(tx, p.ID); err != nil {
			return err
		}
		if p.Refunds, err = c.Refunds(tx, p.ID); err != nil {
			return err
		}
		list, err := c.PostingsOf(tx, p.ID)
		for _, x := range list {
			for _, e := range x.Entries {
				p.Entries = append(p.Entries, entry{x, a.accountWords(e.Debit), a.accountWords(e.Credit), e.Amount})
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	p.Org = a.org(p.Owner)
	return pages.Render(w, r, "charge", p)
}
