package cpsvap

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/db/dbtest"
	"diwan.example/internal/rdf"
)

const abroad = `@prefix cpsv: <http://purl.org/vocab/cpsv#> . @prefix cv: <http://data.europa.eu/m8g/> . @prefix dct: <http://purl.org/dc/terms/> .
<https://x.example/org> a cv:PublicOrganisation ; dct:identifier "civil" ; dct:title "Civil registry"@en .
<https://x.example/1> a cpsv:PublicService ; dct:identifier "1" ; dct:title "NAME"@en ; dct:description "Text"@en ; cv:hasCompetentAuthority <https://x.example/org> .
<https://x.example/2> a cpsv:PublicService ; dct:identifier "2" ; dct:title "Other"@en ; dct:description "Text"@en ; cv:hasCompetentAuthority <https://x.example/org> .
`

// imported reads a text and puts it in.
func imported(t *testing.T, d *db.DB, p Profile, text string, replace bool, as gov.Actor) (r Result, err error) {
	t.Helper()
	err = d.Write(gov.WithActor(context.Background(), as), func(tx *db.Tx) error {
		here, err := Gather(tx, catalogue.Filter{})
		if err != nil {
			return err
		}
		g, err := rdf.Read("x.ttl", strings.NewReader(text), nil)
		if err != nil {
			return err
		}
		c, _ := Read(g, Options{Profile: p, File: "x.ttl", Lang: "en", Here: here})
		r, err = Put(tx, c, replace, nil)
		return err
	})
	return r, err
}

func TestImportingAgainChangesOnlyWhatIsDifferent(t *testing.T) {
	p, _ := sample(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		first, second := strings.Replace(abroad, "NAME", "Birth", 1), strings.Replace(abroad, "NAME", "Birth certificate", 1)
		for _, x := range []struct {
			text string
			want Result
		}{
			{first, Result{Organisations: Tally{New: 1}, Services: Tally{New: 2}}},
			{first, Result{Organisations: Tally{Same: 1}, Services: Tally{Same: 2}}},
			{second, Result{Organisations: Tally{Same: 1}, Services: Tally{Changed: 1, Same: 1}}},
		} {
			got, err := imported(t, d, p, x.text, false, gov.System)
			if err != nil || got != x.want {
				t.Errorf("%+v %v, want %+v", got, err, x.want)
			}
		}
		err := d.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
			s, err := catalogue.Find(tx, "civil/1")
			history, err2 := catalogue.Revisions(tx, "civil/1")
			if s.Name["en"] != "Birth certificate" || s.Source != "cpsv-ap" || s.URI != "https://x.example/1" || len(history) != 2 {
				t.Errorf("%+v, %d revisions", s.Entry, len(history))
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestWhatIsWrittenHereStays(t *testing.T) {
	p, _ := sample(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		text := strings.Replace(abroad, "NAME", "Birth", 1)
		if _, err := imported(t, d, p, text, false, gov.System); err != nil {
			t.Fatal(err)
		}
		err := d.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
			s, err := catalogue.Find(tx, "civil/1")
			if err != nil {
				return err
			}
			s.Source, s.Name = "typed", gov.Text{"en": "Our own words"}
			return catalogue.Enter(tx, s.Entry)
		})
		if err != nil {
			t.Fatal(err)
		}
		name := func() string {
			var s catalogue.Service
			if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { s, err = catalogue.Find(tx, "civil/1"); return err }); err != nil {
				t.Fatal(err)
			}
			return s.Name["en"]
		}
		if r, err := imported(t, d, p, text, false, gov.System); err != nil || r.Services.Kept != 1 || name() != "Our own words" {
			t.Errorf("%+v %v %s", r, err, name())
		}
		if r, err := imported(t, d, p, text, true, gov.System); err != nil || r.Services.Changed != 1 || name() != "Birth" {
			t.Errorf("%+v %v %s", r, err, name())
		}
	})
}

func TestOnlyOperatorsImportAndNothingIsHalfDone(t *testing.T) {
	p, _ := sample(t)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		owner := gov.Actor{Person: "p", Org: "civil", Roles: []gov.Role{gov.Owner}}
		if _, err := imported(t, d, p, abroad, false, owner); gov.KindOf(err) != gov.Denied {
			t.Errorf("an owner imports: %v", err)
		}
		err := d.Write(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) error {
			c := Catalogue{Organisations: []catalogue.Organisation{{ID: "civil", Name: gov.Text{"en": "Civil", "ar": "أحوال"}}}}
			c.Services = []catalogue.Entry{{ID: "civil/1", Organisation: "civil", Name: gov.Text{"en": "A", "ar": "أ"}}, {ID: "civil/2", Organisation: "civil"}}
			_, err := Put(tx, c, false, nil)
			return err
		})
		if gov.KindOf(err) != gov.Invalid {
			t.Fatal(err)
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			here, err := Gather(tx, catalogue.Filter{})
			if len(here.Services)+len(here.Organisations) != 0 {
				t.Errorf("%+v stayed", here)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// A catalogue that is carried to an empty place and written again there is the
// same file.
func TestACarriedCatalogueIsTheSameFile(t *testing.T) {
	p, c := sample(t)
	slices.SortFunc(c.Services, func(a, b catalogue.Entry) int { return cmp.Compare(a.ID, b.ID) })
	first := written(t, Turtle, p, c)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if r, err := imported(t, d, p, string(first), false, gov.System); err != nil || r.Services.New != len(c.Services) {
			t.Fatalf("%+v %v", r, err)
		}
		var there Catalogue
		if err := d.Read(gov.WithActor(t.Context(), gov.System), func(tx *db.Tx) (err error) { there, err = Gather(tx, catalogue.Filter{}); return err }); err != nil {
			t.Fatal(err)
		}
		if second := written(t, Turtle, p, there); !bytes.Equal(first, second) {
			a, b := bytes.Split(first, []byte("\n")), bytes.Split(second, []byte("\n"))
			for i := range min(len(a), len(b)) {
				if !bytes.Equal(a[i], b[i]) {
					t.Fatalf("line %d: %s, and %s", i+1, a[i], b[i])
				}
			}
			t.Errorf("%d lines, and %d", len(a), len(b))
		}
	})
}
