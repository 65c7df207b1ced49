// Package message gives a message of the exchange its signed form. What both
// sides know of a message — its head — has one exact spelling; a manifest names
// head and body by their digests; and the signature is the one a CAdES container
// carries (ETSI EN 319 122-1, EN 319 162-1), so that a message is exported years
// later without being signed again. It does no input or output.
package message

import (
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"hash"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// Kind is which half of an exchange a message is.
type Kind string

// The kinds of message.
const (
	Request  Kind = "request"
	Response Kind = "response"
)

// Digest is a SHA-512 sum.
type Digest [sha512.Size]byte

// String is the digest in base64, as X-Road-Request-Hash carries it.
func (d Digest) String() string { return base64.StdEncoding.EncodeToString(d[:]) }

// ParseDigest reads what String wrote. Errors: Invalid.
func ParseDigest(text string) (d Digest, err error) {
	b, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != len(d) {
		return d, errDigest
	}
	return Digest(b), nil
}

// NewBodyHash is what a body is written through while it streams; its sum is Head.Body.
func NewBodyHash() hash.Hash { return sha512.New() }

// Head is what is signed of a message besides its body. Server is the gateway
// that signs. Texts are as the headers carried them.
type Head struct {
	Kind        Kind
	ID          string // X-Road-Id
	RequestID   string // X-Road-Request-Id: one exchange
	Client      xroad.ClientID
	Service     xroad.ServiceID
	Server      xroad.ServerID
	UserID      string
	Issue       string
	Represented string // X-Road-Represented-Party
	Method      string
	Target      string // path and query after the service, byte for byte; may be empty
	Status      int    // of a response; 0 in a request
	Headers     Digest // of the header block as the gateways write it; zero: none is kept
	Body        Digest // of no byte at all when Size is 0
	Size        int64  // of the body, in bytes
	Request     Digest // of a response: Hash of the request it answers
	Time        time.Time
}

// The limits of a head, in bytes.
const (
	longestText   = 1000
	longestTarget = 8192
	longestHead   = 24 << 10
)

// Skew is how far the clocks of two gateways may stand apart, both ways. A gateway
// keeps the ids it has seen at least twice as long.
const Skew = 5 * time.Minute

var (
	errHead   = gov.Fail(gov.Invalid, "رأس الرسالة غير صالح للتوقيع", "The head of the message cannot be signed as it is")
	errDigest = gov.Fail(gov.Invalid, "بصمة الرسالة ليست SHA-512 بترميز base64", "The digest of the message is not SHA-512 in base64")
	errClock  = gov.Fail(gov.Denied, "وقت الرسالة بعيد عن ساعة هذه البوابة بأكثر من خمس دقائق؛ تحقّقوا من ضبط الساعتين", "The message's time is more than five minutes from this gateway's clock; check both clocks")
)

// Fresh refuses a message whose time is further than Skew from now. Errors: Denied.
func (h *Head) Fresh(now time.Time) error {
	if off := now.Sub(h.Time); off > Skew || off < -Skew {
		return errClock.Because(fmt.Errorf("off by %s", off.Round(time.Second)))
	}
	return nil
}

// Check says what of a head cannot be written down without doubt: a line break
// or another control character, a text too long, a kind or a time that is not one.
// Errors: Invalid, with the field.
func (h *Head) Check() error {
	for _, f := range [...]struct {
		name, text string
		most       int
		need       bool
	}{
		{"id", h.ID, longestText, true}, {"request-id", h.RequestID, longestText, true},
		{"user-id", h.UserID, longestText, false}, {"issue", h.Issue, longestText, false},
		{"represented", h.Represented, longestText, false}, {"target", h.Target, longestTarget, false},
		{"method", h.Method, 32, true},
	} {
		if !plain(f.text, f.most) || f.need && f.text == "" {
			return errHead.At(f.name)
		}
	}
	switch {
	case strings.ContainsAny(h.Method, " :"):
		return errHead.At("method")
	case h.Kind != Request && h.Kind != Response:
		return errHead.At("kind")
	case h.Kind == Request && h.Status != 0, h.Kind == Response && (h.Status < 100 || h.Status > 999):
		return errHead.At("status")
	case h.Kind == Request && h.Request != Digest{}, h.Kind == Response && h.Request == Digest{}:
		return errHead.At("request-hash")
	case h.Size < 0, (h.Size == 0) != (h.Body == empty):
		return errHead.At("size")
	case h.Time.Year() < 2000 || h.Time.Year() > 2049: // what UTCTime can say
		return errHead.At("time")
	}
	return h.checkNames()
}

func (h *Head) checkNames() error {
	for _, p := range [...]string{h.Client.Instance, h.Client.Class, h.Client.Member,
		h.Service.Instance, h.Service.Class, h.Service.Member, h.Service.Subsystem, h.Service.Service,
		h.Server.Instance, h.Server.Class, h.Server.Member, h.Server.Server} {
		if err := xroad.CheckPart(p); err != nil {
			return err
		}
	}
	if h.Client.Subsystem != "" {
		return xroad.CheckPart(h.Client.Subsystem)
	}
	return nil
}

// empty is the digest of no byte at all.
var empty = Digest(sha512.Sum512(nil))

// Empty is the digest of a message without a body.
func Empty() Digest { return empty }

// plain reports whether a text stays within one line, and within its length.
func plain(s string, most int) bool {
	if len(s) > most || strings.TrimSpace(s) != s {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] == 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}

// HeaderDigest is the digest of headers: one line "name: value" each, names in
// small letters and in order, values of one name in theirs. The caller leaves out
// what does not travel from end to end.
func HeaderDigest(headers http.Header) Digest {
	lines := make([]string, 0, 16)
	for name := range headers {
		lines = append(lines, name)
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) })
	text := make([]byte, 0, 1024)
	for _, name := range lines {
		low := strings.ToLower(name)
		for _, v := range headers[name] {
			text = append(append(append(append(text, low...), ": "...), v...), '\n')
		}
	}
	return sha512.Sum512(text)
}

// Hash is the request hash of PR-REST 4.3: SHA512(SHA512(head)+SHA512(body)), or
// SHA512(head) when there is no body. Errors: as Check.
func (h *Head) Hash() (Digest, error) {
	text, err := h.Bytes()
	if err != nil {
		return Digest{}, err
	}
	return hashOf(text, h), nil
}

func hashOf(text []byte, h *Head) Digest {
	sum := sha512.Sum512(text)
	if h.Size == 0 {
		return sum
	}
	var both [2 * sha512.Size]byte
	copy(both[:], sum[:])
	copy(both[sha512.Size:], h.Body[:])
	return sha512.Sum512(both[:])
}

// DigestOf is the digest of bytes at hand.
func DigestOf(b []byte) Digest { return sha512.Sum512(b) }

// Answers reports whether a response carries the hash of this request: as X-Road
// makes it, over the header block and the body, or where no block is kept over the
// head and the body.
func (h *Head) Answers(request *Fixed) bool {
	q := request.Head
	if q.Headers == (Digest{}) {
		return h.Request == hashOf(request.Text, q)
	}
	if q.Size == 0 {
		return h.Request == q.Headers || h.Request == hashOf(request.Text, q)
	}
	both := append(append(make([]byte, 0, 2*sha512.Size), q.Headers[:]...), q.Body[:]...)
	return h.Request == sha512.Sum512(both) || h.Request == hashOf(request.Text, q)
}
