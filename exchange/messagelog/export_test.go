package messagelog

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/exchange/asice"
	"diwan.example/exchange/message"
	"diwan.example/gov"
	"diwan.example/internal/need"
	"diwan.example/internal/sign"
	"diwan.example/internal/timestamp"
)

// issued is a signer whose certificate an authority issued.
func issued(t testing.TB) (s signer, ca *x509.Certificate) {
	t.Helper()
	caKey, err1 := sign.Generate()
	key, err2 := sign.Generate()
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	form := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA of the tests"}, NotBefore: noon.Add(-48 * time.Hour), NotAfter: noon.Add(48 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, form, form, caKey.Public(), caKey)
	if err != nil {
		t.Fatal(err)
	}
	if ca, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	form = &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "moe/gw1"}, NotBefore: form.NotBefore, NotAfter: form.NotAfter, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment}
	if der, err = x509.CreateCertificate(rand.Reader, form, ca, key.Public(), caKey); err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return signer{key, cert}, ca
}

// exchanged is a request and its response, signed.
func exchanged(t testing.TB, s signer, ca *x509.Certificate, id string, question, answer []byte) (q, a Entry) {
	t.Helper()
	block := []byte("POST\r\n/r1/BH/GOV/moe/s/people/v1\r\nX-Road-Client:BH/GOV/moe/s\r\n")
	signed := func(h *message.Head, body []byte) Entry {
		h.Headers = sha512.Sum512(block)
		f, err := h.Fix()
		if err != nil {
			t.Fatal(err)
		}
		sig, err := f.Sign(s.key, s.cert)
		if err != nil {
			t.Fatal(err)
		}
		return Entry{Fixed: f, Signed: sig, Cert: s.cert, Issuers: []*x509.Certificate{ca}, Block: block, Body: body}
	}
	q = signed(head(id, question), question)
	h := head(id, answer)
	block1, body1 := sha512.Sum512(block), sha512.Sum512(question)
	h.Kind, h.Status, h.Request = message.Response, 200, sha512.Sum512(append(block1[:], body1[:]...))
	a = signed(h, answer)
	return q, a
}

// sealedLog has two exchanges under a seal and one after.
func sealedLog(t testing.TB) (l *Log, ca, tsa *x509.Certificate) { return sealedLogOf(t, alone) }

// How the messages of a log are signed.
func alone(testing.TB, signer, []Entry) {}

// togetherSigned signs the requests of a log by one signature, and the responses.
func togetherSigned(t testing.TB, s signer, list []Entry) {
	t.Helper()
	heads := make([]*message.Fixed, len(list))
	for i, e := range list {
		heads[i] = e.Fixed
	}
	signed, err := message.SignTogether(heads, s.key, s.cert, noon)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		list[i].Signed = signed[i]
	}
}

func sealedLogOf(t testing.TB, signing func(testing.TB, signer, []Entry)) (l *Log, ca, tsa *x509.Certificate) {
	t.Helper()
	s, ca := issued(t)
	a := stamper(t)
	l = open(t, t.TempDir(), Options{Name: "BH/GOV/moe/gw1", SegmentSize: 8 << 10, Seals: Seals{Stamp: a.Stamp, Every: time.Hour}})
	names := []string{"one", "two", "three"}
	var questions, answers []Entry
	for _, id := range names {
		q, r := exchanged(t, s, ca, id, []byte("who is "+id+"?"), bytes.Repeat([]byte("answer "), 3000))
		questions, answers = append(questions, q), append(answers, r)
	}
	signing(t, s, questions)
	signing(t, s, answers)
	for i, id := range names {
		add(t, l, questions[i])
		add(t, l, answers[i])
		if id == "two" {
			if err := l.Seal(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return l, ca, a.Certificate
}

// waysToSign are the forms a signature may have; each is exported and verified.
var waysToSign = map[string]func(testing.TB, signer, []Entry){"alone": alone, "together": togetherSigned}

func export(t testing.TB, f Folder, id string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := f.Export(&b, id); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func check(t testing.TB, b []byte, roots ...*x509.Certificate) *asice.Report {
	t.Helper()
	o := asice.Options{Now: noon}
	if len(roots) > 0 {
		o.Roots = x509.NewCertPool()
		for _, c := range roots {
			o.Roots.AddCert(c)
		}
	}
	r, err := asice.Verify(bytes.NewReader(b), int64(len(b)), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func said(r *asice.Report, g asice.Grade) (out []string) {
	for _, f := range r.Findings {
		if f.Grade == g {
			out = append(out, f.Text[gov.English])
		}
	}
	return out
}

func TestExportedExchangeVerifies(t *testing.T) {
	for name, signing := range waysToSign {
		t.Run(name, func(t *testing.T) { exportedExchangeVerifies(t, signing) })
	}
}

func exportedExchangeVerifies(t *testing.T, signing func(testing.TB, signer, []Entry)) {
	l, ca, tsa := sealedLogOf(t, signing)
	if r, err := l.Verify(nil); err != nil || len(r.Problems) > 0 || r.Messages != 6 {
		t.Errorf("the log: %+v %v", r, err)
	}
	b := export(t, l.Folder, "one")
	if again := export(t, l.Folder, "m-one"); !bytes.Equal(b, again) {
		t.Error("the same exchange exported twice differs")
	}
	r := check(t, b, ca, tsa)
	good := strings.Join(said(r, asice.Good), "\n")
	for _, want := range []string{"The response answers this very request", "is record 4 of the log", "was issued by one that is trusted", "is trusted"} {
		if !strings.Contains(good, want) {
			t.Errorf("not said: %s", want)
		}
	}
	if !r.Valid() || len(r.Signatures) != 2 || len(r.Stamps) != 1 || len(r.Messages) != 2 || len(said(r, asice.Note)) != 1 {
		t.Errorf("valid %v\n%s\n%s", r.Valid(), good, strings.Join(append(said(r, asice.Bad), said(r, asice.Note)...), "\n"))
	}
	if r := check(t, b, tsa); r.Valid() || !strings.Contains(strings.Join(said(r, asice.Bad), "\n"), "issuer of the certificate of") {
		t.Errorf("an unknown issuer was taken: %v", said(r, asice.Bad))
	}
	if r := check(t, b, ca); r.Valid() {
		t.Error("an unknown authority was taken")
	}
	if r := check(t, export(t, l.Folder, "three"), ca, tsa); !r.Valid() || len(r.Stamps) != 0 || !strings.Contains(strings.Join(said(r, asice.Note), "\n"), "only the signer's word") {
		t.Errorf("not yet sealed: %v", r.Findings)
	}
	if err := l.Export(io.Discard, "nobody"); gov.KindOf(err) != gov.NotFound {
		t.Errorf("%v", err)
	}
}

// files of a container, to be put together again otherwise.
func unzip(t testing.TB, b []byte) (names []string, files map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
		names = append(names, f.Name)
	}
	return names, files
}

func zipped(t testing.TB, names []string, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		w.Write(files[name])
	}
	z.Close()
	return b.Bytes()
}

func TestEveryChangeOfAnExportIsFound(t *testing.T) {
	for name, signing := range waysToSign {
		t.Run(name, func(t *testing.T) { everyChangeOfAnExportIsFound(t, signing) })
	}
}

func everyChangeOfAnExportIsFound(t *testing.T, signing func(testing.TB, signer, []Entry)) {
	l, ca, tsa := sealedLogOf(t, signing)
	names, files := unzip(t, export(t, l.Folder, "one"))
	r := check(t, zipped(t, names, files), ca, tsa)
	if !r.Valid() {
		t.Fatalf("put together again: %v", said(r, asice.Bad))
	}
	good := strings.Join(said(r, asice.Good), "")
	for _, name := range names {
		whole := files[name]
		for i := 0; i < len(whole); i += 1 + len(whole)/40 {
			b := bytes.Clone(whole)
			b[i] ^= 1
			files[name] = b
			r := check(t, zipped(t, names, files), ca, tsa)
			// What these two bring along unsigned, such as the issuer's certificate,
			// may change as long as they still say the same.
			spare := strings.HasSuffix(name, ".p7s") || strings.HasSuffix(name, ".tst")
			if r.Valid() && (!spare || strings.Join(said(r, asice.Good), "") != good) {
				t.Errorf("%s: byte %d was changed unseen", name, i)
			}
		}
		files[name] = whole
		less := slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
		r := check(t, zipped(t, less, files), ca, tsa)
		optional := strings.HasSuffix(name, ".body") || strings.HasSuffix(name, ".headers") || strings.HasPrefix(name, "META-INF/proof") || name == "mimetype"
		if r.Valid() && (!optional || len(said(r, asice.Note)) < 2) {
			t.Errorf("%s is missing and nothing is said", name)
		}
	}
	files["extra"] = []byte("put in later")
	if r := check(t, zipped(t, append(names, "extra"), files), ca, tsa); r.Valid() {
		t.Error("a file that nobody signed was taken")
	}
	_, other := unzip(t, export(t, l.Folder, "two"))
	delete(files, "extra")
	for _, name := range names {
		if strings.Contains(name, "response") {
			files[name] = other[name]
		}
	}
	if r := check(t, zipped(t, names, files), ca, tsa); r.Valid() || !strings.Contains(strings.Join(said(r, asice.Bad), "\n"), "does not answer") {
		t.Errorf("the response to another request was taken: %v", said(r, asice.Bad))
	}
}

// What we export, openssl verifies: both signatures, and the timestamp.
func TestOpenSSLVerifiesAnExport(t *testing.T) {
	openssl := need.Tool(t, "openssl", "Debian package openssl")
	for name, signing := range waysToSign {
		t.Run(name, func(t *testing.T) { openSSLVerifiesAnExport(t, openssl, signing) })
	}
}

func openSSLVerifiesAnExport(t *testing.T, openssl string, signing func(testing.TB, signer, []Entry)) {
	l, ca, tsa := sealedLogOf(t, signing)
	_, files := unzip(t, export(t, l.Folder, "one"))
	dir := t.TempDir()
	put := func(name string, b []byte) {
		t.Helper()
		write(t, filepath.Join(dir, filepath.Base(name)), b)
	}
	for name, b := range files {
		put(name, b)
	}
	put("ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Raw}))
	put("tsa.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: tsa.Raw}))
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command(openssl, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("openssl %v: %v\n%s", args, err, out)
		}
	}
	signatures := 0
	for file := range files {
		what, ok := strings.CutPrefix(file, "META-INF/signature-")
		if !ok {
			continue
		}
		signatures++
		what = strings.TrimSuffix(what, ".p7s")
		run("cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "signature-"+what+".p7s", "-content", "ASiCManifest-"+what+".xml", "-CAfile", "ca.pem", "-purpose", "any", "-attime", "1795953600", "-out", os.DevNull)
	}
	if signatures != 2 {
		t.Errorf("%d signatures", signatures)
	}
	run("ts", "-verify", "-data", "ASiCManifest-seal-1.xml", "-token_in", "-in", "timestamp-seal-1.tst", "-CAfile", "tsa.pem", "-attime", "1795953600")
	token, err := timestamp.Check(files["META-INF/timestamp-seal-1.tst"], files["META-INF/ASiCManifest-seal-1.xml"])
	if err != nil || !token.Time.Equal(noon) {
		t.Errorf("%v %v", token, err)
	}
}

func TestArchiveHoldsThePeriod(t *testing.T) {
	l, ca, tsa := sealedLog(t)
	var b bytes.Buffer
	var told int
	n, err := l.Archive(&b, time.Time{}, time.Time{}, func(done, all int) { told = all })
	if err != nil || n != 3 || told != 3 {
		t.Fatalf("%d %v", n, err)
	}
	names, files := unzip(t, b.Bytes())
	if len(names) != 4 || bytes.Count(files["index.jsonl"], []byte("\n")) != 3 || !bytes.Contains(files["index.jsonl"], []byte(`"request":"two"`)) {
		t.Errorf("%v\n%s", names, files["index.jsonl"])
	}
	for _, name := range names[:3] {
		if r := check(t, files[name], ca, tsa); !r.Valid() || len(r.Signatures) != 2 {
			t.Errorf("%s: %v", name, said(r, asice.Bad))
		}
	}
	if _, err := l.Archive(&b, noon.Add(time.Hour), time.Time{}, nil); gov.KindOf(err) != gov.NotFound {
		t.Errorf("an empty period: %v", err)
	}
}

func TestOnlyWhatIsArchivedAndSealedIsRemoved(t *testing.T) {
	now := noon
	l := open(t, t.TempDir(), Options{SegmentAge: time.Hour, Clock: func() time.Time { return now }, Seals: Seals{Stamp: stamper(t).Stamp, Every: time.Hour, Records: 4}})
	for i := range 30 {
		add(t, l, letter(t, string(rune('a'+i)), []byte("x")))
		now = now.Add(30 * time.Minute)
		if i%3 == 2 {
			if err := l.Seal(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := idsIn(t, l.Folder)
	n, err := l.Remove(noon.Add(-time.Hour))
	if err != nil || n != 0 {
		t.Errorf("before the first: %d %v", n, err)
	}
	until := noon.Add(5 * time.Hour)
	if n, err = l.Remove(until); err != nil || n < 2 {
		t.Fatalf("%d %v", n, err)
	}
	left := idsIn(t, l.Folder)
	if len(left) >= len(before) || !slices.Equal(left, before[len(before)-len(left):]) {
		t.Errorf("%v of %v are left", left, before)
	}
	for r, err := range l.Records(until, time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		if s, err := l.Seals(r.Number, r.Number); err != nil || len(s) != 1 {
			t.Errorf("record %d cannot be proven any more: %v %v", r.Number, s, err)
		}
	}
	if r := verify(t, l.dir); len(r.Problems) > 0 || r.Unsealed > 0 {
		t.Errorf("%+v", r)
	}
	add(t, l, letter(t, "later", nil))
	l.Close()
	if again := open(t, l.dir, Options{Clock: func() time.Time { return now }, Seals: l.o.Seals}); len(idsIn(t, again.Folder)) != len(left)+1 {
		t.Error("it does not open as it was")
	}
	if n, err := l.Remove(now.Add(time.Hour)); err != nil || n == 0 {
		t.Errorf("all but the last: %d %v", n, err)
	}
}
