package admin

import (
	"cmp"
	"net/http"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/payment"
	"diwan.example/web/ui"
)

func (a *Admin) moneyRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/money", Guard: readers, Page: a.days},
		{Pattern: "GET /admin/money/balances", Guard: readers, Page: a.balances},
		{Pattern: "GET /admin/money/differences", Guard: readers, Page: a.differences},
		{Pattern: "GET /admin/money/differences/{id}/explain", Guard: operator.AndStepUp(), Page: a.explainForm},
		{Pattern: "POST /admin/money/differences/{id}/explain", Guard: operator.AndStepUp(), Page: a.explain},
		{Pattern: "GET /admin/money/differences/{id}/send-back", Guard: operator.AndStepUp(), Page: a.sendBackForm},
		{Pattern: "POST /admin/money/differences/{id}/send-back", Guard: operator.AndStepUp(), Page: a.sendBack},
		{Pattern: "GET /admin/money/charges/{id}", Guard: readers, Page: a.charge},
	}
}

type daysPage struct {
	Days []payment.Reconciled
	Open int // differences nobody has explained
}

// days lists the days whose statements were compared with the ledger.
func (a *Admin) days(w http.ResponseWriter, r *http.Request) error {
	var p daysPage
	err := a.read(r, func(tx *db.Tx) (err error) {
		if p.Days, err = a.Cases.Cashier.Days(tx, 120); err != nil {
			return err
		}
		open, err := a.Cases.Cashier.Differences(tx, payment.Filter{State: payment.Unexplained, Limit: 1000})
		p.Open = len(open)
		return err
	})
	if err != nil {
		return err
	}
	if !wants(r) {
		return pages.Render(w, r, "money", p)
	}
	s := sheet{name: "reconciled-days", heads: []gov.Text{pages.T("admin.day"), pages.T("admin.provider"), pages.T("admin.lines"), pages.T("admin.differences"), pages.T("admin.at")}}
	for _, d := range p.Days {
		s.rows = append(s.rows, []any{d.Day, d.Provider, d.Lines, d.Differences, stamp(d.At)})
	}
	return s.send(w, r)
}

type differencesPage struct {
	State    payment.DifferenceState
	Rows     []mismatch
	Next     string
	MayWrite bool
	Done     string
}

// mismatch is a difference between our books and a provider's, in words.
type mismatch struct {
	payment.Difference
	What, By gov.Text
	Holds    bool // money of nobody may be sent back
}

var differenceStates = []payment.DifferenceState{payment.Unexplained, payment.Explained, payment.Cleared}

// perPage is how many rows a page of a long list has; a download has more.
const perPage, perSheet = 50, 5000

func (a *Admin) differences(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	p := differencesPage{State: payment.Unexplained, MayWrite: isOperator(r), Done: done(r)}
	for _, s := range differenceStates {
		if q.Get("state") == string(s) {
			p.State = s
		}
	}
	limit := perPage
	if wants(r) {
		limit = perSheet
	}
	err := a.read(r, func(tx *db.Tx) error {
		list, err := a.Cases.Cashier.Differences(tx, payment.Filter{State: p.State, Before: q.Get("before"), Limit: limit + 1})
		if err != nil {
			return err
		}
		if len(list) > limit {
			list = list[:limit]
			p.Next = list[limit-1].ID
		}
		p.Rows, err = mismatches(tx, list)
		return err
	})
	if err != nil {
		return err
	}
	if wants(r) {
		return p.sheet(a.Country.Currency).send(w, r)
	}
	return pages.Render(w, r, "differences", p)
}

func mismatches(tx *db.Tx, list []payment.Difference) (out []mismatch, err error) {
	var closers []gov.PersonID
	for _, d := range list {
		closers = append(closers, d.ClosedBy)
	}
	names, err := identity.Names(tx, closers...)
	for _, d := range list {
		m := mismatch{Difference: d, What: payment.DifferenceNames[d.Kind], By: names[d.ClosedBy]}
		switch d.Kind {
		case payment.PaidAfterVoid, payment.PaidTwice, payment.UnknownPayment, payment.WrongAmount:
			m.Holds = d.Theirs > 0
		}
		out = append(out, m)
	}
	return out, err
}

func (p differencesPage) sheet(c gov.Currency) sheet {
	s := sheet{name: "differences-" + string(p.State), heads: []gov.Text{pages.T("admin.day"), pages.T("admin.provider"), pages.T("admin.what"), pages.T("admin.reference"),
		pages.T("admin.ours"), pages.T("admin.theirs"), pages.T("admin.currency"), pages.T("admin.words")}}
	for _, d := range p.Rows {
		s.rows = append(s.rows, []any{d.Day, d.Provider, d.What, d.Ref, c.Decimal(d.Ours), c.Decimal(d.Theirs), d.Currency, d.Words})
	}
	return s
}

// one finds a difference by its id.
func (a *Admin) one(r *http.Request) (m mismatch, err error) {
	err = a.read(r, func(tx *db.Tx) error {
		list, err := a.Cases.Cashier.Differences(tx, payment.Filter{Before: r.PathValue("id") + "~", Limit: 1})
		if err != nil || len(list) == 0 || list[0].ID != r.PathValue("id") {
			return cmp.Or[error](err, gov.Fail(gov.NotFound, "لا يوجد فرق بهذا الرقم", "There is no difference with this number"))
		}
		all, err := mismatches(tx, list)
		m = all[0]
		return err
	})
	return m, err
}

type explainPage struct {
	mismatch
	form
}

func explainFields() []ui.Field {
	return []ui.Field{{Kind: "long-text", Name: "words", Label: pages.T("admin.explain.words"), Hint: pages.T("admin.explain.hint"), MaxLength: 1000}}
}

func (a *Admin) explainForm(w http.ResponseWriter, r *http.Request) error {
	d, err := a.one(r)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "explain", explainPage{d, a.filled(explainFields(), nil, nil)})
}

func (a *Admin) explain(w http.ResponseWriter, r *http.Request) error {
	words := r.PostFormValue("words")
	err := a.Cases.Cashier.Explain(r.Context(), r.PathValue("id"), words)
	if bad, ok := gov.ProblemsOf(err, "words"); ok {
		d, err := a.one(r)
		if err != nil {
			return err
		}
		return pages.RenderInvalid(w, r, "explain", explainPage{d, a.filled(explainFields(), map[string]any{"words": words}, bad)})
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/money/differences?done=explained")
}

func (a *Admin) sendBackForm(w http.ResponseWriter, r *http.Request) error {
	d, err := a.one(r)
	if err != nil {
		return err
	}
	f := ui.Format{Lang: ui.LangOf(r), Currency: a.Country.Currency}
	return confirm(w, r, confirmation{Title: pages.T("admin.back.title", f.Money(d.Theirs)), Text: pages.T("admin.back.text"), Yes: pages.T("admin.back"), Back: "/admin/money/differences", Look: "danger"})
}

func (a *Admin) sendBack(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.Cases.Cashier.SendBack(r.Context(), r.PathValue("id")); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/money/differences?done=sent-back")
}
