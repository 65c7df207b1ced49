package document_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"diwan.example/document"
	"diwan.example/document/seal"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/internal/merkle"
	"diwan.example/internal/need"
	"diwan.example/pack"
)

// seal returns the seal of d, proven by its organisation's key.
func (o *office) seal(d document.Document) seal.Seal {
	o.t.Helper()
	raw, err := o.SealOf(context.Background(), d)
	if err != nil || raw == nil {
		o.t.Fatalf("no seal: %v", err)
	}
	s, err := seal.Read(raw)
	if err != nil {
		o.t.Fatal(err)
	}
	set, err := o.Keys().Public(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	for _, k := range set.Keys {
		if pub, err := k.Key(); err == nil && k.Kid == s.Key && s.Verified(pub) == nil {
			return s
		}
	}
	o.t.Fatalf("no key of ours signed with %s", s.Key)
	return s
}

func TestEveryDocumentHasItsSeal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		got, err := o.Get(pupil, made.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []document.Document{made, got} {
			s := o.seal(x)
			if s.Code != string(made.ID) || s.Number != made.Number || s.Issuer != "moe" || s.Type != "education/enrolment-certificate#certificate" || len(s.Claims) != 1 || s.Claims["pupil"] != "سارة أحمد" || s.Expires.Unix() != made.ValidUntil.Unix() {
				t.Errorf("%+v", s)
			}
		}
		text, err := o.QRText(pupil, got)
		if scan := seal.ReadQR(text); err != nil || scan.Kind != seal.Sealed || scan.Host != "gov.example" || scan.Code != string(made.ID) || !strings.HasPrefix(text, "HTTPS://GOV.EXAMPLE/V/"+string(made.ID)+"#") {
			t.Errorf("%v %s", err, text)
		}
		o.exec(`UPDATE document_issued SET seal = '' WHERE id = $1`, string(made.ID)) // from before there were seals
		if got, err = o.Get(pupil, made.ID); err != nil || o.seal(got).Number != made.Number {
			t.Error("an old document gets no seal", err)
		}
	})
}

func TestSealsOfOthersAreNotPrinted(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	made, other := o.issue(), o.issue()
	o.exec(`UPDATE document_issued SET seal = (SELECT seal FROM document_issued WHERE id = $1) WHERE id = $2`, string(other.ID), string(made.ID))
	got, err := o.Get(pupil, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.QRText(pupil, got)
	want(t, "another's seal", err, gov.Conflict)
	o.exec(`UPDATE document_issued SET seal = 'A!' WHERE id = $1`, string(made.ID))
	if got, err = o.Get(pupil, made.ID); err != nil {
		t.Fatal(err)
	}
	_, err = o.QRText(pupil, got)
	want(t, "no seal at all", err, gov.Conflict)
}

func TestWhatDoesNotFitIsLeftOutInOrder(t *testing.T) {
	def := *certificate
	def.Claims = []pack.Claim{
		{Name: "first", Label: gov.T("١", "1"), Public: true}, {Name: "kept", Label: gov.T("٢", "2"), Sealed: true},
		{Name: "second", Label: gov.T("٣", "3"), Public: true}, {Name: "third", Label: gov.T("٤", "4"), Public: true},
		{Name: "secret", Label: gov.T("٥", "5")}, {Name: "photo", Label: gov.T("٦", "6"), Kind: form.File, Public: true},
	}
	o := open(t, dbtest.SQLite(t))
	issuer := o.another(o.secret, &def)
	long := strings.Repeat("اسم ", 12)
	for _, c := range []struct {
		first, kept, second, third string
		want                       []string
		left                       int
	}{
		{"a", "b", "c", "d", []string{"first", "kept", "second", "third"}, 0},
		{long, "b", "c", long, []string{"first", "kept", "second"}, 1},
		{"a", "b", long + long, "d", []string{"first", "kept", "third"}, 1},
		{long, long, "c", "d", []string{"kept", "second", "third"}, 1},
		{strings.Repeat("x", 300), "b", "c", "d", []string{"kept", "second", "third"}, 1},
		{"a", strings.Repeat("x", 3000), "c", "d", []string{"first", "second", "third"}, 1},
	} {
		dr := draft()
		dr.Claims = []document.Claim{{Name: "first", Value: c.first}, {Name: "kept", Value: c.kept}, {Name: "second", Value: c.second}, {Name: "third", Value: c.third}, {Name: "secret", Value: "s"}}
		made := issueWith(t, o.db, issuer, dr)
		raw, err := issuer.SealOf(context.Background(), made)
		if err != nil {
			t.Fatal(err)
		}
		s, err := seal.Read(raw)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for name := range s.Claims {
			got = append(got, name)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) || s.Left != c.left {
			t.Errorf("%d bytes say %v, %d left out; want %v, %d", len(raw), got, s.Left, c.want, c.left)
		}
		if text := seal.QR("https://gov.example", s.Code, raw); len(text) > seal.LongestQR {
			t.Errorf("%d characters", len(text))
		}
	}
}

func TestLongFormProvesItselfInTheLog(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		made := o.issue()
		raw, _, err := o.LongSeal(pupil, made.ID)
		if s, bad := seal.Read(raw); err != nil || bad != nil || s.Evidence != nil {
			t.Fatalf("before the log has it: %v %v %+v", err, bad, s.Evidence)
		}
		o.drained()
		if raw, _, err = o.LongSeal(pupil, made.ID); err != nil {
			t.Fatal(err)
		}
		s, err := seal.Read(raw)
		if err != nil || s.Evidence == nil || s.Evidence.Record != made.Token || s.Code != string(made.ID) {
			t.Fatalf("%v %+v", err, s)
		}
		p, err := merkle.ReadProof(string(s.Evidence.Proof))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Verify(merkle.Commit(document.LogDomain, s.Evidence.Salt, document.LogIssued, []byte(s.Evidence.Record)), o.standing(pupil, made.ID).Keys); err != nil {
			t.Error(err)
		}
		_, _, err = o.LongSeal(stranger, made.ID)
		want(t, "a stranger's", err, gov.NotFound)
	})
}

// The code on the page of every pack is read by somebody else's reader at the
// resolution of an office printer.
func TestPrintedCodeIsReadByAnotherReader(t *testing.T) {
	zbar, ppm, dir := need.Tool(t, "zbarimg", "Debian: zbar-tools"), need.Tool(t, "pdftoppm", "Debian: poppler-utils"), t.TempDir()
	o := open(t, dbtest.SQLite(t))
	made := o.issue()
	var page bytes.Buffer
	if err := o.Render(pupil, &page, made.ID); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "page")
	if err := os.WriteFile(file+".pdf", page.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(ppm, "-r", "200", "-gray", "-png", "-f", "1", "-l", "1", "-singlefile", file+".pdf", file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command(zbar, "--quiet", "--raw", file+".png").Output()
	scan := seal.ReadQR(string(out))
	if s, bad := seal.Read(scan.Raw); err != nil || bad != nil || s.Number != made.Number || s.Claims["pupil"] != "سارة أحمد" {
		t.Fatalf("%v %v: read %q", err, bad, out)
	}
}
