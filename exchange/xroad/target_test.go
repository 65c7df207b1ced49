package xroad

import (
	"strings"
	"testing"
)

func TestTargets(t *testing.T) {
	for _, c := range []struct{ raw, service, path, query string }{
		{"/r1/BH/GOV/1/pop/people", "BH/GOV/1/pop/people", "", ""},
		{"/r1/BH/GOV/1/pop/people/", "BH/GOV/1/pop/people", "/", ""},
		{"/r1/BH/GOV/1/pop/people?", "BH/GOV/1/pop/people", "", "?"},
		{"/r1/BH/GOV/1/pop/people/v1/%D9%85/a%20b;x=1?q=%2e%2e/&a=b?c", "BH/GOV/1/pop/people", "/v1/%D9%85/a%20b;x=1", "?q=%2e%2e/&a=b?c"},
		{"/r1/BH/GOV/1/pop/%70eople/a%2Fb", "BH/GOV/1/pop/people", "/a%2Fb", ""},
		{"/r1/BH/GOV/1/p%28o%29p/people/...", "BH/GOV/1/p(o)p/people", "/...", ""},
	} {
		got, fault := ParseTarget(c.raw, Limits{})
		if fault != nil {
			t.Errorf("%s: %v", c.raw, fault)
			continue
		}
		if got.Service.String() != c.service || got.Path != c.path || got.Query != c.query {
			t.Errorf("%s: %+v", c.raw, got)
		}
	}
}

func TestHostileTargetsAreRefused(t *testing.T) {
	at := "/r1/BH/GOV/1/pop/people"
	for raw, want := range map[string]string{
		"": "BadRequest", "/": "BadRequest", "*": "BadRequest", "r1/BH/GOV/1/pop/people": "BadRequest", "/r1": "BadRequest", "/r1/": "BadRequest",
		"/r1/BH/GOV/1/pop": "BadRequest", "/r1/BH/GOV/1//people": "BadRequest", "//r1/BH/GOV/1/pop/people": "BadRequest",
		"http://other.example/r1/BH/GOV/1/pop/people": "BadRequest",
		"/r2/BH/GOV/1/pop/people":                     "InvalidProtocolVersion", "/rx/BH/GOV/1/pop/people": "BadRequest", "/R1/BH/GOV/1/pop/people": "BadRequest",
		"/r1/BH%2FGOV%2F1%2Fpop%2Fpeople": "BadRequest", "/r1/BH/GOV/1/pop/bar%2Fservice": "BadRequest", "/r1/BH/GOV/1/../people": "BadRequest",
		"/r1/BH/GOV/1/%2e%2e/people": "BadRequest", "/r1/BH/GOV/1/%2E/people": "BadRequest", "/r1/BH/GOV/1/pop%00/people": "BadRequest",
		"/r1/BH/GOV/1/po%5cp/people": "BadRequest", "/r1/BH/GOV/1/po%3ap/people": "BadRequest", "/r1/BH/GOV/1/po%3Bp/people": "BadRequest", "/r1/BH/GOV/1/po%ffp/people": "BadRequest",
		"/r1/BH/GOV/1/po%25p/people": "BadRequest", "/r1/BH/GOV/1/po%E2%80%AEp/people": "BadRequest", "/r1/BH/GOV/1/" + strings.Repeat("p", 101) + "/people": "BadRequest",
		at + "/../x": "BadRequest", at + "/..": "BadRequest", at + "/.": "BadRequest", at + "/%2e%2e/x": "BadRequest", at + "/.%2E/x": "BadRequest", at + "/%252e%252e/x": "BadRequest",
		at + "/%25252e%25252e/x": "BadRequest", at + "/a%2f..%2fb": "BadRequest", at + "/..%2fb": "BadRequest", at + "/..;x=1/b": "BadRequest", at + "/a/..%3b/b": "BadRequest",
		at + "//x": "BadRequest", at + "/x//": "BadRequest", at + "//other.example/": "BadRequest", at + "/a\\b": "BadRequest", at + "/a%5Cb": "BadRequest", at + "/..%5c": "BadRequest",
		at + "/%00": "BadRequest", at + "/a%0d%0aX: y": "BadRequest", at + "/a%0d%0aX:y": "BadRequest", at + "/a b": "BadRequest", at + "/%": "BadRequest", at + "/%zz": "BadRequest",
		at + "/م": "BadRequest", at + "/x#y": "BadRequest", at + "?a=\r\nb": "BadRequest", at + "?a=\x00": "BadRequest", at + "?a=م": "BadRequest", at + "/\x7f": "BadRequest",
		at + "/" + strings.Repeat("x", 2000): "BadRequest",
	} {
		if got, fault := ParseTarget(raw, Limits{}); fault == nil {
			t.Errorf("%q is taken: %+v", raw, got)
		} else if fault.Type != "Client."+want || fault.Status() != 400 {
			t.Errorf("%q: %s (%d), want %s", raw, fault.Type, fault.Status(), want)
		}
	}
	if _, fault := ParseTarget(at+"/"+strings.Repeat("x", 2000), Limits{Target: 4000}); fault != nil {
		t.Error("a longer address is refused although it is allowed:", fault)
	}
}

func FuzzTarget(f *testing.F) {
	for _, s := range []string{"/r1/BH/GOV/1/pop/people/a?b", "/r1/a/b/c/d/e/%2e%2e", "/r1/a/b/c/d/e//", "/r1/a/b/c/d%2f/e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, fault := ParseTarget(raw, Limits{})
		if fault != nil {
			return
		}
		if !strings.HasSuffix(raw, got.Path+got.Query) || got.Path != "" && got.Path[0] != '/' || got.Query != "" && got.Query[0] != '?' {
			t.Fatalf("%q: path %q and query %q are not as sent", raw, got.Path, got.Query)
		}
		for d, i := got.Path, 0; i < 3; d, i = decode(d), i+1 {
			if strings.Contains("/"+strings.NewReplacer("\\", "/", ";", "/").Replace(d)+"/", "/../") || strings.ContainsAny(got.Path, "\r\n\x00\\ ") {
				t.Fatalf("%q steps up", raw)
			}
		}
		again, fault := ParseTarget("/r1/"+got.Service.String()+got.Path+got.Query, Limits{Target: 9000})
		if fault != nil || again != got {
			t.Fatalf("%q: %+v again is %+v (%v)", raw, got, again, fault)
		}
	})
}
