package inventory_test

import (
	"context"
	"testing"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
)

func seeded(t *testing.T, d *db.DB) {
	t.Helper()
	c, err := country.Bahrain()
	if err == nil {
		err = catalogue.New(d).Seed(gov.WithActor(t.Context(), gov.System), c)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// The laws of the catalogue are offered once each, and found by some of their words,
// by number and year, and in either language.
func TestLawsComeFromTheCatalogue(t *testing.T) {
	d := dbtest.SQLite(t)
	seeded(t, d)
	own := certificate()
	own.Legal = inventory.Legal{Name: gov.T("قرار رئيس الجهة بالشهادات الرقمية", "Decision on digital certificates"), Number: "7", Year: 2026}
	want(t, "a law of one's own", do(t, d, head, func(tx *db.Tx) error { _, err := inventory.Enter(tx, own, offered); return err }), "")
	var all []inventory.Legal
	if err := d.Read(context.Background(), func(tx *db.Tx) (err error) { all, err = inventory.Laws(tx); return err }); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, l := range all {
		if seen[l.Name.In(gov.Arabic)] {
			t.Errorf("twice: %s", l.Name)
		}
		seen[l.Name.In(gov.Arabic)] = true
	}
	for words, wanted := range map[string]string{
		"التعليم ٢٧ 2005": "قانون رقم (27) لسنة 2005 بشأن التعليم", "law no. 27 of 2005 on education": "قانون رقم (27) لسنة 2005 بشأن التعليم",
		"بطاقه الهويه": "قانون رقم (46) لسنة 2006 بشأن بطاقة الهوية", "digital certificates": "قرار رئيس الجهة بالشهادات الرقمية", "الشهادات الرقمية، رقم 7 لسنة 2026": "قرار رئيس الجهة بالشهادات الرقمية", "قانون النقل البحري": "",
	} {
		found := inventory.FindLaws(all, words)
		switch {
		case wanted == "" && len(found) == 0:
		case len(found) != 1 || found[0].Name.In(gov.Arabic) != wanted:
			t.Errorf("%q finds %+v", words, found)
		}
	}
	if found := inventory.FindLaws(all, "قانون"); len(found) < 5 || len(found) > 20 {
		t.Errorf("a common word finds %d", len(found))
	}
	if found := inventory.FindLaws(all, " "); len(found) != 0 {
		t.Errorf("nothing finds %d", len(found))
	}
	law := inventory.FindLaws(all, "قانون رقم (27) لسنة 2005 بشأن التعليم")
	if len(law) != 1 || law[0].Number != "27" || law[0].Year != 2005 || law[0].Service == "" || law[0].Cited().In(gov.Arabic) != law[0].Name.In(gov.Arabic) {
		t.Fatalf("%+v", law)
	}
	if got := own.Legal.Cited().In(gov.English); got != "Decision on digital certificates, No. 7 of 2026" {
		t.Errorf("cited as %q", got)
	}
	picked := certificate()
	picked.Legal = law[0]
	want(t, "a law of the catalogue", do(t, d, head, func(tx *db.Tx) error { _, err := inventory.Enter(tx, picked, offered); return err }), "")
	picked.Legal.Number, picked.Legal.Year = "", 0
	want(t, "one that the catalogue names without number", do(t, d, head, func(tx *db.Tx) error { _, err := inventory.Enter(tx, picked, offered); return err }), "")
	picked.Legal.Service = ""
	want(t, "one's own without number", do(t, d, head, func(tx *db.Tx) error { _, err := inventory.Enter(tx, picked, offered); return err }), gov.Invalid)
}
