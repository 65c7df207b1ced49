package document_test

import (
	"strings"
	"testing"

	"diwan.example/document"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
	"diwan.example/pack"
)

func TestEveryChangedColumnIsNoticed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		other := o.issue(func(d *document.Draft) { d.Holder = "somebody" })
		for set, arg := range map[string]any{
			"number = $1": "MOE-2026-0000-0000", "org = $1": "moi", "service = $1": "x/y", "version = $1": "2", "type = $1": "licence",
			"case_id = $1": "case-2", "holder = $1": "somebody", "issued = $1": 1, "valid_until = $1": 0, "replaces = $1": "X",
			"token = $1": other.Token, "token = $1 || token": "A", "token = replace(token, '.', $1)": "",
		} {
			made := o.issue()
			o.exec(`UPDATE document_issued SET `+set+` WHERE id = $2`, arg, string(made.ID))
			if v := o.verify(string(made.ID)); v.State != document.Altered || v.Number != "" || len(v.Claims) != 0 {
				t.Errorf("%s: %+v", set, v)
			}
			if set == "holder = $1" || set == "org = $1" {
				continue // the person and officer asked below are strangers to it now
			}
			_, err := o.Get(pupil, made.ID)
			want(t, set, err, gov.Conflict)
			want(t, "draw after "+set, o.Render(pupil, &strings.Builder{}, made.ID), gov.Conflict)
		}
		mine, err := o.Mine(pupil)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range mine {
			if x.State != document.Altered || len(x.Claims) != 0 {
				t.Errorf("%s is listed as %s with %d claims", x.Number, x.State, len(x.Claims))
			}
		}
	})
}

func TestChangedPayloadIsNoticed(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	made := o.issue()
	parts := strings.Split(made.Token, ".")
	b := []byte(parts[1])
	b[len(b)/2] ^= 1
	o.exec(`UPDATE document_issued SET token = $1 WHERE id = $2`, parts[0]+"."+string(b)+"."+parts[2], string(made.ID))
	if v := o.verify(string(made.ID)); v.State != document.Altered {
		t.Errorf("it is %s", v.State)
	}
}

// A definition that differs from the one signed would put other words around
// the same values.
func TestChangedDefinitionIsNoticed(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	made := o.issue()
	other := *certificate
	other.Claims = append([]pack.Claim{}, certificate.Claims...)
	other.Claims[0].Label = gov.T("الخريج", "Graduate")
	v, err := o.another(o.secret, &other).Verify(nobody, string(made.ID))
	if err != nil || v.State != document.Altered {
		t.Errorf("%+v %v", v, err)
	}
}

func TestKeysOfOthersSignNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		other := o.issue(func(d *document.Draft) { d.Organisation = "moi" })
		keys, err := o.Keys().All(operator)
		if err != nil || len(keys) != 3 || keys[0].Role != document.KeyRoot || keys[1].Organisation != "moe" {
			t.Fatalf("%v %v", keys, err)
		}
		// Another organisation's key, renamed and moved under this one.
		o.exec(`UPDATE document_key SET sealed = (SELECT sealed FROM document_key WHERE org = 'moi') WHERE org = 'moe'`)
		if _, err := o.another(o.secret, certificate).Verify(nobody, string(made.ID)); gov.KindOf(err) != gov.Unavailable {
			t.Errorf("a key that was exchanged in the table must not open: %v", err)
		}
		// A document of one organisation claimed by the other.
		o.exec(`UPDATE document_issued SET org = 'moe' WHERE id = $1`, string(other.ID))
		if v := o.verify(string(other.ID)); v.State != document.Altered {
			t.Errorf("it is %s", v.State)
		}
		// A key sealed by somebody who has the database but not our secret.
		theirs, _ := sign.OpenVault(sign.NewSecret())
		k, _ := sign.Generate()
		sealed, _ := theirs.Seal("moe/"+keys[1].ID, k)
		o.exec(`UPDATE document_key SET sealed = $1 WHERE org = 'moe'`, sealed)
		if _, err := o.another(o.secret, certificate).Verify(nobody, string(made.ID)); gov.KindOf(err) != gov.Unavailable {
			t.Errorf("a key sealed with another secret must not open: %v", err)
		}
	})
}

func TestRotationKeepsOldDocumentsValid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		node := o.another(o.secret, certificate) // has the old key in memory
		old := o.issue()
		if v, err := node.Verify(nobody, string(old.ID)); err != nil || v.State != document.Valid {
			t.Fatalf("%+v %v", v, err)
		}
		kid := o.held(document.Ceremony{Rite: document.Rotation, Organisation: "moe"}).Record[1].Key
		var fresh document.Document
		err := d.Write(as(gov.System), func(tx *db.Tx) (err error) { fresh, err = node.Issue(tx, draft()); return err })
		if err != nil || sign.KeyID(fresh.Token) != kid || sign.KeyID(old.Token) == kid {
			t.Fatalf("the new document is not signed with the new key: %v", err)
		}
		for _, x := range []document.Document{old, fresh} {
			if v := o.verify(string(x.ID)); v.State != document.Valid {
				t.Errorf("%s is %s", x.Number, v.State)
			}
		}
		set, err := o.Keys().Public(nobody)
		if err != nil || len(set.Keys) != 2 {
			t.Fatalf("%v %v", set, err)
		}
		for _, jwk := range set.Keys { // what an outsider does with the published keys
			pub, err := jwk.Key()
			if err != nil {
				t.Fatal(err)
			}
			token := map[bool]string{true: fresh.Token, false: old.Token}[jwk.Kid == kid]
			if _, err := sign.Open(token, "diwan-document+jws", jwk.Kid, pub); err != nil {
				t.Errorf("%s: %v", jwk.Kid, err)
			}
		}
		if f := o.facts(kid); strings.Join(f, " ") != "document.key_created document.key_certified" {
			t.Errorf("facts: %v", f)
		}
	})
}

func TestRevokedKeyVerifiesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		old := o.issue()
		kid := sign.KeyID(old.Token)
		_, err := o.Keys().All(officer)
		want(t, "an officer lists", err, gov.Denied)
		o.held(document.Ceremony{Rite: document.Revocation, Key: kid, Reason: trust.Compromise})
		if v := o.verify(string(old.ID)); v.State != document.Altered {
			t.Errorf("it is %s", v.State)
		}
		fresh := o.issue()
		if v := o.verify(string(fresh.ID)); v.State != document.Valid {
			t.Errorf("the next document is %s", v.State)
		}
		set, err := o.Keys().Public(nobody)
		if err != nil || len(set.Keys) != 1 || set.Keys[0].Kid == kid {
			t.Errorf("%v %v", set, err)
		}
		if f := strings.Join(o.facts(kid), " "); f != "document.key_created document.key_certified document.key_revoked" {
			t.Errorf("facts: %s", f)
		}
	})
}

func TestResealLetsOldSecretsGo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		fresh := sign.NewSecret()
		both := o.another(fresh+"\n"+o.secret, certificate)
		_, err := both.Keys().Reseal(officer)
		want(t, "an officer", err, gov.Denied)
		for i, want := range []int{2, 0} {
			if n, err := both.Keys().Reseal(operator); err != nil || n != want {
				t.Fatalf("time %d: %d keys, %v", i+1, n, err)
			}
		}
		v, err := o.another(fresh, certificate).Verify(nobody, string(made.ID))
		if err != nil || v.State != document.Valid {
			t.Errorf("%+v %v", v, err)
		}
		_, err = o.another(sign.NewSecret(), certificate).Keys().Reseal(operator)
		want(t, "neither secret", err, gov.Unavailable)
	})
}

// The digest is signed with every document: a change of our types that changes
// it would make every issued document worthless.
func TestDigestNeverChanges(t *testing.T) {
	for def, want := range map[*pack.Document]string{
		certificate: "w99ewGy2GzOrlX7724kMMKd7O3keazRHwldFrW6UgGc",
		judgment:    "obNJHPZTRp_5G9r_KXprO4iGzAssuFDSjtwjkHH2_Zs",
	} {
		if got, err := document.Digest(def); err != nil || got != want {
			t.Errorf("the digest of %s is %s, was %s (%v)", def.ID, got, want, err)
		}
	}
}
