package document

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"encoding/base64"
	"io"
	"net/http"
	"time"

	"diwan.example/document/mdoc"
	"diwan.example/document/sdjwt"
	"diwan.example/document/statuslist"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// The forms in which documents go into wallets.
const (
	FormSDJWT = "dc+sd-jwt"
	FormMdoc  = "mso_mdoc"
)

// decoys hide how many statements a credential has.
const decoys = 3

// ForWallet finds a document and its definition for the machine that hands it to
// a wallet. The caller has decided that the holder asked for it. Errors: NotFound;
// Conflict when it does not match its signature.
func (i *Issuer) ForWallet(tx *db.Tx, id gov.DocumentID) (Document, *pack.Document, error) {
	stored, ok, err := documentByID(tx, id)
	if err != nil || !ok {
		return Document{}, nil, cmp.Or[error](err, errAbsent)
	}
	d, err := i.open(tx, stored)
	if err != nil {
		return Document{}, nil, err
	}
	def, err := i.definition(tx, d.Service, d.Version, d.Type)
	if err != nil {
		return Document{}, nil, err
	}
	return d, def.doc, nil
}

// HeldNow lists the documents of a holder that are in force, without their
// statements, for the machine that asks which of them go into a wallet. The
// caller has decided that the holder asked. Newest first.
func (i *Issuer) HeldNow(tx *db.Tx, holder gov.PersonID) (out []Document, err error) {
	all, err := documentsOfHolder(tx, holder, mostListed)
	for _, d := range all {
		if d.State.at(tx.Now(), d.ValidUntil) == Valid {
			out = append(out, d)
		}
	}
	return out, err
}

// Credential writes a document that ForWallet found as a credential for the
// wallet that holds the private half of holder, with a place of its own in a
// status list. Errors: Invalid when its definition does not give it that form;
// Unavailable when the key or a picture cannot be reached now.
func (i *Issuer) Credential(tx *db.Tx, d Document, def *pack.Document, form string, holder *ecdsa.PublicKey, ref statuslist.Reference) (string, error) {
	key, err := i.keys.Signing(tx, d.Organisation)
	if err != nil {
		return "", err
	}
	switch {
	case form == FormSDJWT && def.Credential != nil:
		return i.asSDJWT(tx, key, d, def, holder, ref)
	case form == FormMdoc && def.Credential != nil && def.Credential.Mdoc != nil:
		return i.asMdoc(tx, key, d, def, holder, ref)
	}
	return "", gov.Fail(gov.Invalid, "لا تُضاف هذه الوثيقة إلى المحافظ بهذه الصيغة", "This document does not go into wallets in this form")
}

func (i *Issuer) asSDJWT(tx *db.Tx, key Signing, d Document, def *pack.Document, holder *ecdsa.PublicKey, ref statuslist.Reference) (string, error) {
	draft := sdjwt.Draft{Type: VCT(i.o.BaseURL, d.Service, def), Issuer: i.o.BaseURL, Issued: tx.Now(), Until: d.ValidUntil, Holder: holder, Status: ref, Decoys: decoys}
	taken := map[string]bool{}
	for _, c := range d.Claims {
		v, err := i.carried(tx.Context(), c)
		if err != nil {
			return "", err
		}
		if name := ElementOf(def, c.Name); v != nil && !taken[name] {
			taken[name] = true
			draft.Claims = append(draft.Claims, sdjwt.Claim{Name: name, Value: v, Open: c.Public})
		}
	}
	for _, c := range []sdjwt.Claim{{Name: "issuing_organisation", Value: string(d.Organisation), Open: true}, {Name: "document_number", Value: d.Number}, {Name: "issuance_date", Value: i.day(d.Issued)}} {
		if !taken[c.Name] {
			draft.Claims = append(draft.Claims, c)
		}
	}
	return sdjwt.Issue(sdjwt.Key{ID: key.ID, Signer: key.Signer, Chain: key.Chain}, draft)
}

func (i *Issuer) day(t time.Time) string { return t.In(i.o.Zone).Format(time.DateOnly) }

// ElementOf is the identifier of a claim in credentials.
func ElementOf(def *pack.Document, claim string) string {
	for _, c := range def.Claims {
		if c.Name == claim {
			return cmp.Or(c.Element, c.Name)
		}
	}
	return claim
}

// carried is a claim's value as an SD-JWT VC carries it: a picture as data.
func (i *Issuer) carried(ctx context.Context, c Claim) (any, error) {
	if c.Kind != form.File {
		return c.Value, nil
	}
	raw, err := i.pictureOf(ctx, c)
	if err != nil || raw == nil {
		return nil, err
	}
	return "data:" + http.DetectContentType(raw) + ";base64," + base64.StdEncoding.EncodeToString(raw), nil
}

// pictureOf fetches the first file of a claim; nil when there is none.
func (i *Issuer) pictureOf(ctx context.Context, c Claim) ([]byte, error) {
	at := firstBlob(c.Value)
	if at == "" || i.o.Blobs == nil {
		return nil, nil
	}
	r, err := i.o.Blobs.Get(ctx, at)
	if err != nil {
		return nil, gov.Fail(gov.Unavailable, "تعذّر جلب صورة الوثيقة الآن", "The picture on the document cannot be fetched just now").Because(err)
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, largestPicture))
}

func (i *Issuer) asMdoc(tx *db.Tx, key Signing, d Document, def *pack.Document, holder *ecdsa.PublicKey, ref statuslist.Reference) (string, error) {
	kind := def.Credential.Mdoc
	draft := mdoc.Draft{Doctype: kind.Doctype, Namespace: kind.Namespace, DeviceKey: holder, Signed: tx.Now(), Until: d.ValidUntil,
		Status: &mdoc.Status{URI: ref.List.URI}}
	draft.Status.Index = uint64(ref.List.Index)
	for _, c := range d.Claims {
		id := ElementOf(def, c.Name)
		v := mdoc.Value(id, c.Kind, c.Value)
		if c.Kind == form.File {
			raw, err := i.pictureOf(tx.Context(), c)
			if err != nil {
				return "", err
			}
			if raw == nil {
				continue
			}
			v = raw
		}
		draft.Elements = append(draft.Elements, mdoc.Element{ID: id, Value: v})
	}
	name, err := i.organisation(tx, d.Organisation)
	if err != nil {
		return "", err
	}
	draft.Elements = mdoc.Fill(draft.Elements, kind.Doctype, mdoc.Facts{Number: d.Number, Country: i.o.Country, Authority: name.In(gov.English), Issued: d.Issued, Until: d.ValidUntil, Zone: i.o.Zone})
	raw, err := mdoc.Issue(key.Signer, key.Chain, draft)
	return base64.RawURLEncoding.EncodeToString(raw), err
}
