package portal

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

// The main job: a resident finds a service, applies, pays, and holds what was
// issued; a stranger verifies it.
func TestResidentRenewsTheirCard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { renew(t, townOn(t, d)) })
}

func renew(t *testing.T, w *town) {
	layla := w.Resident(0)
	b := w.as(layla)
	b.page("/", "/services")
	b.page("/services?q=تجديد+بطاقة", "/services/identity-card/renewal")
	b.page("/en/services/identity-card/renewal", "Identity card renewal", "/en/apply/identity-card/renewal", "<svg")
	b.page("/ar/help")
	b.page("/apply/identity-card/renewal", "تجديد بطاقة الهوية")
	b.post("/apply/identity-card/renewal")
	first := b.to("/cases/")
	id := strings.Split(first, "/")[2]
	base := "/cases/" + id
	b.page(first, "سبب طلب البطاقة")
	b.post(first, "_asked", "reason", "reason", "expired")
	again := b.to(base + "/apply/reason") // the answer brings up a further question
	b.page(strings.Split(again, "#")[0], "تاريخ انتهاء البطاقة")
	b.post(first, "_asked", "reason expires_on", "reason", "expired", "expires_on.day", "٣١", "expires_on.month", "12", "expires_on.year", "2026")
	photo := b.to(base + "/apply/photo")
	b.sendFile(photo, "photo", "me.png", png, "_asked", "photo")
	contact := b.to(base + "/apply/contact")
	b.page(contact, "المصدر: سجل السكان، في", "412", "/wrong/address")
	b.page(base+"/wrong/address", "412", "/apply/personal-data/correction")
	b.post(base+"/wrong/address", "words", "")
	b.status(http.StatusUnprocessableEntity)
	b.post(base+"/wrong/address", "words", "انتقلت إلى الشقة 4")
	b.to(contact)
	b.page(contact, "انتقلت إلى الشقة 4")
	b.get(base + "/wrong/phone")
	b.status(http.StatusNotFound)
	b.post(contact, "_asked", "address phone delivery truth", "address.block", "999", "phone", "33000001", "delivery", "pickup", "truth", "true")
	b.to(base + "/apply/contact#f-centre")
	b.post(contact, "_asked", "address phone delivery centre truth", "address.block", "999", "phone", "33000001", "delivery", "pickup", "centre", "isa", "truth", "true")
	b.to(base + "/check")
	b.page(base+"/check", "me.png", "2.000", "مدينة عيسى", "412", "انتقلت إلى الشقة 4")
	if n := strings.Count(b.last.Body.String(), "المصدر: سجل السكان"); n != 1 { // the telephone stands; the address cannot be typed and says its day
		t.Errorf("%d answers are said to come from the register", n)
	}
	b.post(base + "/check")
	b.to(base + "/sent")
	b.page(base+"/sent", "ادفع الآن")
	b.page(base, `<li class="timeline-next"`, "مراجعة الصورة والطلب", "إصدار إشعار البطاقة")
	b.post(base + "/check") // sent twice
	b.to(base)
	payAndCollect(t, b, id, layla)
}

func payAndCollect(t *testing.T, b *browser, id string, layla gov.Actor) {
	base := "/cases/" + id
	b.Pass(11 * time.Minute)
	b.get(base + "/pay")
	b.to("/sign-in?again=1") // money: prove yourself once more
	b.get(b.last.Header().Get("Location"))
	b.page(b.to("/confirm-identity"), "أكّد بنقرة واحدة")
	b.post("/confirm-identity", "how", "direct", "next", base+"/pay")
	b.page(b.to(base+"/pay"), "2.000")
	b.post(base + "/pay")
	bank := b.to("/bank/pay/")
	b.post(base + "/pay") // pressed twice: the same payment
	if again := b.to("/bank/pay/"); again != bank {
		t.Errorf("pressing twice began another payment: %s and %s", bank, again)
	}
	paid := base + "/paid?charge=" + string(b.Case(layla, gov.CaseID(id)).Charge)
	b.page(paid, "نتأكد من الدفع") // came back before the bank's word
	b.post(bank, "card", "4242 4242 4242 4242", "expiry", "12/30", "cvc", "123")
	b.page(paid, "تم الدفع", "IGA-2026-000001")
	b.page("/receipts/IGA-2026-000001", "2.000")
	b.page(base, "مراجعة الصورة والطلب")
	for _, path := range []string{base, base + "/sent", "/cases", "/receipts/IGA-2026-000001", "/account", "/account/looks", "/account/mandates", "/account/contact", "/account/passkeys/add", "/inbox", "/documents", base + "/withdraw"} {
		b.page("/en" + path)
	}
	b.page("/ar/help")
	b.page("/cases", "تجديد بطاقة الهوية")
}
