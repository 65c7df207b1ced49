package timestamp

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"time"

	rfc3161 "github.com/digitorus/timestamp"

	"diwan.example/gov"
)

// Stamp asks for a token over the SHA-256 of data. Client.Stamp and
// Authority.Stamp are ones.
type Stamp func(ctx context.Context, data []byte) ([]byte, error)

// Client asks an authority over HTTP.
type Client struct {
	URL   string
	HTTP  *http.Client     // nil: one that waits ten seconds and follows no redirect
	Clock func() time.Time // to find an authority, or a machine, whose clock is wrong
}

// skew is how far the authority's clock and ours may stand apart.
const skew = 5 * time.Minute

var (
	errAway  = gov.Fail(gov.Unavailable, "جهة الختم الزمني لا تجيب", "The time-stamping authority does not answer")
	errClock = gov.Fail(gov.Unavailable, "ساعة هذا الجهاز وساعة جهة الختم الزمني متباعدتان بأكثر من خمس دقائق", "This machine's clock and the time-stamping authority's are more than five minutes apart")
)

var patient = &http.Client{
	Timeout:       10 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// Stamp implements the type Stamp. What comes back is checked before it is
// returned. Errors: Unavailable, Denied, Invalid.
func (c *Client) Stamp(ctx context.Context, data []byte) ([]byte, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 62))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	ask, err := (&rfc3161.Request{HashAlgorithm: crypto.SHA256, HashedMessage: sum[:], Certificates: true, Nonce: nonce}).Marshal()
	if err != nil {
		return nil, err
	}
	answer, err := c.post(ctx, ask)
	if err != nil {
		return nil, errAway.Because(err)
	}
	var t *rfc3161.Timestamp
	if err := Safely(func() (err error) { t, err = rfc3161.ParseResponse(answer); return err }); err != nil {
		return nil, errAway.Because(err)
	}
	if t.Nonce == nil || t.Nonce.Cmp(nonce) != 0 {
		return nil, errData.Because(errors.New("another nonce"))
	}
	token, err := Check(t.RawToken, data)
	if err != nil {
		return nil, err
	}
	if off := c.Clock().Sub(token.Time); off > skew || off < -skew {
		return nil, errClock.Because(fmt.Errorf("off by %s", off.Round(time.Second)))
	}
	return token.Raw, nil
}

func (c *Client) post(ctx context.Context, ask []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.URL, bytes.NewReader(ask))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", query)
	client := c.HTTP
	if client == nil {
		client = patient
	}
	w, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers %s", w.Status)
	}
	b, err := io.ReadAll(io.LimitReader(w.Body, longest+1))
	if err == nil && len(b) > longest {
		err = errors.New("its answer is too long")
	}
	return b, err
}
