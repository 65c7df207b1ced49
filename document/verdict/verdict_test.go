package verdict_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/document/seal"
	"diwan.example/document/statuslist"
	"diwan.example/document/trust"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/merkle"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func found(v verdict.Verdict, grade verdict.Grade) (out string) {
	for _, f := range v.Findings {
		if f.Grade == grade {
			out += f.Text[gov.English] + "\n"
		}
	}
	return out
}

// forms are the same document in each form.
func forms(h *house) map[verdict.Form][]byte {
	s := h.sealed("moe", nil)
	return map[verdict.Form][]byte{
		verdict.PDF:    h.page("moe", h.record("moe", says()), h.clock.Stamp),
		verdict.Record: []byte(h.record("moe", says()) + "\n"),
		verdict.Seal:   []byte(seal.QR("https://gov.example", code, s)),
	}
}

func TestEveryFormSaysTheSame(t *testing.T) {
	h := open(t)
	for form, data := range forms(h) {
		v := h.check(data)
		if v.Form != form || v.State != verdict.Valid || v.Unchecked || v.Issuer != "moe" || v.IssuerName.In(gov.English) != "Ministry moe" || v.Number != "MOE-2026-7K3M-9QX2" ||
			v.Code != code || v.Title.In(gov.English) != "Enrolment certificate" || v.Type != kind || found(v, verdict.Bad) != "" {
			t.Errorf("%s: %+v", form, v)
		}
		if len(v.Claims) != 2 || v.Claims[0].Label.In(gov.English) != "Pupil" || v.Claims[1].Value.In(gov.English) != "5 March 2010" {
			t.Errorf("%s: claims %+v", form, v.Claims)
		}
		for _, f := range v.Findings {
			if len(f.Text.Missing(gov.Arabic, gov.English)) > 0 || strings.Contains(f.Text[gov.English], "%!") || strings.Contains(f.Text[gov.Arabic], "%!") {
				t.Errorf("%s: %v", form, f.Text)
			}
		}
		for i, s := range map[int]verdict.State{1: verdict.Revoked, 2: verdict.Suspended} {
			h.statuses[3] = statuslist.Status(i)
			if got := h.check(data); got.State != s {
				t.Errorf("%s: %s, not %s", form, got.State, s)
			}
		}
		h.statuses[3] = statuslist.Valid
	}
	if v := h.check(h.sealed("moe", nil)); v.State != verdict.Valid {
		t.Errorf("a seal as bytes: %+v", v)
	}
	if v := h.check([]byte(base64.RawURLEncoding.EncodeToString(h.sealed("moe", nil)))); v.State != verdict.Valid {
		t.Errorf("a seal as base64url: %+v", v)
	}
}

// What could not be asked is said, and the document is not called revoked for it.
func TestWhatCannotBeCheckedIsSaid(t *testing.T) {
	h := open(t)
	for form, data := range forms(h) {
		for name, o := range map[string]verdict.Options{
			"status away": {Now: noon, Status: func(context.Context, string, int) (statuslist.Status, time.Time, error) {
				return 0, time.Time{}, gov.Fail(gov.Unavailable, "بعيد", "away")
			}},
			"no way to ask": {Now: noon},
		} {
			h.o = o
			if v := h.check(data); v.State != verdict.Valid || !v.Unchecked || !strings.Contains(found(v, verdict.Note), "revoked") {
				t.Errorf("%s, %s: %s %v\n%s", form, name, v.State, v.Unchecked, found(v, verdict.Note))
			}
		}
		h.o = verdict.Options{Now: noon.AddDate(0, 1, 0)}
		if v := h.check(data); v.State != verdict.Valid || !strings.Contains(found(v, verdict.Note), "trust list is old") {
			t.Errorf("%s, old list: %s\n%s", form, v.State, found(v, verdict.Note))
		}
		h.o = verdict.Options{Now: noon}
		if v := verdict.Check(t.Context(), data, h.o); v.State != verdict.Unknown || len(v.Claims) > 0 {
			t.Errorf("%s, nobody known: %+v", form, v)
		}
	}
	h.o = verdict.Options{Now: noon}
	if v := h.check(h.page("moe", h.record("moe", says()), nil)); v.State != verdict.Valid || !strings.Contains(found(v, verdict.Note), "no timestamp") {
		t.Errorf("%s", found(v, verdict.Note))
	}
}

func TestExpiryAndClocks(t *testing.T) {
	h := open(t)
	body := says()
	body["valid_until"] = noon.Add(-time.Minute).UnixMilli()
	for form, data := range map[verdict.Form][]byte{
		verdict.PDF: h.page("moe", h.record("moe", body), h.clock.Stamp), verdict.Record: []byte(h.record("moe", body)),
		verdict.Seal: h.sealed("moe", func(s *seal.Seal) { s.Expires = noon.Add(-time.Minute) }),
	} {
		if v := h.check(data); v.State != verdict.Expired || v.Number == "" {
			t.Errorf("%s: %s\n%s", form, v.State, found(v, verdict.Bad))
		}
		h.o.Now = noon.Add(-24 * time.Hour)
		if v := h.check(data); v.State != verdict.Altered || !strings.Contains(found(v, verdict.Bad), "future") {
			t.Errorf("%s, a clock that is behind: %s\n%s", form, v.State, found(v, verdict.Bad))
		}
		h.o.Now = noon
	}
}

func TestWrongSignersAreFound(t *testing.T) {
	h := open(t)
	stranger := open(t) // another house with keys of the same names
	foreign := says()
	foreign["issuer"] = "works"
	for name, x := range map[string]struct {
		data []byte
		want verdict.State
	}{
		"record of another's key":         {[]byte(h.record("works", says())), verdict.Altered},
		"record of a type not theirs":     {[]byte(h.record("works", foreign)), verdict.Altered},
		"record of another house":         {[]byte(stranger.record("moe", says())), verdict.Altered},
		"seal of another's key":           {h.sealed("works", nil), verdict.Altered},
		"seal of a type not theirs":       {h.sealed("works", func(s *seal.Seal) { s.Issuer = "works" }), verdict.Altered},
		"seal of another house":           {stranger.sealed("moe", nil), verdict.Altered},
		"seal of an unknown key":          {h.sealed("moe", func(s *seal.Seal) { s.Key = "moe-OTHER" }), verdict.Unknown},
		"page of another house":           {stranger.page("moe", stranger.record("moe", says()), stranger.clock.Stamp), verdict.Unknown},
		"page by one, data by another":    {h.page("works", h.record("moe", says()), h.clock.Stamp), verdict.Altered},
		"page unsigned, with data":        {h.page("", h.record("moe", says()), nil), verdict.Unknown},
		"page unsigned":                   {h.page("", "", nil), verdict.Unknown},
		"seal at another's address":       {[]byte(seal.QR("https://gov.example", "OTHERCODE12345", h.sealed("moe", nil))), verdict.Altered},
		"another country":                 {[]byte("HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%NFQGRJPC%OQHIZC4.OI1RM8ZA"), verdict.Unknown},
		"a code alone":                    {[]byte("https://gov.example/v/" + code), verdict.Unknown},
		"a web page":                      {[]byte("<html><body>hello</body></html>"), verdict.Unknown},
		"an image":                        {[]byte("\xff\xd8\xff\xe0 something"), verdict.Unknown},
		"nothing":                         {nil, verdict.Unknown},
		"white space":                     {[]byte(" \n"), verdict.Unknown},
		"too large":                       {make([]byte, verdict.Largest+1), verdict.Unknown},
		"a token of another kind":         {[]byte("eyJhbGciOiJub25lIn0.e30."), verdict.Unknown},
		"a page with another's timestamp": {h.page("moe", h.record("moe", says()), func(ctx context.Context, _ []byte) ([]byte, error) { return h.clock.Stamp(ctx, []byte("x")) }), verdict.Altered},
	} {
		if v := h.check(x.data); v.State != x.want || len(found(v, verdict.Bad)) == 0 {
			t.Errorf("%s: %s, not %s\n%s", name, v.State, x.want, found(v, verdict.Bad))
		}
	}
	v := h.check(stranger.page("moe", stranger.record("moe", says()), stranger.clock.Stamp))
	if len(v.Claims) > 0 || v.Issuer != "" {
		t.Errorf("what a stranger says is taken over: %+v", v)
	}
}

func TestOneAlteredByteIsSaid(t *testing.T) {
	h := open(t)
	for form, data := range forms(h) {
		step := 1 + len(data)/150
		for i := 0; i < len(data); i += step {
			c := bytes.Clone(data)
			c[i] ^= 1
			if form == verdict.Seal && i < len("HTTPS://GOV.EXAMPLE/V/") || form == verdict.Record && i == len(data)-1 {
				continue // the address is not signed: only the code in it is compared
			}
			if v := h.check(c); v.State == verdict.Valid {
				t.Errorf("%s: byte %d of %d is not noticed", form, i, len(data))
			}
		}
	}
}

func TestKeysEnd(t *testing.T) {
	h := open(t)
	all := forms(h)
	for name, x := range map[string]struct {
		change func(k *trust.Key)
		pdf    verdict.State
		rest   verdict.State
	}{
		"retired since":       {func(k *trust.Key) { k.State, k.Ended = trust.Retired, trust.At(noon.Add(time.Minute)) }, verdict.Valid, verdict.Valid},
		"retired long before": {func(k *trust.Key) { k.State, k.Ended = trust.Retired, trust.At(noon.AddDate(0, -1, 0)) }, verdict.Altered, verdict.Altered},
		"compromised since": {func(k *trust.Key) {
			k.State, k.Ended, k.Reason = trust.Revoked, trust.At(noon.Add(time.Minute)), trust.Compromise
		}, verdict.Valid, verdict.Altered},
		"compromised before": {func(k *trust.Key) {
			k.State, k.Ended, k.Reason, k.Since = trust.Revoked, trust.At(noon.Add(time.Minute)), trust.Compromise, trust.At(noon.AddDate(0, 0, -1))
		}, verdict.Altered, verdict.Altered},
		"not yet there":                {func(k *trust.Key) { k.From = trust.At(noon.Add(time.Hour)) }, verdict.Altered, verdict.Altered},
		"its certificate ended before": {func(k *trust.Key) { k.Until = trust.At(noon.Add(-24 * time.Hour)) }, verdict.Altered, verdict.Altered},
	} {
		for form, data := range all {
			world := h.with(x.change)
			want := x.rest
			if form == verdict.PDF {
				want = x.pdf
			}
			o := h.o
			o.Trust = verdict.Of(world)
			if v := verdict.Check(t.Context(), data, o); v.State != want {
				t.Errorf("%s, %s: %s, not %s\n%s", name, form, v.State, want, found(v, verdict.Bad))
			}
		}
	}
}

func TestRootsAloneVouchForPages(t *testing.T) {
	h := open(t)
	roots, clocks := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(h.root)
	clocks.AddCert(h.clock.Certificate)
	h.o.Trust = verdict.Roots(roots, clocks)
	v := h.check(h.page("moe", h.record("moe", says()), h.clock.Stamp))
	if v.State != verdict.Valid || !v.Unchecked || len(v.Claims) > 0 {
		t.Errorf("%+v", v)
	}
	h.o.Trust = verdict.Roots(x509.NewCertPool(), clocks)
	if v := h.check(h.page("moe", "", h.clock.Stamp)); v.State != verdict.Altered && v.State != verdict.Unknown {
		t.Errorf("%+v", v)
	}
}

func TestChangesAfterSigningAreSaid(t *testing.T) {
	h := open(t)
	b := h.page("moe", h.record("moe", says()), h.clock.Stamp)
	v := h.check(append(bytes.Clone(b), "\n5 0 obj\n<<>>\nendobj\nxref\n5 1\n0000000001 00000 n \ntrailer\n<</Root 1 0 R>>\nstartxref\n1\n%%EOF\n"...))
	if v.State != verdict.Altered || !strings.Contains(found(v, verdict.Bad), "bytes were added") || v.Number == "" {
		t.Errorf("%s\n%s", v.State, found(v, verdict.Bad))
	}
}

func TestRegisterIsAskedWhereItIsAtHand(t *testing.T) {
	h := open(t)
	for state, want := range map[verdict.State]verdict.State{verdict.Valid: verdict.Valid, verdict.Replaced: verdict.Replaced, verdict.Revoked: verdict.Revoked,
		verdict.Suspended: verdict.Suspended, verdict.Altered: verdict.Altered, verdict.Unknown: verdict.Valid} {
		h.o.Register = func(context.Context, string) (verdict.State, error) { return state, nil }
		if v := h.check(h.sealed("moe", nil)); v.State != want {
			t.Errorf("%s: %s", state, v.State)
		}
	}
	h.o.Ask = func(_ context.Context, asked string) (verdict.Answer, error) {
		if asked != code {
			return verdict.Answer{State: verdict.Unknown}, nil
		}
		return verdict.Answer{State: verdict.Replaced, Issuer: "moe", Number: "N"}, nil
	}
	if v := h.check([]byte(code)); v.State != verdict.Replaced || v.Number != "N" || v.Form != verdict.Code {
		t.Errorf("%+v", v)
	}
	if v := h.check([]byte("https://gov.example/v/AAAAAAAAAAAAAA")); v.State != verdict.Unknown {
		t.Errorf("%+v", v)
	}
}

// A long seal brings its record and the proof that it stands in the log.
func TestLongSealProvesItsPlaceInTheLog(t *testing.T) {
	h := open(t)
	private, vkey, err := note.GenerateKey(nil, "gov.example/log/documents")
	if err != nil {
		t.Fatal(err)
	}
	signer := must(note.NewSigner(private))
	h.list.Log = &trust.Log{Origin: "gov.example/log/documents", Key: vkey}
	token, salt := h.record("moe", says()), bytes.Repeat([]byte{7}, merkle.SaltSize)
	proofOf := func(token string) []byte {
		e := merkle.Commit("diwan document", salt, "issued", []byte(token))
		root := e.Leaf()
		signed := must(note.Sign(&note.Note{Text: merkle.Body("gov.example/log/documents", 1, root)}, signer))
		o := merkle.Opening{Domain: "diwan document", Kind: "issued", Salt: salt}
		return []byte(merkle.Proof{Extra: o.Extra(), Hashes: []tlog.Hash{}, Checkpoint: string(signed)}.Text())
	}
	other := says()
	other["id"] = "AAAAAAAAAAAAAA"
	for name, x := range map[string]struct {
		e    seal.Evidence
		want verdict.State
	}{
		"right":           {seal.Evidence{Record: token, Salt: salt, Proof: proofOf(token)}, verdict.Valid},
		"another record":  {seal.Evidence{Record: h.record("moe", other), Salt: salt, Proof: proofOf(token)}, verdict.Altered},
		"another's proof": {seal.Evidence{Record: token, Salt: salt, Proof: proofOf(h.record("moe", other))}, verdict.Altered},
		"another salt":    {seal.Evidence{Record: token, Salt: make([]byte, merkle.SaltSize), Proof: proofOf(token)}, verdict.Altered},
		"a forged record": {seal.Evidence{Record: h.record("works", says()), Salt: salt, Proof: proofOf(token)}, verdict.Altered},
		"no proof":        {seal.Evidence{Record: token, Salt: salt, Proof: []byte("x")}, verdict.Altered},
	} {
		v := h.check(must(seal.Long(h.sealed("moe", nil), x.e)))
		if v.Form != verdict.Long || v.State != x.want || x.want == verdict.Valid && !strings.Contains(found(v, verdict.Good), "public log") {
			t.Errorf("%s: %s %s\n%s", name, v.Form, v.State, found(v, verdict.Bad))
		}
	}
	if v := h.check(proofOf(token)); v.Form != verdict.Proof || v.State != verdict.Unknown {
		t.Errorf("%+v", v)
	}
	whole := merkle.Opening{Domain: "diwan document", Kind: "issued", Salt: salt, Record: token}
	p := must(merkle.ReadProof(string(proofOf(token))))
	p.Extra = whole.Extra()
	for _, text := range []string{p.Text(), p.Text() + "\n", "\n" + strings.TrimSpace(p.Text())} {
		if v := h.check([]byte(text)); v.Form != verdict.Proof || v.State != verdict.Valid || v.Number == "" || !strings.Contains(found(v, verdict.Good), "public log") {
			t.Errorf("a proof with its record: %s %s\n%s", v.Form, v.State, found(v, verdict.Bad))
		}
	}
	if v := h.check(must(seal.Long(h.sealed("moe", nil), seal.Evidence{Record: token, Salt: salt, Proof: []byte(p.Text())}))); v.State != verdict.Altered {
		t.Errorf("a proof with more than a seal's long form has: %s", v.State)
	}
	h.list.Log = nil
	if v := h.check(must(seal.Long(h.sealed("moe", nil), seal.Evidence{Record: token, Salt: salt, Proof: proofOf(token)}))); v.State != verdict.Valid || !strings.Contains(found(v, verdict.Note), "names no public log") {
		t.Errorf("%s\n%s", v.State, found(v, verdict.Note))
	}
}

// What a choice and the entries of a group mean is read in the trust list.
func TestChoicesAndTablesAreShownInWords(t *testing.T) {
	h := open(t)
	school := trust.Claim{Name: "school", Label: gov.T("المدرسة", "School"), Kind: "one-of", Options: []trust.Option{{Value: "s07", Label: gov.T("مدرسة الأفق", "Horizon School")}}}
	marks := trust.Claim{Name: "marks", Label: gov.T("الدرجات", "Marks"), Kind: "group", Claims: []trust.Claim{
		{Name: "subject", Label: gov.T("المادة", "Subject"), Kind: "one-of", Options: []trust.Option{{Value: "maths", Label: gov.T("الرياضيات", "Mathematics")}}},
		{Name: "final", Label: gov.T("الدرجة", "Mark"), Kind: "number"}}}
	h.list.Types[0].Claims = append(h.list.Types[0].Claims, school, marks)
	shown := func(school any, marks any) (out []string) {
		body := says()
		body["claims"] = map[string]any{"school": school, "marks": marks}
		v := h.check([]byte(h.record("moe", body)))
		for _, c := range v.Claims {
			out = append(out, c.Value.In(gov.Arabic)+"|"+c.Value.In(gov.English))
		}
		return out
	}
	got := shown("s07", []any{map[string]any{"subject": "maths", "final": 88.5}, map[string]any{"subject": "music"}, "x"})
	want := []string{"مدرسة الأفق|Horizon School", "المادة · الدرجة\nالرياضيات · 88.5\nmusic · —\n— · —|Subject · Mark\nMathematics · 88.5\nmusic · —\n— · —"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if got := shown("s99", "x"); !slices.Equal(got, []string{"s99|s99", "x|x"}) {
		t.Errorf("what the list does not know: %q", got)
	}
}

func FuzzCheck(f *testing.F) {
	h := open(f)
	all := forms(h)
	for _, b := range all {
		f.Add(b)
	}
	f.Add(h.sealed("moe", nil))
	f.Fuzz(func(t *testing.T, in []byte) {
		v := h.check(in)
		if v.State == "" || len(v.Findings) == 0 {
			t.Errorf("nothing is said: %+v", v)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	h := open(b)
	h.o.Trust = verdict.Of(h.list)
	data := forms(h)[verdict.Seal]
	for b.Loop() {
		if v := h.check(data); v.State != verdict.Valid {
			b.Fatal(v)
		}
	}
}
