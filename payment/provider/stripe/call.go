package stripe

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"diwan.example/gov"
)

var (
	unreadable = gov.Fail(gov.Invalid, "الرسالة غير مفهومة", "The message cannot be read")
	offline    = gov.Fail(gov.Unavailable, "مزوّد الدفع لا يجيب الآن، ولم يُخصم شيء. حاول بعد قليل", "The payment provider does not answer just now and nothing was charged. Please try again shortly")
	refused    = gov.Fail(gov.Invalid, "رفض مزوّد الدفع هذه العملية", "The payment provider refused this")
	missing    = gov.Fail(gov.NotFound, "لا يعرف مزوّد الدفع هذه العملية", "The payment provider does not know this payment")
)

// mostTries is how often a request is made before the provider counts as away.
const mostTries = 3

// answerLimit bounds an answer of the API.
const answerLimit = 8 << 20

var defaultClient = &http.Client{Timeout: 20 * time.Second}

// failure is an error as the API writes it.
type failure struct {
	Error struct {
		Type, Code, Message, Param string
	}
}

// call makes one request and repeats it while the API is busy or away. Repeating
// is safe: reads change nothing, and writes carry an idempotency key.
func (s *Stripe) call(ctx context.Context, method, path string, form url.Values, key string, to any) error {
	wait := s.Pause
	if wait == 0 {
		wait = 300 * time.Millisecond
	}
	for try := 1; ; try++ {
		again, after, err := s.once(ctx, method, path, form, key, to)
		if err == nil || !again || try == mostTries {
			return err
		}
		if after > 0 {
			wait = after
		}
		select {
		case <-ctx.Done():
			return offline.Because(ctx.Err())
		case <-time.After(wait):
		}
		wait *= 2
	}
}

// once makes the request; again says that repeating it may help, after says when.
func (s *Stripe) once(ctx context.Context, method, path string, form url.Values, key string, to any) (again bool, after time.Duration, err error) {
	base := s.Endpoint
	if base == "" {
		base = "https://api.stripe.com"
	}
	r, err := http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(form.Encode()))
	if err != nil {
		return false, 0, offline.Because(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Key)
	r.Header.Set("Stripe-Version", Version)
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Idempotency-Key", key)
	}
	client := s.Client
	if client == nil {
		client = defaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return true, 0, offline.Because(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, answerLimit))
	if err != nil {
		return true, 0, offline.Because(err)
	}
	if answer.StatusCode/100 == 2 {
		if err := json.Unmarshal(body, to); err != nil {
			return false, 0, offline.Because(err)
		}
		return false, 0, nil
	}
	return s.failed(answer, body)
}

// failed turns an answer that is no success into an error kind.
// Source: Stripe API reference, "Errors" and "Rate limits".
func (s *Stripe) failed(answer *http.Response, body []byte) (again bool, after time.Duration, err error) {
	var f failure
	json.Unmarshal(body, &f) // an unreadable error is told by its status alone
	cause := fmt.Errorf("stripe: status %d, %s %s %s", answer.StatusCode, f.Error.Type, f.Error.Code, f.Error.Param)
	if f.Error.Message != "" {
		cause = errors.Join(cause, errors.New(f.Error.Message))
	}
	code := answer.StatusCode
	switch {
	case code == http.StatusNotFound || f.Error.Code == "resource_missing":
		return false, 0, missing.Because(cause)
	case code == http.StatusTooManyRequests || code == http.StatusConflict || code >= 500:
		if sec, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && sec > 0 {
			after = time.Duration(min(sec, 5)) * time.Second
		}
		return answer.Header.Get("Stripe-Should-Retry") != "false", after, offline.Because(cause)
	case code == http.StatusUnauthorized || code == http.StatusForbidden: // our key: an operator must act
		return false, 0, offline.Because(cause)
	}
	return false, 0, refused.Because(cause)
}
