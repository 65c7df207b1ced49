package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"diwan.example/document"
	"diwan.example/document/statuslist"
	"diwan.example/document/vci"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/notify"
)

// tellHolder writes to the holder of a document that changed.
func (a *App) tellHolder(tx *db.Tx, n document.Notice) error {
	if a.Office == nil {
		return nil
	}
	return a.Office.Tell(tx, notify.Message{To: n.To, Case: n.Case, Kind: notify.Issued, Subject: n.Subject, Body: n.Body, Link: n.Link})
}

// openWallets makes the office that hands documents to wallets.
func (a *App) openWallets() {
	a.Wallets = &vci.Office{DB: a.DB, Issuer: a.Issuer, Origin: a.Config.Origin, Name: a.Country.Name, Secret: a.subkey("wallets"), Log: a.Log,
		Kinds: a.walletKinds, Organisation: a.OrganisationName, Signer: a.Country.Authority, Acts: a.actsForHolder, Wards: a.wards}
}

// wards are the children and the companies whose documents the actor may hand over.
func (a *App) wards(tx *db.Tx) (out []vci.Ward, err error) {
	all, err := identity.Mandates(tx, tx.Actor().Person)
	for _, m := range all {
		if (m.Kind == identity.Guardian || m.Kind == identity.Company) && m.Scope == "" && m.ValidAt(tx.Now()) {
			out = append(out, vci.Ward{Person: gov.PersonID(m.For), Name: m.ForName})
		}
	}
	return out, err
}

// walletKinds are the types of document that go into wallets, of the services in force.
func (a *App) walletKinds(tx *db.Tx) (out []vci.Kind, err error) {
	all, err := a.Packs.Published(tx, "")
	for _, p := range all {
		for i := range p.Documents {
			if d := &p.Documents[i]; d.Credential != nil {
				out = append(out, vci.Kind{Service: p.ID, Organisation: p.Organisation, Document: d})
			}
		}
	}
	return out, err
}

// serveWallets gives wallets their addresses.
func (a *App) serveWallets(root *http.ServeMux) {
	mux := http.NewServeMux()
	for pattern, h := range a.Wallets.Handlers() {
		mux.Handle(pattern, h)
	}
	h := a.woken(a.throttled(mux))
	root.Handle("/vci/", h)
	root.Handle("GET /vct/", h)
	root.Handle("GET /.well-known/openid-credential-issuer", h)
	root.Handle("GET /.well-known/oauth-authorization-server", h)
	root.Handle("GET /.well-known/jwt-vc-issuer", h)
}

// statusLists names all lists, for whoever keeps them to verify without a network.
func (a *App) statusLists(w http.ResponseWriter, r *http.Request) {
	all, err := a.Issuer.StatusLists(r.Context())
	if err != nil {
		a.Log.ErrorContext(r.Context(), "app: status lists", "err", err)
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"status_lists": all})
}

// statusList serves a status list to anybody, as JWT or CWT. Past lists are not kept.
func (a *App) statusList(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	if r.URL.Query().Has("time") {
		http.Error(w, "past lists are not served", http.StatusNotImplemented)
		return
	}
	list, err := a.Issuer.StatusList(r.Context(), r.PathValue("list"))
	switch gov.KindOf(err) {
	case "":
	case gov.NotFound:
		http.Error(w, "no such list", http.StatusNotFound)
		return
	default:
		a.Log.ErrorContext(r.Context(), "app: status list", "err", err)
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	body, kind := []byte(list.JWT), statuslist.JWTType
	if strings.Contains(r.Header.Get("Accept"), statuslist.CWTType) {
		body, kind = list.CWT, statuslist.CWTType
	}
	h := w.Header()
	etag := fmt.Sprintf(`"%s-%s"`, list.ETag, kind[len(kind)-3:])
	h.Set("Content-Type", kind)
	h.Set("Vary", "Accept")
	h.Set("ETag", etag)
	h.Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(list.TTL.Seconds())))
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(body)
}
