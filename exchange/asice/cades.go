package asice

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/digitorus/pkcs7"

	"diwan.example/gov"
	"diwan.example/internal/timestamp"
)

// manifest is an ASiCManifest (EN 319 162-1 annex A.4).
type manifest struct {
	file, signature string
	bytes           []byte
	refs            []ref
}

type ref struct {
	name      string
	algorithm string
	value     []byte
}

// local makes a file's name of a reference; "" when it leads anywhere else.
func local(uri string) string {
	name, err := url.PathUnescape(strings.TrimPrefix(uri, "/"))
	if err != nil || strings.ContainsAny(uri, "?#") || !fs.ValidPath(name) || strings.Contains(uri, "://") {
		return ""
	}
	return name
}

func digestOf(e *element) (algorithm string, value []byte, err error) {
	m := e.down("DigestMethod")
	if m == nil {
		return "", nil, errXML
	}
	value, err = base64.StdEncoding.Strict().DecodeString(e.down("DigestValue").words())
	return m.attr("Algorithm"), value, err
}

func readManifest(file string, b []byte) (*manifest, error) {
	root, err := parse(b)
	if err != nil {
		return nil, err
	}
	sig := root.down("SigReference")
	if root.local != "ASiCManifest" || sig == nil {
		return nil, errXML
	}
	m := &manifest{file: file, bytes: b, signature: local(sig.attr("URI"))}
	for _, e := range root.elements("DataObjectReference") {
		r := ref{name: local(e.attr("URI"))}
		if r.algorithm, r.value, err = digestOf(e); err != nil || r.name == "" {
			return nil, errors.Join(errXML, err)
		}
		m.refs = append(m.refs, r)
	}
	if m.signature == "" || len(m.refs) == 0 {
		return nil, errXML
	}
	return m, nil
}

// manifests checks the CAdES signatures. Manifests of timestamps wait for stamps.
func (v *verifier) manifests() error {
	for _, file := range v.inMeta("ASiCManifest", ".xml") {
		b, err := v.read(file)
		if err != nil {
			return err
		}
		m, err := readManifest(file, b)
		if err != nil {
			v.bad("تعذّرت قراءة "+quoted(file), "The manifest "+quoted(file)+" cannot be read")
			continue
		}
		if strings.HasSuffix(m.signature, ".p7s") {
			if err := v.cades(m); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *verifier) cades(m *manifest) error {
	raw, err := v.read(m.signature)
	if gov.KindOf(err) == gov.Invalid {
		return err
	}
	if err != nil {
		v.bad("التوقيع "+quoted(m.signature)+" غير موجود", "The signature "+quoted(m.signature)+" is missing")
		return nil
	}
	s, err := checkCMS(raw, m.bytes)
	if err != nil {
		v.bad("التوقيع "+quoted(m.signature)+" غير صحيح", "The signature "+quoted(m.signature)+" is wrong")
		return nil
	}
	s.File = m.signature
	ok, err := v.references(m.refs, s)
	if err == nil && ok {
		v.holds(s)
	}
	return err
}

// checkCMS checks a detached CMS signature with the certificate it names.
func checkCMS(raw, content []byte) (*Signature, error) {
	p7, err := timestamp.ReadCMS(raw)
	if err != nil {
		return nil, err
	}
	if len(p7.Content) > 0 {
		return nil, errors.New("asice: the signature carries content of its own")
	}
	p7.Content = content
	by := p7.GetOnlySigner()
	if by == nil {
		return nil, errors.New("asice: not signed by exactly one")
	}
	// Whether the certificate stood at the time is asked later, with the timestamps
	// known; the library would ask the machine's clock when no time is signed.
	verify := func() error { return p7.VerifyWithChainAtTime(nil, by.NotBefore) }
	if err := errors.Join(timestamp.Safely(verify), timestamp.NamesSigner(p7, by)); err != nil {
		return nil, err
	}
	s := &Signature{Form: "CAdES", By: by, value: p7.Signers[0].EncryptedDigest}
	var at time.Time
	if p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &at) == nil {
		s.Claimed = at.UTC()
	}
	s.issuers = slices.DeleteFunc(slices.Clone(p7.Certificates), func(c *x509.Certificate) bool { return c.Equal(by) })
	return s, nil
}

// mayMiss reports whether a signed file may be left out: headers and body of a
// message of the exchange, whose digests stand in its head.
func mayMiss(signature, name string) bool {
	kind, ours := strings.CutPrefix(strings.TrimSuffix(signature, ".p7s"), meta+"signature-")
	return ours && (name == kind+".body" || name == kind+".headers")
}

// references compares files with the digests that were signed. ok is false when a
// file is another or not there.
func (v *verifier) references(refs []ref, s *Signature) (ok bool, err error) {
	ok = true
	for _, r := range refs {
		sum, err := v.sum(r.name, r.algorithm)
		switch {
		case gov.KindOf(err) == gov.Invalid:
			return false, err
		case errors.Is(err, fs.ErrNotExist) && !mayMiss(s.File, r.name):
			v.bad(fmt.Sprintf("الملف الموقّع %s ليس في الحاوية", quoted(r.name)), fmt.Sprintf("The signed file %s is not in the container", quoted(r.name)))
			ok = false
		case errors.Is(err, fs.ErrNotExist):
			v.note(fmt.Sprintf("الملف الموقّع %s ليس في الحاوية؛ بصمته فيها", quoted(r.name)), fmt.Sprintf("The signed file %s is not in the container; its digest is", quoted(r.name)))
		case err != nil:
			v.bad("خوارزمية البصمة غير معروفة أو لم تعد آمنة: "+quoted(r.algorithm), "The digest algorithm is unknown or no longer safe: "+quoted(r.algorithm))
			ok = false
		case !bytes.Equal(sum, r.value):
			v.bad(fmt.Sprintf("الملف %s تغيّر بعد توقيعه", quoted(r.name)), fmt.Sprintf("The file %s was changed after it was signed", quoted(r.name)))
			ok = false
		default:
			s.Covers = append(s.Covers, r.name)
		}
	}
	return ok, nil
}

// holds takes a signature that is right, with all that it covers.
func (v *verifier) holds(s *Signature) {
	if len(s.Covers) == 0 {
		v.bad("التوقيع "+quoted(s.File)+" لا يشمل أي ملف في الحاوية", "The signature "+quoted(s.File)+" covers no file of the container")
		return
	}
	for _, name := range s.Covers {
		v.covered[name] = true
	}
	v.Signatures = append(v.Signatures, *s)
	files := strings.Join(s.Covers, "، ")
	v.good(fmt.Sprintf("وقّعه %s (%s): %s", subject(s.By), s.Form, quoted(files)), fmt.Sprintf("Signed by %s (%s): %s", subject(s.By), s.Form, quoted(strings.Join(s.Covers, ", "))))
}
