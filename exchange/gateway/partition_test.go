package gateway

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"
)

// cable is a connection between gateways that can be cut and can fall silent.
type cable struct {
	to     string
	mu     sync.Mutex
	live   map[net.Conn]bool
	cut    bool // new connections are closed at once
	silent chan struct{}
}

func newCable(t testing.TB, to string) (*cable, string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cable{to: to, live: map[net.Conn]bool{}}
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go c.join(in)
		}
	}()
	t.Cleanup(func() { l.Close(); c.set(true) })
	return c, l.Addr().String()
}

func (c *cable) join(in net.Conn) {
	out, err := net.Dial("tcp", c.to)
	if err != nil {
		in.Close()
		return
	}
	c.mu.Lock()
	if c.cut {
		in.Close()
		out.Close()
	}
	c.live[in], c.live[out] = true, true
	c.mu.Unlock()
	go c.pump(in, out)
	c.pump(out, in)
}

func (c *cable) pump(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	b := make([]byte, 4<<10)
	for {
		n, err := from.Read(b)
		c.mu.Lock()
		silent := c.silent
		c.mu.Unlock()
		if silent != nil {
			<-silent
		}
		if err != nil {
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

// set cuts all connections, or heals the cable.
func (c *cable) set(cut bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut = cut; cut {
		for x := range c.live {
			x.Close()
		}
		clear(c.live)
	}
}

// hush holds back every byte until it is called again.
func (c *cable) hush(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if on {
		c.silent = make(chan struct{})
	} else if c.silent != nil {
		close(c.silent)
		c.silent = nil
	}
}

func TestAPartitionIsSurvived(t *testing.T) {
	var c *cable
	w := newWorld(t, nil, func(w *world) {
		c, w.dir.Servers[1].Address = newCable(w.t, w.b.peer)
		w.a.Limits.Whole = 5 * time.Second // also for the calls that must succeed
	})
	good := func(id string) {
		t.Helper()
		if a := w.call("POST", ask, id, "X-Road-Id", id); a.StatusCode != 201 {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
	}
	good("before")
	c.set(true)
	for i := range 3 {
		w.call("POST", ask, "x", "X-Road-Id", fmt.Sprint("cut-", i)).fails(t, "Server.ClientProxy.NetworkError")
	}
	c.set(false)
	for i := range 3 { // what never arrived may be sent again
		good(fmt.Sprint("cut-", i))
	}
	c.hush(true)
	begin := time.Now()
	w.call("POST", ask, "x", "X-Road-Id", "silent").fails(t, "Server.ClientProxy.NetworkError")
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("a silent gateway held the caller for %v", took)
	}
	c.hush(false)
	good("after")
	for _, id := range []string{"before", "cut-0", "cut-1", "cut-2", "after"} {
		n := 0
		for _, b := range w.bodies {
			if b == id {
				n++
			}
		}
		if n != 1 || !slices.Equal(w.b.logged(t, id), []string{"request", "response"}) {
			t.Errorf("%s reached the service %d times, logged %v", id, n, w.b.logged(t, id))
		}
	}
}

func TestACableThatBreaksInTheMiddleDoublesNothing(t *testing.T) {
	var c *cable
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		c.set(true) // the answer never arrives
		c.set(false)
		io.WriteString(rw, "done")
	}, func(w *world) { c, w.dir.Servers[1].Address = newCable(w.t, w.b.peer) })
	w.call("POST", ask, "x", "X-Road-Id", "once").fails(t, "Server.ClientProxy.NetworkError")
	w.call("POST", ask, "x", "X-Road-Id", "once").fails(t, "Server.ServerProxy.Replay")
	if n := w.calls.Load(); n != 1 {
		t.Errorf("the service did it %d times", n)
	}
}
