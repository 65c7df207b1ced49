package catalogue

import (
	"encoding/json"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Count says how far an organisation's services have come online. The first
// numbers overlap on purpose and must not be added to each other: a proven
// service still runs, and may be declared or not.
type Count struct {
	Organisation gov.OrgID
	Services     int // in the catalogue
	Declared     int // online by the organisation's own word
	Running      int // with a pack published here
	Proven       int // with a case completed here online
	Completed    int // such cases

	// Each service stands in exactly one of Proven and these three.
	RunningOnly  int // a pack is published, no case completed yet
	DeclaredOnly int // its organisation says so, nothing runs here
	Offline      int // nobody says that it can be applied for online
}

// Counts counts the public services of every organisation that offers one, by its id.
func Counts(tx *db.Tx) ([]Count, error) { return counts(tx) }

// Sum adds the counts of several organisations.
func Sum(list []Count) (out Count) {
	for _, c := range list {
		out.Services += c.Services
		out.Declared += c.Declared
		out.Running += c.Running
		out.Proven += c.Proven
		out.Completed += c.Completed
		out.RunningOnly += c.RunningOnly
		out.DeclaredOnly += c.DeclaredOnly
		out.Offline += c.Offline
	}
	return out
}

// online are the channels on which nobody stands between person and service.
var online = map[gov.Channel]bool{gov.Portal: true, gov.Kiosk: true, gov.API: true}

// Follower counts the cases completed online. It follows case.closed, whose
// body names the outcome; a case that was withdrawn proves nothing, and one that
// closes again after an appeal was counted before.
func Follower() journal.Follower {
	return journal.Follower{Name: "catalogue", Names: []string{"case.closed"}, Handle: completed}
}

func completed(tx *db.Tx, f journal.Fact) error {
	var body struct {
		Outcome  string `json:"outcome"`
		Appealed int    `json:"appealed"`
	}
	if err := json.Unmarshal(f.Body, &body); err != nil {
		return gov.Wrap(err, "body of "+f.Name)
	}
	if !online[f.Channel] || body.Outcome == "" || body.Outcome == "withdrawn" || body.Appealed > 0 {
		return nil
	}
	first, err := countCompleted(tx, f.Service, f.At.UnixMilli())
	if err != nil || !first {
		return err
	}
	if err := turn(tx); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: FactProven, Subject: string(f.Service), Service: f.Service, Organisation: f.Organisation, Channel: f.Channel, Version: f.Version})
}

// DeclaredSince is the day from which each service was first declared online,
// "2026-03-01", by any revision that was published.
func DeclaredSince(tx *db.Tx) (map[gov.ServiceID]string, error) { return declaredSince(tx) }

// PublishedAt is the version of each service's pack that ran at a moment, from
// the facts; services without one are not in it.
func PublishedAt(tx *db.Tx, at time.Time) (map[gov.ServiceID]string, error) {
	const many = 1_000_000
	facts, err := journal.Select(tx, journal.Query{Name: FactPublished, Limit: many})
	out := map[gov.ServiceID]string{}
	for _, f := range facts { // newest first
		if _, later := out[f.Service]; !later && !f.At.After(at) {
			out[f.Service] = f.Version
		}
	}
	return out, err
}
