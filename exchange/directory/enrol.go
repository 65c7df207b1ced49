package directory

import (
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"crypto/x509"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
)

// ticketLife is how long a one-time token is good.
const ticketLife = 72 * time.Hour

var (
	errTicket  = gov.Fail(gov.Denied, "كلمة المرة الواحدة غير معروفة أو انتهت مدتها أو استُعملت من قبل: اطلب كلمة جديدة من المركز", "The one-time token is unknown, has expired or was used before: ask the centre for a new one")
	errNoMatch = gov.Fail(gov.NotFound, "لا توجد شهادة بهذا الرقم", "There is no certificate with this number")
	errEnded   = gov.Fail(gov.Conflict, "الشهادة ملغاة من قبل", "The certificate has been revoked before")
	errPEM     = gov.Fail(gov.Invalid, "المطلوب شهادة X.509 بترميز PEM أو DER", "An X.509 certificate in PEM or DER is needed")
)

// Ticket makes a one-time token with which a gateway enrols; it is shown once
// and kept as a digest. For operators and the authority.
func (c *Centre) Ticket(tx *db.Tx, id xroad.ServerID) (string, error) {
	if err := manages(tx); err != nil {
		return "", err
	}
	s, err := server(tx, id)
	if err != nil {
		return "", err
	}
	if s.State != Active {
		return "", errNoEntry
	}
	token := strings.ToLower(db.Short(32))
	err = insertTicket(tx, ticket{digest: Fingerprint([]byte(token)), server: id, expires: db.Millis(tx.Now().Add(ticketLife))})
	if err != nil {
		return "", err
	}
	return token, record(tx, "directory.invited", id.String(), nil)
}

// Enrol answers a gateway that shows a one-time token. The same request may be
// repeated; another one with the same token is refused. Errors: Denied, Invalid.
func (c *Centre) Enrol(tx *db.Tx, token string, r Requests) (out Issued, id xroad.ServerID, err error) {
	tx = tx.As(gov.System)
	digest, keys := Fingerprint([]byte(strings.ToLower(strings.TrimSpace(token)))), requestKeys(r)
	t, ok, err := findTicket(tx, digest)
	if err != nil {
		return out, id, err
	}
	if !ok || tx.Millis() >= t.expires || t.used != 0 && t.keys != keys || keys == "" {
		return out, id, errTicket
	}
	if t.used == 0 {
		if mine, err := useTicket(tx, digest, keys); err != nil || !mine {
			return out, id, errTicket.Because(err)
		}
		if err := record(tx, "directory.enrolled", t.server.String(), nil); err != nil {
			return out, id, err
		}
	}
	out, err = c.answer(tx, t.server, r)
	return out, t.server, err
}

// requestKeys names the keys of both requests; "" when one cannot be read.
func requestKeys(r Requests) string {
	var names []string
	for _, der := range [][]byte{r.TLS, r.Signing} {
		q, err := x509.ParseCertificateRequest(der)
		if err != nil {
			return ""
		}
		names = append(names, keyName(q.PublicKey))
	}
	return strings.Join(names, "+")
}

// Renew answers a gateway that has proven who it is (see Identify).
func (c *Centre) Renew(tx *db.Tx, id xroad.ServerID, r Requests) (Issued, error) {
	return c.answer(tx.As(gov.System), id, r)
}

func (c *Centre) answer(tx *db.Tx, id xroad.ServerID, r Requests) (out Issued, err error) {
	s, err := server(tx, id)
	if err != nil {
		return out, err
	}
	if s.State != Active {
		return out, errNoEntry
	}
	a, err := c.certify(tx, r.TLS, id.String(), UseTLS, s.Address)
	if err != nil {
		return out, err
	}
	b, err := c.certify(tx, r.Signing, id.String(), UseSigning, "")
	if err != nil {
		return out, err
	}
	return Issued{a.DER, b.DER}, c.Publish(tx)
}

// Identify finds the gateway that signed a claim about a request's body, and
// refuses one whose certificate is no good or whose clock is off.
// Errors: Denied.
func (c *Centre) Identify(tx *db.Tx, token string, body []byte) (id xroad.ServerID, err error) {
	list, err := certificatesBySerial(tx, sign.KeyID(token))
	if err != nil {
		return id, err
	}
	for _, x := range list {
		if x.Use != UseTLS {
			continue
		}
		cl, ok := opened(token, x)
		if !ok || cl.Digest != Fingerprint(body) || cl.Server != x.Owner {
			return id, errClaim
		}
		if err := x.usable(tx.Now()); err != nil {
			return id, err
		}
		if off := cl.Time.Sub(tx.Now()); off > Skew || off < -Skew {
			return id, clockOff(cl.Time, tx.Now())
		}
		return xroad.ParseServer(x.Owner)
	}
	return id, errClaim
}

func opened(token string, x Certificate) (cl claim, ok bool) {
	p := x.Parsed()
	if p == nil {
		return cl, false
	}
	pub, isEC := p.PublicKey.(*ecdsa.PublicKey)
	if !isEC {
		return cl, false
	}
	b, err := sign.Open(token, requestType, x.Serial, pub)
	return cl, err == nil && json.Unmarshal(b, &cl) == nil
}

func (c Certificate) usable(now time.Time) error {
	switch {
	case c.State == Revoked:
		return errRevoked
	case now.After(c.Expires):
		return gov.Fail(gov.Denied, "انتهت صلاحية الشهادة في "+aside(stamp(c.Expires)), "The certificate expired at "+stamp(c.Expires))
	}
	return nil
}

// clockOff says that two clocks disagree.
func clockOff(theirs, ours time.Time) error {
	return gov.Fail(gov.Denied,
		fmt.Sprintf("ساعة البوابة غير مضبوطة: تقول %s وساعة المركز %s، والفرق أكثر من خمس دقائق", aside(stamp(theirs)), aside(stamp(ours))),
		fmt.Sprintf("The gateway's clock is off: it says %s, the centre's says %s, more than five minutes apart", stamp(theirs), stamp(ours)))
}

// CertifySystem answers a request for an information system of a subsystem.
func (c *Centre) CertifySystem(tx *db.Tx, id xroad.ClientID, csr []byte) ([]byte, error) {
	if err := c.activeSubsystem(tx, id); err != nil {
		return nil, err
	}
	x, err := c.certify(tx, csr, id.String(), UseSystem, "")
	if err != nil {
		return nil, err
	}
	return x.DER, c.Publish(tx)
}

// TrustSystem registers a certificate that somebody else issued, or that is
// self-signed, for the information systems of a subsystem.
func (c *Centre) TrustSystem(tx *db.Tx, id xroad.ClientID, der []byte) error {
	if err := c.activeSubsystem(tx, id); err != nil {
		return err
	}
	p, err := x509.ParseCertificate(der)
	if err != nil {
		return errPEM.Because(err)
	}
	x := Certificate{Owner: id.String(), Serial: Serial(p), Use: UseSystem, Foreign: true, DER: der, Issued: tx.Now(), Expires: p.NotAfter, State: Active, key: keyName(p.PublicKey)}
	if err := x.usable(tx.Now()); err != nil {
		return err
	}
	if err := insertCertificate(tx, x); err != nil {
		return err
	}
	if err := record(tx, "directory.certified", x.Owner, map[string]any{"use": x.Use, "serial": x.Serial, "until": x.Expires}); err != nil {
		return err
	}
	return c.Publish(tx)
}

func (c *Centre) activeSubsystem(tx *db.Tx, id xroad.ClientID) error {
	if err := manages(tx); err != nil {
		return err
	}
	s, err := subsystem(tx, id)
	if err == nil && s.State != Active {
		err = errNoEntry
	}
	return err
}

// Revoke ends a certificate at once: every gateway refuses it as soon as it has
// the next directory. For operators and the authority.
func (c *Centre) Revoke(tx *db.Tx, serial string) error {
	if err := manages(tx); err != nil {
		return err
	}
	list, err := certificatesBySerial(tx, serial)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return errNoMatch
	}
	for _, x := range list {
		to, ok := Certificates.Next(x.State, "revoke")
		if !ok {
			return errEnded
		}
		if err := setCertificateState(tx, x, to); err != nil {
			return err
		}
		if err := record(tx, "directory.revoked", x.Owner, map[string]any{"use": x.Use, "serial": x.Serial}); err != nil {
			return err
		}
	}
	return c.Publish(tx)
}

// warnings are the days left at which a certificate's end is announced.
var warnings = []int64{30, 14, 7, 3, 1}

// warn announces certificates that end soon, once for every threshold.
func warn(tx *db.Tx) error {
	list, err := certificates(tx)
	if err != nil {
		return err
	}
	for _, x := range list {
		left := int64(x.Expires.Sub(tx.Now()) / (24 * time.Hour))
		at := int64(-1)
		for _, w := range warnings {
			if left < w {
				at = w
			}
		}
		if x.State != Active || at < 0 || x.Warned >= 0 && x.Warned <= at {
			continue
		}
		if err := setWarned(tx, x, at); err != nil {
			return err
		}
		if err := record(tx, "directory.warned", x.Owner, map[string]any{"use": x.Use, "serial": x.Serial, "days": left}); err != nil {
			return err
		}
	}
	return nil
}
