package pack

import (
	"slices"
	"strings"

	"diwan.example/gov"
	"go.yaml.in/yaml/v4"
)

// languages reads the pack's own languages out of service.yaml before anything
// else is read: they say which languages every text must have.
func (s *strict) languages(n *yaml.Node) {
	var list *yaml.Node
	for i := 0; n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "languages" {
			list = n.Content[i+1]
		}
	}
	if list == nil || list.Kind != yaml.SequenceNode {
		return // absent, or refused where its shape is read
	}
	if len(list.Content) == 0 {
		s.fail(list, "", "القائمة %q فارغة", "the list %q is empty", "languages")
		return
	}
	var out []gov.Lang
	for _, c := range list.Content {
		l := gov.Lang(c.Value)
		switch {
		case !slices.Contains(gov.Spoken, l):
			s.fail(c, nearest(c.Value, spoken()), "لا تُكتب الخدمات باللغة %q، واللغات هي: %s", "services are not written in %q; the languages are: %s", c.Value, strings.Join(spoken(), " "))
		case slices.Contains(out, l):
			s.fail(c, "", "%q مكررة", "%q occurs twice", c.Value)
		default:
			out = append(out, l)
		}
	}
	if len(out) > 0 {
		s.langs = out
	}
}

func spoken() []string {
	out := make([]string, len(gov.Spoken))
	for i, l := range gov.Spoken {
		out[i] = string(l)
	}
	return out
}
