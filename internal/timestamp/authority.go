package timestamp

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"time"

	rfc3161 "github.com/digitorus/timestamp"

	"diwan.example/gov"
	"diwan.example/internal/sign"
)

const (
	query = "application/timestamp-query"
	reply = "application/timestamp-reply"
)

// policy is the one that this authority stamps under: RFC 3628's baseline is not
// claimed, so an arc for experiments (X.660) says so.
var policy = asn1.ObjectIdentifier{2, 999, 3161, 1}

// Authority stamps. It is an http.Handler for application/timestamp-query.
type Authority struct {
	Key         crypto.Signer
	Certificate *x509.Certificate
	Clock       func() time.Time
}

// Certificate makes a certificate for time-stamping, signed by itself.
func Certificate(name string, key *ecdsa.PrivateKey, from, until time.Time) (*x509.Certificate, error) {
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	form := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true,
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}}, // RFC 3161 §2.3 wants it critical
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, key.Public(), key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// OpenAuthority is the authority whose key and certificate lie in dir as key.pem
// and certificate.pem; both are made when neither is there. The certificate stands
// for ten years. Errors: Unavailable.
func OpenAuthority(dir, name string, clock func() time.Time) (*Authority, error) {
	a, err := readAuthority(dir, clock)
	if errors.Is(err, fs.ErrNotExist) {
		a, err = makeAuthority(dir, name, clock)
	}
	if err != nil {
		return nil, gov.Fail(gov.Unavailable, "تعذّر فتح مفتاح جهة الختم الزمني وشهادتها", "The key and certificate of the time-stamping authority cannot be opened").Because(err)
	}
	return a, nil
}

func readAuthority(dir string, clock func() time.Time) (*Authority, error) {
	key, err1 := readPEM(filepath.Join(dir, "key.pem"))
	cert, err2 := readPEM(filepath.Join(dir, "certificate.pem"))
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	k, err1 := x509.ParsePKCS8PrivateKey(key)
	c, err2 := x509.ParseCertificate(cert)
	signer, ok := k.(*ecdsa.PrivateKey)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if !ok || !signer.PublicKey.Equal(c.PublicKey) {
		return nil, errors.New("the certificate is not that of the key")
	}
	return &Authority{signer, c, clock}, nil
}

func readPEM(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	p, _ := pem.Decode(b)
	if p == nil {
		return nil, errors.New(filepath.Base(path) + " is not PEM")
	}
	return p.Bytes, nil
}

func makeAuthority(dir, name string, clock func() time.Time) (*Authority, error) {
	key, err := sign.Generate()
	if err != nil {
		return nil, err
	}
	cert, err := Certificate(name, key, clock().Add(-time.Hour), clock().AddDate(10, 0, 0))
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	err = errors.Join(os.MkdirAll(dir, 0o700),
		writeNew(filepath.Join(dir, "key.pem"), sign.KeyPEM(der)),
		writeNew(filepath.Join(dir, "certificate.pem"), sign.CertificatesPEM(cert.Raw)))
	return &Authority{key, cert, clock}, err
}

// writeNew writes a file that is not there yet, durably.
func writeNew(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// Stamp implements the type Stamp in the same process.
func (a *Authority) Stamp(_ context.Context, data []byte) ([]byte, error) {
	sum := sha256.Sum256(data)
	answer, err := a.answer(&rfc3161.Request{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Certificates: true})
	if err != nil {
		return nil, err
	}
	t, err := rfc3161.ParseResponse(answer)
	if err != nil {
		return nil, err
	}
	return t.RawToken, nil
}

func (a *Authority) answer(r *rfc3161.Request) ([]byte, error) {
	t := &rfc3161.Timestamp{
		HashAlgorithm: r.HashAlgorithm, HashedMessage: r.HashedMessage, Nonce: r.Nonce, AddTSACertificate: r.Certificates,
		Time: a.Clock().UTC().Truncate(time.Second), Accuracy: time.Second, Policy: policy,
	}
	return t.CreateResponseWithOpts(a.Certificate, a.Key, crypto.SHA256)
}

// ServeHTTP answers one query. What it refuses, it refuses in the words of RFC 3161.
func (a *Authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != query {
		http.Error(w, "POST "+query, http.StatusUnsupportedMediaType)
		return
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 4<<10))
	if err != nil {
		http.Error(w, "too long", http.StatusRequestEntityTooLarge)
		return
	}
	answer, err := a.read(b)
	if err != nil {
		http.Error(w, "no timestamp can be made now", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", reply)
	w.Write(answer)
}

func (a *Authority) read(b []byte) ([]byte, error) {
	ask, err := rfc3161.ParseRequest(b)
	switch {
	case err != nil:
		return rfc3161.CreateErrorResponse(rfc3161.Rejection, rfc3161.BadDataFormat)
	case ask.HashAlgorithm < crypto.SHA256 || !ask.HashAlgorithm.Available() || len(ask.HashedMessage) != ask.HashAlgorithm.Size():
		return rfc3161.CreateErrorResponse(rfc3161.Rejection, rfc3161.BadAlgorithm)
	case ask.TSAPolicyOID != nil && !ask.TSAPolicyOID.Equal(policy):
		return rfc3161.CreateErrorResponse(rfc3161.Rejection, rfc3161.UnacceptedPolicy)
	}
	return a.answer(ask)
}
