package xroad

import (
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Methods are those that may be called (RFC 9110 without CONNECT, and PATCH).
var Methods = []string{http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPatch, http.MethodPost, http.MethodPut, http.MethodTrace}

// Request is a request between gateways: what an information system asked, with
// the headers that are passed on.
type Request struct {
	Method string
	Raw    string // path and query as they were sent, from /r1/ on
	Target
	Client      ClientID
	ID          string    // X-Road-Id
	RequestID   string    // of this sending, made by the consumer's gateway
	UserID      string    // may be empty
	Issue       string    // may be empty
	Server      *ServerID // the gateway that was asked for; nil: any
	Represented string    // may be empty
	Headers     []Field   // all of them, those above too
}

// Digest is a SHA-512.
type Digest [sha512.Size]byte

var (
	faultMethod   = Fail(Caller, InvalidHTTPMethod, "طريقة الطلب غير معروفة", "The method of the request is not known")
	faultNoClient = Fail(Caller, MissingHeader, "ترويسة X-Road-Client مفقودة", "The header X-Road-Client is missing")
	faultClient   = Fail(Caller, InvalidClientIdentifier, "ترويسة X-Road-Client ليست معرّفًا صحيحًا", "The header X-Road-Client is not an identifier")
	faultServer   = Fail(Caller, BadRequest, "ترويسة X-Road-Security-Server ليست معرّفًا صحيحًا", "The header X-Road-Security-Server is not an identifier")
	faultParty    = Fail(Caller, BadRequest, "ترويسة X-Road-Represented-Party ليست معرّفًا صحيحًا", "The header X-Road-Represented-Party is not an identifier")
)

// NewRequest reads what an information system sent: raw is the target of the
// request line. unique makes identifiers, for the sending and for the message
// when the caller gave none.
func NewRequest(method, raw string, h http.Header, limits Limits, unique func() string) (*Request, *Fault) {
	if !slices.Contains(Methods, method) {
		return nil, faultMethod
	}
	target, fault := ParseTarget(raw, limits)
	if fault != nil {
		return nil, fault
	}
	if fault := checkHeaders(h, limits); fault != nil {
		return nil, fault
	}
	r := &Request{Method: method, Raw: raw, Target: target, Headers: pass(h, oursInRequest)}
	if len(h[HeaderClient]) == 0 {
		return nil, faultNoClient
	}
	if fault := r.readIdentifiers(); fault != nil {
		return nil, fault
	}
	if len(h["Accept"]) == 0 {
		r.Headers = append(r.Headers, Field{"Accept", "application/json"})
	}
	if r.ID == "" {
		r.ID = unique()
		r.Headers = append(r.Headers, Field{HeaderID, r.ID})
	}
	r.RequestID = unique()
	r.Headers = append(r.Headers, Field{HeaderRequestID, r.RequestID})
	return r, nil
}

// readIdentifiers fills in what the headers say.
func (r *Request) readIdentifiers() *Fault {
	for _, f := range r.Headers {
		switch f.Name {
		case HeaderClient:
			id, err := ParseClient(f.Value)
			if err != nil {
				return faultClient.Because(err)
			}
			r.Client = id
		case HeaderServer:
			id, err := ParseServer(f.Value)
			if err != nil {
				return faultServer.Because(err)
			}
			r.Server = &id
		case HeaderRepresented:
			if _, err := split(f.Value, 1, 2); err != nil {
				return faultParty.Because(err)
			}
			r.Represented = f.Value
		case HeaderID, HeaderUserID, HeaderIssue, HeaderRequestID:
			if !checkValue(f.Value) {
				return faultValue
			}
			*r.own(f.Name) = f.Value
		}
	}
	return nil
}

// own is where the value of one of the caller's own identifiers is kept.
func (r *Request) own(name string) *string {
	switch name {
	case HeaderID:
		return &r.ID
	case HeaderUserID:
		return &r.UserID
	case HeaderIssue:
		return &r.Issue
	}
	return &r.RequestID
}

// Block is the request without its body, as it is sent between gateways, signed,
// hashed and logged: method, path with query, and each header, a line each. These
// are the bytes that X-Road hashes; headers stand by name, what the gateway added
// last.
func (r *Request) Block() []byte {
	b := make([]byte, 0, len(r.Method)+len(r.Raw)+4+sizeOf(r.Headers))
	b = append(append(b, r.Method...), "\r\n"...)
	b = append(append(b, r.Raw...), "\r\n"...)
	return appendFields(b, r.Headers)
}

// ParseRequest reads a block that another gateway sent, as strictly as if an
// information system had sent it.
func ParseRequest(block []byte, limits Limits) (*Request, error) {
	method, rest, err := line(block)
	if err != nil || !slices.Contains(Methods, method) {
		return nil, errBlock
	}
	raw, rest, err := line(rest)
	if err != nil {
		return nil, err
	}
	r := &Request{Method: method, Raw: raw}
	var fault *Fault
	if r.Target, fault = ParseTarget(raw, limits); fault != nil {
		return nil, fault
	}
	if r.Headers, err = readFields(rest, limits); err != nil {
		return nil, err
	}
	for _, name := range append([]string{HeaderRequestID}, once...) {
		if _, err := get(r.Headers, name); err != nil {
			return nil, err
		}
	}
	if fault := r.readIdentifiers(); fault != nil {
		return nil, fault
	}
	if r.Client == (ClientID{}) || r.ID == "" || r.RequestID == "" {
		return nil, errBlock
	}
	return r, nil
}

// Response is a response between gateways.
type Response struct {
	Status      int
	Client      ClientID
	Service     ServiceID
	ID          string
	RequestID   string
	RequestHash []byte
	Headers     []Field // all of them, those above too
}

// NewResponse puts the gateway's own headers to those that a service answered
// with; what the service wrote of them is overwritten (PR-REST 4.3).
func NewResponse(to *Request, hash Digest, status int, h http.Header) *Response {
	r := &Response{Status: status, Client: to.Client, Service: to.Service, ID: to.ID, RequestID: to.RequestID, RequestHash: hash[:], Headers: pass(h, oursInResponse)}
	r.Headers = append(r.Headers, Field{HeaderID, r.ID}, Field{HeaderClient, r.Client.String()}, Field{HeaderService, r.Service.String()},
		Field{HeaderRequestID, r.RequestID}, Field{HeaderRequestHash, base64.StdEncoding.EncodeToString(hash[:])})
	return r
}

// Block is the response without its body, as it is sent between gateways, signed
// and logged: status, its words, and each header, a line each, as in X-Road.
func (r *Response) Block() []byte {
	b := make([]byte, 0, 40+sizeOf(r.Headers))
	b = append(strconv.AppendInt(b, int64(r.Status), 10), "\r\n"...)
	b = append(append(b, http.StatusText(r.Status)...), "\r\n"...)
	return appendFields(b, r.Headers)
}

// ParseResponse reads a block that another gateway sent.
func ParseResponse(block []byte, limits Limits) (*Response, error) {
	status, rest, err := line(block)
	if err != nil {
		return nil, err
	}
	r := &Response{}
	if r.Status, err = strconv.Atoi(status); err != nil || r.Status < 200 || r.Status > 999 || len(status) != 3 {
		return nil, errBlock
	}
	if _, rest, err = line(rest); err != nil {
		return nil, err
	}
	if r.Headers, err = readFields(rest, limits); err != nil {
		return nil, err
	}
	var values [5]string
	for i, name := range []string{HeaderID, HeaderClient, HeaderService, HeaderRequestID, HeaderRequestHash} {
		if values[i], err = get(r.Headers, name); err != nil || values[i] == "" {
			return nil, errBlock
		}
	}
	r.ID, r.RequestID = values[0], values[3]
	if r.Client, err = ParseClient(values[1]); err != nil {
		return nil, err
	}
	if r.Service, err = ParseService(values[2]); err != nil {
		return nil, err
	}
	if r.RequestHash, err = base64.StdEncoding.Strict().DecodeString(values[4]); err != nil {
		return nil, errBlock.Because(err)
	}
	return r, nil
}

var faultInconsistent = Fail(Consumer, InconsistentResponse, "الرد لا يطابق الطلب", "The response does not match the request")

// Answers is nil when the response is to that request, hash included (PR-REST 4.3:
// the consumer's gateway must verify it).
func (r *Response) Answers(q *Request, hash Digest) *Fault {
	if r.Client != q.Client || r.Service != q.Service || r.ID != q.ID || r.RequestID != q.RequestID || subtle.ConstantTimeCompare(r.RequestHash, hash[:]) != 1 {
		return faultInconsistent
	}
	return nil
}

// RequestHash is SHA512(SHA512(block)+SHA512(body)), or SHA512(block) alone when
// there is no body (PR-REST 4.3).
func RequestHash(block, body Digest, bodySize int64) Digest {
	if bodySize == 0 {
		return block
	}
	var both [2 * sha512.Size]byte
	copy(both[:], block[:])
	copy(both[sha512.Size:], body[:])
	return sha512.Sum512(both[:])
}

// Passed are the headers to hand on to a service or a caller.
func Passed(fields []Field, h http.Header) {
	for _, f := range fields {
		h[f.Name] = append(h[f.Name], strings.TrimSpace(f.Value))
	}
}
