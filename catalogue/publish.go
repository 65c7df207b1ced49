package catalogue

import (
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
)

// Publish says that a pack runs from now on. A service that the catalogue does
// not know yet is entered from what its pack says, declared by nobody. The
// caller has checked that the actor may publish. Errors: Invalid.
func Publish(tx *db.Tx, p *pack.Pack) error {
	_, found, err := serviceByID(tx, p.ID)
	if err != nil {
		return err
	}
	if !found {
		if err := Enter(tx, EntryOf(p)); err != nil {
			return err
		}
	}
	return MarkPublished(tx, p.ID, p.Version)
}

var costDepends = gov.T("يتوقف الرسم على الطلب، ويظهر قبل الدفع", "The fee depends on the application and is shown before you pay")

// EntryOf is what a pack alone says about its service.
func EntryOf(p *pack.Pack) Entry {
	e := Entry{
		ID: p.ID, Organisation: p.Organisation, Name: p.Title, Description: p.Summary,
		LifeEvents: p.LifeEvents, Audience: p.Audience, WorkingDays: p.DaysAllowed(), Source: "pack",
	}
	amount, depends := p.Asks()
	if depends {
		e.Costs = country.Costs{{Amount: amount, Rule: costDepends}}
	} else if amount > 0 {
		e.Costs = country.Costs{{Amount: amount}}
	}
	for _, c := range p.Channels {
		e.Channels = append(e.Channels, country.Channel{Kind: string(c)})
	}
	for _, l := range p.Legal {
		e.Legal = append(e.Legal, country.LegalResource{Name: l})
	}
	for _, b := range p.Before {
		e.Evidence = append(e.Evidence, country.Evidence{Name: b})
	}
	for _, d := range p.Documents {
		e.Outputs = append(e.Outputs, country.Output{Name: d.Title})
	}
	return e
}
