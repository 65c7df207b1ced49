package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/pack"
)

// drafting is what the flags of pack draft say.
type drafting struct {
	c            *app.Config
	out          string
	all, publish bool
	org          string
	lang         gov.Lang
}

func newPackDraft() *command {
	var d drafting
	var lang string
	return &command{
		name: "draft", args: "[AREA/NAME]", short: "make a pack that works of a service documented in the catalogue",
		long: "Identity, the evidence the entry names, its requirements, its fee, review by its organisation within the\n" +
			"documented time, correction, refusal with reasons, appeal, decision letter and examples. What the entry does\n" +
			"not say gets a default and a comment. The files are written to --out, or put into force with --publish; then\n" +
			"they are checked and their examples run first. With --all every public service without a pack is published,\n" +
			"and what cannot be is named with its reason; it may be repeated. Exit code 3 when something was left out.",
		flags: func(fs *flag.FlagSet) {
			d.c = configured(fs)
			fs.StringVar(&d.out, "out", "", "folder that holds the areas: the pack is written to OUT/AREA/NAME; empty without --publish: the folder packs")
			fs.BoolVar(&d.all, "all", false, "every public service of the catalogue that has no pack; needs --publish")
			fs.BoolVar(&d.publish, "publish", false, "check it, run its examples and put it into force")
			fs.StringVar(&d.org, "organisation", "", "with --all: only the services of this organisation")
			fs.StringVar(&lang, "lang", "en", "language of what is printed: ar or en")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			d.lang = gov.Lang(lang)
			if d.all != (len(args) == 0) || len(args) > 1 || d.all && (!d.publish || d.out != "") || !d.all && d.org != "" {
				return errUsage
			}
			if err := there(d.c.Database); err != nil {
				return err
			}
			a, err := opened(ctx, io, d.c)
			if err != nil {
				return err
			}
			defer a.Close()
			ctx = gov.WithActor(ctx, gov.System)
			if d.all {
				return d.everything(ctx, io, a)
			}
			return d.one(ctx, io, a, gov.ServiceID(args[0]))
		},
	}
}

// one drafts a single service.
func (d *drafting) one(ctx context.Context, io stdio, a *app.App, id gov.ServiceID) error {
	files, err := a.Draft(ctx, id)
	if places(io, d.lang, err) {
		return errProblems
	}
	if err != nil {
		return err
	}
	if !d.publish || d.out != "" {
		dir := filepath.Join(d.out, filepath.FromSlash(string(id)))
		if d.out == "" {
			dir = filepath.Join("packs", filepath.FromSlash(string(id)))
		}
		if err := writePack(dir, files); err != nil {
			return err
		}
		fmt.Fprintf(io.out, "%s is drafted. Next:\n  diwan pack check --database %s %s\n  diwan pack try --database %s %s\n", dir, d.c.Database, dir, d.c.Database, dir)
	}
	if !d.publish {
		return nil
	}
	err = a.PublishDraft(ctx, files)
	if problems(io, string(id), d.lang, err) {
		return errProblems
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "%s is online\n", id)
	return err
}

// places prints the places of an entry that are missing; true when that was all.
func places(io stdio, lang gov.Lang, err error) bool {
	var list gov.Problems
	if !errors.As(err, &list) {
		return false
	}
	for _, p := range list {
		fmt.Fprintf(io.err, "%s: %s\n", p.Field, p.Text.In(lang))
	}
	fmt.Fprintln(io.err, gov.T("بيانات الخدمة غير مكتملة، فلم تُعدّ مسودة", "The entry is not complete; nothing was drafted").In(lang))
	return true
}

// writePack writes a pack's files into a folder that is not there yet, or holds
// the same.
func writePack(dir string, files map[string]string) error {
	if _, err := os.Stat(dir); err == nil {
		for name, text := range files {
			if b, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(b) != text {
				return fmt.Errorf("%s is there already with other files; nothing was changed", dir)
			}
		}
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// everything drafts and publishes all services.
func (d *drafting) everything(ctx context.Context, io stdio, a *app.App) error {
	if d.org != "" && !a.Book.Knows(gov.OrgID(d.org)) {
		return fmt.Errorf("there is no organisation %q", d.org)
	}
	began := time.Now()
	bar := newBar(io, gov.T("نشر الخدمات", "publishing").In(d.lang))
	did, err := a.DraftAll(ctx, app.DraftingAsk{Organisation: gov.OrgID(d.org), Progress: bar.at})
	bar.done()
	if err != nil {
		return fmt.Errorf("%w (%d services are published; run it again for the rest)", err, did.Published)
	}
	for _, l := range did.Left {
		fmt.Fprintf(io.err, "%s: %s\n", l.Service, reason(l.Why, d.lang))
	}
	fmt.Fprintf(io.out, "%d services: %d published now, %d had a pack already, %d left out; %d examples ran as promised; %.1f s\n",
		did.Services, did.Published, did.Running, len(did.Left), did.Examples, time.Since(began).Seconds())
	if len(did.Left) > 0 {
		return errProblems
	}
	return nil
}

// reason says in a line why a service was left out.
func reason(err error, lang gov.Lang) string {
	var list gov.Problems
	if errors.As(err, &list) && len(list) > 0 {
		return list[0].Field + ": " + list[0].Text.In(lang)
	}
	var wrong pack.Problems
	if errors.As(err, &wrong) && len(wrong) > 0 {
		return wrong[0].In(lang)
	}
	return explain(err)
}
