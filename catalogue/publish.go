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
		if err := Enter(tx, entryOf(p)); err != nil {
			return err
		}
	}
	return MarkPublished(tx, p.ID, p.Version)
}

var costDepends = gov.T("يتوقف الرسم على الطلب، ويظهر قبل الدفع", "The fee depends on the application and is shown before you pay")

// entryOf is what a pack alone says about its service.
func entryOf(p *pack.Pack) Entry {
	e := Entry{
		ID: p.ID, Organisation: p.Organisation, Name: p.Title, Description: p.Summary,
		LifeEvents: p.LifeEvents, Audience: p.Audience, Legal: p.Legal, WorkingDays: p.DaysAllowed(),
	}
	var depends bool
	if e.Cost.Amount, depends = p.Asks(); depends {
		e.Cost.Rule = costDepends
	}
	for _, c := range p.Channels {
		e.Channels = append(e.Channels, string(c))
	}
	for _, b := range p.Before {
		e.Evidence = append(e.Evidence, country.Evidence{Name: b})
	}
	for _, d := range p.Documents {
		e.Outputs = append(e.Outputs, d.Title)
	}
	return e
}
