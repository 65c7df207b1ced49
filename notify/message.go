package notify

import (
	"encoding/json"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
)

// Message is one entry of an inbox.
type Message struct {
	ID      string
	To      gov.PersonID // either a person
	Org     gov.OrgID    // or an organisation's staff
	Case    gov.CaseID   // what it is about; may be empty
	Ref     string       // its number as people know it; may be empty
	Kind    Kind
	Subject gov.Text
	Body    gov.Text
	Link    string // path inside the portal: "/cases/…"; may be empty
	At      time.Time
	ReadAt  time.Time // zero: not yet
}

// Tell writes a message in tx; people are told outside as well, by the channels
// they chose, once tx is durable. Errors: Invalid for a message without
// addressee or text, or with a link that leads elsewhere.
func Tell(tx *db.Tx, m Message) error {
	if err := m.keep(tx); err != nil || m.To == "" {
		return err
	}
	return jobs.Schedule(tx, jobs.Job{Kind: spreadJob, Key: m.ID, At: tx.Now(), Payload: json.RawMessage(db.JSON(ticket{m.ID}))})
}

// Tell is the function Tell; where the office has no way by which messages
// leave, it only fills the inbox.
func (o *Office) Tell(tx *db.Tx, m Message) error {
	if o.Email == nil && o.SMS == nil {
		return m.keep(tx)
	}
	return Tell(tx, m)
}

// keep writes the message into its inbox.
func (m *Message) keep(tx *db.Tx) error {
	if err := m.check(); err != nil {
		return err
	}
	m.ID, m.At = db.NewID(tx.Now()), tx.Now()
	return insertMessage(tx, *m)
}

func (m *Message) check() error {
	bad := func(field, ar, en string) error { return gov.Fail(gov.Invalid, ar, en).At(field) }
	if _, known := Kinds[m.Kind]; !known {
		m.Kind = General
	}
	switch {
	case (m.To == "") == (m.Org == ""):
		return bad("to", "للرسالة مرسل إليه واحد: شخص أو جهة", "A message goes to one person or to one organisation")
	case len(m.Subject.Missing(gov.Arabic, gov.English)) > 0:
		return bad("subject", "عنوان الرسالة مطلوب باللغتين", "The message needs a subject in both languages")
	case m.Link != "" && (m.Link[0] != '/' || strings.HasPrefix(m.Link, "//") || strings.ContainsAny(m.Link, "\\\r\n\t ")):
		return bad("link", "رابط الرسالة يجب أن يكون داخل البوابة", "The link of a message must lead inside the portal")
	}
	if m.Body == nil {
		m.Body = gov.Text{}
	}
	return nil
}

// Inbox returns up to n messages older than the one with id before ("" for the
// newest): the actor's own, and with a staff hat on also the organisation's.
// Errors: SignIn.
func Inbox(tx *db.Tx, before string, n int) ([]Message, error) {
	p, o, err := reader(tx.Actor())
	if err != nil {
		return nil, err
	}
	if before == "" {
		before = "Z" // after every id, in every collation
	}
	return messages(tx, p, o, before, min(max(n, 1), 200))
}

// Unread counts what the actor has not read, up to 100. Strangers have none.
func Unread(tx *db.Tx) (int, error) {
	p, o, err := reader(tx.Actor())
	if err != nil {
		return 0, nil
	}
	return unread(tx, p, o, 100)
}

// Read returns one message of the actor's inbox and marks it as read; tx must
// be able to write. Errors: SignIn, NotFound (also for somebody else's).
func Read(tx *db.Tx, id string) (Message, error) {
	p, o, err := reader(tx.Actor())
	if err != nil {
		return Message{}, err
	}
	m, ok, err := messageByID(tx, id)
	if err != nil {
		return m, err
	}
	if !ok || !(m.To != "" && m.To == p || m.Org != "" && m.Org == o) {
		return Message{}, gov.Fail(gov.NotFound, "لا توجد رسالة كهذه في صندوقك", "There is no such message in your inbox")
	}
	if !m.ReadAt.IsZero() {
		return m, nil
	}
	m.ReadAt = tx.Now()
	return m, markRead(tx, id)
}

// ReadAll marks everything in the actor's own inbox as read; what is addressed
// to their organisation stays as it is. Errors: SignIn.
func ReadAll(tx *db.Tx) error {
	p, _, err := reader(tx.Actor())
	if err != nil {
		return err
	}
	return markAllRead(tx, p)
}

// reader says whose inboxes an actor may open.
func reader(a gov.Actor) (gov.PersonID, gov.OrgID, error) {
	switch {
	case a.Person == "":
		return "", "", gov.Fail(gov.SignIn, "يُرجى تسجيل الدخول أولًا", "Please sign in first")
	case a.Staff():
		return a.Person, a.Org, nil
	}
	return a.Person, "", nil
}

// Preference says by which ways, besides the inbox, a person wants to be told.
type Preference struct{ Email, SMS bool }

// Preferred returns the actor's preference; both ways when they never chose.
func Preferred(tx *db.Tx) (Preference, error) {
	p, _, err := reader(tx.Actor())
	if err != nil {
		return Preference{}, err
	}
	return preference(tx, p)
}

// Prefer sets the actor's preference. The inbox stays, and so do one-time codes.
// Errors: SignIn.
func Prefer(tx *db.Tx, want Preference) error {
	p, _, err := reader(tx.Actor())
	if err != nil {
		return err
	}
	return setPreference(tx, p, want)
}
