package vp

import (
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"

	"diwan.example/document/sdjwt"
	"diwan.example/document/statuslist"
)

// disclosed proves an SD-JWT VC with the holder's proof for this request.
func (k check) disclosed(text string) (c credential, err error) {
	var chain []*x509.Certificate
	keys := func(kid string, brought []*x509.Certificate) crypto.PublicKey {
		_, key, ok := k.list.Find(kid)
		if !ok {
			return nil
		}
		if chain = brought; len(chain) == 0 { // it names its key only
			chain, _ = key.Chain()
		}
		if len(chain) == 0 {
			return nil
		}
		return chain[0].PublicKey
	}
	got, err := sdjwt.Verify(text, sdjwt.Options{Keys: keys, Now: k.now, Binding: &sdjwt.Binding{Audience: k.own, Nonce: k.r.nonce}})
	switch {
	case errors.Is(err, sdjwt.ErrBinding):
		return c, errBinding.Because(err)
	case err != nil && chain == nil:
		return c, errUntrusted.Because(err)
	case err != nil && !errors.Is(err, sdjwt.ErrEarly) && !errors.Is(err, sdjwt.ErrExpired):
		return c, errAltered.Because(err)
	}
	if bad := k.trusts(&c, got.KeyID, chain, got.Issued); bad != nil {
		return c, errUntrusted.Because(bad)
	}
	switch {
	case got.Type != k.t.VCT:
		return c, errType
	case errors.Is(err, sdjwt.ErrEarly):
		return c, errEarly
	case errors.Is(err, sdjwt.ErrExpired):
		return c, errExpired
	}
	c.form, c.signed, c.until = SDJWT, got.Issued, got.Until
	c.element = func(id string) any { return got.Claims[id] }
	if len(got.Status) > 0 {
		var ref statuslist.Reference
		if err := json.Unmarshal(got.Status, &ref); err != nil || ref.List.URI == "" || ref.List.Index < 0 {
			return c, errAltered.Because(errors.New("vp: its status names no list"))
		}
		c.uri, c.index = ref.List.URI, uint64(ref.List.Index)
	}
	return c, nil
}
