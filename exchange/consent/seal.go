package consent

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
)

// row is a revision as it is stored.
type row struct {
	Person    gov.PersonID
	Number    int64
	Agreement gov.AgreementID
	Body      string
	Hash      string
	Kid       string
	Signature string
}

// read gives what the row says.
func (r row) read() (out Revision, err error) {
	err = json.Unmarshal([]byte(r.Body), &out)
	return out, err
}

func hashed(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

// sign makes the row of a revision.
func (d *Desk) sign(tx *db.Tx, r Revision) (row, error) {
	r.At, r.About.Until = r.At.UTC().Truncate(time.Millisecond), r.About.Until.UTC()
	body, err := sign.Canonical(r)
	if err != nil {
		return row{}, err
	}
	kid, key, err := d.key(tx)
	if err != nil {
		return row{}, err
	}
	sig, err := sign.Raw(key, body)
	if err != nil {
		return row{}, err
	}
	return row{r.Person, r.Number, r.About.Agreement, string(body), hashed(string(body)), kid, base64.StdEncoding.EncodeToString(sig)}, nil
}

// key returns the key that signs now, made when it is first needed.
func (d *Desk) key(tx *db.Tx) (string, crypto.Signer, error) {
	k, found, err := newestKey(tx)
	if err != nil {
		return "", nil, err
	}
	if !found {
		private, err := sign.Generate()
		if err != nil {
			return "", nil, err
		}
		k.id = "consent-" + db.Short(10)
		if k.sealed, err = d.Vault.Seal(k.id, private); err != nil {
			return "", nil, err
		}
		if err := insertKey(tx, k); err != nil {
			return "", nil, err
		}
	}
	s, err := d.unseal(k)
	return k.id, s, err
}

func (d *Desk) unseal(k stored) (crypto.Signer, error) {
	if s, ok := d.open.Load(k.id + " " + k.sealed); ok {
		return s.(crypto.Signer), nil
	}
	s, err := d.Vault.Open(k.id, k.sealed)
	if err != nil {
		return nil, err
	}
	d.open.Store(k.id+" "+k.sealed, s)
	return s, nil
}

// stored is a key as it is stored. That it opens with our secret vouches for it:
// a key slipped into the table verifies nothing.
type stored struct{ id, sealed string }

// publics are the public halves of all keys.
func (d *Desk) publics(tx *db.Tx) (map[string]*ecdsa.PublicKey, error) {
	list, err := keys(tx)
	out := map[string]*ecdsa.PublicKey{}
	for _, k := range list {
		s, err := d.unseal(k)
		if err != nil {
			continue // what it signed is reported
		}
		out[k.id], _ = s.Public().(*ecdsa.PublicKey)
	}
	return out, err
}

var errRow = errors.New("the row is not what was signed")

// check proves one row: its hash, its signature, and that its columns say what
// its body says.
func (r row) check(keys map[string]*ecdsa.PublicKey) (Revision, error) {
	sig, err := base64.StdEncoding.DecodeString(r.Signature)
	pub := keys[r.Kid]
	if err != nil || pub == nil || r.Hash != hashed(r.Body) || !sign.RawValid(pub, []byte(r.Body), sig) {
		return Revision{}, errRow
	}
	x, err := r.read()
	if err != nil || x.Person != r.Person || x.Number != r.Number || x.About.Agreement != r.Agreement {
		return x, errRow
	}
	return x, nil
}
