package document

import (
	"bytes"
	"context"
	"encoding/base64"
	"maps"
	"slices"
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
)

// KeyPage is the role of an RSA key that signs PDF files, where a country's
// programs want RSA; without one the issuing key signs them.
const KeyPage KeyRole = "page"

var (
	errPlace  = gov.Fail(gov.Unavailable, "وحدة حفظ المفاتيح هذه غير مُعدّة هنا", "This hardware token is not configured here").At("place")
	errNoRoot = gov.Fail(gov.Conflict, "تعذّر فتح الجذر السابق ليشهد للجذر الجديد", "The root of before cannot be opened to certify the new one")
)

// keeperAt is who keeps keys in a place. Errors: Unavailable.
func (k *Keys) keeperAt(place string) (sign.Keeper, error) {
	if place == "" {
		return k.vault, nil
	}
	if t, ok := k.o.Tokens[place]; ok {
		return t, nil
	}
	return nil, errPlace
}

// shape is what keys of a role are.
func (r KeyRole) shape() sign.Shape {
	if r == KeyPage {
		return sign.RSA3072
	}
	return sign.P256
}

// prepared is a key made before its transaction: tokens are slow, and writers
// must not wait for one.
type prepared struct{ key Key }

// prepare makes the key that a ceremony will put into force.
func (k *Keys) prepare(ctx context.Context, id string) (p prepared, err error) {
	var c Ceremony
	err = k.db.Read(ctx, func(tx *db.Tx) error {
		if err := keeper(tx); err != nil {
			return err
		}
		var ok bool
		if c, ok, err = ceremonyByID(tx, id); err != nil || !ok {
			return orNone(err)
		}
		_, err := c.moved(tx, "confirm", "")
		return err
	})
	if err != nil || c.Rite == Revocation || c.Rite == Restoration {
		return p, err
	}
	p.key = Key{ID: string(c.Organisation) + "-" + db.Short(10), Organisation: c.Organisation, Role: c.Role, State: KeyActive, Place: c.Place}
	at, err := k.keeperAt(c.Place)
	if err != nil {
		return p, err
	}
	p.key.sealed, err = at.Make(p.key.bound(), c.Role.shape())
	return p, err
}

// perform carries a ceremony out and writes its record.
func (k *Keys) perform(tx *db.Tx, c *Ceremony, p prepared) (err error) {
	var touched []string
	switch c.Rite {
	case NewRoot:
		touched, err = k.newRoot(tx, c, p.key)
	case Rotation, Relocation:
		touched, err = k.renew(tx, p.key)
	case Revocation:
		touched, err = []string{c.Key}, k.revoke(tx, c)
	case Restoration:
		touched, err = k.restore(tx)
	default:
		err = errRite
	}
	for _, kid := range touched {
		if err != nil {
			return err
		}
		var key Key
		if key, _, err = keyByID(tx, kid); err == nil && key.Certificate != nil {
			c.Record = append(c.Record, Witnessed{key.ID, key.Organisation, key.Role, key.State, key.Place, db.Millis(key.Certificate.NotAfter), trust.Fingerprint(key.Certificate)})
		}
	}
	return err
}

// renew retires the active key of a role and puts a new one into force.
func (k *Keys) renew(tx *db.Tx, fresh Key) (touched []string, err error) {
	old, had, err := activeKey(tx, fresh.Organisation, fresh.Role)
	if err == nil && had {
		touched = append(touched, old.ID)
		err = k.end(tx, old, KeyRetired)
	}
	if err != nil {
		return nil, err
	}
	fresh.Created = tx.Now()
	if err := k.enforce(tx, fresh); err != nil {
		return nil, err
	}
	return append(touched, fresh.ID), nil
}

// enforce stores a key that was made, and certifies it.
func (k *Keys) enforce(tx *db.Tx, key Key) error {
	made, err := k.store(tx, key)
	if err == nil && !made {
		err = errOpen
	}
	if err == nil {
		_, err = k.certify(tx, key)
	}
	return err
}

// newRoot puts a new root into force. The old one certifies it, unless it may be
// known to others; every key gets a certificate by the new one.
func (k *Keys) newRoot(tx *db.Tx, c *Ceremony, fresh Key) (touched []string, err error) {
	old, had, err := activeKey(tx, k.o.Authority, KeyRoot)
	if err != nil {
		return nil, err
	}
	if had {
		to := KeyRetired
		if c.Reason == trust.Compromise {
			to = KeyRevoked
		}
		if err := k.endFor(tx, old, to, c.Reason, c.Since); err != nil {
			return nil, err
		}
		touched = append(touched, old.ID)
	}
	fresh.Created = tx.Now()
	if err := k.enforce(tx, fresh); err != nil {
		return nil, err
	}
	if had && c.Reason != trust.Compromise {
		if err := k.cross(tx, old, fresh.ID); err != nil {
			return nil, err
		}
	}
	again, err := k.recertify(tx)
	return append(append(touched, fresh.ID), again...), err
}

// cross has the old root certify the new one.
func (k *Keys) cross(tx *db.Tx, old Key, kid string) error {
	fresh, _, err := keyByID(tx, kid)
	if err != nil {
		return err
	}
	signer, err := k.unseal(old)
	if err != nil {
		return err
	}
	if old.Certificate == nil {
		return errNoRoot
	}
	made, err := trust.Cross(signer, old.Certificate, fresh.Certificate)
	if err != nil {
		return errNoRoot.Because(err)
	}
	return crossKey(tx, kid, base64.StdEncoding.EncodeToString(made.Raw))
}

// recertify gives every key a certificate by the active root.
func (k *Keys) recertify(tx *db.Tx) (touched []string, err error) {
	all, err := allKeys(tx)
	for _, key := range all {
		if err != nil {
			return nil, err
		}
		if key.Role == KeyRoot || key.Role == KeyTime || key.Certificate == nil {
			continue
		}
		if _, err = k.vouched(tx, key); err != nil { // a key slipped in is not made ours
			if gov.KindOf(err) == gov.Unavailable {
				err = nil
			}
			continue
		}
		if err = k.certifyAgain(tx, key); err == nil && key.State == KeyActive {
			touched = append(touched, key.ID)
		}
	}
	return touched, err
}

func (k *Keys) certifyAgain(tx *db.Tx, key Key) error {
	subject, err := k.subject(tx, key)
	if err != nil {
		return err
	}
	made, issuer, err := k.certifyIssuer(tx, key, key.Certificate.PublicKey, subject)
	if err != nil || bytes.Equal(made.Raw, key.Certificate.Raw) {
		return err
	}
	_, err = certifyKey(tx, key.ID, base64.StdEncoding.EncodeToString(key.Certificate.Raw), base64.StdEncoding.EncodeToString(made.Raw), issuer)
	return err
}

func (k *Keys) revoke(tx *db.Tx, c *Ceremony) error {
	key, ok, err := keyByID(tx, c.Key)
	switch {
	case err != nil:
		return err
	case !ok:
		return errNoKey
	case key.State == KeyRevoked:
		return errKeyEnded
	}
	return k.endFor(tx, key, KeyRevoked, c.Reason, c.Since)
}

// restore opens every key and seals again what an older secret sealed.
func (k *Keys) restore(tx *db.Tx) (touched []string, err error) {
	all, err := allKeys(tx)
	if err == nil {
		_, err = k.reseal(tx)
	}
	for _, key := range all {
		if err != nil {
			return nil, err
		}
		if key.State == KeyActive && key.Role != KeyTime {
			touched = append(touched, key.ID)
		}
		if fresh, ok, e := keyByID(tx, key.ID); e != nil || !ok {
			err = e
		} else {
			_, err = k.unseal(fresh)
		}
	}
	return touched, err
}

// SigningPage returns the key that signs org's PDF files: its RSA key, when it
// has one, else the issuing key. Errors: as Signing.
func (k *Keys) SigningPage(tx *db.Tx, org gov.OrgID) (Signing, error) {
	key, ok, err := activeKey(tx, org, KeyPage)
	if err != nil {
		return Signing{}, err
	}
	if ok && key.Certificate != nil && tx.Now().Before(key.Certificate.NotAfter) {
		return k.signing(tx, key)
	}
	return k.Signing(tx, org)
}

// changed makes a new trust list at once; when the root is away, the next look
// makes it.
func (k *Keys) changed(ctx context.Context) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer stop()
	k.Publish(ctx)
}

// Places are where new keys may live: the database first (""), then the hardware
// tokens that are configured.
func (k *Keys) Places() []string {
	return append([]string{""}, slices.Sorted(maps.Keys(k.o.Tokens))...)
}
