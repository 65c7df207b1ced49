package app

import (
	"context"

	"diwan.example/catalogue"
	"diwan.example/exchange/agreement"
	"diwan.example/exchange/consent"
	"diwan.example/exchange/directory"
	broker "diwan.example/exchange/event"
	"diwan.example/exchange/fetch"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/sign"
	"diwan.example/web/linkage"
	"diwan.example/web/ui"
)

// openAgreements puts together what allows one organisation to read what another
// holds, and what reads it.
func (a *App) openAgreements(vault *sign.Vault) {
	a.Agreements = &agreement.Office{
		Zone: a.Country.Calendar.Zone, Desk: &consent.Desk{Vault: vault},
		Holder: a.holding, Keeper: a.keeper, Offers: offers, Member: directory.OrganisationOf, Changed: a.Centre.Publish,
	}
	a.Centre.Grants = agreement.Grants
	a.Broker = &broker.Broker{
		DB: a.DB, Book: a.Records, Agreements: a.Agreements,
		Check: a.Office.CheckAddress, Secret: a.Office.NewSecret, Post: a.Office.PostSigned, Wake: a.wake,
	}
	a.Fetcher = &fetch.Fetcher{DB: a.DB, Book: a.Records, Agreements: a.Agreements}
}

func (a *App) holding(name gov.AttributeID) (agreement.Holding, bool) {
	d, ok := a.Records.Holder(name)
	if !ok {
		return agreement.Holding{}, false
	}
	return agreement.Holding{Registry: d.ID, Keeper: d.Organisation}, true
}

func (a *App) keeper(id gov.RegistryID) (gov.OrgID, bool) {
	d, err := a.Records.Definition(id)
	if err != nil {
		return "", false
	}
	return d.Organisation, true
}

// offers reports whether an organisation offers a service of the catalogue.
func offers(tx *db.Tx, org gov.OrgID, id gov.ServiceID) (bool, error) {
	s, err := catalogue.Find(tx, id)
	if gov.KindOf(err) == gov.NotFound {
		return false, nil
	}
	return err == nil && s.Organisation == org, err
}

// linkage are the pages on agreements. Only a sample country has invented people
// to try them on.
func (a *App) linkage() *linkage.Linkage {
	l := &linkage.Linkage{
		DB: a.DB, Office: a.Agreements, Fetcher: a.Fetcher, Broker: a.Broker, Records: a.Records, Plans: a.Plans,
		Organisation: a.orgName, Service: a.serviceName, Offered: a.choices,
	}
	if a.Country.Sample {
		for _, p := range a.Country.People(12) {
			l.Sample = append(l.Sample, p.CivilNumber)
		}
	}
	return l
}

// choices are the services of an organisation as choices.
func (a *App) choices(ctx context.Context, org gov.OrgID) (out []ui.Option, err error) {
	list, err := a.Book.Services(ctx, catalogue.Filter{Organisation: org})
	for _, s := range list {
		out = append(out, ui.Option{Value: string(s.ID), Text: s.Name})
	}
	return out, err
}
