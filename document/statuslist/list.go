// Package statuslist says of many signed documents at once which of them are
// still in force: two bits each, packed, compressed and signed. Whoever holds a
// document fetches the whole list, so that the list's keeper does not learn
// which document was looked at.
//
// The package knows no database, clock or network. Source: Token Status List,
// draft-ietf-oauth-status-list.
package statuslist

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
)

// Status is what a list says of one document.
type Status byte

// The statuses, with the numbers of the standard. Invalid is for ever.
const (
	Valid     Status = 0
	Invalid   Status = 1
	Suspended Status = 2
)

const (
	bits   = 2       // for each document in the lists that we make
	most   = 1 << 27 // documents in one list of others'
	inByte = 8 / bits
)

// Size is how many documents one of our lists has room for.
const Size = 1 << 20

// Reference says where the status of a document is found. It stands in every
// form of the document as its status claim.
type Reference struct {
	List Place `json:"status_list"`
}

// Place is one place in one list.
type Place struct {
	Index int    `json:"idx"`
	URI   string `json:"uri"`
}

// List holds the statuses of documents by index. The zero value has no room.
type List struct {
	bits   int
	packed []byte
}

// New makes a list of n documents, all of them Valid.
func New(n int) *List { return &List{bits, make([]byte, (n+inByte-1)/inByte)} }

// Len is how many documents the list has room for.
func (l *List) Len() int {
	if l.bits == 0 {
		return 0
	}
	return len(l.packed) * 8 / l.bits
}

// Set writes the status of document i of a list made by New; an index outside is ignored.
func (l *List) Set(i int, s Status) {
	if i < 0 || i >= l.Len() {
		return
	}
	at := i * l.bits
	mask := byte(1<<l.bits-1) << (at % 8)
	l.packed[at/8] = l.packed[at/8]&^mask | byte(s)<<(at%8)&mask
}

// Get reads the status of document i; ok is false outside the list, of which
// nothing can be said.
func (l *List) Get(i int) (s Status, ok bool) {
	if i < 0 || i >= l.Len() {
		return 0, false
	}
	at := i * l.bits
	return Status(l.packed[at/8] >> (at % 8) & (1<<l.bits - 1)), true
}

// Compressed is the list as tokens carry it: DEFLATE in zlib's format. The
// highest level takes twenty times as long and saves a tenth; where many bytes
// say something, repetitions are not worth looking for at all.
func (l *List) Compressed() []byte {
	level := zlib.DefaultCompression
	if said := len(l.packed) - bytes.Count(l.packed, []byte{0}); said > len(l.packed)/8 {
		level = zlib.HuffmanOnly
	}
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, level) // both levels exist
	w.Write(l.packed)
	w.Close() // a buffer does not fail
	return b.Bytes()
}

// ErrList says that a list or its token is malformed, of another address, ended
// or not signed by the key it names.
var ErrList = errors.New("statuslist: not a valid list")

// Open unpacks a compressed list with 1, 2, 4 or 8 bits for each document. What
// would unpack into more than 128 million documents is refused. Errors: ErrList.
func Open(compressed []byte, width int) (*List, error) {
	if width != 1 && width != 2 && width != 4 && width != 8 {
		return nil, ErrList
	}
	r, err := zlib.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return nil, ErrList
	}
	limit := int64(most * width / 8)
	packed, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil || int64(len(packed)) > limit {
		return nil, ErrList
	}
	return &List{width, packed}, nil
}
