package registry

import (
	"fmt"
	"strconv"
	"time"

	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// sampleDays is how long the invented records have been known: a year more than
// the sample's past cases need.
const sampleDays = 400

// Sample enters invented records of invented people, in tx: everybody is in the
// population register and has an identity card, pupils are enrolled as the
// country says and were a grade lower last year, and some own homes and businesses
// and were fined. The records were written down long ago, or on the day on which
// they began to hold. The same people get the same records every time. Only the
// machine may. Errors: as EnterAll.
func (b *Book) Sample(tx *db.Tx, people []country.Person) error {
	s := &sample{now: tx.Now(), known: tx.Now().Truncate(time.Hour).AddDate(0, 0, -sampleDays), civil: map[string]string{}, children: map[string][]any{}, homes: map[string]bool{}, then: map[string]Change{}, of: map[gov.RegistryID][]Change{}}
	for _, p := range people {
		s.civil[p.Key] = p.CivilNumber
		for _, g := range p.Guardians {
			s.children[g] = append(s.children[g], map[string]any{"civil_number": p.CivilNumber})
		}
	}
	for i, p := range people {
		s.person(p)
		s.card(p)
		s.pupil(p)
		if len(p.Guardians) == 0 && p.Address.Block > 0 {
			s.means(i, p)
			s.licence(i, p)
		}
	}
	for _, d := range b.definitions { // in the same order every time
		if len(s.of[d.ID]) == 0 || d.Connector != nil {
			continue
		}
		records, err := b.enterAll(tx, d.ID, s.of[d.ID], "sample", s.recorded)
		if err == nil {
			err = b.wentOn(tx, d, records, s)
		}
		if err != nil {
			return gov.Wrap(err, "sample records of "+string(d.ID))
		}
	}
	return nil
}

// sample is a set of records being invented.
type sample struct {
	now      time.Time
	known    time.Time         // when the oldest were written down
	then     map[string]Change // what became of a record since, by its key
	civil    map[string]string // by the person's key
	children map[string][]any
	homes    map[string]bool // that have an owner
	of       map[gov.RegistryID][]Change
}

func (s *sample) add(registry gov.RegistryID, since string, values map[string]any) {
	for k, v := range values {
		if v == nil || v == "" {
			delete(values, k)
		}
	}
	from, err := time.Parse(time.DateOnly, since)
	switch {
	case err != nil:
		from = s.known
	case from.After(s.now):
		from = s.now
	}
	s.of[registry] = append(s.of[registry], Change{Registry: registry, Values: values, From: from})
}

func (s *sample) person(p country.Person) {
	v := map[string]any{"civil_number": p.CivilNumber, "name_ar": p.Name[gov.Arabic], "name_en": p.Name[gov.English], "birth": p.Born, "sex": p.Sex,
		"nationality": p.Nationality, "marital_status": "single", "address": home(p.Address)}
	if kids := s.children[p.Key]; len(kids) > 0 {
		v["children"], v["marital_status"] = kids, "married"
	}
	var guardians []any
	for _, g := range p.Guardians {
		guardians = append(guardians, map[string]any{"civil_number": s.civil[g]})
	}
	if guardians != nil {
		v["guardians"] = guardians
	}
	s.add("population", p.Born, v)
}

// home is an address as records hold it; nil when there is none.
func home(a country.Address) any {
	if a.Block == 0 {
		return nil
	}
	out := map[string]any{"block": strconv.Itoa(a.Block), "road": strconv.Itoa(a.Road), "building": strconv.Itoa(a.Building)}
	if a.Flat != 0 {
		out["flat"] = strconv.Itoa(a.Flat)
	}
	return out
}

// card gives everybody a card of five years.
func (s *sample) card(p country.Person) {
	ends, err := time.Parse(time.DateOnly, p.CardExpires)
	if err != nil {
		return
	}
	number, status, after := "C-"+p.CivilNumber, "valid", ends.AddDate(0, 0, 1)
	switch {
	case !after.After(s.known):
		status = "expired"
	case !after.After(s.now):
		s.then[number] = Change{Values: map[string]any{"status": "expired"}, From: after}
	}
	issued := ends.AddDate(-5, 0, 0).Format(time.DateOnly)
	s.add("identity-card", issued, map[string]any{"number": number, "civil_number": p.CivilNumber, "issued": issued, "expires": p.CardExpires, "status": status})
}

// pupil enrols a child: last year where it was then, and this year where it is.
func (s *sample) pupil(p country.Person) {
	if p.Pupil == nil {
		return
	}
	year, err := strconv.Atoi(p.Pupil.Year[:4])
	if err != nil {
		return
	}
	began := time.Date(year, time.September, 1, 0, 0, 0, 0, time.UTC)
	this := map[string]any{"number": p.Pupil.Number, "civil_number": p.CivilNumber, "school": p.Pupil.School,
		"grade": p.Pupil.Grade, "school_year": p.Pupil.Year, "status": "enrolled", "marks": marks(p, p.Pupil.Grade)}
	if p.Pupil.Last == "" || !began.After(s.known) || began.After(s.now) {
		s.add("enrolment", began.Format(time.DateOnly), this)
		return
	}
	s.add("enrolment", began.AddDate(-1, 0, 0).Format(time.DateOnly), map[string]any{"number": p.Pupil.Number, "civil_number": p.CivilNumber, "school": p.Pupil.Last,
		"grade": p.Pupil.Grade - 1, "school_year": fmt.Sprintf("%d-%d", year-1, year), "status": "enrolled", "marks": marks(p, p.Pupil.Grade-1)})
	s.then[p.Pupil.Number] = Change{Values: this, From: began}
}

// wentOn enters what became of records since, as it was recorded then.
func (b *Book) wentOn(tx *db.Tx, d *Definition, records []*Record, s *sample) error {
	for _, r := range records {
		c, ok := s.then[r.Key]
		if !ok {
			continue
		}
		next, _, err := b.next(tx, d, *r, c)
		if err != nil {
			return err
		}
		next.Recorded = s.recorded(next.From)
		if err := d.succeed(tx, *r, next); err != nil {
			return err
		}
	}
	return nil
}

// recorded is when the sample wrote down what holds since a moment.
func (s *sample) recorded(from time.Time) time.Time { return later(s.known, from) }

// taught are the subjects of the three stages of school.
var taught = [...][]string{
	{"islamic", "arabic", "english", "maths", "science", "social", "art", "music", "sport"},
	{"islamic", "arabic", "english", "maths", "science", "social", "citizenship", "computing", "art", "sport"},
	{"islamic", "arabic", "english", "french", "maths", "physics", "chemistry", "biology", "citizenship", "computing", "economics", "sport"},
}

// marks are invented marks of the three years before a pupil's grade.
func marks(p country.Person, reached int) any {
	var out []any
	grade := p.Pupil.Grade
	year, err := strconv.Atoi(p.Pupil.Year[:4])
	seed, bad := strconv.Atoi(p.CivilNumber)
	if err != nil || bad != nil {
		return nil
	}
	for g := max(1, reached-3); g < reached; g++ {
		stage := min((g-1)/3, 3) // the first two of three years each are primary school
		first := year - grade + g
		for i, subject := range taught[max(0, stage-1)] {
			a, b := 60+(seed/7+i*13+g*5)%40, 60+(seed/11+i*17+g*7)%40
			out = append(out, map[string]any{"level": fmt.Sprintf("g%02d", g), "school_year": fmt.Sprintf("%d-%d", first, first+1), "subject": subject,
				"first": float64(a), "second": float64(b), "final": float64((a + b + 1) / 2)})
		}
	}
	if out == nil {
		return nil
	}
	return out
}

// licence gives most adults a driving licence; some have to renew it soon.
func (s *sample) licence(i int, p country.Person) {
	if i%4 == 3 {
		return
	}
	categories, ends := []any{"B"}, s.now.AddDate(0, 2+(i+1)%3*20, 0)
	if i%6 == 1 {
		categories = []any{"B", "C"}
	}
	since := "2012-05-20"
	if p.Born > "1992" {
		since = "2021-02-14"
	}
	s.add("driving-licence", since, map[string]any{"number": "D-" + p.CivilNumber, "civil_number": p.CivilNumber, "categories": categories,
		"since": since, "expires": ends.Format(time.DateOnly), "glasses": i%5 == 0})
}

// firms are invented businesses.
var firms = []struct {
	name     gov.Text
	activity string
}{
	{gov.T("مخبز السنابل (تجريبي)", "Ears of Wheat Bakery (sample)"), "صناعة الخبز والمعجنات وبيعها"},
	{gov.T("مكتبة الموج (تجريبية)", "Wave Stationers (sample)"), "بيع الكتب والقرطاسية"},
	{gov.T("ورشة المرساة (تجريبية)", "Anchor Garage (sample)"), "إصلاح المركبات"},
	{gov.T("حياكة الدانة (تجريبية)", "Dana Tailors (sample)"), "خياطة الملابس"},
	{gov.T("صيدلية الريحان (تجريبية)", "Basil Pharmacy (sample)"), "بيع الأدوية ومستحضرات العناية"},
}

// offences are invented fines.
var offences = []struct {
	words  string
	amount int64
}{{"تجاوز السرعة المقررة", 50_000}, {"الوقوف في مكان ممنوع", 20_000}, {"استعمال الهاتف أثناء القيادة", 50_000}}

// means gives some adults a home, a business, a fine.
func (s *sample) means(i int, p country.Person) {
	a := p.Address
	if place := fmt.Sprint(a.Block, a.Road, a.Building, a.Flat); !s.homes[place] && i%3 != 2 {
		s.homes[place] = true
		s.add("property-address", "", map[string]any{"number": fmt.Sprintf("L-%08d", 30_000_000+i), "address": home(a), "owner": p.CivilNumber})
	}
	if i%9 == 0 {
		f := firms[i/9%len(firms)]
		s.add("business", "2021-03-01", map[string]any{"number": fmt.Sprintf("%d-1", 90_000+i), "name_ar": f.name[gov.Arabic], "name_en": f.name[gov.English],
			"activity": f.activity, "status": "active", "owner": p.CivilNumber})
	}
	if i%5 == 1 {
		o := offences[i/5%len(offences)]
		s.add("fine", "2026-10-05", map[string]any{"number": fmt.Sprintf("F-%08d", 70_000_000+i), "civil_number": p.CivilNumber, "offence": o.words, "amount": o.amount,
			"date": "2026-10-05", "paid": i%2 == 0})
	}
}
