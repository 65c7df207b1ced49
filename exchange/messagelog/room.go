package messagelog

import (
	"errors"
	"io"
	"os"
)

// The file of the segment that is written reaches further than its records: it is
// filled with zeros ahead, so that a record that is made durable changes neither
// the file's size nor where the disk keeps it, and one sync writes nothing but the
// record. A segment that is finished, or whose log is closed, is cut to its records.
// Zeros and nothing else behind the last record are no damage; zeros that hide a
// record are, by the mark or by the segment after.
const (
	leastRoom = 64 << 10
	mostRoom  = 1 << 20
)

var zeros [64 << 10]byte

// makeRoom fills the file ahead once its records end at its end; the sync
// that follows makes both durable. A disk that has no room for it need not have: the
// next record tries again, and is written without.
func (l *Log) makeRoom(end int64) {
	if end <= l.room || end >= l.o.SegmentSize {
		l.room = max(l.room, end)
		return
	}
	to := min(end+min(max(end, leastRoom), mostRoom), l.o.SegmentSize)
	for at := end; at < to; {
		n, err := l.o.write(l.file, zeros[:min(int64(len(zeros)), to-at)], at)
		if at += int64(n); err != nil {
			l.file.Truncate(end) // what little fitted is better left to others
			l.room = end
			return
		}
	}
	l.room = to
}

// trim cuts the file to its records.
func (l *Log) trim() error {
	if l.file == nil || l.room <= l.end.offset || l.failed != nil {
		return nil
	}
	l.room = l.end.offset
	return failure(errors.Join(l.file.Truncate(l.end.offset), l.o.sync(l.file)))
}

// padded reports whether the rest of a segment is what makeRoom left: zeros, in the
// segment that is written. It may have been finished since it was opened.
func (f Folder) padded(first uint64, file *os.File, offset int64) bool {
	if !blank(file, offset) {
		return false
	}
	list, err := f.segments()
	if err != nil || len(list) == 0 || list[len(list)-1] == first {
		return err == nil
	}
	st, err := file.Stat()
	return err == nil && st.Size() == offset
}

// blank reports whether a file holds nothing but zeros from an offset on.
func blank(file *os.File, offset int64) bool {
	r := io.NewSectionReader(file, offset, 1<<62)
	b := make([]byte, 64<<10)
	for {
		n, err := r.Read(b)
		for _, x := range b[:n] {
			if x != 0 {
				return false
			}
		}
		if err != nil {
			return err == io.EOF
		}
	}
}
