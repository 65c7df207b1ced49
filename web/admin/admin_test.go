package admin

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Every page that needs no thing of its own, for whoever may see it, in both languages.
func TestPagesAreSound(t *testing.T) {
	h := newHall(t)
	h.admin.OneClick = true
	for path, who := range map[string][]string{
		"/admin": {"operator", "auditor", "owner", "head"}, "/admin/people": {"operator", "head"}, "/admin/people/new": {"operator"}, "/admin/staff": {"operator", "head", "auditor"},
		"/admin/packs": {"operator", "owner", "head", "auditor"}, "/admin/packs/new": {"operator", "owner"}, "/admin/packs/education/enrolment-certificate": {"operator", "owner", "head", "auditor"},
		"/admin/packs/education/enrolment-certificate/edit": {"operator", "owner"}, "/admin/keys": {"operator", "auditor"}, "/admin/money": {"operator", "auditor"},
		"/admin/money/balances": {"operator", "auditor"}, "/admin/money/differences": {"operator", "auditor"}, "/admin/operations": {"operator"}, "/admin/operations/deliveries": {"operator"},
		"/admin/outbox": {"", "resident", "operator"}, "/admin/audit": {"auditor"}, "/admin/audit/access": {"auditor"}, "/admin/tokens": {"operator", "owner", "head"},
		"/admin/tokens/new": {"owner"}, "/admin/webhooks": {"operator", "owner", "head"}, "/admin/webhooks/new": {"head"},
	} {
		for _, as := range who {
			for _, lang := range []string{"/ar", "/en"} {
				if body := h.page(h.get(as, lang+path), 200); len(body) > 120<<10 {
					t.Errorf("%s weighs %d bytes", path, len(body))
				}
			}
		}
	}
}

// Whoever a route is not for gets nothing, whatever they name.
func TestStrangersGetNothing(t *testing.T) {
	h := newHall(t)
	may := func(guard, as string) bool {
		for _, r := range h.actors[as].Roles {
			if strings.Contains(guard, string(r)) {
				return true
			}
		}
		return guard == "anyone"
	}
	fill := strings.NewReplacer("{id}", "x", "{org}", "moe", "{act}", "close", "{mandate}", "x", "{area}", "education", "{name}", "enrolment-certificate", "{version}", "2", "{file}", "service.yaml", "{kid}", "x", "{hook}", "x")
	for _, route := range h.admin.Routes() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		for _, as := range []string{"", "resident", "officer", "operator", "auditor", "owner", "head"} {
			if may(route.Guard.Name, as) {
				continue
			}
			r, _ := http.NewRequest(method, fill.Replace(path), nil)
			w := h.send(as, r)
			switch {
			case as == "" && (w.Code == 303 && strings.Contains(w.Header().Get("Location"), "/sign-in") || w.Code == 401):
			case as != "" && w.Code == 403:
			default:
				t.Errorf("%s %s: %d", as, route.Pattern, w.Code)
			}
		}
	}
	h.status(h.get("operator", "/admin/outbox"), 404) // no sample is tried here
}

// What matters asks for a fresh proof.
func TestStepUp(t *testing.T) {
	h := newHall(t)
	h.proved = false
	h.status(h.post("operator", "/admin/people/"+string(h.actors["resident"].Person)+"/account/close", nil), 401)
	h.status(h.post("head", "/admin/people/"+string(h.actors["resident"].Person)+"/roles", url.Values{"roles": {"officer"}}), 401)
	h.page(h.post("owner", "/admin/packs/publish", typed(h.enrolment())), 401, "file.service.yaml") // nothing typed is lost
	if w := h.get("operator", "/admin/keys/propose/rotate/moe"); w.Code != 303 || !strings.Contains(w.Header().Get("Location"), "again=1") {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
}

func rolesOf(h *hall, p gov.PersonID) (out []identity.Membership) {
	h.Do(gov.System, func(tx *db.Tx) (err error) { out, err = identity.Roles(tx, p); return err })
	return out
}

func TestAppointing(t *testing.T) {
	h := newHall(t)
	p := h.actors["resident"].Person
	at := "/admin/people/" + string(p)
	h.page(h.get("head", "/en"+at+"/roles"), 200, "Ministry of Education", `value="head"`)
	if strings.Contains(h.get("head", at+"/roles").Body.String(), `value="operator"`) {
		t.Error("a head is offered roles beyond the organisation")
	}
	h.led(h.post("head", at+"/roles", url.Values{"roles": {"officer", "supervisor"}, "org": {"iga"}}), at+"?done=roles")
	if m := rolesOf(h, p); len(m) != 1 || m[0].Org != "moe" || len(m[0].Roles) != 2 {
		t.Fatalf("roles %+v", m)
	}
	h.page(h.get("head", at+"?done=roles"), 200, "أُسندت الصلاحيات", "مشرف")
	h.page(h.get("head", "/en/admin/staff"), 200, "/en"+at)
	h.status(h.post("head", at+"/roles", url.Values{"roles": {"operator"}}), 403)
	h.status(h.post("stranger", at+"/dismiss/moe", nil), 403)
	h.status(h.get("stranger", at+"/dismiss/moe"), 404)
	h.page(h.post("operator", "/en"+at+"/roles", url.Values{"org": {"nowhere"}, "roles": {"officer"}}), 422, "Choose the organisation")
	h.page(h.post("operator", "/en"+at+"/roles", url.Values{"org": {"iga"}}), 422, "at least one role")
	h.status(h.post("head", "/admin/people/"+string(h.actors["head"].Person)+"/roles", url.Values{"roles": {"owner"}}), 403)
	h.page(h.get("head", at+"/dismiss/moe"), 200, "سحب صلاحيات")
	h.led(h.post("head", at+"/dismiss/moe", nil), at+"?done=dismissed")
	h.status(h.post("head", at+"/dismiss/moe", nil), 404) // pressed twice
	if len(rolesOf(h, p)) != 0 {
		t.Error("still has roles")
	}
}

func TestFindingIsRecordedAndBounded(t *testing.T) {
	h := newHall(t)
	a := h.actors["resident"]
	who := h.Country.People(4)[3]
	h.page(h.post("operator", "/en/admin/people", url.Values{"q": {who.Name[gov.English]}}), 200, "/admin/people/"+string(a.Person))
	h.page(h.post("operator", "/en/admin/people", url.Values{"q": {"ab"}}), 422, "at least three letters", `value="ab"`)
	h.page(h.post("head", "/en/admin/people", url.Values{"q": {who.Name[gov.English]}}), 422, "whole civil number")
	h.page(h.post("head", "/en/admin/people", url.Values{"q": {who.CivilNumber}}), 200, string(a.Person))
	if body := h.get("head", "/en/admin/people/"+string(a.Person)).Body.String(); strings.Contains(body, who.CivilNumber) || strings.Contains(body, who.Phone) {
		t.Error("a head sees the record of a resident")
	}
	h.page(h.get("operator", "/en/admin/people/"+string(a.Person)), 200, who.CivilNumber, "A person was registered")
	h.status(h.get("operator", "/admin/people/nobody"), 404)
	var looks []journal.Look
	h.Do(gov.System, func(tx *db.Tx) (err error) { looks, err = journal.Looks(tx, a.Person, 50); return err })
	if len(looks) != 4 {
		t.Errorf("%d looks are recorded, want 4", len(looks))
	}
}

func TestAccountsAndMandates(t *testing.T) {
	h := newHall(t)
	a, b := h.actors["resident"].Person, h.Resident(5).Person
	at := "/admin/people/" + string(a)
	for _, act := range []string{"sign-out", "close", "reopen"} {
		h.page(h.get("operator", "/en"+at+"/account/"+act), 200, "<form")
		h.led(h.post("operator", at+"/account/"+act, nil), at+"?done="+act)
		h.page(h.get("operator", at+"?done="+act), 200)
	}
	h.status(h.post("operator", at+"/account/erase", nil), 404)
	h.status(h.post("operator", "/admin/people/"+string(h.actors["operator"].Person)+"/account/close", nil), 403)
	child := h.Country.People(6)[5]
	h.page(h.get("operator", at+"/mandates/new"), 200)
	h.page(h.post("operator", "/en"+at+"/mandates/new", url.Values{"kind": {"guardian"}, "for": {"123"}, "source": {"court"}}), 422, "civil number", `value="court"`)
	h.page(h.post("operator", "/en"+at+"/mandates/new", url.Values{"kind": {"agent"}, "for": {child.CivilNumber}, "until.day": {"31"}, "until.month": {"2"}, "until.year": {"2027"}}), 422, "no such date", `value="31"`)
	h.led(h.post("operator", at+"/mandates/new", url.Values{"kind": {"guardian"}, "for": {child.CivilNumber}, "source": {"court"}}), at+"?done=mandate")
	var held []identity.Mandate
	h.Do(gov.System, func(tx *db.Tx) (err error) { held, err = identity.Mandates(tx, a); return err })
	if len(held) != 1 || held[0].For != string(b) {
		t.Fatalf("mandates %+v", held)
	}
	h.page(h.get("operator", "/en"+at), 200, "Guardian of a child")
	end := at + "/mandates/" + held[0].ID + "/revoke"
	h.page(h.get("operator", end), 200)
	h.led(h.post("operator", end, nil), at+"?done=unmandate")
	h.status(h.post("operator", end, nil), 409)
}

func TestRegistering(t *testing.T) {
	h := newHall(t)
	known := h.Country.People(4)[3]
	p := h.Country.People(40)[39]
	form := url.Values{"civil_number": {p.CivilNumber}, "name_ar": {"سلمى"}, "name_en": {"Salma"}, "birth.day": {"١"}, "birth.month": {"2"}, "birth.year": {"1990"}, "sex": {"f"}, "nationality": {"bh"}, "email": {"nonsense"}}
	h.page(h.post("operator", "/en/admin/people/new", form), 422, "not an e-mail address", "Salma")
	form.Set("email", "salma@example.org")
	w := h.post("operator", "/admin/people/new", form)
	if w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/admin/people/") {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
	}
	form.Set("civil_number", known.CivilNumber)
	h.page(h.post("operator", "/en/admin/people/new", form), 422, "registered already")
}
