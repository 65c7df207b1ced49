package document

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Rite is what a ceremony does.
type Rite string

// The rites.
const (
	NewRoot     Rite = "root"     // a new root of the authority takes the place of the old
	Rotation    Rite = "rotate"   // an organisation gets a new key
	Revocation  Rite = "revoke"   // trust is withdrawn from a key
	Relocation  Rite = "hardware" // an organisation gets a new key in another place
	Restoration Rite = "restore"  // after a backup was restored: every key is opened, and sealed with the first secret
)

// CeremonyState is how far a ceremony is.
type CeremonyState string

// The states of a ceremony.
const (
	Proposed  CeremonyState = "proposed"  // by one operator; waits for another
	Done      CeremonyState = "done"      // confirmed, and carried out
	Refused   CeremonyState = "refused"   // by another operator
	Withdrawn CeremonyState = "withdrawn" // by who proposed it
	Lapsed    CeremonyState = "lapsed"    // nobody confirmed it in time
	Acted     CeremonyState = "acted"     // an emergency: carried out by one; another must look at it
	Reviewed  CeremonyState = "reviewed"  // another has looked at it
)

// Ceremonies is the life of a ceremony.
var Ceremonies = gov.Moves[CeremonyState]{
	{From: "", Event: "propose", To: Proposed},
	{From: "", Event: "act", To: Acted},
	{From: Proposed, Event: "confirm", To: Done},
	{From: Proposed, Event: "refuse", To: Refused},
	{From: Proposed, Event: "withdraw", To: Withdrawn},
	{From: Proposed, Event: "lapse", To: Lapsed},
	{From: Acted, Event: "review", To: Reviewed},
}

// Via is where a ceremony was proposed.
type Via string

// On the command line of the server the proposer is named, and proves nothing.
const (
	OnPage    Via = ""
	OnCommand Via = "command"
)

// How long the second person has to confirm, and to look at an emergency.
const (
	confirmWithin = 4 * time.Hour
	reviewWithin  = 72 * time.Hour
	freshProof    = 10 * time.Minute // since the actor last proved who they are
	longestNote   = 500
)

// Ceremony is something done to a key by two people.
type Ceremony struct {
	ID           string
	Rite         Rite
	Organisation gov.OrgID
	Role         KeyRole
	Key          string       // kid, of a revocation
	Place        string       // token in which the new key is made; empty: the database
	Reason       trust.Reason // of a revocation, or of a new root
	Since        time.Time    // from when a compromised key may have been in other hands
	Note         string       // why, in the words of who proposes it; for operators and auditors
	Via          Via          // where it was proposed

	State    CeremonyState
	Proposed time.Time
	By       gov.PersonID
	Until    time.Time // by when the second person must have spoken
	Decided  time.Time
	Second   gov.PersonID
	Answer   string // what the second person said
	Record   []Witnessed
}

// Witnessed is a key as it was when the ceremony had been carried out.
type Witnessed struct {
	Key          string    `json:"key"`
	Organisation gov.OrgID `json:"organisation"`
	Role         KeyRole   `json:"role"`
	State        KeyState  `json:"state"`
	Place        string    `json:"place,omitempty"`
	Until        int64     `json:"until"`
	Fingerprint  string    `json:"fingerprint"`
}

// Overdue reports whether an emergency still waits for its second look.
func (c Ceremony) Overdue(now time.Time) bool { return c.State == Acted && now.After(c.Until) }

var (
	errSame      = gov.Fail(gov.Denied, "لا يؤكد المراسم من اقترحها؛ يلزم مشغّل آخر", "Whoever proposed a ceremony cannot confirm it; another operator must")
	errOthers    = gov.Fail(gov.Denied, "لا يسحب الاقتراح إلا صاحبه، ولغيره أن يرفضه", "Only who proposed it takes it back; others may refuse it")
	errCeremony  = gov.Fail(gov.NotFound, "لا توجد مراسم بهذا المعرّف", "There is no such ceremony")
	errOver      = gov.Fail(gov.Conflict, "انتهت هذه المراسم من قبل: نُفذت أو رُفضت أو سُحبت أو فات وقتها", "This ceremony is over: it was carried out, refused, withdrawn, or its time has passed")
	errOpen      = gov.Fail(gov.Conflict, "توجد مراسم مقترحة لهذا المفتاح لم يُبتّ فيها بعد", "A ceremony for this key has been proposed and waits to be decided")
	errProve     = gov.Fail(gov.Denied, "أكّد هويتك من جديد قبل هذا الإجراء", "Prove again who you are before you do this")
	errNote      = gov.Fail(gov.Invalid, "اكتب سبب هذا الإجراء في خمسمئة حرف أو أقل", "Say why in five hundred characters or fewer").At("note")
	errRite      = gov.Fail(gov.Invalid, "نوع المراسم غير معروف", "This kind of ceremony is not known").At("kind")
	errWhy       = gov.Fail(gov.Invalid, "اختر سبب سحب الثقة", "Choose the reason for the revocation").At("reason")
	errSince     = gov.Fail(gov.Invalid, "وقت احتمال التسرب لا يكون في المستقبل", "The key cannot have been in other hands in the future").At("since")
	errEmergency = gov.Fail(gov.Invalid, "لا يجوز لمشغّل وحده إلا سحب الثقة من مفتاح", "One operator alone may only revoke a key").At("kind")
	errLost      = gov.Fail(gov.Conflict, "لم يعد مقترح هذه المراسم مشغّلًا للمنظومة، فلا تُنفذ", "Whoever proposed this ceremony is no longer an operator; it is not carried out")
)

// keeper checks that the actor is a person who may handle keys and has just
// proved who they are: machines hold no ceremonies.
func keeper(tx *db.Tx) error {
	a := tx.Actor()
	if !a.Has(gov.Operator) || a.Person == "" || a.Person == gov.System.Person {
		return errKeysDenied
	}
	if a.StepUp.IsZero() || tx.Now().Sub(a.StepUp) >= freshProof {
		return errProve
	}
	return nil
}

// Propose asks for a ceremony, which another operator confirms within four hours.
// Operators who have just proved who they are. Appends document.ceremony_proposed.
// Errors: Denied, Invalid, NotFound without such a key, Conflict when one is open.
func (k *Keys) Propose(ctx context.Context, c Ceremony) (Ceremony, error) {
	err := k.db.Write(ctx, func(tx *db.Tx) error {
		if err := k.begin(tx, &c); err != nil {
			return err
		}
		c.State, c.Until = Proposed, tx.Now().Add(confirmWithin)
		if err := lapseCeremonies(tx); err != nil {
			return err
		}
		if made, err := insertCeremony(tx, c); err != nil || !made {
			return orOpen(err)
		}
		return journal.Append(tx, c.fact("document.ceremony_proposed"))
	})
	return c, err
}

func orOpen(err error) error {
	if err != nil {
		return err
	}
	return errOpen
}

// Emergency revokes a key at once, by one operator; another must look at it
// within three days. Appends document.key_revoked and document.ceremony_acted.
// Errors: as Propose.
func (k *Keys) Emergency(ctx context.Context, c Ceremony) (Ceremony, error) {
	if c.Rite != Revocation {
		return c, errEmergency
	}
	err := k.db.Write(ctx, func(tx *db.Tx) error {
		if err := k.begin(tx, &c); err != nil {
			return err
		}
		c.State, c.Until = Acted, tx.Now().Add(reviewWithin)
		if err := k.perform(tx, &c, prepared{}); err != nil {
			return err
		}
		if made, err := insertCeremony(tx, c); err != nil || !made {
			return orOpen(err)
		}
		return journal.Append(tx, c.fact("document.ceremony_acted"))
	})
	if err == nil {
		k.changed(ctx)
	}
	return c, err
}

// begin checks a ceremony that somebody asks for and completes it.
func (k *Keys) begin(tx *db.Tx, c *Ceremony) error {
	if err := keeper(tx); err != nil {
		return err
	}
	note, _ := gov.CleanText(c.Note)
	if c.Note = strings.TrimSpace(note); c.Note == "" || utf8.RuneCountInString(c.Note) > longestNote {
		return errNote
	}
	c.ID, c.Proposed, c.By = db.NewID(tx.Now()), tx.Now(), tx.Actor().Person
	if c.Since.After(tx.Now()) {
		return errSince
	}
	return k.subjectOf(tx, c)
}

// subjectOf checks what a ceremony is about.
func (k *Keys) subjectOf(tx *db.Tx, c *Ceremony) error {
	switch c.Rite {
	case NewRoot:
		c.Organisation, c.Role, c.Key = k.o.Authority, KeyRoot, ""
	case Restoration:
		c.Organisation, c.Role, c.Key, c.Place = k.o.Authority, "", "", ""
	case Rotation, Relocation:
		if c.Role != KeyPage {
			c.Role = KeyIssues
		}
		return k.rotatable(tx, c)
	case Revocation:
		key, ok, err := keyByID(tx, c.Key)
		switch {
		case err != nil:
			return err
		case !ok || key.Role == KeyTime:
			return errNoKey
		case key.Role == KeyRoot:
			return errKeyRoot
		case key.State == KeyRevoked:
			return errKeyEnded
		case c.Reason != trust.Compromise && c.Reason != trust.Superseded && c.Reason != trust.Cessation:
			return errWhy
		}
		c.Organisation, c.Role, c.Place = key.Organisation, key.Role, ""
	default:
		return errRite
	}
	_, err := k.keeperAt(c.Place)
	return err
}

// rotatable: a first key of one's own needs no ceremony, except for pages.
func (k *Keys) rotatable(tx *db.Tx, c *Ceremony) error {
	issues, ok, err := activeKey(tx, c.Organisation, KeyIssues)
	if err == nil && !ok {
		err = errNoKey
	}
	if err == nil && c.Rite == Rotation && c.Place == "" {
		c.Place = issues.Place // it stays where it is
	}
	if err == nil {
		_, err = k.keeperAt(c.Place)
	}
	return err
}

func (c Ceremony) fact(name string) journal.Fact {
	keys := []string{}
	for _, w := range c.Record {
		keys = append(keys, w.Key)
	}
	return journal.Fact{Name: name, Subject: c.ID, Organisation: c.Organisation,
		Body: journal.Body(map[string]any{"rite": c.Rite, "key": c.Key, "reason": c.Reason, "place": c.Place, "keys": keys, "via": c.Via, "until": db.Millis(c.Until)})}
}

// Confirm carries out what another operator proposed. Operators who have just
// proved who they are, never who proposed it. Appends document.ceremony_done and
// what becomes of the keys. Errors: Denied, NotFound, Conflict when it is over or
// its proposer is no operator any more, Unavailable when a token is away; it can
// be confirmed again then, while there is time.
func (k *Keys) Confirm(ctx context.Context, id string) (c Ceremony, err error) {
	ready, err := k.prepare(ctx, id)
	if err != nil {
		return c, err
	}
	c, err = k.decide(ctx, id, "confirm", "", func(tx *db.Tx, c *Ceremony) error {
		if k.o.Operates != nil {
			if still, err := k.o.Operates(tx, c.By); err != nil || !still {
				return orLost(err)
			}
		}
		return k.perform(tx, c, ready)
	})
	if err == nil {
		k.changed(ctx)
	}
	return c, err
}

func orLost(err error) error {
	if err != nil {
		return err
	}
	return errLost
}

// Refuse ends a proposed ceremony; who proposed it withdraws it that way. Errors: as Confirm.
func (k *Keys) Refuse(ctx context.Context, id, answer string) (Ceremony, error) {
	return k.decide(ctx, id, "refuse", answer, nil)
}

// Withdraw ends a proposed ceremony by who proposed it, and by nobody else. Errors:
// as Confirm.
func (k *Keys) Withdraw(ctx context.Context, id string) (Ceremony, error) {
	return k.decide(ctx, id, "withdraw", "", nil)
}

// Review is the second look at an emergency, by another operator, with what they
// found. Errors: as Confirm; Invalid without an answer.
func (k *Keys) Review(ctx context.Context, id, answer string) (Ceremony, error) {
	if strings.TrimSpace(answer) == "" {
		return Ceremony{}, errNote
	}
	return k.decide(ctx, id, "review", answer, nil)
}

// decide moves a ceremony on, once its second person is one who may.
func (k *Keys) decide(ctx context.Context, id, event, answer string, do func(*db.Tx, *Ceremony) error) (c Ceremony, err error) {
	err = k.db.Write(ctx, func(tx *db.Tx) error {
		var ok bool
		if err := keeper(tx); err != nil {
			return err
		}
		if c, ok, err = ceremonyByID(tx, id); err != nil || !ok {
			return orNone(err)
		}
		from := c.State
		if c, err = c.moved(tx, event, answer); err != nil {
			return err
		}
		if do != nil {
			if err := do(tx, &c); err != nil {
				return err
			}
		}
		if done, err := moveCeremony(tx, c, from); err != nil || !done {
			return orOver(err)
		}
		return journal.Append(tx, c.fact("document.ceremony_"+string(c.State)))
	})
	return c, err
}

// moved is the ceremony after an event by the actor of tx.
func (c Ceremony) moved(tx *db.Tx, event, answer string) (Ceremony, error) {
	mine := tx.Actor().Person == c.By
	if mine && event == "refuse" {
		event = "withdraw"
	}
	if c.State == Proposed && tx.Now().After(c.Until) {
		return c, errOver
	}
	to, ok := Ceremonies.Next(c.State, event)
	if !ok {
		return c, errOver
	}
	if mine && event != "withdraw" {
		return c, errSame
	}
	if !mine && event == "withdraw" {
		return c, errOthers
	}
	text, _ := gov.CleanText(answer)
	if utf8.RuneCountInString(text) > longestNote {
		return c, errNote.At("answer")
	}
	c.State, c.Decided, c.Second, c.Answer = to, tx.Now(), tx.Actor().Person, strings.TrimSpace(text)
	return c, nil
}

func orNone(err error) error {
	if err != nil {
		return err
	}
	return errCeremony
}

func orOver(err error) error {
	if err != nil {
		return err
	}
	return errOver
}

// Ceremony returns one. Operators and auditors only. Errors: Denied, NotFound.
func (k *Keys) Ceremony(ctx context.Context, id string) (c Ceremony, err error) {
	if err := mayRead(ctx); err != nil {
		return c, err
	}
	err = k.db.Read(ctx, func(tx *db.Tx) error {
		var ok bool
		if c, ok, err = ceremonyByID(tx, id); err != nil || !ok {
			return orNone(err)
		}
		c.State = c.now(tx.Now())
		return nil
	})
	return c, err
}

// Held lists the last n ceremonies, newest first. Operators and auditors only.
func (k *Keys) Held(ctx context.Context, n int) (all []Ceremony, err error) {
	if err := mayRead(ctx); err != nil {
		return nil, err
	}
	err = k.db.Read(ctx, func(tx *db.Tx) error {
		all, err = lastCeremonies(tx, n)
		for i := range all {
			all[i].State = all[i].now(tx.Now())
		}
		return err
	})
	return all, err
}

// now is the state that people see: what nobody confirmed in time has lapsed.
func (c Ceremony) now(t time.Time) CeremonyState {
	if c.State == Proposed && t.After(c.Until) {
		return Lapsed
	}
	return c.State
}

func mayRead(ctx context.Context) error {
	a := gov.ActorFrom(ctx)
	if operator(a) != nil && !a.Has(gov.Auditor) {
		return errKeysDenied
	}
	return nil
}

// MachineRoot is the active root when no ceremony made it: the machine made it,
// with the first document, and nobody was there. ok is false when two people made
// it, or there is none yet. Operators and auditors only. Errors: Denied.
func (k *Keys) MachineRoot(ctx context.Context) (root Key, ok bool, err error) {
	if err := mayRead(ctx); err != nil {
		return root, false, err
	}
	err = k.db.Read(ctx, func(tx *db.Tx) error {
		if root, ok, err = activeKey(tx, k.o.Authority, KeyRoot); err != nil || !ok {
			return err
		}
		c, held, err := newestRoot(tx)
		ok = !held || !slices.ContainsFunc(c.Record, func(w Witnessed) bool { return w.Key == root.ID })
		return err
	})
	return root, ok, err
}
