package catalogue

import (
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Statement is what an organisation says of one of its services for one year:
// how far it is online, how it was asked for, which service standards it set
// and whether it met them. It is declared; nothing of it is measured here.
type Statement struct {
	Service      gov.ServiceID                    `json:"service"`
	Organisation gov.OrgID                        `json:"organisation"`
	Year         string                           `json:"year"`                // "2026", or a fiscal year, "2023-2024"
	Link         string                           `json:"link,omitempty"`      // where it was published
	Level        *int                             `json:"level,omitempty"`     // online level from 0 to 4; nil: not said
	On           string                           `json:"on,omitempty"`        // the day for which it holds, "2026-03-01"
	Scopes       []string                         `json:"scopes,omitempty"`    // whom the service is for, in the words of the one who says it
	Types        []string                         `json:"types,omitempty"`     // kinds of service, likewise
	Points       map[country.Point]country.Answer `json:"points,omitempty"`    // interaction points
	Volumes      map[string]int64                 `json:"volumes,omitempty"`   // applications by channel; what is not known is not in it
	Enquiries    *int64                           `json:"enquiries,omitempty"` // by telephone; nil: not known
	Visits       *int64                           `json:"visits,omitempty"`    // of its pages
	Standards    []Standard                       `json:"standards,omitempty"`
	Fee          bool                             `json:"fee"`
	Reviewed     string                           `json:"reviewed,omitempty"` // the year of the last review
	Improved     string                           `json:"improved,omitempty"` // the year of the last improvement
	Feedback     []string                         `json:"feedback,omitempty"` // channels on which feedback is taken
	Remarks      gov.Text                         `json:"remarks,omitempty"`
	Said         time.Time                        `json:"-"` // when it was said
	Author       gov.PersonID                     `json:"-"`
}

// Standard is a promise about a service, and whether it was kept in the year.
type Standard struct {
	ID      string         `json:"id"`
	Name    gov.Text       `json:"name"`
	Type    string         `json:"type,omitempty"` // timeliness, access, accuracy, other
	Channel string         `json:"channel,omitempty"`
	Target  string         `json:"target,omitempty"` // a share as a decimal, "0.9"
	Meeting *int64         `json:"meeting,omitempty"`
	Total   *int64         `json:"total,omitempty"`
	Met     country.Answer `json:"met"`
}

// FactStated says that an organisation made a statement about a service.
const FactStated = "catalogue.stated"

// State keeps a statement. The same statement again changes nothing; a different
// one for the same year stands beside the earlier, which held until then. The
// caller has checked that the actor may. Errors: NotFound, Invalid.
func State(tx *db.Tx, s Statement) error {
	e, err := Find(tx, s.Service)
	if err != nil {
		return err
	}
	if s.Year == "" || e.Organisation != s.Organisation {
		return gov.Fail(gov.Invalid, "البيان لسنة ومن الجهة التي تملك الخدمة", "A statement is for a year and from the organisation that owns the service").At("year")
	}
	old, found, err := statementOf(tx, s.Service, s.Year)
	if err != nil || found && db.JSON(old) == db.JSON(s) {
		return err
	}
	if err := putStatement(tx, s); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: FactStated, Subject: string(s.Service), Service: s.Service, Organisation: s.Organisation, Body: journal.Body(map[string]string{"year": s.Year})})
}

// StatementOf is what was last said of a service for a year; ok is false when
// nothing was.
func StatementOf(tx *db.Tx, id gov.ServiceID, year string) (s Statement, ok bool, err error) {
	return statementOf(tx, id, year)
}

// StatementsOf lists what holds of a service, the latest year first.
func StatementsOf(tx *db.Tx, id gov.ServiceID) ([]Statement, error) { return statementsOf(tx, id) }

// Statements lists what was said for a year, by service, as it was known at a
// moment; the zero moment means now.
func Statements(tx *db.Tx, year string, at time.Time) ([]Statement, error) {
	if at.IsZero() {
		at = tx.Now()
	}
	return statementsAt(tx, year, at)
}

// StatedYear is a year and how many services something was said of for it.
type StatedYear struct {
	Year       string
	Statements int
}

// Years lists the years for which statements were made, the latest first.
func Years(tx *db.Tx) ([]StatedYear, error) { return statedYears(tx) }
