package gateway

import "maps"

// Figures are what a gateway has done since it was started.
type Figures struct {
	Answered int64            // responses given to information systems of this gateway
	Provided int64            // responses given to other gateways
	UnderWay int64            // messages now
	Faults   map[string]int64 // by type
}

// mostKinds bounds how many types of fault are told apart: other gateways may
// invent some.
const mostKinds = 100

// Figures counts up to now; nothing in it is about anybody.
func (g *Gateway) Figures() Figures {
	g.counted.Lock()
	defer g.counted.Unlock()
	return Figures{g.answered.Load(), g.provided.Load(), g.under.Load(), maps.Clone(g.faults)}
}

// tallyFault counts a fault by its type.
func (g *Gateway) tallyFault(kind string) {
	g.counted.Lock()
	defer g.counted.Unlock()
	if g.faults == nil {
		g.faults = map[string]int64{}
	}
	if _, known := g.faults[kind]; !known && len(g.faults) >= mostKinds {
		kind = "other"
	}
	g.faults[kind]++
}
