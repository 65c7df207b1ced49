package seal

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
)

// slowly is deterministic as a decoder and an encoder say it.
func slowly(raw []byte) bool {
	var v any
	if decoding.Unmarshal(raw, &v) != nil {
		return false
	}
	again, err := encoding.Marshal(v)
	return err == nil && bytes.Equal(again, raw)
}

// made is a value such as seals have, at random.
func made(r *rand.Rand, depth int) any {
	switch n := r.IntN(9); {
	case n == 0 && depth < 3:
		out := []any{}
		for range r.IntN(4) {
			out = append(out, made(r, depth+1))
		}
		return out
	case n <= 2 && depth < 3:
		out := map[any]any{}
		for range r.IntN(4) {
			out[made(r, 9)] = made(r, depth+1)
		}
		return out
	case n == 3 && depth < 4:
		return r.IntN(2) == 0
	case n == 4 && depth < 4:
		return []float64{0.5, 1.1, 5.960464477539063e-08, 1.5 * math.Pow(2, -24), 65504, 65520, 3.4028234663852886e38, 1e300, math.Pow(2, -14), 1023 * math.Pow(2, -24), float64(float32(0.1))}[r.IntN(11)]
	case n == 5 && depth < 4:
		return make([]byte, r.IntN(30))
	case n < 7:
		return []string{"", "ar", "اسم", "a longer text than twenty-four bytes"}[r.IntN(4)]
	}
	return []int64{0, 1, 23, 24, 255, 256, 65535, 65536, 1 << 32, math.MaxInt64, -1, -24, -25, -70012, math.MinInt64}[r.IntN(15)]
}

// The one pass agrees with decoding and encoding again: it takes whatever that
// takes of the kinds that seals have, and nothing that that refuses.
func TestOneEncodingOnlyIsTaken(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 8))
	taken := 0
	for range 30_000 {
		raw, err := encoding.Marshal(made(r, 0))
		if err != nil {
			t.Fatal(err)
		}
		if deterministic(raw) != nil {
			t.Fatalf("refused: %x", raw)
		}
		for range 8 {
			bad := bytes.Clone(raw)
			switch at := r.IntN(len(bad)); r.IntN(3) {
			case 0:
				bad[at] ^= 1 << r.IntN(8)
			case 1:
				bad = append(bad[:at], bad[at+1:]...)
			default:
				bad = append(bad[:at], append([]byte{byte(r.IntN(256))}, bad[at:]...)...)
			}
			if deterministic(bad) == nil {
				taken++
				if !slowly(bad) {
					t.Fatalf("taken: %x", bad)
				}
			}
		}
	}
	if taken == 0 {
		t.Error("no altered bytes were well-formed: the comparison compared nothing")
	}
}

func TestOtherEncodingsAreRefused(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing": "", "two items": "\x01\x02", "a longer number": "\x18\x01", "a longer length": "\x78\x01a", "indefinite": "\x9f\x01\xff", "a text cut off": "\x62a",
		"no UTF-8": "\x61\xff", "keys out of order": "\xa2\x02\x01\x01\x01", "a key twice": "\xa2\x01\x01\x01\x01", "a list as key": "\xa1\x80\x01", "another tag": "\xc1\x01",
		"a tag inside": "\x81\xd2\x01", "null": "\xf6", "a simple value": "\xf8\x20", "infinity": "\xf9\x7c\x00", "not a number": "\xf9\x7e\x00", "a longer float": "\xfa\x3f\x80\x00\x00",
		"a much longer float": "\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00", "too deep": "\x81\x81\x81\x81\x81\x81\x81\x81\x81\x01", "too large a number": "\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
	} {
		if deterministic([]byte(raw)) == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if deterministic([]byte("\xd2\x84\x40\xa0\x40\x40")) != nil {
		t.Error("the shape of a COSE_Sign1 was refused")
	}
}
