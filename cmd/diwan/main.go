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

	"diwan.example/app"
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
	whole bool // help prints the configuration's flags too: it is what the command is about
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
	fs.Usage = func() {} // what was wrong stands alone; help is for those who ask
	rest, err := parse(fs, args, len(c.sub) == 0)
	if errors.Is(err, flag.ErrHelp) {
		c.help(io.err, fs, path)
		return err
	}
	if err != nil {
		c.hint(io.err, path)
		return errUsage
	}
	if len(c.sub) == 0 {
		err := c.run(ctx, io, rest)
		if errors.Is(err, errUsage) {
			c.help(io.err, fs, path)
		}
		return err
	}
	if len(rest) == 0 {
		c.help(io.err, fs, path)
		return errUsage
	}
	for _, s := range c.sub {
		if s.name == rest[0] {
			return s.invoke(ctx, io, rest[1:], path)
		}
	}
	fmt.Fprintf(io.err, "diwan: no command %q\n", path+" "+rest[0])
	c.help(io.err, fs, path)
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
		fmt.Fprintf(w, "%s\n\n", c.usage(path))
		if c.whole {
			fs.PrintDefaults()
		} else {
			printFlags(w, fs)
		}
	}
	fmt.Fprint(w, exitText)
}

func (c *command) usage(path string) string {
	return strings.TrimSpace(fmt.Sprintf("Usage: %s [flags] %s", path, c.args))
}

// hint says how a command is used, in a line, after what was wrong.
func (c *command) hint(w io.Writer, path string) {
	if len(c.sub) > 0 {
		fmt.Fprintf(w, "Usage: %s COMMAND; %s --help lists them\n", path, path)
		return
	}
	fmt.Fprintf(w, "%s; %s --help says what they are\n", c.usage(path), path)
}

// printFlags prints a command's own flags. Those of the configuration, which it
// takes like every other command, are only named, or they would bury them.
func printFlags(w io.Writer, fs *flag.FlagSet) {
	settings := flag.NewFlagSet("", flag.ContinueOnError)
	app.Default().Flags(settings)
	all := true
	settings.VisitAll(func(f *flag.Flag) { all = all && fs.Lookup(f.Name) != nil })
	if !all { // those it has are its own, by the same name
		fs.PrintDefaults()
		return
	}
	own := flag.NewFlagSet(fs.Name(), flag.ContinueOnError)
	own.SetOutput(w)
	var rest []string
	fs.VisitAll(func(f *flag.Flag) {
		if settings.Lookup(f.Name) != nil && f.DefValue == "" {
			rest = append(rest, "-"+f.Name)
			return
		}
		own.Var(f.Value, f.Name, f.Usage)
		own.Lookup(f.Name).DefValue = f.DefValue
	})
	own.PrintDefaults()
	if len(rest) == 0 {
		return
	}
	fmt.Fprintf(w, "\nThe data: -database and -blobs, by default in diwan-data here. Every other setting may be given too;\n"+
		"diwan config lists them with what they are for: %s\n", strings.Join(rest, " "))
}
