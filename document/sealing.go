package document

import (
	"context"
	"crypto"
	"encoding/base64"

	"diwan.example/document/seal"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// sealWith makes the seal of a document that is being issued, or was issued
// before there were seals. It is empty for a key that cannot seal.
func (i *Issuer) sealWith(kid string, key crypto.Signer, def *pack.Document, d Document, p payload) (string, error) {
	raw, err := seal.Make(i.sealed(kid, def, d, p), key)
	if gov.KindOf(err) == gov.Invalid {
		return "", nil // not a P-256 key, or a number that no seal holds: the code is an address alone
	}
	return base64.RawURLEncoding.EncodeToString(raw), err
}

// sealed is what the seal of d says: what the pack seals, then what it makes
// public, each in the pack's order, as long as there is room in a printed code. A
// phrase that does not fit in every language is tried in the pack's first one;
// what does not fit at all is left out and counted.
func (i *Issuer) sealed(kid string, def *pack.Document, d Document, p payload) seal.Seal {
	s := seal.Seal{Issuer: p.Issuer, Key: kid, Code: p.ID, Number: p.Number, Type: p.Service + "#" + p.Type, Version: p.Version,
		Issued: d.Issued, Expires: d.ValidUntil, Status: d.statusPlace(), Claims: map[string]any{}}
	for _, first := range []bool{true, false} {
		for _, c := range def.Claims {
			if v, ok := p.Claims[c.Name]; ok && (c.Public || c.Sealed) && c.Sealed == first {
				i.putIn(&s, def, c, v)
			}
		}
	}
	return s
}

// putIn adds a claim to a seal if there is room for it.
func (i *Issuer) putIn(s *seal.Seal, def *pack.Document, c pack.Claim, v any) {
	if v = i.inSeal(def, c, v); v == nil {
		return
	}
	tries := []any{v}
	if t, ok := v.(gov.Text); ok {
		tries = append(tries, t.In(gov.Arabic))
		if len(def.Languages) > 0 {
			tries[1] = t.In(def.Languages[0])
		}
	}
	for _, try := range tries {
		s.Claims[c.Name] = try
		if seal.Fits(*s, i.o.BaseURL) {
			return
		}
	}
	delete(s.Claims, c.Name)
	s.Left++
}

// inSeal is a claim's value as a seal carries it: what reads the same everywhere
// as it is, everything else as people read it; nil for what is too large.
func (i *Issuer) inSeal(def *pack.Document, c pack.Claim, v any) any {
	q := questionOf(c)
	switch q.Kind {
	case form.File, form.Group:
		return nil
	case form.ShortText, form.LongText, form.Number, form.Date, form.Time, form.YesNo, form.Declaration:
		if _, phrase := asText(v); !phrase {
			return v
		}
	case form.Money:
		if n, ok := whole(v); ok {
			v = n
		}
	}
	all := i.shown(q, v)
	said, one := gov.Text{}, true
	for _, l := range spoken(def, []gov.Lang{gov.Arabic, gov.English}) {
		if s := all.In(l); s != "" {
			said[l] = s
			one = one && s == all.In(gov.Arabic)
		}
	}
	if one {
		return all.In(gov.Arabic)
	}
	return said
}

// statusPlace is where a status list speaks of d.
func (d Document) statusPlace() *seal.Status {
	if d.Status.List.URI == "" {
		return nil
	}
	return &seal.Status{URI: d.Status.List.URI, Index: int64(d.Status.List.Index)}
}

// SealOf returns the seal of a document that the caller was given by Get or a
// list; nil when its organisation's key cannot seal. Errors: Conflict when what
// is stored is not the seal of d; Unavailable when the key cannot be opened.
func (i *Issuer) SealOf(ctx context.Context, d Document) (raw []byte, err error) {
	text := d.seal
	if text == "" {
		err = i.db.Read(ctx, func(tx *db.Tx) error { text, err = i.sealLate(tx, d); return err })
	}
	if err != nil || text == "" {
		return nil, err
	}
	if raw, err = base64.RawURLEncoding.DecodeString(text); err != nil {
		return nil, errAltered.Because(err)
	}
	s, err := seal.Read(raw)
	if err != nil || s.Code != string(d.ID) || s.Number != d.Number || s.Issuer != string(d.Organisation) || s.Type != string(d.Service)+"#"+d.Type {
		return nil, errAltered.Because(err)
	}
	return raw, nil
}

// sealLate makes the seal of a document from before there were seals.
func (i *Issuer) sealLate(tx *db.Tx, d Document) (string, error) {
	stored, ok, err := documentByID(tx, d.ID)
	if err != nil || !ok {
		return "", err
	}
	p, err := i.signed(tx, stored)
	if err != nil {
		return "", err
	}
	def, err := i.definition(tx, d.Service, d.Version, d.Type)
	if err != nil {
		return "", err
	}
	key, ok, err := activeKey(tx, d.Organisation, KeyIssues)
	if err != nil || !ok {
		return "", err
	}
	signer, err := i.keys.unseal(key)
	if err != nil {
		return "", err
	}
	stored.fill(p)
	return i.sealWith(key.ID, signer, def.doc, stored, p)
}

// QRText is what the code on a document's page says: its address, and its seal
// in the fragment. Errors: as SealOf.
func (i *Issuer) QRText(ctx context.Context, d Document) (string, error) {
	raw, err := i.SealOf(ctx, d)
	if err != nil || raw == nil {
		return i.VerifyURL(string(d.ID)), err
	}
	return seal.QR(i.o.BaseURL, string(d.ID), raw), nil
}

// LongSeal returns the long form of a document's seal, for files: the seal with
// the whole signed record, the salt of the log's entry and the proof that it
// stands in the public log. A document that is not in the log yet gives its seal
// alone. For those who may Get it. Errors: as Get; NotFound when its
// organisation's key cannot seal.
func (i *Issuer) LongSeal(ctx context.Context, id gov.DocumentID) ([]byte, Document, error) {
	d, err := i.Get(ctx, id)
	if err != nil {
		return nil, d, err
	}
	raw, err := i.SealOf(ctx, d)
	if err == nil && raw == nil {
		err = errUnsealed
	}
	if err != nil {
		return nil, d, err
	}
	var at Standing
	err = i.db.Read(ctx, func(tx *db.Tx) error { at, err = i.Proof(tx, d); return err })
	if gov.KindOf(err) == gov.NotFound || err == nil && at.Since.IsZero() {
		return raw, d, nil
	}
	if err != nil {
		return nil, d, err
	}
	raw, err = seal.Long(raw, seal.Evidence{Record: d.Token, Salt: d.Salt(), Proof: []byte(at.Proof.Text())})
	return raw, d, err
}

var errUnsealed = gov.Fail(gov.NotFound, "ليس لهذه الوثيقة ختم رقمي", "This document has no seal")
