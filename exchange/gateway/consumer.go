package gateway

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
)

var (
	faultBusy   = xroad.Fail(xroad.Consumer, xroad.Overloaded, "البوابة مشغولة؛ أعد المحاولة بعد قليل", "The gateway is busy; try again shortly")
	faultMember = xroad.Fail(xroad.Consumer, xroad.UnknownMember, "العميل غير مسجَّل في هذه البوابة", "The client is not registered at this gateway")
)

// Clients serves the information systems of this gateway: /r1/… over TLS, and
// without it where a registration allows that. Everything else is a fault.
func (g *Gateway) Clients() http.Handler {
	g.begin()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fault := g.ask(w, r); fault != nil {
			g.report(r.Context(), fault).Send(w, r)
		}
	})
}

// ask carries one request to its service and the response back. A fault is
// returned as long as nothing was answered.
func (g *Gateway) ask(w http.ResponseWriter, r *http.Request) *xroad.Fault {
	leave, ok := g.enter()
	if !ok {
		return faultBusy
	}
	defer leave()
	ctx, cancel := context.WithTimeout(r.Context(), g.Limits.Whole)
	defer cancel()
	now, s := g.Clock(), g.View.Current()
	q, fault := xroad.NewRequest(r.Method, r.RequestURI, r.Header, g.Limits.Limits, unique)
	if fault == nil {
		fault = g.usable(s, xroad.Consumer, now)
	}
	if fault == nil {
		fault = admit(s, q.Client, r, now)
	}
	if fault != nil {
		return fault
	}
	got, fault := g.carry(ctx, s, q, now, func() (*body, *xroad.Fault) { return g.taken(r) })
	if fault != nil {
		return fault
	}
	defer got.body.discard()
	g.answer(w, r, got)
	return nil
}

// carry takes a request that may be made to its service, and gives the response.
func (g *Gateway) carry(ctx context.Context, s *directory.Snapshot, q *xroad.Request, now time.Time, take func() (*body, *xroad.Fault)) (*received, *xroad.Fault) {
	to, fault := g.choose(s, q, now)
	if fault != nil {
		return nil, fault
	}
	b, fault := take()
	if fault != nil {
		return nil, fault
	}
	defer b.discard()
	grant, _ := s.Granted(q.Client, q.Service, q.Method, q.Path, now) // whether it may, the provider decides
	block := q.Block()
	sent, err := g.sign(g.requestHead(q, block, b), block, b)
	if err != nil {
		return nil, xroad.FailWith(xroad.Consumer, xroad.CannotCreateSignature, err)
	}
	got, fault := g.exchange(ctx, s, to, q, sent, grant.LogBodies)
	if fault == nil {
		g.answered.Add(1)
	}
	return got, fault
}

// admit checks that whoever connected may speak for the client.
func admit(s *directory.Snapshot, client xroad.ClientID, r *http.Request, now time.Time) *xroad.Fault {
	if !s.Knows(client) || !s.Serves(client) {
		return faultMember
	}
	if err := s.Admit(client, r.TLS, r.RemoteAddr, now); err != nil {
		return xroad.FailWith(xroad.Consumer, xroad.SSLAuthenticationFailed, err)
	}
	return nil
}

// taken reads what the caller sent.
func (g *Gateway) taken(r *http.Request) (*body, *xroad.Fault) {
	if r.ContentLength == 0 {
		return none(), nil
	}
	if r.ContentLength > g.Limits.Body {
		return nil, faultTooLong(xroad.Caller)
	}
	b, err := g.read(r.Body, g.Limits.Body)
	switch {
	case errors.Is(err, errTooLong):
		return nil, faultTooLong(xroad.Caller)
	case err != nil:
		return nil, xroad.Fail(xroad.Caller, xroad.BadRequest, "انقطع الطلب قبل اكتماله", "The request broke off before its end").Because(err)
	}
	return b, nil
}

// received is a response that was verified and logged.
type received struct {
	*xroad.Response
	body *body
}

// exchange sends a signed request, logged first, and gives the response, verified
// and logged.
func (g *Gateway) exchange(ctx context.Context, s *directory.Snapshot, to []*directory.Server, q *xroad.Request, sent *letter, keep bool) (*received, *xroad.Fault) {
	if to[0].ID == g.ID {
		return g.within(ctx, s, q, sent)
	}
	if err := g.log(ctx, keep, false, sent); err != nil {
		return nil, xroad.FailWith(xroad.Consumer, xroad.LoggingFailed, err)
	}
	l, fault := g.send(ctx, s, to, sent)
	if fault != nil {
		return nil, fault
	}
	r, fault := g.check(l, q, sent)
	if fault == nil {
		if err := g.log(ctx, keep, false, l); err != nil {
			fault = xroad.FailWith(xroad.Consumer, xroad.LoggingFailed, err)
		}
	}
	if fault != nil {
		l.body.discard()
		return nil, fault
	}
	return &received{r, l.body}, nil
}

// check compares a verified response with its request, its hash included.
func (g *Gateway) check(l *letter, q *xroad.Request, sent *letter) (*xroad.Response, *xroad.Fault) {
	r, err := xroad.ParseResponse(l.block, g.Limits.Limits)
	if err != nil {
		return nil, xroad.FailWith(xroad.Consumer, xroad.InvalidMessage, err)
	}
	if fault := r.Answers(q, hashOf(sent)); fault != nil {
		return nil, fault
	}
	if !answers(l.Head, sent.Head, r) {
		return nil, xroad.FailWith(xroad.Consumer, xroad.InconsistentResponse, errSigned)
	}
	return r, nil
}

// hashOf is the request hash of a request.
func hashOf(l *letter) xroad.Digest {
	return xroad.RequestHash(xroad.Digest(l.Head.Headers), xroad.Digest(l.Head.Body), l.Head.Size)
}

// answer gives the caller the response as the service gave it.
func (g *Gateway) answer(w http.ResponseWriter, r *http.Request, got *received) {
	h := w.Header()
	xroad.Passed(got.Headers, h)
	if _, dated := h["Date"]; !dated {
		h["Date"] = nil
	}
	if bodied(r.Method, got.Status) {
		h["Content-Length"] = []string{strconv.FormatInt(got.body.size, 10)}
		if _, typed := h["Content-Type"]; !typed {
			h["Content-Type"] = nil // what the service did not say is not guessed
		}
	}
	w.WriteHeader(got.Status)
	if got.body.size == 0 || !bodied(r.Method, got.Status) {
		return
	}
	from := got.body.open()
	defer from.Close()
	if _, err := copyTo(w, from); err != nil {
		panic(http.ErrAbortHandler) // the caller must not take half an answer for a whole one
	}
}

// bodied reports whether HTTP lets such an answer have a body.
func bodied(method string, status int) bool {
	return method != http.MethodHead && status != http.StatusNoContent && status != http.StatusNotModified && status >= 200
}

// within carries a request to a service of this very gateway: nothing goes over
// the network, and request and response are logged once.
func (g *Gateway) within(ctx context.Context, s *directory.Snapshot, q *xroad.Request, sent *letter) (*received, *xroad.Fault) {
	done, fault := g.provide(ctx, s, q, sent, func() *xroad.Fault { return nil })
	if fault != nil {
		return nil, fault
	}
	r, err := xroad.ParseResponse(done.block, g.Limits.Limits)
	if err != nil {
		return nil, xroad.FailWith(xroad.Consumer, xroad.InternalError, err)
	}
	return &received{r, done.body}, nil
}
