package app_test

import (
	"crypto"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"diwan.example/app"
	"diwan.example/document"
	"diwan.example/document/statuslist"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// certified issues an enrolment certificate to a sample account.
func certified(t testing.TB, a *app.App, account string) (out document.Document) {
	t.Helper()
	var holder gov.PersonID
	all, err := a.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		if x.Account.ID == account {
			holder = x.ID
		}
	}
	err = a.DB.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
		p, err := a.Packs.Current(tx, "education/enrolment-certificate")
		if err != nil {
			return err
		}
		out, err = a.Issuer.Issue(tx, document.Draft{
			Type: "certificate", Service: p.ID, Version: p.Version, Organisation: p.Organisation, Holder: holder, Channel: gov.Portal,
			Claims: []document.Claim{{Name: "pupil_name_ar", Value: "سارة أحمد"}, {Name: "pupil_name_en", Value: "Sara Ahmed"}, {Name: "civil_number", Value: "850100011"},
				{Name: "grade", Value: 7}, {Name: "school_year", Value: "2026/2027"}},
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// trustedKeys are the issuer's public keys.
func trustedKeys(t testing.TB, a *app.App) statuslist.Keys {
	t.Helper()
	set, err := a.Issuer.Keys().Public(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return func(kid string, _ []*x509.Certificate) crypto.PublicKey {
		for _, k := range set.Keys {
			if pub, err := k.Key(); err == nil && k.Kid == kid {
				return pub
			}
		}
		return nil
	}
}

// fetch asks for an address as a program does.
func fetch(a *app.App, uri string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, uri, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	a.Handler.ServeHTTP(w, r)
	return w
}

func TestStatusListsAreServedToAnybody(t *testing.T) {
	a := tried(t)
	made := certified(t, a, "parent")
	uri := made.Status.List.URI
	jwt := fetch(a, uri)
	if jwt.Code != 200 || jwt.Header().Get("Content-Type") != statuslist.JWTType || jwt.Header().Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(jwt.Header().Get("Cache-Control"), "max-age=300") {
		t.Fatalf("%d %v", jwt.Code, jwt.Header())
	}
	etag := jwt.Header().Get("ETag")
	if w := fetch(a, uri, "If-None-Match", etag); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("the same list is sent again: %d", w.Code)
	}
	cwt := fetch(a, uri, "Accept", statuslist.CWTType)
	if cwt.Header().Get("Content-Type") != statuslist.CWTType || cwt.Header().Get("ETag") == etag {
		t.Errorf("%v", cwt.Header())
	}
	if _, err := statuslist.ReadCWT(cwt.Body.Bytes(), uri, trustedKeys(t, a), a.DB.Now()); err != nil {
		t.Error(err)
	}
	officer := gov.WithActor(t.Context(), gov.Actor{Person: "x", Org: made.Organisation, Roles: []gov.Role{gov.Officer}})
	if err := a.Issuer.Suspend(officer, made.ID, gov.T("بلاغ", "Report")); err != nil {
		t.Fatal(err)
	}
	again := fetch(a, uri, "If-None-Match", etag)
	list, err := statuslist.ReadJWT(again.Body.String(), uri, trustedKeys(t, a), a.DB.Now())
	if err != nil {
		t.Fatal(again.Code, err)
	}
	if s, _ := list.List.Get(made.Status.List.Index); s != statuslist.Suspended {
		t.Errorf("the list says %d", s)
	}
	if w := fetch(a, "http://localhost/status"); w.Code != 200 || !strings.Contains(w.Body.String(), `{"status_lists":["`) || !strings.Contains(w.Body.String(), uri) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	for path, code := range map[string]int{"/status/none-1": 404, "/status/%2e%2e": 404, "/status/" + uri[strings.LastIndexByte(uri, '/')+1:] + "?time=1686925000": 501} {
		if w := fetch(a, "http://localhost"+path); w.Code != code {
			t.Errorf("%s: %d, want %d", path, w.Code, code)
		}
	}
}
