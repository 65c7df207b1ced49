package document

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// The limits of sharing.
const (
	defaultShare = 30 * 24 * time.Hour
	longestShare = 366 * 24 * time.Hour
	mostShares   = 20 // open at once, per document
	longestTo    = 80 // characters of the note
	mostLooks    = 50 // told of one share
)

// Share is a holder's permission: whoever has its code sees the chosen claims
// until it ends or is stopped.
type Share struct {
	Code      string
	Document  gov.DocumentID
	Claims    []string
	Created   time.Time
	Until     time.Time
	Stopped   time.Time // zero: not stopped
	Visits    int64     // how often it was used
	LastVisit time.Time
	Maker     gov.PersonID // who made it: the holder, or who acts for them
	To        string       // the maker's own note of whom it is for
	Tell      bool         // the maker is told of its first use
	Looks     []ShareLook  // the latest, newest first
}

// ShareLook is one use of a share, and what is honestly known of who used it:
// nothing of a visitor who is not signed in but the kind of device they said
// they have.
type ShareLook struct {
	At           time.Time
	Device       string    // "Firefox, Windows", as the browser says; may be empty
	Organisation gov.OrgID // for which they were working; empty: as a private person
	SignedIn     bool
}

// Looker is who uses a share, as far as the page that shows it knows.
type Looker struct {
	Device       string
	Organisation gov.OrgID
	SignedIn     bool
}

// Sharing is what a holder asks for.
type Sharing struct {
	Document gov.DocumentID
	Claims   []string
	Until    time.Time // zero: thirty days
	To       string    // whom it is for, in the holder's words; may be empty
	Tell     bool      // of its first use
}

// open reports whether the share may be used now.
func (s Share) open(now time.Time) bool { return s.Stopped.IsZero() && now.Before(s.Until) }

var (
	errClaims = gov.Fail(gov.Invalid, "اختر من بيانات الوثيقة ما تريد إظهاره", "Choose what to reveal from what the document states").At("claims")
	errUntil  = gov.Fail(gov.Invalid, "اختر موعدًا لانتهاء المشاركة خلال سنة من الآن", "Choose an end within a year from now").At("until")
	errTo     = gov.Fail(gov.Invalid, "اكتب لمن هذه المشاركة في ثمانين حرفًا أو أقل", "Say whom the share is for in eighty characters or fewer").At("to")
	errMany   = gov.Fail(gov.TooMany, "لهذه الوثيقة مشاركات مفتوحة كثيرة، أوقف إحداها أولًا", "This document has too many open shares; stop one first")
	errShare  = gov.Fail(gov.NotFound, "لا توجد مشاركة بهذا الرمز", "There is no such share")
)

// Share is ShareWith with nothing but what is shown and until when.
func (i *Issuer) Share(ctx context.Context, id gov.DocumentID, claims []string, until time.Time) (s Share, err error) {
	return i.ShareWith(ctx, Sharing{Document: id, Claims: claims, Until: until})
}

// ShareWith lets whoever gets the returned code see the named claims of a
// document until a moment. Holders (and holders of a mandate) only. Appends
// document.shared. Errors: NotFound, Invalid, TooMany.
func (i *Issuer) ShareWith(ctx context.Context, in Sharing) (s Share, err error) {
	to, err := noteOf(in.To)
	if err != nil {
		return Share{}, err
	}
	err = i.db.Write(ctx, func(tx *db.Tx) error {
		d, err := i.held(tx, in.Document)
		if err != nil {
			return err
		}
		until := in.Until
		if until.IsZero() {
			until = tx.Now().Add(defaultShare)
		}
		if !until.After(tx.Now()) || until.After(tx.Now().Add(longestShare)) {
			return errUntil
		}
		claims := slices.Compact(slices.Sorted(slices.Values(in.Claims)))
		if len(claims) == 0 || !d.states(claims) {
			return errClaims
		}
		if n, err := countOpenShares(tx, d.ID); err != nil || n >= mostShares {
			return cmp.Or[error](err, errMany)
		}
		s = Share{Code: db.Short(shareLength), Document: d.ID, Claims: claims, Created: tx.Now(), Until: until.UTC().Truncate(time.Millisecond),
			Maker: tx.Actor().Person, To: to, Tell: in.Tell}
		if err := insertShare(tx, s); err != nil {
			return err
		}
		return journal.Append(tx, fact("document.shared", d, map[string]any{"claims": len(claims)}))
	})
	return s, err
}

// noteOf cleans what a holder notes of whom a share is for.
func noteOf(s string) (string, error) {
	s, _ = gov.CleanText(s)
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) > longestTo {
		return "", errTo
	}
	return s, nil
}

// StopShare ends a share at once. Holders only. Appends document.share_stopped.
// Stopping twice is no error. Errors: NotFound.
func (i *Issuer) StopShare(ctx context.Context, code string) error {
	return i.db.Write(ctx, func(tx *db.Tx) error {
		s, ok, err := shareByCode(tx, code)
		if err != nil || !ok {
			return cmp.Or[error](err, errShare)
		}
		d, err := i.held(tx, s.Document)
		if gov.KindOf(err) == gov.NotFound {
			return errShare
		}
		if err != nil {
			return err
		}
		if stopped, err := stopShare(tx, code); err != nil || !stopped {
			return err
		}
		return journal.Append(tx, fact("document.share_stopped", d, nil))
	})
}

// Shares lists the shares of a document with their latest uses, newest first,
// also those that another made for the holder. Holders only. Errors: NotFound.
func (i *Issuer) Shares(ctx context.Context, id gov.DocumentID) (all []Share, err error) {
	err = i.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := i.held(tx, id); err != nil {
			return err
		}
		if all, err = sharesOf(tx, id); err != nil {
			return err
		}
		for n := range all {
			if all[n].Looks, err = looksAtShare(tx, all[n].Code, mostLooks); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}

// held finds a document of the actor's own, or of somebody they act for.
func (i *Issuer) held(tx *db.Tx, id gov.DocumentID) (Document, error) {
	stored, ok, err := documentByID(tx, id)
	if err != nil || !ok {
		return stored, cmp.Or[error](err, errAbsent)
	}
	if mine, err := i.mayActFor(tx, stored.Holder); err != nil || !mine {
		return stored, cmp.Or[error](err, errAbsent)
	}
	return i.open(tx, stored)
}

// states reports whether d has all the named claims.
func (d Document) states(claims []string) bool {
	for _, name := range claims {
		if !slices.ContainsFunc(d.Claims, func(c Claim) bool { return c.Name == name }) {
			return false
		}
	}
	return true
}

// visited records one use of a share, and tells its maker of the first.
// Reports false when the share is no longer open.
func (i *Issuer) visited(tx *db.Tx, s Share, d Document, who Looker) (bool, error) {
	open, err := countVisit(tx, s.Code, tx.Now())
	if err != nil || !open {
		return false, err
	}
	device, _ := gov.CleanText(who.Device)
	if r := []rune(device); len(r) > longestTo {
		device = string(r[:longestTo])
	}
	look := ShareLook{At: tx.Now(), Device: device, Organisation: who.Organisation, SignedIn: who.SignedIn}
	if err := insertShareLook(tx, s.Code, look); err != nil || s.Visits > 0 {
		return true, err
	}
	if s.Tell && i.o.Opened != nil {
		err = i.o.Opened(tx, s, d)
	}
	return true, err
}
