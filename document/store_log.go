package document

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

func documentsWithoutSalt(tx *db.Tx, n int) ([]Document, error) {
	return db.Rows(tx, scanDocument, documentColumns+` WHERE salt IS NULL ORDER BY issued, id LIMIT $1`, n)
}

// saltDocument reports false when the document has a salt already.
func saltDocument(tx *db.Tx, id gov.DocumentID, salt []byte) (bool, error) {
	n, err := tx.Changed(`UPDATE document_issued SET salt = $1 WHERE id = $2 AND salt IS NULL`, salt, string(id))
	return n == 1, err
}

// bytesOrNone stores nothing as NULL on both engines.
func bytesOrNone(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

func documentsAfter(tx *db.Tx, id gov.DocumentID, n int) ([]Document, error) {
	return db.Rows(tx, scanDocument, documentColumns+` WHERE id > $1 ORDER BY id LIMIT $2`, string(id), n)
}
