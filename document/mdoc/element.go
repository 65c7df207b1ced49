package mdoc

import (
	"math"
	"slices"
	"strings"
	"time"

	"diwan.example/internal/form"
)

// Value gives the value of a document's claim the shape that ISO/IEC 18013-5
// gives its element: days become full dates, whole numbers integers, the letter
// of a sex its number (ISO/IEC 5218); the bytes of a portrait stay bytes. Rows
// of a group become maps in which what is called "…_date" is a full date, as in
// driving_privileges; categories given there as a plain list become its rows.
func Value(element string, kind form.Kind, v any) any {
	switch v := v.(type) {
	case string:
		return text(element, kind, v)
	case float64:
		if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v)
		}
	case []string:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = row(element, x)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = Value(element, form.Group, row(element, x))
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			inner := form.ShortText
			if strings.HasSuffix(k, "_date") {
				inner = form.Date
			}
			out[k] = Value(k, inner, x)
		}
		return out
	}
	return v
}

// row is a category of vehicles as driving_privileges lists it; anything else stays.
func row(element string, v any) any {
	if s, is := v.(string); is && element == "driving_privileges" {
		return map[string]any{"vehicle_category_code": s}
	}
	return v
}

func text(element string, kind form.Kind, v string) any {
	if kind == form.Date {
		return FullDate(v)
	}
	if i := slices.Index([]string{"m", "f"}, v); element == "sex" && i >= 0 {
		return int64(i + 1)
	}
	return v
}

// Facts are what a document says of itself rather than of its holder.
type Facts struct {
	Number    string
	Country   string // ISO 3166-1 alpha-2
	Authority string // name of the issuer, in Latin letters
	Issued    time.Time
	Until     time.Time      // zero: no end
	Zone      *time.Location // in which its days are
}

// Fill adds to elements what ISO/IEC 18013-5 §7.2.1 asks of every document and
// no claim gives: number, issuer and days; for a driving licence also the
// country's distinguishing sign.
func Fill(elements []Element, doctype string, f Facts) []Element {
	day := func(t time.Time) FullDate { return FullDate(t.In(f.Zone).Format(time.DateOnly)) }
	more := []Element{{"document_number", f.Number}, {"issuing_authority", f.Authority}, {"issuing_country", f.Country}, {"issue_date", day(f.Issued)}}
	if !f.Until.IsZero() {
		more = append(more, Element{"expiry_date", day(f.Until)})
	}
	if doctype == LicenceDoctype {
		more = append(more, Element{"un_distinguishing_sign", sign(f.Country)})
	}
	for _, m := range more {
		if !slices.ContainsFunc(elements, func(e Element) bool { return e.ID == m.ID }) {
			elements = append(elements, m)
		}
	}
	return elements
}

// sign is a country's mark on vehicles where it differs from its code (ISO/IEC
// 18013-1 Annex F).
func sign(country string) string {
	differs := map[string]string{"BH": "BRN", "SA": "KSA", "AE": "UAE", "KW": "KWT", "QA": "Q", "GB": "UK", "DE": "D", "FR": "F", "IN": "IND", "EG": "ET", "JO": "HKJ"}
	if s := differs[country]; s != "" {
		return s
	}
	return country
}
