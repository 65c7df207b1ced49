package main

import (
	"context"
	"flag"

	"diwan.example/app"
	"diwan.example/gov"
)

func newAudit() *command {
	var c *app.Config
	var lang string
	var files []string
	return &command{
		name: "audit", short: "recompute the public logs and find whatever was changed since",
		long: "Holds every fact of the journal, every look in the access log, every document and every recorded decision\n" +
			"against its entry in the logs, the hashes against each other and the roots against all checkpoints that were\n" +
			"kept. What was changed, removed or put in is told in words, and the exit code is 3. With --checkpoint, given as often as wanted, it also finds a\n" +
			"database that was rewritten whole. The server may run meanwhile.",
		flags: func(fs *flag.FlagSet) {
			c, files = configured(fs), nil
			fs.Func("checkpoint", "file with a checkpoint that was kept elsewhere", func(s string) error { files = append(files, s); return nil })
			languages(fs, &lang)
		},
		run: func(ctx context.Context, std stdio, args []string) error {
			if len(args) > 0 {
				return needless(std, args)
			}
			var elsewhere []string
			for _, f := range files {
				text, err := app.CheckpointFile(f)
				if err != nil {
					return err
				}
				elsewhere = append(elsewhere, text)
			}
			a, err := opened(ctx, std, c)
			if err != nil {
				return err
			}
			defer a.Close()
			return audit(ctx, std, a, elsewhere, lang)
		},
	}
}

func audit(ctx context.Context, std stdio, a *app.App, elsewhere []string, lang string) error {
	r, err := a.Audit(ctx, elsewhere, func(t gov.Text) { say(std.out, lang, "✗", t) })
	if err != nil {
		return err
	}
	say(std.out, lang, "=", gov.T("الوثائق %d، ما دُوّن من قرارات وإلغاءات %d، قيود السجل %d، تنتظر %d", "documents: %d, recorded decisions and endings: %d, entries of the log: %d, waiting: %d").
		Sprintf(r.Documents, r.Records, r.Entries, r.Waiting))
	say(std.out, lang, "=", gov.T("وقائع اليوميات %d، لم تُختم بعد %d، نقاط التحقق المحفوظة %d، المعطاة من خارج %d", "facts of the journal: %d, not sealed yet: %d, kept checkpoints: %d, given from elsewhere: %d").
		Sprintf(r.Facts, r.Unsealed, r.Kept, len(elsewhere)))
	say(std.out, lang, "=", gov.T("أسطر سجل الاطلاع %d، لم تُختم بعد %d", "looks in the access log: %d, not sealed yet: %d").Sprintf(r.Looks, r.LooksUnsealed))
	if r.Invented > 0 {
		say(std.out, lang, "–", gov.T("الوقائع حتى %d ماضٍ مصطنع لبلد تجريبي، فلم يُنظر في ترتيب تواريخها ولا في ترتيب ما قبلها من اطلاع", "The facts up to %d are the invented past of a sample country: the order of their dates, and of the looks before them, was not examined").Sprintf(r.Invented))
	}
	if r.Problems > 0 {
		say(std.out, lang, "✗", gov.T("وُجد خلل: %d", "problems found: %d").Sprintf(r.Problems))
		return errProblems
	}
	say(std.out, lang, "✓", gov.T("كل شيء كما قُيّد", "everything is as it was entered"))
	return nil
}
