package pack

import (
	"reflect"
	"strings"
	"sync"

	"go.yaml.in/yaml/v4"
)

// key is one key that a part of a pack may have.
type key struct {
	name     string
	index    []int // of the Go field
	typ      reflect.Type
	required bool
}

var shapes sync.Map // reflect.Type → []key

// keysOf lists the keys of a struct from its tags; a key without omitempty is
// required. The list is read only.
func keysOf(t reflect.Type) []key {
	if known, ok := shapes.Load(t); ok {
		return known.([]key)
	}
	out := keysFrom(t)
	shapes.Store(t, out)
	return out
}

func keysFrom(t reflect.Type) (out []key) {
	for _, f := range reflect.VisibleFields(t) {
		tag, ok := f.Tag.Lookup("yaml")
		if !ok {
			tag = f.Tag.Get("json") + ",omitempty" // form.Person
		}
		name, rest, _ := strings.Cut(tag, ",")
		if !f.IsExported() || f.Anonymous || name == "" || name == "-" {
			continue
		}
		out = append(out, key{name: name, index: f.Index, typ: f.Type, required: !strings.Contains(rest, "omitempty")})
	}
	return out
}

// object fills a struct: unknown, repeated and missing keys are problems.
func (s *strict) object(n *yaml.Node, v reflect.Value, path string) {
	known := keysOf(v.Type())
	byName := map[string]key{}
	names := make([]string, len(known))
	for i, k := range known {
		byName[k.name], names[i] = k, k.name
	}
	given := map[string]bool{}
	ok := s.keys(n, func(k, c *yaml.Node) {
		f, ok := byName[k.Value]
		if !ok {
			s.fail(k, nearest(k.Value, names), "المفتاح %q غير معروف هنا", "unknown key %q", k.Value)
			given[nearest(k.Value, names)] = true
			return
		}
		given[k.Value] = true
		s.value(c, v.FieldByIndex(f.index), path+"."+k.Value)
		if f.required && c.Kind == yaml.ScalarNode && c.Tag != "!!null" && strings.TrimSpace(c.Value) == "" {
			s.fail(c, "", "قيمة %q فارغة", "%q is empty", k.Value)
		}
	})
	for _, k := range known {
		if ok && k.required && !given[k.name] {
			s.fail(n, "", "المفتاح %q ناقص هنا", "the key %q is missing", k.name)
		}
	}
}
