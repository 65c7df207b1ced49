package country

import "diwan.example/gov"

// Cycle is a planning cycle of the sample country, with the plans in it.
type Cycle struct {
	Ahead     int        `yaml:"ahead"` // years from the present one
	Framework gov.Text   `yaml:"framework"`
	Plans     []PastPlan `yaml:"plans"`
}

// PastPlan is an organisation's plan as far as it came.
type PastPlan struct {
	Organisation gov.OrgID        `yaml:"organisation"`
	State        string           `yaml:"state"`    // draft, submitted, approved, followed
	Late         string           `yaml:"late"`     // why it was given late; empty: in time
	Sections     map[string]any   `yaml:"sections"` // answers, or the rows of a list
	Said         []PastComment    `yaml:"said"`
	Reports      []map[string]any `yaml:"reports"` // by quarter
}

// PastComment is what an organisation said about a section of another's plan.
type PastComment struct {
	By      gov.OrgID `yaml:"by"`
	Section string    `yaml:"section"`
	Kind    string    `yaml:"kind"` // note, change, support
	Words   string    `yaml:"words"`
}
