package directory

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"math/big"
	"net"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
)

// useDirectory is the use of the key that signs the directory.
const useDirectory = "directory"

// authorityLife is how long the authorities' own certificates are valid.
const authorityLife = 20 * 365 * 24 * time.Hour

var (
	errRequest  = gov.Fail(gov.Invalid, "طلب الشهادة غير صالح: المطلوب طلب PKCS #10 موقَّع بمفتاح P-256", "The certificate request is not usable: a PKCS #10 request signed by a P-256 key is needed")
	errNoCentre = gov.Fail(gov.Unavailable, "لم يُهيَّأ مركز التبادل بعد", "The centre of the exchange has not been set up yet")
)

// key finds a key of the centre and opens it.
func (c *Centre) key(tx *db.Tx, use string) (key, crypto.Signer, error) {
	k, ok, err := keyFor(tx, use)
	if err != nil {
		return k, nil, err
	}
	if !ok {
		return k, nil, errNoCentre
	}
	if s, ok := c.opened.Load(k.id); ok {
		return k, s.(crypto.Signer), nil
	}
	s, err := c.Vault.Open(k.bound(), k.sealed)
	if err == nil {
		c.opened.Store(k.id, s)
	}
	return k, s, err
}

// bound is the name under which a key is sealed: its use and its id.
func (k key) bound() string { return "exchange/" + k.use + "/" + k.id }

// makeKeys makes the keys of the centre that are not there yet.
func (c *Centre) makeKeys(tx *db.Tx) error {
	for _, use := range []string{useDirectory, ForGateways, ForSystems} {
		if err := c.makeKey(tx, use); err != nil {
			return err
		}
	}
	return nil
}

// makeKey makes a key of the centre unless there is one.
func (c *Centre) makeKey(tx *db.Tx, use string) error {
	if _, ok, err := keyFor(tx, use); ok || err != nil {
		return err
	}
	private, err := sign.Generate()
	if err != nil {
		return err
	}
	k := key{id: use + "-" + db.Short(10), use: use, name: c.Instance + " exchange " + use}
	if use != useDirectory {
		der, err := rootCertificate(private, k.name, tx.Now())
		if err != nil {
			return err
		}
		k.certificate = toBase64(der)
	}
	if k.sealed, err = c.Vault.Seal(k.bound(), private); err != nil {
		return err
	}
	return insertKey(tx, k)
}

func rootCertificate(private *ecdsa.PrivateKey, name string, now time.Time) ([]byte, error) {
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: name}, NotBefore: now.Add(-Skew), NotAfter: now.Add(authorityLife),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	return x509.CreateCertificate(rand.Reader, t, t, &private.PublicKey, private)
}

// serial is a random positive serial number of 128 bits (RFC 5280 §4.1.2.2).
func serial() *big.Int {
	b := make([]byte, 16)
	rand.Read(b)
	b[0] = b[0]&0x7f | 0x40
	return new(big.Int).SetBytes(b)
}

// authority is what the directory says of one of our authorities.
func (c *Centre) authority(tx *db.Tx, use string) (Authority, error) {
	k, ok, err := keyFor(tx, use)
	if err != nil {
		return Authority{}, err
	}
	if !ok {
		return Authority{}, errNoCentre
	}
	der, err := fromBase64(k.certificate)
	return Authority{Name: k.name, For: use, Certificate: der}, err
}

// certify answers a request with a certificate for owner. What the request says
// of itself counts for nothing but its key.
func (c *Centre) certify(tx *db.Tx, csr []byte, owner, use, host string) (Certificate, error) {
	req, err := x509.ParseCertificateRequest(csr)
	if err != nil {
		return Certificate{}, errRequest.Because(err)
	}
	pub, ok := req.PublicKey.(*ecdsa.PublicKey)
	if !ok || pub.Curve != elliptic.P256() || req.CheckSignature() != nil {
		return Certificate{}, errRequest
	}
	known, err := certificatesOf(tx, owner)
	if err != nil {
		return Certificate{}, err
	}
	for _, k := range known { // the same request again
		if k.Use == use && k.State == Active && k.key == keyName(pub) {
			return k, nil
		}
	}
	t := template(owner, use, host, tx.Now(), c.life())
	der, err := c.issue(tx, authorityOf(use), t, pub)
	if err != nil {
		return Certificate{}, err
	}
	out := Certificate{Owner: owner, Serial: Serial(t), Use: use, DER: der, Issued: tx.Now(), Expires: t.NotAfter, State: Active, key: keyName(pub)}
	if err := insertCertificate(tx, out); err != nil {
		return Certificate{}, err
	}
	return out, record(tx, "directory.certified", owner, map[string]any{"use": use, "serial": out.Serial, "until": out.Expires})
}

func (c *Centre) life() time.Duration {
	if c.Life > 0 {
		return c.Life
	}
	return 180 * 24 * time.Hour
}

func authorityOf(use string) string {
	if use == UseSystem {
		return ForSystems
	}
	return ForGateways
}

// template is a certificate for owner. Source: RFC 5280; the key usage of a
// signing certificate as ETSI EN 319 412-2 §4.3.2 asks for seals.
func template(owner, use, host string, now time.Time, life time.Duration) *x509.Certificate {
	t := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: owner}, NotBefore: now.Add(-Skew), NotAfter: now.Add(life).Truncate(time.Second),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	switch use {
	case UseSigning:
		t.KeyUsage = x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment
	case UseTLS:
		t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	case UseSystem:
		t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}
	}
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if ip := net.ParseIP(host); ip != nil {
		t.IPAddresses = []net.IP{ip}
	} else if host != "" {
		t.DNSNames = []string{host}
	}
	if use == UseTLS { // for information systems of its own machine
		t.DNSNames, t.IPAddresses = append(t.DNSNames, "localhost"), append(t.IPAddresses, net.IPv4(127, 0, 0, 1))
	}
	return t
}

func (c *Centre) issue(tx *db.Tx, use string, t *x509.Certificate, pub *ecdsa.PublicKey) ([]byte, error) {
	k, s, err := c.key(tx, use)
	if err != nil {
		return nil, err
	}
	der, err := fromBase64(k.certificate)
	if err != nil {
		return nil, err
	}
	parent, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return x509.CreateCertificate(rand.Reader, t, parent, pub, s)
}

// keyName names a public key by its digest; "" for one that cannot be written.
func keyName(pub crypto.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}
