package document_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"diwan.example/document"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/need"
	"diwan.example/internal/sign"
)

// signing is the key that o signs with for org now.
func (o *office) signing(org gov.OrgID) (s document.Signing, err error) {
	o.t.Helper()
	err = o.db.Write(as(gov.System), func(tx *db.Tx) (err error) { s, err = o.Keys().Signing(tx, org); return err })
	return s, err
}

func (o *office) mustSign(org gov.OrgID) document.Signing {
	o.t.Helper()
	s, err := o.signing(org)
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

func TestEveryKeyLeadsToTheRoot(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		moe, moi := o.mustSign("moe"), o.mustSign("moi")
		for _, s := range []document.Signing{moe, moi} {
			if len(s.Chain) != 2 || !s.Chain[1].Equal(moe.Chain[1]) || s.Chain[0].Subject.SerialNumber != s.ID {
				t.Fatalf("%s: %d certificates", s.ID, len(s.Chain))
			}
			roots := x509.NewCertPool()
			roots.AddCert(s.Chain[1])
			if _, err := s.Chain[0].Verify(x509.VerifyOptions{Roots: roots, CurrentTime: d.Now(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection}}); err != nil {
				t.Error(err)
			}
			if s.Chain[0].NotAfter.Sub(d.Now()) > 4*365*24*time.Hour || s.Chain[1].NotAfter.Sub(d.Now()) < 24*365*24*time.Hour {
				t.Errorf("they stand until %s and %s", s.Chain[0].NotAfter, s.Chain[1].NotAfter)
			}
		}
		if again := o.mustSign("moe"); again.ID != moe.ID || !again.Chain[0].Equal(moe.Chain[0]) {
			t.Error("another certificate the second time")
		}
		// the root signs no documents, and none signed by it counts
		made := o.issue()
		o.exec(`UPDATE document_key SET role = 'issue', state = 'retired' WHERE role = 'root'`)
		o.exec(`UPDATE document_key SET role = 'root' WHERE kid = $1`, moe.ID)
		if v, err := o.another(o.secret, certificate).Verify(nobody, string(made.ID)); err != nil || v.State != document.Altered {
			t.Errorf("%+v %v", v, err)
		}
	})
}

func TestKeysOfBeforeGetTheirCertificate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		old := o.issue()
		o.exec(`UPDATE document_key SET certificate = '', issuer = ''`)
		o.exec(`DELETE FROM document_key WHERE role = 'root'`)
		o.later(400 * 24 * time.Hour)
		node := o.another(o.secret, certificate)
		if err := node.Keys().Prepare(as(gov.System)); err != nil {
			t.Fatal(err)
		}
		var s document.Signing
		err := d.Read(nobody, func(tx *db.Tx) (err error) { s, err = node.Keys().Signing(tx, "moe"); return err }) // nothing is left to write
		if err != nil || sign.KeyID(old.Token) != s.ID {
			t.Fatal(err)
		}
		if at := dbtest.Start; at.Before(s.Chain[0].NotBefore) || at.Before(s.Chain[1].NotBefore) {
			t.Error("the certificates do not reach back to what the key signed")
		}
		if v := o.verify(string(old.ID)); v.State != document.Valid && v.State != document.Expired {
			t.Errorf("the old document is %s", v.State)
		}
	})
}

func TestKeyIsRenewedBeforeItsCertificateEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		first := o.mustSign("moe")
		o.later(first.Chain[0].NotAfter.Sub(dbtest.Start) - 25*time.Hour)
		if s := o.mustSign("moe"); s.ID != first.ID {
			t.Error("renewed too early")
		}
		o.later(first.Chain[0].NotAfter.Sub(dbtest.Start) - 23*time.Hour)
		second := o.mustSign("moe")
		if second.ID == first.ID || !second.Chain[0].NotAfter.After(first.Chain[0].NotAfter) {
			t.Errorf("%s is still used", second.ID)
		}
		o.later(second.Chain[1].NotAfter.Sub(dbtest.Start)) // the root has ended
		_, err := o.signing("moe")
		want(t, "after the end of the root", err, gov.Unavailable)
	})
}

// What an intruder with the database, but without our secret, may try.
func TestForeignCertificatesSignNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		moe := o.mustSign("moe")
		theirs, _ := sign.Generate()
		root, err1 := trust.Root(theirs, trust.Subject{Key: moe.Chain[1].Subject.SerialNumber, Name: gov.T("جذر", "Root")}, d.Now(), d.Now().AddDate(9, 0, 0))
		leaf, err2 := trust.Certify(theirs, root, moe.Signer.Public(), trust.Subject{Key: moe.ID}, d.Now(), d.Now().AddDate(1, 0, 0))
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		text := func(c *x509.Certificate) string { return base64.StdEncoding.EncodeToString(c.Raw) }
		for name, c := range map[string]struct{ set, arg string }{
			"a certificate of another root":             {"certificate = $1", text(leaf)},
			"the root's certificate in the key's place": {"certificate = $1", text(moe.Chain[1])},
			"no certificate at all":                     {"certificate = $1", "!"},
			"certified by itself":                       {"issuer = $1", moe.ID},
			"certified by nobody":                       {"issuer = $1", ""},
			"made the root of another organisation":     {"role = 'root', org = $1", "authority2"},
		} {
			fresh := open(t, d)
			fresh.exec(`DELETE FROM document_key`)
			fresh.mustSign("moe")
			if c.arg == moe.ID {
				c.arg = fresh.mustSign("moe").ID
			}
			fresh.exec(`UPDATE document_key SET `+c.set+` WHERE org = 'moe'`, c.arg)
			node := &office{Issuer: fresh.another(fresh.secret, certificate), t: t, db: d}
			if s, err := node.signing("moe"); err == nil && name != "made the root of another organisation" || err == nil && s.Chain[0].IsCA {
				t.Errorf("%s: it signs", name)
			}
		}
		fresh := open(t, d)
		fresh.exec(`DELETE FROM document_key`)
		fresh.mustSign("moe")
		fresh.exec(`UPDATE document_key SET certificate = $1 WHERE role = 'root'`, text(root)) // another root under the same name
		_, err := (&office{Issuer: fresh.another(fresh.secret, certificate), t: t, db: d}).signing("moe")
		want(t, "the root exchanged", err, gov.Unavailable)
	})
}

func TestOpenSSLTakesOurCertificates(t *testing.T) {
	openssl := need.Tool(t, "openssl", "Debian package openssl")
	o := open(t, dbtest.SQLite(t))
	s := o.mustSign("moe")
	dir := t.TempDir()
	file := func(name string, c *x509.Certificate) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	root, leaf := file("root.pem", s.Chain[1]), file("leaf.pem", s.Chain[0])
	out, err := exec.Command(openssl, "verify", "-x509_strict", "-no_check_time", "-purpose", "smimesign", "-CAfile", root, leaf).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err = exec.Command(openssl, "x509", "-in", leaf, "-noout", "-text", "-nameopt", "utf8,sep_comma_plus").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"1.3.6.1.5.5.7.3.36", "Digital Signature, Non Repudiation", "CA:FALSE", "Authority Key Identifier", s.ID} {
		if !strings.Contains(string(out), part) {
			t.Errorf("no %q in\n%s", part, out)
		}
	}
}
