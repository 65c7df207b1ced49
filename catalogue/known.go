package catalogue

import (
	"diwan.example/country"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Known is what an entry of an organisation may name: the organisations, life
// events and services of the catalogue, in the languages in which that
// organisation must write.
func Known(tx *db.Tx, org gov.OrgID) (country.Known, error) {
	k := country.Known{}
	all, err := organisations(tx)
	if err != nil {
		return k, err
	}
	events, err := lifeEvents(tx)
	if err != nil {
		return k, err
	}
	if k.Langs, err = languages(tx); err != nil {
		return k, err
	}
	orgs, eventIDs := map[gov.OrgID]bool{}, map[string]bool{}
	for _, o := range all {
		orgs[o.ID] = true
		if o.ID == org && len(o.Languages) > 0 {
			k.Langs = o.Languages
		}
	}
	for _, e := range events {
		eventIDs[e.ID] = true
	}
	ids, err := serviceIDs(tx)
	if err != nil {
		return k, err
	}
	services := map[gov.ServiceID]bool{}
	for _, id := range ids {
		services[id] = true
	}
	k.Organisation = func(id gov.OrgID) bool { return orgs[id] }
	k.LifeEvent = func(id string) bool { return eventIDs[id] }
	k.Service = func(id gov.ServiceID) bool { return services[id] }
	return k, nil
}

// Languages are those in which an organisation must write.
func Languages(tx *db.Tx, org gov.OrgID) ([]gov.Lang, error) {
	o, found, err := organisationByID(tx, org)
	if err != nil || found && len(o.Languages) > 0 {
		return o.Languages, err
	}
	return languages(tx)
}

// PutOrganisation enters an organisation, or replaces what is said of it. place
// orders organisations; those of the country's profile come first. The caller
// has checked that the actor may. Errors: Invalid.
func PutOrganisation(tx *db.Tx, place int, o Organisation) error {
	langs, err := Languages(tx, o.ID)
	if err != nil {
		return err
	}
	if len(o.Languages) > 0 {
		langs = o.Languages
	}
	if o.ID == "" || len(o.Name.Missing(langs...)) > 0 {
		return gov.Fail(gov.Invalid, "الجهة تحتاج إلى رمز واسم بكل لغاتها", "An organisation needs an id and a name in all its languages").At("name")
	}
	if err := putOrganisation(tx, place, o); err != nil {
		return err
	}
	return turn(tx)
}

// PutLifeEvent enters a life event, or replaces what is said of it. The caller
// has checked that the actor may.
func PutLifeEvent(tx *db.Tx, place int, e LifeEvent) error {
	if err := putLifeEvent(tx, place, e); err != nil {
		return err
	}
	return turn(tx)
}

// FindOrganisation returns an organisation. Errors: NotFound.
func FindOrganisation(tx *db.Tx, id gov.OrgID) (Organisation, error) {
	o, found, err := organisationByID(tx, id)
	if err == nil && !found {
		err = errNoOrganisation
	}
	return o, err
}
