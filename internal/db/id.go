package db

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"sync"
	"time"
)

// crockford is Base 32 without I, L, O, U, so that ids can be read aloud.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// last is the latest id made, so that ids of one millisecond keep their order.
var last struct {
	sync.Mutex
	ms     int64
	hi, lo uint64 // 16 and 64 random bits
}

// NewID makes an id of 26 characters: 48 bits of time and 80 random bits. Ids
// made later by one process sort later, also within a millisecond; between
// nodes they sort by the millisecond. Shape: ULID, monotonic with random steps.
func NewID(at time.Time) string {
	var b [16]byte
	rand.Read(b[:])
	ms := at.UnixMilli()
	last.Lock()
	if ms == last.ms {
		before := last.lo
		if last.lo += uint64(binary.BigEndian.Uint32(b[:])) + 1; last.lo < before {
			last.hi++
		}
	} else {
		last.ms, last.lo = ms, binary.BigEndian.Uint64(b[8:])
		last.hi = uint64(binary.BigEndian.Uint16(b[6:])) >> 1 // room to count on
	}
	hi, lo := last.hi, last.lo
	last.Unlock()
	binary.BigEndian.PutUint64(b[:8], uint64(ms)<<16|hi&0xffff)
	binary.BigEndian.PutUint64(b[8:], lo)
	return crockford.EncodeToString(b[:])
}

// Short makes n random characters of the same alphabet; 5 bits each.
func Short(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	const abc = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	for i, x := range b {
		b[i] = abc[x&31]
	}
	return string(b)
}
