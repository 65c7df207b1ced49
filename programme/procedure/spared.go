package procedure

import (
	"encoding/json"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/programme"
)

// Spared is what cases did not ask for: questions that registries answered, papers
// that they made needless, visits that the procedure needs no more.
type Spared struct {
	Key                              string // of the group: an organisation, a service or a month
	Cases, Questions, Papers, Visits int64
}

// SparedRow is one case that was spared something. No person is in it.
type SparedRow struct {
	Seq          int64
	Case         gov.CaseID
	Reference    string
	Day          programme.Day
	Service      gov.ServiceID
	Organisation gov.OrgID
	Channel      gov.Channel
	Questions    int64
	Papers       int64
	Visits       int64
}

// SparedFollower counts what cases did not ask for. Days are those of zone.
func SparedFollower(zone *time.Location) journal.Follower {
	return journal.Follower{Name: "procedure.spared", Names: []string{"case.spared"}, Handle: func(tx *db.Tx, f journal.Fact) error {
		var b struct {
			Reference                 string
			Questions, Papers, Visits int64
		}
		if err := json.Unmarshal(f.Body, &b); err != nil {
			return err
		}
		return keepSpared(tx, SparedRow{Seq: f.Seq, Case: gov.CaseID(f.Subject), Reference: b.Reference, Day: programme.DayOf(f.At, zone), Service: f.Service, Organisation: f.Organisation,
			Channel: f.Channel, Questions: b.Questions, Papers: b.Papers, Visits: b.Visits})
	}}
}

// SparedIn adds up what cases of a period did not ask for: of the nation by
// organisation, of an organisation by service, of a service by month; and all
// together. The period comes back as far as the actor may see. Errors: as
// programme.Scope; Invalid when the months are in the wrong order.
func SparedIn(tx *db.Tx, p Period) (_ Period, groups []Spared, all Spared, err error) {
	if p, err = p.scope(tx); err != nil {
		return p, nil, all, err
	}
	if groups, err = sparedBy(tx, p); err != nil {
		return p, nil, all, err
	}
	all, err = sparedTotal(tx, p)
	return p, groups, all, err
}

// SparedRows lists the cases behind the figures, the latest first: up to n before
// the place given (0: from the latest). Errors: as SparedIn.
func SparedRows(tx *db.Tx, p Period, before int64, n int) ([]SparedRow, error) {
	p, err := p.scope(tx)
	if err != nil {
		return nil, err
	}
	return sparedRows(tx, p, before, n)
}
