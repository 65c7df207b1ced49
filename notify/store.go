package notify

import (
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/mail"
)

// The SQL of this package. Tables: notify_*.

const messageColumns = `id, person, org, case_id, ref, kind, subject, body, link, at, read_at`

func scanMessage(scan func(...any) error) (m Message, err error) {
	var at, read int64
	err = scan(&m.ID, &m.To, &m.Org, &m.Case, &m.Ref, &m.Kind, db.Doc{To: &m.Subject}, db.Doc{To: &m.Body}, &m.Link, &at, &read)
	m.At, m.ReadAt = db.Moment(at), db.Moment(read)
	return m, err
}

func insertMessage(tx *db.Tx, m Message) error {
	return tx.Exec(`INSERT INTO notify_message (id, person, org, case_id, ref, kind, subject, body, link, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
		m.ID, string(m.To), string(m.Org), string(m.Case), m.Ref, string(m.Kind), db.JSON(m.Subject), db.JSON(m.Body), m.Link, m.At.UnixMilli())
}

func messageByID(tx *db.Tx, id string) (Message, bool, error) {
	return db.One(tx, scanMessage, `SELECT `+messageColumns+` FROM notify_message WHERE id = $1`, id)
}

func messages(tx *db.Tx, p gov.PersonID, o gov.OrgID, before string, n int) ([]Message, error) {
	return db.Rows(tx, scanMessage, `SELECT `+messageColumns+` FROM (
			SELECT * FROM (SELECT `+messageColumns+` FROM notify_message WHERE person = $1 AND person <> '' AND id < $3 ORDER BY id DESC LIMIT $4) AS mine
			UNION ALL
			SELECT * FROM (SELECT `+messageColumns+` FROM notify_message WHERE org = $2 AND org <> '' AND id < $3 ORDER BY id DESC LIMIT $4) AS ours
		) AS both_of_them ORDER BY id DESC LIMIT $4`, string(p), string(o), before, n)
}

func unread(tx *db.Tx, p gov.PersonID, o gov.OrgID, most int) (n int, err error) {
	err = tx.QueryRow(`SELECT count(*) FROM (
			SELECT * FROM (SELECT id FROM notify_message WHERE person = $1 AND org = '' AND read_at = 0 LIMIT $3) AS mine
			UNION ALL
			SELECT * FROM (SELECT id FROM notify_message WHERE person = '' AND org = $2 AND org <> '' AND read_at = 0 LIMIT $3) AS ours
		) AS both_of_them`, string(p), string(o), most).Scan(&n)
	return min(n, most), err
}

func markRead(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE notify_message SET read_at = $1 WHERE id = $2 AND read_at = 0`, tx.Millis(), id)
}

func markAllRead(tx *db.Tx, p gov.PersonID) error {
	return tx.Exec(`UPDATE notify_message SET read_at = $1 WHERE person = $2 AND org = '' AND read_at = 0`, tx.Millis(), string(p))
}

func preference(tx *db.Tx, p gov.PersonID) (Preference, error) {
	w, ok, err := db.One(tx, func(scan func(...any) error) (w Preference, err error) { return w, scan(&w.Email, &w.SMS) },
		`SELECT email, sms FROM notify_preference WHERE person = $1`, string(p))
	if err == nil && !ok {
		w = Preference{Email: true, SMS: true}
	}
	return w, err
}

func setPreference(tx *db.Tx, p gov.PersonID, w Preference) error {
	return tx.Exec(`INSERT INTO notify_preference (person, email, sms) VALUES ($1, $2, $3)
		ON CONFLICT (person) DO UPDATE SET email = excluded.email, sms = excluded.sms`, string(p), w.Email, w.SMS)
}

func insertDelivery(tx *db.Tx, d delivery) error {
	return tx.Exec(`INSERT INTO notify_delivery (id, message, channel, address, lang, subject, body, link, state, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
		d.ID, d.message, string(d.channel), d.To, string(d.Lang), db.JSON(d.Subject), db.JSON(d.Body), d.Link, Waiting, tx.Millis())
}

func deliveryByID(tx *db.Tx, id string) (delivery, bool, error) {
	return db.One(tx, func(scan func(...any) error) (d delivery, err error) {
		return d, scan(&d.ID, &d.message, &d.channel, &d.To, &d.Lang, db.Doc{To: &d.Subject}, db.Doc{To: &d.Body}, &d.Link, &d.state)
	}, `SELECT id, message, channel, address, lang, subject, body, link, state FROM notify_delivery WHERE id = $1`, id)
}

// endDelivery forgets where it went and what it said.
func endDelivery(tx *db.Tx, id, state, trouble string) error {
	return tx.Exec(`UPDATE notify_delivery SET state = $1, trouble = $2, done_at = $3, address = '', subject = '{}', body = '{}', link = '' WHERE id = $4 AND state = 'waiting'`,
		state, trouble, tx.Millis(), id)
}

func deliveriesOf(tx *db.Tx, message string) ([]Delivered, error) {
	return db.Rows(tx, func(scan func(...any) error) (d Delivered, err error) {
		var done int64
		err = scan(&d.Channel, &d.State, &d.Trouble, &done)
		d.DoneAt = db.Moment(done)
		return d, err
	}, `SELECT channel, state, trouble, done_at FROM notify_delivery WHERE message = $1 AND message <> '' ORDER BY channel`, message)
}

func insertOutbox(tx *db.Tx, c Channel, m mail.Message) error {
	return tx.Exec(`INSERT INTO notify_outbox (id, channel, address, lang, subject, body, link, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8) ON CONFLICT DO NOTHING`,
		m.ID, string(c), m.To, string(m.Lang), db.JSON(m.Subject), db.JSON(m.Body), m.Link, tx.Millis())
}

func kept(tx *db.Tx, n int) ([]Kept, error) {
	return db.Rows(tx, func(scan func(...any) error) (k Kept, err error) {
		var at int64
		err = scan(&k.ID, &k.Channel, &k.To, &k.Lang, db.Doc{To: &k.Subject}, db.Doc{To: &k.Body}, &k.Link, &at)
		k.At = db.Moment(at)
		return k, err
	}, `SELECT id, channel, address, lang, subject, body, link, at FROM notify_outbox ORDER BY at DESC, id DESC LIMIT $1`, n)
}

func sweep(tx *db.Tx, before time.Time) error {
	for _, q := range []string{
		`DELETE FROM notify_delivery WHERE at < $1`,
		`DELETE FROM notify_outbox WHERE at < $1`,
		`DELETE FROM notify_hook WHERE at < $1`,
	} {
		if err := tx.Exec(q, before.UnixMilli()); err != nil {
			return err
		}
	}
	return nil
}

const subscriptionColumns = `id, org, url, events, made_at, failures, stopped_at, why`

func (s *Subscription) scan(scan func(...any) error, more ...any) error {
	var made, stopped int64
	err := scan(append([]any{&s.ID, &s.Org, &s.URL, db.Doc{To: &s.Events}, &made, &s.Failures, &stopped, &s.Why}, more...)...)
	s.MadeAt, s.StoppedAt = db.Moment(made), db.Moment(stopped)
	return err
}

func scanSubscription(scan func(...any) error) (s Subscription, err error) { return s, s.scan(scan) }

func insertSubscription(tx *db.Tx, s Subscription, secret string) error {
	return tx.Exec(`INSERT INTO notify_subscription (id, org, url, events, secret, made_at) VALUES ($1,$2,$3,$4,$5,$6)`,
		s.ID, string(s.Org), s.URL, db.JSON(s.Events), secret, s.MadeAt.UnixMilli())
}

func subscription(tx *db.Tx, id string) (s Subscription, secret string, ok bool, err error) {
	s, ok, err = db.One(tx, func(scan func(...any) error) (s Subscription, err error) { return s, s.scan(scan, &secret) },
		`SELECT `+subscriptionColumns+`, secret FROM notify_subscription WHERE id = $1`, id)
	return s, secret, ok, err
}

func subscriptions(tx *db.Tx, o gov.OrgID) ([]Subscription, error) {
	return db.Rows(tx, scanSubscription, `SELECT `+subscriptionColumns+` FROM notify_subscription WHERE org = $1 ORDER BY id`, string(o))
}

func deleteSubscription(tx *db.Tx, id string) error {
	if err := tx.Exec(`DELETE FROM notify_hook WHERE subscription = $1`, id); err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM notify_subscription WHERE id = $1`, id)
}

func stopSubscription(tx *db.Tx, id, why string) error {
	return tx.Exec(`UPDATE notify_subscription SET stopped_at = $1, why = $2 WHERE id = $3`, tx.Millis(), why, id)
}

func resumeSubscription(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE notify_subscription SET stopped_at = 0, why = '', failures = 0 WHERE id = $1`, id)
}

func succeeded(tx *db.Tx, hook string) error {
	return tx.Exec(`UPDATE notify_subscription SET failures = 0 WHERE failures > 0 AND id = (SELECT subscription FROM notify_hook WHERE id = $1 AND state = 'sent')`, hook)
}

// failed counts a delivery given up; an empty subscription when it is gone.
func failed(tx *db.Tx, hook string) (Subscription, error) {
	s, _, err := db.One(tx, scanSubscription, `UPDATE notify_subscription SET failures = failures + 1 WHERE id = (SELECT subscription FROM notify_hook WHERE id = $1)
		RETURNING `+subscriptionColumns, hook)
	return s, err
}

const hookColumns = `id, subscription, event, body, state, tries, status, at, done_at`

func scanHook(scan func(...any) error) (h Hook, err error) {
	var at, done int64
	err = scan(&h.ID, &h.Subscription, &h.Event, &h.Body, &h.State, &h.Tries, &h.Status, &at, &done)
	h.At, h.DoneAt = db.Moment(at), db.Moment(done)
	return h, err
}

func insertHook(tx *db.Tx, h Hook) error {
	return tx.Exec(`INSERT INTO notify_hook (id, subscription, event, body, state, at) VALUES ($1,$2,$3,$4,'waiting',$5)`, h.ID, h.Subscription, h.Event, h.Body, tx.Millis())
}

func hookByID(tx *db.Tx, id string) (Hook, bool, error) {
	return db.One(tx, scanHook, `SELECT `+hookColumns+` FROM notify_hook WHERE id = $1`, id)
}

func hooks(tx *db.Tx, subscription string, n int) ([]Hook, error) {
	return db.Rows(tx, scanHook, `SELECT `+hookColumns+` FROM notify_hook WHERE subscription = $1 ORDER BY id DESC LIMIT $2`, subscription, n)
}

func noteHook(tx *db.Tx, id string, status int) error {
	return tx.Exec(`UPDATE notify_hook SET tries = tries + 1, status = $1 WHERE id = $2`, status, id)
}

func endHook(tx *db.Tx, id, state string) error {
	return tx.Exec(`UPDATE notify_hook SET state = $1, done_at = $2 WHERE id = $3 AND state = 'waiting'`, state, tx.Millis(), id)
}

// settleHook ends a hook whose job is done: sent when the last answer was a good
// one, failed when it was not sent because its subscription is stopped.
func settleHook(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE notify_hook SET state = CASE WHEN status BETWEEN 200 AND 299 THEN 'sent' ELSE 'failed' END, done_at = $1 WHERE id = $2 AND state = 'waiting'`, tx.Millis(), id)
}

func reviveHook(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE notify_hook SET state = 'waiting', status = 0, done_at = 0 WHERE id = $1`, id)
}
