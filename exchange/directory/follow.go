package directory

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// Follower keeps a gateway's view up to date: it takes the directory from the
// centre, verifies it, keeps it on disk and goes on with what it has while the
// centre is away. It renews the gateway's certificates before they end.
type Follower struct {
	Server xroad.ServerID
	Anchor *Anchor
	View   *View
	Keys   *Keyring
	File   string // where the last directory is kept
	Clock  gov.Clock
	Log    *slog.Logger

	Fetch  func(ctx context.Context, have int64, wait time.Duration, r Report) (Bundle, bool, error)
	Renew  func(ctx context.Context, r Requests) (Issued, error)
	Report func() Report // what the gateway says of itself; nil: the version only

	mu     sync.Mutex
	status Status
}

// Status is how following goes.
type Status struct {
	Reached time.Time // when the centre last answered; zero: not since the start
	Trouble error     // of the last try; nil: it went well
}

const (
	waits    = 45 * time.Second // for news, per question
	pause    = time.Second      // after a failure; doubles up to longest
	longest  = time.Minute
	retrying = time.Hour // between tries to renew
)

// Load puts the directory that is kept on disk in force, whatever its age: an
// expired one still says which version must not be gone behind. A missing file
// is no error; a damaged or forged one is, and is not used.
func (f *Follower) Load() error {
	b, err := os.ReadFile(f.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return errDisk.Because(err)
	}
	var kept Bundle
	if err := json.Unmarshal(b, &kept); err != nil {
		return errSignature.Because(err)
	}
	s, err := f.Anchor.Open(kept, f.Server, 0)
	if err == nil {
		f.View.Replace(s)
	}
	return err
}

// Once asks the centre and waits for news up to a time. What it gets is in force
// and on disk when it returns.
func (f *Follower) Once(ctx context.Context, wait time.Duration) error {
	err := f.once(ctx, wait)
	if ctx.Err() != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status.Trouble = err
	if gov.KindOf(err) != gov.Unavailable {
		f.status.Reached = f.Clock()
	}
	return err
}

func (f *Follower) once(ctx context.Context, wait time.Duration) error {
	have := f.View.Current().Version
	r := Report{}
	if f.Report != nil {
		r = f.Report()
	}
	r.Version = have
	b, ok, err := f.Fetch(ctx, have, wait, r)
	if err != nil || !ok {
		return err
	}
	s, err := f.Anchor.Open(b, f.Server, have)
	if err != nil {
		return err
	}
	if err := s.Usable(f.Clock()); err != nil { // it may be our clock: the older one stays
		return err
	}
	kept, err := json.Marshal(b)
	if err != nil {
		return err
	}
	if err := store(f.File, kept); err != nil {
		return err
	}
	f.View.Replace(s)
	return nil
}

// Status is how the last try went.
func (f *Follower) Status() Status {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.status
}

// Run follows until ctx ends.
func (f *Follower) Run(ctx context.Context) {
	rest, wait := pause, time.Duration(0)
	var tried time.Time
	for ctx.Err() == nil {
		err := f.Once(ctx, wait)
		f.keys(ctx, &tried)
		if err == nil {
			rest, wait = pause, waits
			continue
		}
		if ctx.Err() == nil {
			f.Log.WarnContext(ctx, "exchange: the directory", "server", f.Server.String(), "err", err)
		}
		sleep(ctx, rest)
		rest, wait = min(2*rest, longest), 0
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// keys renews certificates and begins to use renewed ones.
func (f *Follower) keys(ctx context.Context, tried *time.Time) {
	now := f.Clock()
	if err := f.Keys.Turn(f.View.Current(), now); err != nil {
		f.Log.ErrorContext(ctx, "exchange: new keys", "err", err)
	}
	if !f.Keys.Renewing(now) || now.Sub(*tried) < retrying {
		return
	}
	*tried = now
	if err := f.renew(ctx); err != nil && ctx.Err() == nil {
		f.Log.ErrorContext(ctx, "exchange: certificates are not renewed", "err", err)
	}
}

func (f *Follower) renew(ctx context.Context) error {
	r, err := f.Keys.Requests(f.Server)
	if err != nil {
		return err
	}
	issued, err := f.Renew(ctx, r)
	if err != nil {
		return err
	}
	return f.Keys.Accept(issued)
}
