package notify

import (
	"context"
	"crypto/rand"
	"encoding/base64"
)

// CheckAddress refuses an address that webhooks cannot go to. Errors: Invalid.
func (o *Office) CheckAddress(s string) error { return o.checkURL(s) }

// NewSecret makes a key that signs messages to a receiver: sealed for a table,
// and as it is shown once.
func (o *Office) NewSecret() (sealed, shown string) {
	key := make([]byte, 32)
	rand.Read(key)
	return o.lock(key), secretMark + base64.StdEncoding.EncodeToString(key)
}

// PostSigned sends a JSON body that another package keeps, signed as webhooks
// are, once, and gives the status of the answer. id is the same at every try.
func (o *Office) PostSigned(ctx context.Context, address, sealed, id, body string) (int, error) {
	key, err := o.unlock(sealed)
	if err != nil {
		return 0, err
	}
	return o.request(ctx, address, key, Hook{ID: id, Body: body})
}
