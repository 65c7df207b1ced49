package directory

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/reply"
)

// The addresses of the centre, for gateways.
const (
	pathDirectory = "/centre/directory"
	pathEnrol     = "/centre/enrol"
	pathRenew     = "/centre/renew"
)

const (
	longestAsk  = 64 << 10         // bytes of a request to the centre
	longestWait = 50 * time.Second // for news
	scheme      = "Diwan-Gateway "
)

// ask is what a gateway asks the centre.
type ask struct {
	Token    string       `json:"token,omitempty"` // to enrol
	Requests Requests     `json:"requests"`        // to enrol or renew
	Version  int64        `json:"version"`         // the directory it has
	Wait     Milliseconds `json:"wait"`            // how long to wait for a newer one
	Report   Report       `json:"report"`
}

// answer is what the centre says. Time is its clock.
type answer struct {
	Time   time.Time `json:"time"`
	Server string    `json:"server,omitempty"`
	Issued *Issued   `json:"issued,omitempty"`
	Bundle *Bundle   `json:"bundle,omitempty"` // nil: nothing newer
	Kind   gov.Kind  `json:"kind,omitempty"`   // of a failure
	Text   gov.Text  `json:"text,omitempty"`
}

// Handler answers gateways: enrolment by one-time token, the directory with
// waiting for news, and renewal by requests signed with the gateway's own key.
// It needs no TLS of its own and may stand behind any proxy.
func (c *Centre) Handler() http.Handler {
	serve := map[string]http.HandlerFunc{pathEnrol: c.replies(c.serveEnrol), pathDirectory: c.replies(c.serveDirectory), pathRenew: c.replies(c.serveRenew)}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f := serve[r.URL.Path]
		switch {
		case f == nil:
			http.NotFound(w, r)
		case r.Method != http.MethodPost:
			http.Error(w, "POST only", http.StatusMethodNotAllowed)
		default:
			f(w, r)
		}
	})
}

var errAsk = gov.Fail(gov.Invalid, "طلب البوابة غير مفهوم", "The gateway's request is not understood")

func (c *Centre) replies(serve func(r *http.Request, a ask, body []byte) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var a ask
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestAsk))
		if err == nil {
			err = json.Unmarshal(body, &a)
		}
		out := answer{}
		if err != nil {
			err = errAsk.Because(err)
		} else {
			out, err = serve(r, a, body)
		}
		if r.Context().Err() != nil {
			return // nobody listens any more
		}
		out.Time = c.DB.Now()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if err != nil {
			out.Kind, out.Text = gov.KindOf(err), gov.PublicOf(err)
			w.WriteHeader(reply.Status(out.Kind))
		}
		json.NewEncoder(w).Encode(out)
	}
}

func (c *Centre) serveEnrol(r *http.Request, a ask, _ []byte) (out answer, err error) {
	err = c.DB.Write(r.Context(), func(tx *db.Tx) error {
		got, id, err := c.Enrol(tx, a.Token, a.Requests)
		out.Issued, out.Server = &got, id.String()
		return err
	})
	return out, err
}

func (c *Centre) identify(r *http.Request, tx *db.Tx, body []byte) (xroad.ServerID, error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), scheme)
	if !ok {
		return xroad.ServerID{}, errClaim
	}
	return c.Identify(tx, token, body)
}

func (c *Centre) serveDirectory(r *http.Request, a ask, body []byte) (out answer, err error) {
	var id xroad.ServerID
	err = c.DB.Read(gov.WithActor(r.Context(), gov.System), func(tx *db.Tx) (err error) {
		id, err = c.identify(r, tx, body)
		return err
	})
	if err != nil {
		return out, err
	}
	b, ok, err := c.Hand(r.Context(), id, a.Version, min(a.Wait.Duration(), longestWait), a.Report)
	if ok {
		out.Bundle = &b
	}
	return out, err
}

// Hand notes what a gateway says of itself and hands it what is newer than the
// version it has; see Await. The caller has made sure who asks.
func (c *Centre) Hand(ctx context.Context, id xroad.ServerID, have int64, wait time.Duration, r Report) (Bundle, bool, error) {
	err := c.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error { return noteSeen(tx, id, r) })
	if err != nil {
		return Bundle{}, false, err
	}
	return c.Await(ctx, id, have, wait)
}

func (c *Centre) serveRenew(r *http.Request, a ask, body []byte) (out answer, err error) {
	err = c.DB.Write(gov.WithActor(r.Context(), gov.System), func(tx *db.Tx) error {
		id, err := c.identify(r, tx, body)
		if err != nil {
			return err
		}
		got, err := c.Renew(tx, id, a.Requests)
		out.Issued = &got
		return err
	})
	return out, err
}

// failure turns what the centre said into an error with its kind.
func (a *answer) failure() error {
	if a.Kind == "" {
		return nil
	}
	return &gov.Error{Kind: a.Kind, Public: a.Text, Err: errors.New("said by the centre")}
}
