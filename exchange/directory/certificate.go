package directory

import (
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"net"
	"slices"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// Identity is what a gateway proves itself with. It changes when certificates
// are renewed: ask for it per connection and per message.
type Identity struct {
	TLS     tls.Certificate   // to peers, as client and as server, and to information systems
	Signer  crypto.Signer     // signs messages; ES256
	Signing *x509.Certificate // of Signer
}

// Serial is how a certificate is named in the list of the revoked.
func Serial(c *x509.Certificate) string { return hex.EncodeToString(c.SerialNumber.Bytes()) }

// Fingerprint is the SHA-256 of a DER certificate, in hex.
func Fingerprint(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

var (
	errNoCertificate = gov.Fail(gov.Denied, "لم تُقدَّم شهادة", "No certificate was shown")
	errRevoked       = gov.Fail(gov.Denied, "الشهادة ملغاة", "The certificate is revoked")
	errForeignPeer   = gov.Fail(gov.Denied, "الشهادة ليست لبوابة مسجَّلة في الدليل", "The certificate belongs to no gateway in the directory")
	errForeignSigner = gov.Fail(gov.Denied, "شهادة التوقيع ليست لهذه البوابة في الدليل", "The signing certificate is not this gateway's in the directory")
	errUnknownClient = gov.Fail(gov.Denied, "العميل غير مسجَّل في الدليل", "The client is not registered in the directory")
	errNotServed     = gov.Fail(gov.Denied, "العميل غير مسجَّل في هذه البوابة", "The client is not registered at this gateway")
	errForeignSystem = gov.Fail(gov.Denied, "الشهادة ليست لنظام معلومات هذا العميل", "The certificate is not one of this client's information systems")
	errPlain         = gov.Fail(gov.Denied, "على نظام المعلومات أن يتصل عبر TLS بشهادته المسجَّلة", "The information system must connect over TLS with its registered certificate")
)

// CheckCertificate refuses a certificate that is not valid at now or is revoked.
// It does not say whose it is. Errors: Denied.
func (s *Snapshot) CheckCertificate(c *x509.Certificate, now time.Time) error {
	switch {
	case s.revoked[Serial(c)]:
		return errRevoked
	case now.Before(c.NotBefore.Add(-Skew)):
		return gov.Fail(gov.Denied, "لا تسري الشهادة قبل "+aside(stamp(c.NotBefore)), "The certificate is not valid before "+stamp(c.NotBefore))
	case now.After(c.NotAfter):
		return gov.Fail(gov.Denied, "انتهت صلاحية الشهادة في "+aside(stamp(c.NotAfter)), "The certificate expired at "+stamp(c.NotAfter))
	}
	return nil
}

// Peer finds the gateway that a TLS certificate belongs to: it must be in the
// directory byte for byte, valid and not revoked. Errors: Denied.
func (s *Snapshot) Peer(chain []*x509.Certificate, now time.Time) (*Server, error) {
	if len(chain) == 0 {
		return nil, errNoCertificate
	}
	x := s.pinned[Fingerprint(chain[0].Raw)]
	if s.revoked[Serial(chain[0])] {
		return nil, errRevoked
	}
	if x == nil {
		return nil, errForeignPeer
	}
	return x, s.CheckCertificate(chain[0], now)
}

// Signer checks that a DER certificate is one with which server signs messages.
// Errors: Denied.
func (s *Snapshot) Signer(server xroad.ServerID, der []byte, now time.Time) (*x509.Certificate, error) {
	c, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, errForeignSigner.Because(err)
	}
	if s.revoked[Serial(c)] {
		return nil, errRevoked
	}
	x := s.servers[server]
	if x == nil || !slices.ContainsFunc(x.Signing, func(have []byte) bool { return string(have) == string(der) }) {
		return nil, errForeignSigner
	}
	return c, s.CheckCertificate(c, now)
}

// Admit checks that whoever connected may speak for client at this gateway:
// state is the connection's TLS (nil: none), remote its address host:port.
// Errors: Denied.
func (s *Snapshot) Admit(client xroad.ClientID, state *tls.ConnectionState, remote string, now time.Time) error {
	if !s.Knows(client) {
		return errUnknownClient
	}
	if !s.Serves(client) {
		return errNotServed
	}
	sys := s.systems[client]
	if sys != nil && sys.Plain && state == nil && loopback(remote) {
		return nil
	}
	if state == nil {
		return errPlain
	}
	if len(state.PeerCertificates) == 0 {
		return errNoCertificate
	}
	c := state.PeerCertificates[0]
	if s.revoked[Serial(c)] {
		return errRevoked
	}
	if sys == nil || !slices.ContainsFunc(sys.Certificates, func(der []byte) bool { return string(der) == string(c.Raw) }) {
		return errForeignSystem
	}
	return s.CheckCertificate(c, now)
}

func loopback(remote string) bool {
	host, _, err := net.SplitHostPort(remote)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}

// Left is how many whole days a certificate has left.
func Left(c *x509.Certificate, now time.Time) int { return int(c.NotAfter.Sub(now) / (24 * time.Hour)) }
