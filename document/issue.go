package document

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"diwan.example/document/statuslist"
	"diwan.example/document/verdict"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/journal"
	"diwan.example/pack"
	"go.yaml.in/yaml/v4"
)

// tokenType is the typ of the signed payload's header.
const tokenType = verdict.RecordType

// payload is what is signed, as canonical JSON. Times are epoch milliseconds.
type payload struct {
	Format     int            `json:"format"`
	ID         string         `json:"id"`
	Number     string         `json:"number"`
	Issuer     string         `json:"issuer"`
	Service    string         `json:"service"`
	Version    string         `json:"version"`
	Type       string         `json:"type"`
	Definition string         `json:"definition"` // digest of the definition that labels and draws it
	Case       string         `json:"case,omitempty"`
	Reference  string         `json:"reference,omitempty"`
	Holder     string         `json:"holder"`
	Issued     int64          `json:"issued"`
	ValidUntil int64          `json:"valid_until,omitempty"`
	Replaces   string         `json:"replaces,omitempty"`
	Title      gov.Text       `json:"title"`
	Claims     map[string]any `json:"claims"`
	Public     []string       `json:"public,omitempty"` // names of the claims shown to anybody

	Status *statuslist.Reference `json:"status,omitempty"` // where its status is found
}

var (
	errDraft = gov.Fail(gov.Invalid, "لا يمكن إصدار الوثيقة: بياناتها ناقصة أو لا توافق تعريفها في الخدمة", "The document cannot be issued: what it states is incomplete or differs from its definition in the service")
	errEnd   = gov.Fail(gov.Invalid, "يجب أن تنتهي صلاحية الوثيقة بعد إصدارها", "A document must be valid for some time after its issue").At("valid_until")
	errClash = gov.Fail(gov.Conflict, "لا يمكن استبدال هذه الوثيقة، فهي ليست سارية أو تخص جهة أو صاحبًا آخر", "This document cannot be replaced: it is no longer in force, or belongs to another organisation or holder")
)

// Issue signs and stores a document in tx and appends document.issued. The
// caller has decided that it may be issued. When Draft.Replaces is set, that
// document becomes replaced. Errors: Invalid when the draft does not fit the
// pack's definition; Conflict when the older document cannot be replaced;
// Unavailable when the key cannot be opened.
func (i *Issuer) Issue(tx *db.Tx, d Draft) (Document, error) {
	return i.issue(tx, d, gov.T("صدرت وثيقة أحدث", "A newer document was issued"))
}

func (i *Issuer) issue(tx *db.Tx, d Draft, reason gov.Text) (Document, error) {
	def, err := i.definition(tx, d.Service, d.Version, d.Type)
	if err != nil {
		return Document{}, err
	}
	p, err := draftPayload(tx.Now(), d, def)
	if err != nil {
		return Document{}, err
	}
	if err := i.entitle(tx, d); err != nil {
		return Document{}, err
	}
	key, err := i.keys.Signing(tx, d.Organisation)
	if err != nil {
		return Document{}, err
	}
	doc := Document{Channel: d.Channel, Place: d.Place, State: Valid, salt: i.salt()}
	for stored := false; !stored; { // number and place are random: taken once in a very long while
		p.Number = number(d.Organisation, tx.Now().In(i.o.Zone).Year())
		if err := i.takes(tx, &doc, &p); err != nil {
			return Document{}, err
		}
		if err := i.sign(&doc, p, key, def.doc); err != nil {
			return Document{}, err
		}
		if stored, err = insertDocument(tx, doc); err != nil {
			return Document{}, err
		}
	}
	if err := i.logIssued(tx, doc); err != nil {
		return Document{}, err
	}
	if err := i.supersede(tx, d, doc.ID, reason); err != nil {
		return Document{}, err
	}
	doc.Claims = i.claims(def.doc, p)
	return doc, journal.Append(tx, fact("document.issued", doc, map[string]any{"type": doc.Type, "holder": doc.Holder, "case": doc.Case, "replaces": doc.Replaces}))
}

// sign makes the record and its seal of what p says. Both are signed at once,
// while whoever writes next waits.
func (i *Issuer) sign(doc *Document, p payload, key Signing, def *pack.Document) error {
	body, err := sign.Canonical(p)
	if err != nil {
		return errDraft.Because(err)
	}
	doc.fill(p)
	unsealed, done := *doc, make(chan error, 1)
	go func() {
		var err error
		doc.seal, err = i.sealWith(key.ID, key.Signer, def, unsealed, p)
		done <- err
	}()
	token, err := sign.Token(key.Signer, key.ID, tokenType, body)
	doc.Token = token
	return cmp.Or(<-done, err)
}

// draftPayload holds a draft to its definition.
func draftPayload(now time.Time, d Draft, def *definition) (payload, error) {
	p := payload{Format: 1, ID: db.Short(codeLength), Issuer: string(d.Organisation), Service: string(d.Service), Version: d.Version, Type: d.Type,
		Definition: def.digest, Case: string(d.Case), Reference: d.Reference, Holder: string(d.Holder), Issued: now.UnixMilli(),
		ValidUntil: db.Millis(d.ValidUntil), Replaces: string(d.Replaces), Title: d.Title, Claims: map[string]any{}}
	if len(p.Title) == 0 {
		p.Title = def.doc.Title
	}
	if d.Organisation == "" || d.Holder == "" {
		return p, errDraft
	}
	if !d.ValidUntil.IsZero() && !d.ValidUntil.After(now) {
		return p, errEnd
	}
	for _, c := range d.Claims {
		_, known := def.public[c.Name]
		if _, twice := p.Claims[c.Name]; !known || twice {
			return p, errDraft.At(c.Name)
		}
		if c.Value != nil {
			p.Claims[c.Name] = c.Value
		}
	}
	for _, c := range def.doc.Claims {
		if c.Public && p.Claims[c.Name] != nil {
			p.Public = append(p.Public, c.Name)
		}
	}
	return p, nil
}

// supersede ends the document that d replaces.
func (i *Issuer) supersede(tx *db.Tx, d Draft, by gov.DocumentID, reason gov.Text) error {
	if d.Replaces == "" {
		return nil
	}
	old, ok, err := documentByID(tx, d.Replaces)
	if err != nil {
		return err
	}
	if !ok || old.Organisation != d.Organisation || old.Holder != d.Holder {
		return errClash
	}
	if err := i.move(tx, old, Replaced, by, reason); err != nil {
		return err
	}
	return journal.Append(tx, fact("document.replaced", old, map[string]any{"type": old.Type, "holder": old.Holder, "by": by}))
}

// move takes a document to another state and enters that in the public log. Errors: Conflict when it is not
// allowed, or somebody was faster.
func (i *Issuer) move(tx *db.Tx, d Document, to State, by gov.DocumentID, reason gov.Text) error {
	if !mayMove(d.State, to) {
		return refused(d.State, to)
	}
	done, err := moveDocument(tx, d.ID, d.State, to, by, reason)
	if err == nil && !done {
		err = errMoved
	}
	if err != nil {
		return err
	}
	if err := touchLists(tx, d); err != nil {
		return err
	}
	return i.logMoved(tx, d, to, by)
}

var (
	errMoved     = gov.Fail(gov.Conflict, "انتهى العمل بهذه الوثيقة من قبل: أُلغيت أو استُبدلت", "This document has already been revoked or replaced")
	errInForce   = gov.Fail(gov.Conflict, "الوثيقة سارية أصلًا، ولم يوقَف العمل بها", "The document is in force; it is not suspended")
	errSuspended = gov.Fail(gov.Conflict, "أوقف العمل بهذه الوثيقة من قبل", "This document is already suspended")
)

// refused says why a move is not allowed.
func refused(from, to State) error {
	switch {
	case from == Valid && to == Valid:
		return errInForce
	case from == Suspended && to == Suspended:
		return errSuspended
	}
	return errMoved
}

func fact(name string, d Document, body map[string]any) journal.Fact {
	return journal.Fact{Name: name, Subject: string(d.ID), Service: d.Service, Organisation: d.Organisation, Channel: d.Channel,
		Place: d.Place, Version: d.Version, Body: journal.Body(body)}
}

// number makes a number that people can read aloud: "MOE-2026-7K3M-9QX2".
func number(org gov.OrgID, year int) string {
	s := db.Short(8)
	return fmt.Sprintf("%s-%d-%s-%s", strings.ToUpper(string(org)), year, s[:4], s[4:])
}

// typeKey names a definition.
type typeKey struct {
	service      gov.ServiceID
	version, typ string
}

// definition is a pack's document type made ready.
type definition struct {
	doc    *pack.Document
	public map[string]bool // by name of claim
	digest string
}

// definition finds the type in the pack's version and makes it ready once.
func (i *Issuer) definition(tx *db.Tx, s gov.ServiceID, version, typ string) (*definition, error) {
	doc, err := i.o.Types(tx, s, version, typ)
	if err != nil {
		return nil, err
	}
	if doc == nil {
		return nil, errDraft.At("type")
	}
	key := typeKey{s, version, typ}
	if d, ok := i.types.Load(key); ok && d.(*definition).doc == doc {
		return d.(*definition), nil
	}
	d := &definition{doc: doc, public: map[string]bool{}}
	if d.digest, err = Digest(doc); err != nil {
		return nil, err
	}
	for _, c := range doc.Claims {
		d.public[c.Name] = c.Public
	}
	i.types.Store(key, d)
	return d, nil
}

// Digest is the SHA-256 of a definition as the pack's format writes it: keys in
// order, what is absent left out. It is signed with every document, so it must
// never change for a definition that has been used, whatever becomes of our types.
func Digest(doc *pack.Document) (string, error) {
	text, err := yaml.Dump(doc)
	if err != nil {
		return "", err
	}
	var tree map[string]any
	if err := yaml.Load(text, &tree); err != nil {
		return "", err
	}
	raw, err := sign.Canonical(tree)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(raw)
	return base64.RawURLEncoding.EncodeToString(sum[:]), nil
}
