package portal

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"diwan.example/casework"
)

// To a stranger, and to another resident, nothing of a person's exists.
func TestNothingOfAnotherExists(t *testing.T) {
	w := newTown(t)
	layla, other := w.Resident(0), w.Resident(7)
	c := w.Apply(layla, "identity-card/renewal", w.Renewal(layla))
	w.Pay(layla, c.ID)
	blob := w.Photo(layla)[0].Blob
	b := w.as(other)
	id := "/cases/" + string(c.ID)
	for _, path := range []string{id, id + "/apply", id + "/apply/reason", id + "/check", id + "/sent", id + "/pay", id + "/paid?charge=x",
		id + "/withdraw", id + "/appeal", id + "/correct", id + "/drop", id + "/files/" + blob, "/receipts/IGA-2026-000001", "/tasks/x",
		"/documents/x", "/documents/x/pdf", "/inbox/x", "/cases/none", "/services/no/such", "/entities/none", "/life-events/none", "/apply/no/such"} {
		b.get(path)
		b.status(http.StatusNotFound)
	}
	for _, path := range []string{id + "/apply/reason", id + "/check", id + "/pay", id + "/withdraw", id + "/appeal", id + "/correct", id + "/drop",
		"/tasks/x", "/documents/x/shares", "/account/mandates/revoke"} {
		b.post(path, "_asked", "reason", "words", "x", "mandate", "x")
		b.status(http.StatusNotFound)
	}
	if v := w.Case(layla, c.ID); v.State != casework.Open {
		t.Errorf("a stranger moved the case to %s", v.State)
	}
}

// Every page for people who are signed in sends a stranger to the door.
func TestStrangersAreSentToTheDoor(t *testing.T) {
	w := newTown(t)
	b := w.browser()
	for _, r := range w.portal.Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		if r.Guard.Name == "anyone" || method != "GET" {
			continue
		}
		path = strings.NewReplacer("{id}", "x", "{area}", "identity-card", "{name}", "renewal", "{page}", "p", "{number}", "n", "{blob}", "b").Replace(path)
		b.get(path)
		b.to("/sign-in?next=")
	}
}

func TestOpenPagesAreSound(t *testing.T) {
	w := newTown(t)
	b := w.browser()
	for _, l := range []string{"/ar", "/en"} {
		for _, path := range []string{"/", "/services", "/services?q=card&cost=free", "/services?q=zzzz", "/services?from=40", "/entities", "/entities/moe", "/life-events/identity",
			"/services/education/enrolment-certificate", "/services/justice/small-claim", "/help", "/accessibility", "/privacy", "/sign-in", "/verify"} {
			if page := b.page(l + path); len(page) > 60<<10 {
				t.Errorf("%s%s weighs %d bytes", l, path, len(page))
			}
		}
	}
}

// What the security policy of the pages refuses would leave a drawing black.
func TestDrawingBringsNoStyleOfItsOwn(t *testing.T) {
	page := newTown(t).browser().page("/services/justice/small-claim", `class="pd"`)
	if strings.Contains(page, "<style") || strings.Contains(page, " style=") {
		t.Error("an inline style")
	}
}

// Query strings that nobody honest writes.
func TestStrangeQueries(t *testing.T) {
	w := newTown(t)
	b := w.browser()
	for _, q := range []string{"?q=" + strings.Repeat("ب", 5000), "?q=%00%ff", "?from=-5", "?from=99999999999999999999", "?entity=%27--", "?online=x&event=y&audience=z&cost=w", "?q=%E2%80%AEevil"} {
		if b.get("/services" + q); b.last.Code != http.StatusOK {
			t.Errorf("%.40s: %d", q, b.last.Code)
		}
	}
	for _, next := range []string{"//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"} {
		page := b.page("/sign-in?next=" + url.QueryEscape(next))
		if !strings.Contains(page, `name="next" value="/cases"`) {
			t.Errorf("leads away: %s", next)
		}
	}
}

// The one-click door is shut unless the gate is opened for it, and lets in only
// those who are listed.
func TestOneClickDoor(t *testing.T) {
	w := newTown(t)
	other := w.Resident(7)
	b := w.browser()
	b.post("/sign-in/as", "person", string(other.Person))
	b.status(http.StatusNotFound)
	w.gate.OneClick = false
	b.post("/sign-in/as", "person", string(w.Resident(0).Person))
	b.status(http.StatusNotFound)
	if strings.Contains(b.page("/sign-in"), "/sign-in/as") {
		t.Error("the list is shown")
	}
}

func TestSignInByCode(t *testing.T) {
	w := newTown(t)
	w.Resident(0)
	civil := w.Country.People(1)[0].CivilNumber
	b := w.browser()
	b.post("/sign-in", "identifier", "  ")
	b.status(http.StatusUnprocessableEntity)
	b.post("/sign-in", "identifier", civil, "next", "/documents")
	at := b.to("/sign-in/code?attempt=")
	b.page(at, "ستة أرقام")
	attempt := strings.Split(strings.Split(at, "attempt=")[1], "&")[0]
	b.post("/sign-in/code", "attempt", attempt, "code", "000000x", "next", "/documents")
	b.status(http.StatusUnprocessableEntity, "الرمز غير صحيح")
	b.post("/sign-in/code", "attempt", attempt, "code", w.codes[len(w.codes)-1], "next", "/documents")
	b.page(b.to("/documents"))
	b.post("/sign-out")
	b.get("/documents")
	b.to("/sign-in")
}

// A file that is not what it claims, too many files, and a wrong answer: each is
// said at its question and loses nothing.
func TestWrongAnswersLoseNothing(t *testing.T) {
	w := newTown(t)
	b := w.as(w.Resident(0))
	base := b.begin("identity-card/renewal")
	b.post(base+"/apply/reason", "_asked", "reason", "reason", "lost")
	b.post(base+"/apply/reason", "_asked", "reason lost_on police_report", "reason", "lost", "lost_on.day", "31", "lost_on.month", "2", "lost_on.year", "2026", "police_report", "abc")
	b.status(http.StatusUnprocessableEntity, `value="31"`, `value="abc"`, "اكتب رقم البلاغ كما يلي 1234/2026")
	b.sendFile(base+"/apply/photo", "photo", "photo.png", []byte("PK\x03\x04 not a picture"), "_asked", "photo")
	b.status(http.StatusUnprocessableEntity, "summary-bad")
	b.sendFile(base+"/apply/photo", "photo", "صورة.png", png, "_asked", "photo", "_save", "1")
	b.to("/cases?saved=1")
	page := b.page(base+"/apply/photo", "صورة.png")
	blob := page[strings.Index(page, `value="photo.sha256-`)+13:]
	b.post(base+"/apply/photo", "_asked", "photo", "_remove", "photo."+blob[:strings.IndexByte(blob, '"')])
	if b.to(base + "/apply/photo"); strings.Contains(b.page(base+"/apply/photo"), "صورة.png") {
		t.Error("the file was not removed")
	}
	b.get(base + "/check") // not complete
	b.to(base + "/apply")
	b.post(base + "/check")
	b.to(base + "/apply")
	b.page(base+"/apply", "لم تكتمل")
	b.post(base + "/drop")
	b.to("/cases?dropped=1")
}
