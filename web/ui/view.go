package ui

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"diwan.example/gov"
)

// View is the dot of every page template; what the handler gave is in Data.
type View struct {
	Lang    gov.Lang
	Dir     string // "rtl" or "ltr"
	Path    string // without language prefix and query
	Actor   gov.Actor
	Name    string // display name of who is signed in
	Request string // request id
	Now     time.Time
	Data    any
	Unread  int

	site     *Site
	query    string
	prefixed bool
	r        *http.Request
}

func newView(r *http.Request, v *visit, data any) *View {
	view := &View{Lang: v.lang, Dir: v.lang.Dir(), Path: v.path, Actor: gov.ActorFrom(r.Context()), Name: v.name,
		Request: v.id, Now: v.site.now(), Data: data, site: v.site, query: v.query, prefixed: v.prefixed, r: r}
	if v.site.Unread != nil && view.Actor.Person != "" {
		view.Unread = v.site.Unread(r.Context())
	}
	return view
}

// SignedIn reports whether somebody is there.
func (v *View) SignedIn() bool { return v.Actor.SignedIn() }

// Country gives the country's profile to the frame.
func (v *View) Country() Country { return v.site.Country }

// Service is what the site calls itself.
func (v *View) Service() gov.Text { return v.site.name() }

// Stylesheet and its companions are the addresses of the assets.
func (v *View) Stylesheet() string { return assets["app.css"].url }

// Script is the address of the one script.
func (v *View) Script() string { return assets["app.js"].url }

// Crest is the address of the mark in the browser's tab.
func (v *View) Crest() string { return assets["crest.svg"].url }

// CountryStyle is the address of the colours of the country.
func (v *View) CountryStyle() string { return v.site.countryCSS().url }

// Other is the other language and the address of this page in it.
func (v *View) Other() LangLink {
	l := gov.English
	if v.Lang == gov.English {
		l = gov.Arabic
	}
	return v.in(l)
}

// Alternates are this page's addresses in every language.
func (v *View) Alternates() []LangLink { return []LangLink{v.in(gov.Arabic), v.in(gov.English)} }

// LangLink is a page's address in a language.
type LangLink struct {
	Lang gov.Lang
	URL  string
}

func (v *View) in(l gov.Lang) LangLink {
	u := "/" + string(l) + (&url.URL{Path: v.Path}).EscapedPath()
	if v.query != "" {
		u += "?" + v.query
	}
	return LangLink{l, u}
}

// Here is this page's address with some of the query changed: pairs of name
// and value; an empty value removes the name.
func (v *View) Here(pairs ...any) string {
	q, _ := url.ParseQuery(v.query)
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Del(plain(pairs[i]))
		if s := plain(pairs[i+1]); s != "" {
			q.Set(plain(pairs[i]), s)
		}
	}
	u := link(v.Lang, v.prefixed, (&url.URL{Path: v.Path}).EscapedPath(), nil)
	if len(q) > 0 {
		u += "?" + q.Encode()
	}
	return u
}

// Query is one value of the address's query.
func (v *View) Query(name string) string {
	q, _ := url.ParseQuery(v.query)
	return q.Get(name)
}

// NavLink is a line of navigation as the template shows it.
type NavLink struct {
	Text    gov.Text
	URL     string
	Current bool
	Badge   int
}

// AreaLinks are the areas this actor may enter.
func (v *View) AreaLinks() (out []NavLink) {
	here := v.area()
	for i, a := range v.site.Areas {
		if a.Guard.Allow == nil || a.Guard.Allow(v.Actor) {
			out = append(out, NavLink{Text: a.Name, URL: a.Home, Current: here == i})
		}
	}
	return out
}

// Links is the navigation of the area this page is in.
func (v *View) Links() (out []NavLink) {
	i := v.area()
	if i < 0 {
		return nil
	}
	best, near := -1, 0
	for _, l := range v.site.Areas[i].Links {
		if !l.visible(v.Actor) {
			continue
		}
		n := NavLink{Text: l.Text, URL: l.URL}
		if l.Badge {
			n.Badge = v.Unread
		}
		out = append(out, n)
		for _, at := range append([]string{l.URL}, l.Also...) {
			if under(v.Path, at) && len(at) > near {
				best, near = len(out)-1, len(at)
			}
		}
	}
	if best >= 0 {
		out[best].Current = true
	}
	return out
}

// area is the index of the area with the longest home above this path.
func (v *View) area() int {
	best := -1
	for i, a := range v.site.Areas {
		if (a.Home == "/" || under(v.Path, a.Home)) && (best < 0 || len(a.Home) > len(v.site.Areas[best].Home)) {
			best = i
		}
		for _, home := range a.Also {
			if under(v.Path, home) && (a.Guard.Allow == nil || a.Guard.Allow(v.Actor)) {
				return i
			}
		}
	}
	return best
}

func under(path, home string) bool {
	return path == home || home != "/" && strings.HasPrefix(path, strings.TrimSuffix(home, "/")+"/")
}

// Accounts are the further lines of the account menu.
func (v *View) Accounts() []Link {
	if v.site.Accounts == nil {
		return nil
	}
	return v.site.Accounts(v.r)
}
