package form

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"diwan.example/gov"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"
)

// drawn makes answers of which some are right and some are anything at all.
func drawn(t *rapid.T, qs []Question) Answers {
	out := Answers{}
	for _, q := range qs {
		switch rapid.IntRange(0, 9).Draw(t, q.Name+" luck") {
		case 0:
			out[q.Name] = odd(t, 3)
		case 1:
		default:
			out[q.Name] = fair(t, q)
		}
	}
	return out
}

func odd(t *rapid.T, depth int) any {
	switch n := rapid.IntRange(0, 8).Draw(t, "odd"); {
	case n == 0:
		return nil
	case n == 1:
		return rapid.Bool().Draw(t, "bool")
	case n == 2:
		return rapid.Float64().Draw(t, "float")
	case n == 3 && depth > 0:
		return []any{odd(t, depth-1)}
	case n == 4 && depth > 0:
		return map[string]any{rapid.SampledFrom([]string{"day", "block", "lat", "blob", "name", "x"}).Draw(t, "key"): odd(t, depth-1)}
	case n == 5:
		return json.Number(rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]{1,3})?(e[0-9])?`).Draw(t, "json"))
	}
	return rapid.String().Draw(t, "string")
}

func fair(t *rapid.T, q Question) any {
	pick := func(vals ...any) any { return rapid.SampledFrom(vals).Draw(t, q.Name) }
	switch q.Kind {
	case ShortText, LongText:
		if q.Pattern != "" {
			return "AB-123"
		}
		return rapid.String().Draw(t, q.Name)
	case Number, Money:
		return rapid.SampledFrom([]any{"١٢", "3", 7.0, 5000.0, "12.5", "0.001", json.Number("20")}).Draw(t, q.Name)
	case Date:
		return rapid.StringMatching(`(19|20)[0-9]{2}-(0[1-9]|1[012])-(0[1-9]|[12][0-9])`).Draw(t, q.Name)
	case Time:
		return pick("9:30", "١٠:٠٠", "01:00 م")
	case YesNo, Declaration:
		return pick(true, "نعم", "on", "no")
	case OneOf:
		return q.Options[rapid.IntRange(0, len(q.Options)-1).Draw(t, q.Name)].Value
	case ManyOf:
		return rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 4).Draw(t, q.Name)
	case CivilNumber:
		return pick("850100011", "٨٥٠١٠٠٠١١", "1")
	case Passport:
		return rapid.StringMatching(`[A-Za-z][0-9]{6,8}`).Draw(t, q.Name)
	case IBAN:
		return "BH67 BMAG 0000 1299 1234 56"
	case Phone:
		return rapid.StringMatching(`(\+|00|)[0-9]{8,12}`).Draw(t, q.Name)
	case Email:
		return rapid.StringMatching(`[a-z.]{1,5}@[a-zA-Z]{1,4}\.[a-z]{2}`).Draw(t, q.Name)
	case Address:
		return map[string]any{"block": pick("1", 2.0, "٣"), "road": "5", "building": rapid.StringMatching(`[0-9]{1,3}[أA]?`).Draw(t, q.Name)}
	case MapPoint:
		return map[string]any{"lat": rapid.Float64Range(-91, 91).Draw(t, "lat"), "lng": pick("50.1", "-0", 7.0)}
	case File:
		return rich()["photo"]
	case Group:
		var rows []any
		for range rapid.IntRange(0, 3).Draw(t, "rows") {
			rows = append(rows, map[string]any(drawn(t, q.Questions)))
		}
		return rows
	}
	return nil
}

func schemaOf(t testing.TB, f *Form) *jsonschema.Schema {
	t.Helper()
	b, err := json.Marshal(f.Schema(gov.Arabic))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("form.json", doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("form.json")
}

// holdsTogether is what must be true of whatever Check accepts.
func holdsTogether(t rapid.TB, f *Form, s *jsonschema.Schema, in Answers) bool {
	out, err := f.Check(context.Background(), in, monday)
	if err != nil {
		var many gov.Problems
		if !errors.As(err, &many) || len(out) > 0 {
			t.Fatalf("not problems: %v", err)
		}
		for _, p := range many {
			if p.Field == "" || len(p.Text.Missing(gov.Arabic, gov.English)) > 0 {
				t.Fatalf("a problem without place or text: %+v", p)
			}
		}
		return false
	}
	again, err := f.Check(context.Background(), out, monday)
	if err != nil || !reflect.DeepEqual(again, out) {
		t.Fatalf("checking again changed\n%#v\nto\n%#v\n%v", out, again, err)
	}
	stored, err := json.Marshal(out)
	if err != nil {
		t.Fatalf("cannot be stored: %v", err)
	}
	loaded, err := f.Decode(stored)
	if err != nil || !reflect.DeepEqual(loaded, out) {
		t.Fatalf("stored\n%#v\nloaded\n%#v\n%v", out, loaded, err)
	}
	var raw Answers
	if err := json.Unmarshal(stored, &raw); err != nil {
		t.Fatal(err)
	}
	if again, err := f.Check(context.Background(), raw, monday); err != nil || !reflect.DeepEqual(again, out) {
		t.Fatalf("as JSON\n%#v\nchecked\n%#v\n%v", out, again, err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(stored))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		t.Fatalf("%s\n%v", stored, err)
	}
	return true
}

func TestWhatIsAcceptedIsStableAndKeepsTheSchema(t *testing.T) {
	f := compiled(t, everyKind())
	s := schemaOf(t, f)
	if !holdsTogether(t, f, s, rich()) || !holdsTogether(t, f, s, good()) {
		t.Fatal("good answers must be accepted")
	}
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		in := with(good(), drawn(t, rapid.SampledFrom([][]Question{f.Questions()[2:16], f.Questions()[10:], f.Questions()}).Draw(t, "of")))
		if holdsTogether(t, f, s, in) {
			accepted++
		}
	})
	// Each kind alone, so that a wrong neighbour does not hide it.
	for _, q := range f.Questions() {
		if q.Kind == Computed || q.Kind == Declaration {
			continue
		}
		rapid.Check(t, func(t *rapid.T) {
			if holdsTogether(t, f, s, with(good(), drawn(t, []Question{q}))) {
				accepted++
			}
		})
	}
	if accepted < 100 {
		t.Errorf("only %d were accepted: the test looks at nothing", accepted)
	}
}

func TestSchemaRefusesWhatIsNotCanonical(t *testing.T) {
	f := compiled(t, everyKind())
	s := schemaOf(t, f)
	for name, v := range map[string]any{"count": "3", "born": "1/1/1990", "amount": 12.5, "needs": []any{"z"}, "agree": "نعم", "extra": 1.0, "true_all": false} {
		in := with(good(), Answers{"count": 3.0, "true_all": true, name: v})
		if s.Validate(map[string]any(in)) == nil {
			t.Errorf("%s: %v passes", name, v)
		}
	}
	title := f.Schema(gov.English)["properties"].(map[string]any)["name"].(map[string]any)
	if title["title"] != "Question name" || title["x-title"].(map[string]any)["ar"] != "سؤال name" {
		t.Error(title)
	}
}

func FuzzCheck(f *testing.F) {
	for _, a := range []Answers{good(), rich(), {"born": map[string]any{"day": 1, "month": nil}}, {"children": []any{[]any{}, "x", nil}}, {"count": "٣٫٥", "needs": "a"}} {
		b, _ := json.Marshal(a)
		f.Add(b)
	}
	frm := compiled(f, everyKind())
	s := schemaOf(f, frm)
	f.Fuzz(func(t *testing.T, b []byte) {
		var in Answers
		if json.Unmarshal(b, &in) != nil {
			return
		}
		holdsTogether(t, frm, s, in)
		holdsTogether(t, frm, s, with(good(), in))
		_, _ = frm.CheckPage(t.Context(), "matter", in, monday)
		_, _ = frm.CheckOnly(t.Context(), []string{"children"}, in, monday)
		frm.Visible(t.Context(), in, monday)
		frm.Vars(in, monday)
		Fill(in, frm.Questions(), frm.Currency())
	})
}

func FuzzParse(f *testing.F) {
	f.Add("name=a&born.day=1&children.0.name=x&needs=a&needs=b")
	f.Add("photo=sha256-" + strings.Repeat("0", 64) + "&photo=x")
	f.Add("children.9999.birth.day=1&home.block=%ff&place.lat=1e309&count=%E2%80%AE")
	frm := compiled(f, everyKind())
	s := schemaOf(f, frm)
	f.Fuzz(func(t *testing.T, query string) {
		v, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		in := Parse(v, frm.Questions())
		holdsTogether(t, frm, s, with(good(), in))
		if back := Parse(Fill(in, frm.Questions(), frm.Currency()), frm.Questions()); !reflect.DeepEqual(back, in) {
			t.Fatalf("typed\n%#v\ncame back\n%#v", in, back)
		}
	})
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("%PDF-1.7"), "a.pdf")
	f.Fuzz(func(t *testing.T, head []byte, name string) {
		got, err := Sniff(head, name)
		if (got == "") != (err != nil) || CleanName(CleanName(name)) != CleanName(name) {
			t.Fatal(got, err, CleanName(name))
		}
	})
}

func BenchmarkCheckTenQuestions(b *testing.B) {
	f := compiled(b, []Page{everyKind()[0], everyKind()[3]})
	in := good()
	delete(in, "count")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Check(b.Context(), in, monday); err != nil {
			b.Fatal(err, err.(gov.Problems))
		}
	}
}

func BenchmarkCheckEveryKind(b *testing.B) {
	f := compiled(b, everyKind())
	in := rich()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Check(b.Context(), in, monday); err != nil {
			b.Fatal(err)
		}
	}
}
