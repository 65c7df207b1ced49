package vci

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/pack"
)

type object = map[string]any

// display names something in every language it has.
func display(t gov.Text, more object) (out []object) {
	for _, l := range gov.Spoken {
		if t[l] == "" {
			continue
		}
		x := object{"name": t[l], "locale": string(l), "lang": string(l)} // "lang" for readers of earlier drafts
		for k, v := range more {
			x[k] = v
		}
		out = append(out, x)
	}
	return out
}

// metadata describes the issuer, as JSON or signed (OpenID4VCI §12.2).
func (o *Office) metadata(w http.ResponseWriter, r *http.Request) error {
	var kinds []Kind
	err := o.DB.Read(r.Context(), func(tx *db.Tx) (err error) { kinds, err = o.Kinds(tx); return err })
	if err != nil {
		return err
	}
	m := o.described(kinds)
	w.Header().Set("Vary", "Accept")
	if !strings.Contains(r.Header.Get("Accept"), "application/jwt") {
		return public(w, m)
	}
	var key document.Signing
	err = o.DB.Write(r.Context(), func(tx *db.Tx) (err error) { key, err = o.Issuer.Keys().Signing(tx, o.Signer); return err })
	if err != nil {
		return err
	}
	m["iss"], m["sub"], m["iat"] = o.Origin, o.Origin, o.DB.Now().Unix()
	jwt, err := sign.Compact(key.Signer, object{"typ": "openidvci-issuer-metadata+jwt", "kid": key.ID, "x5c": sign.X5C(key.Chain)}, raw(m))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/jwt")
	_, err = w.Write([]byte(jwt))
	return err
}

func public(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=60")
	return json.NewEncoder(w).Encode(v)
}

func (o *Office) described(kinds []Kind) object {
	all := object{}
	for _, k := range kinds {
		for _, c := range configs(k.ID(), k.Document) {
			all[c] = o.configuration(c, k)
		}
	}
	return object{
		"credential_issuer": o.Origin, "authorization_servers": []string{o.Origin}, "display": display(o.Name, nil),
		"credential_endpoint": o.Origin + "/vci/credential", "nonce_endpoint": o.Origin + "/vci/nonce",
		"deferred_credential_endpoint": o.Origin + "/vci/deferred", "notification_endpoint": o.Origin + "/vci/notification",
		"batch_credential_issuance":           object{"batch_size": batchSize},
		"credential_response_encryption":      object{"alg_values_supported": []string{"ECDH-ES"}, "enc_values_supported": encryptions, "encryption_required": false},
		"credential_configurations_supported": all,
	}
}

// configuration describes one form of one type.
func (o *Office) configuration(config string, k Kind) object {
	x := object{
		"format": form(config), "scope": config, "cryptographic_binding_methods_supported": []string{"jwk"}, "credential_signing_alg_values_supported": []string{"ES256"},
		"proof_types_supported": object{"jwt": object{"proof_signing_alg_values_supported": []string{"ES256"}}},
	}
	var path []string
	if form(config) == document.FormMdoc {
		m := k.Document.Credential.Mdoc
		x["doctype"], path = m.Doctype, []string{m.Namespace}
		x["cryptographic_binding_methods_supported"] = []string{"cose_key"}
		x["credential_signing_alg_values_supported"] = []int{-7}
	} else {
		x["vct"] = document.VCT(o.Origin, k.Service, k.Document)
	}
	x["credential_metadata"] = object{"display": display(k.Document.Title, object{"description": o.Organisation(k.Organisation).In(gov.Arabic)}), "claims": claims(k.Document, path)}
	return x
}

// claims describe what a credential says; path leads to them.
func claims(def *pack.Document, path []string) (out []object) {
	for _, c := range def.Claims {
		out = append(out, object{"path": append(slices.Clone(path), document.ElementOf(def, c.Name)), "mandatory": false, "display": display(c.Label, nil)})
	}
	return out
}

// serverMetadata describes the authorisation server (RFC 8414).
func (o *Office) serverMetadata(w http.ResponseWriter, r *http.Request) error {
	return public(w, object{
		"issuer": o.Origin, "authorization_endpoint": o.Origin + "/vci/authorize", "token_endpoint": o.Origin + "/vci/token",
		"pushed_authorization_request_endpoint": o.Origin + "/vci/par", "require_pushed_authorization_requests": false,
		"response_types_supported": []string{"code"}, "grant_types_supported": []string{"authorization_code", preAuthorised},
		"code_challenge_methods_supported": []string{"S256"}, "token_endpoint_auth_methods_supported": []string{"none"},
		"pre-authorized_grant_anonymous_access_supported": true, "authorization_details_types_supported": []string{"openid_credential"},
		"authorization_response_iss_parameter_supported": true, "dpop_signing_alg_values_supported": []string{"ES256"},
		"status_list_aggregation_endpoint": o.Origin + "/status",
	})
}

// issuerKeys are the keys that credentials are signed with (draft-ietf-oauth-sd-jwt-vc §3.5).
func (o *Office) issuerKeys(w http.ResponseWriter, r *http.Request) error {
	set, err := o.Issuer.Keys().Public(r.Context())
	if err != nil {
		return err
	}
	return public(w, object{"issuer": o.Origin, "jwks": set})
}

// typeMetadata describes a type of SD-JWT VC (draft-ietf-oauth-sd-jwt-vc §4).
func (o *Office) typeMetadata(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("area") + "/" + r.PathValue("name") + "#" + r.PathValue("type")
	var kinds []Kind
	err := o.DB.Read(r.Context(), func(tx *db.Tx) (err error) { kinds, err = o.Kinds(tx); return err })
	if err != nil {
		return err
	}
	at := slices.IndexFunc(kinds, func(k Kind) bool { return k.ID() == id })
	if at < 0 {
		return failure{http.StatusNotFound, "invalid_request", "there is no such type"}
	}
	k := kinds[at]
	var said []object
	for _, c := range k.Document.Claims {
		hidden := "always"
		if c.Public {
			hidden = "never"
		}
		said = append(said, object{"path": []string{document.ElementOf(k.Document, c.Name)}, "display": labels(c.Label), "sd": hidden})
	}
	return public(w, object{"vct": document.VCT(o.Origin, k.Service, k.Document), "name": k.Document.Title.In(gov.English),
		"description": k.Document.Title.In(gov.Arabic), "display": display(k.Document.Title, nil), "claims": said})
}

// labels name a claim in every language it has.
func labels(t gov.Text) (out []object) {
	for _, l := range gov.Spoken {
		if t[l] != "" {
			out = append(out, object{"locale": string(l), "lang": string(l), "label": t[l]})
		}
	}
	return out
}
