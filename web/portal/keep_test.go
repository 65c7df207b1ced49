package portal

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
)

// begin opens a draft of a card renewal and returns its address.
func (b *browser) begin(service string) string {
	b.T.Helper()
	b.post("/apply/" + service)
	return strings.Join(strings.Split(b.to("/cases/"), "/")[:3], "/")
}

// A session that ended in the middle of a form loses nothing, without scripts:
// what was typed comes back on the same page after signing in again.
func TestSessionThatEndedLosesNothing(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	b := w.as(layla)
	base := b.begin("justice/small-claim")
	page := base + "/apply/respondent"
	b.Pass(31 * time.Minute) // longer than a session may rest
	b.post(page, "_asked", "respondent_name respondent_number", "respondent_name", "يوسف <علي> & أولاده")
	b.page(b.to("/sign-in?next="), "حفظنا ما كتبته")
	if b.jar["kept"] == "" {
		t.Fatal("nothing to find it again by")
	}
	b.post("/sign-in/as", "person", string(layla.Person), "next", page)
	b.page(b.to(page), "يوسف &lt;علي&gt; &amp; أولاده", "ما كتبته محفوظ")
	if b.jar["kept"] != "" {
		t.Error("the key outlives its use")
	}
}

// Whoever signs in next on the same machine gets nothing of it.
func TestWhatWasKeptIsForItsOwnerOnly(t *testing.T) {
	w := newTown(t)
	layla, other := w.Resident(0), w.Resident(7)
	b := w.as(layla)
	base := b.begin("justice/small-claim")
	page := base + "/apply/respondent"
	b.Pass(31 * time.Minute)
	b.post(page, "_asked", "respondent_name", "respondent_name", "سرّ لا يُفشى")
	thief := w.as(other)
	thief.jar["kept"] = b.jar["kept"]
	thief.get(page)
	thief.status(404)
	if strings.Contains(thief.last.Body.String(), "سرّ") {
		t.Error("another person sees what was kept")
	}
	thief.get("/cases/" + string(gov.CaseID("x")) + "/apply/reason")
	thief.status(404)
}

func TestWhatWasKeptRunsOut(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	b := w.as(layla)
	base := b.begin("justice/small-claim")
	page := base + "/apply/respondent"
	b.Pass(31 * time.Minute)
	b.post(page, "_asked", "respondent_name", "respondent_name", "نص قديم")
	key := b.jar["kept"]
	b.Pass(31 * time.Minute)
	again := w.as(layla)
	again.jar["kept"] = key
	if strings.Contains(again.page(page), "نص قديم") {
		t.Error("kept longer than half an hour")
	}
}

// While somebody answers, the page can be seen as the answers make it: further
// questions stand on it, and nothing is saved. Who is not signed in any more gets
// nothing, and nothing of it is kept.
func TestAnswersBringUpQuestionsAtOnce(t *testing.T) {
	w := newTown(t)
	b := w.as(w.Resident(0))
	base := b.begin("identity-card/renewal")
	page := base + "/apply/reason"
	if strings.Contains(b.page(page, "data-live"), "police_report") {
		t.Fatal("asked before there is a reason for it")
	}
	b.post(page, "_live", "1", "_asked", "reason", "reason", "lost")
	b.status(http.StatusOK)
	if s := b.last.Body.String(); !strings.Contains(s, `name="police_report"`) || !strings.Contains(s, "reason lost_on police_report") || strings.Contains(s, "summary-bad") {
		t.Error("the further questions do not come without complaint")
	}
	if strings.Contains(b.page(page), `value="lost" checked`) {
		t.Error("what was only tried out is saved")
	}
	if strings.Contains(b.page(base+"/apply/photo"), "data-live") {
		t.Error("a page whose questions depend on nothing asks all the same")
	}
	b.Pass(31 * time.Minute)
	b.post(page, "_live", "1", "_asked", "reason", "reason", "lost")
	b.status(http.StatusNoContent)
	if b.jar["kept"] != "" {
		t.Error("what was only tried out is kept")
	}
}
