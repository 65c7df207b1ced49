// Package dbtest gives tests a fresh, migrated database of each engine.
//
// SQLite is always tested. PostgreSQL is tested when DIWAN_TEST_POSTGRES names a
// server (`make test` starts a throw-away one); otherwise that half is skipped
// with a message.
package dbtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"diwan.example/internal/db"
	"diwan.example/internal/need"
)

// Server is the environment variable that names the PostgreSQL server.
const Server = "DIWAN_TEST_POSTGRES"

// Start is the moment at which test clocks begin: a Monday morning.
var Start = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// Each runs test once per engine.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// SQLite opens a fresh migrated file.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return open(t, File(t))
}

// File makes a fresh migrated SQLite file and returns its path.
func File(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "diwan.db")
	b, err := template()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// Postgres makes a fresh migrated database on the test server.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	return open(t, PostgresURL(t))
}

// PostgresURL makes a fresh migrated database and returns its URL, so that
// several nodes can open it.
func PostgresURL(t testing.TB) string {
	t.Helper()
	server := need.Setting(t, Server, "PostgreSQL is not tested here")
	tmpl, err := pgTemplate()
	if err != nil {
		t.Fatal(err)
	}
	name := "diwan_" + strings.ToLower(db.Short(12))
	if err := admin(server, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, tmpl)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { admin(server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return named(server, name)
}

// open waits for no disk, as the PostgreSQL of the tests does not: nothing here
// outlives its test. Only what is measured pays for durability.
func open(t testing.TB, name string) *db.DB {
	t.Helper()
	_, measured := t.(*testing.B)
	d, err := db.Open(context.Background(), name, db.Options{Conns: 8, Brief: !measured})
	if err != nil {
		t.Fatal(err)
	}
	d.SetClock(func() time.Time { return Start })
	t.Cleanup(func() { d.Close() })
	return d
}

func named(server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err)
	}
	u.Path = "/" + name
	return u.String()
}

func admin(server, q string) error {
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	d, err := db.Open(ctx, server, db.Options{Conns: 1})
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Administer(ctx, q)
}

// template is a migrated, empty SQLite file, made once per process.
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "diwan-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "t.db")
	if err := migrate(file); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// pgTemplate is a migrated, empty database, made once per process.
var pgTemplate = sync.OnceValues(func() (string, error) {
	server := os.Getenv(Server)
	name := fmt.Sprintf("diwan_template_%d_%s", os.Getpid(), strings.ToLower(db.Short(4)))
	if err := admin(server, "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	return name, migrate(named(server, name))
})

func migrate(name string) error {
	d, err := db.Open(context.Background(), name, db.Options{Conns: 2, Brief: true})
	if err != nil {
		return err
	}
	defer d.Close()
	_, err = d.Migrate(context.Background())
	return err
}
