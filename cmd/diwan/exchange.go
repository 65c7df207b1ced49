package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"diwan.example/app"
	"diwan.example/exchange/directory"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

func newExchange() *command {
	return &command{
		name: "exchange", short: "members, gateways, services and rights of the signed exchange",
		long: "Identifiers are X-Road's: a member is INSTANCE/CLASS/MEMBER, a subsystem one part more, a service two,\n" +
			"a gateway INSTANCE/CLASS/MEMBER/SERVER. docs/guides/exchange.md goes through it step by step.",
		sub: []*command{newMembers(), newSubsystems(), newServers(), newServices(), newAccess(), newAnchor(), newEnrol(), newRenew(), newDiagnose(), newExchangeGraph(), newVerify(), newMessageLog(), newMessageArchive(), newAgreements(), newConsents()},
	}
}

// atCentre runs f in one transaction of the centre's database, as its operator.
func atCentre(ctx context.Context, io stdio, c *app.Config, f func(tx *db.Tx, centre *directory.Centre) error) error {
	a, err := opened(ctx, io, c)
	if err != nil {
		return err
	}
	defer a.Close()
	return a.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error { return f(tx, a.Centre) })
}

// one makes a command that takes n arguments and works at the centre.
func one(name, short, args string, n int, flags func(*flag.FlagSet), f func(tx *db.Tx, centre *directory.Centre, io stdio, args []string) error) *command {
	var c *app.Config
	return &command{
		name: name, short: short, args: args,
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			if flags != nil {
				flags(fs)
			}
		},
		run: func(ctx context.Context, io stdio, given []string) error {
			if len(given) != n {
				return errUsage
			}
			return atCentre(ctx, io, c, func(tx *db.Tx, centre *directory.Centre) error { return f(tx, centre, io, given) })
		},
	}
}

// named are the flags of a name in both languages.
type named struct{ ar, en string }

func (n *named) flags(fs *flag.FlagSet) {
	fs.StringVar(&n.ar, "name-ar", "", "name in Arabic")
	fs.StringVar(&n.en, "name-en", "", "name in English")
}

func (n *named) text() gov.Text { return gov.Text{gov.Arabic: n.ar, gov.English: n.en} }

// notice are the flags of what callers are told.
type notice struct{ ar, en string }

func (n *notice) flags(fs *flag.FlagSet) {
	fs.StringVar(&n.ar, "notice-ar", "", "what callers are told, in Arabic")
	fs.StringVar(&n.en, "notice-en", "", "what callers are told, in English")
}

func (n *notice) text() gov.Text { return gov.Text{gov.Arabic: n.ar, gov.English: n.en} }

// done says what was done to what.
func done(io stdio, id fmt.Stringer, what string) error {
	_, err := fmt.Fprintf(io.out, "%s: %s\n", id, what)
	return err
}

// table prints rows in columns.
func table(io stdio, head string, rows [][]string) error {
	t := tabwriter.NewWriter(io.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, head)
	for _, r := range rows {
		fmt.Fprintln(t, strings.Join(r, "\t"))
	}
	return t.Flush()
}

// split reads a list with commas; empty: none.
func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// certificatesIn reads the certificates of a PEM or DER file.
func certificatesIn(file string) (out [][]byte, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			out = append(out, block.Bytes)
		}
	}
	if len(out) == 0 {
		out = [][]byte{b}
	}
	for _, der := range out {
		if _, err := x509.ParseCertificate(der); err != nil {
			return nil, fmt.Errorf("%s holds no certificate: %w", file, err)
		}
	}
	return out, nil
}
