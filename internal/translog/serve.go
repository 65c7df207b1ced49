package translog

import (
	"encoding/binary"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

// Handler serves the log to anybody, as C2SP tlog-tiles says: checkpoint, tile/…,
// tile/entries/…, and under key the public keys, a line each. The prefix of the
// address is cut off before. A log over a source keeps its entries to itself.
func (l *Log) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*") // whoever verifies in a browser may ask
		w.Header().Set("X-Content-Type-Options", "nosniff")
		tile, isTile := strings.CutPrefix(r.URL.Path, "/tile/")
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		case r.URL.Path == "/checkpoint":
			l.serveCheckpoint(w, r)
		case r.URL.Path == "/key":
			l.serveKeys(w, r)
		case isTile:
			l.serveTile(w, r, tile)
		default:
			http.NotFound(w, r)
		}
	})
}

func (l *Log) serveCheckpoint(w http.ResponseWriter, r *http.Request) {
	var note string
	l.answer(w, r, "text/plain; charset=utf-8", "no-cache", func(tx *db.Tx) ([]byte, error) {
		h, ok, err := headOf(tx, l.id)
		if err == nil && ok {
			note, err = l.published(tx, h)
		}
		return []byte(note), err
	})
}

func (l *Log) serveKeys(w http.ResponseWriter, r *http.Request) {
	l.answer(w, r, "text/plain; charset=utf-8", "max-age=60", func(tx *db.Tx) ([]byte, error) {
		h, ok, err := headOf(tx, l.id)
		if err != nil || !ok {
			return nil, err
		}
		text := h.vkey + "\n" + h.clock + "\n"
		for _, o := range l.o.Witnesses {
			text += o.Key + "\n"
		}
		return []byte(text), nil
	})
}

// serveTile serves what never changes: a tile of hashes or a bundle of entries,
// whole or as wide as it once was.
func (l *Log) serveTile(w http.ResponseWriter, r *http.Request, path string) {
	t, ok := readTile(path)
	if !ok || t.L < 0 && l.o.Source != nil {
		http.NotFound(w, r)
		return
	}
	l.answer(w, r, "application/octet-stream", "public, max-age=31536000, immutable", func(tx *db.Tx) ([]byte, error) {
		if t.L < 0 {
			return l.bundle(tx, t)
		}
		data, _, err := tileData(tx, l.id, int64(t.L), t.N)
		if len(data) < t.W*tlog.HashSize {
			return nil, err
		}
		return data[:t.W*tlog.HashSize], err
	})
}

// bundle writes entries, each with its length before it.
func (l *Log) bundle(tx *db.Tx, t tlog.Tile) ([]byte, error) {
	all, err := entriesFrom(tx, l.id, t.N*width, t.W)
	if err != nil || len(all) < t.W {
		return nil, err
	}
	var out []byte
	for _, e := range all {
		out = append(binary.BigEndian.AppendUint16(out, merkle.EntrySize), e[:]...)
	}
	return out, nil
}

// readTile reads the end of a tile's address: "0/x001/234" or "entries/000.p/3".
func readTile(path string) (tlog.Tile, bool) {
	level, rest, ok := strings.Cut(path, "/")
	if n, err := strconv.Atoi(level); ok && level != "entries" && (err != nil || n < 0 || n > 7 || strconv.Itoa(n) != level) {
		return tlog.Tile{}, false
	}
	if level == "entries" {
		level = "data"
	}
	t, err := tlog.ParseTilePath("tile/8/" + level + "/" + rest)
	return t, ok && err == nil
}

// answer gives what read finds; nothing is not found.
func (l *Log) answer(w http.ResponseWriter, r *http.Request, kind, cache string, read func(tx *db.Tx) ([]byte, error)) {
	var body []byte
	err := l.o.DB.Read(r.Context(), func(tx *db.Tx) (err error) { body, err = read(tx); return err })
	switch {
	case err != nil:
		l.o.Log.ErrorContext(r.Context(), "translog: not served", "log", string(l.o.Name), "err", err)
		http.Error(w, "unavailable", http.StatusServiceUnavailable)
	case len(body) == 0:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", cache)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body)
	}
}
