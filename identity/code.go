package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/jobs"
	"diwan.example/journal"
)

const (
	codeLife  = 10 * time.Minute
	codeTries = 5
	codeJob   = "identity.code"
	sweepJob  = "identity.sweep"

	toEnter = "enter"
	toProve = "prove"
	toAdd   = "add"
)

var errCode = gov.Fail(gov.Invalid, "الرمز غير صحيح أو انتهت مدته. راجع الرمز أو اطلب رمزًا جديدًا", "The code is wrong or has run out. Check it, or ask for a new one").At("code")

var codeText = gov.T(
	"رمز الدخول إلى ديوان: %s\nصالح لعشر دقائق. لا تُطلع عليه أحدًا، فلن يسألك عنه أي موظف.",
	"Your Diwan code: %s\nIt is good for ten minutes. Tell nobody: no officer will ever ask for it.")

// AskCode begins a sign-in by one-time code for whoever the identifier (civil
// number, e-mail address or phone number) names. The answer is always an
// attempt's id: who has an account cannot be told from it, nor from the time it
// takes, because the account is only looked up afterwards, by a job. Errors:
// Invalid (nothing was written), TooMany.
func (g *Gate) AskCode(ctx context.Context, identifier string, c Client) (attempt string, err error) {
	identifier = strings.ToLower(strings.TrimSpace(gov.Digits(identifier)))
	if identifier == "" || len(identifier) > 254 {
		return "", gov.Fail(gov.Invalid, "اكتب رقمك الشخصي أو بريدك الإلكتروني أو رقم هاتفك", "Write your civil number, e-mail address or phone number").At("identifier")
	}
	err = g.DB.Write(ctx, func(tx *db.Tx) error {
		if err := g.limit(tx, "ask from "+c.Address, 30, 10*time.Minute); err != nil {
			return err
		}
		if err := g.limit(tx, "ask for "+identifier, 5, 15*time.Minute); err != nil {
			return err
		}
		attempt, err = g.attempt(tx, toEnter, "", "", ask{Identifier: identifier})
		return err
	})
	return attempt, err
}

// AskStepUp sends the actor a code with which StepUp proves who they are again.
// Errors: SignIn, TooMany.
func (g *Gate) AskStepUp(ctx context.Context) (attempt string, err error) {
	err = g.DB.Write(ctx, func(tx *db.Tx) error {
		a := tx.Actor()
		if a.Person == "" || a.Session == "" {
			return errNobody
		}
		if err := g.limit(tx, "step up "+string(a.Person), 5, 15*time.Minute); err != nil {
			return err
		}
		attempt, err = g.attempt(tx, toProve, a.Person, a.Session, ask{Person: a.Person})
		return err
	})
	return attempt, err
}

// ask is what the job that sends a code must know.
type ask struct {
	Attempt    string       `json:"attempt"`
	Identifier string       `json:"identifier,omitempty"`
	Person     gov.PersonID `json:"person,omitempty"`
}

func (g *Gate) attempt(tx *db.Tx, purpose string, p gov.PersonID, session string, a ask) (string, error) {
	a.Attempt = db.NewID(tx.Now())
	if err := insertAttempt(tx, a.Attempt, purpose, p, session, tx.Now().Add(codeLife)); err != nil {
		return "", err
	}
	if g.Wake != nil {
		tx.After(g.Wake)
	}
	return a.Attempt, jobs.Schedule(tx, jobs.Job{Kind: codeJob, Key: a.Attempt, At: tx.Now(), Payload: json.RawMessage(db.JSON(a))})
}

// Jobs are the kinds of jobs that this package does.
func (g *Gate) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{codeJob: {Do: g.sendCode, Attempts: 3}, sweepJob: {Do: g.tidy}}
}

// sendCode makes the code, stores its seal and hands it over, all in tx. It does
// nothing for an identifier that names nobody, or several people.
func (g *Gate) sendCode(tx *db.Tx, j jobs.Job) error {
	var a ask
	if err := json.Unmarshal(j.Payload, &a); err != nil {
		return err
	}
	p, to, ok, err := a.whom(tx)
	if err != nil || !ok || p.Closed || p.Email == "" && p.Phone == "" {
		return err
	}
	if err := g.limit(tx, "codes to "+string(p.ID), 20, 24*time.Hour); err != nil {
		if gov.KindOf(err) == gov.TooMany {
			return nil
		}
		return err
	}
	code := newCode()
	mine, err := setCode(tx, a.Attempt, p.ID, g.sealed("code", a.Attempt, code))
	if err != nil || !mine {
		return err
	}
	return g.Send(tx, to, codeText.Sprintf(code))
}

// whom returns the person that is named, and where the code goes: to the address
// that was typed, or to all of them.
func (a ask) whom(tx *db.Tx) (p Person, to Contact, ok bool, err error) {
	column, value := "id", string(a.Person)
	if a.Person == "" {
		column, value = "civil_number", a.Identifier
	}
	if p, ok, err = personBy(tx, column, value); ok || err != nil {
		return p, p.Contact(), ok, err
	}
	column, value = "email_key", emailKey(a.Identifier)
	if value == "" {
		column, value = "phone_key", phoneKey(a.Identifier)
	}
	some, err := peopleReached(tx, column, value)
	if err != nil || len(some) != 1 {
		return p, to, false, err
	}
	to = some[0].Contact()
	if column == "email_key" {
		to.Phone = ""
	} else {
		to.Email = ""
	}
	return some[0], to, true, nil
}

func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic("identity: no randomness: " + err.Error()) // crypto/rand does not fail on supported systems
	}
	return fmt.Sprintf("%06d", n)
}

// Enter ends a sign-in by one-time code and returns the new session's token. A
// code works once, within ten minutes, and after five wrong tries not at all.
// Errors: Invalid (always the same, whatever was wrong), TooMany.
func (g *Gate) Enter(ctx context.Context, attempt, code string, c Client) (token string, err error) {
	var wrong error
	err = g.DB.Write(ctx, func(tx *db.Tx) error {
		if err := g.limit(tx, "enter from "+c.Address, 60, 10*time.Minute); err != nil {
			return err
		}
		var p gov.PersonID
		if p, wrong, err = g.spend(tx, toEnter, attempt, code, ""); err != nil || wrong != nil {
			return err
		}
		token, err = g.open(tx, p, "code", c)
		return err
	})
	if err == nil {
		err = wrong
	}
	return token, err
}

// StepUp proves again, by the code of AskStepUp, that the actor is who they
// are; the code works in the session that asked only. Errors: SignIn, Invalid.
func (g *Gate) StepUp(ctx context.Context, attempt, code string) error {
	var wrong error
	err := g.DB.Write(ctx, func(tx *db.Tx) (err error) {
		a := tx.Actor()
		if a.Person == "" || a.Session == "" {
			return errNobody
		}
		if _, wrong, err = g.spend(tx, toProve, attempt, code, a.Session); err != nil || wrong != nil {
			return err
		}
		return g.proved(tx, "code")
	})
	if err == nil {
		err = wrong
	}
	return err
}

// ProveDirectly is StepUp without proof. Errors: Denied unless OneClick.
func (g *Gate) ProveDirectly(ctx context.Context) error {
	if !g.OneClick {
		return errDenied
	}
	return g.DB.Write(ctx, func(tx *db.Tx) error { return g.proved(tx, "direct") })
}

func (g *Gate) proved(tx *db.Tx, by string) error {
	a := tx.Actor()
	n, err := setProved(tx, a.Person, a.Session)
	if err != nil {
		return err
	}
	if n == 0 {
		return errNobody
	}
	return journal.Append(tx, journal.Fact{Name: "identity.proved", Subject: string(a.Person), Body: journal.Body(map[string]string{"by": by})})
}

// spend counts a try and, when the code is right, uses the attempt up. wrong is
// returned apart, because the count must be kept.
func (g *Gate) spend(tx *db.Tx, purpose, attempt, code, session string) (p gov.PersonID, wrong, err error) {
	code = strings.Join(strings.Fields(gov.Digits(code)), "")
	p, seal, ok, err := tryAttempt(tx, attempt, purpose, session, codeTries)
	if err != nil {
		return "", nil, err
	}
	right := hmac.Equal([]byte(seal), []byte(g.sealed("code", attempt, code))) // worked out for strangers too
	if !right || !ok || p == "" {
		return "", errCode, nil
	}
	who, err := Known(tx, p)
	if err != nil {
		return "", nil, err
	}
	if who.Closed {
		return "", errCode, nil
	}
	return p, nil, useAttempt(tx, attempt)
}
