package casetest

import (
	"context"
	"slices"
	"sync"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

// Register is what the registries of a world say: of a person what the world knows
// of them and what a test added; nothing of what is away.
type Register struct {
	DB *db.DB

	mu    sync.Mutex
	holds map[gov.PersonID]map[gov.AttributeID]any
	gaps  map[gov.AttributeID]gov.Gap
	asked []gov.Inquiry
}

// Hold makes the registries say something of a person.
func (r *Register) Hold(p gov.PersonID, values map[gov.AttributeID]any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.holds == nil {
		r.holds = map[gov.PersonID]map[gov.AttributeID]any{}
	}
	if r.holds[p] == nil {
		r.holds[p] = map[gov.AttributeID]any{}
	}
	for a, v := range values {
		r.holds[p][a] = v
	}
}

// Gap makes attributes unavailable for a reason; the empty gap brings them back.
func (r *Register) Gap(g gov.Gap, attributes ...gov.AttributeID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gaps == nil {
		r.gaps = map[gov.AttributeID]gov.Gap{}
	}
	for _, a := range attributes {
		r.gaps[a] = g
	}
}

// Asked are the inquiries so far.
func (r *Register) Asked() []gov.Inquiry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.asked)
}

// Inquire implements gov.Inquirer.
func (r *Register) Inquire(ctx context.Context, in gov.Inquiry) (out []gov.Held, err error) {
	var p identity.Person
	err = r.DB.Read(ctx, func(tx *db.Tx) (err error) { p, err = identity.Known(tx, in.Person); return err })
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, in)
	for _, a := range in.Attributes {
		h := gov.Held{Attribute: a, Gap: r.gaps[a], Registry: "population", Organisation: "iga", Version: 1}
		if h.Gap == "" {
			h.Value = r.holds[in.Person][a]
			if h.Value == nil {
				h.Value = ofPerson(p, a)
			}
			if h.Value == nil {
				h.Gap = gov.GapNone
			}
		}
		out = append(out, h)
	}
	return out, nil
}

// ofPerson is what the population register says.
func ofPerson(p identity.Person, a gov.AttributeID) any {
	words := map[gov.AttributeID]string{"person.civil_number": p.CivilNumber, "person.name": p.NameAr, "person.name_ar": p.NameAr, "person.name_en": p.NameEn,
		"person.birth": p.Birth, "person.sex": p.Sex, "person.nationality": p.Nationality}[a]
	switch {
	case a == "person.address" && p.Block != "":
		return map[string]any{"block": p.Block, "road": p.Road, "building": p.Building, "flat": p.Flat}
	case words == "":
		return nil
	}
	return words
}
