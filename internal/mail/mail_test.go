package mail_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/mail"
	"diwan.example/internal/mail/mailtest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func client(s *mailtest.Server) *mail.SMTP {
	return &mail.SMTP{Address: s.Address, From: "ديوان <no-reply@portal.example>", Roots: s.Roots, Clock: func() time.Time { return noon }}
}

// read takes a letter apart: headers, plain text, HTML.
func read(t *testing.T, data string) (h netmail.Header, plain, html string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	_, p, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, p["boundary"])
	for _, to := range []*string{&plain, &html} {
		part, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, part))
		if err != nil {
			t.Fatal(err)
		}
		*to = string(b)
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Error("a third part", err)
	}
	return m.Header, plain, html
}

func TestSMTPConforms(t *testing.T) {
	mailtest.Conform(t, func(t *testing.T) mailtest.Subject {
		s := mailtest.Start(t)
		return mailtest.Subject{Sender: client(s), Good: "sara@example.org", Wrong: "nobody@example.org", Later: "later@example.org", Texts: func() (out []string) {
			for _, l := range s.Letters() {
				_, plain, _ := read(t, l.Data)
				out = append(out, plain)
			}
			return out
		}}
	})
}

// gateway takes text messages; numbers ending in 404 it does not know, in 503
// it cannot reach now.
type gateway struct {
	mu   sync.Mutex
	took []map[string]string
	head http.Header
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var m map[string]string
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
		w.WriteHeader(500)
		return
	}
	switch to := m["to"]; {
	case strings.HasSuffix(to, "404"):
		w.WriteHeader(404)
	case strings.HasSuffix(to, "503"):
		w.WriteHeader(503)
	default:
		g.took, g.head = append(g.took, m), r.Header
		w.WriteHeader(202)
	}
}

func TestSMSConforms(t *testing.T) {
	mailtest.Conform(t, func(t *testing.T) mailtest.Subject {
		g := &gateway{}
		s := httptest.NewServer(g)
		t.Cleanup(s.Close)
		return mailtest.Subject{Sender: &mail.SMS{URL: s.URL}, Good: "+973 3600 0000", Wrong: "+97336000404", Later: "+97336000503", Texts: func() (out []string) {
			for _, m := range g.took {
				out = append(out, m["text"])
			}
			return out
		}}
	})
}

func TestSMSSpeaksToTheGatewayAsDocumented(t *testing.T) {
	g := &gateway{}
	s := httptest.NewServer(g)
	defer s.Close()
	sms := &mail.SMS{URL: s.URL, Token: "secret", From: "DIWAN"}
	err := sms.Send(context.Background(), mail.Message{ID: "7", To: "٣٦٠٠-٠٠٠٠", Lang: gov.English, Body: gov.T("رمز", "Code")})
	if err != nil || g.took[0]["to"] != "36000000" || g.took[0]["from"] != "DIWAN" || g.took[0]["text"] != "Code" || g.took[0]["id"] != "7" {
		t.Fatal(g.took, err)
	}
	if g.head.Get("Authorization") != "Bearer secret" || g.head.Get("Idempotency-Key") != "7" || g.head.Get("Content-Type") != "application/json" {
		t.Error(g.head)
	}
	s.Close()
	if k := gov.KindOf(sms.Send(context.Background(), mail.Message{ID: "7", To: "36000000", Body: gov.T("رمز", "Code")})); k != gov.Unavailable {
		t.Error(k)
	}
}

func TestALetterIsWellFormedInBothLanguages(t *testing.T) {
	s := mailtest.Start(t)
	subject := "قرار بشأن طلبك: شهادة قيد طالب للعام الدراسي الحالي في إحدى المدارس الحكومية"
	err := client(s).Send(context.Background(), mail.Message{
		ID: "01H", To: "Sara <sara@example.org>", Lang: gov.Arabic, Link: "https://portal.example/c/1",
		Subject: gov.T(subject+"\r\nBcc: thief@example.org", "Decision"), Body: gov.T("سطر أول\n.سطر ثانٍ <b>", "First line"),
	})
	if err != nil {
		t.Fatal(err)
	}
	l := s.Letters()[0]
	if l.To != "sara@example.org" || l.From != "no-reply@portal.example" {
		t.Error(l.From, l.To)
	}
	for _, line := range strings.Split(l.Data, "\r\n") {
		if len(line) > 120 || strings.Contains(line, "\n") {
			t.Errorf("line of %d: %q", len(line), line)
		}
	}
	h, plain, html := read(t, l.Data)
	got, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject"))
	if err != nil || got != subject+" Bcc: thief@example.org" || h.Get("Bcc") != "" {
		t.Errorf("%q %v", got, err)
	}
	if h.Get("Message-ID") != "<01H@127.0.0.1>" || h.Get("Auto-Submitted") != "auto-generated" || h.Get("Date") != "Mon, 23 Nov 2026 12:00:00 +0000" {
		t.Error(h)
	}
	if i, j := strings.Index(plain, "سطر أول"), strings.Index(plain, "First line"); i < 0 || j < i || strings.Count(plain, "https://portal.example/c/1") != 2 {
		t.Error(plain)
	}
	if !strings.Contains(html, `lang="ar" dir="rtl"`) || !strings.Contains(html, `lang="en" dir="ltr"`) || !strings.Contains(html, "&lt;b&gt;") {
		t.Error(html)
	}
}

func TestSMTPRefusesToTalkInTheClear(t *testing.T) {
	s := mailtest.Start(t)
	s.NoTLS = true
	m := mail.Message{ID: "1", To: "sara@example.org", Body: gov.T("س", "s"), Subject: gov.T("س", "s")}
	if k := gov.KindOf(client(s).Send(context.Background(), m)); k != gov.Unavailable || len(s.Letters()) != 0 {
		t.Error(k)
	}
	s.NoTLS = false
	stranger := client(s)
	stranger.Roots = nil // does not know the certificate
	if k := gov.KindOf(stranger.Send(context.Background(), m)); k != gov.Unavailable || len(s.Letters()) != 0 {
		t.Error(k)
	}
	plain := client(s)
	plain.Plain = true
	if err := plain.Send(context.Background(), m); err != nil || len(s.Letters()) != 1 {
		t.Error(err)
	}
}

func TestSMTPLogsIn(t *testing.T) {
	s := mailtest.Start(t)
	s.User, s.Pass = "diwan", "secret"
	m := mail.Message{ID: "1", To: "sara@example.org", Body: gov.T("س", "s"), Subject: gov.T("س", "s")}
	c := client(s)
	for _, pass := range []string{"", "wrong"} {
		c.User, c.Password = "diwan", pass
		if k := gov.KindOf(c.Send(context.Background(), m)); k != gov.Unavailable {
			t.Errorf("a wrong password is ours to mend, not the address's fault: %q", k)
		}
	}
	c.Password = "secret"
	if err := c.Send(context.Background(), m); err != nil {
		t.Error(err)
	}
}

func TestASilentServerDoesNotHoldUpTheSender(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // accepts, says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c := &mail.SMTP{Address: l.Addr().String(), From: "a@b.example", Timeout: 50 * time.Millisecond}
	if k := gov.KindOf(c.Send(context.Background(), mail.Message{ID: "1", To: "sara@example.org"})); k != gov.Unavailable {
		t.Error(k)
	}
}
