package lifecycle

import (
	"maps"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
)

// name is the follower's; facts are those after which a service may stand
// elsewhere. What only time or many cases change, the daily job finds.
const name = "lifecycle"

var facts = []string{
	"catalogue.entered", "catalogue.changed", "catalogue.published", "catalogue.proven", "catalogue.stated", "pack.published",
	FactSigned, FactWithdrawn, FactEvidenced, FactCounterClosed, FactCounterReopened,
}

// Follower keeps where services stand. It reads what programme has counted, so
// it stands after programme's follower.
func (c *Cycle) Follower() journal.Follower {
	return journal.Follower{Name: name, Names: facts, Batch: func() (func(*db.Tx, journal.Fact) error, func(*db.Tx) error) {
		when := map[gov.ServiceID]time.Time{}
		take := func(tx *db.Tx, f journal.Fact) error {
			if f.Service == "" {
				return nil
			}
			when[f.Service] = f.At
			if f.At.After(tx.Now()) { // a sample lives through its past after it was seeded
				when[f.Service] = tx.Now()
			}
			return nil
		}
		return take, func(tx *db.Tx) error {
			if len(when) == 0 {
				return nil
			}
			list, err := c.Records(tx, slices.Sorted(maps.Keys(when))...)
			if err != nil {
				return err
			}
			return c.keep(tx, list, when)
		}
	}}
}

// dailyJob looks at every service once a day.
const dailyJob = "lifecycle.daily"

// Jobs are what this package does in time.
func (c *Cycle) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{dailyJob: {Do: func(tx *db.Tx, _ jobs.Job) error {
		if err := c.Review(tx); err != nil {
			return err
		}
		return schedule(tx)
	}}}
}

// Start schedules the daily look.
func (c *Cycle) Start(tx *db.Tx) error { return schedule(tx) }

func schedule(tx *db.Tx) error {
	return jobs.Schedule(tx, jobs.Job{Kind: dailyJob, Key: "daily", At: tx.Now().Add(24 * time.Hour)})
}

// Review looks at every service: it reopens counters whose measures have fallen
// and keeps where services stand now. Repeating it changes nothing.
func (c *Cycle) Review(tx *db.Tx) error {
	list, err := c.Records(tx)
	if err != nil {
		return err
	}
	for i := range list {
		if err := reopenFallen(tx, &list[i]); err != nil {
			return err
		}
	}
	return c.keep(tx, list, nil)
}
