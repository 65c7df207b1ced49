package app

import (
	"context"
	"encoding/json"
	"io"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"diwan.example/gov"
	"diwan.example/web/gallery"
	"diwan.example/web/ui"
)

// longestHook is how many bytes a payment provider's message may have.
const longestHook = 1 << 20

// mount builds the handler of all pages and of the machine's own addresses.
func (a *App) mount() error {
	a.Site = a.site()
	mux := http.NewServeMux()
	a.Site.Mount(mux, gallery.Routes()...)
	if err := a.mountPages(mux); err != nil {
		return err
	}
	pages := a.session(a.Site.Handler(a.throttled(a.settle(named(mux)))))

	root := http.NewServeMux()
	root.Handle("/", pages)
	root.HandleFunc("GET /healthz", a.health)
	root.HandleFunc("GET /readyz", a.ready)
	root.Handle("GET /metrics", promhttp.HandlerFor(a.metrics(), promhttp.HandlerOpts{}))
	root.HandleFunc("GET /.well-known/jwks.json", a.keySet)
	a.serveWallets(root)
	root.HandleFunc("GET /status", a.statusLists)
	root.HandleFunc("GET /wallet/request/{code}", a.walletRequest)
	root.HandleFunc("POST /wallet/answer/{code}", a.walletAnswer)
	root.HandleFunc("GET /status/{list}", a.statusList)
	a.mountTrust(root)
	root.HandleFunc("POST /hooks/payment/{provider}", a.paymentHook)
	root.Handle("/centre/", a.Centre.Handler())
	root.Handle("/log", pages) // the page for people; below it stand the logs themselves
	root.Handle("/log/", a.publicLogs())
	root.Handle("/api/", a.woken(a.api.Handler()))
	if a.Bank != nil {
		root.Handle("/bank/", http.StripPrefix("/bank", a.Bank.Handler()))
	}
	var err error
	a.Handler, a.flush, err = a.traced(background, root)
	return err
}

func (a *App) site() *ui.Site {
	c := a.Country
	return &ui.Site{
		Country: ui.Country{Name: c.Name, Notice: c.Notice, Accent: c.Accent.Light, Currency: c.Currency, Calendar: &c.Calendar, Dial: c.Dial, ArabicDigits: c.Digits == "arab"},
		Log:     a.Log, Clock: a.DB.Now, Actor: who, Secure: a.secure(), Areas: areas(),
		FormTargets: a.formTargets(), Unread: a.unread,
	}
}

// woken wakes followers and workers after every request during which something was
// written; a POST that only asks wakes nobody.
func (a *App) woken(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		before := a.DB.Stats().Writes
		next.ServeHTTP(w, r)
		if r.Method != http.MethodGet && a.DB.Stats().Writes != before {
			a.wake()
		}
	})
}

// visitor is who holds the session of a request.
type visitor struct {
	actor gov.Actor
	name  gov.Text
}

type visitorKey struct{}

// session finds who asks by the session cookie, and gives the browser the new
// token when the old one was replaced.
func (a *App) session(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitor{actor: gov.Actor{Channel: gov.Portal}}
		if token := a.Gate.Token(r); token != "" {
			actor, person, fresh, err := a.Gate.Actor(r.Context(), token)
			switch {
			case err == nil:
				v = visitor{actor, person.Name()}
				if fresh != "" {
					a.Gate.SetCookie(w, fresh)
				}
			case gov.KindOf(err) != gov.SignIn:
				a.Log.ErrorContext(r.Context(), "app: session", "err", err)
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitorKey{}, v)))
	})
}

func who(r *http.Request) (gov.Actor, string) {
	v, _ := r.Context().Value(visitorKey{}).(visitor)
	return v.actor, v.name.In(ui.LangOf(r))
}

func (a *App) health(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok\n") }

// ready reports whether this node can serve: the database answers and files can be stored.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	err := a.DB.Ping(r.Context())
	if err == nil {
		err = a.Blobs.Health(r.Context())
	}
	if err != nil {
		a.Log.WarnContext(r.Context(), "app: not ready", "err", err)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ready\n")
}

func (a *App) keySet(w http.ResponseWriter, r *http.Request) {
	set, err := a.Issuer.Keys().Public(r.Context())
	if err != nil {
		a.Log.ErrorContext(r.Context(), "app: key set", "err", err)
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/jwk-set+json")
	json.NewEncoder(w).Encode(set)
}

// paymentHook takes a provider's message. Anything but 200 makes it come again.
func (a *App) paymentHook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestHook))
	if err != nil {
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return
	}
	switch err := a.Cashier.Webhook(r.Context(), r.PathValue("provider"), r.Header, body); gov.KindOf(err) {
	case "":
		a.wake()
		io.WriteString(w, "ok\n")
	case gov.Denied, gov.Invalid, gov.NotFound:
		a.Log.WarnContext(r.Context(), "app: payment message refused", "provider", r.PathValue("provider"), "err", err)
		http.Error(w, "refused", http.StatusBadRequest)
	default:
		a.Log.ErrorContext(r.Context(), "app: payment message", "err", err)
		http.Error(w, "later", http.StatusServiceUnavailable)
	}
}
