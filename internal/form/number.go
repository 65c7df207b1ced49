package form

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"diwan.example/gov"
)

const largest = 1e15 // beyond it a float64 no longer holds every number

func readNumber(_ *run, q *question, v any) (any, gov.Problems) {
	f, bad := number(q, v)
	if bad != nil {
		return nil, bad
	}
	switch l, h := q.limits.low, q.limits.high; {
	case l.set && f < l.number:
		return nil, wrong(tooSmall.Sprintf(plainNumber(l.number)))
	case h.set && f > h.number:
		return nil, wrong(tooLarge.Sprintf(plainNumber(h.number)))
	}
	return f, nil
}

// number reads a number within q's decimals.
func number(q *question, v any) (float64, gov.Problems) {
	var s string
	switch x := v.(type) {
	case float64:
		s = strconv.FormatFloat(x, 'f', -1, 64)
	case int:
		s = strconv.Itoa(x)
	case int64:
		s = strconv.FormatInt(x, 10)
	case json.Number:
		s = scientific(x.String())
	default:
		typed, ok := word(v, 40)
		if !ok {
			return 0, wrong(notNumber)
		}
		s = typed
	}
	s, ok := figures(s)
	if !ok {
		return 0, wrong(notNumber)
	}
	if _, frac, _ := strings.Cut(s, "."); len(frac) > q.Decimals {
		if q.Decimals == 0 {
			return 0, wrong(notWhole)
		}
		return 0, wrong(tooFine.Sprintf(q.Decimals))
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.Abs(f) >= largest {
		return 0, wrong(tooBig)
	}
	return f + 0, nil // +0 turns -0 into 0
}

// scientific writes a JSON number like 1e3 in plain figures.
func scientific(s string) string {
	if !strings.ContainsAny(s, "eE") {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// figures checks a number as people type it: a sign, figures, separators of
// thousands between groups of three, one decimal point. It returns it bare,
// without needless zeros at its end.
func figures(s string) (string, bool) {
	s = strings.ReplaceAll(strings.Replace(s, "−", "-", 1), " ", "")
	sign := ""
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		sign, s = strings.TrimPrefix(s[:1], "+"), s[1:]
	}
	whole, frac, point := strings.Cut(s, ".")
	if strings.Contains(whole, ",") {
		groups := strings.Split(whole, ",")
		for i, g := range groups {
			if len(g) != 3 && (i > 0 || len(g) == 0 || len(g) > 3) {
				return "", false
			}
		}
		whole = strings.Join(groups, "")
	}
	if !allDigits(whole) || point && !allDigits(frac) {
		return "", false
	}
	if frac = strings.TrimRight(frac, "0"); frac != "" {
		whole += "." + frac
	}
	return sign + whole, true
}

func plainNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func readMoney(r *run, q *question, v any) (any, gov.Problems) {
	cur := r.f.opts.Currency
	m, bad := amount(cur, v)
	if bad != nil {
		return nil, bad
	}
	switch l, h := q.limits.low, q.limits.high; {
	case l.set && m < l.money:
		return nil, wrong(tooSmall.Sprintf(priced(cur, l.money)))
	case h.set && m > h.money:
		return nil, wrong(tooLarge.Sprintf(priced(cur, h.money)))
	}
	return int64(m), nil
}

func priced(cur gov.Currency, m gov.Money) gov.Text {
	return gov.T(cur.Format(m, gov.Arabic), cur.Format(m, gov.English)).French(cur.Format(m, gov.French))
}

// amount reads money: text is in major units ("12.500"), a number of JSON is in
// minor units and whole, as amounts are stored.
func amount(cur gov.Currency, v any) (gov.Money, gov.Problems) {
	example := wrong(notMoney.Sprintf(cur.Decimal(12_500)))
	switch x := v.(type) {
	case gov.Money:
		v = int64(x)
	case int:
		v = int64(x)
	case float64:
		if x != math.Trunc(x) || math.Abs(x) >= largest {
			return 0, wrong(minorUnits.Sprintf(cur.Decimal(12_500)))
		}
		v = int64(x)
	case json.Number:
		n, err := strconv.ParseInt(scientific(x.String()), 10, 64)
		if err != nil {
			return 0, wrong(minorUnits.Sprintf(cur.Decimal(12_500)))
		}
		v = n
	}
	if n, ok := v.(int64); ok {
		if n >= largest || n <= -largest {
			return 0, wrong(tooBig)
		}
		return gov.Money(n), nil
	}
	s, ok := word(v, 40)
	if !ok {
		return 0, example
	}
	for _, sign := range []string{cur.Code, cur.Symbol[gov.Arabic], cur.Symbol[gov.English]} {
		if sign != "" {
			s = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, sign), sign))
		}
	}
	s, ok = figures(s)
	if !ok {
		return 0, example
	}
	if _, frac, _ := strings.Cut(s, "."); len(frac) > cur.Digits {
		return 0, wrong(tooFine.Sprintf(cur.Digits))
	}
	m, err := cur.Parse(s)
	if err != nil || m >= largest || m <= -largest {
		return 0, wrong(tooBig)
	}
	return m, nil
}
