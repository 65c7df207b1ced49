package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/gateway"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/timestamp"
)

// Outpost is one gateway with all that it runs on: its keys, its copy of the
// directory, its message log and its listeners. It needs no database.
type Outpost struct {
	Follower *directory.Follower
	Gateway  *gateway.Gateway
	Peers    string // address at which it listens for other gateways
	Systems  string // for information systems over TLS
	Plain    string // for those of its own machine without TLS; empty: none

	log   *messagelog.Log
	doors []door
	count tally
	grace time.Duration
}

// Folder is the message log, for reading.
func (p *Outpost) Folder() messagelog.Folder { return p.log.Folder }

// door is a listener with the server behind it.
type door struct {
	l      net.Listener
	server *http.Server
	tls    bool
}

// tally counts the messages that came to a gateway since the last report.
type tally struct {
	mu  sync.Mutex
	day string
	n   int64
}

func (t *tally) counting(now gov.Clock, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		day := now().UTC().Format(time.DateOnly)
		t.mu.Lock()
		if t.day != day {
			t.day, t.n = day, 0
		}
		t.n++
		t.mu.Unlock()
		next.ServeHTTP(w, r)
	})
}

func (t *tally) report() directory.Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := directory.Report{Day: t.day, Messages: t.n}
	t.n = 0
	return r
}

// Outlay is what an outpost is made of.
type Outlay struct {
	Dir                   string // folder for directory and log; keys are in Keys
	Peers, Systems, Plain string // addresses to listen at; Plain empty: none
	Loose                 bool   // a busy address is replaced by any free port
	ID                    xroad.ServerID
	Anchor                *directory.Anchor
	Keys                  *directory.Keyring
	Fetch                 func(ctx context.Context, have int64, wait time.Duration, r directory.Report) (directory.Bundle, bool, error)
	Renew                 func(ctx context.Context, r directory.Requests) (directory.Issued, error)
	Clock                 gov.Clock
	Log                   *slog.Logger
	Timestamps            string        // address of an RFC 3161 authority that seals the log; empty: one of its own
	Grace                 time.Duration // for running messages when it ends
	Unsealed              func(error)   // hears that the log cannot be sealed, and by nil that it can again; nil: nobody does
}

var errPlain = gov.Fail(gov.Invalid, "عنوان الاتصال بلا TLS يجب أن يكون على الجهاز نفسه، مثل 127.0.0.1:8090", "The address without TLS must be on this machine, such as 127.0.0.1:8090")

// OpenOutpost listens and opens the log; nothing is answered before Run. The
// gateway must be enrolled. Errors: Unavailable when an address is taken.
func OpenOutpost(o Outlay) (p *Outpost, err error) {
	if o.Plain != "" && !onThisMachine(o.Plain) {
		return nil, errPlain
	}
	p = &Outpost{grace: o.Grace}
	defer func() {
		if err != nil {
			p.Close()
		}
	}()
	stamp, err := stamping(&o)
	if err != nil {
		return p, err
	}
	warn := func(err error) {
		if err != nil {
			o.Log.Error("exchange: the message log is not sealed", "server", o.ID.String(), "err", err)
		}
		if o.Unsealed != nil {
			o.Unsealed(err)
		}
	}
	if p.log, err = messagelog.Open(filepath.Join(o.Dir, "log"), messagelog.Options{Name: o.ID.String(), Clock: o.Clock, Seals: messagelog.Seals{Stamp: stamp, Warn: warn}}); err != nil {
		return p, err
	}
	view := &directory.View{}
	p.Follower = &directory.Follower{Server: o.ID, Anchor: o.Anchor, View: view, Keys: o.Keys, File: filepath.Join(o.Dir, "directory.json"), Clock: o.Clock, Log: o.Log,
		Fetch: o.Fetch, Renew: o.Renew, Report: p.count.report}
	p.Gateway = &gateway.Gateway{ID: o.ID, View: view, Identity: o.Keys.Identity, Log: p.log, Clock: o.Clock, Logger: o.Log}
	if err := p.Follower.Load(); err != nil {
		o.Log.Error("exchange: the directory on disk is not used", "err", err)
	}
	return p, p.listen(&o)
}

func (p *Outpost) listen(o *Outlay) error {
	for _, x := range []struct {
		at     string
		here   *string
		server *http.Server
		tls    bool
		form   func(l net.Listener, secure bool) net.Listener // nil: as it is
	}{
		{o.Peers, &p.Peers, p.Gateway.PeerServer(), true, nil}, {o.Systems, &p.Systems, p.Gateway.ClientServer(), true, p.Gateway.ClientListener},
		{o.Plain, &p.Plain, p.Gateway.ClientServer(), false, p.Gateway.ClientListener},
	} {
		if x.at == "" {
			continue
		}
		l, err := listenAt(x.at, o.Loose)
		if err != nil {
			return err
		}
		x.server.Handler = p.count.counting(o.Clock, x.server.Handler)
		*x.here = l.Addr().String()
		if x.form != nil {
			l, x.tls = x.form(l, x.tls), false // it speaks TLS itself
		}
		p.doors = append(p.doors, door{l, x.server, x.tls})
	}
	return nil
}

// stamping is who says when the log was sealed.
func stamping(o *Outlay) (timestamp.Stamp, error) {
	if o.Timestamps != "" {
		return (&timestamp.Client{URL: o.Timestamps, Clock: o.Clock}).Stamp, nil
	}
	a, err := timestamp.OpenAuthority(filepath.Join(o.Dir, "timestamp"), o.ID.String(), o.Clock)
	if err != nil {
		return nil, err
	}
	return a.Stamp, nil
}

func onThisMachine(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

func listenAt(address string, loose bool) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil && loose {
		host, _, _ := net.SplitHostPort(address)
		l, err = net.Listen("tcp", net.JoinHostPort(host, "0"))
	}
	if err != nil {
		return nil, gov.Fail(gov.Unavailable, "تعذّر الاستماع على العنوان "+address, "The address "+address+" cannot be listened at").Because(err)
	}
	return l, nil
}

// Run follows the directory and answers until ctx ends, then lets running
// messages finish.
func (p *Outpost) Run(ctx context.Context) error {
	failed := make(chan error, len(p.doors))
	for _, d := range p.doors {
		go func() {
			if d.tls {
				failed <- d.server.ServeTLS(d.l, "", "")
			} else {
				failed <- d.server.Serve(d.l)
			}
		}()
	}
	following, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	wg.Go(func() { p.Follower.Run(following) })
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	stop()
	grace, end := context.WithTimeout(context.WithoutCancel(ctx), p.grace)
	defer end()
	err = ignoreClosed(err)
	for _, d := range p.doors {
		err = errors.Join(err, d.server.Shutdown(grace))
	}
	wg.Wait()
	return err
}

// Close ends the listeners and the log. Call it after Run has returned.
func (p *Outpost) Close() error {
	var err error
	for _, d := range p.doors {
		d.l.Close()
	}
	if p.Gateway != nil {
		p.Gateway.Close()
	}
	if p.log != nil {
		err = p.log.Close()
	}
	return err
}
