package pack_test

import (
	"testing"

	"diwan.example/gov"
	"diwan.example/pack"
)

func scaffold(t *testing.T) *pack.Pack {
	t.Helper()
	files, err := pack.New("health/vaccination-record", "moh", gov.T(`سجل "التطعيم": نسخة`, `Vaccination record, a "copy"`))
	if err != nil {
		t.Fatal(err)
	}
	p, err := pack.Parse(files, pack.Options{})
	if err != nil {
		t.Fatalf("a new pack is not right:\n%s", err)
	}
	return p
}

func TestANewPackIsRight(t *testing.T) {
	p := scaffold(t)
	if p.Prefix != "VR" || p.Organisation != "moh" || p.Title[gov.English] != `Vaccination record, a "copy"` {
		t.Errorf("got %q %q %q", p.Prefix, p.Organisation, p.Title)
	}
	for _, id := range []gov.ServiceID{"a/b", "health/x-1-2", "identity/renewal", "a/one-two-three-four"} {
		files, err := pack.New(id, "moh", gov.T("خدمة", "Service"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := pack.Parse(files, pack.Options{}); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestNewRefusesBadNames(t *testing.T) {
	for _, id := range []gov.ServiceID{"", "x", "../etc/passwd", "A/b", "a/b/c"} {
		if _, err := pack.New(id, "moh", gov.T("خدمة", "Service")); gov.KindOf(err) != gov.Invalid {
			t.Errorf("%q: %v", id, err)
		}
	}
	if _, err := pack.New("a/b", "moh", gov.Text{"en": "Service"}); gov.KindOf(err) != gov.Invalid {
		t.Errorf("no Arabic title: %v", err)
	}
}
