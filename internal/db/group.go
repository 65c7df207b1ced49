package db

import (
	"context"
	"database/sql"
)

// groupLimit bounds how many writers share one commit, so that the first does
// not wait long for the last.
const groupLimit = 256

// request is one writer waiting for the group.
type request struct {
	ctx context.Context
	fn  func(*Tx) error
	tx  *Tx
	err error
	out chan error
}

// group is an SQLite connection with its prepared statements: the single writer,
// or one of the readers. The writer's statements are never cancelled half-way: a
// cancelled request's work is either in the group or not.
type group struct {
	db    *DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (d *DB) enqueue(ctx context.Context, fn func(*Tx) error) error {
	r := &request{ctx: ctx, fn: fn, out: make(chan error, 1)}
	select {
	case <-d.stop:
		return unavailable
	case d.queue <- r:
	}
	select {
	case err := <-r.out:
		return err
	case <-d.stop:
		d.done.Wait() // the running group may still have taken it
		select {
		case err := <-r.out:
			return err
		default:
			return unavailable
		}
	}
}

func (d *DB) serve(g *group) {
	defer d.done.Done()
	defer g.conn.Close()
	for {
		select {
		case <-d.stop:
			return
		case r := <-d.queue:
			g.commit(r)
		}
	}
}

// commit runs first and everything else that is waiting in one durable commit,
// then answers all of them.
func (g *group) commit(first *request) {
	batch := []*request{first}
	err := g.do("BEGIN IMMEDIATE")
	for r := first; err == nil && r != nil; {
		err = g.one(r)
		r = nil
		if err == nil && len(batch) < groupLimit {
			select {
			case r = <-g.db.queue:
				batch = append(batch, r)
			default:
			}
		}
	}
	if err == nil {
		err = g.do("COMMIT")
	}
	if err != nil {
		g.do("ROLLBACK") // fails when SQLite has rolled back by itself
		err = translate(err)
	} else {
		g.db.groups.Add(1)
	}
	for _, r := range batch {
		g.answer(r, err)
	}
}

func (g *group) answer(r *request, groupErr error) {
	switch {
	case groupErr != nil:
		r.out <- groupErr
	case r.err != nil:
		r.out <- translate(r.err)
	default:
		r.tx.committed()
		r.out <- nil
	}
}

// one runs a single writer in its savepoint. It returns an error only when the
// whole group is lost.
func (g *group) one(r *request) error {
	if r.err = r.ctx.Err(); r.err != nil {
		return nil
	}
	if err := g.do("SAVEPOINT one"); err != nil {
		return err
	}
	r.tx = g.db.newTx(r.ctx, g)
	r.tx.exec = context.Background()
	r.err = guarded(r.fn, r.tx)
	if r.err != nil {
		if err := g.do("ROLLBACK TO one"); err != nil {
			return r.err
		}
	}
	return g.do("RELEASE one")
}

func (g *group) do(q string) error {
	_, err := g.ExecContext(context.Background(), q)
	return err
}

func (g *group) stmt(q string) (*sql.Stmt, error) {
	if s := g.stmts[q]; s != nil {
		return s, nil
	}
	s, err := g.conn.PrepareContext(context.Background(), q)
	if err != nil {
		return nil, err
	}
	if len(g.stmts) > 2000 { // statement texts are constants; this only guards against a mistake
		for k, old := range g.stmts {
			old.Close()
			delete(g.stmts, k)
		}
	}
	g.stmts[q] = s
	return s, nil
}

// ExecContext runs a prepared statement on the group's connection.
func (g *group) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	s, err := g.stmt(q)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext runs a prepared query on the group's connection.
func (g *group) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	s, err := g.stmt(q)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext runs a prepared query for one row.
func (g *group) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	s, err := g.stmt(q)
	if err != nil {
		return g.conn.QueryRowContext(ctx, q, args...) // reports the same error when scanned
	}
	return s.QueryRowContext(ctx, args...)
}
