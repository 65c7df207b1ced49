package mdoc

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"math/big"
	"time"

	"github.com/veraison/go-cose"
)

// saltSize is how many random bytes keep the digest of a statement from being guessed.
const saltSize = 32

// Draft is what a document shall say.
type Draft struct {
	Doctype   string
	Namespace string
	Elements  []Element
	DeviceKey *ecdsa.PublicKey // of the wallet that holds it; on P-256
	Signed    time.Time        // whole seconds count
	From      time.Time        // zero: Signed
	Until     time.Time        // zero, or after the certificate's end: the certificate's end
	Status    *Status          // nil: it cannot be revoked
}

// Issue signs a document for the wallet that holds Draft.DeviceKey and returns
// IssuerSigned. The chain begins with the key's own certificate; a root at its
// end is left out, for whoever verifies has it. Errors when the draft names a
// statement twice or the key cannot sign such documents (RSA cannot).
func Issue(key crypto.Signer, chain []*x509.Certificate, d Draft) ([]byte, error) {
	if len(chain) == 0 || d.Doctype == "" || d.Namespace == "" || len(d.Elements) == 0 {
		return nil, errors.New("mdoc: a draft needs a chain, a doctype, a namespace and elements")
	}
	items, digests, err := salted(d.Elements)
	if err != nil {
		return nil, err
	}
	o := object{Version: "1.0", Algorithm: "SHA-256", Digests: map[string]map[uint64][]byte{d.Namespace: digests}, Doctype: d.Doctype, Validity: d.validity(chain[0])}
	if o.Device.Key, err = coseOf(d.DeviceKey); err != nil {
		return nil, err
	}
	if d.Status != nil {
		o.Status = &status{}
		o.Status.List.Index, o.Status.List.URI = d.Status.Index, d.Status.URI
	}
	payload, err := wrapped(o)
	if err != nil {
		return nil, err
	}
	auth, err := signOne(key, payload, cose.UnprotectedHeader{cose.HeaderLabelX5Chain: x5chain(chain)}, false)
	if err != nil {
		return nil, err
	}
	return encoding.Marshal(signed{Spaces: map[string][]raw{d.Namespace: items}, Auth: auth})
}

func (d Draft) validity(own *x509.Certificate) validity {
	from, until := d.From, d.Until
	if from.IsZero() {
		from = d.Signed
	}
	if until.IsZero() || until.After(own.NotAfter) {
		until = own.NotAfter
	}
	second := func(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
	return validity{second(d.Signed), second(from), second(until)}
}

// salted makes the items and their digests, numbered in an order that says nothing.
func salted(elements []Element) (items []raw, digests map[uint64][]byte, err error) {
	digests, seen := map[uint64][]byte{}, map[string]bool{}
	numbers, err := shuffled(len(elements))
	if err != nil {
		return nil, nil, err
	}
	for i, e := range elements {
		if e.ID == "" || seen[e.ID] {
			return nil, nil, errors.New("mdoc: an element without a name, or twice: " + e.ID)
		}
		seen[e.ID] = true
		salt := make([]byte, saltSize)
		rand.Read(salt)
		raw, err := wrapped(item{numbers[i], salt, e.ID, e.Value})
		if err != nil {
			return nil, nil, err
		}
		items, digests[numbers[i]] = append(items, raw), digest(raw)
	}
	return items, digests, nil
}

// shuffled are the numbers below n in a random order.
func shuffled(n int) ([]uint64, error) {
	out := make([]uint64, n)
	for i := range out {
		j, err := rand.Int(rand.Reader, big.NewInt(int64(i)+1))
		if err != nil {
			return nil, err
		}
		out[i] = out[j.Int64()]
		out[j.Int64()] = uint64(i)
	}
	return out, nil
}

// x5chain is the header's value: the certificate itself when it is alone.
func x5chain(chain []*x509.Certificate) any {
	if last := chain[len(chain)-1]; len(chain) > 1 && bytes.Equal(last.RawIssuer, last.RawSubject) {
		chain = chain[:len(chain)-1]
	}
	if len(chain) == 1 {
		return chain[0].Raw
	}
	list := make([]any, len(chain))
	for i, c := range chain {
		list[i] = c.Raw
	}
	return list
}

// signOne makes an untagged COSE_Sign1; a detached one leaves its payload out.
func signOne(key crypto.Signer, payload []byte, open cose.UnprotectedHeader, detached bool) ([]byte, error) {
	alg, err := algorithm(key.Public())
	if err != nil {
		return nil, err
	}
	signer, err := cose.NewSigner(alg, key)
	if err != nil {
		return nil, err
	}
	m := cose.UntaggedSign1Message{Headers: cose.Headers{Protected: cose.ProtectedHeader{cose.HeaderLabelAlgorithm: alg}, Unprotected: open}, Payload: payload}
	if err := m.Sign(rand.Reader, nil, signer); err != nil {
		return nil, err
	}
	if detached {
		m.Payload = nil
	}
	return m.MarshalCBOR()
}
