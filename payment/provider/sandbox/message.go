package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/jobs"
	"diwan.example/payment/provider"
	"diwan.example/payment/provider/signature"
)

// SignatureHeader carries "t=<unix seconds>,v1=<hex>": HMAC-SHA256 with the
// shared secret over "<t>.<body>".
const SignatureHeader = "Bank-Signature"

// Tolerance is how old a message may be when it is read.
const Tolerance = 5 * time.Minute

var defaultClient = &http.Client{Timeout: 10 * time.Second}

// deliver sends one message; any answer but 2xx has it sent again later, signed
// anew.
func (b *Bank) deliver(ctx context.Context, j jobs.Job) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.Hook, bytes.NewReader(j.Payload))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(SignatureHeader, signature.Sign(b.Secret, b.DB.Now(), j.Payload))
	client := b.Client
	if client == nil {
		client = defaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 4096))
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("message refused with status %d", answer.StatusCode)
	}
	return nil
}

// ParseWebhook verifies a message of the bank and reads it.
func (b *Bank) ParseWebhook(h http.Header, body []byte) (ev provider.Event, err error) {
	if err := signature.Verify(b.Secret, b.DB.Now(), Tolerance, h.Get(SignatureHeader), body); err != nil {
		return ev, err
	}
	if err := json.Unmarshal(body, &ev); err != nil {
		return ev, gov.Fail(gov.Invalid, "الرسالة غير مفهومة", "The message cannot be read").Because(err)
	}
	return ev, nil
}
