package app_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/app"
	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/form"
	"diwan.example/internal/need"
	"diwan.example/pack"
	"diwan.example/payment"
)

// childEnv makes this test binary run as a platform under load until it is killed.
const childEnv = "DIWAN_TEST_CHILD"

func TestMain(m *testing.M) {
	if where := os.Getenv(childEnv); where != "" {
		if err := live(context.Background(), where); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// platform opens a platform with its sample people; database "" is a fresh file.
func platform(ctx context.Context, folder, database string) (*app.App, error) {
	c := app.Default()
	c.Database, c.Blobs, c.Origin = filepath.Join(folder, "diwan.db"), filepath.Join(folder, "files"), "http://127.0.0.1"
	if database != "" {
		c.Database, c.Secret = database, strings.Repeat("QUJD", 16)
	}
	a, err := app.New(ctx, c, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		return nil, err
	}
	if err := a.Seed(ctx); err != nil {
		return nil, err
	}
	return a, a.SeedPeople(ctx, 12)
}

// player does what residents and officers do, and says what was answered.
type player struct {
	*app.App
	who gov.PersonID
	say func(format string, args ...any)
}

func newPlayer(ctx context.Context, a *app.App, say func(string, ...any)) (*player, error) {
	p := &player{App: a, say: say}
	return p, a.DB.Read(ctx, func(tx *db.Tx) error {
		x, err := identity.ByCivilNumber(tx, a.Country.People(8)[5].CivilNumber)
		p.who = x.ID
		return err
	})
}

// whole plays one case: applied, paid, decided; each said once it is answered.
func (p *player) whole(ctx context.Context) error {
	c, err := p.apply(ctx)
	if err != nil {
		return err
	}
	p.say("applied %s", c.ID)
	if err := p.pay(ctx, c); err != nil {
		return err
	}
	p.say("paid %s", c.ID)
	if err := p.decide(ctx, c.ID); err != nil {
		return err
	}
	p.say("decided %s", c.ID)
	return nil
}

func (p *player) apply(ctx context.Context) (c *casework.Case, err error) {
	me := gov.WithActor(ctx, gov.Actor{Person: p.who, Channel: gov.Portal})
	sample, content := pack.SampleFile("photo.jpg")
	photo, err := p.Cases.Upload(me, "", "identity-card/renewal", "photo", sample.Name, strings.NewReader(string(content)))
	if err != nil {
		return nil, err
	}
	return c, p.DB.Write(me, func(tx *db.Tx) (err error) {
		c, err = p.Cases.Apply(tx, casework.Application{Service: "identity-card/renewal", Answers: form.Answers{
			"reason": "damaged", "photo": []form.Attachment{photo}, "phone": "33000001", "delivery": "pickup", "centre": "isa", "truth": true,
			"address": map[string]any{"block": "304", "road": "412", "building": "120"}}})
		return err
	})
}

func (p *player) pay(ctx context.Context, c *casework.Case) error {
	me := gov.WithActor(ctx, gov.Actor{Person: p.who, Channel: gov.Portal})
	return p.DB.Write(me, func(tx *db.Tx) error {
		_, err := p.Cashier.Settle(tx, c.Track.Tokens[0].Charge, payment.Means{By: payment.ByCounter, Reference: c.Ref})
		return err
	})
}

// decide waits until the followers have brought the case to an officer.
func (p *player) decide(ctx context.Context, id gov.CaseID) error {
	officer := gov.WithActor(ctx, gov.Actor{Person: "officer", Org: "iga", Roles: []gov.Role{gov.Officer}, Channel: gov.Portal})
	for range 60_000 { // five minutes; it only stops what hangs
		p.Pump.Wake()
		var task gov.TaskID
		err := p.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
			_, ts, err := p.Cases.Peek(tx, id)
			for _, t := range ts {
				task = t.ID
			}
			return err
		})
		if err != nil {
			return err
		}
		if task != "" {
			return p.DB.Write(officer, func(tx *db.Tx) error {
				_, err := p.Cases.Decide(tx, task, casework.Verdict{Outcome: "approve"})
				return err
			})
		}
		time.Sleep(5 * time.Millisecond)
	}
	return errors.New("the case never came to an officer")
}

// live is the child: it plays cases from many sides until it is killed.
func live(ctx context.Context, where string) error {
	folder, database, _ := strings.Cut(where, "|")
	a, err := platform(ctx, folder, database)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	p, err := newPlayer(ctx, a, func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Printf(format+"\n", args...)
	})
	if err != nil {
		return err
	}
	go a.Background(ctx)
	failed := make(chan error)
	for range 8 {
		go func() {
			for {
				if err := p.whole(ctx); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	return <-failed
}

// Every answered act survives kill -9 at any moment, and no step is half done.
func TestNothingAnsweredIsLostWhenTheProcessIsKilled(t *testing.T) {
	for name, database := range map[string]func() string{
		"sqlite":   func() string { return "" },
		"postgres": func() string { return dbtest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			url := ""
			if name == "postgres" {
				need.Setting(t, dbtest.Server, "PostgreSQL is not tested here")
				url = database()
			}
			folder := t.TempDir()
			said := map[string]string{}
			for round := range 4 {
				acts := killed(t, folder, url, 40+rand.IntN(160), time.Duration(rand.IntN(20))*time.Millisecond)
				for id, act := range acts {
					said[id] = act
				}
				check(t, folder, url, said, round)
			}
			if len(said) < 8 {
				t.Errorf("only %d cases were played; the test says little", len(said))
			}
		})
	}
}

// killed runs the child, kills it a moment after so many acts were answered, and
// returns the last act that was answered of every case.
func killed(t *testing.T, folder, database string, acts int, moment time.Duration) map[string]string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+folder+"|"+database)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	lines := bufio.NewScanner(out)
	for n := 1; lines.Scan(); n++ {
		note(said, lines.Text())
		if n == acts {
			time.AfterFunc(moment, func() { cmd.Process.Kill() })
		}
	}
	cmd.Wait()
	return said
}

func note(acts map[string]string, line string) {
	if act, id, ok := strings.Cut(line, " "); ok && len(id) == 26 {
		acts[id] = act
	}
}

// check opens what the killed process left and holds it to what was answered.
func check(t *testing.T, folder, database string, said map[string]string, round int) {
	t.Helper()
	ctx := gov.WithActor(t.Context(), gov.System)
	a, err := platform(ctx, folder, database)
	if err != nil {
		t.Fatalf("round %d: it does not open: %v", round, err)
	}
	defer a.Close()
	if err := a.Drain(ctx); err != nil {
		t.Fatalf("round %d: followers: %v", round, err)
	}
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		findings, err := a.Cashier.Audit(tx)
		if err != nil || len(findings) > 0 {
			t.Errorf("round %d: the ledger: %v %v", round, findings, err)
		}
		for id, act := range said {
			whole(t, a, tx, gov.CaseID(id), act)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// whole holds one case to what was answered, and its parts to each other.
func whole(t *testing.T, a *app.App, tx *db.Tx, id gov.CaseID, act string) {
	t.Helper()
	c, tasks, err := a.Cases.Peek(tx, id)
	if err != nil {
		t.Errorf("%s was answered and is gone: %v", act, err)
		return
	}
	docs, err := a.Issuer.OfCase(tx, id)
	if err != nil {
		t.Error(err)
	}
	charges, err := a.Cashier.OfCase(tx, id)
	if err != nil || len(charges) != 1 {
		t.Errorf("%s: %d charges, %v", c.Ref, len(charges), err)
		return
	}
	paid, closed := charges[0].State == payment.Settled, c.State == casework.Closed
	switch {
	case act == "decided" && (!closed || len(docs) != 1):
		t.Errorf("%s was decided; it is %s with %d documents", c.Ref, c.State, len(docs))
	case act != "applied" && !paid:
		t.Errorf("%s was paid; its charge is %s", c.Ref, charges[0].State)
	case closed != (len(docs) == 1) || closed != (len(c.Track.Tokens) == 0):
		t.Errorf("%s is half done: %s, %d documents, at %v", c.Ref, c.State, len(docs), c.Steps())
	case paid && len(tasks) != 1, !paid && len(tasks) != 0:
		t.Errorf("%s: paid %v, tasks %d", c.Ref, paid, len(tasks))
	}
}

// Two equal nodes share one PostgreSQL: a case begun on one goes on on the other.
func TestTwoNodesServeTheSameCases(t *testing.T) {
	url := dbtest.PostgresURL(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	folder := t.TempDir()
	var nodes []*player
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	for range 2 {
		a, err := platform(ctx, folder, url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { a.Close() })
		p, err := newPlayer(ctx, a, func(string, ...any) {})
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, p)
		wg.Go(func() { a.Background(ctx) })
	}
	var cases sync.WaitGroup
	for i := range 20 {
		cases.Go(func() {
			if err := across(ctx, t, nodes[i%2], nodes[(i+1)%2]); err != nil {
				t.Error(err)
			}
		})
	}
	cases.Wait()
	err := nodes[0].DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		findings, err := nodes[0].Cashier.Audit(tx)
		if len(findings) > 0 {
			t.Errorf("the ledger: %v", findings)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// across plays one case that is begun here, paid there, decided here and seen there.
func across(ctx context.Context, t *testing.T, here, there *player) error {
	c, err := here.apply(ctx)
	if err != nil {
		return err
	}
	if err := there.pay(ctx, c); err != nil {
		return err
	}
	if err := here.decide(ctx, c.ID); err != nil {
		return err
	}
	return there.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		whole(t, there.App, tx, c.ID, "decided")
		return nil
	})
}
