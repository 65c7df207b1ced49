package registry

import (
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Own gives what a registry kept here holds of a person now, each record with its
// earlier versions, newest first: to that person, and to their guardian, whose
// look is written; tx must be able to write then. Errors: NotFound to anybody
// else, Unavailable (its records live elsewhere).
func (b *Book) Own(tx *db.Tx, registry gov.RegistryID, person gov.PersonID) (out [][]Record, err error) {
	if ok, err := identity.MayRead(tx, person); err != nil || !ok {
		return nil, orElse(err, errNoRecord)
	}
	d, err := b.local(registry)
	if err != nil {
		return nil, err
	}
	list, err := b.OfPerson(tx, registry, person, tx.Now())
	if err != nil {
		return nil, err
	}
	for i := range list {
		past, err := d.earlier(tx, list[i])
		if err != nil {
			return nil, err
		}
		versions := []Record{list[i]}
		for _, v := range past {
			if v.Version < list[i].Version {
				versions = append(versions, v)
			}
		}
		out = append(out, versions)
		if err := journal.Looked(tx, journal.Look{Person: person, What: "record", Subject: list[i].ID, Registry: registry, Purpose: "mandate"}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
