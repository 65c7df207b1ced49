package notify

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

var errInside = errors.New("the address leads into a private network")

// inside are networks that webhooks must not reach, besides those that netip
// knows as private, loopback, link-local, multicast or unspecified. Source: IANA
// special-purpose address registries; the last four carry IPv4 inside IPv6.
var inside = prefixes("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"100::/64", "2001:db8::/32", "fec0::/10", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")

func prefixes(all ...string) (out []netip.Prefix) {
	for _, s := range all {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// public reports whether an address is one of the open Internet.
func public(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() || a.Zone() != "" {
		return false
	}
	for _, p := range inside {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// guarded is a client that checks every address at the moment of connecting,
// after names were resolved, so that a name cannot change its meaning between.
// It follows no redirects and uses no proxy.
func (o *Office) guarded() *http.Client {
	o.once.Do(func() {
		d := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || !o.AllowPrivate && !public(to.Addr()) {
				return errInside
			}
			return nil
		}}
		o.client = &http.Client{
			Timeout:       8 * time.Second,
			Transport:     &http.Transport{DialContext: d.DialContext, TLSHandshakeTimeout: 5 * time.Second, MaxIdleConns: 50, IdleConnTimeout: 30 * time.Second, MaxResponseHeaderBytes: 32 << 10},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	})
	return o.client
}
