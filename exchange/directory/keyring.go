package directory

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/sign"
)

// Requests are certificate requests (PKCS #10, DER) of one gateway.
type Requests struct {
	TLS     []byte `json:"tls"`
	Signing []byte `json:"signing"`
}

// Issued are the certificates (DER) that answer them.
type Issued struct {
	TLS     []byte `json:"tls"`
	Signing []byte `json:"signing"`
}

// Keyring keeps a gateway's keys in a folder: those in use, and the next ones
// while certificates are asked for and become known to everybody.
type Keyring struct {
	dir    string
	mu     sync.Mutex
	use    *Identity
	next   *Identity  // has certificates, waits to be known
	wanted *ecdsaPair // keys without certificates yet
}

type ecdsaPair struct{ tls, signing *ecdsa.PrivateKey }

var (
	errNotEnrolled = gov.Fail(gov.Unavailable, "لم تُسجَّل البوابة لدى المركز بعد: سجّلها بكلمة المرة الواحدة", "The gateway is not enrolled at the centre yet: enrol it with its one-time token")
	errKeys        = gov.Fail(gov.Unavailable, "ملف مفاتيح البوابة غير صالح أو لا يمكن قراءته", "The gateway's key file is damaged or cannot be read")
	errOtherKeys   = gov.Fail(gov.Invalid, "الشهادات ليست لمفاتيح هذه البوابة", "The certificates are not for this gateway's keys")
)

const (
	useFile    = "gateway.pem"
	nextFile   = "gateway.next.pem"
	wantedFile = "gateway.wanted.pem"
)

// settles is how long a new certificate is known before it is used, so that
// every gateway has the directory that names it.
const settles = time.Hour

// OpenKeyring reads the keys of a folder; a folder without any is a new gateway.
func OpenKeyring(dir string) (*Keyring, error) {
	k := &Keyring{dir: dir}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, errKeys.Because(err)
	}
	var err error
	if k.use, err = k.identity(useFile); err != nil {
		return nil, err
	}
	if k.next, err = k.identity(nextFile); err != nil {
		return nil, err
	}
	keys, _, err := k.read(wantedFile)
	if err != nil {
		return nil, err
	}
	if len(keys) == 2 && !k.use.has(keys[0]) && !k.next.has(keys[0]) { // else the file outlived its use
		k.wanted = &ecdsaPair{keys[0], keys[1]}
	}
	return k, nil
}

func (i *Identity) has(key *ecdsa.PrivateKey) bool { return i != nil && key.Equal(i.TLS.PrivateKey) }

// Identity is what the gateway proves itself with now; nil before it is enrolled.
func (k *Keyring) Identity() *Identity {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.use
}

// Requests asks for certificates for new keys. Asked again before Accept, it
// gives the same keys, so that an answer that got lost does no harm.
func (k *Keyring) Requests(id xroad.ServerID) (r Requests, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.wanted == nil {
		a, err1 := sign.Generate()
		b, err2 := sign.Generate()
		if err := errors.Join(err1, err2); err != nil {
			return r, err
		}
		if err := k.write(wantedFile, []*ecdsa.PrivateKey{a, b}, nil); err != nil {
			return r, err
		}
		k.wanted = &ecdsaPair{a, b}
	}
	if r.TLS, err = Request(k.wanted.tls, id.String()); err != nil {
		return r, err
	}
	r.Signing, err = Request(k.wanted.signing, id.String())
	return r, err
}

// Request makes a certificate request for a key.
func Request(key *ecdsa.PrivateKey, name string) ([]byte, error) {
	return x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: name}}, key)
}

// Accept keeps the certificates that were issued. The first are used at once,
// later ones when Turn finds that everybody knows them. Errors: Invalid.
func (k *Keyring) Accept(in Issued) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.wanted == nil {
		return errOtherKeys
	}
	i, err := newIdentity([]*ecdsa.PrivateKey{k.wanted.tls, k.wanted.signing}, [][]byte{in.TLS, in.Signing})
	if err != nil {
		return err
	}
	file, slot := nextFile, &k.next
	if k.use == nil {
		file, slot = useFile, &k.use
	}
	if err := k.write(file, []*ecdsa.PrivateKey{k.wanted.tls, k.wanted.signing}, [][]byte{in.TLS, in.Signing}); err != nil {
		return err
	}
	*slot, k.wanted = i, nil
	return os.Remove(filepath.Join(k.dir, wantedFile))
}

// Renounce forgets the keys in use, when the centre does not know them: it was
// set up anew. The gateway must enrol again.
func (k *Keyring) Renounce() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, file := range []string{useFile, nextFile, wantedFile} {
		if err := os.Remove(filepath.Join(k.dir, file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errKeys.Because(err)
		}
	}
	k.use, k.next, k.wanted = nil, nil, nil
	return nil
}

// Renewing reports whether certificates should be asked for at now: the last
// third of the life of those in use has begun and no newer ones are there.
func (k *Keyring) Renewing(now time.Time) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.use == nil || k.next != nil {
		return false
	}
	c := k.use.TLS.Leaf
	return now.After(c.NotAfter.Add(-c.NotAfter.Sub(c.NotBefore) / 3))
}

// Turn begins to use the next certificates once s has named them for long
// enough, or those in use are no good any more.
func (k *Keyring) Turn(s *Snapshot, now time.Time) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.next == nil { // a command may have renewed them beside us
		var err error
		if k.next, err = k.identity(nextFile); err != nil || k.next == nil {
			return err
		}
	}
	me := s.Server(s.Local.Server)
	known := me != nil && slices.ContainsFunc(me.TLS, func(der []byte) bool { return bytes.Equal(der, k.next.TLS.Leaf.Raw) })
	waited := now.After(k.next.TLS.Leaf.NotBefore.Add(Skew + settles))
	if !known || !waited && s.CheckCertificate(k.use.TLS.Leaf, now) == nil {
		return nil
	}
	if err := os.Rename(filepath.Join(k.dir, nextFile), filepath.Join(k.dir, useFile)); err != nil {
		return errKeys.Because(err)
	}
	k.use, k.next = k.next, nil
	return nil
}

func (k *Keyring) identity(file string) (*Identity, error) {
	keys, certs, err := k.read(file)
	if err != nil || len(keys) == 0 {
		return nil, err
	}
	return newIdentity(keys, certs)
}

func newIdentity(keys []*ecdsa.PrivateKey, certs [][]byte) (*Identity, error) {
	if len(keys) != 2 || len(certs) != 2 {
		return nil, errKeys
	}
	var parsed [2]*x509.Certificate
	for i, der := range certs {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, errOtherKeys.Because(err)
		}
		if !keys[i].PublicKey.Equal(c.PublicKey) {
			return nil, errOtherKeys
		}
		parsed[i] = c
	}
	return &Identity{TLS: tls.Certificate{Certificate: [][]byte{certs[0]}, PrivateKey: keys[0], Leaf: parsed[0]}, Signer: keys[1], Signing: parsed[1]}, nil
}

// read gives the keys and certificates of a file, in their order; none when
// there is no file.
func (k *Keyring) read(file string) (keys []*ecdsa.PrivateKey, certs [][]byte, err error) {
	b, err := os.ReadFile(filepath.Join(k.dir, file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, errKeys.Because(err)
	}
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			certs = append(certs, block.Bytes)
			continue
		}
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return nil, nil, errKeys.Because(err)
		}
		private, ok := key.(*ecdsa.PrivateKey)
		if !ok {
			return nil, nil, errKeys
		}
		keys = append(keys, private)
	}
	if len(keys) != 2 {
		return nil, nil, errKeys
	}
	return keys, certs, nil
}

func (k *Keyring) write(file string, keys []*ecdsa.PrivateKey, certs [][]byte) error {
	var b bytes.Buffer
	for _, key := range keys {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			return err
		}
		b.Write(sign.KeyPEM(der))
	}
	b.Write(sign.CertificatesPEM(certs...))
	return store(filepath.Join(k.dir, file), b.Bytes())
}

// store writes a file whole and durably, or leaves the old one.
func store(file string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return errKeys.Because(err)
	}
	defer os.Remove(f.Name())
	_, err1 := f.Write(b)
	err2 := f.Sync()
	err3 := f.Close()
	if err := errors.Join(err1, err2, err3); err != nil {
		return errDisk.Because(err)
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return errDisk.Because(err)
	}
	d, err := os.Open(filepath.Dir(file))
	if err != nil {
		return errDisk.Because(err)
	}
	defer d.Close()
	return d.Sync()
}

var errDisk = gov.Fail(gov.Unavailable, "تعذّرت الكتابة في مجلد البوابة", "The gateway's folder cannot be written")
