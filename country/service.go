package country

import "diwan.example/gov"

// Service is what an organisation offers (CPSV-AP 3.2 Public Service). Parts
// that have an id are named by it inside the service; where it is empty, their
// place in the list names them.
type Service struct {
	ID           gov.ServiceID         `yaml:"id" json:"id"`
	Organisation gov.OrgID             `yaml:"organisation" json:"organisation"` // has competent authority
	Name         gov.Text              `yaml:"name" json:"name"`
	Description  gov.Text              `yaml:"description" json:"description"`
	Status       string                `yaml:"status" json:"status,omitempty"`       // of Statuses; empty: active
	Internal     bool                  `yaml:"internal" json:"internal,omitempty"`   // offered inside the government only
	Types        []string              `yaml:"types" json:"types,omitempty"`         // codes or IRIs (COFOG, GC service types)
	Themes       []string              `yaml:"themes" json:"themes,omitempty"`       // thematic areas (EuroVoc)
	Sectors      []string              `yaml:"sectors" json:"sectors,omitempty"`     // NACE codes
	Classes      []string              `yaml:"classes" json:"classes,omitempty"`     // is classified by: any other concept
	Languages    []gov.Lang            `yaml:"languages" json:"languages,omitempty"` // in which it is offered
	Places       []string              `yaml:"places" json:"places,omitempty"`       // where it is offered; empty: everywhere
	LifeEvents   []string              `yaml:"life_events" json:"life_events"`       // is grouped by
	Audience     []string              `yaml:"audience" json:"audience"`             // of Audiences
	Keywords     map[gov.Lang][]string `yaml:"keywords" json:"keywords"`             //
	Channels     Channels              `yaml:"channels" json:"channels"`             // has channel
	Costs        Costs                 `yaml:"cost" json:"cost"`                     // has cost; none: free
	WorkingDays  int                   `yaml:"working_days" json:"working_days"`     // processing time; 0: at once, NotSaid: not documented
	Requirements []Requirement         `yaml:"requirements" json:"requirements,omitempty"`
	Evidence     []Evidence            `yaml:"evidence" json:"evidence"`     // has input
	Outputs      Outputs               `yaml:"outputs" json:"outputs"`       // produces
	Rules        []Rule                `yaml:"rules" json:"rules,omitempty"` // follows
	Legal        LegalResources        `yaml:"legal" json:"legal,omitempty"` // has legal resource
	Participants []Participation       `yaml:"participants" json:"participants,omitempty"`
	Contacts     []Contact             `yaml:"contacts" json:"contacts,omitempty"` // has contact point
	Requires     []gov.ServiceID       `yaml:"requires" json:"requires,omitempty"` // services needed first
	Related      []gov.ServiceID       `yaml:"related" json:"related,omitempty"`   //
	Online       Online                `yaml:"online" json:"online"`               // by its organisation's word
	AsIs         *Procedure            `yaml:"as_is" json:"as_is,omitempty"`       // how it goes now
	ToBe         *Procedure            `yaml:"to_be" json:"to_be,omitempty"`       // how it shall go
	Yearly       int64                 `yaml:"yearly" json:"yearly,omitempty"`     // cases a year, estimated; 0: not known
	URI          string                `yaml:"uri" json:"uri,omitempty"`           // its name in the catalogue it was imported from
	Source       string                `yaml:"-" json:"source,omitempty"`          // of Sources
	Sample       bool                  `yaml:"-" json:"sample"`
}

// NotSaid is the number of working days of a service whose time is not documented.
const NotSaid = -1

// Channel is a way to ask for a service.
type Channel struct {
	ID          string    `yaml:"id" json:"id,omitempty"`
	Kind        string    `yaml:"kind" json:"kind"` // of ChannelKinds
	Description gov.Text  `yaml:"description" json:"description,omitempty"`
	URL         string    `yaml:"url" json:"url,omitempty"`
	Phone       string    `yaml:"phone" json:"phone,omitempty"`
	Email       string    `yaml:"email" json:"email,omitempty"`
	Address     gov.Text  `yaml:"address" json:"address,omitempty"`
	Hours       []Hours   `yaml:"hours" json:"hours,omitempty"` // none: the country's office hours, or always for online ones
	HoursNote   gov.Text  `yaml:"hours_note" json:"hours_note,omitempty"`
	WorkingDays int       `yaml:"working_days" json:"working_days,omitempty"` // when it differs from the service's
	Owner       gov.OrgID `yaml:"owner" json:"owner,omitempty"`               // who keeps the channel; empty: the service's organisation
	Evidence    []string  `yaml:"evidence" json:"evidence,omitempty"`         // ids of evidence asked for on this channel only
}

// Hours are opening hours on some days of the week.
type Hours struct {
	Days   []string `yaml:"days" json:"days"`     // of Weekdays
	Opens  string   `yaml:"opens" json:"opens"`   // "07:00"
	Closes string   `yaml:"closes" json:"closes"` // "14:15"
}

// Cost is what is asked for a service: an amount, or a rule in words.
type Cost struct {
	ID       string    `yaml:"id" json:"id,omitempty"`
	Amount   gov.Money `yaml:"amount" json:"amount"` // minor units; 0 with a rule: the rule says how much
	Currency string    `yaml:"currency" json:"currency,omitempty"`
	Rule     gov.Text  `yaml:"rule" json:"rule,omitempty"`       // what it is for, or how it is worked out
	Channel  string    `yaml:"channel" json:"channel,omitempty"` // id of the channel it holds for; empty: all
	For      gov.OrgID `yaml:"for" json:"for,omitempty"`         // is defined by; empty: the service's organisation
}

// Requirement is what must hold for the service to be given (CCCEV Requirement,
// Criterion, Information Requirement or Constraint).
type Requirement struct {
	ID          string   `yaml:"id" json:"id,omitempty"`
	Kind        string   `yaml:"kind" json:"kind,omitempty"` // of RequirementKinds; empty: criterion
	Name        gov.Text `yaml:"name" json:"name"`
	Description gov.Text `yaml:"description" json:"description,omitempty"`
	Types       []string `yaml:"types" json:"types,omitempty"`       // codes or IRIs
	Evidence    []string `yaml:"evidence" json:"evidence,omitempty"` // ids of evidence that shows it
	Fulfils     []string `yaml:"fulfils" json:"fulfils,omitempty"`   // ids of rules it comes from
}

// Evidence is something the applicant is asked to show.
type Evidence struct {
	ID          string     `yaml:"id" json:"id,omitempty"`
	Name        gov.Text   `yaml:"name" json:"name"`
	Description gov.Text   `yaml:"description" json:"description,omitempty"`
	Optional    bool       `yaml:"optional" json:"optional,omitempty"`
	Type        string     `yaml:"type" json:"type,omitempty"`           // code or IRI
	Languages   []gov.Lang `yaml:"languages" json:"languages,omitempty"` // in which it is accepted
	Issuer      gov.OrgID  `yaml:"issuer" json:"issuer,omitempty"`       // the organisation that issues it; empty: not a public one, or not known
	Attribute   string     `yaml:"attribute" json:"attribute,omitempty"` // what it states, in the shared vocabulary
	Page        string     `yaml:"page" json:"page,omitempty"`           // where it is explained
}

// Output is what somebody gets.
type Output struct {
	ID          string     `yaml:"id" json:"id,omitempty"`
	Name        gov.Text   `yaml:"name" json:"name"`
	Description gov.Text   `yaml:"description" json:"description,omitempty"`
	Types       []string   `yaml:"types" json:"types,omitempty"`
	Languages   []gov.Lang `yaml:"languages" json:"languages,omitempty"`
}

// Rule is a document that sets out how the service is given.
type Rule struct {
	ID          string     `yaml:"id" json:"id,omitempty"`
	Name        gov.Text   `yaml:"name" json:"name"`
	Description gov.Text   `yaml:"description" json:"description"`
	Type        string     `yaml:"type" json:"type,omitempty"`
	Languages   []gov.Lang `yaml:"languages" json:"languages,omitempty"`
	Implements  []string   `yaml:"implements" json:"implements,omitempty"` // ids of legal resources
}

// LegalResource is the law a service stands on (ELI Legal Resource).
type LegalResource struct {
	ID          string   `yaml:"id" json:"id,omitempty"`
	Name        gov.Text `yaml:"name" json:"name"`
	Description gov.Text `yaml:"description" json:"description,omitempty"`
	URL         string   `yaml:"url" json:"url,omitempty"`         // ELI or address
	Related     []string `yaml:"related" json:"related,omitempty"` // ids of other legal resources of the service
}

// Participation is an organisation that takes part in a service otherwise than
// as its competent authority.
type Participation struct {
	ID           string    `yaml:"id" json:"id,omitempty"`
	Organisation gov.OrgID `yaml:"organisation" json:"organisation"`
	Roles        []string  `yaml:"roles" json:"roles"` // codes or IRIs
	Description  gov.Text  `yaml:"description" json:"description"`
}

// Contact is where to ask about a service.
type Contact struct {
	ID        string   `yaml:"id" json:"id,omitempty"`
	Name      gov.Text `yaml:"name" json:"name,omitempty"`
	Email     string   `yaml:"email" json:"email,omitempty"`
	Phone     string   `yaml:"phone" json:"phone,omitempty"`
	Page      string   `yaml:"page" json:"page,omitempty"`
	Hours     []Hours  `yaml:"hours" json:"hours,omitempty"`
	HoursNote gov.Text `yaml:"hours_note" json:"hours_note,omitempty"`
}

// Online is how far a service is online by its organisation's own word.
type Online struct {
	Level    int              `yaml:"level" json:"level"`             // 0 none, 1 information, 2 form to download, 3 apply, 4 from start to end
	Declared string           `yaml:"declared" json:"declared"`       // the day it was said, "2026-03-01"
	Link     string           `yaml:"link" json:"link,omitempty"`     // where one can see it
	Points   map[Point]Answer `yaml:"points" json:"points,omitempty"` // interaction points; those not named are not said
}

// Levels is how many online levels there are, from 0.
const Levels = 5

// Procedure is how a service goes, in the step model of packs, with what each
// step costs people and the state.
type Procedure struct {
	Since string `yaml:"since" json:"since,omitempty"` // the day from which it goes so, or shall
	Steps []Step `yaml:"steps" json:"steps"`
}

// Step is one stage of a procedure. Times are for one case that takes the step.
type Step struct {
	ID           string    `yaml:"id" json:"id"`
	Kind         string    `yaml:"kind" json:"kind"` // as in packs: apply, check, pay, review …
	Title        gov.Text  `yaml:"title" json:"title"`
	Organisation gov.OrgID `yaml:"organisation" json:"organisation,omitempty"` // who works on it; empty: the service's own
	Role         gov.Role  `yaml:"role" json:"role,omitempty"`                 // who of it: officer (also when empty), supervisor, head
	Next         []string  `yaml:"next" json:"next,omitempty"`                 // ids of steps; none: the end
	Share        int       `yaml:"share" json:"share,omitempty"`               // percent of cases that take it; 0: all
	Documents    []string  `yaml:"documents" json:"documents,omitempty"`       // ids of evidence asked at this step
	Visit        bool      `yaml:"visit" json:"visit,omitempty"`               // the person must come
	Channel      string    `yaml:"channel" json:"channel,omitempty"`           // of ChannelKinds
	Days         float64   `yaml:"days" json:"days,omitempty"`                 // working days until the next step
	Theirs       int       `yaml:"theirs" json:"theirs,omitempty"`             // minutes of the person's time, the way included
	Ours         int       `yaml:"ours" json:"ours,omitempty"`                 // minutes of officers' time
	Spent        gov.Money `yaml:"spent" json:"spent,omitempty"`               // what it costs the person besides time: travel, copies
}

// Point is an interaction point of a service (Government of Canada, Service and
// Digital Policy; the six stages from registration to feedback).
type Point string

// The interaction points, in the order in which a person meets them.
const (
	Registration   Point = "registration"
	Authentication Point = "authentication"
	Application    Point = "application"
	Decision       Point = "decision"
	Issuance       Point = "issuance"
	Feedback       Point = "feedback"
)

// Points lists the interaction points.
var Points = []Point{Registration, Authentication, Application, Decision, Issuance, Feedback}

// Answer says whether an interaction point is online.
type Answer string

// The answers.
const (
	Yes           Answer = "yes"
	No            Answer = "no"
	NotApplicable Answer = "not-applicable"
)

// The words allowed in a service.
var (
	Statuses         = []string{"active", "development", "suspended", "ended"}
	Audiences        = []string{"citizen", "resident", "business", "visitor", "government", "organisation"}
	ChannelKinds     = []string{"portal", "counter", "kiosk", "phone", "app", "api", "mail", "email", "fax", "other"}
	RequirementKinds = []string{"criterion", "information", "constraint"}
	Weekdays         = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
	Sources          = []string{"profile", "pack", "typed", "workbook", "cpsv-ap", "gc"}
)
