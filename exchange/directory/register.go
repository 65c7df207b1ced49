package directory

import (
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Every function here is for operators and the authority (Denied otherwise) and
// issues a new directory in the same transaction.

var (
	errName    = gov.Fail(gov.Invalid, "الاسم مطلوب بالعربية والإنجليزية", "A name in Arabic and English is needed").At("name")
	errAddress = gov.Fail(gov.Invalid, "المطلوب مضيف ومنفذ، مثل gateway.example:5500", "A host and a port are needed, such as gateway.example:5500").At("address")
	errURL     = gov.Fail(gov.Invalid, "المطلوب عنوان http أو https كامل بلا استعلام ولا مستخدم، مثل https://api.example/v1", "A whole http or https address without query or user is needed, such as https://api.example/v1").At("url")
	errTimeout = gov.Fail(gov.Invalid, "المهلة بين 100 جزء من ألف من الثانية وخمس دقائق", "The time limit must be between 100 ms and five minutes").At("timeout")
	errMember  = gov.Fail(gov.Invalid, "المطلوب معرّف نظام فرعي من أربعة أجزاء", "The identifier of a subsystem has four parts")
)

// record writes a fact about an entry.
func record(tx *db.Tx, name, subject string, body map[string]any) error {
	if body == nil {
		body = map[string]any{}
	}
	return journal.Append(tx, journal.Fact{Name: name, Subject: subject, Body: journal.Body(body)})
}

// past is the fact that an event leaves.
var past = map[string]string{"register": "directory.registered", "change": "directory.changed", "suspend": "directory.suspended", "resume": "directory.resumed", "end": "directory.ended"}

// moved writes the fact of an event and issues the directory.
func (c *Centre) moved(tx *db.Tx, event, kind, subject string) error {
	if err := record(tx, past[event], subject, map[string]any{"kind": kind}); err != nil {
		return err
	}
	return c.Publish(tx)
}

func (c *Centre) mine(tx *db.Tx, id xroad.ClientID, name gov.Text) error {
	switch {
	case !MayManage(tx.Actor()):
		return errMay
	case id.Instance != c.Instance:
		return errInstance
	case strings.TrimSpace(name[gov.Arabic]) == "" || strings.TrimSpace(name[gov.English]) == "":
		return errName
	}
	for _, p := range []string{id.Class, id.Member} {
		if err := xroad.CheckPart(p); err != nil {
			return err
		}
	}
	return nil
}

// PutMember registers a member or changes its name and organisation.
func (c *Centre) PutMember(tx *db.Tx, id xroad.ClientID, name gov.Text, org gov.OrgID) error {
	id = id.Owner()
	if err := c.mine(tx, id, name); err != nil {
		return err
	}
	old, err := member(tx, id)
	if err != nil {
		return err
	}
	to, err := next(old.State, entered(old.State))
	if err != nil {
		return err
	}
	if err := putMember(tx, MemberEntry{id, name, org, to}); err != nil {
		return err
	}
	return c.moved(tx, entered(old.State), "member", id.String())
}

// PutSubsystem registers a subsystem of a member or changes it. Plain: see System.
func (c *Centre) PutSubsystem(tx *db.Tx, id xroad.ClientID, name gov.Text, plain bool) error {
	if err := c.mine(tx, id, name); err != nil {
		return err
	}
	if err := xroad.CheckPart(id.Subsystem); err != nil {
		return errMember
	}
	owner, err := member(tx, id.Owner())
	if err != nil {
		return err
	}
	if owner.State != Active {
		return errNoEntry
	}
	old, err := subsystem(tx, id)
	if err != nil {
		return err
	}
	to, err := next(old.State, entered(old.State))
	if err != nil {
		return err
	}
	if err := putSubsystem(tx, SubsystemEntry{id, name, plain, to}); err != nil {
		return err
	}
	return c.moved(tx, entered(old.State), "subsystem", id.String())
}

// PutServer registers a gateway of a member, or changes the address at which
// other gateways reach it.
func (c *Centre) PutServer(tx *db.Tx, id xroad.ServerID, address string) error {
	if !MayManage(tx.Actor()) {
		return errMay
	}
	if id.Instance != c.Instance {
		return errInstance
	}
	if err := xroad.CheckPart(id.Server); err != nil {
		return err
	}
	if !hostPort(address) {
		return errAddress
	}
	owner, err := member(tx, ownerOf(id))
	if err != nil {
		return err
	}
	if owner.State != Active {
		return errNoEntry
	}
	old, err := server(tx, id)
	if err != nil {
		return err
	}
	event := entered(old.State)
	if old.State, err = next(old.State, event); err != nil {
		return err
	}
	old.ID, old.Address = id, address
	if err := putServer(tx, old); err != nil {
		return err
	}
	return c.moved(tx, event, "server", id.String())
}

func hostPort(address string) bool {
	host, port, err := net.SplitHostPort(address)
	n, bad := strconv.Atoi(port)
	return err == nil && bad == nil && host != "" && n > 0 && n < 65536 && !strings.ContainsAny(host, " /@?#")
}

// Serve lets a gateway serve a subsystem, of its own member or of another.
func (c *Centre) Serve(tx *db.Tx, id xroad.ServerID, client xroad.ClientID) error {
	if err := c.bothActive(tx, id, client); err != nil {
		return err
	}
	if err := setServing(tx, id, client); err != nil {
		return err
	}
	return c.moved(tx, "change", "server", id.String())
}

// Unserve ends that. Errors: NotFound when it did not serve it.
func (c *Centre) Unserve(tx *db.Tx, id xroad.ServerID, client xroad.ClientID) error {
	if err := manages(tx); err != nil {
		return err
	}
	n, err := clearServing(tx, id, client)
	if err != nil {
		return err
	}
	if n == 0 {
		return errNoEntry
	}
	return c.moved(tx, "change", "server", id.String())
}

func (c *Centre) bothActive(tx *db.Tx, id xroad.ServerID, client xroad.ClientID) error {
	if err := manages(tx); err != nil {
		return err
	}
	s, err := server(tx, id)
	if err != nil {
		return err
	}
	sub, err := subsystem(tx, client)
	if err != nil {
		return err
	}
	if s.State != Active || sub.State != Active {
		return errNoEntry
	}
	return nil
}

// PutService registers a service of a subsystem, or changes its address and
// limits. Calls go to this address and to no other.
func (c *Centre) PutService(tx *db.Tx, s Service) error {
	if s.Timeout == 0 {
		s.Timeout = 30_000
	}
	if err := c.checkService(tx, s); err != nil {
		return err
	}
	old, err := service(tx, s.ID)
	if err != nil {
		return err
	}
	event := entered(old.State)
	to, err := next(old.State, event)
	if err != nil {
		return err
	}
	s.Disabled = nil
	if err := putService(tx, ServiceEntry{s, to}); err != nil {
		return err
	}
	return c.moved(tx, event, "service", s.ID.String())
}

func (c *Centre) checkService(tx *db.Tx, s Service) error {
	if err := c.activeSubsystem(tx, s.ID.ClientID); err != nil {
		return err
	}
	if err := xroad.CheckPart(s.ID.Service); err != nil {
		return err
	}
	if !address(s.URL) {
		return errURL
	}
	if s.Description != "" && !address(s.Description) {
		return errURL.At("description")
	}
	if d := s.Timeout.Duration(); d < 100*time.Millisecond || d > 5*time.Minute {
		return errTimeout
	}
	return nil
}

// address reports whether calls may be sent there.
func address(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" && !u.ForceQuery && len(s) <= 1000
}

// PutGrant lets a client call a service; another right of the same pair is replaced.
func (c *Centre) PutGrant(tx *db.Tx, g Grant) error {
	if err := c.activeSubsystem(tx, g.Service.ClientID); err != nil {
		return err
	}
	if err := c.activeSubsystem(tx, g.Client); err != nil {
		return err
	}
	old, err := grant(tx, g.Client, g.Service)
	if err != nil {
		return err
	}
	g.Agreement = "" // an agreement's rights come from the agreement
	event := entered(old.State)
	to, err := next(old.State, event)
	if err != nil {
		return err
	}
	if err := putGrant(tx, GrantEntry{g, to}); err != nil {
		return err
	}
	return c.moved(tx, event, "right", g.subject())
}

func (g *Grant) subject() string { return g.Client.String() + " " + g.Service.String() }
