package app

import (
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"diwan.example/gov"
)

// A single address may send this many writing requests a second, with this many
// at once. An office behind one address stays below it; a flood does not. Limits
// that must hold across nodes (codes, tokens) are kept in the database.
const (
	writesPerSecond = 20
	writesAtOnce    = 100
	forgetAfter     = 10 * time.Minute
)

// throttle bounds writing requests by address, on this node.
type throttle struct {
	mu    sync.Mutex
	seen  map[string]*visits
	swept time.Time
}

type visits struct {
	limiter *rate.Limiter
	last    time.Time
}

func (t *throttle) allow(address string, now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil || now.Sub(t.swept) > forgetAfter {
		t.sweep(now)
	}
	v := t.seen[address]
	if v == nil {
		v = &visits{limiter: rate.NewLimiter(writesPerSecond, writesAtOnce)}
		t.seen[address] = v
	}
	v.last = now
	return v.limiter.AllowN(now, 1)
}

func (t *throttle) sweep(now time.Time) {
	kept := map[string]*visits{}
	for k, v := range t.seen {
		if now.Sub(v.last) < forgetAfter {
			kept[k] = v
		}
	}
	t.seen, t.swept = kept, now
}

var errFlood = gov.Fail(gov.TooMany, "وصلت من شبكتك طلبات كثيرة في وقت قصير. انتظر قليلًا ثم أعد المحاولة", "Many requests came from your network in a short time. Wait a moment and try again")

// throttled refuses writing requests of an address that sends too many.
func (a *App) throttled(next http.Handler) http.Handler {
	t := &throttle{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		if !t.allow(host, time.Now()) {
			w.Header().Set("Retry-After", "5")
			a.Site.Fail(w, r, errFlood)
			return
		}
		next.ServeHTTP(w, r)
	})
}
