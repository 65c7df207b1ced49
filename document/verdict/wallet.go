package verdict

import (
	"cmp"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"diwan.example/document/mdoc"
	"diwan.example/document/sdjwt"
	"diwan.example/document/statuslist"
	"diwan.example/document/trust"
	"diwan.example/gov"
)

var errUnlisted = errors.New("verdict: the certificate is not in the trust list")

// mdoc checks what an ISO 18013-5 issuer signed.
func (c *check) mdoc(raw []byte) {
	c.Form = Mobile
	var k *known
	got, err := mdoc.Verify(raw, mdoc.Options{Now: c.o.Now, Trust: func(chain []*x509.Certificate, x mdoc.Credential) error {
		if c.o.Trust == nil {
			return errUnlisted
		}
		if k = c.o.Trust.byCertificate(chain[0]); k == nil && c.o.Trust.list == nil {
			return mdoc.Roots(c.o.Trust.roots)(chain, x)
		}
		if k == nil {
			return errUnlisted
		}
		return nil
	}})
	switch {
	case errors.Is(err, mdoc.ErrUntrusted):
		c.bad(Unknown, gov.PublicOf(mdoc.ErrUntrusted))
		return
	case err != nil && !errors.Is(err, mdoc.ErrExpired) && !errors.Is(err, mdoc.ErrEarly):
		c.bad(Altered, gov.PublicOf(mdoc.ErrAltered))
		return
	}
	c.mobile(got, k)
}

// mobile takes over a proven credential.
func (c *check) mobile(got mdoc.Credential, k *known) {
	if k == nil {
		c.IssuerName = gov.T(got.Chain[0].Subject.CommonName, got.Chain[0].Subject.CommonName)
		c.good(gov.T("وقّعها %s، وتقود شهادته إلى جذر موثوق به هنا", "Signed by %s, whose certificate leads to a root that is trusted here").Sprintf(subject(got.Chain[0])))
	} else if !c.issued(k, k.entity.ID, "", got.Signed, trust.Claimed) {
		return
	}
	number, _ := got.Element("document_number").(string)
	c.Title = gov.T(got.Doctype, got.Doctype)
	c.about(number, "", got.Doctype, got.Signed, got.Until)
	for _, list := range got.Spaces {
		for _, e := range list {
			if value := words(trust.Claim{}, plainly(e.Value), c.o.Currency); value.In(gov.English) != "" {
				c.Claims = append(c.Claims, Claim{e.ID, gov.T(e.ID, e.ID), value})
			}
		}
	}
	c.note(gov.T("لم يُسأل من يقدّمها أن يثبت أنها في محفظته", "Whoever shows it was not asked to prove that it is in their wallet"))
	var ref *statuslist.Reference
	if got.Status != nil {
		ref = &statuslist.Reference{List: statuslist.Place{Index: int(got.Status.Index), URI: got.Status.URI}}
	}
	c.holds(ref)
}

// plainly makes of an element's value one that is shown as text.
func plainly(v any) any {
	switch x := v.(type) {
	case []byte:
		return nil
	case time.Time:
		return x.Format(time.RFC3339)
	case mdoc.FullDate:
		return string(x)
	case string, bool, float64, int64:
		return x
	case nil:
		return nil
	}
	return fmt.Sprint(v)
}

// sdjwt checks a wallet's credential: all of it, or what its holder shows.
func (c *check) sdjwt(text string) {
	c.Form = Wallet
	var k *known
	got, err := sdjwt.Verify(text, sdjwt.Options{Now: c.o.Now, Keys: func(kid string, _ []*x509.Certificate) crypto.PublicKey {
		if k = c.signer(kid); k == nil {
			return nil
		}
		return k.public
	}})
	switch {
	case k == nil:
		if c.State == "" {
			c.nothing()
		}
		return
	case err != nil && !errors.Is(err, sdjwt.ErrExpired) && !errors.Is(err, sdjwt.ErrEarly):
		c.bad(Altered, gov.T("لا يطابق توقيع الجهة ما تعرضه هذه الوثيقة: غُيّرت، أو أُضيف إليها كشف لم توقّعه الجهة", "The issuer's signature does not match what this credential shows: it was changed, or a disclosure was added that the issuer did not sign"))
		return
	}
	typ := typeOf(got.Type)
	if !c.issued(k, k.entity.ID, typ, got.Issued, trust.Claimed) {
		return
	}
	number, _ := got.Claims["document_number"].(string)
	c.about(number, "", cmp.Or(typ, got.Type), got.Issued, got.Until)
	delete(got.Claims, "document_number")
	for _, name := range []string{"iss", "iat", "nbf", "exp", "vct", "sub", "cnf", "status"} {
		delete(got.Claims, name)
	}
	c.Claims = c.shown(typ, jsonNumbers(got.Claims))
	if got.Holder != nil {
		c.note(gov.T("لم يُسأل من يقدّمها أن يثبت أنها في محفظته", "Whoever shows it was not asked to prove that it is in their wallet"))
	}
	var ref *statuslist.Reference
	if len(got.Status) > 0 {
		ref = &statuslist.Reference{}
		if json.Unmarshal(got.Status, ref) != nil {
			ref = nil
		}
	}
	c.holds(ref)
}

// typeOf is the "service#type" of a vct that names an address of a house, else "".
func typeOf(vct string) string {
	_, path, ok := strings.Cut(vct, "/vct/")
	cut := strings.LastIndexByte(path, '/')
	if !ok || cut < 0 {
		return ""
	}
	return path[:cut] + "#" + path[cut+1:]
}

// jsonNumbers turns the numbers that were kept as text into floats.
func jsonNumbers(claims map[string]any) map[string]any {
	for name, v := range claims {
		if n, ok := v.(json.Number); ok {
			claims[name], _ = n.Float64()
		}
	}
	return claims
}
