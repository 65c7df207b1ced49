package document_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"testing"

	"diwan.example/document"
	"diwan.example/document/pades"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/pdf/pdftest"
	"diwan.example/internal/sign"
	"diwan.example/internal/timestamp"
	"diwan.example/pack"
)

// stamping is an issuer whose pages are stamped by stamp.
func stamping(t *testing.T, d *db.DB, stamp func(i **document.Issuer) timestamp.Stamp) *document.Issuer {
	t.Helper()
	v, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	var i *document.Issuer
	i, err = document.New(d, document.Options{
		Vault: v, BaseURL: "https://gov.example", Stamp: stamp(&i),
		Types: func(*db.Tx, gov.ServiceID, string, string) (*pack.Document, error) { return certificate, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func own(i **document.Issuer) timestamp.Stamp {
	return func(ctx context.Context, data []byte) ([]byte, error) {
		a, err := (*i).Keys().Timekeeper(ctx)
		if err != nil {
			return nil, err
		}
		return a.Stamp(ctx, data)
	}
}

func page(t *testing.T, i *document.Issuer, id gov.DocumentID) ([]byte, pades.Signature) {
	t.Helper()
	var b bytes.Buffer
	if err := i.Render(pupil, &b, id); err != nil {
		t.Fatal(err)
	}
	all, err := pades.Verify(b.Bytes())
	if err != nil || len(all) != 1 || all[0].Err != nil {
		t.Fatalf("%d signatures, %v", len(all), err)
	}
	return b.Bytes(), all[0]
}

func TestPageIsSignedByItsOrganisation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := stamping(t, d, own)
		made := issueWith(t, d, i, draft())
		b, s := page(t, i, made.ID)
		pdftest.Archival(t, b)
		var key document.Signing
		var clocks []*x509.Certificate
		err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
			if key, err = i.Keys().Signing(tx, "moe"); err == nil {
				clocks, err = i.Keys().Clocks(tx)
			}
			return err
		})
		if err != nil || !s.By.Equal(key.Chain[0]) || !s.Final || !s.Listed || s.Later.Bytes != 0 {
			t.Fatalf("%v %+v", err, s)
		}
		roots, times := x509.NewCertPool(), x509.NewCertPool()
		roots.AddCert(key.Chain[1])
		for _, c := range clocks {
			times.AddCert(c)
		}
		if s.Stamp == nil || s.Stamp.TrustedBy(times) != nil || s.TrustedBy(roots, s.Stamp.Time) != nil {
			t.Errorf("timestamp %v, chain %v", s.Stamp, s.TrustedBy(roots, dbtest.Start))
		}
		files, err := pades.Attachments(b)
		if err != nil || len(files) == 0 || files[0].Name != document.TokenFile || string(files[0].Data) != made.Token {
			t.Errorf("%v %v", files, err)
		}
	})
}

// A page without a timestamp says so; the authority is then left alone for a while.
func TestPageIsSignedWhileTheAuthorityIsAway(t *testing.T) {
	d := dbtest.SQLite(t)
	asked := 0
	i := stamping(t, d, func(**document.Issuer) timestamp.Stamp {
		return func(context.Context, []byte) ([]byte, error) { asked++; return nil, errors.New("away") }
	})
	made := issueWith(t, d, i, draft())
	for range 3 {
		_, s := page(t, i, made.ID)
		if s.Stamp != nil || !bytes.Contains([]byte(s.Reason), []byte("did not answer")) {
			t.Errorf("%v %q", s.Stamp, s.Reason)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}
