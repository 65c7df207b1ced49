package statuslist

import (
	"crypto"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math"
	"time"

	"diwan.example/internal/sign"
	"github.com/fxamacker/cbor/v2"
)

// The types of content under which tokens are served.
const (
	JWTType = "application/statuslist+jwt"
	CWTType = "application/statuslist+cwt"
)

// Token is a list with what its signature covers.
type Token struct {
	Subject string // the address that references name
	Issued  time.Time
	Expires time.Time     // zero: no end
	TTL     time.Duration // how long a copy may be kept before asking again; zero: not said
	List    *List

	packed []byte // the list, compressed once
}

// Key signs tokens. Chain goes into them; empty: the key is found by its id.
type Key struct {
	ID     string
	Signer crypto.Signer
	Chain  []*x509.Certificate
}

func (t *Token) compressed() []byte {
	if t.packed == nil {
		t.packed = t.List.Compressed()
	}
	return t.packed
}

type claims struct {
	Subject string `json:"sub"`
	Issued  int64  `json:"iat"`
	Expires int64  `json:"exp,omitempty"`
	TTL     int64  `json:"ttl,omitempty"`
	List    struct {
		Bits int    `json:"bits"`
		List string `json:"lst"`
	} `json:"status_list"`
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// JWT signs the token as a JSON Web Token.
func (t *Token) JWT(k Key) (string, error) {
	c := claims{Subject: t.Subject, Issued: t.Issued.Unix(), Expires: seconds(t.Expires), TTL: int64(t.TTL / time.Second)}
	c.List.Bits, c.List.List = t.List.bits, base64.RawURLEncoding.EncodeToString(t.compressed())
	body, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	header := map[string]any{"typ": "statuslist+jwt", "kid": k.ID}
	if len(k.Chain) > 0 {
		header["x5c"] = sign.X5C(k.Chain)
	}
	return sign.Compact(k.Signer, header, body)
}

// Labels of headers (RFC 9052 §3.1, RFC 9360, RFC 9596) and claims (RFC 8392).
const (
	headAlg, headKid, headType, headChain = 1, 4, 16, 33

	es256, rs256 = -7, -257
	tagSign1     = 18
)

type cwt struct {
	Subject string `cbor:"2,keyasint"`
	Expires int64  `cbor:"4,keyasint,omitempty"`
	Issued  int64  `cbor:"6,keyasint"`
	List    packed `cbor:"65533,keyasint"`
	TTL     int64  `cbor:"65534,keyasint,omitempty"`
}

type packed struct {
	Bits int    `cbor:"bits"`
	List []byte `cbor:"lst"`
}

// sign1 is COSE_Sign1: protected, unprotected, payload, signature (RFC 9052 §4.2).
type sign1 struct {
	_           struct{} `cbor:",toarray"`
	Protected   []byte
	Unprotected map[any]any
	Payload     []byte
	Signature   []byte
}

var encoding = func() cbor.EncMode {
	m, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err) // only for options that contradict each other
	}
	return m
}()

// CWT signs the token as a CBOR Web Token.
func (t *Token) CWT(k Key) ([]byte, error) {
	alg := es256
	if sign.Algorithm(k.Signer.Public()) == "RS256" {
		alg = rs256
	}
	body, err := encoding.Marshal(cwt{t.Subject, seconds(t.Expires), t.Issued.Unix(), packed{t.List.bits, t.compressed()}, int64(t.TTL / time.Second)})
	if err != nil {
		return nil, err
	}
	head, err := encoding.Marshal(map[int]any{headAlg: alg, headKid: []byte(k.ID), headType: CWTType})
	if err != nil {
		return nil, err
	}
	m := sign1{Protected: head, Unprotected: map[any]any{}, Payload: body}
	if len(k.Chain) > 0 {
		m.Unprotected[headChain] = derOf(k.Chain)
	}
	if m.Signature, err = sign.Bytes(k.Signer, toSign(head, body)); err != nil {
		return nil, err
	}
	return encoding.Marshal(cbor.Tag{Number: tagSign1, Content: m})
}

// derOf is a chain as COSE carries it: one certificate alone, or several without the root.
func derOf(chain []*x509.Certificate) any {
	if n := len(chain); n > 1 {
		chain = chain[:n-1]
	}
	if len(chain) == 1 {
		return chain[0].Raw
	}
	all := make([][]byte, len(chain))
	for i, c := range chain {
		all[i] = c.Raw
	}
	return all
}

// toSign is what the signature of a COSE_Sign1 covers (RFC 9052 §4.4).
func toSign(head, body []byte) []byte {
	b, _ := encoding.Marshal([]any{"Signature1", head, []byte{}, body}) // bytes and a word always encode
	return b
}

// Keys finds the public key for a token that names kid and brings chain. It
// decides whom to trust; nil means nobody.
type Keys func(kid string, chain []*x509.Certificate) crypto.PublicKey

// ReadJWT checks a token fetched from uri. Errors: ErrList.
func ReadJWT(token, uri string, keys Keys, now time.Time) (Token, error) {
	j, err := sign.Read(token)
	if err != nil || j.Typ != "statuslist+jwt" || !j.Valid(keys(j.Kid, j.Chain)) {
		return Token{}, ErrList
	}
	var c claims
	if json.Unmarshal(j.Payload, &c) != nil {
		return Token{}, ErrList
	}
	lst, err := base64.RawURLEncoding.DecodeString(c.List.List)
	if err != nil {
		return Token{}, ErrList
	}
	return checked(cwt{c.Subject, c.Expires, c.Issued, packed{c.List.Bits, lst}, c.TTL}, uri, now)
}

// ReadCWT checks a token fetched from uri. Errors: ErrList.
func ReadCWT(token []byte, uri string, keys Keys, now time.Time) (Token, error) {
	var tag cbor.RawTag
	var m sign1
	if cbor.Unmarshal(token, &tag) != nil || tag.Number != tagSign1 || cbor.Unmarshal(tag.Content, &m) != nil {
		return Token{}, ErrList
	}
	var h struct {
		Alg  int    `cbor:"1,keyasint"`
		Kid  []byte `cbor:"4,keyasint"`
		Type any    `cbor:"16,keyasint"`
	}
	if cbor.Unmarshal(m.Protected, &h) != nil || h.Type != CWTType {
		return Token{}, ErrList
	}
	pub := keys(string(h.Kid), chainOf(m.Unprotected[uint64(headChain)]))
	alg := map[int]string{es256: "ES256", rs256: "RS256"}[h.Alg]
	if !sign.BytesValid(pub, alg, toSign(m.Protected, m.Payload), m.Signature) {
		return Token{}, ErrList
	}
	var c cwt
	if cbor.Unmarshal(m.Payload, &c) != nil {
		return Token{}, ErrList
	}
	return checked(c, uri, now)
}

// chainOf reads the certificates of a header; what cannot be read is left out.
func chainOf(v any) (out []*x509.Certificate) {
	all, _ := v.([]any)
	if one, ok := v.([]byte); ok {
		all = []any{one}
	}
	for _, x := range all[:min(len(all), 10)] {
		der, _ := x.([]byte)
		if c, err := x509.ParseCertificate(der); err == nil {
			out = append(out, c)
		}
	}
	return out
}

// slack is how far the clocks of two machines may differ.
const slack = time.Minute

func checked(c cwt, uri string, now time.Time) (t Token, err error) {
	if c.Subject != uri || c.Issued <= 0 || c.Issued > now.Add(slack).Unix() || c.Expires != 0 && now.Add(-slack).Unix() >= c.Expires || c.TTL < 0 || c.TTL > math.MaxInt32 {
		return t, ErrList
	}
	t = Token{Subject: c.Subject, Issued: time.Unix(c.Issued, 0).UTC(), TTL: time.Duration(c.TTL) * time.Second, packed: c.List.List}
	if c.Expires != 0 {
		t.Expires = time.Unix(c.Expires, 0).UTC()
	}
	t.List, err = Open(c.List.List, c.List.Bits)
	return t, err
}
