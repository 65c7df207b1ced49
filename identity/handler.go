package identity

import (
	"encoding/json"
	"log/slog"
	"net/http"

	"diwan.example/gov"
	"diwan.example/internal/reply"
)

// answerLimit bounds what an authenticator may send.
const answerLimit = 64 << 10

// PasskeyBegin answers POST {"purpose": "enter"|"prove"|"add"} with
// {"ceremony": id, "options": …}; options go to navigator.credentials. The
// actor is the one in the request's context.
func (g *Gate) PasskeyBegin() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Purpose string }
		if !g.read(w, r, &in) {
			return
		}
		id, options, err := g.BeginPasskey(r.Context(), in.Purpose)
		g.answer(w, r, map[string]any{"ceremony": id, "options": options}, err)
	})
}

// PasskeyFinish answers POST {"ceremony": id, "label": "…", "response": …} with
// {"done": true}, and sets the session's cookie when the purpose was to enter.
// client describes the far end of a request.
func (g *Gate) PasskeyFinish(client func(*http.Request) Client) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Ceremony string
			Label    string
			Response json.RawMessage
		}
		if !g.read(w, r, &in) {
			return
		}
		token, err := g.FinishPasskey(r.Context(), in.Ceremony, in.Label, in.Response, client(r))
		if err == nil && token != "" {
			g.SetCookie(w, token)
		}
		g.answer(w, r, map[string]any{"done": true}, err)
	})
}

func (g *Gate) read(w http.ResponseWriter, r *http.Request, into any) bool {
	err := json.NewDecoder(http.MaxBytesReader(w, r.Body, answerLimit)).Decode(into)
	if err != nil {
		g.answer(w, r, nil, gov.Fail(gov.Invalid, "تعذّرت قراءة الطلب", "The request could not be read").Because(err))
	}
	return err == nil
}

func (g *Gate) answer(w http.ResponseWriter, r *http.Request, body any, err error) {
	status := http.StatusOK
	if err != nil {
		status = reply.Status(gov.KindOf(err))
		body = map[string]any{"kind": gov.KindOf(err), "text": gov.PublicOf(err)}
		g.log().InfoContext(r.Context(), "identity: passkey refused", "kind", gov.KindOf(err), "err", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		g.log().DebugContext(r.Context(), "identity: answer not sent", "err", err)
	}
}

func (g *Gate) log() *slog.Logger {
	if g.Log == nil {
		return slog.Default()
	}
	return g.Log
}
