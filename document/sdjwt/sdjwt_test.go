package sdjwt

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"diwan.example/internal/sign"
)

var now = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

func p256(t testing.TB) *ecdsa.PrivateKey {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// world is an issuer, a holder and a credential between them.
type world struct {
	key    Key
	holder *ecdsa.PrivateKey
	token  string
}

func newWorld(t testing.TB) world {
	w := world{key: Key{ID: "moe-1", Signer: p256(t)}, holder: p256(t)}
	var err error
	w.token, err = Issue(w.key, Draft{Type: "https://gov.example/vct/x", Issuer: "https://gov.example", Issued: now, Until: now.AddDate(0, 6, 0), Holder: &w.holder.PublicKey, Decoys: 3,
		Status: map[string]any{"status_list": map[string]any{"idx": 7, "uri": "https://gov.example/status/moe-w1"}},
		Claims: []Claim{{Name: "school", Value: "مدرسة الهداية", Open: true}, {Name: "name", Value: "سارة"}, {Name: "civil_number", Value: "850100011"},
			{Name: "title", Value: map[string]any{"ar": "شهادة", "en": "Certificate"}},
			{Name: "address", Value: map[string]any{"block": 304, "road": "412"}},
			{Name: "marks", Value: []any{map[string]any{"subject": "رياضيات", "mark": 97.5}, map[string]any{"subject": "علوم", "mark": 88}}}}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w world) options(b *Binding) Options {
	return Options{Now: now, Binding: b, Keys: func(kid string, _ []*x509.Certificate) crypto.PublicKey {
		if kid != w.key.ID {
			return nil
		}
		return w.key.Signer.Public()
	}}
}

var toUs = Binding{Audience: "https://verifier.example", Nonce: "n-1"}

func TestWholeCredentialIsRead(t *testing.T) {
	w := newWorld(t)
	c, err := Verify(w.token, w.options(nil))
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := json.Marshal(c.Claims)
	want := `{"address":{"block":304,"road":"412"},"civil_number":"850100011","marks":[{"mark":97.5,"subject":"رياضيات"},{"mark":88,"subject":"علوم"}],"name":"سارة","school":"مدرسة الهداية","title":{"ar":"شهادة","en":"Certificate"}}`
	if string(raw) != want {
		t.Errorf("%s", raw)
	}
	if c.Type != "https://gov.example/vct/x" || c.Issuer != "https://gov.example" || !c.Until.Equal(now.AddDate(0, 6, 0)) || !c.Holder.Equal(&w.holder.PublicKey) || !strings.Contains(string(c.Status), `"idx":7`) {
		t.Errorf("%+v", c)
	}
	if body := payloadOf(t, w.token); strings.Contains(body, "850100011") || strings.Contains(body, "سارة") || strings.Contains(body, "رياضيات") {
		t.Errorf("what is to be hidden stands in the signed part: %s", body)
	}
}

func payloadOf(t *testing.T, token string) string {
	raw, err := b64.DecodeString(strings.Split(token, ".")[1])
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestOnlyWhatIsChosenIsShown(t *testing.T) {
	w := newWorld(t)
	p, err := Present(w.token, func(name string) bool { return name == "name" || name == "address" || name == "block" }, w.holder, toUs, now)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Verify(p, w.options(&toUs))
	raw, _ := json.Marshal(c.Claims)
	if err != nil || string(raw) != `{"address":{"block":304},"name":"سارة","school":"مدرسة الهداية"}` {
		t.Errorf("%s %v", raw, err)
	}
}

// resigned is a credential of the issuer's with another payload.
func (w world) resigned(t *testing.T, change func(map[string]any), more ...string) string {
	parts := strings.Split(w.token, "~")
	var body map[string]any
	json.Unmarshal([]byte(payloadOf(t, w.token)), &body)
	change(body)
	raw, _ := json.Marshal(body)
	jws, err := sign.Compact(w.key.Signer, map[string]any{"typ": Kind, "kid": w.key.ID}, raw)
	if err != nil {
		t.Fatal(err)
	}
	parts[0] = jws
	return strings.Join(append(parts[:len(parts)-1], append(more, "")...), "~")
}

func TestForgedDisclosuresAreRefused(t *testing.T) {
	w := newWorld(t)
	parts := strings.Split(w.token, "~")
	text := func(s string) string { return b64.EncodeToString([]byte(s)) }
	with := func(x ...string) string {
		return strings.Join(append(append([]string{}, parts[:len(parts)-1]...), append(x, "")...), "~")
	}
	swapped := append([]string{}, parts...)
	swapped[1] = text(`["c2FsdA","name","مريم"]`)
	item := text(`["c2FsdA","x"]`)
	over := text(`["c2FsdA","vct","https://evil.example"]`)
	twice := text(`["c2FsdA","school","أخرى"]`)
	none := strings.Split(parts[0], ".")
	none[0], none[2] = text(`{"alg":"none","typ":"dc+sd-jwt","kid":"moe-1"}`), ""
	for name, token := range map[string]string{
		"unreferenced":             with(text(`["c2FsdA","gpa",100]`)),
		"one shown twice":          with(parts[1]),
		"another value":            strings.Join(swapped, "~"),
		"no JSON":                  with(text(`[`)),
		"four parts":               with(text(`["a","b","c","d"]`)),
		"a salt that is no text":   with(text(`[1,"b","c"]`)),
		"a reserved name":          with(text(`["a","_sd",[]]`)),
		"not base64":               with("$$$"),
		"padding":                  with(parts[1] + "="),
		"empty":                    with(""),
		"an item as a member":      w.resigned(t, func(b map[string]any) { b["_sd"] = append(b["_sd"].([]any), digest(item)) }, item),
		"a digest twice":           w.resigned(t, func(b map[string]any) { b["_sd"] = append(b["_sd"].([]any), b["_sd"].([]any)[0]) }),
		"a name that is taken":     w.resigned(t, func(b map[string]any) { b["_sd"] = append(b["_sd"].([]any), digest(twice)) }, twice),
		"over a claim of the type": w.resigned(t, func(b map[string]any) { delete(b, "vct"); b["_sd"] = append(b["_sd"].([]any), digest(over)) }, over),
		"another algorithm":        w.resigned(t, func(b map[string]any) { b["_sd_alg"] = "sha-512" }),
		"an algorithm below":       w.resigned(t, func(b map[string]any) { b["deep"] = map[string]any{"_sd_alg": "sha-256"} }),
		"_sd that is no list":      w.resigned(t, func(b map[string]any) { b["deep"] = map[string]any{"_sd": "x"} }),
		"... in an object":         w.resigned(t, func(b map[string]any) { b["deep"] = map[string]any{"...": "x"} }),
		"... with company":         w.resigned(t, func(b map[string]any) { b["deep"] = []any{map[string]any{"...": "x", "y": 1}} }),
		"a private key in cnf":     w.resigned(t, func(b map[string]any) { b["cnf"].(map[string]any)["jwk"].(map[string]any)["d"] = "x" }),
		"no type":                  w.resigned(t, func(b map[string]any) { delete(b, "vct") }),
		"alg none":                 strings.Join(none, ".") + "~",
		"no tilde":                 parts[0],
		"nothing":                  "",
		"deep":                     w.resigned(t, func(b map[string]any) { b["deep"] = nested(40) }),
	} {
		if c, err := Verify(token, w.options(nil)); !errors.Is(err, ErrAltered) {
			t.Errorf("%s: %v %v", name, err, c.Claims)
		}
	}
	if _, err := Verify(w.token, Options{Now: now, Keys: func(string, []*x509.Certificate) crypto.PublicKey { return &w.holder.PublicKey }}); !errors.Is(err, ErrAltered) {
		t.Error("another's key is taken")
	}
}

func nested(n int) any {
	if n == 0 {
		return 1
	}
	return []any{nested(n - 1)}
}

func TestTimes(t *testing.T) {
	w := newWorld(t)
	o := w.options(nil)
	o.Now = now.AddDate(1, 0, 0)
	if c, err := Verify(w.token, o); !errors.Is(err, ErrExpired) || c.Claims["name"] != "سارة" {
		t.Errorf("%v %v", err, c.Claims)
	}
	o.Now = now.Add(-time.Hour)
	if _, err := Verify(w.token, o); !errors.Is(err, ErrEarly) {
		t.Error(err)
	}
}

func TestTheHoldersProof(t *testing.T) {
	w := newWorld(t)
	all := func(string) bool { return true }
	show := func(k crypto.Signer, b Binding, at time.Time) string {
		p, err := Present(w.token, all, k, b, at)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	good := show(w.holder, toUs, now)
	cut := strings.Split(good, "~")
	for name, p := range map[string]string{
		"none":                  w.token,
		"another's key":         show(p256(t), toUs, now),
		"another audience":      show(w.holder, Binding{"https://evil.example", "n-1"}, now),
		"another nonce":         show(w.holder, Binding{toUs.Audience, "n-2"}, now),
		"old":                   show(w.holder, toUs, now.Add(-time.Hour)),
		"of tomorrow":           show(w.holder, toUs, now.Add(time.Hour)),
		"of another selection":  strings.Join(append(append([]string{}, cut[:2]...), cut[len(cut)-1]), "~"),
		"no proof but the word": w.token + "x",
	} {
		if _, err := Verify(p, w.options(&toUs)); !errors.Is(err, ErrBinding) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Verify(good, w.options(&toUs)); err != nil {
		t.Error(err)
	}
}

func FuzzVerify(f *testing.F) {
	w := newWorld(f)
	f.Add(w.token)
	f.Add("a.b.c~~")
	f.Fuzz(func(t *testing.T, s string) { Verify(s, w.options(nil)) })
}

func BenchmarkIssue(b *testing.B) {
	w := newWorld(b)
	for b.Loop() {
		if _, err := Issue(w.key, Draft{Type: "x", Issuer: "x", Issued: now, Claims: []Claim{{Name: "a", Value: "b"}, {Name: "c", Value: "d"}}}); err != nil {
			b.Fatal(err)
		}
	}
}
