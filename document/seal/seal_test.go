package seal_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"diwan.example/document/seal"
	"diwan.example/gov"
	"diwan.example/internal/need"
	"diwan.example/internal/sign"
	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

func key(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func example() seal.Seal {
	return seal.Seal{Issuer: "moe", Key: "moe-7K3M9QX2AB", Code: "7K3M9QX2AB7K3M", Number: "MOE-2026-7K3M-9QX2", Type: "education/enrolment-certificate#certificate",
		Version: "2", Issued: time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC), Expires: time.Date(2027, 11, 29, 8, 0, 0, 0, time.UTC),
		Status: &seal.Status{URI: "https://diwan.example.gov/status/moe-1", Index: 123456},
		Claims: map[string]any{"pupil_name_ar": "أحمد بن عبدالله آل خليفة", "grade": int64(5), "average": 97.25, "passed": true,
			"school": map[string]string{"ar": "الهداية", "en": "Hidaya"}, "subjects": []any{"Arabic"}}}
}

func made(t testing.TB, s seal.Seal, k *ecdsa.PrivateKey) []byte {
	t.Helper()
	raw, err := seal.Make(s, k)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestSealComesBackAsMade(t *testing.T) {
	k, want := key(t), example()
	raw := made(t, want, k)
	got, err := seal.Read(raw)
	if err != nil || got.Verified(k.Public()) != nil {
		t.Fatal(err, got.Verified(k.Public()))
	}
	if got.Number != want.Number || !got.Expires.Equal(want.Expires) || !got.Issued.Equal(want.Issued) || *got.Status != *want.Status || got.Key != want.Key || got.Code != want.Code || !reflect.DeepEqual(got.Claims, want.Claims) {
		t.Errorf("got %+v", got)
	}
	if err := got.Verified(key(t).Public()); gov.KindOf(err) != gov.Conflict {
		t.Errorf("another key verifies: %v", err)
	}
	text := seal.QR("https://diwan.example.gov", want.Code, raw)
	if len(text) > seal.LongestQR {
		t.Errorf("%d characters in the code", len(text))
	}
	scan := seal.ReadQR(text)
	if scan.Kind != seal.Sealed || scan.Host != "diwan.example.gov" || scan.Code != want.Code || !bytes.Equal(scan.Raw, raw) {
		t.Errorf("scan %+v of %s", scan, text)
	}
}

func TestEveryFlippedBitIsFound(t *testing.T) {
	k := key(t)
	raw := made(t, example(), k)
	for n := range len(raw) * 8 {
		forged := bytes.Clone(raw)
		forged[n/8] ^= 1 << (n % 8)
		if s, err := seal.Read(forged); err == nil && s.Verified(k.Public()) == nil {
			t.Fatalf("bit %d may be flipped", n)
		}
	}
	for n := range raw {
		if _, err := seal.Read(raw[:n]); err == nil {
			t.Fatalf("cut to %d bytes it is read", n)
		}
	}
	if _, err := seal.Read(append(bytes.Clone(raw), 0)); err == nil {
		t.Error("a byte more is read")
	}
}

func TestOnlyOneEncodingIsRead(t *testing.T) {
	k := key(t)
	signer, err := cose.NewSigner(cose.AlgorithmES256, k)
	if err != nil {
		t.Fatal(err)
	}
	good := map[any]any{1: "moe", 6: 1764403200, 7: []byte("7K3M9QX2AB7K3M"), -70001: "N", -70002: "t", -70003: "1", -70004: map[string]any{}}
	body := func(change func(map[any]any)) []byte {
		m := map[any]any{}
		for k, v := range good {
			m[k] = v
		}
		change(m)
		e, _ := cbor.CoreDetEncOptions().EncMode()
		raw, err := e.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	whole := body(func(map[any]any) {})
	twice := append([]byte{whole[0] + 1, 0x01, 0x63, 'b', 'a', 'd'}, whole[1:]...)
	for name, payload := range map[string][]byte{
		"duplicate key":     twice,
		"unknown label":     body(func(m map[any]any) { m[99] = "x" }),
		"no issuer":         body(func(m map[any]any) { delete(m, 1) }),
		"ends before":       body(func(m map[any]any) { m[4] = 5 }),
		"code as text":      body(func(m map[any]any) { m[7] = "7K3M9QX2AB7K3M" }),
		"claims of bytes":   body(func(m map[any]any) { m[-70004] = map[string]any{"x": []byte{1}} }),
		"tagged claim":      body(func(m map[any]any) { m[-70004] = map[string]any{"x": cbor.Tag{Number: 2, Content: []byte{1}}} }),
		"claims nested":     body(func(m map[any]any) { m[-70004] = map[string]any{"x": []any{[]any{[]any{[]any{[]any{1}}}}}} }),
		"indefinite map":    append(append([]byte{0xbf}, whole[1:]...), 0xff),
		"longer integer":    bytes.Replace(whole, []byte{0x06, 0x1a}, []byte{0x06, 0x1b, 0, 0, 0, 0}, 1),
		"a billion entries": {0xbb, 0, 0, 0, 0, 0x40, 0, 0, 0},
		"deep":              bytes.Repeat([]byte{0x81}, 2000),
		"nothing":           {},
		"negative status": body(func(m map[any]any) {
			m[65535] = map[string]any{"status_list": map[string]any{"idx": -1, "uri": "https://x"}}
		}),
	} {
		m := cose.NewSign1Message()
		m.Headers.Protected.SetAlgorithm(cose.AlgorithmES256)
		m.Headers.Protected[cose.HeaderLabelKeyID] = []byte("moe-1")
		m.Payload = payload
		if err := m.Sign(rand.Reader, nil, signer); err != nil {
			t.Fatal(err)
		}
		raw, err := m.MarshalCBOR()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := seal.Read(raw); err == nil {
			t.Errorf("%s: is read", name)
		}
	}
	for name, change := range map[string]func(*cose.Sign1Message){
		"no kid":       func(m *cose.Sign1Message) { delete(m.Headers.Protected, cose.HeaderLabelKeyID) },
		"critical":     func(m *cose.Sign1Message) { m.Headers.Protected["crit-me"] = 1 },
		"stray header": func(m *cose.Sign1Message) { m.Headers.Unprotected[int64(4)] = []byte("moe-2") },
		"half long":    func(m *cose.Sign1Message) { m.Headers.Unprotected[int64(-70012)] = "x" },
	} {
		m := cose.NewSign1Message()
		m.Headers.Protected.SetAlgorithm(cose.AlgorithmES256)
		m.Headers.Protected[cose.HeaderLabelKeyID] = []byte("moe-1")
		m.Payload = whole
		change(m)
		if err := m.Sign(rand.Reader, nil, signer); err != nil {
			t.Fatal(err)
		}
		raw, _ := m.MarshalCBOR()
		if _, err := seal.Read(raw); err == nil {
			t.Errorf("%s: is read", name)
		}
	}
}

func TestOtherAlgorithmsAreRefused(t *testing.T) {
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	big, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Make(example(), p384); gov.KindOf(err) != gov.Invalid {
		t.Errorf("P-384 seals: %v", err)
	}
	if _, err := seal.Make(example(), big); gov.KindOf(err) != gov.Invalid {
		t.Errorf("RSA seals: %v", err)
	}
	signer, err := cose.NewSigner(cose.AlgorithmES384, p384)
	if err != nil {
		t.Fatal(err)
	}
	var m cose.Sign1Message
	if err := m.UnmarshalCBOR(made(t, example(), key(t))); err != nil {
		t.Fatal(err)
	}
	m.Headers.RawProtected, m.Signature = nil, nil
	m.Headers.Protected.SetAlgorithm(cose.AlgorithmES384)
	if err := m.Sign(rand.Reader, nil, signer); err != nil {
		t.Fatal(err)
	}
	raw, _ := m.MarshalCBOR()
	if _, err := seal.Read(raw); err == nil {
		t.Error("ES384 is read")
	}
}

func TestLongFormKeepsTheSeal(t *testing.T) {
	k := key(t)
	raw := made(t, example(), k)
	long, err := seal.Long(raw, seal.Evidence{Record: strings.Repeat("a.b.c", 1000), Salt: make([]byte, 16), Proof: []byte("c2sp.org/tlog-proof@v1\n")})
	if err != nil {
		t.Fatal(err)
	}
	s, err := seal.Read(long)
	if err != nil || s.Verified(k.Public()) != nil || s.Evidence == nil || len(s.Evidence.Record) != 5000 || s.Number != example().Number {
		t.Fatalf("%v %+v", err, s)
	}
}

func TestValuesWithoutPlaceAreRefused(t *testing.T) {
	for name, v := range map[string]any{"bytes": []byte("x"), "nil": nil, "broken text": "\xff", "map of maps": map[string]any{"a": map[string]any{}}, "huge": strings.Repeat("x", 4000)} {
		s := example()
		s.Claims = map[string]any{"x": v}
		if _, err := seal.Make(s, key(t)); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBase45(t *testing.T) {
	for plain, want := range map[string]string{"AB": "BB8", "Hello!!": "%69 VD92EX0", "base-45": "UJCLQE7W581", "ietf!": "QED8WEX0", "": ""} { // RFC 9285 §4.3
		if got := seal.Base45([]byte(plain)); got != want {
			t.Errorf("%q: %q", plain, got)
		}
		if got, err := seal.FromBase45(want); err != nil || string(got) != plain {
			t.Errorf("%q: %q %v", want, got, err)
		}
	}
	for _, bad := range []string{"GGW", ":::", "A", "AAAA", "::", "ab0", "A\n0", "Ü0"} {
		if got, err := seal.FromBase45(bad); err == nil {
			t.Errorf("%q reads as %x", bad, got)
		}
	}
}

func TestScansAreToldApart(t *testing.T) {
	raw := made(t, example(), key(t))
	long := seal.QR("https://verify.gov.bh", "7K3M9QX2AB7K3M", raw)
	for text, want := range map[string]seal.Kind{
		long: seal.Sealed,
		seal.QR("http://127.0.0.1:8080", "7K3M9QX2AB7K3M", raw):                   seal.Sealed,
		strings.Replace(long, "VERIFY.GOV.BH", "CHECK.GOV.FR", 1):                 seal.Sealed,
		"https://verify.gov.bh/v/7K3M9QX2AB7K3M":                                  seal.Coded,
		"HTTPS://VERIFY.GOV.BH/V/7K3M9QX2AB7K3M":                                  seal.Coded,
		"7K3M-9QX2 AB7K3M":                                                        seal.Coded,
		"HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N":                       seal.Foreign,
		"shc:/567629095243206034602924374044603122295953265460346029254077280433": seal.Foreign,
		"https://example.com/menu":                                                seal.Nothing,
		"javascript://x/v/7K3M9QX2AB7K3M#AAA":                                     seal.Nothing,
		"WIFI:S:cafe;;":                                                           seal.Nothing,
		"":                                                                        seal.Nothing,
		long[:len(long)-1] + "é":                                                  seal.Nothing,
		strings.Repeat("A", 100_000):                                              seal.Nothing,
	} {
		if got := seal.ReadQR(text); got.Kind != want {
			t.Errorf("%.60s: %+v", text, got)
		}
	}
}

// python is Debian's own: others do not see Debian's packages.
const python = "/usr/bin/python3"

// TestAnotherReaderAgrees lets Python's cbor2 and OpenSSL read a seal.
func TestAnotherReaderAgrees(t *testing.T) {
	if exec.Command(python, "-c", "import cbor2, cryptography").Run() != nil {
		need.Missing(t, "Python has no cbor2 or cryptography (Debian: python3-cbor2, python3-cryptography)")
	}
	k, dir := key(t), t.TempDir()
	raw := made(t, example(), k)
	pub, err := k.PublicKey.ECDH()
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"seal": raw, "key": pub.Bytes(), "text": []byte(seal.QR("https://x.example", "7K3M9QX2AB7K3M", raw))} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(python, "testdata/verify.py", dir).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "MOE-2026-7K3M-9QX2 moe-7K3M9QX2AB أحمد بن عبدالله آل خليفة 123456") {
		t.Fatalf("%v: %s", err, out)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(made(f, example(), key(f)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if s, err := seal.Read(raw); err == nil && (s.Key == "" || s.Issuer == "" || s.Code == "") {
			t.Errorf("%+v", s)
		}
	})
}

// What was published as an example must always be read.
func TestPublishedVectorIsRead(t *testing.T) {
	raw, err := os.ReadFile("testdata/vector.json")
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		JWK              sign.JWK
		QR, Seal, Number string
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	pub, err := v.JWK.Key()
	if err != nil {
		t.Fatal(err)
	}
	scan := seal.ReadQR(v.QR)
	s, err := seal.Read(scan.Raw)
	if err != nil || s.Verified(pub) != nil || s.Number != v.Number || hex.EncodeToString(scan.Raw) != v.Seal {
		t.Errorf("%v %+v", err, s)
	}
}
