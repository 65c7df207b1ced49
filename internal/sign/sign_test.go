package sign_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/internal/sign"
	"diwan.example/internal/sign/signtest"
)

func vault(t testing.TB, secrets ...string) *sign.Vault {
	t.Helper()
	v, err := sign.OpenVault(strings.Join(secrets, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func key(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := sign.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestVaultOpensOnlyWhatItSealedUnderThatName(t *testing.T) {
	secret := sign.NewSecret()
	v, k := vault(t, secret), key(t)
	sealed, err := v.Seal("moe/k1", k)
	if err != nil {
		t.Fatal(err)
	}
	got, err := vault(t, secret).Open("moe/k1", sealed)
	if err != nil || !k.PublicKey.Equal(got.Public()) {
		t.Fatalf("the key did not come back: %v", err)
	}
	if _, err := v.Open("moi/k1", sealed); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("a key moved to another name opened: %v", err)
	}
	if _, err := vault(t, sign.NewSecret()).Open("moe/k1", sealed); gov.KindOf(err) != gov.Unavailable {
		t.Errorf("another secret opened it: %v", err)
	}
	for i := range len(sealed) {
		b := []byte(sealed)
		b[i] ^= 1
		if _, err := v.Open("moe/k1", string(b)); err == nil {
			t.Fatalf("it opened with byte %d changed", i)
		}
	}
}

func TestVaultChangesItsSecret(t *testing.T) {
	old, fresh := sign.NewSecret(), sign.NewSecret()
	sealed, err := vault(t, old).Seal("a", key(t))
	if err != nil {
		t.Fatal(err)
	}
	both := vault(t, "", fresh, "  "+old)
	if _, err := both.Open("a", sealed); err != nil {
		t.Errorf("the old secret must still open: %v", err)
	}
	again, changed, err := both.Reseal("a", sealed)
	if err != nil || !changed {
		t.Fatalf("%v %v", changed, err)
	}
	if _, err := vault(t, fresh).Open("a", again); err != nil {
		t.Errorf("the new secret alone must open what was sealed again: %v", err)
	}
	if same, changed, err := both.Reseal("a", again); err != nil || changed || same != again {
		t.Errorf("it was sealed twice: %v %v", changed, err)
	}
	if _, _, err := both.Reseal("b", sealed); err == nil {
		t.Error("a key was sealed again under another name")
	}
}

func TestVaultRefusesWeakSecretsWithoutRepeatingThem(t *testing.T) {
	for _, s := range []string{"", "\n\n", "password", "c2hvcnQ=", sign.NewSecret() + "\nnot base64!"} {
		_, err := sign.OpenVault(s)
		if gov.KindOf(err) != gov.Invalid {
			t.Errorf("%q was taken: %v", s, err)
		} else if s != "" && len(strings.TrimSpace(s)) > 0 && strings.Contains(err.Error(), strings.TrimSpace(s)) {
			t.Errorf("the error repeats the secret: %v", err)
		}
	}
}

func TestTokenOpensOnlyAsSigned(t *testing.T) {
	k, other := key(t), key(t)
	token, err := sign.Token(k, "k1", "test+jws", []byte(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if sign.KeyID(token) != "k1" {
		t.Errorf("kid = %q", sign.KeyID(token))
	}
	payload, err := sign.Open(token, "test+jws", "k1", &k.PublicKey)
	if err != nil || string(payload) != `{"a":1}` {
		t.Fatalf("%s %v", payload, err)
	}
	none := "eyJhbGciOiJub25lIiwia2lkIjoiazEiLCJ0eXAiOiJ0ZXN0K2p3cyJ9." + strings.Split(token, ".")[1] + "."
	for name, bad := range map[string]func() ([]byte, error){
		"another key":     func() ([]byte, error) { return sign.Open(token, "test+jws", "k1", &other.PublicKey) },
		"another kid":     func() ([]byte, error) { return sign.Open(token, "test+jws", "k2", &k.PublicKey) },
		"another type":    func() ([]byte, error) { return sign.Open(token, "other+jws", "k1", &k.PublicKey) },
		"no key":          func() ([]byte, error) { return sign.Open(token, "test+jws", "k1", nil) },
		"algorithm none":  func() ([]byte, error) { return sign.Open(none, "test+jws", "k1", &k.PublicKey) },
		"a part too many": func() ([]byte, error) { return sign.Open(token+".", "test+jws", "k1", &k.PublicKey) },
		"nothing":         func() ([]byte, error) { return sign.Open("", "test+jws", "k1", &k.PublicKey) },
	} {
		if _, err := bad(); err == nil {
			t.Errorf("%s: the token opened", name)
		}
	}
	for i := range len(token) {
		b := []byte(token)
		if b[i]++; b[i] == '.' || token[i] == '.' {
			continue
		}
		if _, err := sign.Open(string(b), "test+jws", "k1", &k.PublicKey); err == nil {
			t.Fatalf("it opened with byte %d changed", i)
		}
	}
}

func TestOnlyP256Signs(t *testing.T) {
	k, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sign.Token(k, "k", "t", nil); err == nil {
		t.Error("a P-384 key signed as ES256")
	}
	if _, err := sign.PublicJWK("k", k.Public()); err == nil {
		t.Error("a P-384 key was described as P-256")
	}
}

func TestJWKKeepsTheKey(t *testing.T) {
	k := key(t)
	j, err := sign.PublicJWK("k1", k.Public())
	if err != nil {
		t.Fatal(err)
	}
	got, err := j.Key()
	if err != nil || !got.Equal(&k.PublicKey) {
		t.Fatalf("%v", err)
	}
	known := sign.JWK{Kty: "EC", Crv: "P-256", X: "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", Y: "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}
	if _, err := known.Key(); err != nil {
		t.Errorf("RFC 7517's key: %v", err)
	}
	off := known
	off.Y = off.X
	if _, err := off.Key(); err == nil {
		t.Error("a point off the curve was taken")
	}
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		`{"b":1,"a":[true,null,"x"]}`:                    `{"a":[true,null,"x"],"b":1}`,
		`[1.0,100,1e21,1e-7,0.000001,-0,4.50,1e-10]`:     `[1,100,1e+21,1e-7,0.000001,0,4.5,1e-10]`,
		`"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"/"`: `"€$\u000f\nA'B\"\\\\\"/"`,
		`"\u2028<&>\b\t\f\r"`:                            "\"\u2028<&>\\b\\t\\f\\r\"",
		`{"\ufb33":1,"\ud83d\ude00":2,"ö":3,"a":4}`:      `{"a":4,"ö":3,"😀":2,"` + "\ufb33" + `":1}`,
		`{"اسم":"شهادة قيد"}`:                            `{"اسم":"شهادة قيد"}`,
	} {
		got, err := sign.Canonical(json.RawMessage(in))
		if err != nil || string(got) != want {
			t.Errorf("%s:\n got %s %v\nwant %s", in, got, err, want)
		}
	}
	for _, bad := range []any{int64(math.MaxInt64), json.RawMessage(`1e999`), make(chan int)} {
		if got, err := sign.Canonical(bad); err == nil {
			t.Errorf("%v became %s", bad, got)
		}
	}
}

func FuzzCanonicalIsStable(f *testing.F) {
	f.Add(`{"a":{"b":[1,2.5,"\u0000"]}}`)
	f.Fuzz(func(t *testing.T, in string) {
		once, err := sign.Canonical(json.RawMessage(in))
		if err != nil {
			return
		}
		twice, err := sign.Canonical(json.RawMessage(once))
		if err != nil || string(once) != string(twice) {
			t.Fatalf("%q became %q, then %q (%v)", in, once, twice, err)
		}
	})
}

func BenchmarkToken(b *testing.B) {
	k := key(b)
	body := []byte(strings.Repeat("a", 900))
	for b.Loop() {
		if _, err := sign.Token(k, "moe-0123456789", "t", body); err != nil {
			b.Fatal(err)
		}
	}
}

func TestVaultKeepsKeysAsATokenDoes(t *testing.T) {
	secret := sign.NewSecret()
	signtest.Suite(t, func(t *testing.T) sign.Keeper { return vault(t, secret) })
}
