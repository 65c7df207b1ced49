package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"diwan.example/gov"
	"diwan.example/pack"
	"diwan.example/web/ui"
)

var (
	errNoToken     = gov.Fail(gov.SignIn, "أرسل رمز وصول في الترويسة: Authorization: Bearer", "Send an access token in the header Authorization: Bearer")
	errScope       = gov.Fail(gov.Denied, "رمز الوصول لا يسمح بهذه العملية", "The access token does not allow this operation")
	errNoOperation = gov.Fail(gov.NotFound, "لا توجد عملية بهذا العنوان", "There is no operation at this address")
	errKey         = gov.Fail(gov.Invalid, "قيمة Idempotency-Key تكون من 1 إلى 128 حرفًا لاتينيًّا أو رقمًا بلا مسافات", "Idempotency-Key takes 1 to 128 printable ASCII characters without spaces").At("Idempotency-Key")
	errUnread      = gov.Fail(gov.Invalid, "تعذّرت قراءة الطلب: أرسل JSON صحيحًا بترميز UTF-8", "The request cannot be read: send correct JSON in UTF-8")
	errAddress     = gov.Fail(gov.Invalid, "في عنوان الطلب أحرف غير صحيحة", "The address of the request holds wrong characters")
	errCursor      = gov.Fail(gov.Invalid, "مؤشر الصفحة غير صحيح؛ أرسله كما ورد في next", "This is no cursor; send back what stood in next").At("cursor")

	errMethod   = status(http.StatusMethodNotAllowed, gov.Fail(gov.Invalid, "هذا العنوان لا يقبل هذه الطريقة", "This address does not take this method"))
	errTooLarge = status(http.StatusRequestEntityTooLarge, gov.Fail(gov.Invalid, "ما أرسلته أكبر من المسموح به", "What you sent is larger than allowed"))
	errMedia    = status(http.StatusUnsupportedMediaType, gov.Fail(gov.Invalid, "أرسل الطلب بصيغة application/json وترميز UTF-8", "Send the request as application/json in UTF-8"))
)

// withStatus is a failure with a status that its kind does not tell.
type withStatus struct {
	err  *gov.Error
	code int
}

func status(code int, e *gov.Error) error { return &withStatus{e, code} }

func (e *withStatus) Error() string { return e.err.Error() }
func (e *withStatus) Unwrap() error { return e.err }

// Wrong is one wrong field of a request.
type Wrong struct {
	Field string   `json:"field" doc:"Path of the field or name of the question" example:"children.0.name"`
	Texts gov.Text `json:"texts" doc:"What to do about it, by language"`
}

// Problem says why a request was not carried out. RFC 9457, with the texts in
// every language.
type Problem struct {
	Type     string   `json:"type" doc:"Always about:blank: kind tells problems apart" example:"about:blank"`
	Title    string   `json:"title" doc:"The status in words" example:"Unprocessable Entity"`
	Status   int      `json:"status" example:"422"`
	Kind     gov.Kind `json:"kind" enum:"invalid,denied,sign-in,not-found,conflict,too-many,unavailable,internal"`
	Detail   string   `json:"detail" doc:"What is wrong, in the language of Accept-Language" example:"اختر قرارًا"`
	Texts    gov.Text `json:"texts" doc:"The same in every language"`
	Instance string   `json:"instance" doc:"Identifies this request in the log" example:"urn:request:k3m9q2x7w1ab"`
	Errors   []Wrong  `json:"errors,omitempty" doc:"Every wrong field"`
}

// Error is for logs.
func (p *Problem) Error() string { return p.Texts[gov.English] }

// GetStatus is the status of the answer.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is that of problem details.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

// problem turns a failure into an answer and logs its cause.
func (s *server) problem(ctx context.Context, err error) *Problem {
	kind := gov.KindOf(err)
	p := &Problem{Type: "about:blank", Status: ui.Status(kind), Kind: kind, Texts: gov.PublicOf(err), Instance: "urn:request:" + requestID(ctx)}
	var ws *withStatus
	if errors.As(err, &ws) {
		p.Status = ws.code
	}
	p.Title = http.StatusText(p.Status)
	p.Detail = p.Texts.In(langIn(ctx))
	var all gov.Problems
	var inPack pack.Problems
	var one *gov.Error
	switch {
	case errors.As(err, &inPack):
		for _, x := range inPack {
			p.Errors = append(p.Errors, Wrong{fmt.Sprintf("%s:%d:%d", x.File, x.Line, x.Col), x.Text})
		}
	case errors.As(err, &all):
		for _, x := range all {
			p.Errors = append(p.Errors, Wrong{x.Field, x.Text})
		}
	case errors.As(err, &one) && one.Field != "" && kind == gov.Invalid:
		p.Errors = []Wrong{{one.Field, p.Texts}}
	}
	if kind == gov.Internal || kind == gov.Unavailable {
		s.log().LogAttrs(ctx, slog.LevelError, "api: request failed", slog.String("id", requestID(ctx)), slog.String("cause", err.Error()))
	}
	return p
}

func langIn(ctx context.Context) gov.Lang {
	if l := callOf(ctx).lang; l != "" {
		return l
	}
	return gov.Arabic
}

// refuse answers a request that reaches no operation.
func (s *server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	p := s.problem(context.WithValue(r.Context(), callKey{}, call{lang: langOf(r)}), err)
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="diwan"`)
	case http.StatusForbidden:
		h.Set("WWW-Authenticate", `Bearer realm="diwan", error="insufficient_scope"`)
	case http.StatusTooManyRequests:
		h.Set("Retry-After", "60")
	}
	w.WriteHeader(p.Status)
	json.NewEncoder(w).Encode(p)
}

// What the reader of requests finds wrong is told like everything else. The
// library offers one place for all APIs of a program; this is its only one.
func init() {
	huma.NewError = func(code int, msg string, errs ...error) huma.StatusError {
		return unread(context.Background(), code, errs)
	}
	huma.NewErrorWithContext = func(c huma.Context, code int, msg string, errs ...error) huma.StatusError {
		if c == nil {
			return unread(context.Background(), code, errs)
		}
		return unread(c.Context(), code, errs)
	}
}

func unread(ctx context.Context, code int, errs []error) *Problem {
	p := &Problem{Type: "about:blank", Title: http.StatusText(code), Status: code, Kind: gov.Invalid, Instance: "urn:request:" + requestID(ctx)}
	switch {
	case code >= 500:
		p.Kind, p.Texts = gov.Internal, gov.PublicOf(errors.New(""))
	case code == http.StatusUnprocessableEntity:
		p.Texts = gov.T("في الطلب حقول غير صحيحة", "Some fields of the request are wrong")
	default:
		p.Texts = gov.PublicOf(errUnread)
	}
	p.Detail = p.Texts.In(langIn(ctx))
	for _, err := range errs {
		var d *huma.ErrorDetail
		if errors.As(err, &d) && code < 500 {
			p.Errors = append(p.Errors, Wrong{strings.TrimPrefix(strings.TrimPrefix(d.Location, "body."), "query."), explain(d.Message)})
		}
	}
	return p
}

// explain says in Arabic too what the reader found wrong; the English words are its own.
func explain(msg string) gov.Text {
	for _, x := range []struct{ begins, ar string }{
		{"unexpected property", "حقل غير معروف"},
		{"expected required property", "حقل مطلوب لم يُرسل"},
		{"required", "قيمة مطلوبة لم تُرسل"},
		{"expected string to be RFC 3339", "اكتب التاريخ والوقت بصيغة RFC 3339"},
		{"expected string", "القيمة نص"},
		{"expected integer", "القيمة عدد صحيح"},
		{"invalid integer", "القيمة عدد صحيح"},
		{"expected number", "القيمة عدد ضمن الحدود"},
		{"expected boolean", "القيمة true أو false"},
		{"expected array", "القيمة قائمة"},
		{"expected object", "القيمة كائن"},
		{"expected value to be one of", "اختر إحدى القيم المسموح بها"},
		{"expected length", "طول النص خارج الحدود"},
	} {
		if strings.HasPrefix(msg, x.begins) {
			return gov.T(x.ar, msg)
		}
	}
	return gov.T("قيمة غير صحيحة", msg)
}
