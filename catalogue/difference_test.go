package catalogue

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

var dinar = gov.Currency{Code: "BHD", Digits: 3, Symbol: gov.T("د.ب", "BD")}

// Whatever is added to the model of a service gets its words here, or people
// could neither write it nor see that it changed.
func TestThePartsNameEveryField(t *testing.T) {
	named := map[string]bool{"id": true, "organisation": true, "source": true, "sample": true}
	var walk func(prefix string, list []Field)
	walk = func(prefix string, list []Field) {
		for _, f := range list {
			named[prefix+f.ID] = true
			if len(f.Label.Missing(gov.Arabic, gov.English)) > 0 || f.Kind == List && len(f.Row.Missing(gov.Arabic, gov.English)) > 0 {
				t.Errorf("%s%s has no label", prefix, f.ID)
			}
			walk(prefix+f.ID+".", f.Fields)
		}
	}
	for _, p := range Parts {
		lists := 0
		for _, f := range p.Fields {
			if f.Kind == List {
				lists++
			}
		}
		if lists > 1 && !p.Told {
			t.Errorf("the part %s has %d lists", p.ID, lists)
		}
		walk("", p.Fields)
	}
	var missing []string
	var fields func(prefix string, x reflect.Type)
	fields = func(prefix string, x reflect.Type) {
		for x.Kind() == reflect.Pointer || x.Kind() == reflect.Slice {
			x = x.Elem()
		}
		for i := range x.NumField() {
			name, _, _ := strings.Cut(x.Field(i).Tag.Get("json"), ",")
			in := x.Field(i).Type
			for in.Kind() == reflect.Pointer || in.Kind() == reflect.Slice {
				in = in.Elem()
			}
			switch {
			case name == "" || name == "-" || named[prefix+name]:
				if named[prefix+name] && in.Kind() == reflect.Struct && in != reflect.TypeFor[country.Hours]() {
					fields(prefix+name+".", in)
				}
			case in.Kind() == reflect.Struct:
				fields(prefix+name+".", in)
			case in == reflect.TypeFor[map[country.Point]country.Answer]():
				for _, p := range country.Points {
					if !named[prefix+name+"."+string(p)] {
						missing = append(missing, prefix+name+"."+string(p))
					}
				}
			default:
				missing = append(missing, prefix+name)
			}
		}
	}
	fields("", reflect.TypeFor[Entry]())
	if len(missing) > 0 {
		t.Errorf("the parts do not name %v", missing)
	}
}

func TestTheWordsAreThoseOfTheModel(t *testing.T) {
	for name, c := range map[string]struct {
		words []Choice
		codes []string
	}{
		"status": {StatusWords, country.Statuses}, "audience": {AudienceWords, country.Audiences}, "channel": {ChannelWords, country.ChannelKinds},
		"requirement": {RequirementWords, country.RequirementKinds}, "day": {DayWords, country.Weekdays}, "step": {StepWords, country.StepKinds},
	} {
		var got []string
		for _, w := range c.words {
			got = append(got, w.Code)
		}
		if !slices.Equal(got, c.codes) {
			t.Errorf("%s: %v, the model has %v", name, got, c.codes)
		}
	}
}

// copied types every field of an entry again from what stands in its boxes.
func copied(t *testing.T, e Entry) Entry {
	t.Helper()
	from, to := Open(e), Open(Entry{ID: e.ID, Organisation: e.Organisation, Source: e.Source, Sample: e.Sample, URI: e.URI, AsIs: e.AsIs, ToBe: e.ToBe})
	langs := []gov.Lang{gov.Arabic, gov.English}
	copyField := func(f *Field, from, to Doc) {
		for _, l := range langs {
			if wrong := f.Put(to, l, f.Typed(from, l, dinar), dinar); len(wrong) > 0 {
				t.Errorf("%s %s: %v", e.ID, f.ID, wrong)
			}
		}
	}
	for i := range Parts {
		for k := range Parts[i].Fields {
			f := &Parts[i].Fields[k]
			switch {
			case Parts[i].Told:
			case f.Kind != List:
				copyField(f, from, to)
			default:
				var rows []Doc
				for _, r := range from.Rows(f.ID) {
					row := Doc{}
					for j := range f.Fields {
						copyField(&f.Fields[j], r, row)
					}
					rows = append(rows, row)
				}
				to.SetRows(f.ID, rows)
			}
		}
	}
	out, err := to.Entry()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// rich has something in every list.
func rich() Entry {
	e := wholeEntry("identity-card/rich")
	e.Channels = country.Channels{
		{ID: "desk", Kind: "counter", Address: gov.T("المنامة", "Manama"), Phone: "17000000", Hours: []country.Hours{{Days: []string{"sunday", "monday", "tuesday", "wednesday", "thursday"}, Opens: "07:00", Closes: "14:15"}, {Days: []string{"saturday"}, Opens: "08:00", Closes: "12:00"}}},
		{ID: "web", Kind: "portal", URL: "https://example.org", Evidence: []string{"photo"}},
	}
	e.Costs = country.Costs{{Amount: 2500, Rule: gov.T("رسم", "Fee")}, {Amount: 500, Channel: "web"}}
	e.Requirements = []country.Requirement{{ID: "r", Kind: "criterion", Name: gov.T("شرط", "Rule"), Evidence: []string{"photo"}}}
	e.Evidence = []country.Evidence{{ID: "photo", Name: gov.T("صورة", "Photo"), Optional: true, Issuer: "iga"}, {Name: gov.T("البطاقة", "Card"), Languages: []gov.Lang{"ar"}}}
	e.Outputs = country.Outputs{{Name: gov.T("بطاقة", "A card")}}
	e.Legal = country.LegalResources{{ID: "l", Name: gov.T("قانون", "Law"), URL: "https://example.org/law"}}
	e.Rules = []country.Rule{{Name: gov.T("دليل", "Manual"), Description: gov.T("شرح", "Text"), Implements: []string{"l"}}}
	e.Participants = []country.Participation{{Organisation: "moe", Roles: []string{"role"}, Description: gov.T("تشارك", "Takes part")}}
	e.Contacts = []country.Contact{{Name: gov.T("المركز", "Centre"), Email: "a@example.org"}}
	e.Keywords = map[gov.Lang][]string{"ar": {"صورة", "بطاقة"}, "en": {"photo"}}
	e.Online = country.Online{Level: 3, Declared: "2026-03-01", Link: "https://example.org", Points: map[country.Point]country.Answer{"application": "yes"}}
	e.WorkingDays, e.Yearly, e.LifeEvents, e.Themes = country.NotSaid, 1200, []string{"identity"}, []string{"x", "y"}
	return e
}

func TestTypingAnEntryAgainGivesTheSameEntry(t *testing.T) {
	list := append(sample(t).Services, rich())
	for _, e := range list {
		again := copied(t, e)
		if d := Differences(e, again, Terms{Currency: dinar}); len(d) > 0 {
			t.Errorf("%s: %+v", e.ID, d)
		}
		if k := sample(t).Known(); len(e.Problems(k)) != len(again.Problems(k)) {
			t.Errorf("%s has other problems", e.ID)
		}
	}
}

func difference(t *testing.T, list []Difference, place string) Difference {
	t.Helper()
	for _, d := range list {
		if d.Place == place {
			return d
		}
	}
	t.Fatalf("no difference at %s: %+v", place, list)
	return Difference{}
}

func TestDifferencesAreToldFieldByField(t *testing.T) {
	before, after := rich(), rich()
	if d := Differences(before, after, Terms{Currency: dinar}); len(d) != 0 {
		t.Fatalf("%+v", d)
	}
	after.Name = gov.T("خدمة جديدة", "A better name")
	after.Channels = country.Channels{before.Channels[1], before.Channels[0]}
	after.Channels[1].Hours = after.Channels[1].Hours[:1]
	after.Costs = country.Costs{{Amount: 3000, Rule: gov.T("رسم", "Fee")}}
	after.Evidence = append([]country.Evidence{{Name: gov.T("عقد", "Contract")}}, before.Evidence...)
	after.Online.Level, after.WorkingDays = 4, 3
	list := Differences(before, after, Terms{Currency: dinar})
	if d := difference(t, list, "name.en"); d.Lang != "en" || d.Before["en"] != "New service" || d.After["en"] != "A better name" || d.Part != "what" {
		t.Errorf("%+v", d)
	}
	if d := difference(t, list, "channels.1.hours"); d.Where["en"] != "Channel: Service counter" || d.Before["ar"] != "الأحد-الخميس 07:00-14:15؛ السبت 08:00-12:00" || d.After["en"] != "Sunday-Thursday 07:00-14:15" {
		t.Errorf("%+v", d)
	}
	if d := difference(t, list, "channels"); d.Change != Moved {
		t.Errorf("%+v", d)
	}
	if d := difference(t, list, "cost.0.amount"); d.Before["en"] != "BD 2.500" || d.After["ar"] != "\u20663.000\u2069 د.ب" {
		t.Errorf("%+v", d)
	}
	if d := difference(t, list, "cost"); d.Change != Removed || !strings.Contains(d.Before["en"], "BD 0.500") {
		t.Errorf("%+v", d)
	}
	if d := difference(t, list, "evidence.0"); d.Change != Added || d.After["ar"] != "الاسم: عقد" || d.Part != "asked" {
		t.Errorf("%+v", d)
	}
	if d := difference(t, list, "online.level"); d.After["en"] != "4: online from start to end" {
		t.Errorf("%+v", d)
	}
	if d := difference(t, list, "working_days"); d.Before["en"] != "" || d.After["en"] != "3" {
		t.Errorf("%+v", d)
	}
	if len(list) != 8 {
		t.Errorf("%d differences: %+v", len(list), list)
	}
	for _, d := range list {
		if d.Part == "" || len(d.Field.Missing(gov.Arabic, gov.English)) > 0 {
			t.Errorf("%+v", d)
		}
	}
}

func TestWhatIsTypedWronglyIsSaid(t *testing.T) {
	for _, c := range []struct {
		id, typed string
		ok        bool
	}{
		{"working_days", "٣", true}, {"working_days", "three", false}, {"working_days", "-4", false}, {"yearly", "1,200", true}, {"yearly", "1e9", false},
		{"online.declared", "2026-02-31", false}, {"online.declared", "٢٠٢٦-٠٣-٠١", true}, {"online.level", "x", false}, {"online.level", "", true},
	} {
		f := fieldOf(c.id)
		d := Doc{}
		if wrong := f.Put(d, gov.Arabic, []string{c.typed}, dinar); (len(wrong) == 0) != c.ok || !c.ok && len(wrong.Missing(gov.Arabic, gov.English)) > 0 {
			t.Errorf("%s %q: %v", c.id, c.typed, wrong)
		}
	}
	amount := &PartByID("cost").List().Fields[0]
	for typed, want := range map[string]string{"2.5": "2500", "٢٫٥": "2500", "": "0"} {
		d := Doc{}
		if wrong := amount.Put(d, gov.Arabic, []string{typed}, dinar); len(wrong) > 0 || text(d["amount"]) != want {
			t.Errorf("%q: %v %v", typed, d, wrong)
		}
	}
	if wrong := amount.Put(Doc{}, gov.Arabic, []string{"-1"}, dinar); len(wrong) == 0 {
		t.Error("a negative amount is taken")
	}
}

func fieldOf(id string) *Field {
	for i := range Parts {
		for k := range Parts[i].Fields {
			if Parts[i].Fields[k].ID == id {
				return &Parts[i].Fields[k]
			}
		}
	}
	return nil
}

func TestOpeningHoursAreReadAsPeopleSayThem(t *testing.T) {
	for typed, want := range map[string]string{
		"":                         "[]",
		"الأحد-الخميس 07:00-14:15": `[{"closes":"14:15","days":["sunday","monday","tuesday","wednesday","thursday"],"opens":"07:00"}]`,
		"الاحد إلى الاثنين ٧:٠٠ – ١٤:١٥":          `[{"closes":"14:15","days":["sunday","monday"],"opens":"07:00"}]`,
		"Sat, Sun 8:00 to 12:00":                  `[{"closes":"12:00","days":["saturday","sunday"],"opens":"08:00"}]`,
		"Fri-Sat 08:00-12:00; monday 09:00-10:00": `[{"closes":"12:00","days":["friday","saturday"],"opens":"08:00"},{"closes":"10:00","days":["monday"],"opens":"09:00"}]`,
	} {
		list, wrong := readOpening(typed)
		if len(wrong) > 0 || db.JSON(list) != want {
			t.Errorf("%q: %s %v", typed, db.JSON(list), wrong)
		}
	}
	for _, typed := range []string{"Sunday", "07:00-14:15", "Someday 07:00-14:15", "Sunday-Monday-Friday 07:00-08:00", "الأحد 7-14"} {
		if _, wrong := readOpening(typed); len(wrong) == 0 {
			t.Errorf("%q is read", typed)
		}
	}
}

func TestPlacesAreNamedInWords(t *testing.T) {
	for place, want := range map[string]string{"name.ar": "What it is · Name of the service", "channels.1.phone": "Channels and hours · Channel 2 · Phone", "evidence.0": "What is asked for · Document 1",
		"cost": "Cost · Costs", "online.points.decision": "Online level · Decision", "channels.0.hours.1.days.2": "Channels and hours · Channel 1 · Opening hours", "nowhere": ""} {
		if got := PlaceInWords(place)["en"]; got != want {
			t.Errorf("%s is %q, want %q", place, got, want)
		}
	}
}

func TestEveryPlaceHasItsPart(t *testing.T) {
	for place, part := range map[string]string{"name.ar": "what", "channels.0.kind": "channels", "online.points.decision": "online", "as_is.steps": "procedure", "cost": "cost", "legal.0.url": "legal"} {
		if p := PartAt(place); p == nil || p.ID != part {
			t.Errorf("%s is in %+v", place, p)
		}
	}
}
