package trust_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/sign"
)

var start = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

func key(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := sign.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// root makes a root that stands for 25 years.
func root(t testing.TB, from time.Time) (*ecdsa.PrivateKey, *x509.Certificate) {
	t.Helper()
	k := key(t)
	c, err := trust.Root(k, trust.Subject{Key: "iga-ROOT" + from.Format("2006"), Name: gov.T("الهيئة", "The authority"), Country: "BH"}, from, from.AddDate(25, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return k, c
}

func list(number int64, at time.Time, previous []byte) *trust.List {
	l := &trust.List{Format: 1, Number: number, Issued: trust.At(at), Next: trust.At(at.AddDate(0, 0, 7)), Authority: trust.Organisation{ID: "iga", Name: gov.T("الهيئة", "The authority")}}
	if previous != nil {
		l.Previous = trust.Digest(previous)
	}
	return l
}

func signed(t testing.TB, k *ecdsa.PrivateKey, c *x509.Certificate, l *trust.List) []byte {
	t.Helper()
	out, err := trust.Sign(k, []*x509.Certificate{c}, l)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func kind(t *testing.T, what string, err error, want gov.Kind) {
	t.Helper()
	if gov.KindOf(err) != want {
		t.Errorf("%s: %v, want %s", what, err, want)
	}
}

func TestListOpensOnlyForWhoTrustsItsRoot(t *testing.T) {
	k, c := root(t, start)
	anchors := []*x509.Certificate{c}
	jws := signed(t, k, c, list(1, start, nil))
	if l, err := trust.Open(jws, anchors, start.Add(time.Hour)); err != nil || l.Number != 1 || l.Authority.ID != "iga" {
		t.Fatalf("%+v %v", l, err)
	}
	_, other := root(t, start)
	_, err := trust.Open(jws, []*x509.Certificate{other}, start)
	kind(t, "another root", err, gov.Denied)
	_, err = trust.Open(jws, nil, start)
	kind(t, "no root", err, gov.Denied)
	_, err = trust.Open(jws, anchors, start.AddDate(0, 0, 8))
	kind(t, "run out", err, gov.Unavailable)
	_, err = trust.Open(jws, anchors, start.Add(-time.Hour))
	kind(t, "a clock that is behind", err, gov.Unavailable)
	if _, err = trust.Open(jws, anchors, start.Add(-4*time.Minute)); err != nil {
		t.Errorf("clocks four minutes apart: %v", err)
	}
	if _, err := trust.Past(jws, anchors); err != nil {
		t.Error(err)
	}
	for i := 0; i < len(jws); i += 7 {
		b := bytes.Clone(jws)
		if b[i]++; b[i] == '.' || jws[i] == '.' {
			continue
		}
		if _, err := trust.Open(b, anchors, start); err == nil {
			t.Fatalf("it opened with byte %d changed", i)
		}
	}
}

// An organisation's key leads to the root as well; it must not sign lists.
func TestNobodyElseSignsTheList(t *testing.T) {
	k, c := root(t, start)
	anchors := []*x509.Certificate{c}
	leaf := key(t)
	mine, err := trust.Certify(k, c, leaf.Public(), trust.Subject{Key: "moe-1", Name: gov.T("الوزارة", "Ministry")}, start, start.AddDate(3, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	jws, err := trust.Sign(leaf, []*x509.Certificate{mine, c}, list(1, start, nil))
	if err != nil {
		t.Fatal(err)
	}
	_, err = trust.Open(jws, anchors, start)
	kind(t, "signed by an organisation", err, gov.Denied)
	jws, err = trust.Sign(leaf, []*x509.Certificate{c}, list(1, start, nil))
	if err != nil {
		t.Fatal(err)
	}
	_, err = trust.Open(jws, anchors, start)
	kind(t, "signed by an organisation that shows the root's certificate", err, gov.Denied)
	for name, bad := range map[string]string{"nothing": "", "a word": "list", "two parts": "a.b", "not base64": "!.!.!"} {
		_, err := trust.Open([]byte(bad), anchors, start)
		kind(t, name, err, gov.Invalid)
	}
}

func TestListOfARootThatEndedCountsNoMore(t *testing.T) {
	k, c := root(t, start)
	late := start.AddDate(26, 0, 0)
	_, err := trust.Open(signed(t, k, c, list(9, late, nil)), []*x509.Certificate{c}, late)
	kind(t, "an expired root", err, gov.Denied)
	_, err = trust.Past(signed(t, k, c, list(1, start.AddDate(-1, 0, 0), nil)), []*x509.Certificate{c})
	kind(t, "older than its root", err, gov.Denied)
}

// Whoever holds the root of 2026 follows the authority to the one of 2046.
func TestOldRootLeadsToNewOne(t *testing.T) {
	k1, c1 := root(t, start)
	then := start.AddDate(20, 0, 0)
	k2, c2 := root(t, then)
	cross, err := trust.Cross(k1, c1, c2)
	if err != nil {
		t.Fatal(err)
	}
	jws, err := trust.Sign(k2, []*x509.Certificate{cross, c1}, list(900, then, nil))
	if err != nil {
		t.Fatal(err)
	}
	for name, anchor := range map[string]*x509.Certificate{"the root of 2026": c1, "the root of 2046": c2} {
		if _, err := trust.Open(jws, []*x509.Certificate{anchor}, then); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, other := root(t, start)
	_, err = trust.Open(jws, []*x509.Certificate{other}, then)
	kind(t, "another root", err, gov.Denied)
}

func TestListsFollowEachOther(t *testing.T) {
	k, c := root(t, start)
	one := signed(t, k, c, list(1, start, nil))
	two := signed(t, k, c, list(2, start.Add(time.Hour), one))
	five := signed(t, k, c, list(5, start.AddDate(0, 1, 0), []byte("four")))
	for _, next := range [][]byte{one, two, five} {
		if err := trust.Follows(one, next); err != nil {
			t.Error(err)
		}
	}
	kind(t, "rolled back", trust.Follows(two, one), gov.Conflict)
	kind(t, "the same number, another list", trust.Follows(two, signed(t, k, c, list(2, start.Add(2*time.Hour), one))), gov.Conflict)
	kind(t, "another past", trust.Follows(one, signed(t, k, c, list(2, start.Add(time.Hour), []byte("other")))), gov.Conflict)
	kind(t, "a later number of an earlier time", trust.Follows(two, signed(t, k, c, list(9, start, []byte("x")))), gov.Conflict)
	kind(t, "no list", trust.Follows(one, []byte("x")), gov.Invalid)
}

func TestWhatAKeySignedCountsByItsEnd(t *testing.T) {
	day := func(n int) time.Time { return start.AddDate(0, 0, n) }
	base := trust.Key{ID: "moe-1", From: trust.At(start), Until: trust.At(day(1000)), State: trust.Active}
	ended := func(s trust.State, r trust.Reason) trust.Key {
		k := base
		k.State, k.Reason, k.Ended = s, r, trust.At(day(100))
		return k
	}
	since := ended(trust.Revoked, trust.Compromise)
	since.Since = trust.At(day(50))
	for _, c := range []struct {
		name string
		key  trust.Key
		day  int
		by   trust.Proof
		want trust.Standing
	}{
		{"in force", base, 10, trust.Claimed, trust.Good},
		{"before it was there", base, -1, trust.Stamped, trust.Early},
		{"after its certificate", base, 1001, trust.Stamped, trust.Late},
		{"retired, before", ended(trust.Retired, ""), 99, trust.Claimed, trust.Good},
		{"retired, after", ended(trust.Retired, ""), 101, trust.Claimed, trust.Late},
		{"superseded, before, claimed", ended(trust.Revoked, trust.Superseded), 99, trust.Claimed, trust.Unproven},
		{"superseded, before, logged", ended(trust.Revoked, trust.Superseded), 99, trust.Logged, trust.Good},
		{"superseded, after", ended(trust.Revoked, trust.Superseded), 101, trust.Logged, trust.Late},
		{"ceased, before, stamped", ended(trust.Revoked, trust.Cessation), 99, trust.Stamped, trust.Good},
		{"compromised, before, claimed", ended(trust.Revoked, trust.Compromise), 99, trust.Claimed, trust.Distrusted},
		{"compromised, before, logged", ended(trust.Revoked, trust.Compromise), 99, trust.Logged, trust.Distrusted},
		{"compromised, before, stamped", ended(trust.Revoked, trust.Compromise), 99, trust.Stamped, trust.Good},
		{"compromised, after, stamped", ended(trust.Revoked, trust.Compromise), 101, trust.Stamped, trust.Distrusted},
		{"compromised earlier, stamped between", since, 60, trust.Stamped, trust.Distrusted},
		{"compromised earlier, stamped before", since, 40, trust.Stamped, trust.Good},
		{"revoked without a reason", ended(trust.Revoked, ""), 99, trust.Logged, trust.Distrusted},
	} {
		got := c.key.Proven(day(c.day), c.by)
		if got != c.want || got.OK() != (c.want == trust.Good) || got.Words().In(gov.Arabic) == "" {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestListSaysWhoMayIssueWhat(t *testing.T) {
	l := list(1, start, nil)
	l.Entities = []trust.Entity{{Organisation: trust.Organisation{ID: "moe"}, Keys: []trust.Key{{ID: "moe-1", Types: []string{"education/certificate#certificate"}}}}}
	l.Roots = []trust.Key{{ID: "iga-ROOT"}}
	e, k, ok := l.Find("moe-1")
	if !ok || e.ID != "moe" || !k.May("education/certificate#certificate") || k.May("justice/judgment#judgment") {
		t.Errorf("%+v %+v %v", e, k, ok)
	}
	if _, _, ok := l.Find("iga-ROOT"); ok {
		t.Error("a root issues documents")
	}
}

func TestCertificatesNameInArabic(t *testing.T) {
	_, c := root(t, start)
	if c.Subject.CommonName != "الهيئة" || c.Subject.Organization[0] != "The authority" || c.Subject.Country[0] != "BH" || len(c.SubjectKeyId) != 20 {
		t.Errorf("%s", c.Subject)
	}
	long, err := trust.Root(key(t), trust.Subject{Name: gov.T(strings.Repeat("و", 300), "")}, start, start.AddDate(1, 0, 0))
	if err != nil || len([]rune(long.Subject.CommonName)) != 64 {
		t.Errorf("%v", err)
	}
	if f := trust.Fingerprint(c); len(f) != 95 || strings.Count(f, ":") != 31 {
		t.Error(f)
	}
}

func FuzzOpen(f *testing.F) {
	k, c := root(f, start)
	jws := signed(f, k, c, list(1, start, nil))
	f.Add(jws)
	f.Fuzz(func(t *testing.T, in []byte) {
		if _, err := trust.Open(in, []*x509.Certificate{c}, start); err == nil && !bytes.Equal(bytes.TrimSpace(in), jws) {
			t.Errorf("another list opens: %q", in)
		}
	})
}
