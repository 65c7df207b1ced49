package document

import (
	"crypto/ecdsa"
	"sync"
)

// mostProven bounds how many proven tokens are remembered, a few megabytes.
const mostProven = 4096

// proven remembers what tokens say whose signature was found good, so that a
// document that is asked for twice in one answer, or again and again, is not
// computed again. Whether the key is still trusted is not remembered.
type proven struct {
	mu  sync.Mutex
	was map[signature]payload
}

// signature is a token, byte for byte, and the key that was held against it.
type signature struct {
	token string
	key   *ecdsa.PublicKey
}

func (m *proven) get(s signature) (payload, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.was[s]
	return p, ok
}

// put remembers p; nobody changes it afterwards.
func (m *proven) put(s signature, p payload) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.was) >= mostProven || m.was == nil {
		m.was = map[signature]payload{}
	}
	m.was[s] = p
}
