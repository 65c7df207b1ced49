// Package committee keeps the committees that follow the transformation: who
// sits in them, their meetings and minutes, what they decided, who must do what
// by when, and what the decisions changed — measured from the cases.
//
// The secretary of a committee and the leading authority write; members read
// everything of their committee and comment; the head and the service owners of
// an organisation see what they owe, report on it, and read published decisions.
// To everybody else a committee's papers do not exist.
package committee

import (
	"context"
	"io"
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/blob"
	"diwan.example/internal/db"
	"diwan.example/notify"
)

// Chamber is where committees work. DB and Calendar must be set.
type Chamber struct {
	DB       *db.DB
	Calendar *gov.Calendar
	Blobs    blob.Store                                               // papers; nil: none are taken
	Scan     func(ctx context.Context, r io.Reader) (string, error)   // nil: papers are unscanned
	Tell     func(tx *db.Tx, m notify.Message) error                  // nil: nobody is told
	Stage    func(tx *db.Tx, s gov.ServiceID) (gov.Text, bool, error) // where a service is in its life; nil: not known
}

// Seat is what somebody is in a committee.
type Seat string

// The seats.
const (
	Chair     Seat = "chair"
	Member    Seat = "member"
	Secretary Seat = "secretary"
)

// Board is one committee.
type Board struct {
	ID     string   `json:"-"`
	Name   gov.Text `json:"name"`
	Terms  gov.Text `json:"terms"`  // what it is for
	Quorum int      `json:"quorum"` // how many members must be there; the secretary does not count
	Mark   string   `json:"mark"`   // before the numbers of its decisions: "SDC"
	Seats  []Place  `json:"-"`
}

// Place is one person's seat.
type Place struct {
	Person gov.PersonID
	Org    gov.OrgID
	Seat   Seat
}

// Voting are the people who count for the quorum.
func (b *Board) Voting() (out []Place) {
	for _, s := range b.Seats {
		if s.Seat != Secretary {
			out = append(out, s)
		}
	}
	return out
}

func (b *Board) seat(p gov.PersonID) (Seat, bool) {
	i := slices.IndexFunc(b.Seats, func(s Place) bool { return s.Person == p })
	if p == "" || i < 0 {
		return "", false
	}
	return b.Seats[i].Seat, true
}

var (
	errNone    = gov.Fail(gov.NotFound, "لا يوجد شيء بهذا العنوان ضمن ما يحق لك الاطلاع عليه", "There is nothing at this address that is yours to see")
	errWrite   = gov.Fail(gov.Denied, "هذا من عمل أمين سر اللجنة أو فريق الجهة القائدة", "This is for the committee's secretary or the leading authority's team")
	errChanged = gov.Fail(gov.Conflict, "حفظ شخص آخر هذا الاجتماع بعد أن فتحته. ما كتبته باقٍ أمامك، فقارنه بالمحفوظ ثم احفظ من جديد", "Somebody else saved this meeting after you opened it. What you wrote is still here: compare it with what is saved, then save again")
)

// Rights say what an actor may do with a committee.
type Rights struct{ Read, Write, Comment, Chair bool }

func rights(a gov.Actor, b *Board) (r Rights) {
	if a.Person == gov.System.Person || a.Staff() && a.Has(gov.Authority) {
		return Rights{true, true, true, true}
	}
	if !a.Staff() {
		return r
	}
	switch seat, sits := b.seat(a.Person); {
	case sits:
		return Rights{Read: true, Write: seat == Secretary, Comment: true, Chair: seat == Chair}
	case a.Has(gov.Auditor):
		r.Read = true
	}
	return r
}

// owes reports whether an actor answers for what an organisation owes.
func owes(a gov.Actor, org gov.OrgID) bool {
	return a.Staff() && a.Org == org && a.Has(gov.Head, gov.Owner)
}

// reader reports whether an actor may read published decisions.
func reader(a gov.Actor) bool {
	return a.Person == gov.System.Person || a.Staff() && a.Has(gov.Authority, gov.Committee, gov.Auditor, gov.Head, gov.Owner)
}

// Found enters a committee or replaces what it is; for the machine and the
// authority. Errors: Denied, Invalid.
func Found(tx *db.Tx, b Board, place int) error {
	a := tx.Actor()
	if a.Person != gov.System.Person && !(a.Staff() && a.Has(gov.Authority)) {
		return errWrite
	}
	if b.ID == "" || len(b.Name.Missing(gov.Arabic, gov.English)) > 0 || b.Quorum < 1 || b.Quorum > len(b.Voting()) {
		return gov.Fail(gov.Invalid, "تحتاج اللجنة إلى رمز واسم باللغتين ونصاب لا يزيد على عدد أعضائها", "A committee needs an id, a name in both languages and a quorum that its members can reach").At("quorum")
	}
	return putBoard(tx, b, place)
}

// Boards lists the committees that the actor reads, in their order.
func Boards(tx *db.Tx) ([]Board, error) {
	all, err := boards(tx)
	return slices.DeleteFunc(all, func(b Board) bool { return !rights(tx.Actor(), &b).Read }), err
}

// Every lists all committees by name, without their seats, for those who may
// read published decisions. Errors: NotFound for others.
func Every(tx *db.Tx) ([]Board, error) {
	if !reader(tx.Actor()) {
		return nil, errNone
	}
	all, err := boards(tx)
	for i := range all {
		if !rights(tx.Actor(), &all[i]).Read {
			all[i].Seats = nil
		}
	}
	return all, err
}

// Open returns a committee and what the actor may do with it. Errors: NotFound.
func Open(tx *db.Tx, id string) (Board, Rights, error) {
	b, ok, err := boardByID(tx, id)
	if err != nil {
		return b, Rights{}, err
	}
	r := rights(tx.Actor(), &b)
	if !ok || !r.Read {
		return Board{}, Rights{}, errNone
	}
	return b, r, nil
}

// written is a committee that the actor may write in. Errors: NotFound, Denied.
func written(tx *db.Tx, id string) (Board, error) {
	b, r, err := Open(tx, id)
	if err == nil && !r.Write {
		err = errWrite
	}
	return b, err
}

// words cleans what somebody typed and refuses what is empty or too long.
func words(s, field string) (string, error) {
	s, _ = gov.CleanText(s)
	if s = trimmed(s); s == "" || len([]rune(s)) > longestWords {
		return "", gov.Fail(gov.Invalid, "اكتب نصًا لا يزيد على 4000 حرف", "Write a text of at most 4000 letters").At(field)
	}
	return s, nil
}

const longestWords = 4000
