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
	Code          string          // ISO 3166-1 alpha-2
	Name          gov.Text        // short name
	Sample        bool            // invented for demonstration; Notice says so
	Notice        gov.Text        // what a sample must show to everyone
	Languages     []gov.Lang      // first one is the default
	Digits        string          // numbering system of numbers shown: "latn" or "arab"
	Dial          string          // international dialling prefix
	Authority     gov.OrgID       // the organisation that leads the others
	Accent        Accent          // the one colour of the pages
	Currency      gov.Currency    // how money is counted
	Calendar      gov.Calendar    // working days and hours
	Holidays      []Holiday       // the calendar's holidays with their certainty
	Governorates  []Governorate   // places, with areas and blocks
	Organisations []Organisation  // who offers services
	LifeEvents    []LifeEvent     // why people come
	Services      []Service       // what is offered
	Synonyms      [][]string      // words that mean the same to someone who searches
	Tariffs       Tariffs         // prices of time, ways and pages; may be unknown
	Schools       []School        // invented schools of the sample
	Forum         *Forum          // the planning forum of the sample; nil: none
	Committees    []Committee     // who decides on the programme, with a past
	Cycles        []Cycle         // its yearly plans
	Agreements    []PastAgreement // who may read what from whom
	Questions     []Question      // what people ask the search, and what they mean

	names names
}

// Accent is the country's colour on light and on dark pages, as "#rrggbb".
type Accent struct {
	Light string `yaml:"light"`
	Dark  string `yaml:"dark"`
}

// Question is something that people type when they look for a service.
type Question struct {
	Ask  string          `yaml:"ask"`
	Want []gov.ServiceID `yaml:"want"` // any of them answers it
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

// School is an invented school of the sample country.
type School struct {
	ID    string   `yaml:"id"`
	Name  gov.Text `yaml:"name"`
	Sex   string   `yaml:"sex"` // "m", "f" or "" for both
	First int      `yaml:"first"`
	Last  int      `yaml:"last"` // grades taught
}

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
