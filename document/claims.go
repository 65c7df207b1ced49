package document

import (
	"cmp"
	"crypto/ecdsa"
	"encoding/json"
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/sign"
	"diwan.example/pack"
)

// fill takes over what was signed.
func (d *Document) fill(p payload) {
	d.ID, d.Number, d.Type, d.Title = gov.DocumentID(p.ID), p.Number, p.Type, p.Title
	d.Service, d.Version, d.Organisation = gov.ServiceID(p.Service), p.Version, gov.OrgID(p.Issuer)
	d.Case, d.Reference, d.Holder = gov.CaseID(p.Case), p.Reference, gov.PersonID(p.Holder)
	d.Issued, d.ValidUntil, d.Replaces = db.Moment(p.Issued), db.Moment(p.ValidUntil), gov.DocumentID(p.Replaces)
	if p.Status != nil {
		d.Status = *p.Status
	}
}

// says reports whether the stored columns are what was signed.
func (d Document) says(p payload) bool {
	signed := Document{}
	signed.fill(p)
	return d.ID == signed.ID && d.Number == signed.Number && d.Type == signed.Type && d.Service == signed.Service &&
		d.Version == signed.Version && d.Organisation == signed.Organisation && d.Case == signed.Case && d.Holder == signed.Holder &&
		d.Issued.Equal(signed.Issued) && d.ValidUntil.Equal(signed.ValidUntil) && d.Replaces == signed.Replaces && d.stands(p)
}

// claims are the statements of p in the order of its definition, for people.
func (i *Issuer) claims(def *pack.Document, p payload) (out []Claim) {
	open := map[string]bool{}
	for _, name := range p.Public {
		open[name] = true
	}
	for _, c := range def.Claims {
		v, ok := p.Claims[c.Name]
		if !ok {
			continue
		}
		q := questionOf(c)
		if n, ok := whole(v); ok && q.Kind == form.Money {
			v = n // JSON has made it a float
		}
		out = append(out, Claim{Name: c.Name, Value: v, Label: c.Label, Kind: q.Kind, Public: open[c.Name], Shown: i.shown(q, v), question: q})
	}
	return out
}

// errAltered says that a row is not what was signed. People see Altered.
var errAltered = gov.Fail(gov.Conflict, "هذه الوثيقة لا تطابق ما وقّعته الجهة، ولا يُعتدّ بها", "This document does not match what was signed and cannot be relied on")

// open checks a stored document against its signature and its key and completes
// it. Errors: Conflict (errAltered) when it cannot be relied on; Unavailable
// when the key cannot be opened.
func (i *Issuer) open(tx *db.Tx, d Document) (Document, error) {
	p, err := i.signed(tx, d)
	if err != nil {
		return Document{}, err
	}
	def, err := i.definition(tx, d.Service, d.Version, d.Type)
	if err != nil {
		return Document{}, err
	}
	if def.digest != p.Definition { // its labels would not be those under which it was signed
		return Document{}, errAltered
	}
	d.fill(p)
	d.State = d.State.at(tx.Now(), d.ValidUntil)
	d.Claims = i.claims(def.doc, p)
	return d, nil
}

// counted reports whether a key's signature of d counts: by what d says of its
// time, or, for a key that was revoked for no suspicion, by the public log.
func (i *Issuer) counted(tx *db.Tx, d Document, key Key, at time.Time) (bool, error) {
	listed := key.entry()
	worth := listed.Trusted(at)
	if worth != trust.Unproven {
		return worth.OK(), nil
	}
	s, err := i.Proof(tx, d)
	if gov.KindOf(err) == gov.NotFound || err == nil && s.Since.IsZero() {
		return false, nil
	}
	return err == nil && listed.Proven(s.Since, trust.Logged).OK(), err
}

// signed returns what the token of d says, once its signature by a trusted key
// of the same organisation is proven and the columns agree with it.
func (i *Issuer) signed(tx *db.Tx, d Document) (p payload, err error) {
	kid := sign.KeyID(d.Token)
	key, ok, err := keyByID(tx, kid)
	if err != nil {
		return p, err
	}
	if !ok || key.Role != KeyIssues || key.Organisation != d.Organisation {
		return p, errAltered
	}
	pub, err := i.keys.public(key)
	if err != nil {
		return p, err
	}
	if p, err = i.read(d.Token, kid, pub); err != nil {
		return p, err
	}
	if !d.says(p) {
		return p, errAltered
	}
	if ok, err := i.counted(tx, d, key, db.Moment(p.Issued)); err != nil || !ok {
		return p, cmp.Or[error](err, errAltered)
	}
	return p, nil
}

// read returns what a token says that is signed with pub, the key of that id.
func (i *Issuer) read(token, kid string, pub *ecdsa.PublicKey) (p payload, err error) {
	if p, ok := i.proven.get(signature{token, pub}); ok {
		return p, nil
	}
	body, err := sign.Open(token, tokenType, kid, pub)
	if err != nil {
		return p, errAltered.Because(err)
	}
	if err := json.Unmarshal(body, &p); err != nil || p.Format != 1 {
		return p, errAltered
	}
	i.proven.put(signature{token, pub}, p)
	return p, nil
}
