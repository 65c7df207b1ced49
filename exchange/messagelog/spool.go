package messagelog

import (
	"bytes"
	"errors"
	"hash"
	"io"
	"os"
	"path/filepath"

	"diwan.example/exchange/message"
)

// spooling is the folder of bodies whose message is not logged yet; what lies
// there when a log is opened belongs to nobody.
const spooling = "spool"

// inMemory is how many bytes of a body a Spool holds before it takes a file.
const inMemory = 32 << 10

// Spool takes a body as it streams, in flat memory, and makes its digest. One
// goroutine writes it; afterwards it may be read many times, and given to Append
// or discarded.
type Spool struct {
	dir  string
	hash hash.Hash
	head bytes.Buffer
	file *os.File
	size int64
	err  error
}

// Spool begins a body.
func (l *Log) Spool() *Spool {
	return &Spool{dir: filepath.Join(l.dir, spooling), hash: message.NewBodyHash()}
}

// Write takes more of the body. Errors: Unavailable.
func (s *Spool) Write(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	s.hash.Write(p)
	s.size += int64(len(p))
	if s.file == nil && s.head.Len()+len(p) <= inMemory {
		return s.head.Write(p)
	}
	if s.file == nil {
		if s.file, s.err = os.CreateTemp(s.dir, "*"); s.err == nil {
			_, s.err = s.file.Write(s.head.Bytes())
			s.head = bytes.Buffer{}
		}
	}
	if s.err == nil {
		_, s.err = s.file.Write(p)
	}
	if s.err = failure(s.err); s.err != nil {
		return 0, s.err
	}
	return len(p), nil
}

// Size is how many bytes were written.
func (s *Spool) Size() int64 { return s.size }

// Digest is the SHA-512 of what was written, as Head.Body wants it.
func (s *Spool) Digest() message.Digest { return message.Digest(s.hash.Sum(nil)) }

// Open reads the body from its beginning. It stays readable until closed, also
// when the spool is meanwhile logged or discarded. Errors: Unavailable.
func (s *Spool) Open() (io.ReadCloser, error) {
	if s.file == nil {
		return io.NopCloser(bytes.NewReader(s.head.Bytes())), nil
	}
	f, err := os.Open(s.file.Name())
	return f, failure(err)
}

// Discard forgets the body. Calling it after Append does nothing, so it may be deferred.
func (s *Spool) Discard() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
		s.file = nil
	}
	s.err = os.ErrClosed
}

// fromSpool takes the spool over: its file is made durable here, in the caller's
// time, and named by the writer.
func (p *entry) fromSpool() error {
	s := p.Spool
	if s.err != nil {
		return s.err
	}
	if s.size != p.Head.Size || s.Digest() != p.Head.Body {
		return errEntry
	}
	if s.file == nil {
		if p.body = s.head.Bytes(); len(p.body) > 0 {
			p.kept = message.KeptHere
		}
		return nil
	}
	p.kept, p.path = message.KeptFile, s.file.Name()
	return failure(s.file.Sync())
}

// clearSpools removes what nobody logged.
func (f Folder) clearSpools() error {
	dir := filepath.Join(f.dir, spooling)
	list, err := os.ReadDir(dir)
	for _, e := range list {
		err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
	}
	return failure(err)
}
