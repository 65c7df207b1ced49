package document_test

import (
	"testing"

	"diwan.example/document"
	"diwan.example/document/trust"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

// What an issuer gives out, it also recognises, in every form, and says what became
// of it since.
func TestIssuerKnowsItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := stamping(t, d, own)
		made := issueWith(t, d, i, draft())
		sealed, err := i.SealOf(as(gov.System), made)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := page(t, i, made.ID)
		ctx := as(gov.Actor{})
		forms := map[verdict.Form][]byte{verdict.PDF: b, verdict.Record: []byte(made.Token), verdict.Seal: sealed, verdict.Code: []byte(i.VerifyURL(string(made.ID)))}
		for form, data := range forms {
			if v := i.Worth(ctx, data); v.Form != form || v.State != verdict.Valid || v.Unchecked || v.Number != made.Number || v.Issuer != "moe" {
				t.Errorf("%s: %+v", form, v)
			}
		}
		if v := i.Worth(ctx, b[:len(b)-1]); v.State == verdict.Valid {
			t.Errorf("a page cut short: %+v", v)
		}
		if err := i.Revoke(staff("moe", gov.Officer), made.ID, gov.T("خطأ", "An error")); err != nil {
			t.Fatal(err)
		}
		for form, data := range forms {
			if v := i.Worth(ctx, data); v.State != verdict.Revoked {
				t.Errorf("%s: %s after it was revoked", form, v.State)
			}
		}
	})
}

// A key that was made after the trust list was read is found all the same.
func TestANewKeyIsKnownAtOnce(t *testing.T) {
	d := dbtest.SQLite(t)
	i := stamping(t, d, own)
	first := issueWith(t, d, i, draft())
	if v := i.Worth(t.Context(), []byte(first.Token)); v.State != verdict.Valid {
		t.Fatalf("%+v", v)
	}
	other := draft()
	other.Organisation = "works"
	b, _ := page(t, i, issueWith(t, d, i, other).ID)
	if v := i.Worth(t.Context(), b); v.State != verdict.Valid {
		t.Errorf("%+v", v)
	}
}

// A key that is revoked counts no longer, unless an authority stamped what it
// signed before somebody else could have had it.
func TestRevokedKeysCountNoMore(t *testing.T) {
	d := dbtest.SQLite(t)
	i := stamping(t, d, own)
	made := issueWith(t, d, i, draft())
	all, err := i.Keys().All(staff("", gov.Operator))
	for _, k := range all {
		if k.Organisation == "moe" && err == nil {
			first := as(gov.Actor{Person: "first", Org: "iga", Roles: []gov.Role{gov.Operator}, StepUp: d.Now()})
			_, err = i.Keys().Emergency(first, document.Ceremony{Rite: document.Revocation, Key: k.ID, Reason: trust.Compromise, Note: "a stolen disk"})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if v := i.Worth(t.Context(), []byte(made.Token)); v.State != verdict.Altered || len(v.Claims) > 0 {
		t.Errorf("%s: %+v", v.State, v.Claims)
	}
}
