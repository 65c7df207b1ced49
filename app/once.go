package app

import (
	"errors"
	"strings"

	"diwan.example/casework"
	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/exchange/agreement"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/registry"
)

// askOnce lets packs and cases know what registries hold: nobody is asked for it,
// it is fetched, and steps of cases write to it.
func (a *App) askOnce() {
	a.Packs.Options.Meanings = Meanings(a.Records.Vocabulary)
	a.Packs.Source = a.source
	a.Cases.Inquire = a.Fetcher.Inquire
	a.Cases.Enter = a.record
	a.Cases.Visits = visitsSpared
}

// Meanings are the attributes of a vocabulary as packs name them.
func Meanings(v *registry.Vocabulary) (out []pack.Meaning) {
	for _, x := range v.Attributes() {
		m := pack.Meaning{ID: x.ID, Label: x.Label, Kind: x.Kind}
		for _, words := range x.Synonyms {
			m.Words = append(m.Words, words...)
		}
		out = append(out, m)
	}
	return out
}

// Obtainable is where attributes of people are held, for packs that are checked
// without a country's agreements: what the authority's registries hold counts as
// obtainable for everybody.
func Obtainable(b *registry.Book) pack.Source {
	return func(_ gov.OrgID, a gov.AttributeID) (gov.RegistryID, bool) {
		d, ok := b.Holder(a)
		if !ok || d.Person == "" {
			return "", false
		}
		return d.ID, true
	}
}

// holdsOfPeople reports whether a registry holds an attribute of people.
func (a *App) holdsOfPeople(name gov.AttributeID) bool {
	d, ok := a.Records.Holder(name)
	return ok && d.Person != ""
}

// source says which registry holds an attribute of people, and whether an
// organisation may obtain it there now: its own always, another's by agreement.
func (a *App) source(tx *db.Tx, org gov.OrgID, s gov.ServiceID, name gov.AttributeID) (gov.RegistryID, bool) {
	d, ok := a.Records.Holder(name)
	if !ok || d.Person == "" {
		return "", false
	}
	if d.Organisation == org {
		return d.ID, true
	}
	may, err := agreement.MayObtain(tx, org, s, name)
	return d.ID, may && err == nil
}

// record writes a row of a case's results to a registry, or corrects what it
// holds. What the registry refuses is said to whoever took the case to this step.
func (a *App) record(tx *db.Tx, in casework.Entry) error {
	c := registry.Change{Registry: in.Registry, Key: in.Key, Values: in.Values, Case: in.Case, Service: in.Service}
	if !in.Corrects {
		_, err := a.Records.Write(tx, c)
		return err
	}
	d, err := a.Records.Definition(in.Registry)
	if err != nil {
		return err
	}
	_, err = a.Records.Rectify(tx, in.Person, c)
	var wrong gov.Problems
	if !errors.As(err, &wrong) || len(wrong) == 0 {
		return err
	}
	name, _, _ := strings.Cut(wrong[0].Field, ".")
	label := gov.T(name, name)
	if f := d.Field(name); f != nil {
		label = f.Label
	}
	return gov.Fail(gov.Invalid,
		"لا يقبل «"+d.Title.In(gov.Arabic)+"» هذا التصحيح: "+label.In(gov.Arabic)+" – "+wrong[0].Text.In(gov.Arabic)+". لم يتغير شيء.",
		d.Title.In(gov.English)+" does not take this correction: "+label.In(gov.English)+" – "+wrong[0].Text.In(gov.English)+". Nothing was changed.").Because(err)
}

// visitsSpared is how many visits of the old procedure the new one needs no more.
func visitsSpared(tx *db.Tx, id gov.ServiceID) (int, error) {
	s, err := catalogue.Find(tx, id)
	if gov.KindOf(err) == gov.NotFound {
		return 0, nil
	}
	if err != nil || s.AsIs == nil || s.ToBe == nil {
		return 0, err
	}
	return max(comings(s.AsIs)-comings(s.ToBe), 0), nil
}

// comings counts the steps for which a person must come.
func comings(p *country.Procedure) (n int) {
	for _, s := range p.Steps {
		if s.Visit {
			n++
		}
	}
	return n
}

// registryName names a registry; one that nothing knows names itself.
func (a *App) registryName(id gov.RegistryID) gov.Text {
	if d, err := a.Records.Definition(id); err == nil {
		return d.Title
	}
	return gov.T(string(id), string(id))
}
