package committee

import (
	"bytes"
	"context"
	"io"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/journal"
)

// Paper is a file attached to an item of an agenda.
type Paper struct {
	ID      string
	Meeting string
	Item    int // from 1
	Blob    string
	Name    string
	Type    string // media type, told by content
	Size    int64
	Scan    string // clean, unscanned
	Author  gov.PersonID
	At      time.Time
}

// The limits of papers.
const (
	LargestPaper = 20 << 20 // bytes
	mostPapers   = 60       // of one meeting
)

// Received is a file that was taken in: told by its content, scanned and stored.
type Received struct {
	Blob, Name, Type, Scan string
	Size                   int64
}

// Receive stores a presentation or paper: PDF, PPTX, DOCX, XLSX or a picture.
// The caller has checked that the actor may; it is called outside a transaction.
// Errors: Invalid, Unavailable.
func (c *Chamber) Receive(ctx context.Context, name string, r io.Reader) (Received, error) {
	if c.Blobs == nil {
		return Received{}, gov.Fail(gov.Unavailable, "لا يوجد مخزن ملفات في هذا التركيب", "This installation keeps no files")
	}
	head, err := io.ReadAll(io.LimitReader(r, form.SniffLen))
	if err != nil {
		return Received{}, gov.Fail(gov.Invalid, "انقطع رفع الملف قبل اكتماله", "The upload broke off before it was complete").Because(err)
	}
	kind, err := form.Sniff(head, name)
	if err != nil {
		return Received{}, err
	}
	if kind == form.ZIP {
		return Received{}, gov.Fail(gov.Invalid, "أرفق ملف PDF أو عرض PPTX أو مستند DOCX أو XLSX أو صورة", "Attach a PDF, a PPTX presentation, a DOCX or XLSX document, or a picture")
	}
	info, err := c.Blobs.Put(ctx, io.MultiReader(bytes.NewReader(head), r), LargestPaper)
	if err != nil {
		return Received{}, err
	}
	in := Received{Blob: info.Key, Name: form.CleanName(name), Type: kind, Size: info.Size, Scan: "unscanned"}
	if c.Scan == nil {
		return in, nil
	}
	stored, err := c.Blobs.Get(ctx, info.Key)
	if err != nil {
		return in, err
	}
	defer stored.Close()
	in.Scan, err = c.Scan(ctx, stored)
	return in, err
}

// Attach puts a file to an item of a meeting that is not over. It opens its own
// transactions. Errors: NotFound, Denied, Conflict, Invalid, Unavailable.
func (c *Chamber) Attach(ctx context.Context, meeting string, item int, name string, r io.Reader) (p Paper, err error) {
	may := func(tx *db.Tx) error { return mayAttach(tx, meeting, item) }
	if err := c.DB.Read(ctx, may); err != nil {
		return p, err
	}
	in, err := c.Receive(ctx, name, r)
	if err != nil {
		return p, err
	}
	return p, c.DB.Write(ctx, func(tx *db.Tx) error {
		if err := may(tx); err != nil {
			return err
		}
		p = Paper{ID: db.NewID(tx.Now()), Meeting: meeting, Item: item, Blob: in.Blob, Name: in.Name, Type: in.Type, Size: in.Size, Scan: in.Scan, Author: tx.Actor().Person, At: tx.Now()}
		return insertPaper(tx, p)
	})
}

func mayAttach(tx *db.Tx, meeting string, item int) error {
	m, _, r, err := ByID(tx, meeting)
	if err != nil {
		return err
	}
	there, err := papers(tx, meeting)
	switch {
	case err != nil:
		return err
	case !r.Write:
		return errWrite
	case m.State == Approved || m.State == Cancelled:
		return gov.Fail(gov.Conflict, "انتهى الاجتماع، ولا تُضاف إليه أوراق", "The meeting is over; no papers are added")
	case item < 1 || item > len(m.Items):
		return gov.Fail(gov.Invalid, "اختر بندًا من جدول الأعمال", "Choose an item of the agenda").At("item")
	case len(there) >= mostPapers:
		return gov.Fail(gov.Invalid, "بلغت أوراق الاجتماع حدها الأعلى", "The meeting has as many papers as it may").At("paper")
	}
	return nil
}

// Detach removes a paper of a meeting that is still to come. Errors: NotFound,
// Denied, Conflict.
func Detach(tx *db.Tx, meeting, paper string) error {
	m, _, r, err := ByID(tx, meeting)
	switch {
	case err != nil:
		return err
	case !r.Write:
		return errWrite
	case !m.Open():
		return gov.Fail(gov.Conflict, "عُقد الاجتماع، وتبقى أوراقه كما هي", "The meeting was held; its papers stay")
	}
	ok, err := deletePaper(tx, meeting, paper)
	if err == nil && !ok {
		err = errNone
	}
	return err
}

// Papers lists the papers of a meeting by item. Errors: NotFound.
func Papers(tx *db.Tx, meeting string) ([]Paper, error) {
	if _, _, _, err := ByID(tx, meeting); err != nil {
		return nil, err
	}
	return papers(tx, meeting)
}

// Fetch opens a paper. The caller closes it. Errors: NotFound, Unavailable.
func (c *Chamber) Fetch(ctx context.Context, meeting, paper string) (p Paper, r io.ReadCloser, err error) {
	err = c.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := Papers(tx, meeting)
		for _, x := range list {
			if x.ID == paper {
				p = x
				return nil
			}
		}
		return orNone(err)
	})
	if err != nil || c.Blobs == nil {
		return p, nil, orNone(err)
	}
	r, err = c.Blobs.Get(ctx, p.Blob)
	return p, r, err
}

// Comment is what a member said about an item before or after a meeting.
type Comment struct {
	ID      string
	Meeting string
	Item    int // from 1; 0: the whole meeting
	Words   string
	Author  gov.PersonID
	Acting  gov.OrgID
	At      time.Time
}

// Say comments on an item of a meeting, for those who sit in the committee and
// the authority. Errors: NotFound, Denied, Invalid.
func Say(tx *db.Tx, meeting string, item int, text string) error {
	m, _, r, err := ByID(tx, meeting)
	switch {
	case err != nil:
		return err
	case !r.Comment:
		return gov.Fail(gov.Denied, "الملاحظات لأعضاء اللجنة", "Comments are for the members of the committee")
	case item < 0 || item > len(m.Items):
		return gov.Fail(gov.Invalid, "اختر بندًا من جدول الأعمال", "Choose an item of the agenda").At("item")
	}
	if text, err = words(text, "words"); err != nil {
		return err
	}
	c := Comment{ID: db.NewID(tx.Now()), Meeting: meeting, Item: item, Words: text, Author: tx.Actor().Person, Acting: tx.Actor().Org, At: tx.Now()}
	if err := insertComment(tx, c); err != nil {
		return err
	}
	return journal.Append(tx, journal.Fact{Name: FactCommented, Subject: m.ID, Body: journal.Body(map[string]any{"committee": m.Board, "item": item})})
}

// Comments lists what was said about a meeting, oldest first. Errors: NotFound.
func Comments(tx *db.Tx, meeting string) ([]Comment, error) {
	if _, _, _, err := ByID(tx, meeting); err != nil {
		return nil, err
	}
	return comments(tx, meeting)
}
