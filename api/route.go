package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"diwan.example/gov"
)

// route is one operation of the API.
type route struct {
	id, method, path string
	tag              string
	scope            string // one of Scopes, or public
	name             gov.Text
	about            string // in English, for the OpenAPI document; may be empty
	status           int    // of success; 0: 200
	raw              bool   // the body is a file, not JSON
	keyless          bool   // a POST that is the same however often it is sent, without a key
}

// longestBody is how many bytes of JSON a request may have.
const longestBody = 1 << 20

// add puts an operation into the API.
func add[I, O any](s *server, r route, do func(context.Context, *I) (*O, error)) {
	s.routes = append(s.routes, r)
	huma.Register(s.huma, s.operation(r), func(ctx context.Context, in *I) (*O, error) {
		out, err := do(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
}

func (s *server) operation(r route) huma.Operation {
	o := huma.Operation{
		OperationID: r.id, Method: r.method, Path: root + r.path, DefaultStatus: r.status, Tags: []string{r.tag},
		Summary: r.name[gov.English], Description: r.about, Extensions: map[string]any{"x-summary-ar": r.name[gov.Arabic]},
		MaxBodyBytes: -1, BodyReadTimeout: -1, // read and bounded before, see read
		Middlewares: huma.Middlewares{s.admit(r)}, Errors: []int{http.StatusTooManyRequests, http.StatusServiceUnavailable},
	}
	if r.scope != public {
		o.Security = []map[string][]string{{"token": {r.scope}}}
		o.Errors = append(o.Errors, http.StatusUnauthorized, http.StatusForbidden)
	}
	if r.path != "/services" {
		o.Errors = append(o.Errors, http.StatusNotFound)
	}
	if r.method != http.MethodGet {
		o.Errors = append(o.Errors, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	if r.method == http.MethodPost && !r.raw && !r.keyless {
		o.Parameters = append(o.Parameters, &huma.Param{
			Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: huma.TypeString, MaxLength: new(longestKey)},
			Description: "Chosen by the caller for one wish. The same request with the same key within 24 hours is carried out once and answered alike.",
		})
	}
	return o
}

// nothing is a request without anything but its address.
type nothing struct{}

// answer is a body in an answer.
type answer[T any] struct{ Body T }

func say[T any](v T, err error) (*answer[T], error) {
	if err != nil {
		return nil, err
	}
	return &answer[T]{v}, nil
}

// done is the answer of an operation that leaves nothing to tell.
type done struct {
	Done bool `json:"done" doc:"Always true"`
}
