package portal

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"diwan.example/catalogue"
	"diwan.example/catalogue/cpsvap"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/rdf"
)

// fetch asks for a file as a program does.
func (w *town) fetch(path, etag string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	rec := httptest.NewRecorder()
	w.site.ServeHTTP(rec, r)
	return rec
}

// entries are the services in a file.
func (w *town) entries(name, body string) map[gov.ServiceID]catalogue.Entry {
	w.T.Helper()
	g, err := rdf.Read(name, strings.NewReader(body), cpsvap.Contexts())
	if err != nil {
		w.T.Fatal(err)
	}
	c, _ := cpsvap.Read(g, cpsvap.Options{Profile: cpsvap.ProfileOf(w.Country), File: name, Lang: "en"})
	out := map[gov.ServiceID]catalogue.Entry{}
	for _, s := range c.Services {
		out[s.ID] = s
	}
	return out
}

func TestThePublicCatalogueIsOpenData(t *testing.T) {
	w := newTown(t)
	w.portal.Profile = cpsvap.ProfileOf(w.Country)
	secret := gov.ServiceID("police/lost-property")
	err := w.DB.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		s, err := catalogue.Find(tx, "identity-card/renewal")
		if err != nil {
			return err
		}
		s.Related = []gov.ServiceID{secret, "identity-card/replacement"}
		return catalogue.Enter(tx, s.Entry)
	})
	if err != nil {
		t.Fatal(err)
	}
	tags := map[string]string{}
	for name, kind := range map[string]string{"catalogue.ttl": "text/turtle", "catalogue.jsonld": "application/ld+json"} {
		a := w.fetch("/"+name, "")
		tags[name] = a.Header().Get("ETag")
		all := w.entries(name, a.Body.String())
		if a.Code != http.StatusOK || !strings.HasPrefix(a.Header().Get("Content-Type"), kind) || len(all) < 70 || len(all[secret].Name) != 2 {
			t.Fatalf("%s: %d %v, %d services", name, a.Code, a.Header(), len(all))
		}
		if h := a.Header(); h.Get("Cache-Control") != "public, max-age=300" || len(h.Values("Set-Cookie")) > 0 || h.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %v", name, h)
		}
		if again := w.fetch("/"+name, tags[name]); again.Code != http.StatusNotModified || again.Body.Len() > 0 {
			t.Errorf("%s again: %d, %d bytes", name, again.Code, again.Body.Len())
		}
	}
	err = w.DB.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		s, err := catalogue.Find(tx, secret)
		if err != nil {
			return err
		}
		s.Internal = true
		return catalogue.Enter(tx, s.Entry)
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, tag := range tags {
		a := w.fetch("/"+name, tag)
		all := w.entries(name, a.Body.String())
		if _, there := all[secret]; there || a.Code != http.StatusOK || strings.Contains(a.Body.String(), string(secret)) || len(all["identity-card/renewal"].Related) != 1 {
			t.Errorf("%s: %d, an internal service is told: %v", name, a.Code, there)
		}
	}
	for _, path := range []string{"/services/" + string(secret) + ".ttl", "/services/no/such.ttl", "/services/no/such.jsonld"} {
		if a := w.fetch(path, ""); a.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.Code)
		}
	}
	for _, ending := range []string{".ttl", ".jsonld"} {
		a := w.fetch("/services/identity-card/renewal"+ending, "")
		all := w.entries("x"+ending, a.Body.String())
		if a.Code != http.StatusOK || len(all) != 1 || strings.Contains(a.Body.String(), string(secret)) {
			t.Errorf("%s: %d, %d services\n%s", ending, a.Code, len(all), a.Body.String())
		}
	}
	if a := w.fetch("/catalogue.context.jsonld", ""); a.Code != http.StatusOK || !strings.Contains(a.Body.String(), `"cpsv":"http://purl.org/vocab/cpsv#"`) {
		t.Errorf("%d %s", a.Code, a.Body.String())
	}
}
