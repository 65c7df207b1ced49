//go:build cgo

package hardware

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"sync"

	"github.com/miekg/pkcs11"

	"diwan.example/internal/sign"
)

// modules are the libraries that are loaded: each is initialised once in a process.
var modules struct {
	sync.Mutex
	open map[string]*pkcs11.Ctx
}

// Open prepares a token for use. It is not asked before the first signature, so
// that a token that is away stops nothing. Errors: Unavailable when the module
// itself cannot be loaded.
func Open(o Options) (*Token, error) {
	d := &slot{o: o}
	modules.Lock()
	defer modules.Unlock()
	if modules.open == nil {
		modules.open = map[string]*pkcs11.Ctx{}
	}
	if d.ctx = modules.open[o.Module]; d.ctx == nil {
		if d.ctx = pkcs11.New(o.Module); d.ctx == nil {
			return nil, errAway.Because(errors.New("the module cannot be loaded: " + o.Module))
		}
		modules.open[o.Module] = d.ctx
	}
	return &Token{o, d}, nil
}

// Close ends the session with the token; the next use begins another.
func (t *Token) Close() { t.device.close() }

func (s *slot) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop()
}

func fresh() []byte {
	id := make([]byte, 16)
	rand.Read(id)
	return id
}

// slot is the token of a label. One session serves all; modules are slow, and
// many allow only few.
type slot struct {
	o   Options
	ctx *pkcs11.Ctx

	mu      sync.Mutex
	live    bool
	session pkcs11.SessionHandle
}

// with does something in a session, once more in a new one when the token was away.
func (s *slot) with(do func(pkcs11.SessionHandle) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	for range 2 {
		if !s.live {
			if err = s.connect(); err != nil {
				return err
			}
		}
		var code pkcs11.Error
		if err = do(s.session); err == nil || !errors.As(err, &code) {
			return err
		}
		s.drop()
	}
	return errAway.Because(err)
}

// connect finds the token by its label and logs in.
func (s *slot) connect() error {
	if err := s.ctx.Initialize(); err != nil && !is(err, pkcs11.CKR_CRYPTOKI_ALREADY_INITIALIZED) {
		return errAway.Because(err)
	}
	slots, err := s.ctx.GetSlotList(true)
	if err != nil {
		return s.away(err)
	}
	for _, id := range slots {
		info, err := s.ctx.GetTokenInfo(id)
		if err != nil || info.Label != s.o.Label {
			continue
		}
		if s.session, err = s.ctx.OpenSession(id, pkcs11.CKF_SERIAL_SESSION|pkcs11.CKF_RW_SESSION); err != nil {
			return s.away(err)
		}
		if err := s.ctx.Login(s.session, pkcs11.CKU_USER, s.o.PIN); err != nil && !is(err, pkcs11.CKR_USER_ALREADY_LOGGED_IN) {
			s.ctx.CloseSession(s.session)
			if is(err, pkcs11.CKR_PIN_INCORRECT, pkcs11.CKR_PIN_LOCKED, pkcs11.CKR_PIN_INVALID, pkcs11.CKR_PIN_LEN_RANGE) {
				return errPIN.Because(err) // not tried again: tokens lock
			}
			return s.away(err)
		}
		s.live = true
		return nil
	}
	return s.away(errors.New("no token of this label"))
}

// away forgets the module's view of its slots, so that the next use looks again.
func (s *slot) away(err error) error {
	s.drop()
	return errAway.Because(err)
}

func (s *slot) drop() {
	if s.live {
		s.ctx.CloseSession(s.session)
	}
	s.live = false
	s.ctx.Finalize()
}

func is(err error, codes ...uint) bool {
	var code pkcs11.Error
	return errors.As(err, &code) && slices.Contains(codes, uint(code))
}

var curve = []byte{6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7} // OBJECT IDENTIFIER prime256v1

func (s *slot) generate(label string, id []byte, shape sign.Shape) (pub crypto.PublicKey, err error) {
	public := []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_VERIFY, true),
		pkcs11.NewAttribute(pkcs11.CKA_ID, id), pkcs11.NewAttribute(pkcs11.CKA_LABEL, label)}
	private := []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_TOKEN, true), pkcs11.NewAttribute(pkcs11.CKA_PRIVATE, true),
		pkcs11.NewAttribute(pkcs11.CKA_SENSITIVE, true), pkcs11.NewAttribute(pkcs11.CKA_EXTRACTABLE, false), pkcs11.NewAttribute(pkcs11.CKA_SIGN, true),
		pkcs11.NewAttribute(pkcs11.CKA_ID, id), pkcs11.NewAttribute(pkcs11.CKA_LABEL, label)}
	how := uint(pkcs11.CKM_EC_KEY_PAIR_GEN)
	if shape == sign.RSA3072 {
		how = pkcs11.CKM_RSA_PKCS_KEY_PAIR_GEN
		public = append(public, pkcs11.NewAttribute(pkcs11.CKA_MODULUS_BITS, 3072), pkcs11.NewAttribute(pkcs11.CKA_PUBLIC_EXPONENT, []byte{1, 0, 1}))
	} else {
		public = append(public, pkcs11.NewAttribute(pkcs11.CKA_EC_PARAMS, curve))
	}
	err = s.with(func(h pkcs11.SessionHandle) error {
		made, _, err := s.ctx.GenerateKeyPair(h, []*pkcs11.Mechanism{pkcs11.NewMechanism(how, nil)}, public, private)
		if err != nil {
			return err
		}
		pub, err = s.public(h, made, shape)
		return err
	})
	return pub, err
}

func (s *slot) public(h pkcs11.SessionHandle, made pkcs11.ObjectHandle, shape sign.Shape) (crypto.PublicKey, error) {
	if shape == sign.P256 {
		got, err := s.ctx.GetAttributeValue(h, made, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_EC_POINT, nil)})
		if err != nil {
			return nil, err
		}
		return point(got[0].Value)
	}
	got, err := s.ctx.GetAttributeValue(h, made, []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_MODULUS, nil), pkcs11.NewAttribute(pkcs11.CKA_PUBLIC_EXPONENT, nil)})
	if err != nil {
		return nil, err
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(got[0].Value), E: int(new(big.Int).SetBytes(got[1].Value).Int64())}, nil
}

func (s *slot) sign(id, digest []byte, o crypto.SignerOpts, ec bool) (sig []byte, err error) {
	mechanism, data, err := how(digest, o, ec)
	if err != nil {
		return nil, err
	}
	err = s.with(func(h pkcs11.SessionHandle) error {
		found, err := s.find(h, id)
		if err != nil {
			return err
		}
		if err := s.ctx.SignInit(h, []*pkcs11.Mechanism{mechanism}, found); err != nil {
			return err
		}
		sig, err = s.ctx.Sign(h, data)
		return err
	})
	return sig, err
}

// how is the mechanism for a signature, and what it takes.
func how(digest []byte, o crypto.SignerOpts, ec bool) (*pkcs11.Mechanism, []byte, error) {
	if ec {
		return pkcs11.NewMechanism(pkcs11.CKM_ECDSA, nil), digest, nil
	}
	if _, pss := o.(*rsa.PSSOptions); pss {
		return pkcs11.NewMechanism(pkcs11.CKM_RSA_PKCS_PSS, pkcs11.NewPSSParams(pkcs11.CKM_SHA256, pkcs11.CKG_MGF1_SHA256, uint(len(digest)))), digest, nil
	}
	info, err := asn1.Marshal(struct {
		Algorithm pkix.AlgorithmIdentifier
		Digest    []byte
	}{pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, Parameters: asn1.NullRawValue}, digest})
	return pkcs11.NewMechanism(pkcs11.CKM_RSA_PKCS, nil), info, err
}

func (s *slot) find(h pkcs11.SessionHandle, id []byte) (pkcs11.ObjectHandle, error) {
	form := []*pkcs11.Attribute{pkcs11.NewAttribute(pkcs11.CKA_CLASS, pkcs11.CKO_PRIVATE_KEY), pkcs11.NewAttribute(pkcs11.CKA_ID, id)}
	if err := s.ctx.FindObjectsInit(h, form); err != nil {
		return 0, err
	}
	found, _, err := s.ctx.FindObjects(h, 1)
	if end := s.ctx.FindObjectsFinal(h); err == nil {
		err = end
	}
	if err != nil {
		return 0, err
	}
	if len(found) == 0 {
		return 0, errAbsent
	}
	return found[0], nil
}
