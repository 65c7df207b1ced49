package procedure

import (
	"time"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/programme"
)

// Follower counts how every case went when it closes; an appeal takes that back,
// and the whole course is counted when the case closes again. Days are working
// days of calendar.
func Follower(cases *casework.Engine, calendar *gov.Calendar) journal.Follower {
	return journal.Follower{Name: "procedure", Names: []string{"case.closed", "case.appealed"}, Handle: func(tx *db.Tx, f journal.Fact) error {
		c, err := cases.Passage(tx, gov.CaseID(f.Subject))
		if gov.KindOf(err) == gov.NotFound {
			return nil // withdrawn before it was handed in, or of no case here
		}
		if err != nil {
			return err
		}
		if f.Name == "case.appealed" {
			return reopened(tx, &c, f, calendar)
		}
		return keep(tx, counted(&c, f, calendar))
	}}
}

// reopened takes back what was counted of a case when it closed before an appeal.
func reopened(tx *db.Tx, c *casework.Passage, f journal.Fact, cal *gov.Calendar) error {
	was, ok, err := last(tx, c.Service, c.ID, f.Seq)
	if err != nil || !ok {
		return err
	}
	for _, x := range c.Facts {
		if x.Seq == was.seq {
			was.stays = counted(c, x, cal).stays
		}
	}
	return drop(tx, was)
}

// way is one closed case, counted.
type way struct {
	Row
	seq   int64
	month int
	stays []stay
}

// Row is one closed case as the measured figures count it. No person is in it.
type Row struct {
	Case         gov.CaseID
	Day          programme.Day
	Service      gov.ServiceID
	Organisation gov.OrgID
	Channel      gov.Channel
	Version      string
	Outcome      string
	Steps        int64
	Automatic    int64
	Handoffs     int64
	Documents    int64
	Visits       int64
	Corrections  int64
	Worked       time.Duration // working time from handing in to closing
}

// stay is one time a case stood for somebody.
type stay struct {
	step   string
	kind   pack.StepKind
	role   gov.Role
	worker gov.OrgID
	worked time.Duration
}

// counted counts a course up to the fact that closed it.
func counted(c *casework.Passage, f journal.Fact, cal *gov.Calendar) way {
	w := way{seq: f.Seq, Row: Row{Case: c.ID, Day: programme.DayOf(f.At, cal.Zone), Service: c.Service, Organisation: c.Organisation, Channel: c.Channel,
		Version: c.Version, Outcome: outcomeOf(f, c.Outcome), Steps: 1, Automatic: int64(c.Automatic), Documents: int64(c.Documents), Visits: int64(c.Visits), Worked: cal.Between(c.Submitted, f.At)}}
	w.month = int(w.Day) / 100
	holder := person
	for _, s := range c.Stays {
		if s.Cancelled || s.To.IsZero() || s.To.After(f.At) {
			continue
		}
		w.Steps++
		if s.Kind == pack.Correct {
			w.Corrections++
		}
		if who := worker(s); who != holder {
			w.Handoffs++
			holder = who
		}
		w.stays = append(w.stays, stay{s.Step, s.Kind, s.Role, s.Organisation, cal.Between(s.From, s.To)})
	}
	return w
}

func worker(s casework.Stay) string {
	switch {
	case s.Organisation != "":
		return string(s.Organisation)
	case s.Kind == pack.Cosign:
		return another
	}
	return person
}
