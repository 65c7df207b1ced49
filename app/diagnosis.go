package app

import (
	"context"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/messagelog"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/web/ui"
)

// organisationOptions are the organisations to choose from.
func (a *App) organisationOptions(ctx context.Context) (out []ui.Option) {
	list, err := a.Book.Organisations(ctx)
	if err != nil {
		a.Log.WarnContext(ctx, "app: organisations", "err", err)
	}
	for _, o := range list {
		out = append(out, ui.Option{Value: string(o.ID), Text: o.Name})
	}
	return out
}

// messageLogs are the logs of the gateways of this process.
func (a *App) messageLogs() (out []messagelog.Folder) {
	for _, p := range a.outposts {
		out = append(out, p.Folder())
	}
	return out
}

// Diagnose looks at a gateway's hops: at all of them when it runs in this
// process, else at what the centre can see of it from here.
func (a *App) Diagnose(ctx context.Context, id xroad.ServerID) []directory.Finding {
	d := &directory.Diagnosis{Server: id, Now: a.DB.Now()}
	for _, p := range a.outposts {
		if p.Gateway.ID == id {
			d.Snapshot, d.Identity = p.Gateway.View.Current(), p.Gateway.Identity()
			return d.All(ctx)
		}
	}
	err := a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) (err error) {
		d.Snapshot, err = a.Centre.Look(tx, id)
		return err
	})
	if err != nil {
		return []directory.Finding{{What: gov.T("قيد البوابة في الدليل", "The gateway's entry in the directory"), Say: gov.PublicOf(err)}}
	}
	if len(a.outposts) > 0 { // whoever reaches it shows a certificate
		d.Identity = a.outposts[0].Gateway.Identity()
	}
	return d.FromOutside(ctx)
}
