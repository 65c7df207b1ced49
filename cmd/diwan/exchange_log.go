package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"diwan.example/exchange/message"
	"diwan.example/exchange/messagelog"
	"diwan.example/gov"
)

// period are the flags of a span of days.
type period struct{ from, until string }

func (p *period) flags(fs *flag.FlagSet) {
	fs.StringVar(&p.from, "from", "", "first day, such as 2026-11-01; empty: from the beginning")
	fs.StringVar(&p.until, "until", "", "last day; empty: up to now")
}

func (p *period) span() (from, until time.Time, err error) {
	if p.from != "" {
		if from, err = endOf(p.from, time.Local); err == nil {
			from = from.AddDate(0, 0, -1).Add(time.Millisecond)
		}
	}
	if p.until != "" && err == nil {
		if until, err = endOf(p.until, time.Local); err == nil {
			until = until.Add(time.Millisecond)
		}
	}
	return from, until, err
}

func newMessageLog() *command {
	var lang string
	var list bool
	var p period
	return &command{
		name: "log", args: "DIR", short: "check the message log of a gateway, or list what is in it",
		long: "DIR is the folder log in the gateway's folder. Without --list everything is checked: that no record was changed,\n" +
			"left out or put in, every signature, every body against its digest, every seal and timestamp. A gateway may be\n" +
			"writing meanwhile. With --list the messages are listed, without their addresses, which may speak of people.",
		flags: func(fs *flag.FlagSet) {
			fs.BoolVar(&list, "list", false, "list the messages")
			p.flags(fs)
			languages(fs, &lang)
		},
		run: func(_ context.Context, std stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			if list {
				return listMessages(std, messagelog.In(args[0]), p)
			}
			if p != (period{}) {
				return errUsage
			}
			return checkLog(std, messagelog.In(args[0]), lang)
		},
	}
}

func listMessages(std stdio, f messagelog.Folder, p period) error {
	from, until, err := p.span()
	if err != nil {
		return err
	}
	var rows [][]string
	for r, err := range f.Records(from, until) {
		if err != nil {
			return err
		}
		what := r.Head.Method
		if r.Head.Kind == message.Response {
			what = fmt.Sprint(r.Head.Status)
		}
		rows = append(rows, []string{fmt.Sprint(r.Number), r.At.Local().Format(time.DateTime), string(r.Head.Kind), what, r.Head.RequestID, r.Head.Client.String(), r.Head.Service.String(), fmt.Sprint(r.Head.Size)})
	}
	return table(std, "RECORD\tLOGGED\tKIND\tWHAT\tREQUEST ID\tCLIENT\tSERVICE\tBYTES", rows)
}

func checkLog(std stdio, f messagelog.Folder, lang string) error {
	r, err := f.Verify(func(records int) {
		if records%100_000 == 0 {
			fmt.Fprintf(std.err, "%d …\n", records)
		}
	})
	if err != nil {
		return err
	}
	for _, p := range r.Problems {
		say(std.out, lang, "✗", gov.PublicOf(p))
	}
	say(std.out, lang, "=", gov.T(
		fmt.Sprintf("سجل البوابة %s: القيود %d، الرسائل %d، الملفات %d", r.Name, r.Records, r.Messages, r.Segments),
		fmt.Sprintf("log of the gateway %s: %d records, %d messages, %d files", r.Name, r.Records, r.Messages, r.Segments)))
	say(std.out, lang, "=", gov.T(
		fmt.Sprintf("الأجسام المحفوظة %d، المتروكة بحكم الاتفاقيات %d", r.Here, r.LeftOut),
		fmt.Sprintf("bodies kept: %d, left out by agreement: %d", r.Here, r.LeftOut)))
	say(std.out, lang, "=", gov.T(
		fmt.Sprintf("الأختام الزمنية %d، رسائل تنتظر الختم %d", r.Seals, r.Unsealed),
		fmt.Sprintf("seals: %d, messages that wait for one: %d", r.Seals, r.Unsealed)))
	for _, c := range r.Authorities {
		say(std.out, lang, "–", gov.T("خُتم لدى "+c.Subject.String()+"؛ لم يُتحقق من هذه الجهة", "sealed by "+c.Subject.String()+"; this authority was not checked"))
	}
	if len(r.Problems) > 0 {
		return errProblems
	}
	say(std.out, lang, "✓", gov.T("السجل كما كُتب", "the log is as it was written"))
	return nil
}

func newMessageArchive() *command {
	var out, id string
	var remove bool
	var p period
	return &command{
		name: "archive", args: "DIR", short: "export messages of a gateway's log as signed containers",
		long: "With --id one exchange becomes one ASiC-E container; without it every exchange of the period becomes one in a\n" +
			"ZIP file with an index. What is written can be checked with diwan exchange verify, and by anybody's tools.\n" +
			"With --remove the files of the log that are wholly archived and sealed are removed afterwards; keep the archive.",
		flags: func(fs *flag.FlagSet) {
			fs.StringVar(&out, "out", "", "file to write; it must not be there yet")
			fs.StringVar(&id, "id", "", "X-Road-Request-Id or X-Road-Id of one exchange")
			fs.BoolVar(&remove, "remove", false, "remove from the log what was archived")
			p.flags(fs)
		},
		run: func(_ context.Context, std stdio, args []string) error {
			if len(args) != 1 || out == "" || id != "" && (p != period{} || remove) || remove && (p.from != "" || p.until == "") {
				return errUsage
			}
			f := messagelog.In(args[0])
			if id != "" {
				return written(out, func(w io.Writer) error { return f.Export(w, id) })
			}
			return archivePeriod(std, f, out, p, remove)
		},
	}
}

func archivePeriod(std stdio, f messagelog.Folder, out string, p period, remove bool) error {
	from, until, err := p.span()
	if err != nil {
		return err
	}
	bar := newBar(std, "archive")
	n := 0
	err = written(out, func(w io.Writer) (err error) { n, err = f.Archive(w, from, until, bar.at); return err })
	bar.done()
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%s: %d\n", out, n)
	if !remove {
		return nil
	}
	gone, err := f.Remove(until)
	if err == nil {
		_, err = fmt.Fprintf(std.out, "removed from the log: %d files\n", gone)
	}
	return err
}

// written writes a file that is not there yet, whole and durably or not at all.
func written(path string, write func(io.Writer) error) error {
	if _, err := os.Stat(path); err == nil {
		return gov.Fail(gov.Conflict, "الملف موجود من قبل", "The file is there already").At(path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+strings.TrimPrefix(filepath.Base(path), ".")+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it is renamed
	err = write(f)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
