package directory

import (
	"slices"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Events that move an entry along Lives.
const (
	Suspend = "suspend" // it stays registered and is not published
	Resume  = "resume"
	End     = "end"
)

// MoveMember suspends, resumes or ends a member; its subsystems, gateways and
// rights leave the directory with it.
func (c *Centre) MoveMember(tx *db.Tx, id xroad.ClientID, event string) error {
	m, err := member(tx, id)
	if err == nil {
		m.State, err = c.moves(tx, m.State, event)
	}
	if err != nil {
		return err
	}
	if err := putMember(tx, m); err != nil {
		return err
	}
	return c.moved(tx, event, "member", id.String())
}

// MoveSubsystem suspends, resumes or ends a subsystem.
func (c *Centre) MoveSubsystem(tx *db.Tx, id xroad.ClientID, event string) error {
	s, err := subsystem(tx, id)
	if err == nil {
		s.State, err = c.moves(tx, s.State, event)
	}
	if err != nil {
		return err
	}
	if err := putSubsystem(tx, s); err != nil {
		return err
	}
	return c.moved(tx, event, "subsystem", id.String())
}

// MoveServer suspends, resumes or ends a gateway. Ending it revokes its certificates.
func (c *Centre) MoveServer(tx *db.Tx, id xroad.ServerID, event string) error {
	s, err := server(tx, id)
	if err == nil {
		s.State, err = c.moves(tx, s.State, event)
	}
	if err != nil {
		return err
	}
	if err := putServer(tx, s); err != nil {
		return err
	}
	if event == End {
		list, err := certificatesOf(tx, id.String())
		if err != nil {
			return err
		}
		for _, x := range list {
			if err := setCertificateState(tx, x, Revoked); err != nil {
				return err
			}
		}
	}
	return c.moved(tx, event, "server", id.String())
}

// MoveService suspends a service, with the notice that callers get, resumes it or ends it.
func (c *Centre) MoveService(tx *db.Tx, id xroad.ServiceID, event string, notice gov.Text) error {
	s, err := service(tx, id)
	if err == nil {
		s.State, err = c.moves(tx, s.State, event)
	}
	if err != nil {
		return err
	}
	s.Disabled = notice
	if err := putService(tx, s); err != nil {
		return err
	}
	return c.moved(tx, event, "service", id.String())
}

// EndGrant ends a right that an operator set.
func (c *Centre) EndGrant(tx *db.Tx, client xroad.ClientID, id xroad.ServiceID) error {
	g, err := grant(tx, client, id)
	if err == nil {
		g.State, err = c.moves(tx, g.State, End)
	}
	if err != nil {
		return err
	}
	if err := putGrant(tx, g); err != nil {
		return err
	}
	return c.moved(tx, End, "right", g.subject())
}

func (c *Centre) moves(tx *db.Tx, from State, event string) (State, error) {
	if err := manages(tx); err != nil {
		return from, err
	}
	if !slices.Contains([]string{Suspend, Resume, End}, event) {
		return from, errState
	}
	return next(from, event)
}

var errNotice = gov.Fail(gov.Invalid, "الإشعار مطلوب بالعربية والإنجليزية، ونهايته بعد بدايته", "A notice in Arabic and English is needed, and its end must come after its beginning").At("notice")

// Maintain announces that a gateway takes no messages for a while; nil ends it.
func (c *Centre) Maintain(tx *db.Tx, id xroad.ServerID, m *Maintenance) error {
	if err := manages(tx); err != nil {
		return err
	}
	s, err := server(tx, id)
	if err != nil {
		return err
	}
	if s.State != Active {
		return errNoEntry
	}
	if m != nil && (m.Notice[gov.Arabic] == "" || m.Notice[gov.English] == "" || !m.Until.IsZero() && !m.Until.After(m.From)) {
		return errNotice
	}
	s.Maintenance = m
	if err := putServer(tx, s); err != nil {
		return err
	}
	if err := record(tx, "directory.maintained", id.String(), map[string]any{"on": m != nil}); err != nil {
		return err
	}
	return c.Publish(tx)
}
