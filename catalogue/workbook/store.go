package workbook

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

func insertUpload(tx *db.Tx, u Upload) error {
	return tx.Exec(`INSERT INTO workbook_upload (id, organisation, author, name, body, at) VALUES ($1, $2, $3, $4, $5, $6)`,
		u.ID, string(u.Organisation), string(u.Author), u.Name, u.Body, tx.Millis())
}

func deleteUploads(tx *db.Tx, org gov.OrgID, author gov.PersonID, before int64) error {
	return tx.Exec(`DELETE FROM workbook_upload WHERE organisation = $1 AND author = $2 OR at < $3`, string(org), string(author), before)
}

func uploadByID(tx *db.Tx, id string) (Upload, bool, error) {
	return db.One(tx, func(scan func(...any) error) (u Upload, err error) {
		return u, scan(&u.ID, &u.Organisation, &u.Author, &u.Name, &u.Body)
	}, `SELECT id, organisation, author, name, body FROM workbook_upload WHERE id = $1`, id)
}
