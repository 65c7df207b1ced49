package xroad

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const at = "/r1/BH/GOV/1/pop/people/v1?x=1"

// counted makes identifiers that can be foretold.
func counted() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("id-%d", n) }
}

func asked(pairs ...string) http.Header {
	h := http.Header{HeaderClient: {"BH/GOV/2/schools"}}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

func TestTheBlockIsWhatXRoadHashes(t *testing.T) {
	h := asked("X-Road-UserId", "BH123", "Connection", "keep-alive, X-Hop", "X-Hop", "1", "X-Powered-By", "b", "X-Powered-By", "a", "Host", "inner", "User-Agent", "curl",
		"Content-Length", "3", "Content-Type", "text/plain", "Te", "x", "X-Road-Request-Id", "forged", "X-Road-Request-Hash", "forged", "X-Road-Error", "forged", "Cache-Control", "no-cache")
	r, fault := NewRequest("POST", at, h, Limits{}, counted())
	if fault != nil {
		t.Fatal(fault)
	}
	want := "POST\r\n" + at + "\r\nCache-Control:no-cache\r\nContent-Type:text/plain\r\nX-Powered-By:b\r\nX-Powered-By:a\r\nX-Road-Client:BH/GOV/2/schools\r\nX-Road-Userid:BH123\r\n" +
		"Accept:application/json\r\nX-Road-Id:id-1\r\nX-Road-Request-Id:id-2\r\n"
	if got := string(r.Block()); got != want {
		t.Fatalf("block:\n%s\nwant:\n%s", got, want)
	}
	block, body := sha512.Sum512([]byte(want)), sha512.Sum512([]byte("abc"))
	both := sha512.Sum512(append(block[:], body[:]...))
	if RequestHash(block, body, 3) != both || RequestHash(block, body, 0) != block {
		t.Error("the hash of the request is not SHA512(SHA512(headers)+SHA512(body))")
	}
	again, err := ParseRequest([]byte(want), Limits{})
	if err != nil || !bytes.Equal(again.Block(), r.Block()) || again.Client != r.Client || again.ID != "id-1" || again.RequestID != "id-2" || again.UserID != "BH123" || again.Path != "/v1" {
		t.Fatalf("%+v %v", again, err)
	}
}

func TestWhatACallerSentIsKept(t *testing.T) {
	r, fault := NewRequest("GET", at, asked("Accept", "application/xml", "X-Road-Id", "mine", "X-Road-Issue", "i-1", "X-Road-Security-Server", "BH/GOV/1/gw%2D1", "X-Road-Represented-Party", "COM/55"), Limits{}, counted())
	if fault != nil {
		t.Fatal(fault)
	}
	if r.ID != "mine" || r.RequestID != "id-1" || r.Issue != "i-1" || r.Server == nil || r.Server.Server != "gw-1" || r.Represented != "COM/55" || strings.Contains(string(r.Block()), "application/json") {
		t.Errorf("%+v", r)
	}
}

func TestHostileHeadersAreRefused(t *testing.T) {
	many, long := asked(), asked("X-Long", strings.Repeat("x", 40<<10))
	for i := range 200 {
		many.Set(fmt.Sprintf("X-H-%d", i), "1")
	}
	for name, c := range map[string]struct {
		h    http.Header
		want string
	}{
		"none":               {http.Header{}, "MissingHeader"},
		"twice":              {asked(HeaderClient, "BH/GOV/2/other"), "DuplicateHeaderField"},
		"the same twice":     {asked(HeaderClient, "BH/GOV/2/schools"), "DuplicateHeaderField"},
		"two ids":            {asked(HeaderID, "a", HeaderID, "b"), "DuplicateHeaderField"},
		"two users":          {asked(HeaderUserID, "a", HeaderUserID, "b"), "DuplicateHeaderField"},
		"list":               {http.Header{HeaderClient: {"BH/GOV/2/schools, BH/GOV/2/other"}}, "InvalidClientIdentifier"},
		"five parts":         {http.Header{HeaderClient: {"BH/GOV/2/a/b"}}, "InvalidClientIdentifier"},
		"two parts":          {http.Header{HeaderClient: {"BH/GOV"}}, "InvalidClientIdentifier"},
		"empty":              {http.Header{HeaderClient: {""}}, "InvalidClientIdentifier"},
		"slash in part":      {http.Header{HeaderClient: {"BH/GOV/2/a%2Fb"}}, "InvalidClientIdentifier"},
		"end of line":        {http.Header{HeaderClient: {"BH/GOV/2/a%0d%0ab"}}, "InvalidClientIdentifier"},
		"disguised":          {asked("X_Road_UserId", "root"), "BadRequest"},
		"half disguised":     {asked("X-Road_UserId", "root"), "BadRequest"},
		"taken away":         {asked("Connection", "close, x-road-userid"), "BadRequest"},
		"empty id":           {asked(HeaderID, ""), "BadRequest"},
		"long id":            {asked(HeaderID, strings.Repeat("x", 256)), "BadRequest"},
		"control in the id":  {asked(HeaderID, "a\x01b"), "BadRequest"},
		"server of 3 parts":  {asked(HeaderServer, "BH/GOV/1"), "BadRequest"},
		"party of 3 parts":   {asked(HeaderRepresented, "a/b/c"), "BadRequest"},
		"party with nothing": {asked(HeaderRepresented, "/"), "BadRequest"},
		"many":               {many, "BadRequest"},
		"long":               {long, "BadRequest"},
	} {
		if _, fault := NewRequest("GET", at, c.h, Limits{}, counted()); fault == nil || fault.Type != "Client."+c.want {
			t.Errorf("%s: %v, want %s", name, fault, c.want)
		}
	}
	if _, fault := NewRequest("CONNECT", at, asked(), Limits{}, counted()); fault == nil || fault.Type != "Client.InvalidHttpMethod" {
		t.Error(fault)
	}
}

func TestHostileBlocksAreRefused(t *testing.T) {
	head, tail := "GET\r\n"+at+"\r\n", "X-Road-Client:BH/GOV/2/schools\r\nX-Road-Id:a\r\nX-Road-Request-Id:b\r\n"
	if _, err := ParseRequest([]byte(head+tail), Limits{}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "GET", "GET\r\n", "get\r\n" + at + "\r\n" + tail, head, head + tail + "X-Road-Client:BH/GOV/2/other\r\n", head + tail + "x-road-client:BH/GOV/2/other\r\n",
		head + "Host:inner\r\n" + tail, head + "Transfer-Encoding:chunked\r\n" + tail, head + "X-A:1\nX-B:2\r\n" + tail, head + "X-A:1\r" + tail, head + "X A:1\r\n" + tail, head + ":1\r\n" + tail,
		head + "X-A\r\n" + tail, head + tail + "X-Tail:1", head + "X-A:\x00\r\n" + tail, "GET\r\n/r1/BH/GOV/1/pop/people/../x\r\n" + tail, "GET\r\nhttp://a" + at + "\r\n" + tail,
		head + strings.Repeat("X-A:1\r\n", 200) + tail} {
		if r, err := ParseRequest([]byte(bad), Limits{}); err == nil {
			t.Errorf("%q is taken: %+v", bad, r)
		}
	}
}

func TestResponses(t *testing.T) {
	q, _ := NewRequest("GET", at, asked(), Limits{}, counted())
	hash := Digest(sha512.Sum512(q.Block()))
	r := NewResponse(q, hash, 301, http.Header{"Location": {"https://inner/"}, "Server": {"nginx"}, "Connection": {"close"}, "Content-Type": {"text/html"}, "X-Road-Request-Hash": {"forged"}, "X-Road-Client": {"forged"},
		"X-Road-Error": {"forged"}, "X-Road-Id": {"forged"}, "Set-Cookie": {"b", "a"}, "X-Road-Extension": {"kept"}})
	want := "301\r\nMoved Permanently\r\nContent-Type:text/html\r\nLocation:https://inner/\r\nSet-Cookie:b\r\nSet-Cookie:a\r\nX-Road-Extension:kept\r\nX-Road-Id:id-1\r\nX-Road-Client:BH/GOV/2/schools\r\n" +
		"X-Road-Service:BH/GOV/1/pop/people\r\nX-Road-Request-Id:id-2\r\nX-Road-Request-Hash:" + base64.StdEncoding.EncodeToString(hash[:]) + "\r\n"
	if got := string(r.Block()); got != want {
		t.Fatalf("block:\n%s\nwant:\n%s", got, want)
	}
	again, err := ParseResponse([]byte(want), Limits{})
	if err != nil || again.Answers(q, hash) != nil {
		t.Fatal(err, again)
	}
	for _, change := range []func(r *Response){func(r *Response) { r.ID = "x" }, func(r *Response) { r.RequestID = "x" }, func(r *Response) { r.Client.Member = "9" },
		func(r *Response) { r.Service.Service = "x" }, func(r *Response) { r.RequestHash = r.RequestHash[1:] }, func(r *Response) { r.RequestHash = nil }} {
		x := *again
		change(&x)
		if f := x.Answers(q, hash); f == nil || f.Type != "Server.ClientProxy.InconsistentResponse" || f.Status() != 500 {
			t.Errorf("%+v answers the request (%v)", x, f)
		}
	}
	for _, bad := range []string{"", "200", "99\r\nx\r\n", "100\r\nContinue\r\n" + want[20:], "abc\r\nOK\r\n", strings.Replace(want, "X-Road-Id:id-1\r\n", "", 1), want + "X-Road-Id:other\r\n", strings.Replace(want, "Hash:", "Hash:!", 1)} {
		if _, err := ParseResponse([]byte(bad), Limits{}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func FuzzBlocks(f *testing.F) {
	q, _ := NewRequest("GET", at, asked("X-A", "b"), Limits{}, counted())
	f.Add(q.Block())
	f.Add(NewResponse(q, Digest{}, 200, http.Header{"X-A": {"b"}}).Block())
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseRequest(b, Limits{}); err == nil && !bytes.Equal(r.Block(), b) {
			t.Fatalf("%q is read as %q", b, r.Block())
		}
		if r, err := ParseResponse(b, Limits{}); err == nil && len(r.Headers) < 5 {
			t.Fatalf("%q has too few headers", b)
		}
	})
}

func TestNewPartsAreStrict(t *testing.T) {
	for _, good := range []string{"a", "GOV", "70000-1", "'()+,-.=?", "..."} {
		if err := CheckNewPart(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", ".", "..", "a b", "a_b", "a/b", "a:b", "م", "a%", "a\\", "a;b", "a\x00", strings.Repeat("a", 101), "a&b", "a*", "a~"} {
		if CheckNewPart(bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
