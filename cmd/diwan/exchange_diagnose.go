package main

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"time"

	"diwan.example/app"
	"diwan.example/exchange/directory"
	"diwan.example/gov"
)

func newDiagnose() *command {
	var c *app.Config
	var g alone
	var client, service string
	return &command{
		name: "diagnose", short: "say in words what is wrong with a gateway's connections",
		long: "Looks at a gateway's keys, the centre, the directory and the clock, every gateway it talks to and every\n" +
			"service behind it; with --client and --service also at the right between them. It sends nothing but handshakes.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&g.centre, "centre", "", "address of the centre; empty: as the anchor says")
			fs.StringVar(&g.anchor, "anchor", "", "file of the centre's anchor, when the folder has none")
			fs.StringVar(&client, "client", "", "subsystem that calls")
			fs.StringVar(&service, "service", "", "service that is called")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			if (client == "") != (service == "") {
				return errUsage
			}
			a, err := app.OpenAlone(c.ExchangeDir, g.anchor, g.centre)
			if err != nil {
				return err
			}
			list, err := diagnosed(ctx, a, client, service)
			if err != nil {
				return err
			}
			return printFindings(io, list)
		},
	}
}

// diagnosed looks at everything that the gateway of a folder needs.
func diagnosed(ctx context.Context, a *app.Alone, client, service string) ([]directory.Finding, error) {
	view := &directory.View{}
	f := &directory.Follower{Server: a.ID, Anchor: a.Anchor, View: view, File: filepath.Join(a.Dir, "directory.json"), Clock: time.Now}
	kept := f.Load()
	d := &directory.Diagnosis{Server: a.ID, Snapshot: view.Current(), Identity: a.Keys.Identity(), Now: time.Now()}
	out := []directory.Finding{d.Keys(), d.Centre(ctx, a.Client)}
	if kept != nil {
		return append(out, directory.Finding{What: gov.T("الدليل على القرص", "The directory on disk"), Say: gov.PublicOf(kept),
			Do: gov.T("احذف directory.json من مجلد البوابة وشغّلها والمركز يجيب", "Delete directory.json from the gateway's folder and start it while the centre answers")}), nil
	}
	out = append(out, d.All(ctx)[1:]...)
	if client == "" {
		return out, nil
	}
	from, to, err := pair([]string{client, service})
	if err != nil {
		return nil, err
	}
	return append(out, d.Call(from, to)), nil
}

// printFindings prints both languages, Arabic first, and fails when one is ill.
func printFindings(io stdio, list []directory.Finding) error {
	var err error
	for _, f := range list {
		mark := "✓"
		if !f.OK {
			mark, err = "✗", errProblems
		}
		fmt.Fprintf(io.out, "%s %s: %s\n  %s: %s\n", mark, f.What[gov.Arabic], f.Say[gov.Arabic], f.What[gov.English], f.Say[gov.English])
		if f.Do != nil {
			fmt.Fprintf(io.out, "  ← %s\n  → %s\n", f.Do[gov.Arabic], f.Do[gov.English])
		}
	}
	return err
}
