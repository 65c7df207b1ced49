package app

import (
	"context"
	"os"
	"path/filepath"

	"diwan.example/internal/db"
)

// Migrate brings the configured database up to date and returns how many
// migrations ran.
func Migrate(ctx context.Context, c *Config) (int, error) {
	if !isPostgres(c.Database) {
		if err := os.MkdirAll(filepath.Dir(c.Database), 0o700); err != nil {
			return 0, err
		}
	}
	d, err := db.Open(ctx, c.Database, db.Options{})
	if err != nil {
		return 0, err
	}
	defer d.Close()
	return d.Migrate(ctx)
}
