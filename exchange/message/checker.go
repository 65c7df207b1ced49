package message

import (
	"crypto/sha256"
	"crypto/x509"
	"sync"
	"time"
)

// Checker verifies signatures as Fixed.Verify does, and a signature over several
// messages only once: those that come later need no more than their path. Its zero
// value is ready; any number may use it at once.
type Checker struct {
	mu          sync.Mutex
	young, aged map[[sha256.Size]byte]*checked
}

// remembered is how many signatures a generation holds; there are two.
const remembered = 1024

type checked struct {
	once sync.Once
	err  error
}

// Verify is Fixed.Verify. Who is who, whether the certificate stands and that the
// message is the one that was signed is looked at each time. Errors: as Fixed.Verify.
func (c *Checker) Verify(f *Fixed, s Signed, cert *x509.Certificate, now time.Time) error {
	x, err := f.claim(s, cert, now)
	if err != nil {
		return err
	}
	if !x.shared {
		return x.check()
	}
	known := c.of(x, s.Cert)
	known.once.Do(func() { known.err = x.check() })
	return known.err
}

// of finds what is known of a claim, or makes room for it.
func (c *Checker) of(x *claim, cert Fingerprint) *checked {
	b := make([]byte, 0, 2*sha256.Size+80)
	key := sha256.Sum256(append(append(append(b, cert[:]...), x.digest[:]...), x.signature...))
	c.mu.Lock()
	defer c.mu.Unlock()
	if k, ok := c.young[key]; ok {
		return k
	}
	k, ok := c.aged[key]
	if !ok {
		k = &checked{err: errSignature} // also when the check should panic
	}
	if c.young == nil || len(c.young) >= remembered {
		c.aged, c.young = c.young, make(map[[sha256.Size]byte]*checked, remembered)
	}
	c.young[key] = k
	return k
}
