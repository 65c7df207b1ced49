package identity

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: identity_*.

const personColumns = `p.id, p.civil_number, p.name_ar, p.name_en, p.birth, p.sex, p.nationality, p.phone, p.email, p.block, p.road, p.building, p.flat, p.marks, p.lang, p.closed_at > 0`

func (p *Person) columns() []any {
	return []any{&p.ID, &p.CivilNumber, &p.NameAr, &p.NameEn, &p.Birth, &p.Sex, &p.Nationality, &p.Phone, &p.Email,
		&p.Block, &p.Road, &p.Building, &p.Flat, db.Doc{To: &p.Marks}, &p.Lang, &p.Closed}
}

func scanPerson(scan func(...any) error) (p Person, err error) { return p, scan(p.columns()...) }

// personBy finds by a column that is unique: id or civil_number.
func personBy(tx *db.Tx, column, value string) (Person, bool, error) {
	return db.One(tx, scanPerson, `SELECT `+personColumns+` FROM identity_person p WHERE `+column+` = $1 AND $1 <> ''`, value)
}

// peopleReached finds up to two open accounts by an e-mail address or phone
// number; two mean that it names nobody in particular.
func peopleReached(tx *db.Tx, column, key string) ([]Person, error) {
	return db.Rows(tx, scanPerson, `SELECT `+personColumns+` FROM identity_person p WHERE `+column+` = $1 AND $1 <> '' AND closed_at = 0 LIMIT 2`, key)
}

func insertPerson(tx *db.Tx, p Person) (added bool, err error) {
	n, err := tx.Changed(`INSERT INTO identity_person (id, civil_number, name_ar, name_en, birth, sex, nationality, phone, phone_key, email, email_key, block, road, building, flat, marks, lang, registered_at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18) ON CONFLICT DO NOTHING`,
		string(p.ID), p.CivilNumber, p.NameAr, p.NameEn, p.Birth, p.Sex, p.Nationality, p.Phone, phoneKey(p.Phone), p.Email, emailKey(p.Email),
		p.Block, p.Road, p.Building, p.Flat, db.JSON(p.Marks), string(p.Lang), tx.Millis())
	return n == 1, err
}

func updatePerson(tx *db.Tx, p Person) error {
	return tx.Exec(`UPDATE identity_person SET name_ar = $2, name_en = $3, birth = $4, sex = $5, nationality = $6, phone = $7, phone_key = $8, email = $9, email_key = $10,
			block = $11, road = $12, building = $13, flat = $14, marks = $15, lang = $16 WHERE id = $1`,
		string(p.ID), p.NameAr, p.NameEn, p.Birth, p.Sex, p.Nationality, p.Phone, phoneKey(p.Phone), p.Email, emailKey(p.Email),
		p.Block, p.Road, p.Building, p.Flat, db.JSON(p.Marks), string(p.Lang))
}

func closePerson(tx *db.Tx, id gov.PersonID) (int64, error) {
	return tx.Changed(`UPDATE identity_person SET closed_at = $1 WHERE id = $2 AND closed_at = 0`, tx.Millis(), string(id))
}

func reopenPerson(tx *db.Tx, id gov.PersonID) (int64, error) {
	return tx.Changed(`UPDATE identity_person SET closed_at = 0 WHERE id = $1 AND closed_at > 0`, string(id))
}

// namesOf pads the list, so that there are few texts of the statement.
func namesOf(tx *db.Tx, ids []gov.PersonID, into map[gov.PersonID]gov.Text) error {
	const width = 20
	for some := range slices.Chunk(ids, width) {
		marks, args := make([]string, width), make([]any, width)
		for i := range width {
			marks[i], args[i] = fmt.Sprintf("$%d", i+1), ""
			if i < len(some) {
				args[i] = string(some[i])
			}
		}
		_, err := db.Rows(tx, func(scan func(...any) error) (id gov.PersonID, err error) {
			var ar, en string
			err = scan(&id, &ar, &en)
			into[id] = gov.T(ar, en)
			return id, err
		}, `SELECT id, name_ar, name_en FROM identity_person WHERE id IN (`+strings.Join(marks, ", ")+`)`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}

func insertWords(tx *db.Tx, id gov.PersonID, words []string) error {
	if len(words) == 0 {
		return nil
	}
	rows, args := make([]string, len(words)), []any{string(id)}
	for i, w := range words {
		rows[i] = fmt.Sprintf("($%d, $1)", i+2)
		args = append(args, wordKey(w))
	}
	return tx.Exec(`INSERT INTO identity_word (word, person) VALUES `+strings.Join(rows, ", "), args...)
}

// wordKey writes a word so that every collation orders it by its bytes and all
// words with the same beginning lie between that beginning's key and key+"g".
func wordKey(w string) string { return hex.EncodeToString([]byte(w)) }

func deleteWords(tx *db.Tx, id gov.PersonID) error {
	return tx.Exec(`DELETE FROM identity_word WHERE person = $1`, string(id))
}

func peopleAt(tx *db.Tx, at time.Time) ([]Person, error) {
	return db.Rows(tx, scanPerson, `SELECT `+personColumns+` FROM identity_person p WHERE registered_at = $1 ORDER BY id`, db.Millis(at))
}

// findPeople stops at the first n who fit, so that a search for names that
// many bear costs no more than one for a rare name.
func findPeople(tx *db.Tx, words []string, n int) ([]Person, error) {
	if len(words) == 1 && gov.CivilNumberValid(words[0]) {
		return db.Rows(tx, scanPerson, `SELECT `+personColumns+` FROM identity_person p WHERE civil_number = $1`, words[0])
	}
	q := `SELECT DISTINCT w.person FROM identity_word w WHERE w.word >= $1 AND w.word < $2`
	args := []any{wordKey(words[0]), wordKey(words[0]) + "g"}
	for _, w := range words[1:] {
		q += fmt.Sprintf(` AND EXISTS (SELECT 1 FROM identity_word o WHERE o.person = w.person AND o.word >= $%d AND o.word < $%d)`, len(args)+1, len(args)+2)
		args = append(args, wordKey(w), wordKey(w)+"g")
	}
	return db.Rows(tx, scanPerson, `SELECT `+personColumns+` FROM identity_person p WHERE id IN (`+q+fmt.Sprintf(` LIMIT %d) ORDER BY p.name_ar, p.id`, n), args...)
}

func putMember(tx *db.Tx, p gov.PersonID, o gov.OrgID, roles []gov.Role) error {
	return tx.Exec(`INSERT INTO identity_member (person, org, roles, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (person, org) DO UPDATE SET roles = excluded.roles`, string(p), string(o), db.JSON(roles), tx.Millis())
}

func deleteMember(tx *db.Tx, p gov.PersonID, o gov.OrgID) (int64, error) {
	return tx.Changed(`DELETE FROM identity_member WHERE person = $1 AND org = $2`, string(p), string(o))
}

func scanMember(scan func(...any) error) (m Membership, err error) {
	return m, scan(&m.Org, db.Doc{To: &m.Roles})
}

func member(tx *db.Tx, p gov.PersonID, o gov.OrgID) (Membership, bool, error) {
	return db.One(tx, scanMember, `SELECT org, roles FROM identity_member WHERE person = $1 AND org = $2`, string(p), string(o))
}

func members(tx *db.Tx, p gov.PersonID) ([]Membership, error) {
	return db.Rows(tx, scanMember, `SELECT org, roles FROM identity_member WHERE person = $1 ORDER BY org`, string(p))
}

// holders are the people with an open account who have a role anywhere.
func holders(tx *db.Tx, r gov.Role) ([]gov.PersonID, error) {
	return db.Rows(tx, db.Scalar[gov.PersonID], `SELECT DISTINCT m.person FROM identity_member m JOIN identity_person p ON p.id = m.person
		WHERE CAST(m.roles AS text) LIKE $1 AND p.closed_at = 0 ORDER BY m.person`, `%"`+string(r)+`"%`)
}

func staff(tx *db.Tx, o gov.OrgID) ([]Colleague, error) {
	return db.Rows(tx, func(scan func(...any) error) (c Colleague, err error) {
		var ar, en string
		err = scan(&c.Person, &ar, &en, db.Doc{To: &c.Roles})
		c.Name = gov.T(ar, en)
		return c, err
	}, `SELECT p.id, p.name_ar, p.name_en, m.roles FROM identity_member m JOIN identity_person p ON p.id = m.person WHERE m.org = $1 ORDER BY p.name_ar, p.id`, string(o))
}

const mandateColumns = `id, holder, subject, name, kind, scope, from_at, until_at, source`

func (m *Mandate) scan(scan func(...any) error, more ...any) error {
	var from, until int64
	err := scan(append([]any{&m.ID, &m.Holder, &m.For, db.Doc{To: &m.ForName}, &m.Kind, &m.Scope, &from, &until, &m.Source}, more...)...)
	m.From, m.Until = db.Moment(from), db.Moment(until)
	return err
}

func scanMandate(scan func(...any) error) (m Mandate, err error) { return m, m.scan(scan) }

func insertMandate(tx *db.Tx, m Mandate) error {
	return tx.Exec(`INSERT INTO identity_mandate (`+mandateColumns+`) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9)`,
		m.ID, string(m.Holder), m.For, db.JSON(m.ForName), string(m.Kind), m.Scope, db.Millis(m.From), db.Millis(m.Until), m.Source)
}

func mandate(tx *db.Tx, id string) (m Mandate, revoked, ok bool, err error) {
	m, ok, err = db.One(tx, func(scan func(...any) error) (m Mandate, err error) { return m, m.scan(scan, &revoked) },
		`SELECT `+mandateColumns+`, revoked_at > 0 FROM identity_mandate WHERE id = $1`, id)
	return m, revoked, ok, err
}

func mandatesOf(tx *db.Tx, holder gov.PersonID, subject string) ([]Mandate, error) {
	return db.Rows(tx, scanMandate, `SELECT `+mandateColumns+` FROM identity_mandate
		WHERE holder = $1 AND (subject = $2 OR $2 = '') AND revoked_at = 0 AND (until_at = 0 OR until_at > $3) ORDER BY id`, string(holder), subject, tx.Millis())
}

func mandatesFor(tx *db.Tx, subject string) ([]Mandate, error) {
	return db.Rows(tx, scanMandate, `SELECT `+mandateColumns+` FROM identity_mandate
		WHERE subject = $1 AND revoked_at = 0 AND (until_at = 0 OR until_at > $2) ORDER BY id`, subject, tx.Millis())
}

func revokeMandate(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE identity_mandate SET revoked_at = $1 WHERE id = $2`, tx.Millis(), id)
}

// One query answers a request: the session, its person, and the membership that
// is active, if it still exists.
const sessionQuery = `SELECT s.id, s.device, s.entered_by, s.entered_at, s.seen_at, s.org, s.channel, s.token_hash, s.old_hash, s.old_until, s.rotated_at, s.proved_at,
		coalesce(m.roles, '[]'), ` + personColumns + `
	FROM identity_session s JOIN identity_person p ON p.id = s.person LEFT JOIN identity_member m ON m.person = s.person AND m.org = s.org AND s.org <> ''`

func scanSession(scan func(...any) error) (s session, err error) {
	var entered, seen, oldUntil, rotated, proved int64
	err = scan(append([]any{&s.ID, &s.Device, &s.EnteredBy, &entered, &seen, &s.Org, &s.channel, &s.hash, &s.old, &oldUntil, &rotated, &proved,
		db.Words[gov.Role]{To: &s.roles}}, s.person.columns()...)...)
	s.EnteredAt, s.SeenAt, s.oldUntil, s.rotatedAt, s.provedAt = db.Moment(entered), db.Moment(seen), db.Moment(oldUntil), db.Moment(rotated), db.Moment(proved)
	return s, err
}

func sessionByHash(tx *db.Tx, h string) (session, bool, error) {
	s, ok, err := db.One(tx, scanSession, sessionQuery+` WHERE s.token_hash = $1`, h)
	if err != nil || ok {
		return s, ok, err
	}
	return db.One(tx, scanSession, sessionQuery+` WHERE s.old_hash = $1 AND s.old_hash <> ''`, h)
}

func insertSession(tx *db.Tx, id string, p gov.PersonID, hash, by, device string, c gov.Channel) error {
	proved := tx.Millis()
	return tx.Exec(`INSERT INTO identity_session (id, person, token_hash, channel, device, entered_by, entered_at, rotated_at, seen_at, proved_at)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$7,$7,$8)`, id, string(p), hash, string(c), device, by, tx.Millis(), proved)
}

// replaceToken puts a new token beside the one in use; false when another
// request has been quicker.
func replaceToken(tx *db.Tx, id, current, inUse, fresh string) (bool, error) {
	n, err := tx.Changed(`UPDATE identity_session SET token_hash = $1, old_hash = $2, old_until = 0, rotated_at = $3, seen_at = $3 WHERE id = $4 AND token_hash = $5`,
		fresh, inUse, tx.Millis(), id, current)
	return n == 1, err
}

func beginGrace(tx *db.Tx, id, h string, until time.Time) error {
	return tx.Exec(`UPDATE identity_session SET old_until = $1, seen_at = $2 WHERE id = $3 AND token_hash = $4 AND old_until = 0`, until.UnixMilli(), tx.Millis(), id, h)
}

func noteSeen(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE identity_session SET seen_at = $1 WHERE id = $2`, tx.Millis(), id)
}

func setOrg(tx *db.Tx, p gov.PersonID, id string, o gov.OrgID) (int64, error) {
	return tx.Changed(`UPDATE identity_session SET org = $1 WHERE id = $2 AND person = $3`, string(o), id, string(p))
}

func setProved(tx *db.Tx, p gov.PersonID, id string) (int64, error) {
	return tx.Changed(`UPDATE identity_session SET proved_at = $1 WHERE id = $2 AND person = $3`, tx.Millis(), id, string(p))
}

// endSessions ends one session of a person, or with id "" all of them.
func endSessions(tx *db.Tx, p gov.PersonID, id string) (int64, error) {
	return tx.Changed(`DELETE FROM identity_session WHERE person = $1 AND (id = $2 OR $2 = '')`, string(p), id)
}

func sessionsOf(tx *db.Tx, p gov.PersonID, seenAfter, enteredAfter time.Time) ([]Session, error) {
	return db.Rows(tx, func(scan func(...any) error) (s Session, err error) {
		var entered, seen int64
		err = scan(&s.ID, &s.Device, &s.EnteredBy, &entered, &seen, &s.Org)
		s.EnteredAt, s.SeenAt = db.Moment(entered), db.Moment(seen)
		return s, err
	}, `SELECT id, device, entered_by, entered_at, seen_at, org FROM identity_session WHERE person = $1 AND seen_at > $2 AND entered_at > $3 ORDER BY seen_at DESC, id DESC`,
		string(p), db.Millis(seenAfter), db.Millis(enteredAfter))
}

func limitCount(tx *db.Tx, bucket string, span int64) (int64, error) {
	n, _, err := db.One(tx, db.Scalar[int64], `SELECT n FROM identity_limit WHERE bucket = $1 AND span = $2`, bucket, span)
	return n, err
}

func takeLimit(tx *db.Tx, bucket string, span, most, until int64) (bool, error) {
	n, err := tx.Changed(`INSERT INTO identity_limit (bucket, span, n, until_at) VALUES ($1, $2, 1, $3)
		ON CONFLICT (bucket, span) DO UPDATE SET n = identity_limit.n + 1 WHERE identity_limit.n < $4`, bucket, span, until, most)
	return n == 1, err
}

func sweep(tx *db.Tx, now, idle, whole time.Time) error {
	for _, q := range []string{
		`DELETE FROM identity_limit WHERE until_at < $1`,
		`DELETE FROM identity_attempt WHERE until_at < $1`,
		`DELETE FROM identity_ceremony WHERE until_at < $1`,
	} {
		if err := tx.Exec(q, now.UnixMilli()); err != nil {
			return err
		}
	}
	return tx.Exec(`DELETE FROM identity_session WHERE seen_at < $1 OR entered_at < $2`, idle.UnixMilli(), whole.UnixMilli())
}

func insertAttempt(tx *db.Tx, id, purpose string, p gov.PersonID, session string, until time.Time) error {
	return tx.Exec(`INSERT INTO identity_attempt (id, purpose, person, session, code_hash, until_at) VALUES ($1,$2,$3,$4,'',$5)`,
		id, purpose, string(p), session, until.UnixMilli())
}

// setCode gives an attempt its code, once.
func setCode(tx *db.Tx, id string, p gov.PersonID, seal string) (bool, error) {
	n, err := tx.Changed(`UPDATE identity_attempt SET person = $1, code_hash = $2 WHERE id = $3 AND code_hash = '' AND until_at > $4`, string(p), seal, id, tx.Millis())
	return n == 1, err
}

// tryAttempt counts a try, if there is one left.
func tryAttempt(tx *db.Tx, id, purpose, session string, most int64) (p gov.PersonID, seal string, ok bool, err error) {
	_, ok, err = db.One(tx, func(scan func(...any) error) (any, error) { return nil, scan(&p, &seal) },
		`UPDATE identity_attempt SET tries = tries + 1 WHERE id = $1 AND purpose = $2 AND session = $3 AND tries < $4 AND used_at = 0 AND until_at > $5
		RETURNING person, code_hash`, id, purpose, session, most, tx.Millis())
	return p, seal, ok, err
}

func useAttempt(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE identity_attempt SET used_at = $1 WHERE id = $2`, tx.Millis(), id)
}

func insertCeremony(tx *db.Tx, c ceremony) error {
	return tx.Exec(`INSERT INTO identity_ceremony (id, purpose, person, session, data, until_at) VALUES ($1,$2,$3,$4,$5,$6)`,
		c.id, c.purpose, string(c.person), c.session, db.JSON(c.data), c.until.UnixMilli())
}

// takeCeremony hands a ceremony out once.
func takeCeremony(tx *db.Tx, id string) (ceremony, bool, error) {
	return db.One(tx, func(scan func(...any) error) (c ceremony, err error) {
		var until int64
		err = scan(&c.id, &c.purpose, &c.person, &c.session, db.Doc{To: &c.data}, &until)
		c.until = db.Moment(until)
		return c, err
	}, `DELETE FROM identity_ceremony WHERE id = $1 RETURNING id, purpose, person, session, data, until_at`, id)
}

func insertPasskey(tx *db.Tx, id string, p gov.PersonID, label string, c webauthn.Credential) (bool, error) {
	n, err := tx.Changed(`INSERT INTO identity_passkey (id, person, label, credential, made_at) VALUES ($1,$2,$3,$4,$5) ON CONFLICT DO NOTHING`,
		id, string(p), label, db.JSON(c), tx.Millis())
	return n == 1, err
}

// credentials are the passkeys that still work.
func credentials(tx *db.Tx, p gov.PersonID) ([]webauthn.Credential, error) {
	return db.Rows(tx, func(scan func(...any) error) (c webauthn.Credential, err error) {
		return c, scan(db.Doc{To: &c})
	}, `SELECT credential FROM identity_passkey WHERE person = $1 AND NOT suspect ORDER BY made_at`, string(p))
}

func passkeys(tx *db.Tx, p gov.PersonID) ([]Passkey, error) {
	return db.Rows(tx, func(scan func(...any) error) (k Passkey, err error) {
		var made, used int64
		err = scan(&k.ID, &k.Label, &made, &used, &k.Suspect)
		k.MadeAt, k.UsedAt = db.Moment(made), db.Moment(used)
		return k, err
	}, `SELECT id, label, made_at, used_at, suspect FROM identity_passkey WHERE person = $1 ORDER BY made_at, id`, string(p))
}

func notePasskey(tx *db.Tx, id string, c webauthn.Credential, suspect bool) error {
	return tx.Exec(`UPDATE identity_passkey SET credential = $1, used_at = $2, suspect = $3 WHERE id = $4`, db.JSON(c), tx.Millis(), suspect, id)
}

func deletePasskey(tx *db.Tx, p gov.PersonID, id string) (int64, error) {
	return tx.Changed(`DELETE FROM identity_passkey WHERE id = $1 AND person = $2`, id, string(p))
}

const tokenColumns = `t.id, t.person, t.org, t.name, t.scopes, t.made_at, t.until_at, t.used_at`

func (t *Token) scan(scan func(...any) error, more ...any) error {
	var made, until, used int64
	err := scan(append([]any{&t.ID, &t.Person, &t.Org, &t.Name, db.Words[string]{To: &t.Scopes}, &made, &until, &used}, more...)...)
	t.MadeAt, t.Until, t.UsedAt = db.Moment(made), db.Moment(until), db.Moment(used)
	return err
}

func insertToken(tx *db.Tx, t Token, hash string) error {
	return tx.Exec(`INSERT INTO identity_token (id, hash, person, org, name, scopes, made_at, until_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		t.ID, hash, string(t.Person), string(t.Org), t.Name, db.JSON(t.Scopes), t.MadeAt.UnixMilli(), t.Until.UnixMilli())
}

// tokenByHash finds a token that holds now, with what its maker may do now.
func tokenByHash(tx *db.Tx, hash string) (t Token, roles []gov.Role, ok bool, err error) {
	t, ok, err = db.One(tx, func(scan func(...any) error) (t Token, err error) {
		return t, t.scan(scan, db.Words[gov.Role]{To: &roles})
	},
		`SELECT `+tokenColumns+`, coalesce(m.roles, '[]') FROM identity_token t JOIN identity_person p ON p.id = t.person AND p.closed_at = 0
		LEFT JOIN identity_member m ON m.person = t.person AND m.org = t.org AND t.org <> ''
		WHERE t.hash = $1 AND t.revoked_at = 0 AND t.until_at > $2`, hash, tx.Millis())
	return t, roles, ok, err
}

func noteToken(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE identity_token SET used_at = $1 WHERE id = $2`, tx.Millis(), id)
}

func tokensOf(tx *db.Tx, p gov.PersonID, o gov.OrgID) ([]Token, error) {
	return db.Rows(tx, func(scan func(...any) error) (t Token, err error) { return t, t.scan(scan) },
		`SELECT `+tokenColumns+` FROM identity_token t WHERE t.org = $1 AND (t.org <> '' OR t.person = $2) AND t.revoked_at = 0 ORDER BY t.id DESC`, string(o), string(p))
}

func revokeToken(tx *db.Tx, id string, p gov.PersonID, o gov.OrgID) (int64, error) {
	return tx.Changed(`UPDATE identity_token SET revoked_at = $1 WHERE id = $2 AND revoked_at = 0 AND (person = $3 OR org = $4 AND $4 <> '')`, tx.Millis(), id, string(p), string(o))
}

func setLang(tx *db.Tx, p gov.PersonID, l gov.Lang) error {
	return tx.Exec(`UPDATE identity_person SET lang = $1 WHERE id = $2`, string(l), string(p))
}
