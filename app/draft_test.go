package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"diwan.example/app"
	"diwan.example/casework"
	"diwan.example/catalogue"
	"diwan.example/catalogue/gc"
	"diwan.example/country"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/internal/need"
	"diwan.example/pack"
	"diwan.example/payment"
	"diwan.example/programme/indicator"
)

var system = gov.WithActor(context.Background(), gov.System)

// engines runs a test on a platform with sample people, on both engines.
func engines(t *testing.T, test func(t *testing.T, a *app.App)) {
	for _, name := range []string{"sqlite", "postgres"} {
		t.Run(name, func(t *testing.T) {
			url := ""
			if name == "postgres" {
				need.Setting(t, dbtest.Server, "PostgreSQL is not tested here")
				url = dbtest.PostgresURL(t)
			}
			a, err := platform(t.Context(), t.TempDir(), url)
			if err != nil {
				t.Fatal(err)
			}
			defer a.Close()
			test(t, a)
		})
	}
}

// enter puts an entry into the catalogue.
func enter(t *testing.T, a *app.App, s catalogue.Entry) {
	t.Helper()
	if err := a.DB.Write(system, func(tx *db.Tx) error { return catalogue.Enter(tx, s) }); err != nil {
		t.Fatal(err)
	}
}

// full is an entry that names everything a draft can use.
func full() catalogue.Entry {
	return catalogue.Entry{
		ID: "parks/garden-permit", Organisation: "mun", Name: gov.T("تصريح زراعة {حديقة}", "Garden {permit}: \"yours\" #1"),
		Description: gov.T("تصريح بزراعة حديقة.\nفي أي مكان.", "A permit to plant a garden.\nAnywhere."), Audience: []string{"citizen", "organisation", "government"},
		Channels:     country.Channels{{Kind: "portal"}, {ID: "desk", Kind: "counter"}, {Kind: "fax"}},
		Costs:        country.Costs{{Amount: 2500, Rule: gov.T("رسم التصريح", "Permit fee")}, {Amount: 1000, For: "moh"}, {Amount: 9000, Channel: "desk"}},
		WorkingDays:  4,
		Requirements: []country.Requirement{{Name: gov.T("أن تكون الأرض لك", "The land is yours")}, {Name: gov.T("موقع الأرض", "Where the land is"), Kind: "information"}},
		Evidence:     []country.Evidence{{ID: "deed", Name: gov.T("سند الملكية", "Title deed"), Attribute: "land.owner"}, {ID: "old", Name: gov.T("تصريح سابق", "Earlier permit"), Optional: true}},
		Outputs:      country.Outputs{{Name: gov.T("تصريح", "Permit")}}, Legal: country.LegalResources{{Name: gov.T("قانون الحدائق", "Gardens law")}}, Source: "typed",
	}
}

// ruled is an entry whose fee is said in words only, and whose time is not said.
func ruled() catalogue.Entry {
	s := full()
	s.ID, s.WorkingDays, s.Requirements, s.Evidence = "parks/99", country.NotSaid, nil, nil
	s.Costs = country.Costs{{Rule: gov.T("بحسب المساحة", "By the area")}, {Amount: 4000, Currency: "CAD"}}
	return s
}

func TestDraftsBecomeServicesAndCarryACaseToItsLetter(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App) {
		enter(t, a, full())
		enter(t, a, ruled())
		for _, id := range []gov.ServiceID{full().ID, ruled().ID} {
			files, err := a.Draft(system, id)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second time changes nothing
				if err := a.PublishDraft(system, files); err != nil {
					t.Fatalf("%s: %v\n%s", id, err, files["procedure.yaml"])
				}
			}
			carried(t, a, id)
		}
	})
}

func TestWhatIsNotDrafted(t *testing.T) {
	a, err := platform(t.Context(), t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	inside, ended, short := full(), full(), full()
	inside.ID, inside.Internal = "parks/inside", true
	ended.ID, ended.Status = "parks/ended", "ended"
	short.ID, short.Description, short.Evidence[0].Name = "parks/short", gov.Text{"ar": "وصف"}, gov.T("سند", "")
	for _, s := range []catalogue.Entry{inside, ended, short} {
		enter(t, a, s)
	}
	for id, kind := range map[gov.ServiceID]gov.Kind{
		"parks/none": gov.NotFound, "identity-card/renewal": gov.Conflict, inside.ID: gov.Conflict, ended.ID: gov.Conflict, short.ID: gov.Invalid,
	} {
		if files, err := a.Draft(system, id); gov.KindOf(err) != kind || files != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	_, err = a.Draft(system, short.ID)
	list, _ := gov.ProblemsOf(err, "")
	var at []string
	for _, p := range list {
		at = append(at, p.Field)
	}
	if !slices.Contains(at, "description.en") || !slices.Contains(at, "evidence.0.name.en") {
		t.Errorf("the missing places: %v", at)
	}
	enter(t, a, full())
	files, err := a.Draft(system, full().ID)
	if err != nil {
		t.Fatal(err)
	}
	broken := files["examples.yaml"]
	files["examples.yaml"] = strings.Replace(broken, "ends: refused", "ends: granted", 1)
	if err := a.PublishDraft(system, files); err == nil || !strings.Contains(err.Error(), "promised") {
		t.Errorf("an example that does not hold: %v", err)
	}
	files["examples.yaml"] = broken
	stranger := gov.WithActor(t.Context(), gov.Actor{Person: "x", Org: "moh", Roles: []gov.Role{gov.Owner}})
	if err := a.PublishDraft(stranger, files); gov.KindOf(err) != gov.Denied {
		t.Errorf("another organisation's owner: %v", err)
	}
	if err := a.PublishDraft(gov.WithActor(t.Context(), gov.Actor{Person: "x", Org: "mun", Roles: []gov.Role{gov.Owner}}), files); err != nil {
		t.Errorf("the owner: %v", err)
	}
	files["service.yaml"] = strings.Replace(files["service.yaml"], `version: "1"`, `version: "2"`, 1)
	if err := a.PublishDraft(system, files); gov.KindOf(err) != gov.Conflict {
		t.Errorf("a draft over a service that runs: %v", err)
	}
}

// One organisation's services at once; what is interrupted goes on at the next run.
func TestAllOfAnOrganisationIsDraftedAndTheRestAfterACrash(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App) {
		short := full()
		short.ID, short.Description = "parks/short", gov.Text{"ar": "وصف"}
		enter(t, a, short)
		enter(t, a, full())
		ctx, stop := context.WithCancel(system)
		_, err := a.DraftAll(ctx, app.DraftingAsk{Organisation: "mun", Progress: func(done, all int) {
			if done == 1 {
				stop() // as if the process ended here
			}
		}})
		if err == nil {
			t.Error("a run that was stopped says it is done")
		}
		did, err := a.DraftAll(system, app.DraftingAsk{Organisation: "mun"})
		if err != nil || len(did.Left) != 1 || did.Left[0].Service != short.ID || did.Published+did.Running+1 != did.Services {
			t.Errorf("%+v %v", did, err)
		}
		again, err := a.DraftAll(system, app.DraftingAsk{Organisation: "mun"})
		if err != nil || again.Published != 0 || again.Running != did.Services-1 {
			t.Errorf("again: %+v %v", again, err)
		}
		other, err := a.Book.Services(t.Context(), catalogue.Filter{Organisation: "moh", Standing: catalogue.Running})
		if err != nil || len(other) != 0 {
			t.Errorf("another organisation's services were published: %d %v", len(other), err)
		}
	})
}

// canada imports the published inventory; most services at most.
func canada(t *testing.T, a *app.App, most int) {
	t.Helper()
	open := func(name string) *os.File {
		f, err := os.Open(need.Data(t, "canada-service-inventory", name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	inv, err := gc.Read(gc.Files{Services: open("si_2024.csv"), Standards: open("ss_2024.csv"), FiscalYear: "2023-2024"})
	if err != nil {
		t.Fatal(err)
	}
	if most > 0 {
		r := rand.New(rand.NewPCG(20261129, 1))
		r.Shuffle(len(inv.Entries), func(i, j int) { inv.Entries[i], inv.Entries[j] = inv.Entries[j], inv.Entries[i] })
		inv.Entries, inv.Statements = inv.Entries[:most], nil
	}
	if err := a.DB.Write(system, func(tx *db.Tx) error { return gc.Put(tx, inv, nil) }); err != nil {
		t.Fatal(err)
	}
}

func TestCanadianServicesCarryACaseToItsLetter(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App) {
		canada(t, a, 24)
		all, err := a.Book.Services(t.Context(), catalogue.Filter{Public: true, Standing: ""})
		if err != nil {
			t.Fatal(err)
		}
		did := 0
		for _, s := range all {
			if s.Source != "gc" {
				continue
			}
			files, err := a.Draft(system, s.ID)
			if err == nil {
				err = a.DB.Write(system, func(tx *db.Tx) error {
					p, err := a.Packs.Publish(tx, files)
					if err != nil {
						return err
					}
					return catalogue.Publish(tx, p)
				})
			}
			if err != nil {
				t.Fatalf("%s: %v", s.ID, err)
			}
			if did++; did <= 5 {
				carried(t, a, s.ID)
			}
		}
		if did < 20 {
			t.Errorf("only %d services", did)
		}
	})
}

// Every service that the publisher counts is online after one run.
func TestTheWholeInventoryIsOnlineInOneRun(t *testing.T) {
	need.Data(t, "canada-service-inventory", "si_2024.csv")
	c := app.Default()
	dir := t.TempDir()
	c.Database, c.Blobs, c.Origin = filepath.Join(dir, "diwan.db"), filepath.Join(dir, "files"), "http://127.0.0.1"
	a, err := app.New(t.Context(), c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	canada(t, a, 0)
	began := time.Now()
	did, err := a.DraftAll(system, app.DraftingAsk{})
	if err != nil || len(did.Left) > 0 {
		t.Fatalf("%v; left out: %v", err, did.Left)
	}
	t.Logf("%d published, %d examples, in %v", did.Published, did.Examples, time.Since(began))
	s, err := indicator.ByID("gc")
	if err != nil {
		t.Fatal(err)
	}
	err = a.DB.Read(system, func(tx *db.Tx) error {
		r, err := s.Compute(tx, indicator.Ask{Year: "2023-2024"})
		counts, err2 := catalogue.Counts(tx)
		if n := r.Total.Figures["services"]; int(n) != did.Published || n != 1681 || catalogue.Sum(counts).Running != 1681 {
			t.Errorf("counted %d, published %d, running %d", n, did.Published, catalogue.Sum(counts).Running)
		}
		if err == nil {
			err = err2
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := a.Book.Services(t.Context(), catalogue.Filter{Public: true})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1681, 2026))
	for _, free := range []bool{true, false} { // one without a fee and one with, drawn by lot
		for {
			s := all[r.IntN(len(all))]
			if s.Costs.Free() == free {
				carried(t, a, s.ID)
				break
			}
		}
	}
}

// carried takes a real case of a service from application to a letter that
// anybody can verify, by a person and by officers appointed in its organisation.
func carried(t *testing.T, a *app.App, id gov.ServiceID) {
	t.Helper()
	c := &carrier{App: a, t: t}
	c.read(func(tx *db.Tx) (err error) { c.p, err = a.Packs.Current(tx, id); return err })
	c.who = c.appointed("")
	c.officer = gov.Actor{Person: c.appointed(c.p.Organisation), Org: c.p.Organisation, Roles: []gov.Role{gov.Officer}, Channel: gov.Portal, StepUp: time.Now()}
	me := gov.Actor{Person: c.who, Channel: gov.Portal}
	answers := c.answers(me)
	c.write(me, func(tx *db.Tx) (err error) {
		c.c, err = a.Cases.Apply(tx, casework.Application{Service: id, Answers: answers})
		return err
	})
	for range 6 {
		c.step(me)
		if c.c.State == casework.Closed {
			break
		}
	}
	if c.c.Outcome != casework.Granted {
		t.Fatalf("%s: the case stands at %v, outcome %q", id, c.c.Steps(), c.c.Outcome)
	}
	c.letter(me)
}

type carrier struct {
	*app.App
	t       *testing.T
	p       *pack.Pack
	c       *casework.Case
	who     gov.PersonID
	officer gov.Actor
}

func (c *carrier) read(fn func(tx *db.Tx) error) {
	c.t.Helper()
	if err := c.DB.Read(system, fn); err != nil {
		c.t.Fatal(err)
	}
}

func (c *carrier) write(who gov.Actor, fn func(tx *db.Tx) error) {
	c.t.Helper()
	if err := c.DB.Write(gov.WithActor(c.t.Context(), who), fn); err != nil {
		c.t.Fatalf("%s: %v", c.p.ID, err)
	}
	if err := c.Drain(system); err != nil {
		c.t.Fatal(err)
	}
}

// appointed is a person who is an officer of an organisation; "" is a resident.
func (c *carrier) appointed(org gov.OrgID) (id gov.PersonID) {
	all := c.Country.People(4)
	who := all[2]
	if org != "" {
		who = all[3]
	}
	c.write(gov.System, func(tx *db.Tx) error {
		p, err := identity.ByCivilNumber(tx, who.CivilNumber)
		if id = p.ID; gov.KindOf(err) == gov.NotFound {
			id, err = identity.Register(tx, identity.Person{CivilNumber: who.CivilNumber, NameAr: who.Name[gov.Arabic], NameEn: who.Name[gov.English], Birth: who.Born, Sex: who.Sex, Nationality: "BH", Phone: "+97333000001", Lang: gov.Arabic})
		}
		if err == nil && org != "" {
			err = identity.Appoint(tx, id, org, gov.Officer)
		}
		return err
	})
	return id
}

// answers are those of the pack's first example, its files uploaded.
func (c *carrier) answers(me gov.Actor) form.Answers {
	out := form.Answers{}
	for name, v := range c.p.Examples[0].Answers {
		if q := c.p.Form.Question(name); q.Kind == form.File {
			sample, content := pack.SampleFile("paper.pdf")
			up, err := c.Cases.Upload(gov.WithActor(c.t.Context(), me), "", c.p.ID, name, sample.Name, bytes.NewReader(content))
			if err != nil {
				c.t.Fatal(err)
			}
			v = []form.Attachment{up}
		}
		out[name] = v
	}
	return out
}

// step does what is waited for: a payment or a decision.
func (c *carrier) step(me gov.Actor) {
	c.t.Helper()
	var tasks []casework.Task
	c.read(func(tx *db.Tx) (err error) { c.c, tasks, err = c.Cases.Peek(tx, c.c.ID); return err })
	if c.c.State == casework.Closed {
		return
	}
	tok := c.c.Track.Tokens[0]
	if tok.Charge != "" {
		c.write(me, func(tx *db.Tx) error {
			_, err := c.Cashier.Settle(tx, tok.Charge, payment.Means{By: payment.ByCounter, Reference: c.c.Ref})
			return err
		})
	} else {
		v := casework.Verdict{Outcome: "approve"}
		if tok.Step == "fee" {
			v = casework.Verdict{Outcome: "ask", Answers: form.Answers{"fee_due": "3.500"}}
		}
		open := slices.IndexFunc(tasks, func(t casework.Task) bool { return t.ID == tok.Task })
		if due := tasks[open].Due; tok.Step == "review" && due.IsZero() {
			c.t.Errorf("%s: the review has no deadline", c.p.ID)
		}
		c.write(c.officer, func(tx *db.Tx) error { _, err := c.Cases.Decide(tx, tok.Task, v); return err })
	}
	c.read(func(tx *db.Tx) (err error) { c.c, _, err = c.Cases.Peek(tx, c.c.ID); return err })
}

// letter opens the decision letter as its holder and verifies it as a stranger.
func (c *carrier) letter(me gov.Actor) {
	c.t.Helper()
	ctx := gov.WithActor(c.t.Context(), me)
	id := c.c.Track.Documents[0]
	var page bytes.Buffer
	if err := c.Issuer.Render(ctx, &page, id); err != nil || !bytes.HasPrefix(page.Bytes(), []byte("%PDF-")) {
		c.t.Errorf("%s: the letter is not drawn: %v", c.p.ID, err)
	}
	v, err := c.Issuer.Verify(c.t.Context(), string(id))
	if err != nil || v.State != document.Valid || len(v.Title.Missing(c.p.Languages...)) > 0 {
		c.t.Errorf("%s: the letter is %s %v: %v", c.p.ID, v.State, v.Title, err)
	}
}
