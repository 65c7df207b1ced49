package portal

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"diwan.example/casework"
	"diwan.example/exchange/agreement"
	"diwan.example/exchange/consent"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/sign"
	"diwan.example/journal"
	"diwan.example/registries"
	"diwan.example/registry"
)

// seers is a town whose registries and agreements are open.
func seers(t *testing.T, d *db.DB) *town {
	t.Helper()
	w := townOn(t, d)
	book, err := registry.Load(registries.Files, registry.Options{Currency: w.Country.Currency, Langs: w.Country.Languages, Dial: w.Country.Dial})
	if err != nil {
		t.Fatal(err)
	}
	book.DB, book.Zone = d, w.Country.Calendar.Zone
	vault, err := sign.OpenVault(sign.NewSecret())
	if err != nil {
		t.Fatal(err)
	}
	w.portal.Records, w.portal.Agreements = book, &agreement.Office{Zone: book.Zone, Desk: &consent.Desk{Vault: vault}}
	return w
}

// known writes a record of a resident into the population register.
func (w *town) known(n int, values map[string]any) {
	w.T.Helper()
	p := w.Country.People(n + 1)[n]
	v := map[string]any{"civil_number": p.CivilNumber, "name_ar": p.Name[gov.Arabic], "birth": p.Born, "sex": p.Sex, "nationality": p.Nationality}
	for k, x := range values {
		v[k] = x
	}
	w.Do(gov.System, func(tx *db.Tx) error {
		_, err := w.portal.Records.Write(tx, registry.Change{Registry: "population", Values: v, Service: "identity-card/renewal", Case: "none"})
		return err
	})
}

func (w *town) log(p gov.PersonID) (all []journal.Look) {
	w.T.Helper()
	w.Do(gov.System, func(tx *db.Tx) (err error) { all, err = journal.Looks(tx, p, 1000); return err })
	return all
}

func eachTown(t *testing.T, do func(w *town)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { do(seers(t, d)) })
}

func TestAPersonSeesWhatIsHeldAndDisputesIt(t *testing.T) {
	eachTown(t, func(w *town) {
		sara, other := w.Resident(8), w.Resident(9)
		w.known(8, map[string]any{"marital_status": "single"})
		w.Pass(48 * time.Hour)
		w.known(8, map[string]any{"marital_status": "married"})
		b := w.as(sara)
		page := b.page("/account/data", "سجل السكان", w.Country.People(9)[8].CivilNumber, "الجهة الحافظة: هيئة المعلومات", "كيف تغيّر", "الحالة الاجتماعية", "لا يحفظ هذا السجل شيئًا عنك")
		if len(w.log(sara.Person)) != 0 {
			t := w.T
			t.Error("a person's own reading is in their log")
		}
		record := regexp.MustCompile(`name="record" value="([^"]+)"`).FindStringSubmatch(page)[1]
		form := []string{"registry", "population", "record", record, "field", "marital_status"}
		thief := w.as(other)
		thief.post("/account/data/dispute", form...)
		thief.status(http.StatusNotFound)
		b.post("/account/data/dispute", append(form[:5:5], "no_such")...)
		b.status(http.StatusNotFound)
		b.post("/account/data/dispute", form...)
		base := strings.TrimSuffix(b.to("/cases/"), "/apply/record")
		b.page(base+"/apply/record", "سجل السكان", "الحالة الاجتماعية", `value="iga"`)
		b.post("/account/data/dispute", form...) // the same draft goes on
		if again := strings.TrimSuffix(b.to("/cases/"), "/apply/record"); again != base {
			w.T.Errorf("a second draft was begun: %s, %s", base, again)
		}
	})
}

func TestAGuardianReadsAChildsDataAndTheChildsLogSaysSo(t *testing.T) {
	eachTown(t, func(w *town) {
		mother, child, stranger := w.Resident(0), w.Resident(7), w.Resident(12)
		w.known(7, nil)
		w.Do(gov.System, func(tx *db.Tx) error {
			_, err := identity.Grant(tx, identity.Mandate{Holder: mother.Person, For: string(child.Person), Kind: identity.Guardian, Source: "test"})
			return err
		})
		b := w.as(mother)
		b.page("/account/data", "أنا", string(child.Person))
		b.page("/account/data?for="+string(child.Person), w.Country.People(8)[7].CivilNumber)
		b.page("/account/looks?for="+string(child.Person), "شخص يعمل بتفويض")
		b.page("/account/consents?for=" + string(child.Person))
		if ls := w.log(child.Person); len(ls) < 2 || ls[0].Actor != mother.Person {
			w.T.Errorf("the child's log: %+v", ls)
		}
		for _, page := range []string{"data", "looks", "consents"} {
			x := w.as(stranger)
			x.get("/account/" + page + "?for=" + string(child.Person))
			x.status(http.StatusNotFound)
		}
		before := len(w.log(child.Person))
		w.as(stranger).get("/account/data?for=" + string(child.Person))
		if len(w.log(child.Person)) != before {
			w.T.Error("a refused reading is in the log")
		}
	})
}

// The log names entity, service and reason in words, folds what was done again,
// is paged and narrowed, hides what is delayed, and a question begins from any line.
func TestTheAccessLogTellsAndAsks(t *testing.T) {
	eachTown(t, func(w *town) {
		sara, other := w.Resident(8), w.Resident(9)
		c := w.Apply(sara, "identity-card/renewal", w.Renewal(sara))
		officer := w.Officer("o1", "iga")
		for range 3 {
			w.Do(officer, func(tx *db.Tx) error { _, err := w.Cases.Get(tx, c.ID); return err })
		}
		w.Do(gov.Actor{Person: "o2", Org: "moe", Channel: gov.Portal}, func(tx *db.Tx) error {
			return journal.Looked(tx, journal.Look{Person: sara.Person, What: "record", Subject: "r1", Registry: "population", Attributes: []gov.AttributeID{"person.birth"}, Purpose: "تدقيق قائمة الناجحين"})
		})
		b := w.as(sara)
		page := b.page("/account/looks", "هيئة المعلومات والحكومة الإلكترونية", "3 مرات", "لخدمة: تجديد بطاقة الهوية", "قيدك في سجل السكان", "تاريخ الميلاد", "تدقيق قائمة الناجحين", "وزارة التربية والتعليم", "اسأل عن هذا")
		if strings.Contains(page, "o1") && strings.Contains(page, ">o1<") {
			w.T.Error("the officer is named")
		}
		if narrowed := b.page("/account/looks?org=moe"); strings.Contains(narrowed, "تجديد بطاقة الهوية") {
			w.T.Error("the filter lets others through")
		}
		line := w.log(sara.Person)[0].ID
		thief := w.as(other)
		thief.post("/account/looks/ask", "line", line)
		thief.status(http.StatusNotFound)
		b.post("/account/looks/ask", "line", "nothing")
		b.status(http.StatusNotFound)
		b.post("/account/looks/ask", "line", line)
		base := strings.TrimSuffix(b.to("/cases/"), "/apply/look")
		b.page(base+"/apply/look", line, "قيدك في سجل السكان")
		b.post("/account/looks/ask", "line", line)
		if again := strings.TrimSuffix(b.to("/cases/"), "/apply/look"); again != base {
			w.T.Errorf("asked twice: %s, %s", base, again)
		}
		var v *casework.View
		w.Do(sara, func(tx *db.Tx) (err error) {
			v, err = w.Cases.Get(tx, gov.CaseID(strings.TrimPrefix(base, "/cases/")))
			return err
		})
		if v.Answers["entity"] != "moe" || v.Answers["line"] != line {
			w.T.Errorf("the question is about %v", v.Answers)
		}
	})
}

func TestTheAccessLogIsPagedByItsKeys(t *testing.T) {
	eachTown(t, func(w *town) {
		sara := w.Resident(8)
		for i := range 5 {
			w.Do(gov.Actor{Person: "o2", Org: "moe", Channel: gov.Portal}, func(tx *db.Tx) error {
				for range 50 {
					if err := journal.Looked(tx, journal.Look{Person: sara.Person, What: "record", Subject: string(rune('a' + i))}); err != nil {
						return err
					}
				}
				return nil
			})
			w.Pass(24 * time.Hour)
		}
		b := w.as(sara)
		next := regexp.MustCompile(`rel="next" href="([^"]+)"`)
		times := regexp.MustCompile(`· (مرتين|[0-9]+ مر)`)
		at, pages, days := "/account/looks", 0, 0
		for at != "" && pages < 9 {
			page := b.page(at)
			pages++
			days += len(times.FindAllString(page, -1))
			at = ""
			if m := next.FindStringSubmatch(page); m != nil {
				at = strings.ReplaceAll(m[1], "&amp;", "&")
			}
		}
		if pages != 3 || days != 5 {
			w.T.Errorf("%d pages, %d days, want 3 and 5", pages, days)
		}
		w.Do(gov.Actor{Person: "auditor", Org: "iga", Roles: []gov.Role{gov.Auditor}, StepUp: w.Now()}, func(tx *db.Tx) error {
			_, err := journal.Delay(tx, journal.Order{Person: sara.Person, Organisation: "moi", Legal: "قرار النيابة 12 لسنة 2026", Until: w.Now().Add(240 * time.Hour)})
			return err
		})
		w.Do(gov.Actor{Person: "i1", Org: "moi"}, func(tx *db.Tx) error { return journal.Looked(tx, journal.Look{Person: sara.Person, What: "record"}) })
		if page := b.page("/account/looks"); strings.Contains(page, "وزارة الداخلية") {
			w.T.Error("what is delayed is shown, or its reader offered")
		}
		w.Pass(241 * time.Hour)
		w.as(sara).page("/account/looks", "وزارة الداخلية", "قرار النيابة 12 لسنة 2026", "تأجّل ظهوره بأمر نظامي")
	})
}
