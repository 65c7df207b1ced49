package forum

import (
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/programme"
)

func putForum(tx *db.Tx, f Forum) error {
	return tx.Exec(`INSERT INTO forum_forum (id, body) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET body = excluded.body`, f.ID, db.JSON(f))
}

func scanForum(scan func(...any) error) (f Forum, err error) { return f, scan(&f.ID, db.Doc{To: &f}) }

func forums(tx *db.Tx) ([]Forum, error) {
	return db.Rows(tx, scanForum, `SELECT id, body FROM forum_forum ORDER BY id DESC`)
}

func forumByID(tx *db.Tx, id string) (Forum, bool, error) {
	return db.One(tx, scanForum, `SELECT id, body FROM forum_forum WHERE id = $1`, id)
}

const sessionColumns = `id, forum, day, starts, ends, room, org, title`

func scanSession(scan func(...any) error) (s Session, err error) {
	var day int
	err = scan(&s.ID, &s.Forum, &day, &s.Starts, &s.Ends, &s.Room, &s.Org, db.Doc{To: &s.Title})
	s.Day = programme.Day(day)
	return s, err
}

func putSession(tx *db.Tx, s Session) error {
	return tx.Exec(`INSERT INTO forum_session (`+sessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET day = excluded.day, starts = excluded.starts, ends = excluded.ends, room = excluded.room, org = excluded.org, title = excluded.title`,
		s.ID, s.Forum, int(s.Day), s.Starts, s.Ends, s.Room, string(s.Org), db.JSON(s.Title))
}

func sessions(tx *db.Tx, forum string) ([]Session, error) {
	return db.Rows(tx, scanSession, `SELECT `+sessionColumns+` FROM forum_session WHERE forum = $1 ORDER BY day, starts, room`, forum)
}

func sessionByID(tx *db.Tx, id string) (Session, bool, error) {
	return db.One(tx, scanSession, `SELECT `+sessionColumns+` FROM forum_session WHERE id = $1`, id)
}

func insertFile(tx *db.Tx, f File) error {
	return tx.Exec(`INSERT INTO forum_file (id, session, blob, name, type, size, scan, author, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		f.ID, f.Session, f.Blob, f.Name, f.Type, f.Size, f.Scan, string(f.Author), db.Millis(f.At))
}

func files(tx *db.Tx, session string) ([]File, error) {
	return db.Rows(tx, func(scan func(...any) error) (f File, err error) {
		var at int64
		err = scan(&f.ID, &f.Session, &f.Blob, &f.Name, &f.Type, &f.Size, &f.Scan, &f.Author, &at)
		f.At = db.Moment(at)
		return f, err
	}, `SELECT id, session, blob, name, type, size, scan, author, at FROM forum_file WHERE session = $1 ORDER BY id`, session)
}

const questionColumns = `id, session, state, words, author, acting, at, answer, answerer, answered`

func scanQuestion(scan func(...any) error) (q Question, err error) {
	var at, answered int64
	err = scan(&q.ID, &q.Session, &q.State, &q.Words, &q.Author, &q.Acting, &at, &q.Answer, &q.Answerer, &answered)
	q.At, q.Answered = db.Moment(at), db.Moment(answered)
	return q, err
}

func insertQuestion(tx *db.Tx, q Question) error {
	return tx.Exec(`INSERT INTO forum_question (`+questionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		q.ID, q.Session, string(q.State), q.Words, string(q.Author), string(q.Acting), db.Millis(q.At), q.Answer, string(q.Answerer), db.Millis(q.Answered))
}

func updateQuestion(tx *db.Tx, q Question) error {
	return tx.Exec(`UPDATE forum_question SET state = $2, answer = $3, answerer = $4, answered = $5 WHERE id = $1`, q.ID, string(q.State), q.Answer, string(q.Answerer), db.Millis(q.Answered))
}

func questions(tx *db.Tx, session string) ([]Question, error) {
	return db.Rows(tx, scanQuestion, `SELECT `+questionColumns+` FROM forum_question WHERE session = $1 ORDER BY id`, session)
}

func questionByID(tx *db.Tx, session, id string) (Question, bool, error) {
	return db.One(tx, scanQuestion, `SELECT `+questionColumns+` FROM forum_question WHERE session = $1 AND id = $2`, session, id)
}

func insertDecision(tx *db.Tx, d Decision) error {
	return tx.Exec(`INSERT INTO forum_decision (forum, number, session, body, board, handed, ref, author, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		d.Forum, d.Number, d.Session, db.JSON(map[string]any{"text": d.Text, "services": d.Services}), d.Board, d.Handed, d.Ref, string(tx.Actor().Person), db.Millis(d.At))
}

func decisions(tx *db.Tx, forum string) ([]Decision, error) {
	return db.Rows(tx, func(scan func(...any) error) (d Decision, err error) {
		var at int64
		var body struct {
			Text     gov.Text
			Services []gov.ServiceID
		}
		err = scan(&d.Forum, &d.Number, &d.Session, db.Doc{To: &body}, &d.Board, &d.Handed, &d.Ref, &at)
		d.Text, d.Services, d.At = body.Text, body.Services, db.Moment(at)
		return d, err
	}, `SELECT forum, number, session, body, board, handed, ref, at FROM forum_decision WHERE forum = $1 ORDER BY number`, forum)
}
