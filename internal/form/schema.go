package form

import (
	"math"

	"diwan.example/gov"
)

// Schema is the JSON Schema (2020-12) of the form's canonical answers, with
// titles in l and, under x-title, in every language. Conditions and rules
// between answers are not in it: a question that is asked conditionally is
// simply not required.
func (f *Form) Schema(l gov.Lang) map[string]any {
	s := f.object(f.scope, l)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	return s
}

func (f *Form) object(s *scope, l gov.Lang) map[string]any {
	props := map[string]any{}
	required := []any{}
	for _, q := range s.questions {
		p := f.property(q, l)
		p["title"] = q.Label.In(l)
		p["x-title"] = translations(q.Label)
		if len(q.Help) > 0 {
			p["description"] = q.Help.In(l)
		}
		props[q.Name] = p
		if q.Attribute != "" {
			p["x-attribute"] = string(q.Attribute)
		}
		if q.Held() && q.Away != AwayAsk && q.Kind != File {
			p["readOnly"] = true
		}
		if !q.Optional && !q.Held() && q.Stands == "" && q.Kind != Computed && q.when == nil && (q.page == nil || q.page.when == nil) {
			required = append(required, q.Name)
		}
	}
	out := map[string]any{"type": "object", "properties": props, "additionalProperties": false}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

func translations(t gov.Text) map[string]any {
	out := make(map[string]any, len(t))
	for l, s := range t {
		out[string(l)] = s
	}
	return out
}

// property describes one question's answer. Each is a new map.
func (f *Form) property(q *question, l gov.Lang) map[string]any {
	switch q.Kind {
	case ShortText, LongText:
		return textProperty(q)
	case Number:
		return numberProperty(q)
	case Money:
		return f.moneyProperty(q)
	case OneOf:
		return map[string]any{"type": "string", "enum": values(q), "x-options": optionTitles(q)}
	case ManyOf:
		return map[string]any{"type": "array", "uniqueItems": true, "minItems": 1,
			"items": map[string]any{"type": "string", "enum": values(q)}, "x-options": optionTitles(q)}
	case File:
		return fileProperty(q)
	case Group:
		return map[string]any{"type": "array", "minItems": max(1, q.MinRows), "maxItems": q.limits.rows, "items": f.object(q.inner, l)}
	case Computed:
		p := f.property(&question{Question: &Question{Kind: q.Gives, Decimals: q.Decimals}, limits: limits{length: 4 * longest}}, l)
		p["readOnly"] = true
		return p
	}
	return fixed(q.Kind)
}

// fixed are the kinds whose shape no pack can change.
func fixed(k Kind) map[string]any {
	word := map[string]any{"type": "string", "maxLength": 20}
	street := map[string]any{"type": "string", "minLength": 1, "maxLength": 20}
	switch k {
	case Date:
		return map[string]any{"type": "string", "format": "date", "pattern": `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`}
	case Time:
		return map[string]any{"type": "string", "pattern": `^([01][0-9]|2[0-3]):[0-5][0-9]$`}
	case YesNo:
		return map[string]any{"type": "boolean"}
	case Declaration:
		return map[string]any{"const": true}
	case CivilNumber:
		return map[string]any{"type": "string", "pattern": `^[0-9]{9}$`}
	case Passport:
		return map[string]any{"type": "string", "pattern": `^[A-Z0-9]{5,15}$`}
	case IBAN:
		return map[string]any{"type": "string", "pattern": `^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$`}
	case Phone:
		return map[string]any{"type": "string", "pattern": `^\+[1-9][0-9]{7,14}$`}
	case Email:
		return map[string]any{"type": "string", "format": "email", "maxLength": 254}
	case Address:
		return closed(map[string]any{"block": street, "road": street, "building": street, "flat": word}, "block", "road", "building", "flat")
	case MapPoint:
		return closed(map[string]any{
			"lat": map[string]any{"type": "number", "minimum": -90, "maximum": 90},
			"lng": map[string]any{"type": "number", "minimum": -180, "maximum": 180},
		}, "lat", "lng")
	}
	return map[string]any{}
}

func closed(props map[string]any, required ...any) map[string]any {
	return map[string]any{"type": "object", "properties": props, "required": required, "additionalProperties": false}
}

func textProperty(q *question) map[string]any {
	p := map[string]any{"type": "string", "minLength": max(1, q.MinLength), "maxLength": q.limits.length}
	if q.Pattern != "" {
		p["pattern"] = "^(?:" + q.Pattern + ")$"
	}
	return p
}

func numberProperty(q *question) map[string]any {
	p := map[string]any{"type": "number"}
	if q.Decimals == 0 {
		p["type"] = "integer"
	}
	if q.limits.low.set {
		p["minimum"] = q.limits.low.number
	}
	if q.limits.high.set {
		p["maximum"] = q.limits.high.number
	}
	return p
}

func (f *Form) moneyProperty(q *question) map[string]any {
	cur := f.opts.Currency
	p := map[string]any{"type": "integer", "x-currency": cur.Code, "x-unit": int(math.Pow10(cur.Digits))}
	if q.limits.low.set {
		p["minimum"] = int64(q.limits.low.money)
	}
	if q.limits.high.set {
		p["maximum"] = int64(q.limits.high.money)
	}
	return p
}

func values(q *question) []any {
	out := make([]any, len(q.Options))
	for i, o := range q.Options {
		out[i] = o.Value
	}
	return out
}

func optionTitles(q *question) map[string]any {
	out := make(map[string]any, len(q.Options))
	for _, o := range q.Options {
		out[o.Value] = translations(o.Label)
	}
	return out
}

func fileProperty(q *question) map[string]any {
	types := make([]any, len(q.limits.types))
	for i, t := range q.limits.types {
		types[i] = t
	}
	item := closed(map[string]any{
		"blob": map[string]any{"type": "string", "pattern": `^sha256-[0-9a-f]{64}$`},
		"name": map[string]any{"type": "string", "minLength": 1, "maxLength": 120},
		"type": map[string]any{"type": "string", "enum": types},
		"size": map[string]any{"type": "integer", "minimum": 1, "maximum": q.limits.bytes},
		"scan": map[string]any{"type": "string", "enum": []any{"clean", "unscanned"}},
	}, "blob", "name", "type", "size", "scan")
	return map[string]any{"type": "array", "minItems": 1, "maxItems": q.limits.count, "items": item}
}
