package document

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// putDispute: a draft that is begun anew is about what was pointed at last.
func putDispute(tx *db.Tx, c gov.CaseID, id gov.DocumentID, claim string) error {
	return tx.Exec(`INSERT INTO document_dispute (case_id, document, claim, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (case_id) DO UPDATE SET document = excluded.document, claim = excluded.claim, at = excluded.at`, string(c), string(id), claim, tx.Millis())
}

type pointed struct {
	document gov.DocumentID
	claim    string
}

func disputeOf(tx *db.Tx, c gov.CaseID) (pointed, bool, error) {
	return db.One(tx, func(scan func(...any) error) (p pointed, err error) { return p, scan(&p.document, &p.claim) },
		`SELECT document, claim FROM document_dispute WHERE case_id = $1`, string(c))
}
