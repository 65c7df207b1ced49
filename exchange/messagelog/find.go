package messagelog

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"io"
	"iter"
	"os"
	"slices"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/gov"
)

func certOf(f *frame) message.Fingerprint { return sha256.Sum256(f.said[16:]) }

// letters adds certificates to the messages of a segment, in order.
func (f Folder) letters(first uint64, certs map[message.Fingerprint]*x509.Certificate, do func(*Record) error) (place, error) {
	above := map[message.Fingerprint][]*x509.Certificate{}
	return f.walk(first, func(fr *frame, p place) error {
		switch fr.kind {
		case kindCert:
			c, err := x509.ParseCertificate(fr.said[16:])
			if err != nil {
				return damage(p, err)
			}
			certs[message.FingerprintOf(c)] = c
		case kindLetter:
			r, err := decodeRecord(fr, p.before)
			if err != nil {
				return damage(p, err)
			}
			r.segment, r.offset, r.Cert = first, p.offset, certs[r.Signed.Cert]
			if r.Cert != nil {
				if _, ok := above[r.Signed.Cert]; !ok {
					above[r.Signed.Cert] = issuersOf(r.Cert, certs)
				}
				r.Issuers = above[r.Signed.Cert]
			}
			return do(r)
		}
		return nil
	})
}

// Records are the messages logged in [from, until), in order; a zero time is no
// bound. A tail that is just being written ends them. Errors come once, as the last.
func (f Folder) Records(from, until time.Time) iter.Seq2[*Record, error] {
	return func(yield func(*Record, error) bool) {
		segments, err := f.segments()
		if err == nil && len(segments) == 0 {
			err = failure(os.ErrNotExist)
		}
		for i := 0; i < len(segments) && err == nil; i++ {
			if i+1 < len(segments) && !from.IsZero() {
				if next, e := f.startOf(segments[i+1]); e == nil && next.at.Before(from.Add(-clockTurned)) {
					continue
				}
			}
			if s, e := f.startOf(segments[i]); e == nil && !until.IsZero() && s.at.After(until.Add(clockTurned)) {
				break
			}
			_, err = f.letters(segments[i], map[message.Fingerprint]*x509.Certificate{}, func(r *Record) error {
				if r.At.Before(from) || !until.IsZero() && !r.At.Before(until) {
					return nil
				}
				if !yield(r, nil) {
					return errStop
				}
				return nil
			})
			if i == len(segments)-1 && f.writing(err) {
				err = nil
			}
		}
		if err != nil && err != errStop {
			yield(nil, err)
		}
	}
}

// clockTurned is how far a machine's clock may have been turned back while a log was
// written: records further from a period than this are not looked for.
const clockTurned = 24 * time.Hour

var errStop = errors.New("messagelog: the reader wants no more")

// writing reports whether an error at the end of the last segment may be a record
// that another process is writing just now: it stands behind the mark.
func (f Folder) writing(err error) bool {
	var d *Damage
	if !errors.As(err, &d) {
		return false
	}
	m, ok := f.mark()
	return ok && (m.segment < d.Segment || m.segment == d.Segment && d.Offset >= m.offset)
}

// Find gives the messages with this X-Road-Id or X-Road-Request-Id, in order; none
// is no error. Errors: Conflict when the log is damaged, Unavailable.
func (f Folder) Find(id string) ([]*Record, error) {
	segments, err := f.segments()
	if err != nil {
		return nil, err
	}
	var out []*Record
	for _, first := range segments {
		some, err := f.findIn(first, id)
		if err != nil && !(first == segments[len(segments)-1] && f.writing(err)) {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// findIn looks into one segment, by its index when it has one.
func (f Folder) findIn(first uint64, id string) (out []*Record, err error) {
	if x, err := os.Open(f.index(first)); err == nil {
		defer x.Close()
		if offsets, err := lookup(x, keyOf(id)); err == nil && len(offsets) == 0 {
			return nil, nil
		}
	}
	_, err = f.letters(first, map[message.Fingerprint]*x509.Certificate{}, func(r *Record) error {
		if r.Head.ID == id || r.Head.RequestID == id {
			out = append(out, r)
		}
		return nil
	})
	return out, err
}

// Find is Folder.Find that knows the records being written from memory.
func (l *Log) Find(id string) ([]*Record, error) {
	segments, err := l.segments()
	if err != nil {
		return nil, err
	}
	l.mu.RLock()
	current, offsets := l.end.segment, slices.Clone(l.index[keyOf(id)])
	l.mu.RUnlock()
	var out []*Record
	for _, first := range segments {
		if first >= current {
			break
		}
		some, err := l.findIn(first, id)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	for _, at := range offsets {
		r, err := l.at(current, at)
		if err != nil {
			return nil, err
		}
		if r.Head.ID == id || r.Head.RequestID == id {
			out = append(out, r)
		}
	}
	return out, nil
}

// at reads one record whose offset is known. Its Prev and Cert are not filled.
func (f Folder) at(first uint64, offset int64) (*Record, error) {
	file, err := os.Open(f.segment(first))
	if err != nil {
		return nil, failure(err)
	}
	defer file.Close()
	fr, err := readFrame(bufio.NewReader(io.NewSectionReader(file, offset, 1<<62)))
	if err != nil {
		return nil, damage(place{segment: first, offset: offset}, err)
	}
	r, err := decodeRecord(fr, message.Sum{})
	if err != nil {
		return nil, damage(place{segment: first, offset: offset}, err)
	}
	r.segment = first
	return r, nil
}

var errNoBody = gov.Fail(gov.NotFound, "جسم هذه الرسالة غير محفوظ في السجل بحكم الاتفاقية، وبصمته محفوظة", "By agreement the body of this message is not kept in the log; its digest is")

// Body reads the body of a message. Whether it has the signed digest, Verify says.
// Errors: NotFound when it was left out.
func (f Folder) Body(r *Record) (io.ReadCloser, error) {
	switch r.Kept {
	case message.KeptNot:
		return nil, errNoBody
	case message.KeptFile:
		file, err := os.Open(f.body(r.segment, r.Number))
		return file, failure(err)
	}
	return io.NopCloser(bytes.NewReader(r.body)), nil
}
