package country

import (
	"slices"
	"strings"

	"diwan.example/gov"
)

// PastAgreement is an agreement of the sample country as far as it came, one for
// each consumer. Days are counted from today.
type PastAgreement struct {
	Registry   gov.RegistryID    `yaml:"registry"`
	Consumers  []gov.OrgID       `yaml:"consumers"`
	Attributes []gov.AttributeID `yaml:"attributes"`
	Purpose    gov.Text          `yaml:"purpose"`
	Legal      gov.Text          `yaml:"legal"`
	Services   []gov.ServiceID   `yaml:"services"`
	Roles      []gov.Role        `yaml:"roles"` // of people who read; empty: only the platform does
	From       int               `yaml:"from"`
	Until      int               `yaml:"until"`
	PerDay     int64             `yaml:"per_day"`
	PerPerson  int64             `yaml:"per_person"`
	Retention  int               `yaml:"retention"`
	Consent    bool              `yaml:"consent"`
	Events     bool              `yaml:"events"`
	State      string            `yaml:"state"` // proposed, returned, reviewed, agreed, active, refused, revoked
	Said       string            `yaml:"said"`  // why it was returned, refused or revoked
}

const agreementsFile = "programme/agreements.yaml"

func (c *Country) checkAgreements(r *reader) {
	states := []string{"proposed", "returned", "reviewed", "agreed", "active", "refused", "revoked"}
	for i, x := range c.Agreements {
		r.text(c, agreementsFile, x.Purpose, i, "purpose")
		r.text(c, agreementsFile, x.Legal, i, "legal")
		if !slices.Contains(states, x.State) {
			r.fail(agreementsFile, "a state is one of "+strings.Join(states, ", "), i, "state")
		}
		for j, o := range x.Consumers {
			if c.Organisation(o) == nil {
				r.fail(agreementsFile, "there is no organisation "+string(o), i, "consumers", j)
			}
		}
		for j, s := range x.Services {
			if c.Service(s) == nil {
				r.fail(agreementsFile, "there is no service "+string(s), i, "services", j)
			}
		}
	}
}
