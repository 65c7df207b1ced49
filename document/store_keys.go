package document

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of keys' lists.

func rootKeys(tx *db.Tx, authority gov.OrgID) ([]Key, error) {
	return db.Rows(tx, scanKey, keyColumns+` WHERE org = $1 AND role = 'root' ORDER BY state = 'active' DESC, created DESC, kid`, string(authority))
}

func insertEntitled(tx *db.Tx, e Entitled) error {
	return tx.Exec(`INSERT INTO document_entitled (org, service, type, version, since) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
		string(e.Organisation), string(e.Service), e.Type, e.Version, e.Since.UnixMilli())
}

func allEntitled(tx *db.Tx) ([]Entitled, error) {
	return db.Rows(tx, func(scan func(...any) error) (e Entitled, err error) {
		var since int64
		err = scan(&e.Organisation, &e.Service, &e.Type, &e.Version, &since)
		e.Since = db.Moment(since)
		return e, err
	}, `SELECT org, service, type, version, since FROM document_entitled ORDER BY service, type, org, version`)
}

// stored is a published trust list.
type stored struct {
	number       int64
	issued, next time.Time
	content      string // digest of what it says, without number and time
	jws          []byte
}

const trustColumns = `SELECT number, issued, next, content, jws FROM document_trust`

func scanTrust(scan func(...any) error) (s stored, err error) {
	var issued, next int64
	var text string
	err = scan(&s.number, &issued, &next, &s.content, &text)
	s.issued, s.next, s.jws = db.Moment(issued), db.Moment(next), []byte(text)
	return s, err
}

func newestTrust(tx *db.Tx) (stored, bool, error) {
	s, ok, err := db.One(tx, scanTrust, trustColumns+` ORDER BY number DESC LIMIT 1`)
	if !ok {
		s = stored{}
	}
	return s, ok, err
}

func trustByNumber(tx *db.Tx, number int64) (stored, bool, error) {
	return db.One(tx, scanTrust, trustColumns+` WHERE number = $1`, number)
}

// insertTrust reports false when the number is taken.
func insertTrust(tx *db.Tx, s stored) (bool, error) {
	n, err := tx.Changed(`INSERT INTO document_trust (number, issued, next, content, jws) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (number) DO NOTHING`,
		s.number, s.issued.UnixMilli(), s.next.UnixMilli(), s.content, string(s.jws))
	return n == 1, err
}

func crossKey(tx *db.Tx, kid, crossed string) error {
	return tx.Exec(`UPDATE document_key SET crossed = $1 WHERE kid = $2`, crossed, kid)
}

const ceremonyColumns = `SELECT id, kind, org, role, kid, place, reason, since, note, state, proposed, proposer, until, decided, decider, answer, record, via FROM document_ceremony`

func scanCeremony(scan func(...any) error) (c Ceremony, err error) {
	var since, proposed, until, decided int64
	err = scan(&c.ID, &c.Rite, &c.Organisation, &c.Role, &c.Key, &c.Place, &c.Reason, &since, &c.Note, &c.State, &proposed, &c.By, &until, &decided, &c.Second, &c.Answer, db.Doc{To: &c.Record}, &c.Via)
	c.Since, c.Proposed, c.Until, c.Decided = db.Moment(since), db.Moment(proposed), db.Moment(until), db.Moment(decided)
	return c, err
}

func ceremonyByID(tx *db.Tx, id string) (Ceremony, bool, error) {
	return db.One(tx, scanCeremony, ceremonyColumns+` WHERE id = $1`, id)
}

func lastCeremonies(tx *db.Tx, n int) ([]Ceremony, error) {
	return db.Rows(tx, scanCeremony, ceremonyColumns+` ORDER BY proposed DESC, id DESC LIMIT $1`, n)
}

// insertCeremony reports false when one of the same kind is open for the key.
func insertCeremony(tx *db.Tx, c Ceremony) (bool, error) {
	n, err := tx.Changed(`INSERT INTO document_ceremony (id, kind, org, role, kid, place, reason, since, note, state, proposed, proposer, until, record, via)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT (kind, org, role, kid) WHERE state = 'proposed' DO NOTHING`,
		c.ID, string(c.Rite), string(c.Organisation), string(c.Role), c.Key, c.Place, string(c.Reason), db.Millis(c.Since), c.Note, string(c.State),
		db.Millis(c.Proposed), string(c.By), db.Millis(c.Until), db.JSON(c.Record), string(c.Via))
	return n == 1, err
}

// moveCeremony reports false when somebody was faster.
func moveCeremony(tx *db.Tx, c Ceremony, from CeremonyState) (bool, error) {
	n, err := tx.Changed(`UPDATE document_ceremony SET state = $1, decided = $2, decider = $3, answer = $4, record = $5 WHERE id = $6 AND state = $7`,
		string(c.State), db.Millis(c.Decided), string(c.Second), c.Answer, db.JSON(c.Record), c.ID, string(from))
	return n == 1, err
}

// lapseCeremonies ends what nobody confirmed in time.
func lapseCeremonies(tx *db.Tx) error {
	return tx.Exec(`UPDATE document_ceremony SET state = 'lapsed', decided = until WHERE state = 'proposed' AND until < $1`, tx.Millis())
}

// newestRoot is the last ceremony that made a root.
func newestRoot(tx *db.Tx) (Ceremony, bool, error) {
	return db.One(tx, scanCeremony, ceremonyColumns+` WHERE kind = 'root' AND state = 'done' ORDER BY decided DESC, proposed DESC LIMIT 1`)
}
