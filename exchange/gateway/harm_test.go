package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
)

func TestASlowServiceHarmsNoOther(t *testing.T) {
	stop, hanging := make(chan struct{}), make(chan struct{}, 100)
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow/" {
			hanging <- struct{}{}
			<-stop
		}
	}, func(w *world) {
		w.b.Limits.PerService = 4
		base := w.localB.Services[0].URL
		slow := directory.Service{ID: xroad.ServiceID{ClientID: pop, Service: "slow"}, URL: base[:len(base)-len("base/")] + "slow/"}
		w.localB.Services = append(w.localB.Services, slow)
		w.dir.Grants = append(w.dir.Grants, directory.Grant{Client: schools, Service: slow.ID})
	})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if a := w.call("GET", "/r1/BH/GOV/1/pop/slow", ""); a.StatusCode != 200 {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
		})
	}
	for range 4 {
		<-hanging
	}
	w.call("GET", "/r1/BH/GOV/1/pop/slow", "").fails(t, "Server.ServerProxy.Overloaded")
	begin := time.Now()
	for range 20 {
		if a := w.call("GET", ask, ""); a.StatusCode != 200 {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
	}
	t.Logf("20 calls beside a hanging service took %v", time.Since(begin))
	close(stop)
	wg.Wait()
}

func TestADeadServiceIsLeftAlone(t *testing.T) {
	address := free(t)
	w := newWorld(t, nil, func(w *world) { w.localB.Services[0].URL = "http://" + address })
	for range brokenAfter {
		w.call("GET", ask, "").fails(t, "Server.ServerProxy.NetworkError")
	}
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.Overloaded")
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	back := &http.Server{Handler: http.HandlerFunc(w.serve)}
	go back.Serve(l)
	t.Cleanup(func() { back.Close() })
	w.call("GET", ask, "").fails(t, "Server.ServerProxy.Overloaded")
	w.a.clock.move(brokenFor)
	w.b.clock.move(brokenFor)
	for range 2 {
		if a := w.call("GET", ask, ""); a.StatusCode != 201 {
			t.Errorf("%d %s", a.StatusCode, a.body)
		}
	}
}

func TestTheProgramItselfMayCall(t *testing.T) {
	w := newWorld(t, nil)
	res, err := w.a.Call(context.Background(), Ask{Client: schools, Service: people, Method: "POST", Path: "/v1?x=1", Headers: http.Header{"X-Road-Id": {"id-1"}}, Body: []byte("hello")})
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || res.StatusCode != 201 || string(b) != "POST /base/v1?x=1 hello" || !slices.Equal(w.a.logged(t, "id-1"), []string{"request", "response"}) {
		t.Errorf("%d %s %v", res.StatusCode, b, err)
	}
	var fault *xroad.Fault
	for want, a := range map[string]Ask{"Server.ClientProxy.UnknownMember": {Client: pop, Service: people}, "Client.BadRequest": {Client: schools, Service: people, Path: "/../x"},
		"Server.ServerProxy.UnknownService": {Client: schools, Service: xroad.ServiceID{ClientID: pop, Service: "none"}}} {
		if _, err := w.a.Call(context.Background(), a); !errors.As(err, &fault) || fault.Type != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestAGatewayCounts(t *testing.T) {
	w := newWorld(t, nil)
	w.call("GET", ask, "")
	w.call("GET", ask, "", "X-Road-Id", "x")
	w.call("GET", ask, "", "X-Road-Id", "x")
	a, b := w.a.Figures(), w.b.Figures()
	if a.Answered != 2 || b.Provided != 2 || a.UnderWay != 0 || a.Faults["Server.ServerProxy.Replay"] != 1 || b.Faults["Server.ServerProxy.Replay"] != 1 {
		t.Errorf("%+v %+v", a, b)
	}
	for i := range 2 * mostKinds {
		w.a.tallyFault(fmt.Sprint("invented ", i))
	}
	if f := w.a.Figures().Faults; len(f) > mostKinds+1 || f["other"] == 0 {
		t.Errorf("%d kinds of fault are told apart", len(f))
	}
}

func TestALongBodyIsNeverWholeInMemory(t *testing.T) {
	const size = 32 << 20
	service := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if n, err := io.Copy(io.Discard, r.Body); n != size || err != nil {
			t.Errorf("the service got %d bytes (%v)", n, err)
		}
		io.CopyN(rw, &zeros{}, size)
	}))
	defer service.Close()
	w := newWorld(t, nil, func(w *world) { w.localB.Services[0].URL = service.URL })
	send := func() {
		r, err := http.NewRequest("POST", "https://"+w.a.client+ask, io.LimitReader(&zeros{}, size))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Road-Client", schools.String())
		res, err := client(&w.system).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		if n, err := io.Copy(io.Discard, res.Body); n != size || err != nil || res.StatusCode != 200 {
			t.Fatalf("%s, %d bytes, %v", res.Status, n, err)
		}
	}
	send()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	send()
	runtime.ReadMemStats(&after)
	used := after.TotalAlloc - before.TotalAlloc
	t.Logf("%d MB there and %d MB back took %.1f MB of memory in all, each byte counted once", size>>20, size>>20, float64(used)/(1<<20))
	if used > size/2 {
		t.Errorf("%d bytes of memory for a body of %d", used, size)
	}
}
