package api

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"diwan.example/gov"
)

const aboutAPI = `Apply for government services, pay, decide and verify.

Send an access token as ` + "`Authorization: Bearer …`" + `; each operation names the scope it needs. Tokens are made on the site.
Failures are problem details (RFC 9457) with texts in Arabic and English. Times are RFC 3339 in UTC; money is in minor units of the currency.
Lists are read page by page: send next back as cursor. A POST may carry an Idempotency-Key.`

func humaConfig(origin string) huma.Config {
	if origin == "" {
		origin = "/"
	}
	scopes := map[string]string{}
	for _, x := range Scopes() {
		scopes[x.Name] = x.Words[gov.Arabic] + " — " + x.Words[gov.English]
	}
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Diwan", Version: "1.0.0", Description: aboutAPI, Extensions: map[string]any{"x-title-ar": "ديوان"}},
			Servers: []*huma.Server{{URL: origin}},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					"token": {Type: "http", Scheme: "bearer", BearerFormat: "opaque", Description: "An access token made on the site", Extensions: map[string]any{"x-scopes": scopes}},
				},
			},
		},
		Formats:                      map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat:                "application/json",
		RejectUnknownQueryParameters: true,
	}
}

// schemaName names a type in the description; what has no name of its own is
// named after its operation, without hyphens.
func schemaName(t reflect.Type, hint string) string {
	var b strings.Builder
	for _, part := range strings.Split(huma.DefaultSchemaNamer(t, hint), "-") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

// publish serves the description of the API: made when it is first asked for, it
// never changes.
func (s *server) publish() {
	doc := s.huma.OpenAPI()
	describe(doc)
	for at, f := range map[string]http.HandlerFunc{
		root + "/openapi.json": fixed("application/vnd.oai.openapi+json;version=3.1", func() []byte { return must(doc.MarshalJSON()) }),
		root + "/openapi.yaml": fixed("application/vnd.oai.openapi;version=3.1", func() []byte { return must(doc.YAML()) }),
		root + "/openapi-3.0.json": fixed("application/vnd.oai.openapi+json;version=3.0", func() []byte {
			return must(inOlderWords(must(doc.Downgrade())))
		}),
		"/api/{$}":       fixed("text/html; charset=utf-8", s.guide),
		root + "/{$}":    fixed("text/html; charset=utf-8", s.guide),
		"/api/guide.css": fixed("text/css; charset=utf-8", func() []byte { return guideStyle }),
	} {
		s.mux.HandleFunc("GET "+at, f)
	}
}

// inOlderWords says files as OpenAPI 3.0 does; the library leaves the newer word.
func inOlderWords(b []byte) ([]byte, error) {
	var doc any
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, err
	}
	olderFiles(doc)
	return json.Marshal(doc)
}

func olderFiles(at any) {
	switch v := at.(type) {
	case []any:
		for _, x := range v {
			olderFiles(x)
		}
	case map[string]any:
		if _, ok := v["contentMediaType"].(string); ok {
			delete(v, "contentMediaType")
			v["format"] = "binary"
		}
		for _, x := range v {
			olderFiles(x)
		}
	}
}

// must is for the description, which depends on this program only.
func must(b []byte, err error) []byte {
	if err != nil {
		panic("api: " + err.Error())
	}
	return b
}

func fixed(kind string, make func() []byte) http.HandlerFunc {
	body := sync.OnceValue(make)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "public, max-age=300")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Write(body())
	}
}

// describe adds what the types do not say: files in and out, and examples.
func describe(doc *huma.OpenAPI) {
	file := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	doc.Paths[root+"/files"].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: file},
		"multipart/form-data":      {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{"file": file}}},
	}}
	doc.Paths[root+"/verify"].Post.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
		"application/octet-stream": {Schema: file}, "application/pdf": {Schema: file}, "text/plain": {Schema: &huma.Schema{Type: huma.TypeString}},
	}}
	for path, kind := range map[string]string{root + "/documents/{document}/pdf": "application/pdf", root + "/applications/{id}/files/{blob}": "application/octet-stream"} {
		doc.Paths[path].Get.Responses["200"] = &huma.Response{Description: "The file", Content: map[string]*huma.MediaType{kind: {Schema: file}}}
	}
	body := doc.Paths[root+"/applications"].Post.RequestBody.Content["application/json"]
	body.Example = json.RawMessage(`{"service": "identity-card/renewal", "answers": {"reason": "expired", "delivery": "pickup"}, "draft": true}`)
	decision := doc.Paths[root+"/tasks/{task}/decision"].Post.RequestBody.Content["application/json"]
	decision.Example = json.RawMessage(`{"outcome": "approve"}`)
}

//go:embed guide.css
var guideStyle []byte

var guidePage = template.Must(template.New("guide").Parse(`<!doctype html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>واجهة ديوان البرمجية</title><link rel="stylesheet" href="/api/guide.css"></head>
<body><main>
<h1>واجهة ديوان البرمجية</h1>
<p>قدّم الطلبات وتابعها وسدّد رسومها وتحقق من الوثائق من أنظمتك. أرسل رمز الوصول في الترويسة <code dir="ltr">Authorization: Bearer</code>؛ يُنشئه من له صلاحية في <a href="/ar/admin/tokens">صفحات الإدارة</a>.</p>
<p lang="en" dir="ltr">Apply for services, follow, pay and verify from your own systems. Send an access token, made by those who may under <a href="/en/admin/tokens">Administration</a>, as <code>Authorization: Bearer</code>.</p>
<p dir="ltr"><a href="/api/v1/openapi.json">OpenAPI 3.1 (JSON)</a> · <a href="/api/v1/openapi.yaml">OpenAPI 3.1 (YAML)</a> · <a href="/api/v1/openapi-3.0.json">OpenAPI 3.0.3 (JSON)</a></p>
{{range .Tags}}<section><h2 lang="en" dir="ltr">{{.Name}}</h2>
<table><thead><tr><th>العملية</th><th lang="en" dir="ltr">Operation</th><th lang="en" dir="ltr">Request</th><th>الصلاحية</th></tr></thead><tbody>
{{range .Routes}}<tr id="{{.ID}}"><td>{{.Ar}}</td><td lang="en" dir="ltr">{{.En}}{{with .About}}<br><small>{{.}}</small>{{end}}</td><td dir="ltr"><code>{{.Method}} {{.Path}}</code></td><td dir="ltr"><code>{{.Scope}}</code></td></tr>
{{end}}</tbody></table></section>
{{end}}<section><h2>الصلاحيات</h2><dl>{{range .Scopes}}<dt dir="ltr"><code>{{.Name}}</code></dt><dd>{{.Ar}}<br><Span lang="en" dir="ltr">{{.En}}</Span></dd>
{{end}}</dl></section>
</main></body></html>
`))

// guideRoute is one row of the guide.
type guideRoute struct{ ID, Method, Path, Scope, Ar, En, About string }

// guideScope is one scope in the guide.
type guideScope struct{ Name, Ar, En string }

// guideTag is one section of the guide.
type guideTag struct {
	Name   string
	Routes []guideRoute
}

// guide is the page for people that lists every operation.
func (s *server) guide() []byte {
	var tags []guideTag
	for _, r := range s.routes {
		i := slices.IndexFunc(tags, func(t guideTag) bool { return t.Name == r.tag })
		if i < 0 {
			i, tags = len(tags), append(tags, guideTag{Name: r.tag})
		}
		tags[i].Routes = append(tags[i].Routes, guideRoute{r.id, r.method, root + r.path, r.scope, r.name[gov.Arabic], r.name[gov.English], r.about})
	}
	var scopes []guideScope
	for _, x := range Scopes() {
		scopes = append(scopes, guideScope{x.Name, x.Words[gov.Arabic], x.Words[gov.English]})
	}
	var b bytes.Buffer
	if err := guidePage.Execute(&b, map[string]any{"Tags": tags, "Scopes": scopes}); err != nil {
		panic("api: " + err.Error())
	}
	return b.Bytes()
}
