package identity

import "net/http"

// The session's cookie. The __Host- prefix makes browsers refuse it for other
// hosts and without TLS. Source: RFC 6265bis §4.1.3.
const (
	cookieName  = "diwan"
	cookieNameS = "__Host-diwan"
)

func (g *Gate) cookie() *http.Cookie {
	c := &http.Cookie{Name: cookieName, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if g.secure() {
		c.Name, c.Secure = cookieNameS, true
	}
	return c
}

// SetCookie gives the browser a session token.
func (g *Gate) SetCookie(w http.ResponseWriter, token string) {
	c := g.cookie()
	c.Value, c.MaxAge = token, int(g.whole().Seconds())
	http.SetCookie(w, c)
}

// ClearCookie takes the session token from the browser.
func (g *Gate) ClearCookie(w http.ResponseWriter) {
	c := g.cookie()
	c.MaxAge = -1
	http.SetCookie(w, c)
}

// Token returns the session token that a browser sent; "" when there is none.
func (g *Gate) Token(r *http.Request) string {
	c, err := r.Cookie(g.cookie().Name)
	if err != nil {
		return ""
	}
	return c.Value
}
