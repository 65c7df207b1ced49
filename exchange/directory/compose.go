package directory

import (
	"slices"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// records is everything the centre keeps, read once.
type records struct {
	members      []MemberEntry
	subsystems   []SubsystemEntry
	servers      []ServerEntry
	serving      map[string][]xroad.ClientID
	services     []ServiceEntry
	grants       []GrantEntry
	certificates []Certificate
}

func readAll(tx *db.Tx) (r records, err error) {
	for _, read := range []func() error{
		func() (err error) { r.members, err = members(tx); return err },
		func() (err error) { r.subsystems, err = subsystems(tx); return err },
		func() (err error) { r.servers, err = servers(tx); return err },
		func() (err error) { r.serving, err = serving(tx); return err },
		func() (err error) { r.services, err = services(tx); return err },
		func() (err error) { r.grants, err = grants(tx); return err },
		func() (err error) { r.certificates, err = certificates(tx); return err },
	} {
		if err := read(); err != nil {
			return r, err
		}
	}
	return r, nil
}

// compose puts together what is published, without version and times, and the
// local part of every gateway. Whatever is not active, or belongs to something
// that is not, is left out.
func (c *Centre) compose(tx *db.Tx) (Directory, []Local, error) {
	d := Directory{Instance: c.Instance, Members: []Member{}, Servers: []Server{}, Grants: []Grant{}, Authorities: []Authority{}, Revoked: []string{}, Timestampers: c.Timestampers}
	r, err := readAll(tx)
	if err != nil {
		return d, nil, err
	}
	for _, use := range []string{ForGateways, ForSystems} {
		a, err := c.authority(tx, use)
		if err != nil {
			return d, nil, err
		}
		d.Authorities = append(d.Authorities, a)
	}
	live := r.live(&d)
	r.listServers(&d, live)
	for _, x := range r.certificates {
		if x.State == Revoked && !slices.Contains(d.Revoked, x.Serial) {
			d.Revoked = append(d.Revoked, x.Serial)
		}
	}
	slices.Sort(d.Revoked)
	if d.Grants, err = c.rights(tx, r, live); err != nil {
		return d, nil, err
	}
	return d, r.locals(&d, live), nil
}

// live lists the active members with their active subsystems in d, and returns
// all of them.
func (r *records) live(d *Directory) map[xroad.ClientID]bool {
	out := map[xroad.ClientID]bool{}
	for _, m := range r.members {
		if m.State != Active {
			continue
		}
		out[m.ID] = true
		line := Member{ID: m.ID, Name: m.Name, Organisation: m.Organisation, Subsystems: []Subsystem{}}
		for _, s := range r.subsystems {
			if s.State == Active && s.ID.Owner() == m.ID {
				out[s.ID] = true
				line.Subsystems = append(line.Subsystems, Subsystem{Code: s.ID.Subsystem, Name: s.Name})
			}
		}
		d.Members = append(d.Members, line)
	}
	return out
}

func (r *records) listServers(d *Directory, live map[xroad.ClientID]bool) {
	for _, s := range r.servers {
		if s.State != Active || !live[ownerOf(s.ID)] {
			continue
		}
		line := Server{ID: s.ID, Address: s.Address, TLS: r.valid(s.ID.String(), UseTLS), Signing: r.valid(s.ID.String(), UseSigning), Serves: []xroad.ClientID{}, Maintenance: s.Maintenance}
		for _, client := range r.serving[s.ID.String()] {
			if live[client] {
				line.Serves = append(line.Serves, client)
			}
		}
		d.Servers = append(d.Servers, line)
	}
}

// valid are an owner's certificates of one use that are in force, the newest first.
func (r *records) valid(owner, use string) [][]byte {
	out := [][]byte{}
	for _, c := range r.certificates {
		if c.Owner == owner && c.Use == use && c.State == Active {
			out = append(out, c.DER)
		}
	}
	return out
}

// rights are those that operators set, then those of agreements.
func (c *Centre) rights(tx *db.Tx, r records, live map[xroad.ClientID]bool) ([]Grant, error) {
	out := []Grant{}
	for _, g := range r.grants {
		if g.State == Active && live[g.Client] && live[g.Service.ClientID] {
			out = append(out, g.Grant)
		}
	}
	if c.Grants == nil {
		return out, nil
	}
	list, err := c.Grants(tx)
	for _, g := range list {
		if live[g.Client] && live[g.Service.ClientID] {
			out = append(out, g)
		}
	}
	return out, err
}

// locals are the local parts of the servers in d.
func (r *records) locals(d *Directory, live map[xroad.ClientID]bool) (out []Local) {
	plain := map[xroad.ClientID]bool{}
	for _, s := range r.subsystems {
		plain[s.ID] = s.Plain
	}
	for _, s := range d.Servers {
		l := Local{Server: s.ID, Services: []Service{}, Systems: []System{}}
		for _, client := range s.Serves {
			l.Systems = append(l.Systems, System{Client: client, Certificates: r.valid(client.String(), UseSystem), Plain: plain[client]})
			for _, x := range r.services {
				if x.ID.ClientID == client && (x.State == Active || x.State == Suspended) {
					l.Services = append(l.Services, published(x))
				}
			}
		}
		out = append(out, l)
	}
	return out
}

// published is a service as its gateway is told of it: a suspended one with its notice.
func published(x ServiceEntry) Service {
	s := x.Service
	if x.State == Active {
		s.Disabled = nil
	} else if s.Disabled == nil {
		s.Disabled = gov.T("الخدمة متوقفة مؤقتًا", "The service is switched off for a while")
	}
	return s
}
