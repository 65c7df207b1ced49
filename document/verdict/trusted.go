package verdict

import (
	"crypto"
	"crypto/x509"
	"strings"
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/form"
)

// Trusted is a trust list made ready: its keys are read once. It is safe for
// concurrent use.
type Trusted struct {
	list   *trust.List
	keys   map[string]*known
	types  map[string]trust.Type
	clocks *x509.CertPool // time-stamping authorities
	roots  *x509.CertPool
}

type known struct {
	entity      trust.Entity
	key         trust.Key
	public      crypto.PublicKey
	certificate *x509.Certificate // nil: it has none
}

// Of makes a list ready that the caller has opened. A key of it that cannot be
// read is as if it were not there.
func Of(l *trust.List) *Trusted {
	t := &Trusted{list: l, keys: map[string]*known{}, types: map[string]trust.Type{}, roots: x509.NewCertPool()}
	for _, e := range l.Entities {
		for _, k := range e.Keys {
			if one := read(e, k); one != nil {
				t.keys[k.ID] = one
			}
		}
	}
	for _, x := range l.Types {
		t.types[x.ID] = x
	}
	for _, r := range l.Roots {
		if chain, err := r.Chain(); err == nil && len(chain) > 0 {
			t.roots.AddCert(chain[0])
		}
	}
	if t.clocks, _ = l.Authorities(); t.clocks == nil {
		t.clocks = x509.NewCertPool()
	}
	return t
}

// Zone is where the authority reads dates; UTC when its list does not say.
func (t *Trusted) Zone() *time.Location {
	if t == nil || t.list == nil {
		return time.UTC
	}
	zone, err := time.LoadLocation(t.list.Zone)
	if err != nil || t.list.Zone == "Local" {
		return time.UTC
	}
	return zone
}

// Roots trusts whoever is certified by roots, and the timestamps of clocks: what
// can be said without a list.
func Roots(roots, clocks *x509.CertPool) *Trusted {
	return &Trusted{keys: map[string]*known{}, types: map[string]trust.Type{}, roots: roots, clocks: clocks}
}

func read(e trust.Entity, k trust.Key) *known {
	one := &known{entity: e, key: k}
	if chain, err := k.Chain(); err == nil && len(chain) > 0 {
		one.certificate, one.public = chain[0], chain[0].PublicKey
		return one
	}
	pub, err := k.JWK.Key()
	if err != nil {
		return nil
	}
	one.public = pub
	return one
}

// signer finds the key that something says it was signed with.
func (c *check) signer(kid string) *known {
	if c.o.Trust == nil || c.o.Trust.list == nil {
		c.bad(Unknown, gov.T("لا قائمة ثقة هنا، فلا يُعرف صاحب المفتاح الذي وُقّعت به", "There is no trust list here: it is not known whose key signed it"))
		return nil
	}
	k := c.o.Trust.keys[kid]
	if k == nil {
		c.bad(Unknown, gov.T("وُقّعت بمفتاح ليس في قائمة الثقة: ليست وثيقة من جهة نعرفها", "It was signed with a key that is not in the trust list: it is of no issuer known here"))
	}
	return k
}

// byCertificate finds the key of a certificate.
func (t *Trusted) byCertificate(cert *x509.Certificate) *known {
	k := t.keys[cert.Subject.SerialNumber]
	if k == nil || k.certificate == nil || !k.certificate.Equal(cert) {
		return nil
	}
	return k
}

// issued says who issued it, whether that key may issue such a thing, and whether
// the key counts for a signature of that moment.
func (c *check) issued(k *known, issuer, typ string, at time.Time, by trust.Proof) bool {
	if k.entity.ID != issuer {
		c.bad(Altered, gov.T("تقول الوثيقة إن جهة أصدرتها، ووقّعها مفتاح جهة أخرى", "It says that one organisation issued it, and another's key signed it"))
		return false
	}
	if typ != "" && !k.key.May(typ) {
		c.bad(Altered, gov.T("لا تملك %s إصدار وثيقة من هذا النوع", "%s may not issue a document of this type").Sprintf(k.entity.Name))
		return false
	}
	c.Issuer, c.IssuerName = k.entity.ID, k.entity.Name
	c.good(gov.T("وقّعتها %s، ولم يتغيّر فيها شيء بعد التوقيع", "Signed by %s, and nothing in it was changed since").Sprintf(k.entity.Name))
	return c.stood(k, at, by)
}

// stood holds the moment of a signature against the life of its key.
func (c *check) stood(k *known, at time.Time, by trust.Proof) bool {
	s := k.key.Proven(at, by)
	if !s.OK() {
		c.bad(Altered, s.Words())
		return false
	}
	c.good(gov.T("المفتاح %s في قائمة الثقة رقم %d، وكان ساريًا حين وُقّع به", "The key %s stands in trust list number %d and was in force when it signed").Sprintf(k.key.ID, c.o.Trust.list.Number))
	c.age()
	return true
}

// age says when the trust list is older than it ought to be.
func (c *check) age() {
	l := c.o.Trust.list
	if next := l.Next.Time(); !next.IsZero() && c.o.Now.After(next) {
		c.note(gov.T("قائمة الثقة قديمة، وكان موعد ما بعدها %s: مفتاح سُحب بعدها لا يظهر هنا", "The trust list is old; a newer one was due on %s: a key revoked since does not show here").Sprintf(c.moment(next)))
	}
}

// about takes over what the document says of itself.
func (c *check) about(number, code, typ string, issued, until time.Time) {
	c.Number, c.Code, c.Type, c.Issued, c.ValidUntil = number, code, typ, issued, until
	if c.o.Trust != nil && len(c.Title) == 0 {
		c.Title = c.o.Trust.types[typ].Title
	}
	c.sink(Valid)
	switch {
	case issued.After(c.o.Now.Add(5 * time.Minute)):
		c.bad(Altered, gov.T("تاريخ إصدارها في المستقبل (%s): إما أنها غير سليمة أو أن ساعة هذا الجهاز خاطئة", "It is dated in the future (%s): it is not sound, or this machine's clock is wrong").Sprintf(c.moment(issued)))
	case !until.IsZero() && c.o.Now.After(until):
		c.bad(Expired, gov.T("انتهت صلاحيتها في %s", "It expired on %s").Sprintf(c.moment(until)))
	case !until.IsZero():
		c.good(gov.T("تسري حتى %s", "It is valid until %s").Sprintf(c.moment(until)))
	}
}

// moment writes a time for people.
func (c *check) moment(t time.Time) gov.Text {
	t = t.In(c.o.Zone)
	clock := t.Format("15:04 MST")
	if name, _ := t.Zone(); strings.HasPrefix(name, "+") || strings.HasPrefix(name, "-") { // a zone without letters of its own
		clock = t.Format("15:04 UTC-07:00")
	}
	day := form.Question{Kind: form.Date}
	return gov.T(form.Display(day, t.Format(time.DateOnly), gov.Arabic, gov.Currency{})+" \u2066"+clock+"\u2069", form.Display(day, t.Format(time.DateOnly), gov.English, gov.Currency{})+" "+clock)
}

// Key is the public key kid of the list, for the tokens of its status lists; nil:
// the list does not have it, or trusts it no more.
func (t *Trusted) Key(kid string) crypto.PublicKey {
	k := t.keys[kid]
	if k == nil || k.key.State == trust.Revoked {
		return nil
	}
	return k.public
}
