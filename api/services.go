package api

import (
	"context"
	"net/http"
	"strconv"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
)

// services are the operations on the catalogue; they are open to everybody.
func services(s *server) {
	const tag = "services"
	add(s, route{id: "search-services", method: http.MethodGet, path: "/services", tag: tag, scope: public, name: gov.T("البحث في الخدمات", "Search services")}, s.searchServices)
	add(s, route{id: "get-service", method: http.MethodGet, path: "/services/{area}/{name}", tag: tag, scope: public, name: gov.T("خدمة واحدة", "One service")}, s.getService)
	add(s, route{id: "get-service-form", method: http.MethodGet, path: "/services/{area}/{name}/form", tag: tag, scope: public,
		name: gov.T("أسئلة الخدمة", "The form of a service as JSON Schema"), about: "JSON Schema 2020-12 of the answers. What is asked only under a condition is not required in it; the condition is checked when you apply."}, s.serviceForm)
	add(s, route{id: "get-service-procedure", method: http.MethodGet, path: "/services/{area}/{name}/procedure", tag: tag, scope: public,
		name: gov.T("إجراءات الخدمة", "The procedure of a service"), about: "Its steps, and the whole in words."}, s.serviceProcedure)
	add(s, route{id: "list-organisations", method: http.MethodGet, path: "/organisations", tag: tag, scope: public, name: gov.T("الجهات", "Organisations")}, s.organisations)
	add(s, route{id: "list-life-events", method: http.MethodGet, path: "/life-events", tag: tag, scope: public, name: gov.T("أحداث الحياة", "Life events")}, s.lifeEvents)
}

// Service is an entry of the catalogue.
type Service struct {
	ID           gov.ServiceID      `json:"id" example:"identity-card/renewal"`
	Organisation gov.OrgID          `json:"organisation"`
	Name         gov.Text           `json:"name"`
	Description  gov.Text           `json:"description"`
	LifeEvents   []string           `json:"life_events"`
	Audience     []string           `json:"audience"`
	Channels     []string           `json:"channels"`
	Standing     catalogue.Standing `json:"standing" enum:"offline,declared,running,proven" doc:"How far it has come online: by word, by a published version, by a completed case"`
	Version      string             `json:"version,omitempty" doc:"That runs here; absent: none"`
	Cost         gov.Money          `json:"cost" doc:"In minor units; see cost_rule when it depends"`
	CostRule     gov.Text           `json:"cost_rule,omitempty"`
	WorkingDays  int                `json:"working_days"`
	Evidence     []gov.Text         `json:"evidence" doc:"What the applicant is asked to show"`
	Outputs      []gov.Text         `json:"outputs"`
	Legal        []gov.Text         `json:"legal,omitempty"`
	Sample       bool               `json:"sample" doc:"Invented for demonstration"`
}

func showService(v catalogue.Service) Service {
	out := Service{
		ID: v.ID, Organisation: v.Organisation, Name: v.Name, Description: v.Description, LifeEvents: v.LifeEvents, Audience: v.Audience, Channels: v.Channels.Kinds(),
		Standing: v.Standing(), Version: v.Version, Cost: v.Costs.Amount(), CostRule: v.Costs.Rule(), WorkingDays: v.WorkingDays,
		Sample: v.Sample, Evidence: []gov.Text{}, Outputs: []gov.Text{},
	}
	for _, e := range v.Evidence {
		out.Evidence = append(out.Evidence, e.Name)
	}
	for _, o := range v.Outputs {
		out.Outputs = append(out.Outputs, o.Name)
	}
	for _, l := range v.Legal {
		out.Legal = append(out.Legal, l.Name)
	}
	return out
}

// ServiceList is one page of services.
type ServiceList struct {
	Items  []Service                 `json:"items"`
	Next   string                    `json:"next,omitempty" doc:"Cursor of the next page; absent on the last"`
	Total  int                       `json:"total"`
	Facets map[string]map[string]int `json:"facets" doc:"Facet, value, services that it would give"`
}

func (s *server) searchServices(ctx context.Context, in *struct {
	Paging
	Words        string `query:"q" maxLength:"200" doc:"In any language, as people say it"`
	Organisation string `query:"organisation" maxLength:"64"`
	LifeEvent    string `query:"life_event" maxLength:"64"`
	Audience     string `query:"audience" maxLength:"32"`
	Area         string `query:"area" maxLength:"64"`
	Standing     string `query:"standing" enum:"offline,declared,running,proven"`
	Cost         string `query:"cost" enum:"free,paid"`
	Channel      string `query:"channel" maxLength:"32"`
	Level        string `query:"level" enum:"0,1,2,3,4" doc:"Online level by the organisation's word"`
}) (*answer[ServiceList], error) {
	skip, err := in.number()
	if err != nil {
		return nil, err
	}
	q := catalogue.Query{Text: in.Words, Lang: langIn(ctx), Offset: skip, Limit: in.Limit, Facets: map[string][]string{}}
	for facet, v := range map[string]string{
		catalogue.ByOrganisation: in.Organisation, catalogue.ByLifeEvent: in.LifeEvent, catalogue.ByAudience: in.Audience,
		catalogue.ByArea: in.Area, catalogue.ByStanding: in.Standing, catalogue.ByCost: in.Cost,
		catalogue.ByChannel: in.Channel, catalogue.ByLevel: in.Level,
	} {
		if v != "" {
			q.Facets[facet] = []string{v}
		}
	}
	found, err := s.Book.Search(ctx, q)
	out := ServiceList{Items: each(found.Services, showService), Total: found.Total, Facets: found.Counts}
	if skip+len(out.Items) < found.Total && len(out.Items) > 0 {
		out.Next = cursor(strconv.Itoa(skip + len(out.Items)))
	}
	return say(out, err)
}

// OfService names a service.
type OfService struct {
	Area string `path:"area" maxLength:"60" example:"identity-card"`
	Name string `path:"name" maxLength:"60" example:"renewal"`
}

func (i OfService) id() gov.ServiceID { return gov.ServiceID(i.Area + "/" + i.Name) }

func (s *server) getService(ctx context.Context, in *OfService) (*answer[Service], error) {
	v, err := s.Book.Service(ctx, in.id())
	return say(showService(v), err)
}

func (s *server) current(ctx context.Context, id gov.ServiceID) (p *pack.Pack, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error { p, err = s.Cases.Packs.Current(tx, id); return err })
	return p, err
}

func (s *server) serviceForm(ctx context.Context, in *struct {
	OfService
	Lang gov.Lang `query:"lang" enum:"ar,en" doc:"Of the titles; absent: that of Accept-Language"`
}) (*answer[map[string]any], error) {
	p, err := s.current(ctx, in.id())
	if err != nil {
		return nil, err
	}
	lang := in.Lang
	if lang == "" {
		lang = langIn(ctx)
	}
	return say(p.Form.Schema(lang), nil)
}

// Procedure is how a service goes, from application to closing.
type Procedure struct {
	Service gov.ServiceID   `json:"service"`
	Version string          `json:"version"`
	Steps   []ProcedureStep `json:"steps"`
	Words   gov.Text        `json:"words" doc:"The whole in sentences"`
}

// ProcedureStep is one step.
type ProcedureStep struct {
	ID      string        `json:"id"`
	Kind    pack.StepKind `json:"kind"`
	Title   gov.Text      `json:"title"`
	Role    gov.Role      `json:"role,omitempty"`
	Next    string        `json:"next,omitempty"`
	Message string        `json:"message,omitempty" doc:"Name of the message it awaits"`
	Within  gov.Text      `json:"within,omitempty" doc:"The deadline in words"`
}

func (s *server) serviceProcedure(ctx context.Context, in *OfService) (*answer[Procedure], error) {
	p, err := s.current(ctx, in.id())
	if err != nil {
		return nil, err
	}
	out := Procedure{Service: p.ID, Version: p.Version, Words: gov.T(pack.InWords(p, gov.Arabic), pack.InWords(p, gov.English)), Steps: []ProcedureStep{}}
	for _, x := range p.Steps {
		v := ProcedureStep{ID: x.ID, Kind: x.Kind, Title: x.Title, Role: x.Role, Next: x.Next, Message: x.Message}
		if x.Within != nil {
			v.Within = gov.T(x.Within.In(gov.Arabic), x.Within.In(gov.English))
		}
		out.Steps = append(out.Steps, v)
	}
	return say(out, nil)
}

// Organisation is a ministry or authority.
type Organisation struct {
	ID      gov.OrgID `json:"id"`
	Kind    string    `json:"kind"`
	Name    gov.Text  `json:"name"`
	Duty    gov.Text  `json:"duty"`
	Website string    `json:"website,omitempty"`
	Sample  bool      `json:"sample"`
}

func (s *server) organisations(ctx context.Context, _ *nothing) (*answer[[]Organisation], error) {
	all, err := s.Book.Organisations(ctx)
	return say(each(all, func(o catalogue.Organisation) Organisation {
		return Organisation{ID: o.ID, Kind: o.Kind, Name: o.Name, Duty: o.Duty, Website: o.Website, Sample: o.Sample}
	}), err)
}

// LifeEvent is a situation in which people need services.
type LifeEvent struct {
	ID       string   `json:"id"`
	Name     gov.Text `json:"name"`
	Business bool     `json:"business,omitempty"`
}

func (s *server) lifeEvents(ctx context.Context, _ *nothing) (*answer[[]LifeEvent], error) {
	all, err := s.Book.LifeEvents(ctx)
	return say(each(all, func(e catalogue.LifeEvent) LifeEvent { return LifeEvent{ID: e.ID, Name: e.Name, Business: e.Business} }), err)
}
