package policy

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: policy_*.

const resultColumns = `service, check_id, since, until, organisation, state, shows, version`

func scanResult(scan func(...any) error) (r Result, err error) {
	var since, until int64
	err = scan(&r.Service, &r.Check, &since, &until, &r.Organisation, &r.State, &r.Shows, &r.Version)
	r.Since, r.Until = db.Moment(since), db.Moment(until)
	return r, err
}

// few is how many services are read one by one rather than all at once.
const few = 40

// resultsNow are the results that hold, by service and check.
func resultsNow(tx *db.Tx, ids []gov.ServiceID) (map[gov.ServiceID]map[string]Result, error) {
	out := map[gov.ServiceID]map[string]Result{}
	read := func(id gov.ServiceID) error {
		list, err := heldResults(tx, id)
		for _, r := range list {
			if out[r.Service] == nil {
				out[r.Service] = map[string]Result{}
			}
			out[r.Service][r.Check] = r
		}
		return err
	}
	if len(ids) == 0 || len(ids) > few {
		return out, read("")
	}
	for _, id := range ids {
		if err := read(id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// heldResults are the results that hold of one service, by the index, or of all.
func heldResults(tx *db.Tx, id gov.ServiceID) ([]Result, error) {
	const held = `SELECT ` + resultColumns + ` FROM policy_result WHERE until = 0`
	if id == "" {
		return db.Rows(tx, scanResult, held)
	}
	return db.Rows(tx, scanResult, held+` AND service = $1`, string(id))
}

// putResult ends the result that held and writes the new one. Within one moment
// the later replaces the earlier.
func putResult(tx *db.Tx, had bool, r Result) error {
	if had {
		if err := endResult(tx, r.Service, r.Check); err != nil {
			return err
		}
	}
	return tx.Exec(`INSERT INTO policy_result (`+resultColumns+`) VALUES ($1, $2, $3, 0, $4, $5, $6, $7)
		ON CONFLICT (service, check_id, since) DO UPDATE SET until = 0, organisation = excluded.organisation, state = excluded.state, shows = excluded.shows, version = excluded.version`,
		string(r.Service), r.Check, r.Since.UnixMilli(), string(r.Organisation), string(r.State), r.Shows, r.Version)
}

func endResult(tx *db.Tx, id gov.ServiceID, check string) error {
	return tx.Exec(`UPDATE policy_result SET until = $3 WHERE service = $1 AND check_id = $2 AND until = 0`, string(id), check, tx.Millis())
}

func resultsAt(tx *db.Tx, at time.Time, org gov.OrgID) ([]Result, error) {
	return db.Rows(tx, scanResult, `SELECT `+resultColumns+` FROM policy_result
		WHERE since <= $1 AND (until = 0 OR until > $1) AND ($2 = '' OR organisation = $2) ORDER BY organisation, service, check_id`, at.UnixMilli(), string(org))
}

func resultsOf(tx *db.Tx, id gov.ServiceID) ([]Result, error) {
	return db.Rows(tx, scanResult, `SELECT `+resultColumns+` FROM policy_result WHERE service = $1 ORDER BY since DESC, check_id`, string(id))
}

const exceptionColumns = `id, service, organisation, check_id, legal, link, reason, decided_by, author, acting, at, since, until, ended, ender`

func scanException(scan func(...any) error) (x Exception, err error) {
	var at, since, until, ended int64
	err = scan(&x.ID, &x.Service, &x.Organisation, &x.Check, &x.Legal, &x.Link, &x.Reason, &x.DecidedBy, &x.Author, &x.Acting, &at, &since, &until, &ended, &x.Ender)
	x.At, x.From, x.Until, x.Ended = db.Moment(at), db.Moment(since), db.Moment(until), db.Moment(ended)
	return x, err
}

func insertException(tx *db.Tx, x Exception) error {
	return tx.Exec(`INSERT INTO policy_exception (`+exceptionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, '')`,
		x.ID, string(x.Service), string(x.Organisation), x.Check, x.Legal, x.Link, x.Reason, x.DecidedBy, string(x.Author), string(x.Acting), x.At.UnixMilli(), x.From.UnixMilli(), x.Until.UnixMilli())
}

func endException(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE policy_exception SET ended = $2, ender = $3 WHERE id = $1`, id, tx.Millis(), string(tx.Actor().Person))
}

func exceptionByID(tx *db.Tx, id string) (Exception, bool, error) {
	return db.One(tx, scanException, `SELECT `+exceptionColumns+` FROM policy_exception WHERE id = $1`, id)
}

// exceptionsOf are the exceptions of exactly one scope.
func exceptionsOf(tx *db.Tx, check string, s gov.ServiceID, org gov.OrgID) ([]Exception, error) {
	return db.Rows(tx, scanException, `SELECT `+exceptionColumns+` FROM policy_exception WHERE check_id = $1 AND service = $2 AND organisation = $3`, check, string(s), string(org))
}

// exceptionsNow are those that hold now: that touch a service of an organisation,
// or all.
func exceptionsNow(tx *db.Tx, s gov.ServiceID, org gov.OrgID) ([]Exception, error) {
	return db.Rows(tx, scanException, `SELECT `+exceptionColumns+` FROM policy_exception
		WHERE ended = 0 AND since <= $1 AND until > $1 AND ($2 = '' OR service = $2 OR service = '' AND organisation = $3) ORDER BY service DESC, since`,
		tx.Millis(), string(s), string(org))
}

func exceptions(tx *db.Tx, org gov.OrgID) ([]Exception, error) {
	return db.Rows(tx, scanException, `SELECT `+exceptionColumns+` FROM policy_exception WHERE $1 = '' OR organisation = $1 ORDER BY until DESC, id DESC`, string(org))
}
