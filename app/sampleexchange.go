package app

import (
	"context"
	"net/http"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/country"
	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
)

// Connected is a member of the sample exchange, for whoever wants to try it.
type Connected struct {
	Client xroad.ClientID
	Plain  string // address without TLS, on this machine
}

// SeedExchange connects three members of the sample country: the platform's own
// gateway, and two ministries with a gateway and a service each. What was seeded
// before is kept; addresses are those of this time. OpenExchange comes first.
func (a *App) SeedExchange(ctx context.Context) error {
	if len(a.outposts) == 0 {
		return nil
	}
	instance := a.Centre.Instance
	moe := xroad.ServerID{Instance: instance, Class: "GOV", Member: "moe", Server: "gw"}
	justice := xroad.ServerID{Instance: instance, Class: "GOV", Member: "mojiawaqf", Server: "gw"}
	schools := offer{id: xroad.ServiceID{ClientID: subsystemOf(moe, "education"), Service: "schools"}, name: gov.T("نظام التعليم", "Education system"), plain: true, handler: a.schools()}
	notary := offer{id: xroad.ServiceID{ClientID: subsystemOf(justice, "justice"), Service: "services"}, name: gov.T("نظام العدل", "Justice system"), plain: true, handler: a.offered("mojiawaqf")}
	for _, x := range []struct {
		id    xroad.ServerID
		plain string
		offer offer
	}{{moe, "127.0.0.1:8091", schools}, {justice, "127.0.0.1:8092", notary}} {
		if a.Config.ExchangePlain == "127.0.0.1:0" {
			x.plain = a.Config.ExchangePlain
		}
		p, err := a.openOutpost(ctx, x.id, a.Config.ExchangeDir+"-"+x.id.Member, Outlay{Peers: "127.0.0.1:0", Systems: "127.0.0.1:0", Plain: x.plain, Loose: true})
		if err != nil {
			return err
		}
		if err := a.answer(ctx, p, x.offer); err != nil {
			return err
		}
	}
	inquiries := xroad.ServiceID{ClientID: subsystemOf(a.outposts[0].Gateway.ID, "registries"), Service: "inquiries"}
	err := a.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		for _, g := range []directory.Grant{
			{Client: notary.id.ClientID, Service: schools.id, Methods: []string{"GET"}},
			{Client: inquiries.ClientID, Service: schools.id, Methods: []string{"GET"}},
			{Client: schools.id.ClientID, Service: notary.id, Methods: []string{"GET"}},
			{Client: schools.id.ClientID, Service: inquiries, Methods: []string{"POST"}},
			{Client: notary.id.ClientID, Service: inquiries, Methods: []string{"POST"}},
		} {
			if err := a.Centre.PutGrant(tx, g); err != nil {
				return err
			}
		}
		return nil
	})
	for _, p := range a.outposts {
		if err == nil {
			err = p.Follower.Once(ctx, 0)
		}
	}
	return err
}

// Connected are the members whose gateways run in this process.
func (a *App) Connected() (out []Connected) {
	for _, p := range a.outposts {
		me := p.Gateway.View.Current().Server(p.Gateway.ID)
		if me == nil {
			continue
		}
		for _, c := range me.Serves {
			out = append(out, Connected{c, p.Plain})
		}
	}
	return out
}

// SampleCall is a command that calls one member's service as another member, as
// it is typed; "" when no sample is connected.
func (a *App) SampleCall() string {
	all := a.Connected()
	if len(all) < 3 {
		return ""
	}
	provider, caller := all[1], all[2]
	return "curl -H 'X-Road-Client: " + caller.Client.String() + "' http://" + caller.Plain + "/r1/" + provider.Client.String() + "/schools"
}

const openSchools = `{
  "openapi": "3.0.3",
  "info": {"title": "Schools", "version": "1.0.0", "description": "Schools of the sample country"},
  "paths": {
    "/": {"get": {"summary": "All schools", "responses": {"200": {"description": "A list of schools"}}}},
    "/{id}": {"get": {"summary": "One school", "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}], "responses": {"200": {"description": "A school"}, "404": {"description": "There is no such school"}}}}
  }
}
`

// schools is the education ministry's sample service.
func (a *App) schools() http.Handler {
	type school struct {
		ID    string   `json:"id"`
		Name  gov.Text `json:"name"`
		First int      `json:"first_grade"`
		Last  int      `json:"last_grade"`
	}
	of := func(s country.School) school { return school{s.ID, s.Name, s.First, s.Last} }
	return described(openSchools, func(_ http.ResponseWriter, r *http.Request) (any, error) {
		if r.URL.Path == "/" {
			out := []school{}
			for _, s := range a.Country.Schools {
				out = append(out, of(s))
			}
			return out, nil
		}
		for _, s := range a.Country.Schools {
			if r.URL.Path == "/"+s.ID {
				return of(s), nil
			}
		}
		return nil, errNoPage
	})
}

const openOffered = `{
  "openapi": "3.0.3",
  "info": {"title": "Services of an organisation", "version": "1.0.0", "description": "What the catalogue says of an organisation's services"},
  "paths": {
    "/": {"get": {"summary": "All services", "responses": {"200": {"description": "A list of services"}}}},
    "/{area}/{name}": {"get": {"summary": "One service", "parameters": [{"name": "area", "in": "path", "required": true, "schema": {"type": "string"}}, {"name": "name", "in": "path", "required": true, "schema": {"type": "string"}}], "responses": {"200": {"description": "A service"}, "404": {"description": "There is no such service"}}}}
  }
}
`

// offered is a ministry's sample service: what it offers, from the catalogue.
func (a *App) offered(org gov.OrgID) http.Handler {
	type line struct {
		ID     gov.ServiceID `json:"id"`
		Name   gov.Text      `json:"name"`
		Online bool          `json:"online"` // proven by a case that was completed online
	}
	return described(openOffered, func(_ http.ResponseWriter, r *http.Request) (any, error) {
		list, err := a.Book.Services(r.Context(), catalogue.Filter{Public: true, Organisation: org})
		if err != nil {
			return nil, err
		}
		out := []line{}
		for _, s := range list {
			out = append(out, line{s.ID, s.Name, !s.ProvenAt.IsZero()})
		}
		if r.URL.Path == "/" {
			return out, nil
		}
		for _, s := range out {
			if strings.TrimPrefix(r.URL.Path, "/") == string(s.ID) {
				return s, nil
			}
		}
		return nil, errNoPage
	})
}
