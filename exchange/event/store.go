package event

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The SQL of this package. Tables: event_*.

const subscriptionColumns = `id, agreement, consumer, provider, topic, url, number, at, stopped`

func scanSubscription(scan func(...any) error) (s Subscription, err error) {
	var at, stopped int64
	err = scan(&s.ID, &s.Agreement, &s.Consumer, &s.Provider, &s.Topic, &s.URL, &s.Number, &at, &stopped)
	s.At, s.Stopped = db.Moment(at), db.Moment(stopped)
	return s, err
}

func subscription(tx *db.Tx, id string) (Subscription, bool, error) {
	return db.One(tx, scanSubscription, `SELECT `+subscriptionColumns+` FROM event_subscription WHERE id = $1`, id)
}

func secretOf(tx *db.Tx, id string) (string, error) {
	s, _, err := db.One(tx, db.Scalar[string], `SELECT secret FROM event_subscription WHERE id = $1`, id)
	return s, err
}

func subscribed(tx *db.Tx, id gov.AgreementID, topic string) (bool, error) {
	_, ok, err := db.One(tx, db.Scalar[string], `SELECT id FROM event_subscription WHERE agreement = $1 AND topic = $2 AND stopped = 0`, string(id), topic)
	return ok, err
}

// listening are the subscriptions in force to a topic of a provider.
func listening(tx *db.Tx, topic string, provider gov.OrgID) ([]Subscription, error) {
	return db.Rows(tx, scanSubscription, `SELECT `+subscriptionColumns+` FROM event_subscription WHERE topic = $1 AND stopped = 0 AND provider = $2 ORDER BY id`, topic, string(provider))
}

// subscriptions are those of an organisation on either side; of all with none.
func subscriptions(tx *db.Tx, org gov.OrgID) ([]Subscription, error) {
	return db.Rows(tx, scanSubscription, `SELECT `+subscriptionColumns+` FROM event_subscription WHERE $1 = '' OR consumer = $1 OR provider = $1 ORDER BY at DESC, id DESC`, string(org))
}

func insertSubscription(tx *db.Tx, s Subscription, secret string) error {
	return tx.Exec(`INSERT INTO event_subscription (id, agreement, consumer, provider, topic, url, secret, number, at, stopped) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, 0)`,
		s.ID, string(s.Agreement), string(s.Consumer), string(s.Provider), s.Topic, s.URL, secret, s.At.UnixMilli())
}

func stop(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE event_subscription SET stopped = $2 WHERE id = $1`, id, tx.Millis())
}

// lock holds a subscription until the transaction ends, so that its deliveries
// keep their order, and gives the number of the last one.
func lock(tx *db.Tx, id string) (n int64, err error) {
	err = tx.QueryRow(`UPDATE event_subscription SET number = number WHERE id = $1 RETURNING number`, id).Scan(&n)
	return n, err
}

const deliveryColumns = `id, subscription, number, source, subject, person, record, body, state, tries, status, trouble, looked, at, done`

func scanDelivery(scan func(...any) error) (d Delivery, err error) {
	var looked, at, done int64
	err = scan(&d.ID, &d.Subscription, &d.Number, &d.source, &d.subject, &d.person, &d.record, db.Doc{To: &d.body}, &d.State, &d.Tries, &d.Status, &d.Trouble, &looked, &at, &done)
	d.looked, d.At, d.Done = db.Moment(looked), db.Moment(at), db.Moment(done)
	return d, err
}

func delivery(tx *db.Tx, id string) (Delivery, bool, error) {
	return db.One(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM event_delivery WHERE id = $1`, id)
}

func insertDelivery(tx *db.Tx, d Delivery) error {
	if err := tx.Exec(`UPDATE event_subscription SET number = $2 WHERE id = $1`, d.Subscription, d.Number); err != nil {
		return err
	}
	return tx.Exec(`INSERT INTO event_delivery (`+deliveryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, '', 0, $10, 0)`,
		d.ID, d.Subscription, d.Number, d.source, d.subject, string(d.person), d.record, db.JSON(d.body), string(d.State), d.At.UnixMilli())
}

func heard(tx *db.Tx, subscription, source string) (bool, error) {
	_, ok, err := db.One(tx, db.Scalar[string], `SELECT id FROM event_delivery WHERE subscription = $1 AND source = $2`, subscription, source)
	return ok, err
}

// headOf is the first delivery about a subject that is not over; "" when there is none.
func headOf(tx *db.Tx, subscription, subject string) (string, error) {
	id, _, err := db.One(tx, db.Scalar[string], `SELECT id FROM event_delivery
		WHERE subscription = $1 AND subject = $2 AND state IN ('waiting', 'dead') ORDER BY number LIMIT 1`, subscription, subject)
	return id, err
}

// move changes the state of a delivery that is in another one. What it said is
// forgotten when it is over.
func move(tx *db.Tx, id string, from, to State, trouble string) (bool, error) {
	n, err := tx.Changed(`UPDATE event_delivery SET state = $3, trouble = $4, done = CASE WHEN $3 = 'waiting' THEN 0 ELSE CAST($5 AS bigint) END,
			body = CASE WHEN $3 IN ('delivered', 'discarded', 'withheld') THEN '{}' ELSE body END WHERE id = $1 AND state = $2`,
		id, string(from), string(to), trouble, tx.Millis())
	return n == 1, err
}

func lookedAt(tx *db.Tx, id string) error {
	return tx.Exec(`UPDATE event_delivery SET looked = $2 WHERE id = $1`, id, tx.Millis())
}

func tried(tx *db.Tx, id string, status int) error {
	return tx.Exec(`UPDATE event_delivery SET tries = tries + 1, status = $2 WHERE id = $1`, id, status)
}

func deliveries(tx *db.Tx, id string, n int) ([]Delivery, error) {
	return db.Rows(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM event_delivery WHERE subscription = $1 ORDER BY number DESC LIMIT $2`, id, n)
}

func deadOf(tx *db.Tx, id string) ([]Delivery, error) {
	return db.Rows(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM event_delivery WHERE subscription = $1 AND state = 'dead' ORDER BY number`, id)
}

func waitingAfter(tx *db.Tx, id string, after int64, n int) ([]Delivery, error) {
	return db.Rows(tx, scanDelivery, `SELECT `+deliveryColumns+` FROM event_delivery WHERE subscription = $1 AND number > $2 AND state = 'waiting' ORDER BY number LIMIT $3`, id, after, n)
}

// acknowledge ends what a receiver was given and says it has.
func acknowledge(tx *db.Tx, id string, upTo int64) error {
	return tx.Exec(`UPDATE event_delivery SET state = 'delivered', done = $3, body = '{}', tries = 1 WHERE subscription = $1 AND number <= $2 AND state = 'waiting' AND looked > 0`,
		id, upTo, tx.Millis())
}
