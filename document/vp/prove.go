package vp

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"math"
	"strings"
	"time"

	"diwan.example/document/mdoc"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/form"
)

func digest(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

// check is what a presentation is held to.
type check struct {
	r    Request
	t    Type
	own  string // our client id
	list *trust.List
	now  time.Time
}

// presented takes the one credential of an answer.
func (v *Verifier) presented(k check, a answer) (credential, error) {
	if len(a.Token) != 1 {
		return credential{}, errType
	}
	for id, list := range a.Token {
		switch {
		case len(list) != 1:
		case id == "mdoc" && k.t.Mdoc != nil:
			return v.mobile(k, list[0])
		case id == "sd":
			return k.disclosed(list[0])
		}
	}
	return credential{}, errType
}

// trusts finds who signed with the first certificate's key, when the list trusts
// that very key for that moment to issue the type.
func (k check) trusts(c *credential, kid string, chain []*x509.Certificate, signed time.Time) error {
	e, key, ok := k.list.Find(kid)
	if !ok {
		return errors.New("vp: no key " + kid)
	}
	known, err := key.Chain()
	switch {
	case err != nil:
		return err
	case len(known) == 0 || len(chain) == 0 || !known[0].Equal(chain[0]):
		return errors.New("vp: another certificate than the list has of " + kid)
	case !key.May(k.t.ID):
		return errors.New("vp: " + e.ID + " may not issue " + k.t.ID)
	case !key.Trusted(signed).OK():
		return errors.New("vp: the key is " + string(key.Trusted(signed)))
	}
	c.issuer, c.key = e, kid
	return nil
}

// mobile proves an mdoc's DeviceResponse.
func (v *Verifier) mobile(k check, text string) (c credential, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return c, errAltered.Because(err)
	}
	s := mdoc.Session{ClientID: k.own, Nonce: k.r.nonce, ResponseURI: v.answerURL(k.r)}
	if s.Thumbprint, err = v.thumbprint(k.r); err != nil {
		return c, err
	}
	trust := func(chain []*x509.Certificate, m mdoc.Credential) error {
		return k.trusts(&c, chain[0].Subject.SerialNumber, chain, m.Signed)
	}
	list, err := mdoc.VerifyResponse(raw, s, mdoc.Options{Trust: trust, Doctype: k.t.Mdoc.Doctype, Now: k.now})
	if err != nil {
		return c, words(err)
	}
	if len(list) != 1 {
		return c, errType
	}
	m := list[0]
	c.form, c.signed, c.until = Mdoc, m.Signed, m.Until
	c.element = func(id string) any {
		for _, e := range m.Spaces[k.t.Mdoc.Namespace] {
			if e.ID == id {
				return e.Value
			}
		}
		return nil
	}
	if m.Status != nil {
		c.uri, c.index = m.Status.URI, m.Status.Index
	}
	return c, nil
}

// words says in our words what is wrong with an mdoc.
func words(err error) error {
	for _, x := range []struct {
		is  error
		say *gov.Error
	}{{mdoc.ErrUntrusted, errUntrusted}, {mdoc.ErrDoctype, errType}, {mdoc.ErrEarly, errEarly}, {mdoc.ErrExpired, errExpired}, {mdoc.ErrHolder, errBinding}} {
		if errors.Is(err, x.is) {
			return x.say.Because(err)
		}
	}
	return errAltered.Because(err)
}

// longestClaim is how many characters a claim may have that is taken as an answer.
const longestClaim = 400

// plain gives a presented value the canonical shape of its kind; nil when it has
// none that we take.
func plain(k form.Kind, element string, v any) any {
	switch v := v.(type) {
	case string:
		s, _ := gov.CleanText(v)
		if s == "" || len([]rune(s)) > longestClaim {
			return nil
		}
		return day(k, s)
	case mdoc.FullDate:
		return day(form.Date, string(v))
	case time.Time:
		return v.UTC().Format(time.DateOnly)
	case bool:
		return v
	case uint64:
		if element == "sex" && v-1 < 2 {
			return []string{"m", "f"}[v-1]
		}
		return whole(float64(v))
	case int64:
		return whole(float64(v))
	case float64:
		return whole(v)
	}
	return nil
}

func whole(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return v
}

func day(k form.Kind, s string) any {
	if k != form.Date {
		return s
	}
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return nil
	}
	return s
}
