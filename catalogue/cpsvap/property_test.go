package cpsvap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"
	"pgregory.net/rapid"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/need"
	"diwan.example/internal/rdf"
)

// What is generated says everything that the model holds, with letters that are
// hard to write.
var (
	hard = []string{"a", "نص", "é", `"`, `\`, "\n", "\t", "<b>", "{x}", "'", "#", "@en", "^^", "\u2066x\u2069", "😀", " ", "%20", "&amp;", "\u0001", "]]>", "\"\"\""}
	word = rapid.Custom(func(t *rapid.T) string {
		return "x" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(hard), 0, 4).Draw(t, "w"), "")
	})
	plainW = rapid.StringMatching(`[a-z][a-z0-9-]{0,6}`)
	lang   = rapid.SampledFrom([]gov.Lang{"ar", "en", "fr", "de", "ckb"})
	code   = rapid.OneOf(word, rapid.SampledFrom([]string{"http://example.org/a", "https://example.org/a?b=c#d", "gc:APIR", "urn:diwan:code:x", "http://with space", "urn:x:y"}))
	site   = rapid.SampledFrom([]string{"", "https://example.org/", "http://example.org/x?y=%20#z", "https://example.org/مسار", "not an address"})
	money  = rapid.Custom(func(t *rapid.T) gov.Money { return gov.Money(rapid.Int64Range(0, 1e12).Draw(t, "m")) })
	small  = rapid.IntRange(0, 500)
)

func text(t *rapid.T, name string, must bool) gov.Text {
	out := gov.Text{}
	if must {
		out["ar"], out["en"] = word.Draw(t, name), word.Draw(t, name)
	}
	for _, l := range rapid.SliceOfN(lang, 0, 2).Draw(t, name) {
		out[l] = word.Draw(t, name)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func distinct[T comparable](t *rapid.T, g *rapid.Generator[T], name string) []T {
	return rapid.SliceOfNDistinct(g, 0, 3, rapid.ID[T]).Draw(t, name)
}

// several makes a list of parts; their ids are distinct or empty.
func several[T any](t *rapid.T, name string, each func(id string) T) (out []T) {
	for i := range rapid.IntRange(0, 3).Draw(t, name) {
		id := rapid.SampledFrom([]string{"", fmt.Sprintf("id-%d", i), fmt.Sprintf("رمز %d/#", i)}).Draw(t, name)
		out = append(out, each(id))
	}
	return out
}

// names of n parts, by id or place, some of them.
func some(t *rapid.T, name string, n int, id func(int) string) (out []string) {
	for i := range n {
		if rapid.Bool().Draw(t, name) {
			s := id(i)
			if s == "" {
				s = fmt.Sprint(i + 1)
			}
			out = append(out, s)
		}
	}
	return out
}

func times(t *rapid.T) []country.Hours {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) country.Hours {
		return country.Hours{Days: rapid.SliceOfNDistinct(rapid.SampledFrom(country.Weekdays), 1, 7, rapid.ID[string]).Draw(t, "days"), Opens: "07:00", Closes: "14:15"}
	}), 0, 2).Draw(t, "hours")
}

func entry(t *rapid.T, i, all int, orgs []gov.OrgID) catalogue.Entry {
	org := rapid.SampledFrom(orgs)
	maybe := rapid.SampledFrom(append([]gov.OrgID{""}, orgs...))
	s := catalogue.Entry{
		ID: gov.ServiceID(fmt.Sprintf("%s/%s-%d", plainW.Draw(t, "area"), strings.Trim(plainW.Draw(t, "name"), "-"), i)), Organisation: org.Draw(t, "org"), Name: text(t, "name", true),
		Description: text(t, "description", false), Status: rapid.SampledFrom(append([]string{""}, country.Statuses...)).Draw(t, "status"), Internal: rapid.Bool().Draw(t, "internal"),
		Types: distinct(t, code, "types"), Themes: distinct(t, code, "themes"), Sectors: distinct(t, code, "sectors"), Classes: distinct(t, code, "classes"),
		Languages: distinct(t, lang, "languages"), Places: distinct(t, code, "places"), LifeEvents: distinct(t, rapid.SampledFrom([]string{"birth", "work", "moving"}), "events"),
		Audience: distinct(t, rapid.SampledFrom(country.Audiences), "audience"), WorkingDays: rapid.IntRange(-1, 400).Draw(t, "days"), Yearly: int64(small.Draw(t, "yearly")),
		URI: site.Draw(t, "uri"), Source: rapid.SampledFrom(append([]string{""}, country.Sources...)).Draw(t, "source"), Sample: rapid.Bool().Draw(t, "sample"),
		Keywords: map[gov.Lang][]string{},
	}
	for _, l := range distinct(t, lang, "keyword languages") {
		s.Keywords[l] = rapid.SliceOfN(word, 1, 3).Draw(t, "keywords")
	}
	s.Legal = several(t, "legal", func(id string) country.LegalResource {
		return country.LegalResource{ID: id, Name: text(t, "n", true), Description: text(t, "d", false), URL: site.Draw(t, "url")}
	})
	legal := func(i int) string { return s.Legal[i].ID }
	for i := range s.Legal {
		s.Legal[i].Related = some(t, "related", len(s.Legal), legal)
	}
	s.Rules = several(t, "rules", func(id string) country.Rule {
		return country.Rule{ID: id, Name: text(t, "n", true), Description: text(t, "d", false), Type: code.Draw(t, "type"), Languages: distinct(t, lang, "l"), Implements: some(t, "implements", len(s.Legal), legal)}
	})
	s.Evidence = several(t, "evidence", func(id string) country.Evidence {
		return country.Evidence{ID: id, Name: text(t, "n", true), Description: text(t, "d", false), Optional: rapid.Bool().Draw(t, "o"), Type: code.Draw(t, "type"),
			Languages: distinct(t, lang, "l"), Issuer: maybe.Draw(t, "issuer"), Attribute: word.Draw(t, "attribute"), Page: site.Draw(t, "page")}
	})
	evidence := func(i int) string { return s.Evidence[i].ID }
	s.Requirements = several(t, "requirements", func(id string) country.Requirement {
		return country.Requirement{ID: id, Kind: rapid.SampledFrom(append([]string{""}, country.RequirementKinds...)).Draw(t, "kind"), Name: text(t, "n", true), Description: text(t, "d", false),
			Types: distinct(t, code, "types"), Evidence: some(t, "evidence", len(s.Evidence), evidence), Fulfils: some(t, "fulfils", len(s.Rules), func(i int) string { return s.Rules[i].ID })}
	})
	s.Channels = several(t, "channels", func(id string) country.Channel {
		return country.Channel{ID: id, Kind: rapid.SampledFrom(country.ChannelKinds).Draw(t, "kind"), Description: text(t, "d", false), URL: site.Draw(t, "url"), Phone: "+973 1700", Email: "a@example.org",
			Address: text(t, "address", false), Hours: times(t), HoursNote: text(t, "note", false), WorkingDays: small.Draw(t, "wd"), Owner: maybe.Draw(t, "owner"), Evidence: some(t, "e", len(s.Evidence), evidence)}
	})
	s.Costs = several(t, "costs", func(id string) country.Cost {
		c := country.Cost{ID: id, Amount: money.Draw(t, "amount"), Currency: rapid.SampledFrom([]string{"", "BHD", "EUR", "JPY", "XQX"}).Draw(t, "currency"), Rule: text(t, "rule", false), For: maybe.Draw(t, "for")}
		if named := some(t, "channel", len(s.Channels), func(i int) string { return s.Channels[i].ID }); len(named) > 0 {
			c.Channel = named[0]
		}
		return c
	})
	s.Outputs = several(t, "outputs", func(id string) country.Output {
		return country.Output{ID: id, Name: text(t, "n", true), Description: text(t, "d", false), Types: distinct(t, code, "types"), Languages: distinct(t, lang, "l")}
	})
	s.Participants = several(t, "participants", func(id string) country.Participation {
		return country.Participation{ID: id, Organisation: org.Draw(t, "org"), Roles: distinct(t, code, "roles"), Description: text(t, "d", false)}
	})
	s.Contacts = several(t, "contacts", func(id string) country.Contact {
		return country.Contact{ID: id, Name: text(t, "n", false), Email: "a@example.org", Phone: word.Draw(t, "phone"), Page: site.Draw(t, "page"), Hours: times(t), HoursNote: text(t, "note", false)}
	})
	s.Online = country.Online{Level: rapid.IntRange(0, 4).Draw(t, "level"), Declared: rapid.SampledFrom([]string{"", "2026-03-01", "soon"}).Draw(t, "declared"), Link: site.Draw(t, "link"),
		Points: rapid.MapOfN(rapid.SampledFrom(country.Points), rapid.SampledFrom([]country.Answer{country.Yes, country.No, country.NotApplicable}), 0, 6).Draw(t, "points")}
	s.AsIs, s.ToBe = steps(t, &s, maybe), steps(t, &s, maybe)
	return s
}

func steps(t *rapid.T, s *catalogue.Entry, org *rapid.Generator[gov.OrgID]) *country.Procedure {
	if rapid.Bool().Draw(t, "none") {
		return nil
	}
	p := &country.Procedure{Since: rapid.SampledFrom([]string{"", "2026-01-01"}).Draw(t, "since")}
	for i := range rapid.IntRange(1, 3).Draw(t, "steps") {
		p.Steps = append(p.Steps, country.Step{ID: fmt.Sprintf("s%d", i), Kind: rapid.SampledFrom(country.StepKinds).Draw(t, "kind"), Title: text(t, "title", true), Organisation: org.Draw(t, "org"),
			Role: gov.Role(rapid.SampledFrom(append([]string{""}, country.StepRoles...)).Draw(t, "role")), Share: rapid.IntRange(0, 100).Draw(t, "share"), Documents: some(t, "documents", len(s.Evidence), func(i int) string { return s.Evidence[i].ID }), Visit: rapid.Bool().Draw(t, "visit"),
			Channel: rapid.SampledFrom(append([]string{""}, country.ChannelKinds...)).Draw(t, "channel"), Days: rapid.SampledFrom([]float64{0, 0.5, 1.0 / 3, 12, 1e-7}).Draw(t, "d"), Theirs: small.Draw(t, "theirs"), Ours: small.Draw(t, "ours"), Spent: money.Draw(t, "spent")})
	}
	for i := range p.Steps {
		p.Steps[i].Next = some(t, "next", len(p.Steps), func(i int) string { return p.Steps[i].ID })
	}
	return p
}

func anyCatalogue(t *rapid.T) Catalogue {
	c := Catalogue{LifeEvents: []catalogue.LifeEvent{
		{ID: "birth", Name: text(t, "n", true), Description: text(t, "d", false), Types: distinct(t, code, "types"), URI: site.Draw(t, "uri")}, {ID: "work", Name: text(t, "n", true), Business: true},
	}}
	ids := []gov.OrgID{"iga", "moe-1"}
	for _, id := range ids {
		c.Organisations = append(c.Organisations, catalogue.Organisation{ID: id, Kind: rapid.SampledFrom(append([]string{""}, country.OrganisationKinds...)).Draw(t, "kind"), Name: text(t, "n", true),
			Duty: text(t, "d", false), Contact: word.Draw(t, "contact"), Website: site.Draw(t, "site"), Place: rapid.SampledFrom([]string{"", "http://example.org/place", "BH-13"}).Draw(t, "place"),
			URI: site.Draw(t, "uri"), Sample: rapid.Bool().Draw(t, "sample"), Languages: distinct(t, rapid.SampledFrom([]gov.Lang{"en", "ar"}), "languages")})
	}
	all := rapid.IntRange(1, 3).Draw(t, "services")
	for i := range all {
		c.Services = append(c.Services, entry(t, i, all, ids))
	}
	for i := range c.Services {
		for k := range c.Services {
			if k != i && rapid.Bool().Draw(t, "requires") {
				c.Services[i].Requires = append(c.Services[i].Requires, c.Services[k].ID)
			} else if k != i {
				c.Services[i].Related = append(c.Services[i].Related, c.Services[k].ID)
			}
		}
	}
	return c
}

// unseen drops the notes that say only what a check of the entry says; generated
// entries break rules of the model on purpose.
func unseen(notes []Note) (out []Note) {
	for _, n := range notes {
		if n.Left || n.Property != "" {
			out = append(out, n)
		}
	}
	return out
}

func TestWhateverGoesOutComesBack(t *testing.T) {
	p, _ := sample(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := anyCatalogue(rt)
		for file, s := range syntaxes {
			var b, twice bytes.Buffer
			if err := Write(&b, s, p, c, nil); err != nil {
				rt.Fatal(err)
			}
			if err := Write(&twice, s, p, c, nil); err != nil || !bytes.Equal(b.Bytes(), twice.Bytes()) {
				rt.Fatalf("two exports differ (%v)", err)
			}
			g, err := rdf.Read(file, &b, Contexts())
			if err != nil {
				rt.Fatal(err)
			}
			got, notes := Read(g, Options{Profile: p, File: file, Lang: "en"})
			for _, n := range unseen(notes) {
				rt.Errorf("%s", n.In("en"))
			}
			for i := range c.Services {
				c.Services[i].Source = "" // every place says for itself where it has an entry from
				if i >= len(got.Services) || plain(t, c.Services[i]) != plain(t, got.Services[i]) {
					rt.Fatalf("%s: went out as\n%s\nand came back as\n%s", file, plain(t, c.Services), plain(t, got.Services))
				}
			}
			if plain(t, c) != plain(t, got) {
				rt.Fatalf("%s: went out as\n%s\nand came back as\n%s", file, plain(t, c), plain(t, got))
			}
		}
	})
}

// A triple store gives triples back in any order: parts still stand in theirs.
func TestTheOrderOfTriplesDoesNotMatterToParts(t *testing.T) {
	p, c := sample(t)
	g, err := rdf.Read("x.ttl", bytes.NewReader(written(t, Turtle, p, c)), nil)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(len(g.Triples), func(i, k int) { g.Triples[i], g.Triples[k] = g.Triples[k], g.Triples[i] })
	got, notes := Read(g, Options{Profile: p, File: "x.ttl", Lang: "en"})
	if len(notes) > 0 {
		t.Errorf("%s", notes[0].In("en"))
	}
	back := map[gov.ServiceID]catalogue.Entry{}
	for _, s := range got.Services {
		back[s.ID] = s
	}
	for _, s := range c.Services {
		s.Source = ""
		if a, b := loose(t, s), loose(t, back[s.ID]); a != b {
			t.Errorf("%s\n%s", a, b)
		}
	}
}

// loose is an entry as JSON, in which lists of words have no order.
func loose(t *testing.T, e catalogue.Entry) string {
	var v any
	if err := json.Unmarshal([]byte(plain(t, e)), &v); err != nil {
		t.Fatal(err)
	}
	var sorted func(any)
	sorted = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, x := range v {
				sorted(x)
			}
		case []any:
			for _, x := range v {
				sorted(x)
			}
			if _, words := v[0].(string); words {
				slices.SortFunc(v, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
			}
		}
	}
	sorted(v)
	return plain(t, v)
}

// Every field of the model is in what is generated, so that a field that the
// mapping forgets is found.
func TestEveryFieldIsTried(t *testing.T) {
	said := map[string]bool{}
	for seed := range 60 {
		note(reflect.ValueOf(rapid.Custom(anyCatalogue).Example(seed)), "", said)
	}
	for _, v := range []any{catalogue.Entry{}, catalogue.Organisation{}, catalogue.LifeEvent{}} {
		for _, f := range fields(reflect.TypeOf(v), map[reflect.Type]bool{}) {
			if !said[f] {
				t.Errorf("%s is never generated: does it go out and come back?", f)
			}
		}
	}
}

// note marks the fields of structs that are not empty.
func note(v reflect.Value, name string, said map[string]bool) {
	if v.IsZero() {
		return
	}
	said[name] = true
	switch v.Kind() {
	case reflect.Pointer:
		note(v.Elem(), name, said)
	case reflect.Slice:
		for i := range v.Len() {
			note(v.Index(i), name, said)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			note(v.Field(i), v.Type().Name()+"."+v.Type().Field(i).Name, said)
		}
	}
}

// fields are all fields of a struct and of the structs in it.
func fields(t reflect.Type, seen map[reflect.Type]bool) (out []string) {
	for t.Kind() == reflect.Slice || t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return nil
	}
	seen[t] = true
	for i := range t.NumField() {
		out = append(out, t.Name()+"."+t.Field(i).Name)
		out = append(out, fields(t.Field(i).Type, seen)...)
	}
	return out
}

// Both syntaxes say the same, also to readers that are not ours: the JSON-LD to
// json-gold and the Turtle to n3.
func TestBothSyntaxesSayTheSameToOthers(t *testing.T) {
	node := need.Tool(t, "node", "Debian: nodejs")
	home, err := filepath.Abs("../../e2e")
	if err != nil {
		t.Fatal(err)
	}
	need.File(t, filepath.Join(home, "node_modules", "n3"), "npm ci in e2e")
	p, c := sample(t)
	everything := rapid.Custom(anyCatalogue).Example(5)
	for name, c := range map[string]Catalogue{"sample": c, "everything": everything} {
		file := filepath.Join(t.TempDir(), name+".ttl")
		if err := os.WriteFile(file, written(t, Turtle, p, c), 0o600); err != nil {
			t.Fatal(err)
		}
		turtle, err := exec.Command(node, "testdata/triples.mjs", home, file).Output()
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := json.Unmarshal(written(t, JSONLD, p, c), &doc); err != nil {
			t.Fatal(err)
		}
		o := ld.NewJsonLdOptions("")
		o.Format = "application/n-quads"
		quads, err := ld.NewJsonLdProcessor().ToRDF(doc, o)
		if err != nil {
			t.Fatal(err)
		}
		a, b := triples(string(turtle)), triples(quads.(string))
		if len(a) < 50 || !slices.Equal(a, b) {
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Fatalf("%s: n3 reads %d triples, json-gold %d; the first that differs:\n%s\n%s", name, len(a), len(b), a[i], b[i])
				}
			}
			t.Fatalf("%s: n3 reads %d triples, json-gold %d", name, len(a), len(b))
		}
	}
}

// triples are the lines of N-Quads, each once, in order, with escapes undone.
func triples(s string) []string {
	set := map[string]bool{}
	for line := range strings.Lines(s) {
		g, err := rdf.Read("x.nt", strings.NewReader(line), nil)
		if err != nil {
			return []string{err.Error() + line}
		}
		for _, t := range g.Triples {
			set[fmt.Sprintf("%s %s %+v", t.Subject, t.Predicate, t.Object)] = true
		}
	}
	return sorted(set)
}
