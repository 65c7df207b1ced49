package gateway

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
	"diwan.example/internal/need"
)

// plan is what a gateway in a process of its own is told.
type plan struct {
	ID           xroad.ServerID
	Dir          string // of its log
	Client, Peer string // where it listens
	Keys, Certs  [2][]byte
	Directory    directory.Directory
	Local        directory.Local
}

const planned = "DIWAN_TEST_GATEWAY"

func TestMain(m *testing.M) {
	if file := os.Getenv(planned); file != "" {
		if err := serve(file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// serve runs a gateway until it is killed.
func serve(file string) error {
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var p plan
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	var keys [2]*ecdsa.PrivateKey
	var certs [2]*x509.Certificate
	for i := range keys {
		if keys[i], err = x509.ParseECPrivateKey(p.Keys[i]); err != nil {
			return err
		}
		if certs[i], err = x509.ParseCertificate(p.Certs[i]); err != nil {
			return err
		}
	}
	log, err := messagelog.Open(p.Dir, messagelog.Options{Name: p.ID.String(), Clock: time.Now})
	if err != nil {
		return err
	}
	own := &directory.Identity{TLS: tls.Certificate{Certificate: [][]byte{p.Certs[0]}, PrivateKey: keys[0], Leaf: certs[0]}, Signer: keys[1], Signing: certs[1]}
	g := &Gateway{ID: p.ID, View: &directory.View{}, Identity: func() *directory.Identity { return own }, Log: log, Clock: time.Now}
	g.View.Replace(directory.NewSnapshot(p.Directory, p.Local))
	failed := make(chan error, 2)
	clients, err := net.Listen("tcp", p.Client)
	if err != nil {
		return err
	}
	peers, err := net.Listen("tcp", p.Peer)
	if err != nil {
		return err
	}
	go func() { failed <- g.ClientServer().Serve(g.ClientListener(clients, true)) }()
	go func() { failed <- g.PeerServer().ServeTLS(peers, "", "") }()
	fmt.Println("ready")
	return <-failed
}

// process is a gateway that can be killed.
type process struct {
	plan
	file string
	cmd  *exec.Cmd
}

func newProcess(t *testing.T, id xroad.ServerID) *process {
	p := &process{plan: plan{ID: id, Dir: t.TempDir(), Client: free(t), Peer: free(t)}, file: filepath.Join(t.TempDir(), "plan.json")}
	for i := range p.Keys {
		k, c := keyed(t, serials.Add(1), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
		der, err := x509.MarshalECPrivateKey(k.PrivateKey.(*ecdsa.PrivateKey))
		if err != nil {
			t.Fatal(err)
		}
		p.Keys[i], p.Certs[i] = der, c.Raw
	}
	return p
}

func free(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("127.0.0.1:%d", need.Port(t))
}

func (p *process) entry(serves xroad.ClientID) directory.Server {
	return directory.Server{ID: p.ID, Address: p.Peer, TLS: [][]byte{p.Certs[0]}, Signing: [][]byte{p.Certs[1]}, Serves: []xroad.ClientID{serves}}
}

// start runs it, and returns once it listens.
func (p *process) start(t *testing.T) {
	t.Helper()
	b, err := json.Marshal(p.plan)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command(os.Args[0])
	p.cmd.Env = append(os.Environ(), planned+"="+p.file)
	var said bytes.Buffer
	p.cmd.Stderr = &said
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if n, err := io.ReadFull(out, make([]byte, len("ready\n"))); err != nil {
		t.Fatalf("the gateway did not start: %d bytes, %v, %s", n, err, said.String())
	}
}

// kill is kill -9.
func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// outcome is how a message ended for its caller.
type outcome struct {
	id       string
	answered bool // or it was told that the message had been taken before
	tries    int
}

// persist sends a message until it is answered, or known to have been taken
// before, always under the same X-Road-Id.
func persist(ctx context.Context, c *http.Client, address, id string) (o outcome, err error) {
	for o.id = id; ctx.Err() == nil; {
		o.tries++
		r, err := http.NewRequestWithContext(ctx, "POST", "https://"+address+ask, strings.NewReader("about "+id))
		if err != nil {
			return o, err
		}
		r.Header.Set("X-Road-Client", schools.String())
		r.Header.Set("X-Road-Id", id)
		if res, err := c.Do(r); err == nil {
			b, err := io.ReadAll(res.Body)
			res.Body.Close()
			switch {
			case err == nil && res.StatusCode == 200 && string(b) == "did about "+id:
				o.answered = true
				return o, nil
			case res.Header.Get("X-Road-Error") == "Server.ServerProxy.Replay":
				return o, nil
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(15 * time.Millisecond):
		}
	}
	return o, ctx.Err()
}

func TestKillingAGatewayLosesNothingAnsweredAndDoublesNothing(t *testing.T) {
	var mu sync.Mutex
	done := map[string]int{}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		done[r.Header.Get("X-Road-Id")]++
		mu.Unlock()
		io.WriteString(w, "did "+string(b))
	}))
	defer service.Close()
	system, cert := keyed(t, serials.Add(1), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	a, b := newProcess(t, gwA), newProcess(t, gwB)
	dir := directory.Directory{Instance: "BH", Version: 1, Issued: time.Now().Add(-time.Minute), Expires: time.Now().Add(time.Hour),
		Members: []directory.Member{{ID: pop.Owner(), Subsystems: []directory.Subsystem{{Code: "pop"}}}, {ID: schools.Owner(), Subsystems: []directory.Subsystem{{Code: "schools"}}}},
		Servers: []directory.Server{a.entry(schools), b.entry(pop)}, Grants: []directory.Grant{{Client: schools, Service: people, LogBodies: true}}}
	a.Directory, b.Directory = dir, dir
	a.Local = directory.Local{Server: gwA, Systems: []directory.System{{Client: schools, Certificates: [][]byte{cert.Raw}}}}
	b.Local = directory.Local{Server: gwB, Services: []directory.Service{{ID: people, URL: service.URL}}}
	for _, p := range []*process{a, b} {
		p.start(t)
		defer func() { p.kill() }()
	}

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute) // stops what hangs
	defer cancel()
	var sent atomic.Int64
	var stop atomic.Bool
	outcomes := make(chan outcome, 100_000)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			c := client(&system)
			c.Transport.(*http.Transport).DisableKeepAlives = false
			defer c.CloseIdleConnections()
			for !stop.Load() {
				o, err := persist(ctx, c, a.Client, fmt.Sprintf("m-%d", sent.Add(1)))
				if err != nil {
					t.Error(err)
					return
				}
				outcomes <- o
			}
		})
	}
	for i := range 8 {
		for n := sent.Load() + 12 + int64(i*5); sent.Load() < n && ctx.Err() == nil; { // at a different moment each time
			time.Sleep(time.Millisecond)
		}
		p := []*process{b, a}[i%2]
		p.kill()
		p.start(t)
	}
	stop.Store(true)
	wg.Wait()
	close(outcomes)
	a.kill()
	b.kill()
	judge(t, outcomes, done, a, b)
}

// judge holds what callers were told against both logs and the service.
func judge(t *testing.T, outcomes <-chan outcome, done map[string]int, sites ...*process) {
	answered, known, retried := 0, 0, 0
	for o := range outcomes {
		if o.tries > 1 {
			retried++
		}
		if n := done[o.id]; n > 1 || o.answered && n != 1 {
			t.Errorf("%s: the service did it %d times", o.id, n)
		}
		if !o.answered {
			known++
			continue
		}
		answered++
		for _, p := range sites {
			list, err := messagelog.In(p.Dir).Find(o.id)
			if err != nil {
				t.Fatal(err)
			}
			responses := 0
			for _, r := range list {
				if r.Head.Kind == "response" {
					responses++
				}
			}
			if len(list) < 2 || responses != 1 {
				t.Errorf("%s was answered, but %s has %d records of it, %d of them responses", o.id, p.ID.Server, len(list), responses)
			}
		}
	}
	t.Logf("%d messages answered, %d sent again, %d told that they had been taken before", answered, retried, known)
	if answered < 50 || retried == 0 {
		t.Error("too little happened for this to prove anything")
	}
}
