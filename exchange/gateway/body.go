package gateway

import (
	"bytes"
	"crypto/sha512"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"

	"diwan.example/exchange/message"
	"diwan.example/exchange/messagelog"
)

// inMemory is how long a body may be to stay in memory; longer ones go to a file.
const inMemory = 64 << 10

// buffer is memory that is used again once nobody holds it.
type buffer struct {
	b    []byte
	held atomic.Int32
}

var buffers = sync.Pool{New: func() any { return &buffer{b: make([]byte, 0, 4<<10)} }}

// take gives an empty buffer, held once.
func take() *buffer {
	x := buffers.Get().(*buffer)
	x.b = x.b[:0]
	x.held.Store(1)
	return x
}

func (x *buffer) release() {
	if x.held.Add(-1) == 0 && cap(x.b) <= 3*inMemory {
		buffers.Put(x)
	}
}

// reader reads the buffer, and holds it until it is closed.
func (x *buffer) reader() io.ReadCloser {
	x.held.Add(1)
	r := &bufferReader{of: x}
	r.Reset(x.b)
	return r
}

type bufferReader struct {
	bytes.Reader
	of     *buffer
	closed atomic.Bool
}

// Close lets the buffer go; only the first call counts.
func (r *bufferReader) Close() error {
	if r.closed.CompareAndSwap(false, true) {
		r.of.release()
	}
	return nil
}

// body is the body of a message, read whole, its digest known.
type body struct {
	small *buffer
	spool *messagelog.Spool // instead of small, when it is long
	file  io.ReadCloser     // of spool, open from the beginning: the log takes the spool over
	size  int64
	sum   message.Digest
}

var errTooLong = errors.New("gateway: the body is longer than allowed")

// read takes a body of at most so many bytes.
func (g *Gateway) read(r io.Reader, most int64) (*body, error) {
	x := take()
	for {
		if len(x.b) == cap(x.b) {
			x.b = append(x.b, 0)[:len(x.b)]
		}
		n, err := r.Read(x.b[len(x.b):min(cap(x.b), inMemory+1)])
		x.b = x.b[:len(x.b)+n]
		switch {
		case int64(len(x.b)) > most:
			x.release()
			return nil, errTooLong
		case err == io.EOF:
			return bodyOf(x), nil
		case err != nil:
			x.release()
			return nil, err
		case len(x.b) > inMemory:
			return g.spool(x, r, most)
		}
	}
}

// spool takes the rest of a long body to a file.
func (g *Gateway) spool(begin *buffer, r io.Reader, most int64) (*body, error) {
	defer begin.release()
	s := g.Log.Spool()
	_, err := s.Write(begin.b)
	if err == nil {
		chunk := take()
		defer chunk.release()
		if cap(chunk.b) < 32<<10 {
			chunk.b = make([]byte, 0, 32<<10)
		}
		_, err = io.CopyBuffer(struct{ io.Writer }{s}, struct{ io.Reader }{io.LimitReader(r, most+1-s.Size())}, chunk.b[:cap(chunk.b)])
	}
	if err == nil && s.Size() > most {
		err = errTooLong
	}
	if err != nil {
		s.Discard()
		return nil, err
	}
	file, err := s.Open()
	if err != nil {
		s.Discard()
		return nil, err
	}
	return &body{spool: s, file: file, size: s.Size(), sum: s.Digest()}, nil
}

// bodyOf is a short body, whole in memory.
func bodyOf(x *buffer) *body {
	return &body{small: x, size: int64(len(x.b)), sum: sha512.Sum512(x.b)}
}

// none is an empty body.
func none() *body { return &body{sum: message.Empty()} }

// open reads it from its beginning, as often as one likes until it is discarded;
// also after it was logged.
func (b *body) open() io.ReadCloser {
	switch at, ok := b.file.(io.ReaderAt); {
	case ok:
		return io.NopCloser(io.NewSectionReader(at, 0, b.size))
	case b.small != nil:
		return b.small.reader()
	}
	return http.NoBody
}

// discard lets the body go; twice is once.
func (b *body) discard() {
	if b.spool != nil {
		b.file.Close()
		b.spool.Discard()
	}
	if b.small != nil {
		b.small.release()
		b.small = nil
	}
}
