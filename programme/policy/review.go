package policy

import (
	"maps"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
	"diwan.example/programme/lifecycle"
)

// Office runs the checks on what is live. Cycle is needed.
type Office struct {
	Cycle *lifecycle.Cycle
}

// name is the follower's; facts are those after which a check may find something
// else at once.
const name = "policy"

var facts = []string{"catalogue.entered", "catalogue.changed", "catalogue.published", "catalogue.stated", "pack.published", "lifecycle.signed", "lifecycle.withdrawn", "lifecycle.evidenced", FactExcepted, FactEnded}

// Follower runs the checks on services that something happened to.
func (o *Office) Follower() journal.Follower {
	return journal.Follower{Name: name, Names: facts, Batch: func() (func(*db.Tx, journal.Fact) error, func(*db.Tx) error) {
		touched, all := map[gov.ServiceID]bool{}, false
		take := func(_ *db.Tx, f journal.Fact) error {
			touched[f.Service] = f.Service != ""
			all = all || f.Service == ""
			return nil
		}
		return take, func(tx *db.Tx) error {
			if len(touched) == 0 {
				return nil
			}
			if all {
				return o.Review(tx)
			}
			return o.Review(tx, slices.Sorted(maps.Keys(touched))...)
		}
	}}
}

const dailyJob = "policy.daily"

// Jobs are what this package does in time.
func (o *Office) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{dailyJob: {Do: func(tx *db.Tx, _ jobs.Job) error {
		if err := o.Review(tx); err != nil {
			return err
		}
		return schedule(tx)
	}}}
}

// Start schedules the daily run.
func (o *Office) Start(tx *db.Tx) error { return schedule(tx) }

func schedule(tx *db.Tx) error {
	return jobs.Schedule(tx, jobs.Job{Kind: dailyJob, Key: "daily", At: tx.Now().Add(24 * time.Hour)})
}

// Review runs the checks on some services, or on all when none is named, keeps
// what changed, and gives the life of services its evidence. Repeating it changes
// nothing.
func (o *Office) Review(tx *db.Tx, ids ...gov.ServiceID) error {
	list, err := o.Cycle.Records(tx, ids...)
	if err != nil {
		return err
	}
	free, err := exceptionsNow(tx, "", "")
	if err != nil {
		return err
	}
	old, err := resultsNow(tx, ids)
	if err != nil {
		return err
	}
	for i := range list {
		found, err := judge(tx.Context(), &list[i], free)
		if err != nil {
			return gov.Wrap(err, string(list[i].Entry.ID))
		}
		if err := keep(tx, &list[i], found, old[list[i].Entry.ID]); err != nil {
			return err
		}
		if err := give(tx, &list[i], found); err != nil {
			return err
		}
	}
	return nil
}

// keep writes what checks found where that is something new.
func keep(tx *db.Tx, r *lifecycle.Record, found []Finding, old map[string]Result) error {
	changed := map[string]State{}
	for _, f := range found {
		o, had := old[f.ID]
		delete(old, f.ID)
		if had && o.State == f.State && o.Shows == f.Shows && o.Organisation == r.Entry.Organisation {
			continue
		}
		if !had || o.State != f.State {
			changed[f.ID] = f.State
		}
		if err := putResult(tx, had, Result{Service: r.Entry.ID, Organisation: r.Entry.Organisation, Check: f.ID, State: f.State, Shows: f.Shows, Version: r.Entry.Version, Since: tx.Now()}); err != nil {
			return err
		}
	}
	for id := range old { // it applies no more
		changed[id] = ""
		if err := endResult(tx, r.Entry.ID, id); err != nil {
			return err
		}
	}
	if len(changed) == 0 {
		return nil
	}
	return journal.Append(tx, journal.Fact{Name: FactJudged, Subject: string(r.Entry.ID), Service: r.Entry.ID, Organisation: r.Entry.Organisation, Version: r.Entry.Version, Body: journal.Body(changed)})
}

// held is the evidence that a service's binding checks are kept.
const held = "policies"

var heldWords = gov.T("كل الفحوص الملزمة مستوفاة أو لها استثناء قائم", "All binding checks hold or have an exception that does")

// give tells the life of a service whether its binding checks are kept.
func give(tx *db.Tx, r *lifecycle.Record, found []Finding) error {
	kept := r.Pack != nil
	for _, f := range found {
		kept = kept && !(f.Binding && f.State == Fail)
	}
	if !kept {
		return lifecycle.TakeBack(tx, r.Entry.ID, held, name)
	}
	return lifecycle.Give(tx, lifecycle.Evidence{Service: r.Entry.ID, Name: held, Source: name, Words: heldWords})
}
