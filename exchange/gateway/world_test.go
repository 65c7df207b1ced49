package gateway

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
)

var (
	schools = xroad.ClientID{Instance: "BH", Class: "GOV", Member: "2", Subsystem: "schools"}
	pop     = xroad.ClientID{Instance: "BH", Class: "GOV", Member: "1", Subsystem: "pop"}
	people  = xroad.ServiceID{ClientID: pop, Service: "people"}
	gwA     = xroad.ServerID{Instance: "BH", Class: "GOV", Member: "2", Server: "gw-a"}
	gwB     = xroad.ServerID{Instance: "BH", Class: "GOV", Member: "1", Server: "gw-b"}
)

const ask = "/r1/BH/GOV/1/pop/people"

// began is the moment at which these worlds begin.
var began = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// clock is a clock that stands until it is moved.
type clock struct{ off atomic.Int64 }

func (c *clock) now() time.Time       { return began.Add(time.Duration(c.off.Load())) }
func (c *clock) move(d time.Duration) { c.off.Add(int64(d)) }

// keyed makes a certificate that holds for a day around began.
func keyed(t testing.TB, serial int64, from, until time.Time) (tls.Certificate, *x509.Certificate) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"}, NotBefore: from, NotAfter: until, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true, IsCA: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: k, Leaf: c}, c
}

var serials atomic.Int64

func fresh(t testing.TB) (tls.Certificate, *x509.Certificate) {
	return keyed(t, serials.Add(1), began.Add(-24*time.Hour), began.Add(24*time.Hour))
}

func identity(t testing.TB) *directory.Identity {
	own, _ := fresh(t)
	signing, cert := fresh(t)
	return &directory.Identity{TLS: own, Signer: signing.PrivateKey.(*ecdsa.PrivateKey), Signing: cert}
}

// site is one gateway with its listeners and its own clock.
type site struct {
	*Gateway
	clock  *clock
	own    *directory.Identity
	client string // host:port towards information systems, over TLS
	peer   string // towards gateways
	dir    string
}

// world has two members, each with a gateway, one client and one service.
type world struct {
	t       testing.TB
	a, b    *site
	system  tls.Certificate // of the client's information system
	dir     directory.Directory
	localA  directory.Local
	localB  directory.Local
	calls   atomic.Int64 // that reached the service
	mu      sync.Mutex
	service http.HandlerFunc
	got     []*http.Request
	bodies  []string
}

// newWorld begins a world whose service answers as told; nil: it tells what it got.
func newWorld(t testing.TB, service http.HandlerFunc, change ...func(w *world)) *world {
	t.Helper()
	w := &world{t: t, service: service}
	backend := httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(backend.Close)
	var cert *x509.Certificate
	w.system, cert = fresh(t)
	w.a, w.b = newSite(t, gwA), newSite(t, gwB)
	w.dir = directory.Directory{Instance: "BH", Version: 1, Issued: began.Add(-time.Hour), Expires: began.Add(12 * time.Hour),
		Members: []directory.Member{{ID: pop.Owner(), Subsystems: []directory.Subsystem{{Code: "pop"}}}, {ID: schools.Owner(), Subsystems: []directory.Subsystem{{Code: "schools"}}}},
		Servers: []directory.Server{w.a.entry(schools), w.b.entry(pop)},
		Grants:  []directory.Grant{{Client: schools, Service: people, LogBodies: true}}}
	w.localA = directory.Local{Server: gwA, Systems: []directory.System{{Client: schools, Certificates: [][]byte{cert.Raw}}}}
	w.localB = directory.Local{Server: gwB, Services: []directory.Service{{ID: people, URL: backend.URL + "/base/", Description: backend.URL + "/base/openapi.json"}}}
	for _, c := range change {
		c(w)
	}
	w.publish()
	return w
}

// publish makes both gateways work by the directory as it stands.
func (w *world) publish() {
	w.dir.Servers = slices.Clone(w.dir.Servers)
	w.a.View.Replace(directory.NewSnapshot(w.dir, w.localA))
	w.b.View.Replace(directory.NewSnapshot(w.dir, w.localB))
}

func newSite(t testing.TB, id xroad.ServerID) *site {
	s := &site{clock: &clock{}, own: identity(t), dir: t.TempDir()}
	log, err := messagelog.Open(s.dir, messagelog.Options{Name: id.String(), Clock: s.clock.now})
	if err != nil {
		t.Fatal(err)
	}
	s.Gateway = &Gateway{ID: id, View: &directory.View{}, Identity: func() *directory.Identity { return s.own }, Log: log, Clock: s.clock.now}
	s.client, s.peer = listenWith(t, func(l net.Listener) (*http.Server, net.Listener) { return s.ClientServer(), s.ClientListener(l, true) }), listen(t, s.PeerServer())
	t.Cleanup(func() {
		s.Close()
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func listen(t testing.TB, s *http.Server) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go s.ServeTLS(l, "", "")
	t.Cleanup(func() { s.Close() })
	return l.Addr().String()
}

func listenWith(t testing.TB, made func(net.Listener) (*http.Server, net.Listener)) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, from := made(l)
	go s.Serve(from)
	t.Cleanup(func() { s.Close() })
	return l.Addr().String()
}

func (s *site) entry(serves xroad.ClientID) directory.Server {
	return directory.Server{ID: s.ID, Address: s.peer, TLS: [][]byte{s.own.TLS.Certificate[0]}, Signing: [][]byte{s.own.Signing.Raw}, Serves: []xroad.ClientID{serves}}
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	w.calls.Add(1)
	b, _ := io.ReadAll(r.Body)
	w.mu.Lock()
	w.got, w.bodies = append(w.got, r), append(w.bodies, string(b))
	w.mu.Unlock()
	if w.service != nil {
		w.service(rw, r)
		return
	}
	rw.Header().Set("X-Service", "said")
	rw.WriteHeader(http.StatusCreated)
	io.WriteString(rw, r.Method+" "+r.RequestURI+" "+string(b))
}

// client is an information system's HTTP client with a certificate.
func client(cert *tls.Certificate) *http.Client {
	c := &tls.Config{InsecureSkipVerify: true}
	if cert != nil {
		c.Certificates = []tls.Certificate{*cert}
	}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: c, DisableKeepAlives: true}, Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// answer is what an information system got.
type answer struct {
	*http.Response
	body string
}

// call sends a request as the client's information system does.
func (w *world) call(method, path, body string, headers ...string) answer {
	w.t.Helper()
	r, err := http.NewRequest(method, "https://"+w.a.client+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("X-Road-Client", schools.String())
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return do(w.t, client(&w.system), r)
}

func do(t testing.TB, c *http.Client, r *http.Request) answer {
	t.Helper()
	res, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res, string(b)}
}

// fails checks that an answer is exactly this fault.
func (a answer) fails(t testing.TB, kind string) {
	t.Helper()
	var said struct{ Type, Message, Detail string }
	status := http.StatusInternalServerError
	if strings.HasPrefix(kind, "Client.") {
		status = http.StatusBadRequest
	}
	if err := json.Unmarshal([]byte(a.body), &said); err != nil || a.StatusCode != status || said.Type != kind || a.Header.Get("X-Road-Error") != kind || said.Message == "" || said.Detail == "" {
		t.Errorf("got %d %q %s, want %s", a.StatusCode, a.Header.Get("X-Road-Error"), a.body, kind)
	}
}

// untouched checks that nothing reached the service.
func (w *world) untouched() {
	w.t.Helper()
	if n := w.calls.Load(); n != 0 {
		w.t.Errorf("%d calls reached the service", n)
	}
}

// logged gives the kinds of messages that a site logged under an id.
func (s *site) logged(t testing.TB, id string) (out []string) {
	t.Helper()
	list, err := s.Log.Find(id)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		out = append(out, string(r.Head.Kind))
	}
	return out
}
