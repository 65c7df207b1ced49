package inventory

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"diwan.example/catalogue"
	"diwan.example/document"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Line is a type with its figures, each of its own kind.
type Line struct {
	Type
	Issued   int64            // here, of all time: proven
	Declared map[State]int64  // by the entity for the latest year that it told of, by form
	Year     int              // that year; 0: nothing is declared
	At       time.Time        // when it was declared
	Months   map[string]int64 // of what was issued here

	Used map[document.Use]int64 // what was issued here was put to use here, of all time: proven
}

// Standing is where an organisation, or the country, stands.
type Standing struct {
	Organisation gov.OrgID // empty: all
	Types        map[State]int
	Total        int // without those that ended
	Unforced     int // electronic without what gives that form force
	Unlisted     int // outputs of services that no type is linked to
	Issued       int64
	Declared     map[State]int64
	Used         map[document.Use]int64
	Lines        []Line
}

// Progress computes the standing of every organisation that offers services or
// has types, and of all together, which comes first.
func Progress(tx *db.Tx) ([]Standing, error) {
	lines, err := Lines(tx, "")
	if err != nil {
		return nil, err
	}
	unlisted, err := Unlisted(tx, "")
	if err != nil {
		return nil, err
	}
	by := map[gov.OrgID]*Standing{}
	all := &Standing{}
	at := func(org gov.OrgID) *Standing {
		if by[org] == nil {
			by[org] = &Standing{Organisation: org}
		}
		return by[org]
	}
	for _, l := range lines {
		all.add(l)
		at(l.Organisation).add(l)
	}
	for _, o := range unlisted {
		all.Unlisted++
		at(o.Organisation).Unlisted++
	}
	out := []Standing{*all}
	for _, s := range by {
		out = append(out, *s)
	}
	slices.SortFunc(out[1:], func(a, b Standing) int { return cmp.Compare(a.Organisation, b.Organisation) })
	return out, nil
}

func (s *Standing) add(l Line) {
	if s.Types == nil {
		s.Types, s.Declared, s.Used = map[State]int{}, map[State]int64{}, map[document.Use]int64{}
	}
	s.Types[l.State]++
	if l.State != Ended {
		s.Total++
	}
	if l.Unforced() {
		s.Unforced++
	}
	s.Issued += l.Issued
	for use, n := range l.Used {
		s.Used[use] += n
	}
	for form, n := range l.Declared {
		s.Declared[form] += n
	}
	s.Lines = append(s.Lines, l)
}

// Lines are the types of an organisation, or of all, with their figures.
func Lines(tx *db.Tx, org gov.OrgID) ([]Line, error) {
	types, err := Types(tx, org)
	if err != nil {
		return nil, err
	}
	issued, err := IssuedOf(tx, org)
	if err != nil {
		return nil, err
	}
	declared, err := DeclaredOf(tx, org)
	if err != nil {
		return nil, err
	}
	used, err := document.TalliesByMonth(tx, org)
	if err != nil {
		return nil, err
	}
	put := map[Output][]document.Tally{}
	for _, u := range used {
		o := Output{u.Service, u.Type}
		put[o] = append(put[o], u)
	}
	said := map[string][]Declared{}
	for _, d := range declared {
		said[d.Type] = append(said[d.Type], d)
	}
	here := map[Output][]Issued{}
	for _, i := range issued {
		here[i.Output] = append(here[i.Output], i)
	}
	out := make([]Line, 0, len(types))
	for _, t := range types {
		l := Line{Type: t, Declared: map[State]int64{}, Months: map[string]int64{}, Used: map[document.Use]int64{}}
		for _, o := range t.Outputs {
			for _, u := range put[o] {
				l.Used[u.Use] += u.Number
			}
			for _, i := range here[o] {
				l.Issued += i.Number
				l.Months[i.Month] += i.Number
			}
		}
		for _, d := range said[t.ID] { // newest year first
			if l.Year == 0 {
				l.Year = d.Year
			}
			if d.Year == l.Year {
				l.Declared[d.Form], l.At = d.Number, d.At
			}
		}
		out = append(out, l)
	}
	return out, nil
}

// Unlinked is an output of a service that no type of document is linked to.
type Unlinked struct {
	Organisation gov.OrgID
	Service      gov.ServiceID
	Name         gov.Text
}

// Unlisted are the outputs of services, of an organisation or of all, that no
// type is linked to.
func Unlisted(tx *db.Tx, org gov.OrgID) (out []Unlinked, err error) {
	types, err := Types(tx, org)
	if err != nil {
		return nil, err
	}
	listed := map[gov.ServiceID]bool{}
	for _, t := range types {
		for _, o := range t.Outputs {
			listed[o.Service] = true
		}
	}
	services, err := catalogue.Services(tx, catalogue.Filter{Organisation: org})
	for _, s := range services {
		if !listed[s.ID] && s.Status != "ended" {
			for _, o := range s.Outputs {
				out = append(out, Unlinked{s.Organisation, s.ID, o.Name})
			}
		}
	}
	return out, err
}

// Sample enters the types that the catalogue's outputs tell of, for a sample
// country whose register is empty. Kinds are the types of document of the packs
// that run here.
func Sample(tx *db.Tx, kinds map[gov.ServiceID][]Kind) error {
	have, err := Types(tx, "")
	if err != nil || len(have) > 0 {
		return err
	}
	services, err := catalogue.Services(tx, catalogue.Filter{})
	if err != nil {
		return err
	}
	made := map[string]*Type{}
	var order []string
	yearly := map[string]int64{}
	for n, s := range services {
		for _, o := range s.Outputs {
			key := string(s.Organisation) + " " + o.Name.In(gov.Arabic)
			t := made[key]
			if t == nil {
				t = sampled(s, o.Name, n, tx.Now())
				made[key], order = t, append(order, key)
			}
			t.Outputs = append(t.Outputs, OutputOf(s.ID, o.Name, kinds[s.ID]))
			if s.Yearly > 0 {
				yearly[key] += int64(s.Yearly)
			}
		}
	}
	for _, key := range order {
		t := made[key]
		t.Outputs = t.Outputs[:min(len(t.Outputs), mostOutputs)]
		offered := map[gov.ServiceID]bool{}
		for _, o := range t.Outputs {
			offered[o.Service] = true
		}
		entered, err := Enter(tx, *t, offered)
		if err != nil {
			return gov.Wrap(err, "sample of "+key)
		}
		if err := sampleDeclared(tx, entered, yearly[key]); err != nil {
			return err
		}
	}
	return nil
}

// Kind is a type of document of a pack.
type Kind struct {
	ID    string
	Title gov.Text
}

// OutputOf links a service's output to the type of its pack that bears its name, or
// to its only one.
func OutputOf(s gov.ServiceID, name gov.Text, kinds []Kind) Output {
	for _, k := range kinds {
		if k.Title.In(gov.Arabic) == name.In(gov.Arabic) || len(kinds) == 1 {
			return Output{s, k.ID}
		}
	}
	return Output{Service: s}
}

// sampled is an invented beginning: what runs online is electronic too, and every
// third of these lacks what gives it force.
func sampled(s catalogue.Service, name gov.Text, n int, now time.Time) *Type {
	t := &Type{Organisation: s.Organisation, Name: name, Holders: "person", State: Paper, Since: "2002-01-01", Number: strings.ToUpper(string(s.Organisation)) + "-####/YYYY"}
	if slices.Contains(s.Audience, "business") {
		t.Holders = "company"
	}
	switch s.Standing() {
	case catalogue.Proven, catalogue.Running:
		t.State, t.Since, t.Number = Electronic, now.AddDate(0, -1, 0).Format(time.DateOnly), strings.ToUpper(string(s.Organisation))+"-YYYY-XXXX-XXXX"
	case catalogue.Declared:
		t.State, t.Since = Both, cmp.Or(s.Online.Declared, "2025-01-01")
	}
	if _, err := time.Parse(time.DateOnly, t.Since); err != nil || !day(t.Since, now) {
		t.Since = "2025-01-01"
	}
	if t.State != Paper && n%3 != 0 {
		t.Legal = Legal{Name: gov.T("قانون الخطابات والمعاملات الإلكترونية", "Electronic Communications and Transactions Law"), Number: "54", Year: 2018, Service: s.ID}
	}
	return t
}

func sampleDeclared(tx *db.Tx, t Type, yearly int64) error {
	if yearly == 0 {
		return nil
	}
	d := Declared{Type: t.ID, Form: Paper, Year: tx.Now().Year() - 1, Number: yearly, Link: "https://example.org/statistics/" + string(t.Organisation)}
	return Declare(tx, d)
}
