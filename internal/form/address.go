package form

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"diwan.example/gov"
)

var addressParts = []string{"block", "road", "building", "flat"}

func readAddress(_ *run, _ *question, v any) (any, gov.Problems) {
	o, ok := fields(v)
	if !ok {
		return nil, wrong(notAddress)
	}
	out := make(map[string]any, 4)
	var bad gov.Problems
	for _, name := range addressParts {
		s, ok := part(o[name])
		switch {
		case !ok || utf8.RuneCountInString(s) > 20 || strings.IndexFunc(s, notInAddress) >= 0:
			bad = append(bad, gov.Problem{Field: name, Text: badPart})
		case s == "" && name != "flat":
			bad = append(bad, gov.Problem{Field: name, Text: missingPart[name]})
		}
		out[name] = s
	}
	for name := range o {
		if _, known := out[name]; !known {
			bad = append(bad, gov.Problem{Field: name, Text: unknownAnswer})
		}
	}
	if bad != nil {
		return nil, bad
	}
	return out, nil
}

func notInAddress(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -/.", r)
}

func readMapPoint(_ *run, _ *question, v any) (any, gov.Problems) {
	o, ok := fields(v)
	if !ok {
		s, isText := v.(string)
		lat, lng, two := strings.Cut(s, ",")
		if !isText || !two {
			return nil, wrong(notPoint)
		}
		o = map[string]any{"lat": lat, "lng": lng}
	}
	lat, okLat := degrees(o["lat"], 90)
	lng, okLng := degrees(o["lng"], 180)
	if !okLat || !okLng || len(o) != 2 {
		return nil, wrong(notPoint)
	}
	return map[string]any{"lat": lat, "lng": lng}, nil
}

// degrees reads a coordinate, to a ten-millionth: a centimetre.
func degrees(v any, limit float64) (float64, bool) {
	var f float64
	switch x := v.(type) {
	case float64:
		f = x
	case int:
		f = float64(x)
	case int64:
		f = float64(x)
	case json.Number:
		n, err := x.Float64()
		if err != nil {
			return 0, false
		}
		f = n
	default:
		s, ok := word(v, 40)
		if ok {
			s, ok = figures(s)
		}
		if !ok {
			return 0, false
		}
		f, _ = strconv.ParseFloat(s, 64)
	}
	if math.IsNaN(f) || math.Abs(f) > limit {
		return 0, false
	}
	return math.Round(f*1e7)/1e7 + 0, true
}
