package gateway

import (
	"bytes"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/message"
	"diwan.example/exchange/xroad"
)

// letterFor is a request as the consumer's gateway would send it; change may
// spoil its head before it is signed.
func (w *world) letterFor(id string, text string, change func(h *message.Head)) *letter {
	w.t.Helper()
	q, fault := xroad.NewRequest("POST", ask, http.Header{"X-Road-Client": {schools.String()}, "X-Road-Id": {id}}, xroad.Limits{}, unique)
	if fault != nil {
		w.t.Fatal(fault)
	}
	b, err := w.a.read(strings.NewReader(text), 1<<20)
	if err != nil {
		w.t.Fatal(err)
	}
	block := q.Block()
	h := w.a.requestHead(q, block, b)
	if change != nil {
		change(h)
	}
	l, err := w.a.sign(h, block, b)
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

func wire(l *letter) []byte {
	r, _ := l.encode()
	b, _ := io.ReadAll(r)
	return b
}

// post sends bytes to the provider's gateway with a certificate, and gives the
// fault's type, or nothing when a letter came back.
func (w *world) post(cert *tls.Certificate, b []byte) (string, error) {
	r, _ := http.NewRequest("POST", "https://"+w.b.peer+peerPath, bytes.NewReader(b))
	r.Header.Set("Content-Type", letterType)
	res, err := client(cert).Do(r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil || res.Header.Get("Content-Type") == letterType {
		return "", err
	}
	var f saidFault
	err = json.Unmarshal(got, &f)
	return f.Type, err
}

func (w *world) posts(b []byte, want string) {
	w.t.Helper()
	if got, err := w.post(&w.a.own.TLS, b); err != nil || got != want {
		w.t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestLettersThatWereTamperedWith(t *testing.T) {
	w := newWorld(t, nil)
	good := w.letterFor("id", "hello", nil)
	b := wire(good)
	at := func(i int) []byte { c := bytes.Clone(b); c[i] ^= 1; return c }
	invalid, bad := "Server.ServerProxy.InvalidSignatureValue", "Server.ServerProxy.InvalidMessage"
	w.posts(at(len(b)-1), invalid)                              // the body
	w.posts(append(bytes.Clone(b), 'x'), invalid)               // a longer one
	w.posts(b[:len(b)-2], invalid)                              // a shorter one
	w.posts(at(bytes.Index(b, []byte("X-Road-Id"))-3), invalid) // the block
	w.posts(at(letterFixed+len(good.Text)+5), invalid)          // the signature
	w.posts(at(16), "Server.ServerProxy.CertValidation")        // the certificate's name
	w.posts(at(0), bad)
	w.posts(nil, bad)
	w.posts([]byte("DXL1\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"+strings.Repeat("x", 40)), bad)
	w.posts(at(letterFixed), bad) // the head's first byte
	w.posts(wire(w.letterFor("id", "hello", func(h *message.Head) { h.Target = "/other" })), "Server.ServerProxy.InconsistentHeaders")
	w.posts(wire(w.letterFor("id", "hello", func(h *message.Head) { h.UserID = "other" })), "Server.ServerProxy.InconsistentHeaders")
	w.posts(wire(w.letterFor("id", "hello", func(h *message.Head) { h.Client = pop })), "Server.ServerProxy.InconsistentHeaders")
	w.posts(wire(w.letterFor("id", "hello", func(h *message.Head) { h.Server = gwB })), invalid)
	w.posts(wire(w.letterFor("id", "hello", func(h *message.Head) { h.Headers = message.Digest{} })), invalid)
	w.posts(wire(w.letterFor("id", "hello", func(h *message.Head) { h.Body = sha512.Sum512([]byte("other")) })), invalid)
	w.posts(wire(w.letterFor("id", "hello", func(h *message.Head) { h.Time = began.Add(-2 * time.Hour) })), "Server.ServerProxy.ClockSkew")
	w.posts(wire(w.letterFor("id", "hello", func(h *message.Head) { h.Time = began.Add(2 * time.Hour) })), "Server.ServerProxy.ClockSkew")
	w.untouched()
	w.posts(b, "")
	w.posts(b, "Server.ServerProxy.Replay")
	w.posts(wire(w.letterFor("id", "hello", nil)), "Server.ServerProxy.Replay") // another sending of the same X-Road-Id
	if n := w.calls.Load(); n != 1 {
		t.Errorf("%d calls reached the service", n)
	}
}

func TestStrangersAmongGateways(t *testing.T) {
	w := newWorld(t, nil)
	b := wire(w.letterFor("id", "hello", nil))
	stranger, _ := fresh(t)
	for name, cert := range map[string]*tls.Certificate{"nobody": nil, "a stranger": &stranger, "an information system": &w.system} {
		if got, err := w.post(cert, b); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
	w.b.own.Signer, w.a.own.Signer = w.a.own.Signer, w.b.own.Signer // a letter of A under B's key
	w.a.own.Signing, w.b.own.Signing = w.b.own.Signing, w.a.own.Signing
	w.posts(wire(w.letterFor("id", "hello", nil)), "Server.ServerProxy.CertValidation")
	w.b.own.Signer, w.a.own.Signer = w.a.own.Signer, w.b.own.Signer
	w.a.own.Signing, w.b.own.Signing = w.b.own.Signing, w.a.own.Signing

	w.dir.Revoked = []string{directory.Serial(w.a.own.Signing)}
	w.publish()
	w.posts(b, "Server.ServerProxy.CertValidation")
	w.dir.Revoked = nil
	w.dir.Servers[0].Serves = nil
	w.publish()
	w.posts(b, "Server.ServerProxy.UnknownMember")
	w.untouched()
}

func TestCertificatesThatEnd(t *testing.T) {
	for name, c := range map[string]struct {
		change func(w *world)
		want   string
	}{
		"our TLS certificate is revoked":       {func(w *world) { w.dir.Revoked = []string{directory.Serial(leaf(w.a.own.TLS))} }, "Server.ClientProxy.SslAuthenticationFailed"},
		"their TLS certificate is revoked":     {func(w *world) { w.dir.Revoked = []string{directory.Serial(leaf(w.b.own.TLS))} }, "Server.ClientProxy.SslAuthenticationFailed"},
		"our signing certificate is revoked":   {func(w *world) { w.dir.Revoked = []string{directory.Serial(w.a.own.Signing)} }, "Server.ServerProxy.CertValidation"},
		"their signing certificate is revoked": {func(w *world) { w.dir.Revoked = []string{directory.Serial(w.b.own.Signing)} }, "Server.ClientProxy.CertValidation"},
		"another gateway's address": {func(w *world) {
			w.dir.Servers[1].TLS = [][]byte{w.system.Certificate[0]}
		}, "Server.ClientProxy.SslAuthenticationFailed"},
		"expired": {func(w *world) {
			w.dir.Expires = began.Add(72 * time.Hour)
			w.a.clock.move(48 * time.Hour)
			w.b.clock.move(48 * time.Hour)
			var cert = w.localA.Systems[0]
			w.system, _ = keyed(w.t, serials.Add(1), began, began.Add(96*time.Hour))
			cert.Certificates = [][]byte{w.system.Certificate[0]}
			w.localA.Systems = []directory.System{cert}
		}, "Server.ClientProxy.SslAuthenticationFailed"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil)
			if a := w.call("GET", ask, ""); a.StatusCode != 201 { // leaves a connection open
				t.Fatal(a.body)
			}
			c.change(w)
			w.publish()
			a := w.call("GET", ask, "")
			if name == "our TLS certificate is revoked" && strings.Contains(a.body, "NetworkError") {
				c.want = "Server.ClientProxy.NetworkError" // they closed before their refusal could be read
			}
			a.fails(t, c.want)
			if n := w.calls.Load(); n > 2 || n > 1 && !strings.HasPrefix(c.want, "Server.ClientProxy.CertValidation") {
				t.Errorf("%d calls reached the service", n)
			}
		})
	}
}

// liar answers as the provider's gateway, with its keys, but not as it should.
func (w *world) liar(spoil func(to *letter, q *xroad.Request) *letter) {
	s := w.b.server(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		l, err := decode(r.Body, xroad.Limits{})
		if err != nil {
			panic(err)
		}
		if fault := w.b.complete(l, r.Body, xroad.Provider); fault != nil {
			panic(fault)
		}
		q, err := xroad.ParseRequest(l.block, xroad.Limits{})
		if err != nil {
			panic(err)
		}
		if done := spoil(l, q); done != nil {
			reply(rw, done)
			return
		}
		rw.Header().Set("Content-Type", faultType)
		io.WriteString(rw, `{"type":"Client.BadRequest","text":{"en":"it was you"}}`)
	}), w.b.PeerTLS())
	w.dir.Servers[1].Address = listen(w.t, s)
}

func TestResponsesThatLie(t *testing.T) {
	good := func(w *world, to *letter, q *xroad.Request, hash xroad.Digest) *letter {
		b := take()
		b.b = append(b.b, "said"...)
		body := bodyOf(b)
		block := xroad.NewResponse(q, hash, 200, http.Header{}).Block()
		l, err := w.b.sign(w.b.responseHead(to.Head, hash, 200, block, body), block, body)
		if err != nil {
			panic(err)
		}
		return l
	}
	invalid, other := "Server.ClientProxy.InvalidSignatureValue", "Server.ClientProxy.InconsistentResponse"
	for name, c := range map[string]struct {
		spoil func(w *world, to *letter, q *xroad.Request) *letter
		want  string
	}{
		"a wrong hash": {func(w *world, to *letter, q *xroad.Request) *letter { return good(w, to, q, xroad.Digest{1}) }, other},
		"the hash of the headers alone": {func(w *world, to *letter, q *xroad.Request) *letter {
			return good(w, to, q, sha512.Sum512(to.block))
		}, other},
		"another body": {func(w *world, to *letter, q *xroad.Request) *letter {
			l := good(w, to, q, hashOf(to))
			l.body.small.b[0] ^= 1
			return l
		}, invalid},
		"another id": {func(w *world, to *letter, q *xroad.Request) *letter {
			q.ID, to.Head.ID = "other", "other"
			return good(w, to, q, hashOf(to))
		}, other},
		"another client": {func(w *world, to *letter, q *xroad.Request) *letter {
			q.Client, to.Head.Client = pop, pop
			return good(w, to, q, hashOf(to))
		}, other},
		"another status in the head": {func(w *world, to *letter, q *xroad.Request) *letter {
			l := good(w, to, q, hashOf(to))
			l.Head.Status = 404
			l, _ = w.b.sign(l.Head, l.block, l.body)
			return l
		}, other},
		"a request": {func(w *world, to *letter, q *xroad.Request) *letter {
			to.Head.Server = gwB
			l, _ := w.b.sign(to.Head, to.block, to.body)
			return l
		}, "Server.ClientProxy.InvalidMessage"},
		"an old one": {func(w *world, to *letter, q *xroad.Request) *letter {
			l := good(w, to, q, hashOf(to))
			l.Head.Time = began.Add(-time.Hour)
			l, _ = w.b.sign(l.Head, l.block, l.body)
			return l
		}, "Server.ClientProxy.ClockSkew"},
		"a fault in another's name": {func(w *world, to *letter, q *xroad.Request) *letter { return nil }, "Server.ClientProxy.InvalidMessage"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, nil, func(w *world) { w.liar(func(to *letter, q *xroad.Request) *letter { return c.spoil(w, to, q) }) })
			a := w.call("POST", ask, "hello", "X-Road-Id", "id-1")
			a.fails(t, c.want)
			if kinds := w.a.logged(t, "id-1"); len(kinds) != 1 {
				t.Errorf("logged %v", kinds)
			}
		})
	}
}

func leaf(c tls.Certificate) *x509.Certificate { return c.Leaf }

func TestNothingIsAnsweredThatIsNotLogged(t *testing.T) {
	w := newWorld(t, nil)
	w.b.Log.Close()
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.LoggingFailed")
	w.untouched()
	w.a.Log.Close()
	w.call("GET", ask, "").fails(t, "Server.ClientProxy.LoggingFailed")
	w.untouched()
}

func FuzzLetters(f *testing.F) {
	w := newWorld(f, nil)
	f.Add(wire(w.letterFor("id", "hello", nil)))
	s := w.b.View.Current()
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := decode(bytes.NewReader(b), xroad.Limits{})
		if err != nil {
			return
		}
		if w.b.verify(l, s, s.Server(gwA), xroad.Provider, began) == nil {
			if q, err := xroad.ParseRequest(l.block, xroad.Limits{}); err != nil || q.ID != "id" {
				t.Fatal("a letter that nobody signed is taken")
			}
		}
	})
}
