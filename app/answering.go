package app

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/gateway"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/reply"
)

// offer is a service of this process behind one of its own gateways.
type offer struct {
	id      xroad.ServiceID
	name    gov.Text     // of the subsystem
	plain   bool         // its systems may come without TLS; see directory.System
	handler http.Handler // answers with JSON; /openapi.json describes it
}

// answer serves services behind a gateway of this process, over mutual TLS: each
// listener admits that gateway alone. They are registered in the directory.
func (a *App) answer(ctx context.Context, p *Outpost, offers ...offer) error {
	for _, o := range offers {
		l, err := listenAt("127.0.0.1:0", false)
		if err != nil {
			return err
		}
		conf := &tls.Config{MinVersion: tls.VersionTLS13, ClientAuth: tls.RequireAnyClientCert,
			GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &p.Gateway.Identity().TLS, nil },
			VerifyConnection: func(c tls.ConnectionState) error {
				who, err := p.Gateway.View.Current().Peer(c.PeerCertificates, a.DB.Now())
				if err == nil && who.ID != p.Gateway.ID {
					err = gov.Fail(gov.Denied, "ليست هذه بوابة هذه الخدمة", "This is not the service's gateway")
				}
				return err
			}}
		s := &http.Server{Handler: o.handler, TLSConfig: conf, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
			ErrorLog: slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug)}
		p.doors = append(p.doors, door{l, s, true})
		at := "https://" + l.Addr().String()
		err = a.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error { return a.offer(tx, p.Gateway.ID, o, at) })
		if err != nil {
			return err
		}
	}
	return nil
}

// offer registers a service at the address where it is served this time.
func (a *App) offer(tx *db.Tx, server xroad.ServerID, o offer, at string) error {
	sub := o.id.ClientID
	if have, err := directory.OrganisationOf(tx, sub); err != nil {
		return err
	} else if have == "" {
		if err := a.Centre.PutSubsystem(tx, sub, o.name, o.plain); err != nil {
			return err
		}
	}
	if err := a.Centre.Serve(tx, server, sub); err != nil {
		return err
	}
	roots, err := a.Centre.Roots(tx)
	if err != nil {
		return err
	}
	return a.Centre.PutService(tx, directory.Service{ID: o.id, URL: at, Description: at + "/openapi.json", Trust: roots})
}

// answerForRegistries offers what registries hold to members of the exchange:
// service inquiries of subsystem registries.
func (a *App) answerForRegistries(ctx context.Context, p *Outpost) error {
	a.Records.Call = a.askThrough(p, subsystemOf(p.Gateway.ID, "registries"))
	id := xroad.ServiceID{ClientID: subsystemOf(p.Gateway.ID, "registries"), Service: "inquiries"}
	return a.answer(ctx, p, offer{id: id, name: gov.T("السجلات الوطنية", "National registries"), plain: a.Config.ExchangePlain != "", handler: a.inquiries()})
}

func subsystemOf(id xroad.ServerID, code string) xroad.ClientID {
	return xroad.ClientID{Instance: id.Instance, Class: id.Class, Member: id.Member, Subsystem: code}
}

// askThrough is how registries that live elsewhere are asked: through a gateway.
func (a *App) askThrough(p *Outpost, client xroad.ClientID) func(ctx context.Context, service, path string, headers map[string]string) ([]byte, error) {
	return func(ctx context.Context, service, path string, headers map[string]string) ([]byte, error) {
		id, err := xroad.ParseService(service)
		if err != nil {
			return nil, err
		}
		h := http.Header{}
		for k, v := range headers {
			h.Set(k, v)
		}
		res, err := p.Gateway.Call(ctx, gateway.Ask{Client: client, Service: id, Path: path, Headers: h})
		if err != nil {
			return nil, errSourceAway.Because(err)
		}
		defer res.Body.Close()
		switch {
		case res.StatusCode == http.StatusNotFound:
			return nil, gov.Fail(gov.NotFound, "لا سجل هناك", "There is no record there")
		case res.StatusCode != http.StatusOK:
			return nil, errSourceAway.Because(errors.New("it answered " + res.Status))
		}
		return io.ReadAll(io.LimitReader(res.Body, longestHook))
	}
}

var errSourceAway = gov.Fail(gov.Unavailable, "مصدر البيانات لا يجيب الآن", "The source of the data does not answer now")

// wanted is what a member of the exchange asks of the registries.
type wanted struct {
	CivilNumber string            `json:"civil_number"`
	Attributes  []gov.AttributeID `json:"attributes"`
	Service     gov.ServiceID     `json:"service"` // of the asker, for which it asks
	Case        gov.CaseID        `json:"case"`
	Purpose     string            `json:"purpose"`
}

var errWanted = gov.Fail(gov.Invalid, "المطلوب JSON فيه civil_number وservice وattributes (من واحدة إلى خمسين)", "JSON with civil_number, service and attributes (one to fifty) is needed")

// inquiries answers members of the exchange with what agreements let them know;
// every read is in the person's access log. The gateway alone reaches it, and
// says by X-Road-Client who asks.
func (a *App) inquiries() http.Handler {
	return described(openInquiries, func(w http.ResponseWriter, r *http.Request) (any, error) {
		if r.URL.Path != "/" && r.URL.Path != "" {
			return nil, errNoPage
		}
		if r.Method != http.MethodPost {
			return nil, gov.Fail(gov.Invalid, "المطلوب POST", "POST is needed")
		}
		var q wanted
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&q); err != nil {
			return nil, errWanted.Because(err)
		}
		if q.CivilNumber == "" || q.Service == "" || len(q.Attributes) == 0 || len(q.Attributes) > 50 {
			return nil, errWanted
		}
		org, err := a.whoAsks(r)
		if err != nil {
			return nil, err
		}
		ctx := gov.WithActor(r.Context(), gov.Actor{Org: org, Channel: gov.API})
		return a.Fetcher.Inquire(ctx, gov.Inquiry{Organisation: org, Service: q.Service, Case: q.Case, Civil: q.CivilNumber, Channel: gov.API, Purpose: q.Purpose, Attributes: q.Attributes})
	})
}

// whoAsks is the organisation that asks.
func (a *App) whoAsks(r *http.Request) (org gov.OrgID, err error) {
	client, err := xroad.ParseClient(r.Header.Get(xroad.HeaderClient))
	if err != nil {
		return "", err
	}
	err = a.DB.Read(gov.WithActor(r.Context(), gov.System), func(tx *db.Tx) error {
		if org, err = directory.OrganisationOf(tx, client); err == nil && org == "" {
			err = gov.Fail(gov.Denied, "السائل ليس عضوًا في التبادل", "Whoever asks is no member of the exchange")
		}
		return err
	})
	return org, err
}

var errNoPage = gov.Fail(gov.NotFound, "لا شيء على هذا المسار", "There is nothing at this path")

// described serves an OpenAPI document beside JSON answers.
func described(openapi string, answer func(w http.ResponseWriter, r *http.Request) (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		if r.URL.Path == "/openapi.json" {
			io.Copy(w, strings.NewReader(openapi))
			return
		}
		v, err := answer(w, r)
		if err != nil {
			w.WriteHeader(reply.Status(gov.KindOf(err)))
			v = map[string]any{"kind": gov.KindOf(err), "text": gov.PublicOf(err)}
		}
		json.NewEncoder(w).Encode(v)
	})
}

const openInquiries = `{
  "openapi": "3.0.3",
  "info": {"title": "National registries", "version": "1.0.0", "description": "What registries hold of a person, as far as an agreement lets the caller know it."},
  "paths": {"/": {"post": {"summary": "Ask for attributes of one person",
    "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object", "required": ["civil_number", "attributes", "service"], "properties": {
      "civil_number": {"type": "string"}, "attributes": {"type": "array", "maxItems": 50, "items": {"type": "string"}},
      "service": {"type": "string"}, "case": {"type": "string"}, "purpose": {"type": "string"}}}}}},
    "responses": {"200": {"description": "One answer for every attribute; gap says why a value is missing", "content": {"application/json": {"schema": {"type": "array", "items": {"type": "object", "properties": {
      "attribute": {"type": "string"}, "value": {}, "gap": {"type": "string", "enum": ["none", "away", "denied", "consent"]}}}}}}}}}}}
}
`
