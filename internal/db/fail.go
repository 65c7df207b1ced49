package db

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"diwan.example/gov"
)

var (
	unavailable = gov.Fail(gov.Unavailable, "تعذّر الحفظ الآن، ولم يتغيّر شيء. يُرجى المحاولة بعد قليل", "This could not be saved just now and nothing was changed. Please try again shortly")
	full        = gov.Fail(gov.Unavailable, "امتلأت مساحة التخزين، ولم يتغيّر شيء", "The storage is full and nothing was changed")
	noText      = gov.Fail(gov.Invalid, "ما أُرسل ليس نصًا صحيحًا", "What was sent is not proper text")
	readOnly    = gov.Fail(gov.Unavailable, "التخزين متاح للقراءة فقط الآن، ولم يتغيّر شيء", "The storage is read-only at the moment and nothing was changed")
)

// translate turns an engine's failure into one with a kind. Failures that
// already have a kind stay as they are.
func translate(err error) error {
	if err == nil {
		return nil
	}
	var e *gov.Error
	var many gov.Problems
	if errors.As(err, &e) || errors.As(err, &many) {
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return full.Because(err)
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
			return readOnly.Because(err)
		case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOMEM:
			return unavailable.Because(err)
		}
		return err
	}
	return translatePostgres(err)
}

func translatePostgres(err error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "53100":
			return full.Because(err)
		case pg.Code == "22021": // bytes that are no text, such as %00 in an address
			return noText.Because(err)
		case pg.Code == "25006":
			return readOnly.Because(err)
		case pg.Code[:2] == "53", pg.Code[:2] == "57", pg.Code[:2] == "08", retryable(err):
			return unavailable.Because(err)
		}
		return err
	}
	var conn *pgconn.ConnectError
	if errors.As(err, &conn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return unavailable.Because(err)
	}
	return err
}

// retryable reports whether a transaction failed only because another was in
// its way: serialisation failure or deadlock.
func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// Taken reports whether err says that a unique value is there already.
func Taken(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE || lite.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "23505"
}
