package document

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/timestamp"
	"diwan.example/journal"
)

// KeyTime is the role of the authority's key for time-stamping, where no other
// time-stamping authority is configured.
const KeyTime KeyRole = "time"

// timeYears is how long the certificate of that key lasts: it vouches for what it
// stamped long after the documents' own keys have ended.
const timeYears = 15

var errTimekeeper = gov.Fail(gov.Unavailable, "تعذّر فتح مفتاح الختم الزمني", "The key for timestamps cannot be opened")

// Timekeeper is the house's own time-stamping authority; all nodes share its key,
// which is made when it is first needed. Its word about time is as good as this
// machine's clock. Errors: Unavailable.
func (k *Keys) Timekeeper(ctx context.Context) (a *timestamp.Authority, err error) {
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		key, ok, err := activeKey(tx, k.o.Authority, KeyTime)
		if err == nil && !ok {
			key, err = k.createTime(tx)
		}
		if err != nil {
			return err
		}
		signer, err := k.unseal(key)
		if err != nil {
			return err
		}
		if pub, ok := signer.Public().(*ecdsa.PublicKey); !ok || key.Certificate == nil || !pub.Equal(key.Certificate.PublicKey) {
			return errTimekeeper
		}
		a = &timestamp.Authority{Key: signer, Certificate: key.Certificate, Clock: k.db.Now}
		return nil
	})
	return a, err
}

// createTime makes the key and its certificate in one go.
func (k *Keys) createTime(tx *db.Tx) (Key, error) {
	key, err := k.create(tx, k.o.Authority, KeyTime)
	if err != nil || key.Certificate != nil {
		return key, err
	}
	signer, err := k.unseal(key)
	if err != nil {
		return key, err
	}
	private, ok := signer.(*ecdsa.PrivateKey)
	if !ok {
		return key, errTimekeeper
	}
	name, err := k.o.named(tx, k.o.Authority)
	if err != nil {
		return key, err
	}
	made, err := timestamp.Certificate(name.In(gov.English), private, tx.Now().Add(-clockSkew), tx.Now().AddDate(timeYears, 0, 0).Truncate(time.Second))
	if err != nil {
		return key, err
	}
	if done, err := certifyKey(tx, key.ID, "", base64.StdEncoding.EncodeToString(made.Raw), key.ID); err != nil || !done {
		return again(tx, key, err)
	}
	key.Certificate = made
	if err := schedulePublish(tx, 0); err != nil { // verifiers learn of it with the first page
		return key, err
	}
	return key, journal.Append(tx, keyFact("document.key_certified", key))
}

// Clocks are the certificates of the house's own time-stamping keys, past ones too,
// and of the authorities that Options.Clocks trusts: for the trust list.
func (k *Keys) Clocks(tx *db.Tx) ([]*x509.Certificate, error) {
	all, err := allKeys(tx)
	out := append([]*x509.Certificate(nil), k.o.Clocks...)
	for _, key := range all {
		if key.Role == KeyTime && key.State != KeyRevoked && key.Certificate != nil {
			out = append(out, key.Certificate)
		}
	}
	return out, err
}
