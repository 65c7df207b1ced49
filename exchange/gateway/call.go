package gateway

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"diwan.example/exchange/xroad"
)

// Ask is a request of this program itself, in the name of a client that this
// gateway serves.
type Ask struct {
	Client  xroad.ClientID
	Service xroad.ServiceID
	Method  string      // empty: GET
	Path    string      // and query, as they are to be sent; may be empty
	Headers http.Header // may be nil
	Body    []byte
}

// Call asks a service as an information system does through Clients: signed,
// verified and logged. The caller answers for who it speaks for, and closes the
// response's body. Every error is a *xroad.Fault; a service's own error is a
// response.
func (g *Gateway) Call(ctx context.Context, a Ask) (*http.Response, error) {
	g.begin()
	leave, ok := g.enter()
	if !ok {
		return nil, faultBusy
	}
	defer leave()
	ctx, cancel := context.WithTimeout(ctx, g.Limits.Whole)
	defer cancel()
	h := a.Headers.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Set(xroad.HeaderClient, a.Client.String())
	if a.Method == "" {
		a.Method = http.MethodGet
	}
	now, s := g.Clock(), g.View.Current()
	q, fault := xroad.NewRequest(a.Method, "/r1/"+a.Service.String()+a.Path, h, g.Limits.Limits, unique)
	if fault == nil {
		fault = g.usable(s, xroad.Consumer, now)
	}
	if fault == nil && (!s.Knows(a.Client) || !s.Serves(a.Client)) {
		fault = faultMember
	}
	if fault != nil {
		return nil, g.report(ctx, fault)
	}
	got, fault := g.carry(ctx, s, q, now, func() (*body, *xroad.Fault) {
		b, err := g.read(bytes.NewReader(a.Body), g.Limits.Body)
		if err != nil {
			return nil, faultTooLong(xroad.Caller).Because(err)
		}
		return b, nil
	})
	if fault != nil {
		return nil, g.report(ctx, fault)
	}
	out := &http.Response{StatusCode: got.Status, Status: http.StatusText(got.Status), Header: http.Header{}, ContentLength: got.body.size, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	xroad.Passed(got.Headers, out.Header)
	out.Body = &taking{got.body.open(), got.body}
	return out, nil
}

// taking reads a body, and lets it go when it is closed.
type taking struct {
	io.ReadCloser
	of *body
}

// Close lets the body go.
func (t *taking) Close() error {
	err := t.ReadCloser.Close()
	t.of.discard()
	return err
}
