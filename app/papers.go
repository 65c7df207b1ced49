package app

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"diwan.example/document/archive"
	"diwan.example/document/inventory"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/papers"
)

// openArchive puts together what answers for old papers.
func (a *App) openArchive() {
	a.Archive = &archive.Archive{DB: a.DB, Secret: a.subkey("archive"), Kind: func(tx *db.Tx, id string) (archive.Kind, bool, error) {
		t, err := inventory.Find(tx, id)
		if gov.KindOf(err) == gov.NotFound {
			return archive.Kind{}, false, nil
		}
		return archive.Kind{Organisation: t.Organisation, Name: t.Name}, err == nil, err
	}}
}

// papers are the pages on the way from paper to electronic.
func (a *App) papers() *papers.Papers {
	return &papers.Papers{DB: a.DB, Archive: a.Archive, Organisation: a.orgName, Service: a.serviceName, Offered: a.choices, Kinds: a.documentKinds,
		Limit: func(r *http.Request, what string) error {
			host, _, err := net.SplitHostPort(r.RemoteAddr)
			if err != nil {
				host = r.RemoteAddr
			}
			return a.Gate.Limit(r.Context(), what+" from "+host, 30, 10*time.Minute)
		}}
}

// documentKinds are the types of document that the running pack of a service issues.
func (a *App) documentKinds(ctx context.Context, id gov.ServiceID) (out []inventory.Kind, err error) {
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		p, err := a.Packs.Current(tx, id)
		if gov.KindOf(err) == gov.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		for _, d := range p.Documents {
			out = append(out, inventory.Kind{ID: d.ID, Title: d.Title})
		}
		return nil
	})
	return out, err
}

// SeedPapers fills the register of document types of a sample country from the
// outputs of its services. It may be repeated.
func (a *App) SeedPapers(ctx context.Context) error {
	ctx = gov.WithActor(ctx, gov.System)
	err := a.DB.Write(ctx, func(tx *db.Tx) error {
		kinds := map[gov.ServiceID][]inventory.Kind{}
		running, err := a.Packs.Published(tx, "")
		if err != nil {
			return err
		}
		for _, p := range running {
			for _, d := range p.Documents {
				kinds[p.ID] = append(kinds[p.ID], inventory.Kind{ID: d.ID, Title: d.Title})
			}
		}
		return inventory.Sample(tx, kinds)
	})
	if err != nil {
		return err
	}
	return a.seedRegister(ctx)
}

// sampleRegister are invented papers of a school year long ago. The scan of the
// first is the file that has the eleven bytes "sample scan".
const sampleRegister = `number,date,holder,scan
98/000123,1998-06-20,مريم حسن علي,226026a03143ea6c79741bbbe6137022532d2f9d129b9c731c31d5982a619c84
98/000124,1998-06-20,يوسف أحمد جاسم,
98/000125,1998-06-21,سلمان علي حسين,
97/001877,1997-07-02,هدى عبدالله محمد,
96/000042,1996-06-29,جاسم محمد علي,
`

// seedRegister gives the first type of the education ministry a few old papers.
func (a *App) seedRegister(ctx context.Context) error {
	var types []inventory.Type
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { types, err = inventory.Types(tx, "moe"); return err })
	if err != nil || len(types) == 0 {
		return err
	}
	_, err = a.Archive.Import(ctx, archive.Source{Type: types[0].ID, Name: "register-1996-1998.csv", File: strings.NewReader(sampleRegister)})
	return err
}
