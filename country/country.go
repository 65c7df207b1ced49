// Package country reads the profile of a country from a folder of YAML: its
// name, money, working calendar, places, organisations and the services they
// declare. It also invents the people of a sample country, the same ones every
// time, so that a demonstration needs nobody's data.
//
// It imports only gov. Nothing here is an official record: a profile marked as
// a sample carries a notice that every page and document must show.
package country

import "diwan.example/gov"

// Country is one profile.
type Country struct {
	Code          string         // ISO 3166-1 alpha-2
	Name          gov.Text       // short name
	Sample        bool           // invented for demonstration; Notice says so
	Notice        gov.Text       // what a sample must show to everyone
	Languages     []gov.Lang     // first one is the default
	Digits        string         // numbering system of numbers shown: "latn" or "arab"
	Dial          string         // international dialling prefix
	Authority     gov.OrgID      // the organisation that leads the others
	Accent        Accent         // the one colour of the pages
	Currency      gov.Currency   // how money is counted
	Calendar      gov.Calendar   // working days and hours
	Holidays      []Holiday      // the calendar's holidays with their certainty
	Governorates  []Governorate  // places, with areas and blocks
	Organisations []Organisation // who offers services
	LifeEvents    []LifeEvent    // why people come
	Services      []Service      // what is offered
	Synonyms      [][]string     // words that mean the same to someone who searches
	Schools       []School       // invented schools of the sample

	names names
}

// Accent is the country's colour on light and on dark pages, as "#rrggbb".
type Accent struct {
	Light string `yaml:"light"`
	Dark  string `yaml:"dark"`
}

// Holiday is one public holiday. Days that follow the moon are estimated until
// they are announced.
type Holiday struct {
	From      string   `yaml:"from"` // first day, "2026-12-16"
	Days      int      `yaml:"days"` // how many days; 0 means 1
	Name      gov.Text `yaml:"name"`
	Estimated bool     `yaml:"estimated"`
}

// Governorate is a part of the country with its areas.
type Governorate struct {
	ID    string   `yaml:"id"`
	Name  gov.Text `yaml:"name"`
	Areas []Area   `yaml:"areas"`
}

// Area is a town or quarter with the range of its address blocks.
type Area struct {
	Name  gov.Text `yaml:"name"`
	First int      `yaml:"first"` // first block
	Last  int      `yaml:"last"`  // last block
}

// Organisation is a ministry or authority (CPSV-AP Public Organisation).
type Organisation struct {
	ID      gov.OrgID `yaml:"id" json:"id"`
	Kind    string    `yaml:"kind" json:"kind"` // one of OrganisationKinds
	Name    gov.Text  `yaml:"name" json:"name"`
	Duty    gov.Text  `yaml:"duty" json:"duty"` // what it does, one sentence
	Contact string    `yaml:"contact" json:"contact,omitempty"`
	Website string    `yaml:"website" json:"website,omitempty"`
	Sample  bool      `yaml:"sample" json:"sample"`
}

// LifeEvent is a situation in which people or companies need services.
type LifeEvent struct {
	ID       string   `yaml:"id" json:"id"`
	Name     gov.Text `yaml:"name" json:"name"`
	Business bool     `yaml:"business" json:"business,omitempty"` // a business event, not a person's
}

// School is an invented school of the sample country.
type School struct {
	ID    string   `yaml:"id"`
	Name  gov.Text `yaml:"name"`
	Sex   string   `yaml:"sex"` // "m", "f" or "" for both
	First int      `yaml:"first"`
	Last  int      `yaml:"last"` // grades taught
}

// Service is what an organisation declares it offers (CPSV-AP Public Service).
type Service struct {
	ID           gov.ServiceID         `yaml:"id" json:"id"`
	Organisation gov.OrgID             `yaml:"organisation" json:"organisation"`
	Name         gov.Text              `yaml:"name" json:"name"`
	Description  gov.Text              `yaml:"description" json:"description"`
	LifeEvents   []string              `yaml:"life_events" json:"life_events"`
	Audience     []string              `yaml:"audience" json:"audience"` // of Audiences
	Keywords     map[gov.Lang][]string `yaml:"keywords" json:"keywords"`
	Channels     []string              `yaml:"channels" json:"channels"` // of Channels
	Online       Online                `yaml:"online" json:"online"`
	Cost         Cost                  `yaml:"cost" json:"cost"`
	WorkingDays  int                   `yaml:"working_days" json:"working_days"` // 0: at once
	Evidence     []Evidence            `yaml:"evidence" json:"evidence"`
	Outputs      []gov.Text            `yaml:"outputs" json:"outputs"`
	Legal        []gov.Text            `yaml:"legal" json:"legal,omitempty"` // titles of legal resources
	Sample       bool                  `yaml:"-" json:"sample"`
}

// Online is how far a service is online by its organisation's own word.
type Online struct {
	Level    int    `yaml:"level" json:"level"`       // 0 none, 1 information, 2 form to download, 3 apply, 4 from start to end
	Declared string `yaml:"declared" json:"declared"` // the day it was said, "2026-03-01"
}

// Cost is what a service costs: an amount, or a rule in words.
type Cost struct {
	Amount gov.Money `yaml:"amount" json:"amount"`
	Rule   gov.Text  `yaml:"rule" json:"rule,omitempty"`
}

// Evidence is something the applicant is asked to show.
type Evidence struct {
	Name     gov.Text `yaml:"name" json:"name"`
	Optional bool     `yaml:"optional" json:"optional,omitempty"`
}

// The words allowed in a profile.
var (
	OrganisationKinds = []string{"ministry", "authority", "bureau", "directorate", "university", "council"}
	Audiences         = []string{"citizen", "resident", "business", "visitor"}
	Channels          = []string{"portal", "counter", "kiosk", "phone", "app"}
)

// Free reports whether the service costs nothing.
func (c Cost) Free() bool { return c.Amount == 0 && len(c.Rule) == 0 }

// Organisation returns the organisation with that id; nil when there is none.
func (c *Country) Organisation(id gov.OrgID) *Organisation {
	for i := range c.Organisations {
		if c.Organisations[i].ID == id {
			return &c.Organisations[i]
		}
	}
	return nil
}

// Service returns the service with that id; nil when there is none.
func (c *Country) Service(id gov.ServiceID) *Service {
	for i := range c.Services {
		if c.Services[i].ID == id {
			return &c.Services[i]
		}
	}
	return nil
}
