// Package barcode writes texts as QR codes (ISO/IEC 18004), for paper and screens.
package barcode

import (
	"math"
	"slices"
	"strings"

	"diwan.example/gov"
	"rsc.io/qr"
	"rsc.io/qr/coding"
)

// cutKind is one way in which a QR code writes characters (ISO/IEC 18004 §7.4).
type cutKind int

const (
	digitsOnly cutKind = iota
	capitals           // digits, capital letters and a few signs
	anyByte
	cutKinds
)

const capitalSigns = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// cutCost is what one character costs, and its length what a stretch costs at
// its beginning by class of version, both in sixths of a bit.
var (
	cutCost = [cutKinds]int{20, 33, 48}
	cutHead = [3][cutKinds]int{{14 * 6, 13 * 6, 12 * 6}, {16 * 6, 15 * 6, 20 * 6}, {18 * 6, 17 * 6, 20 * 6}}
	cutTops = [3]coding.Version{9, 26, 40}
)

// Encode writes a payload as the smallest QR code that bears the loss of 15 % of
// itself (level M), in the shortest mixture of the three ways of writing. Error:
// Invalid when no code holds so much.
func Encode(payload string) (*coding.Code, error) {
	for class, top := range cutTops {
		parts := cut3(payload, class)
		need := 0
		for _, x := range parts {
			need += x.Bits(top)
		}
		for v := max(coding.Version(1), []coding.Version{1, 10, 27}[class]); v <= top; v++ {
			if need > v.DataBytes(coding.M)*8 {
				continue
			}
			plan, err := coding.NewPlan(v, coding.M, 0)
			if err != nil {
				return nil, err
			}
			return plan.Encode(parts...)
		}
	}
	return nil, gov.Fail(gov.Invalid, "النص أطول مما يسعه رمز الاستجابة السريعة", "The text is longer than a QR code can hold").At("payload")
}

// cut3 divides a payload into stretches so that the whole is shortest.
func cut3(s string, class int) (out []coding.Encoding) {
	const far = math.MaxInt / 2
	best := [cutKinds]int{far, far, far}
	var from [][cutKinds]cutKind
	for i := range len(s) {
		next, way := [cutKinds]int{far, far, far}, [cutKinds]cutKind{}
		for k := range cutKinds {
			if !writes(k, s[i]) {
				continue
			}
			for before := range cutKinds {
				cost := best[before] + cutHead[class][k]
				switch {
				case i == 0:
					cost = cutHead[class][k]
				case before == k:
					cost = best[k]
				}
				if cost += cutCost[k]; cost < next[k] {
					next[k], way[k] = cost, before
				}
			}
		}
		best, from = next, append(from, way)
	}
	k, end := cutKind(slices.Index(best[:], min(best[0], best[1], best[2]))), len(s)
	for i := len(s) - 1; i >= 0; i-- {
		if before := from[i][k]; before != k || i == 0 {
			out = append(out, stretch(k, s[i:end]))
			k, end = before, i
		}
	}
	slices.Reverse(out)
	return out
}

func writes(k cutKind, c byte) bool {
	switch k {
	case digitsOnly:
		return c >= '0' && c <= '9'
	case capitals:
		return strings.IndexByte(capitalSigns, c) >= 0
	}
	return true
}

func stretch(k cutKind, s string) coding.Encoding {
	switch k {
	case digitsOnly:
		return coding.Num(s)
	case capitals:
		return coding.Alpha(s)
	}
	return coding.String(s)
}

// Picture is Encode for screens. Errors: as Encode.
func Picture(text string) (*qr.Code, error) {
	c, err := Encode(text)
	if err != nil {
		return nil, err
	}
	return &qr.Code{Bitmap: c.Bitmap, Size: c.Size, Stride: c.Stride, Scale: 4}, nil
}
