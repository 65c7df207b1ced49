package identity

import (
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
)

// Person is somebody the platform knows. Only ID, which is random, may appear
// in addresses, logs and facts.
type Person struct {
	ID          gov.PersonID
	CivilNumber string
	NameAr      string
	NameEn      string
	Birth       string // "2006-01-02"
	Sex         string // "f", "m"
	Nationality string // ISO 3166-1 alpha-2
	Phone       string
	Email       string
	Block       string
	Road        string
	Building    string
	Flat        string
	Marks       []string // groups used by exemptions: "social-support", "disability"…
	Lang        gov.Lang // in which messages are written; empty: Arabic
	Closed      bool     // may not sign in any more
}

// Name is the person's name in both languages.
func (p Person) Name() gov.Text { return gov.T(p.NameAr, p.NameEn) }

// Contact is where the person can be reached; whoever calls has the whole record.
func (p Person) Contact() Contact {
	return Contact{Person: p.ID, Email: p.Email, Phone: p.Phone, Lang: p.Lang}
}

// Form is what rules and prefill may know of the person.
func (p Person) Form() form.Person {
	return form.Person{
		CivilNumber: p.CivilNumber, NameAr: p.NameAr, NameEn: p.NameEn, Birth: p.Birth, Sex: p.Sex,
		Nationality: p.Nationality, Phone: p.Phone, Email: p.Email,
		Block: p.Block, Road: p.Road, Building: p.Building, Flat: p.Flat, Marks: slices.Clone(p.Marks),
	}
}

var errKnown = gov.Fail(gov.Conflict, "هذا الرقم الشخصي مسجّل من قبل", "This civil number is registered already")

// Register adds a person in tx and returns their new id. p.ID must be empty.
// Errors: Invalid (what is wrong with the record), Conflict (the civil number is
// known already), Denied (only operators and the machine register people).
func Register(tx *db.Tx, p Person) (gov.PersonID, error) {
	if err := mayKeepPeople(tx.Actor()); err != nil {
		return "", err
	}
	p, err := enrol(tx, p)
	if err != nil {
		return "", err
	}
	return p.ID, journal.Append(tx, journal.Fact{Name: "identity.registered", Subject: string(p.ID)})
}

// RegisterAll adds many people in tx, who get their ids in place, and writes
// one fact for all of them. Errors: as Register.
func RegisterAll(tx *db.Tx, people []Person) error {
	if err := mayKeepPeople(tx.Actor()); err != nil {
		return err
	}
	for i := range people {
		p, err := enrol(tx, people[i])
		if err != nil {
			return err
		}
		people[i].ID = p.ID
	}
	return journal.Append(tx, journal.Fact{Name: "identity.imported", Subject: "people", Body: journal.Body(map[string]int{"people": len(people)})})
}

func enrol(tx *db.Tx, p Person) (Person, error) {
	p, err := cleaned(p)
	if err != nil {
		return p, err
	}
	p.ID = gov.PersonID(db.NewID(tx.Now()))
	added, err := insertPerson(tx, p)
	if err != nil {
		return p, err
	}
	if !added {
		return p, errKnown.At("civil_number")
	}
	return p, insertWords(tx, p.ID, nameWords(p))
}

func mayKeepPeople(a gov.Actor) error {
	if trusted(a) || a.Has(gov.Operator) {
		return nil
	}
	return errDenied
}

// cleaned brings a record into its stored form and finds what is wrong with it.
func cleaned(p Person) (Person, error) {
	var wrong gov.Problems
	refuse := func(field, ar, en string) {
		wrong = append(wrong, gov.Problem{Field: field, Text: gov.T(ar, en)})
	}
	for _, s := range []*string{&p.NameAr, &p.NameEn, &p.Phone, &p.Email, &p.Block, &p.Road, &p.Building, &p.Flat} {
		*s, _ = gov.CleanText(strings.Join(strings.Fields(*s), " "))
		if len(*s) > 300 {
			refuse("", "أحد الحقول أطول من المسموح", "One of the fields is too long")
		}
	}
	p.CivilNumber = strings.TrimSpace(gov.Digits(p.CivilNumber))
	if p.CivilNumber != "" && !gov.CivilNumberValid(p.CivilNumber) {
		refuse("civil_number", "الرقم الشخصي غير صحيح، يُرجى مراجعة أرقامه", "This civil number is not right; please check its digits")
	}
	if p.NameAr == "" && p.NameEn == "" {
		refuse("name_ar", "الاسم مطلوب", "A name is needed")
	}
	if _, err := time.Parse(time.DateOnly, p.Birth); p.Birth != "" && err != nil {
		refuse("birth", "تاريخ الميلاد غير صحيح", "The date of birth is not a date")
	}
	if p.Email != "" && emailKey(p.Email) == "" {
		refuse("email", "عنوان البريد الإلكتروني غير صحيح", "This is not an e-mail address")
	}
	if p.Phone != "" && phoneKey(p.Phone) == "" {
		refuse("phone", "رقم الهاتف غير صحيح", "This is not a phone number")
	}
	if p.Lang == "" {
		p.Lang = gov.Arabic
	}
	if p.Marks == nil {
		p.Marks = []string{}
	}
	if len(wrong) > 0 {
		return p, wrong
	}
	return p, nil
}

// Known returns a person for the machine's own work: rules, prefill, messages.
// What it returns must not be shown to somebody else; use Look for that.
// Errors: NotFound.
func Known(tx *db.Tx, id gov.PersonID) (Person, error) {
	p, ok, err := personBy(tx, "id", string(id))
	if err == nil && !ok {
		return p, errNoPerson
	}
	return p, err
}

// ByCivilNumber returns the person with a civil number (any digits) for the
// machine's own work, as Known does. Errors: NotFound.
func ByCivilNumber(tx *db.Tx, number string) (Person, error) {
	number = strings.TrimSpace(gov.Digits(number))
	p, ok, err := personBy(tx, "civil_number", number)
	if err == nil && (!ok || number == "") {
		return Person{}, errNoPerson
	}
	return p, err
}

// RegisteredAt returns who was registered at one moment, for the machine's own
// work on identity.imported, which names nobody.
func RegisteredAt(tx *db.Tx, at time.Time) ([]Person, error) { return peopleAt(tx, at) }

// Look returns a person to be shown to the actor and records it in that
// person's access log; tx must be able to write unless they look at themselves.
// purpose says why: a service, an inspection. Errors: SignIn, NotFound (also for
// residents who ask for somebody else).
func Look(tx *db.Tx, id gov.PersonID, purpose string) (Person, error) {
	return LookFor(tx, id, journal.Look{Purpose: purpose})
}

// LookFor is Look with what more is known of the look: for which case, of which
// service.
func LookFor(tx *db.Tx, id gov.PersonID, why journal.Look) (Person, error) {
	a := tx.Actor()
	if !a.SignedIn() {
		return Person{}, errNobody
	}
	if a.Person != id && !a.Staff() && !trusted(a) {
		return Person{}, errNoPerson
	}
	p, err := Known(tx, id)
	if err != nil {
		return p, err
	}
	why.Person, why.What, why.Subject = p.ID, "person", string(p.ID)
	return p, looked(tx, why)
}

func looked(tx *db.Tx, l journal.Look) error {
	if trusted(tx.Actor()) {
		return nil
	}
	return journal.Looked(tx, l)
}

// found bounds the answer of Find.
const found = 20

// Find returns up to 20 people whose civil number, or every word of whose name,
// begins with what an officer typed, and records each in that person's access
// log. Errors: Denied (not an officer), Invalid (fewer than three characters).
func Find(tx *db.Tx, words, purpose string) ([]Person, error) {
	if !tx.Actor().Has(gov.Officer, gov.Supervisor, gov.Operator, gov.Auditor) {
		return nil, errDenied
	}
	list := folded(words)
	if len(list) == 0 || len([]rune(strings.Join(list, ""))) < 3 {
		return nil, gov.Fail(gov.Invalid, "اكتب ثلاثة أحرف على الأقل من الاسم، أو الرقم الشخصي كاملًا", "Write at least three letters of the name, or the whole civil number").At("q")
	}
	people, err := findPeople(tx, list[:min(len(list), 6)], found)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if err := looked(tx, journal.Look{Person: p.ID, What: "search", Subject: string(p.ID), Purpose: purpose}); err != nil {
			return nil, err
		}
	}
	return people, nil
}

// Names returns the names of people as they stand beside their acts ("decided
// by …"); ids that are unknown are missing.
func Names(tx *db.Tx, ids ...gov.PersonID) (map[gov.PersonID]gov.Text, error) {
	out := map[gov.PersonID]gov.Text{}
	return out, namesOf(tx, ids, out)
}

// Correct replaces a person's record, all but the civil number, as operators
// and imports may. Errors: Invalid, NotFound, Denied.
func Correct(tx *db.Tx, p Person) error {
	if err := mayKeepPeople(tx.Actor()); err != nil {
		return err
	}
	was, err := Known(tx, p.ID)
	if err != nil {
		return err
	}
	p.CivilNumber = was.CivilNumber
	return replace(tx, p, "identity.corrected")
}

func replace(tx *db.Tx, p Person, fact string) error {
	p, err := cleaned(p)
	if err != nil {
		return err
	}
	if err := updatePerson(tx, p); err != nil {
		return err
	}
	if err := deleteWords(tx, p.ID); err != nil {
		return err
	}
	if err := insertWords(tx, p.ID, nameWords(p)); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: fact, Subject: string(p.ID)})
}

// Close ends every way in for a person, who stays in the records: sessions are
// ended, passkeys and tokens no longer work. Errors: NotFound, Denied.
func Close(tx *db.Tx, id gov.PersonID) error {
	if err := mayKeepPeople(tx.Actor()); err != nil {
		return err
	}
	n, err := closePerson(tx, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return errNoPerson
	}
	if _, err := endSessions(tx, id, ""); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: "identity.closed", Subject: string(id)})
}

// Reopen lets a closed person in again; their sessions do not come back.
// Errors: NotFound (also when the account is not closed), Denied.
func Reopen(tx *db.Tx, id gov.PersonID) error {
	if err := mayKeepPeople(tx.Actor()); err != nil {
		return err
	}
	n, err := reopenPerson(tx, id)
	if err != nil {
		return err
	}
	if n == 0 {
		return errNoPerson
	}
	return journal.Append(tx, journal.Fact{Name: "identity.reopened", Subject: string(id)})
}

// SignOut ends all sessions of somebody, at their request or on suspicion; for
// operators. Errors: Denied.
func SignOut(tx *db.Tx, id gov.PersonID) error {
	if err := mayKeepPeople(tx.Actor()); err != nil {
		return err
	}
	if _, err := endSessions(tx, id, ""); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: "identity.signed-out", Subject: string(id)})
}
