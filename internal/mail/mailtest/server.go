// Package mailtest is a small mail server and the suite that every sender of
// messages must pass.
package mailtest

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// Letter is what the server took over.
type Letter struct {
	From, To string
	Data     string // headers and body as they came
}

// Server speaks enough SMTP (RFC 5321, STARTTLS of RFC 3207, AUTH PLAIN) to test
// a client. Addresses that begin with "nobody" are refused for good, with
// "later" for now.
type Server struct {
	Address string
	Roots   *x509.CertPool
	User    string // required login; empty: none
	Pass    string
	NoTLS   bool // do not offer STARTTLS

	mu      sync.Mutex
	letters []Letter
	secure  *tls.Config
}

// Start runs the server until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{}
	cert, roots := certificate(t)
	s.Roots, s.secure = roots, &tls.Config{Certificates: []tls.Certificate{cert}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Address = l.Addr().String()
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go (&talk{s: s, conn: c, r: bufio.NewReader(c)}).run()
		}
	}()
	return s
}

// Letters are those taken over so far.
func (s *Server) Letters() []Letter {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Letter(nil), s.letters...)
}

func certificate(t testing.TB) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}

// talk is one connection.
type talk struct {
	s        *Server
	conn     net.Conn
	r        *bufio.Reader
	secured  bool
	loggedIn bool
	from, to string
}

func (t *talk) say(format string, args ...any) { fmt.Fprintf(t.conn, format+"\r\n", args...) }

func (t *talk) run() {
	defer func() { t.conn.Close() }()
	t.say("220 test")
	for {
		line, err := t.r.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if verb = strings.ToUpper(verb); verb == "QUIT" {
			t.say("221 bye")
			return
		}
		t.answer(verb, rest)
	}
}

func (t *talk) answer(verb, rest string) {
	switch verb {
	case "EHLO":
		t.greet()
	case "STARTTLS":
		t.say("220 go ahead")
		secure := tls.Server(t.conn, t.s.secure)
		t.conn, t.r, t.secured = secure, bufio.NewReader(secure), true
	case "AUTH":
		want := base64.StdEncoding.EncodeToString([]byte("\x00" + t.s.User + "\x00" + t.s.Pass))
		if t.loggedIn = rest == "PLAIN "+want; t.loggedIn {
			t.say("235 welcome")
		} else {
			t.say("535 wrong user or password")
		}
	case "MAIL":
		if t.s.User != "" && !t.loggedIn {
			t.say("530 log in first")
			return
		}
		t.from = address(rest)
		t.say("250 ok")
	case "RCPT":
		t.recipient(address(rest))
	case "DATA":
		t.data()
	default:
		t.say("502 unknown")
	}
}

func (t *talk) greet() {
	t.say("250-test")
	if !t.secured && !t.s.NoTLS {
		t.say("250-STARTTLS")
	}
	t.say("250-AUTH PLAIN")
	t.say("250 8BITMIME")
}

func (t *talk) recipient(to string) {
	switch {
	case strings.HasPrefix(to, "nobody"):
		t.say("550 no such mailbox")
	case strings.HasPrefix(to, "later"):
		t.say("451 try later")
	default:
		t.to = to
		t.say("250 ok")
	}
}

func (t *talk) data() {
	t.say("354 go on")
	var b strings.Builder
	for {
		line, err := t.r.ReadString('\n')
		if err != nil {
			return
		}
		if line == ".\r\n" {
			break
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
	t.s.mu.Lock()
	t.s.letters = append(t.s.letters, Letter{t.from, t.to, b.String()})
	t.s.mu.Unlock()
	t.say("250 taken over")
}

// address reads "FROM:<a@b> BODY=8BITMIME".
func address(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}
