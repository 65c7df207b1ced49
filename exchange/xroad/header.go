package xroad

import (
	"bytes"
	"net/http"
	"net/textproto"
	"slices"
	"strings"

	"diwan.example/gov"
)

// The headers of the protocol (PR-REST 4.3).
const (
	HeaderClient      = "X-Road-Client"
	HeaderService     = "X-Road-Service"
	HeaderID          = "X-Road-Id"
	HeaderUserID      = "X-Road-Userid"
	HeaderIssue       = "X-Road-Issue"
	HeaderServer      = "X-Road-Security-Server"
	HeaderRepresented = "X-Road-Represented-Party"
	HeaderRequestID   = "X-Road-Request-Id"
	HeaderRequestHash = "X-Road-Request-Hash"
	HeaderError       = "X-Road-Error"
)

// once are those that a request may carry at most once.
var once = []string{HeaderClient, HeaderID, HeaderUserID, HeaderIssue, HeaderServer, HeaderRepresented}

// Field is one header.
type Field struct{ Name, Value string }

// dropped are the headers that no gateway passes on, either way (PR-REST 4.3
// "Filtered headers" and "Specially handled headers").
var dropped = map[string]bool{"Connection": true, "Keep-Alive": true, "Proxy-Authenticate": true, "Proxy-Authorization": true, "Proxy-Connection": true,
	"Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true, "Host": true, "User-Agent": true, "Server": true, "Content-Length": true, "Expect": true}

// ours are those that only gateways write, in a request and in a response.
var (
	oursInRequest  = map[string]bool{HeaderRequestID: true, HeaderRequestHash: true, HeaderService: true, HeaderError: true}
	oursInResponse = map[string]bool{HeaderClient: true, HeaderService: true, HeaderID: true, HeaderRequestID: true, HeaderRequestHash: true, HeaderError: true}
)

// pass gives the headers that are passed on, by name, those of one name in the
// order in which they came.
func pass(h http.Header, ours map[string]bool) []Field {
	named := connectionNames(h)
	names := make([]string, 0, len(h)+4)
	for name := range h {
		if !dropped[name] && !ours[name] && !slices.Contains(named, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	out := make([]Field, 0, len(names)+4)
	for _, name := range names {
		for _, v := range h[name] {
			out = append(out, Field{name, v})
		}
	}
	return out
}

// connectionNames are the headers that Connection declares to be for one hop only.
func connectionNames(h http.Header) (out []string) {
	for _, v := range h["Connection"] {
		for _, name := range strings.Split(v, ",") {
			out = append(out, textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)))
		}
	}
	return out
}

var (
	faultManyHeaders = Fail(Caller, BadRequest, "ترويسات الطلب أكثر من المسموح", "The request has more headers than allowed")
	faultLongHeaders = Fail(Caller, BadRequest, "ترويسات الطلب أطول من المسموح", "The headers of the request are longer than allowed")
	faultDuplicate   = Fail(Caller, DuplicateHeaderField, "وردت ترويسة من ترويسات إكس-رود أكثر من مرة", "A header of X-Road came more than once")
	faultDisguised   = Fail(Caller, BadRequest, "في الطلب ترويسة تتنكّر في صورة ترويسة إكس-رود", "The request has a header disguised as one of X-Road's")
	faultValue       = Fail(Caller, BadRequest, "قيمة ترويسة من ترويسات إكس-رود فارغة أو أطول من المسموح أو فيها رمز غير مسموح", "The value of a header of X-Road is empty, too long or has a character that is not allowed")
)

// checkHeaders refuses too many, too long, repeated and disguised headers.
func checkHeaders(h http.Header, limits Limits) *Fault {
	count, size := 0, 0
	for name, values := range h {
		count += len(values)
		for _, v := range values {
			size += len(name) + len(v) + 4
		}
		if strings.IndexByte(name, '_') >= 0 && strings.HasPrefix(strings.ToLower(strings.ReplaceAll(name, "_", "-")), "x-road-") {
			return faultDisguised
		}
	}
	switch {
	case count > limits.headers():
		return faultManyHeaders
	case size > limits.headerBytes():
		return faultLongHeaders
	}
	for _, name := range once {
		if len(h[name]) > 1 {
			return faultDuplicate
		}
	}
	for _, name := range connectionNames(h) {
		if strings.HasPrefix(name, "X-Road-") {
			return faultDisguised
		}
	}
	return nil
}

// checkValue bounds an identifier of the caller's own making.
func checkValue(v string) bool {
	return v != "" && len(v) <= 255 && strings.TrimSpace(v) == v && clean(v)
}

// clean reports whether v holds no control character.
func clean(v string) bool {
	for i := range len(v) {
		if v[i] < ' ' && v[i] != '\t' || v[i] == 0x7f {
			return false
		}
	}
	return true
}

// appendFields writes headers as X-Road does for signing and hashing: NAME:VALUE
// and an end of line each.
func appendFields(b []byte, fields []Field) []byte {
	for _, f := range fields {
		b = append(append(append(append(b, f.Name...), ':'), f.Value...), "\r\n"...)
	}
	return b
}

// sizeOf is how long appendFields makes them.
func sizeOf(fields []Field) (n int) {
	for _, f := range fields {
		n += len(f.Name) + len(f.Value) + 3
	}
	return n
}

var errBlock = gov.Fail(gov.Invalid, "رأس الرسالة ليس على الصورة المطلوبة", "The head of the message is not as it should be")

// line cuts the next line off a block.
func line(block []byte) (text string, rest []byte, err error) {
	i := bytes.Index(block, []byte("\r\n"))
	if i < 0 || bytes.IndexByte(block[:i], '\n') >= 0 || bytes.IndexByte(block[:i], '\r') >= 0 || !clean(string(block[:i])) {
		return "", nil, errBlock
	}
	return string(block[:i]), block[i+2:], nil
}

// readFields reads what appendFields wrote, and refuses everything that a gateway
// would not have passed on.
func readFields(block []byte, limits Limits) (out []Field, err error) {
	for len(block) > 0 {
		var text string
		if text, block, err = line(block); err != nil {
			return nil, err
		}
		name, value, ok := strings.Cut(text, ":")
		if !ok || len(out) >= limits.headers()+8 || !token(name) || name != textproto.CanonicalMIMEHeaderKey(name) || dropped[name] {
			return nil, errBlock
		}
		out = append(out, Field{name, value})
	}
	return out, nil
}

// token reports whether a header may be called so (RFC 9110 section 5.6.2).
func token(name string) bool {
	for i := range len(name) {
		if !plain(name[i]) && strings.IndexByte("!#$%&'*+-.^_`|~", name[i]) < 0 {
			return false
		}
	}
	return name != ""
}

// get is the only value of a header; Invalid when there are several, empty when
// there is none.
func get(fields []Field, name string) (v string, err error) {
	n := 0
	for _, f := range fields {
		if f.Name == name {
			v = f.Value
			n++
		}
	}
	if n > 1 {
		return "", errBlock
	}
	return v, nil
}
