package seal

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"unicode/utf8"
)

// The bounds of what a seal may hold, in one place of it.
const (
	levels    = 8   // one inside the other
	mostItems = 500 // of a list
	mostPairs = 200 // of a map
)

// The major types of RFC 8949 §3.1.
const (
	majorWhole = iota
	majorNegative
	majorBytes
	majorText
	majorList
	majorMap
	majorTag
	majorSimple
)

// tagSign1 is the one tag that a seal has, around all of it: COSE_Sign1.
const tagSign1 = 18

// deterministic reports an error unless raw is one data item in the only encoding
// that RFC 8949 §4.2.1 allows for it, of the kinds of items that seals are made of.
// It builds nothing: it runs over the bytes once.
func deterministic(raw []byte) error {
	if rest, ok := item(raw, 0); !ok || len(rest) > 0 {
		return errForm
	}
	return nil
}

// item passes over one data item and returns what follows it.
func item(b []byte, depth int) (rest []byte, ok bool) {
	if len(b) == 0 || depth > levels {
		return nil, false
	}
	major, info := b[0]>>5, b[0]&31
	if major == majorSimple {
		return simple(b, info)
	}
	n, b, ok := argument(b, info)
	if !ok {
		return nil, false
	}
	switch major {
	case majorBytes, majorText:
		if n > uint64(len(b)) || major == majorText && !utf8.Valid(b[:n]) {
			return nil, false
		}
		return b[n:], true
	case majorList:
		return list(b, n, depth)
	case majorMap:
		return pairs(b, n, depth)
	case majorTag:
		if n != tagSign1 || depth > 0 {
			return nil, false
		}
		return item(b, depth+1)
	}
	return b, true
}

// argument reads the number in an item's head, in its shortest form, that a signed
// whole number can hold.
func argument(b []byte, info byte) (n uint64, rest []byte, ok bool) {
	if info < 24 {
		return uint64(info), b[1:], true
	}
	if info > 27 {
		return 0, nil, false // reserved, or of indefinite length
	}
	size := 1 << (info - 24)
	if len(b) <= size {
		return 0, nil, false
	}
	for _, x := range b[1 : 1+size] {
		n = n<<8 | uint64(x)
	}
	least := [...]uint64{24, 1 << 8, 1 << 16, 1 << 32}[info-24]
	return n, b[1+size:], n >= least && n <= math.MaxInt64
}

func list(b []byte, n uint64, depth int) (rest []byte, ok bool) {
	if n > mostItems {
		return nil, false
	}
	for ok = true; n > 0 && ok; n-- {
		b, ok = item(b, depth+1)
	}
	return b, ok
}

// pairs passes over a map, whose keys are numbers or texts in the order of their
// bytes, none twice.
func pairs(b []byte, n uint64, depth int) (rest []byte, ok bool) {
	if n > mostPairs {
		return nil, false
	}
	var before []byte
	for ; n > 0; n-- {
		if len(b) == 0 || b[0]>>5 == majorBytes || b[0]>>5 > majorText {
			return nil, false
		}
		after, ok := item(b, depth+1)
		if !ok {
			return nil, false
		}
		key := b[:len(b)-len(after)]
		if before != nil && bytes.Compare(before, key) >= 0 {
			return nil, false
		}
		before = key
		if b, ok = item(after, depth+1); !ok {
			return nil, false
		}
	}
	return b, true
}

// simple passes over true, false, or a finite number in the shortest of its forms.
func simple(b []byte, info byte) (rest []byte, ok bool) {
	if info == 20 || info == 21 {
		return b[1:], true
	}
	size := map[byte]int{25: 2, 26: 4, 27: 8}[info]
	if size == 0 || len(b) <= size {
		return nil, false
	}
	at := b[1 : 1+size]
	switch size {
	case 2:
		ok = at[0]>>2&31 != 31
	case 4:
		f := binary.BigEndian.Uint32(at)
		ok = f>>23&255 != 255 && !fitsHalf(f)
	case 8:
		f := math.Float64frombits(binary.BigEndian.Uint64(at))
		ok = !math.IsInf(f, 0) && !math.IsNaN(f) && float64(float32(f)) != f
	}
	return b[1+size:], ok
}

// fitsHalf reports whether a finite number of 32 bits is one of 16 bits too.
func fitsHalf(f uint32) bool {
	exponent, fraction := int(f>>23&255)-127, f&(1<<23-1)
	switch {
	case f<<1 == 0:
		return true
	case exponent >= -14 && exponent <= 15:
		return bits.TrailingZeros32(fraction) >= 13 // also when it is zero
	case exponent >= -24 && exponent < -14:
		return bits.TrailingZeros32(fraction|1<<23) >= -1-exponent
	}
	return false
}
