package procedure

import (
	"math"
	"strconv"

	"diwan.example/internal/db"
)

// keepSpared adds one case that was spared something.
func keepSpared(tx *db.Tx, r SparedRow) error {
	return tx.Exec(`INSERT INTO procedure_spared (seq, case_id, reference, day, month, service, organisation, channel, questions, papers, visits) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		r.Seq, string(r.Case), r.Reference, int(r.Day), int(MonthOf(r.Day)), string(r.Service), string(r.Organisation), string(r.Channel), r.Questions, r.Papers, r.Visits)
}

const sums = `count(DISTINCT case_id), coalesce(sum(questions), 0), coalesce(sum(papers), 0), coalesce(sum(visits), 0) FROM procedure_spared`

// where narrows to a period.
func (p Period) where() (string, []any) {
	q, args := ` WHERE month >= $1 AND month <= $2`, []any{int(p.From), int(p.To)}
	if p.Organisation != "" {
		args = append(args, string(p.Organisation))
		q += ` AND organisation = $` + strconv.Itoa(len(args))
	}
	if p.Service != "" {
		args = append(args, string(p.Service))
		q += ` AND service = $` + strconv.Itoa(len(args))
	}
	return q, args
}

// sparedBy groups by organisation, service or month.
func sparedBy(tx *db.Tx, p Period) ([]Spared, error) {
	key, order := "organisation", "5 DESC, 2"
	switch {
	case p.Service != "":
		key, order = "month", "1 DESC"
	case p.Organisation != "":
		key = "service"
	}
	q, args := p.where()
	scan := func(scan func(...any) error) (s Spared, err error) {
		return s, scan(&s.Key, &s.Cases, &s.Questions, &s.Papers, &s.Visits)
	}
	return db.Rows(tx, scan, `SELECT cast(`+key+` AS text), `+sums+q+` GROUP BY `+key+` ORDER BY `+order, args...)
}

func sparedTotal(tx *db.Tx, p Period) (Spared, error) {
	q, args := p.where()
	s, _, err := db.One(tx, func(scan func(...any) error) (s Spared, err error) {
		return s, scan(&s.Cases, &s.Questions, &s.Papers, &s.Visits)
	}, `SELECT `+sums+q, args...)
	return s, err
}

func sparedRows(tx *db.Tx, p Period, before int64, n int) ([]SparedRow, error) {
	if before <= 0 {
		before = math.MaxInt64
	}
	q, args := p.where()
	args = append(args, before, n)
	return db.Rows(tx, func(scan func(...any) error) (r SparedRow, err error) {
		return r, scan(&r.Seq, &r.Case, &r.Reference, &r.Day, &r.Service, &r.Organisation, &r.Channel, &r.Questions, &r.Papers, &r.Visits)
	}, `SELECT seq, case_id, reference, day, service, organisation, channel, questions, papers, visits FROM procedure_spared`+q+
		` AND seq < $`+strconv.Itoa(len(args)-1)+` ORDER BY seq DESC LIMIT $`+strconv.Itoa(len(args)), args...)
}
