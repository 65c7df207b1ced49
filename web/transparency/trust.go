package transparency

import (
	"crypto/x509"
	"net/http"
	"slices"
	"strings"
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
)

// trustPage is the trust list in plain words.
type trustPage struct {
	*trust.List
	Pinned  string // fingerprint of the root that others compare
	Ends    time.Time
	Issuers []issuer
	Former  []signingKey // roots that certify no more
	Address string

	Command string
}

// issuer is an organisation, what it may issue, and its keys.
type issuer struct {
	Name  gov.Text
	Types []gov.Text
	Keys  []signingKey
}

// signingKey is a key as the page shows it.
type signingKey struct {
	trust.Key
	Fingerprint string
}

// Words says what the key may still do, and what its signatures count for.
func (k signingKey) Words() gov.Text {
	switch {
	case k.State == trust.Retired:
		return gov.T("لا يوقّع بعد اليوم، وما وقّعه صحيح", "Signs no more; what it signed stays valid")
	case k.State == trust.Revoked && k.Reason == trust.Compromise:
		return gov.T("مسحوب: قد يكون في يد أخرى", "Revoked: it may have been in other hands")
	case k.State == trust.Revoked:
		return gov.T("مسحوب", "Revoked")
	}
	return gov.T("يوقّع الآن", "Signs now")
}

// Pages reports whether it signs the pages of PDF files only.
func (k signingKey) Pages() bool { return k.Use != "" }

func shownKey(k trust.Key) signingKey {
	s := signingKey{Key: k}
	if chain, err := k.Chain(); err == nil && len(chain) > 0 {
		s.Fingerprint = pairs(chain[0])
	}
	return s
}

// pairs is the fingerprint of a certificate, in pairs that may break over lines.
func pairs(c *x509.Certificate) string { return strings.ReplaceAll(trust.Fingerprint(c), ":", " ") }

// trust explains the trust list: who may sign what, and the root that others pin.
func (t *Transparency) trust(w http.ResponseWriter, r *http.Request) error {
	list, _, err := t.Issuer.Keys().Newest(r.Context())
	if err != nil {
		return err
	}
	roots, err := t.Issuer.Keys().Roots(r.Context())
	if err != nil {
		return err
	}
	site := strings.TrimRight(t.Origin, "/")
	p := trustPage{List: list, Address: site + "/.well-known/diwan-trust-list", Command: "diwan verify FILE --online --from " + site}
	if len(roots) > 0 {
		p.Pinned, p.Ends = pairs(roots[0]), roots[0].NotAfter
	}
	for _, k := range list.Roots {
		if k.State != trust.Active {
			p.Former = append(p.Former, shownKey(k))
		}
	}
	for _, e := range list.Entities {
		p.Issuers = append(p.Issuers, shownIssuer(list, e))
	}
	return pages.Render(w, r, "trust", p)
}

func shownIssuer(list *trust.List, e trust.Entity) issuer {
	out := issuer{Name: e.Name}
	var ids []string
	for _, k := range e.Keys {
		out.Keys = append(out.Keys, shownKey(k))
		ids = append(ids, k.Types...)
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if typ, ok := list.Type(id); ok {
			out.Types = append(out.Types, typ.Title)
		}
	}
	return out
}
