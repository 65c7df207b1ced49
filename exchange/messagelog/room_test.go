package messagelog

import (
	"bytes"
	"os"
	"testing"

	"diwan.example/gov"
)

func sizeOf(t testing.TB, path string) int64 {
	t.Helper()
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return st.Size()
}

// A sync that changes no size writes no more than the record. Readers see the end
// of the records, and what is finished or closed has no more than its records.
func TestTheFileIsFilledAhead(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, Options{SegmentSize: 200 << 10})
	add(t, l, letter(t, "a", []byte("one")))
	size := sizeOf(t, l.segment(1))
	for _, id := range []string{"b", "c", "d"} {
		add(t, l, letter(t, id, bytes.Repeat([]byte("x"), 2000)))
	}
	if now := sizeOf(t, l.segment(1)); now != size || size <= l.end.offset {
		t.Errorf("the file grew from %d to %d with records to %d", size, now, l.end.offset)
	}
	if r, err := In(dir).Verify(nil); err != nil || len(r.Problems) > 0 || r.Messages != 4 {
		t.Errorf("while it is written: %+v %v", r, err)
	}
	for l.end.segment == 1 {
		add(t, l, letter(t, "more", bytes.Repeat([]byte("x"), 50_000)))
	}
	first, err := In(dir).walk(1, nil)
	if now := sizeOf(t, l.segment(1)); err != nil || now != first.offset {
		t.Errorf("finished with %d bytes and records to %d, %v", now, first.offset, err)
	}
	l.Close()
	if now := sizeOf(t, l.segment(l.end.segment)); now != l.end.offset {
		t.Errorf("closed with %d bytes and records to %d", now, l.end.offset)
	}
}

// killed is a copy of an open log's folder, as a killed process leaves it.
func killed(t testing.TB) (f Folder, end place) {
	t.Helper()
	dir := t.TempDir()
	l := open(t, dir, Options{})
	for _, id := range []string{"a", "b"} {
		add(t, l, letter(t, id, []byte("body of "+id)))
	}
	d := copyTo(t, dir)
	return In(d), l.end
}

func TestZerosBehindTheLastRecordAreNoDamage(t *testing.T) {
	f, end := killed(t)
	if sizeOf(t, f.segment(1)) <= end.offset {
		t.Fatal("the file was not filled ahead")
	}
	l, err := Open(f.dir, unsynced)
	if err != nil {
		t.Fatal(err)
	}
	if l.Cut() != 0 || l.end != end || sizeOf(t, f.segment(1)) != end.offset {
		t.Errorf("cut %d, ends at %v, not %v", l.Cut(), l.end, end)
	}
	add(t, l, letter(t, "c", nil))
	l.Close()
	if got := idsIn(t, f); len(got) != 3 {
		t.Errorf("%v", got)
	}
}

// Zeros that hide a record are damage: the mark knows of it, or the next segment.
func TestZerosHideNoRecord(t *testing.T) {
	f, end := killed(t)
	whole := read(t, f.segment(1))
	last, err := f.walk(1, func(fr *frame, p place) error {
		if p.number == end.number-1 {
			return errEnough
		}
		return nil
	})
	if err != errEnough {
		t.Fatal(err)
	}
	hidden := append(bytes.Clone(whole[:last.offset]), make([]byte, len(whole)-int(last.offset))...)
	write(t, f.segment(1), hidden)
	if _, err := Open(f.dir, unsynced); gov.KindOf(err) != gov.Conflict {
		t.Errorf("opened: %v", err)
	}
	if r, err := f.Verify(nil); err != nil || len(r.Problems) == 0 {
		t.Errorf("verified: %+v %v", r, err)
	}
	os.Remove(f.markFile())
	write(t, f.segment(end.number), whole[:end.offset]) // any segment that is later
	if _, err := f.walk(1, nil); gov.KindOf(err) != gov.Conflict {
		t.Errorf("a finished segment that ends in zeros: %v", err)
	}
}
