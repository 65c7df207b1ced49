package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"diwan.example/gov"
)

// runner is what runs statements: a *sql.Tx, or the group's connection with its
// prepared statements.
type runner interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

// Tx is one transaction. Its methods take SQL that runs on both engines.
type Tx struct {
	ctx   context.Context // carries the actor
	run   runner
	exec  context.Context // context for statements
	now   time.Time
	db    *DB
	after []func()
}

func (d *DB) newTx(ctx context.Context, r runner) *Tx {
	return &Tx{ctx: context.WithValue(ctx, inTx{}, true), run: r, exec: ctx, now: d.Now(), db: d}
}

// Context carries the actor and the request's values.
func (t *Tx) Context() context.Context { return t.ctx }

// Actor is who acts in this transaction.
func (t *Tx) Actor() gov.Actor { return gov.ActorFrom(t.ctx) }

// As returns the same transaction acted in by a.
func (t *Tx) As(a gov.Actor) *Tx {
	c := *t
	c.ctx = gov.WithActor(t.ctx, a)
	c.after = nil
	t.After(func() { c.committed() })
	return &c
}

// Now is the one time of the whole transaction, UTC.
func (t *Tx) Now() time.Time { return t.now }

// Millis is Now as stored: milliseconds since 1970.
func (t *Tx) Millis() int64 { return t.now.UnixMilli() }

// Serial reports whether writers come strictly one after the other (SQLite).
func (t *Tx) Serial() bool { return t.db.engine == SQLite }

// SkipLocked is the one dialect hook: it ends a SELECT that claims rows.
func (t *Tx) SkipLocked() string {
	if t.db.engine == Postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// After runs f once the transaction is durable; never when it fails.
func (t *Tx) After(f func()) { t.after = append(t.after, f) }

func (t *Tx) committed() {
	for _, f := range t.after {
		f()
	}
}

// Exec runs a statement.
func (t *Tx) Exec(q string, args ...any) error {
	_, err := t.run.ExecContext(t.exec, q, args...)
	return err
}

// Changed runs a statement and counts the rows it changed.
func (t *Tx) Changed(q string, args ...any) (int64, error) {
	r, err := t.run.ExecContext(t.exec, q, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Query runs a query; the caller closes the rows. Prefer Rows.
func (t *Tx) Query(q string, args ...any) (*sql.Rows, error) {
	return t.run.QueryContext(t.exec, q, args...)
}

// QueryRow runs a query for one row.
func (t *Tx) QueryRow(q string, args ...any) *sql.Row {
	return t.run.QueryRowContext(t.exec, q, args...)
}

// Rows runs a query and reads every row with read, which scans the current row.
func Rows[T any](t *Tx, read func(scan func(...any) error) (T, error), q string, args ...any) ([]T, error) {
	rs, err := t.Query(q, args...)
	if err != nil {
		return nil, err
	}
	defer rs.Close()
	var out []T
	for rs.Next() {
		v, err := read(rs.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rs.Err()
}

// One runs a query for one row and reads it. ok is false when there is none.
func One[T any](t *Tx, read func(scan func(...any) error) (T, error), q string, args ...any) (v T, ok bool, err error) {
	v, err = read(t.QueryRow(q, args...).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return v, false, nil
	}
	return v, err == nil, err
}

// Scalar reads rows of one column.
func Scalar[T any](scan func(...any) error) (v T, err error) { return v, scan(&v) }

// JSON encodes v for a jsonb column. It panics on values that cannot be JSON,
// which is a mistake in the program.
func JSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic("db: not JSON: " + err.Error())
	}
	return string(b)
}

// Doc scans a jsonb column into the value it points to.
type Doc struct{ To any }

// Scan implements sql.Scanner.
func (d Doc) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		return nil
	case []byte:
		return json.Unmarshal(v, d.To)
	case string:
		return json.Unmarshal([]byte(v), d.To)
	}
	return errors.New("db: a JSON column holds something else")
}

// Words scans a jsonb column that holds a list of texts, most often short plain
// ones, into the list it points to.
type Words[T ~string] struct{ To *[]T }

// Scan implements sql.Scanner.
func (w Words[T]) Scan(v any) error {
	var text string
	switch v := v.(type) {
	case string:
		text = v
	case []byte:
		text = string(v)
	default:
		return Doc{w.To}.Scan(v)
	}
	inside, isList := strings.CutPrefix(text, `["`)
	inside, ends := strings.CutSuffix(inside, `"]`)
	if !isList || !ends || strings.ContainsAny(inside, "\\ \t\r\n") {
		return Doc{w.To}.Scan(text)
	}
	var out []T
	for one := range strings.SplitSeq(inside, `","`) {
		if strings.Contains(one, `"`) {
			return Doc{w.To}.Scan(text)
		}
		out = append(out, T(one))
	}
	*w.To = out
	return nil
}
