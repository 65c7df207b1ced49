package gateway

import (
	"crypto/sha512"
	"encoding/base64"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
)

func TestAMessageGoesThrough(t *testing.T) {
	w := newWorld(t, nil)
	a := w.call("POST", ask+"/v1/%D9%85/a%20b;x?q=%2e%2e/&a=b?c", "hello", "X-Road-Id", "id-1", "X-Road-UserId", "BH1", "X-Road-Issue", "case 7", "X-Mine", "yes", "Content-Type", "text/x", "Authorization", "Bearer t", "User-Agent", "secret")
	if a.StatusCode != 201 || a.body != "POST /base/v1/%D9%85/a%20b;x?q=%2e%2e/&a=b?c hello" || a.Header.Get("X-Service") != "said" || a.Header.Get("X-Road-Error") != "" {
		t.Fatalf("%d %v %s", a.StatusCode, a.Header, a.body)
	}
	if a.Header.Get("X-Road-Id") != "id-1" || a.Header.Get("X-Road-Client") != schools.String() || a.Header.Get("X-Road-Service") != people.String() || len(a.Header.Get("X-Road-Request-Id")) != 36 {
		t.Errorf("%v", a.Header)
	}
	got := w.got[0]
	if h := got.Header; h.Get("X-Road-Client") != schools.String() || h.Get("X-Road-Userid") != "BH1" || h.Get("X-Road-Issue") != "case 7" || h.Get("X-Mine") != "yes" || h.Get("Content-Type") != "text/x" ||
		h.Get("Authorization") != "Bearer t" || h.Get("Accept") != "application/json" || h.Get("User-Agent") != "" || h.Get("Accept-Encoding") != "gzip" || got.ContentLength != 5 {
		t.Errorf("the service got %v, %d bytes", h, got.ContentLength)
	}
	for _, s := range []*site{w.a, w.b} {
		if kinds := s.logged(t, "id-1"); !slices.Equal(kinds, []string{"request", "response"}) {
			t.Errorf("%s logged %v", s.ID.Server, kinds)
		}
	}
	list, _ := w.b.Log.Find("id-1")
	hash, err := base64.StdEncoding.DecodeString(a.Header.Get("X-Road-Request-Hash"))
	head, body := list[0].Head.Headers, sha512.Sum512([]byte("hello"))
	if want := sha512.Sum512(append(head[:], body[:]...)); err != nil || string(hash) != string(want[:]) {
		t.Error("the hash of the request is not that of its headers and body")
	}
	for i, want := range []string{"hello", a.body} {
		r, err := w.b.Log.Body(list[i])
		if err != nil {
			t.Fatal(err)
		}
		if b, _ := io.ReadAll(r); string(b) != want {
			t.Errorf("logged body %q, want %q", b, want)
		}
		r.Close()
	}
}

func TestEveryMethodAndAnswerGoesThrough(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case "HEAD":
			rw.Header().Set("Content-Length", "77")
		case "DELETE":
			rw.WriteHeader(204)
		case "PUT":
			rw.WriteHeader(405)
			io.WriteString(rw, "no")
		default:
			rw.Header()["Set-Cookie"] = []string{"b", "a"}
			io.WriteString(rw, r.Method)
		}
	})
	for method, want := range map[string]int{"GET": 200, "POST": 200, "PUT": 405, "DELETE": 204, "PATCH": 200, "HEAD": 200, "OPTIONS": 200, "TRACE": 200} {
		a := w.call(method, ask, "")
		if a.StatusCode != want || a.Header.Get("X-Road-Error") != "" || method == "PATCH" && (a.body != "PATCH" || !slices.Equal(a.Header["Set-Cookie"], []string{"b", "a"})) {
			t.Errorf("%s: %d %v %q", method, a.StatusCode, a.Header, a.body)
		}
	}
	if n := w.calls.Load(); n != 8 {
		t.Errorf("%d calls reached the service", n)
	}
}

func TestLongBodiesGoThroughAndAreLeftOutOfTheLogByAgreement(t *testing.T) {
	long := strings.Repeat("0123456789", 300_000)
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) { io.WriteString(rw, long+long) })
	for _, keep := range []bool{true, false} {
		w.dir.Grants[0].LogBodies = keep
		w.publish()
		id := map[bool]string{true: "kept", false: "left"}[keep]
		if a := w.call("POST", ask, long, "X-Road-Id", id); a.StatusCode != 200 || a.body != long+long || w.bodies[len(w.bodies)-1] != long {
			t.Fatalf("%d, %d bytes", a.StatusCode, len(a.body))
		}
		for _, s := range []*site{w.a, w.b} {
			list, err := s.Log.Find(id)
			if err != nil || len(list) != 2 {
				t.Fatal(list, err)
			}
			r, err := s.Log.Body(list[0])
			if (err == nil) != keep {
				t.Errorf("%s: %v", id, err)
			}
			if err == nil {
				if b, _ := io.ReadAll(r); string(b) != long {
					t.Error("the logged body is another")
				}
				r.Close()
			}
			if list[0].Head.Size != int64(len(long)) || list[0].Head.Body != sha512.Sum512([]byte(long)) {
				t.Error("the digest of the body is not logged")
			}
		}
	}
}

func TestRedirectsArePassedOnAndNeverFollowed(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	if a := w.call("GET", ask, ""); a.StatusCode != 307 || a.Header.Get("Location") != "/elsewhere" || w.calls.Load() != 1 {
		t.Errorf("%d %v, %d calls", a.StatusCode, a.Header, w.calls.Load())
	}
}

func TestDescriptions(t *testing.T) {
	w := newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "text/yaml")
		io.WriteString(rw, "openapi: 3.0.0 at "+r.URL.Path)
	}, func(w *world) {
		w.localB.Services = append(w.localB.Services, directory.Service{ID: xroad.ServiceID{ClientID: pop, Service: "other"}, URL: "http://127.0.0.1:1/", Methods: []string{"GET"}})
		w.dir.Grants[0].Methods, w.dir.Grants[0].Paths = []string{"GET", "POST"}, []string{"/v1/*"}
	})
	at := "/r1/BH/GOV/1/pop/"
	entry := `{"member_class":"GOV","member_code":"1","object_type":"SERVICE","service_code":"people","service_type":"OPENAPI","subsystem_code":"pop","xroad_instance":"BH","endpoint_list":`
	if a := w.call("GET", at+"listMethods", ""); a.StatusCode != 200 || a.body != `{"service":[`+entry+`[{"method":"*","path":"/**"}]},`+strings.NewReplacer("people", "other", "OPENAPI", "REST").Replace(entry)+`[{"method":"GET","path":"/**"}]}]}` {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := w.call("GET", at+"allowedMethods", ""); a.StatusCode != 200 || a.body != `{"service":[`+entry+`[{"method":"GET","path":"/v1/*"},{"method":"POST","path":"/v1/*"}]}]}` {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if w.calls.Load() != 0 {
		t.Error("a description reached the service")
	}
	if a := w.call("GET", at+"getOpenAPI?serviceCode=people", ""); a.StatusCode != 200 || a.body != "openapi: 3.0.0 at /base/openapi.json" || a.Header.Get("Content-Type") != "text/yaml" || a.Header.Get("X-Road-Request-Hash") == "" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	w.call("GET", at+"getOpenAPI?serviceCode=none", "").fails(t, "Server.ServerProxy.UnknownService")
	w.call("GET", at+"getOpenAPI?serviceCode=other", "").fails(t, "Server.ServerProxy.ServiceFailed")
	w.call("GET", at+"getOpenAPI", "").fails(t, "Server.ServerProxy.BadRequest")
	w.call("GET", at+"getOpenAPI?serviceCode=people&serviceCode=other", "").fails(t, "Server.ServerProxy.BadRequest")
	w.call("POST", at+"listMethods", "").fails(t, "Server.ServerProxy.InvalidHttpMethod")
}

func TestAGatewayServesItsOwnMembersToEachOther(t *testing.T) {
	w := newWorld(t, nil, func(w *world) {
		w.dir.Servers[0].Serves = []xroad.ClientID{schools, pop}
		w.dir.Servers = w.dir.Servers[:1]
		w.localA.Services = w.localB.Services
	})
	if a := w.call("POST", ask+"/x", "hello", "X-Road-Id", "id-1"); a.StatusCode != 201 || a.body != "POST /base/x hello" || a.Header.Get("X-Road-Request-Hash") == "" {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	if kinds := w.a.logged(t, "id-1"); !slices.Equal(kinds, []string{"request", "response"}) {
		t.Errorf("logged %v", kinds)
	}
}

func TestARequestIsLoggedOnBothSidesBeforeTheServiceSeesIt(t *testing.T) {
	var w *world
	var seen [2][]string
	w = newWorld(t, func(rw http.ResponseWriter, r *http.Request) {
		for i, s := range []*site{w.a, w.b} {
			seen[i] = s.logged(t, r.Header.Get("X-Road-Id"))
		}
	})
	if a := w.call("GET", ask, "", "X-Road-Id", "id-1"); a.StatusCode != 200 {
		t.Fatal(a.body)
	}
	for i := range seen {
		if !slices.Equal(seen[i], []string{"request"}) {
			t.Errorf("when the service was called, gateway %d had logged %v", i, seen[i])
		}
	}
}
