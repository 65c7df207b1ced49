package db

import (
	"context"
	"embed"
	"io/fs"

	"github.com/pressly/goose/v3"

	"diwan.example/gov"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations is the ordered list of schema changes; one list for both engines.
func Migrations() fs.FS {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return sub
}

func (d *DB) provider() (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	if d.engine == Postgres {
		dialect = goose.DialectPostgres
	}
	return goose.NewProvider(dialect, d.write, Migrations())
}

// Migrate brings the schema up to date and returns how many migrations ran.
// Two nodes may call it at once: the one that loses finds nothing left to do.
func (d *DB) Migrate(ctx context.Context) (ran int, err error) {
	for range 5 {
		p, err := d.provider()
		if err != nil {
			return ran, gov.Wrap(err, "read migrations")
		}
		done, err := p.Up(ctx)
		ran += len(done)
		if err == nil {
			return ran, nil
		}
		if left, e := d.Pending(ctx); e != nil || left == 0 || d.engine == SQLite {
			return ran, translate(err)
		}
	}
	return ran, unavailable
}

// Pending counts the migrations that have not run here.
func (d *DB) Pending(ctx context.Context) (int, error) {
	p, err := d.provider()
	if err != nil {
		return 0, err
	}
	st, err := p.Status(ctx)
	n := 0
	for _, s := range st {
		if s.State == goose.StatePending {
			n++
		}
	}
	return n, translate(err)
}

// Administer runs one statement outside any transaction, such as CREATE
// DATABASE; for tests and operators' tools.
func (d *DB) Administer(ctx context.Context, q string) error {
	_, err := d.write.ExecContext(ctx, q)
	return translate(err)
}
