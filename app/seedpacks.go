package app

import (
	"cmp"
	"context"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"diwan.example/catalogue"
	"diwan.example/gov"
	"diwan.example/internal/db"
	"diwan.example/pack"
	"diwan.example/programme/policy"
)

// seedPacks publishes the packs that come with the product, each once. What an
// organisation published itself stays in force, and so does a version whose number
// the product now uses for other files: the log says so, and the start goes on.
func (a *App) seedPacks(ctx context.Context, fsys fs.FS) error {
	found, err := fs.Glob(fsys, "*/*/service.yaml")
	if err != nil {
		return err
	}
	for _, f := range found {
		p, err := pack.Read(fsys, path.Dir(f), a.Packs.Options)
		if err != nil {
			return gov.Wrap(err, "read "+path.Dir(f))
		}
		kept := ""
		err = a.DB.Write(ctx, func(tx *db.Tx) (err error) {
			kept, err = a.seedPack(tx, p)
			return err
		})
		if err != nil {
			if kept = a.refused(ctx, p, err); kept == "" {
				return gov.Wrap(err, "publish "+path.Dir(f))
			}
		}
		if kept != "" {
			a.Log.Warn("a pack of the product was not put into force: "+kept, "pack", p.ID, "version", p.Version)
		}
	}
	return nil
}

// refused says why a newer pack of the product was refused by what holds here, when
// the service runs without it; empty when that must stop the start.
func (a *App) refused(ctx context.Context, p *pack.Pack, why error) string {
	err := a.DB.Read(ctx, func(tx *db.Tx) error { _, err := a.Packs.Current(tx, p.ID); return err })
	if err != nil || gov.KindOf(why) != gov.Invalid && gov.KindOf(why) != gov.Conflict {
		return ""
	}
	return "it is refused here, and the version in force stays; put right what is named and start again: " + why.Error()
}

// The reasons for which a pack of the product is not put into force, with what to do.
const (
	keptSelf  = "the organisation published its own version, which stays in force; to take the product's, publish it with a higher version number (diwan pack, or Services in the administration)"
	keptNewer = "a newer version is in force and stays; nothing needs to be done"
	said      = "published already"
	keptTaken = "its version number is published with other files, which stay in force; publish the product's files with a higher version number (diwan pack, or Services in the administration)"
)

// seedPack puts a pack of the product into force where nothing speaks against it;
// kept says what does.
func (a *App) seedPack(tx *db.Tx, p *pack.Pack) (kept string, err error) {
	all, err := a.Packs.Versions(tx, p.ID)
	if err != nil {
		return "", err
	}
	var now *pack.Version
	for i, v := range all {
		switch {
		case v.Version == p.Version && v.Digest != p.Digest:
			kept = keptTaken
		case v.Version == p.Version:
			kept = said // what is in force now was put there later by somebody, or is this very version
		}
		if v.Current {
			now = &all[i]
		}
	}
	switch {
	case kept != "" || now == nil:
	case now.Publisher != gov.System.Person && now.Version != p.Version:
		kept = keptSelf
	case newer(now.Version, p.Version):
		kept = keptNewer
	}
	if kept == "" || now == nil {
		if err := a.Packs.Enact(tx, p); err != nil {
			return "", err
		}
		_, err = policy.Publish(tx, p)
		return "", err
	}
	inForce, err := a.Packs.At(tx, p.ID, now.Version)
	if err == nil {
		err = catalogue.Publish(tx, inForce)
	}
	if kept == said {
		kept = ""
	}
	return kept, err
}

// newer reports whether version a comes after b: number by number, letters by letter.
func newer(a, b string) bool {
	x, y := strings.FieldsFunc(a, between), strings.FieldsFunc(b, between)
	for i := range min(len(x), len(y)) {
		n, errN := strconv.ParseUint(x[i], 10, 64)
		m, errM := strconv.ParseUint(y[i], 10, 64)
		c := strings.Compare(x[i], y[i])
		if errN == nil && errM == nil {
			c = cmp.Compare(n, m)
		}
		if c != 0 {
			return c > 0
		}
	}
	return len(x) > len(y)
}

func between(r rune) bool { return r == '.' || r == '-' }
