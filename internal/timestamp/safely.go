package timestamp

import (
	"errors"
	"fmt"

	"github.com/digitorus/pkcs7"
)

// Safely runs what reads CMS that a stranger made: the library runs out of bounds on
// some input, which must cost the stranger an error and nobody else anything.
func Safely(read func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("not to be read as CMS: %v", r)
		}
	}()
	return read()
}

// ReadCMS reads a CMS structure of a stranger, of at most 256 KiB.
func ReadCMS(raw []byte) (p7 *pkcs7.PKCS7, err error) {
	if len(raw) > longest {
		return nil, errors.New("too long for CMS")
	}
	err = Safely(func() (err error) { p7, err = pkcs7.Parse(raw); return err })
	return p7, err
}
