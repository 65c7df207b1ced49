package directory

import "testing"

func TestPathsFitPatterns(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/pets", "/pets", true}, {"/pets", "/pets/1", false}, {"/pets", "/Pets", false}, {"/pets", "/%70ets", true}, {"/pets", "/pets%", false},
		{"/pets/*", "/pets/1", true}, {"/pets/*", "/pets/", false}, {"/pets/*", "/pets", false}, {"/pets/*", "/pets/1/2", false},
		{"/pets/*", "/pets/1%2F2", false}, {"/pets/*", "/pets/1%5c2", false}, {"/pets/*/images", "/pets/7/images", true},
		{"/pets/**", "/pets/1/2/3", true}, {"/pets/**", "/pets", true}, {"/**", "/anything/at/all", true}, {"/", "/", true}, {"/", "", true}, {"/", "/x", false},
	} {
		if got := matches(c.pattern, c.path); got != c.want {
			t.Errorf("%s against %s: %v", c.path, c.pattern, got)
		}
	}
}
