package programme

import (
	"fmt"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// The SQL of this package. Tables: programme_*.

// columns are the counters of programme_count in the order of Figures.counters.
var columns = strings.Fields(`submitted closed granted refused settled lapsed withdrawn timed late overdue decided silent corrected appealed
	paid collected waived refunds refunded documents revoked published proven`)

const keyColumns = "unit, period, organisation, service, channel, place"

// upsert adds to a row of counters; with spreads it also replaces these.
func upsert(spreads bool) string {
	all := append(strings.Split(keyColumns, ", "), columns...)
	all = append(all, "ours", "theirs", "others")
	marks := make([]string, len(all))
	for i := range all {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	var sets []string
	for _, c := range columns {
		sets = append(sets, c+" = programme_count."+c+" + excluded."+c)
	}
	if spreads {
		sets = append(sets, "ours = excluded.ours", "theirs = excluded.theirs", "others = excluded.others")
	}
	return "INSERT INTO programme_count (" + strings.Join(all, ", ") + ") VALUES (" + strings.Join(marks, ", ") +
		") ON CONFLICT (" + keyColumns + ") DO UPDATE SET " + strings.Join(sets, ", ")
}

var upsertCounters, upsertSpreads = upsert(false), upsert(true)

// keys say which row of programme_count a sum goes to.
type keys struct {
	unit, period                          int
	organisation, service, channel, place string
}

// addCount adds s to one row of counters. The follower's cursor keeps two nodes
// from doing this at once.
func addCount(tx *db.Tx, k keys, s *sum) error {
	args := []any{k.unit, k.period, k.organisation, k.service, k.channel, k.place}
	ours, theirs, others := spread{}, spread{}, spread{}
	q := upsertCounters
	if len(s.ours)+len(s.theirs)+len(s.others) > 0 {
		q = upsertSpreads
		old, _, err := db.One(tx, scanSpreads, `SELECT '', ours, theirs, others FROM programme_count
			WHERE unit = $1 AND period = $2 AND organisation = $3 AND service = $4 AND channel = $5 AND place = $6`, args...)
		if err != nil {
			return err
		}
		for i, to := range []spread{ours, theirs, others} {
			to.parse(old.text[i])
			for k, n := range []spread{s.ours, s.theirs, s.others}[i] {
				to[k] += n
			}
		}
	}
	for _, p := range s.counters() {
		switch p := p.(type) {
		case *int64:
			args = append(args, *p)
		case *gov.Money:
			args = append(args, int64(*p))
		}
	}
	return tx.Exec(q, append(args, ours.String(), theirs.String(), others.String())...)
}

// spreads are the waiting times of one row and what it is grouped by.
type spreads struct {
	key  string
	text [3]string
}

func scanSpreads(scan func(...any) error) (s spreads, err error) {
	return s, scan(&s.key, &s.text[0], &s.text[1], &s.text[2])
}

// clause gathers conditions and their arguments.
type clause struct {
	words []string
	args  []any
}

// add adds a condition whose %s stand for the arguments.
func (c *clause) add(condition string, args ...any) {
	marks := make([]any, len(args))
	for i, a := range args {
		c.args = append(c.args, a)
		marks[i] = fmt.Sprintf("$%d", len(c.args))
	}
	c.words = append(c.words, fmt.Sprintf(condition, marks...))
}

// keys adds what the filter says besides days.
func (c *clause) keys(f Filter) {
	for _, k := range [][2]string{{"organisation", string(f.Organisation)}, {"service", string(f.Service)}, {"channel", string(f.Channel)}, {"place", f.Place}} {
		if k[1] != "" {
			c.add(k[0]+" = %s", k[1])
		}
	}
}

func (c *clause) String() string {
	if len(c.words) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.words, " AND ")
}

func inSpan(f Filter, s span) *clause {
	c := &clause{}
	c.add("unit = %s", s.unit)
	c.add("period BETWEEN %s AND %s", s.from, s.to)
	c.keys(f)
	return c
}

// tallyKey groups by service, channel and place at once.
const tallyKey = "service || ' ' || channel || ' ' || place"

// groupOf is the SQL of what figures are grouped by.
var groupOf = map[Dimension]string{ByOrganisation: "organisation", ByService: "service", ByChannel: "channel", ByPlace: "place", byOwner: "organisation || ' ' || service"}

// counters adds up one span by the expression group, which gives text.
func counters(tx *db.Tx, f Filter, s span, group string, into func(key string) *sum) error {
	c := inSpan(f, s)
	sums := make([]string, len(columns))
	for i, col := range columns {
		sums[i] = "cast(sum(" + col + ") AS bigint)"
	}
	type keyed struct {
		key string
		f   Figures
	}
	rows, err := db.Rows(tx, func(scan func(...any) error) (k keyed, err error) {
		return k, scan(append([]any{&k.key}, k.f.counters()...)...)
	}, "SELECT "+group+", "+strings.Join(sums, ", ")+" FROM programme_count"+c.String()+" GROUP BY 1", c.args...)
	for _, r := range rows {
		into(r.key).Add(r.f)
	}
	return err
}

// waits adds the waiting times of one span.
func waits(tx *db.Tx, f Filter, s span, group string, into func(key string) *sum) error {
	c := inSpan(f, s)
	c.add("(ours <> '' OR theirs <> '' OR others <> '')")
	rows, err := tx.Query("SELECT "+group+", ours, theirs, others FROM programme_count"+c.String(), c.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanSpreads(rows.Scan)
		if err != nil {
			return err
		}
		to := into(r.key)
		to.ours.parse(r.text[0])
		to.theirs.parse(r.text[1])
		to.others.parse(r.text[2])
	}
	return rows.Err()
}

// counted is the first and last day for which anything was counted; 0 for none.
func counted(tx *db.Tx) (first, last Day, err error) {
	for q, to := range map[string]*Day{"ORDER BY period": &first, "ORDER BY period DESC": &last} {
		n, _, err := db.One(tx, db.Scalar[int], "SELECT period FROM programme_count WHERE unit = $1 "+q+" LIMIT 1", everyService+byDay)
		if err != nil {
			return 0, 0, err
		}
		*to = Day(n)
	}
	return first, last, nil
}

func openCase(tx *db.Tx, f journal.Fact) error {
	return tx.Exec(`INSERT INTO programme_open (subject, seq, at, organisation, service, channel, place, late) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
		ON CONFLICT (subject) DO NOTHING`, f.Subject, f.Seq, f.At.UnixMilli(), string(f.Organisation), string(f.Service), string(f.Channel), f.Place)
}

func lateCase(tx *db.Tx, subject string) error {
	return tx.Exec(`UPDATE programme_open SET late = 1 WHERE subject = $1`, subject)
}

func closeCase(tx *db.Tx, subject string) error {
	return tx.Exec(`DELETE FROM programme_open WHERE subject = $1`, subject)
}

// backlog counts the open cases by a dimension.
func backlog(tx *db.Tx, f Filter, d Dimension) (map[string]Open, error) {
	c := &clause{}
	c.keys(f)
	type keyed struct {
		key string
		o   Open
	}
	rows, err := db.Rows(tx, func(scan func(...any) error) (k keyed, err error) {
		var oldest int64
		err = scan(&k.key, &k.o.Cases, &k.o.Late, &oldest)
		k.o.Oldest = time.UnixMilli(oldest).UTC()
		return k, err
	}, "SELECT "+groupOf[d]+", count(*), cast(sum(late) AS bigint), min(at) FROM programme_open"+c.String()+" GROUP BY 1", c.args...)
	out := map[string]Open{}
	for _, r := range rows {
		out[r.key] = r.o
	}
	return out, err
}

// empty forgets everything that was counted.
func empty(tx *db.Tx) error {
	for _, t := range []string{"programme_count", "programme_row", "programme_open"} {
		if err := tx.Exec("DELETE FROM " + t); err != nil {
			return err
		}
	}
	return nil
}
