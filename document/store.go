package document

import (
	"time"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: document_*.

func activeKey(tx *db.Tx, org gov.OrgID, role KeyRole) (Key, bool, error) {
	return db.One(tx, scanKey, keyColumns+` WHERE org = $1 AND role = $2 AND state = 'active'`, string(org), string(role))
}

func keyByID(tx *db.Tx, kid string) (Key, bool, error) {
	return db.One(tx, scanKey, keyColumns+` WHERE kid = $1`, kid)
}

func allKeys(tx *db.Tx) ([]Key, error) {
	return db.Rows(tx, scanKey, keyColumns+` ORDER BY org, created DESC, kid`)
}

const keyColumns = `SELECT kid, org, role, state, created, ended, reason, since, certificate, issuer, sealed, crossed, place FROM document_key`

func scanKey(scan func(...any) error) (k Key, err error) {
	var created, ended, since int64
	var certificate string
	err = scan(&k.ID, &k.Organisation, &k.Role, &k.State, &created, &ended, &k.Reason, &since, &certificate, &k.Issuer, &k.sealed, &k.crossed, &k.Place)
	if err != nil {
		return k, err
	}
	k.Created, k.Ended, k.Since = db.Moment(created), db.Moment(ended), db.Moment(since)
	if certificate != "" {
		k.Certificate = readCertificate(certificate)
	}
	return k, err
}

// insertKey reports false when the organisation has an active key of the role already.
func insertKey(tx *db.Tx, k Key) (bool, error) {
	n, err := tx.Changed(`INSERT INTO document_key (kid, org, role, state, created, sealed, place) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (org, role) WHERE state = 'active' DO NOTHING`, k.ID, string(k.Organisation), string(k.Role), string(k.State), k.Created.UnixMilli(), k.sealed, k.Place)
	return n == 1, err
}

// certifyKey reports false when the key had another certificate by then.
func certifyKey(tx *db.Tx, kid, old, certificate, issuer string) (bool, error) {
	n, err := tx.Changed(`UPDATE document_key SET certificate = $1, issuer = $2 WHERE kid = $3 AND certificate = $4`, certificate, issuer, kid, old)
	return n == 1, err
}

// firstKey is when the oldest key was made; zero when there is none.
func firstKey(tx *db.Tx) (time.Time, error) {
	var first int64
	err := tx.QueryRow(`SELECT coalesce(min(created), 0) FROM document_key`).Scan(&first)
	return db.Moment(first), err
}

func moveKey(tx *db.Tx, k Key, to KeyState, why trust.Reason, since time.Time) (bool, error) {
	n, err := tx.Changed(`UPDATE document_key SET state = $1, ended = CASE WHEN ended = 0 THEN $2 ELSE ended END, reason = $3, since = $4 WHERE kid = $5 AND state = $6`,
		string(to), tx.Millis(), string(why), db.Millis(since), k.ID, string(k.State))
	return n == 1, err
}

// lastKey is the newest key of a role, whatever became of it.
func lastKey(tx *db.Tx, org gov.OrgID, role KeyRole) (Key, bool, error) {
	return db.One(tx, scanKey, keyColumns+` WHERE org = $1 AND role = $2 ORDER BY created DESC, kid DESC LIMIT 1`, string(org), string(role))
}

func resealKey(tx *db.Tx, kid, sealed string) error {
	return tx.Exec(`UPDATE document_key SET sealed = $1 WHERE kid = $2`, sealed, kid)
}

// insertDocument reports false when the number, or the place in a status list, is taken.
func insertDocument(tx *db.Tx, d Document) (bool, error) {
	n, err := tx.Changed(`INSERT INTO document_issued (id, number, org, service, version, type, case_id, holder, channel, place, issued, valid_until, state, replaces, token, seal, salt, status_list, status_index)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) ON CONFLICT DO NOTHING`,
		string(d.ID), d.Number, string(d.Organisation), string(d.Service), d.Version, d.Type, string(d.Case), string(d.Holder), string(d.Channel), d.Place,
		db.Millis(d.Issued), db.Millis(d.ValidUntil), string(d.State), string(d.Replaces), d.Token, d.seal, bytesOrNone(d.salt), d.list, d.index)
	return n == 1, err
}

const documentColumns = `SELECT id, number, org, service, version, type, case_id, holder, channel, place, issued, valid_until, state, changed, reason, replaces, replaced_by, token, seal, salt, status_list, status_index
	FROM document_issued`

func scanDocument(scan func(...any) error) (d Document, err error) {
	var issued, until, changed int64
	err = scan(&d.ID, &d.Number, &d.Organisation, &d.Service, &d.Version, &d.Type, &d.Case, &d.Holder, &d.Channel, &d.Place, &issued, &until,
		&d.State, &changed, db.Doc{To: &d.Reason}, &d.Replaces, &d.ReplacedBy, &d.Token, &d.seal, &d.salt, &d.list, &d.index)
	d.Issued, d.ValidUntil, d.Changed = db.Moment(issued), db.Moment(until), db.Moment(changed)
	return d, err
}

func documentByID(tx *db.Tx, id gov.DocumentID) (Document, bool, error) {
	return db.One(tx, scanDocument, documentColumns+` WHERE id = $1`, string(id))
}

// stateByID reads no more of a document than its type and what it is worth.
func stateByID(tx *db.Tx, id gov.DocumentID) (Document, bool, error) {
	return db.One(tx, func(scan func(...any) error) (d Document, err error) {
		var until int64
		d.ID = id
		err = scan(&d.State, &until, &d.Organisation, &d.Service, &d.Type)
		d.ValidUntil = db.Moment(until)
		return d, err
	}, `SELECT state, valid_until, org, service, type FROM document_issued WHERE id = $1`, string(id))
}

func documentByNumber(tx *db.Tx, number string) (Document, bool, error) {
	return db.One(tx, scanDocument, documentColumns+` WHERE number = $1`, number)
}

func documentsOfHolder(tx *db.Tx, p gov.PersonID, n int) ([]Document, error) {
	return db.Rows(tx, scanDocument, documentColumns+` WHERE holder = $1 ORDER BY issued DESC, id LIMIT $2`, string(p), n)
}

// documentsBefore continues a list of a holder's documents, newest first.
func documentsBefore(tx *db.Tx, p gov.PersonID, issued int64, id string, n int) ([]Document, error) {
	return db.Rows(tx, scanDocument, documentColumns+` WHERE holder = $1 AND (issued < $2 OR issued = $2 AND id > $3) ORDER BY issued DESC, id LIMIT $4`, string(p), issued, id, n)
}

func documentsOfCase(tx *db.Tx, c gov.CaseID) ([]Document, error) {
	return db.Rows(tx, scanDocument, documentColumns+` WHERE case_id = $1 ORDER BY issued, id`, string(c))
}

// moveDocument reports false when the document is no longer in from.
func moveDocument(tx *db.Tx, id gov.DocumentID, from, to State, by gov.DocumentID, reason gov.Text) (bool, error) {
	n, err := tx.Changed(`UPDATE document_issued SET state = $1, changed = $2, changed_by = $3, reason = $4, replaced_by = $5 WHERE id = $6 AND state = $7`,
		string(to), tx.Millis(), string(tx.Actor().Person), db.JSON(reason), string(by), string(id), string(from))
	return n == 1, err
}

const shareColumns = `SELECT code, document, claims, created, until, stopped, visits, last_visit, maker, recipient, tell FROM document_share`

func scanShare(scan func(...any) error) (s Share, err error) {
	var created, until, stopped, last, tell int64
	err = scan(&s.Code, &s.Document, db.Doc{To: &s.Claims}, &created, &until, &stopped, &s.Visits, &last, &s.Maker, &s.To, &tell)
	s.Tell = tell == 1
	s.Created, s.Until, s.Stopped, s.LastVisit = db.Moment(created), db.Moment(until), db.Moment(stopped), db.Moment(last)
	return s, err
}

func insertShare(tx *db.Tx, s Share) error {
	return tx.Exec(`INSERT INTO document_share (code, document, claims, created, until, maker, recipient, tell) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.Code, string(s.Document), db.JSON(s.Claims), s.Created.UnixMilli(), s.Until.UnixMilli(), string(s.Maker), s.To, bit(s.Tell))
}

func shareByCode(tx *db.Tx, code string) (Share, bool, error) {
	return db.One(tx, scanShare, shareColumns+` WHERE code = $1`, code)
}

func sharesOf(tx *db.Tx, id gov.DocumentID) ([]Share, error) {
	return db.Rows(tx, scanShare, shareColumns+` WHERE document = $1 ORDER BY created DESC, code`, string(id))
}

func countOpenShares(tx *db.Tx, id gov.DocumentID) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM document_share WHERE document = $1 AND stopped = 0 AND until > $2`, string(id), tx.Millis()).Scan(&n)
	return n, err
}

// stopShare reports false when it was stopped before.
func stopShare(tx *db.Tx, code string) (bool, error) {
	n, err := tx.Changed(`UPDATE document_share SET stopped = $1 WHERE code = $2 AND stopped = 0`, tx.Millis(), code)
	return n == 1, err
}

// countVisit reports false when the share is no longer open.
func countVisit(tx *db.Tx, code string, now time.Time) (bool, error) {
	n, err := tx.Changed(`UPDATE document_share SET visits = visits + 1, last_visit = $1 WHERE code = $2 AND stopped = 0 AND until > $1`, now.UnixMilli(), code)
	return n == 1, err
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func insertShareLook(tx *db.Tx, share string, l ShareLook) error {
	return tx.Exec(`INSERT INTO document_share_look (id, share, at, device, org, signed_in) VALUES ($1, $2, $3, $4, $5, $6)`,
		db.NewID(l.At), share, l.At.UnixMilli(), l.Device, string(l.Organisation), bit(l.SignedIn))
}

func looksAtShare(tx *db.Tx, share string, n int) ([]ShareLook, error) {
	return db.Rows(tx, func(scan func(...any) error) (l ShareLook, err error) {
		var at, in int64
		err = scan(&at, &l.Device, &l.Organisation, &in)
		l.At, l.SignedIn = db.Moment(at), in == 1
		return l, err
	}, `SELECT at, device, org, signed_in FROM document_share_look WHERE share = $1 ORDER BY id DESC LIMIT $2`, share, n)
}

// insertAttestation reports false when the number is taken.
func insertAttestation(tx *db.Tx, a Attestation) (bool, error) {
	n, err := tx.Changed(`INSERT INTO document_attestation (number, document, day, made, actor) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (number) DO NOTHING`,
		a.Number, string(a.Document), a.Day, a.Made.UnixMilli(), string(tx.Actor().Person))
	return n == 1, err
}

func countAttestations(tx *db.Tx, id gov.DocumentID) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM document_attestation WHERE document = $1`, string(id)).Scan(&n)
	return n, err
}

func attestationByNumber(tx *db.Tx, number string) (Attestation, bool, error) {
	return db.One(tx, func(scan func(...any) error) (a Attestation, err error) {
		var made int64
		err = scan(&a.Number, &a.Document, &a.Day, &made)
		a.Made = db.Moment(made)
		return a, err
	}, `SELECT number, document, day, made FROM document_attestation WHERE number = $1`, number)
}
