package ui

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"diwan.example/gov"
)

// visit is what the frame knows about one request.
type visit struct {
	site     *Site
	id       string   // request id
	lang     gov.Lang // language of the answer
	prefixed bool     // the address names its language: links keep doing so
	path     string   // without the language prefix
	query    string
	name     string // display name of who is signed in
}

type visitKey struct{}

func visitOf(ctx context.Context) *visit {
	if v, ok := ctx.Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{site: &Site{}, lang: gov.Arabic, path: "/"}
}

// LangOf returns the language of the answer to r.
func LangOf(r *http.Request) gov.Lang { return visitOf(r.Context()).lang }

// RequestID returns the id under which this request stands in the log.
func RequestID(ctx context.Context) string { return visitOf(ctx).id }

// URL returns path as links of this answer must write it: with the language
// prefix when the request had one. Pairs become the query; empty values are left out.
func URL(r *http.Request, path string, pairs ...any) string {
	v := visitOf(r.Context())
	return link(v.lang, v.prefixed, path, pairs)
}

// Path is a path of this site with a query of pairs, without the language prefix,
// which Redirect and the templates' url add; empty values are left out.
func Path(path string, pairs ...any) string { return link("", false, path, pairs) }

// Redirect answers 303 to path of this site, keeping the language prefix.
func Redirect(w http.ResponseWriter, r *http.Request, path string) error {
	http.Redirect(w, r, URL(r, path), http.StatusSeeOther)
	return nil
}

// LocalPath returns next when it is a path of this site, else fallback: for
// redirects whose target came in with a request.
func LocalPath(next, fallback string) string {
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(next, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return fallback
	}
	return next
}

func link(l gov.Lang, prefixed bool, path string, pairs []any) string {
	if q := query(pairs); q != "" {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		path += sep + q
	}
	if prefixed && strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "/assets/") && !strings.HasPrefix(path, "/api/") {
		return "/" + string(l) + path
	}
	return path
}

func query(pairs []any) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if v := plain(pairs[i+1]); v != "" {
			q.Set(plain(pairs[i]), v)
		}
	}
	return q.Encode()
}

// splitLang takes "/ar/x" apart into Arabic and "/x".
func splitLang(path string) (gov.Lang, string, bool) {
	for _, l := range []gov.Lang{gov.Arabic, gov.English} {
		p := "/" + string(l)
		if path == p {
			return l, "/", true
		}
		if strings.HasPrefix(path, p+"/") {
			return l, path[len(p):], true
		}
	}
	return "", path, false
}

// cookieName remembers the language someone chose.
const cookieName = "lang"

// chooseLang: the address, else the cookie, else Arabic.
func chooseLang(r *http.Request) (l gov.Lang, path string, prefixed bool) {
	l, path, prefixed = splitLang(r.URL.Path)
	if prefixed {
		return l, path, true
	}
	if c, err := r.Cookie(cookieName); err == nil && (c.Value == "en" || c.Value == "ar") {
		return gov.Lang(c.Value), path, false
	}
	return gov.Arabic, path, false
}

func (s *Site) rememberLang(w http.ResponseWriter, r *http.Request, l gov.Lang) {
	if c, err := r.Cookie(cookieName); err == nil && c.Value == string(l) {
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Value: string(l), Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
}
