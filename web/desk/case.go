package desk

import (
	"net/http"
	"strings"

	"diwan.example/casework"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/payment"
	"diwan.example/web/ui"
)

// casePage is a whole case as its organisation's staff see it.
type casePage struct {
	*dossier
	Status    gov.Text
	Charges   []bill
	Documents []document.Document
	Supervise bool // the reader may refund
	Work      []row
	Unpaid    gov.Problems // with a payment that was not recorded
}

// bill is a charge with its receipts and what was paid back.
type bill struct {
	payment.Charge
	Receipts []payment.Receipt
	Refunds  []payment.Refund
	Left     gov.Money // may still be paid back
}

func (d *Desk) caseOf(w http.ResponseWriter, r *http.Request) error {
	p, err := d.casePage(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "case", p)
}

func (d *Desk) casePage(r *http.Request) (p *casePage, err error) {
	err = d.write(r, func(tx *db.Tx) error {
		v, err := d.Cases.Get(tx, gov.CaseID(r.PathValue("id")))
		if err != nil {
			return err
		}
		p = &casePage{Supervise: tx.Actor().Has(gov.Supervisor), Status: status(v.Case)}
		if p.dossier, err = d.dossier(tx, r, v); err != nil {
			return err
		}
		if p.Work, err = d.rows(tx, ofOrg(v.Tasks, tx.Actor().Org)); err != nil || !p.Ours {
			return err
		}
		if p.Documents, err = d.Cases.Issuer.OfCase(tx, v.ID); err != nil {
			return err
		}
		p.Charges, err = d.bills(tx, v.ID)
		return err
	})
	return p, err
}

func ofOrg(tasks []casework.Task, org gov.OrgID) (out []casework.Task) {
	for _, t := range tasks {
		if t.Organisation == org {
			out = append(out, t)
		}
	}
	return out
}

func (d *Desk) bills(tx *db.Tx, id gov.CaseID) (out []bill, err error) {
	charges, err := d.Cases.Cashier.OfCase(tx, id)
	if err != nil {
		return nil, err
	}
	for _, ch := range charges {
		b := bill{Charge: ch}
		if b.Receipts, err = d.Cases.Cashier.Receipts(tx, ch.ID); err != nil {
			return nil, err
		}
		if b.Refunds, err = d.Cases.Cashier.Refunds(tx, ch.ID); err != nil {
			return nil, err
		}
		if !ch.Settled.IsZero() {
			b.Left = ch.Total - ch.Promised
		}
		out = append(out, b)
	}
	return out, nil
}

// status says in words where a case is.
func status(c *casework.Case) gov.Text {
	switch {
	case c.State == casework.Closed:
		return casework.OutcomeWords(c.Outcome)
	case c.State == casework.Draft:
		return pages.T("desk.stage.draft")
	}
	switch c.Stage {
	case casework.Paying:
		return pages.T("desk.stage.payment")
	case casework.Applicant:
		return pages.T("desk.stage.applicant")
	case casework.Office:
		return pages.T("desk.stage.office")
	case casework.Others:
		return pages.T("desk.stage.others")
	}
	return pages.T("desk.stage.waiting")
}

// searchPage finds cases. What is searched for is posted, so that no name and
// no civil number stands in an address.
type searchPage struct {
	Words    string
	Found    []found
	Searched bool
	Next     string
	Problems gov.Problems
}

// found is a case in a list; Name is shown when people were searched for, who
// can then read that they were.
type found struct {
	*casework.Case
	Title  gov.Text
	Status gov.Text
	Name   gov.Text
}

func (d *Desk) searchForm(w http.ResponseWriter, r *http.Request) error {
	return pages.Render(w, r, "search", searchPage{})
}

func (d *Desk) search(w http.ResponseWriter, r *http.Request) error {
	p := searchPage{Words: r.PostFormValue("words"), Searched: true}
	if p.Words == "" {
		p.Problems = gov.Problems{{Field: "words", Text: pages.T("desk.search.empty")}}
		return pages.RenderInvalid(w, r, "search", p)
	}
	err := d.write(r, func(tx *db.Tx) error {
		list, err := d.Cases.Search(tx, p.Words, casework.Filter{Before: r.PostFormValue("before"), Limit: pageSize + 1})
		if err != nil {
			return err
		}
		if len(list) > pageSize {
			list = list[:pageSize]
			p.Next = string(list[pageSize-1].ID)
		}
		if p.Found, err = d.found(tx, list); err != nil || !byReference(p.Words, list) {
			return err
		}
		for i := range p.Found {
			p.Found[i].Name = nil
		}
		return nil
	})
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		p.Searched, p.Problems = false, gov.Problems{{Field: "words", Text: bad[0].Text}}
		return pages.RenderInvalid(w, r, "search", p)
	}
	if err != nil {
		return err
	}
	if len(p.Found) == 1 && p.Found[0].Ref == upper(p.Words) {
		return ui.Redirect(w, r, "/desk/cases/"+string(p.Found[0].ID))
	}
	return pages.Render(w, r, "search", p)
}

func (d *Desk) found(tx *db.Tx, list []*casework.Case) (out []found, err error) {
	var people []gov.PersonID
	for _, c := range list {
		people = append(people, c.Applicant)
	}
	names, err := identity.Names(tx, people...)
	if err != nil {
		return nil, err
	}
	known := map[gov.ServiceID]*pack.Pack{}
	for _, c := range list {
		if c.State == casework.Draft {
			continue // nobody but its own people sees a draft
		}
		title, _, err := d.titles(tx, known, casework.Task{Service: c.Service})
		if err != nil {
			return nil, err
		}
		out = append(out, found{c, title, status(c), names[c.Applicant]})
	}
	return out, nil
}

// byReference reports whether the cases were found by their reference: then
// nobody was searched for and no name is shown.
func byReference(words string, list []*casework.Case) bool {
	return len(list) > 0 && strings.HasPrefix(list[0].Ref, upper(words))
}

// upper writes a reference as it is stored.
func upper(s string) string { return strings.ToUpper(strings.TrimSpace(gov.Digits(s))) }
