package registry_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/form"
	"diwan.example/registries"
	"diwan.example/registry"
)

// book reads the registries that come with the product, as the sample country does.
func book(t testing.TB) *registry.Book {
	t.Helper()
	c, err := country.Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	b, err := registry.Load(registries.Files, registry.Options{Currency: c.Currency, Organisation: func(id gov.OrgID) bool { return c.Organisation(id) != nil }})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTheProductsRegistries(t *testing.T) {
	b := book(t)
	for _, id := range []gov.RegistryID{"population", "identity-card", "business", "enrolment", "property-address", "fine"} {
		if _, err := b.Definition(id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := b.Definition("weather"); gov.KindOf(err) != gov.NotFound {
		t.Errorf("an unknown registry: %v", err)
	}
	// Every attribute of the vocabulary has exactly one registry that is its place.
	for _, a := range b.Vocabulary.Attributes() {
		if d, ok := b.Holder(a.ID); !ok || d.FieldOf(a.ID) == nil {
			t.Errorf("no registry is authoritative for %s", a.ID)
		}
	}
	d, _ := b.Holder("person.name")
	if d == nil || d.ID != "population" || d.FieldOf("person.name").Name != "name_ar" {
		t.Errorf("person.name is held by %v", d)
	}
	if got := d.Value(&registry.Record{Values: map[string]any{"birth": "1990-01-02"}}, "person.birth"); got != "1990-01-02" {
		t.Errorf("value %v", got)
	}
}

func TestTheVocabularyAnswers(t *testing.T) {
	v := book(t).Vocabulary
	a := v.Attribute("person.birth")
	if a == nil || a.Kind != form.Date || a.Personal != registry.IsPersonal || len(a.Words(gov.Arabic)) < 3 {
		t.Fatalf("person.birth: %+v", a)
	}
	if v.Nearest("person.brith") != "person.birth" || v.Attribute("person.shoe_size") != nil {
		t.Error("misspelt and unknown attributes")
	}
	if v.Attribute("pupil.school").Option("s03")[gov.English] == "" || v.Attribute("pupil.school").Option("s99") != nil {
		t.Error("options")
	}
}

const words = `attributes:
  - {id: person.name, kind: short-text, personal: true, label: {ar: الاسم, en: Name}}
  - {id: person.birth, kind: date, personal: true, label: {ar: الميلاد, en: Birth}}
`

const shelf = `id: shelf
title: {ar: رف, en: Shelf}
about: {ar: كتب., en: Books.}
keeper: culture
legal: {ar: قانون, en: A law}
key: number
fields:
  - {name: number, kind: short-text, personal: false, label: {ar: رقم, en: Number}}
  - {name: reader, attribute: person.name, authoritative: true}
search:
  - [reader]
retention: {days: 10, because: {ar: سبب, en: A reason}}
write: {roles: [supervisor], import: true}
`

func TestAWrongDefinitionIsSaidWithItsPlace(t *testing.T) {
	for name, x := range map[string]struct{ file, was, is, want string }{
		"unknown key":       {"", "keeper: culture", "keper: culture", `shelf/registry.yaml:4:1: unknown key "keper"; did you mean "keeper"?`},
		"missing key":       {"", "keeper: culture\n", "", `shelf/registry.yaml:1:1: the key "keeper" is missing`},
		"other folder":      {"", "id: shelf", "id: shelve", `shelf/registry.yaml:1:5: the registry's id "shelve" differs from its folder; did you mean "shelf"?`},
		"unknown keeper":    {"", "keeper: culture", "keeper: vulture", `shelf/registry.yaml:4:9: there is no organisation "vulture"`},
		"unknown attribute": {"", "person.name,", "person.nam,", `shelf/registry.yaml:9:31: the vocabulary has no attribute "person.nam"; did you mean "person.name"?`},
		"other kind":        {"", "person.name,", "person.name, kind: number,", `shelf/registry.yaml:9:50: the attribute person.name is of kind short-text; did you mean "short-text"?`},
		"bare field":        {"", "personal: false, ", "", `shelf/registry.yaml:8:5: a field without an attribute says its kind, label and personal`},
		"no meaning":        {"", "personal: false, ", "personal: false, authoritative: true, ", `shelf/registry.yaml:8:70: a field is authoritative only for an attribute that it names`},
		"no such key":       {"", "key: number", "key: nmber", `shelf/registry.yaml:6:6: there is no field "nmber"; did you mean "number"?`},
		"no such search":    {"", "[reader]", "[raeder]", `shelf/registry.yaml:11:6: there is no field "raeder"; did you mean "reader"?`},
		"no retention":      {"", "days: 10", "days: 0", `shelf/registry.yaml:12:19: retention is in days, at least one`},
		"wrong role":        {"", "[supervisor]", "[suprvisor]", `shelf/registry.yaml:13:17: the role "suprvisor" does not write to a registry; did you mean "supervisor"?`},
		"missing language":  {"", "{ar: رف, en: Shelf}", "{ar: رف}", `shelf/registry.yaml:2:8: the text is missing in "en"`},
		"both places":       {"", "write: {", "connector: {service: A/B/C/D/E, path: /x}\nwrite: {", `shelf/registry.yaml:13:12: the path needs {key} where the key goes`},
		"written connector": {"", "write: {", "connector: {service: A/B/C/D/E, path: \"/x/{key}\"}\nwrite: {", `shelf/registry.yaml:14:8: a connected registry is read, never written`},
		"column tricks":     {"", "write: {", "connector: {sql: {driver: sqlite, secret: S, view: \"x; DROP TABLE y\"}}\nwrite: {", `shelf/registry.yaml:13:52: a view's name has letters, digits and _`},
		"wrong kind":        {"vocabulary.yaml", "kind: date", "kind: dote", `vocabulary.yaml:3:30: there is no kind "dote" — did you mean "date"?`},
		"wrong mark":        {"vocabulary.yaml", "kind: date, personal: true", "kind: date, personal: yes", `vocabulary.yaml:3:46: the value is false, true or sensitive`},
		"twice":             {"vocabulary.yaml", "person.birth", "person.name", `vocabulary.yaml:3:10: the attribute "person.name" occurs twice`},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"vocabulary.yaml": words, "shelf/registry.yaml": shelf}
			target := x.file
			if target == "" {
				target = "shelf/registry.yaml"
			}
			if files[target] = strings.Replace(files[target], x.was, x.is, 1); !strings.Contains(files[target], x.is) {
				t.Fatal("the change did not happen")
			}
			_, err := registry.Load(folder(files), registry.Options{Organisation: func(id gov.OrgID) bool { return id == "culture" }})
			var found registry.Problems
			if !errors.As(err, &found) || gov.KindOf(err) != gov.Invalid {
				t.Fatalf("%v", err)
			}
			if !strings.Contains(found.Error(), x.want) {
				t.Errorf("said:\n%s\nwant:\n%s", found.Error(), x.want)
			}
			if strings.Contains(found.In(gov.Arabic), "there is") {
				t.Errorf("not in Arabic: %s", found.In(gov.Arabic))
			}
		})
	}
}

func folder(files map[string]string) fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}

func TestTwoRegistriesCannotBeAuthoritativeForOneAttribute(t *testing.T) {
	other := strings.Replace(shelf, "id: shelf", "id: stack", 1)
	_, err := registry.Load(folder(map[string]string{"vocabulary.yaml": words, "shelf/registry.yaml": shelf, "stack/registry.yaml": other}), registry.Options{})
	if err == nil || !strings.Contains(err.Error(), `stack/registry.yaml:9:59: the registry "shelf" is authoritative for person.name already`) {
		t.Errorf("%v", err)
	}
}
