// Package trust says whose signatures count: the certificates of keys, and the
// list of organisations with their keys and what each may issue, signed by the
// country's authority and numbered, each list naming the one before. Whoever
// holds the authority's root checks a document of any year with it, without
// asking anybody. It knows no database, clock or network.
package trust

import (
	"crypto/x509"
	"encoding/base64"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/sign"
)

// Millis is a moment as the list writes it: milliseconds since 1970; 0 is none.
type Millis int64

// Time is the moment, UTC; the zero time when there is none.
func (m Millis) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// At is t as the list writes it.
func At(t time.Time) Millis {
	if t.IsZero() {
		return 0
	}
	return Millis(t.UnixMilli())
}

// List is one number of the trust list.
type List struct {
	Format   int    `json:"format"` // 1
	Number   int64  `json:"number"` // from 1, without gaps
	Issued   Millis `json:"issued"`
	Next     Millis `json:"next"`               // by when a newer one is out
	Previous string `json:"previous,omitempty"` // Digest of the list before; empty in the first

	Zone      string       `json:"zone,omitempty"` // in which dates are read to people, such as "Asia/Bahrain"
	Authority Organisation `json:"authority"`
	Roots     []Key        `json:"roots"` // with which the authority certifies keys and signs lists; those before too
	Entities  []Entity     `json:"entities"`
	Types     []Type       `json:"types"` // those that have been issued
	Log       *Log         `json:"log,omitempty"`
	Logs      []Log        `json:"logs,omitempty"`      // further ones that are trusted
	Timestamp []string     `json:"timestamp,omitempty"` // certificates of trusted time-stamping authorities, DER in base64
}

// Organisation is who issues, or leads.
type Organisation struct {
	ID   string   `json:"id"`
	Name gov.Text `json:"name"`
}

// Entity is an organisation that issues.
type Entity struct {
	Organisation
	Keys []Key `json:"keys"`
}

// State is what a key may still do.
type State string

// The states of a key in the list.
const (
	Active  State = "active"
	Retired State = "retired" // signs no more; what it signed counts
	Revoked State = "revoked"
)

// Reason is why a key was revoked, in the words of RFC 5280 §5.3.1.
type Reason string

// The reasons for which keys are revoked.
const (
	Compromise Reason = "compromise" // somebody else may have it: only what is proven older counts
	Superseded Reason = "superseded" // another took its place
	Cessation  Reason = "cessation"  // its organisation issues no more
)

// Key is one key of an organisation, or a root of the authority.
type Key struct {
	ID     string   `json:"kid"`
	Use    string   `json:"use,omitempty"` // "pdf": signs pages only; empty: everything
	State  State    `json:"state"`
	From   Millis   `json:"from"`
	Until  Millis   `json:"until"`           // end of its certificate
	Ended  Millis   `json:"ended,omitempty"` // when it was retired or revoked
	Since  Millis   `json:"since,omitempty"` // from when a compromised key may have been in other hands; 0: unknown, Ended counts
	Reason Reason   `json:"reason,omitempty"`
	Types  []string `json:"types,omitempty"` // "service#type" that it may issue
	JWK    sign.JWK `json:"jwk"`
	X5C    []string `json:"x5c"` // its certificate first, its root last, DER in base64
}

// Type is a kind of document, for whoever shows one without asking its issuer.
type Type struct {
	ID      string   `json:"id"` // "service#type"
	Version string   `json:"version"`
	Title   gov.Text `json:"title"`
	Issuers []string `json:"issuers"`
	Claims  []Claim  `json:"claims"`
}

// Claim labels a statement.
type Claim struct {
	Name  string   `json:"name"`
	Label gov.Text `json:"label"`
	Kind  string   `json:"kind"`
	// Options say what the values of a choice mean; a choice of very many is left out.
	Options []Option `json:"options,omitempty"`
	Claims  []Claim  `json:"claims,omitempty"` // of each entry of a group
}

// Option is one value of a choice, for people.
type Option struct {
	Value string   `json:"value"`
	Label gov.Text `json:"label"`
}

// Log is a transparency log: its origin line and its key as signed notes write it.
type Log struct {
	Origin string `json:"origin"`
	Key    string `json:"key"`
}

// Find returns the key kid and whose it is. Roots are not found: they issue nothing.
func (l *List) Find(kid string) (Entity, Key, bool) {
	for _, e := range l.Entities {
		for _, k := range e.Keys {
			if k.ID == kid {
				return e, k, true
			}
		}
	}
	return Entity{}, Key{}, false
}

// Names reports whether the list has the key kid, a root or another.
func (l *List) Names(kid string) bool {
	_, _, ok := l.Find(kid)
	return ok || slices.ContainsFunc(l.Roots, func(k Key) bool { return k.ID == kid })
}

// Entity returns the organisation id.
func (l *List) Entity(id string) (Entity, bool) {
	i := slices.IndexFunc(l.Entities, func(e Entity) bool { return e.ID == id })
	if i < 0 {
		return Entity{}, false
	}
	return l.Entities[i], true
}

// Type describes the newest version of a type, if it has been issued.
func (l *List) Type(id string) (Type, bool) {
	i := slices.IndexFunc(l.Types, func(t Type) bool { return t.ID == id })
	if i < 0 {
		return Type{}, false
	}
	return l.Types[i], true
}

// May reports whether the key may issue documents of the type "service#type".
func (k Key) May(typ string) bool { return slices.Contains(k.Types, typ) }

// Chain is the key's certificates, its own first, its root last.
func (k Key) Chain() ([]*x509.Certificate, error) { return Certificates(k.X5C) }

// Certificates reads certificates written as DER in base64.
func Certificates(texts []string) (out []*x509.Certificate, err error) {
	for _, s := range texts {
		der, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return nil, err
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// Texts writes certificates as the list does.
func Texts(chain []*x509.Certificate) (out []string) {
	for _, c := range chain {
		out = append(out, base64.StdEncoding.EncodeToString(c.Raw))
	}
	return out
}

// Authorities are the certificates of the time-stamping authorities the list trusts.
func (l *List) Authorities() (*x509.CertPool, error) {
	list, err := Certificates(l.Timestamp)
	pool := x509.NewCertPool()
	for _, c := range list {
		pool.AddCert(c)
	}
	return pool, err
}
