package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"diwan.example/app"
	"diwan.example/document"
	trustlist "diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/sign"
)

func newKeys() *command {
	return &command{name: "keys", short: "the signing keys, their ceremonies and the trust list of this installation",
		sub: []*command{newKeysList(), newKeysPropose(), newKeysCeremonies(), newKeysWithdraw(), newKeysExport()}}
}

// keyLine is a key as --json prints it.
type keyLine struct {
	ID           string    `json:"kid"`
	Organisation gov.OrgID `json:"organisation"`
	Role         string    `json:"role"`
	State        string    `json:"state"`
	Created      time.Time `json:"created"`
	Until        time.Time `json:"until,omitzero"`
	Ended        time.Time `json:"ended,omitzero"`
	Reason       string    `json:"reason,omitempty"`
	Token        string    `json:"token,omitempty"` // the hardware token that it lives in
	Fingerprint  string    `json:"fingerprint,omitempty"`
}

func lineOf(k document.Key) keyLine {
	l := keyLine{ID: k.ID, Organisation: k.Organisation, Role: string(k.Role), State: string(k.State), Created: k.Created.UTC(), Ended: k.Ended.UTC(), Reason: string(k.Reason), Token: k.Place}
	if k.Ended.IsZero() {
		l.Ended = time.Time{}
	}
	if k.Certificate != nil {
		l.Until, l.Fingerprint = k.Certificate.NotAfter.UTC(), trustlist.Fingerprint(k.Certificate)
	}
	return l
}

func newKeysList() *command {
	var c *app.Config
	var plain bool
	return &command{
		name: "list", short: "list the signing keys, whatever their state",
		long: "Prints every key of every organisation, those that retired or were revoked too, with the fingerprint of its\n" +
			"certificate. Private halves are never printed. Keys are changed by two operators: diwan keys propose,\n" +
			"or /admin/keys.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.BoolVar(&plain, "json", false, "print JSON")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			all, err := a.Issuer.Keys().All(gov.WithActor(ctx, gov.System))
			if err != nil {
				return err
			}
			lines := make([]keyLine, 0, len(all))
			for _, k := range all {
				lines = append(lines, lineOf(k))
			}
			if plain {
				return printJSON(io, lines)
			}
			return printKeys(io, lines)
		},
	}
}

func printKeys(io stdio, lines []keyLine) error {
	rows := make([][]string, 0, len(lines))
	for _, l := range lines {
		until, place := "-", "database"
		if !l.Until.IsZero() {
			until = l.Until.Format(time.DateOnly)
		}
		if l.Token != "" {
			place = "token " + l.Token
		}
		rows = append(rows, []string{l.ID, string(l.Organisation), l.Role, l.State, until, place, l.Fingerprint})
	}
	return table(io, "KEY\tORGANISATION\tROLE\tSTATE\tUNTIL\tKEPT IN\tFINGERPRINT", rows)
}

func newKeysExport() *command {
	var c *app.Config
	return &command{
		name: "export-trust", args: "FILE", short: "write the trust list and its root for those who verify without a network",
		long: "Writes the newest signed trust list to FILE and the authority's roots to FILE.pem. Elsewhere:\n" +
			"diwan verify --trust FILE --trust FILE.pem DOCUMENT. Prints the fingerprint of the root, to be read aloud.",
		flags: func(fs *flag.FlagSet) { c = configured(fs) },
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			return exportTrust(ctx, io, a, args[0])
		},
	}
}

func exportTrust(ctx context.Context, io stdio, a *app.App, file string) error {
	list, jws, err := a.Issuer.Keys().Newest(ctx)
	if err != nil {
		return err
	}
	roots, err := a.Issuer.Keys().Roots(ctx)
	if err != nil {
		return err
	}
	var text []byte
	for _, r := range roots {
		text = append(text, sign.CertificatesPEM(r.Raw)...)
		fmt.Fprintf(io.out, "root, SHA-256: %s\n", trustlist.Fingerprint(r))
	}
	if err := os.WriteFile(file, jws, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(file+".pem", text, 0o644); err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "trust list number %d, good until %s\n", list.Number, list.Next.Time().Format(time.DateOnly))
	return err
}
