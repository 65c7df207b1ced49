package country

import "diwan.example/gov"

// Organisation is a ministry or authority (CPSV-AP Public Organisation).
type Organisation struct {
	ID        gov.OrgID  `yaml:"id" json:"id"`
	Kind      string     `yaml:"kind" json:"kind"` // one of OrganisationKinds
	Name      gov.Text   `yaml:"name" json:"name"`
	Duty      gov.Text   `yaml:"duty" json:"duty"` // what it does, one sentence
	Contact   string     `yaml:"contact" json:"contact,omitempty"`
	Website   string     `yaml:"website" json:"website,omitempty"`
	Languages []gov.Lang `yaml:"languages" json:"languages,omitempty"` // in which it must write; empty: the country's
	Place     string     `yaml:"place" json:"place,omitempty"`         // where it is competent, as an IRI; empty: the whole country
	URI       string     `yaml:"uri" json:"uri,omitempty"`             // its name in the catalogue it was imported from
	Sample    bool       `yaml:"sample" json:"sample"`
}

// LifeEvent is a situation in which people or companies need services (CPSV-AP
// Life Event or Business Event).
type LifeEvent struct {
	ID          string   `yaml:"id" json:"id"`
	Name        gov.Text `yaml:"name" json:"name"`
	Description gov.Text `yaml:"description" json:"description,omitempty"`
	Business    bool     `yaml:"business" json:"business,omitempty"` // a business event, not a person's
	Types       []string `yaml:"types" json:"types,omitempty"`       // codes or IRIs of a code list
	URI         string   `yaml:"uri" json:"uri,omitempty"`
}

// OrganisationKinds are the words for kinds of organisation.
var OrganisationKinds = []string{"ministry", "authority", "bureau", "directorate", "university", "council", "department"}
