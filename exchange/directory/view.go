package directory

import (
	"sync/atomic"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// View is what a gateway works by: the newest directory it has verified and its
// own local part, replaced together and at once. Its zero value is empty.
type View struct{ current atomic.Pointer[Snapshot] }

// Snapshot is one directory with its local part, made ready for looking up. It
// never changes: take one per message and use it throughout.
type Snapshot struct {
	Directory
	Local Local

	names    map[xroad.ClientID]gov.Text
	servers  map[xroad.ServerID]*Server
	serving  map[xroad.ClientID][]*Server
	services map[xroad.ServiceID]*Service
	systems  map[xroad.ClientID]*System
	grants   map[right][]Grant
	revoked  map[string]bool
	pinned   map[string]*Server // by fingerprint of a TLS certificate
}

type right struct {
	client  xroad.ClientID
	service xroad.ServiceID
}

var nothing = NewSnapshot(Directory{}, Local{})

// Current is the snapshot in force; never nil.
func (v *View) Current() *Snapshot {
	if s := v.current.Load(); s != nil {
		return s
	}
	return nothing
}

// Replace puts another snapshot in force. Only what verified it may call it.
func (v *View) Replace(s *Snapshot) { v.current.Store(s) }

// Usable reports in words why the gateway cannot work by what it has: see
// Snapshot.Usable.
func (v *View) Usable(now time.Time) error { return v.Current().Usable(now) }

// NewSnapshot makes a directory and a local part ready.
func NewSnapshot(d Directory, l Local) *Snapshot {
	s := &Snapshot{Directory: d, Local: l, names: map[xroad.ClientID]gov.Text{}, servers: map[xroad.ServerID]*Server{}, serving: map[xroad.ClientID][]*Server{},
		services: map[xroad.ServiceID]*Service{}, systems: map[xroad.ClientID]*System{}, grants: map[right][]Grant{}, revoked: map[string]bool{}, pinned: map[string]*Server{}}
	for _, m := range d.Members {
		s.names[m.ID] = m.Name
		for _, sub := range m.Subsystems {
			id := m.ID
			id.Subsystem = sub.Code
			s.names[id] = sub.Name
		}
	}
	for i := range d.Servers {
		x := &d.Servers[i]
		s.servers[x.ID] = x
		for _, c := range x.Serves {
			s.serving[c] = append(s.serving[c], x)
		}
		for _, der := range x.TLS {
			s.pinned[Fingerprint(der)] = x
		}
	}
	for _, g := range d.Grants {
		k := right{g.Client, g.Service}
		s.grants[k] = append(s.grants[k], g)
	}
	for _, n := range d.Revoked {
		s.revoked[n] = true
	}
	for i := range l.Services {
		s.services[l.Services[i].ID] = &l.Services[i]
	}
	for i := range l.Systems {
		s.systems[l.Systems[i].Client] = &l.Systems[i]
	}
	return s
}

// Knows reports whether a member or subsystem is registered.
func (s *Snapshot) Knows(c xroad.ClientID) bool { _, ok := s.names[c]; return ok }

// Name is what a member or subsystem is called; nil when it is not registered.
func (s *Snapshot) Name(c xroad.ClientID) gov.Text { return s.names[c] }

// Server finds a gateway; nil when it is not registered.
func (s *Snapshot) Server(id xroad.ServerID) *Server { return s.servers[id] }

// ServersOf are the gateways that serve a subsystem, in the directory's order.
func (s *Snapshot) ServersOf(c xroad.ClientID) []*Server { return s.serving[c] }

// Service finds a service of this gateway; nil when it is not registered here.
func (s *Snapshot) Service(id xroad.ServiceID) *Service { return s.services[id] }

// ServicesOf are this gateway's services of one subsystem.
func (s *Snapshot) ServicesOf(c xroad.ClientID) (out []Service) {
	for _, x := range s.Local.Services {
		if x.ID.ClientID == c {
			out = append(out, x)
		}
	}
	return out
}

// Serves reports whether this gateway serves a client.
func (s *Snapshot) Serves(c xroad.ClientID) bool {
	for _, x := range s.serving[c] {
		if x.ID == s.Local.Server {
			return true
		}
	}
	return false
}
