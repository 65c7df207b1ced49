package xroad

import (
	"encoding/hex"
	"strings"
)

// Limits bounds what is read; the zero value has the defaults.
type Limits struct {
	Target      int // longest path and query of a request, in bytes; default 2,000 (PR-REST 4.2)
	Headers     int // most headers; default 100
	HeaderBytes int // all headers together; default 32,768
}

func (l Limits) target() int      { return or(l.Target, 2000) }
func (l Limits) headers() int     { return or(l.Headers, 100) }
func (l Limits) headerBytes() int { return or(l.HeaderBytes, 32<<10) }

func or(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// Target is what a request is for: the service, and what follows it exactly as it
// was sent. Query begins with its question mark, or is empty.
type Target struct {
	Service ServiceID
	Path    string
	Query   string
}

var (
	faultTarget  = Fail(Caller, BadRequest, "عنوان الطلب ليس على صورة ‎/r1/INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE", "The address of the request is not of the form /r1/INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE")
	faultVersion = Fail(Caller, InvalidProtocolVersion, "هذه البوابة تتكلم الإصدار r1 من البروتوكول وحده", "This gateway speaks version r1 of the protocol only")
	faultLong    = Fail(Caller, BadRequest, "عنوان الطلب أطول من المسموح", "The address of the request is longer than allowed")
	faultBytes   = Fail(Caller, BadRequest, "في عنوان الطلب رمز غير مسموح أو ترميز ناقص", "The address of the request has a character that is not allowed or a broken encoding")
	faultSteps   = Fail(Caller, BadRequest, "مسار الطلب فيه خطوة إلى الأعلى أو خطوة فارغة", "The path of the request steps up or has an empty step")
	faultPart    = Fail(Caller, BadRequest, "جزء من معرّف الخدمة فارغ أو أطول من المسموح أو فيه رمز غير مسموح", "A part of the service's identifier is empty, too long or has a character that is not allowed")
)

// ParseTarget reads the raw target of a request line. A member without a subsystem
// cannot be told from a subsystem with a path, so five parts are always read, as
// X-Road does.
func ParseTarget(raw string, limits Limits) (t Target, fault *Fault) {
	if len(raw) > limits.target() {
		return t, faultLong
	}
	path, query, asked := strings.Cut(raw, "?")
	if asked {
		query = "?" + query
	}
	if !legal(path, true) || !legal(query, false) {
		return t, faultBytes
	}
	version, rest, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !ok || path[0] != '/' {
		return t, faultTarget
	}
	if version != "r1" {
		if len(version) == 2 && version[0] == 'r' && version[1] >= '0' && version[1] <= '9' {
			return t, faultVersion
		}
		return t, faultTarget
	}
	parts := strings.SplitN(rest, "/", 6)
	if len(parts) < 5 {
		return t, faultTarget
	}
	service, err := ParseService(strings.Join(parts[:5], "/"))
	if err != nil {
		return t, faultPart.Because(err)
	}
	t = Target{Service: service, Query: query}
	if len(parts) == 6 {
		t.Path = "/" + parts[5]
		if !honest(t.Path) {
			return t, faultSteps
		}
	}
	return t, nil
}

// legal refuses characters that no address has as they are, backslashes, and in a
// path also broken encodings and hidden control characters.
func legal(s string, path bool) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' || c >= 0x7f || c == '\\' || c == '#' {
			return false
		}
		if c != '%' || !path {
			continue
		}
		v, ok := encoded(s[i:])
		if !ok || v < ' ' || v == 0x7f || v == '\\' {
			return false
		}
	}
	return true
}

// encoded gives the byte that s begins with, percent-encoded.
func encoded(s string) (byte, bool) {
	if len(s) < 3 {
		return 0, false
	}
	b, err := hex.DecodeString(s[1:3])
	if err != nil {
		return 0, false
	}
	return b[0], true
}

// honest refuses empty steps, and steps up or to the same place however often
// they are encoded: a service may decode more than once.
func honest(path string) bool {
	if strings.Contains(path, "//") {
		return false
	}
	for range 4 {
		for step := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '/' || r == '\\' }) {
			name, _, _ := strings.Cut(step, ";") // some services drop what follows a semicolon
			if name == "." || name == ".." {
				return false
			}
		}
		next := decode(path)
		if next == path {
			return true
		}
		path = next
	}
	return false
}

// decode undoes one percent-encoding, leaving alone what is none.
func decode(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if v, ok := encoded(s[i:]); ok {
				b = append(b, v)
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}
