package message

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"
)

// Sum is a SHA-256 sum: a link of a log's chain, or a node of a tree over links.
type Sum [sha256.Size]byte

// Kept is where a log keeps the body of a message.
type Kept byte

// Where bodies are.
const (
	KeptNone Kept = iota // there was none
	KeptHere             // in the record
	KeptFile             // in a file beside the segment
	KeptNot              // left out by agreement; the head has its digest
)

// Logged is a message as the log of a gateway holds it: the head as signed, the
// signature, and the link to the record before.
type Logged struct {
	Number uint64    // of the record, from 1
	At     time.Time // when it was logged, to the millisecond
	Head   []byte
	Signed Signed
	Kept   Kept
}

// kindOfMessage is what the first byte of a link says; others are the log's own.
const kindOfMessage = 'm'

var errLogged = errors.New("message: not the record of a message")

// Encode is the record without body and link, as logs keep it and links cover it:
// number, milliseconds, kept, fingerprint, signature with its length, head.
func (l *Logged) Encode() []byte {
	b := make([]byte, 0, 64+len(l.Head)+len(l.Signed.Signature))
	b = binary.BigEndian.AppendUint64(b, l.Number)
	b = binary.BigEndian.AppendUint64(b, uint64(l.At.UnixMilli()))
	b = append(append(b, byte(l.Kept)), l.Signed.Cert[:]...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(l.Signed.Signature)))
	return append(append(b, l.Signed.Signature...), l.Head...)
}

// DecodeLogged reads what Encode wrote. The head is not looked into.
func DecodeLogged(b []byte) (*Logged, error) {
	const fixed = 8 + 8 + 1 + sha256.Size + 2
	if len(b) < fixed {
		return nil, errLogged
	}
	l := &Logged{Number: binary.BigEndian.Uint64(b), At: time.UnixMilli(int64(binary.BigEndian.Uint64(b[8:]))).UTC(), Kept: Kept(b[16])}
	copy(l.Signed.Cert[:], b[17:])
	n := int(binary.BigEndian.Uint16(b[fixed-2:]))
	if len(b) < fixed+n || l.Kept > KeptNot {
		return nil, errLogged
	}
	l.Signed.Signature, l.Head = b[fixed:fixed+n], b[fixed+n:]
	return l, nil
}

// Link is the chain's value at a record: SHA-256 over the value before, the kind
// of the record and what it says. Changing, leaving out or exchanging an earlier
// record changes every later value.
func Link(before Sum, kind byte, said []byte) Sum {
	h := sha256.New()
	h.Write(before[:])
	h.Write([]byte{kind})
	h.Write(said)
	return Sum(h.Sum(nil))
}

// Link is the chain's value at this message.
func (l *Logged) Link(before Sum) Sum { return Link(before, kindOfMessage, l.Encode()) }
