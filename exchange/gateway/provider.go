package gateway

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// Peers takes letters from other gateways. It must be served with PeerTLS: a
// connection without a registered certificate gets a fault.
func (g *Gateway) Peers() http.Handler {
	g.begin()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), g.Limits.Whole)
		defer cancel()
		done, fault := g.take(ctx, r)
		if fault != nil {
			f := g.report(ctx, fault)
			w.Header().Set("Content-Type", faultType)
			json.NewEncoder(w).Encode(saidFault{f.Type, f.Text, f.Detail})
			return
		}
		defer done.body.discard()
		g.provided.Add(1)
		reply(w, done)
	})
}

func reply(w http.ResponseWriter, l *letter) {
	content, size := l.encode()
	defer content.Close()
	h := w.Header()
	h["Content-Type"] = []string{letterType}
	h["Content-Length"] = []string{strconv.FormatInt(size, 10)}
	if _, err := copyTo(w, content); err != nil {
		panic(http.ErrAbortHandler)
	}
}

// take verifies a letter before anything of it reaches a service.
func (g *Gateway) take(ctx context.Context, r *http.Request) (*letter, *xroad.Fault) {
	leave, ok := g.enter()
	if !ok {
		return nil, xroad.Fail(xroad.Provider, xroad.Overloaded, "بوابة مقدّم الخدمة مشغولة؛ أعد المحاولة بعد قليل", "The provider's gateway is busy; try again shortly")
	}
	defer leave()
	now, s := g.Clock(), g.View.Current()
	from, err := s.Peer(chain(r), now)
	if err != nil {
		return nil, xroad.FailWith(xroad.Provider, xroad.SSLAuthenticationFailed, err)
	}
	if fault := g.usable(s, xroad.Provider, now); fault != nil {
		return nil, fault
	}
	if r.Method != http.MethodPost || r.URL.Path != peerPath || r.Header.Get("Content-Type") != letterType {
		return nil, xroad.FailWith(xroad.Provider, xroad.InvalidMessage, errLetter)
	}
	l, err := decode(r.Body, g.Limits.Limits)
	if err != nil {
		return nil, xroad.FailWith(xroad.Provider, xroad.InvalidMessage, err)
	}
	if fault := g.verify(l, s, from, xroad.Provider, now); fault != nil {
		return nil, fault
	}
	q, err := xroad.ParseRequest(l.block, g.Limits.Limits)
	if err != nil {
		return nil, xroad.FailWith(xroad.Provider, xroad.InvalidMessage, err)
	}
	if !sameAs(l.Head, q) {
		return nil, xroad.FailWith(xroad.Provider, xroad.InconsistentHeaders, errSigned)
	}
	if !s.Knows(q.Client) || !slices.Contains(from.Serves, q.Client) {
		return nil, xroad.Fail(xroad.Provider, xroad.UnknownMember, "العميل غير مسجَّل في البوابة التي أرسلت الطلب", "The client is not registered at the gateway that sent the request")
	}
	return g.provide(ctx, s, q, l, func() *xroad.Fault { return g.complete(l, r.Body, xroad.Provider) })
}

func chain(r *http.Request) (c []*x509.Certificate) {
	if r.TLS != nil {
		c = r.TLS.PeerCertificates
	}
	return c
}

// provide lets a verified request reach its service, when the client may, and
// gives the response, signed and logged. complete takes the request's body, once
// all else is known to be in order.
func (g *Gateway) provide(ctx context.Context, s *directory.Snapshot, q *xroad.Request, l *letter, complete func() *xroad.Fault) (*letter, *xroad.Fault) {
	now := g.Clock()
	if !s.Serves(q.Service.ClientID) {
		return nil, xroad.Fail(xroad.Provider, xroad.UnknownMember, "مقدّم الخدمة غير مسجَّل في هذه البوابة", "The provider is not registered at this gateway")
	}
	call, keep, fault := g.prepare(s, q, now)
	if fault != nil {
		return nil, fault
	}
	defer call.leave()
	if fault := complete(); fault != nil {
		return nil, fault
	}
	defer l.body.discard()
	if err := g.log(ctx, keep, true, l); err != nil {
		if gov.KindOf(err) == gov.Conflict {
			return nil, xroad.FailWith(xroad.Provider, xroad.Replay, err)
		}
		return nil, xroad.FailWith(xroad.Provider, xroad.LoggingFailed, err)
	}
	status, headers, b, fault := call.do(ctx, q, l.body)
	if fault != nil {
		return nil, fault
	}
	done, fault := g.respond(ctx, q, l, status, headers, b, keep)
	if fault != nil {
		b.discard()
	}
	return done, fault
}

// respond signs what the service answered, and logs it.
func (g *Gateway) respond(ctx context.Context, q *xroad.Request, to *letter, status int, headers http.Header, b *body, keep bool) (*letter, *xroad.Fault) {
	hash := xroad.RequestHash(xroad.Digest(to.Head.Headers), xroad.Digest(to.Head.Body), to.Head.Size)
	block := xroad.NewResponse(q, hash, status, headers).Block()
	if len(block) > longestBlock(g.Limits.Limits) {
		return nil, xroad.Fail(xroad.Provider, xroad.ServiceFailed, "ترويسات رد الخدمة أطول من المسموح", "The headers of the service's answer are longer than allowed")
	}
	done, err := g.sign(g.responseHead(to.Head, hash, status, block, b), block, b)
	if err != nil {
		return nil, xroad.FailWith(xroad.Provider, xroad.CannotCreateSignature, err)
	}
	if err := g.log(ctx, keep, false, done); err != nil {
		return nil, xroad.FailWith(xroad.Provider, xroad.LoggingFailed, err)
	}
	return done, nil
}

// prepared is a call that may be made.
type prepared struct {
	leave func()
	do    func(ctx context.Context, q *xroad.Request, b *body) (int, http.Header, *body, *xroad.Fault)
}

var faultService = xroad.Fail(xroad.Provider, xroad.UnknownService, "الخدمة غير مسجَّلة", "The service is not registered")

// prepare decides whether the client may call the service now, and whether bodies
// are kept.
func (g *Gateway) prepare(s *directory.Snapshot, q *xroad.Request, now time.Time) (*prepared, bool, *xroad.Fault) {
	if xroad.Meta(q.Service.Service) {
		return g.metaCall(s, now), false, nil
	}
	x := s.Service(q.Service)
	if x == nil {
		return nil, false, faultService
	}
	grant, err := s.Granted(q.Client, q.Service, q.Method, q.Path, now)
	if err != nil {
		return nil, false, xroad.FailWith(xroad.Provider, xroad.AccessDenied, err)
	}
	if len(x.Methods) > 0 && !slices.Contains(x.Methods, q.Method) {
		return nil, false, xroad.Fail(xroad.Provider, xroad.AccessDenied, "الخدمة لا تقبل هذه الطريقة", "The service does not take this method")
	}
	if len(x.Disabled) > 0 {
		return nil, false, &xroad.Fault{Type: xroad.Provider + "." + xroad.ServiceDisabled, Text: x.Disabled}
	}
	link := g.service(x)
	leave, fault := link.enter(g, now)
	if fault != nil {
		return nil, false, fault
	}
	return &prepared{leave, func(ctx context.Context, q *xroad.Request, b *body) (int, http.Header, *body, *xroad.Fault) {
		return g.call(ctx, link, q, b)
	}}, grant.LogBodies, nil
}
