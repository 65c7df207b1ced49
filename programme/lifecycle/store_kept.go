package lifecycle

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// kept is what this package keeps about services, by service.
type kept struct {
	signed  map[gov.ServiceID][]Statement // those that hold
	given   map[gov.ServiceID][]Evidence  // likewise
	counter map[gov.ServiceID]CounterState
}

// readKept reads what holds now about some services, or about all when none is
// named.
func readKept(tx *db.Tx, ids []gov.ServiceID) (k kept, err error) {
	k = kept{map[gov.ServiceID][]Statement{}, map[gov.ServiceID][]Evidence{}, map[gov.ServiceID]CounterState{}}
	if len(ids) == 0 || len(ids) > few {
		return k, k.read(tx, "")
	}
	for _, id := range ids {
		if err := k.read(tx, id); err != nil {
			return k, err
		}
	}
	return k, nil
}

// read reads of one service, by the indexes, or of all.
func (k *kept) read(tx *db.Tx, id gov.ServiceID) error {
	args, only, whose := []any{tx.Millis()}, "", []any{}
	if id != "" {
		args, only, whose = append(args, string(id)), " AND service = $2", append(whose, string(id))
	}
	signed, err := db.Rows(tx, scanSigned, `SELECT `+signedColumns+` FROM lifecycle_signed WHERE `+holding+only+` ORDER BY at`, args...)
	if err != nil {
		return err
	}
	for _, s := range signed {
		k.signed[s.Service] = append(k.signed[s.Service], s)
	}
	given, err := db.Rows(tx, scanGiven, `SELECT `+givenColumns+` FROM lifecycle_evidence
		WHERE since <= $1 AND (until = 0 OR until > $1)`+only+` ORDER BY service, name, source`, args...)
	if err != nil {
		return err
	}
	for _, x := range given {
		k.given[x.Service] = append(k.given[x.Service], x)
	}
	if only = ""; id != "" {
		only = " WHERE service = $1"
	}
	counters, err := db.Rows(tx, scanCounter, `SELECT `+counterColumns+` FROM lifecycle_counter`+only+` ORDER BY service, number`, whose...)
	for _, e := range counters {
		k.counter[e.Service] = e.State
	}
	return err
}

const counterColumns = `service, number, at, state, words, link, actor, acting, measures`

func scanCounter(scan func(...any) error) (e CounterEvent, err error) {
	var at int64
	err = scan(&e.Service, &e.Number, &at, &e.State, &e.Words, &e.Link, &e.Actor, &e.Acting, db.Doc{To: &e.Measures})
	e.At = db.Moment(at)
	return e, err
}

func insertCounter(tx *db.Tx, e CounterEvent) error {
	return tx.Exec(`INSERT INTO lifecycle_counter (`+counterColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		string(e.Service), e.Number, e.At.UnixMilli(), string(e.State), e.Words, e.Link, string(e.Actor), string(e.Acting), db.JSON(e.Measures))
}

func counterEvents(tx *db.Tx, id gov.ServiceID) ([]CounterEvent, error) {
	return db.Rows(tx, scanCounter, `SELECT `+counterColumns+` FROM lifecycle_counter WHERE service = $1 ORDER BY number DESC`, string(id))
}

func closedCounters(tx *db.Tx) ([]gov.ServiceID, error) {
	return db.Rows(tx, db.Scalar[gov.ServiceID], `SELECT service FROM lifecycle_counter AS c WHERE state = $1
		AND NOT EXISTS (SELECT 1 FROM lifecycle_counter AS later WHERE later.service = c.service AND later.number > c.number) ORDER BY service`, string(CounterClosed))
}
