package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"diwan.example/app"
	"diwan.example/casework"
	"diwan.example/casework/eventlog"
	"diwan.example/gov"
)

func newCases() *command {
	return &command{name: "cases", short: "all cases together", sub: []*command{newCasesExport()}}
}

// logging is what diwan cases export is told.
type logging struct {
	*app.Config
	format, out, service, org, from, until, lang string
}

func newCasesExport() *command {
	var l logging
	return &command{
		name: "export", short: "write what happened to cases as an event log for process mining",
		long: "Writes XES (IEEE 1849-2016) or OCEL 2.0 (JSON) of all cases that were handed in. Logs hold no person: cases,\n" +
			"tasks, charges and documents have pseudonyms that are new in every export. Days are those of handing in.\n" +
			"The file appears when it is whole.",
		flags: func(fs *flag.FlagSet) {
			l.Config = configured(fs)
			fs.StringVar(&l.format, "format", "xes", "xes or ocel")
			fs.StringVar(&l.out, "out", "", "file to write")
			fs.StringVar(&l.service, "service", "", "only this service, such as identity-card/renewal")
			fs.StringVar(&l.org, "organisation", "", "only services of this organisation")
			fs.StringVar(&l.from, "from", "", "first day, such as 2026-01-01")
			fs.StringVar(&l.until, "until", "", "last day")
			fs.StringVar(&l.lang, "lang", "en", "language of the names of steps: ar or en")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			if l.out == "" || !slices.Contains(eventlog.Formats, l.format) || l.lang != "ar" && l.lang != "en" {
				return errUsage
			}
			return l.export(ctx, io)
		},
	}
}

func (l *logging) export(ctx context.Context, std stdio) error {
	a, err := opened(ctx, std, l.Config)
	if err != nil {
		return err
	}
	defer a.Close()
	f := casework.Filter{Service: gov.ServiceID(l.service), Organisation: gov.OrgID(l.org)}
	if l.from != "" {
		if f.Since, err = endOf(l.from, a.Country.Calendar.Zone); err != nil {
			return err
		}
		f.Since = a.Country.Calendar.Day(f.Since)
	}
	if l.until != "" {
		if f.Until, err = endOf(l.until, a.Country.Calendar.Zone); err != nil {
			return err
		}
		f.Until = f.Until.Add(time.Millisecond)
	}
	if !f.Since.IsZero() && !f.Until.IsZero() && !f.Since.Before(f.Until) {
		return gov.Fail(gov.Invalid, "تاريخ البداية بعد تاريخ النهاية", "The first day comes after the last").At("from")
	}
	bar := newBar(std, gov.T("كتابة السجل", "writing the log").In(gov.Lang(l.lang)))
	var n eventlog.Written
	err = whole(l.out, func(w io.Writer) (err error) {
		n, err = eventlog.Write(gov.WithActor(ctx, gov.System), a.Cases, w, eventlog.Options{Format: l.format, Lang: gov.Lang(l.lang), Filter: f, Progress: bar.at})
		return err
	})
	if err != nil {
		return err
	}
	bar.done()
	_, err = fmt.Fprintf(std.out, "%d cases, %d events, %s\n", n.Cases, n.Events, strings.ToUpper(l.format))
	return err
}

// whole writes a file beside its place and moves it there when it is complete.
func whole(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".diwan-*")
	if err != nil {
		return gov.Fail(gov.Unavailable, "تعذّرت كتابة الملف", "The file cannot be written").Because(err)
	}
	defer os.Remove(f.Name())
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
