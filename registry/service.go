package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"diwan.example/gov"
)

// service reads a registry's records from an API behind the exchange. It answers
// with one object, {"records": […]}, or Not Found; its members are the registry's
// fields or what columns calls them.
type service struct {
	d    *Definition
	call func(ctx context.Context, path string) ([]byte, error)
}

// ByKey implements Connector.
func (s *service) ByKey(ctx context.Context, key string) ([]map[string]any, error) {
	return s.ask(ctx, strings.ReplaceAll(s.d.Connector.Path, "{key}", url.PathEscape(key)))
}

// ByPerson implements Connector.
func (s *service) ByPerson(ctx context.Context, civil string) ([]map[string]any, error) {
	switch {
	case civil == "" || s.d.Person == "":
		return nil, nil
	case s.d.Connector.Persons != "":
		return s.ask(ctx, strings.ReplaceAll(s.d.Connector.Persons, "{person}", url.PathEscape(civil)))
	case s.d.Person == s.d.Key:
		return s.ByKey(ctx, civil)
	}
	return nil, gov.Fail(gov.Unavailable, "لا يُسأل مصدر هذا السجل عن شخص", "The source of this registry cannot be asked about a person")
}

func (s *service) ask(ctx context.Context, path string) ([]map[string]any, error) {
	b, err := s.call(ctx, path)
	if gov.KindOf(err) == gov.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := objects(b)
	if err != nil {
		return nil, errBroken.Because(err)
	}
	out := make([]map[string]any, len(list))
	for i, o := range list {
		out[i] = map[string]any{}
		for _, f := range s.d.Fields {
			if v := o[s.d.column(f.Name)]; v != nil {
				out[i][f.Name] = v
			}
		}
	}
	return out, nil
}

// objects reads one object, or the list in its member records.
func objects(b []byte) ([]map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var whole map[string]any
	if err := d.Decode(&whole); err != nil {
		return nil, err
	}
	records, several := whole["records"]
	if !several {
		return []map[string]any{whole}, nil
	}
	inner, ok := records.([]any)
	if !ok && records != nil {
		return nil, errBroken
	}
	out := make([]map[string]any, 0, len(inner))
	for _, x := range inner {
		o, ok := x.(map[string]any)
		if !ok {
			return nil, errBroken
		}
		out = append(out, o)
	}
	return out, nil
}
