package jobs

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: jobs_*.

func upsert(tx *db.Tx, id string, j Job) error {
	return tx.Exec(`INSERT INTO jobs_job (id, kind, key, run_at, payload) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (kind, key) DO UPDATE SET run_at = excluded.run_at, payload = excluded.payload, lease = 0, attempt = 0, fence = jobs_job.fence + 1, dead = false, trouble = ''`,
		id, j.Kind, j.Key, j.At.UnixMilli(), string(j.Payload))
}

func remove(tx *db.Tx, kind, key string) error {
	return tx.Exec(`DELETE FROM jobs_job WHERE kind = $1 AND key = $2`, kind, key)
}

// among is a list of kinds as placeholders that follow n others.
func among(kinds []string, n int, args ...any) (string, []any) {
	marks := make([]string, len(kinds))
	for i, k := range kinds {
		marks[i] = "$" + strconv.Itoa(n+i+1)
		args = append(args, k)
	}
	return "kind IN (" + strings.Join(marks, ",") + ")", args
}

func nothingDue(tx *db.Tx, kinds []string) (bool, error) {
	ours, args := among(kinds, 1, tx.Millis())
	_, some, err := db.One(tx, db.Scalar[int64], `SELECT 1 FROM jobs_job WHERE NOT dead AND run_at <= $1 AND lease <= $1 AND `+ours+` LIMIT 1`, args...)
	return !some, err
}

func claimDue(tx *db.Tx, kinds []string, lease time.Duration, n int) ([]Job, error) {
	ours, args := among(kinds, 3, tx.Now().Add(lease).UnixMilli(), tx.Millis(), n)
	return db.Rows(tx, func(scan func(...any) error) (j Job, err error) {
		var at int64
		var payload string
		err = scan(&j.ID, &j.Kind, &j.Key, &at, &j.Attempt, &j.fence, &payload)
		j.At, j.Payload = time.UnixMilli(at).UTC(), json.RawMessage(payload)
		return j, err
	}, `UPDATE jobs_job SET lease = $1, attempt = attempt + 1, fence = fence + 1 WHERE id IN (
			SELECT id FROM jobs_job WHERE NOT dead AND run_at <= $2 AND lease <= $2 AND `+ours+` ORDER BY run_at, id LIMIT $3`+tx.SkipLocked()+`)
		RETURNING id, kind, key, run_at, attempt, fence, payload`, args...)
}

// finish ends the job if this attempt still holds it.
func finish(tx *db.Tx, j Job) (bool, error) {
	n, err := tx.Changed(`DELETE FROM jobs_job WHERE id = $1 AND fence = $2`, j.ID, j.fence)
	return n == 1, err
}

func putOff(tx *db.Tx, j Job, at time.Time, dead bool, trouble string) (bool, error) {
	n, err := tx.Changed(`UPDATE jobs_job SET run_at = $1, lease = 0, dead = $2, trouble = $3 WHERE id = $4 AND fence = $5`,
		at.UnixMilli(), dead, trouble, j.ID, j.fence)
	return n == 1, err
}

func list(tx *db.Tx, n int) ([]Waiting, error) {
	return db.Rows(tx, func(scan func(...any) error) (w Waiting, err error) {
		var at int64
		err = scan(&w.ID, &w.Kind, &w.Key, &at, &w.Attempt, &w.Dead, &w.Trouble)
		w.At = time.UnixMilli(at).UTC()
		return w, err
	}, `SELECT id, kind, key, run_at, attempt, dead, trouble FROM jobs_job ORDER BY dead DESC, run_at LIMIT $1`, n)
}

func revive(tx *db.Tx, id string) error {
	n, err := tx.Changed(`UPDATE jobs_job SET dead = false, lease = 0, attempt = 0, fence = fence + 1, run_at = $1 WHERE id = $2`, tx.Millis(), id)
	if err == nil && n == 0 {
		return gov.Fail(gov.NotFound, "لا توجد مهمة بهذا الرقم", "No job has this number")
	}
	return err
}
