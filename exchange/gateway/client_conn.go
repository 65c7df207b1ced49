package gateway

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"diwan.example/exchange/xroad"
)

// ClientListener is what ClientServer serves with Serve: over TLS, at which
// information systems may show their certificate, or without. It is where faults
// are found that net/http answers by itself, without the words of the protocol.
func (g *Gateway) ClientListener(l net.Listener, secure bool) net.Listener {
	g.begin()
	return &clientListener{l, g, secure}
}

type clientListener struct {
	net.Listener
	of     *Gateway
	secure bool
}

func (l *clientListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if !l.secure {
		return &clientConn{Conn: c, of: l.of}, nil
	}
	return &secureConn{clientConn{Conn: tls.Server(c, l.of.ClientTLS()), of: l.of}}, nil
}

// clientConn is a connection of an information system.
type clientConn struct {
	net.Conn
	of      *Gateway
	framing framing
	serving atomic.Bool  // a request of ours is being answered
	served  atomic.Int64 // requests that came to the handler
}

// secureConn is one over TLS: the server asks it who is there.
type secureConn struct{ clientConn }

// ConnectionState shakes hands first. net/http asks for it once, before it reads.
func (c *secureConn) ConnectionState() tls.ConnectionState {
	t := c.Conn.(*tls.Conn)
	ctx, cancel := context.WithTimeout(context.Background(), 2*c.of.Limits.Connect)
	defer cancel()
	err := t.HandshakeContext(ctx)
	var other tls.RecordHeaderError
	if errors.As(err, &other) && other.Conn != nil && bytes.ContainsAny(other.RecordHeader[:1], "GHPODTC") { // a method of HTTP
		io.WriteString(other.Conn, string(c.of.spoken(faultPlain)))
		other.Conn.Close()
	}
	return t.ConnectionState()
}

var (
	faultPlain  = xroad.Fail(xroad.Caller, xroad.BadRequest, "هذا المنفذ يتكلم TLS وحده", "This port speaks TLS only")
	faultTwice  = xroad.Fail(xroad.Caller, xroad.BadRequest, "ذُكر طول الطلب مرتين، رقمًا وأجزاءً", "The request gives its length twice, as a number and in chunks")
	faultHTTP   = xroad.Fail(xroad.Caller, xroad.BadRequest, "ليس الطلب على صورة HTTP/1.1", "The request is not as HTTP/1.1 wants it")
	faultCoding = xroad.Fail(xroad.Caller, xroad.BadRequest, "ترميز نقل الطلب غير معروف", "The transfer coding of the request is not known")
	faultHead   = xroad.Fail(xroad.Caller, xroad.BadRequest, "رأس الطلب أطول من المسموح", "The head of the request is longer than allowed")
	faultSlow   = xroad.Fail(xroad.Caller, xroad.BadRequest, "لم يكتمل رأس الطلب في وقته", "The head of the request was not complete in time")
)

// Read follows what comes. A head that stays away is answered before the
// connection ends.
func (c *clientConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.framing.feed(p[:n])
	if errors.Is(err, os.ErrDeadlineExceeded) && !c.serving.Load() && c.framing.within() {
		c.say(faultSlow)
	}
	return n, err
}

// Write gives the server's own answers, written when no request of ours is being
// answered, the form of a fault: it ends the connection after them.
func (c *clientConn) Write(p []byte) (int, error) {
	if c.serving.Load() {
		return c.Conn.Write(p)
	}
	switch {
	case bytes.HasPrefix(p, []byte("HTTP/1.1 431")):
		c.say(faultHead)
	case bytes.HasPrefix(p, []byte("HTTP/1.1 501")):
		c.say(faultCoding)
	default:
		c.say(faultHTTP.Because(errors.New(string(bytes.TrimSpace(p[bytes.LastIndexByte(p, '\n')+1:])))))
	}
	return len(p), nil
}

// CloseWrite ends what we say, so that the other side reads it to its end.
func (c *clientConn) CloseWrite() error {
	if x, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return x.CloseWrite()
	}
	return nil
}

// lingering is how long what a caller still sends is thrown away after a fault that
// ends the connection: closed at once, it might never see the fault.
const lingering = 500 * time.Millisecond

func (c *clientConn) say(f *xroad.Fault) {
	c.Conn.Write(c.of.spoken(f))
	c.CloseWrite()
	end := time.AfterFunc(lingering, func() { c.Conn.Close() })
	defer end.Stop()
	io.CopyN(io.Discard, c.Conn, 1<<20)
}

// spoken is a whole answer with a fault, for a request that was never read.
func (g *Gateway) spoken(f *xroad.Fault) []byte {
	f = g.report(context.Background(), f)
	body, kind := f.Encode(nil)
	b := append([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: "+kind+"\r\n"+xroad.HeaderError+": "+f.Type+"\r\nContent-Length: "), strconv.Itoa(len(body))...)
	return append(append(b, "\r\n\r\n"...), body...)
}

type connKey struct{}

// ofConn is the clientConn that a server's connection is.
func ofConn(c net.Conn) *clientConn {
	switch c := c.(type) {
	case *clientConn:
		return c
	case *secureConn:
		return &c.clientConn
	}
	return nil
}

// wired serves requests that came over a clientConn, and refuses those that cannot be
// trusted to end where they seem to.
func (g *Gateway) wired(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _ := r.Context().Value(connKey{}).(*clientConn)
		if c == nil {
			g.report(r.Context(), xroad.FailWith(xroad.Consumer, xroad.InternalError, errors.New("gateway: not served by ClientListener"))).Send(w, r)
			return
		}
		c.serving.Store(true)
		if c.framing.doubtful(c.served.Add(1)) {
			w.Header().Set("Connection", "close")
			g.report(r.Context(), faultTwice).Send(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}
