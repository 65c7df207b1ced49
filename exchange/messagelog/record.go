package messagelog

import (
	"crypto/x509"
	"encoding/binary"
	"time"

	"diwan.example/exchange/message"
)

// Position is where a record stands.
type Position struct {
	Number uint64
	At     time.Time // to the millisecond
}

// start is the first record of a segment: whose log it is, and how far it was sealed.
type start struct {
	number, sealed uint64
	at             time.Time
	before         message.Sum // the last link of the segment before
	name           string
}

func stamp(b []byte, number uint64, at time.Time) []byte {
	b = binary.BigEndian.AppendUint64(b, number)
	return binary.BigEndian.AppendUint64(b, uint64(at.UnixMilli()))
}

// stamped reads what every record begins with.
func stamped(said []byte) (number uint64, at time.Time, rest []byte, ok bool) {
	if len(said) < 16 {
		return 0, at, nil, false
	}
	at = time.UnixMilli(int64(binary.BigEndian.Uint64(said[8:]))).UTC()
	return binary.BigEndian.Uint64(said), at, said[16:], true
}

func (s *start) encode() []byte {
	b := binary.BigEndian.AppendUint64(stamp(nil, s.number, s.at), s.sealed)
	return append(append(b, s.before[:]...), s.name...)
}

func decodeStart(said []byte) (s start, ok bool) {
	number, at, rest, ok := stamped(said)
	if !ok || len(rest) < 8+linkSize {
		return s, false
	}
	return start{number, binary.BigEndian.Uint64(rest), at, message.Sum(rest[8:]), string(rest[8+linkSize:])}, true
}

// Record is one logged message as it is read back.
type Record struct {
	message.Logged
	Head  *message.Head
	Block []byte            // the headers; nil when they are not kept
	Cert  *x509.Certificate // the signer's; nil when the log does not have it

	Issuers []*x509.Certificate // of Cert, as far as the log has them
	Link    message.Sum         // the chain's value here
	Prev    message.Sum         // and before

	segment uint64 // its first number
	offset  int64  // where it stands there
	body    []byte // kept in the record
}

func decodeRecord(f *frame, before message.Sum) (*Record, error) {
	l, err := message.DecodeLogged(f.said)
	if err != nil {
		return nil, err
	}
	h, err := message.Parse(l.Head)
	if err != nil {
		return nil, err
	}
	block, body, ok := apart(f.body)
	if !ok {
		return nil, errFrame
	}
	return &Record{Logged: *l, Head: h, Block: block, Link: f.link, Prev: before, body: body}, nil
}
