package portal

import (
	"net/http"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

type mandateLine struct {
	identity.Mandate
	Name  gov.Text // the other side
	Ended bool
}

type mandatesPage struct {
	Held     []mandateLine // for whom the reader may act
	Given    []mandateLine // who may act for the reader
	Fields   []ui.Field
	Problems gov.Problems
	Done     bool
}

func (p *Portal) mandates(w http.ResponseWriter, r *http.Request) error {
	return p.showMandates(w, r, http.StatusOK, nil)
}

func (p *Portal) showMandates(w http.ResponseWriter, r *http.Request, status int, problems gov.Problems) error {
	data := mandatesPage{Problems: problems, Done: r.URL.Query().Has("done")}
	err := p.read(r, func(tx *db.Tx) error {
		held, err := identity.Mandates(tx, tx.Actor().Person)
		if err != nil {
			return err
		}
		for _, m := range held {
			data.Held = append(data.Held, mandateLine{m, nameOr(m.ForName, m.For), !m.ValidAt(tx.Now())})
		}
		given, err := identity.Given(tx, string(tx.Actor().Person))
		if err != nil {
			return err
		}
		for _, m := range given {
			names, err := identity.Names(tx, m.Holder)
			if err != nil {
				return err
			}
			data.Given = append(data.Given, mandateLine{m, nameOr(names[m.Holder], string(m.Holder)), !m.ValidAt(tx.Now())})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if data.Fields, err = p.mandateFields(r, problems); err != nil {
		return err
	}
	return pages.RenderStatus(w, r, status, "mandates", data)
}

func nameOr(name gov.Text, id string) gov.Text {
	if len(name) == 0 {
		return gov.T(id, id)
	}
	return name
}

// mandateFields ask whom the reader chooses, for what, and until when.
func (p *Portal) mandateFields(r *http.Request, problems gov.Problems) ([]ui.Field, error) {
	scope := ui.Field{Kind: "one-of", Name: "scope", Label: pages.T("portal.mandates.scope"), Options: []ui.Option{{Value: "all", Text: pages.T("portal.mandates.all")}}}
	err := p.read(r, func(tx *db.Tx) error {
		running, err := p.Engine.Packs.Heads(tx, "")
		for _, k := range running {
			scope.Options = append(scope.Options, ui.Option{Value: string(k.ID), Text: k.Title})
		}
		return err
	})
	fields := []ui.Field{
		{Kind: "civil-number", Name: "civil", Label: pages.T("portal.mandates.civil")},
		{Kind: "date", Name: "birth", Label: pages.T("portal.mandates.birth"), Hint: pages.T("portal.mandates.birth.hint")},
		scope,
		{Kind: "date", Name: "until", Label: pages.T("portal.mandates.until")},
	}
	return ui.Fill(fields, ui.Read(r.PostForm, fields), problems, gov.Currency{}), err
}

var errAgent = gov.Fail(gov.Invalid, "لم نجد شخصًا بهذا الرقم وتاريخ الميلاد. راجعهما معه", "We found nobody with this number and date of birth. Check both with them").At("civil")

// give lets somebody whom the reader chose act for them. Number and date of
// birth must both fit, and only a few tries are allowed, so that nobody learns
// here who has which number.
func (p *Portal) give(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	if err := p.Gate.Limit(r.Context(), "mandate by "+string(gov.ActorFrom(r.Context()).Person), 10, time.Hour); err != nil {
		return err
	}
	err := p.write(r, func(tx *db.Tx) error {
		m, err := p.wanted(tx, r)
		if err == nil {
			_, err = identity.Grant(tx, m)
		}
		return err
	})
	if problems, wrong := fieldProblems(err); wrong {
		return p.showMandates(w, r, http.StatusUnprocessableEntity, problems)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/account/mandates?done=1")
}

// wanted reads the mandate that was asked for.
func (p *Portal) wanted(tx *db.Tx, r *http.Request) (m identity.Mandate, err error) {
	f := r.PostForm
	holder, err := identity.ByCivilNumber(tx, f.Get("civil"))
	if gov.KindOf(err) == gov.NotFound || err == nil && (holder.Birth == "" || holder.Birth != ui.ReadDate(f, "birth") || holder.ID == tx.Actor().Person) {
		return m, errAgent
	}
	if err != nil {
		return m, err
	}
	m = identity.Mandate{Holder: holder.ID, For: string(tx.Actor().Person), Kind: identity.Agent, Source: "portal"}
	switch scope := f.Get("scope"); scope {
	case "":
		return m, gov.Fail(gov.Invalid, "اختر ما يشمله التوكيل", "Choose what it covers").At("scope")
	case "all":
	default:
		m.Scope = strings.TrimSpace(scope)
	}
	if typed := ui.ReadDate(f, "until"); typed != "" {
		day, err := time.ParseInLocation(time.DateOnly, typed, p.zone())
		if err != nil {
			return m, gov.Fail(gov.Invalid, "اكتب تاريخًا صحيحًا", "Write a real date").At("until")
		}
		m.Until = day.AddDate(0, 0, 1)
	}
	return m, nil
}

func (p *Portal) revoke(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	err := p.write(r, func(tx *db.Tx) error { return identity.Revoke(tx, r.PostForm.Get("mandate")) })
	if err != nil && gov.KindOf(err) != gov.Conflict {
		return err
	}
	return ui.Redirect(w, r, "/account/mandates")
}
