package app

import (
	"context"
	"io/fs"
	"os"

	"diwan.example/gov"
	"diwan.example/registries"
	"diwan.example/registry"
)

// openRegistries reads the shared vocabulary and the registries: the product's,
// or those of the configured folder, whose keepers must then be known.
func (a *App) openRegistries() (err error) {
	var from fs.FS = registries.Files
	o := registry.Options{Currency: a.Country.Currency, Langs: a.Country.Languages, Dial: a.Country.Dial, Setting: os.Getenv}
	if a.Config.Registries != "" {
		from, o.Organisation = os.DirFS(a.Config.Registries), a.Knows
	}
	if a.Records, err = registry.Load(from, o); err != nil {
		return err
	}
	a.Records.DB, a.Records.Zone, a.Records.Secret = a.DB, a.Country.Calendar.Zone, a.subkey("looks")
	return nil
}

// serviceName names a service; one that the catalogue does not know names itself.
func (a *App) serviceName(ctx context.Context, id gov.ServiceID) gov.Text {
	if s, err := a.Book.Service(ctx, id); err == nil {
		return s.Name
	}
	return gov.T(string(id), string(id))
}
