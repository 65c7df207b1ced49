package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// A service that could not be reached so many times in a row is left alone for
// brokenFor: its callers get an answer at once instead of waiting.
const (
	brokenAfter = 5
	brokenFor   = 5 * time.Second
)

// serviceLink leads to one registered service, and only there.
type serviceLink struct {
	of        *directory.Service
	base      *url.URL // nil: the registered address cannot be read
	transport *http.Transport
	under     atomic.Int64
	failures  atomic.Int64
	broken    atomic.Int64 // until when, in milliseconds
}

// service gives the link to a service; a new one when its registration changed.
func (g *Gateway) service(x *directory.Service) *serviceLink {
	return g.services.get(x.ID, func(l *serviceLink) bool { return l.of == x || sameAddress(l.of, x) }, func(before *serviceLink) *serviceLink {
		if before != nil {
			before.transport.CloseIdleConnections()
		}
		l := &serviceLink{of: x}
		if u, err := url.Parse(x.URL); err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil && u.RawQuery == "" && u.Fragment == "" {
			l.base = u
		}
		l.transport = g.serviceTransport(x)
		return l
	})
}

func sameAddress(a, b *directory.Service) bool {
	return a.URL == b.URL && a.Timeout == b.Timeout && slices.EqualFunc(a.Trust, b.Trust, bytes.Equal)
}

func (g *Gateway) serviceTransport(x *directory.Service) *http.Transport {
	wait := x.Timeout.Duration()
	if wait <= 0 {
		wait = g.Limits.Service
	}
	return &http.Transport{DisableCompression: true, MaxIdleConns: 0, MaxIdleConnsPerHost: g.Limits.PerService, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10,
		ResponseHeaderTimeout: wait, TLSHandshakeTimeout: g.Limits.Connect, DialContext: (&net.Dialer{Timeout: g.Limits.Connect}).DialContext, TLSClientConfig: g.trusting(x.Trust)}
}

// trusting connects to a service that shows a certificate of this list, or one
// that an authority of the list issued for its name; with no list, one that the
// machine trusts. Our own certificate is shown to services that ask.
func (g *Gateway) trusting(list [][]byte) *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, ClientSessionCache: tls.NewLRUClientSessionCache(16),
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &g.Identity().TLS, nil }}
	if len(list) == 0 {
		return c
	}
	roots := x509.NewCertPool()
	for _, der := range list {
		if cert, err := x509.ParseCertificate(der); err == nil {
			roots.AddCert(cert)
		}
	}
	c.InsecureSkipVerify = true // VerifyConnection decides
	c.VerifyConnection = func(s tls.ConnectionState) error {
		leaf, now := s.PeerCertificates[0], g.Clock()
		if slices.ContainsFunc(list, func(der []byte) bool { return bytes.Equal(der, leaf.Raw) }) {
			if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
				return errServiceCert
			}
			return nil
		}
		between := x509.NewCertPool()
		for _, x := range s.PeerCertificates[1:] {
			between.AddCert(x)
		}
		_, err := leaf.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, DNSName: s.ServerName, CurrentTime: now})
		return err
	}
	return c
}

var errServiceCert = gov.Fail(gov.Denied, "شهادة الخدمة منتهية أو لم تبدأ صلاحيتها", "The service's certificate has expired or is not valid yet")

// enter counts a call in, unless the service is broken or has enough to do.
func (l *serviceLink) enter(g *Gateway, now time.Time) (leave func(), fault *xroad.Fault) {
	if l.base == nil {
		return nil, xroad.Fail(xroad.Provider, xroad.ServiceMissingURL, "عنوان الخدمة المسجَّل غير صالح", "The registered address of the service is not usable")
	}
	if now.UnixMilli() < l.broken.Load() {
		return nil, xroad.Fail(xroad.Provider, xroad.Overloaded, "الخدمة لا تجيب منذ قليل؛ أعد المحاولة بعد ثوانٍ", "The service has not answered for a while; try again in some seconds")
	}
	if l.under.Add(1) > int64(g.Limits.PerService) {
		l.under.Add(-1)
		return nil, xroad.Fail(xroad.Provider, xroad.Overloaded, "الخدمة مشغولة بأقصى ما يُسمح به من الطلبات معًا", "The service is busy with as many requests as are allowed at once")
	}
	return func() { l.under.Add(-1) }, nil
}

// settle counts calls that did not come through, and stops them for a while when
// there are too many in a row.
func (l *serviceLink) settle(reached bool, now time.Time) {
	if reached {
		l.failures.Store(0)
	} else if l.failures.Add(1) >= brokenAfter {
		l.broken.Store(now.Add(brokenFor).UnixMilli())
		l.failures.Store(brokenAfter - 1) // the next call is the trial
	}
}

// address is the registered address with the path and query of a call behind it,
// byte for byte. Nothing in them changes where it goes.
func (l *serviceLink) address(path, query string) *url.URL {
	base := l.base.EscapedPath()
	if strings.HasSuffix(base, "/") && path != "" {
		base = base[:len(base)-1]
	}
	if path = base + path; path == "" {
		path = "/"
	}
	u := &url.URL{Scheme: l.base.Scheme, Host: l.base.Host, Opaque: path}
	if query != "" {
		u.RawQuery, u.ForceQuery = query[1:], true
	}
	return u
}

// call sends a request to its service and takes the whole answer.
func (g *Gateway) call(ctx context.Context, l *serviceLink, q *xroad.Request, b *body) (int, http.Header, *body, *xroad.Fault) {
	r := (&http.Request{Method: q.Method, URL: l.address(q.Path, q.Query), Host: l.base.Host, Header: http.Header{"User-Agent": nil}}).WithContext(ctx)
	xroad.Passed(q.Headers, r.Header)
	if b.size > 0 {
		r.Body, r.ContentLength = b.open(), b.size
		r.GetBody = func() (io.ReadCloser, error) { return b.open(), nil }
	}
	answer, err := l.transport.RoundTrip(r) // it follows no redirect
	l.settle(err == nil, g.Clock())
	if err != nil {
		return 0, nil, nil, xroad.Fail(xroad.Provider, xroad.NetworkError, "لم تجب الخدمة", "The service did not answer").Because(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode < 200 { // 101 would never end
		return 0, nil, nil, xroad.Fail(xroad.Provider, xroad.ServiceFailed, "أراد رد الخدمة تبديل البروتوكول", "The service's answer wanted to switch protocols")
	}
	if n := count(answer.Header); n > most(g.Limits.Headers) {
		return 0, nil, nil, xroad.Fail(xroad.Provider, xroad.ServiceFailed, "ترويسات رد الخدمة أكثر من المسموح", "The service's answer has more headers than allowed")
	}
	if answer.ContentLength > g.Limits.Body && bodied(q.Method, answer.StatusCode) {
		return 0, nil, nil, faultTooLong(xroad.Provider)
	}
	got, err := g.read(answer.Body, g.Limits.Body)
	switch {
	case errors.Is(err, errTooLong):
		return 0, nil, nil, faultTooLong(xroad.Provider)
	case err != nil:
		return 0, nil, nil, xroad.Fail(xroad.Provider, xroad.ServiceFailed, "انقطع رد الخدمة قبل اكتماله", "The service's answer broke off before its end").Because(err)
	}
	return answer.StatusCode, answer.Header, got, nil
}

func count(h http.Header) (n int) {
	for _, v := range h {
		n += len(v)
	}
	return n
}

func most(headers int) int {
	if headers > 0 {
		return headers
	}
	return 100
}

var chunks = sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}

// copyTo is io.Copy with memory that is used again.
func copyTo(w io.Writer, r io.Reader) (int64, error) {
	if x, ok := r.(*bufferReader); ok {
		return x.WriteTo(w)
	}
	b := chunks.Get().(*[]byte)
	defer chunks.Put(b)
	return io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r}, *b)
}
