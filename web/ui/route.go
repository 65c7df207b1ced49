package ui

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"diwan.example/gov"
)

// Handler answers a request or returns why it cannot; the Site turns the error
// into a page (or JSON) of its kind.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one address, who may come, and what they see.
type Route struct {
	Pattern string // as in http.ServeMux: "GET /services/{id...}"
	Guard   Guard
	Page    Handler
	MaxBody int64 // largest request in bytes; 0 means 16 MiB
}

// Guard says who may enter. Ownership of the thing behind the door is checked
// in the domain, not here. The zero Guard is refused by Mount.
type Guard struct {
	Name   string
	Allow  func(gov.Actor) bool
	StepUp bool // they must have proved themselves again a short while ago
}

// The guards that need no argument.
var (
	Anyone   = Guard{Name: "anyone", Allow: func(gov.Actor) bool { return true }}
	Resident = Guard{Name: "resident", Allow: func(a gov.Actor) bool { return a.Person != "" }}
	Staff    = Guard{Name: "staff", Allow: gov.Actor.Staff}
)

// Role lets in the people of an organisation who hold one of roles.
func Role(roles ...gov.Role) Guard {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return Guard{
		Name:  "role " + strings.Join(names, "|"),
		Allow: func(a gov.Actor) bool { return a.Staff() && a.Has(roles...) },
	}
}

// AndStepUp returns g that also asks for a fresh proof: before money and decisions.
func (g Guard) AndStepUp() Guard {
	g.Name += " + step-up"
	g.StepUp = true
	return g
}

// Check says whether a may enter now. Errors: SignIn when nobody is signed in
// or the last proof is older than fresh (Field is then "step-up"); Denied.
func (g Guard) Check(a gov.Actor, now time.Time, fresh time.Duration) error {
	switch {
	case g.Allow(a) && g.StepUp && now.Sub(a.StepUp) > fresh:
		return errStepUp
	case g.Allow(a):
		return nil
	case a.SignedIn():
		return errDenied
	}
	return errSignIn
}

var (
	errSignIn = gov.Fail(gov.SignIn, "سجّل الدخول لتتابع", "Sign in to continue")
	errStepUp = gov.Fail(gov.SignIn, "هذه خطوة مهمّة؛ أكّد هويتك مرة أخرى", "This is an important step; confirm who you are once more").At("step-up")
	errDenied = gov.Fail(gov.Denied, "هذه الصفحة ليست ضمن صلاحياتك", "This page is not within your powers")
)

// RouteInfo is a mounted route, for the test that every one is guarded.
type RouteInfo struct{ Pattern, Guard string }

// Mount registers routes on mux, each behind its guard. It panics for a route
// without a guard or a page, at start, so that none can be forgotten.
func (s *Site) Mount(mux *http.ServeMux, routes ...Route) {
	if !s.mounted {
		s.mounted = true
		mux.Handle("/", s.enter(Route{Pattern: "/", Guard: Anyone, Page: missing(mux)}))
		routes = append(routes, Route{Pattern: "GET /signed-in", Guard: Anyone, Page: signedIn})
	}
	for _, r := range routes {
		if r.Guard.Name == "" || r.Guard.Allow == nil || r.Page == nil {
			panic(fmt.Sprintf("web/ui: route %q has no guard or no page", r.Pattern))
		}
		mux.Handle(r.Pattern, s.enter(r))
		s.routes = append(s.routes, RouteInfo{r.Pattern, r.Guard.Name})
	}
}

// Routes lists what was mounted, in order.
func (s *Site) Routes() []RouteInfo { return s.routes }

var (
	errNoPage = gov.Fail(gov.NotFound, "لا توجد صفحة بهذا العنوان", "There is no page at this address")
	errMethod = gov.Fail(gov.NotFound, "لا يُستعمل هذا العنوان بهذه الطريقة: ارجع إلى الصفحة التي جئت منها وأرسل نموذجها من جديد", "This address is not used in this way: go back to the page you came from and send its form again")
)

// missing answers what no route takes. An address that is known under other
// methods says which (RFC 9110 §15.5.6).
func missing(mux *http.ServeMux) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var allowed []string
		for _, m := range []string{http.MethodGet, http.MethodPost} {
			other := r.Clone(r.Context())
			other.Method = m
			if _, pattern := mux.Handler(other); strings.HasPrefix(pattern, m+" ") {
				allowed = append(allowed, m)
			}
		}
		if len(allowed) == 0 {
			return errNoPage
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return errMethod
	}
}

// signedIn is where the tab ends that a page with kept answers opened.
func signedIn(w http.ResponseWriter, r *http.Request) error {
	return own.Render(w, r, "signed-in", nil)
}

func (s *Site) enter(route Route) http.Handler {
	limit := route.MaxBody
	if limit == 0 {
		limit = 16 << 20
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		err := route.Guard.Check(gov.ActorFrom(r.Context()), s.now(), s.stepUp())
		if err == nil {
			err = route.Page(w, r)
		}
		if err != nil {
			s.Fail(w, r, err)
		}
	})
}
