package gov

import (
	"fmt"
	"strings"
)

// Move is one allowed change of state in a life.
type Move[S ~string] struct {
	From  S
	Event string
	To    S
}

// Moves is a life as data: every allowed move. What is not in it is a Conflict.
type Moves[S ~string] []Move[S]

// Next returns the state after event, and whether the move is allowed.
func (m Moves[S]) Next(from S, event string) (S, bool) {
	for _, x := range m {
		if x.From == from && x.Event == event {
			return x.To, true
		}
	}
	return from, false
}

// Mermaid draws the life as a Mermaid state diagram.
func (m Moves[S]) Mermaid() string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	for _, x := range m {
		from := string(x.From)
		if from == "" {
			from = "[*]"
		}
		fmt.Fprintf(&b, "    %s --> %s: %s\n", from, string(x.To), x.Event)
	}
	return b.String()
}
