package portal

import (
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
)

// Whoever has handed in while a registry is away reads that the registry is waited
// for: not a date, not the entity, and nothing that they have to do.
func TestWaitingForARegistryIsSaidSo(t *testing.T) {
	w := newTown(t)
	who := w.Resident(7)
	held := []gov.AttributeID{"pupil.school", "pupil.grade", "pupil.school_year", "pupil.status"}
	w.Holds.Gap(gov.GapAway, held...)
	b := w.as(who)
	b.post("/apply/education/enrolment-certificate")
	base := strings.Join(strings.Split(b.to("/cases/"), "/")[:3], "/")
	b.page(base+"/apply/pupil", "وسينتظر الطلب حتى يجيب")
	b.post(base + "/apply/pupil")
	b.post(base+"/apply/certificate", "_asked", "purpose addressed_to language delivery truth", "purpose", "bank", "language", "both", "delivery", "electronic", "truth", "true")
	b.to(base + "/check")
	b.post(base + "/check")
	b.to(base + "/sent")
	sent := b.page(base+"/sent", "بانتظار جواب السجل", "ويمضي من تلقاء نفسه")
	if strings.Contains(sent, "طلبك الآن لدى الجهة") {
		t.Error("the entity is said to have it")
	}
	page := b.page(base, "بانتظار جواب السجل", `<li class="timeline-current"`)
	if strings.Contains(page, "بانتظار موعد") {
		t.Error("a date is said to be waited for")
	}
	if current := page[strings.Index(page, `<li class="timeline-current"`):]; !strings.Contains(current[:strings.Index(current, "</li>")], "بانتظار جواب السجل") {
		t.Errorf("the current step is %s", text(current))
	}
	b.page("/cases", "قيد الانتظار")
	w.Holds.Gap("", held...)
	w.Holds.Hold(who.Person, map[gov.AttributeID]any{"pupil.school": "s04", "pupil.grade": 8, "pupil.school_year": "2026-2027", "pupil.status": "enrolled"})
	w.Pass(2 * time.Hour)
	if page := w.as(who).page(base, "قُبل طلبك"); strings.Contains(page, "بانتظار جواب السجل") {
		t.Error("the registry is still waited for")
	}
}
