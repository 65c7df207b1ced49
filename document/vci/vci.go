// Package vci hands documents to wallets by OpenID for Verifiable Credential
// Issuance 1.0: offers with a transaction code, the authorisation-code flow
// through our own pages, single and several copies, deferred ones, and what
// wallets report back. Every copy is known to its holder, who can take it back.
//
// What wallets say is never believed: codes, tokens and nonces count once and for
// minutes; keys are bound by proofs made for us, now.
package vci

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"strings"
	"time"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
)

// How long things count, and how often.
const (
	offerLasts   = 10 * time.Minute
	requestLasts = 20 * time.Minute
	codeLasts    = 2 * time.Minute
	tokenLasts   = 30 * time.Minute
	nonceLasts   = 5 * time.Minute
	proofLasts   = 10 * time.Minute
	promiseLasts = 30 * 24 * time.Hour
	slack        = time.Minute

	mostTries  = 5  // wrong transaction codes, then the offer is dead
	codeDigits = 6  // of a transaction code
	batchSize  = 10 // copies in one answer
	mostCopies = 20 // by one token
	mostOffers = 20 // open ones of a document
	retryAfter = 60 // seconds until a promised credential is asked for again
)

// Kind is a type of document that goes into wallets.
type Kind struct {
	Service      gov.ServiceID
	Organisation gov.OrgID
	Document     *pack.Document
}

// ID is the name of a kind: "service#document".
func (k Kind) ID() string { return string(k.Service) + "#" + k.Document.ID }

// mdocMark ends the names of credential configurations that are mdocs.
const mdocMark = ":mdoc"

// Office hands documents to wallets. All fields but the last three are needed.
type Office struct {
	DB     *db.DB
	Issuer *document.Issuer
	Origin string // the credential issuer's identifier
	Name   gov.Text
	Secret []byte
	Log    *slog.Logger
	// Kinds are all types of document that go into wallets now.
	Kinds func(tx *db.Tx) ([]Kind, error)
	// Organisation names an organisation.
	Organisation func(gov.OrgID) gov.Text
	// Signer is the organisation whose key signs what the office says of itself.
	Signer gov.OrgID
	// Acts reports whether the actor of tx may act for holder; nil: nobody may.
	Acts func(tx *db.Tx, holder gov.PersonID) (bool, error)
	// Wards are those for whom the actor of tx may act, by name; nil: nobody.
	Wards func(tx *db.Tx) ([]Ward, error)
	// Ready reports whether a document may be handed over now; nil: always. What
	// is not ready is promised, and handed over when the wallet asks again.
	Ready func(tx *db.Tx, d document.Document) bool
}

// Ward is somebody, or a company, for whom a person acts.
type Ward struct {
	Person gov.PersonID
	Name   gov.Text
}

// grant is one document in one form that a wallet may have.
type grant struct {
	Config     string         `json:"config"`
	Identifier string         `json:"identifier,omitempty"` // how the wallet names it, when it asked by details
	Document   gov.DocumentID `json:"document"`
}

// form is the form of a configuration.
func form(config string) string {
	if strings.HasSuffix(config, mdocMark) {
		return document.FormMdoc
	}
	return document.FormSDJWT
}

// configs are the names of the forms that a document may take in a wallet.
func configs(kind string, def *pack.Document) []string {
	switch {
	case def.Credential == nil:
		return nil
	case def.Credential.Mdoc == nil:
		return []string{kind}
	}
	return []string{kind, kind + mdocMark}
}

// derive makes a secret of an id that nobody can guess and nothing stores.
func (o *Office) derive(purpose, id string) string {
	return base64.RawURLEncoding.EncodeToString(o.mac(purpose, []byte(id))[:18])
}

func (o *Office) mac(purpose string, b []byte) []byte {
	m := hmac.New(sha256.New, o.Secret)
	m.Write([]byte(purpose))
	m.Write([]byte{0})
	m.Write(b)
	return m.Sum(nil)
}

// same compares what must not be guessed.
func same(a, b string) bool { return hmac.Equal([]byte(a), []byte(b)) }

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func secret() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// mayActFor reports whether the actor is the holder or acts for them.
func (o *Office) mayActFor(tx *db.Tx, holder gov.PersonID) (bool, error) {
	a := tx.Actor()
	if a.Person == "" || holder == "" {
		return false, nil
	}
	if a.Person == holder {
		return true, nil
	}
	if o.Acts == nil {
		return false, nil
	}
	return o.Acts(tx, holder)
}

func raw(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only our own types come here
	}
	return b
}
