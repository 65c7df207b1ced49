package cpsvap

import (
	"maps"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Gather takes the published entries that pass the filter, with all organisations
// and life events. It reads what everybody may read unless the filter lets
// services through that are not public.
func Gather(tx *db.Tx, f catalogue.Filter) (c Catalogue, err error) {
	list, err := catalogue.Services(tx, f)
	if err != nil {
		return c, err
	}
	for _, s := range list {
		c.Services = append(c.Services, s.Entry)
	}
	if c.Organisations, err = catalogue.Organisations(tx); err != nil {
		return c, err
	}
	c.LifeEvents, err = catalogue.LifeEvents(tx)
	return c, err
}

// Only keeps of the organisations and life events what its services name.
func (c Catalogue) Only() Catalogue {
	orgs, events := map[gov.OrgID]bool{}, map[string]bool{}
	for i := range c.Services {
		maps.Copy(orgs, namedBy(&c.Services[i]))
		for _, e := range c.Services[i].LifeEvents {
			events[e] = true
		}
	}
	out := Catalogue{Services: c.Services}
	for _, o := range c.Organisations {
		if orgs[o.ID] {
			out.Organisations = append(out.Organisations, o)
		}
	}
	for _, e := range c.LifeEvents {
		if events[e.ID] {
			out.LifeEvents = append(out.LifeEvents, e)
		}
	}
	return out
}
