package directory

import (
	"slices"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Register is everything the centre keeps, for its pages and commands: also what
// is suspended or ended.
type Register struct {
	Members      []MemberEntry
	Subsystems   []SubsystemEntry
	Servers      []ServerEntry
	Services     []ServiceEntry
	Grants       []GrantEntry
	Certificates []Certificate
	Version      int64

	serving map[string][]xroad.ClientID
}

// Read reads the register. For operators, the authority and auditors.
func (c *Centre) Read(tx *db.Tx) (r Register, err error) {
	if !MayRead(tx.Actor()) {
		return r, errMay
	}
	all, err := readAll(tx)
	if err != nil {
		return r, err
	}
	n, err := latestVersion(tx)
	return Register{all.members, all.subsystems, all.servers, all.services, all.grants, all.certificates, n, all.serving}, err
}

// Serves are the subsystems that a gateway serves.
func (r *Register) Serves(id xroad.ServerID) []xroad.ClientID { return r.serving[id.String()] }

// Server finds a gateway; ok is false when it was never registered.
func (r *Register) Server(id xroad.ServerID) (ServerEntry, bool) {
	i := slices.IndexFunc(r.Servers, func(s ServerEntry) bool { return s.ID == id })
	if i < 0 {
		return ServerEntry{}, false
	}
	return r.Servers[i], true
}

// CertificatesOf are an owner's certificates that have not expired, the newest first.
func (r *Register) CertificatesOf(owner string) (out []Certificate) {
	for _, c := range r.Certificates {
		if c.Owner == owner {
			out = append(out, c)
		}
	}
	return out
}

// Traffic are the n latest days with their messages, the newest first; of one
// gateway, or of all when id is zero. For operators, the authority and auditors.
func (c *Centre) Traffic(tx *db.Tx, id xroad.ServerID, n int) ([]Day, error) {
	if !MayRead(tx.Actor()) {
		return nil, errMay
	}
	if id == (xroad.ServerID{}) {
		return traffic(tx, "", n)
	}
	return traffic(tx, id.String(), n)
}

// OrganisationOf is the organisation that a member or subsystem belongs to; ""
// when it is not registered or not active. For whoever decides about it.
func OrganisationOf(tx *db.Tx, id xroad.ClientID) (gov.OrgID, error) {
	m, err := member(tx, id.Owner())
	if err != nil || m.State != Active {
		return "", err
	}
	if id.Subsystem != "" {
		if s, err := subsystem(tx, id); err != nil || s.State != Active {
			return "", err
		}
	}
	return m.Organisation, nil
}
