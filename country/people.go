package country

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"diwan.example/gov"
)

// Person is an invented resident of a sample country.
type Person struct {
	Key         string   // "p0001", the same in every run; identity gives its own ids
	CivilNumber string   // with a right check digit
	Name        gov.Text // full name
	Sex         string   // "m" or "f"
	Born        string   // "1985-01-17"
	Nationality string   // ISO 3166-1 alpha-2
	Phone       string   // "+97330000123": a range kept for invented people
	Email       string   // at example.org, which nobody can own
	Address     Address
	Marks       []string // groups that fees may exempt: "disability", "social-support"
	CardExpires string   // when the identity card ends
	Guardians   []string // keys of a child's parents
	Pupil       *Pupil   // for a child at school
}

// Address is where a person lives.
type Address struct {
	Governorate string   `json:"governorate"`
	Area        gov.Text `json:"area"`
	Block       int      `json:"block"`
	Road        int      `json:"road"`
	Building    int      `json:"building"`
	Flat        int      `json:"flat,omitempty"` // 0: the building is one home
}

// Pupil says where a child learns.
type Pupil struct {
	Number string // pupil number, "P-000123"
	School string // id of the school
	Last   string // of the school a year ago; empty: none, a first grade
	Grade  int
	Year   string // academic year, "2026-2027"
}

// names are the lists that names are made from.
type names struct {
	Citizens  nameList   `yaml:"citizens"`
	Residents []nameList `yaml:"residents"`
}

type nameList struct {
	Nationality string     `yaml:"nationality"`
	Weight      int        `yaml:"weight"`
	Male        []gov.Text `yaml:"male"`
	Female      []gov.Text `yaml:"female"`
	Family      []gov.Text `yaml:"family"`
}

// missing names the first list that is empty; "" when none is.
func (n names) missing() string {
	if len(n.Citizens.Male)*len(n.Citizens.Female)*len(n.Citizens.Family) == 0 {
		return "citizens"
	}
	for _, l := range n.Residents {
		if l.Weight <= 0 || len(l.Male)*len(l.Female)*len(l.Family) == 0 {
			return "residents"
		}
	}
	return ""
}

// sampleDay is the day on which the invented people are as old as they are.
var sampleDay = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

// academicYear is the school year in which the invented pupils are.
const academicYear = "2026-2027"

// People invents at least n residents in whole families: the same ones in the
// same order every time, so p0001 is always the same person. Asking for more
// only adds to the end.
func (c *Country) People(n int) []Person {
	t := c.town(0)
	for len(t.people) < n {
		t.family()
	}
	return t.people
}

// staffSerials is where the serials of employees begin, so that no resident
// ever has an employee's civil number or telephone.
const staffSerials = 9000

func (c *Country) town(serials int) *town {
	return &town{c: c, rand: rand.New(rand.NewPCG(973, 1971+uint64(serials))), taken: map[string]bool{}, serials: serials}
}

// town is a population being invented.
type town struct {
	c        *Country
	rand     *rand.Rand
	people   []Person
	taken    map[string]bool
	families int
	pupils   int
	given    []string // names given in the family being invented
	serials  int      // civil numbers begin their serials here
}

// family adds two parents and up to four children, or one person alone. The
// first two families are the demonstration's: citizens with three children at
// school, and somebody whose identity card is about to end.
func (t *town) family() {
	t.families++
	t.given = nil
	list, citizens := t.namesOf()
	home := t.address()
	switch {
	case t.families == 1:
		t.couple(&t.c.names.Citizens, true, home, 40, []int{8, 13, 16})
	case t.families == 2:
		p := t.adult(&t.c.names.Citizens, true, "m", 34, home)
		p.CardExpires, p.Marks = sampleDay.AddDate(0, 1, 19).Format(time.DateOnly), nil
		t.add(p)
	case t.rand.IntN(4) == 0:
		t.add(t.adult(list, citizens, t.sex(), 19+t.rand.IntN(60), home))
	default:
		age := 28 + t.rand.IntN(28)
		children := make([]int, t.rand.IntN(5))
		for i := range children {
			children[i] = 2 + t.rand.IntN(min(16, age-21))
		}
		t.couple(list, citizens, home, age, children)
	}
}

// couple adds two parents and children of the given ages.
func (t *town) couple(list *nameList, citizens bool, home Address, age int, children []int) {
	father := t.adult(list, citizens, "m", age, home)
	mother := t.adult(list, citizens, "f", age-t.rand.IntN(6), home)
	parents := []string{t.add(father), t.add(mother)}
	for _, years := range children {
		t.add(t.child(list, citizens, father, years, home, parents))
	}
}

// namesOf picks citizens or residents, and whose names.
func (t *town) namesOf() (*nameList, bool) {
	if len(t.c.names.Residents) == 0 || t.rand.IntN(100) < 60 {
		return &t.c.names.Citizens, true
	}
	sum := 0
	for _, l := range t.c.names.Residents {
		sum += l.Weight
	}
	at := t.rand.IntN(sum)
	for i := range t.c.names.Residents {
		if at -= t.c.names.Residents[i].Weight; at < 0 {
			return &t.c.names.Residents[i], false
		}
	}
	return &t.c.names.Citizens, true
}

func (t *town) sex() string {
	if t.rand.IntN(2) == 0 {
		return "m"
	}
	return "f"
}

// adult invents a grown person; citizens carry their father's name too.
func (t *town) adult(list *nameList, citizen bool, sex string, age int, home Address) Person {
	p := Person{Sex: sex, Address: home, Nationality: list.Nationality}
	given, family := t.givenName(list, sex), pick(t.rand, list.Family)
	p.Name = joined(given, family)
	if citizen {
		p.Nationality = t.c.Code
		p.Name = joined(given, pick(t.rand, list.Male), family)
	}
	t.born(&p, age)
	switch t.rand.IntN(25) {
	case 0:
		p.Marks = []string{"disability"}
	case 1:
		p.Marks = []string{"social-support"}
	}
	return p
}

// child invents a child with the father's name, at school when old enough.
func (t *town) child(list *nameList, citizen bool, father Person, age int, home Address, parents []string) Person {
	p := Person{Sex: t.sex(), Address: home, Nationality: father.Nationality, Guardians: parents}
	given := t.givenName(list, p.Sex)
	p.Name = joined(given, lastWord(father.Name))
	if citizen { // child, father, family
		p.Name = joined(given, firstWord(father.Name), lastWord(father.Name))
	}
	t.born(&p, age)
	if age >= 6 && age <= 17 {
		t.enrol(&p, age-5)
	}
	return p
}

// givenName picks a name that nobody else in the family bears, while the list lasts.
func (t *town) givenName(list *nameList, sex string) gov.Text {
	from := list.Female
	if sex == "m" {
		from = list.Male
	}
	name := pick(t.rand, from)
	for range 8 {
		if !slices.Contains(t.given, name[gov.English]) {
			break
		}
		name = pick(t.rand, from)
	}
	t.given = append(t.given, name[gov.English])
	return name
}

// enrol puts a child into a school that teaches its grade.
func (t *town) enrol(p *Person, grade int) {
	var fit []School
	for _, s := range t.c.Schools {
		if grade >= s.First && grade <= s.Last && (s.Sex == "" || s.Sex == p.Sex) {
			fit = append(fit, s)
		}
	}
	if len(fit) == 0 {
		return
	}
	t.pupils++
	school := pick(t.rand, fit)
	p.Pupil = &Pupil{Number: fmt.Sprintf("P-%06d", t.pupils), School: school.ID, Last: t.before(school, p.Sex, grade), Grade: grade, Year: academicYear}
}

// before is where a pupil was a grade lower: the same school when it teaches that
// grade, else the first that fits; "" for a first grade.
func (t *town) before(now School, sex string, grade int) string {
	for _, s := range append([]School{now}, t.c.Schools...) {
		if grade-1 >= s.First && grade-1 <= s.Last && (s.Sex == "" || s.Sex == sex) {
			return s.ID
		}
	}
	return ""
}

// born gives a birth date, a civil number and the end of the identity card.
func (t *town) born(p *Person, age int) {
	day := sampleDay.AddDate(-age, 0, -t.rand.IntN(360)-1)
	p.Born = day.Format(time.DateOnly)
	p.CardExpires = sampleDay.AddDate(0, t.rand.IntN(60)-6, t.rand.IntN(28)).Format(time.DateOnly)
	for {
		number, ok := gov.CivilNumber(fmt.Sprintf("%s%04d", day.Format("0601"), t.serials+t.rand.IntN(t.span())))
		if ok && !t.taken[number] {
			t.taken[number] = true
			p.CivilNumber = number
			return
		}
	}
}

// span is how many serials a month has for this town.
func (t *town) span() int {
	if t.serials == 0 {
		return staffSerials
	}
	return 10000 - t.serials
}

// add gives a person a key and ways to be reached, all from invented ranges.
func (t *town) add(p Person) string {
	n := len(t.people) + 1
	p.Key = fmt.Sprintf("p%04d", n)
	p.Email = p.Key + "@example.org"
	p.Phone = fmt.Sprintf("%s3000%04d", t.c.Dial, t.serials+n%staffSerials)
	t.people = append(t.people, p)
	return p.Key
}

func (t *town) address() Address {
	g := pick(t.rand, t.c.Governorates)
	a := pick(t.rand, g.Areas)
	home := Address{Governorate: g.ID, Area: a.Name, Block: a.First + t.rand.IntN(a.Last-a.First+1)}
	home.Road = home.Block%100*100 + 1 + t.rand.IntN(60)
	home.Building = 10 + t.rand.IntN(2400)
	if t.rand.IntN(3) == 0 {
		home.Flat = 11 + t.rand.IntN(60)
	}
	return home
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
