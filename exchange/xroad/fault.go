package xroad

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"

	"diwan.example/gov"
)

// Fault is an error of the exchange itself, not of a service (PR-REST 4.6). Its
// Type says who is at fault: Client…, Server.ClientProxy… or Server.ServerProxy….
type Fault struct {
	Type   string   // CODE of the listing below, behind its prefix
	Text   gov.Text // safe to show to anyone
	Detail string   // under which the gateway's own log has more
	Cause  error    // for the log only
}

// Where a fault arose.
const (
	Caller   = "Client"             // the information system that asked
	Consumer = "Server.ClientProxy" // the gateway of who asks
	Provider = "Server.ServerProxy" // the gateway of who is asked
)

// The codes, named as X-Road names them, each behind one of the prefixes.
const (
	BadRequest              = "BadRequest"
	InvalidProtocolVersion  = "InvalidProtocolVersion"
	InvalidHTTPMethod       = "InvalidHttpMethod"
	MissingHeader           = "MissingHeader"
	DuplicateHeaderField    = "DuplicateHeaderField"
	InvalidClientIdentifier = "InvalidClientIdentifier"
	InvalidSecurityServer   = "InvalidSecurityServer"
	SSLAuthenticationFailed = "SslAuthenticationFailed"
	UnknownMember           = "UnknownMember"
	UnknownService          = "UnknownService"
	ServiceDisabled         = "ServiceDisabled"
	ServiceMissingURL       = "ServiceMissingUrl"
	ServiceFailed           = "ServiceFailed"
	AccessDenied            = "AccessDenied"
	OutdatedGlobalConf      = "OutdatedGlobalConf"
	MaintenanceMode         = "MaintenanceMode"
	NetworkError            = "NetworkError"
	IOError                 = "IOError"
	LoggingFailed           = "LoggingFailed"
	CannotCreateSignature   = "CannotCreateSignature"
	CertValidation          = "CertValidation"
	InvalidSignatureValue   = "InvalidSignatureValue"
	InvalidMessage          = "InvalidMessage"
	InconsistentHeaders     = "InconsistentHeaders"
	InconsistentResponse    = "InconsistentResponse"
	InternalError           = "InternalError"
)

// The codes that X-Road has no name for.
const (
	Replay          = "Replay"          // a message of this client with this X-Road-Id was taken before
	ClockSkew       = "ClockSkew"       // the message was made too long ago, or in the future
	MessageTooLarge = "MessageTooLarge" // longer than this gateway takes
	Overloaded      = "Overloaded"      // the service is busy or was found dead a moment ago
)

// Fail makes a fault of a code that arose at a place: Caller, Consumer or Provider.
func Fail(place, code, ar, en string) *Fault {
	return &Fault{Type: place + "." + code, Text: gov.T(ar, en)}
}

// FailWith makes a fault with the text that an error shows to people, the error
// itself being its cause.
func FailWith(place, code string, err error) *Fault {
	return &Fault{Type: place + "." + code, Text: gov.PublicOf(err), Cause: err}
}

// Error is for logs.
func (f *Fault) Error() string {
	s := f.Type + ": " + f.Text[gov.English]
	if f.Cause != nil {
		s += ": " + f.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Cause }

// Because returns a copy of f with a cause for the log.
func (f *Fault) Because(err error) *Fault { c := *f; c.Cause = err; return &c }

// Code is the last word of the type.
func (f *Fault) Code() string { return f.Type[strings.LastIndexByte(f.Type, '.')+1:] }

// Status is the status of HTTP that PR-REST 4.6 gives a fault: 400 when the caller
// is at fault, else 500.
func (f *Fault) Status() int {
	if strings.HasPrefix(f.Type, Caller+".") {
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}

// said is a fault as it goes over the wire.
type said struct {
	XMLName xml.Name `json:"-" xml:"error"`
	Type    string   `json:"type" xml:"type"`
	Message string   `json:"message" xml:"message"`
	Detail  string   `json:"detail" xml:"detail"`
}

// Encode gives the body of the answer to a caller and its media type, as the
// caller's Accept asks: XML when it names text/xml, application/xml or text/*,
// else JSON. The message is Arabic when Accept-Language begins with ar.
func (f *Fault) Encode(ask http.Header) (body []byte, mediaType string) {
	s := said{Type: f.Type, Message: f.Text[gov.English], Detail: f.Detail}
	if ar := f.Text[gov.Arabic]; ar != "" && strings.HasPrefix(strings.ToLower(ask.Get("Accept-Language")), "ar") {
		s.Message = ar
	}
	if kind := xmlKind(ask.Values("Accept")); kind != "" {
		if b, err := xml.Marshal(s); err == nil {
			return append([]byte(xml.Header), b...), kind + "; charset=utf-8"
		}
	}
	b, _ := json.Marshal(s) // three strings always can be
	return b, "application/json; charset=utf-8"
}

// xmlKind is the first kind of XML that an Accept names, or nothing.
func xmlKind(accept []string) string {
	for _, h := range accept {
		for _, part := range strings.Split(h, ",") {
			kind, _, _ := strings.Cut(part, ";")
			switch kind = strings.ToLower(strings.TrimSpace(kind)); kind {
			case "text/xml", "application/xml":
				return kind
			case "text/*":
				return "text/xml"
			}
		}
	}
	return ""
}

// Send answers a caller with the fault (PR-REST 4.6).
func (f *Fault) Send(w http.ResponseWriter, ask *http.Request) {
	body, kind := f.Encode(ask.Header)
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set(HeaderError, f.Type)
	w.WriteHeader(f.Status())
	if ask.Method != http.MethodHead {
		w.Write(body)
	}
}
