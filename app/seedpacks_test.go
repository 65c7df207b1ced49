package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"diwan.example/app"
	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/packs"
)

const renewal = "identity-card/renewal"

// asBefore is the card renewal as an earlier release had it, under a version number.
func asBefore(t *testing.T, a *app.App, version string) map[string]string {
	t.Helper()
	p, err := pack.Read(packs.Files, renewal, a.Packs.Options)
	if err != nil {
		t.Fatal(err)
	}
	p.Files["service.yaml"] = strings.Replace(p.Files["service.yaml"], `version: "3"`, `version: "`+version+`"`, 1)
	p.Files["service.yaml"] += "# as it was before\n"
	return p.Files
}

// started opens a database as a server does; what the log says comes with it.
func started(t *testing.T, folder string, before func(a *app.App)) (*app.App, string) {
	t.Helper()
	c := app.Default()
	c.Database, c.Blobs, c.Origin = filepath.Join(folder, "diwan.db"), filepath.Join(folder, "files"), "http://127.0.0.1"
	var log bytes.Buffer
	a, err := app.New(t.Context(), c, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	if before != nil {
		before(a)
	}
	if err := a.Seed(t.Context()); err != nil {
		t.Fatalf("it does not start: %v", err)
	}
	return a, log.String()
}

func renewalInForce(t *testing.T, a *app.App) (v string) {
	t.Helper()
	err := a.DB.Read(system, func(tx *db.Tx) error {
		p, err := a.Packs.Current(tx, renewal)
		if err == nil {
			v = p.Version
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func published(t *testing.T, a *app.App, by gov.Actor, files map[string]string) {
	t.Helper()
	err := a.Book.Seed(system, a.Country)
	if err == nil {
		err = a.Publish(gov.WithActor(t.Context(), by), files)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A database of an earlier release starts with the product's newer packs in
// force; cases that were begun keep the version they began with.
func TestADatabaseOfAnEarlierReleaseStarts(t *testing.T) {
	var c *casework.Case
	folder := t.TempDir()
	started(t, folder, func(a *app.App) {
		published(t, a, gov.System, asBefore(t, a, "1"))
		if err := a.SeedPeople(t.Context(), 12); err != nil {
			t.Fatal(err)
		}
		p, err := newPlayer(t.Context(), a, t.Logf)
		if err == nil {
			c, err = p.apply(t.Context())
		}
		if err != nil || c.Version != "1" {
			t.Fatalf("%+v, %v", c, err)
		}
	})
	a, log := started(t, folder, nil)
	if v := renewalInForce(t, a); v != "3" || strings.Contains(log, "not put into force") {
		t.Errorf("version %s is in force; %s", v, log)
	}
	p, err := newPlayer(t.Context(), a, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	go a.Pump.Run(ctx)
	if err := p.pay(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := p.decide(t.Context(), c.ID); err != nil {
		t.Fatal(err)
	}
	err = a.DB.Read(system, func(tx *db.Tx) error {
		v, _, err := a.Cases.Peek(tx, c.ID)
		if err == nil && (v.Version != "1" || v.Outcome != casework.Granted) {
			t.Errorf("the case has version %s and ended as %q", v.Version, v.Outcome)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What somebody published stays; the log names the pack and what to do.
func TestTheProductsPacksYieldToWhatIsPublished(t *testing.T) {
	owner := gov.Actor{Person: "owner", Org: "iga", Roles: []gov.Role{gov.Owner}}
	for name, x := range map[string]struct {
		version, now, says string
		by                 gov.Actor
	}{
		"the product's number with other files": {"3", "3", "its version number is published with other files", gov.System},
		"the organisation's newer version":      {"3.1", "3.1", "the organisation published its own version", owner},
		"the organisation's, lower number":      {"1.5", "1.5", "the organisation published its own version", owner},
		"a later release":                       {"10", "10", "a newer version is in force", gov.System},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			_, log := started(t, folder, func(a *app.App) { published(t, a, x.by, asBefore(t, a, x.version)) })
			again, _ := started(t, folder, nil)
			if v := renewalInForce(t, again); v != x.now {
				t.Errorf("version %s is in force", v)
			}
			if !strings.Contains(log, x.says) || !strings.Contains(log, "level=WARN") || strings.Count(log, "not put into force") != 1 || !strings.Contains(log, "pack="+renewal) {
				t.Errorf("the log says %q", log)
			}
		})
	}
	t.Run("put back to an earlier version", func(t *testing.T) {
		folder := t.TempDir()
		first, _ := started(t, folder, func(a *app.App) { published(t, a, gov.System, asBefore(t, a, "1")) })
		if err := first.Publish(gov.WithActor(t.Context(), owner), asBefore(t, first, "1")); err != nil {
			t.Fatal(err)
		}
		again, log := started(t, folder, nil)
		if v := renewalInForce(t, again); v != "1" || strings.Contains(log, "not put into force") {
			t.Errorf("version %s is in force; %s", v, log)
		}
	})
}
