package app

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"diwan.example/exchange/directory"
	"diwan.example/exchange/xroad"
	"diwan.example/gov"
)

// Alone is a gateway that stands alone at an entity, far from the centre: what
// its folder holds.
type Alone struct {
	Dir    string
	ID     xroad.ServerID // zero: not enrolled yet
	Anchor *directory.Anchor
	Keys   *directory.Keyring
	Client *directory.Client
}

// standing is the file that says who the gateway is.
type standing struct {
	Server string `json:"server"`
	Centre string `json:"centre"`
}

var (
	errNoAnchor    = gov.Fail(gov.Invalid, "لا مرساة في مجلد البوابة: أعط ملفها بالخيار --anchor", "The gateway's folder holds no anchor: give its file with --anchor")
	errOtherAnchor = gov.Fail(gov.Conflict, "في مجلد البوابة مرساة أخرى: إن تغيّرت مفاتيح المركز حقًا فاحذف anchor.json منه", "The gateway's folder holds another anchor: if the centre's keys have really changed, delete anchor.json there")
	errNoToken     = gov.Fail(gov.Invalid, "لم تُسجَّل البوابة بعد: أعط كلمة المرة الواحدة بالخيار --token", "The gateway is not enrolled yet: give its one-time token with --token")
)

// OpenAlone opens the folder of a gateway. anchor is a file to take the anchor
// from when the folder has none; centre, when given, is where the centre is
// instead of where the anchor says.
func OpenAlone(dir, anchor, centre string) (*Alone, error) {
	g := &Alone{Dir: dir}
	var err error
	if g.Keys, err = directory.OpenKeyring(dir); err != nil {
		return nil, err
	}
	if g.Anchor, err = anchorOf(filepath.Join(dir, "anchor.json"), anchor); err != nil {
		return nil, err
	}
	var s standing
	b, err := os.ReadFile(g.file())
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err == nil {
		g.ID, err = xroad.ParseServer(s.Server)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, gov.Fail(gov.Unavailable, "ملف البوابة غير صالح: "+g.file(), "The gateway's file is damaged: "+g.file()).Because(err)
	}
	at := cmp.Or(centre, s.Centre, g.Anchor.Centre)
	g.Client = &directory.Client{Centre: at, Server: g.ID, Identity: g.Keys.Identity, Clock: time.Now}
	return g, nil
}

func (g *Alone) file() string { return filepath.Join(g.Dir, "gateway.json") }

// anchorOf reads the anchor that a folder keeps, or takes it over from a file.
func anchorOf(kept, given string) (*directory.Anchor, error) {
	b, err := os.ReadFile(kept)
	if errors.Is(err, fs.ErrNotExist) && given == "" {
		return nil, errNoAnchor
	}
	if given == "" {
		if err != nil {
			return nil, err
		}
		return directory.ReadAnchor(b)
	}
	fresh, err := os.ReadFile(given)
	if err != nil {
		return nil, err
	}
	a, err := directory.ReadAnchor(fresh)
	if err != nil {
		return nil, err
	}
	if len(b) > 0 && !bytes.Equal(b, fresh) {
		return nil, errOtherAnchor
	}
	return a, os.WriteFile(kept, fresh, 0o600)
}

// Enrol shows the centre a one-time token and keeps the certificates; a gateway
// that is enrolled already is left as it is.
func (g *Alone) Enrol(ctx context.Context, token string) error {
	if g.Keys.Identity() != nil && g.ID != (xroad.ServerID{}) {
		return nil
	}
	if token == "" {
		return errNoToken
	}
	r, err := g.Keys.Requests(g.ID)
	if err != nil {
		return err
	}
	issued, id, err := g.Client.Enrol(ctx, token, r)
	if err != nil {
		return err
	}
	b, err := json.Marshal(standing{id.String(), g.Client.Centre})
	if err != nil {
		return err
	}
	if err := os.WriteFile(g.file(), b, 0o600); err != nil {
		return err
	}
	g.ID, g.Client.Server = id, id
	return g.Keys.Accept(issued)
}

// Renew asks for new certificates now, whatever the old ones have left.
func (g *Alone) Renew(ctx context.Context) error {
	r, err := g.Keys.Requests(g.ID)
	if err != nil {
		return err
	}
	issued, err := g.Client.Renew(ctx, r)
	if err != nil {
		return err
	}
	return g.Keys.Accept(issued)
}

// Open makes the outpost that the folder describes; see OpenOutpost.
func (g *Alone) Open(c *Config, log *slog.Logger) (*Outpost, error) {
	return OpenOutpost(Outlay{Dir: g.Dir, Peers: c.ExchangePeers, Systems: c.ExchangeSystems, Plain: c.ExchangePlain, Timestamps: c.ExchangeTimestamp, ID: g.ID, Anchor: g.Anchor, Keys: g.Keys,
		Fetch: g.Client.Fetch, Renew: g.Client.Renew, Clock: time.Now, Log: log, Grace: c.Shutdown})
}
