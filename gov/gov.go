// Package gov holds the words every other package speaks: texts in several
// languages, money in minor units, who acts, typed ids, kinds of failure, and
// the working calendar. It imports nothing of ours and does no input or output.
//
// A value that two packages exchange has its type here; a rule that belongs to
// one area of government does not.
package gov

import (
	"context"
	"time"
)

// Typed ids. Each is opaque text; none of them carries personal data, except
// PersonID's link to a person, which only identity can resolve.
type (
	PersonID    string // a natural person who signs in or is applied for
	OrgID       string // an organisation: ministry, authority, company ("moe", "cr-12345")
	ServiceID   string // a service and its pack: "education/enrolment-certificate"
	CaseID      string // one application on its way
	TaskID      string // work on a case for a person
	DocumentID  string // an issued document
	ChargeID    string // money asked for a case
	RegistryID  string // authoritative records: "population", "enrolment"
	AttributeID string // what a datum means, in the shared vocabulary: "person.birth", "pupil.grade"
	AgreementID string // who may read what, why, until when
	Role        string // what someone may do inside an organisation
	Channel     string // how a request reached us
)

// The roles of people inside an organisation. A resident has none.
const (
	Officer    Role = "officer"    // works on cases of the organisation
	Supervisor Role = "supervisor" // reassigns, revokes, sees the whole queue
	Owner      Role = "owner"      // writes and publishes the organisation's packs
	Head       Role = "head"       // head of the organisation: sees its figures
	Authority  Role = "authority"  // the leading authority's team
	Committee  Role = "committee"  // member of a follow-up committee: reads oversight
	Auditor    Role = "auditor"    // reads the journal and access log
	Operator   Role = "operator"   // runs the installation: people, keys, jobs
)

// The channels through which a case may begin.
const (
	Portal  Channel = "portal"
	Counter Channel = "counter" // assisted by an officer, the person present
	Kiosk   Channel = "kiosk"
	Phone   Channel = "phone"
	API     Channel = "api"
)

// Actor is who does something now. The zero Actor is a stranger.
type Actor struct {
	Person  PersonID  // who signed in; empty for a stranger or a machine
	Org     OrgID     // the organisation they act in; empty for a resident
	Roles   []Role    // what they may do in Org
	Channel Channel   // how they came
	Session string    // id of the session or API token, never its secret
	Scopes  []string  // for API tokens: what the token may do; nil means no limit
	StepUp  time.Time // when they last proved themselves again; zero: never
}

// SignedIn reports whether somebody is there at all.
func (a Actor) SignedIn() bool { return a.Person != "" || a.Org != "" }

// Has reports whether the actor holds one of the roles.
func (a Actor) Has(roles ...Role) bool {
	for _, r := range a.Roles {
		for _, want := range roles {
			if r == want {
				return true
			}
		}
	}
	return false
}

// May reports whether an API token allows scope; people are not limited.
func (a Actor) May(scope string) bool {
	if a.Scopes == nil {
		return true
	}
	for _, s := range a.Scopes {
		if s == scope {
			return true
		}
	}
	return false
}

// Staff reports whether the actor works for an organisation.
func (a Actor) Staff() bool { return a.Org != "" && len(a.Roles) > 0 }

// System is the actor of timers, followers and imports.
var System = Actor{Person: "system", Channel: API}

type actorKey struct{}

// WithActor returns ctx carrying a.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorFrom returns the actor in ctx; the zero Actor when nobody signed in.
func ActorFrom(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// Clock tells the time. Everything stored takes its time from one injected Clock.
type Clock func() time.Time
