// Package gateway carries messages between information systems of different
// members: from the caller to its gateway, from there to the provider's gateway,
// and on to the service. Every message is signed, verified and durably logged on
// both sides before anybody is answered.
package gateway

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/hex"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/message"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// Gateway is one gateway. All fields but Logger and Limits must be set before it
// is used, and none changed afterwards; any number may use it at once.
type Gateway struct {
	ID       xroad.ServerID
	View     *directory.View
	Identity func() *directory.Identity // asked for every connection and message; never nil
	Log      *messagelog.Log
	Clock    func() time.Time
	Logger   *slog.Logger // nothing personal is written to it
	Limits   Limits

	ready    sync.Once
	under    atomic.Int64 // messages under way
	peers    links[xroad.ServerID, *peerLink]
	services links[xroad.ServiceID, *serviceLink]
	sessions tls.ClientSessionCache
	signers  atomic.Pointer[signers]
	signing  together
	checker  message.Checker
	answered atomic.Int64
	provided atomic.Int64
	counted  sync.Mutex // over faults
	faults   map[string]int64
}

// Limits bounds what a gateway takes on; the zero value has the defaults.
type Limits struct {
	xroad.Limits
	Body       int64         // longest body, in bytes; default 100 MiB
	Messages   int           // most messages under way; default 2,048
	PerService int           // most calls under way to one service; default 128
	PerPeer    int           // most messages under way to one other gateway; default 512
	Connect    time.Duration // to reach a service or another gateway; default 5 s
	Service    time.Duration // until a service begins to answer, when its registration says nothing; default 30 s
	Whole      time.Duration // for a whole exchange, bodies included; default 5 minutes
}

func (l *Limits) fill() {
	fill(&l.Body, 100<<20)
	fill(&l.Messages, 2048)
	fill(&l.PerService, 128)
	fill(&l.PerPeer, 512)
	fill(&l.Connect, 5*time.Second)
	fill(&l.Service, 30*time.Second)
	fill(&l.Whole, 5*time.Minute)
}

func fill[T int | int64 | time.Duration](n *T, otherwise T) {
	if *n <= 0 {
		*n = otherwise
	}
}

func (g *Gateway) begin() {
	g.ready.Do(func() {
		g.Limits.fill()
		g.sessions = tls.NewLRUClientSessionCache(256)
		if g.Logger == nil {
			g.Logger = slog.New(slog.DiscardHandler)
		}
	})
}

// Close ends the connections that nobody uses. Messages under way are not harmed.
func (g *Gateway) Close() {
	for _, l := range g.peers.all() {
		l.transport.CloseIdleConnections()
	}
	for _, l := range g.services.all() {
		l.transport.CloseIdleConnections()
	}
}

// ClientServer serves Clients with limits set; it lacks only a listener, which must
// be a ClientListener: Serve(g.ClientListener(l, true)).
func (g *Gateway) ClientServer() *http.Server {
	s := g.server(g.wired(g.Clients()), nil)
	s.DisableGeneralOptionsHandler = true // every request is counted
	s.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, connKey{}, ofConn(c))
	}
	s.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateIdle {
			ofConn(c).serving.Store(false)
		}
	}
	return s
}

// PeerServer serves Peers with limits set: ServeTLS(l, "", "").
func (g *Gateway) PeerServer() *http.Server { return g.server(g.Peers(), g.PeerTLS()) }

func (g *Gateway) server(h http.Handler, conf *tls.Config) *http.Server {
	g.begin()
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Server{Handler: h, TLSConfig: conf, Protocols: protocols, MaxHeaderBytes: 64 << 10, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ReadTimeout: g.Limits.Whole, WriteTimeout: 2 * g.Limits.Whole, ErrorLog: slog.NewLogLogger(g.Logger.Handler(), slog.LevelDebug)}
}

// ClientTLS asks information systems for a certificate but does not insist: who
// may speak for which client is decided for each request.
func (g *Gateway) ClientTLS() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert, GetCertificate: g.ownCertificate, NextProtos: []string{"http/1.1"}}
}

// PeerTLS admits only the gateways of the directory, over TLS 1.3, each with the
// certificate registered for it.
func (g *Gateway) PeerTLS() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAnyClientCert, GetCertificate: g.ownCertificate, NextProtos: []string{"http/1.1"},
		VerifyConnection: func(c tls.ConnectionState) error {
			_, err := g.View.Current().Peer(c.PeerCertificates, g.Clock())
			return err
		}}
}

func (g *Gateway) ownCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	return &g.Identity().TLS, nil
}

// enter counts a message in; leave must be called when ok.
func (g *Gateway) enter() (leave func(), ok bool) {
	if g.under.Add(1) > int64(g.Limits.Messages) {
		g.under.Add(-1)
		return nil, false
	}
	return func() { g.under.Add(-1) }, true
}

// usable is nil when the gateway may work now: its directory stands, and it is not
// itself under maintenance.
func (g *Gateway) usable(s *directory.Snapshot, place string, now time.Time) *xroad.Fault {
	if err := s.Usable(now); err != nil {
		return xroad.FailWith(place, xroad.OutdatedGlobalConf, err)
	}
	if own := s.Server(g.ID); own != nil && own.Maintenance.Holds(now) {
		return maintenance(place, own)
	}
	return nil
}

// maintenance says why a gateway takes no messages, in its operator's words.
func maintenance(place string, server *directory.Server) *xroad.Fault {
	text := gov.T("البوابة "+server.ID.String()+" تحت الصيانة", "The gateway "+server.ID.String()+" is under maintenance")
	for lang := range text {
		if notice := server.Maintenance.Notice[lang]; notice != "" {
			text[lang] += ": " + notice
		}
	}
	return &xroad.Fault{Type: place + "." + xroad.MaintenanceMode, Text: text}
}

// unique makes a random UUID (RFC 9562, version 4).
func unique() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	var out [36]byte
	hex.Encode(out[:8], b[:4])
	hex.Encode(out[9:13], b[4:6])
	hex.Encode(out[14:18], b[6:8])
	hex.Encode(out[19:23], b[8:10])
	hex.Encode(out[24:], b[10:])
	out[8], out[13], out[18], out[23] = '-', '-', '-', '-'
	return string(out[:])
}

// report writes a fault to the gateway's own log, under the detail that whoever
// gets the fault is told.
func (g *Gateway) report(ctx context.Context, f *xroad.Fault) *xroad.Fault {
	if f.Detail == "" {
		c := *f
		c.Detail = unique()
		f = &c
	}
	g.tallyFault(f.Type)
	g.Logger.LogAttrs(ctx, slog.LevelWarn, "exchange fault", slog.String("type", f.Type), slog.String("detail", f.Detail), slog.Any("cause", f.Cause))
	return f
}

// links are what is kept open, by whom it leads to.
type links[K comparable, L any] struct {
	mu sync.RWMutex
	m  map[K]L
}

// get gives the link for a key; renew is called when there is none, or it no longer
// fits, with the one before or the zero value.
func (l *links[K, L]) get(key K, fits func(L) bool, renew func(before L) L) L {
	l.mu.RLock()
	x, ok := l.m[key]
	l.mu.RUnlock()
	if ok && fits(x) {
		return x
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if x, ok = l.m[key]; ok && fits(x) {
		return x
	}
	if l.m == nil {
		l.m = map[K]L{}
	}
	x = renew(x)
	l.m[key] = x
	return x
}

func (l *links[K, L]) all() (out []L) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, x := range l.m {
		out = append(out, x)
	}
	return out
}
