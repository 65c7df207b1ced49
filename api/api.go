// Package api is the public JSON API below /api/v1: everything that the pages
// can do, for programs.
//
// Whoever calls brings an API token; each operation names the scope that the
// token needs, or is open to everybody. Cookies count for nothing here, so that
// no other site can make a browser act. A POST may carry an Idempotency-Key: what
// it does and its answer become durable together, and the same request again gets
// the same answer. Failures are problem details (RFC 9457) in both languages. The
// OpenAPI document is made from the types of this package.
package api

import (
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"diwan.example/casework"
	"diwan.example/catalogue"
	"diwan.example/exchange/event"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/notify"
)

// root is where the first version of the API stands.
const root = "/api/v1"

// API serves the public JSON API. DB, Gate, Cases, Book, Office and Broker must be set;
// packs, money and documents are those of Cases.
type API struct {
	DB     *db.DB
	Gate   *identity.Gate
	Cases  *casework.Engine
	Book   *catalogue.Book
	Office *notify.Office
	Broker *event.Broker
	Origin string // public address of the site, "https://portal.example"
	Log    *slog.Logger

	PerMinute       int                        // requests of one token in a minute, on all nodes together; 0: 6,000
	PublicPerMinute int                        // requests of one address without a token; 0: 600
	Address         func(*http.Request) string // of the far end; nil: that of the connection
}

// server is the API while it serves.
type server struct {
	*API
	mux    *http.ServeMux
	huma   huma.API
	routes []route
	meter  meter
}

// Handler answers everything below /api/.
func (a *API) Handler() http.Handler { return a.serve() }

func (a *API) serve() *server {
	s := &server{API: a, mux: http.NewServeMux()}
	s.huma = humago.New(s.mux, humaConfig(a.Origin))
	for _, register := range []func(*server){
		services, cases, files, payments, tasks, documents, worth, people, inbox, changes, hooks, packs, figures,
	} {
		register(s)
	}
	s.publish()
	s.mux.HandleFunc("/api/", s.missing)
	return s
}

// missing answers what no operation answers: 405 when the address takes another
// method, else 404.
func (s *server) missing(w http.ResponseWriter, r *http.Request) {
	var allow []string
	for _, m := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
		if _, pattern := s.mux.Handler(probe); pattern != "/api/" && pattern != "" {
			allow = append(allow, m)
		}
	}
	if len(allow) > 0 {
		w.Header().Set("Allow", strings.Join(allow, ", "))
		s.refuse(w, r, errMethod)
		return
	}
	s.refuse(w, r, errNoOperation)
}

func (s *server) log() *slog.Logger {
	if s.Log != nil {
		return s.Log
	}
	return slog.Default()
}
