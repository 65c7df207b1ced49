package gov

// The civil number of the sample country has nine digits: year, month, four
// serial digits, and a check digit. How a real country checks its number is its
// own affair; the sample's rule is this: the first eight digits are weighted
// 9, 8, … 2 and summed, and the check digit brings the sum to a multiple of 11.
// Serials that would need the digit 10 are never issued.

// CivilNumber completes the first eight digits (YYMMNNNN) with their check
// digit; false when they are no such digits or the number is never issued.
func CivilNumber(first8 string) (string, bool) {
	if len(first8) != 8 || !yearMonth(first8) {
		return "", false
	}
	sum := 0
	for i, r := range []byte(first8) {
		if r < '0' || r > '9' {
			return "", false
		}
		sum += int(r-'0') * (9 - i)
	}
	check := (11 - sum%11) % 11
	if check == 10 {
		return "", false
	}
	return first8 + string(rune('0'+check)), true
}

// CivilNumberValid reports whether s is a civil number with a right check
// digit. It expects ASCII digits: pass what people type through Digits first.
func CivilNumberValid(s string) bool {
	if len(s) != 9 {
		return false
	}
	whole, ok := CivilNumber(s[:8])
	return ok && whole == s
}

// yearMonth reports whether digits three and four are a month.
func yearMonth(s string) bool {
	switch s[2] {
	case '0':
		return s[3] >= '1' && s[3] <= '9'
	case '1':
		return s[3] >= '0' && s[3] <= '2'
	}
	return false
}
