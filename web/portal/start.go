package portal

import (
	"net/http"
	"slices"
	"strings"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

// behalf is somebody for whom the reader may apply.
type behalf struct {
	ID   string
	Name gov.Text
	Kind gov.Text
	in   casework.Application
}

type startPage struct {
	Pack     *pack.Pack
	Org      gov.Text
	Draft    gov.CaseID
	For      []ui.Option // empty: only oneself
	Problems gov.Problems
}

// Wrong is what is wrong in the one box of the page.
func (p startPage) Wrong() gov.Text { return first(p.Problems) }

// myself is the choice of the reader as the applicant.
const myself = "me"

func (p *Portal) startPage(w http.ResponseWriter, r *http.Request) error {
	data, _, err := p.starting(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "start", data)
}

func (p *Portal) starting(r *http.Request) (data startPage, others []behalf, err error) {
	err = p.read(r, func(tx *db.Tx) error {
		if data.Pack, err = p.Engine.Packs.Current(tx, serviceID(r)); err != nil {
			return err
		}
		if data.Draft, err = p.draftOf(tx, data.Pack.ID); err != nil {
			return err
		}
		others, err = behalves(tx, data.Pack)
		return err
	})
	if err != nil {
		return data, nil, err
	}
	if !offered(data.Pack) {
		return data, nil, gov.Fail(gov.NotFound, "لا تُقدَّم هذه الخدمة عبر البوابة", "This service is not offered on the portal")
	}
	data.Org = p.org(r.Context(), data.Pack.Organisation)
	if len(others) > 0 {
		data.For = []ui.Option{{Value: myself, Text: pages.T("portal.for.me")}}
		for _, o := range others {
			data.For = append(data.For, ui.Option{Value: o.ID, Text: o.Name, Hint: o.Kind})
		}
	}
	return data, others, nil
}

// behalves are those for whom the reader may ask for this service now.
func behalves(tx *db.Tx, k *pack.Pack) (out []behalf, err error) {
	all, err := identity.Mandates(tx, tx.Actor().Person)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if !slices.Contains(k.ForOthers, string(m.Kind)) || !strings.HasPrefix(string(k.ID), m.Scope) || !m.ValidAt(tx.Now()) {
			continue
		}
		b := behalf{ID: m.ID, Name: m.ForName, Kind: pages.T("portal.mandate." + string(m.Kind)), in: casework.Application{Service: k.ID, Mandate: string(m.Kind)}}
		if company, err := isCompany(tx, m); err != nil {
			return nil, err
		} else if company {
			b.in.Company = gov.OrgID(m.For)
		} else {
			b.in.For = gov.PersonID(m.For)
		}
		if len(b.Name) == 0 {
			b.Name = gov.T(m.For, m.For)
		}
		out = append(out, b)
	}
	return out, nil
}

// isCompany reports whether a mandate is for a company and not for a person.
func isCompany(tx *db.Tx, m identity.Mandate) (bool, error) {
	if m.Kind != identity.Agent {
		return m.Kind == identity.Company, nil
	}
	_, err := identity.Known(tx, gov.PersonID(m.For))
	if gov.KindOf(err) == gov.NotFound {
		return true, nil
	}
	return false, err
}

// start opens a draft, for oneself or for another.
func (p *Portal) start(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	data, others, err := p.starting(r)
	if err != nil {
		return err
	}
	in, ok := chosen(r.PostForm.Get("for"), others, data.Pack.ID)
	if !ok {
		data.Problems = gov.Problems{{Field: "for", Text: pages.T("portal.for.choose")}}
		return pages.RenderInvalid(w, r, "start", data)
	}
	var c *casework.Case
	err = p.write(r, func(tx *db.Tx) error { c, err = p.Engine.Start(tx, in); return err })
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/cases/"+string(c.ID)+"/apply/"+data.Pack.Pages[0].Name)
}

func chosen(choice string, others []behalf, s gov.ServiceID) (casework.Application, bool) {
	if choice == myself || choice == "" && len(others) == 0 {
		return casework.Application{Service: s}, true
	}
	for _, o := range others {
		if o.ID == choice {
			return o.in, true
		}
	}
	return casework.Application{}, false
}
