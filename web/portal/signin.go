package portal

import (
	"context"
	"net/http"

	"diwan.example/gov"
	"diwan.example/web/ui"
)

type signInPage struct {
	Next       string
	Identifier string
	Problems   gov.Problems
	Accounts   []Account
	Kept       bool // answers wait to be gone on with
}

// Wrong is what is wrong in the one box of the page.
func (p signInPage) Wrong() gov.Text { return first(p.Problems) }

// signIn is the door. Someone who is in already, and only must prove themselves
// again, is led to where that is done.
func (p *Portal) signIn(w http.ResponseWriter, r *http.Request) error {
	next := ui.LocalPath(r.URL.Query().Get("next"), "/cases")
	if gov.ActorFrom(r.Context()).Person != "" {
		if r.URL.Query().Get("again") != "" {
			return ui.Redirect(w, r, ui.Path("/confirm-identity", "next", next))
		}
		return ui.Redirect(w, r, next)
	}
	return p.showSignIn(w, r, signInPage{Next: next}, http.StatusOK)
}

func (p *Portal) showSignIn(w http.ResponseWriter, r *http.Request, data signInPage, status int) error {
	if p.Gate.OneClick && p.Accounts != nil {
		var err error
		if data.Accounts, err = p.Accounts(r.Context()); err != nil {
			return err
		}
		for i := range data.Accounts {
			if a := &data.Accounts[i]; a.Org != "" {
				a.Office = p.org(r.Context(), a.Org)
			}
		}
	}
	_, err := r.Cookie(stashCookie)
	data.Kept = err == nil
	return pages.RenderStatus(w, r, status, "sign-in", data)
}

func (p *Portal) askCode(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	data := signInPage{Next: ui.LocalPath(r.PostForm.Get("next"), "/cases"), Identifier: r.PostForm.Get("identifier")}
	attempt, err := p.Gate.AskCode(r.Context(), data.Identifier, client(r))
	if problems, ok := fieldProblems(err); ok {
		data.Problems = problems
		return p.showSignIn(w, r, data, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, ui.Path("/sign-in/code", "attempt", attempt, "next", data.Next))
}

type codePage struct {
	Attempt, Next, Action string
	Problems              gov.Problems
	Direct                bool // one click is enough
}

// Wrong is what is wrong in the one box of the page.
func (p codePage) Wrong() gov.Text { return first(p.Problems) }

func (p *Portal) codePage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	return pages.Render(w, r, "code", codePage{Attempt: q.Get("attempt"), Next: ui.LocalPath(q.Get("next"), "/cases"), Action: "/sign-in/code"})
}

func (p *Portal) enter(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	f := r.PostForm
	data := codePage{Attempt: f.Get("attempt"), Next: ui.LocalPath(f.Get("next"), "/cases"), Action: "/sign-in/code"}
	token, err := p.Gate.Enter(r.Context(), data.Attempt, f.Get("code"), client(r))
	if problems, ok := fieldProblems(err); ok {
		data.Problems = problems
		return pages.RenderInvalid(w, r, "code", data)
	}
	if err != nil {
		return err
	}
	p.Gate.SetCookie(w, token)
	return ui.Redirect(w, r, data.Next)
}

// enterAs enters a sample account by one click; the gate refuses it otherwise.
func (p *Portal) enterAs(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	a, err := p.account(r.Context(), gov.PersonID(r.PostForm.Get("person")))
	if err != nil {
		return err
	}
	token, err := p.Gate.EnterDirectly(r.Context(), a.Person, client(r))
	if err != nil {
		return err
	}
	if a.Org != "" {
		if err := p.wear(r.Context(), token, a.Org); err != nil {
			return err
		}
	}
	p.Gate.SetCookie(w, token)
	next := ui.LocalPath(r.PostForm.Get("next"), "/cases")
	if a.Home != "" && next == "/cases" {
		next = a.Home
	}
	return ui.Redirect(w, r, next)
}

// account finds a sample account; only those listed may be entered.
func (p *Portal) account(ctx context.Context, id gov.PersonID) (Account, error) {
	none := gov.Fail(gov.NotFound, "لا يوجد حساب تجريبي كهذا", "There is no such sample account")
	if !p.Gate.OneClick || p.Accounts == nil {
		return Account{}, none
	}
	list, err := p.Accounts(ctx)
	if err != nil {
		return Account{}, err
	}
	for _, a := range list {
		if a.Person == id {
			return a, nil
		}
	}
	return Account{}, none
}

// wear puts on an organisation's hat in the session just begun.
func (p *Portal) wear(ctx context.Context, token string, org gov.OrgID) error {
	a, _, _, err := p.Gate.Actor(ctx, token)
	if err != nil {
		return err
	}
	return p.Gate.Switch(gov.WithActor(ctx, a), org)
}

func (p *Portal) signOut(w http.ResponseWriter, r *http.Request) error {
	if gov.ActorFrom(r.Context()).Session != "" {
		if err := p.Gate.Leave(r.Context()); err != nil && gov.KindOf(err) != gov.SignIn {
			return err
		}
	}
	p.Gate.ClearCookie(w)
	return ui.Redirect(w, r, "/")
}

// confirmPage asks somebody who is signed in to prove themselves again.
func (p *Portal) confirmPage(w http.ResponseWriter, r *http.Request) error {
	data := codePage{Next: ui.LocalPath(r.URL.Query().Get("next"), "/account"), Action: "/confirm-identity", Direct: p.Gate.OneClick}
	return pages.Render(w, r, "confirm-identity", data)
}

// confirm sends a code, takes a code, or under one click believes.
func (p *Portal) confirm(w http.ResponseWriter, r *http.Request) error {
	if err := formOf(r); err != nil {
		return err
	}
	f := r.PostForm
	data := codePage{Attempt: f.Get("attempt"), Next: ui.LocalPath(f.Get("next"), "/account"), Action: "/confirm-identity"}
	var err error
	switch {
	case f.Get("how") == "direct":
		err = p.Gate.ProveDirectly(r.Context())
	case data.Attempt == "":
		if data.Attempt, err = p.Gate.AskStepUp(r.Context()); err == nil {
			return pages.Render(w, r, "code", data)
		}
	default:
		err = p.Gate.StepUp(r.Context(), data.Attempt, f.Get("code"))
	}
	if problems, ok := fieldProblems(err); ok {
		data.Problems = problems
		return pages.RenderInvalid(w, r, "code", data)
	}
	if err != nil {
		return err
	}
	return ui.Redirect(w, r, data.Next)
}
