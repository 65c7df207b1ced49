package messagelog

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"diwan.example/exchange/message"
)

func (l *Log) due(now time.Time) bool {
	return l.end.offset >= l.o.SegmentSize || now.Sub(l.began) >= l.o.SegmentAge
}

// rotate ends the segment and begins the next. The old one is only closed once the
// new one stands.
func (l *Log) rotate(now time.Time) error {
	if err := l.trim(); err != nil {
		return err
	}
	if err := l.writeIndex(); err != nil {
		return err
	}
	old := l.file
	if err := l.begin(l.end.number, l.end.before, now); err != nil {
		return err
	}
	return failure(old.Close())
}

// begin makes a segment with its first record, durably.
func (l *Log) begin(first uint64, before message.Sum, now time.Time) error {
	s := start{number: first, sealed: l.sealed, at: now.Truncate(time.Millisecond), before: before, name: l.o.Name}
	b := &batch{end: place{segment: first, number: first, before: before}, at: s.at}
	b.add(kindStart, s.encode(), nil)
	path := l.segment(first)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_TRUNC, 0o600)
	if err != nil {
		return failure(err)
	}
	_, err = l.o.write(f, b.bytes, 0)
	if err == nil {
		err = l.o.sync(f)
	}
	if err = errors.Join(err, syncDir(l.dir)); err != nil {
		return failure(errors.Join(err, f.Close(), os.Remove(path)))
	}
	l.mu.Lock()
	l.file, l.began, l.room = f, s.at, int64(len(b.bytes))
	l.index, l.certs = map[key][]int64{}, map[message.Fingerprint]bool{}
	l.mu.Unlock()
	l.adopt(b)
	return nil
}

// The index of a finished segment: magic, the next number, the last link, how many
// entries, and the entries in order, key and offset. It can be made anew at any
// time and proves nothing.
const (
	indexMagic = "DwIdx1\r\n"
	indexHead  = 8 + 8 + linkSize + 8
	indexEntry = 16 + 8
)

func (l *Log) writeIndex() error {
	l.mu.RLock()
	b := encodeIndex(l.end, l.index)
	l.mu.RUnlock()
	return failure(replace(l.Folder.index(l.end.segment), b))
}

func encodeIndex(end place, index map[key][]int64) []byte {
	type row struct {
		k  key
		at int64
	}
	var rows []row
	for k, offsets := range index {
		for _, at := range offsets {
			rows = append(rows, row{k, at})
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Or(bytes.Compare(a.k[:], b.k[:]), cmp.Compare(a.at, b.at)) })
	b := make([]byte, 0, indexHead+len(rows)*indexEntry)
	b = append(b, indexMagic...)
	b = binary.BigEndian.AppendUint64(b, end.number)
	b = append(b, end.before[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(len(rows)))
	for _, r := range rows {
		b = binary.BigEndian.AppendUint64(append(b, r.k[:]...), uint64(r.at))
	}
	return b
}

// replace writes a file durably under its name.
func replace(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), "new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	return syncDir(filepath.Dir(path))
}

// lookup finds a key's offsets in an index file by halving.
func lookup(f io.ReaderAt, k key) (out []int64, err error) {
	var head [indexHead]byte
	if _, err := f.ReadAt(head[:], 0); err != nil || string(head[:8]) != indexMagic {
		return nil, errors.Join(errFrame, err)
	}
	var row [indexEntry]byte
	count := int64(binary.BigEndian.Uint64(head[indexHead-8:]))
	read := func(i int64) bool {
		if _, e := f.ReadAt(row[:], indexHead+i*indexEntry); e != nil {
			err = e
			return false
		}
		return true
	}
	low, high := int64(0), count
	for low < high {
		middle := (low + high) / 2
		if !read(middle) {
			return nil, err
		}
		if bytes.Compare(row[:16], k[:]) < 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	for ; low < count && read(low) && bytes.Equal(row[:16], k[:]); low++ {
		out = append(out, int64(binary.BigEndian.Uint64(row[16:])))
	}
	return out, err
}
