package registry

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/internal/search"
)

// searchSet is one allowed set of fields.
type searchSet struct {
	fields []*Field
	used   []*Field   // those that terms are made of: what tells records well apart, or all
	civil  bool       // it is the person's number alone, which has an index of its own
	form   *form.Form // reads what is searched for
}

// telling are the kinds that tell records so well apart that names beside them
// need no terms: what is found is few enough to be compared.
var telling = []form.Kind{form.Date, form.CivilNumber, form.Passport, form.Phone, form.Email, form.IBAN, form.Address}

// ready decides what the terms of a set are made of.
func (s *searchSet) ready(d *Definition) {
	s.used = s.fields
	if slices.ContainsFunc(s.fields, func(f *Field) bool { return slices.Contains(telling, f.Kind) }) {
		s.used = slices.DeleteFunc(slices.Clone(s.fields), wordy)
	}
	s.civil = len(s.fields) == 1 && s.fields[0].Name == d.Person
}

// terms are the numbers a record is found by: for every allowed search the
// folded values of its fields; of names that stand alone, each word.
func (d *Definition) terms(values map[string]any) (out []int64) {
	for _, s := range d.sets {
		if s.civil {
			continue
		}
		out = append(out, s.combinations(d, values)...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// combinations hashes every combination of the words of a set's fields; none
// when a field has no value.
func (s *searchSet) combinations(d *Definition, values map[string]any) []int64 {
	tuples := [][]string{nil}
	for _, f := range s.used {
		words := searchWords(f, values[f.Name])
		var longer [][]string
		for _, t := range tuples {
			for _, w := range words {
				longer = append(longer, append(slices.Clone(t), w))
			}
		}
		tuples = longer
	}
	out := make([]int64, len(tuples))
	for i, t := range tuples {
		out[i] = s.hash(d, t)
	}
	return out
}

// hash makes the number of a registry and one word per used field.
func (s *searchSet) hash(d *Definition, words []string) int64 {
	parts := []string{string(d.ID)}
	for i, f := range s.used {
		parts = append(parts, f.Name, words[i])
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// wordy reports whether a field is found by any of its words.
func wordy(f *Field) bool { return f.Kind == form.ShortText }

// searchWords are the words of a value by which it is found.
func searchWords(f *Field, v any) []string {
	switch {
	case v == nil:
		return nil
	case wordy(f):
		return foldedWords(text(v))
	case f.Kind == form.Address:
		a, _ := v.(map[string]any)
		return []string{search.Fold(text(a["block"]) + "/" + text(a["road"]) + "/" + text(a["building"]))}
	}
	return []string{search.Fold(text(v))}
}

func foldedWords(s string) []string {
	list := strings.FieldsFunc(search.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(list)
	return slices.Compact(list)
}

// matches reports whether a record's values are what was looked for: every word
// of names, and everything else as it is.
func (s *searchSet) matches(wanted, values map[string]any) bool {
	for _, f := range s.fields {
		has := searchWords(f, values[f.Name])
		for _, w := range searchWords(f, wanted[f.Name]) {
			if !slices.Contains(has, w) {
				return false
			}
		}
		if flat := flatOf(wanted[f.Name]); flat != "" && flat != flatOf(values[f.Name]) {
			return false
		}
	}
	return true
}

func flatOf(v any) string {
	a, _ := v.(map[string]any)
	return text(a["flat"])
}

// common is how many records may share a word that is searched by alone.
const common = 1000

// find gives up to one more than found records that match.
func (s *searchSet) find(tx *db.Tx, d *Definition, wanted map[string]any) ([]Record, error) {
	if s.civil {
		return d.byCivil(tx, text(wanted[d.Person]), found+1)
	}
	term, n := int64(0), common
	for _, t := range s.combinations(d, wanted) { // the rarest word finds least
		k, err := termSize(tx, t, common)
		if err != nil {
			return nil, err
		}
		if k < n {
			term, n = t, k
		}
	}
	if n == common {
		return nil, errMany
	}
	list, err := d.byTerm(tx, term, common)
	list = slices.DeleteFunc(list, func(r Record) bool { return !s.matches(wanted, r.Values) })
	return list, err
}

// checkSearch brings what is searched for into its stored form.
func (b *Book) checkSearch(tx *db.Tx, s *searchSet, wanted map[string]any) (map[string]any, error) {
	out, err := s.form.Check(tx.Context(), wanted, form.Context{Now: tx.Now(), Zone: b.Zone, Strict: true})
	if err != nil {
		return nil, err
	}
	for _, f := range s.fields {
		if len(searchWords(f, out[f.Name])) == 0 || wordy(f) && len([]rune(text(out[f.Name]))) < 2 {
			return nil, gov.Problems{{Field: f.Name, Text: gov.T("اكتب حرفين على الأقل", "Write at least two letters")}}
		}
	}
	return out, nil
}
