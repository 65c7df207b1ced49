package mdoc

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"diwan.example/internal/form"
	"diwan.example/internal/need"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// world is an authority, an issuer under it, a wallet and a session.
type world struct {
	root    *x509.Certificate
	chain   []*x509.Certificate
	key     *ecdsa.PrivateKey
	device  *ecdsa.PrivateKey
	session Session
	options Options
}

func fresh(t testing.TB) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func certificate(t testing.TB, name string, key *ecdsa.PrivateKey, parent *x509.Certificate, by *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	c := &x509.Certificate{SerialNumber: big.NewInt(int64(len(name))), Subject: pkix.Name{CommonName: name, Country: []string{"BH"}},
		NotBefore: noon.AddDate(-1, 0, 0), NotAfter: noon.AddDate(9, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature}
	if parent == nil {
		c.IsCA, c.BasicConstraintsValid, c.KeyUsage, parent = true, true, x509.KeyUsageCertSign, c
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func newWorld(t testing.TB) *world {
	w := &world{key: fresh(t), device: fresh(t), session: Session{ClientID: "x509_hash:abc", Nonce: "n-1", ResponseURI: "https://verifier.example/answer"}}
	ca := fresh(t)
	w.root = certificate(t, "Sample authority", ca, nil, ca)
	w.chain = []*x509.Certificate{certificate(t, "Sample issuer", w.key, w.root, ca), w.root}
	pool := x509.NewCertPool()
	pool.AddCert(w.root)
	w.options = Options{Trust: Roots(pool), Now: noon}
	return w
}

func licence(w *world) Draft {
	privileges := Value("driving_privileges", form.Group, []any{map[string]any{"vehicle_category_code": "B", "issue_date": "2020-01-05", "expiry_date": "2030-01-04"}})
	elements := []Element{{"family_name", "Yusuf"}, {"given_name", "Sara"}, {"birth_date", Value("birth_date", form.Date, "1990-03-04")},
		{"family_name_national_character", "يوسف"}, {"sex", Value("sex", form.OneOf, "f")}, {"portrait", []byte{0xff, 0xd8, 0xff, 0xd9}}, {"driving_privileges", privileges}, {"age_over_18", true}}
	return Draft{Doctype: LicenceDoctype, Namespace: LicenceNamespace, DeviceKey: &w.device.PublicKey, Signed: noon.Add(-time.Hour), Until: noon.AddDate(5, 0, 0), Status: &Status{"https://verifier.example/status/moi-1", 42},
		Elements: Fill(elements, LicenceDoctype, Facts{Number: "GDT-2026-1", Country: "BH", Authority: "Sample traffic", Issued: noon, Until: noon.AddDate(5, 0, 0), Zone: time.UTC})}
}

func issue(t testing.TB, w *world, d Draft) []byte {
	t.Helper()
	b, err := Issue(w.key, w.chain, d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func present(t testing.TB, w *world, issued []byte, elements ...string) []byte {
	t.Helper()
	b, err := Present(issued, elements, w.device, w.session)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhatIsIssuedIsRead(t *testing.T) {
	w := newWorld(t)
	c, err := Verify(issue(t, w, licence(w)), w.options)
	if err != nil {
		t.Fatal(err)
	}
	if c.Doctype != LicenceDoctype || !c.DeviceKey.Equal(&w.device.PublicKey) || *c.Status != (Status{"https://verifier.example/status/moi-1", 42}) || len(c.Chain) != 1 {
		t.Errorf("read %+v", c)
	}
	for id, want := range map[string]any{"family_name": "Yusuf", "birth_date": FullDate("1990-03-04"), "sex": uint64(2), "portrait": []byte{0xff, 0xd8, 0xff, 0xd9},
		"family_name_national_character": "يوسف", "issue_date": FullDate("2026-11-29"), "expiry_date": FullDate("2031-11-29"), "un_distinguishing_sign": "BRN", "age_over_18": true,
		"driving_privileges": []any{map[string]any{"vehicle_category_code": "B", "issue_date": FullDate("2020-01-05"), "expiry_date": FullDate("2030-01-04")}}} {
		if got := c.Element(id); !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v, want %#v", id, got, want)
		}
	}
}

func TestCategoriesBecomeRows(t *testing.T) {
	want := []any{map[string]any{"vehicle_category_code": "B"}}
	for _, v := range []any{[]string{"B"}, []any{"B"}} {
		if got := Value("driving_privileges", form.ManyOf, v); !reflect.DeepEqual(got, want) {
			t.Errorf("%T: %v", v, got)
		}
	}
}

func TestASessionSeesOnlyWhatIsChosen(t *testing.T) {
	w := newWorld(t)
	got, err := VerifyResponse(present(t, w, issue(t, w, licence(w)), "age_over_18"), w.session, w.options)
	if err != nil || len(got) != 1 {
		t.Fatal(err)
	}
	if want := []Element{{"age_over_18", true}}; !reflect.DeepEqual(got[0].Spaces[LicenceNamespace], want) {
		t.Errorf("disclosed %v", got[0].Spaces)
	}
}

func TestPresentationsOfOthersAreRefused(t *testing.T) {
	w := newWorld(t)
	issued := issue(t, w, licence(w))
	good := present(t, w, issued)
	for name, s := range map[string]Session{
		"another nonce":      {w.session.ClientID, "n-2", w.session.ResponseURI, nil},
		"another audience":   {"x509_hash:xyz", w.session.Nonce, w.session.ResponseURI, nil},
		"another address":    {w.session.ClientID, w.session.Nonce, "https://elsewhere.example/answer", nil},
		"another encryption": {w.session.ClientID, w.session.Nonce, w.session.ResponseURI, bytes.Repeat([]byte{1}, 32)},
	} {
		if _, err := VerifyResponse(good, s, w.options); !errors.Is(err, ErrHolder) {
			t.Errorf("%s: %v", name, err)
		}
	}
	thief := *w
	thief.device = fresh(t)
	if _, err := VerifyResponse(present(t, &thief, issued), w.session, w.options); !errors.Is(err, ErrHolder) {
		t.Errorf("signed by another device: %v", err)
	}
	if _, err := VerifyResponse(issued, w.session, w.options); err == nil {
		t.Error("a document without a presentation was taken")
	}
}

func TestForgeriesAreRefused(t *testing.T) {
	w := newWorld(t)
	issued := issue(t, w, licence(w))
	var s signed
	if err := decoding.Unmarshal(issued, &s); err != nil {
		t.Fatal(err)
	}
	forge := func(change func(s *signed)) []byte {
		c := signed{Spaces: map[string][]raw{LicenceNamespace: append([]raw{}, s.Spaces[LicenceNamespace]...)}, Auth: s.Auth}
		change(&c)
		b, _ := encoding.Marshal(c)
		return b
	}
	item0, _ := wrapped(item{0, make([]byte, 32), "age_over_21", true})
	unknown, _ := wrapped(item{99, make([]byte, 32), "age_over_21", true})
	for name, b := range map[string][]byte{
		"a changed item":     forge(func(s *signed) { s.Spaces[LicenceNamespace][0] = item0 }),
		"an item not signed": forge(func(s *signed) { s.Spaces[LicenceNamespace] = append(s.Spaces[LicenceNamespace], unknown) }),
		"an item twice":      forge(func(s *signed) { x := s.Spaces[LicenceNamespace]; s.Spaces[LicenceNamespace] = append(x, x[0]) }),
		"another namespace":  forge(func(s *signed) { s.Spaces["x"] = s.Spaces[LicenceNamespace]; delete(s.Spaces, LicenceNamespace) }),
		"no signature":       forge(func(s *signed) { s.Auth = []byte{0xf6} }),
		"nothing":            nil,
		"half of it":         issued[:len(issued)/2],
		"more behind it":     append(bytes.Clone(issued), 0),
		"deep nesting":       bytes.Repeat([]byte{0x81}, 100000),
		"a huge length":      {0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	} {
		if c, err := Verify(b, w.options); !errors.Is(err, ErrAltered) {
			t.Errorf("%s: %v %v", name, c, err)
		}
	}
	whole := must(Verify(issued, w.options))
	for i := range issued { // one changed bit, anywhere
		b := bytes.Clone(issued)
		b[i] ^= 1 << (i % 8)
		if c, err := Verify(b, w.options); err == nil && len(c.Spaces) > 0 && !reflect.DeepEqual(c, whole) {
			t.Fatalf("a change at %d was not noticed", i)
		}
	}
}

func TestWhomAndWhen(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	issued := issue(t, w, licence(w))
	at := func(now time.Time) Options { o := w.options; o.Now = now; return o }
	typed := w.options
	typed.Doctype = "org.iso.23220.photoid.1"
	for name, c := range map[string]struct {
		o    Options
		want error
	}{
		"another authority": {other.options, ErrUntrusted}, "nobody is trusted": {Options{Now: noon}, ErrUntrusted}, "another type": {typed, ErrDoctype},
		"too early": {at(noon.AddDate(0, 0, -2)), ErrEarly}, "too late": {at(noon.AddDate(6, 0, 0)), ErrExpired},
	} {
		if _, err := Verify(issued, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := licence(w)
	d.Until = time.Time{}
	if c := must(Verify(issue(t, w, d), w.options)); !c.Until.Equal(w.chain[0].NotAfter) {
		t.Errorf("a document without an end ends %s", c.Until)
	}
	d.Elements = append(d.Elements, d.Elements[0])
	if _, err := Issue(w.key, w.chain, d); err == nil {
		t.Error("an element was named twice")
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestAStrangerReadsIt gives a presentation to npm packages: valid, and with one
// byte changed.
func TestAStrangerReadsIt(t *testing.T) {
	node, home := need.Tool(t, "node", "Debian: nodejs"), filepath.Join("..", "..", "e2e")
	for _, p := range []string{"@auth0/mdl", "@owf/mdoc"} {
		need.File(t, filepath.Join(home, "node_modules", p), "npm ci in e2e")
	}
	w := newWorld(t)
	w.session.Thumbprint = bytes.Repeat([]byte{7}, 32)
	d := licence(w)
	d.Signed = time.Now().Add(-time.Hour)
	good := present(t, w, issue(t, w, d), "family_name", "birth_date", "portrait", "driving_privileges", "issuing_country")
	bad := bytes.Clone(good)
	bad[bytes.Index(bad, []byte("Yusuf"))]++
	other := w.session
	other.Nonce = "n-2"
	found := stranger(t, node, home, w.root, map[string]presentation{"good": shown(good, w.session), "changed": shown(bad, w.session), "another nonce": shown(good, other)})
	if got := found["good"]; len(got.Failed) > 0 || got.Passed < 10 || got.Elements["family_name"] != "Yusuf" || got.Elements["portrait"] != "ffd8ffd9" {
		t.Errorf("a good presentation: %+v", got)
	}
	for _, name := range []string{"changed", "another nonce"} {
		if len(found[name].Failed) == 0 {
			t.Errorf("%s: nothing was found", name)
		}
	}
}

// presentation is what the packages are given.
type presentation struct {
	Response   []byte `json:"response"`
	Client     string `json:"client"`
	Nonce      string `json:"nonce"`
	Address    string `json:"address"`
	Thumbprint []byte `json:"thumbprint"`
}

func shown(response []byte, s Session) presentation {
	return presentation{response, s.ClientID, s.Nonce, s.ResponseURI, s.Thumbprint}
}

// finding is what they found.
type finding struct {
	Failed   []string
	Passed   int
	Elements map[string]any
}

func stranger(t *testing.T, node, home string, root *x509.Certificate, cases map[string]presentation) (found map[string]finding) {
	t.Helper()
	body, _ := json.Marshal(map[string]any{"root": string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Raw})), "cases": cases})
	file := filepath.Join(t.TempDir(), "presentations.json")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	home, _ = filepath.Abs(home)
	out, err := exec.Command(node, "testdata/stranger.mjs", home, file).CombinedOutput()
	if err != nil || json.Unmarshal(out, &found) != nil {
		t.Fatalf("%v %s", err, out)
	}
	return found
}
