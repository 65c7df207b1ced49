package seal

// alphabet is that of RFC 9285, and of a QR code's alphanumeric mode.
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

var digits = func() (d [256]int) {
	for n := range d {
		d[n] = -1
	}
	for n, c := range []byte(alphabet) {
		d[c] = n
	}
	return d
}()

// Base45 writes bytes as RFC 9285 does.
func Base45(b []byte) string {
	out := make([]byte, 0, len(b)*3/2+2)
	for ; len(b) > 1; b = b[2:] {
		n := int(b[0])<<8 | int(b[1])
		out = append(out, alphabet[n%45], alphabet[n/45%45], alphabet[n/2025])
	}
	if len(b) == 1 {
		out = append(out, alphabet[b[0]%45], alphabet[b[0]/45])
	}
	return string(out)
}

// FromBase45 reads what Base45 wrote. Errors: Invalid.
func FromBase45(s string) ([]byte, error) {
	if len(s)%3 == 1 {
		return nil, errForm
	}
	out := make([]byte, 0, len(s)*2/3+1)
	for ; len(s) > 0; s = s[min(3, len(s)):] {
		n, unit := 0, 1
		for _, c := range []byte(s[:min(3, len(s))]) {
			if digits[c] < 0 {
				return nil, errForm
			}
			n, unit = n+digits[c]*unit, unit*45
		}
		switch {
		case len(s) > 2 && n <= 0xFFFF:
			out = append(out, byte(n>>8), byte(n))
		case len(s) == 2 && n <= 0xFF:
			out = append(out, byte(n))
		default:
			return nil, errForm
		}
	}
	return out, nil
}
