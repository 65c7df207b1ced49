package directory_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/jobs"
	"diwan.example/internal/sign"
	"diwan.example/journal"
)

type (
	x509Certificate = x509.Certificate
	jobsJob         = jobs.Job
)

func journalOf(tx *db.Tx, subject string) ([]journal.Fact, error) { return journal.Of(tx, subject) }

// system makes a certificate for an information system of the schools.
func (w *world) system() *x509.Certificate {
	w.Helper()
	key, err := sign.Generate()
	w.must(err)
	csr, err := directory.Request(key, "anything")
	w.must(err)
	var der []byte
	w.must(w.do(func(tx *db.Tx) (err error) { der, err = w.centre.CertifySystem(tx, schools, csr); return err }))
	c, err := x509.ParseCertificate(der)
	w.must(err)
	return c
}

func TestAnInformationSystemShowsWhoItIs(t *testing.T) {
	w := opened(t, dbtest.SQLite(t))
	mine, revoked := w.system(), w.system()
	w.must(w.do(func(tx *db.Tx) error { return w.centre.Revoke(tx, directory.Serial(revoked)) }))
	a, b := w.enrolled(gwMoe), w.enrolled(gwMoj)
	w.must(a.Once(t.Context(), 0))
	w.must(b.Once(t.Context(), 0))
	shown := func(c ...*x509.Certificate) *tls.ConnectionState { return &tls.ConnectionState{PeerCertificates: c} }
	s, now := a.View.Current(), w.now()
	w.must(s.Admit(schools, shown(mine), "10.0.0.9:1", now))
	alien := schools
	alien.Subsystem = "nobody"
	says(t, s.Admit(alien, shown(mine), "10.0.0.9:1", now), gov.Denied, "The client is not registered in the directory")
	says(t, s.Admit(courts, shown(mine), "10.0.0.9:1", now), gov.Denied, "The client is not registered at this gateway")
	says(t, s.Admit(schools, nil, "127.0.0.1:1", now), gov.Denied, "The information system must connect over TLS with its registered certificate")
	says(t, s.Admit(schools, shown(), "10.0.0.9:1", now), gov.Denied, "No certificate was shown")
	says(t, s.Admit(schools, shown(revoked), "10.0.0.9:1", now), gov.Denied, "The certificate is revoked")
	says(t, s.Admit(schools, shown(a.Keys.Identity().TLS.Leaf), "10.0.0.9:1", now), gov.Denied, "The certificate is not one of this client's information systems")
	says(t, s.Admit(schools, shown(mine), "10.0.0.9:1", now.Add(181*24*time.Hour)), gov.Denied, "The certificate expired at 2027-05-22 06:00:00Z")
	says(t, s.Admit(schools, shown(mine), "10.0.0.9:1", now.Add(-time.Hour)), gov.Denied, "The certificate is not valid before 2026-11-23 05:55:00Z")
	// Those that may come without TLS do so from the gateway's own machine only.
	s = b.View.Current()
	w.must(s.Admit(courts, nil, "127.0.0.1:1", now))
	says(t, s.Admit(courts, nil, "10.0.0.9:1", now), gov.Denied, "The information system must connect over TLS with its registered certificate")
	_, err := s.Peer([]*x509.Certificate{mine}, now)
	says(t, err, gov.Denied, "The certificate belongs to no gateway in the directory")
	_, err = s.Signer(gwMoe, b.Keys.Identity().Signing.Raw, now)
	says(t, err, gov.Denied, "The signing certificate is not this gateway's in the directory")
}
