package plan

import (
	"strconv"

	"diwan.example/internal/db"
)

func reportsOf(tx *db.Tx, p Plan) (map[int]Report, error) {
	list, err := db.Rows(tx, func(scan func(...any) error) (r Report, err error) {
		var part string
		var saved int64
		err = scan(&part, &r.Saves, db.Doc{To: &r.Answers}, &r.Author, &saved)
		r.Part, _ = strconv.Atoi(part)
		r.Saved = db.Moment(saved)
		return r, err
	}, `SELECT part, saves, body, author, saved FROM plan_report WHERE year = $1 AND organisation = $2`, p.Year, string(p.Organisation))
	out := map[int]Report{}
	for _, r := range list {
		out[r.Part] = r
	}
	return out, err
}

// keepReport stores a report unless it was saved since it had saves.
func keepReport(tx *db.Tx, p Plan, r Report, saves int) (bool, error) {
	n, err := tx.Changed(`INSERT INTO plan_report (year, organisation, part, saves, body, author, saved) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (year, organisation, part) DO UPDATE SET saves = excluded.saves, body = excluded.body, author = excluded.author, saved = excluded.saved
		WHERE plan_report.saves = $8`,
		p.Year, string(p.Organisation), strconv.Itoa(r.Part), r.Saves, db.JSON(r.Answers), string(r.Author), r.Saved.UnixMilli(), saves)
	return n == 1, err
}

// supportsOf are the plans of a year whose linkages another organisation supports.
func supportsOf(tx *db.Tx, year int) (map[support]bool, error) {
	list, err := db.Rows(tx, func(scan func(...any) error) (s support, err error) { return s, scan(&s.plan, &s.by) },
		`SELECT DISTINCT organisation, acting FROM plan_comment WHERE year = $1 AND kind = $2 AND section IN ('', $3)`, year, string(Support), Linkages)
	out := map[support]bool{}
	for _, s := range list {
		out[s] = true
	}
	return out, err
}
