package xroad

import "encoding/json"

// The services that a gateway answers itself for every subsystem (PR-MREST).
const (
	ListMethods    = "listMethods"    // the services of a subsystem
	AllowedMethods = "allowedMethods" // those that the caller may call
	GetOpenAPI     = "getOpenAPI"     // the description of one: ?serviceCode=
)

// Meta reports whether a service is one that gateways answer themselves.
func Meta(service string) bool {
	return service == ListMethods || service == AllowedMethods || service == GetOpenAPI
}

// Listed is a service as listMethods and allowedMethods tell of it.
type Listed struct {
	Service   ServiceID
	Described bool // by OpenAPI
	Endpoints []Endpoint
}

// Endpoint is one operation of a service. In a path, * stands for any one step.
type Endpoint struct {
	Method string `json:"method"`
	Path   string `json:"path"`
}

// listed is Listed on the wire (PR-MREST annex B).
type listed struct {
	Class     string     `json:"member_class"`
	Member    string     `json:"member_code"`
	Object    string     `json:"object_type"`
	Service   string     `json:"service_code"`
	Type      string     `json:"service_type"`
	Subsystem string     `json:"subsystem_code,omitempty"`
	Instance  string     `json:"xroad_instance"`
	Endpoints []Endpoint `json:"endpoint_list"`
}

// EncodeList is the body of the answer of listMethods and allowedMethods.
func EncodeList(list []Listed) ([]byte, error) {
	out := make([]listed, 0, len(list))
	for _, s := range list {
		kind := "REST"
		if s.Described {
			kind = "OPENAPI"
		}
		id := s.Service
		out = append(out, listed{id.Class, id.Member, "SERVICE", id.Service, kind, id.Subsystem, id.Instance, append([]Endpoint{}, s.Endpoints...)})
	}
	return json.Marshal(map[string]any{"service": out})
}
