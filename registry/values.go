package registry

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/internal/form"
)

// Check brings values into their canonical shapes. The error is gov.Problems
// when they break the registry's schema: each field with what is wrong.
func (b *Book) Check(ctx context.Context, d *Definition, values map[string]any, now time.Time) (map[string]any, error) {
	return d.form.Check(ctx, values, form.Context{Now: now, Zone: b.Zone, Strict: true})
}

// merged is what is recorded with the changes over it.
func merged(was, changes map[string]any) map[string]any {
	out := maps.Clone(was)
	if out == nil {
		out = map[string]any{}
	}
	for k, v := range changes {
		if v == nil {
			delete(out, k)
		} else {
			out[k] = v
		}
	}
	return out
}

// Differing lists the fields that differ between two versions of a record.
func (d *Definition) Differing(a, b *Record) []string { return d.differing(a.Values, b.Values) }

// differing lists the fields whose values differ, in the order of the registry.
func (d *Definition) differing(a, b map[string]any) (out []string) {
	for _, f := range d.Fields {
		x, inA := a[f.Name]
		y, inB := b[f.Name]
		if inA != inB || inA && !same(x, y) {
			out = append(out, f.Name)
		}
	}
	return out
}

func same(x, y any) bool {
	switch x := x.(type) {
	case string:
		return x == y
	case bool:
		return x == y
	case float64:
		return x == y
	case int64:
		return x == y
	}
	return db.JSON(x) == db.JSON(y)
}

// text is a value as it stands in a key, a search or a column of an export.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return db.JSON(v)
}

// keyed brings the key of a change into its stored form and makes it stand in
// its values. Errors: gov.Problems.
func (d *Definition) keyed(ctx context.Context, c *Change) error {
	given := text(c.Values[d.Key])
	key, err := d.key(ctx, cmp.Or(c.Key, given))
	if err != nil {
		return err
	}
	if given != "" && c.Key != "" {
		if other, err := d.key(ctx, given); err != nil || other != key {
			return orElse(err, errKey(d))
		}
	}
	c.Key = key
	if given != "" {
		c.Values = maps.Clone(c.Values)
		c.Values[d.Key] = key
	}
	return nil
}

func errKey(d *Definition) error {
	return gov.Problems{{Field: d.Key, Text: gov.T("مفتاح السجل لا يتغير", "A record's key never changes")}}
}

// key is a key in its stored form. Errors: gov.Problems.
func (d *Definition) key(ctx context.Context, key string) (string, error) {
	if key == "" {
		return "", gov.Problems{{Field: d.Key, Text: gov.T("مفتاح السجل ناقص", "The record's key is missing")}}
	}
	out, err := d.keyForm.Check(ctx, map[string]any{d.Key: key}, form.Context{})
	return text(out[d.Key]), err
}

// chosen puts the value of an option in the place of its label, as people write it.
func (d *Definition) chosen(values map[string]any) map[string]any {
	out := maps.Clone(values)
	for name, v := range values {
		f, said := d.Field(name), strings.TrimSpace(text(v))
		if f == nil || f.Kind != form.OneOf {
			continue
		}
		for _, o := range f.Options {
			if named(o, said) {
				out[name] = o.Value
			}
		}
	}
	return out
}

// named reports whether somebody means an option by its label, or by one of the
// two forms an Arabic label gives: "أرمل أو أرملة".
func named(o form.Option, said string) bool {
	for lang, label := range o.Label {
		forms := []string{label}
		if lang == gov.Arabic {
			forms = append(forms, strings.Split(label, " أو ")...)
		}
		if slices.ContainsFunc(forms, func(f string) bool { return strings.EqualFold(f, said) }) {
			return true
		}
	}
	return false
}

// uses reports whether a service's cases may write here.
func (d *Definition) uses(s gov.ServiceID) bool { return slices.Contains(d.Writers.Services, s) }
