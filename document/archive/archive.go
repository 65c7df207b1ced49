// Package archive keeps the registers of papers that were issued before documents
// became electronic, so that anybody who holds such a paper can have it checked.
// Of each paper nothing can be read back: its number and its holder are kept as
// keyed digests, against which what a verifier types is compared, and its scan as
// the SHA-256 of the file.
package archive

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/search"
)

// Kind is a type of document whose papers a register lists.
type Kind struct {
	Organisation gov.OrgID
	Name         gov.Text
}

// Archive is all registers of papers. Every field is needed.
type Archive struct {
	DB     *db.DB
	Secret []byte // of the digests; with another one, nothing is found any more
	// Kind finds a type of document by its id in the register of document types.
	Kind func(tx *db.Tx, id string) (Kind, bool, error)
}

var errKind = gov.Fail(gov.NotFound, "لا يوجد نوع وثائق بهذا المعرّف", "There is no type of document with this id")

func (a *Archive) kind(tx *db.Tx, id string) (Kind, error) {
	k, ok, err := a.Kind(tx, id)
	if err == nil && !ok {
		err = errKind
	}
	return k, err
}

// mayImport reports whether an actor enters and withdraws registers of an organisation.
func mayImport(a gov.Actor, org gov.OrgID) bool {
	return a.Person == gov.System.Person || a.Org == org && org != "" && a.Has(gov.Owner, gov.Head, gov.Supervisor) || a.Has(gov.Operator)
}

// digest is a keyed digest of parts; nobody without the secret can guess what it stands for.
func (a *Archive) digest(parts ...string) string {
	h := hmac.New(sha256.New, a.Secret)
	for _, p := range parts {
		h.Write([]byte{byte(len(p) >> 8), byte(len(p))})
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil)[:20])
}

// paper is one line of a register, as it is kept.
type paper struct {
	Key    string // of type, number and date
	Year   int
	Holder string // keyed with the paper, so that two papers of one person look unlike
	Scan   string
}

// Limits of what stands in a row.
const (
	longestNumber = 60
	longestHolder = 300
	firstYear     = 1800
)

var (
	errNumber = gov.T("اكتب رقم الوثيقة في ستين حرفًا أو أقل", "Give the number of the document in sixty characters or fewer")
	errDate   = gov.T("اكتب تاريخ الوثيقة بالتقويم الميلادي: السنة-الشهر-اليوم، مثل \u20661998-03-17\u2069", "Give the date of the document as year-month-day, such as 1998-03-17")
	errFuture = gov.T("تاريخ الوثيقة لم يأت بعد", "The date of the document lies in the future")
	errHolder = gov.T("اسم صاحب الوثيقة أطول من ثلاثمئة حرف", "The holder's name is longer than three hundred characters")
	errScan   = gov.T("بصمة الصورة 64 رمزًا من الأرقام والحروف a إلى f (SHA-256)", "The digest of the scan is 64 characters 0-9 and a-f (SHA-256)")
)

// read reads one paper as it is typed or stands in a file.
func (a *Archive) read(typ, number, date, holder, scan string, now time.Time) (p paper, wrong gov.Problems) {
	bad := func(field string, t gov.Text) { wrong = append(wrong, gov.Problem{Field: field, Text: t}) }
	number = foldNumber(number)
	if number == "" || utf8.RuneCountInString(number) > longestNumber {
		bad("number", errNumber)
	}
	day, ok := readDay(date)
	switch {
	case !ok || day.Year() < firstYear:
		bad("date", errDate)
	case day.After(now):
		bad("date", errFuture)
	}
	holder = foldHolder(holder)
	if utf8.RuneCountInString(holder) > longestHolder {
		bad("holder", errHolder)
	}
	scan = strings.ToLower(strings.TrimSpace(scan))
	if b, err := hex.DecodeString(scan); err != nil || scan != "" && len(b) != sha256.Size {
		bad("scan", errScan)
	}
	if len(wrong) > 0 {
		return p, wrong
	}
	p = paper{Key: a.digest("paper", typ, number, day.Format(time.DateOnly)), Year: day.Year(), Scan: scan}
	if holder != "" {
		p.Holder = a.digest("holder", p.Key, holder)
	}
	return p, nil
}

// foldNumber makes numbers alike that people read as the same: digits of any
// script, letters of either case, with or without spaces and strokes.
func foldNumber(s string) string {
	s, _ = gov.CleanText(s)
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -_/.\\\t–—ـ", r) {
			return -1
		}
		return r
	}, strings.ToUpper(gov.Digits(s)))
}

// foldHolder makes names alike that are written differently, and civil numbers.
func foldHolder(s string) string {
	s, _ = gov.CleanText(s)
	return strings.Join(strings.Fields(search.Fold(gov.Digits(s))), " ")
}

// readDay reads a day as year-month-day or day/month/year, in digits of any script.
func readDay(s string) (time.Time, bool) {
	s = strings.TrimSpace(gov.Digits(s))
	for _, layout := range []string{time.DateOnly, "2006/1/2", "2/1/2006", "2-1-2006", "2.1.2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
