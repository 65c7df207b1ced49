package desk

import (
	"strings"
	"testing"

	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// A case about a wrong document leads its officer to that document, and back to
// the case once a corrected one has taken its place.
func TestACorrectionIsMadeFromItsCase(t *testing.T) {
	o := newOffice(t)
	who := o.Resident(1)
	granted := o.granted(1)
	wrong := o.document(granted.ID)
	c := o.Apply(who, "personal-data/correction", form.Answers{"keeper": "iga", "registry": "other", "field": "other", "shown": "الاسم", "correct_value": "مريم المصححة", "explanation": "كُتب الاسم خطأ في البطاقة", "truth": true})
	task := "/desk/tasks/" + string(o.Task(who, c.ID).ID)
	o.get("officer", task).is(200).hides("المعترض")
	if err := o.DB.Write(gov.WithActor(t.Context(), o.Resident(3)), func(tx *db.Tx) error { return o.Cases.Issuer.Dispute(tx, c.ID, wrong, "name_ar") }); gov.KindOf(err) != gov.NotFound {
		t.Errorf("somebody else disputes the document: %v", err)
	}
	o.Do(who, func(tx *db.Tx) error { return o.Cases.Issuer.Dispute(tx, c.ID, wrong, "name_ar") })

	at, back := "/desk/documents/"+string(wrong)+"/replace?case="+string(c.ID), "/desk/cases/"+string(c.ID)
	o.get("officer", task).is(200, "المعترض على بيان", at)
	o.get("officer", back).is(200, "المعترض على بيان", at)
	o.get("officer", at).is(200, "البيان المعترض عليه", "name_ar", back+"#disputed")
	o.get("teacher", at).is(404)
	o.get("officer", "/desk/documents/"+string(wrong)+"/replace?case="+string(granted.ID)).is(404) // that case is not about it
	page := []string{"name_ar", "مريم المصححة", "name_en", "Mariam", "civil_number", o.Country.People(2)[1].CivilNumber, "birth.day", "3", "birth.month", "2", "birth.year", "2001",
		"nationality", "BH", "address.block", "304", "address.road", "412", "address.building", "120", "card_valid_until", "2031-11-23"}
	o.post("officer", at, append(page, "reason", "")...).is(422, "مريم المصححة", back+"#disputed")
	o.post("officer", at, append(page, "reason", "خطأ في الاسم")...).leads(back + "#disputed")

	fresh := o.document(granted.ID)
	if fresh == wrong {
		t.Fatal("nothing was issued")
	}
	body := o.get("officer", back).is(200, "حلّت محلها الوثيقة", "/desk/documents/"+string(fresh)+"/pdf", "استُبدلت").Body
	if strings.Contains(body, at) {
		t.Error("what was replaced is offered to be replaced")
	}
	var old document.Disputed
	o.Do(who, func(tx *db.Tx) (err error) { old, _, err = o.Cases.Issuer.InDispute(tx, c.ID); return err })
	if old.State != document.Replaced || old.Now != fresh || old.Claim != "name_ar" || old.Label.In(gov.Arabic) == "" {
		t.Errorf("%+v", old)
	}
}
