package verdict_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"diwan.example/document/mdoc"
	"diwan.example/document/sdjwt"
	"diwan.example/document/statuslist"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/sign"
)

func (h *house) credential(org, vct string, change func(*sdjwt.Draft)) string {
	d := sdjwt.Draft{Type: vct, Issuer: "https://gov.example", Issued: noon.Add(-time.Hour), Until: noon.AddDate(1, 0, 0), Holder: &must(sign.Generate()).PublicKey,
		Status: statuslist.Reference{List: statuslist.Place{Index: 3, URI: uri}}, Claims: []sdjwt.Claim{{Name: "pupil", Value: "سارة أحمد"}, {Name: "born", Value: "2010-03-05"}}}
	if change != nil {
		change(&d)
	}
	return must(sdjwt.Issue(sdjwt.Key{ID: org + "-KEY1", Signer: h.keys[org], Chain: h.chains[org]}, d))
}

func TestWalletCredentials(t *testing.T) {
	h := open(t)
	vct := "https://gov.example/vct/education/enrolment-certificate/certificate"
	whole := h.credential("moe", vct, nil)
	v := h.check([]byte(whole))
	if v.Form != verdict.Wallet || v.State != verdict.Valid || v.Issuer != "moe" || v.Type != kind || len(v.Claims) != 2 || v.Claims[0].Label.In(gov.English) != "Pupil" ||
		!strings.Contains(found(v, verdict.Note), "in their wallet") {
		t.Errorf("%+v", v)
	}
	parts := strings.Split(whole, "~")
	forged := base64.RawURLEncoding.EncodeToString([]byte(`["c2FsdA","pupil","Somebody else"]`))
	for name, x := range map[string]struct {
		text string
		want verdict.State
	}{
		"one disclosure held back":  {parts[0] + "~" + parts[1] + "~", verdict.Valid},
		"a forged disclosure":       {parts[0] + "~" + forged + "~", verdict.Altered},
		"one that nobody refers to": {whole + forged + "~", verdict.Altered},
		"the same twice":            {whole + parts[1] + "~", verdict.Altered},
		"another's key":             {strings.Replace(whole, parts[0], strings.Split(h.credential("works", vct, nil), "~")[0], 1), verdict.Altered},
		"a type not theirs":         {h.credential("works", vct, nil), verdict.Altered},
		"expired":                   {h.credential("moe", vct, func(d *sdjwt.Draft) { d.Until = noon.Add(-time.Minute) }), verdict.Expired},
		"another house":             {open(t).credential("moe", vct, nil), verdict.Altered},
	} {
		if v := h.check([]byte(x.text)); v.State != x.want || v.Form != verdict.Wallet {
			t.Errorf("%s: %s, not %s\n%s", name, v.State, x.want, found(v, verdict.Bad))
		}
	}
	h.statuses[3] = statuslist.Suspended
	if v := h.check([]byte(whole)); v.State != verdict.Suspended {
		t.Errorf("suspended: %s", v.State)
	}
}

func TestMobileDocuments(t *testing.T) {
	h := open(t)
	issue := func(h *house, until time.Time) []byte {
		return must(mdoc.Issue(h.keys["moe"], h.chains["moe"], mdoc.Draft{Doctype: "org.iso.18013.5.1.mDL", Namespace: "org.iso.18013.5.1", DeviceKey: &must(sign.Generate()).PublicKey,
			Elements: []mdoc.Element{{ID: "family_name", Value: "أحمد"}, {ID: "document_number", Value: "L-1"}}, Signed: noon.Add(-time.Hour), From: noon.Add(-time.Hour), Until: until,
			Status: &mdoc.Status{URI: uri, Index: 3}}))
	}
	raw := issue(h, noon.AddDate(1, 0, 0))
	for form, data := range map[string][]byte{"bytes": raw, "text": []byte(base64.RawURLEncoding.EncodeToString(raw))} {
		if v := h.check(data); v.Form != verdict.Mobile || v.State != verdict.Valid || v.Issuer != "moe" || v.Number != "L-1" {
			t.Errorf("%s: %+v", form, v)
		}
	}
	if v := h.check(issue(open(t), noon.AddDate(1, 0, 0))); v.State == verdict.Valid || len(v.Claims) > 0 {
		t.Errorf("another house: %+v", v)
	}
	if v := h.check(issue(h, noon.Add(-time.Minute))); v.State != verdict.Expired {
		t.Errorf("expired: %+v", v)
	}
	for i := 0; i < len(raw); i += 7 {
		c := append([]byte(nil), raw...)
		c[i] ^= 1
		if v := h.check(c); v.State == verdict.Valid && len(v.Claims) > 0 { // the name of what is shown: then nothing is
			t.Errorf("byte %d of %d is not noticed", i, len(raw))
		}
	}
	h.statuses[3] = statuslist.Invalid
	if v := h.check(raw); v.State != verdict.Revoked {
		t.Errorf("revoked: %s", v.State)
	}
}
