package gateway

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// raw writes bytes to the consumer's gateway as they are and gives what comes back
// first; the rest stays in the reader.
func (w *world) raw(text string) (answer, *bufio.Reader) {
	w.t.Helper()
	c, err := tls.Dial("tcp", w.a.client, &tls.Config{InsecureSkipVerify: true, Certificates: []tls.Certificate{w.system}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(5 * time.Minute))
	go io.WriteString(c, text)
	in := bufio.NewReader(c)
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{res, string(b)}, in
}

func request(target string, headers ...string) string {
	return "GET " + target + " HTTP/1.1\r\nHost: gw\r\n" + strings.Join(append(headers, "", ""), "\r\n")
}

const mine = "X-Road-Client: BH/GOV/2/schools"

func TestWhoMayNotSpeakIsRefused(t *testing.T) {
	w := newWorld(t, nil)
	send := func(cert *tls.Certificate, speaker string) answer {
		r, _ := http.NewRequest("GET", "https://"+w.a.client+ask, nil)
		if speaker != "" {
			r.Header.Set("X-Road-Client", speaker)
		}
		return do(t, client(cert), r)
	}
	foreign, _ := fresh(t)
	send(&w.system, "").fails(t, "Client.MissingHeader")
	send(&w.system, "nonsense").fails(t, "Client.InvalidClientIdentifier")
	send(&w.system, "BH/GOV/9/none").fails(t, "Server.ClientProxy.UnknownMember")
	send(&w.system, pop.String()).fails(t, "Server.ClientProxy.UnknownMember")
	send(&w.system, schools.Owner().String()).fails(t, "Server.ClientProxy.UnknownMember")
	send(nil, schools.String()).fails(t, "Server.ClientProxy.SslAuthenticationFailed")
	send(&foreign, schools.String()).fails(t, "Server.ClientProxy.SslAuthenticationFailed")
	send(&w.b.own.TLS, schools.String()).fails(t, "Server.ClientProxy.SslAuthenticationFailed")

	old, cert := keyed(t, serials.Add(1), began.Add(-48*time.Hour), began.Add(-time.Hour))
	w.localA.Systems[0].Certificates = append(w.localA.Systems[0].Certificates, cert.Raw)
	w.publish()
	send(&old, schools.String()).fails(t, "Server.ClientProxy.SslAuthenticationFailed")
	w.dir.Revoked = []string{directory.Serial(w.system.Leaf)}
	w.publish()
	send(&w.system, schools.String()).fails(t, "Server.ClientProxy.SslAuthenticationFailed")
	w.untouched()

	plain := httptest.NewServer(w.a.Clients())
	defer plain.Close()
	r, _ := http.NewRequest("GET", plain.URL+ask, nil)
	r.Header.Set("X-Road-Client", schools.String())
	do(t, plain.Client(), r).fails(t, "Server.ClientProxy.SslAuthenticationFailed")
	w.untouched()
	w.localA.Systems[0].Plain = true
	w.publish()
	if a := do(t, plain.Client(), r); a.StatusCode != 201 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

func TestHostileRequestsAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	for text, want := range map[string]string{
		request(ask, mine, mine):                                  "Client.DuplicateHeaderField",
		request(ask, mine, "x-road-client: BH/GOV/2/other"):       "Client.DuplicateHeaderField",
		request(ask, mine, "X-Road-Id: a", "X-Road-Id: b"):        "Client.DuplicateHeaderField",
		request(ask, mine, "X_Road_UserId: root"):                 "Client.BadRequest",
		request(ask, mine, "Connection: x-road-userid"):           "Client.BadRequest",
		request(ask+"/../../x", mine):                             "Client.BadRequest",
		request(ask+"/%2e%2e/x", mine):                            "Client.BadRequest",
		request(ask+"/%252e%252e/x", mine):                        "Client.BadRequest",
		request(ask+"//other.example/", mine):                     "Client.BadRequest",
		request(ask+"/a%5cb", mine):                               "Client.BadRequest",
		request(ask+"/a%00", mine):                                "Client.BadRequest",
		request(ask+"/a%0d%0aX-Road-UserId:root", mine):           "Client.BadRequest",
		request("/r1/BH/GOV/1/pop%2Fpeople", mine):                "Client.BadRequest",
		request("http://other.example"+ask, mine):                 "Client.BadRequest",
		request("/r2/BH/GOV/1/pop/people", mine):                  "Client.InvalidProtocolVersion",
		request(ask, "X-A: folded", " "+mine):                     "Client.MissingHeader",
		request("/", mine):                                        "Client.BadRequest",
		request(ask+"?"+strings.Repeat("x", 2000), mine):          "Client.BadRequest",
		strings.Replace(request(ask, mine), "GET", "BREW", 1):     "Client.InvalidHttpMethod",
		request(ask, append([]string{mine}, lines(500)...)...):    "Client.BadRequest",
		request(ask, mine, "X-Long: "+strings.Repeat("x", 40000)): "Client.BadRequest",
		request("/r1/BH/GOV/9/none/people", mine):                 "Server.ClientProxy.UnknownMember",
		request(ask, mine, "X-Road-Security-Server: BH/GOV/9"):    "Client.BadRequest",
		request(ask, mine, "X-Road-Security-Server: BH/GOV/9/x"):  "Server.ClientProxy.InvalidSecurityServer",
	} {
		a, _ := w.raw(text)
		a.fails(t, want)
	}
	w.untouched()
}

func lines(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprintf("X-%d: 1", i))
	}
	return out
}

func TestACallerMayWaitForContinue(t *testing.T) {
	w := newWorld(t, nil)
	a, in := w.raw(strings.Replace(request(ask, mine, "Expect: 100-continue", "Content-Length: 5"), "GET", "POST", 1) + "hello")
	if a.StatusCode == 100 {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(res.Body)
		a = answer{res, string(b)}
	}
	if a.StatusCode != 201 || a.body != "POST /base/ hello" || w.got[0].Header.Get("Expect") != "" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

// What HTTP itself forbids never comes to a handler: the caller gets the fault all
// the same, and the connection ends, so that nothing after it is taken for a request.
func TestBrokenHTTPEndsTheConnection(t *testing.T) {
	w := newWorld(t, nil)
	for name, text := range map[string]string{
		"two lengths":       strings.Replace(request(ask, mine, "Content-Length: 5", "Content-Length: 6"), "GET", "POST", 1) + "hello",
		"no length":         strings.Replace(request(ask, mine, "Content-Length: five"), "GET", "POST", 1) + "hello",
		"obscured encoding": strings.Replace(request(ask, mine, "Transfer-Encoding: xchunked"), "GET", "POST", 1) + "0\r\n\r\n",
		"two encodings":     strings.Replace(request(ask, mine, "Transfer-Encoding: chunked", "Transfer-Encoding: identity"), "GET", "POST", 1) + "0\r\n\r\n",
		"space in name":     request(ask, mine, "X-Road-UserId : root"),
		"control in value":  request(ask, mine, "X-A: a\x00b"),
		"space in target":   request(ask+"/a b", mine),
		"no host":           strings.Replace(request(ask, mine), "Host: gw\r\n", "", 1),
		"another version":   strings.Replace(request(ask, mine), "HTTP/1.1", "HTTP/3.0", 1),
		"no HTTP at all":    "hello\r\n\r\n",
		"100,000 headers":   request(ask, append([]string{mine}, lines(100_000)...)...),
	} {
		for _, before := range []string{"", request(ask, mine)} { // as the first request of a connection, and after another
			a, in := w.raw(before + text + request(ask, mine))
			if before != "" {
				if a.StatusCode != 201 {
					t.Fatalf("%s: what came before was answered %d %s", name, a.StatusCode, a.body)
				}
				a = w.next(in)
			}
			if a.fails(t, "Client.BadRequest"); t.Failed() {
				t.Fatalf("%s, after %q", name, before)
			}
			if rest, _ := io.ReadAll(in); strings.Contains(string(rest), "HTTP/1.1 2") {
				t.Errorf("%s: what follows was answered: %q", name, rest)
			}
		}
	}
	if n := w.calls.Load(); n != 11 {
		t.Errorf("%d calls reached the service", n)
	}
}

// next reads one more answer.
func (w *world) next(in *bufio.Reader) answer {
	w.t.Helper()
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{res, string(b)}
}

// A request with both a length and chunks is refused, wherever it comes on a
// connection, and nothing after it is read (RFC 9112 section 6.1).
func TestNoRequestHidesBehindAnother(t *testing.T) {
	w := newWorld(t, nil)
	hidden := request(ask+"/hidden", mine)
	chunks := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(hidden), hidden)
	post := func(target string, headers ...string) string {
		return strings.Replace(request(target, append([]string{mine}, headers...)...), "GET", "POST", 1)
	}
	honest := post(ask+"/honest", "Transfer-Encoding: chunked") + "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: t\r\n\r\n" + post(ask+"/honest", "Content-Length: 5") + "abcde" + request(ask+"/honest?"+strings.Repeat("q", 1000), mine)
	for name, text := range map[string]string{
		"length and chunks":   post(ask, "Content-Length: 4", "Transfer-Encoding: chunked") + chunks,
		"chunks and length":   post(ask, "Transfer-Encoding: chunked", "content-length:4") + chunks,
		"in capitals":         post(ask, "TRANSFER-ENCODING: Chunked", "CONTENT-LENGTH: 4") + chunks,
		"far to the right":    post(ask, "Transfer-Encoding:"+strings.Repeat(" ", 400)+"chunked", "Content-Length: "+strings.Repeat("0", 400)+"4") + chunks,
		"on a line that goes": post(ask, "Transfer-Encoding:\r\n chunked", "Content-Length: 4") + chunks,
		"chunks in 1.0":       strings.Replace(post(ask, "Transfer-Encoding: chunked"), "HTTP/1.1", "HTTP/1.0", 1) + chunks,
	} {
		for _, before := range []string{"", honest} {
			w.calls.Store(0)
			a, in := w.raw(before + text + request(ask, mine))
			for range strings.Count(before, "HTTP/1.1") {
				if a.StatusCode != 201 || !strings.Contains(a.body, "/honest") {
					t.Fatalf("%s: what came before was answered %d %s", name, a.StatusCode, a.body)
				}
				a = w.next(in)
			}
			a.fails(t, "Client.BadRequest")
			if rest, _ := io.ReadAll(in); len(rest) > 0 || !a.Close {
				t.Errorf("%s: the connection went on: %v %q", name, a.Close, rest)
			}
			if n := w.calls.Load(); n != int64(strings.Count(before, "HTTP/1.1")) {
				t.Errorf("%s: %d calls reached the service", name, n)
			}
		}
	}
}

// A head that does not come to its end is answered before the connection ends.
func TestAHeadThatStaysAwayIsAnswered(t *testing.T) {
	w := newWorld(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := w.a.ClientServer()
	s.ReadHeaderTimeout = 200 * time.Millisecond
	go s.Serve(w.a.ClientListener(l, true))
	defer s.Close()
	was := w.a.client
	w.a.client = l.Addr().String()
	a, _ := w.raw("GET " + ask + " HTTP/1.1\r\nHost: g")
	a.fails(t, "Client.BadRequest")
	w.a.client = was
	w.untouched()
}

// Whoever forgets TLS is told so.
func TestWithoutTLSTheFaultSaysSo(t *testing.T) {
	w := newWorld(t, nil)
	r, _ := http.NewRequest("GET", "http://"+w.a.client+ask, nil)
	do(t, http.DefaultClient, r).fails(t, "Client.BadRequest")
	w.untouched()
}

// What a service answers is never taken for an answer of the server.
func TestAnAnswerThatLooksLikeTheServersIsPassedOn(t *testing.T) {
	const odd = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"
	long := strings.Repeat(odd, 2000)
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) { io.WriteString(rw, long) })
	for range 2 {
		if a := w.call("GET", ask, ""); a.StatusCode != 200 || a.body != long {
			t.Errorf("%d, %d bytes", a.StatusCode, len(a.body))
		}
	}
}

func TestEndlessBodiesEnd(t *testing.T) {
	w := newWorld(t, nil, func(w *world) { w.a.Limits.Body, w.b.Limits.Body = 200_000, 200_000 })
	endless := io.MultiReader(strings.NewReader("begin"), &zeros{})
	r, _ := http.NewRequest("POST", "https://"+w.a.client+ask, endless)
	r.Header.Set("X-Road-Client", schools.String())
	do(t, client(&w.system), r).fails(t, "Client.MessageTooLarge")
	a, _ := w.raw(strings.Replace(request(ask, mine, "Content-Length: 99999999999"), "GET", "POST", 1))
	a.fails(t, "Client.MessageTooLarge")
	w.untouched()
}

// zeros never ends.
type zeros struct{}

func (*zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestServicesThatMisbehave(t *testing.T) {
	stop := make(chan struct{})
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/base/endless":
			for rw.Header(); ; {
				if _, err := rw.Write(make([]byte, 32<<10)); err != nil {
					return
				}
			}
		case "/base/headers":
			for i := range 300 {
				rw.Header().Set(fmt.Sprintf("X-%d", i), "1")
			}
		case "/base/long":
			rw.Header().Set("X-Long", strings.Repeat("x", 60_000))
		case "/base/silent":
			select {
			case <-stop:
			case <-r.Context().Done():
			}
		case "/base/trickle":
			for r.Context().Err() == nil {
				io.WriteString(rw, "x")
				rw.(http.Flusher).Flush()
				select {
				case <-stop:
					return
				case <-time.After(10 * time.Millisecond):
				}
			}
		case "/base/switch":
			c, _, err := rw.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
			<-stop
			c.Close()
		case "/base/garbage":
			c, _, err := rw.(http.Hijacker).Hijack()
			if err != nil {
				panic(err)
			}
			io.WriteString(c, "HELLO\r\n\r\n")
			c.Close()
		case "/base/broken":
			rw.Header().Set("Content-Length", "100")
			io.WriteString(rw, "x")
		case "/base/forged":
			for _, n := range []string{"X-Road-Client", "X-Road-Service", "X-Road-Id", "X-Road-Request-Id", "X-Road-Request-Hash", "X-Road-Error"} {
				rw.Header().Set(n, "forged")
			}
		}
	}, func(w *world) {
		w.b.Limits.Body = 300_000
		w.b.Limits.Whole = 10 * time.Second // enough for all others on a busy machine
		w.localB.Services[0].Timeout = 4000
	})
	defer close(stop)
	var slow sync.WaitGroup
	defer slow.Wait()
	slow.Go(func() { w.call("GET", ask+"/silent", "").fails(t, "Server.ServerProxy.NetworkError") })
	slow.Go(func() { w.call("GET", ask+"/trickle", "").fails(t, "Server.ServerProxy.ServiceFailed") })
	w.call("GET", ask+"/endless", "").fails(t, "Server.ServerProxy.MessageTooLarge")
	w.call("GET", ask+"/headers", "").fails(t, "Server.ServerProxy.ServiceFailed")
	w.call("GET", ask+"/long", "").fails(t, "Server.ServerProxy.ServiceFailed")
	w.call("GET", ask+"/switch", "", "Connection", "upgrade", "Upgrade", "x").fails(t, "Server.ServerProxy.ServiceFailed")
	w.call("GET", ask+"/garbage", "").fails(t, "Server.ServerProxy.NetworkError")
	w.call("GET", ask+"/broken", "").fails(t, "Server.ServerProxy.ServiceFailed")
	if a := w.call("GET", ask+"/forged", ""); a.StatusCode != 200 || a.Header.Get("X-Road-Error") != "" || strings.Contains(fmt.Sprint(a.Header), "forged") {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
}

func TestClocksApart(t *testing.T) {
	w := newWorld(t, nil)
	w.a.clock.move(2 * time.Hour)
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.ClockSkew")
	w.a.clock.move(-4 * time.Hour)
	w.call("GET", ask, "").fails(t, "Server.ClientProxy.OutdatedGlobalConf") // the directory comes from its future
	w.a.clock.move(2*time.Hour + 4*time.Minute)
	if a := w.call("GET", ask, ""); a.StatusCode != 201 {
		t.Errorf("four minutes apart: %s", a.body)
	}
	if w.calls.Load() != 1 {
		t.Errorf("%d calls", w.calls.Load())
	}
}

func TestDirectoriesThatDoNotHold(t *testing.T) {
	w := newWorld(t, nil)
	w.b.View.Replace(directory.NewSnapshot(directory.Directory{Version: 1, Issued: began, Expires: began, Servers: w.dir.Servers, Members: w.dir.Members}, w.localB))
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.OutdatedGlobalConf")
	w.publish()
	w.a.clock.move(12 * time.Hour)
	w.call("GET", ask, "").fails(t, "Server.ClientProxy.OutdatedGlobalConf")
	w.a.View.Replace(directory.NewSnapshot(directory.Directory{}, directory.Local{}))
	w.call("GET", ask, "").fails(t, "Server.ClientProxy.OutdatedGlobalConf")
	w.untouched()
}

func TestRightsAndStates(t *testing.T) {
	w := newWorld(t, nil)
	change := func(do func()) {
		before, local := w.dir, w.localB
		before.Servers = append([]directory.Server{}, w.dir.Servers...)
		do()
		w.publish()
		w.dir, w.localB = before, local
	}
	change(func() { w.dir.Grants = nil })
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.AccessDenied")
	change(func() {
		w.dir.Grants = []directory.Grant{{Client: schools, Service: people, Methods: []string{"GET"}, Paths: []string{"/v1/*"}}}
	})
	w.call("POST", ask+"/v1/x", "").fails(t, "Server.ServerProxy.AccessDenied")
	w.call("GET", ask+"/v2/x", "").fails(t, "Server.ServerProxy.AccessDenied")
	w.call("GET", ask+"/v1/x/y", "").fails(t, "Server.ServerProxy.AccessDenied")
	change(func() { w.dir.Grants = []directory.Grant{{Client: schools, Service: people, Until: began}} })
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.AccessDenied")
	change(func() { w.localB.Services = nil })
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.UnknownService")
	change(func() {
		w.localB.Services = []directory.Service{{ID: people, URL: "http://127.0.0.1:1/", Disabled: gov.T("مغلقة", "Closed until Sunday")}}
	})
	if a := w.call("GET", ask, ""); !strings.Contains(a.body, "Closed until Sunday") {
		t.Error(a.body)
	} else {
		a.fails(t, "Server.ServerProxy.ServiceDisabled")
	}
	change(func() { w.localB.Services = []directory.Service{{ID: people, URL: "ftp://127.0.0.1/"}} })
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.ServiceMissingUrl")
	change(func() { w.localB.Services = []directory.Service{{ID: people, URL: "http://127.0.0.1:1/"}} })
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.NetworkError")
	resting := &directory.Maintenance{From: began.Add(-time.Hour), Notice: gov.T("نعود غدًا", "Back tomorrow")}
	change(func() { w.dir.Servers[1].Maintenance = resting })
	if a := w.call("GET", ask, "", "Accept-Language", "ar"); !strings.Contains(a.body, "نعود غدًا") {
		t.Error(a.body)
	} else {
		a.fails(t, "Server.ClientProxy.MaintenanceMode")
	}
	change(func() { w.dir.Servers[0].Maintenance = resting })
	w.call("GET", ask, "").fails(t, "Server.ClientProxy.MaintenanceMode")
	change(func() {
		w.dir.Servers[1].Maintenance = resting
		w.a.View.Replace(directory.NewSnapshot(w.dir, w.localA))
	})
	w.a.View.Replace(directory.NewSnapshot(w.dir, w.localA))
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.MaintenanceMode")
	change(func() { w.dir.Servers[1].Serves = nil })
	w.call("GET", ask, "").fails(t, "Server.ClientProxy.UnknownMember")
	w.untouched()
}

func TestThePeerIsChosen(t *testing.T) {
	var third *site
	w := newWorld(t, nil, func(w *world) {
		third = newSite(w.t, xroad.ServerID{Instance: "BH", Class: "GOV", Member: "1", Server: "gw-c"})
		dead := w.b.entry(pop)
		dead.ID.Server, dead.Address = "gw-0", "127.0.0.1:1"
		w.dir.Servers = []directory.Server{w.a.entry(schools), dead, w.b.entry(pop), third.entry(pop)}
	})
	local := w.localB
	local.Server = third.ID
	third.View.Replace(directory.NewSnapshot(w.dir, local))
	for range 3 {
		if a := w.call("GET", ask, "", "X-Road-Id", "b"); a.StatusCode != 201 && a.Header.Get("X-Road-Error") != "Server.ServerProxy.Replay" {
			t.Fatal(a.body)
		}
	}
	if len(w.b.logged(t, "b")) == 0 || len(third.logged(t, "b")) != 0 {
		t.Error("not the first gateway that is up was chosen")
	}
	if a := w.call("GET", ask, "", "X-Road-Id", "c", "X-Road-Security-Server", third.ID.String()); a.StatusCode != 201 || len(third.logged(t, "c")) != 2 {
		t.Errorf("the gateway that was asked for was not chosen: %s", a.body)
	}
	w.call("GET", ask, "", "X-Road-Security-Server", gwA.String()).fails(t, "Server.ClientProxy.InvalidSecurityServer")
	w.call("GET", ask, "", "X-Road-Security-Server", "BH/GOV/1/gw-0").fails(t, "Server.ClientProxy.NetworkError")
}
