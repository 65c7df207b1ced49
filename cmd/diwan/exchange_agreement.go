package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"diwan.example/app"
	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

func newAgreements() *command {
	return &command{name: "agreement", short: "who may read what from whom, why and until when",
		sub: []*command{newAgreementList(), newAgreementShow(), newAgreementGraph(), newAgreementPropose(),
			newAgreementStep("review", "say for the authority that there is nothing more to ask", false, func(o *agreement.Office, tx *db.Tx, id gov.AgreementID, _ string) (agreement.Agreement, error) {
				return o.Review(tx, id)
			}),
			newAgreementStep("agree", "agree for the organisation that holds the data", false, func(o *agreement.Office, tx *db.Tx, id gov.AgreementID, _ string) (agreement.Agreement, error) {
				return o.Agree(tx, id)
			}),
			newAgreementStep("approve", "approve for the authority", false, func(o *agreement.Office, tx *db.Tx, id gov.AgreementID, _ string) (agreement.Agreement, error) {
				return o.Approve(tx, id)
			}),
			newAgreementStep("revoke", "stop an agreement at once", true, (*agreement.Office).Revoke)}}
}

// actingFor finds somebody by civil number and lets them act for an organisation.
func actingFor(ctx context.Context, a *app.App, civil, org string) (context.Context, error) {
	ctx, ok, err := acting(ctx, a, civil, func(m identity.Membership) bool { return org == "" || m.Org == gov.OrgID(org) })
	if err == nil && !ok {
		err = fmt.Errorf("this person does not work for %s", cmp.Or(org, "an organisation"))
	}
	return ctx, err
}

// acting finds somebody by civil number and lets them act in a place of theirs that
// fits; false when they have none. Whoever has the installation's data in hand has
// proved enough.
func acting(ctx context.Context, a *app.App, civil string, fits func(identity.Membership) bool) (_ context.Context, ok bool, err error) {
	var actor gov.Actor
	err = a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		p, err := identity.ByCivilNumber(tx, civil)
		if err != nil {
			return err
		}
		list, err := identity.Roles(tx, p.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, fits)
		if i < 0 {
			return nil
		}
		ok, actor = true, gov.Actor{Person: p.ID, Org: list[i].Org, Roles: list[i].Roles, Channel: gov.API, StepUp: tx.Now()}
		return nil
	})
	return gov.WithActor(ctx, actor), ok, err
}

func newAgreementList() *command {
	var c *app.Config
	var org, state string
	return &command{
		name: "list", short: "list agreements",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&org, "org", "", "only those of an organisation, on either side")
			fs.StringVar(&state, "state", "", "only those in a state, such as active")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 || state != "" && !slices.Contains(agreement.States, agreement.State(state)) {
				return errUsage
			}
			f := agreement.Filter{Party: gov.OrgID(org)}
			if state != "" {
				f.States = []agreement.State{agreement.State(state)}
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			var list []agreement.Agreement
			if err := a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) (err error) { list, err = agreement.List(tx, f); return err }); err != nil {
				return err
			}
			w := tabwriter.NewWriter(io.out, 0, 8, 2, ' ', 0)
			fmt.Fprintln(w, "id\tstate\tconsumer\tprovider\tobject\tuntil\treads")
			for _, x := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\n", x.ID, x.State, x.Consumer, x.Provider, objectOf(x), lastDay(a, x), x.Use.Reads)
			}
			return w.Flush()
		},
	}
}

func objectOf(x agreement.Agreement) string {
	if x.Registry != "" {
		return string(x.Registry)
	}
	return x.Terms.Service.String()
}

func lastDay(a *app.App, x agreement.Agreement) string {
	return x.Until.Add(-time.Millisecond).In(a.Country.Calendar.Zone).Format(time.DateOnly)
}

func newAgreementShow() *command {
	var c *app.Config
	return &command{
		name: "show", short: "show an agreement with its history, as JSON", args: "ID",
		flags: func(fs *flag.FlagSet) { c = configured(fs) },
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 {
				return errUsage
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			var x agreement.Agreement
			var moves []agreement.Move
			err = a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) (err error) {
				if x, err = agreement.Find(tx, gov.AgreementID(args[0])); err == nil {
					moves, err = agreement.History(tx, x.ID)
				}
				return err
			})
			if err != nil {
				return err
			}
			type said struct {
				Event string    `json:"event"`
				By    gov.OrgID `json:"by,omitempty"`
				At    time.Time `json:"at"`
				Words string    `json:"words,omitempty"`
			}
			out := struct {
				ID       gov.AgreementID `json:"id"`
				State    agreement.State `json:"state"`
				Consumer gov.OrgID       `json:"consumer"`
				Provider gov.OrgID       `json:"provider"`
				Terms    agreement.Terms `json:"terms"`
				Reads    int64           `json:"reads"`
				History  []said          `json:"history"`
			}{x.ID, x.State, x.Consumer, x.Provider, x.Terms, x.Use.Reads, nil}
			for _, m := range moves {
				out.History = append(out.History, said{m.Event, m.Acting, m.At, m.Words})
			}
			return printJSON(io, out)
		},
	}
}

func newAgreementGraph() *command {
	return &command{
		name: "graph", short: "draw the life of an agreement as a Mermaid diagram",
		run: func(_ context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return errUsage
			}
			_, err := fmt.Fprint(io.out, agreement.Moves.Mermaid())
			return err
		},
	}
}

// draft is the file of a proposal: the terms, with days instead of moments.
type draft struct {
	agreement.Terms
	From  string `json:"from"`
	Until string `json:"until"`
}

func newAgreementPropose() *command {
	var c *app.Config
	var civil, org, provider string
	return &command{
		name: "propose", short: "propose an agreement from a JSON file", args: "FILE",
		long: "The file holds the terms as show prints them, with the days from and until as 2026-12-01.",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&civil, "as", "", "civil number of the service owner or head who proposes")
			fs.StringVar(&org, "org", "", "organisation they act for, when they work for several")
			fs.StringVar(&provider, "provider", "", "organisation that provides the service; of a registry it is its keeper")
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 || civil == "" {
				return errUsage
			}
			text, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			var d draft
			r := json.NewDecoder(bytes.NewReader(text))
			r.DisallowUnknownFields()
			if err := r.Decode(&d); err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			return changeAgreement(ctx, io, a, civil, org, func(tx *db.Tx) (agreement.Agreement, error) {
				return a.Agreements.Propose(tx, gov.OrgID(provider), d.Terms, agreement.Span{From: d.From, Until: d.Until})
			})
		},
	}
}

// changeAgreement makes a move as a person and says how the agreement stands.
func changeAgreement(ctx context.Context, io stdio, a *app.App, civil, org string, do func(*db.Tx) (agreement.Agreement, error)) error {
	ctx, err := actingFor(ctx, a, civil, org)
	if err != nil {
		return err
	}
	var x agreement.Agreement
	if err := a.DB.Write(ctx, func(tx *db.Tx) (err error) { x, err = do(tx); return err }); err != nil {
		return err
	}
	_, err = fmt.Fprintf(io.out, "%s is %s\n", x.ID, x.State)
	return err
}

func newAgreementStep(event, short string, why bool, do func(*agreement.Office, *db.Tx, gov.AgreementID, string) (agreement.Agreement, error)) *command {
	var c *app.Config
	var civil, org, words string
	return &command{
		name: event, short: short, args: "ID",
		flags: func(fs *flag.FlagSet) {
			c = configured(fs)
			fs.StringVar(&civil, "as", "", "civil number of whoever does it")
			fs.StringVar(&org, "org", "", "organisation they act for, when they work for several")
			if why {
				fs.StringVar(&words, "why", "", "the reason")
			}
		},
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) != 1 || civil == "" || why && strings.TrimSpace(words) == "" {
				return errUsage
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			return changeAgreement(ctx, io, a, civil, org, func(tx *db.Tx) (agreement.Agreement, error) {
				return do(a.Agreements, tx, gov.AgreementID(args[0]), words)
			})
		},
	}
}

func newConsents() *command {
	return &command{name: "consents", short: "what people consented to", sub: []*command{newConsentsVerify()}}
}

func newConsentsVerify() *command {
	var c *app.Config
	return &command{
		name: "verify", short: "prove that nobody changed what people said about their consent",
		long: "Checks the chain, the signatures and the journal's witness of every revision, and how each consent stands.\n" +
			"The digest stays the same as long as nobody says anything new: keep it elsewhere and compare.",
		flags: func(fs *flag.FlagSet) { c = configured(fs) },
		run: func(ctx context.Context, io stdio, args []string) error {
			if len(args) > 0 {
				return errUsage
			}
			a, err := opened(ctx, io, c)
			if err != nil {
				return err
			}
			defer a.Close()
			r, err := a.Agreements.Desk.Verify(ctx, a.DB, nil)
			if err != nil {
				return err
			}
			for _, f := range r.Faults {
				fmt.Fprintf(io.out, "%s, revision %d: %s\n", f.Person, f.Number, f.What[gov.English])
			}
			fmt.Fprintf(io.out, "%d people, %d revisions, digest %s\n", r.People, r.Revisions, r.Digest)
			if len(r.Faults) > 0 {
				return fmt.Errorf("%d faults", len(r.Faults))
			}
			return nil
		},
	}
}
