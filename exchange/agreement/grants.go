package agreement

import (
	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Grants are the rights to call services of the exchange that agreements give
// now; the directory publishes them.
func Grants(tx *db.Tx) ([]directory.Grant, error) {
	list, err := selected(tx, Filter{States: flowing})
	out := []directory.Grant{}
	for _, x := range list {
		if x.Service == (xroad.ServiceID{}) || !x.Holds(tx.Now()) {
			continue
		}
		out = append(out, directory.Grant{Client: x.Client, Service: x.Service, Methods: x.Methods, Paths: x.Paths, Agreement: x.ID, LogBodies: x.LogBodies, Until: x.Until})
	}
	return out, err
}

// changed tells the directory that what it publishes has changed.
func (o *Office) changed(tx *db.Tx, x Agreement, event string) error {
	if o.Changed == nil || x.Service == (xroad.ServiceID{}) {
		return nil
	}
	if event == "begin" || event == "revoke" || event == "end" {
		return o.Changed(tx)
	}
	return nil
}

// Day is how an agreement was used on one day.
type Day struct {
	Day    int64 // 20261123
	People int64
	Reads  int64
}

// Days returns how often an agreement was used on the last n days on which it
// was, the latest first. Errors: NotFound, also for those who may only read the terms.
func Days(tx *db.Tx, id gov.AgreementID, n int) ([]Day, error) {
	x, err := Find(tx, id)
	if err != nil {
		return nil, err
	}
	if !sees(tx.Actor(), x) {
		return nil, errNone
	}
	return readsOn(tx, id, n)
}
