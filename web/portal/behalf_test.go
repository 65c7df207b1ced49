package portal

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

// A mother asks for her child's certificate; without the mandate she cannot.
func TestGuardianAppliesForAChild(t *testing.T) {
	w := newTown(t)
	mother, child := w.Resident(0), w.Resident(7)
	b := w.as(mother)
	if strings.Contains(b.page("/apply/education/enrolment-certificate"), `name="for"`) {
		t.Error("asked for whom, though there is nobody")
	}
	var mandate string
	w.Do(gov.System, func(tx *db.Tx) (err error) {
		mandate, err = identity.Grant(tx, identity.Mandate{Holder: mother.Person, For: string(child.Person), Kind: identity.Guardian, Source: "test"})
		return err
	})
	b.page("/apply/education/enrolment-certificate", `value="`+mandate+`"`, "بصفتك وليّ الأمر")
	b.post("/apply/education/enrolment-certificate")
	b.status(http.StatusUnprocessableEntity, "اختر صاحب الطلب")
	b.post("/apply/education/enrolment-certificate", "for", "somebody")
	b.status(http.StatusUnprocessableEntity)
	b.post("/apply/education/enrolment-certificate", "for", mandate)
	base := strings.Join(strings.Split(b.to("/cases/"), "/")[:3], "/")
	b.page(base+"/apply/pupil", "لا يوجد هذا البيان في السجل")
	w.Holds.Hold(w.Resident(7).Person, map[gov.AttributeID]any{"pupil.school": "s04", "pupil.grade": 8, "pupil.school_year": "2026-2027", "pupil.status": "enrolled"})
	w.Pass(2 * time.Minute)
	b.page(base+"/apply/pupil", "مدرسة الواحة", "2026-2027", base+"/wrong/school")
	other := w.as(w.Resident(12))
	other.get(base + "/apply/pupil")
	other.status(http.StatusNotFound)
	w.Do(gov.System, func(tx *db.Tx) error { return identity.Revoke(tx, mandate) })
	b.get(base + "/apply/pupil") // no longer hers to fill in
	b.status(http.StatusNotFound)
}

// Somebody chooses an agent by number and date of birth, and ends it.
func TestAgentIsChosenAndDismissed(t *testing.T) {
	w := newTown(t)
	layla, yusuf := w.Resident(0), w.Resident(7)
	who := w.Country.People(8)[7]
	day, err := time.Parse(time.DateOnly, who.Born)
	if err != nil {
		t.Fatal(err)
	}
	b := w.as(layla)
	b.page("/account/mandates")
	b.post("/account/mandates", "civil", who.CivilNumber, "birth.day", "1", "birth.month", "1", "birth.year", "1900", "scope", "all")
	b.status(http.StatusUnprocessableEntity, who.CivilNumber, "لم نجد شخصًا")
	right := []string{"civil", who.CivilNumber, "birth.day", day.Format("2"), "birth.month", day.Format("1"), "birth.year", day.Format("2006")}
	b.post("/account/mandates", right...)
	b.status(http.StatusUnprocessableEntity, "اختر ما يشمله")
	b.post("/account/mandates", append(right, "scope", "identity-card/renewal", "until.day", "1", "until.month", "يونيو", "until.year", "2027")...)
	b.to("/account/mandates?done=1")
	page := b.page("/account/mandates", who.Name.In(gov.Arabic), "identity-card/renewal")
	w.as(yusuf).page("/account/mandates", w.Country.People(1)[0].Name.In(gov.Arabic))
	id := regexp.MustCompile(`name="mandate" value="([^"]+)"`).FindStringSubmatch(page)[1]
	stranger := w.as(w.Resident(12))
	stranger.post("/account/mandates/revoke", "mandate", id)
	stranger.status(http.StatusNotFound)
	b.post("/account/mandates/revoke", "mandate", id)
	b.to("/account/mandates")
	if strings.Contains(b.page("/account/mandates"), `value="`+id+`"`) {
		t.Error("the mandate can still be ended")
	}
}

// Sessions are seen and ended; an office is put on and taken off; contact data
// ask for a fresh proof.
func TestAccount(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	w.Do(gov.System, func(tx *db.Tx) error { return identity.Appoint(tx, layla.Person, "iga", gov.Officer) })
	b, phone := w.as(layla), w.as(layla)
	page := b.page("/account", "هيئة المعلومات")
	other := regexp.MustCompile(`name="session" value="([^"a][^"]+)"`).FindStringSubmatch(page)[1]
	b.post("/account/sessions", "session", other)
	b.to("/account?done=session")
	phone.get("/account")
	phone.to("/sign-in")
	b.post("/account/hat", "org", "moe")
	b.status(http.StatusForbidden)
	b.post("/account/hat", "org", "iga")
	b.to("/desk")
	b.page("/cases") // one's own affairs stay one's own
	b.post("/account/hat")
	b.to("/cases")
	b.post("/account/preferences", "lang", "en", "email", "1")
	b.to("/account?done=prefer")
	b.Pass(11 * time.Minute)
	b.get("/account/contact")
	b.to("/sign-in?again=1")
	b.post("/account/contact", "phone", "33000009")
	b.status(http.StatusUnauthorized)
	b.post("/confirm-identity", "how", "direct", "next", "/account/contact")
	b.page(b.to("/account/contact"))
	b.post("/account/contact", "phone", "x", "email", "لا بريد")
	b.status(http.StatusUnprocessableEntity, "لا بريد")
	b.post("/account/contact", "phone", "+97333000009", "email", "layla@example.org")
	b.to("/account?done=contact")
	b.page("/account?done=contact", "layla@example.org")
	b.post("/account/sessions", "session", "all")
	b.to("/")
	b.get("/account")
	b.to("/sign-in")
}

// A step-up code works in the session that asked for it.
func TestStepUpByCode(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	w.gate.OneClick = true
	b := w.as(layla)
	w.gate.OneClick = false
	b.Pass(11 * time.Minute)
	b.post("/confirm-identity", "how", "direct", "next", "/account/contact")
	b.status(http.StatusForbidden)
	b.post("/confirm-identity", "next", "/account/contact")
	b.status(http.StatusOK, `name="attempt"`)
	attempt := regexp.MustCompile(`name="attempt" value="([^"]+)"`).FindStringSubmatch(b.last.Body.String())[1]
	b.post("/confirm-identity", "attempt", attempt, "code", "1", "next", "/account/contact")
	b.status(http.StatusUnprocessableEntity)
	b.post("/confirm-identity", "attempt", attempt, "code", w.codes[len(w.codes)-1], "next", "/account/contact")
	b.page(b.to("/account/contact"))
}
