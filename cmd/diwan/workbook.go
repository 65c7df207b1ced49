package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"

	"diwan.example/app"
	"diwan.example/catalogue/workbook"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

func newWorkbook() *command {
	return &command{name: "workbook", short: "hand an entity's services out as an Excel workbook, and take it back", sub: []*command{newWorkbookOut(), newWorkbookIn()}}
}

// writerOf is who acts at the command line for an entity: its operator, with the
// powers of the entity's service owner.
func writerOf(org gov.OrgID) gov.Actor {
	return gov.Actor{Person: gov.System.Person, Org: org, Roles: []gov.Role{gov.Owner}, Channel: gov.API}
}

func newWorkbookOut() *command {
	var c *app.Config
	var org, file string
	return &command{
		name: "out", short: "write the workbook of one entity",
		long: "Writes the services of an entity, as they are being written or published, with drop-down lists from the\ncode lists and a sheet that says how to fill it.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&org, "organisation", "", "the entity, such as moe")
			fs.StringVar(&file, "out", "", "where to write, such as moe.xlsx")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			if org == "" || file == "" {
				return errUsage
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			var content *workbook.Content
			err = a.DB.Read(gov.WithActor(ctx, writerOf(gov.OrgID(org))), func(tx *db.Tx) (err error) {
				content, err = workbook.Gather(tx, gov.OrgID(org), a.Country.Currency)
				return err
			})
			if err != nil {
				return err
			}
			var b bytes.Buffer
			if err := workbook.Write(&b, content); err != nil {
				return err
			}
			if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
				return err
			}
			_, err = fmt.Fprintf(io.out, "%s: %d services\n", file, len(content.Works))
			return err
		},
	}
}

func newWorkbookIn() *command {
	var c *app.Config
	var only bool
	var marked, lang string
	return &command{
		name: "in", args: "FILE", short: "take a filled workbook back",
		long: "Reads a workbook that was handed out and filled. What is wrong is printed as sheet!cell: what, and then\nnothing is taken. Otherwise every service that it changes gets a draft, all in one transaction.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.BoolVar(&only, "check", false, "only say what is wrong, or what would change")
			fs.StringVar(&marked, "marked", "", "where to write the workbook with its wrong cells marked")
			fs.StringVar(&lang, "lang", "en", "language of what is printed about the workbook: ar or en")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			body, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			book, err := workbook.Open(bytes.NewReader(body), int64(len(body)))
			if err != nil {
				return err
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			r, err := takeWorkbook(ctx, a, book, only)
			if r == nil {
				return err
			}
			if len(r.Faults) == 0 {
				return sayPlanned(io, r, only, gov.Lang(lang), err)
			}
			return sayFaults(io, r, body, marked, gov.Lang(lang))
		},
	}
}

// takeWorkbook checks or takes a workbook for the entity it names.
func takeWorkbook(ctx context.Context, a *app.App, book *workbook.Book, only bool) (r *workbook.Report, err error) {
	org := book.Organisation()
	ctx = gov.WithActor(ctx, writerOf(org))
	if only {
		err = a.DB.Read(ctx, func(tx *db.Tx) (err error) { r, err = book.Check(tx, org, a.Country.Currency); return err })
		return r, err
	}
	err = a.DB.Write(ctx, func(tx *db.Tx) (err error) { r, err = book.Take(tx, org, a.Country.Currency); return err })
	if err == nil {
		err = a.Drain(ctx)
	}
	return r, err
}

func sayFaults(io stdio, r *workbook.Report, body []byte, marked string, l gov.Lang) error {
	for _, f := range r.Faults {
		fmt.Fprintf(io.err, "%s!%s: %s\n", f.Sheet, f.Cell, f.Text.In(l))
	}
	fmt.Fprintf(io.err, "%d wrong; nothing was taken\n", len(r.Faults)+r.More)
	if marked != "" {
		var b bytes.Buffer
		if err := workbook.Mark(&b, bytes.NewReader(body), r.Faults); err != nil {
			return err
		}
		if err := os.WriteFile(marked, b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return errProblems
}

func sayPlanned(io stdio, r *workbook.Report, only bool, l gov.Lang, err error) error {
	if err != nil {
		return err
	}
	for _, p := range r.Planned {
		fmt.Fprintf(io.out, "%s: %d changes\n", p.Service, len(p.Differences))
		for _, d := range p.Differences {
			where := d.Field.In(l)
			if w := d.Where.In(l); w != "" {
				where = w + " · " + where
			}
			fmt.Fprintf(io.out, "  %s: %q → %q\n", where, d.Before.In(l), d.After.In(l))
		}
	}
	done := "drafts"
	if only {
		done = "would become drafts"
	}
	_, err = fmt.Fprintf(io.out, "%d %s, %d unchanged\n", len(r.Planned), done, r.Unchanged)
	return err
}
