package messagelog

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"diwan.example/exchange/message"
)

// recover brings the log to where it was when it was last durable.
func (l *Log) recover() (err error) {
	if l.markFile, err = os.OpenFile(l.Folder.markFile(), os.O_CREATE|os.O_RDWR, 0o600); err != nil {
		return failure(err)
	}
	if err := l.clearSpools(); err != nil {
		return err
	}
	segments, err := l.segments()
	if err != nil {
		return err
	}
	mark, marked := l.mark()
	if marked && !slices.Contains(segments, mark.segment) {
		return lost(mark)
	}
	for len(segments) > 0 {
		last := segments[len(segments)-1]
		whole, err := l.resume(last, mark, marked)
		if err != nil {
			return err
		}
		if whole {
			return l.remember(segments)
		}
		// A segment was being begun and not even its first record is there.
		if err := failure(errors.Join(os.Remove(l.segment(last)), syncDir(l.dir))); err != nil {
			return err
		}
		segments = segments[:len(segments)-1]
	}
	return l.begin(1, message.Sum{}, l.o.Clock())
}

func lost(p place) error {
	return damage(p, errors.New("what was durable is not there"))
}

// resume reads the last segment, cuts a torn tail, and opens it for writing.
// whole is false when it has no record at all.
func (l *Log) resume(last uint64, mark place, marked bool) (whole bool, err error) {
	l.index, l.certs = map[key][]int64{}, map[message.Fingerprint]bool{}
	if !marked || mark.segment != last {
		mark = place{}
	}
	end, err := l.walk(last, func(f *frame, p place) error {
		if p.offset == mark.offset && mark.offset > 0 && p.before != mark.before {
			return lost(p)
		}
		return l.recall(f, p)
	})
	var torn *Damage
	if errors.As(err, &torn) && end.offset >= mark.offset {
		rest, err := l.tailFrom(last, end.offset)
		if err != nil {
			return false, err
		}
		if opensLater(rest[min(1, len(rest)):]) {
			return false, torn
		}
		l.cut = int64(len(rest))
	} else if err != nil {
		return false, err
	}
	if end.offset < mark.offset || end.offset == mark.offset && mark.offset > 0 && end.before != mark.before {
		return false, lost(end)
	}
	if end.offset == 0 {
		return false, nil
	}
	if l.file, err = os.OpenFile(l.segment(last), os.O_RDWR, 0o600); err != nil {
		return false, failure(err)
	}
	if st, err := l.file.Stat(); err != nil || st.Size() > end.offset { // a torn tail, or zeros
		if err = errors.Join(err, l.file.Truncate(end.offset), l.o.sync(l.file)); err != nil {
			return false, failure(err)
		}
	}
	l.end, l.room = end, end.offset
	os.Remove(l.Folder.index(last)) // it grows again
	_, err = l.markFile.WriteAt(end.encode(), 0)
	return true, errors.Join(failure(err), l.clearBodies())
}

// recall takes up what a record of the last segment means for the state.
func (l *Log) recall(f *frame, p place) error {
	switch f.kind {
	case kindStart:
		s, ok := decodeStart(f.said)
		if !ok {
			return damage(p, errFrame)
		}
		l.sealed, l.began = s.sealed, s.at
	case kindCert:
		l.certs[certOf(f)] = true
	case kindSeal:
		s, err := decodeSeal(f.said)
		if err != nil {
			return damage(p, err)
		}
		l.sealed = s.Last()
	case kindLetter:
		r, err := decodeRecord(f, p.before)
		if err != nil {
			return damage(p, err)
		}
		for _, id := range ids(r.Head) {
			l.index[id] = append(l.index[id], p.offset)
		}
	}
	return nil
}

// clearBodies removes the files of records that never came to be.
func (l *Log) clearBodies() error {
	list, err := os.ReadDir(l.bodies(l.end.segment))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	for _, e := range list {
		if n, bad := strconv.ParseUint(e.Name(), 10, 64); bad == nil && n >= l.end.number {
			err = errors.Join(err, os.Remove(filepath.Join(l.bodies(l.end.segment), e.Name())))
		}
	}
	return failure(err)
}

// remember rebuilds what is kept in memory of earlier records: what was seen within
// the window, and the leaves that no seal covers yet.
func (l *Log) remember(segments []uint64) error {
	since := l.o.Clock().Add(-2 * l.o.Window)
	from := len(segments) - 1
	for from > 0 {
		s, err := l.startOf(segments[from])
		if err != nil {
			return err
		}
		if s.at.Before(since) && (s.number <= l.sealed+1 || l.o.Seals.Stamp == nil) {
			break
		}
		from--
	}
	for i, first := range segments[from:] {
		end, err := l.walk(first, func(f *frame, p place) error {
			number, at, _, _ := stamped(f.said)
			if number > l.sealed {
				l.grow([]message.Sum{message.Leaf(f.link)}, at)
			}
			if f.kind == kindLetter {
				l.letter = number
			}
			if f.kind == kindLetter && at.After(since) {
				if r, err := decodeRecord(f, p.before); err == nil {
					for _, k := range once(r.Head) {
						l.seen.add(k, at)
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if next := segments[from:]; i+1 < len(next) && end.number != next[i+1] {
			return lost(end)
		}
	}
	if l.o.Seals.Stamp != nil && l.sealed+1+uint64(len(l.leaves)) != l.end.number {
		return lost(place{segment: segments[0], number: l.sealed + 1})
	}
	return l.indexAll(segments[:len(segments)-1])
}

// startOf reads the first record of a segment.
func (f Folder) startOf(first uint64) (s start, err error) {
	_, err = f.walk(first, func(fr *frame, _ place) error {
		s, _ = decodeStart(fr.said)
		return errEnough
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return s, err
}

var errEnough = errors.New("messagelog: enough read")

// indexAll makes the indexes that are missing.
func (l *Log) indexAll(segments []uint64) error {
	for _, first := range segments {
		if _, err := os.Stat(l.Folder.index(first)); err == nil {
			continue
		}
		index := map[key][]int64{}
		end, err := l.walk(first, func(f *frame, p place) error {
			if f.kind != kindLetter {
				return nil
			}
			r, err := decodeRecord(f, p.before)
			if err != nil {
				return damage(p, err)
			}
			for _, id := range ids(r.Head) {
				index[id] = append(index[id], p.offset)
			}
			return nil
		})
		if err == nil {
			err = failure(replace(l.Folder.index(first), encodeIndex(end, index)))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
