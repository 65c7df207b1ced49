package directory

import (
	"crypto/x509"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/internal/db"
)

// What a certificate is used for.
const (
	UseTLS     = "tls"     // a gateway's, to peers
	UseSigning = "signing" // a gateway's, under messages
	UseSystem  = "system"  // an information system's, to its gateway
)

// Certificate is a certificate as it is kept. Owner is a gateway or a subsystem.
type Certificate struct {
	Owner   string
	Serial  string
	Use     string
	Foreign bool // not issued by our authority
	DER     []byte
	Issued  time.Time
	Expires time.Time
	State   State
	Warned  int64 // the threshold of days that was last warned of; -1: none yet

	key string // fingerprint of its public key
}

// Parsed is the certificate itself; nil when it cannot be read.
func (c Certificate) Parsed() *x509.Certificate {
	p, err := x509.ParseCertificate(c.DER)
	if err != nil {
		return nil
	}
	return p
}

// Fingerprint names the certificate.
func (c Certificate) Fingerprint() string { return Fingerprint(c.DER) }

const certificateColumns = `owner, serial, use, foreign_issuer, certificate, public_key, issued, expires, state, warned`

func scanCertificate(scan func(...any) error) (c Certificate, err error) {
	var der string
	var foreign, issued, expires int64
	if err = scan(&c.Owner, &c.Serial, &c.Use, &foreign, &der, &c.key, &issued, &expires, &c.State, &c.Warned); err != nil {
		return c, err
	}
	c.Foreign, c.Issued, c.Expires = foreign == 1, db.Moment(issued), db.Moment(expires)
	c.DER, err = fromBase64(der)
	return c, err
}

func insertCertificate(tx *db.Tx, c Certificate) error {
	return tx.Exec(`INSERT INTO directory_certificate (owner, fingerprint, serial, use, foreign_issuer, certificate, public_key, issued, expires, state, warned)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,-1) ON CONFLICT (owner, fingerprint) DO NOTHING`,
		c.Owner, c.Fingerprint(), c.Serial, c.Use, flag(c.Foreign), toBase64(c.DER), c.key, db.Millis(c.Issued), db.Millis(c.Expires), string(c.State))
}

// certificates are all that have not expired, the newest first.
func certificates(tx *db.Tx) ([]Certificate, error) {
	return db.Rows(tx, scanCertificate, `SELECT `+certificateColumns+` FROM directory_certificate WHERE expires > $1 ORDER BY issued DESC, serial`, tx.Millis())
}

func certificatesOf(tx *db.Tx, owner string) ([]Certificate, error) {
	return db.Rows(tx, scanCertificate, `SELECT `+certificateColumns+` FROM directory_certificate WHERE owner = $1 ORDER BY issued DESC, serial`, owner)
}

func certificatesBySerial(tx *db.Tx, serial string) ([]Certificate, error) {
	return db.Rows(tx, scanCertificate, `SELECT `+certificateColumns+` FROM directory_certificate WHERE serial = $1 ORDER BY owner`, serial)
}

func setCertificateState(tx *db.Tx, c Certificate, s State) error {
	return tx.Exec(`UPDATE directory_certificate SET state = $1 WHERE owner = $2 AND fingerprint = $3`, string(s), c.Owner, c.Fingerprint())
}

func setWarned(tx *db.Tx, c Certificate, days int64) error {
	return tx.Exec(`UPDATE directory_certificate SET warned = $1 WHERE owner = $2 AND fingerprint = $3`, days, c.Owner, c.Fingerprint())
}

// ticket is a one-time word with which a gateway enrols.
type ticket struct {
	digest  string
	server  xroad.ServerID
	expires int64
	used    int64
	keys    string
}

func insertTicket(tx *db.Tx, t ticket) error {
	return tx.Exec(`INSERT INTO directory_token (digest, server, expires, used, keys) VALUES ($1,$2,$3,0,'')`, t.digest, t.server.String(), t.expires)
}

func findTicket(tx *db.Tx, digest string) (ticket, bool, error) {
	return db.One(tx, func(scan func(...any) error) (t ticket, err error) {
		var id string
		if err = scan(&t.digest, &id, &t.expires, &t.used, &t.keys); err != nil {
			return t, err
		}
		t.server, err = xroad.ParseServer(id)
		return t, err
	}, `SELECT digest, server, expires, used, keys FROM directory_token WHERE digest = $1`, digest)
}

// useTicket marks it used; false when somebody was faster.
func useTicket(tx *db.Tx, digest, keys string) (bool, error) {
	n, err := tx.Changed(`UPDATE directory_token SET used = $1, keys = $2 WHERE digest = $3 AND used = 0`, tx.Millis(), keys, digest)
	return n == 1, err
}

func forgetTickets(tx *db.Tx) error {
	return tx.Exec(`DELETE FROM directory_token WHERE expires < $1`, tx.Millis())
}
