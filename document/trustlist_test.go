package document_test

import (
	"crypto/x509"
	"encoding/json"
	"testing"
	"time"

	"diwan.example/document"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
)

func (o *office) publish() (*trust.List, []byte) {
	o.t.Helper()
	jws, err := o.Keys().Publish(nobody)
	if err != nil {
		o.t.Fatal(err)
	}
	l, err := trust.Open(jws, o.roots(), o.db.Now())
	if err != nil {
		o.t.Fatal(err)
	}
	return l, jws
}

func (o *office) roots() []*x509.Certificate {
	o.t.Helper()
	roots, err := o.Keys().Roots(nobody)
	if err != nil {
		o.t.Fatal(err)
	}
	return roots
}

func TestTrustListSaysWhatIsSo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		one, first := o.publish()
		e, k, ok := one.Find(sign.KeyID(made.Token))
		if !ok || one.Number != 1 || e.ID != "moe" || k.State != trust.Active || !k.May("education/enrolment-certificate#certificate") || k.May("x/y#z") {
			t.Fatalf("%+v", one)
		}
		typ, ok := one.Type("education/enrolment-certificate#certificate")
		if !ok || typ.Issuers[0] != "moe" || len(typ.Claims) != 4 || typ.Claims[0].Label.In(gov.Arabic) != "الطالب" {
			t.Errorf("%+v", typ)
		}
		if _, again := o.publish(); trust.Digest(again) != trust.Digest(first) {
			t.Error("another list though nothing changed")
		}
		o.issue(func(d *document.Draft) { d.Organisation = "moi"; d.Holder = "somebody" })
		two, second := o.publish()
		if two.Number != 2 || two.Previous != trust.Digest(first) || trust.Follows(first, second) != nil || len(two.Entities) != 2 {
			t.Errorf("%+v", two)
		}
		if kept, err := o.Keys().Listed(nobody, 1); err != nil || string(kept) != string(first) {
			t.Errorf("the first is not kept: %v", err)
		}
		_, err := o.Keys().Listed(nobody, 9)
		want(t, "no such number", err, gov.NotFound)
		o.later(8 * 24 * time.Hour) // half of its time
		l, third, err := o.Keys().Newest(nobody)
		if err != nil || l.Number != 3 || trust.Follows(second, third) != nil {
			t.Errorf("it is not made before it runs out: %+v %v", l, err)
		}
	})
}

func TestAKeySlippedInIsNotListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		o.publish()
		theirs, _ := sign.OpenVault(sign.NewSecret())
		k, _ := sign.Generate()
		sealed, _ := theirs.Seal("moj/moj-FALSE", k)
		o.exec(`INSERT INTO document_key (kid, org, state, created, sealed) VALUES ('moj-FALSE', 'moj', 'active', 1, $1)`, sealed)
		o.issue(func(d *document.Draft) { d.Organisation = "moi"; d.Holder = "somebody" })
		l, _ := o.publish()
		if l.Number != 2 || l.Names("moj-FALSE") || !l.Names(sign.KeyID(made.Token)) {
			t.Errorf("%+v", l)
		}
		// a key that stood in the list does not vanish from it
		o.exec(`UPDATE document_key SET sealed = $1 WHERE kid = $2`, sealed, sign.KeyID(made.Token))
		_, err := o.another(o.secret, certificate).Keys().Publish(nobody)
		want(t, "a key of ours broken", err, gov.Unavailable)
		if l, _, err := o.Keys().Newest(nobody); err != nil || l.Number != 2 {
			t.Errorf("the last list is not served: %v", err)
		}
	})
}

func TestWhoIsNotEntitledIssuesNothing(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	v, err := sign.OpenVault(o.secret)
	if err != nil {
		t.Fatal(err)
	}
	strict, err := document.New(o.db, document.Options{Vault: v, Types: typesOf(certificate),
		Issues: func(_ *db.Tx, _ gov.ServiceID, _ string, org gov.OrgID) (bool, error) { return org == "moe", nil }})
	if err != nil {
		t.Fatal(err)
	}
	for org, kind := range map[gov.OrgID]gov.Kind{"moe": "", "moi": gov.Denied} {
		d := draft()
		d.Organisation = org
		err := o.db.Write(as(gov.System), func(tx *db.Tx) error { _, err := strict.Issue(tx, d); return err })
		want(t, string(org), err, kind)
	}
}

// A document of 2026 is checked in 2046 by the list of that year: its key has
// retired, its certificate has ended, and the authority has another root.
func TestADocumentOf2026In2046(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	made := o.issue()
	pinned := o.roots() // by somebody in 2026
	_, held := o.publish()
	for year := range 20 {
		o.later(time.Duration(year) * 365 * 24 * time.Hour)
		o.mustSign("moe") // renews what ends
		o.publish()
	}
	o.later(20 * 365 * 24 * time.Hour)
	_, jws := o.publish()
	l, err := trust.Open(jws, pinned, o.db.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := trust.Follows(held, jws); err != nil {
		t.Error(err)
	}
	_, key, ok := l.Find(sign.KeyID(made.Token))
	if !ok || key.State != trust.Retired || !key.Until.Time().Before(o.db.Now()) {
		t.Fatalf("%+v", key)
	}
	pub, err := key.JWK.Key()
	if err != nil {
		t.Fatal(err)
	}
	body, err := sign.Open(made.Token, "diwan-document+jws", key.ID, pub)
	if err != nil {
		t.Fatal(err)
	}
	var said struct{ Issued int64 }
	if err := json.Unmarshal(body, &said); err != nil || !key.Trusted(trust.Millis(said.Issued).Time()).OK() {
		t.Errorf("in 2046 it is %s (%v)", key.Trusted(trust.Millis(said.Issued).Time()), err)
	}
	if !key.May("education/enrolment-certificate#certificate") || key.Trusted(o.db.Now()) != trust.Late {
		t.Error("the key signs still, or has lost its types")
	}
	// every list since then leads to the first
	for n := l.Number; n > 1; n-- {
		now, err1 := o.Keys().Listed(nobody, n)
		before, err2 := o.Keys().Listed(nobody, n-1)
		if err1 != nil || err2 != nil || trust.Follows(before, now) != nil {
			t.Fatalf("number %d does not follow the one before", n)
		}
	}
	if v := o.verify(string(made.ID)); v.State != document.Expired { // it was valid for half a year
		t.Errorf("it is %s", v.State)
	}
}

func TestRevokedCertificatesAreListed(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	s := o.mustSign("moe")
	o.held(document.Ceremony{Rite: document.Revocation, Key: s.ID, Reason: trust.Superseded})
	der, err := o.Keys().RevokedCertificates(nobody)
	if err != nil {
		t.Fatal(err)
	}
	list, err := x509.ParseRevocationList(der)
	if err != nil || list.CheckSignatureFrom(s.Chain[1]) != nil || len(list.RevokedCertificateEntries) != 1 ||
		list.RevokedCertificateEntries[0].SerialNumber.Cmp(s.Chain[0].SerialNumber) != 0 {
		t.Errorf("%+v %v", list, err)
	}
}
