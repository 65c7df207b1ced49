package app

import (
	"cmp"
	"context"
	"strings"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// OpenExchange opens the gateway that is configured to run here, if one is; it
// answers once the platform serves. It registers and enrols itself at the centre,
// which is this platform.
func (a *App) OpenExchange(ctx context.Context) error {
	if a.Config.ExchangeServer == "" {
		return nil
	}
	id, err := xroad.ParseServer(a.Config.ExchangeServer)
	if err != nil {
		return err
	}
	p, err := a.openOutpost(ctx, id, a.Config.ExchangeDir, Outlay{Peers: a.Config.ExchangePeers, Systems: a.Config.ExchangeSystems, Plain: a.Config.ExchangePlain, Loose: a.Config.OneClick})
	if err != nil {
		return err
	}
	return a.answerForRegistries(ctx, p)
}

// openOutpost opens a gateway of this process, which asks the centre without a
// network between them.
func (a *App) openOutpost(ctx context.Context, id xroad.ServerID, dir string, o Outlay) (*Outpost, error) {
	keys, err := directory.OpenKeyring(dir)
	if err != nil {
		return nil, err
	}
	o.Dir, o.ID, o.Keys, o.Clock, o.Log, o.Timestamps, o.Grace = dir, id, keys, a.DB.Now, a.Log, a.Config.ExchangeTimestamp, a.Config.Shutdown
	o.Fetch = func(ctx context.Context, have int64, wait time.Duration, r directory.Report) (directory.Bundle, bool, error) {
		return a.Centre.Hand(ctx, id, have, wait, r)
	}
	o.Renew = func(ctx context.Context, r directory.Requests) (out directory.Issued, err error) {
		err = a.DB.Write(ctx, func(tx *db.Tx) (err error) { out, err = a.Centre.Renew(tx, id, r); return err })
		return out, err
	}
	o.Unsealed = func(err error) { a.Unsealed(id, err) }
	err = a.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) (err error) {
		if err := a.Centre.Publish(tx); err != nil {
			return err
		}
		o.Anchor, err = a.Centre.Anchor(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	p, err := OpenOutpost(o)
	if err != nil {
		return nil, err
	}
	a.outposts = append(a.outposts, p)
	if err := a.enlist(ctx, id, cmp.Or(a.publicAddress(id), p.Peers), keys); err != nil {
		return nil, err
	}
	return p, p.Follower.Once(ctx, 0)
}

// publicAddress is where other gateways reach the one that is configured here.
func (a *App) publicAddress(id xroad.ServerID) string {
	if id.String() != a.Config.ExchangeServer {
		return ""
	}
	return a.Config.ExchangeAddress
}

// enlist registers a gateway of this process at the centre and certifies its keys.
func (a *App) enlist(ctx context.Context, id xroad.ServerID, address string, keys *directory.Keyring) error {
	var issued directory.Issued
	enrolled, err := a.enrolled(ctx, id, keys)
	if err != nil {
		return err
	}
	r := directory.Requests{}
	if !enrolled {
		if r, err = keys.Requests(id); err != nil {
			return err
		}
	}
	err = a.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		if err := a.enter(tx, xroad.ClientID{Instance: id.Instance, Class: id.Class, Member: id.Member}); err != nil {
			return err
		}
		all, err := a.Centre.Read(tx)
		if err != nil {
			return err
		}
		if s, known := all.Server(id); !known || s.Address != address || s.State != directory.Active {
			if err := a.Centre.PutServer(tx, id, address); err != nil {
				return err
			}
		}
		if enrolled {
			return nil
		}
		token, err := a.Centre.Ticket(tx, id)
		if err == nil {
			issued, _, err = a.Centre.Enrol(tx, token, r)
		}
		return err
	})
	if err != nil || enrolled {
		return err
	}
	return keys.Accept(issued)
}

// enrolled reports whether the centre knows the keys of a gateway; keys that it
// does not know are forgotten.
func (a *App) enrolled(ctx context.Context, id xroad.ServerID, keys *directory.Keyring) (known bool, err error) {
	me := keys.Identity()
	if me == nil {
		return false, nil
	}
	err = a.DB.Read(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		all, err := a.Centre.Read(tx)
		for _, c := range all.CertificatesOf(id.String()) {
			known = known || c.Serial == directory.Serial(me.TLS.Leaf) && c.State == directory.Active
		}
		return err
	})
	if err == nil && !known {
		err = keys.Renounce()
	}
	return known, err
}

// enter registers a member unless it is; an organisation of the same id gives
// it its name.
func (a *App) enter(tx *db.Tx, id xroad.ClientID) error {
	org := gov.OrgID(strings.ToLower(id.Member))
	if have, err := directory.OrganisationOf(tx, id); err != nil || have != "" {
		return err
	}
	name := a.OrganisationName(org)
	if !a.Knows(org) {
		org, name = a.Country.Authority, a.OrganisationName(a.Country.Authority)
	}
	return a.Centre.PutMember(tx, id, name, org)
}
