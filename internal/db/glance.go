package db

import (
	"context"
	"database/sql"
)

// glance lets one query through, see DB.Glance.
type glance struct {
	runner
	asked bool
}

func (g *glance) ask() {
	if g.asked {
		panic("db: a second statement in a glance")
	}
	g.asked = true
}

// ExecContext refuses: a glance writes nothing.
func (g *glance) ExecContext(context.Context, string, ...any) (sql.Result, error) {
	panic("db: a statement that writes in a glance")
}

// QueryContext runs the query.
func (g *glance) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	g.ask()
	return g.runner.QueryContext(ctx, q, args...)
}

// QueryRowContext runs the query for one row.
func (g *glance) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	g.ask()
	return g.runner.QueryRowContext(ctx, q, args...)
}
