package rdf

import (
	"strings"
	"unicode/utf8"
)

// IsIRI reports whether s is an absolute IRI that every syntax can write: a
// scheme, and no character that IRIs may not have.
func IsIRI(s string) bool {
	scheme, _, ok := strings.Cut(s, ":")
	if !ok || !isScheme(scheme) || !utf8.ValidString(s) {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7F && r < 0xA0 || strings.ContainsRune("<>\"{}|^`\\", r) || r >= 0xFFF0 && r <= 0xFFFF
	})
}

func isScheme(s string) bool {
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || !(r >= '0' && r <= '9') && r != '+' && r != '-' && r != '.') {
			return false
		}
	}
	return s != ""
}

// parts are the components of an IRI (RFC 3986, appendix B).
type parts struct {
	scheme, authority, path, query, fragment string
	hasAuthority, hasQuery, hasFragment      bool
}

func split(s string) (p parts) {
	s, p.fragment, p.hasFragment = strings.Cut(s, "#")
	s, p.query, p.hasQuery = strings.Cut(s, "?")
	if scheme, after, ok := strings.Cut(s, ":"); ok && isScheme(scheme) {
		p.scheme, s = scheme, after
	}
	if after, ok := strings.CutPrefix(s, "//"); ok {
		p.hasAuthority = true
		n := strings.IndexByte(after, '/')
		if n < 0 {
			n = len(after)
		}
		p.authority, s = after[:n], after[n:]
	}
	p.path = s
	return p
}

func (p parts) String() string {
	var b strings.Builder
	if p.scheme != "" {
		b.WriteString(p.scheme + ":")
	}
	if p.hasAuthority {
		b.WriteString("//" + p.authority)
	}
	b.WriteString(p.path)
	if p.hasQuery {
		b.WriteString("?" + p.query)
	}
	if p.hasFragment {
		b.WriteString("#" + p.fragment)
	}
	return b.String()
}

// resolve makes a reference absolute (RFC 3986, section 5.2). Characters stay as
// they are written.
func resolve(base, ref string) string {
	r := split(ref)
	if r.scheme != "" || base == "" {
		return ref
	}
	b := split(base)
	switch {
	case r.hasAuthority:
		r.path = withoutDots(r.path)
	case r.path == "":
		r.path = b.path
		if !r.hasQuery {
			r.query, r.hasQuery = b.query, b.hasQuery
		}
	case strings.HasPrefix(r.path, "/"):
		r.path = withoutDots(r.path)
	case b.hasAuthority && b.path == "":
		r.path = withoutDots("/" + r.path)
	default:
		r.path = withoutDots(b.path[:strings.LastIndexByte(b.path, '/')+1] + r.path)
	}
	if !r.hasAuthority {
		r.authority, r.hasAuthority = b.authority, b.hasAuthority
	}
	r.scheme = b.scheme
	return r.String()
}

// withoutDots removes "." and ".." from a path.
func withoutDots(path string) string {
	if !strings.Contains(path, "/.") && !strings.HasPrefix(path, ".") {
		return path
	}
	var out []string
	segments := strings.Split(path, "/")
	for i, s := range segments {
		last := i == len(segments)-1
		switch {
		case s == "." || s == "..":
			if s == ".." && len(out) > 0 && (len(out) > 1 || out[0] != "") {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	return strings.Join(out, "/")
}
