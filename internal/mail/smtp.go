package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"time"

	"diwan.example/gov"
)

// SMTP sends e-mail through a mail server (RFC 5321). Unless Plain is set, it
// refuses to go on without TLS.
type SMTP struct {
	Address  string // "mail.example:587"
	From     string // "ديوان <no-reply@portal.example>"
	User     string // empty: no authentication
	Password string
	TLS      bool // TLS from the first byte (port 465); otherwise STARTTLS
	Plain    bool // no TLS at all: for a relay on the same machine
	Roots    *x509.CertPool
	Clock    gov.Clock
	Timeout  time.Duration // for a whole message; 0: 20 s
}

var _ Sender = (*SMTP)(nil)

// Send hands the message to the server. Errors: Invalid (refused for good, RFC
// 5321 codes 5yz), Unavailable (everything else).
func (s *SMTP) Send(ctx context.Context, m Message) error {
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return later.Because(gov.Wrap(err, "the sender's address in the configuration"))
	}
	to, err := CheckEmail(m.To)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(s.Address)
	if err != nil {
		return later.Because(err)
	}
	text, err := compose(m, *from, host, s.now())
	if err != nil {
		return err
	}
	c, err := s.dial(ctx, host)
	if err != nil {
		return later.Because(err)
	}
	defer c.Close()
	return judged(deliver(c, from.Address, to, text))
}

func (s *SMTP) now() time.Time {
	if s.Clock == nil {
		return time.Now()
	}
	return s.Clock()
}

// dial connects, secures and authenticates.
func (s *SMTP) dial(ctx context.Context, host string) (*smtp.Client, error) {
	timeout := s.Timeout
	if timeout == 0 {
		timeout = 20 * time.Second
	}
	conn, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil { // the network's time, not the domain's
		conn.Close()
		return nil, err
	}
	secure := &tls.Config{ServerName: host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	if s.TLS {
		conn = tls.Client(conn, secure)
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		conn.Close()
		return nil, err
	}
	if err := s.prepare(c, secure, host); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (s *SMTP) prepare(c *smtp.Client, secure *tls.Config, host string) error {
	if !s.TLS && !s.Plain {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return errors.New("the mail server does not offer STARTTLS")
		}
		if err := c.StartTLS(secure); err != nil {
			return err
		}
	}
	if s.User == "" {
		return nil
	}
	return c.Auth(smtp.PlainAuth("", s.User, s.Password, host))
}

func deliver(c *smtp.Client, from, to string, text []byte) error {
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	c.Quit() // the message is taken over already; a lost goodbye changes nothing
	return nil
}

// judged says whether trying again makes sense.
func judged(err error) error {
	var said *textproto.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &said) && said.Code >= 500 && said.Code != 530 && said.Code != 535: // those two are about us, not the address
		return never.Because(err)
	}
	return later.Because(err)
}
