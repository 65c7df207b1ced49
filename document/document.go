// Package document issues what a service gives at its end: certificates,
// licences, decisions. A document is structured data signed with its
// organisation's key; its page is drawn from the pack's definition when somebody
// downloads it. Anybody who has the code on the page can ask whether it is
// valid; what else they see is what the pack makes public and what the holder
// chose to reveal.
//
// To a stranger a document does not exist. Its holder, whoever holds a mandate
// for the holder, and the officers of its organisation see it; every look that
// is not the holder's own is in the holder's access log.
package document

import (
	"crypto/x509"
	"sync"
	"time"

	"diwan.example/document/statuslist"
	"diwan.example/gov"
	"diwan.example/internal/blob"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/sign"
	"diwan.example/internal/timestamp"
	"diwan.example/internal/translog"
	"diwan.example/pack"
)

// Draft is what a document shall say. Names, labels and visibility of claims
// come from the definition of its type in the pack.
type Draft struct {
	Type         string        // id of the document type in the pack
	Service      gov.ServiceID // the pack
	Version      string        // of the pack
	Organisation gov.OrgID     // who issues, with whose key
	Case         gov.CaseID
	Reference    string // the case's number for people; {reference} in texts
	Holder       gov.PersonID
	Title        gov.Text // empty: the definition's
	Claims       []Claim  // Name and Value are read
	ValidUntil   time.Time
	Channel      gov.Channel    // of the case
	Place        string         // of the case
	Replaces     gov.DocumentID // an older document of the same organisation and holder that ends now
}

// Claim is one statement of a document.
type Claim struct {
	Name   string
	Value  any // canonical shape of its kind; an absent statement is nil
	Label  gov.Text
	Kind   form.Kind
	Public bool     // shown to anybody who verifies
	Shown  gov.Text // the value as people read it

	question form.Question
}

// Document is an issued document.
type Document struct {
	ID           gov.DocumentID // also the code that verifies it
	Number       string         // for people: "MOE-2026-7K3M-9QX2"
	Type         string
	Title        gov.Text
	Service      gov.ServiceID
	Version      string
	Organisation gov.OrgID
	Case         gov.CaseID
	Reference    string
	Holder       gov.PersonID
	Channel      gov.Channel
	Place        string
	Issued       time.Time
	ValidUntil   time.Time // zero: no end
	State        State
	Changed      time.Time // when it was replaced, revoked, suspended or resumed
	Reason       gov.Text  // why; for the holder and officers
	Replaces     gov.DocumentID
	ReplacedBy   gov.DocumentID
	Claims       []Claim // in the order of the pack
	Token        string  // what is signed: a compact JWS

	seal string // base64url; empty before there were seals: ask SealOf
	salt []byte // hides what its entry in the public log commits to; nil: it has none

	// Status is where its status is found; zero for documents from before lists.
	Status statuslist.Reference

	list  string // of its status, as stored
	index int64
}

// Options say where an Issuer finds what it does not keep itself.
type Options struct {
	Vault *sign.Vault // opens the signing keys; required
	// Types gives the definition of a type in one version of a pack; required. It
	// is asked for every document and gives the same pointer while it can.
	Types func(tx *db.Tx, service gov.ServiceID, version, typ string) (*pack.Document, error)
	// Organisation gives an organisation's name; nil: its id stands for it.
	Organisation func(tx *db.Tx, org gov.OrgID) (gov.Text, error)
	// Acts reports whether the actor of tx may act for holder; nil: nobody may.
	Acts func(tx *db.Tx, holder gov.PersonID) (bool, error)
	// Opened tells the maker of a share that it was used for the first time; nil:
	// nobody is told.
	Opened func(tx *db.Tx, s Share, d Document) error
	// Public is the public log in which documents stand; nil: they stand in none.
	Public *translog.Log
	// Tell writes to a holder whose document changed; nil: nobody is told.
	Tell func(tx *db.Tx, n Notice) error

	Authority gov.OrgID // whose root certifies all keys; empty: "authority"
	Country   string    // two letters, for certificates; may be empty
	// Issues reports whether an organisation may issue what a version of a pack
	// defines; asked with the first document of each type. nil: it may.
	Issues func(tx *db.Tx, service gov.ServiceID, version string, org gov.OrgID) (bool, error)

	CountryName gov.Text // on statements for readers abroad
	Apostille   bool     // the competent authority lets these stand as Apostilles

	// Operates reports whether a person is an operator still; asked when a ceremony
	// that they proposed is confirmed. nil: they are.
	Operates func(tx *db.Tx, p gov.PersonID) (bool, error)
	Tokens   map[string]sign.Keeper // hardware tokens, by their labels

	Stamp  timestamp.Stamp     // over the signatures of pages; nil: they carry no timestamp
	Clocks []*x509.Certificate // time-stamping authorities that are trusted beside our own

	Blobs    blob.Store     // where pictures are; nil: pages have none
	BaseURL  string         // "https://example.gov": where anybody verifies
	Zone     *time.Location // for dates that people read; nil: UTC
	Currency gov.Currency   // zero: the dinar with three decimals
	Digits   string         // of the Arabic page numbers: "latn", or "arab" (also when empty)
	Accent   string         // the one colour of the page, "#rrggbb"; empty: the printer's own green
	Notice   gov.Text       // stands on every page, such as that all of this is a sample
}

// Issuer issues, shows, verifies and ends documents. It is safe for concurrent use.
type Issuer struct {
	db    *db.DB
	o     Options
	keys  *Keys
	types sync.Map // typeKey → *definition

	proven proven
	lists  sync.Map // id of a status list → *served

	stamps breaker
	whom   whom
	checks checks
}

// New makes an Issuer. Errors: Internal when a required option is missing.
func New(d *db.DB, o Options) (*Issuer, error) {
	if o.Vault == nil || o.Types == nil {
		return nil, &gov.Error{Kind: gov.Internal, Field: "document.Options"}
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Currency.Code == "" {
		o.Currency = gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}
	}
	if o.Authority == "" {
		o.Authority = "authority"
	}
	return &Issuer{db: d, o: o, keys: &Keys{db: d, vault: o.Vault, o: o}}, nil
}

// Keys are the keys that this issuer signs with.
func (i *Issuer) Keys() *Keys { return i.keys }

// organisation names org for people.
func (i *Issuer) organisation(tx *db.Tx, org gov.OrgID) (gov.Text, error) {
	return i.o.named(tx, org)
}

func (o Options) named(tx *db.Tx, org gov.OrgID) (gov.Text, error) {
	if o.Organisation == nil {
		return gov.T(string(org), string(org)), nil
	}
	return o.Organisation(tx, org)
}
