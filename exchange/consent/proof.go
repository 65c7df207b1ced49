package consent

import (
	"crypto/sha256"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Proof checks the chain of what one person said, as Verify does for all: no
// fault means that nothing was changed, moved, added or taken away since. Errors:
// Denied for others than the person and their guardians.
func (d *Desk) Proof(tx *db.Tx, person gov.PersonID) ([]Fault, error) {
	if err := may(tx, person); err != nil {
		return nil, err
	}
	keys, err := d.publics(tx)
	if err != nil {
		return nil, err
	}
	r := Report{}
	err = r.chain(tx, keys, person, sha256.New())
	return r.Faults, err
}
