package api

import (
	"context"
	"sync"
	"time"

	"diwan.example/identity"
)

// block is how many requests a node takes from the shared count at a time, so
// that counting costs one write in so many requests.
const block = 50

// mostCounted bounds how many callers a node remembers.
const mostCounted = 50_000

// meter counts requests. The count is shared by all nodes through the Gate; a
// node takes it in blocks.
type meter struct {
	mu   sync.Mutex
	left map[string]int
}

// count counts one request. Errors: TooMany.
func (m *meter) count(ctx context.Context, g *identity.Gate, who string, perMinute int) error {
	size := min(block, max(perMinute, 1))
	if m.take(who) {
		return nil
	}
	if err := g.Limit(ctx, "api "+who, max(perMinute/size, 1), time.Minute); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.left) >= mostCounted || m.left == nil {
		m.left = map[string]int{}
	}
	m.left[who] += size - 1
	return nil
}

func (m *meter) take(who string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left[who] <= 0 {
		return false
	}
	m.left[who]--
	return true
}
