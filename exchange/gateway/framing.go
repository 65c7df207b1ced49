package gateway

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
)

// framing follows the requests on a connection as their bytes come, to see what
// net/http does not tell of: a request that gives its length twice, as a number and
// in chunks. Whoever stands between a caller and the gateway may have believed the
// other one, and what one takes for the body the other takes for the next request
// (RFC 9112 section 11.2).
type framing struct {
	mu      sync.Mutex
	state   framingState
	line    []byte // so far; of a longer one the beginning
	tail    []byte // and its last bytes
	long    bool
	begun   bool   // the head has its first line
	old     bool   // which is not of HTTP/1.1
	length  string // Content-Length; empty: none
	chunked bool   // there is a Transfer-Encoding
	left    int64  // bytes of the body or chunk that are still to come
	heads   int64  // so many requests have begun
	twice   int64  // from which of them on none can be trusted, from 1; 0: all can
}

type framingState byte

const (
	inHead framingState = iota
	inBody
	inSize // of a chunk
	inChunk
	inEnd     // of a chunk
	inTrailer // after the last one
	lost      // where the next request begins is not known
)

// longestLine is how much is kept of a line: more than the names that matter, and
// any number.
const (
	longestLine = 256
	longestTail = len(" HTTP/1.1\r")
)

// feed takes what was read.
func (f *framing) feed(p []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(p) > 0 && f.state != lost {
		if f.state == inBody || f.state == inChunk {
			n := min(f.left, int64(len(p)))
			p, f.left = p[n:], f.left-n
			if f.left == 0 {
				f.state = map[framingState]framingState{inBody: inHead, inChunk: inEnd}[f.state]
			}
			continue
		}
		i := bytes.IndexByte(p, '\n')
		part := p[:max(i, 0)]
		if i < 0 {
			part = p
		}
		room := longestLine - len(f.line)
		f.long = f.long || len(part) > room+1 // what ends a line may stand behind
		f.line = append(f.line, part[:min(len(part), room)]...)
		f.tail = append(f.tail, part[max(0, len(part)-longestTail):]...)
		f.tail = append(f.tail[:0], f.tail[max(0, len(f.tail)-longestTail):]...)
		if i < 0 {
			return
		}
		f.ended(string(bytes.TrimSuffix(f.line, []byte("\r"))))
		p, f.line, f.tail, f.long = p[i+1:], f.line[:0], f.tail[:0], false
	}
}

// ended takes a whole line.
func (f *framing) ended(line string) {
	switch f.state {
	case inHead:
		f.header(line)
	case inSize:
		size, _, _ := strings.Cut(line, ";")
		n, err := strconv.ParseInt(strings.TrimSpace(size), 16, 64)
		switch {
		case err != nil || n < 0:
			f.lose(f.heads + 1)
		case n == 0:
			f.state = inTrailer
		default:
			f.state, f.left = inChunk, n
		}
	case inEnd:
		if f.state = inSize; line != "" {
			f.lose(f.heads + 1)
		}
	case inTrailer:
		if line == "" {
			f.state = inHead
		}
	}
}

// header takes a line of a head.
func (f *framing) header(line string) {
	if !f.begun {
		if line != "" {
			f.begun, f.old, f.length, f.chunked = true, !bytes.HasSuffix(bytes.TrimSuffix(f.tail, []byte("\r")), []byte(" HTTP/1.1")), "", false
			f.heads++
		}
		return
	}
	if line == "" {
		f.headEnded()
		return
	}
	name, value, _ := strings.Cut(line, ":")
	switch strings.ToLower(name) {
	case "content-length":
		if f.length = strings.TrimSpace(value); f.length == "" || f.long {
			f.length = "?"
		}
	case "transfer-encoding":
		f.chunked = true
	}
}

// headEnded finds how long the body is, and whether that is said twice, or by
// chunks where HTTP/1.0 knows none.
func (f *framing) headEnded() {
	f.begun, f.state = false, inHead
	n, err := strconv.ParseInt(f.length, 10, 64)
	if f.chunked && (f.length != "" || f.old) || f.length == "?" {
		f.lose(f.heads)
		return
	}
	switch {
	case f.chunked:
		f.state = inSize
	case f.length != "" && (err != nil || n < 0):
		f.lose(f.heads)
	case n > 0:
		f.state, f.left = inBody, n
	}
}

// lose ends the following: no request from the n-th on is trusted.
func (f *framing) lose(n int64) { f.state, f.twice = lost, n }

// doubtful reports whether the n-th request cannot be trusted to end where it says.
func (f *framing) doubtful(n int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.twice > 0 && n >= f.twice
}

// within reports whether a head has begun and not ended.
func (f *framing) within() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state == inHead && (f.begun || len(f.line) > 0)
}
