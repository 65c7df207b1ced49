package directory

import (
	"encoding/base64"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package is in store*.go. Tables: directory_*.

// locked takes the row that orders all changes and returns the last version.
func locked(tx *db.Tx) (version int64, err error) {
	if err := tx.Exec(`INSERT INTO directory_centre (id, version, at) VALUES ('centre', 0, $1) ON CONFLICT (id) DO UPDATE SET at = excluded.at`, tx.Millis()); err != nil {
		return 0, err
	}
	err = tx.QueryRow(`SELECT version FROM directory_centre WHERE id = 'centre'`).Scan(&version)
	return version, err
}

// issue is one directory as it was issued.
type issue struct {
	version, issued, expires int64
	content, token           string
}

func insertIssue(tx *db.Tx, i issue) error {
	if err := tx.Exec(`UPDATE directory_centre SET version = $1 WHERE id = 'centre'`, i.version); err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO directory_issue (version, issued, expires, content, token) VALUES ($1,$2,$3,$4,$5)`, i.version, i.issued, i.expires, i.content, i.token)
}

func latestIssue(tx *db.Tx) (i issue, ok bool, err error) {
	return db.One(tx, func(scan func(...any) error) (i issue, err error) {
		return i, scan(&i.version, &i.issued, &i.expires, &i.content, &i.token)
	}, `SELECT version, issued, expires, content, token FROM directory_issue ORDER BY version DESC LIMIT 1`)
}

func latestVersion(tx *db.Tx) (n int64, err error) {
	err = tx.QueryRow(`SELECT coalesce(max(version), 0) FROM directory_issue`).Scan(&n)
	return n, err
}

// forgetIssues deletes those that expired before a moment.
func forgetIssues(tx *db.Tx, before int64) error {
	return tx.Exec(`DELETE FROM directory_issue WHERE expires < $1 AND version < (SELECT max(version) FROM directory_issue)`, before)
}

// key is a private key of the centre.
type key struct{ id, use, name, certificate, sealed string }

func scanKey(scan func(...any) error) (k key, err error) {
	return k, scan(&k.id, &k.use, &k.name, &k.certificate, &k.sealed)
}

func keyFor(tx *db.Tx, use string) (key, bool, error) {
	return db.One(tx, scanKey, `SELECT id, use, name, certificate, sealed FROM directory_key WHERE use = $1`, use)
}

func insertKey(tx *db.Tx, k key) error {
	return tx.Exec(`INSERT INTO directory_key (id, use, name, certificate, sealed, created) VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (use) DO NOTHING`,
		k.id, k.use, k.name, k.certificate, k.sealed, tx.Millis())
}

// MemberEntry is a member as it is kept, with its state.
type MemberEntry struct {
	ID           xroad.ClientID
	Name         gov.Text
	Organisation gov.OrgID
	State        State
}

func scanMember(scan func(...any) error) (m MemberEntry, err error) {
	var id string
	if err = scan(&id, &m.Organisation, db.Doc{To: &m.Name}, &m.State); err != nil {
		return m, err
	}
	m.ID, err = xroad.ParseClient(id)
	return m, err
}

func members(tx *db.Tx) ([]MemberEntry, error) {
	return db.Rows(tx, scanMember, `SELECT id, organisation, name, state FROM directory_member ORDER BY id`)
}

func member(tx *db.Tx, id xroad.ClientID) (m MemberEntry, err error) {
	m, _, err = db.One(tx, scanMember, `SELECT id, organisation, name, state FROM directory_member WHERE id = $1`, id.String())
	return m, err
}

func putMember(tx *db.Tx, m MemberEntry) error {
	return tx.Exec(`INSERT INTO directory_member (id, organisation, name, state) VALUES ($1,$2,$3,$4)
		ON CONFLICT (id) DO UPDATE SET organisation = excluded.organisation, name = excluded.name, state = excluded.state`,
		m.ID.String(), string(m.Organisation), db.JSON(m.Name), string(m.State))
}

// SubsystemEntry is a subsystem as it is kept. Plain: see System.
type SubsystemEntry struct {
	ID    xroad.ClientID
	Name  gov.Text
	Plain bool
	State State
}

func scanSubsystem(scan func(...any) error) (s SubsystemEntry, err error) {
	var id string
	var plain int64
	if err = scan(&id, db.Doc{To: &s.Name}, &plain, &s.State); err != nil {
		return s, err
	}
	s.Plain = plain == 1
	s.ID, err = xroad.ParseClient(id)
	return s, err
}

func subsystems(tx *db.Tx) ([]SubsystemEntry, error) {
	return db.Rows(tx, scanSubsystem, `SELECT id, name, plain, state FROM directory_subsystem ORDER BY id`)
}

func subsystem(tx *db.Tx, id xroad.ClientID) (s SubsystemEntry, err error) {
	s, _, err = db.One(tx, scanSubsystem, `SELECT id, name, plain, state FROM directory_subsystem WHERE id = $1`, id.String())
	return s, err
}

func putSubsystem(tx *db.Tx, s SubsystemEntry) error {
	return tx.Exec(`INSERT INTO directory_subsystem (id, member, name, plain, state) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, plain = excluded.plain, state = excluded.state`,
		s.ID.String(), s.ID.Owner().String(), db.JSON(s.Name), flag(s.Plain), string(s.State))
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func fromBase64(s string) ([]byte, error) { return base64.StdEncoding.DecodeString(s) }

func toBase64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
