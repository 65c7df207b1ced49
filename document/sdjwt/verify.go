package sdjwt

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"diwan.example/internal/sign"
)

// What is wrong with a credential. With ErrEarly and ErrExpired everything else
// of it is in order, and the Credential is complete.
var (
	ErrAltered = errors.New("sdjwt: not signed by a trusted key, malformed, or with a forged disclosure")
	ErrBinding = errors.New("sdjwt: not shown by its holder, to us, now")
	ErrEarly   = errors.New("sdjwt: not valid yet")
	ErrExpired = errors.New("sdjwt: expired")
)

// Options say what a credential is held to.
type Options struct {
	// Keys finds the public key for a credential that names kid and brings chain.
	// It decides whom to trust; nil means nobody.
	Keys    func(kid string, chain []*x509.Certificate) crypto.PublicKey
	Now     time.Time
	Binding *Binding // nil: whoever has it may show it
}

// Binding is what the holder's proof must say.
type Binding struct {
	Audience string
	Nonce    string
}

// Credential is what was shown.
type Credential struct {
	Issuer  string
	Type    string
	Subject string
	KeyID   string
	Chain   []*x509.Certificate
	Issued  time.Time
	From    time.Time // zero: at once
	Until   time.Time // zero: no end
	Holder  *ecdsa.PublicKey
	Status  json.RawMessage // the status claim as it stands
	Claims  map[string]any  // those open to all and those that were shown
}

const (
	longest  = 4 << 20          // of a credential, in bytes: a photograph is the largest thing in it
	deepest  = 16               // of claims within claims
	slack    = time.Minute      // by which clocks differ
	freshFor = 10 * time.Minute // how old a holder's proof may be
)

// Verify checks a credential or a presentation: the issuer's signature, that
// every disclosure is one that the issuer signed and stands in one place, times,
// and the holder's proof when Binding asks for it. What comes without proof is
// refused then. Errors: ErrAltered, ErrBinding, ErrEarly, ErrExpired.
func Verify(token string, o Options) (Credential, error) {
	if len(token) > longest {
		return Credential{}, ErrAltered
	}
	last := strings.LastIndexByte(token, '~')
	if last < 0 {
		return Credential{}, ErrAltered
	}
	shown, proof := token[:last+1], token[last+1:]
	parts := strings.Split(shown[:last], "~")
	jws, err := sign.Read(parts[0])
	if err != nil || jws.Typ != Kind || !jws.Valid(o.Keys(jws.Kid, jws.Chain)) {
		return Credential{}, ErrAltered
	}
	c, err := read(jws, parts[1:])
	if err != nil {
		return Credential{}, err
	}
	if o.Binding != nil || proof != "" {
		if err := bound(c, shown, proof, o); err != nil {
			return Credential{}, err
		}
	}
	switch {
	case !c.Until.IsZero() && !o.Now.Before(c.Until):
		return c, ErrExpired
	case o.Now.Add(slack).Before(c.From) || o.Now.Add(slack).Before(c.Issued):
		return c, ErrEarly
	}
	return c, nil
}

// read takes the payload and puts the disclosures into their places.
func read(jws sign.JWS, disclosures []string) (c Credential, err error) {
	var body map[string]any
	d := json.NewDecoder(bytes.NewReader(jws.Payload))
	d.UseNumber()
	if d.Decode(&body) != nil || body == nil {
		return c, ErrAltered
	}
	if alg, said := body["_sd_alg"]; said && alg != "sha-256" {
		return c, ErrAltered
	}
	r := reader{shown: map[string]*disclosure{}, met: map[string]bool{}}
	for _, text := range disclosures {
		if err := r.take(text); err != nil {
			return c, err
		}
	}
	delete(body, "_sd_alg")
	tree, err := r.object(body, 0)
	if err != nil {
		return c, err
	}
	for _, x := range r.shown {
		if !x.used {
			return c, ErrAltered
		}
	}
	return credential(jws, tree)
}

// credential sorts the claims of the format from those about the holder.
func credential(jws sign.JWS, tree map[string]any) (c Credential, err error) {
	c = Credential{KeyID: jws.Kid, Chain: jws.Chain, Claims: tree}
	var head struct {
		Issuer  string          `json:"iss"`
		Type    string          `json:"vct"`
		Subject string          `json:"sub"`
		Issued  float64         `json:"iat"`
		From    float64         `json:"nbf"`
		Until   float64         `json:"exp"`
		Status  json.RawMessage `json:"status"`
		Holder  *struct {
			JWK json.RawMessage `json:"jwk"`
		} `json:"cnf"`
	}
	raw, err := json.Marshal(tree)
	if err != nil || json.Unmarshal(raw, &head) != nil || head.Type == "" {
		return c, ErrAltered
	}
	c.Issuer, c.Type, c.Subject, c.Status = head.Issuer, head.Type, head.Subject, head.Status
	c.Issued, c.From, c.Until = moment(head.Issued), moment(head.From), moment(head.Until)
	if head.Holder != nil {
		if c.Holder, err = sign.Bare(head.Holder.JWK); err != nil {
			return c, ErrAltered
		}
	}
	for _, name := range []string{"iss", "vct", "sub", "iat", "nbf", "exp", "status", "cnf", "vct#integrity"} {
		delete(c.Claims, name)
	}
	return c, nil
}

func moment(s float64) time.Time {
	if s <= 0 || s > 1e11 {
		return time.Time{}
	}
	return time.Unix(int64(s), 0).UTC()
}

// disclosure is one thing that is shown; an item of a list has no name.
type disclosure struct {
	name  string
	item  bool
	value any
	used  bool
}

// reader puts disclosures where their digests stand. Every digest stands once.
type reader struct {
	shown map[string]*disclosure
	met   map[string]bool
}

func (r *reader) take(text string) error {
	raw, err := b64.DecodeString(text)
	if err != nil {
		return ErrAltered
	}
	var parts []any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&parts) != nil || d.More() {
		return ErrAltered
	}
	x := &disclosure{item: len(parts) == 2}
	if len(parts) != 2 && len(parts) != 3 {
		return ErrAltered
	}
	if _, salted := parts[0].(string); !salted {
		return ErrAltered
	}
	x.value = parts[len(parts)-1]
	if !x.item {
		name, word := parts[1].(string)
		if !word || slices.Contains(reserved, name) {
			return ErrAltered
		}
		x.name = name
	}
	key := digest(text)
	if r.shown[key] != nil { // shown twice
		return ErrAltered
	}
	r.shown[key] = x
	return nil
}

// find returns the disclosure of a digest, nil when it is not shown.
func (r *reader) find(digest any, item bool) (*disclosure, error) {
	key, word := digest.(string)
	if !word || r.met[key] {
		return nil, ErrAltered
	}
	r.met[key] = true
	x := r.shown[key]
	if x != nil && x.item != item {
		return nil, ErrAltered
	}
	if x != nil {
		x.used = true
	}
	return x, nil
}

func (r *reader) value(v any, depth int) (any, error) {
	if depth > deepest {
		return nil, ErrAltered
	}
	switch v := v.(type) {
	case map[string]any:
		return r.object(v, depth)
	case []any:
		return r.list(v, depth)
	}
	return v, nil
}

func (r *reader) object(in map[string]any, depth int) (map[string]any, error) {
	out := map[string]any{}
	for name, v := range in {
		switch name {
		case "_sd":
			continue
		case "...", "_sd_alg":
			return nil, ErrAltered
		}
		x, err := r.value(v, depth+1)
		if err != nil {
			return nil, err
		}
		out[name] = x
	}
	hidden, listed := in["_sd"].([]any)
	if in["_sd"] != nil && !listed {
		return nil, ErrAltered
	}
	for _, digest := range hidden {
		x, err := r.find(digest, false)
		if err != nil {
			return nil, err
		}
		if x == nil {
			continue
		}
		if _, taken := out[x.name]; taken {
			return nil, ErrAltered
		}
		if out[x.name], err = r.value(x.value, depth+1); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (r *reader) list(in []any, depth int) ([]any, error) {
	out := []any{}
	for _, v := range in {
		if m, ok := v.(map[string]any); ok && m["..."] != nil {
			if len(m) != 1 {
				return nil, ErrAltered
			}
			x, err := r.find(m["..."], true)
			if err != nil {
				return nil, err
			}
			if x == nil {
				continue
			}
			v = x.value
		}
		y, err := r.value(v, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, y)
	}
	return out, nil
}

// bound checks the holder's proof (RFC 9901 §4.3, §7.3).
func bound(c Credential, shown, proof string, o Options) error {
	jws, err := sign.Read(proof)
	if err != nil || c.Holder == nil || jws.Typ != "kb+jwt" || !jws.Valid(c.Holder) {
		return ErrBinding
	}
	var p struct {
		Audience string `json:"aud"`
		Nonce    string `json:"nonce"`
		Issued   int64  `json:"iat"`
		Hash     string `json:"sd_hash"`
	}
	if json.Unmarshal(jws.Payload, &p) != nil || p.Hash != digest(shown) {
		return ErrBinding
	}
	at := time.Unix(p.Issued, 0)
	if at.After(o.Now.Add(slack)) || at.Before(o.Now.Add(-freshFor)) {
		return ErrBinding
	}
	if o.Binding != nil && (p.Audience != o.Binding.Audience || p.Nonce == "" || p.Nonce != o.Binding.Nonce) {
		return ErrBinding
	}
	return nil
}

// Present shows of a credential the disclosures that keep allows, by name (an
// item of a list has none), with the proof of the holder's key. It is what a
// wallet does; tests and the offline tools use it.
func Present(token string, keep func(name string) bool, holder crypto.Signer, b Binding, now time.Time) (string, error) {
	parts := strings.Split(strings.TrimSuffix(token, "~"), "~")
	out := parts[0] + "~"
	for _, text := range parts[1:] {
		raw, err := b64.DecodeString(text)
		var p []any
		if err != nil || json.Unmarshal(raw, &p) != nil {
			return "", ErrAltered
		}
		name := ""
		if len(p) == 3 {
			name, _ = p[1].(string)
		}
		if keep(name) {
			out += text + "~"
		}
	}
	if holder == nil {
		return out, nil
	}
	body, err := json.Marshal(map[string]any{"aud": b.Audience, "nonce": b.Nonce, "iat": now.Unix(), "sd_hash": digest(out)})
	if err != nil {
		return "", err
	}
	kb, err := sign.Compact(holder, map[string]any{"typ": "kb+jwt"}, body)
	return out + kb, err
}
