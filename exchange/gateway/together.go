package gateway

import (
	"errors"
	"runtime"
	"sync"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/message"
)

// together signs the messages that come at the same time by one signature. Whoever
// finds nobody signing signs for all that wait; nobody waits for more to come.
type together struct {
	mu      sync.Mutex
	signing bool
	waiting []*unsigned
}

// unsigned is a message that waits to be signed.
type unsigned struct {
	head   *message.Fixed
	turn   chan bool // true: signed, or failed; false: to sign for those that wait
	signed message.Signed
	by     *directory.Identity
	err    error
}

// signTogether signs a head with the gateway's own key, with others that wait. The
// identity is the one that signed.
func (g *Gateway) signTogether(f *message.Fixed) (message.Signed, *directory.Identity, error) {
	u := &unsigned{head: f, turn: make(chan bool, 1)}
	t := &g.signing
	t.mu.Lock()
	t.waiting = append(t.waiting, u)
	leads := !t.signing
	t.signing = true
	t.mu.Unlock()
	if leads || !<-u.turn {
		runtime.Gosched() // whoever is about to sign as well may come along
		g.signWaiting()
	}
	return u.signed, u.by, u.err
}

// signWaiting signs what waits, the caller's own message first, and leaves the
// next signature to one of those that came meanwhile.
func (g *Gateway) signWaiting() {
	t := &g.signing
	t.mu.Lock()
	n := min(len(t.waiting), message.MostTogether)
	batch := t.waiting[:n:n]
	t.waiting = t.waiting[n:]
	t.mu.Unlock()
	own := g.Identity()
	heads := make([]*message.Fixed, n)
	for i, u := range batch {
		heads[i] = u.head
	}
	signed, err := []message.Signed(nil), errNoSignature
	defer func() { // also when a key panics: nobody waits for it in vain
		for i, u := range batch {
			if u.by, u.err = own, err; err == nil {
				u.signed = signed[i]
			}
			if i > 0 {
				u.turn <- true
			}
		}
		t.pass()
	}()
	signed, err = message.SignTogether(heads, own.Signer, own.Signing, g.Clock())
}

var errNoSignature = errors.New("gateway: the key did not sign")

// pass leaves the next signature to the first of those that wait.
func (t *together) pass() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.signing = len(t.waiting) > 0; t.signing {
		t.waiting[0].turn <- false
	} else {
		t.waiting = nil
	}
}
