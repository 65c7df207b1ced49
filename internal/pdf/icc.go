package pdf

import (
	"math"
	"sync"
	"unicode/utf16"
)

// colourSpace is an ICC profile (ICC.1:2004-10, version 4.2) of the sRGB colour
// space of IEC 61966-2-1: it tells archives what the file's colours mean.
var colourSpace = sync.OnceValue(func() []byte {
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", iccText("sRGB IEC61966-2.1")},
		{"cprt", iccText("Public domain")},
		{"wtpt", iccNumbers("XYZ ", 0.9642, 1, 0.82491)},
		{"chad", iccNumbers("sf32", 1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)},
		{"rXYZ", iccNumbers("XYZ ", 0.43607, 0.22249, 0.01392)},
		{"gXYZ", iccNumbers("XYZ ", 0.38515, 0.71687, 0.09708)},
		{"bXYZ", iccNumbers("XYZ ", 0.14307, 0.06061, 0.71410)},
		{"rTRC", iccCurve()}, {"gTRC", iccCurve()}, {"bTRC", iccCurve()},
	}
	const head = 128
	table, body := be.AppendUint32(nil, uint32(len(tags))), []byte{}
	start := head + 4 + 12*len(tags)
	for _, t := range tags {
		table = be.AppendUint32(be.AppendUint32(append(table, t.name...), uint32(start+len(body))), uint32(len(t.data)))
		body = append(body, t.data...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	out := make([]byte, head)
	be.PutUint32(out, uint32(start+len(body)))
	be.PutUint32(out[8:], 0x04200000)
	copy(out[12:], "mntrRGB XYZ ")
	for i, v := range []uint16{2026, 1, 1} {
		be.PutUint16(out[24+2*i:], v)
	}
	copy(out[36:], "acsp")
	for i, v := range []float64{0.9642, 1, 0.82491} { // the light that all profiles share
		be.PutUint32(out[68+4*i:], fixed16(v))
	}
	return append(append(out, table...), body...)
})

// fixed16 is a number with sixteen binary places.
func fixed16(v float64) uint32 { return uint32(int32(math.Round(v * 65536))) }

func iccNumbers(kind string, values ...float64) []byte {
	out := append([]byte(kind), 0, 0, 0, 0)
	for _, v := range values {
		out = be.AppendUint32(out, fixed16(v))
	}
	return out
}

// iccCurve is the sRGB curve: a power with a straight foot.
func iccCurve() []byte {
	out := append([]byte("para"), 0, 0, 0, 0, 0, 3, 0, 0)
	for _, v := range []float64{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045} {
		out = be.AppendUint32(out, fixed16(v))
	}
	return out
}

func iccText(s string) []byte {
	out := append([]byte("mluc"), 0, 0, 0, 0)
	text := utf16.Encode([]rune(s))
	for _, v := range []uint32{1, 12, uint32('e'<<24 | 'n'<<16 | 'U'<<8 | 'S'), uint32(2 * len(text)), 28} {
		out = be.AppendUint32(out, v)
	}
	for _, u := range text {
		out = be.AppendUint16(out, u)
	}
	return out
}
