package merkle

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/gov"
)

// TileHeight is the height of tiles: 256 hashes. Source: C2SP tlog-tiles.
const TileHeight = 8

// longest is how many bytes an answer of a log may have.
const longest = 1 << 20

// Client reads a log over HTTP as any outsider may.
type Client struct {
	Base string       // such as "https://diwan.example/log/documents"
	HTTP *http.Client // nil: http.DefaultClient
}

var (
	errAway    = gov.Fail(gov.Unavailable, "السجل لا يجيب الآن", "The log does not answer just now")
	errNotHere = gov.Fail(gov.NotFound, "لا يقدّم السجل هذا الجزء", "The log does not serve this part")
)

// get reads what stands at a path below the base. Errors: Unavailable, NotFound.
func (c Client) get(ctx context.Context, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimRight(c.Base, "/")+"/"+path, nil)
	if err != nil {
		return nil, errAway.Because(err)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	w, err := client.Do(r)
	if err != nil {
		return nil, errAway.Because(err)
	}
	defer w.Body.Close()
	b, err := io.ReadAll(io.LimitReader(w.Body, longest+1))
	switch {
	case err != nil:
		return nil, errAway.Because(err)
	case w.StatusCode == http.StatusNotFound || w.StatusCode == http.StatusGone:
		return nil, errNotHere.Because(errors.New(path))
	case w.StatusCode != http.StatusOK || len(b) > longest:
		return nil, errAway.Because(fmt.Errorf("%s: %s, %d bytes", path, w.Status, len(b)))
	}
	return b, nil
}

// Keys reads the keys that the log publishes; whoever can, gets them elsewhere.
func (c Client) Keys(ctx context.Context) (Keys, error) {
	b, err := c.get(ctx, "key")
	if err != nil {
		return Keys{}, err
	}
	return ReadKeys(string(b))
}

// Checkpoint reads the latest signed checkpoint; nothing is verified.
func (c Client) Checkpoint(ctx context.Context) (string, error) {
	b, err := c.get(ctx, "checkpoint")
	return string(b), err
}

// Hashes reads the hashes of the tree of a checkpoint from the log's tiles. Every
// tile is held against the checkpoint's root before it is believed.
func (c Client) Hashes(ctx context.Context, cp Checkpoint) tlog.HashReader {
	return tlog.TileHashReader(tlog.Tree{N: cp.Size, Hash: cp.Root}, &tiles{c, ctx})
}

// tiles implements tlog.TileReader.
type tiles struct {
	Client
	ctx context.Context
}

// Height implements tlog.TileReader.
func (t *tiles) Height() int { return TileHeight }

// SaveTiles implements tlog.TileReader.
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles implements tlog.TileReader.
func (t *tiles) ReadTiles(all []tlog.Tile) (out [][]byte, err error) {
	for _, x := range all {
		b, err := t.get(t.ctx, TilePath(x))
		if gov.KindOf(err) == gov.NotFound && x.W < 1<<TileHeight { // a log may keep only the full one
			full := x
			full.W = 1 << TileHeight
			b, err = t.get(t.ctx, TilePath(full))
		}
		if err != nil {
			return nil, err
		}
		if len(b) < x.W*tlog.HashSize {
			return nil, fmt.Errorf("%s is too short", TilePath(x))
		}
		out = append(out, b[:x.W*tlog.HashSize])
	}
	return out, nil
}

// TilePath is where a tile stands below the address of a log. Source: C2SP tlog-tiles.
func TilePath(t tlog.Tile) string {
	p := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", t.H))
	if rest, ok := strings.CutPrefix(p, "data/"); ok {
		p = "entries/" + rest
	}
	return "tile/" + p
}

// Bundle reads the entries from a bundle of 256, of which w are there. Errors:
// NotFound when the log keeps its entries to itself.
func (c Client) Bundle(ctx context.Context, number int64, w int) ([]Entry, error) {
	b, err := c.get(ctx, TilePath(tlog.Tile{H: TileHeight, L: -1, N: number, W: w}))
	if err != nil {
		return nil, err
	}
	var out []Entry
	for len(b) >= 2 {
		n := int(binary.BigEndian.Uint16(b))
		if n != EntrySize || len(b) < 2+n {
			return nil, fmt.Errorf("bundle %d is damaged", number)
		}
		out, b = append(out, Entry(b[2:2+n])), b[2+n:]
	}
	if len(out) != w || len(b) > 0 {
		return nil, fmt.Errorf("bundle %d holds %d entries, not %d", number, len(out), w)
	}
	return out, nil
}
