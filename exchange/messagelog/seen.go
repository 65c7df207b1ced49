package messagelog

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"diwan.example/exchange/message"
)

// key is the beginning of the SHA-256 of an id: fixed in size, whatever a
// stranger sends as an id.
type key [16]byte

func keyOf(id string) key {
	sum := sha256.Sum256([]byte(id))
	return key(sum[:16])
}

// trace is what a window keeps of a message: eight bytes, for a window may hold
// millions. That two fall together by chance is as likely as 1 in 2^40 even then,
// and would refuse one message.
type trace uint64

func traceOf(s string) trace {
	sum := sha256.Sum256([]byte(s))
	return trace(binary.BigEndian.Uint64(sum[:]))
}

// once is what makes a request the same as another: its exchange, and the client
// with the id it gave (PR-REST 4.3, X-Road-Id). Responses are not replayed: they
// answer on the connection of their request.
func once(h *message.Head) []trace {
	if h.Kind != message.Request {
		return nil
	}
	return []trace{exchangeTrace(h.RequestID), traceOf("id\n" + h.Client.String() + "\n" + h.ID)}
}

func exchangeTrace(requestID string) trace { return traceOf("request\n" + requestID) }

// window remembers traces for at least span and at most twice that, in two halves.
type window struct {
	span        time.Duration
	since       time.Time // when young began
	young, aged map[trace]struct{}
}

func (w *window) has(m trace) bool {
	if _, ok := w.young[m]; ok {
		return true
	}
	_, ok := w.aged[m]
	return ok
}

func (w *window) add(m trace, at time.Time) {
	if w.young == nil || at.Sub(w.since) >= w.span {
		w.aged, w.young, w.since = w.young, map[trace]struct{}{}, at
	}
	w.young[m] = struct{}{}
}

// Seen reports whether the request of an exchange was logged or claimed within the
// window, also before a restart. A message older than message.Skew is refused by its
// time; the window is longer. An Entry that is logged Once is refused for its
// X-Road-Request-Id, and for the X-Road-Id of the same client as well.
func (l *Log) Seen(requestID string) bool { return l.known(exchangeTrace(requestID)) }

// Claim says that this request is being dealt with; false when it was seen before.
// Of two that come at once one gets true. It is not durable: Append is.
func (l *Log) Claim(requestID string) bool {
	m := exchangeTrace(requestID)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen.has(m) {
		return false
	}
	l.seen.add(m, l.o.Clock())
	return true
}
