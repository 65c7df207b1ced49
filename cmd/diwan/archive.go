package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"diwan.example/app"
	"diwan.example/document/archive"
	"diwan.example/gov"
)

func newArchive() *command {
	return &command{
		name: "archive", short: "enter registers of old papers, and check a paper",
		long: "A register lists papers that an entity issued before they became electronic. TYPE below is the id of a type in\n" +
			"the register of document types, such as moe-01.",
		sub: []*command{newArchiveImport(), newArchiveCheck()},
	}
}

func newArchiveImport() *command {
	var c *app.Config
	var lang string
	return &command{
		name: "import", args: "TYPE FILE", short: "enter a register of old papers from a CSV file of any length or an Excel workbook",
		long: "Reads a CSV file (UTF-8) or a workbook (.xlsx): the columns number, date, and if there are, holder and scan, the\n" +
			"SHA-256 of the scan. The whole file is checked first: when a cell is wrong, nothing is entered, and everything\n" +
			"wrong is told in FILE.faults.csv in both languages; exit code 3 then. Stopped or crashed, it goes on when it is run again with\n" +
			"the same file, and nothing of the file is answered for before all of it is there.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&lang, "lang", "en", "language of what is printed: ar or en")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 2 {
				return errUsage
			}
			f, err := os.Open(args[1])
			if err != nil {
				return err
			}
			defer f.Close()
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			l := gov.Lang(lang)
			bar := newBar(io, gov.T("إدخال", "entering").In(l))
			b, err := a.Archive.Import(gov.WithActor(ctx, gov.System), archive.Source{Type: args[0], Name: filepath.Base(args[1]), File: f,
				Progress: func(done, total int64) { bar.at(int(done), int(total)) }})
			bar.done()
			var faults *archive.Faults
			switch {
			case errors.As(err, &faults):
				return tellFaults(io, args[1]+".faults.csv", faults, l)
			case err != nil:
				return said(io, err, l)
			case b.Again:
				fmt.Fprintln(io.out, gov.T("أُدخل هذا الملف من قبل: %d وثيقة", "this file was entered before: %d papers").Sprintf(b.Entered).In(l))
			default:
				fmt.Fprintln(io.out, gov.T("أُدخلت %d وثيقة", "entered: %d papers").Sprintf(b.Entered).In(l))
			}
			return nil
		},
	}
}

// tellFaults writes what is wrong with a register beside it.
func tellFaults(io stdio, name string, faults *archive.Faults, l gov.Lang) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(archive.WriteFaults(f, faults), f.Close()); err != nil {
		return err
	}
	fmt.Fprintln(io.err, gov.T("أخطاء: %d، ولم يُدخل شيء. التفصيل في %s", "wrong: %d; nothing was entered. They are in %s").Sprintf(faults.All, name).In(l))
	return errProblems
}

// said prints what is wrong with what was given, after where it stands, and passes
// on everything else.
func said(io stdio, err error, l gov.Lang, at ...string) error {
	list, ok := gov.ProblemsOf(err, "")
	if !ok {
		return err
	}
	for _, p := range list {
		fmt.Fprintln(io.err, strings.Join(at, "")+p.Text.In(l))
	}
	return errProblems
}

func newArchiveCheck() *command {
	var c *app.Config
	var lang, scan, holder string
	return &command{
		name: "check", args: "TYPE NUMBER DATE", short: "compare a paper with the entity's register",
		long: "Says whether a paper of this number and date is in the register, and with --scan and --holder whether these are the\n" +
			"registered ones. Exit code 3 when it is not in the register, or differs. The question is recorded for the entity.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&lang, "lang", "en", "language of what is printed: ar or en")
			fs.StringVar(&scan, "scan", "", "file with the scan of the paper")
			fs.StringVar(&holder, "holder", "", "name or civil number as on the paper")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 3 {
				return errUsage
			}
			q := archive.Question{Type: args[0], Number: args[1], Date: args[2], Holder: holder}
			if scan != "" {
				sum, err := digestOf(scan)
				if err != nil {
					return err
				}
				q.Scan = sum
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			x, err := a.Archive.Check(gov.WithActor(ctx, gov.System), q)
			if err != nil {
				return said(io, err, gov.Lang(lang))
			}
			return tellAnswer(io, x, gov.Lang(lang))
		},
	}
}

// digestOf is the SHA-256 of a file.
func digestOf(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

var comparisons = map[archive.Compared]gov.Text{
	archive.NotHeld: gov.T("لا يذكره السجل", "not in the register"), archive.Same: gov.T("مطابق", "matches"), archive.Differs: gov.T("يختلف", "differs"),
}

func tellAnswer(io stdio, x archive.Answer, l gov.Lang) error {
	if !x.Found {
		fmt.Fprintln(io.out, gov.T("ليست في السجل", "not in the register").In(l))
		return errProblems
	}
	fmt.Fprintln(io.out, gov.T("في سجل %d", "in the register of %d").Sprintf(x.Year).In(l))
	if x.Scan != "" {
		fmt.Fprintln(io.out, gov.T("الصورة: ", "scan: ").In(l)+comparisons[x.Scan].In(l))
	}
	if x.Holder != "" {
		fmt.Fprintln(io.out, gov.T("صاحبها: ", "holder: ").In(l)+comparisons[x.Holder].In(l))
	}
	if x.Scan == archive.Differs || x.Holder == archive.Differs {
		return errProblems
	}
	return nil
}
