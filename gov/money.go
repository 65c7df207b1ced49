package gov

import (
	"fmt"
	"strconv"
	"strings"
)

// Money is an amount in minor units of the country's currency (fils, cents).
// It is never a float.
type Money int64

// Currency is how a country counts money. ISO 4217.
type Currency struct {
	Code   string `yaml:"code" json:"code"`     // "BHD"
	Digits int    `yaml:"digits" json:"digits"` // decimals: 3 for the dinar
	Symbol Text   `yaml:"symbol" json:"symbol"` // "د.ب", "BD"
}

// Decimal writes m as a plain decimal without symbol: 1500 fils is "1.500".
func (c Currency) Decimal(m Money) string {
	sign, n := "", uint64(m)
	if m < 0 {
		sign, n = "-", uint64(-m)
	}
	unit := uint64(1)
	for range c.Digits {
		unit *= 10
	}
	if c.Digits == 0 {
		return sign + strconv.FormatUint(n, 10)
	}
	return fmt.Sprintf("%s%d.%0*d", sign, n/unit, c.Digits, n%unit)
}

// Format writes m for people: "1.500 د.ب", "BD 1.500" or "1.500 BD".
func (c Currency) Format(m Money, l Lang) string {
	if l == Arabic {
		return c.Decimal(m) + " " + c.Symbol.In(l)
	}
	if l == French {
		return c.Decimal(m) + " " + c.Symbol.In(l)
	}
	return c.Symbol.In(l) + " " + c.Decimal(m)
}

// Parse reads a decimal as people type it (Arabic-Indic digits and thousands
// separators accepted). Errors: Invalid when it is no number or has more
// decimals than the currency.
func (c Currency) Parse(s string) (Money, error) {
	bad := Fail(Invalid, "المبلغ غير مفهوم، اكتبه بالأرقام، مثل 12.500", "This is not an amount; write it in figures, like 12.500")
	s = strings.ReplaceAll(strings.TrimSpace(Digits(s)), ",", "")
	whole, frac, _ := strings.Cut(s, ".")
	if len(frac) > c.Digits || whole == "" || len(whole) > 12 || strings.ContainsAny(frac, "+-") {
		return 0, bad
	}
	n, err := strconv.ParseInt(whole+frac+strings.Repeat("0", c.Digits-len(frac)), 10, 64)
	if err != nil {
		return 0, bad
	}
	return Money(n), nil
}
