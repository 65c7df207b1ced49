package app_test

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"diwan.example/document"
	"diwan.example/document/pades"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/cms"
	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
	"diwan.example/internal/need"
)

// One certificate of the running platform, in every form that leaves the house, is
// read by programs that are not ours.
func TestEveryFormOfACertificateIsReadByOthers(t *testing.T) {
	a := served(t)
	made := licensed(t, a, "parent")
	if err := a.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	holder := gov.WithActor(t.Context(), gov.Actor{Person: made.Holder, Channel: gov.Portal})
	var page bytes.Buffer
	if err := a.Issuer.Render(holder, &page, made.ID); err != nil {
		t.Fatal(err)
	}
	var key document.Signing
	var clocks []*x509.Certificate
	err := a.DB.Read(t.Context(), func(tx *db.Tx) (err error) {
		if key, err = a.Issuer.Keys().Signing(tx, made.Organisation); err == nil {
			clocks, err = a.Issuer.Keys().Clocks(tx)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("PDF", func(t *testing.T) { strangersRead(t, page.Bytes(), key.Chain[1], clocks[0]) })
	t.Run("log", func(t *testing.T) { logProven(t, page.Bytes(), made.Token) })
	t.Run("wallets", func(t *testing.T) { walletsRead(t, a, made) })
	t.Run("seal", func(t *testing.T) { codeRead(t, a, made, page.Bytes()) })
	t.Run("ours", func(t *testing.T) {
		sealed, err := a.Issuer.SealOf(holder, made)
		if err != nil {
			t.Fatal(err)
		}
		for form, data := range map[verdict.Form][]byte{verdict.PDF: page.Bytes(), verdict.Record: []byte(made.Token), verdict.Seal: sealed} {
			if v := a.Issuer.Worth(t.Context(), data); v.Form != form || v.State != verdict.Valid || v.Unchecked || v.Number != made.Number {
				t.Errorf("%s: %+v", form, v)
			}
		}
	})
}

var signedRange = regexp.MustCompile(`/ByteRange\[0 (\d+) (\d+) \d+\]`)

// strangersRead asks poppler, NSS, qpdf and openssl about a page.
func strangersRead(t *testing.T, page []byte, root, clock *x509.Certificate) {
	dir := t.TempDir()
	run := func(program, from string, args ...string) string {
		cmd := exec.Command(need.Tool(t, program, from), args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C.UTF-8", "HOME="+dir)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", program, err, out)
		}
		return string(out)
	}
	write := func(file string, b []byte) {
		if err := os.WriteFile(filepath.Join(dir, file), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	asPEM := func(c *x509.Certificate) []byte {
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
	}
	write("x.pdf", page)
	write("root.pem", asPEM(root))
	write("clock.pem", asPEM(clock))
	write("none", nil)
	if err := os.Mkdir(filepath.Join(dir, "nss"), 0o700); err != nil {
		t.Fatal(err)
	}
	run("certutil", "libnss3-tools", "-N", "-d", "sql:nss", "-f", "none")
	run("certutil", "libnss3-tools", "-A", "-d", "sql:nss", "-n", "root", "-t", "CT,C,C", "-i", "root.pem", "-f", "none")
	said := run("pdfsig", "poppler-utils", "-nssdir", "sql:nss", "x.pdf")
	for _, want := range []string{"Signature is Valid", "Certificate is Trusted", "Total document signed"} {
		if !strings.Contains(said, want) {
			t.Errorf("pdfsig does not say %q:\n%s", want, said)
		}
	}
	run("qpdf", "qpdf", "--check", "x.pdf")

	m := signedRange.FindSubmatch(page)
	hole, _ := strconv.Atoi(string(m[1]))
	end, _ := strconv.Atoi(string(m[2]))
	raw, err := hex.DecodeString(string(page[hole+1 : end-1]))
	if err != nil {
		t.Fatal(err)
	}
	raw = raw[:4+int(raw[2])<<8+int(raw[3])]
	s, err := cms.Read(raw)
	if err != nil || s.Stamp == nil {
		t.Fatalf("%v: no timestamp", err)
	}
	write("signature", raw)
	write("content", slices.Concat(page[:hole], page[end:]))
	write("value", s.Value)
	write("token", s.Stamp)
	run("openssl", "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "content", "-CAfile", "root.pem", "-purpose", "any", "-out", "out")
	run("openssl", "openssl", "ts", "-verify", "-data", "value", "-in", "token", "-token_in", "-CAfile", "clock.pem")
}

// logProven checks the proof inside the page with another library for Merkle trees.
func logProven(t *testing.T, page []byte, token string) {
	files, err := pades.Attachments(page)
	at := slices.IndexFunc(files, func(f pades.Attachment) bool { return f.Name == verdict.ProofFile })
	if err != nil || at < 0 {
		t.Fatalf("no proof in the page: %v", err)
	}
	p, err := merkle.ReadProof(string(files[at].Data))
	if err != nil {
		t.Fatal(err)
	}
	o, err := p.Opening()
	if err != nil {
		t.Fatal(err)
	}
	c, err := merkle.ReadBody(merkle.Text(p.Checkpoint))
	if err != nil {
		t.Fatal(err)
	}
	entry := o.Entry(token)
	var path [][]byte
	for _, h := range p.Hashes {
		path = append(path, h[:])
	}
	leaf := rfc6962.DefaultHasher.HashLeaf(entry[:])
	if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(p.Index), uint64(c.Size), leaf, path, c.Root[:]); err != nil {
		t.Error(err)
	}
}
