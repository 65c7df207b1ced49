package identity

import (
	"context"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// tokenMark begins every API token, so that a leaked one is recognised by tools
// that look for secrets.
const tokenMark = "diwan_"

// usedEvery is how coarsely a token's last use is kept.
const usedEvery = 10 * time.Minute

// Token is an API token as its owner sees it; the secret is shown once only.
type Token struct {
	ID     string
	Person gov.PersonID // who made it and answers for it
	Org    gov.OrgID    // whom it acts for; empty: the person as a resident
	Name   string
	Scopes []string
	MadeAt time.Time
	Until  time.Time
	UsedAt time.Time // roughly; zero: never
}

// CreateToken makes an API token for the actor, or for the organisation they
// act in now, and returns its secret, which is stored nowhere. A token never
// can more than its maker can at the moment of use. Errors: SignIn (also when
// the actor has not proved themselves within ten minutes), Denied (another
// organisation, or no head, owner or operator of it), Invalid.
func (g *Gate) CreateToken(ctx context.Context, t Token) (secret string, err error) {
	secret = tokenMark + newToken()
	err = g.DB.Write(ctx, func(tx *db.Tx) error {
		a := tx.Actor()
		if a.Person == "" || a.Scopes != nil {
			return errNobody
		}
		if !FreshFor(a, tx.Now(), 10*time.Minute) {
			return errProve
		}
		if t.Org != "" && (t.Org != a.Org || !a.Has(gov.Head, gov.Owner, gov.Operator)) {
			return errDenied
		}
		t.Person, t.ID, t.MadeAt = a.Person, db.NewID(tx.Now()), tx.Now()
		if err := t.check(tx.Now()); err != nil {
			return err
		}
		if err := insertToken(tx, t, hashed(secret)); err != nil {
			return err
		}
		return journal.Append(tx, journal.Fact{Name: "identity.token-made", Subject: t.ID, Organisation: t.Org, Body: journal.Body(map[string]any{"scopes": t.Scopes})})
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

func (t *Token) check(now time.Time) error {
	bad := func(field, ar, en string) error { return gov.Fail(gov.Invalid, ar, en).At(field) }
	t.Name, _ = gov.CleanText(strings.TrimSpace(t.Name))
	switch {
	case t.Name == "" || len([]rune(t.Name)) > 80:
		return bad("name", "اكتب اسمًا يميّز هذا الرمز، لا يزيد على 80 حرفًا", "Write a name for this token, of at most 80 letters")
	case len(t.Scopes) == 0 || len(t.Scopes) > 50:
		return bad("scopes", "اختر ما يُسمح به لهذا الرمز", "Choose what this token may do")
	case !t.Until.After(now) || t.Until.After(now.AddDate(1, 0, 1)):
		return bad("until", "حدِّد تاريخ انتهاء خلال سنة من اليوم", "Choose an end within a year from today")
	}
	return nil
}

// ByToken returns the actor of an API token's secret. Errors: SignIn when it is
// unknown, revoked or past its end, its maker's account is closed, or they no
// longer work for its organisation.
func (g *Gate) ByToken(ctx context.Context, secret string) (a gov.Actor, err error) {
	bad := gov.Fail(gov.SignIn, "رمز الوصول غير صحيح أو انتهت صلاحيته", "The access token is wrong or no longer valid")
	if !strings.HasPrefix(secret, tokenMark) || len(secret) != len(tokenMark)+43 {
		return a, bad
	}
	var t Token
	var roles []gov.Role
	var ok bool
	err = g.DB.Glance(ctx, func(tx *db.Tx) (err error) { t, roles, ok, err = tokenByHash(tx, hashed(secret)); return err })
	if err != nil {
		return a, err
	}
	if !ok || t.Org != "" && len(roles) == 0 {
		return a, bad
	}
	if g.DB.Now().Sub(t.UsedAt) >= usedEvery {
		if err := g.DB.Write(ctx, func(tx *db.Tx) error { return noteToken(tx, t.ID) }); err != nil {
			return a, err
		}
	}
	return gov.Actor{Person: t.Person, Org: t.Org, Roles: roles, Channel: gov.API, Session: t.ID, Scopes: t.Scopes}, nil
}

// Tokens returns the tokens of the organisation the actor acts in, or of the
// actor as a resident. Errors: SignIn, Denied.
func Tokens(tx *db.Tx) ([]Token, error) {
	a := tx.Actor()
	switch {
	case a.Person == "":
		return nil, errNobody
	case a.Org != "" && !a.Has(gov.Head, gov.Owner, gov.Operator):
		return nil, errDenied
	}
	return tokensOf(tx, a.Person, a.Org)
}

// RevokeToken ends a token at once: the maker's own, or one of the organisation
// whose head, owner or operator the actor is. Errors: SignIn, NotFound.
func RevokeToken(tx *db.Tx, id string) error {
	a := tx.Actor()
	if a.Person == "" {
		return errNobody
	}
	org := a.Org
	if !a.Has(gov.Head, gov.Owner, gov.Operator) {
		org = ""
	}
	n, err := revokeToken(tx, id, a.Person, org)
	if err != nil {
		return err
	}
	if n == 0 {
		return gov.Fail(gov.NotFound, "لا يوجد رمز وصول كهذا", "There is no such access token")
	}
	return journal.Append(tx, journal.Fact{Name: "identity.token-revoked", Subject: id, Organisation: a.Org})
}
