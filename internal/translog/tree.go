package translog

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"diwan.example/internal/db"
	"diwan.example/internal/merkle"
)

// Hashes are kept as tiles of 256: those of the leaves at level 0, the roots of
// 256 of them at level 1, and so on. What lies between is computed when needed.
const (
	height = 8
	width  = 1 << height
)

// reader reads the hashes of a tree from tiles; it implements tlog.HashReader.
type reader struct {
	tx    *db.Tx
	log   int64
	tiles map[[2]int64][]byte // by level and place
	fresh map[[2]int64]bool   // those that are to be written
}

func newReader(tx *db.Tx, log int64) *reader {
	return &reader{tx: tx, log: log, tiles: map[[2]int64][]byte{}, fresh: map[[2]int64]bool{}}
}

var errTile = errors.New("translog: a tile is missing or too short")

func (r *reader) tile(level, place int64) ([]byte, error) {
	key := [2]int64{level, place}
	if data, ok := r.tiles[key]; ok {
		return data, nil
	}
	data, _, err := tileData(r.tx, r.log, level, place)
	if err != nil {
		return nil, err
	}
	r.tiles[key] = data
	return data, nil
}

// ReadHashes implements tlog.HashReader.
func (r *reader) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		t := tlog.TileForIndex(height, x)
		data, err := r.tile(int64(t.L), t.N)
		if err != nil {
			return nil, err
		}
		if len(data) < t.W*tlog.HashSize {
			return nil, fmt.Errorf("%w: level %d, number %d", errTile, t.L, t.N)
		}
		if out[i], err = tlog.HashFromTile(t, data, x); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// grow appends the leaf of an entry to a tree of size n.
func (r *reader) grow(n int64, e merkle.Entry) error {
	h := e.Leaf()
	for level := int64(0); ; level++ {
		place := n / width
		data, err := r.tile(level, place)
		if err != nil {
			return err
		}
		if int64(len(data)) != n%width*tlog.HashSize {
			return fmt.Errorf("%w: level %d, number %d has %d bytes", errTile, level, place, len(data))
		}
		data = append(data, h[:]...)
		r.tiles[[2]int64{level, place}], r.fresh[[2]int64{level, place}] = data, true
		if n++; n%width != 0 {
			return nil
		}
		h, n = rootOf(data), n/width-1
	}
}

// rootOf is the root over a full tile.
func rootOf(data []byte) tlog.Hash {
	all := make([]tlog.Hash, len(data)/tlog.HashSize)
	for i := range all {
		all[i] = tlog.Hash(data[i*tlog.HashSize : (i+1)*tlog.HashSize])
	}
	for len(all) > 1 {
		for i := range len(all) / 2 {
			all[i] = tlog.NodeHash(all[2*i], all[2*i+1])
		}
		all = all[:len(all)/2]
	}
	return all[0]
}

// root is the root over the first n leaves.
func (r *reader) root(n int64) (tlog.Hash, error) { return tlog.TreeHash(n, r) }

// store writes the tiles that have grown.
func (r *reader) store(tx *db.Tx) error {
	for key := range r.fresh {
		if err := putTile(tx, r.log, key[0], key[1], r.tiles[key]); err != nil {
			return err
		}
	}
	return nil
}
