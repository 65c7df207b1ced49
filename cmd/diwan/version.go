package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

func newVersion() *command {
	return &command{name: "version", short: "say which version this is", run: func(_ context.Context, io stdio, args []string) error {
		if len(args) > 0 {
			return errUsage
		}
		version, revision := "development", ""
		if b, ok := debug.ReadBuildInfo(); ok {
			if b.Main.Version != "" && b.Main.Version != "(devel)" {
				version = b.Main.Version
			}
			for _, s := range b.Settings {
				if s.Key == "vcs.revision" {
					revision = " " + s.Value
				}
			}
		}
		_, err := fmt.Fprintf(io.out, "diwan %s%s %s %s/%s\n", version, revision, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	}}
}
