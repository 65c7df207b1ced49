package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// records tells CEL's checker which fields our records have. At run time a
// record is a map, which CEL reads by itself.
type records struct {
	types.Provider
	fields map[string][]Var
}

func (r *records) add(t Type) {
	switch t.base {
	case list, mapping:
		r.add(t.Elem())
	case record:
		r.fields[recordName(t.name)] = t.Fields()
		for _, f := range t.Fields() {
			r.add(f.Type)
		}
	}
}

func (r *records) FindIdent(name string) (ref.Val, bool) { return r.Provider.FindIdent(name) }

func (r *records) FindStructType(name string) (*types.Type, bool) {
	if _, ok := r.fields[name]; ok {
		return types.NewTypeTypeWithParam(cel.ObjectType(name)), true
	}
	return r.Provider.FindStructType(name)
}

func (r *records) FindStructFieldNames(name string) ([]string, bool) {
	fields, ok := r.fields[name]
	if !ok {
		return r.Provider.FindStructFieldNames(name)
	}
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f.Name
	}
	return out, true
}

func (r *records) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	fields, ok := r.fields[name]
	if !ok {
		return r.Provider.FindStructFieldType(name, field)
	}
	for _, f := range fields {
		if f.Name == field {
			return &types.FieldType{Type: f.Type.cel()}, true
		}
	}
	return nil, false
}
