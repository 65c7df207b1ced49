package mdoc

import (
	"crypto"
	"errors"
	"slices"

	"github.com/veraison/go-cose"
)

// Session is what binds a presentation to one request by OpenID4VP. Source:
// OpenID4VP 1.0 Annex B.2.6.1.
type Session struct {
	ClientID    string // with its prefix, as the request named it
	Nonce       string
	ResponseURI string
	Thumbprint  []byte // SHA-256 (RFC 7638) of the key that the response is encrypted to; nil: not encrypted
}

// transcript is SessionTranscript with OpenID4VPHandover.
func (s Session) transcript() ([]byte, error) {
	var thumb any
	if s.Thumbprint != nil {
		thumb = s.Thumbprint
	}
	info, err := encoding.Marshal([]any{s.ClientID, s.Nonce, thumb, s.ResponseURI})
	if err != nil {
		return nil, err
	}
	return encoding.Marshal([]any{nil, nil, []any{"OpenID4VPHandover", digest(info)}})
}

// authentication is what a wallet signs: DeviceAuthenticationBytes.
func (s Session) authentication(doctype string, spaces raw) ([]byte, error) {
	transcript, err := s.transcript()
	if err != nil {
		return nil, err
	}
	return wrapped([]any{"DeviceAuthentication", raw(transcript), doctype, spaces})
}

// response is DeviceResponse.
type response struct {
	Version   string     `cbor:"version"`
	Documents []document `cbor:"documents,omitempty"`
	Status    uint64     `cbor:"status"`
}

type document struct {
	Doctype string       `cbor:"docType"`
	Issuer  signed       `cbor:"issuerSigned"`
	Device  deviceSigned `cbor:"deviceSigned"`
}

type deviceSigned struct {
	Spaces raw        `cbor:"nameSpaces"`
	Auth   deviceAuth `cbor:"deviceAuth"`
}

type deviceAuth struct {
	Signature raw `cbor:"deviceSignature,omitempty"`
}

// bare is the signature without its unprotected header: nothing in it counts, and
// there are wallets that write it wrongly.
func (a deviceAuth) bare() ([]byte, error) {
	var parts []raw
	if err := decoding.Unmarshal(a.Signature, &parts); err != nil || len(parts) != 4 {
		return nil, errors.New("mdoc: no signature of the device")
	}
	parts[1] = raw{0xa0}
	return encoding.Marshal(parts)
}

// VerifyResponse proves what a wallet presented in a session: every document as
// Verify does, and that the wallet holding its key signed for this session. A
// message authenticated without a signature is refused: OpenID4VP has no key to
// check it by. What the wallet adds by itself is not read. Errors as Verify,
// and ErrHolder.
func VerifyResponse(deviceResponse []byte, s Session, o Options) ([]Credential, error) {
	var r response
	if err := decoding.Unmarshal(deviceResponse, &r); err != nil {
		return nil, because(ErrAltered, err)
	}
	if r.Status != 0 || len(r.Documents) == 0 {
		return nil, because(ErrAltered, errors.New("mdoc: no documents"))
	}
	var out []Credential
	for _, d := range r.Documents {
		c, err := d.Issuer.verify(o)
		if err != nil {
			return []Credential{c}, err
		}
		if c.Doctype != d.Doctype {
			return nil, because(ErrAltered, errors.New("mdoc: the document names another type than was signed"))
		}
		if err := d.held(c, s); err != nil {
			return nil, because(ErrHolder, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func (d document) held(c Credential, s Session) error {
	bare, err := d.Device.Auth.bare()
	if err != nil {
		return err
	}
	var m cose.UntaggedSign1Message
	if err := m.UnmarshalCBOR(bare); err != nil {
		return err
	}
	payload, err := s.authentication(d.Doctype, d.Device.Spaces)
	if err != nil {
		return err
	}
	if m.Payload != nil {
		return errors.New("mdoc: a device's signature is detached")
	}
	m.Payload = payload
	return verifyOne(m, c.DeviceKey)
}

// Present answers a session as a wallet does: the chosen elements of a document
// (all when nil), signed by the device's key. It proves our verifier, and serves
// demonstrations.
func Present(issuerSigned []byte, elements []string, key crypto.Signer, s Session) ([]byte, error) {
	var is signed
	if err := decoding.Unmarshal(issuerSigned, &is); err != nil {
		return nil, because(ErrAltered, err)
	}
	obj, _, err := is.object()
	if err != nil {
		return nil, because(ErrAltered, err)
	}
	for space, items := range is.Spaces {
		is.Spaces[space] = slices.DeleteFunc(items, func(r raw) bool {
			var it item
			return elements != nil && (unwrap(r, &it) != nil || !slices.Contains(elements, it.Element))
		})
	}
	empty, err := wrapped(map[string]any{})
	if err != nil {
		return nil, err
	}
	payload, err := s.authentication(obj.Doctype, empty)
	if err != nil {
		return nil, err
	}
	sig, err := signOne(key, payload, cose.UnprotectedHeader{}, true)
	if err != nil {
		return nil, err
	}
	return encoding.Marshal(response{Version: "1.0", Documents: []document{{obj.Doctype, is, deviceSigned{empty, deviceAuth{sig}}}}})
}
