package document

import (
	"encoding/json"

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
	d.Issued, d.ValidUntil, d.Replaces = moment(p.Issued), moment(p.ValidUntil), gov.DocumentID(p.Replaces)
}

// says reports whether the stored columns are what was signed.
func (d Document) says(p payload) bool {
	signed := Document{}
	signed.fill(p)
	return d.ID == signed.ID && d.Number == signed.Number && d.Type == signed.Type && d.Service == signed.Service &&
		d.Version == signed.Version && d.Organisation == signed.Organisation && d.Case == signed.Case && d.Holder == signed.Holder &&
		d.Issued.Equal(signed.Issued) && d.ValidUntil.Equal(signed.ValidUntil) && d.Replaces == signed.Replaces
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

// signed returns what the token of d says, once its signature by a trusted key
// of the same organisation is proven and the columns agree with it.
func (i *Issuer) signed(tx *db.Tx, d Document) (p payload, err error) {
	kid := sign.KeyID(d.Token)
	key, ok, err := keyByID(tx, kid)
	if err != nil {
		return p, err
	}
	if !ok || key.Organisation != d.Organisation || key.State == KeyRevoked {
		return p, errAltered
	}
	pub, err := i.keys.public(key)
	if err != nil {
		return p, err
	}
	body, err := sign.Open(d.Token, tokenType, kid, pub)
	if err != nil {
		return p, errAltered.Because(err)
	}
	if err := json.Unmarshal(body, &p); err != nil || p.Format != 1 || !d.says(p) {
		return p, errAltered
	}
	return p, nil
}
