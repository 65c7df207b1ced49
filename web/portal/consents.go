package portal

import (
	"net/http"

	"diwan.example/exchange/agreement"
	"diwan.example/exchange/consent"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// consentsPage is what the reader, or their child, allows beyond what the law does.
type consentsPage struct {
	whose
	Asked   []asking
	History []said
	Whole   bool // no revision was changed, moved or taken away since
	Done    string
}

// asking is one agreement that needs consent, and how it stands.
type asking struct {
	agreement.Asked
	Consumer, Provider, Registry gov.Text
	Attributes                   []gov.Text
	State                        consent.State // empty: nothing was said yet
	Holds                        bool          // the agreement is in force
}

// said is one thing that was said about consent.
type said struct {
	consent.Revision
	Consumer gov.Text
	By       gov.Text // empty: the person
}

func (p *Portal) consents(w http.ResponseWriter, r *http.Request) error {
	if p.Agreements == nil {
		return errNoConsents
	}
	data := consentsPage{}
	if d := r.URL.Query().Get("done"); d == "give" || d == "withdraw" {
		data.Done = d
	}
	err := p.whose(r, &data.whose, func(tx *db.Tx) error {
		data.Asked, data.History = nil, nil
		list, err := p.Agreements.Consents(tx, data.Person)
		if err != nil {
			return err
		}
		for _, a := range list {
			data.Asked = append(data.Asked, p.asking(r, tx, a))
		}
		faults, err := p.Agreements.Desk.Proof(tx, data.Person)
		if err != nil {
			return err
		}
		data.Whole = len(faults) == 0
		all, err := consent.History(tx, data.Person)
		if err != nil {
			return err
		}
		for i := len(all) - 1; i >= 0; i-- {
			x := said{Revision: all[i], Consumer: p.org(r.Context(), all[i].About.Consumer)}
			if x.Revision.By != data.Person {
				names, err := identity.Names(tx, x.Revision.By)
				if err != nil {
					return err
				}
				x.By = nameOr(names[x.Revision.By], string(x.Revision.By))
			}
			data.History = append(data.History, x)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return pages.Render(w, r, "consents", data)
}

var errNoConsents = gov.Fail(gov.NotFound, "لا توجد صفحة بهذا العنوان", "There is no page at this address")

func (p *Portal) asking(r *http.Request, tx *db.Tx, a agreement.Asked) asking {
	x := asking{Asked: a, Consumer: p.org(r.Context(), a.Agreement.Consumer), Provider: p.org(r.Context(), a.Agreement.Provider), Holds: a.Agreement.Holds(tx.Now())}
	if a.Consent != nil {
		x.State = a.Consent.State
	}
	if p.Records != nil {
		if d, err := p.Records.Definition(a.Agreement.Registry); err == nil {
			x.Registry = d.Title
		}
	}
	for _, name := range a.Agreement.Attributes {
		x.Attributes = append(x.Attributes, p.attribute(name))
	}
	return x
}

// speak gives or withdraws consent, for the reader or their child. It holds from the
// next read on.
func (p *Portal) speak(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	if p.Agreements == nil {
		return errNoConsents
	}
	of := whose{For: r.PostForm.Get("for")}
	done := "give"
	err := p.write(r, func(tx *db.Tx) error {
		if err := of.find(tx); err != nil {
			return err
		}
		id := gov.AgreementID(r.PostForm.Get("agreement"))
		if r.PostForm.Get("do") == "withdraw" {
			done = "withdraw"
			return p.Agreements.TakeBack(tx, of.Person, id)
		}
		return p.Agreements.Give(tx, of.Person, id, tx.Now().AddDate(1, 0, 0))
	})
	if err != nil && gov.KindOf(err) != gov.Conflict { // it stands so already
		return err
	}
	return ui.Redirect(w, r, ui.Path("/account/consents", "for", of.For, "done", done))
}
