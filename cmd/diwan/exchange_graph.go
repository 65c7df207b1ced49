package main

import (
	"context"
	"fmt"

	"diwan.example/exchange/directory"
)

func newExchangeGraph() *command {
	return &command{
		name: "graph", short: "draw the life of an entry of the directory as a Mermaid diagram",
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return errUsage
			}
			_, err := fmt.Fprint(io.out, directory.Lives.Mermaid())
			return err
		},
	}
}
