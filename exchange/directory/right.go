package directory

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

var errNoRight = gov.Fail(gov.Denied, "لا حق لهذا العميل في استدعاء هذه الخدمة بهذه الطريقة وهذا المسار", "This client has no right to call this service with this method and path")

// Granted finds the right by which client may call service with a method and a
// path (decoded or not: as the call carries it, beginning with / or empty).
// Errors: Denied.
func (s *Snapshot) Granted(client xroad.ClientID, service xroad.ServiceID, method, path string, now time.Time) (Grant, error) {
	for _, g := range s.grants[right{client, service}] {
		if g.holds(now) && g.allows(method, path) {
			return g, nil
		}
	}
	return Grant{}, errNoRight
}

// GrantsOf are the rights of client to service that hold at now; for allowedMethods.
func (s *Snapshot) GrantsOf(client xroad.ClientID, service xroad.ServiceID, now time.Time) (out []Grant) {
	for _, g := range s.grants[right{client, service}] {
		if g.holds(now) {
			out = append(out, g)
		}
	}
	return out
}

func (g *Grant) holds(now time.Time) bool { return g.Until.IsZero() || now.Before(g.Until) }

func (g *Grant) allows(method, path string) bool {
	if len(g.Methods) > 0 && !slices.Contains(g.Methods, method) {
		return false
	}
	return len(g.Paths) == 0 || slices.ContainsFunc(g.Paths, func(p string) bool { return matches(p, path) })
}

// matches compares a path with a pattern, part by part, decoded: a part that hides
// a slash fits nothing but **.
func matches(pattern, path string) bool {
	want, have := strings.Split(strings.Trim(pattern, "/"), "/"), strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, w := range want {
		switch {
		case w == "**":
			return true
		case i >= len(have):
			return false
		}
		part, err := url.PathUnescape(have[i])
		if err != nil || strings.ContainsAny(part, "/\\") || w != "*" && w != part || w == "*" && part == "" {
			return false
		}
	}
	return len(want) == len(have)
}
