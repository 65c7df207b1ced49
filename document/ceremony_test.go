package document_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"diwan.example/document"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
)

// keeper is an operator who has just proved who they are.
func (o *office) keeper(name string) context.Context {
	return as(gov.Actor{Person: gov.PersonID(name), Org: "iga", Roles: []gov.Role{gov.Operator}, StepUp: o.db.Now()})
}

func (o *office) proposed(c document.Ceremony) document.Ceremony {
	o.t.Helper()
	c.Note = "يوم التجديد"
	c, err := o.Keys().Propose(o.keeper("first"), c)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

// held is a ceremony by two people.
func (o *office) held(c document.Ceremony) document.Ceremony {
	o.t.Helper()
	done, err := o.Keys().Confirm(o.keeper("second"), o.proposed(c).ID)
	if err != nil {
		o.t.Fatal(err)
	}
	return done
}

func TestCeremonyNeedsTwo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		kid := o.mustSign("moe").ID
		rotate := document.Ceremony{Rite: document.Rotation, Organisation: "moe", Note: "x"}
		keys := o.Keys()
		for name, who := range map[string]context.Context{
			"an officer": officer, "nobody": nobody, "a machine": as(gov.System),
			"an operator who has not proved themselves": as(gov.Actor{Person: "first", Org: "iga", Roles: []gov.Role{gov.Operator}}),
			"one who did long ago":                      as(gov.Actor{Person: "first", Org: "iga", Roles: []gov.Role{gov.Operator}, StepUp: d.Now().Add(-11 * time.Minute)}),
		} {
			_, err := keys.Propose(who, rotate)
			want(t, name, err, gov.Denied)
			_, err = keys.Emergency(who, document.Ceremony{Rite: document.Revocation, Key: kid, Reason: trust.Compromise, Note: "x"})
			want(t, name+" alone", err, gov.Denied)
		}
		c := o.proposed(rotate)
		_, err := keys.Propose(o.keeper("third"), rotate)
		want(t, "a second proposal of the same", err, gov.Conflict)
		_, err = keys.Confirm(o.keeper("first"), c.ID)
		want(t, "confirmed by who proposed it", err, gov.Denied)
		_, err = keys.Confirm(officer, c.ID)
		want(t, "confirmed by an officer", err, gov.Denied)
		_, err = keys.Confirm(as(gov.Actor{Person: "second", Org: "iga", Roles: []gov.Role{gov.Auditor}, StepUp: d.Now()}), c.ID)
		want(t, "confirmed by somebody who lost the role", err, gov.Denied)
		_, err = keys.Review(o.keeper("second"), c.ID, "x")
		want(t, "reviewed though it is no emergency", err, gov.Conflict)
		if o.mustSign("moe").ID != kid {
			t.Fatal("the key has changed already")
		}
		done, err := keys.Confirm(o.keeper("second"), c.ID)
		if err != nil || done.State != document.Done || len(done.Record) != 2 || done.Record[0].Key != kid || done.Record[0].State != document.KeyRetired ||
			done.Record[1].Key != o.mustSign("moe").ID || len(done.Record[1].Fingerprint) != 95 {
			t.Fatalf("%+v %v", done, err)
		}
		_, err = keys.Confirm(o.keeper("third"), c.ID)
		want(t, "confirmed twice", err, gov.Conflict)
		_, err = keys.Refuse(o.keeper("third"), c.ID, "x")
		want(t, "refused after", err, gov.Conflict)
		if f := strings.Join(o.facts(c.ID), " "); f != "document.ceremony_proposed document.ceremony_done" {
			t.Errorf("facts: %s", f)
		}
		kept, err := keys.Ceremony(staff("iga", gov.Auditor), c.ID)
		if err != nil || kept.By != "first" || kept.Second != "second" || len(kept.Record) != 2 {
			t.Errorf("%+v %v", kept, err)
		}
		_, err = keys.Ceremony(officer, c.ID)
		want(t, "an officer reads the record", err, gov.Denied)
		if l, _, err := keys.Newest(nobody); err != nil || !l.Names(done.Record[1].Key) {
			t.Errorf("the new key is not in the list: %v", err)
		}
	})
}

func TestCeremonyLapses(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.mustSign("moe")
	c := o.proposed(document.Ceremony{Rite: document.Rotation, Organisation: "moe"})
	o.later(4*time.Hour + time.Second)
	_, err := o.Keys().Confirm(o.keeper("second"), c.ID)
	want(t, "after its time", err, gov.Conflict)
	if c, err := o.Keys().Ceremony(o.keeper("second"), c.ID); err != nil || c.State != document.Lapsed {
		t.Errorf("it is %s %v", c.State, err)
	}
	c = o.proposed(document.Ceremony{Rite: document.Rotation, Organisation: "moe"}) // the lapsed one stands in nobody's way
	if c, err = o.Keys().Refuse(o.keeper("first"), c.ID, ""); err != nil || c.State != document.Withdrawn {
		t.Errorf("%s %v", c.State, err)
	}
	c = o.proposed(document.Ceremony{Rite: document.Rotation, Organisation: "moe"})
	if c, err = o.Keys().Refuse(o.keeper("second"), c.ID, "غير لازم"); err != nil || c.State != document.Refused {
		t.Errorf("%s %v", c.State, err)
	}
}

func TestCeremonyOfSomebodyDismissedIsNotCarriedOut(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.mustSign("moe")
	c := o.proposed(document.Ceremony{Rite: document.Rotation, Organisation: "moe"})
	v, _ := sign.OpenVault(o.secret)
	node, err := document.New(o.db, document.Options{Vault: v, Types: typesOf(certificate), Operates: func(*db.Tx, gov.PersonID) (bool, error) { return false, nil }})
	if err != nil {
		t.Fatal(err)
	}
	_, err = node.Keys().Confirm(o.keeper("second"), c.ID)
	want(t, "its proposer is gone", err, gov.Conflict)
}

func TestEmergencyWantsASecondLook(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		kid := sign.KeyID(made.Token)
		_, err := o.Keys().Emergency(o.keeper("first"), document.Ceremony{Rite: document.Rotation, Organisation: "moe", Note: "x"})
		want(t, "one operator alone rotates", err, gov.Invalid)
		_, err = o.Keys().Emergency(o.keeper("first"), document.Ceremony{Rite: document.Revocation, Key: kid, Reason: trust.Compromise})
		want(t, "without a word", err, gov.Invalid)
		_, err = o.Keys().Emergency(o.keeper("first"), document.Ceremony{Rite: document.Revocation, Key: kid, Note: "x"})
		want(t, "without a reason", err, gov.Invalid)
		c, err := o.Keys().Emergency(o.keeper("first"), document.Ceremony{Rite: document.Revocation, Key: kid, Reason: trust.Compromise, Note: "سُرق جهاز"})
		if err != nil || c.State != document.Acted || c.Overdue(d.Now()) {
			t.Fatalf("%+v %v", c, err)
		}
		if v := o.verify(string(made.ID)); v.State != document.Altered {
			t.Errorf("the document is %s", v.State)
		}
		_, err = o.Keys().Review(o.keeper("first"), c.ID, "كما ينبغي")
		want(t, "reviewed by the same", err, gov.Denied)
		_, err = o.Keys().Review(o.keeper("second"), c.ID, " ")
		want(t, "reviewed without a word", err, gov.Invalid)
		o.later(73 * time.Hour)
		if c, _ = o.Keys().Ceremony(o.keeper("second"), c.ID); !c.Overdue(d.Now()) {
			t.Error("nobody is told that the second look is overdue")
		}
		if c, err = o.Keys().Review(o.keeper("second"), c.ID, "تُحقق منه"); err != nil || c.State != document.Reviewed {
			t.Errorf("%s %v", c.State, err)
		}
		l, _, err := o.Keys().Newest(nobody)
		if err != nil {
			t.Fatal(err)
		}
		if _, key, _ := l.Find(kid); key.State != trust.Revoked || key.Reason != trust.Compromise || key.Proven(made.Issued, trust.Logged).OK() {
			t.Errorf("%+v", key)
		}
	})
}

// A key that was replaced keeps what the public log proves to be older.
func TestSupersededKeyKeepsWhatIsLogged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		logged := o.issue()
		if err := o.log.Drain(nobody); err != nil {
			t.Fatal(err)
		}
		late := o.issue() // never taken in by the log before the revocation
		o.later(time.Minute)
		o.held(document.Ceremony{Rite: document.Revocation, Key: sign.KeyID(logged.Token), Reason: trust.Superseded})
		if v := o.verify(string(logged.ID)); v.State != document.Valid {
			t.Errorf("what is logged is %s", v.State)
		}
		if v := o.verify(string(late.ID)); v.State != document.Altered {
			t.Errorf("what nothing proves is %s", v.State)
		}
	})
}

func TestNewRoot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		pinned := o.roots()
		_, held := o.publish()
		o.later(time.Hour)
		c := o.held(document.Ceremony{Rite: document.NewRoot})
		if len(c.Record) != 3 || c.Record[0].State != document.KeyRetired || c.Record[1].Role != document.KeyRoot || c.Record[2].Organisation != "moe" {
			t.Fatalf("%+v", c.Record)
		}
		_, jws := o.publish()
		if _, err := trust.Open(jws, pinned, d.Now()); err != nil {
			t.Errorf("who holds the old root does not find the new one: %v", err)
		}
		if err := trust.Follows(held, jws); err != nil {
			t.Error(err)
		}
		node := &office{Issuer: o.another(o.secret, certificate), t: t, db: d}
		s := node.mustSign("moe")
		if s.ID != sign.KeyID(made.Token) || !s.Chain[1].Equal(o.roots()[0]) {
			t.Error("the key of before is not certified by the new root")
		}
		if v := node.verify(string(made.ID)); v.State != document.Valid {
			t.Errorf("the document is %s", v.State)
		}
		_, err := o.Keys().Propose(o.keeper("first"), document.Ceremony{Rite: document.Revocation, Key: c.Record[1].Key, Reason: trust.Compromise, Note: "x"})
		want(t, "a root revoked like a key", err, gov.Conflict)
		// a root that may be known to others certifies nothing, not even its successor
		o.later(2 * time.Hour)
		o.held(document.Ceremony{Rite: document.NewRoot, Reason: trust.Compromise})
		_, jws = o.publish()
		_, err = trust.Open(jws, pinned, d.Now())
		want(t, "by a root that was revoked", err, gov.Denied)
		if l, err := trust.Open(jws, o.roots(), d.Now()); err != nil || len(l.Roots) != 3 {
			t.Errorf("%v", err)
		}
		if v := o.verify(string(made.ID)); v.State != document.Valid {
			t.Errorf("after the root's end the document is %s", v.State)
		}
	})
}

func TestRestorationOpensEveryKey(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.mustSign("moe")
	fresh := sign.NewSecret()
	both := &office{Issuer: o.another(fresh+"\n"+o.secret, certificate), t: t, db: o.db}
	if c := both.held(document.Ceremony{Rite: document.Restoration}); len(c.Record) != 2 {
		t.Errorf("%+v", c.Record)
	}
	if s := (&office{Issuer: o.another(fresh, certificate), t: t, db: o.db}).mustSign("moe"); s.ID == "" {
		t.Error("the new secret alone does not open it")
	}
	lost := &office{Issuer: o.another(sign.NewSecret(), certificate), t: t, db: o.db}
	c := lost.proposed(document.Ceremony{Rite: document.Restoration})
	_, err := lost.Keys().Confirm(o.keeper("second"), c.ID)
	want(t, "with a foreign secret", err, gov.Unavailable)
}

func TestPageKeyIsRSA(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	ec := o.mustSign("moe")
	c := o.held(document.Ceremony{Rite: document.Rotation, Organisation: "moe", Role: document.KeyPage})
	var page document.Signing
	err := o.db.Write(as(gov.System), func(tx *db.Tx) (err error) { page, err = o.Keys().SigningPage(tx, "moe"); return err })
	if err != nil || page.ID != c.Record[0].Key || len(page.Chain) != 2 || o.mustSign("moe").ID != ec.ID {
		t.Fatalf("%+v %v", page, err)
	}
	l, _ := o.publish()
	if _, k, _ := l.Find(page.ID); k.Use != "pdf" || k.JWK.Kty != "RSA" {
		t.Errorf("%+v", k)
	} else if _, err := k.JWK.Public(); err != nil {
		t.Error(err)
	}
	if set, err := o.Keys().Public(nobody); err != nil || len(set.Keys) != 1 {
		t.Errorf("%v %v", set, err)
	}
}

// The drawing of the guide is that of the program.
func TestLifeOfACeremonyIsDrawn(t *testing.T) {
	for _, guide := range []string{"../docs/guides/keys.md", "../docs/guides/keys.ar.md"} {
		text, err := os.ReadFile(guide)
		if err != nil || !strings.Contains(string(text), document.Ceremonies.Mermaid()) {
			t.Errorf("%s does not draw the life of a ceremony (%v)", guide, err)
		}
	}
}
