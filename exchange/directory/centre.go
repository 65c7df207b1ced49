package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/internal/sign"
)

// Centre keeps the directory in the database and issues it. Any number of nodes
// may be the centre together: what orders their changes is one row.
type Centre struct {
	DB       *db.DB
	Vault    *sign.Vault
	Instance string        // first part of every identifier, such as BH
	Origin   string        // address of the centre, for the anchor
	Valid    time.Duration // how long a directory is good; 0: 24 hours
	Life     time.Duration // of certificates; 0: 180 days

	Grants       func(*db.Tx) ([]Grant, error) // rights from agreements; nil: none
	Timestampers []Timestamper

	opened sync.Map // id of a key → crypto.Signer
	mu     sync.Mutex
	bell   chan struct{} // closed when a newer directory was issued here
	closed bool          // nobody waits for news any more
}

// pollEvery is how often a waiting gateway looks for what another node issued.
const pollEvery = time.Second

func (c *Centre) valid() time.Duration {
	if c.Valid > 0 {
		return c.Valid
	}
	return 24 * time.Hour
}

// Publish issues a new directory in tx when anything in it has changed, or the
// last one has used up half its time. Whatever changes something calls it in the
// same transaction; repeating it does nothing.
func (c *Centre) Publish(tx *db.Tx) error {
	version, err := locked(tx)
	if err != nil {
		return err
	}
	if err := c.makeKeys(tx); err != nil {
		return err
	}
	d, locals, err := c.compose(tx)
	if err != nil {
		return err
	}
	content, err := digestOf(d, locals)
	if err != nil {
		return err
	}
	last, ok, err := latestIssue(tx)
	if err != nil {
		return err
	}
	fresh := tx.Millis() < last.issued+(last.expires-last.issued)/2
	if ok && last.content == content && fresh {
		return nil
	}
	d.Version, d.Issued, d.Expires = version+1, tx.Now(), tx.Now().Add(c.valid())
	token, err := c.signed(tx, directoryType, d)
	if err != nil {
		return err
	}
	tx.After(c.ring)
	return insertIssue(tx, issue{d.Version, db.Millis(d.Issued), db.Millis(d.Expires), content, token})
}

// digestOf tells whether two directories say the same, whenever they were issued.
func digestOf(d Directory, locals []Local) (string, error) {
	b, err := json.Marshal(struct {
		D Directory
		L []Local
	}{d, locals})
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

// signed writes v as a token that the anchor's keys open.
func (c *Centre) signed(tx *db.Tx, typ string, v any) (string, error) {
	k, s, err := c.key(tx, useDirectory)
	if err != nil {
		return "", err
	}
	body, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	return sign.Token(s, k.id, typ, body)
}

func (c *Centre) ring() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bell != nil {
		close(c.bell)
	}
	c.bell = nil
}

// Close answers all gateways that wait for news, and lets none wait any more:
// for the end of the process.
func (c *Centre) Close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.ring()
}

func (c *Centre) listen() (bell <-chan struct{}, closed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.bell == nil {
		c.bell = make(chan struct{})
	}
	return c.bell, c.closed
}

// Bundle is what a gateway is handed now. It is for that gateway only.
func (c *Centre) Bundle(tx *db.Tx, id xroad.ServerID) (b Bundle, err error) {
	i, ok, err := latestIssue(tx)
	if err != nil {
		return b, err
	}
	if !ok {
		return b, errEmpty
	}
	_, locals, err := c.compose(tx)
	if err != nil {
		return b, err
	}
	at := slices.IndexFunc(locals, func(l Local) bool { return l.Server == id })
	if at < 0 {
		return b, errNoEntry
	}
	locals[at].Version = i.version
	b.Directory = i.token
	b.Local, err = c.signed(tx, localType, locals[at])
	return b, err
}

// Look is the directory in force as a gateway is told it, for the centre's own eyes.
func (c *Centre) Look(tx *db.Tx, id xroad.ServerID) (*Snapshot, error) {
	a, err := c.Anchor(tx)
	if err != nil {
		return nil, err
	}
	b, err := c.Bundle(tx, id)
	if err != nil {
		return nil, err
	}
	return a.Open(b, id, 0)
}

// Await hands a gateway what is newer than the version it has, waiting for it up
// to a time; ok is false when nothing newer came.
func (c *Centre) Await(ctx context.Context, id xroad.ServerID, have int64, wait time.Duration) (b Bundle, ok bool, err error) {
	end := time.NewTimer(wait)
	defer end.Stop()
	look := time.NewTicker(pollEvery)
	defer look.Stop()
	for {
		bell, closed := c.listen()
		err = c.DB.Read(ctx, func(tx *db.Tx) error {
			n, err := latestVersion(tx)
			if err == nil && n != have {
				ok = true
				b, err = c.Bundle(tx, id)
			}
			return err
		})
		if ok || err != nil || closed {
			return b, ok, err
		}
		select {
		case <-bell:
		case <-look.C:
		case <-end.C:
			return b, false, nil
		case <-ctx.Done():
			return b, false, ctx.Err()
		}
	}
}

// Anchor is the file that gateways are handed over.
func (c *Centre) Anchor(tx *db.Tx) (*Anchor, error) {
	k, s, err := c.key(tx, useDirectory)
	if err != nil {
		return nil, err
	}
	jwk, err := sign.PublicJWK(k.id, s.Public())
	return &Anchor{Instance: c.Instance, Centre: c.Origin, Keys: []sign.JWK{jwk}}, err
}

// Start issues the directory when it is due and schedules the hourly round. It
// may be repeated. For the start of the process.
func (c *Centre) Start(tx *db.Tx) error {
	if err := c.Publish(tx); err != nil {
		return err
	}
	return schedule(tx, tx.Now())
}

const roundJob = "directory.round"

// Jobs are the centre's timers: every hour it issues the directory again when it
// is due, and warns of certificates that end soon.
func (c *Centre) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{roundJob: {Do: func(tx *db.Tx, _ jobs.Job) error {
		tx = tx.As(gov.System)
		if err := c.Publish(tx); err != nil {
			return err
		}
		if err := warn(tx); err != nil {
			return err
		}
		if err := forgetTickets(tx); err != nil {
			return err
		}
		if err := forgetIssues(tx, db.Millis(tx.Now().Add(-30*24*time.Hour))); err != nil {
			return err
		}
		return schedule(tx, tx.Now().Add(time.Hour))
	}}}
}

func schedule(tx *db.Tx, at time.Time) error {
	return jobs.Schedule(tx, jobs.Job{Kind: roundJob, Key: "hourly", At: at})
}

// Roots are the certificates (DER) of the centre's authorities: whoever connects
// to a gateway, or is called by one, may trust them.
func (c *Centre) Roots(tx *db.Tx) (out [][]byte, err error) {
	for _, use := range []string{ForGateways, ForSystems} {
		a, err := c.authority(tx, use)
		if err != nil {
			return nil, err
		}
		out = append(out, a.Certificate)
	}
	return out, nil
}
