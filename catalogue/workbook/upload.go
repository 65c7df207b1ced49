package workbook

import (
	"bytes"
	"time"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Upload is a workbook that somebody gave back and has not confirmed yet.
type Upload struct {
	ID           string
	Organisation gov.OrgID
	Author       gov.PersonID
	Name         string // of the file
	Body         []byte
}

// Read reads the workbook. Errors: Invalid.
func (u *Upload) Read() (*Book, error) { return Open(bytes.NewReader(u.Body), int64(len(u.Body))) }

// kept is how long an upload waits to be confirmed.
const kept = 24 * time.Hour

// Keep keeps a workbook until it is confirmed, in place of an earlier one of the
// same person; what waited longer than a day goes. Errors: Denied.
func Keep(tx *db.Tx, name string, body []byte) (Upload, error) {
	a := tx.Actor()
	if !catalogue.MayWrite(a, a.Org) {
		return Upload{}, gov.Fail(gov.Denied, "يعيد المصنف مسؤول الخدمات في الجهة", "The service owner of the entity gives the workbook back")
	}
	u := Upload{ID: db.NewID(tx.Now()), Organisation: a.Org, Author: a.Person, Name: name, Body: body}
	if err := deleteUploads(tx, u.Organisation, u.Author, tx.Now().Add(-kept).UnixMilli()); err != nil {
		return u, err
	}
	return u, insertUpload(tx, u)
}

// Kept returns a workbook that waits. Errors: NotFound, also for everybody but
// whoever gave it back.
func Kept(tx *db.Tx, id string) (Upload, error) {
	u, found, err := uploadByID(tx, id)
	if a := tx.Actor(); err == nil && (!found || u.Author != a.Person || u.Organisation != a.Org) {
		return Upload{}, gov.Fail(gov.NotFound, "لا يوجد مصنف بهذا الرقم ينتظر التأكيد. أعده من جديد", "No workbook of this number waits to be confirmed. Give it back anew")
	}
	return u, err
}

// Forget lets go of a workbook that waits.
func Forget(tx *db.Tx, u Upload) error { return deleteUploads(tx, u.Organisation, u.Author, 0) }
