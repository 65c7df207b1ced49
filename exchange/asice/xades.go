package asice

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"diwan.example/gov"
)

const (
	dsSpace         = "http://www.w3.org/2000/09/xmldsig#"
	xadesSpace      = "http://uri.etsi.org/01903/v1.3.2#"
	signedProperty  = "http://uri.etsi.org/01903#SignedProperties"
	mostInSignature = 100 // references of one signature
	mostSignatures  = 20  // in one file
)

// xmlSignatures checks the XAdES signatures.
func (v *verifier) xmlSignatures() error {
	for _, file := range v.inMeta("signatures", ".xml") {
		b, err := v.read(file)
		if err != nil {
			return err
		}
		root, err := parse(b)
		if err != nil {
			v.bad("تعذّرت قراءة ملف التوقيع "+quoted(file), "The signature file "+quoted(file)+" cannot be read")
			continue
		}
		var list []*element
		root.all(func(e *element) bool {
			if e.is(dsSpace, "Signature") {
				list = append(list, e)
			}
			return len(list) <= mostSignatures
		})
		if len(list) > mostSignatures {
			return refuse("فيها توقيعات أكثر من المسموح", "it has more signatures than are allowed", file)
		}
		if len(list) == 0 {
			v.bad("ليس في الملف "+quoted(file)+" توقيع", "The file "+quoted(file)+" holds no signature")
		}
		for _, e := range list {
			if err := v.xades(file, root, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// xades checks one signature; the error is for the container alone.
func (v *verifier) xades(file string, root, e *element) error {
	x, err := readXAdES(root, e)
	if err == nil {
		err = x.check()
	}
	if err != nil {
		why := gov.PublicOf(err)
		if gov.KindOf(err) != gov.Invalid {
			why = gov.T("تغيّر ما وُقّع، أو وقّعه غير صاحب الشهادة", "what was signed has changed, or another key signed it")
		}
		v.bad(fmt.Sprintf("التوقيع في %s غير صحيح: %s", quoted(file), why[gov.Arabic]), fmt.Sprintf("The signature in %s is wrong: %s", quoted(file), why[gov.English]))
		return nil
	}
	s := &Signature{File: file, Form: "XAdES", By: x.cert, Claimed: x.claimed, issuers: x.issuers, value: x.value}
	ok, err := v.references(x.refs, s)
	if err != nil || !ok {
		return err
	}
	if ok, err = v.follow(s); err != nil || !ok {
		return err
	}
	v.holds(s)
	return v.innerStamps(file, x)
}

// xades is a signature taken apart.
type xades struct {
	root, signature, info, properties *element

	cert    *x509.Certificate
	issuers []*x509.Certificate
	refs    []ref // to files
	claimed time.Time
	value   []byte
}

func wrong(ar, en string) error { return gov.Fail(gov.Invalid, ar, en) }

var errShape = wrong("ليس بصيغة XAdES", "it is not in the form of XAdES")

func readXAdES(root, e *element) (*xades, error) {
	x := &xades{root: root, signature: e, info: e.down("SignedInfo"), properties: e.down("Object", "QualifyingProperties", "SignedProperties")}
	if x.info == nil || !x.info.is(dsSpace, "SignedInfo") || x.properties == nil || !x.properties.is(xadesSpace, "SignedProperties") {
		return nil, errShape
	}
	if target := e.down("Object", "QualifyingProperties").attr("Target"); target != "#"+e.attr("Id") || root.byID(e.attr("Id")) != e {
		return nil, errShape
	}
	var err error
	if x.value, err = base64.StdEncoding.Strict().DecodeString(e.down("SignatureValue").words()); err != nil {
		return nil, errShape
	}
	data := e.down("KeyInfo", "X509Data")
	if data == nil {
		return nil, wrong("لا شهادة فيه", "it brings no certificate")
	}
	for _, c := range data.elements("X509Certificate") {
		der, err := base64.StdEncoding.Strict().DecodeString(c.words())
		if err != nil {
			return nil, errShape
		}
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, wrong("شهادته لا تُقرأ", "its certificate cannot be read").(*gov.Error).Because(err)
		}
		if x.named(cert) && x.cert == nil {
			x.cert = cert
		} else {
			x.issuers = append(x.issuers, cert)
		}
	}
	if x.cert == nil {
		return nil, wrong("لا يسمّي الشهادة التي وُقّع بها", "it does not name the certificate it was made with")
	}
	if t := x.properties.down("SignedSignatureProperties", "SigningTime"); t != nil {
		x.claimed, _ = time.Parse(time.RFC3339, t.words())
	}
	return x, nil
}

// named reports whether the signed properties name a certificate.
func (x *xades) named(c *x509.Certificate) bool {
	for _, kind := range []string{"SigningCertificateV2", "SigningCertificate"} {
		list := x.properties.down("SignedSignatureProperties", kind)
		if list == nil {
			continue
		}
		for _, one := range list.elements("Cert") {
			d := one.down("CertDigest")
			if d == nil {
				continue
			}
			algorithm, value, err := digestOf(d)
			if h, ok := digests[algorithm]; err == nil && ok {
				sum := h.New()
				sum.Write(c.Raw)
				if bytes.Equal(sum.Sum(nil), value) {
					return true
				}
			}
		}
	}
	return false
}

// check checks the value and the references within the document, and gathers those
// to files.
func (x *xades) check() error {
	f, ok := formOf(x.info.down("CanonicalizationMethod"))
	m, known := methods[attrOf(x.info.down("SignatureMethod"), "Algorithm")]
	if !ok || !known {
		return wrong("خوارزمية التوقيع غير معروفة أو لم تعد آمنة", "its algorithm is unknown or no longer safe")
	}
	if err := m.check(x.cert, f.canonical(x.info), x.value); err != nil {
		return err
	}
	refs := x.info.elements("Reference")
	if len(refs) > mostInSignature {
		return errShape
	}
	properties := false
	for _, r := range refs {
		if strings.HasPrefix(r.attr("URI"), "#") {
			e, err := x.within(r)
			if err != nil {
				return err
			}
			properties = properties || e == x.properties && r.attr("Type") == signedProperty
			continue
		}
		one := ref{name: local(r.attr("URI"))}
		var err error
		if one.algorithm, one.value, err = digestOf(r); err != nil || one.name == "" {
			return errShape
		}
		if r.down("Transforms") != nil {
			return wrong("يحوّل الملفات قبل توقيعها بطريقة لا تُقرأ هنا", "it transforms files before signing them, which is not read here")
		}
		x.refs = append(x.refs, one)
	}
	if !properties {
		return wrong("خصائصه غير موقّعة", "its properties are not signed")
	}
	return nil
}

func attrOf(e *element, name string) string {
	if e == nil {
		return ""
	}
	return e.attr(name)
}

// within checks a reference to an element of this signature.
func (x *xades) within(r *element) (*element, error) {
	e := x.root.byID(strings.TrimPrefix(r.attr("URI"), "#"))
	if e == nil || !e.within(x.signature) || x.info.within(e) {
		return nil, errShape
	}
	f := form{}
	if t := r.down("Transforms"); t != nil {
		list := t.elements("Transform")
		ok := len(list) == 1
		if ok {
			f, ok = formOf(list[0])
		}
		if !ok {
			return nil, wrong("فيه تحويل لا يُقرأ هنا", "it uses a transform that is not read here")
		}
	}
	f.comments = false // "#id" means the element without them (XML Signature §4.4.3.3)
	algorithm, value, err := digestOf(r)
	h, known := digests[algorithm]
	if err != nil || !known {
		return nil, wrong("خوارزمية البصمة غير معروفة أو لم تعد آمنة", "its digest algorithm is unknown or no longer safe")
	}
	sum := h.New()
	sum.Write(f.canonical(e))
	if !bytes.Equal(sum.Sum(nil), value) {
		return nil, errForged
	}
	return e, nil
}
