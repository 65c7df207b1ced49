package api

import (
	"context"
	"net/http"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

// people are the operations on tokens, mandates and staff.
func people(s *server) {
	add(s, route{id: "get-token", method: http.MethodGet, path: "/token", tag: "tokens", scope: tokensManage, name: gov.T("رمز الوصول المستعمل", "The token in use")}, s.thisToken)
	add(s, route{id: "list-tokens", method: http.MethodGet, path: "/tokens", tag: "tokens", scope: tokensManage, name: gov.T("رموز الوصول", "Access tokens"),
		about: "Tokens are made on the site only, by whoever has just proved who they are; a token cannot make tokens."}, s.tokens)
	add(s, route{id: "revoke-token", method: http.MethodDelete, path: "/tokens/{id}", tag: "tokens", scope: tokensManage, name: gov.T("إلغاء رمز وصول", "Revoke a token")}, s.revokeToken)

	add(s, route{id: "list-mandates", method: http.MethodGet, path: "/mandates", tag: "mandates", scope: mandatesRead, name: gov.T("من يحق لي أن أنوب عنهم", "For whom I may act")}, s.mandates)
	add(s, route{id: "list-mandates-given", method: http.MethodGet, path: "/mandates/given", tag: "mandates", scope: mandatesRead, name: gov.T("من ينوب عني أو عن الشركة", "Who may act for me, or for a company")}, s.given)
	add(s, route{id: "grant-mandate", method: http.MethodPost, path: "/mandates", tag: "mandates", scope: mandatesWrite, status: http.StatusCreated, name: gov.T("منح تفويض", "Grant a mandate")}, s.grant)
	add(s, route{id: "end-mandate", method: http.MethodDelete, path: "/mandates/{id}", tag: "mandates", scope: mandatesWrite, name: gov.T("إنهاء تفويض", "End a mandate")}, s.endMandate)

	add(s, route{id: "list-staff", method: http.MethodGet, path: "/staff", tag: "staff", scope: peopleManage, name: gov.T("موظفو الجهة", "The organisation's staff")}, s.staff)
	add(s, route{id: "appoint", method: http.MethodPut, path: "/staff/{person}", tag: "staff", scope: peopleManage, name: gov.T("تعيين موظف", "Appoint somebody"),
		about: "In place of the roles they had in the organisation. For heads of the organisation and operators."}, s.appoint)
	add(s, route{id: "dismiss", method: http.MethodDelete, path: "/staff/{person}", tag: "staff", scope: peopleManage, name: gov.T("إعفاء موظف", "Dismiss somebody")}, s.dismiss)
}

// Token is an API token without its secret.
type Token struct {
	ID           string       `json:"id"`
	Person       gov.PersonID `json:"person" doc:"Who made it and answers for it"`
	Organisation gov.OrgID    `json:"organisation,omitempty" doc:"For whom it acts"`
	Name         string       `json:"name"`
	Scopes       []string     `json:"scopes"`
	Made         time.Time    `json:"made"`
	Until        time.Time    `json:"until"`
	Used         *time.Time   `json:"used,omitempty" doc:"Roughly"`
}

// Bearer is whom the token in use acts as.
type Bearer struct {
	Token        string       `json:"token" doc:"Its id"`
	Person       gov.PersonID `json:"person"`
	Organisation gov.OrgID    `json:"organisation,omitempty"`
	Roles        []gov.Role   `json:"roles"`
	Scopes       []string     `json:"scopes"`
}

func (s *server) thisToken(ctx context.Context, _ *nothing) (*answer[Bearer], error) {
	a := gov.ActorFrom(ctx)
	return say(Bearer{Token: a.Session, Person: a.Person, Organisation: a.Org, Roles: append([]gov.Role{}, a.Roles...), Scopes: a.Scopes}, nil)
}

func (s *server) tokens(ctx context.Context, _ *nothing) (*answer[[]Token], error) {
	var all []identity.Token
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { all, err = identity.Tokens(tx); return err })
	return say(each(all, func(t identity.Token) Token {
		return Token{ID: t.ID, Person: t.Person, Organisation: t.Org, Name: t.Name, Scopes: t.Scopes, Made: t.MadeAt.UTC(), Until: t.Until.UTC(), Used: when(t.UsedAt)}
	}), err)
}

// named names something by its id.
type named struct {
	ID string `path:"id" maxLength:"64"`
}

func (s *server) revokeToken(ctx context.Context, in *named) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) { return done{true}, identity.RevokeToken(tx, in.ID) })
}

// Mandate allows somebody to act for somebody else.
type Mandate struct {
	ID      string       `json:"id"`
	Holder  gov.PersonID `json:"holder" doc:"Who may act"`
	For     string       `json:"for" doc:"Id of the person or company"`
	ForName gov.Text     `json:"for_name,omitempty"`
	Kind    string       `json:"kind" enum:"guardian,company,agent"`
	Scope   string       `json:"scope,omitempty" doc:"Beginning of the services it covers; absent: all"`
	From    *time.Time   `json:"from,omitempty"`
	Until   *time.Time   `json:"until,omitempty"`
}

func showMandate(m identity.Mandate) Mandate {
	return Mandate{ID: m.ID, Holder: m.Holder, For: m.For, ForName: m.ForName, Kind: string(m.Kind), Scope: m.Scope, From: when(m.From), Until: when(m.Until)}
}

func (s *server) mandates(ctx context.Context, _ *nothing) (*answer[[]Mandate], error) {
	var all []identity.Mandate
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) { all, err = identity.Mandates(tx, tx.Actor().Person); return err })
	return say(each(all, showMandate), err)
}

func (s *server) given(ctx context.Context, in *struct {
	For string `query:"for" maxLength:"64" doc:"Id of a company whose signatory you are; absent: yourself"`
}) (*answer[[]Mandate], error) {
	var all []identity.Mandate
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		subject := in.For
		if subject == "" {
			subject = string(tx.Actor().Person)
		}
		all, err = identity.Given(tx, subject)
		return err
	})
	return say(each(all, showMandate), err)
}

// NewMandate is a wish to let somebody act.
type NewMandate struct {
	Holder gov.PersonID `json:"holder" minLength:"1" maxLength:"64" doc:"Id of who may act"`
	For    string       `json:"for,omitempty" maxLength:"64" doc:"Id of a person or company; absent: yourself"`
	Kind   string       `json:"kind,omitempty" enum:"guardian,company,agent" doc:"Absent: agent"`
	Scope  string       `json:"scope,omitempty" maxLength:"120" doc:"Beginning of the services it covers" example:"education/"`
	Until  time.Time    `json:"until,omitempty"`
	Source string       `json:"source,omitempty" maxLength:"200" doc:"The record it rests on"`
}

// Made names what was made.
type Made struct {
	ID string `json:"id"`
}

func (s *server) grant(ctx context.Context, in *struct{ Body NewMandate }) (*change[Made], error) {
	b := in.Body
	return write(s, ctx, func(tx *db.Tx) (Made, error) {
		m := identity.Mandate{Holder: b.Holder, For: b.For, Kind: identity.MandateKind(b.Kind), Scope: b.Scope, Until: b.Until, Source: b.Source}
		if m.For == "" {
			m.For = string(tx.Actor().Person)
		}
		if m.Kind == "" {
			m.Kind = identity.Agent
		}
		id, err := identity.Grant(tx, m)
		return Made{id}, err
	})
}

func (s *server) endMandate(ctx context.Context, in *named) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) { return done{true}, identity.Revoke(tx, in.ID) })
}

var errStaff = gov.Fail(gov.Denied, "لا يطّلع على موظفي الجهة إلا رئيسها والمشرفون فيها", "Only the head and supervisors of an organisation see its staff")

// Colleague is a person inside an organisation.
type Colleague struct {
	Person gov.PersonID `json:"person"`
	Name   gov.Text     `json:"name"`
	Roles  []gov.Role   `json:"roles"`
}

func (s *server) staff(ctx context.Context, in *struct {
	Organisation gov.OrgID `query:"organisation" maxLength:"64" doc:"For operators; absent: that of the token"`
}) (*answer[[]Colleague], error) {
	var all []identity.Colleague
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		a := tx.Actor()
		org := OfPerson{Organisation: in.Organisation}.org(tx)
		if org == "" || !a.Has(gov.Operator) && (a.Org != org || !a.Has(gov.Head, gov.Supervisor)) {
			return errStaff
		}
		all, err = identity.Staff(tx, org)
		return err
	})
	return say(each(all, func(c identity.Colleague) Colleague { return Colleague(c) }), err)
}

// OfPerson names somebody, in an organisation.
type OfPerson struct {
	Person       gov.PersonID `path:"person" maxLength:"64"`
	Organisation gov.OrgID    `query:"organisation" maxLength:"64" doc:"For operators; absent: that of the token"`
}

func (i OfPerson) org(tx *db.Tx) gov.OrgID {
	if i.Organisation != "" {
		return i.Organisation
	}
	return tx.Actor().Org
}

func (s *server) appoint(ctx context.Context, in *struct {
	OfPerson
	Body struct {
		Roles []gov.Role `json:"roles" minItems:"1" maxItems:"8"`
	}
}) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) {
		return done{true}, identity.Appoint(tx, in.Person, in.org(tx), in.Body.Roles...)
	})
}

func (s *server) dismiss(ctx context.Context, in *OfPerson) (*change[done], error) {
	return write(s, ctx, func(tx *db.Tx) (done, error) { return done{true}, identity.Dismiss(tx, in.Person, in.org(tx)) })
}
