package directory

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// Client asks a centre over HTTP for one gateway. What it is handed proves
// itself by its signature; TLS of the centre is the machine's ordinary trust.
type Client struct {
	Centre   string // address of the centre
	Server   xroad.ServerID
	Identity func() *Identity
	Clock    gov.Clock
	HTTP     *http.Client // nil: one of its own
}

// longestAnswer is how many bytes a directory may have.
const longestAnswer = 64 << 20

// own follows no redirects: the centre's address is the anchor's.
var own = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// away says that the centre cannot be reached.
func away(address string, cause error) error {
	return gov.Fail(gov.Unavailable, "تعذّر الوصول إلى مركز التبادل: "+aside(address), "The centre of the exchange cannot be reached: "+address).Because(cause)
}

// Enrol asks for the first certificates with a one-time token. It says which
// gateway the token is for.
func (c *Client) Enrol(ctx context.Context, token string, r Requests) (Issued, xroad.ServerID, error) {
	a, err := c.post(ctx, pathEnrol, ask{Token: token, Requests: r}, false)
	if err != nil {
		return Issued{}, xroad.ServerID{}, err
	}
	id, err := xroad.ParseServer(a.Server)
	if err != nil || a.Issued == nil {
		return Issued{}, id, away(c.Centre, errors.New("the answer holds no certificates"))
	}
	return *a.Issued, id, nil
}

// Fetch asks for what is newer than a version and waits for it up to a time.
func (c *Client) Fetch(ctx context.Context, have int64, wait time.Duration, r Report) (b Bundle, ok bool, err error) {
	ctx, stop := context.WithTimeout(ctx, wait+20*time.Second)
	defer stop()
	a, err := c.post(ctx, pathDirectory, ask{Version: have, Wait: Milliseconds(wait.Milliseconds()), Report: r}, true)
	if err != nil || a.Bundle == nil {
		return b, false, err
	}
	return *a.Bundle, true, nil
}

// Renew asks for certificates for new keys.
func (c *Client) Renew(ctx context.Context, r Requests) (Issued, error) {
	ctx, stop := context.WithTimeout(ctx, 30*time.Second)
	defer stop()
	a, err := c.post(ctx, pathRenew, ask{Requests: r}, true)
	if err == nil && a.Issued == nil {
		err = away(c.Centre, errors.New("the answer holds no certificates"))
	}
	if err != nil {
		return Issued{}, err
	}
	return *a.Issued, nil
}

// post sends a question, signed when prove is set.
func (c *Client) post(ctx context.Context, path string, q ask, prove bool) (a answer, err error) {
	body, err := json.Marshal(q)
	if err != nil {
		return a, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimRight(c.Centre, "/")+path, bytes.NewReader(body))
	if err != nil {
		return a, away(c.Centre, err)
	}
	req.Header.Set("Content-Type", "application/json")
	if prove {
		claim, err := c.Identity().Claim(c.Server, body, c.Clock())
		if err != nil {
			return a, err
		}
		req.Header.Set("Authorization", scheme+claim)
	}
	h := c.HTTP
	if h == nil {
		h = own
	}
	res, err := h.Do(req)
	if err != nil {
		return a, away(c.Centre, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, longestAnswer))
	if err == nil {
		err = json.Unmarshal(b, &a)
	}
	if err != nil || res.StatusCode != http.StatusOK && a.Kind == "" {
		return a, away(c.Centre, errors.Join(err, errors.New("it answered "+res.Status)))
	}
	return a, a.failure()
}
