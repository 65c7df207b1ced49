package form

import (
	"testing"

	"diwan.example/gov"
)

func TestNationsAreNamedInWords(t *testing.T) {
	for _, x := range []struct {
		lang       gov.Lang
		code, want string
	}{{gov.Arabic, "BH", "البحرين"}, {gov.English, "BH", "Bahrain"}, {gov.Arabic, "IN", "الهند"}, {gov.English, "", ""}, {gov.Arabic, "?!", "?!"}} {
		if got := Nation(x.code, x.lang); got != x.want {
			t.Errorf("%s in %s is %q, not %q", x.code, x.lang, got, x.want)
		}
	}
}
