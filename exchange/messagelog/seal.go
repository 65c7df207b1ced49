package messagelog

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/gov"
	"diwan.example/internal/timestamp"
)

// Seals says how a log is sealed: the records since the last seal are put under
// one Merkle root, which an authority stamps, and seal and stamp become a record.
type Seals struct {
	Stamp   timestamp.Stamp // nil: the log is not sealed
	Every   time.Duration   // how often; 0: a minute
	Records int             // how many records there are in a seal at most, and begin one early; 0: 4096
	Most    int             // how many records may wait for a seal before messages are refused; 0: a million
	Longest time.Duration   // how long they may wait; 0: four hours
	Warn    func(error)     // told when sealing begins to fail, and nil when it works again; may be nil
}

func (s *Seals) fill() {
	if s.Every == 0 {
		s.Every = time.Minute
	}
	if s.Records == 0 {
		s.Records = 4096
	}
	if s.Most == 0 {
		s.Most = 1 << 20
	}
	if s.Longest == 0 {
		s.Longest = 4 * time.Hour
	}
}

// seal is the record of a batch that an authority has stamped.
type seal struct {
	message.Seal
	token []byte // RFC 3161, DER
}

func (s *seal) encode(number uint64, at time.Time) []byte {
	text := s.Text()
	b := binary.BigEndian.AppendUint16(stamp(nil, number, at), uint16(len(text)))
	return append(append(b, text...), s.token...)
}

func decodeSeal(said []byte) (*seal, error) {
	_, _, rest, ok := stamped(said)
	if !ok || len(rest) < 2 || len(rest)-2 < int(binary.BigEndian.Uint16(rest)) {
		return nil, errFrame
	}
	n := 2 + int(binary.BigEndian.Uint16(rest))
	s, err := message.ParseSeal(rest[2:n])
	if err != nil {
		return nil, err
	}
	return &seal{*s, rest[n:]}, nil
}

var (
	errOverdue = gov.Fail(gov.Unavailable, "لم تُختم قيود سجل الرسائل زمنًا أطول من المسموح؛ تتوقّف الرسائل إلى أن تجيب جهة الختم الزمني", "The message log has gone unsealed for longer than is allowed; messages stop until the time-stamping authority answers")
	errUnseal  = gov.Fail(gov.Unavailable, "تعذّر ختم سجل الرسائل لدى جهة الختم الزمني؛ تستمر الرسائل وتُعاد المحاولة", "The message log could not be sealed by the time-stamping authority; messages go on and it is tried again")
)

// overdue refuses more messages once too many, or too old ones, wait for a seal.
// The caller holds mu.
func (l *Log) overdue() error {
	if l.o.Seals.Stamp == nil || l.letter <= l.sealed {
		return nil
	}
	if n, age := len(l.leaves), l.o.Clock().Sub(l.oldest); n > l.o.Seals.Most || age > l.o.Seals.Longest {
		return errOverdue.Because(fmt.Errorf("%d records, the oldest %s", n, age.Round(time.Second)))
	}
	return nil
}

// Warning is why the last sealing failed; nil when it did not.
func (l *Log) Warning() error {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.warned
}

// Unsealed is how many records wait for a seal, the last seal's own among them.
func (l *Log) Unsealed() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.leaves)
}

// Seal seals all messages logged so far. An open log does so by itself; calling it
// as well does no harm. Errors: Unavailable when the authority is away; what waits,
// waits on.
func (l *Log) Seal(ctx context.Context) error {
	l.sealing.Lock()
	defer l.sealing.Unlock()
	for {
		s, ok := l.nextSeal()
		if !ok {
			return nil
		}
		if err := l.setSeal(ctx, s); err != nil {
			l.warn(errUnseal.Because(err))
			return errUnseal.Because(err)
		}
		l.warn(nil)
	}
}

func (l *Log) setSeal(ctx context.Context, s *seal) error {
	manifest := s.Manifest()
	token, err := l.o.Seals.Stamp(ctx, manifest)
	if err != nil {
		return err
	}
	if _, err := timestamp.Check(token, manifest); err != nil {
		return err
	}
	s.token = token
	_, err = l.submit(ctx, &job{seal: s, done: make(chan struct{})})
	return err
}

// nextSeal takes the oldest records that no seal covers; ok is false when no
// message is among those that wait.
func (l *Log) nextSeal() (s *seal, ok bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.o.Seals.Stamp == nil || l.letter <= l.sealed || len(l.leaves) == 0 {
		return nil, false
	}
	n := min(len(l.leaves), l.o.Seals.Records)
	return &seal{Seal: message.Seal{Log: l.o.Name, First: l.sealed + 1, Count: uint64(n), Root: message.Root(l.leaves[:n])}}, true
}

// warn tells of a change only.
func (l *Log) warn(err error) {
	l.mu.Lock()
	changed := (err == nil) != (l.warned == nil)
	l.warned = err
	l.mu.Unlock()
	if changed && l.o.Seals.Warn != nil {
		l.o.Seals.Warn(err)
	}
}

// keepSealing seals from time to time, and early when enough records wait, until
// the log is closed. After a failure it waits for its time.
func (l *Log) keepSealing(ctx context.Context) {
	defer close(l.unsealing)
	tick := time.NewTicker(l.o.Seals.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-l.enough:
			if l.Warning() != nil || l.Unsealed() < l.o.Seals.Records {
				continue // it waits for its time; or somebody else sealed them
			}
		}
		l.Seal(ctx) // the failure is kept and told by warn
	}
}

// grow adds leaves that no seal covers yet. The caller holds mu, or is alone.
func (l *Log) grow(leaves []message.Sum, at time.Time) {
	if l.o.Seals.Stamp == nil {
		return
	}
	if l.letter <= l.sealed {
		l.oldest = at
	}
	l.leaves = append(l.leaves, leaves...)
	if len(l.leaves) >= l.o.Seals.Records {
		select {
		case l.enough <- struct{}{}:
		default:
		}
	}
}

// settle drops the leaves that a seal now covers. Those left came while the
// authority was asked.
func (l *Log) settle(last uint64) {
	n := min(int(last-l.sealed), len(l.leaves))
	l.leaves = append([]message.Sum(nil), l.leaves[n:]...)
	l.sealed, l.oldest = last, l.o.Clock()
}
