package portal_test

import (
	"bytes"
	"compress/zlib"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"diwan.example/document/seal"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/need"
	"diwan.example/internal/sign"
)

var morning = time.Date(2026, 11, 29, 6, 0, 0, 0, time.UTC)

// scheme is an authority with entities, keys and lists for tests.
type scheme struct {
	t        *testing.T
	root     *ecdsa.PrivateKey
	cert     *x509.Certificate
	entities []trust.Entity
	keys     map[string]*ecdsa.PrivateKey
}

const certificateType = "education/enrolment-certificate#certificate"

func newScheme(t *testing.T) *scheme {
	s := &scheme{t: t, root: key(t), keys: map[string]*ecdsa.PrivateKey{}}
	var err error
	if s.cert, err = trust.Root(s.root, trust.Subject{Key: "iga-ROOT", Name: gov.T("الهيئة", "The authority"), Country: "BH"}, morning.AddDate(-1, 0, 0), morning.AddDate(20, 0, 0)); err != nil {
		t.Fatal(err)
	}
	s.entity("moe", s.key("moe-1", trust.Active), s.key("moe-old", trust.Retired), s.key("moe-lost", trust.Revoked), s.key("moe-late", trust.Active))
	s.entity("moi", s.key("moi-1", trust.Active))
	return s
}

func key(t *testing.T) *ecdsa.PrivateKey {
	k, err := sign.Generate()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func (s *scheme) entity(id string, keys ...trust.Key) {
	s.entities = append(s.entities, trust.Entity{Organisation: trust.Organisation{ID: id, Name: gov.T("وزارة", "Ministry "+id)}, Keys: keys})
}

func (s *scheme) key(kid string, state trust.State) trust.Key {
	k := key(s.t)
	s.keys[kid] = k
	jwk, err := sign.PublicJWK(kid, k.Public())
	if err != nil {
		s.t.Fatal(err)
	}
	out := trust.Key{ID: kid, State: state, From: trust.At(morning.AddDate(0, -6, 0)), Until: trust.At(morning.AddDate(2, 0, 0)), Types: []string{certificateType}, JWK: jwk}
	switch kid {
	case "moe-old", "moe-lost":
		out.Ended = trust.At(morning.AddDate(0, -1, 0))
	case "moe-late":
		out.From = trust.At(morning.AddDate(0, 0, 5))
	}
	return out
}

func (s *scheme) list(number int64, at time.Time) *trust.List {
	return &trust.List{Format: 1, Number: number, Issued: trust.At(at), Next: trust.At(at.AddDate(0, 0, 7)), Authority: trust.Organisation{ID: "iga"}, Entities: s.entities,
		Types: []trust.Type{{ID: certificateType, Version: "1", Title: gov.T("شهادة قيد", "Certificate"), Claims: []trust.Claim{{Name: "pupil", Label: gov.T("الطالب", "Pupil")}}}}}
}

func (s *scheme) signed(l *trust.List, root *ecdsa.PrivateKey, chain ...*x509.Certificate) string {
	jws, err := trust.Sign(root, chain, l)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(jws)
}

const statusAt = "https://gov.example/status/moe-1"

// sealed is the QR text of a seal by kid.
func (s *scheme) sealed(kid string, change ...func(*seal.Seal)) string {
	x := seal.Seal{Issuer: "moe", Key: kid, Code: "7K3M9QX2AB7K3M", Number: "MOE-2026-7K3M-9QX2", Type: certificateType, Version: "1", Issued: morning.AddDate(0, 0, -2),
		Expires: morning.AddDate(0, 6, 0), Status: &seal.Status{URI: statusAt, Index: 5}, Claims: map[string]any{"pupil": "سارة \u202eأحمد"}}
	for _, f := range change {
		f(&x)
	}
	k := s.keys[kid]
	if k == nil {
		k = key(s.t)
	}
	raw, err := seal.Make(x, k)
	if err != nil {
		s.t.Fatal(err)
	}
	return seal.QR("https://gov.example", "7K3M9QX2AB7K3M", raw)
}

// status is a list of two bits in which place 5 is set to value.
func (s *scheme) status(kid string, value byte, change ...func(map[string]any)) string {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write([]byte{0, value << 2, 0, 0})
	w.Close()
	claims := map[string]any{"sub": statusAt, "iat": morning.Add(-time.Hour).Unix(), "exp": morning.AddDate(0, 0, 1).Unix(), "status_list": map[string]any{"bits": 2, "lst": base64.RawURLEncoding.EncodeToString(z.Bytes())}}
	for _, f := range change {
		f(claims)
	}
	body, _ := json.Marshal(claims)
	token, err := sign.Token(s.keys[kid], kid, "statuslist+jwt", body)
	if err != nil {
		s.t.Fatal(err)
	}
	return token
}

type sealCase struct {
	Name   string `json:"name"`
	Text   string `json:"text"`
	List   string `json:"list"`
	Fresh  bool   `json:"fresh"` // this device has seen no list yet
	Status string `json:"status"`
	Now    int64  `json:"now"`
	want   string
}

func TestPageJudgesSeals(t *testing.T) {
	node, s := need.Tool(t, "node", "Debian: nodejs"), newScheme(t)
	other := newScheme(t)
	newRoot := key(t)
	fresh, err := trust.Root(newRoot, trust.Subject{Key: "iga-ROOT2", Name: gov.T("الهيئة", "The authority"), Country: "BH"}, morning.AddDate(0, 0, -1), morning.AddDate(20, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	cross, err := trust.Cross(s.root, s.cert, fresh)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := trust.Certify(s.root, s.cert, s.keys["moe-1"].Public(), trust.Subject{Key: "moe-1", Name: gov.T("وزارة", "Ministry"), Country: "BH"}, morning.AddDate(0, -1, 0), morning.AddDate(1, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	at := morning.AddDate(0, 0, -1)
	good := s.list(7, at)
	changed := s.list(7, at)
	changed.Entities = s.entities[:1]
	lists := map[string]string{
		"good": s.signed(good, s.root, s.cert), "back": s.signed(s.list(6, at), s.root, s.cert), "fork": s.signed(changed, s.root, s.cert), "newer": s.signed(s.list(9, at), newRoot, cross, s.cert),
		"other": other.signed(other.list(9, at), other.root, other.cert), "by an entity": s.signed(s.list(9, at), s.keys["moe-1"], leaf, s.cert), "wrong key": s.signed(s.list(9, at), s.keys["moe-1"], s.cert),
		"stranger's root": other.signed(other.list(9, at), other.root, other.cert, s.cert),
	}
	forged := lists["good"]
	letter := "A"
	if forged[200] == 'A' { // what stands there is not the same each time
		letter = "B"
	}
	lists["changed"] = forged[:200] + letter + forged[201:]
	valid := s.sealed("moe-1")
	flip := func(n int) string {
		b := []byte(valid)
		for b[n] == '#' || b[n] == '%' || b[n-1] == '%' || b[n-2] == '%' {
			n--
		}
		if b[n]++; !strings.ContainsRune("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", rune(b[n])) {
			b[n] = 'A'
		}
		return string(b)
	}
	cases := []sealCase{
		{Name: "valid", Text: valid, Status: s.status("moe-1", 0), want: "valid"},
		{Name: "valid by a new root", Text: valid, List: "newer", Status: s.status("moe-1", 0), want: "valid"},
		{Name: "revoked", Text: valid, Status: s.status("moe-1", 1), want: "revoked revoked"},
		{Name: "suspended", Text: valid, Status: s.status("moe-1", 2), want: "suspended suspended"},
		{Name: "a state nobody knows", Text: valid, Status: s.status("moe-1", 3), want: "unsure otherstatus"},
		{Name: "no list of states", Text: valid, want: "valid notchecked"},
		{Name: "no place in a list", Text: s.sealed("moe-1", func(x *seal.Seal) { x.Status = nil }), want: "valid nostatus"},
		{Name: "states by another entity", Text: valid, Status: s.status("moi-1", 1), want: "valid badstatus"},
		{Name: "states of another address", Text: valid, Status: s.status("moe-1", 1, func(c map[string]any) { c["sub"] = "https://gov.example/status/moe-2" }), want: "valid badstatus"},
		{Name: "place beyond the list", Text: s.sealed("moe-1", func(x *seal.Seal) { x.Status.Index = 1 << 30 }), Status: s.status("moe-1", 1), want: "valid badstatus"},
		{Name: "old states", Text: valid, Status: s.status("moe-1", 0, func(c map[string]any) { c["exp"] = morning.Add(-time.Minute).Unix() }), want: "valid statusold"},
		{Name: "expired", Text: s.sealed("moe-1", func(x *seal.Seal) { x.Expires = morning.AddDate(0, 0, -1) }), want: "expired notchecked expired"},
		{Name: "retired key", Text: s.sealed("moe-old", func(x *seal.Seal) { x.Issued = morning.AddDate(0, -2, 0) }), want: "valid notchecked"},
		{Name: "after the key retired", Text: s.sealed("moe-old"), want: "unknown late"},
		{Name: "revoked key", Text: s.sealed("moe-lost", func(x *seal.Seal) { x.Issued = morning.AddDate(0, -2, 0) }), want: "altered distrusted"},
		{Name: "before the key", Text: s.sealed("moe-late"), want: "unknown early"},
		{Name: "unknown key", Text: s.sealed("moe-none"), want: "unknown nokey"},
		{Name: "newer than the list, by a new key", Text: s.sealed("moe-none", func(x *seal.Seal) { x.Issued = morning.Add(-time.Hour) }), want: "unsure newer"},
		{Name: "newer than the list, of a new type", Text: s.sealed("moe-1", func(x *seal.Seal) { x.Issued, x.Type = morning.Add(-time.Hour), "a/b#c" }), want: "unsure newer"},
		{Name: "key of another entity", Text: s.sealed("moi-1"), want: "altered otherissuer"},
		{Name: "kid of another key", Text: s.sealed("moi-1", func(x *seal.Seal) { x.Key = "moe-1" }), want: "altered signature"},
		{Name: "type it may not issue", Text: s.sealed("moe-1", func(x *seal.Seal) { x.Type = "identity-card/renewal#card" }), want: "altered wrongtype"},
		{Name: "address of another document", Text: strings.Replace(valid, "/V/7K3M9QX2AB7K3M", "/V/7K3M9QX2AB7K30", 1), want: "altered othercode"},
		{Name: "cut short", Text: valid[:len(valid)-7], want: "altered broken"},
		{Name: "clock off", Text: valid, Now: morning.AddDate(0, 0, -9).UnixMilli(), want: "unsure clock"},
		{Name: "clock before the list", Text: s.sealed("moe-1", func(x *seal.Seal) { x.Issued = morning.AddDate(0, -2, 0) }), Now: morning.AddDate(0, 0, -9).UnixMilli(), want: "unsure clock"},
		{Name: "no trust list", Text: valid, List: "none", want: "unsure nolist"},
		{Name: "trust list rolled back", Text: valid, List: "back", want: "unsure back"},
		{Name: "trust list forked", Text: valid, List: "fork", want: "unsure fork"},
		{Name: "trust list changed", Text: valid, List: "changed", want: "unsure"},
		{Name: "trust list of another authority", Text: valid, List: "other", want: "unsure forged"},
		{Name: "trust list of another authority with our root beside", Text: valid, List: "stranger's root", want: "unsure forged"},
		{Name: "trust list by an entity", Text: valid, List: "by an entity", want: "unsure forged"},
		{Name: "trust list by another key", Text: valid, List: "wrong key", want: "unsure forged"},
		{Name: "another authority at the first opening", Text: valid, List: "other", Fresh: true, want: "altered signature"},
		{Name: "trust list late", Text: valid, Now: morning.AddDate(0, 0, 10).UnixMilli(), Status: s.status("moe-1", 0), want: "valid listold statusold"},
		{Name: "trust list too old", Text: valid, Now: morning.AddDate(0, 2, 0).UnixMilli(), Status: s.status("moe-1", 0), want: "unsure listold statusold listtooold"},
		{Name: "another country's seal", Text: strings.Replace(other.sealed("xx-1"), "GOV.EXAMPLE", "GOUV.EXAMPLE", 1), want: "foreign nokey"},
		{Name: "another scheme", Text: "HC1:6BFOXN%TS3DH0YOJ58S", want: "foreign"},
		{Name: "an address alone", Text: "https://gov.example/v/7K3M9QX2AB7K3M", want: "coded"},
		{Name: "a menu", Text: "https://menu.example/lunch", want: "nothing"},
	}
	for n := len(valid) - 3; n > len("HTTPS://GOV.EXAMPLE/V/7K3M9QX2AB7K3M#")+3; n -= 23 {
		cases = append(cases, sealCase{Name: fmt.Sprintf("changed at %d", n), Text: flip(n), want: "bad"})
	}
	judge(t, node, lists, cases)
}

// judge lets the page's script say what each case is.
func judge(t *testing.T, node string, lists map[string]string, cases []sealCase) {
	for n := range cases {
		if cases[n].List == "" {
			cases[n].List = "good"
		} else if cases[n].List == "none" {
			cases[n].List = ""
		}
		if cases[n].Now == 0 {
			cases[n].Now = morning.UnixMilli()
		}
	}
	file := filepath.Join(t.TempDir(), "cases.json")
	raw, err := json.Marshal(map[string]any{"lists": lists, "cases": cases})
	if err == nil {
		err = os.WriteFile(file, raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, "verify/testdata/seals.mjs", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) != len(cases) {
		t.Fatalf("%d answers for %d cases: %s", len(lines), len(cases), out)
	}
	for n, c := range cases {
		var r struct{ Name, Got string }
		if err := json.Unmarshal([]byte(lines[n]), &r); err != nil {
			t.Fatal(err)
		}
		state, _, _ := strings.Cut(r.Got, " ")
		if ok := r.Got == c.want || c.want == "bad" && (state == "altered" || state == "unknown") || c.want == "unsure" && state == "unsure"; !ok {
			t.Errorf("%s: %s, want %s", c.Name, r.Got, c.want)
		}
	}
}
