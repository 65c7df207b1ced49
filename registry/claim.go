package registry

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Unclaimed is what stands in access logs for the owner of a civil number who has
// no account yet: a keyed digest, from which nobody without Secret finds the
// number. Empty for no number. Called also by the exchange for its own looks.
func (b *Book) Unclaimed(civil string) string {
	if civil == "" {
		return ""
	}
	if len(b.Secret) < 32 {
		panic("registry: Secret is not set") // a digest without a key could be guessed
	}
	m := hmac.New(sha256.New, b.Secret)
	m.Write([]byte("look " + civil))
	return hex.EncodeToString(m.Sum(nil))
}

// Follower hands people who register the looks that were made at their records
// before they had an account.
func (b *Book) Follower() journal.Follower {
	return journal.Follower{Name: "registry.looks", Names: []string{"identity.registered", "identity.imported"}, Handle: b.claim}
}

func (b *Book) claim(tx *db.Tx, f journal.Fact) error {
	if some, err := journal.Unclaimed(tx); err != nil || !some {
		return err
	}
	if f.Name == "identity.imported" { // it names nobody
		list, err := identity.RegisteredAt(tx, f.At)
		for _, p := range list {
			if err := journal.Claim(tx, b.Unclaimed(p.CivilNumber), p.ID); err != nil {
				return err
			}
		}
		return err
	}
	p, err := identity.Known(tx, gov.PersonID(f.Subject))
	if gov.KindOf(err) == gov.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return journal.Claim(tx, b.Unclaimed(p.CivilNumber), p.ID)
}
