package procedure

import (
	"encoding/json"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// The SQL of this package. Tables: procedure_*.

// outcomeOf is how the closing fact says that the case ended.
func outcomeOf(f journal.Fact, otherwise string) string {
	var b struct {
		Outcome string `json:"outcome"`
	}
	if json.Unmarshal(f.Body, &b) != nil || b.Outcome == "" {
		return otherwise
	}
	return b.Outcome
}

// keep adds one closed case.
func keep(tx *db.Tx, w way) error {
	if err := tx.Exec(`INSERT INTO procedure_case (seq, case_id, day, service, organisation, channel, version, outcome, steps, automatic, handoffs, documents, visits, corrections, worked)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
		w.seq, string(w.Case), int(w.Day), string(w.Service), string(w.Organisation), string(w.Channel), w.Version, w.Outcome,
		w.Steps, w.Automatic, w.Handoffs, w.Documents, w.Visits, w.Corrections, w.Worked.Milliseconds()); err != nil {
		return err
	}
	corrected := min(w.Corrections, 1)
	if err := tx.Exec(`INSERT INTO procedure_month (month, service, organisation, channel, cases, steps, automatic, handoffs, documents, visits, corrections, corrected, worked)
		VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (month, service, organisation, channel) DO UPDATE SET cases = procedure_month.cases + 1, steps = procedure_month.steps + excluded.steps,
			automatic = procedure_month.automatic + excluded.automatic, handoffs = procedure_month.handoffs + excluded.handoffs,
			documents = procedure_month.documents + excluded.documents, visits = procedure_month.visits + excluded.visits,
			corrections = procedure_month.corrections + excluded.corrections, corrected = procedure_month.corrected + excluded.corrected, worked = procedure_month.worked + excluded.worked`,
		w.month, string(w.Service), string(w.Organisation), string(w.Channel), w.Steps, w.Automatic, w.Handoffs, w.Documents, w.Visits, w.Corrections, corrected, w.Worked.Milliseconds()); err != nil {
		return err
	}
	for _, s := range w.stays {
		if err := tx.Exec(`INSERT INTO procedure_stay (month, service, organisation, channel, step, kind, role, worker, stays, worked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)
			ON CONFLICT (month, service, organisation, channel, step, role, worker) DO UPDATE SET stays = procedure_stay.stays + 1, worked = procedure_stay.worked + excluded.worked`,
			w.month, string(w.Service), string(w.Organisation), string(w.Channel), s.step, string(s.kind), string(s.role), string(s.worker), s.worked.Milliseconds()); err != nil {
			return err
		}
	}
	return nil
}

// last is how a case was counted when it closed last before seq; without its stays.
func last(tx *db.Tx, service gov.ServiceID, id gov.CaseID, seq int64) (way, bool, error) {
	return db.One(tx, func(scan func(...any) error) (w way, err error) {
		var ms int64
		err = scan(&w.seq, &w.Day, &w.Service, &w.Organisation, &w.Channel, &w.Steps, &w.Automatic, &w.Handoffs, &w.Documents, &w.Visits, &w.Corrections, &ms)
		w.Worked, w.month = time.Duration(ms)*time.Millisecond, int(w.Day)/100
		return w, err
	}, `SELECT seq, day, service, organisation, channel, steps, automatic, handoffs, documents, visits, corrections, worked
		FROM procedure_case WHERE service = $1 AND case_id = $2 AND seq < $3 ORDER BY day DESC, seq DESC LIMIT 1`, string(service), string(id), seq)
}

// drop takes a counted case away again.
func drop(tx *db.Tx, w way) error {
	if err := tx.Exec(`DELETE FROM procedure_case WHERE seq = $1`, w.seq); err != nil {
		return err
	}
	if err := tx.Exec(`UPDATE procedure_month SET cases = cases - 1, steps = steps - $5, automatic = automatic - $6, handoffs = handoffs - $7,
			documents = documents - $8, visits = visits - $9, corrections = corrections - $10, corrected = corrected - $11, worked = worked - $12
		WHERE month = $1 AND service = $2 AND organisation = $3 AND channel = $4`,
		w.month, string(w.Service), string(w.Organisation), string(w.Channel), w.Steps, w.Automatic, w.Handoffs, w.Documents, w.Visits, w.Corrections,
		min(w.Corrections, 1), w.Worked.Milliseconds()); err != nil {
		return err
	}
	for _, s := range w.stays {
		if err := tx.Exec(`UPDATE procedure_stay SET stays = stays - 1, worked = worked - $8
			WHERE month = $1 AND service = $2 AND organisation = $3 AND channel = $4 AND step = $5 AND role = $6 AND worker = $7`,
			w.month, string(w.Service), string(w.Organisation), string(w.Channel), s.step, string(s.role), string(s.worker), s.worked.Milliseconds()); err != nil {
			return err
		}
	}
	return nil
}

// total is what the cases of one service and channel add up to.
type total struct {
	service      gov.ServiceID
	organisation gov.OrgID
	channel      gov.Channel
	cases, steps, automatic, handoffs, documents, visits,
	corrections, corrected, worked int64
}

// totals reads the sums of the months of a period, by service and channel.
func totals(tx *db.Tx, p Period) ([]total, error) {
	return db.Rows(tx, func(scan func(...any) error) (t total, err error) {
		return t, scan(&t.service, &t.organisation, &t.channel, &t.cases, &t.steps, &t.automatic, &t.handoffs, &t.documents, &t.visits, &t.corrections, &t.corrected, &t.worked)
	}, `SELECT service, organisation, channel, cast(sum(cases) AS bigint), cast(sum(steps) AS bigint), cast(sum(automatic) AS bigint), cast(sum(handoffs) AS bigint),
			cast(sum(documents) AS bigint), cast(sum(visits) AS bigint), cast(sum(corrections) AS bigint), cast(sum(corrected) AS bigint), cast(sum(worked) AS bigint)
		FROM procedure_month WHERE month BETWEEN $1 AND $2 AND ($3 = '' OR service = $3) AND ($4 = '' OR organisation = $4)
		GROUP BY service, organisation, channel HAVING sum(cases) > 0 ORDER BY service, organisation, channel`, int(p.From), int(p.To), string(p.Service), string(p.Organisation))
}

// stood is where the cases of a service stood on one channel.
type stood struct {
	service gov.ServiceID
	channel gov.Channel
	StayMean
	total int64 // working milliseconds
}

func stays(tx *db.Tx, p Period) ([]stood, error) {
	return db.Rows(tx, func(scan func(...any) error) (s stood, err error) {
		return s, scan(&s.service, &s.channel, &s.Step, &s.Kind, &s.Role, &s.Worker, &s.Stays, &s.total)
	}, `SELECT service, channel, step, kind, role, worker, cast(sum(stays) AS bigint), cast(sum(worked) AS bigint)
		FROM procedure_stay WHERE month BETWEEN $1 AND $2 AND ($3 = '' OR service = $3) AND ($4 = '' OR organisation = $4)
		GROUP BY service, channel, step, kind, role, worker HAVING sum(stays) > 0 ORDER BY service, channel, step, role, worker`, int(p.From), int(p.To), string(p.Service), string(p.Organisation))
}

// nth is the working time that the n-th fastest case of a service took.
func nth(tx *db.Tx, p Period, n int64) (time.Duration, error) {
	ms, _, err := db.One(tx, db.Scalar[int64], `SELECT worked FROM procedure_case WHERE service = $1 AND day BETWEEN $2 AND $3 AND ($4 = '' OR organisation = $4)
		ORDER BY worked LIMIT 1 OFFSET $5`, string(p.Service), int(p.From)*100, int(p.To)*100+99, string(p.Organisation), n)
	return time.Duration(ms) * time.Millisecond, err
}

// rows are up to n closed cases of a service, the newest first, before seq.
func rows(tx *db.Tx, p Period, before int64, n int) (list []Row, last int64, err error) {
	if before <= 0 {
		before = 1 << 62
	}
	list, err = db.Rows(tx, func(scan func(...any) error) (r Row, err error) {
		var ms int64
		err = scan(&last, &r.Case, &r.Day, &r.Service, &r.Organisation, &r.Channel, &r.Version, &r.Outcome, &r.Steps, &r.Automatic, &r.Handoffs, &r.Documents, &r.Visits, &r.Corrections, &ms)
		r.Worked = time.Duration(ms) * time.Millisecond
		return r, err
	}, `SELECT seq, case_id, day, service, organisation, channel, version, outcome, steps, automatic, handoffs, documents, visits, corrections, worked
		FROM procedure_case WHERE service = $1 AND day BETWEEN $2 AND $3 AND ($4 = '' OR organisation = $4) AND seq < $5 ORDER BY seq DESC LIMIT $6`,
		string(p.Service), int(p.From)*100, int(p.To)*100+99, string(p.Organisation), before, n)
	return list, last, err
}
