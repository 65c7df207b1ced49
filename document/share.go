package document

import (
	"cmp"
	"context"
	"slices"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// The limits of sharing.
const (
	defaultShare = 30 * 24 * time.Hour
	longestShare = 366 * 24 * time.Hour
	mostShares   = 20 // open at once, per document
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
}

// open reports whether the share may be used now.
func (s Share) open(now time.Time) bool { return s.Stopped.IsZero() && now.Before(s.Until) }

var (
	errClaims = gov.Fail(gov.Invalid, "اختر من بيانات الوثيقة ما تريد إظهاره", "Choose what to reveal from what the document states").At("claims")
	errUntil  = gov.Fail(gov.Invalid, "اختر موعدًا لانتهاء المشاركة خلال سنة من الآن", "Choose an end within a year from now").At("until")
	errMany   = gov.Fail(gov.TooMany, "لهذه الوثيقة مشاركات مفتوحة كثيرة، أوقف إحداها أولًا", "This document has too many open shares; stop one first")
	errShare  = gov.Fail(gov.NotFound, "لا توجد مشاركة بهذا الرمز", "There is no such share")
)

// Share lets whoever gets the returned code see the named claims of a document
// until a moment; zero means thirty days. Holders (and holders of a mandate)
// only. Appends document.shared. Errors: NotFound, Invalid, TooMany.
func (i *Issuer) Share(ctx context.Context, id gov.DocumentID, claims []string, until time.Time) (s Share, err error) {
	err = i.db.Write(ctx, func(tx *db.Tx) error {
		d, err := i.held(tx, id)
		if err != nil {
			return err
		}
		if until.IsZero() {
			until = tx.Now().Add(defaultShare)
		}
		if !until.After(tx.Now()) || until.After(tx.Now().Add(longestShare)) {
			return errUntil
		}
		claims = slices.Compact(slices.Sorted(slices.Values(claims)))
		if len(claims) == 0 || !d.states(claims) {
			return errClaims
		}
		if n, err := countOpenShares(tx, id); err != nil || n >= mostShares {
			return cmp.Or[error](err, errMany)
		}
		s = Share{Code: db.Short(shareLength), Document: id, Claims: claims, Created: tx.Now(), Until: until.UTC().Truncate(time.Millisecond)}
		if err := insertShare(tx, s); err != nil {
			return err
		}
		return journal.Append(tx, fact("document.shared", d, map[string]any{"claims": len(claims)}))
	})
	return s, err
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

// Shares lists the shares of a document, newest first. Holders only. Errors: NotFound.
func (i *Issuer) Shares(ctx context.Context, id gov.DocumentID) (all []Share, err error) {
	err = i.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := i.held(tx, id); err != nil {
			return err
		}
		all, err = sharesOf(tx, id)
		return err
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
