// Package db is the one door to the database. It opens SQLite or PostgreSQL,
// runs the one ordered list of migrations and lends transactions. It knows no
// table of any domain package.
//
// Write lends a transaction that is durable when Write returns nil. On SQLite
// many concurrent writers share one commit, each in its own savepoint, so that
// one failing leaves the others whole; on PostgreSQL each has its own
// transaction. Read lends a consistent snapshot that cannot write.
//
// A function that takes a *Tx never opens, commits or rolls back anything.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the scale-out engine
	_ "modernc.org/sqlite"             // the default engine

	"diwan.example/gov"
)

// Engine names a database engine.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// Options tune a DB; the zero value works.
type Options struct {
	Clock gov.Clock    // tells the time of every transaction; nil: the machine's clock
	Log   *slog.Logger // where causes of failures go; nil: slog.Default()
	Conns int          // PostgreSQL connections; 0: 16
	Brief bool         // SQLite: thrown away after use, so nothing waits for the disk; a power cut may lose it
}

// DB is an open database.
type DB struct {
	engine Engine
	name   string // file path or DSN
	log    *slog.Logger
	clock  atomic.Pointer[gov.Clock]

	read  *sql.DB
	write *sql.DB // the same as read on PostgreSQL

	queue   chan *request // SQLite: writers waiting for the group
	readers chan *group   // SQLite: reading connections that are free
	stop    chan struct{}
	done    sync.WaitGroup
	close   sync.Once

	writes atomic.Int64
	groups atomic.Int64
}

// Open opens the database that name denotes: a postgres:// URL or the path of an
// SQLite file, which is made when it does not exist. It runs no migration.
func Open(ctx context.Context, name string, o Options) (*DB, error) {
	d := &DB{name: name, log: o.Log, stop: make(chan struct{})}
	if d.log == nil {
		d.log = slog.Default()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	d.SetClock(o.Clock)
	var err error
	if strings.HasPrefix(name, "postgres://") || strings.HasPrefix(name, "postgresql://") {
		err = d.openPostgres(ctx, o)
	} else {
		err = d.openSQLite(ctx, o)
	}
	if err != nil {
		return nil, translate(err)
	}
	return d, nil
}

func (d *DB) openPostgres(ctx context.Context, o Options) (err error) {
	d.engine = Postgres
	if d.write, err = sql.Open("pgx", d.name); err != nil {
		return err
	}
	n := o.Conns
	if n == 0 {
		n = 16
	}
	d.write.SetMaxOpenConns(n)
	d.write.SetMaxIdleConns(n)
	d.read = d.write
	return d.sortsByBytes(ctx)
}

// sortsByBytes refuses a database whose collation sorts text otherwise than by
// its bytes: ids and prefixes would be found in another order than they are kept.
func (d *DB) sortsByBytes(ctx context.Context) error {
	var ok bool
	err := d.write.QueryRowContext(ctx, `SELECT 'a' > 'Z' AND '~' > 'z' AND '-' < '0'`).Scan(&ok)
	if err == nil && !ok {
		err = gov.Fail(gov.Invalid, "قاعدة البيانات ترتّب النصوص بحسب لغة، والمطلوب ترتيبها بالبايت: أنشئها بالخيار LC_COLLATE 'C'",
			"The database sorts text by a language; it must sort by bytes: create it with LC_COLLATE 'C' TEMPLATE template0")
	}
	return err
}

// The pragmas of SQLite: FULL keeps every acknowledged commit through a power cut.
const (
	sqlitePragmas = "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)&_pragma=cache_size(-65536)&_pragma=temp_store(2)"
	lasting       = "&_pragma=synchronous(FULL)"
	brief         = "&_pragma=synchronous(OFF)"
)

func (d *DB) openSQLite(ctx context.Context, o Options) (err error) {
	d.engine = SQLite
	file, sync := "file:"+filepath.ToSlash(d.name), lasting
	if o.Brief {
		sync = brief
	}
	if d.write, err = sql.Open("sqlite", file+sqlitePragmas+sync+"&_txlock=immediate"); err != nil {
		return err
	}
	d.write.SetMaxOpenConns(2) // the group's own connection, and one for migrations
	if err := d.openReaders(ctx, file); err != nil {
		return err
	}
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return err
	}
	d.queue = make(chan *request, 1024)
	d.done.Add(1)
	go d.serve(&group{db: d, conn: conn, stmts: map[string]*sql.Stmt{}})
	return nil
}

// openReaders opens a reading connection per core; more would starve the writer.
func (d *DB) openReaders(ctx context.Context, file string) (err error) {
	if d.read, err = sql.Open("sqlite", file+sqlitePragmas+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	n := max(2, runtime.NumCPU())
	d.readers = make(chan *group, n)
	for range n {
		conn, err := d.read.Conn(ctx)
		if err != nil {
			return err
		}
		d.readers <- &group{db: d, conn: conn, stmts: map[string]*sql.Stmt{}}
	}
	return nil
}

// Engine tells which engine this is.
func (d *DB) Engine() Engine { return d.engine }

// SetClock replaces the clock; for tests and for trying examples.
func (d *DB) SetClock(c gov.Clock) { d.clock.Store(&c) }

// Now is the present moment by the injected clock, UTC, in whole milliseconds.
func (d *DB) Now() time.Time { return (*d.clock.Load())().UTC().Truncate(time.Millisecond) }

// Stats counts what was written since Open: transactions, and the durable
// commits they shared.
type Stats struct{ Writes, Groups int64 }

// Stats returns the counts.
func (d *DB) Stats() Stats { return Stats{d.writes.Load(), d.groups.Load()} }

// Close waits for the running group and closes the database. Writes that come
// later fail as Unavailable. It may be called twice.
func (d *DB) Close() (err error) {
	d.close.Do(func() {
		close(d.stop)
		d.done.Wait()
		for range cap(d.readers) { // reads under way end first
			g := <-d.readers
			err = errors.Join(err, g.conn.Close())
		}
		err = errors.Join(err, d.write.Close())
		if d.read != d.write {
			err = errors.Join(err, d.read.Close())
		}
	})
	return err
}

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	return d.Read(ctx, func(tx *Tx) error {
		var one int
		return tx.QueryRow(`SELECT 1`).Scan(&one)
	})
}

type inTx struct{}

func noNesting(ctx context.Context) {
	if ctx.Value(inTx{}) != nil {
		panic("db: a transaction was opened inside a transaction")
	}
}

// Write runs fn in one transaction, which is durable when Write returns nil and
// has left no trace when it returns an error. fn may be run again (PostgreSQL,
// serialisation failure), so it changes nothing outside the transaction except
// through Tx.After. Errors: fn's own; Unavailable when the disk or server fails.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	noNesting(ctx)
	if err := ctx.Err(); err != nil {
		return unavailable.Because(err)
	}
	d.writes.Add(1)
	if d.engine == SQLite {
		return d.enqueue(ctx, fn)
	}
	for try := 0; ; try++ {
		err := d.writePostgres(ctx, fn)
		if err == nil || try == 6 || !retryable(err) {
			return translate(err)
		}
		time.Sleep(time.Duration(1<<try) * time.Millisecond)
	}
}

func (d *DB) writePostgres(ctx context.Context, fn func(*Tx) error) error {
	t, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	tx := d.newTx(ctx, t)
	if err := guarded(fn, tx); err != nil {
		return err
	}
	if err := t.Commit(); err != nil {
		return err
	}
	d.groups.Add(1)
	tx.committed()
	return nil
}

// Read runs fn in a read-only snapshot.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	noNesting(ctx)
	if d.engine == SQLite {
		return translate(d.readSQLite(ctx, fn))
	}
	t, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return translate(err)
	}
	defer t.Rollback()
	return translate(guarded(fn, d.newTx(ctx, t)))
}

// Glance runs fn, which asks for one thing by its key in one statement: a snapshot
// by itself, so that nothing is begun and ended around it. A second statement is
// a mistake in the program and fails.
func (d *DB) Glance(ctx context.Context, fn func(*Tx) error) error {
	noNesting(ctx)
	if d.engine != SQLite {
		return translate(guarded(fn, d.newTx(ctx, &glance{runner: d.read})))
	}
	g, err := d.reader(ctx)
	if err != nil {
		return translate(err)
	}
	defer func() { d.readers <- g }()
	tx := d.newTx(ctx, &glance{runner: g})
	tx.exec = context.Background() // one row by its key is not worth watching for a caller who leaves
	return translate(guarded(fn, tx))
}

// reader waits for a free connection of SQLite; the caller gives it back.
func (d *DB) reader(ctx context.Context) (*group, error) {
	select {
	case <-d.stop:
		return nil, unavailable
	default:
	}
	select {
	case g := <-d.readers:
		return g, nil
	case <-d.stop:
		return nil, unavailable
	case <-ctx.Done():
		return nil, unavailable.Because(ctx.Err())
	}
}

// readSQLite reads on a free connection with its prepared statements.
func (d *DB) readSQLite(ctx context.Context, fn func(*Tx) error) error {
	g, err := d.reader(ctx)
	if err != nil {
		return err
	}
	defer func() { d.readers <- g }()
	if err := g.do("BEGIN"); err != nil {
		return err
	}
	defer g.do("ROLLBACK")
	return guarded(fn, d.newTx(ctx, g))
}

// guarded turns a panic in fn into an error, so that one bad request does not
// take the group's other writers with it.
func guarded(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			buf := make([]byte, 4096)
			err = fmt.Errorf("panic in transaction: %v\n%s", p, buf[:runtime.Stack(buf, false)])
		}
	}()
	return fn(tx)
}
