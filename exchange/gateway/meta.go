package gateway

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
)

// metaCall answers listMethods, allowedMethods and getOpenAPI (PR-MREST). Every
// registered client may ask them; they are signed and logged as any call.
func (g *Gateway) metaCall(s *directory.Snapshot, now time.Time) *prepared {
	return &prepared{func() {}, func(ctx context.Context, q *xroad.Request, _ *body) (int, http.Header, *body, *xroad.Fault) {
		if q.Method != http.MethodGet {
			return 0, nil, nil, xroad.Fail(xroad.Provider, xroad.InvalidHTTPMethod, "هذه الخدمة تُستدعى بالطريقة GET", "This service is called with GET")
		}
		if q.Service.Service == xroad.GetOpenAPI {
			return g.description(ctx, s, q)
		}
		list := []xroad.Listed{}
		for _, x := range s.ServicesOf(q.Service.ClientID) {
			grants := s.GrantsOf(q.Client, x.ID, now)
			if q.Service.Service == xroad.AllowedMethods && len(grants) == 0 {
				continue
			}
			if q.Service.Service == xroad.ListMethods {
				grants = []directory.Grant{{}}
			}
			list = append(list, xroad.Listed{Service: x.ID, Described: x.Description != "", Endpoints: endpoints(&x, grants)})
		}
		text, err := xroad.EncodeList(list)
		if err != nil {
			return 0, nil, nil, xroad.FailWith(xroad.Provider, xroad.InternalError, err)
		}
		b := take()
		b.b = append(b.b, text...)
		return http.StatusOK, http.Header{"Content-Type": {"application/json; charset=utf-8"}}, bodyOf(b), nil
	}}
}

// endpoints are what the grants open of a service; * is any method or any path.
func endpoints(x *directory.Service, grants []directory.Grant) (out []xroad.Endpoint) {
	for _, grant := range grants {
		for _, m := range either(grant.Methods, either(x.Methods, []string{"*"})) {
			if len(x.Methods) > 0 && !slices.Contains(x.Methods, m) {
				continue
			}
			for _, p := range either(grant.Paths, []string{"/**"}) {
				if e := (xroad.Endpoint{Method: m, Path: p}); !slices.Contains(out, e) {
					out = append(out, e)
				}
			}
		}
	}
	return out
}

func either(list, otherwise []string) []string {
	if len(list) > 0 {
		return list
	}
	return otherwise
}

// description fetches the OpenAPI document of a service from its registered
// address, over the service's own connection when both are on one host.
func (g *Gateway) description(ctx context.Context, s *directory.Snapshot, q *xroad.Request) (int, http.Header, *body, *xroad.Fault) {
	codes := []string{}
	if len(q.Query) > 0 {
		if values, err := url.ParseQuery(q.Query[1:]); err == nil {
			codes = values["serviceCode"]
		}
	}
	if len(codes) != 1 {
		return 0, nil, nil, xroad.Fail(xroad.Provider, xroad.BadRequest, "حدّد الخدمة مرة واحدة في المعامل serviceCode", "Name the service once in the parameter serviceCode")
	}
	x := s.Service(xroad.ServiceID{ClientID: q.Service.ClientID, Service: codes[0]})
	if x == nil {
		return 0, nil, nil, faultService
	}
	at, err := url.Parse(x.Description)
	if err != nil || x.Description == "" || at.Scheme != "http" && at.Scheme != "https" {
		return 0, nil, nil, xroad.Fail(xroad.Provider, xroad.ServiceFailed, "لا وصف OpenAPI مسجَّل لهذه الخدمة", "No OpenAPI description is registered for this service")
	}
	link := g.service(x)
	leave, fault := link.enter(g, g.Clock())
	if fault != nil {
		return 0, nil, nil, fault
	}
	defer leave()
	r := (&http.Request{Method: http.MethodGet, URL: at, Host: at.Host, Header: http.Header{"User-Agent": nil, "Accept": {"application/json, application/yaml, text/yaml, */*"}}}).WithContext(ctx)
	answer, err := link.transport.RoundTrip(r)
	if err != nil {
		return 0, nil, nil, xroad.Fail(xroad.Provider, xroad.NetworkError, "لم تجب الخدمة", "The service did not answer").Because(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return 0, nil, nil, xroad.Fail(xroad.Provider, xroad.ServiceFailed, "لم تعطِ الخدمة وصفها", "The service did not give its description")
	}
	b, err := g.read(answer.Body, min(g.Limits.Body, 8<<20))
	if err != nil {
		return 0, nil, nil, xroad.Fail(xroad.Provider, xroad.ServiceFailed, "تعذّرت قراءة وصف الخدمة", "The service's description cannot be read").Because(err)
	}
	kind := answer.Header.Get("Content-Type")
	if kind == "" {
		kind = "application/json"
	}
	return http.StatusOK, http.Header{"Content-Type": {kind}}, b, nil
}
