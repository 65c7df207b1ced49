package pack

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// SchemaFiles lists the files of a pack in the order people write them.
func SchemaFiles() []string { return slices.Clone(fileNames) }

// Schema describes one file of a pack as JSON Schema 2020-12, for editors. The
// checks that need more than one file are Parse's. Error: NotFound when packs
// have no such file.
func Schema(file string) ([]byte, error) {
	types := map[string]reflect.Type{
		serviceFile: reflect.TypeFor[Service](), questionsFile: reflect.TypeFor[questions](), procedureFile: reflect.TypeFor[procedure](),
		documentsFile: reflect.TypeFor[documents](), examplesFile: reflect.TypeFor[examples](),
	}
	t, ok := types[file]
	if !ok {
		return nil, gov.Fail(gov.NotFound, "لا يوجد ملف بهذا الاسم في الخدمات", "Packs have no file of this name")
	}
	w := &schemaWriter{defs: map[string]any{}}
	s := w.object(t)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["$id"] = "urn:diwan:pack:" + file
	s["title"] = "Diwan pack: " + file
	s["$defs"] = w.defs
	return json.MarshalIndent(s, "", "  ")
}

// schemaWriter turns the pack's Go types into schemas; each struct once, under $defs.
type schemaWriter struct {
	defs map[string]any
}

func (w *schemaWriter) object(t reflect.Type) map[string]any {
	props, required := map[string]any{}, []string{}
	for _, k := range keysOf(t) {
		p := w.value(k.typ)
		if d := descriptions[t.Name()+"."+k.name]; d != "" {
			p = maps.Clone(p)
			p["description"] = d
		}
		if more := limits[t.Name()+"."+k.name]; more != nil {
			p = maps.Clone(p)
			maps.Copy(p, more)
		}
		props[k.name] = p
		if k.required {
			required = append(required, k.name)
		}
	}
	out := map[string]any{"type": "object", "properties": props, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func (w *schemaWriter) value(t reflect.Type) map[string]any {
	switch t {
	case reflect.TypeFor[gov.Text]():
		return map[string]any{"type": "object", "minProperties": 1, "propertyNames": map[string]any{"enum": gov.Spoken}, "additionalProperties": map[string]any{"type": "string", "minLength": 1}}
	case reflect.TypeFor[gov.Lang]():
		return map[string]any{"enum": gov.Spoken}
	case reflect.TypeFor[form.Kind]():
		return map[string]any{"enum": append(form.Kinds(), form.Country)} // countries stand in documents only
	case reflect.TypeFor[StepKind]():
		return map[string]any{"enum": kindNames}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return w.value(t.Elem())
	case reflect.Struct:
		if _, ok := w.defs[t.Name()]; !ok {
			w.defs[t.Name()] = true // while it is being written
			w.defs[t.Name()] = w.object(t)
		}
		return map[string]any{"$ref": "#/$defs/" + t.Name()}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": w.value(t.Elem())}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": w.value(t.Elem())}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int:
		return map[string]any{"type": "integer"}
	case reflect.Interface:
		return map[string]any{}
	}
	return map[string]any{"type": []string{"string", "number"}} // numbers are read as written
}

// limits narrow single keys beyond their types.
var limits = map[string]map[string]any{
	"Service.id":         {"pattern": serviceShape.String()},
	"Service.prefix":     {"pattern": prefixShape.String()},
	"Service.audience":   {"items": map[string]any{"enum": audiences}, "minItems": 1},
	"Service.channels":   {"items": map[string]any{"enum": channels}, "minItems": 1},
	"Service.for_others": {"items": map[string]any{"enum": mandates}},
	"Step.id":            {"pattern": idShape.String()},
	"Step.outcome":       {"enum": endings},
	"Step.role":          {"enum": []gov.Role{gov.Officer, gov.Supervisor, gov.Head, gov.Auditor}},
	"Exemption.percent":  {"minimum": 1, "maximum": 100},
	"Expiry.do":          {"enum": []string{"remind", "escalate", "outcome", "go"}},
	"Act.do":             {"enum": acts},
	"Example.today":      {"pattern": `^\d{4}-\d{2}-\d{2}$`},
	"Term.working_days":  {"minimum": 1, "maximum": longest},
	"Term.working_hours": {"minimum": 1, "maximum": longest},
	"Term.days":          {"minimum": 1, "maximum": longest},
	"Question.name":      {"pattern": idShape.String()},
	"Question.away":      {"enum": []form.Away{form.AwayWait, form.AwayAsk, form.AwayDocument}},
	"Exception.until":    {"pattern": `^\d{4}-\d{2}-\d{2}$`},
	"Claim.name":         {"pattern": idShape.String()},
	"Document.holder":    {"enum": holders},
	"Document.page":      {"enum": pages},
	"Column.sum":         {"enum": sums},
	"FeeLine.id":         {"pattern": idShape.String()},
	"Outcome.id":         {"pattern": idShape.String()},
}

// SchemaKeys lists every key that packs may have, as Type.key: what the
// descriptions must cover.
func SchemaKeys() (out []string) {
	seen := map[reflect.Type]bool{}
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice:
			walk(t.Elem())
		case reflect.Struct:
			if seen[t] {
				return
			}
			seen[t] = true
			for _, k := range keysOf(t) {
				out = append(out, fmt.Sprintf("%s.%s", t.Name(), k.name))
				walk(k.typ)
			}
		}
	}
	for _, t := range []reflect.Type{reflect.TypeFor[Service](), reflect.TypeFor[questions](), reflect.TypeFor[procedure](), reflect.TypeFor[documents](), reflect.TypeFor[examples]()} {
		walk(t)
	}
	return out
}
