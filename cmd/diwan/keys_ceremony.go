package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"diwan.example/app"
	"diwan.example/document"
	trustlist "diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

// proposing is what diwan keys propose is told.
type proposing struct {
	civil, role, place, reason, since, note, lang string
	alone                                         bool
}

func newKeysPropose() *command {
	var c *app.Config
	var p proposing
	return &command{
		name: "propose", args: "root | rotate ORGANISATION | hardware ORGANISATION | revoke KEY | restore", short: "ask for a key ceremony, which another operator confirms on the page",
		long: "Proposes a ceremony in the name of an operator. Another operator confirms it at the address that is printed, with a\n" +
			"fresh proof of who they are, within four hours; there is no command for that, so that one terminal never plays both.\n" +
			"Every operator is told, the one named here too, and the record says that it was proposed on the command line.\n\n" +
			"  root      a new root takes the place of the old, which certifies it\n" +
			"  rotate    an organisation gets a new key\n" +
			"  hardware  an organisation gets a new key in another place: --place\n" +
			"  revoke    trust is withdrawn from a key: --reason, and with --emergency at once; another looks at it afterwards\n" +
			"  restore   after a backup: every key is opened, and encrypted with the first secret",
		flags: func(fs *flag.FlagSet) {
			c, p = configured(fs), proposing{}
			fs.StringVar(&p.civil, "as", "", "civil number of the operator who proposes it")
			fs.StringVar(&p.note, "why", "", "why, in words for the other operator, the auditor and the record")
			fs.StringVar(&p.reason, "reason", "", "of a revocation, or of a new root: compromise, superseded or cessation")
			fs.StringVar(&p.since, "since", "", "day from which the key may have been in other hands, such as 2026-11-03")
			fs.StringVar(&p.role, "role", "issue", "which key of the organisation: issue, or page for the RSA key of PDF files")
			fs.StringVar(&p.place, "place", "", "label of the hardware token in which the new key is made; empty: the database, or where the old one is")
			fs.BoolVar(&p.alone, "emergency", false, "revoke at once, by one operator")
			fs.StringVar(&p.lang, "lang", "en", "language of what is printed: ar or en")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			want, ok := p.ceremony(args)
			if !ok || p.civil == "" || p.note == "" {
				return errUsage
			}
			return onKeys(ctx, io, c, p.civil, p.lang, func(ctx context.Context, a *app.App) error {
				return p.propose(ctx, io, a, want)
			})
		},
	}
}

// ceremony is what the arguments ask for; false when they ask for nothing known.
func (p *proposing) ceremony(args []string) (c document.Ceremony, ok bool) {
	c = document.Ceremony{Reason: trustlist.Reason(p.reason), Role: document.KeyRole(p.role), Place: p.place, Note: p.note, Via: document.OnCommand}
	if len(args) == 0 || p.role != string(document.KeyIssues) && p.role != string(document.KeyPage) {
		return c, false
	}
	c.Rite = document.Rite(args[0])
	subject := ""
	if len(args) == 2 {
		subject = args[1]
	}
	switch c.Rite {
	case document.NewRoot, document.Restoration:
		ok = len(args) == 1
	case document.Rotation, document.Relocation:
		c.Organisation, ok = gov.OrgID(subject), subject != ""
	case document.Revocation:
		c.Key, ok = subject, subject != ""
	}
	return c, ok && len(args) <= 2 && (!p.alone || c.Rite == document.Revocation)
}

func (p *proposing) propose(ctx context.Context, io stdio, a *app.App, c document.Ceremony) (err error) {
	if p.since != "" {
		if c.Since, err = time.ParseInLocation(time.DateOnly, p.since, a.Country.Calendar.Zone); err != nil {
			return gov.Fail(gov.Invalid, "اكتب اليوم هكذا: 2026-11-03", "Write the day like 2026-11-03").At("since")
		}
	}
	begin := a.Issuer.Keys().Propose
	if p.alone {
		begin = a.Issuer.Keys().Emergency
	}
	if c, err = begin(ctx, c); err != nil {
		return err
	}
	l := gov.Lang(p.lang)
	until := c.Until.In(a.Country.Calendar.Zone).Format("2006-01-02 15:04")
	words := gov.T("اقتُرحت المراسم %s. يؤكدها مشغّل آخر قبل %s:", "Ceremony %s is proposed. Another operator confirms it before %s:")
	if p.alone {
		words = gov.T("سُحبت الثقة من المفتاح، والمراسم %s. يراجعها مشغّل آخر قبل %s:", "The key is revoked; ceremony %s. Another operator looks at it before %s:")
	}
	fmt.Fprintln(io.out, words.Sprintf(c.ID, until).In(l))
	_, err = fmt.Fprintln(io.out, a.Config.Origin+"/admin/keys/ceremonies/"+c.ID)
	return err
}

var errNotOperator = gov.Fail(gov.Denied, "ليس هذا الشخص من مشغّلي المنظومة", "This person is no operator")

// onKeys does something to keys in the name of an operator, and says what was wrong
// with what was asked.
func onKeys(ctx context.Context, io stdio, c *app.Config, civil, lang string, do func(context.Context, *app.App) error) error {
	a, err := opened(ctx, io, c)
	if err != nil {
		return err
	}
	defer a.Close()
	ctx, ok, err := acting(ctx, a, civil, func(m identity.Membership) bool { return slices.Contains(m.Roles, gov.Operator) })
	if err == nil && !ok {
		err = errNotOperator
	}
	if err == nil {
		err = do(ctx, a)
	}
	return said(io, err, gov.Lang(lang))
}

func newKeysWithdraw() *command {
	var c *app.Config
	var civil, lang string
	return &command{
		name: "withdraw", args: "CEREMONY", short: "take back a ceremony that nobody has confirmed",
		long: "Ends a proposed ceremony in the name of the operator who proposed it.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&civil, "as", "", "civil number of the operator who proposed it")
			fs.StringVar(&lang, "lang", "en", "language of what is printed: ar or en")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 || civil == "" {
				return errUsage
			}
			return onKeys(ctx, io, c, civil, lang, func(ctx context.Context, a *app.App) error {
				x, err := a.Issuer.Keys().Withdraw(ctx, args[0])
				if err == nil {
					_, err = fmt.Fprintf(io.out, "%s is %s\n", x.ID, x.State)
				}
				return err
			})
		},
	}
}

// ceremonyLine is a ceremony as --json prints it.
type ceremonyLine struct {
	ID           string    `json:"id"`
	Rite         string    `json:"rite"`
	Organisation gov.OrgID `json:"organisation"`
	Key          string    `json:"kid,omitempty"`
	State        string    `json:"state"`
	Reason       string    `json:"reason,omitempty"`
	Proposed     time.Time `json:"proposed"`
	By           string    `json:"by"`
	Command      bool      `json:"command,omitempty"` // proposed on the command line
	Until        time.Time `json:"until"`
	Decided      time.Time `json:"decided,omitzero"`
	Second       string    `json:"second,omitempty"`
	Overdue      bool      `json:"overdue,omitempty"`
	Keys         []string  `json:"keys,omitempty"` // that it left
}

func newKeysCeremonies() *command {
	var c *app.Config
	var all, plain bool
	return &command{
		name: "ceremonies", short: "list the ceremonies that wait for a second person",
		long: "Prints what was proposed and waits to be confirmed, and the emergencies that nobody has looked at again; with --all\n" +
			"the two hundred latest, whatever became of them. Exit code 3 when an emergency waits longer than three days.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.BoolVar(&all, "all", false, "those that are over too")
			fs.BoolVar(&plain, "json", false, "print JSON")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return needless(io, args)
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			return listCeremonies(ctx, io, a, all, plain)
		},
	}
}

func listCeremonies(ctx context.Context, io stdio, a *app.App, all, plain bool) error {
	ctx = gov.WithActor(ctx, gov.System)
	held, err := a.Issuer.Keys().Held(ctx, 200)
	if err != nil {
		return err
	}
	lines, late := []ceremonyLine{}, false
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		lines, late = lines[:0], false
		for _, x := range held {
			if !all && x.State != document.Proposed && x.State != document.Acted {
				continue
			}
			l, err := ceremonyLineOf(tx, x)
			if err != nil {
				return err
			}
			lines, late = append(lines, l), late || l.Overdue
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case plain:
		err = printJSON(io, lines)
	default:
		err = printCeremonies(io, lines)
	}
	if err == nil && late {
		err = errProblems
	}
	return err
}

func ceremonyLineOf(tx *db.Tx, x document.Ceremony) (ceremonyLine, error) {
	names, err := identity.Names(tx, x.By, x.Second)
	l := ceremonyLine{ID: x.ID, Rite: string(x.Rite), Organisation: x.Organisation, Key: x.Key, State: string(x.State), Reason: string(x.Reason), Proposed: x.Proposed.UTC(),
		By: names[x.By].In(gov.English), Command: x.Via == document.OnCommand, Until: x.Until.UTC(), Overdue: x.Overdue(tx.Now())}
	if x.Second != "" {
		l.Decided, l.Second = x.Decided.UTC(), names[x.Second].In(gov.English)
	}
	for _, w := range x.Record {
		l.Keys = append(l.Keys, w.Key)
	}
	return l, err
}

func printCeremonies(io stdio, lines []ceremonyLine) error {
	rows := make([][]string, 0, len(lines))
	for _, l := range lines {
		about := strings.TrimSpace(string(l.Organisation) + " " + l.Key)
		rows = append(rows, []string{l.ID, l.Rite, about, l.State, l.By, cmp.Or(l.Second, "-"), l.Until.Format(time.RFC3339)})
	}
	return table(io, "CEREMONY\tKIND\tABOUT\tSTATE\tPROPOSED BY\tSECOND\tUNTIL", rows)
}
