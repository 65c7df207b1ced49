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

// Follower counts how every case went when it closes. Days are working days of
// calendar.
func Follower(cases *casework.Engine, calendar *gov.Calendar) journal.Follower {
	return journal.Follower{Name: "procedure", Names: []string{"case.closed"}, Handle: func(tx *db.Tx, f journal.Fact) error {
		c, err := cases.Passage(tx, gov.CaseID(f.Subject))
		if gov.KindOf(err) == gov.NotFound {
			return nil // withdrawn before it was handed in, or of no case here
		}
		if err != nil {
			return err
		}
		return keep(tx, counted(&c, f, calendar))
	}}
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

// counted counts a course up to the fact that closed it. What came before an
// appeal was counted when the case closed the first time.
func counted(c *casework.Passage, f journal.Fact, cal *gov.Calendar) way {
	from := c.Submitted
	for _, x := range c.Facts {
		if x.Name == "case.appealed" && x.Subject == f.Subject && !x.At.After(f.At) {
			from = x.At
		}
	}
	w := way{seq: f.Seq, Row: Row{Case: c.ID, Day: programme.DayOf(f.At, cal.Zone), Service: c.Service, Organisation: c.Organisation, Channel: c.Channel,
		Version: c.Version, Outcome: outcomeOf(f, c.Outcome), Steps: 1, Automatic: int64(c.Automatic), Documents: int64(c.Documents), Visits: int64(c.Visits), Worked: cal.Between(from, f.At)}}
	w.month = int(w.Day) / 100
	holder := person
	for _, s := range c.Stays {
		if s.Cancelled || s.To.IsZero() || s.To.After(f.At) || s.From.Before(from) {
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
