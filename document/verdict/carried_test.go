package verdict_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"diwan.example/document/pades"
	"diwan.example/document/trust"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/pdf"
	"diwan.example/internal/sign"
)

// A page that brings its trust list is judged by it where the authority's root is
// known; where it is not, the page only vouches for itself, and nothing of what it
// says is shown.
func TestAPageBringsItsTrustList(t *testing.T) {
	h := open(t)
	list := must(trust.Sign(h.rootKey, []*x509.Certificate{h.root}, h.list))
	page := func(list []byte) []byte {
		var b bytes.Buffer
		file := func(name string, data []byte) pdf.File {
			return pdf.File{Name: name, Mime: "application/jose", Relation: pdf.Source, Description: gov.T("أ", "a"), Data: data, Modified: noon}
		}
		must(pdf.Render(&b, pdf.Document{Title: gov.T("شهادة", "Certificate"), Created: noon,
			Attachments: []pdf.File{file(verdict.TokenFile, []byte(h.record("moe", says()))), file(verdict.ListFile, list)}}))
		return must(pades.Sign(context.Background(), b.Bytes(), pades.Signer{Key: h.keys["moe"], Chain: h.chains["moe"], Stamp: h.clock.Stamp, Time: noon, Name: "moe"}))
	}
	good := page(list)
	check := func(data []byte, anchors ...*x509.Certificate) verdict.Verdict {
		return verdict.Check(context.Background(), data, verdict.Options{Now: noon, Anchors: anchors})
	}
	words := func(v verdict.Verdict) (all string) {
		for _, f := range v.Findings {
			all += string(f.Grade) + " " + f.Text[gov.English] + "\n"
		}
		return all
	}
	if v := check(good, h.root); v.State != verdict.Valid || v.Issuer != "moe" || !v.Unchecked || !strings.Contains(words(v), "came with the file itself") {
		t.Errorf("with the root: %+v", v)
	}
	v := check(good)
	if v.State != verdict.Unknown || v.Issuer != "" || v.Number != "" || len(v.Claims) > 0 {
		t.Errorf("without a root: %+v", v)
	}
	if said := words(v); strings.Contains(said, "good ") || !strings.Contains(said, trust.Fingerprint(h.root)) {
		t.Errorf("without a root: %s", said)
	}
	other := open(t)
	if v := check(good, other.root); v.State != verdict.Unknown || !strings.Contains(words(v), "does not lead to the root") {
		t.Errorf("with another root: %s %s", v.State, words(v))
	}
	stranger := must(sign.Generate())
	if v := check(page(must(trust.Sign(stranger, []*x509.Certificate{h.root}, h.list))), h.root); v.State != verdict.Unknown {
		t.Errorf("a list signed by a stranger: %s", v.State)
	}
	bad := bytes.Clone(good)
	bad[bytes.Index(bad, []byte("stream"))+20] ^= 1
	if v := check(bad); v.State != verdict.Altered || v.Number != "" {
		t.Errorf("an altered page: %+v", v)
	}
	later := verdict.Check(context.Background(), good, verdict.Options{Now: noon.AddDate(20, 0, 0), Anchors: []*x509.Certificate{h.root}})
	if later.State != verdict.Valid || !strings.Contains(words(later), "The trust list is old") {
		t.Errorf("twenty years later: %s %s", later.State, words(later))
	}
}

// Dates are read in the zone of the authority, and countries by their names.
func TestDatesAndCountriesAreReadAsTheAuthorityDoes(t *testing.T) {
	h := open(t)
	h.list.Zone = "Asia/Bahrain"
	h.list.Types[0].Claims = append(h.list.Types[0].Claims, trust.Claim{Name: "nationality", Label: gov.T("الجنسية", "Nationality"), Kind: "country"})
	body := says()
	body["claims"].(map[string]any)["nationality"] = "BH"
	body["valid_until"] = time.Date(noon.Year()+1, 3, 1, 22, 30, 0, 0, time.UTC).UnixMilli()
	v := h.check([]byte(h.record("moe", body)))
	said := ""
	for _, f := range v.Findings {
		said += f.Text[gov.English] + "\n"
	}
	if v.State != verdict.Valid || v.Zone.String() != "Asia/Bahrain" || !strings.Contains(said, "01:30 UTC+03:00") || !strings.Contains(said, "2 March") {
		t.Errorf("%s: %s", v.State, said)
	}
	for _, c := range v.Claims {
		if c.Name == "nationality" && (c.Value[gov.Arabic] == "BH" || c.Value[gov.English] != "Bahrain") {
			t.Errorf("%+v", c)
		}
	}
	h.list.Zone = "Nowhere/At_All"
	if v := h.check([]byte(h.record("moe", body))); v.Zone != time.UTC {
		t.Errorf("a zone that nobody knows: %s", v.Zone)
	}
}
