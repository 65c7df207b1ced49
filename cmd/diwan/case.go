package main

import (
	"context"
	"fmt"

	"diwan.example/casework"
)

func newCase() *command {
	return &command{name: "case", short: "about cases", sub: []*command{{
		name: "graph", short: "draw the life of a case as a Mermaid state diagram",
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return errUsage
			}
			_, err := fmt.Fprint(io.out, casework.Lives().Mermaid())
			return err
		},
	}}}
}
