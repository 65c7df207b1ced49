package gateway

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/message"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// peerPath is where gateways take letters from each other.
const peerPath = "/exchange/letters"

// rest is how long a gateway that could not be reached is tried last.
const rest = 10 * time.Second

// peerLink leads to one other gateway.
type peerLink struct {
	of        *directory.Server
	transport *http.Transport
	under     atomic.Int64
	away      atomic.Int64 // until when it is tried last, in milliseconds
}

// unreached says that a gateway was not reached at all: nothing was sent to it.
type unreached struct{ error }

func (u unreached) Unwrap() error { return u.error }

// choose gives the gateways that serve the provider, in the order in which they
// are tried: own first, then those that answered lately.
func (g *Gateway) choose(s *directory.Snapshot, q *xroad.Request, now time.Time) ([]*directory.Server, *xroad.Fault) {
	all := s.ServersOf(q.Service.ClientID)
	if len(all) == 0 {
		return nil, xroad.Fail(xroad.Consumer, xroad.UnknownMember, "لا بوابة تخدم مقدّم الخدمة المطلوب", "No gateway serves the provider that was asked for")
	}
	if q.Server != nil {
		i := slices.IndexFunc(all, func(x *directory.Server) bool { return x.ID == *q.Server })
		if i < 0 {
			return nil, xroad.Fail(xroad.Consumer, xroad.InvalidSecurityServer, "البوابة المطلوبة لا تخدم مقدّم الخدمة", "The gateway that was asked for does not serve the provider")
		}
		all = all[i : i+1]
	}
	up := slices.DeleteFunc(slices.Clone(all), func(x *directory.Server) bool { return x.Maintenance.Holds(now) })
	if len(up) == 0 {
		return nil, maintenance(xroad.Consumer, all[0])
	}
	if len(up) > 1 {
		slices.SortStableFunc(up, func(a, b *directory.Server) int { return g.distance(a, now) - g.distance(b, now) })
	}
	return up, nil
}

func (g *Gateway) distance(x *directory.Server, now time.Time) int {
	switch {
	case x.ID == g.ID:
		return 0
	case g.peer(x).away.Load() > now.UnixMilli():
		return 2
	}
	return 1
}

// peer gives the link to a gateway. Connections that were made under an older
// directory are not used again: a certificate may have been revoked since.
func (g *Gateway) peer(x *directory.Server) *peerLink {
	return g.peers.get(x.ID, func(l *peerLink) bool { return l.of == x }, func(before *peerLink) *peerLink {
		l := &peerLink{of: x}
		if before != nil {
			before.transport.CloseIdleConnections()
			l.away.Store(before.away.Load())
		}
		l.transport = &http.Transport{DisableCompression: true, MaxIdleConns: 0, MaxIdleConnsPerHost: g.Limits.PerPeer, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 16 << 10,
			ResponseHeaderTimeout: g.Limits.Whole, WriteBufferSize: 8 << 10, ReadBufferSize: 8 << 10,
			DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				c, err := g.dial(ctx, x.ID, address)
				if err != nil {
					return nil, unreached{err}
				}
				return c, nil
			}}
		return l
	})
}

var errNoPeer = gov.Fail(gov.Denied, "من أجاب على عنوان البوابة ليس هو البوابة المسجّلة", "Whoever answered at the gateway's address is not the registered gateway")

// dial connects to a gateway by TLS 1.3, showing our certificate, and makes sure
// that it shows the one registered for it.
func (g *Gateway) dial(ctx context.Context, to xroad.ServerID, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, g.Limits.Connect)
	defer cancel()
	raw, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	// What the certificate says of names is nothing to us: the directory says whose it is.
	c := tls.Client(raw, &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true, ServerName: sessionName(to), ClientSessionCache: g.sessions, NextProtos: []string{"http/1.1"},
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &g.Identity().TLS, nil },
		VerifyConnection:     func(c tls.ConnectionState) error { return g.isPeer(g.View.Current(), &c, to) }})
	if err := c.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, err
	}
	return c, nil
}

// sessionName keeps the sessions of different gateways apart. It is no address.
func sessionName(id xroad.ServerID) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, id.String())
	return strings.Trim(name[:min(len(name), 60)], "-") + ".gateway"
}

func (g *Gateway) isPeer(s *directory.Snapshot, c *tls.ConnectionState, to xroad.ServerID) error {
	if c == nil {
		return errNoPeer
	}
	x, err := s.Peer(c.PeerCertificates, g.Clock())
	if err == nil && x.ID != to {
		err = errNoPeer
	}
	return err
}

// send tries the gateways in order until one is reached, and gives its response,
// the signature and digest verified. One that was reached is never followed by
// another: it may have done what was asked.
func (g *Gateway) send(ctx context.Context, s *directory.Snapshot, to []*directory.Server, sent *letter) (*letter, *xroad.Fault) {
	var last error
	for _, x := range to {
		if x.ID == g.ID {
			continue // it serves the provider itself, and was tried first
		}
		link := g.peer(x)
		if link.under.Add(1) > int64(g.Limits.PerPeer) {
			link.under.Add(-1)
			return nil, faultBusy
		}
		got, err := g.post(ctx, s, link, x, sent)
		link.under.Add(-1)
		var missed unreached
		if errors.As(err, &missed) {
			link.away.Store(g.Clock().Add(rest).UnixMilli())
			last = err
			continue
		}
		link.away.Store(0)
		var fault *xroad.Fault
		if errors.As(err, &fault) {
			if strings.HasSuffix(fault.Type, xroad.SSLAuthenticationFailed) {
				link.transport.CloseIdleConnections() // made before a certificate was renewed
			}
			return nil, fault
		}
		var alert *net.OpError
		if errors.As(err, &alert) && alert.Op == "remote error" { // what TLS calls an alert
			return nil, xroad.Fail(xroad.Consumer, xroad.SSLAuthenticationFailed, "رفضت بوابة مقدّم الخدمة شهادة هذه البوابة", "The provider's gateway refused this gateway's certificate").Because(err)
		}
		if err != nil {
			return nil, xroad.Fail(xroad.Consumer, xroad.NetworkError, "انقطع الاتصال ببوابة مقدّم الخدمة؛ لا يُعرف هل نُفّذ الطلب", "The connection to the provider's gateway broke; whether the request was carried out is not known").Because(err)
		}
		return got, nil
	}
	if gov.KindOf(last) == gov.Denied {
		return nil, xroad.FailWith(xroad.Consumer, xroad.SSLAuthenticationFailed, last)
	}
	return nil, xroad.Fail(xroad.Consumer, xroad.NetworkError, "تعذّر الوصول إلى بوابة مقدّم الخدمة", "The provider's gateway cannot be reached").Because(last)
}

// post sends a letter to one gateway and reads what it answers. What is known to
// be wrong with the answer is a *xroad.Fault.
func (g *Gateway) post(ctx context.Context, s *directory.Snapshot, link *peerLink, x *directory.Server, sent *letter) (*letter, error) {
	content, size := sent.encode()
	r := (&http.Request{Method: http.MethodPost, URL: &url.URL{Scheme: "https", Host: x.Address, Path: peerPath}, Host: x.Address, ContentLength: size, Body: content,
		Header: http.Header{"Content-Type": {letterType}, "User-Agent": nil}, GetBody: func() (io.ReadCloser, error) { c, _ := sent.encode(); return c, nil }}).WithContext(ctx)
	answer, err := link.transport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if err := g.isPeer(s, answer.TLS, x.ID); err != nil {
		return nil, xroad.FailWith(xroad.Consumer, xroad.SSLAuthenticationFailed, err)
	}
	switch kind := answer.Header.Get("Content-Type"); {
	case kind == faultType:
		return nil, readFault(answer.Body)
	case kind != letterType || answer.StatusCode != http.StatusOK:
		return nil, xroad.FailWith(xroad.Consumer, xroad.InvalidMessage, errLetter)
	}
	got, err := decode(answer.Body, g.Limits.Limits)
	if err != nil {
		return nil, xroad.FailWith(xroad.Consumer, xroad.InvalidMessage, err)
	}
	if fault := g.verify(got, s, x, xroad.Consumer, g.Clock()); fault != nil {
		return nil, fault
	}
	if got.Head.Kind != message.Response {
		return nil, xroad.FailWith(xroad.Consumer, xroad.InvalidMessage, errLetter)
	}
	if fault := g.complete(got, answer.Body, xroad.Consumer); fault != nil {
		return nil, fault
	}
	io.CopyN(io.Discard, answer.Body, 1) // the end, so that the connection is used again
	return got, nil
}

// saidFault is a fault between gateways.
type saidFault struct {
	Type   string   `json:"type"`
	Text   gov.Text `json:"text"`
	Detail string   `json:"detail"`
}

// readFault reads the fault of another gateway. It may only speak for itself.
func readFault(r io.Reader) *xroad.Fault {
	var f saidFault
	err := json.NewDecoder(io.LimitReader(r, 16<<10)).Decode(&f)
	if err != nil || !strings.HasPrefix(f.Type, xroad.Provider+".") || strings.ContainsAny(f.Type, "\r\n") || len(f.Type) > 200 {
		return xroad.FailWith(xroad.Consumer, xroad.InvalidMessage, errLetter.Because(err))
	}
	return &xroad.Fault{Type: f.Type, Text: f.Text, Detail: f.Detail}
}
