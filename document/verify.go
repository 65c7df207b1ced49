package document

import (
	"context"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
)

// The lengths of the two kinds of code: 70 random bits on the document itself,
// 80 in a share.
const (
	codeLength  = 14
	shareLength = 16
)

// Verification is the answer to whoever asks whether a document is valid. What
// is not to be shown is empty.
type Verification struct {
	State      State
	Issuer     gov.OrgID
	IssuerName gov.Text
	Number     string
	Title      gov.Text
	Issued     time.Time
	ValidUntil time.Time // zero: no end
	Changed    time.Time // when it was replaced or revoked
	Claims     []Claim   // what may be shown
	Shared     bool      // the holder chose what is shown
	Until      time.Time // how long the share is open
	Logged     time.Time // since when it stands in the public log; zero: it does not, or not yet
}

// ReadCode reads a code as people type it or cameras give it: the address on
// the page or the code alone, small letters, spaces and hyphens, Arabic-Indic
// digits, and O, I and L for the digits they look like. ok is false when it
// cannot be a code of ours.
func ReadCode(s string) (code string, ok bool) {
	s, _, _ = strings.Cut(s, "#") // the seal behind an address
	if len(s) > 300 {
		return "", false
	}
	s = strings.TrimRight(strings.TrimSpace(s), "/")
	s = strings.ToUpper(gov.Digits(s[strings.LastIndexByte(s, '/')+1:]))
	code = strings.Map(func(r rune) rune {
		switch {
		case r == '-' || r == ' ' || r == '\t':
			return -1
		case r == 'O':
			return '0'
		case r == 'I' || r == 'L':
			return '1'
		}
		return r
	}, s)
	if len(code) != codeLength && len(code) != shareLength {
		return "", false
	}
	return code, strings.Trim(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ") == ""
}

// Verify answers anybody who has a code. The document's own code shows what the
// pack makes public; a share's code shows what the holder chose. Nothing is
// shown of a document that is revoked, replaced or altered. A look at claims is
// in the holder's access log before the answer is given. Errors: Unavailable;
// an unknown code is an answer, not an error.
func (i *Issuer) Verify(ctx context.Context, code string) (v Verification, err error) {
	return i.VerifyFor(ctx, code, Looker{})
}

// VerifyFor is Verify for somebody of whom something is known; it stands beside
// the share that they used.
func (i *Issuer) VerifyFor(ctx context.Context, code string, who Looker) (v Verification, err error) {
	unknown := Verification{State: Unknown}
	code, ok := ReadCode(code)
	if !ok {
		return unknown, nil
	}
	var d Document
	var share Share
	err = i.db.Read(ctx, func(tx *db.Tx) error { v, d, share, err = i.check(tx, code); return err })
	if err != nil || v.State == Unknown {
		return v, err
	}
	if len(v.Claims) == 0 && !v.Shared {
		i.db.Write(ctx, func(tx *db.Tx) error { return i.Used(tx, d, Verified) }) // a count is no reason not to answer
		return v, nil
	}
	err = i.db.Write(ctx, func(tx *db.Tx) error { // once more, where the look can be written
		if same, err := unchanged(tx, d); err != nil {
			return err
		} else if !same {
			v, d, share, err = i.check(tx, code)
			if err != nil || v.State == Unknown {
				return err
			}
			if len(v.Claims) == 0 && !v.Shared {
				return i.Used(tx, d, Verified)
			}
		}
		if v.Shared {
			if open, err := i.visited(tx, share, d, who); err != nil || !open {
				v = unknown
				return err
			}
		}
		if err := i.Used(tx, d, Verified); err != nil {
			return err
		}
		return i.looked(tx, d, "verification")
	})
	return v, err
}

// unchanged reports whether what was read of d a moment ago is so still.
func unchanged(tx *db.Tx, d Document) (bool, error) {
	now, ok, err := documentByID(tx, d.ID)
	return ok && now.Token == d.Token && now.Changed.Equal(d.Changed), err
}

// check finds what a code stands for and what it shows.
func (i *Issuer) check(tx *db.Tx, code string) (v Verification, d Document, share Share, err error) {
	v.State = Unknown
	id := gov.DocumentID(code)
	if len(code) == shareLength {
		var ok bool
		if share, ok, err = shareByCode(tx, code); err != nil || !ok || !share.open(tx.Now()) {
			return v, d, share, err
		}
		id = share.Document
	}
	stored, ok, err := documentByID(tx, id)
	if err != nil || !ok {
		return v, d, share, err
	}
	d, err = i.open(tx, stored)
	if gov.KindOf(err) == gov.Conflict {
		v.State = Altered
		return v, stored, share, nil
	}
	if err != nil {
		return v, d, share, err
	}
	v, err = i.answer(tx, d, share)
	return v, d, share, err
}

func (i *Issuer) answer(tx *db.Tx, d Document, s Share) (v Verification, err error) {
	v = Verification{State: d.State, Issuer: d.Organisation, Number: d.Number, Title: d.Title, Issued: d.Issued, ValidUntil: d.ValidUntil,
		Changed: d.Changed, Shared: s.Code != "", Until: s.Until}
	if v.IssuerName, err = i.organisation(tx, d.Organisation); err != nil {
		return v, err
	}
	if v.Logged, err = i.loggedSince(tx, d); err != nil {
		return v, err
	}
	if d.State != Valid && d.State != Expired {
		return v, nil
	}
	for _, c := range d.Claims {
		if c.Public && !v.Shared || slices.Contains(s.Claims, c.Name) {
			v.Claims = append(v.Claims, c)
		}
	}
	return v, nil
}
