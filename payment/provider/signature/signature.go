// Package signature signs messages and verifies them: HMAC-SHA256 over
// "<unix seconds>.<body>", written "t=…,v1=…". The public Stripe API signs its
// webhooks this way; the sandbox bank does the same.
package signature

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
)

var forged = gov.Fail(gov.Denied, "توقيع الرسالة غير صحيح", "The message is not signed correctly")

func mac(secret []byte, t string, body []byte) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(t))
	m.Write([]byte{'.'})
	m.Write(body)
	return m.Sum(nil)
}

// Sign makes the value of the signature header.
func Sign(secret []byte, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac(secret, t, body))
}

// Verify checks a signature header. Any of several v1 values may be right,
// because a secret is being replaced; other schemes are ignored. Errors: Denied
// when none is right, or its time is further from now than tolerance, or there
// is no secret.
func Verify(secret []byte, now time.Time, tolerance time.Duration, header string, body []byte) error {
	var t string
	var sums [][]byte
	for _, part := range strings.Split(header, ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch k {
		case "t":
			t = v
		case "v1":
			if sum, err := hex.DecodeString(v); err == nil {
				sums = append(sums, sum)
			}
		}
	}
	sec, err := strconv.ParseInt(t, 10, 64)
	if err != nil || len(secret) == 0 {
		return forged
	}
	if age := now.Sub(time.Unix(sec, 0)); age > tolerance || age < -tolerance {
		return forged
	}
	want := mac(secret, t, body)
	for _, sum := range sums {
		if hmac.Equal(sum, want) {
			return nil
		}
	}
	return forged
}
