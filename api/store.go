package api

import "diwan.example/internal/db"

// kept is what is known of a key.
type kept struct {
	digest, body string
	done         bool
}

// claimKey takes a key that is free, or was used before the moment since.
func claimKey(tx *db.Tx, actor, key, digest string, since int64) (bool, error) {
	n, err := tx.Changed(`INSERT INTO api_idempotency (actor, key, digest, done, body, at) VALUES ($1, $2, $3, 0, '', $4)
		ON CONFLICT (actor, key) DO UPDATE SET digest = excluded.digest, done = 0, body = '', at = excluded.at WHERE api_idempotency.at < $5`,
		actor, key, digest, tx.Millis(), since)
	return n == 1, err
}

func keyed(tx *db.Tx, actor, key string) (kept, bool, error) {
	return db.One(tx, func(scan func(...any) error) (k kept, err error) {
		var done int64
		err = scan(&k.digest, &k.body, &done)
		k.done = done == 1
		return k, err
	}, `SELECT digest, body, done FROM api_idempotency WHERE actor = $1 AND key = $2`, actor, key)
}

func keepAnswer(tx *db.Tx, actor, key, body string) error {
	return tx.Exec(`UPDATE api_idempotency SET done = 1, body = $3 WHERE actor = $1 AND key = $2`, actor, key, body)
}

func forgetKey(tx *db.Tx, actor, key string) error {
	return tx.Exec(`DELETE FROM api_idempotency WHERE actor = $1 AND key = $2`, actor, key)
}

func forgetBefore(tx *db.Tx, at int64) error {
	return tx.Exec(`DELETE FROM api_idempotency WHERE at < $1`, at)
}
