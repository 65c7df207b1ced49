// Command diwan is the whole platform in one binary.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"diwan.example/gov"
)

// The exit codes; every help text ends with them.
const (
	exitOK       = 0
	exitFailed   = 1
	exitUsage    = 2
	exitProblems = 3
	exitAway     = 4
)

const exitText = `
Exit codes:
  0  done
  1  failed; the reason is on standard error
  2  wrong usage
  3  the thing was checked and has problems, or differs
  4  a disk, database or partner is away; nothing was changed
`

// errUsage is wrong usage; errProblems says that something was checked and is wrong.
var (
	errUsage    = errors.New("usage")
	errProblems = errors.New("problems found")
)

// command is one subcommand; each is built in its own file.
type command struct {
	name  string
	args  string // what follows the flags
	short string // one line
	long  string // what it does, whole
	flags func(*flag.FlagSet)
	run   func(ctx context.Context, io stdio, args []string) error
	sub   []*command
}

// stdio is where a command reads and writes.
type stdio struct {
	in       io.Reader
	out, err io.Writer
}

func commands() []*command {
	return []*command{newTry(), newServe(), newMigrate(), newOperator(), newConfig(), newPack(), newCatalogue(), newRegistry(), newArchive(), newProgramme(), newCase(), newCases(), newExchange(), newLog(), newAudit(), newKeys(), newVerifyDocument(), newBench(), newVersion()}
}

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300) // the live heap is small: trade some memory for time
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(Main(ctx, stdio{os.Stdin, os.Stdout, os.Stderr}, os.Args[1:]))
}

// Main runs a command line and returns its exit code.
func Main(ctx context.Context, io stdio, args []string) int {
	root := &command{name: "diwan", short: "a national digital-government platform in one binary", sub: commands(),
		long: "Diwan runs the services of a government: apply, pay, decide, issue, verify, oversee.\nBegin with: diwan try"}
	if len(args) > 0 && args[0] == "help" {
		args = append(args[1:len(args):len(args)], "--help")
	}
	err := root.invoke(ctx, io, args, "")
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errUsage):
		return exitUsage
	case errors.Is(err, errProblems):
		return exitProblems
	}
	fmt.Fprintln(io.err, "diwan: "+explain(err))
	if gov.KindOf(err) == gov.Unavailable {
		return exitAway
	}
	return exitFailed
}

// explain gives the words for people, and the cause for the operator.
func explain(err error) string {
	var e *gov.Error
	if errors.As(err, &e) && e.Public[gov.Arabic] != "" {
		return e.Public[gov.Arabic] + "\ndiwan: " + err.Error()
	}
	return err.Error()
}

// needless refuses what stands after the flags of a command that takes nothing there.
func needless(io stdio, args []string) error {
	fmt.Fprintf(io.err, "diwan: %q is too much here\n", strings.Join(args, " "))
	return errUsage
}

func (c *command) invoke(ctx context.Context, io stdio, args []string, above string) error {
	path := strings.TrimSpace(above + " " + c.name)
	fs := flag.NewFlagSet(path, flag.ContinueOnError)
	fs.SetOutput(io.err)
	if c.flags != nil {
		c.flags(fs)
	}
	fs.Usage = func() { c.help(io.err, fs, path) }
	rest, err := parse(fs, args, len(c.sub) == 0)
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	if err != nil {
		return errUsage
	}
	if len(c.sub) == 0 {
		err := c.run(ctx, io, rest)
		if errors.Is(err, errUsage) {
			fs.Usage()
		}
		return err
	}
	if len(rest) == 0 {
		fs.Usage()
		return errUsage
	}
	for _, s := range c.sub {
		if s.name == rest[0] {
			return s.invoke(ctx, io, rest[1:], path)
		}
	}
	fmt.Fprintf(io.err, "diwan: no command %q\n", path+" "+rest[0])
	fs.Usage()
	return errUsage
}

// parse reads flags; when loose they may also stand after the arguments.
func parse(fs *flag.FlagSet, args []string, loose bool) (rest []string, err error) {
	for {
		if err := fs.Parse(args); err != nil {
			return nil, err
		}
		args = fs.Args()
		if len(args) == 0 || !loose || slices.Contains(args[:1], "--") {
			return append(rest, args...), nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

func (c *command) help(w io.Writer, fs *flag.FlagSet, path string) {
	fmt.Fprintf(w, "%s — %s\n\n", path, c.short)
	if c.long != "" {
		fmt.Fprintf(w, "%s\n\n", c.long)
	}
	if len(c.sub) > 0 {
		fmt.Fprintf(w, "Usage: %s COMMAND\n\n", path)
		for _, s := range c.sub {
			fmt.Fprintf(w, "  %-10s %s\n", s.name, s.short)
		}
	} else {
		fmt.Fprintf(w, "Usage: %s [flags] %s\n\n", path, c.args)
		fs.PrintDefaults()
	}
	fmt.Fprint(w, exitText)
}
