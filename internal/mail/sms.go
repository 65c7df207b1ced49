package mail

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// SMS sends text messages through an HTTP gateway. It posts
//
//	{"id": "…", "from": "DIWAN", "to": "+97336000000", "text": "…"}
//
// as application/json, with "Authorization: Bearer <Token>" and the id as
// Idempotency-Key. Any 2xx means that the gateway has taken it over; 400, 404,
// 410 and 422 that it never will; everything else that a later try may succeed.
// Most gateways accept this form or a small adapter in front of them.
type SMS struct {
	URL   string
	Token string // empty: no Authorization header
	From  string // sender name or number; empty: the gateway's own
	// Client makes the request; nil: one of ten seconds that follows no redirect.
	Client *http.Client
}

var _ Sender = (*SMS)(nil)

var plainClient = &http.Client{
	Timeout:       10 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Send hands the message to the gateway, in one language. Errors: Invalid,
// Unavailable.
func (s *SMS) Send(ctx context.Context, m Message) error {
	to, err := CheckPhone(m.To)
	if err != nil {
		return err
	}
	text := m.Body.In(m.Lang)
	if m.Link != "" {
		text += "\n" + m.Link
	}
	body, err := json.Marshal(map[string]string{"id": m.ID, "from": s.From, "to": to, "text": text})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, bytes.NewReader(body))
	if err != nil {
		return later.Because(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", m.ID)
	if s.Token != "" {
		r.Header.Set("Authorization", "Bearer "+s.Token)
	}
	return s.post(r)
}

func (s *SMS) post(r *http.Request) error {
	c := s.Client
	if c == nil {
		c = plainClient
	}
	answer, err := c.Do(r)
	if err != nil {
		return later.Because(errors.Unwrap(err)) // without the address
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // lets the connection be used again
	cause := fmt.Errorf("the gateway answered %d", answer.StatusCode)
	switch answer.StatusCode {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity:
		return never.Because(cause)
	}
	if answer.StatusCode/100 != 2 {
		return later.Because(cause)
	}
	return nil
}
