package app

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/hardware"
	"diwan.example/internal/sign"
)

// trustPath is where the trust list stands; an earlier one at its number below it.
const trustPath = "/.well-known/diwan-trust-list"

// mountTrust publishes whose signatures count.
func (a *App) mountTrust(mux *http.ServeMux) {
	mux.HandleFunc("GET "+trustPath, a.trustList)
	mux.HandleFunc("GET "+trustPath+"/{number}", a.trustListBefore)
	mux.HandleFunc("GET "+document.RevokedPath, a.revokedCertificates)
}

// issues reports whether a pack belongs to an organisation.
func (a *App) issues(tx *db.Tx, s gov.ServiceID, version string, org gov.OrgID) (bool, error) {
	p, err := a.Packs.At(tx, s, version)
	if err != nil {
		return false, err
	}
	return p.Organisation == org, nil
}

func (a *App) trustList(w http.ResponseWriter, r *http.Request) {
	_, jws, err := a.Issuer.Keys().Newest(r.Context())
	a.published(w, r, jws, err, "application/jose", 60)
}

func (a *App) trustListBefore(w http.ResponseWriter, r *http.Request) {
	number, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	var jws []byte
	if err != nil {
		err = gov.Fail(gov.NotFound, "لا توجد قائمة ثقة بهذا الرقم", "There is no trust list of this number")
	} else {
		jws, err = a.Issuer.Keys().Listed(r.Context(), number)
	}
	a.published(w, r, jws, err, "application/jose", 365*24*3600)
}

func (a *App) revokedCertificates(w http.ResponseWriter, r *http.Request) {
	der, err := a.Issuer.Keys().RevokedCertificates(r.Context())
	a.published(w, r, der, err, "application/pkix-crl", 3600)
}

// published answers with something that anybody may read from anywhere.
func (a *App) published(w http.ResponseWriter, r *http.Request, body []byte, err error, kind string, seconds int) {
	switch {
	case gov.KindOf(err) == gov.NotFound:
		http.Error(w, "not found", http.StatusNotFound)
		return
	case err != nil:
		a.Log.ErrorContext(r.Context(), "app: "+r.Pattern, "err", err)
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(seconds))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Write(body)
}

// tokens are the hardware tokens that may keep keys. One that is away stops
// nothing but what it signs.
func (a *App) tokens(vault *sign.Vault) (map[string]sign.Keeper, error) {
	out := map[string]sign.Keeper{}
	if a.Config.PKCS11Module == "" {
		return out, nil
	}
	for label := range strings.SplitSeq(a.Config.PKCS11Token, ",") {
		if label = strings.TrimSpace(label); label == "" {
			return nil, gov.Fail(gov.Invalid, "اذكر اسم الوحدة مع مكتبتها", "Name the token together with its module").At("pkcs11-token")
		}
		t, err := hardware.Open(hardware.Options{Module: a.Config.PKCS11Module, Label: label, PIN: a.Config.PKCS11PIN, Vault: vault})
		if err != nil {
			return nil, err
		}
		out[label] = t
	}
	return out, nil
}

// operates reports whether a person is an operator of some organisation.
func operates(tx *db.Tx, p gov.PersonID) (bool, error) {
	all, err := identity.Roles(tx, p)
	return slices.ContainsFunc(all, func(m identity.Membership) bool { return slices.Contains(m.Roles, gov.Operator) }), err
}
