package admin

import (
	"net/http"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/web/ui"
)

func (a *Admin) keyRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/keys", Guard: readers, Page: a.keys},
		{Pattern: "GET /admin/keys/rotate/{org}", Guard: operator.AndStepUp(), Page: a.rotateForm},
		{Pattern: "POST /admin/keys/rotate/{org}", Guard: operator.AndStepUp(), Page: a.rotate},
		{Pattern: "GET /admin/keys/revoke/{kid}", Guard: operator.AndStepUp(), Page: a.revokeForm},
		{Pattern: "POST /admin/keys/revoke/{kid}", Guard: operator.AndStepUp(), Page: a.revoke},
	}
}

type keysPage struct {
	Keys     []key
	MayWrite bool
	Done     string
}

// key is a signing key with the name of its organisation.
type key struct {
	document.Key
	Org gov.Text
}

// keyStates are the states of a key in words.
var keyStates = map[document.KeyState]gov.Text{
	document.KeyActive:  gov.T("يوقّع", "Signs"),
	document.KeyRetired: gov.T("متقاعد، ووثائقه صحيحة", "Retired; its documents stay valid"),
	document.KeyRevoked: gov.T("مسحوب الثقة", "Revoked"),
}

// StateWords says what the key may still do.
func (k key) StateWords() gov.Text { return keyStates[k.State] }

func (a *Admin) keys(w http.ResponseWriter, r *http.Request) error {
	list, err := a.Cases.Issuer.Keys().All(r.Context())
	if err != nil {
		return err
	}
	p := keysPage{MayWrite: isOperator(r), Done: done(r)}
	for _, k := range list {
		p.Keys = append(p.Keys, key{k, a.org(k.Organisation)})
	}
	if !wants(r) {
		return pages.Render(w, r, "keys", p)
	}
	s := sheet{name: "keys", heads: []gov.Text{pages.T("admin.org"), pages.T("admin.key"), pages.T("admin.state"), pages.T("admin.made"), pages.T("admin.ended")}}
	for _, k := range p.Keys {
		s.rows = append(s.rows, []any{k.Org, k.ID, k.StateWords(), stamp(k.Created), stamp(k.Ended)})
	}
	return s.send(w, r)
}

// rotateForm asks before an organisation gets a new key; only one that has a key
// can have it renewed.
func (a *Admin) rotateForm(w http.ResponseWriter, r *http.Request) error {
	org, err := a.keyed(r)
	if err != nil {
		return err
	}
	return confirm(w, r, confirmation{Title: pages.T("admin.rotate.title", a.org(org)), Text: pages.T("admin.rotate.text"), Yes: pages.T("admin.rotate"), Back: "/admin/keys"})
}

// keyed is the organisation in an address, if it has a key.
func (a *Admin) keyed(r *http.Request) (gov.OrgID, error) {
	list, err := a.Cases.Issuer.Keys().All(r.Context())
	if err != nil {
		return "", err
	}
	for _, k := range list {
		if string(k.Organisation) == r.PathValue("org") {
			return k.Organisation, nil
		}
	}
	return "", gov.Fail(gov.NotFound, "لا مفتاح لهذه الجهة بعد؛ يُنشأ مع أول وثيقة تصدرها", "This organisation has no key yet; one is made with its first document")
}

func (a *Admin) rotate(w http.ResponseWriter, r *http.Request) error {
	org, err := a.keyed(r)
	if err != nil {
		return err
	}
	if _, err := a.Cases.Issuer.Keys().Rotate(r.Context(), org); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/keys?done=rotated")
}

func (a *Admin) revokeForm(w http.ResponseWriter, r *http.Request) error {
	list, err := a.Cases.Issuer.Keys().All(r.Context())
	if err != nil {
		return err
	}
	for _, k := range list {
		if k.ID == r.PathValue("kid") && k.State != document.KeyRevoked {
			return confirm(w, r, confirmation{Title: pages.T("admin.revoke.title", k.ID, a.org(k.Organisation)), Text: pages.T("admin.revoke.text"), Yes: pages.T("admin.revoke"), Back: "/admin/keys", Look: "danger"})
		}
	}
	return gov.Fail(gov.NotFound, "لا يوجد مفتاح بهذا المعرّف يمكن سحب الثقة منه", "There is no such key to revoke")
}

func (a *Admin) revoke(w http.ResponseWriter, r *http.Request) error {
	if err := a.Cases.Issuer.Keys().Revoke(r.Context(), r.PathValue("kid")); err != nil {
		return err
	}
	return ui.Redirect(w, r, "/admin/keys?done=revoked")
}
