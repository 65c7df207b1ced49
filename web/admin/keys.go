package admin

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"diwan.example/document"
	"diwan.example/document/trust"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

func (a *Admin) keyRoutes() []ui.Route {
	return []ui.Route{
		{Pattern: "GET /admin/keys", Guard: readers, Page: a.keys},
		{Pattern: "GET /admin/trust", Guard: readers, Page: a.trust},
		{Pattern: "GET /admin/keys/propose/{rite}/{subject}", Guard: operator.AndStepUp(), Page: a.proposeForm},
		{Pattern: "POST /admin/keys/propose/{rite}/{subject}", Guard: operator.AndStepUp(), Page: a.propose},
		{Pattern: "GET /admin/keys/ceremonies", Guard: readers, Page: a.ceremonies},
		{Pattern: "GET /admin/keys/ceremonies/{id}", Guard: readers, Page: a.ceremony},
		{Pattern: "POST /admin/keys/ceremonies/{id}", Guard: operator.AndStepUp(), Page: a.decideCeremony},
		{Pattern: "GET /admin/keys/ceremonies/{id}/record", Guard: readers, Page: a.ceremonyRecord},
	}
}

type keysPage struct {
	Keys      []key
	Waiting   []ceremony // for a second person
	Authority gov.OrgID
	MayWrite  bool
	Tokens    bool // there is a place beside the database
	ByMachine *machineRoot
}

// machineRoot says that no two people made the root, and what to do about it.
type machineRoot struct {
	Made  time.Time
	URL   string // of the ceremony that replaces it; empty for who may not propose one
	Waits bool   // it is proposed
}

// machineRoot is nil when two people made the root, or there is none yet.
func (a *Admin) machineRoot(r *http.Request, held []document.Ceremony) (*machineRoot, error) {
	root, ok, err := a.Cases.Issuer.Keys().MachineRoot(r.Context())
	if err != nil || !ok {
		return nil, err
	}
	m := &machineRoot{Made: root.Created}
	if isOperator(r) {
		m.URL = "/admin/keys/propose/root/" + string(a.Country.Authority)
	}
	for _, c := range held {
		if c.Rite == document.NewRoot && c.State == document.Proposed {
			m.URL, m.Waits = "/admin/keys/ceremonies/"+c.ID, true
		}
	}
	return m, nil
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

var keyRoles = map[document.KeyRole]gov.Text{
	document.KeyIssues: gov.T("توقيع الوثائق", "Signs documents"),
	document.KeyPage:   gov.T("توقيع صفحات PDF", "Signs PDF pages"),
	document.KeyRoot:   gov.T("جذر الجهة المعتمدة", "The authority’s root"),
	document.KeyTime:   gov.T("الختم الزمني", "Time-stamping"),
}

// StateWords says what the key may still do.
func (k key) StateWords() gov.Text {
	if k.State == document.KeyActive && k.Role == document.KeyRoot {
		return gov.T("يصادق على المفاتيح", "Certifies keys")
	}
	if k.State == document.KeyRetired && k.Role == document.KeyRoot {
		return gov.T("متقاعد، وما صادق عليه صحيح", "Retired; what it certified stays valid")
	}
	return keyStates[k.State]
}

// RoleWords says what the key is for.
func (k key) RoleWords() gov.Text { return keyRoles[k.Role] }

// Where says where its private half is.
func (k key) Where() gov.Text {
	if k.Place == "" {
		return gov.T("مشفّر في قاعدة البيانات", "Encrypted in the database")
	}
	return gov.T("الوحدة "+k.Place, "Token "+k.Place)
}

// Until is the end of its certificate.
func (k key) Until() (t time.Time) {
	if k.Certificate != nil {
		t = k.Certificate.NotAfter
	}
	return t
}

// Fingerprint is that of its certificate, in pairs that may break over lines.
func (k key) Fingerprint() string {
	if k.Certificate == nil {
		return ""
	}
	return spaced(trust.Fingerprint(k.Certificate))
}

// Issues reports whether it signs documents, now.
func (k key) Issues() bool { return k.Role == document.KeyIssues && k.State == document.KeyActive }

// Revocable reports whether trust in it can be withdrawn by itself.
func (k key) Revocable() bool {
	return k.State != document.KeyRevoked && (k.Role == document.KeyIssues || k.Role == document.KeyPage)
}

func (a *Admin) keys(w http.ResponseWriter, r *http.Request) error {
	keys := a.Cases.Issuer.Keys()
	list, err := keys.All(r.Context())
	if err != nil {
		return err
	}
	held, err := keys.Held(r.Context(), 100)
	if err != nil {
		return err
	}
	p := keysPage{MayWrite: isOperator(r), Authority: a.Country.Authority, Tokens: len(keys.Places()) > 1}
	for _, k := range list {
		p.Keys = append(p.Keys, key{k, a.org(k.Organisation)})
	}
	if wants(r) {
		return keySheet(p).send(w, r)
	}
	if p.ByMachine, err = a.machineRoot(r, held); err != nil {
		return err
	}
	held = slices.DeleteFunc(held, func(c document.Ceremony) bool { return c.State != document.Proposed && c.State != document.Acted })
	if p.Waiting, err = a.told(r, held); err != nil {
		return err
	}
	return pages.Render(w, r, "keys", p)
}

func keySheet(p keysPage) sheet {
	s := sheet{name: "keys", heads: []gov.Text{pages.T("admin.org"), pages.T("admin.key"), pages.T("admin.key.role"), pages.T("admin.state"), pages.T("admin.made"), pages.T("admin.ended"), pages.T("admin.key.until"), pages.T("admin.key.place"), pages.T("admin.key.fingerprint")}}
	for _, k := range p.Keys {
		s.rows = append(s.rows, []any{k.Org, k.ID, k.RoleWords(), k.StateWords(), stamp(k.Created), stamp(k.Ended), stamp(k.Until()), k.Where(), k.Fingerprint()})
	}
	return s
}

// ceremony is one with names instead of ids.
type ceremony struct {
	document.Ceremony
	Org         gov.Text
	Who, Other  gov.Text
	Mine        bool // proposed by who looks
	Late        bool // an emergency whose second look is overdue
	ShowsSecond bool
}

var rites = map[document.Rite]gov.Text{
	document.NewRoot:     gov.T("جذر جديد", "A new root"),
	document.Rotation:    gov.T("مفتاح جديد", "A new key"),
	document.Revocation:  gov.T("سحب الثقة من مفتاح", "Revoking a key"),
	document.Relocation:  gov.T("نقل إلى مكان حفظ آخر", "Moving to another place"),
	document.Restoration: gov.T("فتح المفاتيح بعد استعادة نسخة احتياطية", "Opening the keys after a restore"),
}

var ceremonyStates = map[document.CeremonyState]gov.Text{
	document.Proposed:  gov.T("تنتظر مشغّلًا آخر", "Waits for another operator"),
	document.Done:      gov.T("نُفذت", "Carried out"),
	document.Refused:   gov.T("رُفضت", "Refused"),
	document.Withdrawn: gov.T("سحبها مقترحها", "Withdrawn"),
	document.Lapsed:    gov.T("فات وقتها", "Not confirmed in time"),
	document.Acted:     gov.T("طارئة، تنتظر مراجعة", "An emergency; waits for a second look"),
	document.Reviewed:  gov.T("طارئة، رُوجعت", "An emergency; reviewed"),
}

var reasons = map[trust.Reason]gov.Text{
	trust.Compromise: gov.T("قد يكون المفتاح في يد أخرى", "It may be in other hands"),
	trust.Superseded: gov.T("حلّ محله غيره", "Another took its place"),
	trust.Cessation:  gov.T("لم تعد الجهة تصدر وثائق", "The organisation issues no more"),
}

// RiteWords says what the ceremony does.
func (c ceremony) RiteWords() gov.Text { return rites[c.Rite] }

// StateWords says how far it is.
func (c ceremony) StateWords() gov.Text { return ceremonyStates[c.State] }

// ReasonWords says why.
func (c ceremony) ReasonWords() gov.Text { return reasons[c.Reason] }

// recorded is a key of the record.
type recorded struct {
	key
	Print string
}

// Keys are the keys of the record.
func (c ceremony) Keys() (out []recorded) {
	for _, w := range c.Record {
		out = append(out, recorded{key{Key: document.Key{ID: w.Key, Role: w.Role, State: w.State, Place: w.Place}}, spaced(w.Fingerprint)})
	}
	return out
}

// told puts names to ceremonies.
func (a *Admin) told(r *http.Request, list []document.Ceremony) (out []ceremony, err error) {
	me, now := gov.ActorFrom(r.Context()), a.Cases.DB.Now()
	err = a.read(r, func(tx *db.Tx) error {
		out = nil
		for _, c := range list {
			names, err := identity.Names(tx, c.By, c.Second)
			if err != nil {
				return err
			}
			out = append(out, ceremony{Ceremony: c, Org: a.org(c.Organisation), Who: names[c.By], Other: names[c.Second], Mine: me.Person == c.By, Late: c.Overdue(now), ShowsSecond: c.Second != ""})
		}
		return nil
	})
	return out, err
}

func (a *Admin) ceremonies(w http.ResponseWriter, r *http.Request) error {
	held, err := a.Cases.Issuer.Keys().Held(r.Context(), 200)
	if err != nil {
		return err
	}
	list, err := a.told(r, held)
	if err != nil {
		return err
	}
	machine, err := a.machineRoot(r, held)
	if err != nil {
		return err
	}
	return pages.Render(w, r, "ceremonies", struct {
		Rows      []ceremony
		ByMachine *machineRoot
	}{list, machine})
}

// trustPage is what the trust list says of itself.
type trustPage struct {
	*trust.List
	Digest string
	Root   string
	Months int // that the root still stands
	Before []int64

	ByMachine *machineRoot
}

func (a *Admin) trust(w http.ResponseWriter, r *http.Request) error {
	keys := a.Cases.Issuer.Keys()
	list, jws, err := keys.Newest(r.Context())
	if err != nil {
		return err
	}
	roots, err := keys.Roots(r.Context())
	if err != nil || len(roots) == 0 {
		return err
	}
	held, err := keys.Held(r.Context(), 100)
	if err != nil {
		return err
	}
	machine, err := a.machineRoot(r, held)
	if err != nil {
		return err
	}
	p := trustPage{ByMachine: machine, List: list, Digest: trust.Digest(jws), Root: spaced(trust.Fingerprint(roots[0])), Months: int(roots[0].NotAfter.Sub(a.Cases.DB.Now()).Hours() / 24 / 30)}
	for n := list.Number - 1; n > 0 && len(p.Before) < 50; n-- {
		p.Before = append(p.Before, n)
	}
	return pages.Render(w, r, "trust", p)
}

// spaced lets a fingerprint break over lines.
func spaced(s string) string { return strings.ReplaceAll(s, ":", " ") }
