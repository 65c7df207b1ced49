// Package xroad holds the words of X-Road: identifiers, headers, the request
// hash, faults and the descriptions of services, as the Message Protocol for REST
// (PR-REST 1.0.4) gives them. It does no input or output.
package xroad

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"diwan.example/gov"
)

// ClientID names a member's subsystem, or the member itself when Subsystem is
// empty: INSTANCE/CLASS/MEMBER/SUBSYSTEM (PR-REST 4.1).
type ClientID struct {
	Instance  string `json:"instance"`
	Class     string `json:"class"`
	Member    string `json:"member"`
	Subsystem string `json:"subsystem,omitempty"`
}

// ServiceID names a service of a subsystem: INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE.
type ServiceID struct {
	ClientID
	Service string `json:"service"`
}

// ServerID names a gateway: INSTANCE/CLASS/MEMBER/SERVER. Its member owns it.
type ServerID struct {
	Instance string `json:"instance"`
	Class    string `json:"class"`
	Member   string `json:"member"`
	Server   string `json:"server"`
}

// longestPart is how many bytes a part of an identifier may have.
const longestPart = 100

// String is the identifier with its parts percent-encoded, as headers carry it.
func (c ClientID) String() string { return joined(c.parts()...) }

// String is the identifier with its parts percent-encoded, as headers and
// addresses carry it.
func (s ServiceID) String() string { return joined(append(s.parts(), s.Service)...) }

// String is the identifier with its parts percent-encoded, as headers carry it.
func (s ServerID) String() string { return joined(s.Instance, s.Class, s.Member, s.Server) }

// Owner is the member that a client belongs to.
func (c ClientID) Owner() ClientID { c.Subsystem = ""; return c }

func (c ClientID) parts() []string {
	if c.Subsystem == "" {
		return []string{c.Instance, c.Class, c.Member}
	}
	return []string{c.Instance, c.Class, c.Member, c.Subsystem}
}

func joined(parts ...string) string {
	b := make([]byte, 0, 64)
	for i, p := range parts {
		if i > 0 {
			b = append(b, '/')
		}
		b = appendPart(b, p)
	}
	return string(b)
}

// appendPart percent-encodes a part as RFC 3986 section 3.3 does for one step of
// a path, leaving alone what may stand there.
func appendPart(b []byte, p string) []byte {
	const hex = "0123456789ABCDEF"
	for i := range len(p) {
		if c := p[i]; plain(c) || strings.IndexByte("-._~!$&'()*+,;=:@", c) >= 0 {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return b
}

// plain reports whether c is a letter or a digit of ASCII.
func plain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// ParseClient reads an identifier of three or four encoded parts.
func ParseClient(text string) (ClientID, error) {
	p, err := split(text, 3, 4)
	if err != nil {
		return ClientID{}, err
	}
	return ClientID{p[0], p[1], p[2], p[3]}, nil
}

// ParseService reads an identifier of five encoded parts.
func ParseService(text string) (ServiceID, error) {
	p, err := split(text, 5, 5)
	if err != nil {
		return ServiceID{}, err
	}
	return ServiceID{ClientID{p[0], p[1], p[2], p[3]}, p[4]}, nil
}

// ParseServer reads an identifier of four encoded parts.
func ParseServer(text string) (ServerID, error) {
	p, err := split(text, 4, 4)
	if err != nil {
		return ServerID{}, err
	}
	return ServerID{p[0], p[1], p[2], p[3]}, nil
}

// split gives five parts, those that are not there empty.
func split(text string, least, most int) (out [5]string, err error) {
	parts := strings.Split(text, "/")
	if len(parts) < least || len(parts) > most {
		return out, gov.Fail(gov.Invalid, "معرّف إكس-رود ليس بعدد الأجزاء المطلوب", "The X-Road identifier does not have the right number of parts")
	}
	for i, p := range parts {
		if out[i], err = url.PathUnescape(p); err != nil {
			return out, errPart
		}
		if err := CheckPart(out[i]); err != nil {
			return out, err
		}
	}
	return out, nil
}

var errPart = gov.Fail(gov.Invalid, "في معرّف إكس-رود جزء فارغ أو أطول من المسموح أو فيه رمز غير مسموح", "A part of the X-Road identifier is empty, too long or has a character that is not allowed")

var errNewPart = gov.Fail(gov.Invalid, "يُكتب جزء المعرّف بحروف لاتينية وأرقام والرموز '()+,-.=? فقط، وطوله من 1 إلى 100", "A part of an identifier has 1 to 100 characters: Latin letters, digits and '()+,-.=? only")

// CheckNewPart is the rule for what is newly registered: the letters, digits and
// symbols of PR-REST 4.8, and nothing else.
func CheckNewPart(p string) error {
	if CheckPart(p) != nil {
		return errNewPart
	}
	for i := range len(p) {
		if !plain(p[i]) && strings.IndexByte("'()+,-.=?", p[i]) < 0 {
			return errNewPart
		}
	}
	return nil
}

// CheckPart refuses what an identifier's part may not be: empty, longer than 100
// bytes, not UTF-8, a path step, or with a character that PR-REST 4.8 forbids
// (colon, semicolon, slash, backslash, percent, control and invisible ones).
func CheckPart(p string) error {
	if p == "" || len(p) > longestPart || p == "." || p == ".." || !utf8.ValidString(p) || strings.ContainsAny(p, ":;/\\%") {
		return errPart
	}
	for _, r := range p {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return errPart
		}
	}
	return nil
}
