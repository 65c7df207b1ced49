// Package directory knows who takes part in the exchange: members and their
// subsystems, gateways with their certificates, who may call what, and who is
// trusted. The centre keeps it in the database and issues it signed; every
// gateway verifies it, keeps it on disk and works by it until it expires.
package directory

import (
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// Directory is what the centre says of everybody, the same for every gateway.
// Source of the idea: X-Road's shared parameters (PR-GCONF).
type Directory struct {
	Instance     string        `json:"instance"`
	Version      int64         `json:"version"` // only ever grows
	Issued       time.Time     `json:"issued"`
	Expires      time.Time     `json:"expires"` // after this no gateway works by it
	Members      []Member      `json:"members"`
	Servers      []Server      `json:"servers"`
	Grants       []Grant       `json:"grants"`
	Authorities  []Authority   `json:"authorities"`
	Revoked      []string      `json:"revoked"` // serial numbers, see Serial
	Timestampers []Timestamper `json:"timestampers"`
}

// Member is an organisation that takes part.
type Member struct {
	ID           xroad.ClientID `json:"id"` // without a subsystem
	Name         gov.Text       `json:"name"`
	Organisation gov.OrgID      `json:"organisation,omitempty"`
	Subsystems   []Subsystem    `json:"subsystems"`
}

// Subsystem is an information system of a member, as client, provider or both.
type Subsystem struct {
	Code string   `json:"code"`
	Name gov.Text `json:"name"`
}

// Server is a gateway. Certificates are DER; there are two of a kind while one
// replaces the other, the newest first.
type Server struct {
	ID          xroad.ServerID   `json:"id"`
	Address     string           `json:"address"` // host:port at which other gateways reach it
	TLS         [][]byte         `json:"tls"`
	Signing     [][]byte         `json:"signing"`
	Serves      []xroad.ClientID `json:"serves"`
	Maintenance *Maintenance     `json:"maintenance,omitempty"`
}

// Maintenance says that a server takes no messages for a while.
type Maintenance struct {
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"` // zero: until it is ended
	Notice gov.Text  `json:"notice"`
}

// Holds reports whether maintenance is on at now.
func (m *Maintenance) Holds(now time.Time) bool {
	return m != nil && !now.Before(m.From) && (m.Until.IsZero() || now.Before(m.Until))
}

// Grant is a right to call a service. Methods empty: every method. Paths empty:
// every path; else patterns in which * stands for one part and ** for the rest.
type Grant struct {
	Client    xroad.ClientID  `json:"client"`
	Service   xroad.ServiceID `json:"service"`
	Methods   []string        `json:"methods,omitempty"`
	Paths     []string        `json:"paths,omitempty"`
	Agreement gov.AgreementID `json:"agreement,omitempty"` // empty: set by an operator
	LogBodies bool            `json:"log_bodies"`          // keep bodies in the log; digests always are
	Until     time.Time       `json:"until"`               // zero: until it is ended
}

// What an authority's certificates are for.
const (
	ForGateways = "gateways" // TLS and signing certificates of gateways
	ForSystems  = "systems"  // certificates of information systems
)

// Authority issues certificates that the exchange trusts.
type Authority struct {
	Name        string `json:"name"`
	For         string `json:"for"`         // ForGateways or ForSystems
	Certificate []byte `json:"certificate"` // DER
}

// Timestamper is an RFC 3161 authority that seals message logs.
type Timestamper struct {
	Name        string `json:"name"`
	URL         string `json:"url"`
	Certificate []byte `json:"certificate"` // DER
}

// Local is what only one gateway is told: its services and its own information systems.
type Local struct {
	Server   xroad.ServerID `json:"server"`
	Version  int64          `json:"version"` // of the directory it was issued with
	Services []Service      `json:"services"`
	Systems  []System       `json:"systems"`
}

// Service is a registered service and the only address that calls to it go to.
type Service struct {
	ID          xroad.ServiceID `json:"id"`
	URL         string          `json:"url"`                   // http or https, no query; path and query of a call are put after it
	Description string          `json:"description,omitempty"` // address of its OpenAPI document; empty: there is none
	Methods     []string        `json:"methods,omitempty"`     // empty: every method
	Timeout     Milliseconds    `json:"timeout"`               // until the answer's headers are there
	Trust       [][]byte        `json:"trust,omitempty"`       // DER: its TLS certificate or who issued it; empty: the machine's roots
	Disabled    gov.Text        `json:"disabled,omitempty"`    // the notice while it is switched off; nil: it is on
}

// Milliseconds is a length of time as the directory carries it.
type Milliseconds int64

// Duration is m as Go measures time.
func (m Milliseconds) Duration() time.Duration { return time.Duration(m) * time.Millisecond }

// System is how the information systems of a subsystem come to their gateway.
type System struct {
	Client       xroad.ClientID `json:"client"`
	Certificates [][]byte       `json:"certificates"` // DER; one of them must be shown over TLS
	Plain        bool           `json:"plain"`        // may also come without TLS, from the gateway's own machine only
}
