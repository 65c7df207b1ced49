// Package scan asks a virus scanner that speaks the clamd protocol about
// uploaded files. Without an address nothing is asked and files are unscanned.
package scan

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"diwan.example/gov"
)

// Verdict is what is known about a file.
type Verdict string

// The verdicts.
const (
	Clean     Verdict = "clean"
	Infected  Verdict = "infected"
	Unscanned Verdict = "unscanned" // nobody was asked, or nobody answered and that is accepted
)

// Result is the verdict and, of an infected file, the name of what was found;
// the name is for logs.
type Result struct {
	Verdict Verdict
	Found   string
}

// Options configure a Scanner; the zero value scans nothing.
type Options struct {
	Address      string        // "tcp://host:3310" or "unix:///run/clamav/clamd.ctl"; empty: no scanner
	Timeout      time.Duration // for one file; 0: a minute
	MaxBytes     int64         // the scanner's StreamMaxLength; 0: 25 MiB
	AcceptIfAway bool          // take files unscanned while the scanner is away; else uploads fail as Unavailable
}

// Scanner asks one clamd. It is safe for concurrent use.
type Scanner struct {
	o             Options
	network, addr string
}

var (
	errAddress  = gov.Fail(gov.Invalid, "عنوان فاحص الملفات غير مفهوم، اكتبه على صورة tcp://host:3310", "The address of the file scanner is not understood; write it like tcp://host:3310")
	errAway     = gov.Fail(gov.Unavailable, "تعذّر فحص الملف من الفيروسات الآن، يُرجى المحاولة بعد قليل", "The file cannot be checked for viruses just now. Please try again shortly")
	errTooLarge = gov.Fail(gov.Invalid, "الملف أكبر من أن يُفحص من الفيروسات", "The file is too large to be checked for viruses")
)

// New makes a Scanner. Errors: Invalid when the address is malformed.
func New(o Options) (*Scanner, error) {
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 25 << 20
	}
	s := &Scanner{o: o}
	if o.Address == "" {
		return s, nil
	}
	var ok bool
	s.network, s.addr, ok = strings.Cut(o.Address, "://")
	if !ok || s.addr == "" || s.network != "tcp" && s.network != "unix" {
		return nil, errAddress
	}
	return s, nil
}

// Scan sends what r gives to the scanner. Errors: Invalid when there is more
// than the scanner takes; Unavailable when it is away and that is not accepted;
// whatever r fails with.
func (s *Scanner) Scan(ctx context.Context, r io.Reader) (Result, error) {
	if s.addr == "" {
		return Result{Verdict: Unscanned}, nil
	}
	reply, err := s.ask(ctx, "INSTREAM", r)
	var res Result
	if err == nil {
		res, err = read(reply)
	}
	if gov.KindOf(err) == gov.Unavailable && s.o.AcceptIfAway {
		return Result{Verdict: Unscanned}, nil
	}
	return res, err
}

// Health reports whether the scanner answers; nil when there is none.
func (s *Scanner) Health(ctx context.Context) error {
	if s.addr == "" {
		return nil
	}
	reply, err := s.ask(ctx, "PING", nil)
	if err == nil && reply != "PONG" {
		err = errAway.Because(errors.New("clamd: " + reply))
	}
	return err
}

// read understands the answer to INSTREAM.
func read(reply string) (Result, error) {
	said, ok := strings.CutPrefix(reply, "stream: ")
	name, found := strings.CutSuffix(said, " FOUND")
	switch {
	case ok && said == "OK":
		return Result{Verdict: Clean}, nil
	case ok && found:
		return Result{Verdict: Infected, Found: name}, nil
	case strings.Contains(reply, "size limit exceeded"):
		return Result{}, errTooLarge
	}
	return Result{}, errAway.Because(errors.New("clamd: " + reply))
}

// ask sends one command, with a stream when r is given, and reads its answer.
func (s *Scanner) ask(ctx context.Context, command string, r io.Reader) (string, error) {
	ctx, stop := context.WithTimeout(ctx, s.o.Timeout)
	defer stop()
	conn, err := new(net.Dialer).DialContext(ctx, s.network, s.addr)
	if err != nil {
		return "", errAway.Because(err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })() // ends any wait
	if _, err := io.WriteString(conn, "z"+command+"\x00"); err != nil {
		return "", errAway.Because(err)
	}
	if r != nil {
		if err := s.stream(conn, r); err != nil {
			return "", err
		}
	}
	reply, err := bufio.NewReader(io.LimitReader(conn, 4096)).ReadString(0)
	if err != nil {
		return "", errAway.Because(err)
	}
	return strings.TrimSpace(strings.TrimSuffix(reply, "\x00")), nil
}

// chunkSize is how much goes to the scanner at a time.
const chunkSize = 64 << 10

// stream sends r in chunks, each with its length before it, and an empty one at
// the end. When the scanner stops listening, its answer says why.
func (s *Scanner) stream(w io.Writer, r io.Reader) error {
	buf := make([]byte, 4+chunkSize)
	sent := int64(0)
	for {
		n, err := io.ReadFull(r, buf[4:])
		if n == 0 && err != io.EOF || n > 0 && err != nil && err != io.ErrUnexpectedEOF {
			return err // the file broke off; without its end the scanner gives no verdict
		}
		if sent += int64(n); sent > s.o.MaxBytes {
			return errTooLarge
		}
		binary.BigEndian.PutUint32(buf, uint32(n))
		if _, werr := w.Write(buf[:4+n]); werr != nil {
			return nil
		}
		if n == 0 { // the empty chunk was the end
			return nil
		}
	}
}
