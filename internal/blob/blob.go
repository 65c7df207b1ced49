// Package blob keeps files that people upload and that the platform makes, each
// under the hash of its content. What is stored never changes; storing the same
// content twice stores it once. Two stores exist, folders and S3; blobtest holds
// both to the same behaviour.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"
	"syscall"

	"diwan.example/gov"
)

// Info is one stored blob.
type Info struct {
	Key  string // "sha256-" and 64 hex digits
	Size int64  // bytes
}

// Store keeps blobs. Every error has a kind: Invalid for a malformed key or too
// large content, NotFound, Unavailable when the storage is full or away. After
// an error nothing half-stored is visible.
type Store interface {
	// Put stores what r gives, at most limit bytes, and returns once it is durable.
	Put(ctx context.Context, r io.Reader, limit int64) (Info, error)
	// Get opens a blob; the caller closes it.
	Get(ctx context.Context, key string) (io.ReadCloser, error)
	// Stat tells the size of a blob.
	Stat(ctx context.Context, key string) (Info, error)
	// Delete removes a blob; it is no error when there is none.
	Delete(ctx context.Context, key string) error
	// Each calls fn for every blob, in order of keys, until fn fails.
	Each(ctx context.Context, fn func(Info) error) error
	// Health reports whether blobs can be stored now.
	Health(ctx context.Context) error
}

var (
	errTooLarge    = gov.Fail(gov.Invalid, "الملف أكبر من الحجم المسموح", "The file is larger than allowed")
	errKey         = gov.Fail(gov.Invalid, "معرّف الملف غير صحيح", "This is not the key of a file")
	errMissing     = gov.Fail(gov.NotFound, "لا يوجد ملف بهذا المعرّف", "There is no such file")
	errUnavailable = gov.Fail(gov.Unavailable, "تعذّر الوصول إلى مخزن الملفات الآن، يُرجى المحاولة بعد قليل", "The file storage is not available just now. Please try again shortly")
	errReadOnly    = gov.Fail(gov.Unavailable, "مخزن الملفات متاح للقراءة فقط الآن، ولم يتغيّر شيء", "The file storage is read-only at the moment and nothing was changed")
	errFull        = gov.Fail(gov.Unavailable, "امتلأت مساحة تخزين الملفات ولم يُحفظ الملف", "The file storage is full and the file was not stored")
)

// failure gives a storage's error its kind; errors that have one stay.
func failure(err error) error {
	var known *gov.Error
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return errFull.Because(err)
	case errors.Is(err, syscall.EROFS):
		return errReadOnly.Because(err)
	}
	return errUnavailable.Because(err)
}

const prefix = "sha256-"

// checkKey refuses whatever is no key, so that no key can leave the storage.
func checkKey(key string) error {
	digits, ok := strings.CutPrefix(key, prefix)
	if !ok || len(digits) != 2*sha256.Size || strings.Trim(digits, "0123456789abcdef") != "" {
		return errKey
	}
	return nil
}

// intake reads an upload: it counts, hashes and stops at the limit.
type intake struct {
	from  io.Reader
	limit int64
	size  int64
	sum   hash.Hash
	fault error // what the sender's side did wrong
}

func newIntake(r io.Reader, limit int64) *intake {
	return &intake{from: r, limit: limit, sum: sha256.New()}
}

// Read implements io.Reader.
func (in *intake) Read(p []byte) (int, error) {
	n, err := in.from.Read(p)
	in.size += int64(n)
	in.sum.Write(p[:n])
	if in.size > in.limit {
		in.fault = errTooLarge
		return n, in.fault
	}
	if err != nil && err != io.EOF {
		in.fault = gov.Fail(gov.Invalid, "انقطع رفع الملف قبل اكتماله", "The upload broke off before it was complete").Because(err)
		return n, in.fault
	}
	return n, err
}

func (in *intake) info() Info {
	return Info{Key: prefix + hex.EncodeToString(in.sum.Sum(nil)), Size: in.size}
}
