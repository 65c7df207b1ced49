package xroad

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestFaultsAreSaidAsAsked(t *testing.T) {
	f := Fail(Provider, AccessDenied, "لا يحق", "Not <allowed>")
	f.Detail = "d-1"
	for accept, want := range map[string]string{"": "application/json; charset=utf-8", "application/json": "application/json; charset=utf-8", "text/html": "application/json; charset=utf-8",
		"application/xml": "application/xml; charset=utf-8", "text/html, TEXT/XML;q=0.9": "text/xml; charset=utf-8", "text/*": "text/xml; charset=utf-8"} {
		ask := httptest.NewRequest("GET", "/r1/x", nil)
		ask.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		f.Send(w, ask)
		var got said
		var err error
		if want[0] == 'a' && want[12] == 'j' {
			err = json.Unmarshal(w.Body.Bytes(), &got)
		} else {
			err = xml.Unmarshal(w.Body.Bytes(), &got)
		}
		if err != nil || w.Code != 500 || w.Header().Get("Content-Type") != want || w.Header().Get("X-Road-Error") != "Server.ServerProxy.AccessDenied" ||
			got.Type != "Server.ServerProxy.AccessDenied" || got.Message != "Not <allowed>" || got.Detail != "d-1" {
			t.Errorf("%q: %d %v %s %v", accept, w.Code, w.Header(), w.Body, err)
		}
	}
}

func TestFaultsSpeakArabic(t *testing.T) {
	b, _ := faultTarget.Encode(http.Header{"Accept-Language": {"ar-BH,en;q=0.5"}})
	var got said
	if err := json.Unmarshal(b, &got); err != nil || got.Message != faultTarget.Text["ar"] || got.Message == faultTarget.Text["en"] {
		t.Errorf("%s %v", b, err)
	}
	if cause := errors.New("x"); !errors.Is(faultTarget.Because(cause), cause) || faultTarget.Cause != nil || faultTarget.Code() != "BadRequest" || faultTarget.Status() != 400 {
		t.Error("a fault loses its cause, or keeps another's")
	}
}

func TestListsAreAsPRMRESTShows(t *testing.T) {
	b, err := EncodeList([]Listed{{ServiceID{ClientID{"I", "C", "M", "S"}, "kore"}, false, []Endpoint{{"GET", "/school"}}}, {Service: ServiceID{ClientID{"I", "C", "M", "S"}, "pay"}, Described: true}})
	want := `{"service":[{"member_class":"C","member_code":"M","object_type":"SERVICE","service_code":"kore","service_type":"REST","subsystem_code":"S","xroad_instance":"I","endpoint_list":[{"method":"GET","path":"/school"}]},` +
		`{"member_class":"C","member_code":"M","object_type":"SERVICE","service_code":"pay","service_type":"OPENAPI","subsystem_code":"S","xroad_instance":"I","endpoint_list":[]}]}`
	if err != nil || string(b) != want {
		t.Errorf("%s %v", b, err)
	}
	if b, _ := EncodeList(nil); string(b) != `{"service":[]}` {
		t.Errorf("%s", b)
	}
}
