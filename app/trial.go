package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"diwan.example/casework"
	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/journal"
	"diwan.example/pack"
	"diwan.example/web/admin"
)

// Trial is a platform on a folder of its own that is thrown away: examples of
// packs run there on the real engine. It is used by one goroutine at a time.
type Trial struct {
	app    *App
	folder string
}

// NewTrial opens one for a country, by its name or folder, with more
// organisations than its profile has. Close it when done.
func NewTrial(ctx context.Context, country string, more []catalogue.Organisation) (t *Trial, err error) {
	t = &Trial{}
	defer func() {
		if err != nil {
			t.Close()
		}
	}()
	if t.folder, err = os.MkdirTemp("", "diwan-trial-"); err != nil {
		return t, gov.Fail(gov.Unavailable, "تعذّر إنشاء مجلد مؤقت لتجربة الخدمة", "A temporary folder to try the service in cannot be made").Because(err)
	}
	c := Default()
	c.Country, c.Database, c.Blobs, c.Origin = country, filepath.Join(t.folder, "diwan.db"), filepath.Join(t.folder, "files"), "http://127.0.0.1"
	if t.app, err = opened(ctx, &App{Config: c, Log: slog.New(slog.DiscardHandler), brief: true}); err != nil {
		return t, err
	}
	t.app.Pump.Followers = []journal.Follower{t.app.Cases.Follower()} // nobody reads figures or messages here
	return t, t.app.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error {
		for i, o := range more {
			if err := catalogue.PutOrganisation(tx, i, o); err != nil {
				return err
			}
		}
		return nil
	})
}

// trial opens one for this platform's country and organisations.
func (a *App) trial(ctx context.Context) (*Trial, error) {
	orgs, err := a.Book.Organisations(ctx)
	if err != nil {
		return nil, err
	}
	return NewTrial(ctx, a.Config.Country, orgs)
}

// Try runs a pack's examples on a platform that is thrown away. Error: what did
// not come out as promised.
func (a *App) Try(ctx context.Context, p *pack.Pack) error {
	t, err := a.trial(ctx)
	if err != nil {
		return err
	}
	defer t.Close()
	return t.run(ctx, p)
}

// tryEach runs a pack's examples as Try does, and says what came of each.
func (a *App) tryEach(ctx context.Context, p *pack.Pack) (out []admin.Tried, err error) {
	t, err := a.trial(ctx)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	if err := t.Enact(ctx, p); err != nil {
		return nil, err
	}
	for _, x := range p.Examples {
		one := admin.Tried{Name: x.Name}
		if err := t.Try(ctx, p, x, nil); err != nil {
			one.Wrong = err.Error()
		}
		out = append(out, one)
	}
	return out, nil
}

// settle lets what happened and what is due move the cases on.
func (t *Trial) settle(ctx context.Context) error {
	for {
		if err := t.app.Pump.Drain(ctx); err != nil {
			return err
		}
		done, err := t.app.Worker.RunDue(ctx)
		if err != nil {
			return err
		}
		more, err := t.app.Errands.RunDue(ctx) // registries that were away are asked again
		if err != nil || done+more == 0 {
			return err
		}
	}
}

// Close throws the platform away.
func (t *Trial) Close() {
	if t.app != nil {
		t.app.Close()
	}
	if t.folder != "" {
		os.RemoveAll(t.folder)
	}
}

// Enact puts a pack into force on the trial. Its examples come after.
func (t *Trial) Enact(ctx context.Context, p *pack.Pack) error {
	return t.app.DB.Write(gov.WithActor(ctx, gov.System), func(tx *db.Tx) error { return t.app.Packs.Enact(tx, p) })
}

// Try runs one example of a pack in force; say is told every step and may be nil.
// Error: what did not come out as promised.
func (t *Trial) Try(ctx context.Context, p *pack.Pack, x pack.Example, say func(string)) error {
	run := &casework.Tryout{Engine: t.app.Cases, Drain: t.settle, Say: say}
	return run.Run(gov.WithActor(ctx, gov.System), p, x)
}

// run enacts a pack and runs every example of it.
func (t *Trial) run(ctx context.Context, p *pack.Pack) error {
	if err := t.Enact(ctx, p); err != nil {
		return err
	}
	for _, x := range p.Examples {
		if err := t.Try(ctx, p, x, nil); err != nil {
			return fmt.Errorf("example %q: %w", x.Name, err)
		}
	}
	return nil
}
