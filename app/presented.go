package app

import (
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"diwan.example/document"
	"diwan.example/document/statuslist"
	"diwan.example/document/trust"
	"diwan.example/document/vp"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
)

// openVerifier makes the part that asks wallets for credentials.
func (a *App) openVerifier(vault *sign.Vault) {
	a.Presentations = vp.New(a.DB, vp.Options{BaseURL: a.Config.Origin, Vault: vault, Type: a.credentialType, Status: a.statusOf,
		Signing: func(tx *db.Tx) (crypto.Signer, []*x509.Certificate, error) {
			s, err := a.Issuer.Keys().Signing(tx, a.Country.Authority)
			return s.Signer, s.Chain, err
		},
		Trust: func(ctx context.Context) (*trust.List, error) {
			list, _, err := a.Issuer.Keys().Newest(ctx)
			return list, err
		},
	})
}

// credentialType is a type of document as the version in force of its service issues it.
func (a *App) credentialType(tx *db.Tx, id string) (t vp.Type, ok bool, err error) {
	service, kind, _ := strings.Cut(id, "#")
	p, err := a.Packs.Current(tx, gov.ServiceID(service))
	if gov.KindOf(err) == gov.NotFound {
		return t, false, nil
	}
	if err != nil {
		return t, false, err
	}
	d := p.Document(kind)
	if d == nil {
		return t, false, nil
	}
	t = vp.Type{ID: id, Title: d.Title, VCT: document.VCT(a.Config.Origin, p.ID, d), Claims: d.Claims}
	if d.Credential != nil {
		t.Mdoc = d.Credential.Mdoc
	}
	return t, true, nil
}

// statusOf asks one of our own status lists; others are not asked: an address in
// a credential is no reason to call it.
func (a *App) statusOf(ctx context.Context, uri string, index uint64) (s vp.Status, asOf time.Time, err error) {
	id, ours := strings.CutPrefix(uri, a.Config.Origin+"/status/")
	if !ours || strings.Contains(id, "/") {
		return s, asOf, errors.New("app: a status list elsewhere")
	}
	list, err := a.Issuer.StatusList(ctx, id)
	if err != nil {
		return s, asOf, err
	}
	own := func(_ string, chain []*x509.Certificate) crypto.PublicKey {
		if len(chain) == 0 {
			return nil
		}
		return chain[0].PublicKey // made by ourselves a moment ago
	}
	token, err := statuslist.ReadJWT(list.JWT, uri, own, a.DB.Now())
	if err != nil {
		return s, asOf, err
	}
	value, ok := token.List.Get(int(index))
	switch {
	case !ok:
		return s, asOf, errors.New("app: no such place in a status list")
	case value == statuslist.Valid:
		s = vp.Valid
	case value == statuslist.Suspended:
		s = vp.Suspended
	default:
		s = vp.Invalid
	}
	return s, a.DB.Now(), nil
}

// walletRequest hands a wallet the signed request that a page made.
func (a *App) walletRequest(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	token, err := a.Presentations.Object(r.Context(), r.PathValue("code"), r.URL.Query().Get("here") != "")
	if err != nil {
		a.walletFails(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/oauth-authz-req+jwt")
	w.Header().Set("Cache-Control", "no-store")
	io.WriteString(w, token)
}

// walletAnswer takes what a wallet presents (OpenID4VP 1.0 §8.2).
func (a *App) walletAnswer(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	r.Body = http.MaxBytesReader(w, r.Body, vp.Largest+4096)
	if err := r.ParseForm(); err != nil {
		a.walletFails(w, r, gov.Fail(gov.Invalid, "تعذّرت قراءة ما أرسلته المحفظة", "What the wallet sent cannot be read").Because(err))
		return
	}
	back, err := a.Presentations.Answer(r.Context(), r.PathValue("code"), r.PostForm)
	if err != nil {
		a.walletFails(w, r, err)
		return
	}
	out := map[string]string{}
	if back != "" {
		out["redirect_uri"] = back
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(out)
}

// walletFails answers a wallet as OAuth does (RFC 6749 §5.2).
func (a *App) walletFails(w http.ResponseWriter, r *http.Request, err error) {
	status, code := http.StatusBadRequest, "invalid_request"
	switch gov.KindOf(err) {
	case gov.NotFound:
		status = http.StatusNotFound
	case gov.Invalid, gov.Conflict:
	case gov.Unavailable:
		status, code = http.StatusServiceUnavailable, "temporarily_unavailable"
	default:
		a.Log.ErrorContext(r.Context(), "app: "+r.Pattern, "err", err)
		status, code = http.StatusInternalServerError, "server_error"
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"error": code, "error_description": gov.PublicOf(err).In(gov.English)})
}
