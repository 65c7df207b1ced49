package document_test

import (
	"bytes"
	"testing"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

func TestAStatementForReadersAbroad(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		_, err := o.Attest(stranger, made.ID)
		want(t, "a stranger", err, gov.NotFound)
		_, err = o.Attest(officer, made.ID)
		want(t, "an officer", err, gov.NotFound)
		a, err := o.Attest(mother, made.ID)
		if err != nil || a.Real || a.Day != dbtest.Start.Format(time.DateOnly) {
			t.Fatalf("%+v %v", a, err)
		}
		got, err := o.Attested(nobody, " "+a.Number, a.Day)
		if err != nil || got.State != document.Valid || got.Issued != made.Number || len(got.Items()) != 10 || got.Items()[7][1] != a.Number {
			t.Errorf("%+v %v", got, err)
		}
		_, err = o.Attested(nobody, a.Number, "2020-01-01")
		want(t, "another day", err, gov.NotFound)
		_, err = o.Attested(nobody, "A-2026-0000-0000", a.Day)
		want(t, "another number", err, gov.NotFound)
		var page bytes.Buffer
		want(t, "a stranger's page", o.AttestationPage(stranger, &page, a.Number), gov.NotFound)
		if err := o.AttestationPage(pupil, &page, a.Number); err != nil || !bytes.HasPrefix(page.Bytes(), []byte("%PDF")) || !bytes.Contains(page.Bytes(), []byte("/ByteRange")) {
			t.Errorf("%d bytes, %v", page.Len(), err)
		}
		if err := o.Revoke(officer, made.ID, gov.T("خطأ", "wrong")); err != nil {
			t.Fatal(err)
		}
		if got, err = o.Attested(nobody, a.Number, a.Day); err != nil || got.State != document.Revoked {
			t.Errorf("%+v %v", got, err)
		}
		_, err = o.Attest(pupil, made.ID)
		want(t, "of a revoked document", err, gov.Conflict)
	})
}
