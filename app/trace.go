package app

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"diwan.example/internal/reply"
)

// traced gives every request a span and sends spans to the configured collector.
// Spans name the route, never the path or the query: these may be private. The
// function returned sends what is left. Without a collector nothing is traced.
func (a *App) traced(ctx context.Context, next http.Handler) (http.Handler, func(context.Context) error, error) {
	if a.Config.Traces == "" {
		return next, func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(a.Config.Traces+"/v1/traces"))
	if err != nil {
		return nil, nil, err
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "diwan"))))
	tracer := provider.Tracer("diwan.example/app")
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := tracer.Start(ctx, r.Method, trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		seen := &reply.Recorder{ResponseWriter: w}
		r = r.WithContext(ctx)
		next.ServeHTTP(seen, r)
		span.SetAttributes(attribute.String("http.request.method", r.Method), attribute.Int("http.response.status_code", seen.Code()))
		if seen.Code() >= 500 {
			span.SetStatus(codes.Error, "")
		}
	})
	return h, provider.Shutdown, nil
}

// named gives the request's span the name of its route. next must be the mux
// that knows the routes.
func named(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if r.Pattern != "" {
			span := trace.SpanFromContext(r.Context())
			span.SetName(r.Pattern)
			span.SetAttributes(attribute.String("http.route", r.Pattern))
		}
	})
}
