package inventory

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/search"
)

// How laws cite themselves in their names.
var (
	citedAr = regexp.MustCompile(`رقم\s*\(?\s*(\d{1,5})\s*\)?\s*لسنة\s*(\d{4})`)
	citedEn = regexp.MustCompile(`No\.?\s*\(?(\d{1,5})\)?\s*of\s*(\d{4})`)
)

// cites reads number and year out of a name that says them.
func cites(name gov.Text) (number string, year int) {
	for re, l := range map[*regexp.Regexp]gov.Lang{citedAr: gov.Arabic, citedEn: gov.English} {
		if m := re.FindStringSubmatch(gov.Digits(name[l])); m != nil {
			number = m[1]
			year, _ = strconv.Atoi(m[2])
		}
	}
	return number, year
}

// Cited is the law or decision as one cites it: with number and year, once.
func (l Legal) Cited() gov.Text {
	if number, year := cites(l.Name); l.Number == "" || number == l.Number && year == l.Year {
		return l.Name
	}
	return gov.T("%s، رقم %s لسنة %s", "%s, No. %s of %s").Sprintf(l.Name, l.Number, strconv.Itoa(l.Year))
}

// same is what two entries of one law have in common.
func (l Legal) same() string { return search.Fold(l.Name[gov.Arabic]) }

// Laws are the laws and decisions that are written down already: the legal
// resources of the catalogue's services, and what gives other types their force.
// Each comes once, by its name.
func Laws(tx *db.Tx) ([]Legal, error) {
	services, err := catalogue.Services(tx, catalogue.Filter{})
	if err != nil {
		return nil, err
	}
	var all []Legal
	for _, s := range services {
		for _, x := range s.Legal {
			l := Legal{Name: x.Name, Service: s.ID}
			if address(x.URL) {
				l.URL = x.URL
			}
			l.Number, l.Year = cites(x.Name)
			all = append(all, l)
		}
	}
	types, err := Types(tx, "")
	if err != nil {
		return nil, err
	}
	for _, t := range types {
		if t.Legal.Named() {
			all = append(all, t.Legal)
		}
	}
	for i, l := range all {
		all[i].Name = gov.T(l.Name.In(gov.Arabic), l.Name.In(gov.English))
	}
	all = slices.DeleteFunc(all, func(l Legal) bool { _, ok := named(l.Name); return !ok })
	slices.SortStableFunc(all, func(a, b Legal) int { return strings.Compare(a.same(), b.same()) })
	return slices.CompactFunc(all, func(a, b Legal) bool { return a.same() == b.same() }), nil
}

// mostLaws is how many laws a search gives.
const mostLaws = 20

// FindLaws are the laws that some words mean: one when they are its name as cited in
// either language, or all in whose name every word stands.
func FindLaws(all []Legal, words string) (out []Legal) {
	wanted := strings.Fields(search.Fold(gov.Digits(words)))
	if len(wanted) == 0 {
		return nil
	}
	whole := strings.Join(wanted, " ")
	for _, l := range all {
		found := false
		for _, lang := range []gov.Lang{gov.Arabic, gov.English} {
			name := strings.Join(strings.Fields(search.Fold(gov.Digits(l.Cited().In(lang)))), " ")
			if name == whole {
				return []Legal{l}
			}
			found = found || !slices.ContainsFunc(wanted, func(w string) bool { return !strings.Contains(name, w) })
		}
		if found && len(out) < mostLaws {
			out = append(out, l)
		}
	}
	return out
}
