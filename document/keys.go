package document

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"slices"
	"sync"
	"time"

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

// Key is an organisation's signing key, without its private half.
type Key struct {
	ID           string // kid
	Organisation gov.OrgID
	State        KeyState
	Created      time.Time
	Ended        time.Time // when it was retired or revoked

	sealed string
}

// Keys are the signing keys of all organisations: one active key each, made
// when it is first needed. Private halves are encrypted by the vault; the same
// encryption vouches for the public halves, so that a key slipped into the
// table verifies nothing.
type Keys struct {
	db    *db.DB
	vault *sign.Vault
	open  sync.Map // sealed text → crypto.Signer
}

// signer returns the active key of org.
func (k *Keys) signer(tx *db.Tx, org gov.OrgID) (kid string, s crypto.Signer, err error) {
	key, ok, err := activeKey(tx, org)
	if err == nil && !ok {
		key, err = k.create(tx, org)
	}
	if err != nil {
		return "", nil, err
	}
	s, err = k.unseal(key)
	return key.ID, s, err
}

// create makes a key for org unless another transaction was faster; it returns
// the active key either way.
func (k *Keys) create(tx *db.Tx, org gov.OrgID) (Key, error) {
	private, err := sign.Generate()
	if err != nil {
		return Key{}, err
	}
	key := Key{ID: string(org) + "-" + db.Short(10), Organisation: org, State: KeyActive, Created: tx.Now()}
	if key.sealed, err = k.vault.Seal(key.bound(), private); err != nil {
		return Key{}, err
	}
	made, err := insertKey(tx, key)
	if err != nil {
		return Key{}, err
	}
	if !made {
		key, _, err = activeKey(tx, org)
		return key, err
	}
	return key, journal.Append(tx, keyFact("document.key_created", key))
}

// bound is the name under which a key is sealed: its id and its organisation.
func (k Key) bound() string { return string(k.Organisation) + "/" + k.ID }

func (k *Keys) unseal(key Key) (crypto.Signer, error) {
	at := key.bound() + " " + key.sealed
	if s, ok := k.open.Load(at); ok {
		return s.(crypto.Signer), nil
	}
	s, err := k.vault.Open(key.bound(), key.sealed)
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

func operator(a gov.Actor) error {
	if a.Has(gov.Operator) || a.Person == gov.System.Person {
		return nil
	}
	return errKeysDenied
}

// Rotate gives org a new key; the old one retires and its documents stay valid.
// Appends document.key_retired and document.key_created. Operators only.
func (k *Keys) Rotate(ctx context.Context, org gov.OrgID) (kid string, err error) {
	if err := operator(gov.ActorFrom(ctx)); err != nil {
		return "", err
	}
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		old, ok, err := activeKey(tx, org)
		if err == nil && ok {
			err = k.end(tx, old, KeyRetired)
		}
		if err != nil {
			return err
		}
		key, err := k.create(tx, org)
		kid = key.ID
		return err
	})
	return kid, err
}

// Revoke withdraws trust from a key whose private half may be known to others:
// nothing it signed verifies any more. Appends document.key_revoked. The next
// document of the organisation gets a new key. Operators only.
func (k *Keys) Revoke(ctx context.Context, kid string) error {
	if err := operator(gov.ActorFrom(ctx)); err != nil {
		return err
	}
	return k.db.Write(ctx, func(tx *db.Tx) error {
		key, ok, err := keyByID(tx, kid)
		switch {
		case err != nil:
			return err
		case !ok:
			return errNoKey
		case key.State == KeyRevoked:
			return errKeyEnded
		}
		return k.end(tx, key, KeyRevoked)
	})
}

func (k *Keys) end(tx *db.Tx, key Key, to KeyState) error {
	done, err := moveKey(tx, key.ID, key.State, to)
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
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		n = 0
		all, err := allKeys(tx)
		if err != nil {
			return err
		}
		for _, key := range all {
			fresh, changed, err := k.vault.Reseal(key.bound(), key.sealed)
			if err == nil && changed {
				err = resealKey(tx, key.ID, fresh)
				n++
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// All lists every key, by organisation, newest first. Operators and auditors only.
func (k *Keys) All(ctx context.Context) (all []Key, err error) {
	a := gov.ActorFrom(ctx)
	if operator(a) != nil && !a.Has(gov.Auditor) {
		return nil, errKeysDenied
	}
	err = k.db.Read(ctx, func(tx *db.Tx) (err error) { all, err = allKeys(tx); return err })
	return all, err
}

// Public returns the keys that anybody may verify with, for /.well-known/jwks.json.
func (k *Keys) Public(ctx context.Context) (sign.Set, error) {
	set := sign.Set{Keys: []sign.JWK{}}
	var all []Key
	err := k.db.Read(ctx, func(tx *db.Tx) (err error) { all, err = allKeys(tx); return err })
	for _, key := range slices.DeleteFunc(all, func(x Key) bool { return x.State == KeyRevoked }) {
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
