package committee

import (
	"diwan.example/internal/db"
	"diwan.example/programme"
)

// count hands out the next number of a kind; a transaction that fails gives it back.
func count(tx *db.Tx, board, kind string, year int) (n int, err error) {
	err = tx.QueryRow(`INSERT INTO committee_counter (board, kind, year, last) VALUES ($1, $2, $3, 1)
		ON CONFLICT (board, kind, year) DO UPDATE SET last = committee_counter.last + 1 RETURNING last`, board, kind, year).Scan(&n)
	return n, err
}

func putBoard(tx *db.Tx, b Board, place int) error {
	if err := tx.Exec(`INSERT INTO committee_board (id, place, body) VALUES ($1, $2, $3)
		ON CONFLICT (id) DO UPDATE SET place = excluded.place, body = excluded.body`, b.ID, place, db.JSON(b)); err != nil {
		return err
	}
	if err := tx.Exec(`DELETE FROM committee_member WHERE board = $1`, b.ID); err != nil {
		return err
	}
	for i, s := range b.Seats {
		if err := tx.Exec(`INSERT INTO committee_member (board, person, org, seat, place) VALUES ($1, $2, $3, $4, $5)`, b.ID, string(s.Person), string(s.Org), string(s.Seat), i); err != nil {
			return err
		}
	}
	return nil
}

func scanBoard(scan func(...any) error) (b Board, err error) { return b, scan(&b.ID, db.Doc{To: &b}) }

func boards(tx *db.Tx) ([]Board, error) {
	list, err := db.Rows(tx, scanBoard, `SELECT id, body FROM committee_board ORDER BY place, id`)
	if err != nil {
		return nil, err
	}
	type row struct {
		board string
		Place
	}
	all, err := db.Rows(tx, func(scan func(...any) error) (r row, err error) { return r, scan(&r.board, &r.Person, &r.Org, &r.Seat) },
		`SELECT board, person, org, seat FROM committee_member ORDER BY board, place`)
	for i := range list {
		for _, s := range all {
			if s.board == list[i].ID {
				list[i].Seats = append(list[i].Seats, s.Place)
			}
		}
	}
	return list, err
}

func boardByID(tx *db.Tx, id string) (Board, bool, error) {
	list, err := boards(tx)
	for _, b := range list {
		if b.ID == id {
			return b, true, nil
		}
	}
	return Board{}, false, err
}

const meetingColumns = `id, board, number, state, at, saves, held, approved, body`

func scanMeeting(scan func(...any) error) (m Meeting, err error) {
	var at, held, approved int64
	err = scan(&m.ID, &m.Board, &m.Number, &m.State, &at, &m.Saves, &held, &approved, db.Doc{To: &m})
	m.At, m.Held, m.Approved = db.Moment(at), db.Moment(held), db.Moment(approved)
	return m, err
}

func insertMeeting(tx *db.Tx, m Meeting) error {
	return tx.Exec(`INSERT INTO committee_meeting (`+meetingColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		m.ID, m.Board, m.Number, string(m.State), db.Millis(m.At), m.Saves, db.Millis(m.Held), db.Millis(m.Approved), db.JSON(m))
}

// updateMeeting stores a meeting unless it was saved since it had saves.
func updateMeeting(tx *db.Tx, m Meeting, saves int) (bool, error) {
	n, err := tx.Changed(`UPDATE committee_meeting SET state = $3, at = $4, saves = $5, held = $6, approved = $7, body = $8 WHERE id = $1 AND saves = $2`,
		m.ID, saves, string(m.State), db.Millis(m.At), m.Saves, db.Millis(m.Held), db.Millis(m.Approved), db.JSON(m))
	return n == 1, err
}

func meetingByID(tx *db.Tx, id string) (Meeting, bool, error) {
	return db.One(tx, scanMeeting, `SELECT `+meetingColumns+` FROM committee_meeting WHERE id = $1`, id)
}

func meetingByNumber(tx *db.Tx, board string, number int) (Meeting, bool, error) {
	return db.One(tx, scanMeeting, `SELECT `+meetingColumns+` FROM committee_meeting WHERE board = $1 AND number = $2`, board, number)
}

func meetings(tx *db.Tx, board string) ([]Meeting, error) {
	return db.Rows(tx, scanMeeting, `SELECT `+meetingColumns+` FROM committee_meeting WHERE board = $1 ORDER BY at DESC, number DESC`, board)
}

func insertPaper(tx *db.Tx, p Paper) error {
	return tx.Exec(`INSERT INTO committee_paper (id, meeting, item, blob, name, type, size, scan, author, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		p.ID, p.Meeting, p.Item, p.Blob, p.Name, p.Type, p.Size, p.Scan, string(p.Author), db.Millis(p.At))
}

func papers(tx *db.Tx, meeting string) ([]Paper, error) {
	return db.Rows(tx, func(scan func(...any) error) (p Paper, err error) {
		var at int64
		err = scan(&p.ID, &p.Meeting, &p.Item, &p.Blob, &p.Name, &p.Type, &p.Size, &p.Scan, &p.Author, &at)
		p.At = db.Moment(at)
		return p, err
	}, `SELECT id, meeting, item, blob, name, type, size, scan, author, at FROM committee_paper WHERE meeting = $1 ORDER BY item, id`, meeting)
}

func deletePaper(tx *db.Tx, meeting, id string) (bool, error) {
	n, err := tx.Changed(`DELETE FROM committee_paper WHERE meeting = $1 AND id = $2`, meeting, id)
	return n == 1, err
}

func insertComment(tx *db.Tx, c Comment) error {
	return tx.Exec(`INSERT INTO committee_comment (id, meeting, item, words, author, acting, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		c.ID, c.Meeting, c.Item, c.Words, string(c.Author), string(c.Acting), db.Millis(c.At))
}

func comments(tx *db.Tx, meeting string) ([]Comment, error) {
	return db.Rows(tx, func(scan func(...any) error) (c Comment, err error) {
		var at int64
		err = scan(&c.ID, &c.Meeting, &c.Item, &c.Words, &c.Author, &c.Acting, &at)
		c.At = db.Moment(at)
		return c, err
	}, `SELECT id, meeting, item, words, author, acting, at FROM committee_comment WHERE meeting = $1 ORDER BY id`, meeting)
}

// selectDecision reads a decision with its committee's mark.
const selectDecision = `SELECT d.id, d.board, cast(b.body ->> 'mark' AS text), d.year, d.number, d.meeting, d.state, d.at, d.public, d.body
	FROM committee_decision AS d JOIN committee_board AS b ON b.id = d.board`

func scanDecision(scan func(...any) error) (d Decision, err error) {
	var at, public int64
	err = scan(&d.ID, &d.Board, &d.Mark, &d.Year, &d.Number, &d.Meeting, &d.State, &at, &public, db.Doc{To: &d})
	d.At, d.Public = db.Moment(at), db.Moment(public)
	return d, err
}

func insertDecision(tx *db.Tx, d Decision) error {
	return tx.Exec(`INSERT INTO committee_decision (id, board, year, number, meeting, state, at, public, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.ID, d.Board, d.Year, d.Number, d.Meeting, string(d.State), db.Millis(d.At), db.Millis(d.Public), db.JSON(d))
}

func updateDecision(tx *db.Tx, d Decision) error {
	return tx.Exec(`UPDATE committee_decision SET meeting = $2, state = $3, at = $4, body = $5 WHERE id = $1`, d.ID, d.Meeting, string(d.State), db.Millis(d.At), db.JSON(d))
}

// publish lets entities read the decisions of a meeting.
func publish(tx *db.Tx, meeting string, at int64) error {
	return tx.Exec(`UPDATE committee_decision SET public = $2 WHERE meeting = $1 AND public = 0`, meeting, at)
}

func decisionByID(tx *db.Tx, id string) (Decision, bool, error) {
	return db.One(tx, scanDecision, selectDecision+` WHERE d.id = $1`, id)
}

func decisions(tx *db.Tx, q Search) ([]Decision, error) {
	return db.Rows(tx, scanDecision, selectDecision+` WHERE ($1 = '' OR d.board = $1) AND ($2 = '' OR d.meeting = $2) AND ($3 = '' OR d.state = $3)
		ORDER BY d.at DESC, d.year DESC, d.number DESC`, q.Board, q.Meeting, string(q.State))
}

const actionColumns = `id, decision, board, number, org, state, due, reminded, done, body`

func scanAction(scan func(...any) error) (a Action, err error) {
	var done int64
	var due int
	err = scan(&a.ID, &a.Decision, &a.Board, &a.Number, &a.Org, &a.State, &due, &a.Reminded, &done, db.Doc{To: &a})
	a.Due, a.Done = programme.Day(due), db.Moment(done)
	return a, err
}

func insertAction(tx *db.Tx, a Action) error {
	return tx.Exec(`INSERT INTO committee_action (`+actionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		a.ID, a.Decision, a.Board, a.Number, string(a.Org), string(a.State), int(a.Due), a.Reminded, db.Millis(a.Done), db.JSON(a))
}

// updateAction stores an action that was in a state; false when it is in another now.
func updateAction(tx *db.Tx, a Action, was ActionState) (bool, error) {
	n, err := tx.Changed(`UPDATE committee_action SET state = $3, due = $4, reminded = $5, done = $6 WHERE id = $1 AND state = $2`,
		a.ID, string(was), string(a.State), int(a.Due), a.Reminded, db.Millis(a.Done))
	return n == 1, err
}

func actionByID(tx *db.Tx, id string) (Action, bool, error) {
	return db.One(tx, scanAction, `SELECT `+actionColumns+` FROM committee_action WHERE id = $1`, id)
}

func actions(tx *db.Tx, q Ask) ([]Action, error) {
	return db.Rows(tx, scanAction, `SELECT `+actionColumns+` FROM committee_action
		WHERE ($1 = '' OR board = $1) AND ($2 = '' OR decision = $2) AND ($3 = '' OR org = $3) AND ($4 = '' OR state = $4)
			AND ($5 = 0 OR state = 'open' AND due < $5)
		ORDER BY due, id`, q.Board, q.Decision, string(q.Org), string(q.State), int64(q.Overdue))
}

func insertStep(tx *db.Tx, action string, s Step) error {
	return tx.Exec(`INSERT INTO committee_step (id, action, event, words, due, author, acting, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		db.NewID(s.At), action, s.Event, s.Words, int(s.Due), string(s.Author), string(s.Acting), db.Millis(s.At))
}

func steps(tx *db.Tx, action string) ([]Step, error) {
	return db.Rows(tx, func(scan func(...any) error) (s Step, err error) {
		var at int64
		var due int
		err = scan(&s.Event, &s.Words, &due, &s.Author, &s.Acting, &at)
		s.Due, s.At = programme.Day(due), db.Moment(at)
		return s, err
	}, `SELECT event, words, due, author, acting, at FROM committee_step WHERE action = $1 ORDER BY id`, action)
}
