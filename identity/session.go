package identity

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// grace is how long a replaced token still works after its successor was first
// seen, so that requests under way together do not lose the session.
const grace = time.Minute

// seenEvery is how coarsely "last seen" is kept; it saves a write per request.
const seenEvery = time.Minute

// Session is one signed-in device, as its owner sees it.
type Session struct {
	ID        string
	Device    string
	EnteredBy string // "code", "passkey", "direct"
	EnteredAt time.Time
	SeenAt    time.Time
	Org       gov.OrgID // the organisation acted for; empty: as a resident
	Current   bool      // the one that asks
}

// session is a stored session with the person and the active membership.
type session struct {
	Session
	channel   gov.Channel
	hash, old string
	oldUntil  time.Time // zero while the new token has not been seen
	rotatedAt time.Time
	provedAt  time.Time
	person    Person
	roles     []gov.Role
}

func (s session) actor() gov.Actor {
	a := gov.Actor{Person: s.person.ID, Channel: s.channel, Session: s.ID, StepUp: s.provedAt}
	if len(s.roles) > 0 {
		a.Org, a.Roles = s.Org, s.roles
	}
	return a
}

func newToken() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// open begins a session for a person who has proved who they are.
func (g *Gate) open(tx *db.Tx, p gov.PersonID, by string, c Client) (token string, err error) {
	if c.Channel == "" {
		c.Channel = gov.Portal
	}
	device, _ := gov.CleanText(c.Device)
	if r := []rune(device); len(r) > 80 {
		device = string(r[:80])
	}
	token = newToken()
	id := db.NewID(tx.Now())
	if err := insertSession(tx, id, p, hashed(token), by, device, c.Channel); err != nil {
		return "", err
	}
	as := tx.As(gov.Actor{Person: p, Channel: c.Channel, Session: id})
	return token, journal.Append(as, journal.Fact{Name: "identity.entered", Subject: string(p), Channel: c.Channel, Body: journal.Body(map[string]string{"by": by})})
}

// EnterDirectly signs a person in without any proof. Errors: Denied unless the
// gate is OneClick.
func (g *Gate) EnterDirectly(ctx context.Context, p gov.PersonID, c Client) (token string, err error) {
	if !g.OneClick {
		return "", errDenied
	}
	err = g.DB.Write(ctx, func(tx *db.Tx) error {
		who, err := Known(tx, p)
		if err != nil {
			return err
		}
		if who.Closed {
			return errNoPerson
		}
		token, err = g.open(tx, p, "direct", c)
		return err
	})
	return token, err
}

// Actor returns who holds a session token. newToken is not empty when the token
// was replaced: give it to the browser at once. Errors: SignIn for a token that
// is unknown, ended, unused for too long or too old.
func (g *Gate) Actor(ctx context.Context, token string) (a gov.Actor, p Person, newToken string, err error) {
	if len(token) != 43 {
		return a, p, "", errNobody
	}
	h := hashed(token)
	var s session
	err = g.DB.Read(ctx, func(tx *db.Tx) (err error) { s, err = g.live(tx, h); return err })
	if err != nil {
		return a, p, "", err
	}
	if g.due(s, h, g.DB.Now()) {
		err = g.DB.Write(ctx, func(tx *db.Tx) (err error) { s, newToken, err = g.renew(tx, h); return err })
		if err == nil && s.ID == "" { // ended because a replaced token came back
			err = errNobody
		}
		if err != nil {
			return a, p, "", err
		}
	}
	return s.actor(), s.person, newToken, nil
}

// live returns the session of a token hash unless it has run out.
func (g *Gate) live(tx *db.Tx, h string) (session, error) {
	s, ok, err := sessionByHash(tx, h)
	if err != nil {
		return s, err
	}
	now := tx.Now()
	if !ok || s.person.Closed || now.Sub(s.SeenAt) >= g.idle() || now.Sub(s.EnteredAt) >= g.whole() {
		return s, errNobody
	}
	return s, nil
}

// due reports whether a session in use must be written: its token is old, the
// successor is seen for the first time, a replaced token came back too late, or
// the last use is not noted yet.
func (g *Gate) due(s session, h string, now time.Time) bool {
	switch {
	case h != s.hash:
		return s.oldUntil.IsZero() && now.Sub(s.rotatedAt) >= grace || g.stale(s, now)
	case s.old != "" && s.oldUntil.IsZero():
		return true
	}
	return now.Sub(s.rotatedAt) >= g.rotate() || now.Sub(s.SeenAt) >= seenEvery
}

// stale reports whether the grace of a replaced token is over.
func (g *Gate) stale(s session, now time.Time) bool {
	return !s.oldUntil.IsZero() && !now.Before(s.oldUntil)
}

// renew notes the use of a session and replaces its token when it is due. The
// old token keeps working until a minute after the new one was first seen, so
// that a lost answer loses nothing; afterwards only a thief or a copy would
// still show it, and the session ends (a zero session says so).
func (g *Gate) renew(tx *db.Tx, h string) (s session, token string, err error) {
	if s, err = g.live(tx, h); err != nil {
		return s, "", err
	}
	now := tx.Now()
	if h != s.hash && g.stale(s, now) {
		_, err = endSessions(tx, s.person.ID, s.ID)
		if err != nil {
			return s, "", err
		}
		return session{}, "", journal.Append(tx, journal.Fact{Name: "identity.token-returned", Subject: string(s.person.ID)})
	}
	switch {
	case h != s.hash && s.oldUntil.IsZero() && now.Sub(s.rotatedAt) >= grace: // the answer with the new token was lost
		token = newToken()
	case h == s.hash && s.old != "" && s.oldUntil.IsZero():
		return s, "", beginGrace(tx, s.ID, h, now.Add(grace))
	case h == s.hash && now.Sub(s.rotatedAt) >= g.rotate():
		token = newToken()
	default:
		return s, "", noteSeen(tx, s.ID)
	}
	won, err := replaceToken(tx, s.ID, s.hash, h, hashed(token))
	if err != nil || !won { // another request has just replaced it
		return s, "", err
	}
	return s, token, nil
}

// Switch makes the session of the actor act for one of the person's
// organisations, or, with "", as the resident they are. Errors: SignIn, Denied.
func (g *Gate) Switch(ctx context.Context, org gov.OrgID) error {
	return g.DB.Write(ctx, func(tx *db.Tx) error {
		a := tx.Actor()
		if a.Person == "" {
			return errNobody
		}
		if org != "" {
			if _, ok, err := member(tx, a.Person, org); err != nil {
				return err
			} else if !ok {
				return errDenied
			}
		}
		n, err := setOrg(tx, a.Person, a.Session, org)
		if err == nil && n == 0 {
			return errNobody
		}
		return err
	})
}

// Sessions returns the actor's own sessions, the last seen first.
func (g *Gate) Sessions(tx *db.Tx) ([]Session, error) {
	a := tx.Actor()
	if a.Person == "" {
		return nil, errNobody
	}
	now := tx.Now()
	all, err := sessionsOf(tx, a.Person, now.Add(-g.idle()), now.Add(-g.whole()))
	for i := range all {
		all[i].Current = all[i].ID == a.Session
	}
	return all, err
}

// Leave ends the actor's own session.
func (g *Gate) Leave(ctx context.Context) error {
	return g.EndSession(ctx, gov.ActorFrom(ctx).Session)
}

// EndSession ends one of the actor's own sessions; it holds from the next
// request on, on every node. Errors: SignIn, NotFound (also for a session of
// somebody else).
func (g *Gate) EndSession(ctx context.Context, id string) error {
	n, err := g.end(ctx, id)
	if err == nil && n == 0 {
		return gov.Fail(gov.NotFound, "لا توجد جلسة كهذه", "There is no such session")
	}
	return err
}

// EndAllSessions ends every session of the actor, this one too.
func (g *Gate) EndAllSessions(ctx context.Context) error {
	_, err := g.end(ctx, "")
	return err
}

func (g *Gate) end(ctx context.Context, id string) (n int64, err error) {
	err = g.DB.Write(ctx, func(tx *db.Tx) (err error) {
		a := tx.Actor()
		if a.Person == "" {
			return errNobody
		}
		if n, err = endSessions(tx, a.Person, id); err != nil || n == 0 {
			return err
		}
		return journal.Append(tx, journal.Fact{Name: "identity.left", Subject: string(a.Person)})
	})
	return n, err
}
