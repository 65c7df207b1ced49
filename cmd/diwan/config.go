package main

import (
	"context"
	"flag"
	"os"

	"diwan.example/app"
)

// configured is a configuration read from the environment whose flags may still
// change it.
func configured(fs *flag.FlagSet) *app.Config {
	c := app.Default()
	c.FromEnvironment(os.Getenv) // a wrong value is reported by read
	c.Flags(fs)
	return c
}

func newConfig() *command {
	var c *app.Config
	return &command{
		name: "config", short: "print the configuration with its sources",
		long:  "Prints every setting, its value, where the value comes from and what it is for.\nSecrets are never printed.",
		whole: true,
		flags: func(fs *flag.FlagSet) { c = configured(fs) },
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return errUsage
			}
			if err := app.Default().FromEnvironment(os.Getenv); err != nil {
				return err
			}
			return c.Print(io.out)
		},
	}
}
