package form

import (
	"net/mail"
	"strings"

	"diwan.example/gov"
)

// readPhone gives E.164: at most 15 digits after the plus sign (ITU-T E.164 §6).
func readPhone(r *run, _ *question, v any) (any, gov.Problems) {
	s, ok := word(v, 40)
	s = squeeze(s)
	o := r.f.opts
	switch {
	case !ok:
		return nil, wrong(notPhone.Sprintf(o.DialDigits))
	case strings.HasPrefix(s, "00"):
		s = "+" + s[2:]
	case len(s) == o.DialDigits && allDigits(s):
		s = o.Dial + s
	}
	digits, plus := strings.CutPrefix(s, "+")
	if !plus || !allDigits(digits) || digits[0] == '0' || len(digits) < 8 || len(digits) > 15 {
		return nil, wrong(notPhone.Sprintf(o.DialDigits))
	}
	if strings.HasPrefix(s, o.Dial) && len(s) != len(o.Dial)+o.DialDigits {
		return nil, wrong(phoneLength.Sprintf(o.Dial, o.DialDigits))
	}
	return s, nil
}

// readEmail takes what RFC 5321 lets travel: at most 254 characters, a domain with a dot.
func readEmail(_ *run, _ *question, v any) (any, gov.Problems) {
	s, ok := word(v, 254)
	if !ok || len(s) > 254 {
		return nil, wrong(notEmail)
	}
	if !plainASCII(s) {
		return nil, wrong(emailLetters)
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || strings.ContainsAny(s, "\"<> ()[]") {
		return nil, wrong(notEmail)
	}
	local, domain, _ := strings.Cut(s, "@")
	if len(local) > 64 || !strings.Contains(domain, ".") || strings.HasSuffix(domain, ".") || strings.Contains(domain, "@") {
		return nil, wrong(notEmail)
	}
	return local + "@" + strings.ToLower(domain), nil
}
