package portal

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"diwan.example/casework"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

var href = regexp.MustCompile(`href="(/documents/[^"/.]+)"`)

// From an officer's approval to a document that a stranger verifies, and what
// the holder reveals of it.
func TestDocumentIsHeldSharedAndVerified(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	c := w.Apply(layla, "identity-card/renewal", w.Renewal(layla))
	w.Pay(layla, c.ID)
	if err := w.Decide(w.Officer("o", "iga"), w.Task(layla, c.ID).ID, casework.Verdict{Outcome: "approve"}); err != nil {
		t.Fatal(err)
	}
	b := w.as(layla)
	page := b.page("/cases/"+string(c.ID), "قُبل طلبك", "الموافقة")
	m := href.FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the case does not lead to its document")
	}
	b.page("/documents", m[1])
	b.page(m[1], "data:image/png")
	if b.get(m[1] + "/pdf"); !strings.HasPrefix(b.last.Body.String(), "%PDF") {
		t.Fatalf("no PDF: %d", b.last.Code)
	}
	b.post(m[1] + "/shares")
	b.status(http.StatusUnprocessableEntity)
	code := strings.TrimPrefix(m[1], "/documents/")
	stranger := w.browser()
	stranger.page("/v/"+code, "صالحة", "Valid")
	if strings.Contains(stranger.last.Body.String(), w.Country.People(1)[0].CivilNumber) {
		t.Error("a stranger sees the civil number")
	}
	stranger.get("/verify?code=" + strings.ToLower(code))
	stranger.to("/v/" + code)
	stranger.get("/v/AAAAAAAAAAAAAAAAAAAAAAAAAA")
	stranger.status(http.StatusNotFound, "Not one of our documents")
	stranger.get("/verify?code=x")
	stranger.status(http.StatusUnprocessableEntity)
	shareAndStop(t, b, stranger, m[1])
}

func shareAndStop(t *testing.T, b, stranger *browser, doc string) {
	t.Helper()
	claim := regexp.MustCompile(`name="claims" value="([^"]+)"`).FindStringSubmatch(b.page(doc))[1]
	b.post(doc+"/shares", "claims", claim, "time", "24h")
	b.to(doc + "#shares")
	page := b.page(doc, "لم يفتحها أحد")
	code := regexp.MustCompile(`name="code" value="([^"]+)"`).FindStringSubmatch(page)[1]
	stranger.page("/v/"+code, "اختار صاحب الوثيقة")
	b.page("/account/looks", "شخص يحمل رمز التحقق")
	stranger.post(doc+"/shares/stop", "code", code)
	stranger.status(http.StatusUnauthorized)
	b.post(doc+"/shares/stop", "code", code)
	stranger.get("/v/" + code)
	stranger.status(http.StatusNotFound)
}

// An officer asks for another photo; the resident sends it without retyping
// anything else.
func TestCorrection(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	c := w.Apply(layla, "identity-card/renewal", w.Renewal(layla))
	w.Pay(layla, c.ID)
	if err := w.Decide(w.Officer("o", "iga"), w.Task(layla, c.ID).ID, casework.Verdict{Outcome: "correct", Reason: "background"}); err != nil {
		t.Fatal(err)
	}
	b := w.as(layla)
	base := "/cases/" + string(c.ID)
	b.page("/cases", "بانتظار تصحيحك")
	b.page(base, "صحّح الآن", "الخلفية ليست بيضاء")
	page := b.page(base+"/correct", "photo.png", "الخلفية ليست بيضاء")
	hidden := regexp.MustCompile(`name="_file" value="([^"]+)"`).FindStringSubmatch(page)[1]
	hidden = strings.NewReplacer("&#34;", `"`).Replace(hidden)
	blob := w.Photo(layla)[0].Blob
	b.post(base+"/correct", "_asked", "photo", "_file", hidden, "_remove", "photo."+blob)
	b.status(http.StatusOK)
	if strings.Contains(b.last.Body.String(), "photo.png") {
		t.Error("the old photo was not taken out")
	}
	b.post(base+"/correct", "_asked", "photo")
	b.status(http.StatusUnprocessableEntity)
	b.sendFile(base+"/correct", "photo", "جديدة.png", append(png, 0), "_asked", "photo")
	b.to(base)
	b.page(base, "صحّحت طلبك", "طلبك لدى الجهة")
	b.post(base+"/correct", "_asked", "photo") // the back button
	b.to(base)
	b.post(base + "/withdraw")
	b.to(base)
	b.page(base, "سحبت طلبك")
	b.post(base + "/withdraw")
	b.to(base)
}

// A file that is not one's own cannot be slipped into a correction.
func TestForeignFileInCorrection(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	c := w.Apply(layla, "identity-card/renewal", w.Renewal(layla))
	w.Pay(layla, c.ID)
	if err := w.Decide(w.Officer("o", "iga"), w.Task(layla, c.ID).ID, casework.Verdict{Outcome: "correct", Reason: "old"}); err != nil {
		t.Fatal(err)
	}
	b := w.as(layla)
	b.post("/cases/"+string(c.ID)+"/correct", "_asked", "photo", "_file", `{"path":"photo","file":{"blob":"sha256-`+strings.Repeat("a", 64)+`","name":"x.png","type":"image/png","size":10}}`)
	b.status(http.StatusUnprocessableEntity)
}

// The other side of a claim sees what concerns them, and answers it.
func TestCoSignature(t *testing.T) {
	w := newTown(t)
	layla, yusuf := w.Resident(0), w.Resident(7)
	b := w.as(layla)
	base := b.begin("justice/small-claim")
	fillClaim(b, base, w.Country.People(8)[7].CivilNumber)
	b.post(base + "/check")
	b.to(base + "/sent")
	w.Pay(layla, gov.CaseID(strings.TrimPrefix(base, "/cases/")))
	y := w.as(yusuf)
	page := y.page("/cases", "بانتظار موافقتك")
	task := regexp.MustCompile(`/tasks/[^"]+`).FindString(page)
	y.get(base)
	y.to(task)
	y.page(task, "250.000", "أنازع في المطالبة")
	y.post(task)
	y.status(http.StatusUnprocessableEntity, "اختر قرارًا")
	b.get(task)
	b.status(http.StatusNotFound)
	y.post(task, "outcome", "dispute", "answer_words", "لم أستلم شيئًا")
	y.page(y.to(task), "وصل جوابك")
	y.post(task, "outcome", "agree") // changed their mind too late
	y.page(y.to(task), "وصل جوابك")
	b.page(base, "أنازع في المطالبة")
}

// fillClaim answers a small claim against the person with a civil number, with
// a piece of evidence in a row that was added without scripts.
func fillClaim(b *browser, base, civil string) {
	b.T.Helper()
	b.post(base+"/apply/claimant", "_asked", "phone email address iban", "phone", "33000001", "iban", "BH67BMAG00001299123456")
	b.to(base + "/apply/respondent")
	b.post(base+"/apply/respondent", "_asked", "respondent_kind respondent_number respondent_name respondent_phone",
		"respondent_kind", "person", "respondent_number", civil, "respondent_name", "يوسف", "respondent_phone", "33000002")
	b.to(base + "/apply/claim")
	claim := []string{"_asked", "claim_kind amount court_fee happened_on asked_before facts evidence truth", "claim_kind", "loan", "amount", "٢٥٠", "happened_on.day", "1",
		"happened_on.month", "مارس", "happened_on.year", "2026", "asked_before", "true", "facts", strings.Repeat("أقرضته المبلغ ولم يرده. ", 5), "truth", "true"}
	b.post(base+"/apply/claim", append(claim, "evidence._rows", "0", "_add", "evidence")...)
	b.to(base + "/apply/claim")
	b.page(base+"/apply/claim", `name="evidence.0.description"`, "12.500")
	b.sendFile(base+"/apply/claim", "evidence.0.document", "عقد.png", png, append(claim, "evidence._rows", "1", "evidence.0.description", "العقد")...)
	b.to(base + "/check")
	b.page(base+"/check", "عقد.png", "12.500", "13.500")
}

// A refusal says why, and is appealed within its time, once.
func TestAppeal(t *testing.T) {
	w := newTown(t)
	layla := w.Resident(0)
	c := w.Apply(layla, "identity-card/renewal", w.Renewal(layla))
	w.Pay(layla, c.ID)
	if err := w.Decide(w.Officer("o", "iga"), w.Task(layla, c.ID).ID, casework.Verdict{Outcome: "refuse", Reason: "identity"}); err != nil {
		t.Fatal(err)
	}
	b := w.as(layla)
	base := "/cases/" + string(c.ID)
	b.page(base, "رُفض طلبك", "الصورة لا تعود إلى صاحب الطلب", base+"/appeal")
	b.page(base+"/appeal", "الصورة لا تعود إلى صاحب الطلب")
	b.post(base+"/appeal", "words", "  ")
	b.status(http.StatusUnprocessableEntity, "اكتب سبب تظلّمك")
	b.post(base+"/appeal", "words", "الصورة صورتي، وقد تغيّر شكلي.")
	b.to(base)
	b.page(base, "تظلّمت من القرار", "النظر في التظلم")
	b.get(base + "/appeal")
	b.to(base)
	b.post(base+"/appeal", "words", "مرة أخرى")
	b.status(http.StatusConflict)
}

// A guardian finds the child's documents beside their own.
func TestGuardianSeesTheChildsDocuments(t *testing.T) {
	w := newTown(t)
	mother, child := w.Resident(0), w.Resident(7)
	c := w.Apply(child, "identity-card/renewal", w.Renewal(child))
	w.Pay(child, c.ID)
	if err := w.Decide(w.Officer("o", "iga"), w.Task(child, c.ID).ID, casework.Verdict{Outcome: "approve"}); err != nil {
		t.Fatal(err)
	}
	b := w.as(mother)
	name := w.Country.People(8)[7].Name.In(gov.Arabic)
	if strings.Contains(b.page("/documents"), name) {
		t.Error("a stranger's documents are listed")
	}
	w.Do(gov.System, func(tx *db.Tx) error {
		_, err := identity.Grant(tx, identity.Mandate{Holder: mother.Person, For: string(child.Person), Kind: identity.Guardian, Source: "test"})
		return err
	})
	doc := href.FindStringSubmatch(b.page("/documents", name))[1]
	b.page(doc)
	w.as(child).page("/account/looks", "وثائقك")
}
