package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"

	"diwan.example/app"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme/committee"
)

func newMeetingPack() *command {
	var c *app.Config
	var board, lang, out string
	var number int
	return &command{
		name: "pack", short: "draw the pack of a committee's meeting as PDF",
		long: "Draws what lies before the members: agenda, decisions asked, the country's figures beside those of the\n" +
			"meeting before, entities, overdue actions, what earlier decisions changed, papers. Figures are counted\n" +
			"at this moment, or as of the day of a past meeting.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&board, "committee", "services", "committee, such as supreme, ministerial or services")
			fs.IntVar(&number, "meeting", 0, "number of the meeting; 0: the next one")
			fs.StringVar(&lang, "language", "ar", "ar or en")
			fs.StringVar(&out, "out", "", "file to write; empty: committee-number-language.pdf")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			l := gov.Lang(lang)
			if len(args) > 0 {
				return needless(io, args)
			}
			if l != gov.Arabic && l != gov.English {
				return errUsage
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			ctx = gov.WithActor(ctx, gov.System)
			m, err := meetingOf(ctx, a, board, number)
			if err != nil {
				return err
			}
			var page bytes.Buffer
			if err := a.Chamber.Print(ctx, &page, m.ID, l, committee.Look{Accent: a.Country.Accent.Light, Digits: a.Country.Digits, Notice: a.Country.Notice}); err != nil {
				return err
			}
			if out == "" {
				out = fmt.Sprintf("%s-%d-%s.pdf", board, m.Number, l)
			}
			if err := os.WriteFile(out, page.Bytes(), 0o644); err != nil {
				return err
			}
			_, err = fmt.Fprintf(io.out, "%s: %d bytes\n", out, page.Len())
			return err
		},
	}
}

// meetingOf is a meeting by its number, or the next one.
func meetingOf(ctx context.Context, a *app.App, board string, number int) (m committee.Meeting, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		if number > 0 {
			m, _, _, err = committee.ByNumber(tx, board, number)
			return err
		}
		next, ok, err := committee.Next(tx, board)
		if err == nil && !ok {
			err = gov.Fail(gov.NotFound, "لا اجتماع مخططًا لهذه اللجنة", "No meeting of this committee is planned")
		}
		m = next
		return err
	})
	return m, err
}
