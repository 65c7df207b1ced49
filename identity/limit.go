package identity

import (
	"context"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
)

var errTooMany = gov.Fail(gov.TooMany, "محاولات كثيرة في وقت قصير. يُرجى الانتظار قليلًا ثم المحاولة مجددًا", "Too many attempts in a short time. Please wait a little and try again")

// Limit counts one more use of bucket and refuses it when there were n within
// the last per. All nodes share the counts. A bucket may name a person or an
// address: only its seal is stored. Refused uses do not count. Errors: TooMany.
func (g *Gate) Limit(ctx context.Context, bucket string, n int, per time.Duration) error {
	return g.DB.Write(ctx, func(tx *db.Tx) error { return g.limit(tx, bucket, n, per) })
}

// limit slides over two spans: what remains of the previous one counts in
// proportion to how much of it lies within the last per.
func (g *Gate) limit(tx *db.Tx, bucket string, n int, per time.Duration) error {
	bucket = g.sealed("limit", bucket)
	ms := max(per.Milliseconds(), 1)
	span, into := tx.Millis()/ms, tx.Millis()%ms
	before, err := limitCount(tx, bucket, span-1)
	if err != nil {
		return err
	}
	left := int64(n) - before*(ms-into)/ms
	if left <= 0 {
		return errTooMany
	}
	taken, err := takeLimit(tx, bucket, span, left, (span+2)*ms)
	if err == nil && !taken {
		return errTooMany
	}
	return err
}

// KeepTidy has the worker sweep from now on, every hour. Call it when a node
// starts.
func (g *Gate) KeepTidy(tx *db.Tx) error {
	return jobs.Schedule(tx, jobs.Job{Kind: sweepJob, Key: "hourly", At: tx.Now().Add(time.Hour)})
}

func (g *Gate) tidy(tx *db.Tx, _ jobs.Job) error {
	if err := g.Sweep(tx); err != nil {
		return err
	}
	return g.KeepTidy(tx)
}

// Sweep removes what has run out: sessions, codes, ceremonies, counts.
func (g *Gate) Sweep(tx *db.Tx) error {
	now := tx.Now()
	return sweep(tx, now, now.Add(-g.idle()), now.Add(-g.whole()))
}
