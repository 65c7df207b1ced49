package db

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// crockford is Base 32 without I, L, O, U, so that ids can be read aloud.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// NewID makes an id of 26 characters: 48 bits of time and 80 random bits, so
// that ids made later sort later and nobody can guess one. Shape: ULID.
func NewID(at time.Time) string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(at.UnixMilli())<<16)
	rand.Read(b[6:])
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
