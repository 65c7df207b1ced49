package country

import (
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"diwan.example/gov"
)

func bahrain(t testing.TB) *Country {
	t.Helper()
	c, err := Bahrain()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBahrainIsWhole(t *testing.T) {
	c := bahrain(t)
	if len(c.Organisations) != 28 {
		t.Errorf("%d organisations, want the 28 participating entities", len(c.Organisations))
	}
	if len(c.Services) < 58 {
		t.Errorf("only %d services", len(c.Services))
	}
	for _, id := range []gov.ServiceID{"education/enrolment-certificate", "identity-card/renewal", "justice/small-claim"} {
		if c.Service(id) == nil {
			t.Errorf("%s is missing: a pack is written for it", id)
		}
	}
	if !c.Sample || len(c.Notice.Missing(gov.Arabic, gov.English)) > 0 {
		t.Error("the sample must say that it is one")
	}
	if c.Currency.Code != "BHD" || c.Currency.Digits != 3 || len(c.Governorates) != 4 || c.Authority != "iga" {
		t.Errorf("%+v %d %s", c.Currency, len(c.Governorates), c.Authority)
	}
	if c.Service("no/such") != nil || c.Organisation("nobody") != nil {
		t.Error("what is not there must be nil")
	}
}

func TestEveryOrganisationAndLifeEventHasAService(t *testing.T) {
	c := bahrain(t)
	offered, events := map[gov.OrgID]bool{}, map[string]bool{}
	for _, s := range c.Services {
		offered[s.Organisation] = true
		for _, e := range s.LifeEvents {
			events[e] = true
		}
		if !s.Sample {
			t.Errorf("%s is not marked as a sample", s.ID)
		}
	}
	for _, o := range c.Organisations {
		if !offered[o.ID] {
			t.Errorf("%s offers nothing", o.ID)
		}
	}
	for _, e := range c.LifeEvents {
		if !events[e.ID] {
			t.Errorf("life event %s has no service", e.ID)
		}
	}
}

func TestNamesAreInTheirOwnScript(t *testing.T) {
	c := bahrain(t)
	arabic := func(s string) bool {
		return strings.ContainsFunc(s, func(r rune) bool { return r >= 'ء' && r <= 'ي' })
	}
	check := func(what string, x gov.Text) {
		if !arabic(x[gov.Arabic]) || arabic(x[gov.English]) {
			t.Errorf("%s: %v", what, x)
		}
	}
	for _, s := range c.Services {
		check(string(s.ID), s.Name)
		check(string(s.ID), s.Description)
		for _, w := range s.Keywords[gov.Arabic] {
			if !arabic(w) {
				t.Errorf("%s: keyword %q", s.ID, w)
			}
		}
	}
	for _, o := range c.Organisations {
		check(string(o.ID), o.Name)
	}
	for _, p := range c.People(300) {
		check(p.Key, p.Name)
	}
}

func TestCalendarKnowsWeekendsAndHolidays(t *testing.T) {
	c := bahrain(t)
	at := func(s string) time.Time {
		d, err := time.ParseInLocation("2006-01-02 15:04", s, c.Calendar.Zone)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	// Three working days from Thursday 10 December 2026: the weekend passes, and
	// Sunday, Monday, Tuesday count.
	// From Sunday 13 December: Monday, Tuesday, then National Day (16 and 17),
	// Friday and Saturday are off, so the third is Sunday the 20th.
	for from, want := range map[string]string{
		"2026-12-10 09:00": "2026-12-15 14:15",
		"2026-12-13 09:00": "2026-12-20 14:15",
		"2026-12-15 13:00": "2026-12-22 14:15",
		"2026-11-05 10:00": "2026-11-10 14:15",
	} {
		if got := c.Calendar.AddDays(at(from), 3); !got.Equal(at(want)) {
			t.Errorf("three working days from %s end %s, want %s", from, got.Format("2006-01-02 15:04"), want)
		}
	}
	for day, working := range map[string]bool{"2026-11-06 12:00": false, "2026-11-07 12:00": false, "2026-11-08 12:00": true, "2027-12-17 12:00": false, "2026-03-22 12:00": false, "2025-05-01 12:00": false} {
		if c.Calendar.Working(at(day)) != working {
			t.Errorf("%s: working is not %v", day, working)
		}
	}
}

func TestMoonHolidaysAreMarkedAsEstimates(t *testing.T) {
	fixed := map[string]bool{"New Year's Day": true, "Labour Day": true, "National Day": true}
	years := map[string]map[string]int{}
	for _, h := range bahrain(t).Holidays {
		if h.Estimated == fixed[h.Name[gov.English]] {
			t.Errorf("%s %s: estimated = %v", h.From, h.Name[gov.English], h.Estimated)
		}
		if years[h.From[:4]] == nil {
			years[h.From[:4]] = map[string]int{}
		}
		years[h.From[:4]][h.Name[gov.English]]++
	}
	for _, y := range []string{"2025", "2026", "2027"} {
		if len(years[y]) != 9 {
			t.Errorf("%s has %d kinds of holiday, want 9: %v", y, len(years[y]), years[y])
		}
	}
}

func TestAccentIsReadable(t *testing.T) {
	c := bahrain(t)
	if r := contrast(t, c.Accent.Light, "#ffffff"); r < 4.5 {
		t.Errorf("light accent on white: %.2f", r)
	}
	if r := contrast(t, c.Accent.Dark, "#121212"); r < 4.5 {
		t.Errorf("dark accent on near black: %.2f", r)
	}
}

// contrast is WCAG 2.2's contrast ratio.
func contrast(t *testing.T, a, b string) float64 {
	light := func(s string) float64 {
		sum := 0.0
		for i, w := range []float64{0.2126, 0.7152, 0.0722} {
			n, err := strconv.ParseUint(s[1+2*i:3+2*i], 16, 8)
			if err != nil {
				t.Fatal(err)
			}
			x := float64(n) / 255
			if x <= 0.04045 {
				x /= 12.92
			} else {
				x = math.Pow((x+0.055)/1.055, 2.4)
			}
			sum += w * x
		}
		return sum
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// broken returns the sample's files with one string replaced in one file.
func broken(t *testing.T, file, old, new string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	err := fs.WalkDir(files, "bahrain", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, p)
		out[p] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	f := out["bahrain/"+file]
	if f == nil || !strings.Contains(string(f.Data), old) {
		t.Fatalf("%s has no %q to break", file, old)
	}
	f.Data = []byte(strings.Replace(string(f.Data), old, new, 1))
	return out
}

func TestLoadSaysWhereAProfileIsWrong(t *testing.T) {
	for _, c := range []struct{ file, old, new, want string }{
		{"country.yaml", "digits: latn", "digitz: latn", "bahrain/country.yaml:10:"},
		{"country.yaml", "Asia/Bahrain", "Asia/Nowhere", "bahrain/country.yaml:16: unknown time zone"},
		{"country.yaml", "friday", "freeday", "bahrain/country.yaml:17: unknown weekday freeday"},
		{"country.yaml", `"14:15"`, `"06:00"`, "offices must close after they open"},
		{"country.yaml", "authority: iga", "authority: nobody", "bahrain/country.yaml:12: authority is no organisation"},
		{"country.yaml", "en: Bahrain", "en: ''", "bahrain/country.yaml:4: text lacks [en]"},
		{"calendar.yaml", "2025-01-01", "2025-02-31", "bahrain/calendar.yaml:3: from is no date"},
		{"organisations.yaml", "id: moi,", "id: iga,", "bahrain/organisations.yaml:4: id \"iga\" is missing or occurs twice"},
		{"organisations.yaml", "kind: ministry", "kind: minstry", "kind must be one of"},
		{"organisations.yaml", "sample: true", "sample: false", "marked sample: true"},
		{"governorates.yaml", "last: 316", "last: 200", "range of blocks"},
		{"services/identity.yaml", "organisation: iga", "organisation: igaa", "bahrain/services/identity.yaml:2: organisation: There is no organisation “igaa”"},
		{"services/identity.yaml", "level: 3", "level: 9", "bahrain/services/identity.yaml:11: online.level: The level goes from 0 to 4"},
		{"services/identity.yaml", "en: Recent photo", "fr: Photo", "bahrain/services/identity.yaml:15: evidence.0.name.en: The text is missing in English"},
		{"services/identity.yaml", "en: Recent photo", "en: [photo]", "bahrain/services/identity.yaml:15:"},
		{"services/identity.yaml", "[identity]", "[identiti]", "There is no life event “identiti”"},
		{"services/identity.yaml", "[citizen, resident]", "[citizens]", "“citizens” is not one of"},
		{"services/identity.yaml", "identity-card/first-card", "identity-card/renewal", "identity-card/renewal occurs twice"},
		{"services/identity.yaml", "[portal, counter, kiosk]", "[counter]", "has the channel portal or app"},
		{"services/traffic.yaml", "- id", "- id: [", "bahrain/services/traffic.yaml:"},
		{"services/identity.yaml", "[portal, counter, kiosk]", "[portal, {kind: counter, ours: [{days: [sunday], opens: \"07:00\", closes: \"14:00\"}]}]", "ours"},
		{"services/identity.yaml", "[portal, counter, kiosk]", "[portal, {kind: counter, hours: [{days: [sunday], opens: \"14:00\", closes: \"07:00\"}]}]", "channels.1.hours.0: Opening hours need days"},
	} {
		_, err := Load(broken(t, c.file, c.old, c.new), "bahrain")
		if err == nil {
			t.Errorf("%s with %q is accepted", c.file, c.new)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %q:\n got %v\nwant %s", c.file, c.new, err, c.want)
		}
	}
	if _, err := Load(fstest.MapFS{}, "atlantis"); err == nil || !strings.Contains(err.Error(), "atlantis/country.yaml") {
		t.Errorf("a missing profile: %v", err)
	}
}

func TestPeopleAreTheSameEveryTime(t *testing.T) {
	c := bahrain(t)
	a, b := c.People(300), bahrain(t).People(400)
	for i := range a {
		if a[i].CivilNumber != b[i].CivilNumber || !maps.Equal(a[i].Name, b[i].Name) || a[i].Address.Building != b[i].Address.Building {
			t.Fatalf("person %d differs:\n%+v\n%+v", i, a[i], b[i])
		}
	}
	if len(a) < 300 || len(b) < 400 {
		t.Errorf("%d and %d people", len(a), len(b))
	}
}

func TestPeopleAreSoundAndInvented(t *testing.T) {
	c := bahrain(t)
	people := c.People(600)
	byID, numbers, pupils := map[string]Person{}, map[string]bool{}, 0
	for _, p := range people {
		byID[p.Key] = p
		if !gov.CivilNumberValid(p.CivilNumber) || numbers[p.CivilNumber] || p.CivilNumber[:4] != p.Born[2:4]+p.Born[5:7] {
			t.Errorf("%s: civil number %s, born %s", p.Key, p.CivilNumber, p.Born)
		}
		numbers[p.CivilNumber] = true
		if !strings.HasSuffix(p.Email, "@example.org") || !strings.HasPrefix(p.Phone, "+97330000") {
			t.Errorf("%s can be reached at a real address: %s %s", p.Key, p.Email, p.Phone)
		}
		if p.Pupil != nil {
			pupils++
			checkPupil(t, c, p, byID)
		}
	}
	marked := slices.ContainsFunc(people, func(p Person) bool { return slices.Contains(p.Marks, "disability") })
	if !marked {
		t.Error("nobody is in a group that fees exempt")
	}
	if pupils < 100 {
		t.Errorf("only %d pupils among %d people", pupils, len(people))
	}
}

func checkPupil(t *testing.T, c *Country, p Person, byID map[string]Person) {
	t.Helper()
	at := slices.IndexFunc(c.Schools, func(s School) bool { return s.ID == p.Pupil.School })
	if at < 0 || p.Pupil.Grade < c.Schools[at].First || p.Pupil.Grade > c.Schools[at].Last || (c.Schools[at].Sex != "" && c.Schools[at].Sex != p.Sex) {
		t.Errorf("%s: %+v", p.Key, p.Pupil)
	}
	if len(p.Guardians) != 2 {
		t.Errorf("%s has guardians %v", p.Key, p.Guardians)
	}
	for _, g := range p.Guardians {
		if parent := byID[g]; parent.Born == "" || parent.Born[:4] > p.Born[:4] || parent.Address.Building != p.Address.Building {
			t.Errorf("%s: guardian %+v", p.Key, parent)
		}
	}
}

func TestAccountsCoverEveryKindOfPerson(t *testing.T) {
	c := bahrain(t)
	seen := map[string]Account{}
	for _, a := range c.Accounts() {
		seen[a.ID] = a
		if len(a.Label.Missing(c.Languages...)) > 0 || len(a.Name.Missing(c.Languages...)) > 0 {
			t.Errorf("%s: %v %v", a.ID, a.Label, a.Name)
		}
	}
	for _, id := range []string{"resident", "parent", "officer", "supervisor", "owner", "head", "authority", "committee", "auditor", "operator", "operator-2"} {
		if _, ok := seen[id]; !ok {
			t.Errorf("no account %s", id)
		}
	}
	children := 0
	for _, p := range c.People(50) {
		if p.Pupil != nil && slices.Contains(p.Guardians, seen["parent"].Person) {
			children++
		}
	}
	if children < 2 {
		t.Errorf("the parent has %d pupils, want at least 2", children)
	}
	if seen["resident"].Person == seen["parent"].Person {
		t.Error("resident and parent are the same person")
	}
	for _, p := range c.People(50) {
		if p.Key == seen["resident"].Person && (p.CardExpires < "2026-12-01" || p.CardExpires > "2027-01-31" || len(p.Guardians) > 0) {
			t.Errorf("the resident should have a card to renew: %+v", p)
		}
	}
}

func TestStaffServesEveryOrganisation(t *testing.T) {
	c := bahrain(t)
	numbers, phones := map[string]bool{}, map[string]bool{}
	for _, p := range c.People(600) {
		numbers[p.CivilNumber], phones[p.Phone] = true, true
	}
	roles, ids := map[gov.OrgID][]gov.Role{}, map[string]bool{}
	for _, e := range c.Staff() {
		if ids[e.Key] {
			t.Errorf("%s twice", e.Key)
		}
		ids[e.Key] = true
		if !gov.CivilNumberValid(e.CivilNumber) || numbers[e.CivilNumber] || phones[e.Phone] || e.Email != e.Post+"."+string(e.Org)+"@example.org" {
			t.Errorf("%+v", e)
		}
		numbers[e.CivilNumber], phones[e.Phone] = true, true
		roles[e.Org] = append(roles[e.Org], e.Role)
	}
	for _, o := range c.Organisations {
		for _, r := range []gov.Role{gov.Officer, gov.Supervisor, gov.Owner, gov.Head} {
			if !slices.Contains(roles[o.ID], r) {
				t.Errorf("%s has no %s", o.ID, r)
			}
		}
		if slices.Contains(roles[o.ID], gov.Operator) != (o.ID == c.Authority) {
			t.Errorf("%s: the operator sits with the leading authority only", o.ID)
		}
	}
}
