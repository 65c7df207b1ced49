package registry

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/identity"
	"diwan.example/internal/db"
)

// Connector reads the records of one registry where they live. Its rows are
// values by field, as they are written there. Errors: anything means that the
// source is away; no rows are no error.
type Connector interface {
	ByKey(ctx context.Context, key string) ([]map[string]any, error)
	ByPerson(ctx context.Context, civil string) ([]map[string]any, error)
}

var (
	errAway   = gov.Fail(gov.Unavailable, "مصدر هذا السجل لا يجيب الآن، يُرجى المحاولة لاحقًا", "The source of this registry does not answer now; please try again later")
	errBroken = gov.Fail(gov.Unavailable, "أعطى مصدر السجل ما يخالف تعريفه", "The source of this registry gave something that breaks its definition")
)

// goodColumn is how columns and views of other databases may be named.
var goodColumn = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,62}(\.[A-Za-z_][A-Za-z0-9_]{0,62})?$`)

// Elsewhere asks the source of a connected registry for a record by key; it
// opens no transaction of ours and writes no look, so its callers do. Errors:
// NotFound (no such registry), Unavailable (the source is away or gives what
// breaks the registry's schema).
func (b *Book) Elsewhere(ctx context.Context, registry gov.RegistryID, key string) ([]Record, error) {
	return b.elsewhere(ctx, registry, func(ctx context.Context, d *Definition, c Connector) ([]map[string]any, error) {
		key, err := d.key(ctx, key)
		if err != nil {
			return nil, err
		}
		return c.ByKey(ctx, key)
	})
}

// ElsewhereOfPerson asks the source of a connected registry for the records
// about the person with a civil number. Errors: as Elsewhere.
func (b *Book) ElsewhereOfPerson(ctx context.Context, registry gov.RegistryID, civil string) ([]Record, error) {
	return b.elsewhere(ctx, registry, func(ctx context.Context, _ *Definition, c Connector) ([]map[string]any, error) {
		return c.ByPerson(ctx, civil)
	})
}

func (b *Book) elsewhere(ctx context.Context, registry gov.RegistryID, ask func(context.Context, *Definition, Connector) ([]map[string]any, error)) ([]Record, error) {
	d, err := b.Definition(registry)
	if err != nil {
		return nil, err
	}
	if d.Connector == nil {
		return nil, gov.Fail(gov.Invalid, "سجلات هذا السجل محفوظة هنا", "The records of this registry are kept here")
	}
	seconds := d.Connector.Seconds
	if seconds == 0 {
		seconds = 5
	}
	ctx, stop := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
	defer stop()
	c, err := b.connect(ctx, d)
	if err != nil {
		return nil, err
	}
	rows, err := ask(ctx, d, c)
	if err != nil {
		return nil, away(err)
	}
	return b.received(ctx, d, rows)
}

// away hides how a source failed; the cause stays in the log.
func away(err error) error {
	var e *gov.Error
	var wrong gov.Problems
	if errors.As(err, &e) && e.Kind == gov.Unavailable || errors.As(err, &wrong) {
		return err
	}
	return errAway.Because(err)
}

// received checks what a source gave by the registry's own schema.
func (b *Book) received(ctx context.Context, d *Definition, rows []map[string]any) (out []Record, err error) {
	now := b.DB.Now()
	for _, row := range rows {
		for k, v := range row {
			if v == nil {
				delete(row, k)
			}
		}
		values, err := b.Check(ctx, d, row, now)
		if err != nil {
			return nil, errBroken.Because(err)
		}
		out = append(out, Record{Registry: d.ID, Key: text(values[d.Key]), Values: values, Recorded: now, Source: "elsewhere", civil: text(values[d.Person])})
	}
	return out, nil
}

// LookupElsewhere gives the keeper's officers one record that lives elsewhere
// and writes the look, in a transaction of its own after the source has answered.
// Errors: as Lookup and Elsewhere.
func (b *Book) LookupElsewhere(ctx context.Context, ask Ask) (*Record, error) {
	d, err := b.Definition(ask.Registry)
	if err != nil {
		return nil, err
	}
	if !d.MayRead(gov.ActorFrom(ctx)) {
		return nil, errNoRecord
	}
	if len([]rune(strings.TrimSpace(ask.Purpose))) < 3 {
		return nil, errPurpose
	}
	list, err := b.Elsewhere(ctx, ask.Registry, ask.Key)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, errNoRecord
	}
	r := list[0]
	return &r, b.DB.Write(ctx, func(tx *db.Tx) error {
		if p, err := identity.ByCivilNumber(tx, r.civil); err == nil {
			r.Person = p.ID
		}
		return b.looked(tx, &r, ask.Purpose)
	})
}

// connect opens the way to a registry's source once.
func (b *Book) connect(ctx context.Context, d *Definition) (Connector, error) {
	b.opening.Lock()
	defer b.opening.Unlock()
	if c := b.connectors[d.ID]; c != nil {
		return c, nil
	}
	c, err := b.newConnector(ctx, d)
	if err == nil {
		b.connectors[d.ID] = c
	}
	return c, err
}

func (b *Book) newConnector(ctx context.Context, d *Definition) (Connector, error) {
	if d.Connector.SQL != nil {
		return openView(ctx, d, b.options.Setting)
	}
	return &service{d: d, call: func(ctx context.Context, path string) ([]byte, error) {
		if b.Call == nil {
			return nil, errAway
		}
		return b.Call(ctx, d.Connector.Service, path, map[string]string{"Accept": "application/json"})
	}}, nil
}

// column is what a field is called at the source.
func (d *Definition) column(field string) string {
	if c := d.Connector.Columns[field]; c != "" {
		return c
	}
	return field
}
