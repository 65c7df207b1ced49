package registry

import (
	"context"
	"database/sql"
	"encoding/json"
	"path/filepath"
	"strings"
	"time"

	"diwan.example/gov"
	"diwan.example/internal/form"
)

// view reads a registry's records from a view of another database.
type view struct {
	d  *Definition
	db *sql.DB
}

var errSetting = gov.Fail(gov.Unavailable, "عنوان قاعدة بيانات هذا السجل غير مضبوط", "The address of this registry's database is not configured")

// openView opens the other database so that it can only be read. Nothing is
// asked of it yet.
func openView(_ context.Context, d *Definition, setting func(string) string) (*view, error) {
	address := ""
	if setting != nil {
		address = setting(d.Connector.SQL.Secret)
	}
	if address == "" {
		return nil, errSetting
	}
	name := "pgx"
	if d.Connector.SQL.Driver == "sqlite" {
		name, address = "sqlite", "file:"+filepath.ToSlash(address)+"?mode=ro&_pragma=query_only(1)&_pragma=busy_timeout(2000)"
	}
	o, err := sql.Open(name, address)
	if err != nil {
		return nil, errAway.Because(err)
	}
	o.SetMaxOpenConns(4)
	o.SetConnMaxIdleTime(time.Minute)
	return &view{d, o}, nil
}

// ByKey implements Connector.
func (v *view) ByKey(ctx context.Context, key string) ([]map[string]any, error) {
	return v.rows(ctx, v.d.Key, key)
}

// ByPerson implements Connector.
func (v *view) ByPerson(ctx context.Context, civil string) ([]map[string]any, error) {
	if v.d.Person == "" || civil == "" {
		return nil, nil
	}
	return v.rows(ctx, v.d.Person, civil)
}

// rows reads the rows whose field has a value, in a transaction that cannot
// write. Names of columns come from the checked definition, never from a request.
func (v *view) rows(ctx context.Context, field, value string) (out []map[string]any, err error) {
	tx, err := v.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: v.d.Connector.SQL.Driver == "postgres"})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	columns := make([]string, len(v.d.Fields))
	for i, f := range v.d.Fields {
		columns[i] = v.d.column(f.Name)
	}
	q := `SELECT ` + strings.Join(columns, ", ") + ` FROM ` + v.d.Connector.SQL.View + ` WHERE ` + v.d.column(field) + ` = $1 LIMIT 200`
	rows, err := tx.QueryContext(ctx, q, value)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := v.scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

func (v *view) scan(rows *sql.Rows) (map[string]any, error) {
	cells := make([]any, len(v.d.Fields))
	to := make([]any, len(cells))
	for i := range cells {
		to[i] = &cells[i]
	}
	if err := rows.Scan(to...); err != nil {
		return nil, err
	}
	out := map[string]any{}
	for i, f := range v.d.Fields {
		if x := plain(f.Kind, cells[i]); x != nil {
			out[f.Name] = x
		}
	}
	return out, nil
}

// plain is a cell as values are written: dates as days, composite kinds from JSON.
func plain(k form.Kind, cell any) any {
	switch x := cell.(type) {
	case []byte:
		return plain(k, string(x))
	case time.Time:
		return x.Format(time.DateOnly)
	case int64:
		if k == form.YesNo {
			return x != 0
		}
	case string:
		if k == form.Address || k == form.Group || k == form.ManyOf {
			var v any
			if json.Unmarshal([]byte(x), &v) == nil {
				return v
			}
		}
	}
	return cell
}
