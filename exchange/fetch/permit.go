package fetch

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"diwan.example/exchange/agreement"
	"diwan.example/exchange/consent"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/registry"
)

// permits says what of a registry may be read now, and counts it. What may not
// has its gap.
func (f *Fetcher) permits(tx *db.Tx, r *run, s *source) ([]permit, error) {
	if s.Organisation == r.Organisation {
		return []permit{{places: s.places}}, nil
	}
	ask := agreement.Ask{Consumer: r.Organisation, Registry: s.ID, Service: r.Service, Roles: tx.Actor().Roles, Machine: r.Service != ""}
	for _, i := range s.places {
		ask.Attributes = append(ask.Attributes, r.Attributes[i])
	}
	list, err := agreement.Permit(tx, ask)
	if err != nil {
		return nil, err
	}
	var out []permit
	for k, p := range list {
		i := s.places[k]
		if p.Agreement == nil {
			r.held[i].Gap = p.Gap
			continue
		}
		at := slices.IndexFunc(out, func(x permit) bool { return x.id() == p.Agreement.ID })
		if at < 0 {
			at, out = len(out), append(out, permit{agreement: p.Agreement})
		}
		out[at].places = append(out[at].places, i)
	}
	slices.SortFunc(out, func(a, b permit) int { return strings.Compare(string(a.id()), string(b.id())) })
	return f.spent(tx, r, out)
}

// spent keeps the permits that consent and quota leave.
func (f *Fetcher) spent(tx *db.Tx, r *run, list []permit) (out []permit, err error) {
	for _, p := range list {
		if p.agreement.Consent {
			ok, err := r.consented(tx, p.id())
			if err != nil {
				return nil, err
			}
			if !ok {
				r.deny(p.places, gov.GapConsent)
				continue
			}
		}
		ok, err := f.Agreements.Spend(tx, p.id(), cmp.Or(r.Person, gov.PersonID(r.unclaimed)))
		if err != nil {
			return nil, err
		}
		if ok && p.agreement.Consent { // counted last, and held until the transaction ends
			if ok, err = consent.Spend(tx, r.Person, p.id()); err != nil {
				return nil, err
			}
		}
		if !ok {
			r.deny(p.places, gov.GapDenied)
			continue
		}
		out = append(out, p)
	}
	return out, nil
}

// consented: whoever has no account has given none.
func (r *run) consented(tx *db.Tx, id gov.AgreementID) (bool, error) {
	if r.Person == "" {
		return false, nil
	}
	return consent.Stands(tx, r.Person, id)
}

// said is what a person's records say of an attribute. Where there are several
// records that disagree, the registry does not say which is meant: nothing is said.
func said(d *registry.Definition, list []registry.Record, name gov.AttributeID) (v any, from *registry.Record) {
	for i := range list {
		x := d.Value(&list[i], name)
		switch {
		case i == 0:
			v, from = x, &list[0]
		case !reflect.DeepEqual(v, x):
			return nil, nil
		}
	}
	return v, from
}
