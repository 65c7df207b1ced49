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
	if len(local) > 64 || !domainName(domain) {
		return nil, wrong(notEmail)
	}
	return local + "@" + strings.ToLower(domain), nil
}

// domainName reports whether s is a host name of two labels or more (RFC 1123 §2.1).
func domainName(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' || strings.IndexFunc(l, notInHost) >= 0 {
			return false
		}
	}
	return len(labels) > 1
}

func notInHost(r rune) bool {
	return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
