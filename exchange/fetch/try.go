package fetch

import (
	"time"

	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
	"diwan.example/journal"
)

// Sample is what an invented person's record would give under an agreement.
type Sample struct {
	Registry gov.RegistryID
	Values   map[gov.AttributeID]any // only what the terms name; what is not there is missing
}

// trial is the purpose that a try leaves in the access log.
const trial = "تجربة طلب اتفاقية على بيانات تجريبية"

// sampled is the source of records that were invented.
const sampled = "sample"

// enough is how many records a try shows.
const enough = 3

// Try shows what terms would give, from records that were invented for trying
// things out: a record of any other source is never among them. civil are the
// numbers of the sample people; without a sample there is nothing to show. For
// those who may propose, hold or review agreements. Errors: Denied, NotFound (the
// registry), Unavailable (its records live elsewhere).
func (f *Fetcher) Try(tx *db.Tx, t agreement.Terms, civil []string) ([]Sample, error) {
	a := tx.Actor()
	if !agreement.MayPropose(a) && !agreement.MayReview(a) {
		return nil, gov.Fail(gov.Denied, "تجربة الاتفاقيات لأطرافها والجهة القائدة", "Agreements are tried by their sides and the leading authority")
	}
	d, err := f.Book.Definition(t.Registry)
	if err != nil {
		return nil, err
	}
	var out []Sample
	for _, number := range civil {
		p, err := identity.ByCivilNumber(tx, number)
		if gov.KindOf(err) == gov.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		list, err := f.Book.OfPerson(tx, d.ID, p.ID, time.Time{})
		if err != nil {
			return nil, err
		}
		for i := range list {
			if list[i].Source != sampled || len(out) == enough {
				continue
			}
			s := Sample{Registry: d.ID, Values: map[gov.AttributeID]any{}}
			for _, name := range t.Attributes {
				if v := d.Value(&list[i], name); v != nil {
					s.Values[name] = v
				}
			}
			out = append(out, s)
			if err := journal.Looked(tx, journal.Look{Person: p.ID, What: "record", Subject: list[i].ID, Registry: d.ID, Purpose: trial, Attributes: t.Attributes}); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
