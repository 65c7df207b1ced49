package document

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"slices"
	"sync"
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/journal"
)

// KeyState is what a signing key may still do.
type KeyState string

// The states of a key: an active key signs, a retired one still verifies what
// it signed, a revoked one verifies nothing.
const (
	KeyActive  KeyState = "active"
	KeyRetired KeyState = "retired"
	KeyRevoked KeyState = "revoked"
)

// KeyRole is what a key is for.
type KeyRole string

// The roles of keys: an organisation has at most one active key of each.
const (
	KeyIssues KeyRole = "issue" // signs documents
	KeyRoot   KeyRole = "root"  // the authority's: certifies keys and signs the trust list
)

// Key is an organisation's signing key, without its private half.
type Key struct {
	ID           string // kid
	Organisation gov.OrgID
	Role         KeyRole
	State        KeyState
	Created      time.Time
	Ended        time.Time         // when it was retired or revoked
	Reason       trust.Reason      // why it was revoked
	Since        time.Time         // from when a compromised key may have been in other hands; zero: unknown
	Certificate  *x509.Certificate // nil: it has none yet
	Issuer       string            // kid of the root that certified it

	Place string // the hardware token it lives in; empty: encrypted in the database

	sealed  string
	crossed string // a root's certificate by the root before it
}

// Keys are the signing keys of all organisations: one active key each, made
// when it is first needed. Private halves are encrypted by the vault; the same
// encryption vouches for the public halves, so that a key slipped into the
// table verifies nothing.
type Keys struct {
	db    *db.DB
	vault *sign.Vault
	o     Options
	open  sync.Map // sealed text → crypto.Signer
	ready sync.Map // kid and certificate → Signing

	entitled sync.Map // Entitled, without its time
}

// create makes a key for org unless another transaction was faster; it returns
// the active key either way. A key follows the one before it to its place.
func (k *Keys) create(tx *db.Tx, org gov.OrgID, role KeyRole) (Key, error) {
	key := Key{ID: string(org) + "-" + db.Short(10), Organisation: org, Role: role, State: KeyActive, Created: tx.Now()}
	last, had, err := lastKey(tx, org, role)
	if err != nil {
		return Key{}, err
	}
	if had {
		key.Place = last.Place
	}
	at, err := k.keeperAt(key.Place)
	if err != nil {
		return Key{}, err
	}
	if key.sealed, err = at.Make(key.bound(), role.shape()); err != nil {
		return Key{}, err
	}
	made, err := k.store(tx, key)
	if err != nil {
		return Key{}, err
	}
	if !made {
		key, _, err = activeKey(tx, org, role)
	}
	return key, err
}

// store writes a new key down; false when there is an active one already.
func (k *Keys) store(tx *db.Tx, key Key) (bool, error) {
	made, err := insertKey(tx, key)
	if err != nil || !made {
		return false, err
	}
	return true, journal.Append(tx, keyFact("document.key_created", key))
}

// bound is the name under which a key is sealed: its id, its organisation and,
// for all but those that issue, its role, so that no row can be made another.
func (k Key) bound() string {
	name := string(k.Organisation) + "/" + k.ID
	if k.Role != KeyIssues {
		name = string(k.Role) + ":" + name
	}
	return name
}

func (k *Keys) unseal(key Key) (crypto.Signer, error) {
	at := key.Place + " " + key.bound() + " " + key.sealed
	if s, ok := k.open.Load(at); ok {
		return s.(crypto.Signer), nil
	}
	keeper, err := k.keeperAt(key.Place)
	if err != nil {
		return nil, err
	}
	s, err := keeper.Open(key.bound(), key.sealed)
	if err != nil {
		return nil, err
	}
	k.open.Store(at, s)
	return s, nil
}

// public returns the public half of an opened key.
func (k *Keys) public(key Key) (*ecdsa.PublicKey, error) {
	s, err := k.unseal(key)
	if err != nil {
		return nil, err
	}
	pub, _ := s.Public().(*ecdsa.PublicKey)
	return pub, nil
}

var (
	errKeysDenied = gov.Fail(gov.Denied, "إدارة مفاتيح التوقيع من شأن مشغّل المنظومة", "Only an operator manages signing keys")
	errNoKey      = gov.Fail(gov.NotFound, "لا يوجد مفتاح بهذا المعرّف", "There is no such key")
	errKeyEnded   = gov.Fail(gov.Conflict, "سُحبت الثقة من هذا المفتاح من قبل", "This key has already been revoked")
)

var errKeyRoot = gov.Fail(gov.Conflict, "مفتاح الجذر يُستبدل بمراسم، ولا يُسحب هكذا", "A root is replaced in a ceremony; it is not revoked like this")

func operator(a gov.Actor) error {
	if a.Has(gov.Operator) || a.Person == gov.System.Person {
		return nil
	}
	return errKeysDenied
}

func (k *Keys) end(tx *db.Tx, key Key, to KeyState) error {
	return k.endFor(tx, key, to, "", time.Time{})
}

// endFor ends a key for a reason.
func (k *Keys) endFor(tx *db.Tx, key Key, to KeyState, why trust.Reason, since time.Time) error {
	done, err := moveKey(tx, key, to, why, since)
	if err == nil && !done {
		err = gov.Fail(gov.Conflict, "تغيّر هذا المفتاح للتوّ، أعد المحاولة", "This key has just changed; try again")
	}
	if err != nil {
		return err
	}
	return journal.Append(tx, keyFact("document.key_"+string(to), key))
}

func keyFact(name string, k Key) journal.Fact {
	return journal.Fact{Name: name, Subject: k.ID, Organisation: k.Organisation}
}

// Reseal encrypts every key with the vault's first secret, so that older ones
// can be thrown away, and returns how many it changed. Operators only.
// Errors: Unavailable when a key opens with none of the secrets; nothing is
// changed then.
func (k *Keys) Reseal(ctx context.Context) (n int, err error) {
	if err := operator(gov.ActorFrom(ctx)); err != nil {
		return 0, err
	}
	err = k.db.Write(ctx, func(tx *db.Tx) error { n, err = k.reseal(tx); return err })
	return n, err
}

func (k *Keys) reseal(tx *db.Tx) (n int, err error) {
	all, err := allKeys(tx)
	for _, key := range all {
		if err != nil {
			return 0, err
		}
		at, err := k.keeperAt(key.Place)
		if err != nil {
			return 0, err
		}
		fresh, changed, err := at.Reseal(key.bound(), key.sealed)
		if err == nil && changed {
			err = resealKey(tx, key.ID, fresh)
			n++
		}
		if err != nil {
			return 0, err
		}
	}
	return n, err
}

// All lists every key, by organisation, newest first. Operators and auditors only.
func (k *Keys) All(ctx context.Context) (all []Key, err error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	err = k.db.Read(ctx, func(tx *db.Tx) (err error) { all, err = allKeys(tx); return err })
	return all, err
}

// Public returns the keys that anybody may verify with, for /.well-known/jwks.json.
func (k *Keys) Public(ctx context.Context) (sign.Set, error) {
	set := sign.Set{Keys: []sign.JWK{}}
	var all []Key
	err := k.db.Read(ctx, func(tx *db.Tx) (err error) { all, err = allKeys(tx); return err })
	for _, key := range slices.DeleteFunc(all, func(x Key) bool { return x.State == KeyRevoked || x.Role != KeyIssues }) {
		pub, err := k.public(key)
		if err != nil {
			return set, err
		}
		jwk, err := sign.PublicJWK(key.ID, pub)
		if err != nil {
			return set, err
		}
		set.Keys = append(set.Keys, jwk)
	}
	return set, err
}
