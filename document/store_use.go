package document

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// insertUse only adds a row, so that writers never wait for one another.
func insertUse(tx *db.Tx, t Tally) error {
	return tx.Exec(`INSERT INTO document_use (org, service, type, use, channel, day, number) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		string(t.Organisation), string(t.Service), t.Type, string(t.Use), string(t.Channel), t.Day, t.Number)
}

// takeUses takes the rows out and gives them back: each is taken once.
func takeUses(tx *db.Tx) ([]Tally, error) {
	return db.Rows(tx, scanTally, `DELETE FROM document_use RETURNING org, service, type, use, channel, day, number`)
}

func addTally(tx *db.Tx, t Tally) error {
	return tx.Exec(`INSERT INTO document_tally (org, service, type, use, channel, day, number) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (org, service, type, use, day, channel) DO UPDATE SET number = document_tally.number + excluded.number`,
		string(t.Organisation), string(t.Service), t.Type, string(t.Use), string(t.Channel), t.Day, t.Number)
}

func scanTally(scan func(...any) error) (t Tally, err error) {
	return t, scan(&t.Organisation, &t.Service, &t.Type, &t.Use, &t.Channel, &t.Day, &t.Number)
}

// tallies are by day; width 7 makes months of the days, 10 leaves them.
func tallies(tx *db.Tx, org gov.OrgID, width int) ([]Tally, error) {
	return db.Rows(tx, scanTally, `SELECT org, service, type, use, channel, substr(day, 1, $2), sum(number) FROM (
			SELECT org, service, type, use, channel, day, number FROM document_tally UNION ALL
			SELECT org, service, type, use, channel, day, number FROM document_use) AS used
		WHERE org = $1 OR $1 = '' GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 6 DESC, 2, 3, 4, 5`, string(org), width)
}
