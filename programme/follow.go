package programme

import (
	"encoding/json"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// name is the follower's; facts are what it counts.
const name = "programme"

var facts = []string{
	"case.submitted", "case.late", "case.decided", "case.corrected", "case.closed", "case.appealed",
	"payment.settled", "payment.refunded", "document.issued", "document.revoked", "catalogue.published", "catalogue.proven",
}

// Follower counts what happens. Days are those of zone.
func Follower(zone *time.Location) journal.Follower {
	return journal.Follower{Name: name, Names: facts, Batch: func() (func(*db.Tx, journal.Fact) error, func(*db.Tx) error) {
		c := newCounter(zone)
		return c.count, c.write
	}}
}

// Rebuild forgets every figure and counts the journal anew, as far as the
// follower had come: the figures are the same afterwards, or were wrong before.
// On PostgreSQL no node may run followers meanwhile.
func Rebuild(tx *db.Tx, zone *time.Location) error {
	all, _, err := journal.Followed(tx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(p journal.Progress) bool { return p.Follower == name })
	if i < 0 {
		return nil
	}
	if err := empty(tx); err != nil {
		return err
	}
	for seq := int64(0); seq < all[i].Seq; {
		page, err := journal.Between(tx, seq, pageRows)
		if err != nil || len(page) == 0 {
			return err
		}
		c := newCounter(zone)
		for _, f := range page {
			if seq = f.Seq; seq > all[i].Seq || !slices.Contains(facts, f.Name) {
				continue
			}
			if err := c.count(tx, f); err != nil {
				return gov.Wrap(err, f.Name+" "+f.ID)
			}
		}
		if err := c.write(tx); err != nil {
			return err
		}
	}
	return nil
}

// counter gathers what the facts of one transaction count, so that each row of
// counters is written once.
type counter struct {
	zone *time.Location
	sums map[keys]*sum
}

func newCounter(zone *time.Location) *counter { return &counter{zone, map[keys]*sum{}} }

func (c *counter) add(unit, period int, f journal.Fact, s *sum) {
	k := keys{unit, period, string(f.Organisation), string(f.Service), string(f.Channel), f.Place}
	switch unit &^ byMonth {
	case everyPlace:
		k.channel, k.place = "", ""
	case everyService:
		k.organisation, k.service = "", ""
	}
	if c.sums[k] == nil {
		c.sums[k] = newSum()
	}
	c.sums[k].merge(s)
}

// write adds what was gathered to the database.
func (c *counter) write(tx *db.Tx) error {
	for k, s := range c.sums {
		if err := addCount(tx, k, s); err != nil {
			return err
		}
	}
	return nil
}

// body is what the followed facts say, together.
type body struct {
	Outcome string    `json:"outcome"`
	Silent  bool      `json:"silent"`
	Timed   bool      `json:"timed"`
	Late    bool      `json:"late"`
	Ours    int64     `json:"ours"`
	Theirs  int64     `json:"theirs"`
	Others  int64     `json:"others"`
	Amount  gov.Money `json:"amount"`
	Waived  gov.Money `json:"waived"`
	Means   string    `json:"means"`
	Closed  int64     `json:"closed"` // of an appeal: when the case had closed
}

// exempt is how payment says that nothing had to be paid.
const exempt = "exempt"

// count counts one fact; its row is written at once.
func (c *counter) count(tx *db.Tx, f journal.Fact) error {
	var b body
	if err := json.Unmarshal(f.Body, &b); err != nil {
		return gov.Wrap(err, "body of "+f.Name)
	}
	s := newSum()
	row := Row{seq: f.Seq, Kind: kinds[f.Name], Day: DayOf(f.At, c.zone), At: f.At, Organisation: f.Organisation, Service: f.Service,
		Channel: f.Channel, Place: f.Place, Subject: f.Subject}
	if err := s.take(tx, f, b, &row); err != nil {
		return err
	}
	if row.Kind != "" {
		if err := insertRow(tx, row); err != nil {
			return err
		}
	}
	c.everywhere(row.Day, f, s)
	if f.Name == "case.appealed" {
		return c.reopened(tx, f, b)
	}
	return nil
}

// everywhere adds what a fact counts to every unit of its day.
func (c *counter) everywhere(day Day, f journal.Fact, s *sum) {
	for _, unit := range []int{byDay, everyPlace, everyService} {
		c.add(unit, int(day), f, s)
		c.add(unit+byMonth, day.month(), f, s)
	}
}

// reopened takes back the closing that an appeal is against: a case that is open
// again is not closed, and when it closes once more it is one closed case with the
// outcome that held. An appeal that does not say when the case had closed is an
// old one: its closing is looked for on every day.
func (c *counter) reopened(tx *db.Tx, f journal.Fact, b body) error {
	var day Day
	if b.Closed != 0 {
		day = DayOf(time.UnixMilli(b.Closed), c.zone)
	}
	was, ok, err := closing(tx, f.Subject, day, f.Seq)
	if err != nil || !ok {
		return err
	}
	s := newSum()
	s.closed(body{Outcome: was.Outcome, Timed: was.Timed, Late: was.Late, Ours: was.Ours.Milliseconds(), Theirs: was.Theirs.Milliseconds(), Others: was.Others.Milliseconds()}, &Row{})
	back := newSum()
	back.takeBack(s)
	c.everywhere(was.Day, journal.Fact{Organisation: was.Organisation, Service: was.Service, Channel: was.Channel, Place: was.Place}, back)
	return dropRow(tx, was.seq)
}

// kinds are the facts that leave a row, and its kind.
var kinds = map[string]string{
	"case.submitted": "submitted", "case.closed": "closed", "case.late": "overdue", "case.appealed": "appealed",
	"payment.settled": "paid", "payment.refunded": "refunded", "document.issued": "issued", "document.revoked": "revoked",
	"catalogue.published": "published", "catalogue.proven": "proven",
}

// take puts what one fact says into the counters and its row.
func (s *sum) take(tx *db.Tx, f journal.Fact, b body, row *Row) error {
	switch f.Name {
	case "case.submitted":
		s.Submitted = 1
		return openCase(tx, f)
	case "case.appealed":
		s.Appealed = 1
		return openCase(tx, f)
	case "case.late":
		s.Overdue = 1
		return lateCase(tx, f.Subject)
	case "case.closed":
		s.closed(b, row)
		return closeCase(tx, f.Subject)
	case "case.decided":
		s.Decided = 1
		if b.Silent {
			s.Silent, row.Kind = 1, "silent"
		}
	case "case.corrected":
		s.Corrected = 1
	default:
		s.other(f.Name, b, row)
	}
	return nil
}

func (s *sum) closed(b body, row *Row) {
	s.Closed = 1
	s.outcome(b.Outcome)
	row.Outcome, row.Ours, row.Theirs, row.Others = b.Outcome, millis(b.Ours), millis(b.Theirs), millis(b.Others)
	row.Late, row.Timed = b.Late, b.Timed || b.Late
	if row.Timed {
		s.Timed = 1
	}
	if row.Late {
		s.Late = 1
	}
	for _, w := range []struct {
		to spread
		ms int64
	}{{s.ours, b.Ours}, {s.theirs, b.Theirs}, {s.others, b.Others}} {
		if k := class(w.ms); k > 0 {
			w.to[k] = 1
		}
	}
}

func millis(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }

func (s *sum) other(name string, b body, row *Row) {
	row.Amount = b.Amount
	switch name {
	case "payment.settled":
		s.Waived = b.Waived
		if b.Means == exempt || b.Amount == 0 {
			row.Kind = ""
			return
		}
		s.Paid, s.Collected = 1, b.Amount
	case "payment.refunded":
		s.Refunds, s.Refunded = 1, b.Amount
	case "document.issued":
		s.Documents = 1
	case "document.revoked":
		s.Revoked = 1
	case "catalogue.published":
		s.Published = 1
	case "catalogue.proven":
		s.Proven = 1
	}
}
